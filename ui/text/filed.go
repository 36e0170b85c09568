package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// documentTypes are the commonest of LOINC's codes for what a document is, in English as LOINC
// has it, by which it is known that a sender said no more. Source: LOINC, document ontology.
func documentTypes() Codes {
	return codes(`
		34109-9 | Note | 臨床紀錄 | 临床记录
		11488-4 | Consult note | 診症紀錄 | 诊症记录
		11506-3 | Progress note | 病程紀錄 | 病程记录
		18842-5 | Discharge summary | 出院摘要
		34133-9 | Summary of episode note | 病歷摘要 | 病历摘要
		34117-2 | History and physical note | 病史及身體檢查 | 病史及身体检查
		57133-1 | Referral note | 轉介信 | 转介信
		28570-0 | Procedure note | 程序紀錄 | 程序记录
		11504-8 | Surgical operation note | 手術紀錄 | 手术记录
		18748-4 | Diagnostic imaging study | 影像診斷報告 | 影像诊断报告
		60591-5 | Patient summary Document | 病人摘要
	`)
}

// filedAs is what a document is: as the sender has it, and in Chinese our word for a code of
// LOINC's that came with no more than LOINC's own English.
func (w Words) filedAs(k ehrdesk.Concept) string {
	words := k.Words()
	if w.lang == English {
		return words
	}
	for _, c := range k.Codings {
		if t, ok := w.c.Facts.Documents[c.Code]; ok && c.System == loinc && (words == c.Code || strings.EqualFold(words, t[English])) {
			return w.t(t)
		}
	}
	return words
}

// repeats reports a category that is a bare code which the type of the record says as well:
// "note" of a consultation note.
func repeats(category, of *ehrdesk.Concept) bool {
	said := strings.ToLower(category.Words())
	if said == "" || len(category.Codings) != 1 || said != strings.ToLower(category.Codings[0].Code) {
		return false
	}
	for _, word := range strings.FieldsFunc(strings.ToLower(of.Words()), func(r rune) bool { return r == ' ' || r == '-' }) {
		if word == said {
			return true
		}
	}
	return false
}
