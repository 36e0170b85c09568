package chart

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/find"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// Search finds records of any type by their words, the best first: of the overviews,
// and of the bodies as far as ReadTexts has read them.
func (c *Chart) Search(query string) []ehrdesk.Record {
	q := find.Parse(ehrdesk.CleanLine(query))
	if q.Empty() {
		return nil
	}
	v := c.shown()
	v.prepare()
	hits := c.spoken.texts.hits(q, v, false)
	if t := releasedTexts(c); t != nil {
		hits = append(hits, t.hits(q, v, true)...)
	}
	slices.Sort(hits)
	out := make([]ehrdesk.Record, len(hits))
	for i, h := range hits {
		out[i] = v.all[v.order[uint32(h)]]
	}
	return out
}

// Excerpt is where a record has what a query looks for, about so many cells of it.
func (c *Chart) Excerpt(query string, ref ehrdesk.Ref, cells int) (e ehrdesk.Excerpt) {
	q := find.Parse(ehrdesk.CleanLine(query))
	v := c.shown()
	r, ok := v.find(ref)
	if !ok || q.Empty() {
		return e
	}
	title, values := overview(&r, v.codes)
	best, line := 0, ""
	consider := func(place ehrdesk.HitPlace, folded string, recorded func() string) (all bool) {
		if n := q.Units(folded); n > best {
			best, line, e.Place = n, recorded(), place
		}
		return best == q.Len()
	}
	done := consider(ehrdesk.InTitle, fold.String(title), func() string { return title })
	for value := range strings.SplitSeq(values, "\x00") {
		if done {
			break
		}
		done = consider(ehrdesk.InValue, fold.String(value), func() string { return value })
	}
	t := &c.spoken.texts
	if r.Released {
		t = releasedTexts(c)
	}
	if !done && t != nil {
		t.lines(&r, consider)
	}
	if best < q.Len() && t != nil {
		if kept := t.keptPlace(query, ref); kept.Text != "" {
			return kept
		}
	}
	if best == 0 {
		return ehrdesk.Excerpt{}
	}
	return excerptOf(e.Place, q.Excerpt(ehrdesk.CleanLine(line), cells))
}

// lines offers what a record says beside its overview, line by line, until one has
// everything.
func (t *texts) lines(r *ehrdesk.Record, consider func(place ehrdesk.HitPlace, folded string, recorded func() string) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.get(r)
	if w == nil {
		return
	}
	for from, to := range w.all() {
		if consider(place(w.kindAt(from)), string(w.text[from:to]), func() string { return string(w.part(from, to)) }) {
			return
		}
	}
}
