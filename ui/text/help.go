package text

// Help is F1: the keys, the numbers and forms of the eHealth Office, and the tour.
type Help struct {
	Keys, Office, HintTour, HintOffice, HintKeys, Enlarge, Patients, Providers, Fax, Mail, Post, Site T
	Forms                                                                                             []Form
	Tour                                                                                              []Step
	TourTitle, TourOffer, TourNext, TourEnd, TourDone                                                 T
}

// Form is a page of the eHealth Office with its address.
type Form struct {
	Name    T
	Address string
}

// Step is one step of the tour: what it is about, and what to know.
type Step struct{ Title, Text T }

func help() Help {
	return Help{
		Keys: T{"Keys", "按鍵", "按键"}, Office: T{"eHealth Office and forms", "醫健通辦事處及表格", "医健通办事处及表格"},
		HintTour: T{"the tour", "導覽", "导览"}, HintOffice: T{"office and forms", "辦事處及表格", "办事处及表格"}, HintKeys: T{"keys", "按鍵", "按键"},
		Enlarge:   T{"its code fits a window of %d column{s} and %d row{s}", "二維碼需要 %d 欄、%d 列的視窗", "二维码需要 %d 列、%d 行的窗口"},
		Patients:  T{"eHR Registration Office, for patients, 24 hours: 3467 6300", "電子健康紀錄申請及諮詢中心，供病人使用，24 小時：3467 6300", "电子健康记录申请及咨询中心，供病人使用，24 小时：3467 6300"},
		Providers: T{"healthcare providers, connection and technical support: 3467 6230", "醫護機構，連接及技術支援：3467 6230", "医护机构，连接及技术支援：3467 6230"},
		Fax:       T{"fax: 3467 6099", "傳真：3467 6099", "传真：3467 6099"},
		Mail:      T{"e-mail: ehr@ehealth.gov.hk", "電郵：ehr@ehealth.gov.hk", "电邮：ehr@ehealth.gov.hk"},
		Post:      T{"post: Unit 1102, 11/F, Harbourside HQ, 8 Lam Chak Street, Kowloon Bay", "郵寄：九龍灣臨澤街 8 號 Harbourside HQ 11 樓 1102 室", "邮寄：九龙湾临泽街 8 号 Harbourside HQ 11 楼 1102 室"},
		Site:      T{"as printed in the eHealth booklet for healthcare providers; www.ehealth.gov.hk has the newest", "資料來自醫健通醫護機構小冊子；以 www.ehealth.gov.hk 為準", "资料来自医健通医护机构小册子；以 www.ehealth.gov.hk 为准"},
		Forms: []Form{
			{T{"Sharing consent, and its form", "互通同意及表格", "互通同意及表格"}, "https://www.ehealth.gov.hk/en/healthcare-provider-and-professional/support/patient-support/obtain-sharing-consent.html"},
			{T{"Participant Information Notice", "參與者須知", "参与者须知"}, "https://www.ehealth.gov.hk/en/you-and-your-family/support/participant-information-notice.html"},
			{T{"eHealth", "醫健通", "医健通"}, "https://www.ehealth.gov.hk"},
		},
		TourTitle: T{"Tour, step %d of %d", "導覽：第 %d 步，共 %d 步", "导览：第 %d 步，共 %d 步"},
		TourOffer: T{"You are new at this desk. The tour has eight short steps.", "你首次使用此工作站。導覽共有八個簡短步驟。", "你首次使用此工作站。导览共有八个简短步骤。"},
		TourNext:  T{"next", "下一步", "下一步"}, TourEnd: T{"end the tour", "結束導覽", "结束导览"},
		TourDone: T{"F1 and Enter show the tour again", "按 F1 再按 Enter 可重看導覽", "按 F1 再按 Enter 可重看导览"},
		Tour: []Step{
			{T{"Find", "尋找病人", "查找病人"},
				T{"F2, then type the HKIC or the 12 digits of the eHR number, and Enter. A card in the reader looks its holder up at once. Compare the name and the date of birth in the banner with the document.", "按 F2，輸入身份證號碼或 12 位健康紀錄號碼，然後按 Enter。讀卡器中的證件會自動查找。請把橫幅上的姓名和出生日期與證件核對。", "按 F2，输入身份证号码或 12 位健康记录号码，然后按 Enter。读卡器中的证件会自动查找。请把横幅上的姓名和出生日期与证件核对。"}},
			{T{"Consent", "互通同意", "互通同意"},
				T{"Without a sharing consent no record is shown. The five ways are on the screen with their digits, 1 to 5. The patient reads both notices first; nothing is sent before you press y.", "沒有互通同意就不會顯示紀錄。五種方式列於畫面，按 1 至 5 選擇。病人先閱讀兩份通知；未按 y 前不會送出任何資料。", "没有互通同意就不会显示记录。五种方式列于画面，按 1 至 5 选择。病人先阅读两份通知；未按 y 前不会送出任何资料。"}},
			{T{"The banner", "橫幅", "横幅"},
				T{"Who the patient is, allergies and consent stay above whatever you read, and nothing covers them. Risk letters: A allergies, C a critical result, R restricted records, D an advance directive.", "病人身份、過敏和同意一直在上方，不會被遮蓋。風險字母：A 過敏，C 危急結果，R 受限制紀錄，D 預設指示。", "病人身份、过敏和同意一直在上方，不会被遮盖。风险字母：A 过敏，C 危急结果，R 受限制记录，D 预设指示。"}},
			{T{"Summary", "摘要", "摘要"},
				T{"A chart opens on its summary; s comes back to it from anywhere. Enter opens the record of a line, Esc goes one step back. A section without lines says whether there is nothing or nothing is known.", "紀錄由摘要開始；隨時按 s 返回。Enter 開啟該行的紀錄，Esc 返回上一步。沒有內容的部分會說明是沒有還是不知道。", "记录由摘要开始；随时按 s 返回。Enter 打开该行的记录，Esc 返回上一步。没有内容的部分会说明是没有还是不知道。"}},
			{T{"Medication and laboratory", "藥物及化驗", "药物及化验"},
				T{"m has one line a drug, current and past (v), its history folded (z). 3 is the table of tests by dates, g the trend of any number. The digits 1-9 0 - are the eleven types of record.", "m 每種藥物一行，現用與過往（v），歷史可展開（z）。3 是按日期的化驗表，g 是數值走勢。1-9 0 - 是十一類紀錄。", "m 每种药物一行，现用与过往（v），历史可展开（z）。3 是按日期的化验表，g 是数值走势。1-9 0 - 是十一类记录。"}},
			{T{"Search and time", "搜尋及時間", "搜索及时间"},
				T{"/ searches everything that can be read, notes and letters too, in English and Chinese, and says what was not read. t is all records by date, u what is new since you last looked.", "/ 搜尋所有可讀內容，包括筆記和信件，中英文皆可，並說明未讀的部分。t 按日期列出所有紀錄，u 是上次查閱後的新紀錄。", "/ 搜索所有可读内容，包括笔记和信件，中英文皆可，并说明未读的部分。t 按日期列出所有记录，u 是上次查阅后的新记录。"}},
			{T{"Every access is recorded", "每次取覽均有記錄", "每次取览均有记录"},
				T{"Open only what you need for a patient in your care: the patient is normally told, and F4 shows this desk's access log. Ctrl+L locks the desk when you step away; it locks by itself after some minutes.", "只開啟你所照顧病人的所需紀錄：病人通常會收到通知，F4 顯示此工作站的取覽記錄。離開時按 Ctrl+L 鎖定；數分鐘後亦會自動鎖定。", "只打开你所照顾病人的所需记录：病人通常会收到通知，F4 显示此工作站的取览记录。离开时按 Ctrl+L 锁定；数分钟后亦会自动锁定。"}},
			{T{"Help", "說明", "说明"},
				T{"The last row has the keys that matter here; F1 lists all with the reason of each that does nothing now, Ctrl+P finds any command by its name. F7 changes the colours, F8 the language. No key fails silently.", "最後一行是此處的主要按鍵；F1 列出全部並說明不適用的原因，Ctrl+P 以名稱尋找指令。F7 轉換顏色，F8 轉換語言。不適用的按鍵會說明原因。", "最后一行是此处的主要按键；F1 列出全部并说明不适用的原因，Ctrl+P 以名称查找指令。F7 转换颜色，F8 转换语言。不适用的按键会说明原因。"}},
		},
	}
}
