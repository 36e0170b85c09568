package text

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// Medication are the words of the list of drugs.
type Medication struct {
	Title, Current, Past, Showing, None, NoneCurrent, NonePast, NoneKnown, NoInformation, Asserted, Others,
	Above, Below, Lines, Dose, HighRisk, Since, SinceNever, Until, First, Was, Supplies, Given, Repeats, Also, Newer, Where,
	Proposed, NotTaken, Cancelled, EndPassed, EndPassedNever, SupplyOut, SupplyLeft, Administered, Contradiction,
	Step, Undated, Dated, Begun, InForce, Began, Changed, Stopped, StoppedNever, Again, Supplied, GivenOnce, InErrorCount,
	ShowPast, ShowCurrent, Unfold, FoldUp, NoDrug T
	States [6]T // by medication.State
	Groups Codes
}

func medications() Medication {
	return Medication{
		Title:         T{"MEDICATION", "藥物", "药物"},
		Current:       T{"Current %s", "現用 %s", "现用 %s"},
		Past:          T{"Past %s", "過往 %s", "过往 %s"},
		Showing:       T{"showing %s of %s", "顯示 %[2]s 項中的 %[1]s 項", "显示 %[2]s 项中的 %[1]s 项"},
		None:          T{"No medication recorded.", "沒有藥物紀錄。", "没有药物纪录。"},
		NoneCurrent:   T{"No current medication recorded. Past: %s.", "沒有現用藥物紀錄。過往：%s。", "没有现用药物纪录。过往：%s。"},
		NonePast:      T{"No past medication recorded. Current: %s.", "沒有過往藥物紀錄。現用：%s。", "没有过往药物纪录。现用：%s。"},
		NoneKnown:     T{"No known medication", "沒有已知用藥", "没有已知用药"},
		NoInformation: T{"No information about medication", "沒有用藥資料", "没有用药资料"},
		Asserted:      T{"%s: %s", "%s：%s", "%s：%s"},
		Others:        T{"but drugs are recorded below", "但下列有藥物紀錄", "但下列有药物纪录"},
		Above:         T{"▲ %s more", "▲ 另有 %s 項", "▲ 另有 %s 项"},
		Below:         T{"▼ %s more", "▼ 另有 %s 項", "▼ 另有 %s 项"},
		Lines:         T{"▼ %s more lines of this: Enter opens it", "▼ 此項另有 %s 行：Enter 開啟", "▼ 此项另有 %s 行：Enter 打开"},
		Dose:          T{"DOSE %s", "劑量 %s", "剂量 %s"},
		HighRisk:      T{"high risk: %s", "高危：%s", "高危：%s"},
		Since:         T{"%s since %s", "%s，自 %s", "%s，自 %s"},
		SinceNever:    T{"start not recorded", "沒有記錄開始日期", "没有记录开始日期"},
		Until:         T{"until %s", "至 %s", "至 %s"},
		First:         T{"+ first %s", "+ 首次 %s", "+ 首次 %s"},
		Was:           T{"~ %s until %s", "~ %[2]s 前為 %[1]s", "~ %[2]s 前为 %[1]s"},
		Supplies:      T{"%s supplied", "配藥 %s 次", "配药 %s 次"},
		Given:         T{"%s given", "給藥 %s 次", "给药 %s 次"},
		Repeats:       T{"%s repeated", "續方 %s 次", "续方 %s 次"},
		Also:          T{"recorded as running as well: %s (%s)", "另有仍生效的紀錄：%s（%s）", "另有仍生效的记录：%s（%s）"},
		Newer:         T{"a newer record says %s (%s)", "較新的紀錄為：%s（%s）", "较新的记录为：%s（%s）"},
		Where:         T{"supplied by %s", "配藥：%s", "配药：%s"},
		Proposed:      T{"no order", "並非醫囑", "并非医嘱"},
		NotTaken:      T{"recorded as not taken", "紀錄為沒有服用", "记录为没有服用"},
		Cancelled:     T{"cancelled before anything was given", "用藥前已取消", "用药前已取消"},
		EndPassed:     T{"planned to end %s; end not recorded", "原定 %s 完結；沒有完結紀錄", "原定 %s 完结；没有完结记录"},
		EndPassedNever: T{"planned end has passed; end not recorded",
			"原定療程已過；沒有完結紀錄", "原定疗程已过；没有完结记录"},
		SupplyOut:     T{"supply to %s and none since: possibly not taken", "藥量至 %s，其後沒有配藥：可能已停用", "药量至 %s，其后没有配药：可能已停用"},
		SupplyLeft:    T{"no order runs; supply to %s: possibly taken", "沒有生效醫囑；藥量至 %s：可能仍在使用", "没有生效医嘱；药量至 %s：可能仍在使用"},
		Administered:  T{"doses given, no order recorded", "只有給藥紀錄，沒有醫囑", "只有给药记录，没有医嘱"},
		Contradiction: T{"the record contradicts itself about which drug: open it", "紀錄對藥名自相矛盾：請開啟查看", "记录对药名自相矛盾：请打开查看"},
		Step:          T{"by its dates now step %s of %s: %s until %s", "按日期現為第 %s 步（共 %s 步）：%s 至 %s", "按日期现为第 %s 步（共 %s 步）：%s 至 %s"},
		Undated:       T{"%s, on a day not recorded", "%s，沒有記錄日期", "%s，没有记录日期"},
		Dated:         T{"dated %s", "日期 %s", "日期 %s"},
		Begun:         T{"begun %s", "始於 %s", "始于 %s"},
		InForce:       T{"In force", "生效中", "生效中"},
		Began:         T{"+ started", "+ 開始", "+ 开始"},
		Changed:       T{"~ changed", "~ 更改", "~ 更改"},
		Stopped:       T{"- stopped", "- 停止", "- 停止"},
		StoppedNever:  T{"day not recorded", "沒有記錄日期", "没有记录日期"},
		Again:         T{"= repeated", "= 續方", "= 续方"},
		Supplied:      T{"· supplied", "· 配藥", "· 配药"},
		GivenOnce:     T{"· given", "· 給藥", "· 给药"},
		InErrorCount:  T{"%s entered in error, not counted", "%s 項錯誤輸入，不計算在內", "%s 项错误输入，不计算在内"},
		ShowPast:      T{"past", "過往", "过往"},
		ShowCurrent:   T{"current", "現用", "现用"},
		Unfold:        T{"history", "歷史", "历史"},
		FoldUp:        T{"fold", "收起", "收起"},
		NoDrug:        T{"no drug is selected", "沒有選定藥物", "没有选定药物"},
		States: [6]T{
			medication.Unknown: {"Unknown", "狀況不詳", "状况不详"}, medication.NotStarted: {"Not started", "尚未開始", "尚未开始"}, medication.Started: {"Started", "使用中", "使用中"},
			medication.Suspended: {"Suspended", "暫停", "暂停"}, medication.Completed: {"Completed", "已完成", "已完成"}, medication.Discontinued: {"Discontinued", "已停用", "已停用"},
		},
		Groups: codes(`
			anticoagulant | anticoagulant | 抗凝血藥 | 抗凝血药
			insulin | insulin | 胰島素 | 胰岛素
			opioid | opioid | 鴉片類 | 阿片类
			immunosuppressant | immunosuppressant | 免疫抑制劑 | 免疫抑制剂
			lithium | lithium | 鋰 | 锂
			methotrexate | methotrexate | 甲氨蝶呤
		`),
	}
}

// sameWords are words for one thing: a number in letters, what is taken when needed.
var sameWords = strings.NewReplacer("three times", "3 times", "four times", "4 times", "five times", "5 times", "six times", "6 times", "two times", "twice", "once daily", "once a day", "twice daily", "twice a day",
	"when required", "as needed", "if required", "as needed", "when needed", "as needed", "if needed", "as needed", "at bedtime", "at night", "1,000", "1000", "once a week on", "once a week – on")

// emDash stands between the attributes of a drug's line, with spaces. Source: NHS CUI MEDi.
const emDash = " — "

// DrugLine is a drug by NHS CUI's medication line: what turns its meaning round, the
// generic in lower case, then brand, strength, form, dose, route, frequency. Attributes
// are joined by em dashes and parted between them alone.
type DrugLine struct {
	Before     string // "DO NOT GIVE: "
	Generic    string
	Attributes []string
	named      int // how many attributes are of the name
}

// String is the line in one.
func (l *DrugLine) String() string {
	return strings.Join(append([]string{l.Before + l.Generic}, l.Attributes...), emDash)
}

// Drug is the line of a record, whose facts these are.
func (w Words) Drug(r *ehrdesk.Record, f *ehrdesk.Facts) DrugLine {
	name := w.name(r, f)
	before, after, found := strings.Cut(w.Title(r, f), name)
	if !found {
		before, after = "", ""
	}
	p := medication.Name(name)
	line := DrugLine{Before: ehrdesk.CleanLine(before), Generic: strings.ToLower(p.Generic)}
	if strings.HasSuffix(before, " ") {
		line.Before += " "
	}
	strength, form := w.strength(p.Strength), strings.ReplaceAll(strings.ToLower(p.Form), " ml ", " mL ")
	for _, s := range [...]string{strings.ToUpper(p.Brand), strength, form, strings.Trim(after, " –")} {
		if s = ehrdesk.CleanLine(s); s != "" {
			line.Attributes = append(line.Attributes, s)
		}
	}
	line.named = len(line.Attributes)
	for _, s := range w.DoseAttributes(f) {
		if s = ehrdesk.CleanLine(s); !strings.EqualFold(s, form) && !strings.EqualFold(s, strength) {
			line.Attributes = append(line.Attributes, s)
		}
	}
	line.Generic = ehrdesk.CleanLine(line.Generic)
	return line
}

// strength is a strength as NHS CUI writes it: a space between number and unit, units in
// full, "per" for a slash, the sender's own digits.
func (w Words) strength(s string) string {
	if s == "" {
		return ""
	}
	words := strings.Fields(s)
	for i, x := range words {
		n := len(x) - len(strings.TrimLeft(x, "0123456789.,"))
		number, unit := x[:n], x[n:]
		if parts := strings.Split(unit, "/"); unit != "" && unit != "%" {
			for j := range parts {
				parts[j] = w.strengthUnit(parts[j])
			}
			unit = strings.Join(parts, " per ")
		}
		words[i] = number + unit
		if number != "" && unit != "" && unit != "%" {
			words[i] = number + " " + unit
		}
	}
	return strings.Join(words, " ")
}

func (w Words) strengthUnit(u string) string {
	switch strings.ToLower(u) {
	case "mg", "g":
		return strings.ToLower(u)
	case "ml":
		return "mL"
	case "mcg", "ug", "µg", "μg":
		return "micrograms"
	case "unt", "iu", "u":
		return "units"
	case "actuat":
		return "dose"
	}
	return u
}

// DoseAttributes are the dosages attribute by attribute, the amount with its label. What
// the sender wrote whole comes as he wrote it.
func (w Words) DoseAttributes(f *ehrdesk.Facts) []string {
	m := &w.c.Medication
	if len(f.Dosages) == 1 && f.Dosages[0].Text == "" && (f.Dosages[0].Sequence == "" || f.Dosages[0].Sequence == "1") {
		parts := w.dosageParts(&f.Dosages[0])
		if len(f.Dosages[0].Doses) > 0 && len(parts) > 0 {
			parts[0] = w.put(m.Dose, parts[0])
		}
		if len(parts) > 0 && hasDose(&f.Dosages[0]) {
			return parts
		}
	}
	if len(f.Dosages) == 1 && f.Dosages[0].Text != "" && w.saysAll(&f.Dosages[0]) {
		return strings.Split(f.Dosages[0].Text, dash)
	}
	words := w.Medication(f)
	if len(f.Dosages) > 1 { // steps stay together
		return strings.Split(strings.ReplaceAll(words, dash, emDash), emDash)
	}
	return strings.Split(words, dash)
}

// saysAll reports that a sender's English sentence has all that he coded beside it, so
// that it need not be said again in another language.
func (w Words) saysAll(d *ehrdesk.Dosage) bool {
	w.lang = English
	said := plainEnglish(d.Text)
	for _, s := range w.dosageParts(d) {
		if s = plainEnglish(s); !within(said, s) && !(s == "once a day" && (within(said, "at night") || within(said, "in the morning") || within(said, "daily"))) {
			return false
		}
	}
	return true
}

// plainEnglish is words in lower case, numbers and what is said in two ways in one.
func plainEnglish(s string) string {
	return sameWords.Replace(strings.ToLower(s))
}

// ShortDose is how much and how often, for a summary: "3 mg — once a day"; the sender's
// own words where he coded neither, "" where nothing says.
func (w Words) ShortDose(f *ehrdesk.Facts) string {
	if len(f.Dosages) == 0 {
		return ehrdesk.CleanLine(f.NoteText)
	}
	d := &f.Dosages[0]
	if len(f.Dosages) == 1 && d.Sequence != "" { // a step alone is no first of many
		d = &ehrdesk.Dosage{Text: d.Text, Doses: d.Doses, Timing: d.Timing, AsNeeded: d.AsNeeded, AsNeededFor: d.AsNeededFor}
		d.Timing.Bounds = ehrdesk.Value{}
	}
	amount := w.doses(d.Doses)
	often := strings.Join(w.timing(&d.Timing), " ")
	if d.AsNeeded || len(d.AsNeededFor) > 0 {
		often = join(" ", often, w.t(w.c.Facts.Phrases.AsNeeded))
	}
	switch {
	case amount == "" || len(f.Dosages) > 1: // several steps are no one dose
		return ehrdesk.CleanLine(strings.ReplaceAll(w.Dosages(f.Dosages), dash, emDash))
	case d.Text != "" && !w.saysAll(d): // what contradicts is not made short
		return ehrdesk.CleanLine(strings.ReplaceAll(w.Dosage(d), dash, emDash))
	case often == "" && d.Text != "":
		return ehrdesk.CleanLine(strings.ReplaceAll(d.Text, dash, emDash))
	}
	return ehrdesk.CleanLine(join(emDash, amount, often))
}

// HighRisk is the word of a drug's high-risk groups, "" for none.
func (w Words) HighRisk(d *medication.Drug) string {
	if len(d.Risks) == 0 {
		return ""
	}
	words := make([]string, len(d.Risks))
	for i, g := range d.Risks {
		words[i] = w.t(w.c.Medication.Groups.of(g))
	}
	return w.put(w.c.Medication.HighRisk, strings.Join(words, ", "))
}

// DrugState is how a drug stands, never blank. Source: NHS CUI MEDv.
func (w Words) DrugState(s medication.State) string { return w.t(w.c.Medication.States[s]) }

// DrugNotes are what stands under a drug's line: how it stands and since when, who says
// so, what it was before, what is not sure of it, how often it was supplied.
func (w Words) DrugNotes(d *medication.Drug, f *ehrdesk.Facts) []string {
	m := &w.c.Medication
	var out []string
	add := func(s string) {
		if s = ehrdesk.CleanLine(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	state := w.DrugState(d.State)
	if d.Remarks.Has(medication.Forbidden) && d.State == medication.Started {
		state = w.t(m.InForce)
	}
	w.drugTimes(d, state, add)
	if d.Step > 0 {
		now := ehrdesk.Facts{Dosages: f.Dosages[d.Step-1 : d.Step]}
		add(w.put(m.Step, strconv.Itoa(d.Step), strconv.Itoa(len(f.Dosages)), w.ShortDose(&now), w.Date(d.StepUntil)))
	}
	w.drugRemarks(d, add)
	for i := range f.States {
		if s := &f.States[i]; s.Element == ehrdesk.StateReason || s.Element == ehrdesk.StatePriority && !asUsual(d.Lead, *s) {
			add(w.state(d.Lead, s))
		}
	}
	w.besides(f, add)
	source := d.Source
	if d.Where != "" {
		source = join(", ", source, d.Where)
	}
	add(source)
	if d.Before != nil {
		before := d.Before.FactsWith(w.naming())
		last := w.ShortDose(&before)
		if n := len(before.Dosages); n > 1 { // of steps the last
			last = w.ShortDose(&ehrdesk.Facts{Dosages: before.Dosages[n-1:]})
		}
		add(w.put(m.Was, last, w.Date(d.BeforeUntil)))
	}
	for _, r := range d.Also {
		other := r.FactsWith(w.naming())
		line := w.Drug(r, &other)
		add(w.put(m.Also, line.String(), join(", ", w.Date(r.Date), r.Source)))
	}
	if first := w.Date(d.First); first != "" && first != w.Date(d.Since) {
		add(w.put(m.First, first))
	}
	for _, k := range f.Reasons {
		if s := w.concept(k, w.c.Facts.Details); s != "" {
			add(w.put(w.c.Facts.Phrases.Reason, s))
		}
	}
	for _, n := range [...]struct {
		n int
		t T
	}{{d.Repeats, m.Repeats}, {d.Supplies, m.Supplies}, {d.Given, m.Given}} {
		if n.n > 0 {
			add(w.put(n.t, strconv.Itoa(n.n)))
		}
	}
	return out
}

// drugTimes say how a drug stands and when it began. A day that nobody recorded for the
// end, or for the pause, is not that of the beginning.
func (w Words) drugTimes(d *medication.Drug, state string, add func(string)) {
	m := &w.c.Medication
	since, until := w.Date(d.Since), w.Date(d.Until)
	if d.Remarks.Has(medication.EndPassed) { // it is said with the remark
		until = ""
	}
	switch {
	case d.State == medication.Started && since != "":
		add(w.put(m.Since, state, since))
	case d.State == medication.Discontinued && until == "":
		add(w.put(m.Undated, state))
	default:
		add(state)
	}
	switch {
	case since == "":
		add(w.t(m.SinceNever))
	case d.State == medication.NotStarted:
		add(w.put(m.Dated, since))
	case d.State != medication.Started:
		add(w.put(m.Begun, since))
	}
	if until != "" {
		add(w.put(m.Until, until))
	}
}

func (w Words) drugRemarks(d *medication.Drug, add func(string)) {
	m := &w.c.Medication
	for _, x := range [...]struct {
		remark medication.Remark
		words  string
	}{
		{medication.Proposed, w.t(m.Proposed)}, {medication.NotTaken, w.t(m.NotTaken)}, {medication.Cancelled, w.t(m.Cancelled)},
		{medication.Administered, w.t(m.Administered)}, {medication.Contradiction, w.t(m.Contradiction)},
		{medication.SupplyOut, w.put(m.SupplyOut, w.Date(d.SupplyUntil))}, {medication.SupplyLeft, w.put(m.SupplyLeft, w.Date(d.SupplyUntil))},
	} {
		if d.Remarks.Has(x.remark) {
			add(x.words)
		}
	}
	if d.Remarks.Has(medication.EndPassed) {
		if until := w.Date(d.Until); until != "" {
			add(w.put(m.EndPassed, until))
		} else {
			add(w.t(m.EndPassedNever))
		}
	}
	if d.Newer != nil {
		f := d.Newer.FactsWith(w.naming())
		state, _ := w.Status(d.Newer, &f)
		add(w.put(m.Newer, state, join(", ", w.Date(d.Newer.Date), d.Newer.Source)))
	}
}

// DrugEvent is a line of a drug's history: what the record was in it, its day, and what
// it says. The drug is named where the record calls it otherwise than the one that leads.
func (w Words) DrugEvent(d *medication.Drug, e *medication.Event) (mark, day, line string) {
	m := &w.c.Medication
	mark = w.t([...]T{medication.Other: {}, medication.Begun: m.Began, medication.Changed: m.Changed, medication.Repeated: m.Again,
		medication.Stopped: m.Stopped, medication.Supplied: m.Supplied, medication.Given: m.GivenOnce}[e.Mark])
	if day = w.Date(e.At); day == "" {
		day = w.t(m.StoppedNever)
	}
	f := e.Record.FactsWith(w.naming())
	var parts []string
	add := func(s string) {
		if s = ehrdesk.CleanLine(s); s != "" {
			parts = append(parts, s)
		}
	}
	status, standout := w.Status(e.Record, &f)
	if e.Mark != medication.Stopped {
		drug := w.Drug(e.Record, &f)
		supplied := e.Record.Resource == "MedicationDispense" && len(f.Dosages) == 0 // the order says how it is taken
		if supplied {
			drug.Attributes = slices.DeleteFunc(drug.Attributes, func(s string) bool { return s == w.t(w.c.Facts.Phrases.NoDosage) })
		}
		switch {
		case drug.Before != "" || e.Record.Title != d.Lead.Title:
			add(drug.String())
		case !supplied:
			add(strings.Join(drug.Attributes[drug.named:], emDash))
		}
		w.supply(&f.Supply, add)
	}
	if e.Mark != medication.Supplied && e.Mark != medication.Given || standout {
		add(status)
	}
	w.besides(&f, add)
	add(e.Record.Source)
	return mark, day, strings.Join(parts, " · ")
}

// Open is a record's facts with the site's names for its codes.
func (w Words) Open(r *ehrdesk.Record) ehrdesk.Facts { return r.FactsWith(w.naming()) }

// Put sets words into a text of the catalogue.
func (w Words) Put(t T, words ...string) string { return w.put(t, words...) }
