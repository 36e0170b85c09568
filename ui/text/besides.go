package text

import (
	"cmp"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// besides are the phrases for what qualifies a record, by its element; where the
// element has no words of its own, by its name with a dash before it.
func besides() Codes {
	return codes(`
		reaction | reaction: %s | 接種後反應：%s | 接种后反应：%s
		doNotPerform | DO NOT DO: %s | 不可進行：%s | 不可进行：%s
		deny | REFUSED: %s | 拒絕：%s | 拒绝：%s
		permit | allowed: %s | 同意：%s
		excludeFoodModifier | WITHOUT: %s | 不可含：%s
		foodPreferenceModifier | diet: %s | 飲食要求：%s | 饮食要求：%s
		complication | complication: %s | 併發症：%s | 并发症：%s
		orderDetail | %s | %s
		substitution | no substitution | 不可替代
		wasSubstituted | another was given in place of what was prescribed | 已用另一藥物替代處方 | 已用另一药物替代处方
		detail | %s | %s
		mitigation | done about it: %s | 已採取措施：%s | 已采取措施：%s
		summary | %s | %s
		abatement | over | 已結束 | 已结束
		deceased | died | 已去世
		deleted | removed from the list: %s | 已從列表移除：%s | 已从列表移除：%s
		emptyReason | nothing in the list: %s | 列表沒有內容：%s | 列表没有内容：%s
		exclude | WITHOUT: %s | 不包括：%s
		dischargeDisposition | discharged: %s | 出院去向：%s | 出院去向：%s
		specimenCondition | condition: %s | 樣本狀況：%s | 样本状况：%s
		cancelationReason | reason: %s | 原因：%s
		programme | programme: %s | 計劃：%s | 计划：%s
		prediction | risk of %s | 風險：%s | 风险：%s
		condition | %s | %s
		contributedToDeath | a cause of the death | 為死因之一 | 为死因之一
		coded | coded: %s | 編碼：%s | 编码：%s
		alsoSays | it also says: %s | 紀錄又稱：%s | 记录又称：%s
		linkedDrug | the medicine it refers to is called: %s | 所連結的藥物名為：%s | 所链接的药物名为：%s
		drugInError | THE MEDICINE IT REFERS TO WAS ENTERED IN ERROR | 所連結的藥物資料屬錯誤輸入 | 所链接的药物资料属错误输入
		drugAltered | SOMETHING IN THE MEDICINE IT REFERS TO MAY TURN ITS MEANING ROUND | 所連結的藥物資料含有可能改變其含義的內容 | 所链接的药物资料含有可能改变其含义的内容
		negligible | negligible | 極低 | 极低
		low | low | 低
		moderate | moderate | 中等
		high | high | 高
		certain | certain | 確定 | 确定
		10828004 | positive | 陽性 | 阳性
		260385009 | negative | 陰性 | 阴性
		260373001 | detected | 檢出 | 检出
		260415000 | not detected | 未檢出 | 未检出
		11214006 | reactive | 有反應 | 有反应
		131194007 | not reactive | 沒有反應 | 没有反应
		52101004 | present | 有
		2667000 | absent | 沒有 | 没有
	`)
}

// Besides say what qualifies a record, each in its phrase.
func (w Words) besides(f *ehrdesk.Facts, add func(string)) {
	for i := range f.Besides {
		add(w.beside(&f.Besides[i], f))
	}
}

func (w Words) beside(b *ehrdesk.Beside, f *ehrdesk.Facts) string {
	p := &w.c.Facts.Phrases
	phrase, known := w.c.Facts.Besides[b.Element]
	if !known {
		phrase = T{"%s", "%s", "%s"}
	}
	s := w.concept(b.Concept, w.c.Facts.Besides, w.c.Facts.Details, w.c.Facts.Statuses)
	var more []string
	for _, v := range b.Values {
		switch {
		case b.Element == "condition" && (v.Kind == ehrdesk.IsQuantity || v.Kind == ehrdesk.IsRange):
			more = append(more, w.put(p.At, w.age(v.Low, v.High)))
		case v.Kind == ehrdesk.IsConcept && len(v.Concept.Codings) > 0 && v.Concept.Codings[0].Code == "contributedToDeath":
			more = append(more, w.t(w.c.Facts.Besides["contributedToDeath"]))
		case b.Element == "condition" && v.Kind == ehrdesk.IsConcept:
			more = append(more, w.put(p.Outcome, v.Concept.Words()))
		case v.Kind == ehrdesk.IsConcept:
			more = append(more, w.concept(v.Concept, w.c.Facts.Besides))
		case v.Kind == ehrdesk.IsRange && quantityTime(cmp.Or(v.Low, v.High)) != "":
			more = append(more, w.length(v.Low, v.High))
		default:
			more = append(more, w.value(v, nil))
		}
	}
	extra := strings.Join(more, ", ")
	if w.lang != English {
		extra = strings.Join(more, "，")
	}
	switch {
	case b.Element == "prediction" && named(s, &f.Code), b.Element == "prediction" && s == f.Code.Words(): // the title says it
		return extra
	case !strings.Contains(phrase[English], "%s"):
		return w.t(phrase)
	case s == "" && extra == "" && (b.Element == "deny" || b.Element == "permit"):
		return strings.TrimRight(w.put(phrase, ""), ": ：")
	case s == "" && extra == "":
		s = w.t(p.SeeDetail)
	case extra != "" && s != "":
		s = w.put(p.OfType, s, extra)
	case extra != "":
		s = extra
	}
	return w.put(phrase, s)
}

// age is an age, or from one to another.
func (w Words) age(low, high ehrdesk.Quantity) string {
	switch {
	case high.IsZero():
		return w.aged(low)
	case low.IsZero():
		return w.put(w.c.Facts.Phrases.RangeTo, w.aged(high))
	}
	return w.between(low, high, w.aged, doseNumber)
}

// length is a length of time, or from one to another.
func (w Words) length(low, high ehrdesk.Quantity) string {
	switch {
	case high.IsZero():
		return w.put(w.c.Facts.Phrases.From, w.duration(low))
	case low.IsZero():
		return w.put(w.c.Facts.Phrases.RangeTo, w.duration(high))
	}
	return w.between(low, high, w.duration, doseNumber)
}
