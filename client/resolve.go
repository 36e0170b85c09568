package client

import (
	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// resolver gives records the words that stand in other resources: a drug's name
// in a Medication, the institution in an Organization, reached at times only
// through the Encounter. Links may come before or after what they name.
type resolver struct {
	titles  map[ehrdesk.Ref]string // organisations, practitioners, products, by name
	sources map[ehrdesk.Ref]string // encounters, by their institution
	waiting map[ehrdesk.Ref]waiting
}

type waiting struct {
	record ehrdesk.Record
	links  r4.Links
}

func newResolver(known []*ehrdesk.Record) *resolver {
	r := &resolver{titles: map[ehrdesk.Ref]string{}, sources: map[ehrdesk.Ref]string{}, waiting: map[ehrdesk.Ref]waiting{}}
	for _, rec := range known {
		r.addNames(*rec)
	}
	return r
}

// addNames takes the names a record gives to others.
func (r *resolver) addNames(rec ehrdesk.Record) {
	switch {
	case rec.Linked:
		r.titles[rec.Ref()] = rec.Title
	case rec.Resource == "Encounter" && rec.Source != "":
		r.sources[rec.Ref()] = rec.Source
	}
}

// name fills what is known already and remembers the rest for late.
func (r *resolver) name(rec *ehrdesk.Record, l r4.Links) {
	if !r.fill(rec, l) {
		r.waiting[rec.Ref()] = waiting{*rec, l}
	}
	r.addNames(*rec)
}

// fill reports whether nothing is left to look for.
func (r *resolver) fill(rec *ehrdesk.Record, l r4.Links) bool {
	done := true
	if l.Medication.ID != "" {
		if t := r.titles[l.Medication]; t != "" {
			rec.Title = t
		} else {
			done = false
		}
	}
	if rec.Source == "" {
		for _, ref := range l.Sources {
			if t := r.titles[ref]; t != "" {
				rec.Source = t
				break
			}
		}
	}
	if rec.Source == "" && l.Encounter.ID != "" {
		rec.Source = r.sources[l.Encounter]
	}
	if rec.Source == "" && (len(l.Sources) > 0 || l.Encounter.ID != "") {
		done = false
	}
	return done
}

// late gives the records whose names came after them. Encounters go first: the
// others may take their institution from them.
func (r *resolver) late() []ehrdesk.Record {
	var out []ehrdesk.Record
	for _, encounters := range [...]bool{true, false} {
		for ref, w := range r.waiting {
			if (ref.Resource == "Encounter") != encounters {
				continue
			}
			before := w.record
			r.fill(&w.record, w.links)
			if w.record != before {
				out = append(out, w.record)
				r.addNames(w.record)
			}
		}
	}
	return out
}
