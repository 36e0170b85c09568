package lastdone

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// Twice are, of some records, the results of one test on one day by different institutions: each with one of the others. One may
// be a copy of the other; which of them, and whether, a person sees.
func Twice(records []ehrdesk.Record) map[ehrdesk.Ref]ehrdesk.Ref {
	type key struct {
		name string
		day  int64
	}
	n, by := newNamer(), map[key][]*ehrdesk.Record{}
	for i := range records {
		r := &records[i]
		if r.Void() || r.Date.Precision < ehrdesk.ToDay || r.Source == "" || !slices.Contains(kinds[:], r.Kind) {
			continue
		}
		f := r.Facts()
		k := key{n.of(r, &f).key, dayOf(r).Unix()}
		by[k] = append(by[k], r)
	}
	out := map[ehrdesk.Ref]ehrdesk.Ref{}
	for _, all := range by {
		for _, r := range all {
			if i := slices.IndexFunc(all, func(o *ehrdesk.Record) bool { return o.Source != r.Source }); i >= 0 {
				out[r.Ref()] = all[i].Ref()
			}
		}
	}
	return out
}
