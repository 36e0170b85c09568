package chart

import (
	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// resolver gives records the words that stand in other resources: a drug's name
// in a Medication, the institution in an Organization, reached at times only
// through the Encounter. Links may come before or after what they name, and what
// they name may change after them.
type resolver struct {
	known   []*ehrdesk.Record             // what the copy held before
	names   map[ehrdesk.Ref]r4.LinkedName // organisations, practitioners, products
	sources map[ehrdesk.Ref]string        // encounters, by their institution
	waiting map[ehrdesk.Ref]waiting
	came    map[ehrdesk.Ref]bool // the sync's own: what came up to now
	renamed map[ehrdesk.Ref]bool // they were known by another name, or stood otherwise
}

type waiting struct {
	record ehrdesk.Record // as it says itself
	named  ehrdesk.Record // with what was known when it came
	links  r4.Links
}

func newResolver(known []*ehrdesk.Record, came map[ehrdesk.Ref]bool) *resolver {
	r := &resolver{known: known, names: map[ehrdesk.Ref]r4.LinkedName{}, sources: map[ehrdesk.Ref]string{}, waiting: map[ehrdesk.Ref]waiting{},
		came: came, renamed: map[ehrdesk.Ref]bool{}}
	for _, rec := range known {
		r.addNames(rec)
	}
	clear(r.renamed)
	return r
}

// addNames takes the names a record gives to others.
func (r *resolver) addNames(rec *ehrdesk.Record) {
	ref := rec.Ref()
	switch {
	case rec.Linked:
		name := r4.NameOf(rec)
		if r.names[ref] != name {
			r.names[ref], r.renamed[ref] = name, true
		}
	case rec.Resource == "Encounter" && rec.Source != "":
		if r.sources[ref] != rec.Source {
			r.sources[ref], r.renamed[ref] = rec.Source, true
		}
	}
}

// forget is told of records that were withdrawn: their names go with them.
func (r *resolver) forget(ref ehrdesk.Ref) {
	if _, named := r.names[ref]; named {
		delete(r.names, ref)
		r.renamed[ref] = true
	}
	if _, named := r.sources[ref]; named {
		delete(r.sources, ref)
		r.renamed[ref] = true
	}
}

// name fills what is known already and remembers the rest for late: what nobody
// knows yet, and what the copy knew before and may still come.
func (r *resolver) name(rec *ehrdesk.Record, l r4.Links) {
	itself := *rec
	if done := r.fill(rec, l); !done || len(r.known) > 0 && !l.All(r.came) {
		r.waiting[rec.Ref()] = waiting{itself, *rec, l}
	}
	r.addNames(rec)
}

// fill reports whether nothing is left to look for.
func (r *resolver) fill(rec *ehrdesk.Record, l r4.Links) bool {
	done := true
	if l.Medication.ID != "" {
		name, ok := r.names[l.Medication]
		if done = ok && name.Title != ""; ok {
			l.Name(rec, name)
		}
	}
	if rec.Source == "" {
		for _, ref := range l.Sources {
			if t := r.names[ref].Title; t != "" {
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

// late gives the records whose names came after them, or have changed. Encounters
// go first: the others may take their institution from them.
func (r *resolver) late() []ehrdesk.Record {
	var out []ehrdesk.Record
	for _, encounters := range [...]bool{true, false} {
		for ref, w := range r.waiting {
			if (ref.Resource == "Encounter") != encounters {
				continue
			}
			now := w.record
			if r.fill(&now, w.links); now != w.named {
				out = append(out, now)
				r.addNames(&now)
			}
		}
		out = append(out, r.again(encounters)...)
	}
	return out
}

// again gives the records of the copy that did not come, and refer to what did
// under another name.
func (r *resolver) again(encounters bool) (out []ehrdesk.Record) {
	if len(r.renamed) == 0 {
		return nil
	}
	for _, rec := range r.known {
		if (rec.Resource == "Encounter") != encounters || r.came[rec.Ref()] || rec.Linked {
			continue
		}
		now := *rec
		l := r4.LinksOf(&now)
		if !l.Any(r.renamed) {
			continue
		}
		if r.fill(&now, l); now != *rec {
			out = append(out, now)
			r.addNames(&now)
		}
	}
	return out
}
