package fake

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Who of other providers is in cases: two of a hospital and one of a clinic.
var (
	CaseHo    = ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "9000000001", Staff: "drho"}, Name: "Dr HO Chi Keung 何志強"}
	CaseWu    = ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "9000000001", Staff: "drwu"}, Name: "Dr WU Pui Shan 胡佩珊"}
	CaseCheng = ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "9000000004", Staff: "drcheng"}, Name: "Dr CHENG Lok Man 鄭樂文"}
)

func (d *Desk) works(m ehrdesk.CaseMember) ehrdesk.Person {
	return ehrdesk.Person{Staff: m.Staff, Name: m.Name, Role: ehrdesk.Doctor, Active: true, OnCall: d.OnCall[m.Staff]}
}

// Sealed are the cases of whoever is signed in, what was said in them, and what waits.
type Sealed struct {
	All     []*CaseTold
	Refuse  ehrdesk.Refusal // the centre refuses whatever is sent
	Said    []ehrdesk.CaseMessage
	Forgets bool               // a desk keeps no words of what passes, of its author neither
	NoDesk  ehrdesk.CasePerson // has no desk that can read what is said to them
	asOf    time.Time

	Groups  []*ehrdesk.GroupView
	Records map[ehrdesk.Ref]ehrdesk.CaseRecordSeen // how records that are named stand to the open chart
}

// CaseTold is a case as a test tells it, event by event, with the words of what was said by envelope.
type CaseTold struct {
	ehrdesk.CaseView

	Text map[string]string
	out  []sealedEvent
	desk *Desk
}

type sealedEvent struct {
	ehrdesk.CaseEvent

	words string
	body  ehrdesk.CaseBody
	waits ehrdesk.CaseWaiting
}

// TellCase adds a case that somebody begins so long before the clock of the fake.
func (d *Desk) TellCase(id, patient string, purpose ehrdesk.CasePurpose, by ehrdesk.CaseMember, ago time.Duration, others ...ehrdesk.CaseMember) *CaseTold {
	c := &CaseTold{Text: map[string]string{}, desk: d}
	c.ID, c.Asked = id, d.now()
	c.Tell(by, d.now().Add(-ago), ehrdesk.CaseEvent{Kind: ehrdesk.CaseBegun, Patient: patient, Purpose: purpose, Ends: ehrdesk.CaseDestroys}, "")
	for _, m := range others {
		c.Tell(by, d.now().Add(-ago), ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m}, "")
	}
	d.Sealed.All = append(d.Sealed.All, c)
	return c
}

// Tell brings a case on by an event of somebody's. What the rules refuse is a fault of the test.
func (c *CaseTold) Tell(by ehrdesk.CaseMember, at time.Time, e ehrdesk.CaseEvent, words string) {
	if err := c.step(by, at, e, words); err != nil {
		panic(fmt.Sprintf("%s: %v", e.Kind, err))
	}
}

// Say has somebody say something to some members.
func (c *CaseTold) Say(by ehrdesk.CaseMember, at time.Time, words string, critical bool, reply int, to ...ehrdesk.CaseMember) {
	v := &ehrdesk.CaseEnvelope{Critical: critical, Reply: reply}
	for _, m := range to {
		v.To = append(v.To, m.CasePerson)
	}
	c.Tell(by, at, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v}, words)
}

func (c *CaseTold) step(by ehrdesk.CaseMember, at time.Time, e ehrdesk.CaseEvent, words string) error {
	e.Case, e.N, e.Before, e.By, e.Name, e.At = c.ID, c.Events+1, c.Head, by.CasePerson, by.Name, at
	if e.Kind == ehrdesk.CaseCloses || e.Kind == ehrdesk.CaseExtended {
		e.Until = at.Add(ehrdesk.CaseCooling)
	}
	if e.Envelope != nil {
		v := *e.Envelope
		v.ID, v.Digest, e.Envelope = fmt.Sprint(c.ID, "-", e.N), []byte{1}, &v
	}
	c.acting(&e)
	if v := e.Envelope; v != nil {
		if v.Critical && len(v.Turns) == 0 { // all whom it is for, in their order, as a desk does
			v.Turns, v.Within = v.To, cmp.Or(v.Within, ehrdesk.CaseTurnUsual)
		}
		c.Text[v.ID] = words
	}
	return c.Step(&e, fmt.Sprint("hash ", e.N))
}

var _ ehrdesk.Casing = (*session)(nil)

func (s *session) member() ehrdesk.CaseMember {
	return ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: s.a.Provider, Staff: s.a.Staff}, Name: s.a.Name}
}

// view is a case as this person has it; with words, of what they wrote or opened.
func (s *session) view(c *CaseTold, words bool) ehrdesk.CaseView {
	v := c.CaseView
	v.Said, v.Members, v.Changes, v.Given = slices.Clone(v.Said), slices.Clone(v.Members), slices.Clone(v.Changes), slices.Clone(v.Given)
	v.Waits, v.Answers = nil, c.answers(s.member().CasePerson)
	for _, o := range c.out {
		v.Waits = append(v.Waits, o.waits)
	}
	for i := range v.Said {
		v.Said[i].Receipts = slices.Clone(v.Said[i].Receipts)
	}
	if !words {
		return v
	}
	v.Words = map[string]string{}
	me := s.member().CasePerson
	for i := range v.Said {
		if said := &v.Said[i]; !(s.d.Sealed.Forgets && !said.Passes.IsZero()) && v.Closed == "" && v.State != ehrdesk.CaseDestroyed && (said.By == me || said.For(me) && !v.Unread(said, me, s.d.now()) || v.Opened(said, me)) {
			v.Words[said.Envelope] = c.Text[said.Envelope]
		}
	}
	return v
}

// Cases are those of the fake, for who works with patients.
func (s *session) Cases(ctx context.Context) (out []ehrdesk.CaseView, asOf time.Time, err error) {
	err = s.d.call(ctx, "cases")
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if !s.a.Role.Clinical() {
		return nil, time.Time{}, ehrdesk.E("fake.cases", ehrdesk.CodeDenied, nil)
	}
	for _, c := range s.d.Sealed.All {
		out = append(out, s.view(c, false))
	}
	return out, s.d.Sealed.asOf, err
}

func (s *session) told(id string) (*CaseTold, error) {
	i := slices.IndexFunc(s.d.Sealed.All, func(c *CaseTold) bool { return c.ID == id })
	if i < 0 {
		return nil, ehrdesk.E("fake.case", ehrdesk.CodeNotFound, nil)
	}
	return s.d.Sealed.All[i], nil
}

// Case is one of them with words.
func (s *session) Case(ctx context.Context, id string) (v ehrdesk.CaseView, err error) {
	if err := s.d.call(ctx, "case"); err != nil {
		return v, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	c, err := s.told(id)
	if err != nil {
		return v, err
	}
	return s.view(c, true), nil
}

// FetchCases notes that what is for whoever is signed in was fetched.
func (s *session) FetchCases(ctx context.Context) error {
	if err := s.d.call(ctx, "fetch-cases"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for _, c := range s.d.Sealed.All {
		for i := range c.Said {
			said := &c.Said[i]
			had := slices.ContainsFunc(c.Given, func(g ehrdesk.CaseGiven) bool { return g.Envelope == said.Envelope && g.To == s.member().CasePerson })
			_, opened := said.Receipt(s.member().CasePerson, true)
			if said.For(s.member().CasePerson) && said.Passes.IsZero() && !had && !opened {
				c.Given = append(c.Given, ehrdesk.CaseGiven{Envelope: said.Envelope, To: s.member().CasePerson, At: s.d.now()})
			}
		}
	}
	return nil
}

// SyncCases sends what waits where the line is up.
func (s *session) SyncCases(ctx context.Context) error {
	if err := s.d.call(ctx, "sync-cases"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if s.d.Link == ehrdesk.Offline {
		return ehrdesk.E("fake.cases", ehrdesk.CodeOffline, nil)
	}
	s.d.Sealed.asOf = s.d.now()
	for _, c := range s.d.Sealed.All {
		s.deliver(c)
	}
	return nil
}

func (s *session) deliver(c *CaseTold) {
	for i := range c.out {
		o := &c.out[i]
		if o.waits.Why != "" {
			return
		}
		if none := s.d.Sealed.NoDesk; none != (ehrdesk.CasePerson{}) && o.Kind == ehrdesk.CaseSpoke {
			o.waits.NoDesk = none
			c.out = c.out[i:]
			return
		}
		if s.d.Sealed.Refuse != "" {
			o.waits.Why = s.d.Sealed.Refuse
			return
		}
		if err := c.step(s.member(), s.d.now(), o.CaseEvent, o.words); err != nil {
			o.waits.Why = ehrdesk.RefusalOf(err)
			return
		}
		if o.Kind == ehrdesk.CaseSpoke {
			if c.Bodies == nil {
				c.Bodies = map[string]ehrdesk.CaseBody{}
			}
			c.Bodies[c.Said[len(c.Said)-1].Envelope] = o.body
		}
		o.waits.ID = ""
	}
	c.out, c.Asked = nil, s.d.now()
	if c.State == ehrdesk.CaseDestroyed {
		maps.DeleteFunc(c.Text, func(string, string) bool { return true })
	}
}

// BeginCase keeps a case to be sent.
func (s *session) BeginCase(ctx context.Context, b ehrdesk.CaseBeginning) (string, error) {
	if err := s.d.call(ctx, "begin-case"); err != nil {
		return "", err
	}
	s.d.mu.Lock()
	c := &CaseTold{Text: map[string]string{}, desk: s.d}
	c.ID, c.Patient, c.Purpose, c.Ends, c.State, c.Owner = "case-"+s.d.newID(), b.Patient, b.Purpose, b.Ends, ehrdesk.CaseOpen, s.member().CasePerson
	s.keepEvent(c, ehrdesk.CaseEvent{Kind: ehrdesk.CaseBegun, Patient: b.Patient, Purpose: b.Purpose, Ends: b.Ends}, "")
	for _, m := range b.Members {
		s.keepEvent(c, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m}, "")
	}
	s.d.Sealed.All = append(s.d.Sealed.All, c)
	s.d.mu.Unlock()
	if b.Says == nil {
		return c.ID, nil
	}
	m := *b.Says
	m.Case = c.ID
	if err := s.SayInCase(ctx, m); err != nil { // both, or neither
		s.d.mu.Lock()
		defer s.d.mu.Unlock()
		s.d.Sealed.All = slices.DeleteFunc(s.d.Sealed.All, func(one *CaseTold) bool { return one == c })
		return "", err
	}
	return c.ID, nil
}

func (s *session) keepEvent(c *CaseTold, e ehrdesk.CaseEvent, words string) {
	w := ehrdesk.CaseWaiting{ID: fmt.Sprint(c.ID, "-waits-", len(c.out)+c.Events), Kind: e.Kind, Text: words, Of: e.Of, At: s.d.now()}
	if v := e.Envelope; v != nil {
		w.To, w.Reply, w.Critical = v.To, v.Reply, v.Critical
	}
	if e.Person != nil {
		w.Person = *e.Person
	}
	c.out = append(c.out, sealedEvent{e, words, ehrdesk.CaseBody{}, w})
}

// write keeps an event of a case to be sent.
func (s *session) write(ctx context.Context, call, id string, e ehrdesk.CaseEvent, words string) error {
	if err := s.d.call(ctx, call); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	c, err := s.told(id)
	if err != nil {
		return err
	}
	s.keepEvent(c, e, words)
	return nil
}

// SayInCase keeps a message to be sent, as a desk checks it.
func (s *session) SayInCase(ctx context.Context, m ehrdesk.CaseMessage) error {
	const op = "fake.say"
	if m.Reseals != 0 {
		s.resealed(&m)
	}
	m.Body.Text = m.Text
	if err := attached(op, &m); err != nil {
		return err
	}
	if m.Body.Fact != nil && m.Body.Fact.None {
		m.Body.Fact = &ehrdesk.CaseFact{None: true, By: s.a.Name, At: s.d.now()}
	}
	if err := m.Body.Check(); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	if m.Passing != (m.Body.Fact != nil) || (m.Body.Approve != "") != (m.Approver != ehrdesk.CasePerson{}) || !m.Critical && (len(m.Turns) > 0 || m.Within != 0) {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, nil)
	}
	v := &ehrdesk.CaseEnvelope{To: m.To, Reply: m.Reply, Critical: m.Critical, Turns: m.Turns, Within: m.Within, Approver: m.Approver, Reseals: m.Reseals}
	if m.Passing {
		v.Passes = s.d.now().Add(ehrdesk.CasePassing)
	}
	if err := s.write(ctx, "say-in-case", m.Case, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v}, m.Text); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Sealed.Said = append(s.d.Sealed.Said, m)
	c, err := s.told(m.Case)
	if err == nil {
		o := &c.out[len(c.out)-1]
		o.body, o.waits.Body = m.Body, m.Body
	}
	return err
}

// resealed has a message be what was said before, for its author too.
func (s *session) resealed(m *ehrdesk.CaseMessage) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	c, err := s.told(m.Case)
	if err != nil {
		return
	}
	for i := range c.Said {
		was := &c.Said[i]
		if was.Event != m.Reseals {
			continue
		}
		m.Text, m.Body = c.Text[was.Envelope], c.Bodies[was.Envelope]
		if _, in := c.Member(was.By); in && was.By != s.member().CasePerson && !slices.Contains(m.To, was.By) {
			m.To = append(slices.Clone(m.To), was.By)
		}
	}
}

// OpenInCase gives what was said; that it was opened waits to be sent.
func (s *session) OpenInCase(ctx context.Context, id string, event int) (r ehrdesk.CaseReading, err error) {
	if err := s.d.call(ctx, "open-in-case"); err != nil {
		return r, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	c, err := s.told(id)
	if err != nil {
		return r, err
	}
	for i := range c.Said {
		if said := &c.Said[i]; said.Event == event {
			me := s.member().CasePerson
			if v := s.view(c, false); v.Unread(said, me, s.d.now()) || v.For(said, me) && !v.Opened(said, me) && said.Passes.IsZero() { // a colleague may have answered it
				if s.d.Link == ehrdesk.Offline {
					return r, ehrdesk.E("fake.open", ehrdesk.CodeOffline, nil)
				}
				s.keepEvent(c, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: event}, "")
			}
			if r.Body.Text = c.Text[said.Envelope]; !said.Passes.IsZero() {
				r.Until = s.d.now().Add(ehrdesk.CaseShown)
			}
			return r, nil
		}
	}
	return r, ehrdesk.E("fake.open", ehrdesk.CodeNotFound, nil)
}

// AnswerInCase keeps a receipt to be sent.
func (s *session) AnswerInCase(ctx context.Context, id string, event int, kind ehrdesk.CaseEventKind, why ehrdesk.CaseReason) error {
	return s.write(ctx, "answer-in-case", id, ehrdesk.CaseEvent{Kind: kind, Of: event, Reason: why}, "")
}

// StepCase keeps a step to be sent.
func (s *session) StepCase(ctx context.Context, id string, kind ehrdesk.CaseEventKind, who *ehrdesk.CaseMember, why ehrdesk.CaseReason) error {
	return s.write(ctx, "step-case", id, ehrdesk.CaseEvent{Kind: kind, Person: who, Reason: why}, "")
}

// GiveUpInCase takes what waits off.
func (s *session) GiveUpInCase(ctx context.Context, id string) error {
	if err := s.d.call(ctx, "give-up-in-case"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for _, c := range s.d.Sealed.All {
		if i := slices.IndexFunc(c.out, func(o sealedEvent) bool { return o.waits.ID == id }); i >= 0 {
			c.out = slices.Delete(c.out, i, i+1)
			return nil
		}
	}
	return ehrdesk.E("fake.give-up", ehrdesk.CodeNotFound, nil)
}

// CaseMark is the watermark of whoever is signed in, where the message wants one.
func (s *session) CaseMark(said *ehrdesk.CaseSaid, b *ehrdesk.CaseBody) (ehrdesk.CaseMark, bool) {
	return ehrdesk.MarkOf(s.a, said, s.d.now()), b.Marked
}

// CaseEndings are both: the fake's organisation has an archive key.
func (s *session) CaseEndings() []ehrdesk.CaseEnding {
	return []ehrdesk.CaseEnding{ehrdesk.CaseDestroys, ehrdesk.CaseArchives}
}
