package directory

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

// logged is the log of whose keys count, as this desk has followed it. A key that it does not have counts for nothing in a sealed case.
type logged struct {
	log  *keylog.Log // nil before the first, and of a centre without one; never changed once it is here
	head string      // the centre's last signed head, "" before the first
	tail []string    // entries of the last piece on the disk
	none bool        // the centre has none, and that was told
	owed []keylog.Head
	mine owner
}

// heard is what came of asking the centre for the log.
type heard struct {
	log       *keylog.Log
	head      string
	came      []string
	different ehrdesk.KeyDifferent // "" where it is the log that it was
	none      bool
}

// mostCame is how many entries are taken at once: more is no log of people.
const mostCame = 1_000_000

// ask follows the log from where this desk has come to. A log that is not the one that it was stays as it was. Errors: the line's.
func (d *Directory) ask(ctx context.Context, had *keylog.Log) (heard, error) {
	h := heard{log: &keylog.Log{}}
	if had != nil {
		h.log = had.Clone()
	}
	for more := true; more; {
		out, err := line.Ask(ctx, d.at.Line, line.AskWait, func(ctx context.Context) (fhir.KeyLogOut, error) { return d.centre.KeyLog(ctx, h.log.Len()) })
		switch {
		case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound:
			h.none = true
			if had != nil {
				h.different = ehrdesk.KeyLogShortened
			}
			return h, nil
		case err != nil:
			return h, err
		}
		if h.different = differentOf(h.log.Follow(out.Entries...)); h.different != "" {
			return h, nil
		}
		h.came, h.head = append(h.came, out.Entries...), out.Head
		if more = out.More; more && (len(out.Entries) == 0 || len(h.came) > mostCame) {
			h.different = ehrdesk.KeyLogUnread
			return h, nil
		}
	}
	keys, err := d.access.CentreKeys(ctx)
	if err != nil {
		return h, err
	}
	head, err := readHead(h.head, keys)
	if err == nil {
		err = h.log.Newest(head)
	}
	h.different = differentOf(err)
	return h, nil
}

// readHead reads a head that one of the centre's keys signed.
func readHead(signed string, keys []fhir.Key) (head keylog.Head, err error) {
	err = keylog.ErrHead
	for _, k := range keys {
		if public, ok := k.Key.(*ecdsa.PublicKey); ok && err != nil {
			head, err = keylog.ReadHead(signed, public)
		}
	}
	return head, err
}

func differentOf(err error) ehrdesk.KeyDifferent {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, keylog.ErrForked):
		return ehrdesk.KeyLogForked
	case errors.Is(err, keylog.ErrShortened), errors.Is(err, keylog.ErrBehind):
		return ehrdesk.KeyLogShortened
	}
	return ehrdesk.KeyLogUnread
}

// follow keeps what came of asking: the log where it is the one that it was, else that it is not. It is called with mu.
func (d *Directory) follow(ctx context.Context, h *heard) error {
	now := d.at.Now()
	switch {
	case h.different != "":
		return d.tell(ctx, ehrdesk.KeyChange{What: h.different, At: now})
	case h.none && d.log.none:
		return nil
	case h.none:
		d.at.Warnings.Warn(warnings.NoKeyLog)
		d.log.none = true
		return d.keepNone(ctx)
	}
	if err := d.keepLog(ctx, h); err != nil {
		return err
	}
	if err := d.strangers(ctx); err != nil {
		return err
	}
	return d.settle(ctx)
}

// hold holds a directory against the log, whose entries that came since are not held against it: the directory may be of before them.
// It is called with mu.
func (d *Directory) hold(ctx context.Context, said *fhir.Directory, h *heard) error {
	if d.log.log == nil || h.none || h.different != "" {
		return nil
	}
	var served []keylog.Served
	for _, p := range said.People {
		for _, k := range p.Keys {
			served = append(served, keylog.Served{Provider: p.HCP, Staff: p.Staff, Name: k.ID, Counts: k.Until.IsZero()})
		}
	}
	late := map[keylog.Served]bool{}
	for _, k := range keylog.Named(h.came) {
		late[keylog.Served{Provider: k.Provider, Staff: k.Staff, Name: k.Name}] = true
	}
	for _, s := range d.log.log.Differs(served) {
		key := s
		key.Counts = false
		if s.Staff == "" || late[key] { // of a desk's own key the copy says nothing
			continue
		}
		whose := pin{HCP: s.Provider, Staff: s.Staff}
		if p, ok := d.pins[s.Name]; ok {
			whose = p
		}
		if err := d.tell(ctx, ehrdesk.KeyChange{Key: s.Name, Owner: whose.owner(), What: ehrdesk.KeyOtherInLog, At: d.at.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// Head is how far this desk has followed the log, nil where it follows none. Errors: the journal's.
func (d *Directory) Head(ctx context.Context) (*keylog.Head, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.load(ctx); err != nil || d.log.log == nil {
		return nil, err
	}
	n := d.log.log.Len()
	hash, err := d.log.log.Hash(n)
	return &keylog.Head{N: n, Hash: hash}, err
}

// Shown holds a head that somebody else was shown against this desk's log, which is asked for where the head is of later. Where the two
// are not of one log that is written down and told; where the centre cannot be asked it is held against the log when it can. Errors:
// the journal's.
func (d *Directory) Shown(ctx context.Context, h keylog.Head) error {
	agrees := func() (behind bool, err error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if err := d.load(ctx); err != nil {
			return false, err
		}
		return d.agree(ctx, h)
	}
	behind, err := agrees()
	if err != nil || !behind {
		return err
	}
	if d.Refresh(ctx, 0) != nil {
		return d.owe(ctx, h)
	}
	if behind, err = agrees(); err != nil || !behind {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tell(ctx, ehrdesk.KeyChange{What: ehrdesk.KeyLogShortened, At: d.at.Now()})
}

// agree holds a head against the log; behind is of one that is longer. It is called with mu.
func (d *Directory) agree(ctx context.Context, h keylog.Head) (behind bool, err error) {
	log := d.log.log
	if log == nil {
		log = &keylog.Log{}
	}
	switch err := log.Agrees(h); {
	case err == nil:
		return false, nil
	case errors.Is(err, keylog.ErrBehind):
		return true, nil
	}
	return false, d.tell(ctx, ehrdesk.KeyChange{What: ehrdesk.KeyLogForked, At: d.at.Now()})
}

// settle holds the heads that could not be held against the log before. It is called with mu, after the log was followed.
func (d *Directory) settle(ctx context.Context) error {
	for _, h := range d.log.owed {
		behind, err := d.agree(ctx, h)
		if err == nil && behind {
			err = d.tell(ctx, ehrdesk.KeyChange{What: ehrdesk.KeyLogShortened, At: d.at.Now()})
		}
		if err != nil {
			return err
		}
	}
	return d.paid(ctx)
}

// stood reports whether a key counted at a moment by the log, give or take what clocks differ; everything did where none is followed.
func stood(log *keylog.Log, p *pin, at time.Time) bool {
	return log == nil || log.Stood(p.HCP, p.Staff, p.ID, at) || log.Stood(p.HCP, p.Staff, p.ID, at.Add(leeway))
}

// Renewed is when somebody's key became another than before, where that was after a moment. Errors: the journal's.
func (d *Directory) Renewed(ctx context.Context, who ehrdesk.CasePerson, after time.Time) (since time.Time, known bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.load(ctx); err != nil || d.log.log == nil {
		return time.Time{}, false, err
	}
	since, known = d.log.log.Renewed(who.Provider, who.Staff, after)
	return since, known, nil
}
