package chart

import (
	"context"
	"weak"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
)

// What the bodies say is kept with the copy, sealed as the records are, so that the
// next search opens no body for it. Of what is shown under a release, and of kinds
// that nobody may keep, there is none.

// keeper collects what records of the copy say until it is worth a cell.
type keeper struct {
	c     *Chart
	id    cache.PatientID
	marks map[ehrdesk.Ref]cache.BodyMark // of the bodies that there are; nil where nothing is kept
	list  []cache.Said
	size  int
	kept  bool
}

// newKeeper notes which body each record has before any is read.
func newKeeper(ctx context.Context, c *Chart) *keeper {
	k := &keeper{c: c, id: c.copyID()}
	c.mu.RLock()
	off := c.access.rules.Mode == copies.KeepOff || c.spoilt || c.ended
	c.mu.RUnlock()
	if off {
		return k
	}
	k.marks, _ = c.at.opt.Copies.Marks(ctx, k.id) // without them nothing is kept, and all is read
	return k
}

// keeps reports whether what a record says is kept.
func (k *keeper) keeps(r *ehrdesk.Record) bool {
	_, here := k.marks[r.Ref()]
	return here && !r.Released && !k.c.memoryOnly.has(r.Ref())
}

// add takes what a record says as recorded. What this desk may read tomorrow is not kept
// as if it had no text.
func (k *keeper) add(ctx context.Context, r *ehrdesk.Record, w *said) {
	if !k.keeps(r) || w.off {
		return
	}
	s := cache.Said{Ref: r.Ref(), Of: k.marks[r.Ref()], None: w.none, Cut: w.cut, Text: w.recorded()}
	k.list, k.size = append(k.list, s), k.size+len(s.Text)
	if k.size >= cache.SaidBytes {
		k.flush(ctx)
	}
}

// flush seals what was collected, and wipes it. What the disk does not take is read
// again the next time.
func (k *keeper) flush(ctx context.Context) {
	if len(k.list) > 0 && ctx.Err() == nil {
		if err := k.c.at.opt.Copies.KeepSaid(ctx, k.id, k.list); err == nil {
			k.kept = true
		} else if ctx.Err() == nil {
			k.c.at.Log.Warn("what records say is not kept", "code", string(ehrdesk.CodeOf(err)))
		}
	}
	for _, s := range k.list {
		clear(s.Text)
	}
	k.list, k.size = nil, 0
}

// end seals the rest. Small cells are put together when nobody works.
func (k *keeper) end(ctx context.Context) {
	if k.flush(ctx); k.kept {
		k.c.at.opt.Copies.Loosen(k.id)
	}
}

// recall takes from the copy what its records say, as far as that is kept. Errors:
// the store's, and ctx'.
func recall(ctx context.Context, c *Chart) error {
	v, t := c.shown(), &c.spoken.texts
	v.prepare()
	t.recalling(true)
	defer t.recalling(false)
	err := c.at.opt.Copies.Said(ctx, c.copyID(), func(s cache.Said) error {
		i, shown := v.index[s.Ref]
		if !shown || v.all[i].Released || !s.Of.Of(&v.all[i]) || c.memoryOnly.has(s.Ref) {
			return ctx.Err()
		}
		room := c.at.holds() - t.bytes()
		if o := releasedTexts(c); o != nil {
			room -= o.bytes()
		}
		w := &said{none: s.None, cut: s.Cut, sayings: saying(append([]byte(nil), s.Text...))}
		t.recalled(&v.all[i], w, room)
		return ctx.Err()
	})
	switch code := ehrdesk.CodeOf(err); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ehrdesk.E("search", ehrdesk.CodeOther, ctx.Err())
	case code == ehrdesk.CodeTampered: // told of, and the bodies are read
		c.damaged(ctx, err)
		return nil
	case code == ehrdesk.CodeNotFound: // no copy yet
		return nil
	}
	return ehrdesk.E("search", ehrdesk.CodeOf(err), err)
}

// keepTexts reads the bodies of the copy of which it is not kept what they say, and
// keeps that, in no more memory than a cell's: for moments when nobody works.
func keepTexts(ctx context.Context, c *Chart) error {
	ctx, end, err := c.spoken.reading.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	v := c.shown()
	if c.spoken.kept == weak.Make(v) {
		return nil
	}
	k := newKeeper(ctx, c)
	if len(k.marks) == 0 {
		return nil
	}
	kept := make(map[ehrdesk.Ref]bool, len(k.marks))
	if err := c.at.opt.Copies.Said(ctx, k.id, func(s cache.Said) error { kept[s.Ref] = true; return ctx.Err() }); err != nil {
		c.damaged(ctx, err)
		return err
	}
	v.prepare()
	for i := range v.all {
		r := &v.all[i]
		if kept[r.Ref()] || !k.keeps(r) {
			continue
		}
		w, err := words(ctx, c, *r)
		if ctx.Err() != nil { // what was read until here is kept all the same
			k.end(context.WithoutCancel(ctx))
			return ehrdesk.E("search", ehrdesk.CodeOther, ctx.Err())
		}
		if err != nil {
			continue
		}
		k.add(ctx, r, w)
		w.wipe()
	}
	k.end(ctx)
	c.spoken.kept = weak.Make(v)
	return nil
}

// KeepTexts does that for every open chart, until ctx ends.
func (o *Charts) KeepTexts(ctx context.Context) {
	o.mu.Lock()
	var open []*Chart
	for c := range o.open {
		open = append(open, c)
	}
	o.mu.Unlock()
	for _, c := range open {
		if err := keepTexts(ctx, c); ctx.Err() != nil {
			return
		} else if err != nil {
			o.Log.Warn("what records say is not kept", "code", string(ehrdesk.CodeOf(err)))
		}
	}
}
