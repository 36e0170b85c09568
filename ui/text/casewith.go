package text

import "github.com/ehrdesk/ehrdesk"

// CaseWith are the words of what goes with a message in a sealed case: a file, and records that it names.
type CaseWith struct {
	File    T // its name, its kind, how long it is
	Record  T // what it is called, its version
	States  map[ehrdesk.CaseRecordState]T
	Waiting T // of a file that is to be sent

	Path, Named, NotThere, NotFile, Empty, TooLong, Changed, WordsAlone, ChooseRecord, TooMany, NoRecords, FileShort, RecordsShort, LeavesFile, LeavesRecord T // what goes with one that is written

	Save, SaveHint, SaveKeys, Where, Saving, Saved, NoFile, NoPath, IsThere, NotMade T // its file being saved
}

// StateOf is how a record stands to what this desk's chart shows.
func (c *CaseWith) StateOf(s ehrdesk.CaseRecordState) T { return known(c.States, s) }

func caseWith() CaseWith {
	return CaseWith{
		File:         T{"FILE %s · %s · %s", "檔案 %s · %s · %s", "文件 %s · %s · %s"},
		Record:       T{"RECORD %s · version %s", "紀錄 %s · 版本 %s", "记录 %s · 版本 %s"},
		Waiting:      T{"with the file %s, sealed on this desk until it is sent", "附檔案 %s，發送前密封於此工作站", "附文件 %s，发送前密封于此工作站"},
		Path:         T{"File that goes with it", "附檔", "附件"},
		Named:        T{"Records that it names", "提及的紀錄", "提及的记录"},
		NotThere:     T{"there is no such file that can be read", "沒有可讀取的該檔案", "没有可读取的该文件"},
		NotFile:      T{"it is no file: a folder or a device does not go with a message", "這不是檔案：資料夾或裝置不能附於訊息", "这不是文件：文件夹或设备不能附于信息"},
		Empty:        T{"there is nothing in the file", "檔案沒有內容", "文件没有内容"},
		TooLong:      T{"a file has 24 MiB at most", "檔案上限為 24 MiB", "文件上限为 24 MiB"},
		Changed:      T{"the file was changed since it was looked at, or is gone: Esc, and F9 looks at it again", "檔案自核對後已更改或移除：按 Esc，再按 F9 重新核對", "文件自核对后已更改或移除：按 Esc，再按 F9 重新核对"},
		WordsAlone:   T{"what passes is words alone: no file and no record goes with it", "限時訊息只有文字，不可附檔案或紀錄", "限时信息只有文字，不可附文件或记录"},
		ChooseRecord: T{"choose the record with ↓ and Enter, or clear what is typed", "請按 ↓ 及 Enter 選擇紀錄，或清除所輸入的文字", "请按 ↓ 及 Enter 选择记录，或清除所输入的文字"},
		TooMany:      T{"a message names 50 records at most: Ctrl+K takes one out", "訊息最多提及 50 項紀錄：按 Ctrl+K 移除", "信息最多提及 50 项记录：按 Ctrl+K 移除"},
		NoRecords:    T{"there is no record in this chart that can be named", "此病歷沒有可提及的紀錄", "此病历没有可提及的记录"},
		FileShort:    T{"a file", "附檔", "附件"},
		RecordsShort: T{"%d record{s}", "%d 項紀錄", "%d 项记录"},
		LeavesFile:   T{"With the file %s · %s, sealed for them too", "附檔案 %s · %s，同樣密封給上述各人", "附文件 %s · %s，同样密封给上述各人"},
		LeavesRecord: T{"Names the record %s (%s): its version and hash, and no copy", "提及紀錄 %s（%s）：只含版本及雜湊值，不含副本", "提及记录 %s（%s）：只含版本及哈希值，不含副本"},
		Save:         T{"save the file", "儲存檔案", "保存文件"},
		SaveHint:     T{"save it", "儲存", "保存"},
		SaveKeys:     T{"Enter saves it, unsealed and for your account of this computer alone; the access log has it · Esc: do not", "按 Enter 以未密封方式儲存，只供你在此電腦的帳戶讀取，並記入取覽記錄 · Esc：不儲存", "按 Enter 以未密封方式保存，只供你在此电脑的账户读取，并记入取览记录 · Esc：不保存"},
		Where:        T{"Save it as", "儲存為", "保存为"},
		Saving:       T{"saving the file", "正在儲存檔案", "正在保存文件"},
		Saved:        T{"saved: %s", "已儲存：%s", "已保存：%s"},
		NoFile:       T{"no file goes with it, and nothing else of a case is saved", "沒有附檔，個案的其他內容不可儲存", "没有附件，个案的其他内容不可保存"},
		NoPath:       T{"say where it is to be saved", "請輸入儲存位置", "请输入保存位置"},
		IsThere:      T{"there is a file of that name already: choose another", "已有同名檔案：請用另一名稱", "已有同名文件：请用另一名称"},
		NotMade:      T{"no file can be made there: choose another folder", "該處不能建立檔案：請選另一資料夾", "该处不能建立文件：请选另一文件夹"},
		States: map[ehrdesk.CaseRecordState]T{
			ehrdesk.CaseRecordUnknown: {"open the chart to hold it against the record here", "請開啟病歷以與此處的紀錄核對", "请打开病历以与此处的记录核对"},
			ehrdesk.CaseRecordSame:    {"the same at this desk", "與此工作站相同", "与此工作站相同"},
			ehrdesk.CaseRecordNewer:   {"NEWER at this desk", "此工作站有較新版本", "此工作站有较新版本"},
			ehrdesk.CaseRecordOlder:   {"OLDER at this desk: it is not in step", "此工作站版本較舊：尚未同步", "此工作站版本较旧：尚未同步"},
			ehrdesk.CaseRecordOther:   {"OTHERWISE at this desk", "與此工作站不同", "与此工作站不同"},
			ehrdesk.CaseRecordNotHere: {"NOT AT THIS DESK", "此工作站沒有", "此工作站没有"},
		},
	}
}
