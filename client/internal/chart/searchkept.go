package chart

import (
	"cmp"
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/clinical/find"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// keptCells is about how much of a text is shown of what was found on the disk.
const keptCells = 100

// keptHits are the excerpts of what the last search of the disk found.
type keptHits struct {
	query  string
	places map[ehrdesk.Ref]ehrdesk.Excerpt
}

// SearchKept finds the records that Search leaves out because there is more text than
// memory holds, in what the copy keeps of them, cell by cell. searched is how many
// those are. Errors: the store's, and whatever ends ctx.
func (c *Chart) SearchKept(ctx context.Context, query string) (found []ehrdesk.Record, searched int, err error) {
	q := find.Parse(ehrdesk.CleanLine(query))
	v, t := c.shown(), &c.spoken.texts
	v.prepare()
	left := t.leftOut(v.all)
	if q.Empty() || len(left) == 0 {
		return nil, 0, nil
	}
	hits := keptHits{query, map[ehrdesk.Ref]ehrdesk.Excerpt{}}
	var places []int
	err = c.at.opt.Copies.Said(ctx, c.copyID(), func(s cache.Said) error {
		i, shown := v.index[s.Ref]
		if !shown || !left[s.Ref] || !s.Of.Of(&v.all[i]) {
			return ctx.Err()
		}
		searched++
		w := sayings{raw: s.Text}
		w.text = fold.Append(nil, string(s.Text))
		defer clear(w.text)
		title, values := overview(&v.all[i], v.codes)
		head := fold.String(title + "\x00" + values + "\x00")
		if q.Units(head+string(w.text)) < q.Len() || q.Units(head) == q.Len() { // Search finds it
			return ctx.Err()
		}
		places = append(places, i)
		best := 0
		for from, to := range w.all() {
			if n := q.Units(string(w.text[from:to])); n > best {
				cut := q.Excerpt(ehrdesk.CleanLine(string(w.part(from, to))), keptCells)
				best, hits.places[s.Ref] = n, excerptOf(place(w.kindAt(from)), cut)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, 0, ehrdesk.E("search", ehrdesk.CodeOf(err), err)
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Compare(v.rank[a], v.rank[b]) })
	for _, i := range places {
		found = append(found, v.all[i])
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.over {
		t.kept = hits
	}
	return found, searched, nil
}

// leftOut are the records whose text memory does not hold.
func (t *texts) leftOut(all []ehrdesk.Record) map[ehrdesk.Ref]bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := map[ehrdesk.Ref]bool{}
	for i := range all {
		if w := t.get(&all[i]); w != nil && w.left && !all[i].Released {
			out[all[i].Ref()] = true
		}
	}
	return out
}

// keptPlace is where the last search of the disk found a record.
func (t *texts) keptPlace(query string, ref ehrdesk.Ref) (e ehrdesk.Excerpt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept.query == query {
		e = t.kept.places[ref]
	}
	return e
}

func excerptOf(place ehrdesk.HitPlace, cut find.Excerpt) ehrdesk.Excerpt {
	e := ehrdesk.Excerpt{Place: place, Text: cut.Text}
	for _, k := range cut.Marks {
		e.Marks = append(e.Marks, ehrdesk.Mark{From: k.From, To: k.To})
	}
	return e
}
