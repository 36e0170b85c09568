package cases

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// What is for whoever is signed in is fetched before they open it: it is read without the line then, and its author hears that it was
// delivered. It lies here as it was sealed, under the case's key beside, until it is opened. What passes stays at the centre, and what is
// longer than an event brings does until somebody wants it.

// ahead is of which cases something may be there to be fetched.
type ahead struct {
	mu     sync.Mutex
	looked bool // once in a session all are looked at: another may have been broken off
	of     map[string]bool
}

func (a *ahead) note(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil {
		a.of = map[string]bool{}
	}
	a.of[id] = true
}

// take gives the cases to be looked at, and whether that is all of them.
func (a *ahead) take() (of []string, all bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	of, all = slices.Sorted(maps.Keys(a.of)), !a.looked
	a.looked = true
	return of, all
}

func (a *ahead) done(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.of, id)
}

func rawList(id string) string { return "sealed in case " + id }

// Ahead fetches what was said to whoever is signed in and lies at the centre. What cannot be had now is asked for another time. Errors:
// those of the store, CodeLocked.
func Ahead(ctx context.Context, s *Cases) error {
	if s.may("case") != nil {
		return nil
	}
	defer s.Idle.Work()()
	of, all := s.ahead.take()
	if all {
		here, err := s.lists.Items(ctx, s.list(caseList))
		if err != nil {
			return err
		}
		for _, it := range here {
			if it.ID != markItem && !slices.Contains(of, it.ID) {
				s.ahead.note(it.ID)
				of = append(of, it.ID)
			}
		}
	}
	for _, id := range of {
		switch err := aheadOf(ctx, s, id); {
		case err == nil:
			s.ahead.done(id)
		case ehrdesk.CodeOf(err) == ehrdesk.CodeLocked || !undecided(err):
			return err
		case noLine(err) || ctx.Err() != nil:
			return nil
		default: // of this one alone: it is asked for another time
		}
	}
	return nil
}

// noLine reports an error after which nothing else is to be had now either.
func noLine(err error) bool {
	var often *ehrdesk.TooOften
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeNotSignedIn, ehrdesk.CodeLocked:
		return true
	}
	return errors.As(err, &often) || line.EndOf(err) != nil
}

// aheadOf fetches what is to be had of one case.
func aheadOf(ctx context.Context, s *Cases, id string) error {
	k, err := s.kept(ctx, id)
	if err != nil || k.Closed != "" || k.Left || k.Broken != "" || k.Case.State.Over() {
		return err
	}
	all, err := s.said(ctx, id)
	if err != nil {
		return err
	}
	c, there, err := s.under(ctx, id, false)
	if err != nil || !there {
		return err
	}
	had := map[string]bool{}
	if err := s.lines(ctx, c, rawList(id), func(envelope string, _ []byte) { had[envelope] = true }); err != nil {
		return err
	}
	var later error // what could not be had now, and holds up nothing
	for i := range k.Case.Said {
		said := &k.Case.Said[i]
		if t := all[said.Envelope]; t.Head == "" || t.Read || had[said.Envelope] || !said.Passes.IsZero() {
			continue
		}
		o := &opening{Cases: s, op: "case.sync", k: k, said: said}
		head, err := o.head(ctx, all[said.Envelope].Head)
		if err != nil || head.Size > mostInEvent { // whoever opens it is told
			continue
		}
		switch err := o.fetchAhead(ctx, c, &head); {
		case err != nil && (noLine(err) || ctx.Err() != nil):
			return err
		case err != nil && undecided(err):
			later = err
		}
	}
	return later
}

// fetchAhead fetches one.
func (o *opening) fetchAhead(ctx context.Context, c cipher.AEAD, head *sealed.Head) error {
	var raw bytes.Buffer
	if err := o.asks(ctx, head, &raw); err != nil {
		return err
	}
	if sum := sha256.Sum256(raw.Bytes()); !bytes.Equal(sum[:], o.said.Digest) { // whoever opens it is told
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now, err := o.kept(ctx, o.k.Case.ID)
	if err != nil || now.Left || now.Case.State.Over() { // meanwhile
		return err
	}
	all, err := o.Cases.said(ctx, o.k.Case.ID)
	if t := all[o.said.Envelope]; err != nil || t.Head == "" || t.Read {
		return err
	}
	return o.write(ctx, c, rawList(o.k.Case.ID), map[string][]byte{o.said.Envelope: raw.Bytes()}, nil)
}

// raw is an envelope that was fetched ahead, nil for none.
func (o *opening) raw(ctx context.Context) (raw []byte, err error) {
	c, there, err := o.under(ctx, o.k.Case.ID, false)
	if err != nil || !there {
		return nil, err
	}
	err = o.lines(ctx, c, rawList(o.k.Case.ID), func(envelope string, b []byte) {
		if envelope == o.said.Envelope {
			raw = bytes.Clone(b)
		}
	})
	return raw, err
}

// asks gives the envelope, which is as long as its head says and no longer: as it was fetched ahead, or as the centre has it.
func (o *opening) asks(ctx context.Context, head *sealed.Head, into io.Writer) error {
	if head.Size <= mostInEvent {
		raw, err := o.raw(ctx)
		if err == nil && int64(len(raw)) == head.Size {
			_, err = into.Write(raw)
			return err
		}
		if err != nil {
			return err
		}
	}
	_, err := line.Ask(ctx, o.Line, waitFor(head.Size, line.AskWait), func(ctx context.Context) (bool, error) {
		return true, o.centre.CaseEnvelope(ctx, o.said.Envelope, head.Size, into)
	})
	return err
}
