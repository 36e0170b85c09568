// Package lastdone says when a test, an examination or a vaccine was last done, and which
// orders ask for what was ordered or done shortly before. It promises that what was
// cancelled, not done, entered in error or is of a day to come counts for nothing, that
// each answer names its record, and that the order in which records come changes nothing.
// It never says that something was never done: it knows what it read.
package lastdone

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Thing is a test, an examination or a vaccine that was done.
type Thing struct {
	Terms []*terms.Term  // what the tables call it, the closest first; none where they do not have it
	Last  ehrdesk.Record // the newest that says so
	Name  ehrdesk.Concept
	Times int // records that say so, the days of which may be the same

	key   string
	words string // all names, folded, for Find
}

// Test is the table's name for a laboratory test or a vaccine, which is all of what the
// record says; nil for an examination, of which the record says more (of which part).
func (t *Thing) Test() *terms.Term {
	if len(t.Terms) == 0 || t.Last.Kind == ehrdesk.KindRadiology || strings.HasPrefix(t.key, "name ") {
		return nil
	}
	return t.Terms[0]
}

// kinds are those among which something is looked for, in the order in which they are told.
var kinds = [...]ehrdesk.Kind{ehrdesk.KindLaboratory, ehrdesk.KindRadiology, ehrdesk.KindOtherInvestigation, ehrdesk.KindImmunisation, ehrdesk.KindProcedure, ehrdesk.KindObservation}

// Kinds are the kinds of record that it reads: with one of them not all seen, what is not
// found may be there.
func Kinds() []ehrdesk.Kind { return kinds[:] }

// Of are the things that were done, the newest first. list gives the records of a type.
func Of(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) []Thing {
	by := map[string]*Thing{}
	n := newNamer()
	var open ehrdesk.Opener
	for _, t := range []ehrdesk.RecordType{ehrdesk.LaboratoryRadiology, ehrdesk.ObservationLifestyle, ehrdesk.OtherInvestigation, ehrdesk.BirthImmunisation, ehrdesk.DiagnosisProcedureMedication} {
		all := list(t)
		for i := range all {
			r := &all[i]
			if !Done(r, now) {
				continue
			}
			f := open.Open(r)
			w := n.of(r, f)
			thing := by[w.key]
			if thing == nil {
				thing = &Thing{Terms: w.terms, key: w.key, words: w.words}
				by[w.key] = thing
			}
			if thing.Times++; thing.Times == 1 || newer(r, &thing.Last) < 0 {
				thing.Last, thing.Name = *r, w.name
				thing.words = w.words
			}
		}
	}
	out := make([]Thing, 0, len(by))
	for _, t := range by {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Thing) int { return cmp.Or(newer(&a.Last, &b.Last), strings.Compare(a.key, b.key)) })
	return out
}

// Done reports a record of something that was done by now.
func Done(r *ehrdesk.Record, now time.Time) bool {
	if r.Linked || r.Restricted || r.Void() || !slices.Contains(kinds[:], r.Kind) || !r.Date.IsZero() && r.Date.Begins().After(now) {
		return false
	}
	switch r.Resource {
	case "Observation", "DiagnosticReport", "Media":
		return r.Status != "registered" && r.Status != "cancelled" && r.Status != "unknown"
	case "ImagingStudy":
		return r.Status != "registered" && r.Status != "cancelled"
	case "Procedure":
		return r.Status == "completed" || r.Status == ""
	case "Immunization":
		return r.Status != "not-done"
	}
	return false
}

// Find are those of the things that are called so, in any of the three languages, the
// newest first: by a name of the tables whole, else by all words that were given.
func Find(all []Thing, asked string) (out []Thing) {
	words := strings.Fields(fold.String(asked))
	if len(words) == 0 {
		return nil
	}
	term := known(asked)
	for i := range all {
		t := &all[i]
		if term != nil && slices.Contains(t.Terms, term) || holds(t.words, words) {
			out = append(out, *t)
		}
	}
	return out
}

// known is what a table calls by that name, nil for none.
func known(asked string) *terms.Term {
	for _, t := range []*terms.Table{terms.Analytes(), terms.Imaging(), terms.Vaccines()} {
		if term := t.Named(asked); term != nil {
			return term
		}
	}
	return nil
}

// holds reports every word at the beginning of a word of the names; Chinese, which parts no
// words, anywhere.
func holds(names string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool {
		if w[0] >= 0x80 {
			return !strings.Contains(names, w)
		}
		return !strings.Contains(" "+names, " "+w)
	})
}

func newer(a, b *ehrdesk.Record) int {
	return cmp.Or(b.Date.Compare(a.Date), strings.Compare(a.Resource, b.Resource), strings.Compare(a.ID, b.ID))
}
