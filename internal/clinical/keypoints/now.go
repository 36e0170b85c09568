package keypoints

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

const (
	topProblems = 4
	months24    = 24
	passesAfter = 90 * 24 * time.Hour // a disease that passes by itself
)

// now are the problems that weigh most, the allergies that were severe, and the drugs of
// high-risk groups.
func (p *points) now() (out Line) {
	problems := p.problems()
	for i, c := range problems {
		if i >= topProblems {
			c.Kind = MoreProblem
		}
		out.Clauses = append(out.Clauses, c)
	}
	out.Clauses = append(out.Clauses, p.severe()...)
	for i := range p.Sections.Drugs {
		if d := &p.Sections.Drugs[i]; highRisk(d) && p.been(d.First) {
			out.Clauses = append(out.Clauses, drugClause(HighRisk, changes.Drug{Drug: *d}, ehrdesk.When{}))
		}
	}
	slices.SortStableFunc(out.Clauses, func(a, b Clause) int { return cmp.Compare(a.Kind, b.Kind) }) // problems keep the order of their weight
	out.First = len(out.Clauses) - max(0, len(problems)-topProblems)
	out.Unseen = p.unseen(ehrdesk.KindDiagnosis, ehrdesk.KindMedication)
	if p.Allergies.State == ehrdesk.AllergyCannotKnow || p.Allergies.Withheld > 0 || p.Stands(ehrdesk.KindAllergy) != standing.Seen {
		out.Unseen = append(out.Unseen, ehrdesk.KindAllergy)
	}
	return out
}

// problem is an active problem while it is weighed.
type problem struct {
	record *ehrdesk.Record
	code   ehrdesk.Concept
	also   []*ehrdesk.Record // of the same group of codes
	weight int               // in fifths of a point
}

// problems are the active problems, those that weigh most first. Diagnoses of one group of
// ICD-10 or ICPC, told by the first three characters of the code, are one.
func (p *points) problems() (out []Clause) {
	linked := p.reasons()
	var kept []problem
	for i := range p.Sections.Problems {
		item := &p.Sections.Problems[i]
		r := &item.Record
		if !p.been(r.Date) {
			continue
		}
		f := r.Facts()
		one := problem{record: r, code: named(r, &f)}
		course := terms.CourseOf(&one.code)
		if course == terms.Passing && item.Times == 1 && !r.Date.IsZero() && p.Now.Sub(r.Date.Time) > passesAfter {
			continue
		}
		if course == terms.Lasting {
			one.weight += 3 * 5
		}
		if linked.of(r.Ref(), &one.code) {
			one.weight += 2 * 5
		}
		if slices.ContainsFunc(p.stays, func(s stay) bool { return !s.emergency && s.isFor(r.Ref(), item.Visits, &one.code) }) {
			one.weight += 2 * 5
		}
		one.weight += 5*p.recency(r.Date) + min(len(item.Visits), 5)
		kept = append(kept, one)
	}
	slices.SortFunc(kept, func(a, b problem) int {
		return cmp.Or(b.weight-a.weight, b.record.Date.Compare(a.record.Date), strings.Compare(codeOf(&a.code), codeOf(&b.code)), newer(a.record, b.record))
	})
	var merged []*problem
	by := map[string]*problem{}
	for i := range kept {
		one := &kept[i]
		var into *problem
		groups := terms.Groups(&one.code)
		for _, g := range groups {
			if into = by[g]; into != nil {
				break
			}
		}
		if into == nil {
			into = one
			merged = append(merged, one)
		} else {
			into.also = append(into.also, one.record)
		}
		for _, g := range groups {
			if by[g] == nil {
				by[g] = into
			}
		}
	}
	for _, one := range merged {
		c := Clause{Kind: Problem, Name: one.code, Records: cited(append(one.also, one.record)...)}
		// The name is of the one that weighs most, which is cited first.
		slices.SortStableFunc(c.Records, func(a, b ehrdesk.Record) int {
			return first(a.Ref() == one.record.Ref(), b.Ref() == one.record.Ref())
		})
		out = append(out, c)
	}
	return out
}

// first orders what is before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func codeOf(c *ehrdesk.Concept) string {
	for i := range c.Codings {
		if c.Codings[i].Code != "" {
			return c.Codings[i].Code
		}
	}
	return ""
}

// recency is 2 for the last 90 days, 1 for the last two years, else 0.
func (p *points) recency(at ehrdesk.When) int {
	switch {
	case at.IsZero():
		return 0
	case p.Now.Sub(at.Time) <= passesAfter:
		return 2
	case at.Time.After(p.Now.AddDate(0, -months24, 0)):
		return 1
	}
	return 0
}

// reasons are why the drugs are taken that are taken now.
type reasons struct {
	refs  map[ehrdesk.Ref]bool
	codes []ehrdesk.Concept
}

func (p *points) reasons() (out reasons) {
	out.refs = map[ehrdesk.Ref]bool{}
	for i := range p.Sections.Drugs {
		lead := p.Sections.Drugs[i].Lead
		f := lead.Facts()
		for _, rel := range f.Relations {
			if rel.Ref.Resource == "Condition" {
				out.refs[rel.Ref] = true
			}
		}
		out.codes = append(out.codes, f.Reasons...)
	}
	return out
}

func (rs *reasons) of(ref ehrdesk.Ref, code *ehrdesk.Concept) bool {
	return rs.refs[ref] || slices.ContainsFunc(rs.codes, func(c ehrdesk.Concept) bool { return same(&c, code) })
}

// same reports whether two concepts share a code of one system, or their words.
func same(a, b *ehrdesk.Concept) bool {
	for _, x := range a.Codings {
		if x.System != "" && x.Code != "" && slices.ContainsFunc(b.Codings, func(y ehrdesk.Coding) bool { return x.System == y.System && x.Code == y.Code }) {
			return true
		}
	}
	return a.Words() != "" && strings.EqualFold(a.Words(), b.Words())
}

// severe are the known allergies of which a record says that the reaction was severe, or
// that another would be grave. How grave is not said: it picks, and is no fact of ours.
func (p *points) severe() (out []Clause) {
	for _, en := range p.Allergies.Entries {
		r := p.allergy(en.Ref)
		if r == nil {
			continue
		}
		f := r.Facts()
		if isSevere(&f) || severeReaction(terms.Diseases().Named(en.Reaction)) {
			out = append(out, Clause{Kind: Allergy, Allergy: en, Records: cited(r)})
		}
	}
	return ordered(out)
}

// isSevere reports a severe reaction, anaphylaxis, or a high criticality.
// Code: SNOMED CT 39579001, anaphylaxis.
func isSevere(f *ehrdesk.Facts) bool {
	if f.Severity.Has("high", "http://hl7.org/fhir/allergy-intolerance-criticality") {
		return true
	}
	return slices.ContainsFunc(f.Reactions, func(r ehrdesk.Reaction) bool {
		return r.Severity == "severe" || slices.ContainsFunc(r.Manifestations, func(m ehrdesk.Concept) bool {
			return m.Has("39579001", "http://snomed.info/sct") || severeReaction(terms.Diseases().Of(&m))
		})
	})
}

func severeReaction(t *terms.Term) bool {
	return t != nil && (t.English == "anaphylaxis" || t.English == "angioedema")
}

// allergy is a record of the list of allergies.
func (p *points) allergy(ref ehrdesk.Ref) *ehrdesk.Record {
	all := p.List(ehrdesk.AllergyADR)
	for i := range all {
		if all[i].Ref() == ref && counts(&all[i]) {
			return &all[i]
		}
	}
	return nil
}
