package text

import "github.com/ehrdesk/ehrdesk"

// CaseBodies are the words of what a message in a sealed case holds beside its text.
type CaseBodies struct {
	Risk, Seen, NoRecord, ViewOnly, Meeting, Approval, Approved, NotApproved, Turn, TurnThen, TurnAuthor, TurnOwner T

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
		Risk:        T{"risk %s", "風險%s", "风险%s"},
		Seen:        T{"seen by %s", "由 %s 所見", "由 %s 所见"},
		NoRecord:    T{"It stands in this case and in no record: what has to be known later is reported in the chart (M).", "只見於此個案，不在病歷內：日後須知的事，請於病歷中呈報（M）。", "只见于此个案，不在病历内：日后须知的事，请于病历中呈报（M）。"},
		ViewOnly:    T{"View only: no copy, print or export of it at this desk. A photograph cannot be prevented.", "只供閱讀：不可在此工作站複製、列印或匯出，但不能防止拍攝。", "只供阅读：不可在此工作站复制、打印或导出，但不能防止拍摄。"},
		Meeting:     T{"Proposed: %s, for %d min, %s. To acknowledge is to accept.", "建議會診：%s，%d 分鐘，%s。確認即為接受。", "建议会诊：%s，%d 分钟，%s。确认即为接受。"},
		Approval:    T{"For approval by %s: %s", "待 %s 批准：%s", "待 %s 批准：%s"},
		Approved:    T{"Approved by %s, %s: %s", "%s 已於 %s 批准：%s", "%s 已于 %s 批准：%s"},
		NotApproved: T{"Refused by %s, %s: %s", "%s 已於 %s 拒絕：%s", "%s 已于 %s 拒绝：%s"},
		Turn:        T{"to be acknowledged by %s until %s", "由 %s 於 %s 前確認", "由 %s 于 %s 前确认"},
		TurnThen:    T{"then %s", "其後 %s", "其后 %s"},
		TurnAuthor:  T{"nobody has acknowledged it in time: it is with %s again, who wrote it", "逾時未有人確認：交回撰寫者 %s", "逾时未有人确认：交回撰写者 %s"},
		TurnOwner:   T{"nobody has acknowledged it in time, and who wrote it has left: it is with the owner of the case", "逾時未有人確認，而撰寫者已離開：由個案負責人跟進", "逾时未有人确认，而撰写者已离开：由个案负责人跟进"},
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
