package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
)

// Safety are the words of what the safety rules say.
type Safety struct {
	Title, Making, Chip, ChipRunning, InPart, CheckOff, Acknowledged, Given, New, Reviewed, RuleOf, Sources, Also, NothingFound, NotAll,
	Unchecked, UncheckedAllergies, NotCheckedName, More, Action, Instead, InsteadNone, Topical, Add, Refused, Tolerated, Possibly, StoppedActs, Planned, Undated,
	Age, Without, TakesToo, Had, Begun, Dose, DoseNotKnown, NotKnown, LastDone, NeverDone, Each, Criticals, LocalRule, Allergy, Unconfirmed, Across T
	Tiers                                                                                                                                                                      [4]T // Stop first
	Counted                                                                                                                                                                    [4]T // the same with a number, for the chip
	Checks                                                                                                                                                                     [safety.Checks]T
	Lacking                                                                                                                                                                    map[string]T // by key of values.csv, "age", "dose-a", "recent"
	CardBack, CardEnter, EnterCard, EnterMore, CardKeys, CardTitle, Again, AgainNot, AgainIn, Reason, ReasonLead, ReasonNeeded, ReasonSubmit, Kept, Keeping, NotDecides, OneOf T
}

func safetyPhrases() Safety {
	return Safety{
		Title:       T{"Safety checks", "安全檢查", "安全检查"},
		Making:      T{"Checking medicines…", "正在檢查藥物…", "正在检查药物…"},
		Chip:        T{"Checks %d/%d", "檢查 %d/%d", "检查 %d/%d"},
		InPart:      T{"in part", "（部分）", "（部分）"},
		ChipRunning: T{"Checks running", "正在檢查", "正在检查"},
		CheckOff:    T{"%s not checked: %s", "%s未檢查：%s", "%s未检查：%s"},
		Tiers:       [4]T{{"STOP", "停止", "停止"}, {"SERIOUS", "嚴重", "严重"}, {"CAUTION", "注意", "注意"}, {"INFO", "參考", "参考"}},
		Counted:     [4]T{{"%d stop", "%d 停止", "%d 停止"}, {"%d serious", "%d 嚴重", "%d 严重"}, {"%d caution", "%d 注意", "%d 注意"}, {"%d info", "%d 參考", "%d 参考"}},
		Checks: [safety.Checks]T{
			safety.CheckInteractions: {"interactions", "藥物相互作用", "药物相互作用"}, safety.CheckAllergies: {"allergies", "過敏", "过敏"}, safety.CheckDuplicates: {"duplicates", "重複用藥", "重复用药"},
			safety.CheckDoses: {"doses and kidneys", "劑量與腎功能", "剂量与肾功能"}, safety.CheckValues: {"critical results", "危急結果", "危急结果"}, safety.CheckMonitoring: {"overdue tests", "逾期檢驗", "逾期检验"},
		},
		Lacking: map[string]T{
			"age": {"age", "年齡", "年龄"}, "dose-a": {"daily dose", "每日劑量", "每日剂量"}, "dose-b": {"daily dose", "每日劑量", "每日剂量"}, "recent": {"when it was begun", "開始日期", "开始日期"},
			"k": {"potassium", "血鉀", "血钾"}, "egfr": {"eGFR", "腎小球濾過率", "肾小球滤过率"}, "digoxin": {"digoxin level", "地高辛濃度", "地高辛浓度"},
		},
		Acknowledged:       T{"acknowledged by %s, %s", "%s 已確認（%s）", "%s 已确认（%s）"},
		Given:              T{"reason: %s", "原因：%s", "原因：%s"},
		New:                T{"new", "新", "新"},
		Reviewed:           T{"not yet reviewed by a pharmacist", "未經藥劑師審閱", "未经药剂师审阅"},
		RuleOf:             T{"rule %s · v%s", "規則 %s · v%s", "规则 %s · v%s"},
		Sources:            T{"source: %s", "來源：%s", "来源：%s"},
		Also:               T{"also rule{s} %s", "另見規則 %s", "另见规则 %s"},
		NothingFound:       T{"no match in %d rules (v%s)", "%d 項規則中沒有相符（v%s）", "%d 项规则中没有相符（v%s）"},
		NotAll:             T{"this is no statement that there is no interaction", "這並不表示沒有相互作用", "这并不表示没有相互作用"},
		Unchecked:          T{"%d of %d medicine{s} not checked", "%[2]d 種藥物中 %[1]d 種未檢查", "%[2]d 种药物中 %[1]d 种未检查"},
		UncheckedAllergies: T{"%d allerg{y|ies} not checked", "%d 項過敏未檢查", "%d 项过敏未检查"},
		NotCheckedName:     T{"in no table", "不在任何列表", "不在任何列表"},
		More:               T{"+ %d more", "另有 %d 項", "另有 %d 项"},
		Action:             T{"do: %s", "處理：%s", "处理：%s"},
		Instead:            T{"instead: %s", "可改用：%s", "可改用：%s"},
		InsteadNone:        T{"instead: nothing that these rules let pass in this patient", "可改用：這些規則下此病人沒有合適的選擇", "可改用：这些规则下此病人没有合适的选择"},
		Topical:            T{"topical %s", "外用%s", "外用%s"},
		Add:                T{"add %s", "加%s", "加%s"},
		Refused:            T{"not %s (rule %s)", "不可用%s（規則 %s）", "不可用%s（规则 %s）"},
		Tolerated:          T{"tolerated %s, same drug", "%s 曾用同一藥物", "%s 曾用同一药物"},
		Possibly:           T{"possibly taken", "可能在用", "可能在用"},
		Planned:            T{"proposed, not begun", "擬用，未開始", "拟用，未开始"},
		Undated:            T{"handed out, date not recorded", "已配藥，沒有日期", "已配药，没有日期"},
		StoppedActs:        T{"stopped, still acts", "已停用，藥效未退", "已停用，药效未退"},
		Age:                T{"age %d", "%d 歲", "%d 岁"},
		Without:            T{"no %s", "沒有%s", "没有%s"},
		TakesToo:           T{"takes %s", "同時用%s", "同时用%s"},
		Had:                T{"%s, %s", "%s（%s）", "%s（%s）"},
		Begun:              T{"begun %d day{s} ago", "%d 日前開始", "%d 日前开始"},
		Dose:               T{"%s mg a day", "每日 %s 毫克", "每日 %s 毫克"},
		DoseNotKnown:       T{"written for each day", "處方為每日服用", "处方为每日服用"},
		NotKnown:           T{"%s not known", "%s不詳", "%s不详"},
		LastDone:           T{"last %s, %s", "上次 %s（%s）", "上次 %s（%s）"},
		NeverDone:          T{"none in what was read of the last 2 years", "讀取的過去兩年紀錄中沒有", "读取的过去两年记录中没有"},
		Each:               T{"due every %d day{s}", "每 %d 日一次", "每 %d 日一次"},
		Criticals:          T{"critical by its sender", "發出者標示危急", "发出者标示危急"},
		LocalRule:          T{"local rule: %s", "本站規則：%s", "本站规则：%s"},
		Allergy:            T{"allergy: %s", "過敏：%s", "过敏：%s"},
		Unconfirmed:        T{"unconfirmed", "未確定", "未确定"},
		Across:             T{"different sources", "來源不同", "来源不同"},
		CardTitle:          T{"%s – %s", "%s – %s", "%s – %s"},
		CardBack:           T{"Enter or Esc back: nothing is decided, it stays in ! Safety checks", "Enter 或 Esc 返回：未作決定，仍列於 ! 安全檢查", "Enter 或 Esc 返回：未作决定，仍列于 ! 安全检查"},
		EnterCard:          T{"acknowledge", "確認", "确认"},
		EnterMore:          T{"show the rest", "顯示其餘", "显示其余"},
		CardEnter:          T{"back", "返回", "返回"},
		CardKeys:           T{"1-%d open a record · y go on, with a reason", "1-%d 開啟紀錄 · y 繼續並註明原因", "1-%d 打开记录 · y 继续并注明原因"},
		OneOf:              T{"%d of %d", "%d／%d", "%d／%d"},
		Again:              T{"Measure", "檢驗", "检验"},
		AgainNot:           T{"nothing to be measured", "無須檢驗", "无须检验"},
		AgainIn:            T{"in %d day{s}: on the day's list", "%d 日後：列入當日名單", "%d 日后：列入当日名单"},
		Reason:             T{"Reason", "原因", "原因"},
		ReasonLead:         T{"It is kept with your name, in the access log too: no names or numbers of persons.", "連同你的姓名保存並記入取覽記錄：請勿填寫姓名或號碼。", "连同你的姓名保存并记入取览记录：请勿填写姓名或号码。"},
		ReasonNeeded:       T{"at least %d character{s} say why", "請以至少 %d 個字說明原因", "请以至少 %d 个字说明原因"},
		ReasonSubmit:       T{"y  go on all the same", "y  仍然繼續", "y  仍然继续"},
		Kept:               T{"acknowledged, and written in the access log", "已確認，並已記入取覽記錄", "已确认，并已记入取览记录"},
		Keeping:            T{"keeping it…", "正在保存…", "正在保存…"},
		NotDecides:         T{"who prescribes or dispenses acknowledges findings", "由處方或配藥者確認提示", "由处方或配药者确认提示"},
	}
}

// fill is a phrase with what stands in it.
func (w Words) fill(t T, args ...any) string { return Sprintf(w.t(t), args...) }

// in is a sentence of the tables in the screen's language.
func (w Words) in(t safety.Text) string { return w.t(T{t.English, t.Hant, t.Hans}) }

// Effect is what a line says that happens.
func (w Words) Effect(l *safety.Line) string { return w.in(l.Effect) }

// Medicine is a medicine's name as its record writes it, without strength and form.
func (w Words) Medicine(m *safety.Medicine) string {
	p := medication.Name(m.Drug.Name)
	return ehrdesk.CleanLine(strings.Trim(strings.ToLower(p.Generic), " –—-"))
}

// Finding is what a finding is about: two drugs, a drug and an allergy, a drug and a value, a result, a test.
func (w Words) Finding(f *safety.Finding) string {
	t := &w.c.Safety
	switch f.Kind {
	case safety.AllergyMatch:
		return w.Medicine(f.A) + " + " + w.fill(t.Allergy, ehrdesk.CleanLine(f.Allergy.Record.Title))
	case safety.Critical:
		return w.test(f.Value) + " " + w.measured(f.Value)
	case safety.Overdue:
		return w.t(w.termWords(f.Duty.Term.English, f.Duty.Term.Hant, f.Duty.Term.Hans))
	case safety.Interaction, safety.Dose, safety.Duplicate:
	}
	name := w.Medicine(f.A)
	switch {
	case f.B != nil:
		name += " + " + w.Medicine(f.B)
	case f.Second != nil:
		name += " ×2"
	case f.Value != nil:
		name += " + " + w.test(f.Value) + " " + w.measured(f.Value)
	}
	return name
}

func (w Words) termWords(en, hant, hans string) T { return T{en, hant, hans} }

func (w Words) test(v *safety.Value) string {
	if t := v.Term(); t != nil {
		return w.t(w.termWords(t.English, t.Hant, t.Hans))
	}
	return ehrdesk.CleanLine(v.Record.Title)
}

func (w Words) measured(v *safety.Value) string {
	if v.Sent.Number == "" {
		return w.Date(v.At)
	}
	return strings.TrimSpace(w.Number(v.Sent.Comparator, v.Sent.Number)+" "+w.Unit(v.Sent)) + " (" + w.Date(v.At) + ")"
}

// Says is what a finding says of its subject: what happens.
func (w Words) Says(f *safety.Finding) string {
	t := &w.c.Safety
	switch f.Kind {
	case safety.Critical:
		if f.Told {
			return w.t(t.Criticals)
		}
		return w.fill(t.LocalRule, f.Line.Part)
	case safety.Overdue:
		return w.fill(t.Each, f.Duty.Days) + " · " + w.lastDone(f)
	case safety.Interaction, safety.AllergyMatch, safety.Dose, safety.Duplicate:
	}
	return w.in(f.Line.Effect)
}

func (w Words) lastDone(f *safety.Finding) string {
	t := &w.c.Safety
	if f.Value == nil {
		return w.t(t.NeverDone)
	}
	return w.fill(t.LastDone, w.Date(f.Value.At), ehrdesk.CleanLine(f.Value.Record.Source))
}

// Grounds are what raised a finding in this patient, and what could not be judged.
func (w Words) Grounds(f *safety.Finding) (out []string) {
	t := &w.c.Safety
	for i := range f.Raised {
		if said := w.ground(&f.Raised[i]); said != "" {
			out = append(out, said)
		}
	}
	for _, l := range f.Lacking {
		out = append(out, w.fill(t.NotKnown, w.t(t.Lacking[l])))
	}
	if f.Across {
		out = append(out, w.t(t.Across))
	}
	if !f.Tolerated.IsZero() {
		out = append(out, w.fill(t.Tolerated, w.Date(f.Tolerated)))
	}
	if f.Allergy != nil && f.Allergy.Unconfirmed {
		out = append(out, w.t(t.Unconfirmed))
	}
	return out
}

func (w Words) ground(g *safety.Ground) string {
	t := &w.c.Safety
	switch g.Kind {
	case safety.GroundAge:
		return w.fill(t.Age, g.Years)
	case safety.GroundTakes:
		return w.fill(t.TakesToo, w.Medicine(g.Medicine))
	case safety.GroundWithout:
		return w.fill(t.Without, w.in(g.Class.Words))
	case safety.GroundValue:
		return w.test(g.Value) + " " + w.measured(g.Value)
	case safety.GroundFinding:
		return w.fill(t.Had, ehrdesk.CleanLine(g.Finding.Record.Title), w.Date(g.Finding.Record.Date))
	case safety.GroundRecent:
		return w.fill(t.Begun, g.Days)
	case safety.GroundDose:
		if g.Medicine.Daily.Milligrams > 0 {
			return w.fill(t.Dose, fmt.Sprint(g.Medicine.Daily.Milligrams))
		}
		return w.t(t.DoseNotKnown)
	}
	return ""
}

// Taking is how sure it is that a medicine is taken, "" where it plainly is.
func (w Words) Taking(m *safety.Medicine) string {
	switch m.On {
	case safety.Possibly:
		return w.t(w.c.Safety.Possibly)
	case safety.Stopped:
		return w.t(w.c.Safety.StoppedActs)
	case safety.Planned:
		return w.t(w.c.Safety.Planned)
	case safety.Undated:
		return w.t(w.c.Safety.Undated)
	case safety.Taken:
	}
	return ""
}

// Do is what a rule says to do, "" for nothing.
func (w Words) Do(f *safety.Finding) string {
	if s := w.in(f.Line.Action); s != "" {
		return w.fill(w.c.Safety.Action, s)
	}
	return ""
}

// Alternatives are what may be given instead in this patient, and what may not by which rule; "" where a rule names none.
func (w Words) Alternatives(f *safety.Finding) string {
	t := &w.c.Safety
	var may, not []string
	for i := range f.Instead {
		a := &f.Instead[i]
		var names []string
		for _, s := range a.Terms {
			names = append(names, w.t(w.termWords(s.English, s.Hant, s.Hans)))
		}
		name := strings.Join(names, " + ")
		switch {
		case a.Topical:
			name = w.fill(t.Topical, name)
		case a.Beside:
			name = w.fill(t.Add, name)
		}
		if a.Against != nil {
			not = append(not, w.fill(t.Refused, name, a.Against.Line.Name()))
			continue
		}
		may = append(may, name)
	}
	switch {
	case len(f.Instead) == 0:
		return ""
	case len(may) == 0:
		return strings.Join(append([]string{w.t(t.InsteadNone)}, not...), " · ")
	}
	return strings.Join(append([]string{w.fill(t.Instead, strings.Join(may, ", "))}, not...), " · ")
}

// Rule is a rule by name and version, its source, and that nobody has reviewed it yet.
func (w Words) Rule(f *safety.Finding, version string) string {
	t := &w.c.Safety
	out := []string{w.fill(t.RuleOf, f.Line.Name(), version)}
	if len(f.Also) > 0 {
		names := make([]string, len(f.Also))
		for i, l := range f.Also {
			names[i] = l.Name()
		}
		out = append(out, w.fill(t.Also, strings.Join(names, ", ")))
	}
	out = append(out, w.fill(t.Sources, f.Line.Source))
	if f.Line.ReviewedBy == "" && !f.Told {
		out = append(out, w.t(t.Reviewed))
	}
	return strings.Join(out, " · ")
}

// Tier is a tier's word.
func (w Words) Tier(t safety.Tier) string { return w.t(w.c.Safety.Tiers[t-safety.Stop]) }

// Counted is so many findings of a tier.
func (w Words) Counted(t safety.Tier, n int) string {
	return w.fill(w.c.Safety.Counted[t-safety.Stop], n)
}

// Chip is the report in two words: how many checks are on, and how many findings of the two graver tiers there are. It says
// nothing of there being none.
func (w Words) Chip(r *safety.Report) (checks, found string) {
	t := &w.c.Safety
	if r == nil {
		return w.t(t.ChipRunning), ""
	}
	var counted []string
	for _, tier := range [...]safety.Tier{safety.Stop, safety.Serious} {
		if n := r.Count(tier); n > 0 {
			counted = append(counted, w.Counted(tier, n))
		}
	}
	on := w.fill(t.Chip, r.On(), safety.Checks)
	if slices.Contains(r.Partial[:], true) {
		on += " " + w.t(t.InPart)
	}
	return on, strings.Join(counted, " · ")
}

// Outcome says what the rules can say where nothing was found, and of how many medicines.
func (w Words) Outcome(r *safety.Report) (out []string) {
	t := &w.c.Safety
	pair := slices.ContainsFunc(r.Findings, func(f safety.Finding) bool { return f.Kind == safety.Interaction })
	if !pair && r.Available[safety.CheckInteractions] {
		out = append(out, w.fill(t.NothingFound, r.Rules, r.Version))
	}
	if n := len(r.Unchecked()); n > 0 {
		out = append(out, w.fill(t.Unchecked, n, len(r.Medicines)))
	}
	if n := len(r.UncheckedAllergies()); n > 0 {
		out = append(out, w.fill(t.UncheckedAllergies, n))
	}
	return out
}
