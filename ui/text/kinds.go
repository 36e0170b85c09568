package text

import "github.com/ehrdesk/ehrdesk"

// kindNames are the names of the kinds of record, in the order of ehrdesk.Kinds.
var kindNames = map[ehrdesk.Kind]T{
	ehrdesk.KindPersonal:           {"personal data", "個人資料", "个人资料"},
	ehrdesk.KindEncounter:          {"encounters and appointments", "求診及預約", "求诊及预约"},
	ehrdesk.KindLaboratory:         {"laboratory reports", "化驗報告", "化验报告"},
	ehrdesk.KindRadiology:          {"radiology reports", "放射報告", "放射报告"},
	ehrdesk.KindObservation:        {"observations and lifestyle", "觀察及生活模式", "观察及生活模式"},
	ehrdesk.KindAllergy:            {"allergies and reactions", "過敏及不良反應", "过敏及不良反应"},
	ehrdesk.KindNote:               {"clinical notes", "臨床紀錄及摘要", "临床记录及摘要"},
	ehrdesk.KindOtherInvestigation: {"other investigations", "其他檢查報告", "其他检查报告"},
	ehrdesk.KindCertificate:        {"medical certificates", "醫生證明書", "医生证明书"},
	ehrdesk.KindDiagnosis:          {"diagnoses", "診斷", "诊断"},
	ehrdesk.KindProcedure:          {"procedures", "程序", "程序"},
	ehrdesk.KindMedication:         {"medication", "藥物", "药物"},
	ehrdesk.KindBirth:              {"birth records", "出生紀錄", "出生记录"},
	ehrdesk.KindImmunisation:       {"immunisations", "免疫接種", "免疫接种"},
	ehrdesk.KindReferral:           {"referrals", "轉介", "转介"},
}

// KindName is the name of a kind of record.
func (c *Catalog) KindName(k ehrdesk.Kind) T {
	if n, ok := kindNames[k]; ok {
		return n
	}
	return T{k.String(), k.String(), k.String()}
}
