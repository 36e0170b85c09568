package cases

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// What is too long for its event is brought to the centre before it. That may take minutes, and nobody else waits for it: the turn is not
// held meanwhile, and what is said in other cases goes on. What was cut is begun anew.

// bringing is what was brought, and that one is brought at a time.
type bringing struct {
	one     chan struct{}
	brought map[string]*letter // by what waits; of who has the turn
}

func newBringing() bringing {
	return bringing{one: make(chan struct{}, 1), brought: map[string]*letter{}}
}

// letter is what is said to people, sealed or about to be.
type letter struct {
	says ehrdesk.CaseEnvelope // as its event names it
	h    sealed.Head
	keys []sealed.Public
	text []byte // what is sealed before the file

	groups []ehrdesk.CaseGroupAt // by which histories it is sealed to groups
	head   string                // signed, once it is sealed
}

// seal writes what is sealed. Of the letter itself it changes nothing.
func (l *letter) seal(dst io.Writer, file io.Reader, size int64) (h sealed.Head, err error) {
	h = l.h
	payload := io.Reader(bytes.NewReader(l.text))
	if size > 0 {
		payload = io.MultiReader(payload, file)
	}
	return h, sealed.Seal(dst, &h, l.keys, payload, int64(len(l.text))+size)
}

// signed has a letter be what was sealed.
func (l *letter) signed(op string, h *sealed.Head, by sealed.Signer) (err error) {
	if l.head, err = sealed.SignHead(h, by); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	clear(l.text)
	l.says.Digest = h.Digest
	return nil
}

// leastPace is how fast what is long has to come or go, in bytes a second: slower it is given up.
const leastPace = 16 << 10

func waitFor(size int64, least time.Duration) time.Duration {
	return least + time.Duration(size/leastPace)*time.Second
}

// Bring brings and sends what waits with a file, one after the other. Errors: as Deliver.
func Bring(ctx context.Context, s *Cases) error {
	if s.may("case") != nil {
		return nil
	}
	select {
	case s.brings.one <- struct{}{}:
	case <-ctx.Done():
		return ehrdesk.E("case.send", ehrdesk.CodeOther, ctx.Err())
	}
	defer func() { <-s.brings.one }()
	b := filing{s}
	tries, skip := map[string]int{}, map[string]bool{}
	for {
		if _, err := s.Deliver(ctx); err != nil {
			return err
		}
		p, err := b.next(ctx, skip)
		if err != nil || p == nil {
			return err
		}
		if tries[p.ID]++; tries[p.ID] > turns {
			return ehrdesk.Errorf("case.send", ehrdesk.CodeTimeout, "others go on writing in the case")
		}
		switch err := b.bring(ctx, p); {
		case err == nil:
		case errors.Is(err, errNoDesk): // it waits until they have one
			skip[p.Case] = true
			if err := b.waitsFor(ctx, p, whoHasNone(err)); err != nil {
				return err
			}
		case undecided(err):
			return err
		default:
			if err := b.refused(ctx, p, err); err != nil {
				return err
			}
		}
	}
}

// Brings reports that something waits with a file that could be sent.
func Brings(ctx context.Context, s *Cases) (bool, error) {
	if s.may("case") != nil {
		return false, nil
	}
	p, err := filing{s}.next(ctx, nil)
	return p != nil, err
}

// next is what comes next in its case and has a file, nil for nothing.
func (s filing) next(ctx context.Context, skip map[string]bool) (*pending, error) {
	waiting, err := s.waiting(ctx)
	if err != nil {
		return nil, err
	}
	had := map[string]bool{}
	for i := range waiting {
		p := &waiting[i]
		if first := !had[p.Case]; first && p.File != nil && p.Why == "" && !skip[p.Case] {
			return p, nil
		}
		had[p.Case] = had[p.Case] || !p.alone()
	}
	return nil, nil //nolint:nilnil // nothing waits
}

// bring has the centre have what is sealed of one that waits.
func (s filing) bring(ctx context.Context, p *pending) error {
	const op = "case.send"
	defer s.Idle.Work()()
	by, err := s.signs(op)
	if err != nil {
		return err
	}
	l, err := s.letter(ctx, op, p)
	if err != nil {
		return err
	}
	if l.text != nil {
		f, err := cache.LongOf(s.Vault).Open(ctx, p.File.ID, p.File.Key)
		if err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		defer f.Close()
		var h sealed.Head
		_, err = line.Ask(ctx, s.Line, waitFor(p.Body.File.Size, line.ActWait), func(ctx context.Context) (bool, error) {
			return true, s.centre.BringEnvelope(ctx, l.says.ID, func(w io.Writer) (err error) {
				if _, err := f.Seek(0, io.SeekStart); err != nil {
					return err
				}
				h, err = l.seal(w, &until{ctx, f}, p.Body.File.Size)
				return err
			})
		})
		if err != nil {
			return err
		}
		if err := l.signed(op, &h, by); err != nil {
			return err
		}
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	s.brings.brought[p.ID] = l
	return nil
}

// letter is one that waits as it is to be sealed now; without words where it is in the case already.
func (s filing) letter(ctx context.Context, op string, p *pending) (*letter, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	k, err := s.kept(ctx, p.Case)
	if err != nil {
		return nil, err
	}
	switch err := s.follow(ctx, p.Case, &k); {
	case err != nil:
		return nil, err
	case k.Broken != "":
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the history of the case breaks")
	}
	if done, err := (answering(s)).done(ctx, &k.Case, p); err != nil || done {
		return &letter{}, err
	}
	v := *p.Event.Envelope
	e, err := answering(s).event(ctx, &k.Case, p)
	if err != nil {
		return nil, err
	}
	e.Envelope = &v
	return sealing(s).letter(ctx, op, &k, &e, &p.Body)
}

// waitsFor keeps for whom one waits.
func (s filing) waitsFor(ctx context.Context, p *pending, who ehrdesk.CasePerson) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if there, err := s.waits(ctx, p.ID); err != nil || !there || p.NoDesk == who {
		return err
	}
	p.NoDesk = who
	return s.put(ctx, outList, p.ID, *p)
}

// refused keeps why one is not sent.
func (s filing) refused(ctx context.Context, p *pending, why error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if there, err := s.waits(ctx, p.ID); err != nil || !there {
		return err
	}
	p.Tried, p.Why = false, ehrdesk.RefusalOf(why)
	return s.put(ctx, outList, p.ID, *p)
}

// mostInEvent is how long an envelope is that comes with its event, in bytes.
const mostInEvent = 256 << 10

// errToBring is of what has to be brought before its event, or again.
var errToBring = errors.New("what is sealed is not at the centre")

// ready is what was brought of one that waits, for the case as it is now: who has left it since is not among those whom it is for, where
// nobody was named, and no group that it is for has another epoch.
func (s sealing) ready(ctx context.Context, c *ehrdesk.Case, p *pending, e *ehrdesk.CaseEvent) (*letter, error) {
	l := s.brings.brought[p.ID]
	if l == nil || l.head == "" {
		return nil, errToBring
	}
	as := *e
	as.Envelope = &l.says
	if now, err := (answering(s)).named(ctx, "case.send", &as); err != nil {
		return nil, err
	} else if !slices.Equal(now, l.groups) {
		delete(s.brings.brought, p.ID)
		return nil, errToBring
	}
	if len(p.Event.Envelope.To) == 0 {
		for _, to := range l.says.To {
			if _, in := c.Member(to); !in {
				delete(s.brings.brought, p.ID)
				return nil, errToBring
			}
		}
	}
	return l, nil
}

// brought brings what came to be too long for its event without a file: sealed for many.
func (s sealing) brought(ctx context.Context, id string, sealed []byte) error {
	_, err := line.Ask(ctx, s.Line, line.ActWait, func(ctx context.Context) (bool, error) {
		return true, s.centre.BringEnvelope(ctx, id, func(w io.Writer) error { _, err := w.Write(sealed); return err })
	})
	return err
}

// again reports an event whose envelope has to be brought again.
func again(err error) bool {
	return errors.Is(err, errToBring) || errors.Is(err, fhir.ErrNoEnvelope)
}
