package chart

import (
	"maps"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// folded are the hits of a search as they are listed: those of one drug or one test as
// one row, which says how many more there are. The row of a drug is its newest order
// that is in force, else its best hit.
type folded struct {
	shown []ehrdesk.Record
	more  map[ehrdesk.Ref]int // of a row, how many are folded under it
}

// foldHits folds hits, the best first, but those under the names in open.
func foldHits(all []ehrdesk.Record, open map[string]bool) folded {
	type group struct{ lead, n int }
	groups := map[string]*group{}
	keys := make([]string, len(all))
	for i := range all {
		if keys[i] = foldName(&all[i]); keys[i] == "" {
			continue
		}
		switch g := groups[keys[i]]; {
		case g == nil:
			groups[keys[i]] = &group{i, 1}
		default:
			if g.n++; inForce(&all[i]) && (!inForce(&all[g.lead]) || all[i].Date.Compare(all[g.lead].Date) > 0) {
				g.lead = i
			}
		}
	}
	out := folded{make([]ehrdesk.Record, 0, len(all)), map[ehrdesk.Ref]int{}}
	for i := range all {
		g := groups[keys[i]]
		switch {
		case g == nil:
			out.shown = append(out.shown, all[i])
		case g.n == 0: // it is told already
			if open[keys[i]] && i != g.lead {
				out.shown = append(out.shown, all[i])
			}
		default: // the first of the group: its lead stands here, and the first behind it
			out.shown = append(out.shown, all[g.lead])
			switch {
			case !open[keys[i]] && g.n > 1:
				out.more[all[g.lead].Ref()] = g.n - 1
			case i != g.lead:
				out.shown = append(out.shown, all[i])
			}
			g.n = 0
		}
	}
	return out
}

// foldName is what hits are folded by, "" for what stands alone: the name of a drug, of
// a test.
func foldName(r *ehrdesk.Record) string {
	if r.Restricted || r.Released || r.Void() || r.Title == "" {
		return ""
	}
	switch r.Resource {
	case "MedicationRequest", "MedicationDispense", "MedicationAdministration", "MedicationStatement":
		return "drug " + r.Title
	case "Observation":
		return "test " + r.Title
	}
	return ""
}

// inForce reports an order of a drug that is in force.
func inForce(r *ehrdesk.Record) bool {
	return (r.Resource == "MedicationRequest" || r.Resource == "MedicationStatement") && (r.Status == "active" || r.Status == "on-hold")
}

// unfold shows what is folded under the hit in focus, or folds it again.
func (s *Screen) unfold() {
	r, ok := s.hits.selected()
	if !ok {
		return
	}
	name := foldName(&r)
	if name == "" {
		s.env.Warn(s.env.S(s.env.T.Hits.NotFolded))
		return
	}
	q := s.query
	was := foldHits(q.all, q.open)
	if open := maps.Clone(q.open); open == nil {
		q.open = map[string]bool{name: true}
	} else {
		open[name] = !open[name]
		q.open = open
	}
	now := foldHits(q.all, q.open)
	if len(now.shown) == len(was.shown) {
		s.env.Warn(s.env.S(s.env.T.Hits.NotFolded))
	}
	q.more = now.more
	q.places.forget()
	sel := slices.IndexFunc(now.shown, func(x ehrdesk.Record) bool { return x.Ref() == r.Ref() })
	if sel < 0 { // it is folded away: its row
		sel = slices.IndexFunc(now.shown, func(x ehrdesk.Record) bool { return foldName(&x) == name })
	}
	s.hits.records, s.hits.sel = now.shown, max(0, sel)
	s.hits.top = min(s.hits.top, s.hits.sel)
}

// moreWords say how many hits are folded under a row, "" for none.
func (s *Screen) moreWords(r *ehrdesk.Record) string {
	if s.query == nil {
		return ""
	}
	if n := s.query.more[r.Ref()]; n > 0 {
		return sprintf(s.env.S(s.env.T.Hits.More), thousands(n))
	}
	return ""
}
