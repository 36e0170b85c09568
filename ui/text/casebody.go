package text

import "github.com/ehrdesk/ehrdesk"

// CaseBodies are the words of what a message in a sealed case holds beside its text.
type CaseBodies struct {
	Risk, Seen, NoRecord, Reported, ReportedAgain, ViewOnly, Meeting, MeetingBare, Approval, Approved, NotApproved, Turn, TurnThen, TurnAuthor, TurnOwner,
	NoAllergy, ChartShut, ChartUnknown, LookUp, LookUpNote,
	Stays, StaysViewOnly, NotWritten, NotSpoken, OwnPassing,
	Approve, Refuse, Accept, ApproveNote, RefuseNote, AcceptNote T

	Kinds, Risks, Severities map[string]T // FHIR's codes of AllergyIntolerance
	Certainties              map[ehrdesk.AllergyCertainty]T
	Approves                 map[ehrdesk.CaseApproves]T
}

// KindOf, RiskOf, SeverityOf and CertaintyOf are what an allergy is said to be, in words.
func (c *CaseBodies) KindOf(code string) T                        { return known(c.Kinds, code) }
func (c *CaseBodies) RiskOf(code string) T                        { return known(c.Risks, code) }
func (c *CaseBodies) SeverityOf(code string) T                    { return known(c.Severities, code) }
func (c *CaseBodies) CertaintyOf(code ehrdesk.AllergyCertainty) T { return known(c.Certainties, code) }
func (c *CaseBodies) ApprovesOf(what ehrdesk.CaseApproves) T      { return known(c.Approves, what) }

func caseBodies() CaseBodies {
	return CaseBodies{
		Risk:          T{"risk %s", "風險%s", "风险%s"},
		Seen:          T{"seen by %s", "由 %s 所見", "由 %s 所见"},
		Reported:      T{"You reported it in the record, %s.", "你已於 %s 呈報至病歷。", "你已于 %s 呈报至病历。"},
		ReportedAgain: T{"You reported it in the record, %s: this makes one more record of it.", "你已於 %s 呈報至病歷：這會多加一項紀錄。", "你已于 %s 呈报至病历：这会多加一项记录。"},
		NoRecord:      T{"It stands in this case and in no record: M has it reported in the chart, as unconfirmed.", "只見於此個案，不在病歷內：按 M 於病歷中呈報為未證實。", "只见于此个案，不在病历内：按 M 于病历中呈报为未证实。"},
		ViewOnly:      T{"View only: no copy, print or export of it at this desk. A photograph cannot be prevented.", "只供閱讀：不可在此工作站複製、列印或匯出，但不能防止拍攝。", "只供阅读：不可在此工作站复制、打印或导出，但不能防止拍摄。"},
		Meeting:       T{"Proposed: %s, for %d min, %s. To acknowledge is to accept.", "建議會診：%s，%d 分鐘，%s。確認即為接受。", "建议会诊：%s，%d 分钟，%s。确认即为接受。"},
		MeetingBare:   T{"Proposed: %s, for %d min. To acknowledge is to accept.", "建議會診：%s，%d 分鐘。確認即為接受。", "建议会诊：%s，%d 分钟。确认即为接受。"},
		Approval:      T{"For approval by %s: %s", "待 %s 批准：%s", "待 %s 批准：%s"},
		Approved:      T{"Approved by %s, %s: %s", "%s 已於 %s 批准：%s", "%s 已于 %s 批准：%s"},
		NotApproved:   T{"Refused by %s, %s: %s", "%s 已於 %s 拒絕：%s", "%s 已于 %s 拒绝：%s"},
		Turn:          T{"to be acknowledged by %s until %s", "由 %s 於 %s 前確認", "由 %s 于 %s 前确认"},
		TurnThen:      T{"then %s", "其後 %s", "其后 %s"},
		TurnAuthor:    T{"nobody has acknowledged it in time: it is with %s again, who wrote it", "逾時未有人確認：交回撰寫者 %s", "逾时未有人确认：交回撰写者 %s"},
		TurnOwner:     T{"nobody has acknowledged it in time, and who wrote it has left: it is with the owner of the case", "逾時未有人確認，而撰寫者已離開：由個案負責人跟進", "逾时未有人确认，而撰写者已离开：由个案负责人跟进"},
		NoAllergy:     T{"this message tells of no allergy", "這則訊息沒有過敏資料", "这则信息没有过敏资料"},
		ChartShut:     T{"the patient's chart is not open", "病人的病歷未開啟", "病人的病历未打开"},
		ChartUnknown:  T{"the patient's chart is not open, and this desk does not know their number: open it (F2) and come back", "病人的病歷未開啟，而此工作站沒有其號碼：請先開啟病歷（F2）再返回", "病人的病历未打开，而此工作站没有其号码：请先打开病历（F2）再返回"},
		LookUp:        T{"y looks the patient up · Esc back", "y 查找病人 · Esc 返回", "y 查找病人 · Esc 返回"},
		LookUpNote:    T{"The patient's chart is not open. Look the patient up: once it is open, the form by which an allergy is reported stands there, filled in as unconfirmed, with who told it. Nothing leaves before you have seen and signed it.", "病人的病歷未開啟。請查找病人：病歷開啟後會顯示過敏呈報表格，已填為未證實並註明來源。你查閱及簽署前不會送出。", "病人的病历未打开。请查找病人：病历打开后会显示过敏呈报表格，已填为未证实并注明来源。你查阅及签署前不会送出。"},
		Approve:       T{"Approve", "批准", "批准"},
		Refuse:        T{"Refuse", "拒絕", "拒绝"},
		Accept:        T{"Accept the time", "接受時間", "接受时间"},
		ApproveNote:   T{"You approve it by name: its author and all members see that you did.", "你具名批准：作者及全體成員可見。", "你具名批准：作者及全体成员可见。"},
		RefuseNote:    T{"You refuse it by name. Say why in an answer (1).", "你具名拒絕。請以回覆說明原因（1）。", "你具名拒绝。请以回复说明原因（1）。"},
		AcceptNote:    T{"You accept the time that is proposed: its author and all members see that you did.", "你接受建議的時間：作者及全體成員可見。", "你接受建议的时间：作者及全体成员可见。"},
		Stays:         T{"nothing that was said in a case is copied, printed or saved from the screen; a photograph cannot be prevented", "個案中的訊息不可由畫面複製、列印或儲存，但不能防止拍攝", "个案中的信息不可由画面复制、打印或保存，但不能防止拍摄"},
		StaysViewOnly: T{"it is for reading only: this desk copies, prints and saves nothing of it; a photograph cannot be prevented", "只供閱讀：此工作站不會複製、列印或儲存，但不能防止拍攝", "只供阅读：此工作站不会复制、打印或保存，但不能防止拍摄"},
		NotWritten:    T{"View only: it is not written into a pipe or a file, which would be a copy. Read it at a terminal.", "只供閱讀：不會寫入管道或檔案，否則即為複本。請於終端機閱讀。", "只供阅读：不会写入管道或文件，否则即为副本。请于终端阅读。"},
		OwnPassing:    T{"yours: its words are kept on no desk, and are for those whom it is sealed for", "你的訊息：內容不存於任何工作站，只供收件人閱讀", "你的信息：内容不存于任何工作站，只供收件人阅读"},
		NotSpoken:     T{"what passes is not read line by line, as it would stay above: it is read on the screen, or by ehrdesk case show", "限時訊息不能逐行讀出，否則會留在畫面上方：請於畫面閱讀，或用 ehrdesk case show", "限时信息不能逐行读出，否则会留在画面上方：请于画面阅读，或用 ehrdesk case show"},
		Kinds: map[string]T{
			"allergy":     {"ALLERGY", "過敏", "过敏"},
			"intolerance": {"INTOLERANCE", "不耐受", "不耐受"},
		},
		Risks: map[string]T{
			"low":              {"low", "低", "低"},
			"high":             {"HIGH", "高", "高"},
			"unable-to-assess": {"not assessed", "未能評估", "未能评估"},
		},
		Severities: map[string]T{
			"mild":     {"mild", "輕微", "轻微"},
			"moderate": {"moderate", "中度", "中度"},
			"severe":   {"SEVERE", "嚴重", "严重"},
		},
		Certainties: map[ehrdesk.AllergyCertainty]T{
			ehrdesk.AllergyConfirmed: {"confirmed", "已證實", "已证实"},
			ehrdesk.AllergyLikely:    {"likely", "很可能", "很可能"},
			ehrdesk.AllergyUnlikely:  {"unlikely", "不大可能", "不大可能"},
			ehrdesk.AllergyUnknown:   {"not known how sure", "未知是否確實", "未知是否确实"},
		},
		Approves: map[ehrdesk.CaseApproves]T{
			ehrdesk.CaseExport:        {"an export of the record", "匯出病歷", "导出病历"},
			ehrdesk.CaseMinutes:       {"minutes of a meeting", "會議記錄", "会议记录"},
			ehrdesk.CaseTranscription: {"a transcription", "謄本", "誊本"},
			ehrdesk.CaseFormFilled:    {"a form", "表格", "表格"},
		},
	}
}
