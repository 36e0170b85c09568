package cases

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Deliver sends what waits, of each case in its order. What the centre refuses, or the case as it has become, stays with why, and what
// follows it in that case waits for somebody to look. What has a file waits until Bring has brought it. It gives how many were sent.
func (s *Cases) Deliver(ctx context.Context) (sent int, err error) {
	if s.may("case") != nil {
		return 0, nil
	}
	defer s.Idle.Work()()
	s.turn.Lock()
	defer s.turn.Unlock()
	waiting, err := s.waiting(ctx)
	if err != nil {
		return 0, err
	}
	stuck := map[string]bool{}
	for i := range waiting {
		p := &waiting[i]
		if stuck[p.Case] || p.Why != "" || p.File != nil && s.brings.brought[p.ID] == nil {
			stuck[p.Case] = stuck[p.Case] || !p.alone()
			continue
		}
		switch done, err := s.send(ctx, p); {
		case err != nil:
			return sent, err
		case done:
			sent++
		default:
			stuck[p.Case] = !p.alone()
		}
	}
	return sent, nil
}

// alone reports what nothing that follows it builds on: that something was opened.
func (p *pending) alone() bool { return p.Event.Kind == ehrdesk.CaseOpened }

// send delivers one that waits, unless it was given up meanwhile, and keeps what came of it. An error says that nothing is known, and
// that no other is to be sent now.
func (s *Cases) send(ctx context.Context, p *pending) (done bool, err error) {
	if there, err := s.takes(ctx, p); err != nil || !there {
		return false, err
	}
	err = s.deliver(ctx, p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = ""
	switch {
	case err == nil && p.Goes: // no copy of the disk from before says it
		return true, s.destroy(ctx, func() error { return s.off(ctx, outList, p.ID) })
	case err == nil:
		delete(s.brings.brought, p.ID)
		return true, s.off(ctx, outList, p.ID)
	case errors.Is(err, errNoDesk), again(err): // it waits until they have one, or until it was brought
		delete(s.brings.brought, p.ID)
		p.Tried, p.NoDesk = false, whoHasNone(err)
		return false, s.put(ctx, outList, p.ID, *p)
	case undecided(err):
		return false, err
	}
	p.Tried, p.Why = false, ehrdesk.RefusalOf(err)
	return false, s.put(ctx, outList, p.ID, *p)
}

// takes notes that one is on its way, from when on it is not given up.
func (s *Cases) takes(ctx context.Context, p *pending) (there bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if there, err := (filing{s}).waits(ctx, p.ID); err != nil || !there {
		return false, err
	}
	if !p.Tried {
		p.Tried = true
		if err := s.put(ctx, outList, p.ID, *p); err != nil {
			return false, err
		}
	}
	s.out = p.ID
	return true, nil
}

// waits reports that something was not given up. The caller has mu.
func (s filing) waits(ctx context.Context, id string) (bool, error) {
	waiting, err := s.waiting(ctx)
	return slices.ContainsFunc(waiting, func(o pending) bool { return o.ID == id }), err
}

// errNoDesk is of what is said to somebody who has no desk that could read it.
var errNoDesk = errors.New("a member has no desk that can read this yet")

// noDesk is errNoDesk of somebody.
type noDesk struct{ who ehrdesk.CasePerson }

func (noDesk) Error() string { return errNoDesk.Error() }
func (noDesk) Unwrap() error { return errNoDesk }

// whoHasNone is who has no desk by an error; zero for nobody.
func whoHasNone(err error) ehrdesk.CasePerson {
	var none noDesk
	if errors.As(err, &none) {
		return none.who
	}
	return ehrdesk.CasePerson{}
}

// undecided reports an error after which nothing is known of what was to be sent.
func undecided(err error) bool {
	var often *ehrdesk.TooOften
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeNotSignedIn, ehrdesk.CodeLocked, ehrdesk.CodeOther:
		return true
	}
	return errors.As(err, &often) || errors.Is(err, fhir.ErrOutcomeUnknown) || line.EndOf(err) != nil || errors.Is(err, context.Canceled)
}

// turns is how often an event is signed anew because another came first.
const turns = 8

// deliver sends one event, unless it is in the case already: it is asked first, so that what was sent before a crash is found.
func (s *Cases) deliver(ctx context.Context, p *pending) error {
	const op = "case.send"
	for range turns {
		k, err := s.kept(ctx, p.Case)
		if err != nil {
			return err
		}
		err = s.follow(ctx, p.Case, &k)
		switch {
		case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound && p.Event.Kind == ehrdesk.CaseBegun:
		case err != nil:
			return err
		case k.Broken != "":
			return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the history of the case breaks")
		}
		if done, err := (answering{s}).done(ctx, &k.Case, p); err != nil {
			return err
		} else if done {
			return s.wrote(ctx, p)
		}
		err = sealing{s}.sign(ctx, op, &k, p)
		if ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !errors.Is(err, errBehind) {
			if err == nil {
				if err := s.follow(ctx, p.Case, &k); err != nil {
					return err
				}
				return cmp.Or(s.wrote(ctx, p), s.settle(ctx, p.Case, &k))
			}
			return err
		}
		if err := (answering{s}).refresh(ctx, &k.Case, p.Event.Names()...); err != nil { // it may be a group that has moved on
			return err
		}
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeTimeout, "others go on writing in the case")
}

// errBehind is of an event before which another came.
var errBehind = fhir.ErrCaseBehind

// wrote keeps what was said by whoever is signed in, with the case.
func (s *Cases) wrote(ctx context.Context, p *pending) error {
	if p.Event.Kind != ehrdesk.CaseSpoke || p.Goes { // what passes is kept nowhere
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keepSaid(ctx, p.Case, map[string]text{p.Event.Envelope.ID: {Read: true, Body: p.Body, File: p.File, At: p.At}})
}

// done reports an event that is in the case: it was sent before.
func (s answering) done(ctx context.Context, c *ehrdesk.Case, p *pending) (bool, error) {
	switch e := &p.Event; e.Kind {
	case ehrdesk.CaseBegun:
		return c.Events > 0 && c.Owner == s.me(), nil
	case ehrdesk.CaseJoined:
		_, in := c.Member(e.Person.CasePerson)
		return in, nil
	case ehrdesk.CaseSpoke:
		return slices.ContainsFunc(c.Said, func(one ehrdesk.CaseSaid) bool { return one.Envelope == e.Envelope.ID }), nil
	case ehrdesk.CaseOpened, ehrdesk.CaseAcknowledged, ehrdesk.CaseDeclined:
		said := saidBy(c, e.Of)
		if said == nil {
			return false, nil
		}
		return s.answered(ctx, c, said, e.Kind)
	case ehrdesk.CaseLeft:
		_, in := c.Member(e.Person.CasePerson)
		return !in, nil
	case ehrdesk.CaseHandedOver:
		return c.Owner == e.Person.CasePerson, nil
	case ehrdesk.CaseCloses:
		return c.State != ehrdesk.CaseOpen, nil
	case ehrdesk.CaseExtended:
		return !c.Closes.Before(p.At.Add(ehrdesk.CaseCooling)) || c.State.Over(), nil
	case ehrdesk.CaseReopened:
		return c.State == ehrdesk.CaseOpen, nil
	case ehrdesk.CaseEnded:
		return c.State.Over(), nil
	}
	return false, nil
}

// sign signs an event as the one that comes next, with its envelope, and sends it.
func (s sealing) sign(ctx context.Context, op string, k *kept, p *pending) error {
	by, err := s.signs(op)
	if err != nil {
		return err
	}
	e, err := answering(s).event(ctx, &k.Case, p)
	if err != nil {
		return err
	}
	if e.Kind == ehrdesk.CaseCloses || e.Kind == ehrdesk.CaseExtended {
		e.Until = e.At.Add(ehrdesk.CaseCooling)
	}
	var head string
	var body []byte
	switch {
	case e.Kind != ehrdesk.CaseSpoke:
	case p.File != nil:
		l, err := s.ready(ctx, &k.Case, p, &e)
		if err != nil {
			return err
		}
		e.Envelope, head = &l.says, l.head
	default:
		v := *e.Envelope
		if e.Envelope = &v; p.Goes {
			v.Passes = e.At.Add(ehrdesk.CasePassing)
		}
		if head, body, err = s.seal(ctx, op, k, &e, &p.Body, by); err != nil {
			return err
		}
		if len(body) > mostInEvent {
			if err := s.brought(ctx, v.ID, body); err != nil {
				return err
			}
			body = nil
		}
	}
	if e.Groups, err = (answering(s)).named(ctx, op, &e); err != nil {
		return err
	}
	signed, err := caselog.Next(&k.Case, e, by)
	if err != nil {
		return err
	}
	_, err = line.Ask(ctx, s.Line, line.ActWait, func(ctx context.Context) (bool, error) { return true, s.centre.CaseEvent(ctx, signed, head, body) })
	return err
}

// seal seals what is said without a file.
func (s sealing) seal(ctx context.Context, op string, k *kept, e *ehrdesk.CaseEvent, said *ehrdesk.CaseBody, by sealed.Signer) (head string, out []byte, err error) {
	l, err := s.letter(ctx, op, k, e, said)
	if err != nil {
		return "", nil, err
	}
	defer clear(l.text)
	var buf bytes.Buffer
	h, err := l.seal(&buf, nil, 0)
	if err != nil {
		return "", nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if err := l.signed(op, &h, by); err != nil {
		return "", nil, err
	}
	*e.Envelope = l.says
	return l.head, buf.Bytes(), nil
}

// letter is what is to be sealed to the desks of those whom it is for, and to the author's own. Each key is one that its person signed.
func (s sealing) letter(ctx context.Context, op string, k *kept, e *ehrdesk.CaseEvent, said *ehrdesk.CaseBody) (l *letter, err error) {
	v := e.Envelope
	all, err := (answering(s)).histories(ctx)
	if err != nil {
		return nil, err
	}
	if len(v.To) == 0 { // a group that is closed has nobody who reads it
		for _, m := range k.Case.Members {
			if m.Left == 0 && m.CasePerson != e.By && m.CasePerson != e.As && !all[m.Group()].Over() {
				v.To = append(v.To, m.CasePerson)
			}
		}
	}
	if len(v.To) == 0 {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "there is nobody in the case to say it to")
	}
	if v.Critical && len(v.Turns) == 0 {
		turns, err := s.usual(ctx, v.To, e.By)
		if err != nil {
			return nil, err
		}
		v.Turns = turns
	}
	passes := !v.Passes.IsZero()
	var people []ehrdesk.CasePerson
	for _, p := range v.To {
		if p.Group() == "" {
			people = append(people, p)
		}
	}
	if _, in := k.Case.Member(e.By); in && !passes && !slices.Contains(people, e.By) { // what passes is for nobody's other desk
		people = append(people, e.By)
	}
	var given []fhir.CaseKey
	if len(people) > 0 {
		given, err = line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) ([]fhir.CaseKey, error) {
			return s.centre.TakeKeys(ctx, e.Case, people, passes)
		})
		if err != nil {
			return nil, err
		}
	}
	l = &letter{h: sealed.Head{ID: v.ID, Case: e.Case, Patient: k.Case.Patient, From: sealed.Person(e.By), At: e.At}}
	if l.keys, err = s.recipients(ctx, op, e, people, given, &l.h); err != nil {
		return nil, err
	}
	for _, p := range v.To {
		if p.Group() == "" && !slices.ContainsFunc(l.h.To, func(t sealed.To) bool { return t.Person == sealed.Person(p) }) {
			return nil, ehrdesk.E(op, ehrdesk.CodeConflict, noDesk{p})
		}
	}
	if err := s.groupsToo(ctx, op, e, l); err != nil {
		return nil, err
	}
	b := body{CaseBody: *said}
	if at, err := s.directory.Head(ctx); err != nil {
		return nil, err
	} else if at != nil {
		b.Log = &logHead{Size: at.N, Head: at.Hash}
	}
	if l.text, err = b.seal(); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	l.says = *v
	return l, nil
}
