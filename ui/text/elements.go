package text

import (
	"strings"
	"unicode"
)

// Element puts the English words of an element's label into the screen's
// language: names of FHIR elements, which are English by standard. One that is
// not in the table, an extension's for example, stays as it was sent. A number
// at its end ("Coding 2") is kept.
func (c *Catalog) Element(l Lang, label string) string {
	if l == English {
		return label
	}
	if name, ok := strings.CutSuffix(label, " (more)"); ok { // what stands beside an element, _birthDate
		return c.Element(l, name) + T{" (more)", "（補充）", "（补充）"}[l]
	}
	words, tail := label, ""
	if i := strings.LastIndexByte(label, ' '); i > 0 && strings.IndexFunc(label[i+1:], func(r rune) bool { return !unicode.IsDigit(r) }) < 0 {
		words, tail = label[:i], label[i:]
	}
	t, ok := c.Elements[words]
	if !ok {
		return label
	}
	return t[l] + tail
}

// elements is the table; the English is the label itself.
func elements() map[string]T {
	rows := [][3]string{
		{"Resource type", "資源類別", "资源类别"},
		{"Id", "識別碼", "识别码"},
		{"Identifier", "識別碼", "识别码"},
		{"Meta", "資料屬性", "资料属性"},
		{"Version id", "版本", "版本"},
		{"Last updated", "最後更新", "最后更新"},
		{"Profile", "規格", "规格"},
		{"Tag", "標籤", "标签"},
		{"Security", "保密級別", "保密级别"},
		{"Language", "語言", "语言"},
		{"Text", "文字", "文字"},
		{"Div", "內文", "内文"},
		{"Status", "狀況", "状况"},
		{"Status reason", "狀況原因", "状况原因"},
		{"Clinical status", "臨床狀況", "临床状况"},
		{"Verification status", "確認程度", "确认程度"},
		{"Category", "類別", "类别"},
		{"Type", "種類", "种类"},
		{"Class", "類別", "类别"},
		{"Code", "代碼", "代码"},
		{"Coding", "編碼", "编码"},
		{"System", "編碼系統", "编码系统"},
		{"Version", "版本", "版本"},
		{"Display", "名稱", "名称"},
		{"Name", "姓名", "姓名"},
		{"Use", "用途", "用途"},
		{"Family", "姓", "姓"},
		{"Given", "名", "名"},
		{"Prefix", "稱謂", "称谓"},
		{"Title", "標題", "标题"},
		{"Subject", "對象", "对象"},
		{"Patient", "病人", "病人"},
		{"Encounter", "求診", "求诊"},
		{"Reference", "連結", "链接"},
		{"Effective date time", "檢查時間", "检查时间"},
		{"Effective period", "有效期間", "有效期间"},
		{"Issued", "發出時間", "发出时间"},
		{"Recorded date", "記錄日期", "记录日期"},
		{"Authored on", "開立日期", "开立日期"},
		{"Date", "日期", "日期"},
		{"Date time", "時間", "时间"},
		{"Start", "開始", "开始"},
		{"End", "結束", "结束"},
		{"Period", "期間", "期间"},
		{"Value", "數值", "数值"},
		{"Value quantity", "結果", "结果"},
		{"Value string", "結果", "结果"},
		{"Value codeable concept", "結果", "结果"},
		{"Value integer", "結果", "结果"},
		{"Value boolean", "結果", "结果"},
		{"Value date time", "時間", "时间"},
		{"Value code", "代碼", "代码"},
		{"Value decimal", "數值", "数值"},
		{"Unit", "單位", "单位"},
		{"Comparator", "比較", "比较"},
		{"Interpretation", "判讀", "判读"},
		{"Reference range", "參考範圍", "参考范围"},
		{"Low", "下限", "下限"},
		{"High", "上限", "上限"},
		{"Performer", "執行者", "执行者"},
		{"Note", "備註", "备注"},
		{"Author", "作者", "作者"},
		{"Attester", "核證者", "核证者"},
		{"Custodian", "保管機構", "保管机构"},
		{"Participant", "參與者", "参与者"},
		{"Individual", "人員", "人员"},
		{"Practitioner", "醫護人員", "医护人员"},
		{"Service provider", "醫護機構", "医护机构"},
		{"Organization", "機構", "机构"},
		{"Location", "地點", "地点"},
		{"Reason code", "原因", "原因"},
		{"Reason reference", "原因", "原因"},
		{"Reason", "原因", "原因"},
		{"Onset date time", "發病日期", "发病日期"},
		{"Abatement date time", "痊癒日期", "痊愈日期"},
		{"Severity", "嚴重程度", "严重程度"},
		{"Criticality", "危險程度", "危险程度"},
		{"Reaction", "反應", "反应"},
		{"Manifestation", "表徵", "表征"},
		{"Substance", "物質", "物质"},
		{"Asserter", "陳述者", "陈述者"},
		{"Recorder", "記錄者", "记录者"},
		{"Medication codeable concept", "藥物", "药物"},
		{"Medication reference", "藥物", "药物"},
		{"Dosage instruction", "用法", "用法"},
		{"Dosage", "用法", "用法"},
		{"Dose and rate", "劑量", "剂量"},
		{"Dose quantity", "劑量", "剂量"},
		{"Route", "給藥途徑", "给药途径"},
		{"Timing", "時間安排", "时间安排"},
		{"Repeat", "重複", "重复"},
		{"Frequency", "次數", "次数"},
		{"Period unit", "週期單位", "周期单位"},
		{"Site", "部位", "部位"},
		{"Method", "方法", "方法"},
		{"Body site", "部位", "部位"},
		{"As needed boolean", "需要時", "需要时"},
		{"Vaccine code", "疫苗", "疫苗"},
		{"Occurrence date time", "日期", "日期"},
		{"Lot number", "批號", "批号"},
		{"Expiration date", "有效日期", "有效日期"},
		{"Protocol applied", "接種程序", "接种程序"},
		{"Dose number positive int", "劑次", "剂次"},
		{"Primary source", "第一手資料", "第一手资料"},
		{"Target disease", "預防疾病", "预防疾病"},
		{"Performed date time", "進行時間", "进行时间"},
		{"Performed period", "進行期間", "进行期间"},
		{"Outcome", "結果", "结果"},
		{"Result", "結果", "结果"},
		{"Component", "項目", "项目"},
		{"Conclusion", "結論", "结论"},
		{"Section", "章節", "章节"},
		{"Entry", "項目", "项目"},
		{"Content", "內容", "内容"},
		{"Attachment", "附件", "附件"},
		{"Content type", "格式", "格式"},
		{"Url", "網址", "网址"},
		{"Description", "描述", "描述"},
		{"Intent", "目的", "目的"},
		{"Priority", "緩急", "缓急"},
		{"Requester", "開立者", "开立者"},
		{"Specimen", "樣本", "样本"},
		{"Device", "儀器", "仪器"},
		{"Based on", "根據", "根据"},
		{"Contained", "內含資料", "内含资料"},
		{"Extension", "延伸資料", "延伸资料"},
		{"Modifier extension", "影響意思的延伸資料", "影响意思的延伸资料"},
		{"Gender", "性別", "性别"},
		{"Birth date", "出生日期", "出生日期"},
		{"Deceased date time", "死亡時間", "死亡时间"},
		{"Telecom", "聯絡方法", "联络方法"},
		{"Address", "地址", "地址"},
		{"Line", "地址行", "地址行"},
		{"City", "城市", "城市"},
		{"District", "地區", "地区"},
		{"Country", "國家或地區", "国家或地区"},
		{"Postal code", "郵政編碼", "邮政编码"},
		{"Marital status", "婚姻狀況", "婚姻状况"},
		{"Contact", "聯絡人", "联络人"},
		{"Relationship", "關係", "关系"},
		{"Communication", "溝通", "沟通"},
		{"General practitioner", "家庭醫生", "家庭医生"},
		{"Managing organization", "管理機構", "管理机构"},
		{"Active", "有效", "有效"},
		{"Data", "資料", "资料"},
		{"Size", "大小", "大小"},
		{"Hash", "雜湊值", "散列值"},
		{"Creation", "建立時間", "建立时间"},
	}
	out := make(map[string]T, 2*len(rows))
	labels(out)
	for _, r := range rows {
		out[r[0]] = T(r)
	}
	return out
}
