package safety

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// diagnosed is the newest record of a disease that a rule asks for, present or past; nil for none. What is refuted,
// only suspected of a relative or entered in error is none.
func (p *Patient) diagnosed(name string) *Diagnosis {
	if p.diagnoses == nil {
		p.diagnoses = map[string]*Diagnosis{}
		p.readDiagnoses()
	}
	return p.diagnoses[name]
}

func (p *Patient) readDiagnoses() {
	all := p.list(ehrdesk.DiagnosisProcedureMedication)
	var opener ehrdesk.Opener
	for i := range all {
		r := &all[i]
		if r.Kind != ehrdesk.KindDiagnosis || r.Resource != "Condition" || r.Linked || r.Void() || r.Restricted && !r.Released || r.Status == "refuted" {
			continue
		}
		f := opener.Open(r)
		if f.Altered {
			continue
		}
		title := strings.ToLower(r.Title)
		for name, d := range p.know.diseases {
			if d.is(&f.Code, title) && (p.diagnoses[name] == nil || newer(r, p.diagnoses[name].Record)) {
				p.diagnoses[name] = &Diagnosis{r}
			}
		}
	}
}

func newer(a, b *ehrdesk.Record) bool {
	if c := a.Date.Compare(b.Date); c != 0 {
		return c > 0
	}
	return a.Ref().String() > b.Ref().String()
}

// is reports a concept of the disease: by a code, and by words where no code that is known says another.
func (d *disease) is(c *ehrdesk.Concept, title string) bool {
	for i := range c.Codings {
		k := &c.Codings[i]
		switch {
		case strings.Contains(k.System, "icd-10") || strings.HasSuffix(k.System, "6.90") || strings.HasSuffix(k.System, "6.3"):
			for _, code := range d.icd {
				if strings.HasPrefix(strings.ToUpper(k.Code), code) {
					return true
				}
			}
		case k.System == "http://snomed.info/sct":
			for _, code := range d.snomed {
				if k.Code == code {
					return true
				}
			}
		}
	}
	if negated(title) {
		return false
	}
	for _, w := range d.words {
		if title == w || len(w) > 8 && strings.Contains(title, w) || w[0] >= 0x80 && strings.Contains(title, w) {
			return true
		}
	}
	return false
}

// negated reports words of what somebody does not have, or a relative has.
func negated(title string) bool {
	for _, w := range [...]string{"no ", "not ", "family history", "fh of", "fhx", "risk of", "screening", "gestational", "prediabetes", "insipidus", "家族", "無", "没有", "沒有", "無需"} {
		if strings.HasPrefix(title, w) || len(w) > 4 && strings.Contains(title, w) {
			return true
		}
	}
	return false
}
