package safety

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// What a reaction was, as allergies.csv asks.
const (
	anyReaction   = "any"
	severeDelayed = "severe-delayed"
	airwayOrSkin  = "airway-or-skin"
)

// allergies are the records of what somebody reacted to, those that hold. What is a food or cannot be mapped has no
// substances: nothing is checked of it, and the report says so.
func (k *Knowledge) allergies(all []ehrdesk.Record) (out []Allergy) {
	for i := range all {
		r := &all[i]
		if r.Resource != "AllergyIntolerance" || r.Linked || r.Void() || r.Restricted && !r.Released || over(r.Status) {
			continue
		}
		if r.Flag == ehrdesk.FlagNoneKnown || r.Flag == ehrdesk.FlagNoneText || r.Flag == ehrdesk.FlagNoInformation {
			continue
		}
		f := r.Facts()
		if foreign(f.Categories) {
			continue
		}
		a := Allergy{Record: r, Unconfirmed: r.Flag == ehrdesk.FlagUnconfirmed}
		a.Substances, a.Classes = k.named(&f.Code, r.Title)
		for j := range f.Reactions {
			of, classes := k.named(&f.Reactions[j].Substance, "")
			a.Substances, a.Classes = append(a.Substances, of...), append(a.Classes, classes...)
		}
		a.Reaction, a.Intolerance = reactionOf(&f)
		a.Grave = a.Reaction != "" || f.Severity.Has("high", "http://hl7.org/fhir/allergy-intolerance-criticality") ||
			slices.ContainsFunc(f.Reactions, func(r ehrdesk.Reaction) bool { return r.Severity == "severe" })
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Allergy) int { return strings.Compare(a.Record.Ref().String(), b.Record.Ref().String()) })
	return out
}

func over(status string) bool {
	return status == "inactive" || status == "resolved" || status == "refuted"
}

// foreign reports an allergy of which all categories are of no drug.
func foreign(list []ehrdesk.Concept) bool {
	for i := range list {
		if w := strings.ToLower(list[i].Words()); w != "food" && w != "environment" && w != "allergy" && w != "intolerance" {
			return false
		}
	}
	return slices.ContainsFunc(list, func(c ehrdesk.Concept) bool {
		w := strings.ToLower(c.Words())
		return w == "food" || w == "environment"
	})
}

// Checked reports an allergy that the rules hold drugs against.
func (a *Allergy) Checked() bool { return len(a.Substances) > 0 || len(a.Classes) > 0 }

// Knows reports whether a drug or a class of drugs is known by what somebody is said to have reacted to: of what it does not know nothing is
// checked.
func (k *Knowledge) Knows(substance string) bool {
	list, classes := k.named(&ehrdesk.Concept{}, substance)
	return len(list)+len(classes) > 0
}

// named are the drugs and the classes of drugs that a concept names. All codes of a substance count: whoever reacted
// to a cream is not to have the tablet.
func (k *Knowledge) named(c *ehrdesk.Concept, title string) (list []Substance, classes []*Class) {
	add := func(t *terms.Term) {
		if !slices.ContainsFunc(list, func(s Substance) bool { return s.Term == t }) {
			list = append(list, Substance{t, t.ATC()})
		}
	}
	for i := range c.Codings {
		one := ehrdesk.Concept{Codings: c.Codings[i : i+1]}
		if t := terms.Substances().Of(&one); t != nil {
			for _, part := range terms.Substances().Parts(t) {
				add(part)
			}
		}
	}
	for _, words := range []string{title, c.Words()} {
		bare := withoutAllergy(words)
		found, _ := terms.Substances().In(bare)
		for _, t := range found {
			add(t)
		}
		for _, n := range namedClasses {
			if strings.Contains(strings.ToLower(bare), n.word) && !slices.ContainsFunc(classes, func(x *Class) bool { return x.Name == n.class }) && len(found) == 0 {
				classes = append(classes, k.classes[n.class])
			}
		}
	}
	return list, classes
}

// withoutAllergy is a name without the words that say that it is of an allergy: "Allergy to penicillin (finding)".
func withoutAllergy(s string) string {
	s = strings.ToLower(s)
	for _, w := range [...]string{"(finding)", "(disorder)", "(substance)", "allergic reaction to", "allergic to", "allergy to", "intolerance to", "hypersensitivity to", "adverse reaction to", "allergy", "hypersensitivity", "intolerance", "對", "過敏", "过敏", "敏感"} {
		s = strings.ReplaceAll(s, w, " ")
	}
	return strings.TrimSpace(s)
}

// namedClasses are the words by which an allergy names a class of drugs.
var namedClasses = [...]struct{ word, class string }{
	{"penicillin", "penicillin"}, {"青霉素", "penicillin"}, {"盤尼西林", "penicillin"}, {"盘尼西林", "penicillin"},
	{"cephalosporin", "cephalosporin"}, {"頭孢", "cephalosporin"}, {"头孢", "cephalosporin"}, {"beta-lactam", "beta-lactam"}, {"β-lactam", "beta-lactam"}, {"beta lactam", "beta-lactam"},
	{"sulfonamide", "sulfonamide-antibiotic"}, {"sulphonamide", "sulfonamide-antibiotic"}, {"sulfa", "sulfonamide-antibiotic"}, {"sulpha", "sulfonamide-antibiotic"}, {"磺胺", "sulfonamide-antibiotic"},
	{"nsaid", "cox1"}, {"non-steroidal", "cox1"}, {"nonsteroidal", "cox1"}, {"消炎止痛", "cox1"}, {"非類固醇", "cox1"}, {"非类固醇", "cox1"},
	{"quinolone", "quinolone"}, {"喹諾酮", "quinolone"}, {"喹诺酮", "quinolone"}, {"statin", "statin"}, {"他汀", "statin"}, {"ace inhibitor", "acei"}, {"carbapenem", "carbapenem"},
	{"aminoglycoside", "aminoglycoside"}, {"opioid", "opioid"}, {"opiate", "opioid"},
}

// reactionOf is what kind of reaction is recorded, and whether it is a mere intolerance.
func reactionOf(f *ehrdesk.Facts) (kind string, intolerance bool) {
	var words strings.Builder
	for i := range f.Reactions {
		r := &f.Reactions[i]
		words.WriteString(strings.ToLower(r.Text) + " ")
		for j := range r.Manifestations {
			m := &r.Manifestations[j]
			words.WriteString(strings.ToLower(m.Text) + " ")
			for k := range m.Codings {
				words.WriteString(strings.ToLower(m.Codings[k].Display) + " ")
			}
		}
	}
	said := words.String()
	switch {
	case contains(said, "stevens", "johnson", "sjs", "epidermal necrolysis", "dress", "eosinophilia", "serum sickness", "nephritis", "hepatitis", "haemoly", "hemoly", "史蒂文", "表皮", "溶血"):
		return severeDelayed, false
	case contains(said, "anaphyla", "asthma", "bronchospasm", "wheez", "urticaria", "hives", "angioedema", "angio-oedema", "swelling", "過敏性休克", "过敏性休克", "哮喘", "蕁麻疹", "荨麻疹", "風疹塊", "血管性水腫", "血管性水肿", "休克"):
		return airwayOrSkin, false
	}
	for i := range f.Categories {
		if strings.EqualFold(f.Categories[i].Words(), "intolerance") {
			intolerance = true
		}
	}
	mild := contains(said, "nausea", "vomit", "diarrh", "dyspepsia", "constipation", "drows", "dizz", "headache", "噁心", "恶心", "嘔吐", "呕吐", "腹瀉", "腹泻", "便秘", "頭暈", "头晕")
	other := contains(said, "rash", "itch", "prurit", "皮疹", "痕癢", "breath", "collapse", "fever")
	return "", (intolerance || mild) && !other
}

func contains(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// reacts are the findings of what is taken against what somebody reacted to: one for a medicine and an allergy, by the
// gravest line that holds.
func (p *Patient) reacts() (out []Finding) {
	for i := range p.Medicines {
		m := &p.Medicines[i]
		if m.On == Stopped {
			continue
		}
		for j := range p.Allergies {
			if f, ok := p.against(m, &p.Allergies[j]); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

// itself is the line of the drug itself, which needs no table: whoever reacted to it is not to have it.
func itself() *Line {
	return &Line{Rule: "A0", Tier: Stop, Effect: Text{"The same substance", "同一成分", "同一成分"}, Source: "own rule", digest: digest("A0", "A00")}
}

func (p *Patient) against(m *Medicine, a *Allergy) (f Finding, ok bool) {
	f = Finding{Kind: AllergyMatch, A: m, Allergy: a}
	take := func(l *Line) {
		if !ok || l.Tier < f.Tier {
			f.Line, f.Tier, ok = l, l.Tier, true
		}
	}
	for i := range m.Substances {
		s := &m.Substances[i]
		for j := range a.Substances {
			if same(s, &a.Substances[j]) {
				take(itself())
			}
		}
		for _, c := range a.Classes {
			if c.matches(s) > 0 {
				l := itself()
				l.Rule, l.Effect = "A00", Text{"In the class that is recorded", "屬已記錄的藥物類別", "属已记录的药物类别"}
				if !a.Grave {
					l.Tier = Serious
				}
				take(l)
			}
		}
	}
	for i := range p.know.crossings {
		x := &p.know.crossings[i]
		if x.reaction != anyReaction && x.reaction != a.Reaction || !x.triggered(a) {
			continue
		}
		for j := range m.Substances {
			s := &m.Substances[j]
			if x.cross.matches(s) > 0 && (x.not == nil || x.not.matches(s) == 0) {
				take(&x.Line)
			}
		}
	}
	if !ok {
		return f, false
	}
	if a.Intolerance && f.Tier < Info {
		f.Tier, f.Quiet = Info, true
	}
	if at := p.tolerated(m, a); !at.IsZero() && f.Line.Rule != "A0" {
		f.Tolerated, f.Tier, f.Quiet = at, Info, true
	} else {
		f.Tolerated = at
	}
	if m.On == Possibly && f.Tier == Stop {
		f.Tier = Serious
	}
	return f, true
}

func (x *crossing) triggered(a *Allergy) bool {
	for i := range a.Substances {
		if x.trigger.matches(&a.Substances[i]) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(a.Classes, func(c *Class) bool { return c == x.trigger })
}

func same(a, b *Substance) bool {
	if a.Term != nil && b.Term != nil {
		return a.Term == b.Term
	}
	return slices.ContainsFunc(a.Codes, func(c string) bool { return slices.Contains(b.Codes, c) })
}

// tolerated is when the same drug was last on record after the reaction was, or zero: it was taken since.
func (p *Patient) tolerated(m *Medicine, a *Allergy) (at ehrdesk.When) {
	if a.Record.Date.IsZero() || len(m.Substances) == 0 {
		return at
	}
	look := func(d *medication.Drug) {
		if len(d.Made.Terms) == 0 || !slices.ContainsFunc(d.Made.Terms, func(t *terms.Term) bool { return t == m.Substances[0].Term }) {
			return
		}
		for i := range d.History {
			h := &d.History[i]
			if (h.Mark == medication.Supplied || h.Mark == medication.Given) && h.At.Compare(a.Record.Date) > 0 && h.At.Compare(at) > 0 && !h.At.Begins().After(p.Now.Add(-recently)) {
				at = h.At
			}
		}
	}
	for i := range p.past {
		look(&p.past[i])
	}
	look(m.Drug)
	return at
}
