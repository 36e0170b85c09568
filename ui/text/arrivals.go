package text

import "github.com/ehrdesk/ehrdesk/internal/arrivals"

// Import is the look at a clinic's list before it is taken over, and what came of it.
type Import struct {
	Title, Lead, Reading, NothingNew, NoRows, Columns, NoColumns, File, Separator, DatesBy, DatesOpen, AskDates, EncodingOpen, AskEncoding, Untimed, Later, Line, NoTime, Moved, ByList,
	Done, DoneNotRead, TakeHint T
	Parts map[arrivals.Change]T // headings, with how many
	// NotRead heads the lines that are not read, CountNotRead counts them.
	NotRead, CountNotRead T
	Counts                map[arrivals.Change]T
	Whys                  map[arrivals.Why]T
	Roles                 map[arrivals.Role]T
	Formats               map[arrivals.Format]T
	Orders                map[arrivals.Order]T
	Told                  map[arrivals.By]T
	Separators            map[rune]T
	Refused               Refusals
}

// Refusals are of files that are no list at all.
type Refusals struct{ Empty, TooLarge, Workbook, NoList, Quotes T }

func imports() Import {
	return Import{
		Title:        T{"Nothing is changed yet", "尚未更改名單", "尚未更改名单"},
		Lead:         T{"Enter takes this over, Esc leaves the list as it is", "按 Enter 匯入，按 Esc 保持名單不變", "按 Enter 导入，按 Esc 保持名单不变"},
		Reading:      T{"reading the file", "正在讀取檔案", "正在读取文件"},
		NothingNew:   T{"The list has all of this already.", "名單已包括全部內容。", "名单已包括全部内容。"},
		NoRows:       T{"Nobody was read from this file.", "檔案內未能讀取任何病人。", "文件内未能读取任何病人。"},
		Columns:      T{"Columns", "欄", "列"},
		NoColumns:    T{"none known by its heading", "沒有可識別的欄名", "没有可识别的列名"},
		File:         T{"File", "檔案", "文件"},
		Separator:    T{"cells by %s", "以%s分隔", "以%s分隔"},
		DatesBy:      T{"%s (%s)", "%s（%s）", "%s（%s）"},
		DatesOpen:    T{"dates open", "日期次序未定", "日期次序未定"},
		AskDates:     T{"! 03/04 may be 3 April or 4 March: D says which; until then these lines are not read", "! 03/04 可指 4 月 3 日或 3 月 4 日：請按 D 選擇，否則不讀取該等行", "! 03/04 可指 4 月 3 日或 3 月 4 日：请按 D 选择，否则不读取该等行"},
		EncodingOpen: T{"%s?", "%s？", "%s？"},
		AskEncoding:  T{"! The names may be written in another way: look at them, C shows the other", "! 未能確定文字編碼：請核對姓名，按 C 轉換編碼", "! 未能确定文字编码：请核对姓名，按 C 转换编码"},
		Untimed:      T{"%d without a time", "%d 個沒有時間", "%d 个没有时间"},
		Later:        T{"%d for other days", "%d 個屬其他日子", "%d 个属其他日子"},
		Line:         T{"line %d", "第 %d 行", "第 %d 行"},
		NoTime:       T{"no time", "沒有時間", "没有时间"},
		Moved:        T{"%s → %s", "%s → %s", "%s → %s"},
		ByList:       T{"%s (by the list)", "%s（名單所示）", "%s（名单所示）"},
		Done:         T{"%d added, %d with a new time, %d taken off", "已加入 %d 個、改時間 %d 個、移除 %d 個", "已加入 %d 个、改时间 %d 个、移除 %d 个"},
		DoneNotRead:  T{"%d added, %d with a new time, %d taken off · not read: line %s", "已加入 %d 個、改時間 %d 個、移除 %d 個 · 未能讀取：第 %s 行", "已加入 %d 个、改时间 %d 个、移除 %d 个 · 未能读取：第 %s 行"},
		TakeHint:     T{"take over", "匯入", "导入"},
		CountNotRead: T{"%d line{s} not read", "%d 行未能讀取", "%d 行未能读取"},
		NotRead:      T{"Not read  %d", "未能讀取  %d", "未能读取  %d"},
		Parts: map[arrivals.Change]T{
			arrivals.Added: {"To be added  %d", "將加入  %d", "将加入  %d"}, arrivals.Retimed: {"New time  %d", "更改時間  %d", "更改时间  %d"}, arrivals.CalledOff: {"Cancelled, to be taken off  %d", "已取消，將移除  %d", "已取消，将移除  %d"},
			arrivals.Unchanged: {"On the list already  %d", "已在名單  %d", "已在名单  %d"}, arrivals.Elsewhere: {"Cancelled or over, not added  %d", "已取消或完成，不加入  %d", "已取消或完成，不加入  %d"},
		},
		Counts: map[arrivals.Change]T{
			arrivals.Added: {"%d to add", "加入 %d 個", "加入 %d 个"}, arrivals.Retimed: {"%d new time{s}", "改時間 %d 個", "改时间 %d 个"}, arrivals.CalledOff: {"%d to take off", "移除 %d 個", "移除 %d 个"},
			arrivals.Unchanged: {"%d as it is", "不變 %d 個", "不变 %d 个"}, arrivals.Elsewhere: {"%d not added", "不加入 %d 個", "不加入 %d 个"},
		},
		Whys:       whys(),
		Roles:      columnRoles(),
		Formats:    map[arrivals.Format]T{arrivals.Table: {"table", "表格", "表格"}, arrivals.FHIR: {"FHIR", "FHIR", "FHIR"}, arrivals.Calendar: {"calendar", "行事曆", "日历"}},
		Orders:     map[arrivals.Order]T{arrivals.DayFirst: {"dates: day first", "日期：日/月", "日期：日/月"}, arrivals.MonthFirst: {"dates: month first", "日期：月/日", "日期：月/日"}, arrivals.YearFirst: {"dates: year first", "日期：年/月/日", "日期：年/月/日"}},
		Told:       map[arrivals.By]T{arrivals.ByHeading: {"by the heading", "按欄名", "按列名"}, arrivals.ByContent: {"by the lines", "按內容", "按内容"}, arrivals.ByPerson: {"as you said", "由你選擇", "由你选择"}},
		Separators: map[rune]T{',': {"comma", "逗號", "逗号"}, ';': {"semicolon", "分號", "分号"}, '\t': {"tab", "定位鍵", "制表符"}, '|': {"bar", "直線", "竖线"}},
		Refused: Refusals{
			Empty: T{"The file is empty.", "檔案沒有內容。", "文件没有内容。"}, TooLarge: T{"The list has more than 5,000 lines or 4 MiB.", "名單多於 5,000 行或 4 MiB。", "名单多于 5,000 行或 4 MiB。"},
			Workbook: T{"This is a workbook: save it as CSV and take that.", "這是試算表檔案：請另存為 CSV 再匯入。", "这是工作簿文件：请另存为 CSV 再导入。"}, NoList: T{"This is no list of arrivals.", "這不是到診名單。", "这不是到诊名单。"},
			Quotes: T{"A quotation mark is opened and never closed.", "檔案內有未關閉的引號。", "文件内有未关闭的引号。"},
		},
	}
}

func whys() map[arrivals.Why]T {
	return map[arrivals.Why]T{
		arrivals.NoNumber:     {"no number that can be looked up", "沒有可查詢的號碼", "没有可查询的号码"},
		arrivals.CheckDigit:   {"the check digit does not match: mistyped", "校驗碼不符：輸入有誤", "校验码不符：输入有误"},
		arrivals.NoCheckDigit: {"the check digit is missing", "缺少校驗碼", "缺少校验码"},
		arrivals.Rounded:      {"a spreadsheet has rounded the number", "號碼已被試算表四捨五入", "号码已被电子表格四舍五入"},
		arrivals.TwoNumbers:   {"two numbers in one line", "一行有兩個號碼", "一行有两个号码"},
		arrivals.BadTime:      {"the time cannot be read", "未能讀取時間", "未能读取时间"},
		arrivals.TwoTimes:     {"two times in one line", "一行有兩個時間", "一行有两个时间"},
		arrivals.BadDate:      {"the date cannot be read", "未能讀取日期", "未能读取日期"},
		arrivals.TwoDates:     {"two dates for one line", "一行有兩個日期", "一行有两个日期"},
		arrivals.OpenDate:     {"the date can be read in two ways", "日期可有兩種讀法", "日期可有两种读法"},
		arrivals.NoDate:       {"no date, and other lines have one", "沒有日期（其他行有）", "没有日期（其他行有）"},
		arrivals.Past:         {"a day that is past", "日期已過", "日期已过"},
		arrivals.OtherYear:    {"a date of another year", "並非今年的日期", "并非今年的日期"},
		arrivals.TooLong:      {"a cell is too long", "內容過長", "内容过长"},
		arrivals.Control:      {"it has control characters", "含有控制字元", "含有控制字符"},
		arrivals.Garbled:      {"characters are not of this encoding", "文字不屬此編碼", "文字不属此编码"},
		arrivals.Repeated:     {"the same as a line above", "與上面一行重複", "与上面一行重复"},
		arrivals.Quote:        {"a quotation mark out of place", "引號位置有誤", "引号位置有误"},
		arrivals.Recurring:    {"a rule that repeats, no single booking", "重複活動，並非單次預約", "重复活动，并非单次预约"},
		arrivals.NotBooked:    {"asked for, not booked", "只屬申請，尚未預約", "只属申请，尚未预约"},
	}
}

func columnRoles() map[arrivals.Role]T {
	return map[arrivals.Role]T{
		arrivals.AsNumber: {"number", "號碼", "号码"}, arrivals.AsEHR: {"eHR number", "電子健康紀錄號碼", "电子健康记录号码"}, arrivals.AsCheck: {"check digit", "校驗碼", "校验码"}, arrivals.AsTime: {"time", "時間", "时间"},
		arrivals.AsDate: {"date", "日期", "日期"}, arrivals.AsEnd: {"end", "結束", "结束"}, arrivals.AsBooking: {"booking", "預約編號", "预约编号"}, arrivals.AsName: {"name", "姓名", "姓名"},
		arrivals.AsChinese: {"Chinese name", "中文姓名", "中文姓名"}, arrivals.AsFamily: {"surname", "姓氏", "姓氏"}, arrivals.AsGiven: {"given name", "名字", "名字"}, arrivals.AsStatus: {"status", "狀態", "状态"},
		arrivals.AsText: {"words with the number", "含號碼的文字", "含号码的文字"},
	}
}
