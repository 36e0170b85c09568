package text

// Type names one of the eleven kinds of record: in full, for a wide rail, and
// for a narrow one.
type Type struct{ Full, Long, Short T }

func types() [12]Type {
	return [12]Type{
		{},
		{T{"Personal identification and demographic data", "個人身份及基本資料", "个人身份及基本资料"}, T{"Personal data", "個人資料", "个人资料"}, T{"Personal", "個人資料", "个人资料"}},
		{T{"Encounters and appointments", "求診及預約紀錄", "求诊及预约记录"}, T{"Encounters", "求診及預約", "求诊及预约"}, T{"Encounters", "求診預約", "求诊预约"}},
		{T{"Laboratory and radiology reports", "化驗及放射報告", "化验及放射报告"}, T{"Laboratory, radiology", "化驗及放射報告", "化验及放射报告"}, T{"Lab, radiology", "化驗放射", "化验放射"}},
		{T{"Observation and lifestyle records", "觀察及生活模式紀錄", "观察及生活模式记录"}, T{"Observation, lifestyle", "觀察及生活模式", "观察及生活模式"}, T{"Observation", "觀察生活", "观察生活"}},
		{T{"Allergies and adverse drug reactions", "過敏及藥物不良反應", "过敏及药物不良反应"}, T{"Allergy, reactions", "過敏及不良反應", "过敏及不良反应"}, T{"Allergy, ADR", "過敏反應", "过敏反应"}},
		{T{"Clinical notes and summaries", "臨床紀錄及摘要", "临床记录及摘要"}, T{"Clinical notes", "臨床紀錄及摘要", "临床记录及摘要"}, T{"Clinical notes", "臨床摘要", "临床摘要"}},
		{T{"Other investigation reports", "其他檢查報告", "其他检查报告"}, T{"Other investigations", "其他檢查報告", "其他检查报告"}, T{"Other reports", "其他檢查", "其他检查"}},
		{T{"Medical certificates", "醫生證明書", "医生证明书"}, T{"Medical certificates", "醫生證明書", "医生证明书"}, T{"Certificates", "醫生證明", "医生证明"}},
		{T{"Diagnosis, procedures and medication", "診斷、程序及藥物", "诊断、程序及药物"}, T{"Diagnosis, medication", "診斷、程序及藥物", "诊断、程序及药物"}, T{"Dx, medication", "診斷藥物", "诊断药物"}},
		{T{"Birth and immunisation records", "出生及免疫接種紀錄", "出生及免疫接种记录"}, T{"Birth, immunisation", "出生及免疫接種", "出生及免疫接种"}, T{"Birth, vaccine", "出生疫苗", "出生疫苗"}},
		{T{"Healthcare referrals", "醫護轉介", "医护转介"}, T{"Referrals", "醫護轉介", "医护转介"}, T{"Referrals", "轉介", "转介"}},
	}
}

// Chart is the record on screen.
type Chart struct {
	NewestFirst, Position, Nothing, NotReceived, Hidden, HiddenShort, Away, AwayShort, RestrictedLine, RestrictedShort, LinkedTitle,
	KnownAllergies, Unconfirmed, NoneKnown, NoneKnownPlain, NoneScope, NotRecorded, NotRecordedAt, CannotOffline, CannotRole, CannotSync, Reactions, AllAllergies, NewestEntry,
	Syncing, SyncingStop, Synced, Never, Offline, AsOf, SyncFailed, SyncDone, SyncNothing, OutOfScope, SyncStopped, ConsentEnded, Tampered,
	SearchTitle, SearchLead, SearchNone, Searching,
	DetailTitle, DetailHint, Loading, RawTitle, RawNone, Gone, Status, StatusNone, Source, Date, Value, RangeLabel, NoDate, Updated,
	NotAssessed, NoRange, RestrictedRow, RestrictedWhy, CloseHint, EnterDetail, EnterOpen, NoRecord, Above, Below,
	FlagH, FlagL, FlagHH, FlagLL, FlagA, FlagNone, FlagNoInfo, FlagUnconfirmed, LastYear, FirstYear T
	Statuses map[string]T
}

func chart() Chart {
	return Chart{
		NewestFirst:     T{"newest first", "最新在前", "最新在前"},
		Position:        T{"%s–%s of %s", "第 %s–%s 項，共 %s 項", "第 %s–%s 项，共 %s 项"},
		Nothing:         T{"Nothing recorded in what is shared – absence of a record is not absence of the condition.", "互通紀錄中沒有此類資料 – 沒有紀錄不等於沒有該情況。", "互通记录中没有此类资料 – 没有记录不等于没有该情况。"},
		NotReceived:     T{"Nothing received yet: this type has not been synchronised.", "尚未收到：此類別未曾同步。", "尚未收到：此类别未曾同步。"},
		Hidden:          T{"Not shown for your role. There may be records.", "你的職系不可查閱此類別。可能有紀錄。", "你的职系不可查阅此类别。可能有记录。"},
		HiddenShort:     T{"role", "職系", "职系"},
		Away:            T{"Never kept on this desk; it is shown once the centre has sent it. There may be records.", "本機不會保存此類別；中央系統傳送後才會顯示。可能有紀錄。", "本机不会保存此类别；中央系统传送后才会显示。可能有记录。"},
		AwayShort:       T{"?", "?", "?"},
		RestrictedLine:  T{"%d restricted: a reason and the patient's additional consent are needed", "%d 項受限制：須註明原因並取得病人額外同意", "%d 项受限制：须注明原因并取得病人额外同意"},
		RestrictedShort: T{"[r]", "[限]", "[限]"},
		LinkedTitle:     T{"linked", "相關", "相关"},
		KnownAllergies:  T{"▲ KNOWN ALLERGIES %d", "▲ 已知過敏 %d 項", "▲ 已知过敏 %d 项"},
		Unconfirmed:     T{"(unconfirmed)", "（未確認）", "（未确认）"},
		NoneKnown:       T{"No known allergies (assessed %s)", "沒有已知過敏（評估日期 %s）", "没有已知过敏（评估日期 %s）"},
		NoneKnownPlain:  T{"No known allergies (date not recorded)", "沒有已知過敏（沒有日期）", "没有已知过敏（没有日期）"},
		NoneScope:       T{"covers: %s", "範圍：%s", "范围：%s"},
		NotRecorded:     T{"Allergies not recorded", "沒有過敏紀錄", "没有过敏记录"},
		NotRecordedAt:   T{"Allergies not recorded (as of %s)", "沒有過敏紀錄（截至 %s）", "没有过敏记录（截至 %s）"},
		CannotOffline:   T{"! Allergies unavailable – offline since %s", "! 未能取得過敏資料 – 由 %s 起離線", "! 未能取得过敏资料 – 由 %s 起离线"},
		CannotRole:      T{"! Allergies unavailable – hidden for your role", "! 未能顯示過敏資料 – 你的職系不可查閱", "! 未能显示过敏资料 – 你的职系不可查阅"},
		CannotSync:      T{"! Allergies unavailable – source not synced", "! 未能取得過敏資料 – 尚未同步", "! 未能取得过敏资料 – 尚未同步"},
		Reactions:       T{"reactions: key 5", "反應：按 5", "反应：按 5"},
		AllAllergies:    T{"… all %d: key 5", "… 全部 %d 項：按 5", "… 全部 %d 项：按 5"},
		NewestEntry:     T{"newest %s", "最新 %s", "最新 %s"},
		Syncing:         T{"◐ syncing", "◐ 正在同步", "◐ 正在同步"},
		SyncingStop:     T{"F5 stops", "F5 停止", "F5 停止"},
		Synced:          T{"● synced %s · centre %s records", "● 已同步 %s · 中央系統 %s 項紀錄", "● 已同步 %s · 中央系统 %s 项记录"},
		Never:           T{"○ not yet synchronised", "○ 尚未同步", "○ 尚未同步"},
		Offline:         T{"○ OFFLINE %s – record as of %s", "○ 離線 %s – 紀錄截至 %s", "○ 离线 %s – 记录截至 %s"},
		AsOf:            T{"○ desk's copy – record as of %s · F5 synchronises", "○ 工作站副本 – 紀錄截至 %s · 按 F5 同步", "○ 工作站副本 – 记录截至 %s · 按 F5 同步"},
		SyncFailed:      T{"! sync failed %s – records may be missing", "! %s 同步失敗 – 可能欠缺紀錄", "! %s 同步失败 – 可能欠缺记录"},
		SyncDone:        T{"synchronised: %s new or changed, %s withdrawn at the centre", "同步完成：新增或更改 %s 項，中央系統刪除 %s 項", "同步完成：新增或更改 %s 项，中央系统删除 %s 项"},
		SyncNothing:     T{"synchronised: nothing new", "同步完成：沒有更新", "同步完成：没有更新"},
		OutOfScope:      T{"outside the sharable scope, not kept: %s", "不屬互通範圍，沒有保留：%s", "不属互通范围，没有保留：%s"},
		SyncStopped:     T{"sync stopped; what arrived is kept", "已停止同步；已收到的紀錄會保留", "已停止同步；已收到的记录会保留"},
		ConsentEnded:    T{"The sharing consent has ended: the record is closed and this desk's copy is destroyed.", "互通同意已終止：紀錄已關閉，本工作站的副本已銷毀。", "互通同意已终止：记录已关闭，本工作站的副本已销毁。"},
		Tampered:        T{"! data was damaged or of another patient: sync stopped – tell the security officer", "! 資料損壞或屬於其他病人：已停止同步 – 請通知資訊保安主任", "! 资料损坏或属于其他病人：已停止同步 – 请通知信息安全主任"},
		SearchTitle:     T{"Search all types", "搜尋所有類別", "搜索所有类别"},
		SearchLead:      T{"Words in title, value, source: all must occur. Enter goes to the results, Esc ends the search.", "輸入字詞，須全部出現。Enter 前往結果，Esc 結束搜尋。", "输入字词，须全部出现。Enter 前往结果，Esc 结束搜索。"},
		SearchNone:      T{"Nothing found in what is shared and visible to your role.", "在可查閱的互通紀錄中找不到。", "在可查阅的互通记录中找不到。"},
		Searching:       T{"searching", "正在搜尋", "正在搜索"},
		DetailTitle:     T{"Detail", "詳情", "详情"},
		DetailHint:      T{"Enter shows every element of the record", "按 Enter 顯示紀錄的所有資料", "按 Enter 显示记录的所有资料"},
		Loading:         T{"opening the record", "正在開啟紀錄", "正在打开记录"},
		RawTitle:        T{"Exactly as received · read only", "原始資料 · 只供閱讀", "原始资料 · 只供阅读"},
		RawNone:         T{"this desk does not hold the original bytes", "本工作站沒有原始資料", "本工作站没有原始资料"},
		Gone:            T{"This record is no longer among what is shared here. F5 synchronises.", "此紀錄已不在互通紀錄之中。按 F5 同步。", "此记录已不在互通记录之中。按 F5 同步。"},
		Status:          T{"Status", "狀況", "状况"},
		StatusNone:      T{"no status", "沒有狀況", "没有状况"},
		Source:          T{"Source", "來源", "来源"},
		Date:            T{"Date", "日期", "日期"},
		Value:           T{"Value", "結果", "结果"},
		RangeLabel:      T{"Reference range", "參考範圍", "参考范围"},
		NoDate:          T{"no date", "沒有日期", "没有日期"},
		Updated:         T{"Received version of", "版本日期", "版本日期"},
		NotAssessed:     T{"not assessed", "未評估", "未评估"},
		NoRange:         T{"no range given", "沒有參考範圍", "没有参考范围"},
		RestrictedRow:   T{"[restricted]", "[受限制]", "[受限制]"},
		RestrictedWhy:   T{"restricted: a reason and the patient's additional consent are needed", "受限制：須註明原因並取得病人額外同意", "受限制：须注明原因并取得病人额外同意"},
		CloseHint:       T{"F2 closes this record and finds the next patient", "按 F2 關閉紀錄並尋找下一位病人", "按 F2 关闭记录并查找下一位病人"},
		EnterDetail:     T{"detail", "詳情", "详情"},
		EnterOpen:       T{"to the list", "往列表", "往列表"},
		NoRecord:        T{"no record is selected", "沒有選擇紀錄", "没有选择记录"},
		Above:           T{"▲ %s above", "▲ 上方 %s 項", "▲ 上方 %s 项"},
		Below:           T{"▼ %s more", "▼ 尚有 %s 項", "▼ 尚有 %s 项"},
		FlagH:           T{"H ↑ high", "H ↑ 偏高", "H ↑ 偏高"},
		FlagL:           T{"L ↓ low", "L ↓ 偏低", "L ↓ 偏低"},
		FlagHH:          T{"HH ↑↑ CRITICAL", "HH ↑↑ 危急", "HH ↑↑ 危急"},
		FlagLL:          T{"LL ↓↓ CRITICAL", "LL ↓↓ 危急", "LL ↓↓ 危急"},
		FlagA:           T{"A abnormal", "A 異常", "A 异常"},
		FlagNone:        T{"none known", "沒有已知", "没有已知"},
		FlagNoInfo:      T{"no information", "沒有資料", "没有资料"},
		FlagUnconfirmed: T{"unconfirmed", "未確認", "未确认"},
		LastYear:        T{"no older year", "沒有更早的年份", "没有更早的年份"},
		FirstYear:       T{"no newer year", "沒有更近的年份", "没有更近的年份"},
		Statuses: map[string]T{
			"active": {"active", "有效", "有效"}, "inactive": {"inactive", "非現用", "非现用"}, "completed": {"completed", "完成", "完成"},
			"final": {"final", "最終", "最终"}, "preliminary": {"PRELIMINARY", "初步", "初步"}, "partial": {"PARTIAL", "部分", "部分"},
			"amended": {"AMENDED", "已修訂", "已修订"}, "corrected": {"CORRECTED", "已更正", "已更正"}, "registered": {"registered", "已登記", "已登记"},
			"cancelled": {"cancelled", "已取消", "已取消"}, "entered-in-error": {"ENTERED IN ERROR", "錯誤輸入", "错误输入"},
			"finished": {"finished", "已完結", "已完结"}, "in-progress": {"in progress", "進行中", "进行中"}, "planned": {"planned", "已預約", "已预约"},
			"booked": {"booked", "已預約", "已预约"}, "arrived": {"arrived", "已到達", "已到达"}, "fulfilled": {"attended", "已應診", "已应诊"}, "noshow": {"did not attend", "缺席", "缺席"},
			"stopped": {"stopped", "已停止", "已停止"}, "on-hold": {"suspended", "暫停", "暂停"}, "draft": {"draft", "草稿", "草稿"}, "not-done": {"not done", "沒有進行", "没有进行"},
			"resolved": {"resolved", "已痊癒", "已痊愈"}, "recurrence": {"recurrence", "復發", "复发"}, "remission": {"in remission", "緩解", "缓解"}, "relapse": {"relapse", "復發", "复发"},
			"current": {"current", "現行", "现行"}, "superseded": {"superseded", "已取代", "已取代"}, "unknown": {"unknown", "不詳", "不详"}, "revoked": {"revoked", "已撤回", "已撤回"},
		},
	}
}

// StatusName is the word for a status of a record; one not in the table is
// shown as it was sent.
func (c *Chart) StatusName(s string) T {
	if t, ok := c.Statuses[s]; ok {
		return t
	}
	return T{s, s, s}
}
