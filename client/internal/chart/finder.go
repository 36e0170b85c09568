package chart

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/find"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// finder is the index of what a chart's records say. It belongs to texts, whose lock
// its callers hold.
type finder struct {
	index find.Index
	slots map[ehrdesk.Ref]filed
	at    *view // whose records are filed
	place []int // of each slot, its record's place in at.all
}

// filed is a record in the index.
type filed struct {
	slot    int
	record  ehrdesk.Record // as it was filed: the version, what the overview says
	hasBody bool
}

// same reports whether two overviews say the same.
func same(a, b *ehrdesk.Record) bool {
	return a.Version == b.Version && a.Updated.Equal(b.Updated) && a.Title == b.Title && a.Packed == b.Packed && a.Status == b.Status && a.Source == b.Source && a.Date == b.Date
}

// heard files what a record says, where the record is filed.
func (f *finder) heard(r *ehrdesk.Record, w *said) {
	k, ok := f.slots[r.Ref()]
	switch {
	case !ok:
	case k.hasBody || k.record.Version != r.Version || !k.record.Updated.Equal(r.Updated):
		f.drop(r.Ref())
	case len(w.text) > 0:
		f.index.SetBody(k.slot, w.text)
		k.hasBody = true
		f.slots[r.Ref()] = k
	}
}

// drop takes a record out; it is filed again, as it is then, before the next search.
func (f *finder) drop(ref ehrdesk.Ref) {
	if k, ok := f.slots[ref]; ok {
		f.index.Drop(k.slot)
		delete(f.slots, ref)
		f.at = nil
	}
}

func (f *finder) wipe() {
	f.index.Wipe()
	*f = finder{}
}

// spare is how many slots of records that went are worth making the index anew.
const spare = 2048

// follow files the records of a view, or those of its release.
func (t *texts) follow(v *view, released bool) {
	f := &t.found
	if f.at == v || t.over {
		return
	}
	if f.index.Spent() > f.index.Len()+spare {
		f.wipe()
	}
	if f.slots == nil {
		f.slots = make(map[ehrdesk.Ref]filed, len(v.all))
	}
	for ref, k := range f.slots {
		if i, ok := v.index[ref]; !ok || v.all[i].Released != released || !same(&v.all[i], &k.record) {
			f.drop(ref)
		}
	}
	for i := range v.all {
		r := &v.all[i]
		if r.Released != released {
			continue
		}
		k, ok := f.slots[r.Ref()]
		if !ok {
			title, values := overview(r, v.codes)
			k = filed{slot: f.index.Add(fold.String(title), fold.String(values)), record: *r}
			if w := t.get(r); w != nil && len(w.text) > 0 {
				f.index.SetBody(k.slot, w.text)
				k.hasBody = true
			}
			f.slots[r.Ref()] = k
		}
		for k.slot >= len(f.place) {
			f.place = append(f.place, 0)
		}
		f.place[k.slot] = i
	}
	f.at = v
}

// hits are the records of a view that have what a query looks for, as numbers that
// order them: the score above the rank.
func (t *texts) hits(q find.Query, v *view, released bool) (out []uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.follow(v, released)
	list := t.found.index.Find(q)
	out = make([]uint64, 0, len(list))
	for _, m := range list {
		out = append(out, uint64(m.Score)<<32|uint64(v.rank[t.found.place[m.Slot]]))
	}
	return out
}

// ranks orders records that are found equally well: those in force before those that
// are over, those before what was entered in error, and the newest first. order is
// their places by rank, rank the other way round.
func ranks(all []ehrdesk.Record) (order, rank []uint32) {
	order = make([]uint32, len(all))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, k uint32) int {
		a, b := &all[i], &all[k]
		return cmp.Or(cmp.Compare(standing(a), standing(b)), b.Date.Compare(a.Date), b.Updated.Compare(a.Updated),
			strings.Compare(a.Resource, b.Resource), strings.Compare(a.ID, b.ID))
	})
	rank = make([]uint32, len(all))
	for n, i := range order {
		rank[i] = uint32(n)
	}
	return order, rank
}

// standing is 0 for what is in force, 1 for what is over, 2 for what never was.
func standing(r *ehrdesk.Record) int {
	if r.Void() {
		return 2
	}
	switch r.Status {
	case "inactive", "resolved", "remission", "refuted", "stopped", "cancelled", "revoked", "not-done", "superseded", "abandoned", "rejected":
		return 1
	}
	return 0
}

// overview is what a list can say of a record: what it is called, and all else that
// somebody may look for, a line each: the sender's words, displays and codes, numbers
// with their units.
func overview(r *ehrdesk.Record, codes *ehrdesk.LocalCodes) (title, values string) {
	var b strings.Builder
	put := func(s string) {
		b.WriteString(s)
		b.WriteByte(0)
	}
	f := r.FactsWith(func(k *ehrdesk.Concept) {
		if name, _, ok := codes.Of(*k); ok {
			put(name.English)
			put(name.Hant)
			put(name.Hans)
		}
	})
	f.Texts(put)
	for _, s := range [...]string{r.Source, r.Status, r.Date.Date(), r.Resource} { // what says least comes last: an excerpt is of the first
		put(s)
	}
	return r.Title, b.String()
}
