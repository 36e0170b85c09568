package text

// Warning is what whoever signs in has to be told of this desk.
type Warning struct {
	Title, Read T
	Codes       map[string]T // by the session's codes
	Other       T            // for a code without words
}

func warning() Warning {
	return Warning{
		Title: T{"! Before you go on: this desk", "! 繼續之前請閱讀：關於本工作站", "! 继续之前请阅读：关于本工作站"},
		Read:  T{"Enter I have read this", "Enter 已閱讀", "Enter 已阅读"},
		Codes: map[string]T{
			"desk-put-back": {
				"Part of this desk was put back to an earlier day. Its copies of records were destroyed and are fetched again when a patient is opened. Consents and accesses that wait to be sent were not touched. Tell your administrator today.",
				"本工作站有部分檔案被還原至較早日期。紀錄副本已銷毀，開啟病人紀錄時會重新下載。等待傳送的同意及查閱紀錄未受影響。請於今日通知系統管理員。",
				"本工作站有部分文件被还原至较早日期。记录副本已销毁，打开病人记录时会重新下载。等待发送的同意及查阅记录未受影响。请于今日通知系统管理员。"},
			"desk-behind-centre": {
				"The central service remembers more of this desk than the desk does: the whole desk was put back to an earlier day. Its copies of records were destroyed and are fetched again when a patient is opened. Tell your administrator today.",
				"中央系統所記的比本工作站多：整個工作站曾被還原至較早日期。紀錄副本已銷毀，開啟病人紀錄時會重新下載。請於今日通知系統管理員。",
				"中央系统所记的比本工作站多：整个工作站曾被还原至较早日期。记录副本已销毁，打开病人记录时会重新下载。请于今日通知系统管理员。"},
			"centre-key-unknown": {
				"The central service signs with a key that this desk does not know, so its word on the access log was not taken. You can work on. Tell your administrator today.",
				"中央系統以本工作站不認識的密鑰簽署，因此未採納其對查閱紀錄的確認。你可以繼續工作。請於今日通知系統管理員。",
				"中央系统以本工作站不认识的密钥签署，因此未采纳其对查阅记录的确认。你可以继续工作。请于今日通知系统管理员。"},
			"centre-log-changed": {
				"The central service's own access log does not lead on from what it signed before: it was cut, or written anew. You can work on. Tell your security officer today: ehrdesk audit heads prints what this desk has kept of it.",
				"中央系統本身的查閱紀錄與其先前簽署的內容不相連：曾被刪減或重寫。你可以繼續工作。請於今日通知保安主任：ehrdesk audit heads 會列出本工作站所保存的簽署。",
				"中央系统本身的查阅记录与其先前签署的内容不相连：曾被删减或重写。你可以继续工作。请于今日通知安全主任：ehrdesk audit heads 会列出本工作站所保存的签署。"},
			"directory-key-changed": {
				"The central service says something else of somebody's signing key than it did before: whose it is, or from when until when it counted. This desk goes by what it knew, and shows signatures by that. Tell your security officer today: ehrdesk directory --keys prints what was said.",
				"中央系統對某人的簽署密鑰有與先前不同的說法：屬於何人，或何時有效。本工作站以先前所知為準，並據此顯示簽署。請於今日通知保安主任：ehrdesk directory --keys 會列出有關說法。",
				"中央系统对某人的签署密钥有与先前不同的说法：属于何人，或何时有效。本工作站以先前所知为准，并据此显示签署。请于今日通知安全主任：ehrdesk directory --keys 会列出有关说法。"},
			"key-in-your-name": {
				"A signing key was made in your name at another desk. If you were enrolled there, say that it is yours: ehrdesk directory --keys prints it, ehrdesk directory --mine KEY says so. If not, tell your security officer now: whoever has it reads what is sealed to you, and signs as you.",
				"有一個以你的名義在另一工作站產生的簽署密鑰。如你曾在該處登記，請確認屬於你：ehrdesk directory --keys 會列出該密鑰，ehrdesk directory --mine 密鑰 作確認。如非你本人，請立即通知保安主任：持有者可閱讀封存給你的內容，並以你的名義簽署。",
				"有一个以你的名义在另一工作站产生的签署密钥。如你曾在该处登记，请确认属于你：ehrdesk directory --keys 会列出该密钥，ehrdesk directory --mine 密钥 作确认。如非你本人，请立即通知安全主任：持有者可阅读封存给你的内容，并以你的名义签署。"},
			"no-key-log": {
				"The central service keeps no log of signing keys. You can work on; a false key that it gave out would not be found by this desk.",
				"中央系統沒有簽署密鑰的記錄冊。你可以繼續工作；但如其發出虛假密鑰，本工作站無法察覺。",
				"中央系统没有签署密钥的记录册。你可以继续工作；但如其发出虚假密钥，本工作站无法察觉。"},
			"lists-damaged": {
				"Lines of this desk's working lists were damaged and have been removed. Look over today's list (Ctrl+T): an arrival, a wait or what was done may be missing. The access log (F4) says how many. Tell your administrator today.",
				"本工作站工作清單有若干行損壞，已予移除。請檢視今日清單（Ctrl+T）：可能缺少預約、等候中或已辦理的項目。數目見查閱紀錄（F4）。請於今日通知系統管理員。",
				"本工作站工作清单有若干行损坏，已予移除。请检视今日清单（Ctrl+T）：可能缺少预约、等候中或已办理的项目。数目见查阅记录（F4）。请于今日通知系统管理员。"},
			"outbox-changed": {
				"Acts that wait on this desk were changed or struck out from outside this program. Today's list (Ctrl+T) marks those that cannot be read: take them again from their forms, then remove the line. The access log (F4) says what was found. Tell your administrator today.",
				"本工作站等待傳送的項目曾被本程式以外的方式更改或刪除。今日清單（Ctrl+T）標示無法讀取的項目：請按原表格重新辦理，然後移除該行。詳情見查閱紀錄（F4）。請於今日通知系統管理員。",
				"本工作站等待发送的项目曾被本程序以外的方式更改或删除。今日清单（Ctrl+T）标示无法读取的项目：请按原表格重新办理，然后移除该行。详情见查阅记录（F4）。请于今日通知系统管理员。"},
			"copies-damaged": {
				"A patient's copy on this desk was damaged. It was destroyed and is fetched again when that patient is opened; the other copies are as they were. The access log (F4) says when. Tell your administrator today.",
				"本工作站有病人紀錄副本損壞，已予銷毀，開啟該病人紀錄時會重新下載；其他副本不受影響。時間見查閱紀錄（F4）。請於今日通知系統管理員。",
				"本工作站有病人记录副本损坏，已予销毁，打开该病人记录时会重新下载；其他副本不受影响。时间见查阅记录（F4）。请于今日通知系统管理员。"},
			"copies-lost": {
				"The file that holds this desk's copies was damaged. They were destroyed and are fetched again when a patient is opened. Consents and accesses that wait to be sent were not touched. Tell your administrator today.",
				"存放本工作站紀錄副本的檔案損壞，副本已銷毀，開啟病人紀錄時會重新下載。等待傳送的同意及查閱紀錄未受影響。請於今日通知系統管理員。",
				"存放本工作站记录副本的文件损坏，副本已销毁，打开病人记录时会重新下载。等待发送的同意及查阅记录未受影响。请于今日通知系统管理员。"},
			"policy-not-applied": {
				"The copies on this desk could not be brought under your provider's rule on what may be kept. Without the line none of them is opened; with the line you can work on. Tell your administrator today.",
				"未能將本工作站的紀錄副本納入醫護機構的保存規則。離線時不會開啟任何副本；連線時可繼續工作。請於今日通知系統管理員。",
				"未能将本工作站的记录副本纳入医护机构的保存规则。离线时不会打开任何副本；在线时可继续工作。请于今日通知系统管理员。"},
			"desk-clock-off": {
				"This desk's clock is more than five minutes from the central service's. Times in the access log are marked uncertain until it is set. Tell your administrator today.",
				"本工作站的時鐘與中央系統相差超過五分鐘。在校正之前，查閱紀錄內的時間會標示為不確定。請於今日通知系統管理員。",
				"本工作站的时钟与中央系统相差超过五分钟。在校正之前，查阅记录内的时间会标示为不确定。请于今日通知系统管理员。"},
			"unsent-3-days": {
				"Something done at this desk has waited more than 72 hours to be sent to the central service. Connect this desk today: consents and withdrawals are on Today's list, with how long each has waited.",
				"本工作站有事項等候傳送至中央系統已超過 72 小時。請於今日連接網絡；同意及撤銷見今日名單，並列明各項等候時間。",
				"本工作站有事项等候传送至中央系统已超过 72 小时。请于今日连接网络；同意及撤销见今日名单，并列明各项等候时间。"},
			"unsent-30-days": {
				"Something done at this desk has waited more than 30 days to be sent to the central service. Tell your administrator now: it can be taken out of this desk with the organisation's recovery key, and goes to the central service another way.",
				"本工作站有事項等候傳送至中央系統已超過 30 日。請立即通知系統管理員：可用機構的復原密鑰從本工作站取出，並以其他方式送交中央系統。",
				"本工作站有事项等候传送至中央系统已超过 30 日。请立即通知系统管理员：可用机构的恢复密钥从本工作站取出，并以其他方式送交中央系统。"},
		},
		Other: T{"Something about this desk needs your administrator. The access log (F4) says what.", "本工作站有事項需要系統管理員處理。詳情見查閱紀錄（F4）。", "本工作站有事项需要系统管理员处理。详情见查阅记录（F4）。"},
	}
}
