package safety

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Kind is what a finding is of.
type Kind uint8

// The kinds, in the order in which findings of one tier stand.
const (
	Interaction Kind = iota + 1
	AllergyMatch
	Dose
	Critical
	Duplicate
	Overdue
)

// Check is one of the checks that a report is made of.
type Check uint8

// The checks.
const (
	CheckInteractions Check = iota
	CheckAllergies
	CheckDuplicates
	CheckDoses
	CheckValues
	CheckMonitoring
)

// Checks is how many there are.
const Checks = 6

// Finding is one thing that a rule says of a patient.
type Finding struct {
	Kind       Kind
	Line       *Line   // the rule
	Also       []*Line // other rules on the same two drugs
	Tier       Tier
	Quiet      bool // never interrupts, whatever its tier
	Antibiotic bool
	A, B       *Medicine
	Second     *ehrdesk.Record // of Duplicate, where the two are one medicine: the record of the other source
	Allergy    *Allergy
	Value      *Value // of Critical, Dose and Overdue: what was measured; nil for nothing within reach
	Duty       *Duty  // of Overdue
	Raised     []Ground
	Lacking    []string // what could not be judged: keys of values.csv, "age", "dose-a"
	Instead    []Alternative
	Tolerated  ehrdesk.When // of AllergyMatch: the drug was taken since
	Across     bool         // the two come from different institutions or prescribers
	Told       bool         // of Critical: the sender calls it critical too
	Mark       string       // what an acknowledgement is of: another once dose, rule, prescriber or records change

	instead []instead
}

// Duty is what has to be measured.
type Duty struct {
	Term    *terms.Term // the test
	Days    int         // after how many it is overdue
	Of      *Medicine   // that it is measured for, or
	Finding *Diagnosis
}

// Modal reports a finding that interrupts.
func (f *Finding) Modal() bool { return f.Tier == Stop && !f.Quiet }

// Records are those that a finding rests on, each once, in their order: the two drugs, then what is held against them,
// then what raised it.
func (f *Finding) Records() (out []*ehrdesk.Record) {
	add := func(r *ehrdesk.Record) {
		if r != nil && !slices.ContainsFunc(out, func(o *ehrdesk.Record) bool { return o.Ref() == r.Ref() }) {
			out = append(out, r)
		}
	}
	for _, m := range []*Medicine{f.A, f.B} {
		if m != nil {
			add(m.Drug.Lead)
		}
	}
	add(f.Second)
	if f.Allergy != nil {
		add(f.Allergy.Record)
	}
	if f.Value != nil {
		add(f.Value.Record)
	}
	if f.Duty != nil && f.Duty.Finding != nil {
		add(f.Duty.Finding.Record)
	}
	for i := range f.Raised {
		switch g := &f.Raised[i]; {
		case g.Medicine != nil:
			add(g.Medicine.Drug.Lead)
		case g.Value != nil:
			add(g.Value.Record)
		case g.Finding != nil:
			add(g.Finding.Record)
		}
	}
	return out
}

// Cites are the names of those records.
func (f *Finding) Cites() (out []ehrdesk.Ref) {
	for _, r := range f.Records() {
		out = append(out, r.Ref())
	}
	return out
}

// Report is what the rules say of a patient.
type Report struct {
	Findings  []Finding
	Medicines []Medicine
	Allergies []Allergy
	Available [Checks]bool
	Partial   [Checks]bool
	Version   string // of the knowledge
	Rules     int    // interaction rules that every two drugs were held against
}

// Unchecked are the medicines of which something is in no table.
func (r *Report) Unchecked() (out []*Medicine) {
	for i := range r.Medicines {
		if m := &r.Medicines[i]; !m.Checked() {
			out = append(out, m)
		}
	}
	return out
}

// UncheckedAllergies are the allergies to a drug that could not be mapped.
func (r *Report) UncheckedAllergies() (out []*Allergy) {
	for i := range r.Allergies {
		if a := &r.Allergies[i]; !a.Checked() {
			out = append(out, a)
		}
	}
	return out
}

// Count is how many findings of a tier there are.
func (r *Report) Count(t Tier) (n int) {
	for i := range r.Findings {
		if r.Findings[i].Tier == t {
			n++
		}
	}
	return n
}

// On is how many of the checks were made, those that lack a part of what they need among them (Partial).
func (r *Report) On() (n int) {
	for _, ok := range r.Available {
		if ok {
			n++
		}
	}
	return n
}

// Check holds a patient against the knowledge.
func (k *Knowledge) Check(g Given) *Report {
	p := k.patient(&g)
	r := &Report{Available: g.Available, Partial: g.Partial, Version: k.Version, Rules: k.Rules()}
	for check, find := range [Checks]func() []Finding{p.interacts, p.reacts, p.duplicates, p.dosed, p.critical, p.overdue} {
		if g.Available[check] {
			r.Findings = append(r.Findings, find()...)
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Instead = p.alternatives(f)
		f.Mark = f.mark()
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return compare(&a, &b) })
	r.Medicines, r.Allergies = p.Medicines, p.Allergies
	return r
}

// compare orders findings: the graver first, and those of a tier by what they are, so that the order says nothing of
// how records came.
func compare(a, b *Finding) int {
	return cmp.Or(cmp.Compare(a.Tier, b.Tier), cmp.Compare(a.Kind, b.Kind), cmp.Compare(ruleNumber(a.Line.Rule), ruleNumber(b.Line.Rule)), strings.Compare(a.Line.Name(), b.Line.Name()),
		strings.Compare(a.subject(), b.subject()), strings.Compare(a.Mark, b.Mark))
}

func ruleNumber(rule string) (n int) {
	for i := range len(rule) {
		if rule[i] >= '0' && rule[i] <= '9' {
			n = n*10 + int(rule[i]-'0')
		}
	}
	return n
}

// subject is what a finding is about, in words that sort.
func (f *Finding) subject() string {
	var b strings.Builder
	for _, m := range []*Medicine{f.A, f.B} {
		if m != nil {
			b.WriteString(strings.ToLower(m.Drug.Name) + "\x00" + m.Ref().String() + "\x00")
		}
	}
	if f.Allergy != nil {
		b.WriteString(f.Allergy.Record.Ref().String())
	}
	if f.Value != nil {
		b.WriteString(f.Value.Record.Ref().String())
	}
	if f.Duty != nil {
		b.WriteString(f.Duty.Term.English)
	}
	return b.String()
}

// mark names what an acknowledgement is of: the rule as it is written, its tier in this patient, and of each drug its
// record, dose, source and prescriber. It holds no word of a record.
func (f *Finding) mark() string {
	on := []string{f.Line.Name(), f.Line.digest, string(rune('0' + f.Tier))}
	var ends []string
	for _, m := range []*Medicine{f.A, f.B} {
		if m != nil {
			ends = append(ends, strings.Join([]string{m.Ref().String(), doseDigest(m), m.Drug.Source, m.Prescriber}, "\x00"))
		}
	}
	if f.Second != nil {
		ends = append(ends, f.Second.Ref().String())
	}
	slices.Sort(ends) // either order of the two is one finding
	on = append(on, ends...)
	if f.Allergy != nil {
		on = append(on, f.Allergy.Record.Ref().String())
	}
	if f.Value != nil {
		on = append(on, f.Value.Record.Ref().String(), f.Value.Sent.Number)
	}
	if f.Duty != nil {
		on = append(on, f.Duty.Term.English)
		if f.Duty.Finding != nil {
			on = append(on, f.Duty.Finding.Record.Ref().String())
		}
	}
	return digest(on...)
}

func doseDigest(m *Medicine) string {
	facts := m.Drug.Lead.Facts()
	packed := (&ehrdesk.Facts{Dosages: facts.Dosages, NoteText: facts.NoteText}).Pack()
	return digest(string(packed), m.Drug.Lead.Status)
}

// digest is SHA-256 of some words, as hex, cut to 128 bits.
func digest(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
