package text

import (
	"cmp"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/apart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// The signs before what this provider wrote, and before what another source says otherwise. They have words in the help and are
// said in words where nobody sees them.
const (
	OwnMark   = "◆" // its signature holds
	OwnSaid   = "◇" // its source says so
	ApartMark = "≠"
)

// Own is what stands with records that this provider wrote, and with what others hold of the same.
type Own struct {
	Spoken, SpokenSaid              T // where the signs are said
	Holds, Said, Claimed            T // in the detail
	Legend, LegendApart             T // in the help
	Ours, Otherwise, Differ, Cannot T
	OtherwiseSpoken                 T
	Heading, Product, NotSaid, Date T
	NoOther, NotOurs, NoCode, More  T
	Forbidden, Given, None, Listed  T
	Aspects                         [11]T // by aspect, from 0
}

func own() Own {
	return Own{
		Spoken:          T{"written here", "本機構所寫", "本机构所写"},
		SpokenSaid:      T{"written here by its source's word, not checked", "來源說由本機構所寫，未核對", "来源说由本机构所写，未核对"},
		Holds:           T{"◆ Written by this provider; its signature holds", "◆ 由本機構寫入；簽署有效", "◆ 由本机构写入；签署有效"},
		Said:            T{"◇ Written by this provider, as its source says; no signature of this provider on it was checked", "◇ 來源說由本機構寫入；未核對本機構的簽署", "◇ 来源说由本机构写入；未核对本机构的签署"},
		Claimed:         T{"! Its source says that this provider wrote it; this provider has not signed it as it stands", "! 來源說由本機構寫入；但本機構並沒有簽署此內容", "! 来源说由本机构写入；但本机构并没有签署此内容"},
		Legend:          T{"◆ this provider wrote it, and its signature holds · ◇ its source says that this provider wrote it; not checked", "◆ 由本機構寫入，簽署有效 · ◇ 來源說由本機構寫入，未核對", "◆ 由本机构写入，签署有效 · ◇ 来源说由本机构写入，未核对"},
		LegendApart:     T{"≠ another source says otherwise of the same diagnosis, allergy or drug: both stand, and neither is taken for right", "≠ 其他來源對同一診斷、過敏或藥物的說法不同：兩者並列，不作取捨", "≠ 其他来源对同一诊断、过敏或药物的说法不同：两者并列，不作取舍"},
		Ours:            T{"This provider", "本機構", "本机构"},
		Otherwise:       T{"≠ %s: %s", "≠ %s：%s", "≠ %s：%s"},
		OtherwiseSpoken: T{"differs: %s: %s", "說法不同：%s：%s", "说法不同：%s：%s"},
		Differ:          T{"≠ sources differ", "≠ 各來源說法不同", "≠ 各来源说法不同"},
		Cannot:          T{"%s (cannot be compared)", "%s（無法比較）", "%s（无法比较）"},
		Heading:         T{"Side by side: nothing is merged", "各來源並列，不作合併", "各来源并列，不作合并"},
		Product:         T{"As written", "原文", "原文"},
		NotSaid:         T{"not said", "沒有記載", "没有记载"},
		Date:            T{"Dated", "日期", "日期"},
		NoOther:         T{"No other record is known to be of the same.", "沒有已知屬同一項的其他紀錄。", "没有已知属同一项的其他纪录。"},
		NotOurs:         T{"No record of this provider is known to be of it.", "沒有已知屬同一項的本機構紀錄。", "没有已知属同一项的本机构纪录。"},
		NoCode:          T{"No code or name that is known here: compared with nothing.", "沒有此處認識的代碼或名稱，不作比較。", "没有此处认识的代码或名称，不作比较。"},
		More:            T{"≠ +%d more source{s}", "≠ 另有 %d 個來源", "≠ 另有 %d 个来源"},
		Forbidden:       T{"must not be given", "不可給予", "不可给予"},
		Given:           T{"given", "有給予", "有给予"},
		None:            T{"no known allergy", "沒有已知過敏", "没有已知过敏"},
		Listed:          T{"an allergy: %s", "過敏：%s", "过敏：%s"},
		Aspects: [...]T{
			apart.NoneKnown - 1: {"Allergy", "過敏", "过敏"}, apart.Forbidden - 1: {"Order", "指示", "指示"}, apart.Status - 1: {"Status", "狀況", "状况"}, apart.Verification - 1: {"Verification", "確認", "确认"},
			apart.Severity - 1: {"Severity", "嚴重程度", "严重程度"}, apart.Reaction - 1: {"Reaction", "反應", "反应"}, apart.Reacted - 1: {"How bad", "反應程度", "反应程度"}, apart.Dose - 1: {"Dose", "劑量", "剂量"},
			apart.Site - 1: {"Site", "部位", "部位"}, apart.Onset - 1: {"Since", "開始", "开始"}, apart.End - 1: {"Until", "結束", "结束"},
		},
	}
}

// Mark is the sign before a record of this provider's, "" for another.
func (o *Own) Mark(m ehrdesk.RecordMark) string {
	switch {
	case m.Has(ehrdesk.MarkHolds):
		return OwnMark
	case m.Has(ehrdesk.MarkOwn):
		return OwnSaid
	}
	return ""
}

// Named is what an aspect is called.
func (o *Own) Named(a apart.Aspect) T { return o.Aspects[a-1] }

// Aspect is what a record says of an aspect, in words; "" where it says nothing. drug is how a drug stands by the records of the
// same side, nil for another thing.
func (w Words) Aspect(a apart.Aspect, r *ehrdesk.Record, drug *medication.Drug) string {
	o, f := &w.c.Own, w.Open(r)
	switch a {
	case apart.NoneKnown:
		if r.Flag == ehrdesk.FlagNoneKnown || r.Flag == ehrdesk.FlagNoneText {
			return w.t(o.None)
		}
		return w.put(o.Listed, w.Row(r).Title)
	case apart.Forbidden:
		if drug != nil && drug.Remarks.Has(medication.Forbidden) {
			return w.t(o.Forbidden)
		}
		return w.t(o.Given)
	case apart.Status:
		if drug == nil {
			return w.stateWords(r, &f, ehrdesk.StateClinical)
		}
		if drug.Remarks.Has(medication.NotTaken) || drug.Remarks.Has(medication.Cancelled) {
			return w.StatusName(r)
		}
		return strings.Join(w.DrugStanding(drug), " · ")
	case apart.Verification:
		return w.stateWords(r, &f, ehrdesk.StateVerification)
	case apart.Severity:
		return w.Said(f.Severity, "severity")
	case apart.Reaction:
		var out []string
		for i := range f.Reactions {
			x := &f.Reactions[i]
			for k := range x.Manifestations {
				out = append(out, w.Said(x.Manifestations[k], ""))
			}
			if len(x.Manifestations) == 0 {
				out = append(out, ehrdesk.CleanLine(x.Text))
			}
		}
		return join(", ", out...)
	case apart.Reacted:
		var out []string
		for i := range f.Reactions {
			if s := f.Reactions[i].Severity; s != "" {
				out = append(out, w.Said(ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: s}}}, "severity"))
			}
		}
		return join(", ", out...)
	case apart.Dose:
		return strings.Join(w.DoseAttributes(&f), " – ")
	case apart.Site:
		var out []string
		for i := range f.Sites {
			out = append(out, w.Said(f.Sites[i], ""))
		}
		return join(", ", out...)
	case apart.Onset:
		return w.beganAt(&f, "onset")
	case apart.End:
		return w.beganAt(&f, "abatement")
	}
	return ""
}

// DrugStanding is how a drug stands, and that its end has passed where nobody said that it had.
func (w Words) DrugStanding(d *medication.Drug) []string {
	out := []string{w.DrugState(d.State)}
	if d.Remarks.Has(medication.EndPassed) && !d.Until.IsZero() {
		out = append(out, w.put(w.c.Medication.EndPassed, w.Date(d.Until)))
	}
	return out
}

func (w Words) stateWords(r *ehrdesk.Record, f *ehrdesk.Facts, e ehrdesk.StateElement) string {
	s, ok := f.State(e)
	if !ok {
		return ""
	}
	return cmp.Or(w.state(r, &s), ehrdesk.CleanLine(s.Concept.Words()))
}

func (w Words) beganAt(f *ehrdesk.Facts, name string) string {
	for i := range f.Times {
		if t := &f.Times[i]; t.Name == name {
			return cmp.Or(w.Date(t.From), ehrdesk.CleanLine(t.Text))
		}
	}
	for i := range f.Ages {
		if a := &f.Ages[i]; a.Name == name {
			return w.Amount(a.Low)
		}
	}
	return ""
}
