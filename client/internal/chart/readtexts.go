package chart

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// ReadTexts reads the notes, attachments and narratives of every record that is
// shown, one after the other and each once, so that Search finds what they say. What the
// copy keeps of that is taken from there; what it does not keep yet, it keeps then.
// What changes meanwhile is read again. No lock is held over a record, and the
// reading ends with ctx, the chart and a lock. progress hears how many records of
// how many are read, now and then, and must not close the chart. Errors:
// CodeConsentNeeded, CodeLocked, the store's.
func (c *Chart) ReadTexts(ctx context.Context, progress func(done, total int)) error {
	defer c.at.Idle.Work()()
	ctx, end, err := c.spoken.reading.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if _, todo := unheard(c); len(todo) > 0 { // a search that begins again has nothing to fetch
		if err := recall(ctx, c); err != nil {
			return err
		}
	}
	var told time.Time
	tell := func(done, all int) {
		if now := time.Now(); progress != nil && now.Sub(told) >= refresh {
			told = now
			progress(done, all)
		}
	}
	for kept := true; kept && err == nil; {
		all, todo := unheard(c)
		kept, err = hearAll(ctx, c, todo, func(done int) { tell(all-len(todo)+done, all) })
	}
	return err
}

// hearAll reads records, and keeps what those of the copy say. It says whether any was
// taken in.
func hearAll(ctx context.Context, c *Chart, todo []ehrdesk.Record, tell func(done int)) (some bool, err error) {
	if len(todo) == 0 {
		return false, nil
	}
	k := newKeeper(ctx, c)
	defer func() { k.end(ctx) }()
	for i := range todo {
		if ctx.Err() != nil {
			return some, ehrdesk.E("search", ehrdesk.CodeOther, ctx.Err())
		}
		tell(i)
		ok, err := hear(ctx, c, &todo[i], k)
		if err != nil {
			return some, err
		}
		some = some || ok
	}
	return some, nil
}

// unheard are the records that are shown and not read yet, and how many are shown.
func unheard(c *Chart) (all int, todo []ehrdesk.Record) {
	v := c.shown()
	v.prepare()
	var own, released []ehrdesk.Record
	for i := range v.all {
		if v.all[i].Released {
			released = append(released, v.all[i])
		} else {
			own = append(own, v.all[i])
		}
	}
	todo = c.spoken.texts.lacking(own)
	if t := releasedTexts(c); t != nil {
		todo = append(todo, t.lacking(released)...)
	}
	return len(v.all), todo
}

// hear reads one record. It is not kept where it went or was replaced meanwhile:
// then it comes again, or is gone.
func hear(ctx context.Context, c *Chart, r *ehrdesk.Record, k *keeper) (kept bool, err error) {
	t, other := &c.spoken.texts, releasedTexts(c)
	if r.Released {
		if other == nil {
			return false, nil
		}
		t, other = other, t
	}
	room := c.at.holds() - t.bytes()
	if other != nil {
		room -= other.bytes()
	}
	t.expect(r.Ref())
	if room <= 0 && !k.keeps(r) {
		return t.put(r, &said{left: true}, 0), nil
	}
	w, err := words(ctx, c, *r)
	switch code := ehrdesk.CodeOf(err); {
	case err == nil:
		k.add(ctx, r, w)
		return t.put(r, w, room), nil
	case ctx.Err() != nil:
		return false, ehrdesk.E("search", ehrdesk.CodeOther, ctx.Err())
	case code == ehrdesk.CodeTampered: // damaged, and told by whoever came upon it
		return t.put(r, &said{none: 1}, room), nil
	case code == ehrdesk.CodeNotFound, code == ehrdesk.CodeConflict:
		return false, nil
	}
	return false, ehrdesk.E("search", ehrdesk.CodeOf(err), err)
}

// words reads what one record says.
func words(ctx context.Context, c *Chart, r ehrdesk.Record) (*said, error) {
	body, err := bodyOf(ctx, c, r)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	elements, err := r4.ElementsWith(ctx, untilDone{ctx, body}, c.at.opt.PDF)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil { // a PDF that was given up is not one that cannot be read
		return nil, ctx.Err()
	}
	v := c.shown()
	return heardOf(elements, func(ref ehrdesk.Ref) bool { _, here := v.find(ref); return here }), nil
}

// untilDone is a reader that ends with a context: a long document is not read on
// for a chart that is closed.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// mute are elements that name things for programs: nobody looks for them, and all
// records would be found by them.
var mute = map[string]bool{"resourceType": true, "id": true, "system": true, "reference": true, "url": true, "contentType": true,
	"hash": true, "profile": true, "language": true, "fullUrl": true}

// attachmentNames are the elements of R4 that are an Attachment: one that says where
// its document lies, and does not hold it, has not been read.
var attachmentNames = map[string]bool{"attachment": true, "presentedForm": true, "content": true, "photo": true, "image": true,
	"valueAttachment": true, "contentAttachment": true, "sourceAttachment": true, "document": true}

// heardOf is what elements say that somebody may look for. here reports whether a
// record is one of the chart's own, and so read by itself.
func heardOf(elements []ehrdesk.Element, here func(ehrdesk.Ref) bool) *said {
	w := &said{}
	size := 0
	for i := range elements {
		size += len(elements[i].Value) + 1
	}
	text := make([]byte, 0, size)
	away, held := map[string]bool{}, map[string]bool{} // attachments that lie elsewhere, and those that are sent with the record
	for i := range elements {
		e := &elements[i]
		parent, name := leaf(e.Path)
		switch k := e.Remark.Kind; {
		case k.Unread():
			w.none++
			w.off = w.off || k.Off()
		case k == ehrdesk.RemarkCut:
			w.cut = true
		}
		_, within := leaf(parent)
		switch {
		case name == "url" && attachmentNames[within] && !here(r4.Target(e.Value)):
			away[parent] = true
		case name == "data":
			held[parent] = true
		}
		if e.Value == "" || mute[name] || e.Coded || strings.HasPrefix(e.Path, "meta.") {
			continue
		}
		text = append(append(text, lineKind(within, name)), e.Value...)
		if !e.When.IsZero() {
			text = append(append(text, byte(lineOther)), e.When.Date()...)
		}
	}
	for parent := range away {
		if !held[parent] {
			w.none++
		}
	}
	w.sayings = saying(text)
	return w
}

// leaf splits a path into what is above and an element's own name, without its
// number in a list.
func leaf(path string) (parent, name string) {
	i := strings.LastIndexByte(path, '.')
	parent, name = path[:max(i, 0)], path[i+1:]
	if j := strings.IndexByte(name, '['); j >= 0 {
		name = name[:j]
	}
	return parent, name
}

// Unread is what Search does not find because it is not read.
func (c *Chart) Unread() (u ehrdesk.Unread) {
	v := c.shown()
	v.prepare()
	for _, s := range c.Summary() {
		if u.Restricted += s.Restricted; s.Away || len(s.Unasked) > 0 {
			u.Away++
		}
		for _, k := range ehrdesk.Kinds() {
			if k.Type() == s.Type && c.rights.may(k) == ehrdesk.NoAccess {
				u.Hidden++
				break
			}
		}
	}
	truth := c.Truth()
	u.Lacking = len(truth.Aside) + truth.Missing
	own, released := &c.spoken.texts, releasedTexts(c)
	own.mu.Lock()
	defer own.mu.Unlock()
	if released != nil {
		released.mu.Lock()
		defer released.mu.Unlock()
	} else if own.tally.of != v || own.tally.turns != own.turns { // each letter of a search asks
		own.tally = tally{v, own.turns, count(v, own, own)}
	}
	var n ehrdesk.Unread
	if released == nil {
		n = own.tally.unread
	} else {
		n = count(v, own, released)
	}
	u.Pending, u.TooMuch, u.Textless, u.Cut = n.Pending, n.TooMuch, n.Textless, n.Cut
	return u
}

// tally is what was counted of a view, as long as neither has changed.
type tally struct {
	of     *view
	turns  uint64
	unread ehrdesk.Unread
}

// count counts what of a view is not read. The caller holds both locks.
func count(v *view, own, released *texts) (u ehrdesk.Unread) {
	for i := range v.all {
		t := own
		if v.all[i].Released {
			t = released
		}
		switch w := t.get(&v.all[i]); {
		case w == nil:
			u.Pending++
		case w.left:
			u.TooMuch++
		default:
			if u.Textless += w.none; w.cut {
				u.Cut++
			}
		}
	}
	return u
}
