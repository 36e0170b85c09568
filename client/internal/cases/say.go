package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

// pending is an event that waits: without its number, the hash before it and its signature, which are known when it is delivered.
type pending struct {
	ID    string            `json:"id"`
	Case  string            `json:"case"`
	Event ehrdesk.CaseEvent `json:"event"`
	Body  ehrdesk.CaseBody  `json:"body,omitzero"`  // of what is to be said
	File  *filed            `json:"file,omitempty"` // the bytes of Body.File
	Goes  bool              `json:"goes,omitempty"` // it passes
	Seq   int64             `json:"seq"`            // of what waits in a case, in this order
	At    time.Time         `json:"at"`
	Tried bool              `json:"tried,omitempty"` // the centre may have it
	Why   ehrdesk.Refusal   `json:"why,omitempty"`   // it is not sent any more

	NoDesk ehrdesk.CasePerson `json:"no_desk,omitzero"` // somebody whom it is for and who has no desk that could read it
}

func (p *pending) view() ehrdesk.CaseWaiting {
	w := ehrdesk.CaseWaiting{ID: p.ID, Kind: p.Event.Kind, Text: p.Body.Text, Body: p.Body, Of: p.Event.Of, At: p.At, Why: p.Why, NoDesk: p.NoDesk}
	if v := p.Event.Envelope; v != nil {
		w.To, w.Reply, w.Reseals, w.Critical = v.To, v.Reply, v.Reseals, v.Critical
	}
	if p.Event.Person != nil {
		w.Person = *p.Event.Person
	}
	return w
}

// Begin opens a case for a patient: an event, one for each member, and what is said in it at once. All of it is on the disk when Begin
// returns, or none; nobody is told before the line is there. Errors: CodeInvalid.
func (s *Cases) Begin(ctx context.Context, b ehrdesk.CaseBeginning) (id string, err error) {
	const op = "case.begin"
	if err := s.may(op); err != nil {
		return "", err
	}
	if b.Patient == "" || !slices.Contains(ehrdesk.CasePurposes(), b.Purpose) || b.Ends != ehrdesk.CaseArchives && b.Ends != ehrdesk.CaseDestroys {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a case has a patient, a purpose and what becomes of it")
	}
	if b.Ends == ehrdesk.CaseArchives && s.archive == nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this site has named no key for its archive (case_archive_key): the case can end by being destroyed")
	}
	id = uuid.NewString()
	all := []pending{{Event: ehrdesk.CaseEvent{Kind: ehrdesk.CaseBegun, Patient: b.Patient, Purpose: b.Purpose, Ends: b.Ends}}}
	for _, m := range b.Members {
		if m.CasePerson != s.me() {
			all = append(all, pending{Event: ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m}})
		}
	}
	if b.Says == nil {
		return id, filing{s}.laterAll(ctx, op, id, all)
	}
	if b.Says.Reseals != 0 {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "in a case that is begun nothing was said yet")
	}
	var members []ehrdesk.CasePerson
	for _, m := range b.Members {
		members = append(members, m.CasePerson)
	}
	p, err := s.message(op, *b.Says, members)
	if err != nil {
		return "", err
	}
	return id, filing{s}.with(ctx, op, id, b.Says.File, &p, func() error { return filing{s}.laterAll(ctx, op, id, append(all, p)) })
}

// Say says something in a case to some of its members, all where nobody is named. It is on the disk when Say returns.
// Errors: CodeInvalid, CodeNotFound for no case of theirs.
func (s *Cases) Say(ctx context.Context, m ehrdesk.CaseMessage) error {
	const op = "case.send"
	if err := s.may(op); err != nil {
		return err
	}
	if m.Reseals != 0 {
		as, done, err := resealing{s}.resealed(ctx, op, m)
		if err != nil {
			return err
		}
		defer done()
		m = as
	}
	if err := s.there(ctx, op, m.Case); err != nil {
		return err
	}
	k, err := s.kept(ctx, m.Case)
	if err != nil {
		return err
	}
	var members []ehrdesk.CasePerson
	for _, one := range k.Case.Members {
		if one.Left == 0 {
			members = append(members, one.CasePerson)
		}
	}
	p, err := s.message(op, m, members)
	if err != nil {
		return err
	}
	return filing{s}.with(ctx, op, m.Case, m.File, &p, func() error { return filing{s}.laterAll(ctx, op, m.Case, []pending{p}) })
}

// message is something to be said to some of a case, or to all members, as it waits.
func (s *Cases) message(op string, m ehrdesk.CaseMessage, members []ehrdesk.CasePerson) (p pending, err error) {
	if len(m.To) > 0 {
		members = m.To
	}
	if m.Approver.Group() != "" || m.Passing && slices.ContainsFunc(members, func(p ehrdesk.CasePerson) bool { return p.Group() != "" }) {
		return p, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a person approves, and what passes is for persons: it is said to whom of a group it is for, by name")
	}
	if err := s.fact(op, &m, s.atCentre()); err != nil {
		return p, err
	}
	if err := ready(op, &m); err != nil {
		return p, err
	}
	v := &ehrdesk.CaseEnvelope{ID: uuid.NewString(), To: m.To, Reply: m.Reply, Critical: m.Critical, Turns: m.Turns, Within: m.Within, Approver: m.Approver, Reseals: m.Reseals}
	return pending{Event: ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v}, Body: m.Body, Goes: m.Passing}, nil
}

// ready has a message say what its event needs, and nothing that it cannot. Errors: CodeInvalid.
func ready(op string, m *ehrdesk.CaseMessage) error {
	if m.Body.Text = m.Text; m.Critical {
		m.Within = cmp.Or(m.Within, ehrdesk.CaseTurnUsual)
	}
	if err := describe(op, m); err != nil {
		return err
	}
	m.Body.Clean()
	if err := m.Body.Check(); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	switch {
	case !m.Critical && (len(m.Turns) > 0 || m.Within != 0) || m.Within < 0 || m.Within > ehrdesk.CaseTurnMost:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "only a critical message has those who acknowledge it, and at most a day for each")
	case (m.Body.Approve != "") != (m.Approver != ehrdesk.CasePerson{}):
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is to be approved has somebody who approves it")
	}
	return nil
}

// Answer notes what whoever is signed in does with something that was said to them: acknowledges or declines it.
func (s *Cases) Answer(ctx context.Context, id string, of int, kind ehrdesk.CaseEventKind, why ehrdesk.CaseReason) error {
	const op = "case.ack"
	if err := s.may(op); err != nil {
		return err
	}
	if kind != ehrdesk.CaseAcknowledged && kind != ehrdesk.CaseDeclined || (kind == ehrdesk.CaseDeclined) != slices.Contains(ehrdesk.CaseReasons(), why) {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what was said is acknowledged, or declined with a reason")
	}
	k, err := s.kept(ctx, id)
	if err != nil {
		return err
	}
	mine, err := answering{s}.of(ctx, &k.Case)
	if err != nil {
		return err
	}
	said, as := saidBy(&k.Case, of), ehrdesk.CasePerson{}
	if said != nil {
		as, _ = said.Answers(s.me(), mine)
	}
	if as == (ehrdesk.CasePerson{}) {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing of that number was said to whoever is signed in, or to a group that they answer for")
	}
	switch had, ok := said.Receipt(as, false); {
	case ok && had.Kind == kind:
		return nil
	case ok && as != s.me():
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a colleague has answered it for the group")
	}
	return s.later(ctx, op, id, ehrdesk.CaseEvent{Kind: kind, Of: of, Reason: why})
}

// Step adds a member or takes one out, hands the case over, closes it, puts its end off, opens it again, or ends it: what it says comes
// next in the case when it is delivered. Errors: CodeInvalid for any other kind, CodeNotFound.
func (s *Cases) Step(ctx context.Context, id string, kind ehrdesk.CaseEventKind, who *ehrdesk.CaseMember, why ehrdesk.CaseReason) error {
	const op = "case.step"
	if err := s.may(op); err != nil {
		return err
	}
	switch kind {
	case ehrdesk.CaseJoined, ehrdesk.CaseLeft, ehrdesk.CaseHandedOver:
		if who == nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "whom it is about is missing")
		}
	case ehrdesk.CaseExtended, ehrdesk.CaseReopened:
		if !slices.Contains(ehrdesk.CaseReasons(), why) {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "it says why")
		}
	case ehrdesk.CaseCloses, ehrdesk.CaseEnded:
	case ehrdesk.CaseBegun, ehrdesk.CaseSpoke, ehrdesk.CaseOpened, ehrdesk.CaseAcknowledged, ehrdesk.CaseDeclined:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is no step of a case")
	default:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is no step of a case")
	}
	if err := s.there(ctx, op, id); err != nil {
		return err
	}
	return s.later(ctx, op, id, ehrdesk.CaseEvent{Kind: kind, Person: who, Reason: why})
}

func saidBy(c *ehrdesk.Case, event int) *ehrdesk.CaseSaid {
	i := slices.IndexFunc(c.Said, func(s ehrdesk.CaseSaid) bool { return s.Event == event })
	if i < 0 {
		return nil
	}
	return &c.Said[i]
}

// there refuses a case that is none of whoever is signed in, here or waiting.
func (s *Cases) there(ctx context.Context, op, id string) error {
	k, err := s.kept(ctx, id)
	if err != nil {
		return err
	}
	if k.Case.ID == id && !k.Left && k.Closed == "" && !k.Case.State.Over() {
		return nil
	}
	waiting, err := s.waiting(ctx)
	if err == nil && !slices.ContainsFunc(waiting, func(p pending) bool {
		return p.Case == id && p.Event.Kind == ehrdesk.CaseBegun && p.Why == ""
	}) {
		err = ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "there is no such case of whoever is signed in, or nothing more is said in it")
	}
	return err
}

// later keeps an event to be sent, after what waits.
func (s *Cases) later(ctx context.Context, op, id string, e ehrdesk.CaseEvent) error {
	return filing{s}.laterAll(ctx, op, id, []pending{{Event: e}})
}

// laterAll keeps events to be sent, after what waits, all of them or none.
func (s filing) laterAll(ctx context.Context, op, id string, all []pending) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	return s.queue(ctx, op, id, waiting, all...)
}

// mostWaiting is how much waits at a desk of one person's.
const mostWaiting = 1000

// queue keeps events of a case to be sent after what waits, all of them or none. The caller has mu.
func (s *Cases) queue(ctx context.Context, op, id string, waiting []pending, add ...pending) error {
	if len(waiting)+len(add) > mostWaiting {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "as much waits for the line as may wait")
	}
	var next int64
	if n := len(waiting); n > 0 {
		next = waiting[n-1].Seq + 1
	}
	patient, put := "", map[string]any{}
	for i := range add {
		p := &add[i]
		p.ID, p.Case, p.At, p.Seq = uuid.NewString(), id, s.Now(), next+int64(i)
		patient = cmp.Or(p.Event.Patient, patient)
		put[p.ID] = p
	}
	if patient == "" {
		patient = s.patientOf(ctx, &add[0])
	}
	for i := range add {
		if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditUpdate, Patient: patient, Detail: "sealed case: " + string(add[i].Event.Kind)}); err != nil {
			return err
		}
	}
	if err := s.putAll(ctx, outList, put); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return nil
}

// patientOf is whom a case is about, as far as it is known here.
func (s *Cases) patientOf(ctx context.Context, p *pending) string {
	if p.Event.Patient != "" {
		return p.Event.Patient
	}
	k, err := s.kept(ctx, p.Case)
	if err != nil {
		return ""
	}
	return k.Case.Patient
}

// waiting is what waits here, in its order.
func (s *Cases) waiting(ctx context.Context) (out []pending, err error) {
	err = s.each(ctx, outList, nil, func(_ string, b []byte) {
		var p pending
		if unmarshal(b, &p) {
			out = append(out, p)
		}
	})
	slices.SortFunc(out, func(a, b pending) int { return cmp.Compare(a.Seq, b.Seq) })
	return out, err
}

// GiveUp takes what waits or was refused off, by its own id: it is never sent. Errors: CodeNotFound, CodeConflict where the centre has
// it or may have it.
func (s *Cases) GiveUp(ctx context.Context, id string) error {
	const op = "case.give-up"
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(waiting, func(p pending) bool { return p.ID == id })
	if i < 0 {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing of that id waits")
	}
	if waiting[i].Tried || s.out == id {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "it may have been sent: what became of it is known when the line is there")
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditDelete, Patient: s.patientOf(ctx, &waiting[i]), Detail: "sealed case: " + string(waiting[i].Event.Kind)}); err != nil {
		return err
	}
	if err := s.off(ctx, outList, id); err != nil {
		return err
	}
	return filing{s}.drop(ctx, waiting[i].File)
}
