package acts

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// An act on one person's word that a second person has to approve is kept, signed by who took it, and goes
// nowhere. Once it is approved it is an act that waits for the line like any, under the name of who approved it.

// heldList is the list of those that wait for a second person, and of those that one has refused.
const heldList = "acts for a second person"

// Rule is which acts a second person approves by the site's own word, beside those that the centre names for the
// provider, and how whoever is signed in signs what they took.
type Rule struct {
	Site []ehrdesk.OneWord
	Sign func(op string, resource []byte, at time.Time) (jws string, err error)
}

// Stating is a centre that takes an act of two people: what the first of them signs.
type Stating interface {
	Statement(a fhir.Act) ([]byte, error)
}

// Second is the part of acts that takes two people.
type Second struct {
	s    *Acts
	rule Rule

	answers sync.Map // receipts of those that are approved just now, by request

	mu    sync.Mutex // of who approves, refuses or gives up: one decides about an act
	heard []ehrdesk.OneWord
	asked bool // heard is what the centre said in this session
}

// seconding is what is kept of an act beside it.
type seconding struct {
	First   *firstPerson `json:"first,omitempty"` // nil of an act that one person takes and sends
	Refusal string       `json:"refusal,omitempty"`
	Refuser string       `json:"refuser,omitempty"`
}

// firstPerson is who took an act, and what they signed; nothing where the centre is none that knows of it.
type firstPerson struct {
	Staff string    `json:"staff"`
	Name  string    `json:"name"`
	At    time.Time `json:"at"`
	Body  []byte    `json:"body,omitempty"`
	JWS   string    `json:"jws,omitempty"`
}

func (k seconding) signed() *fhir.Taken {
	if k.First == nil || k.First.JWS == "" {
		return nil
	}
	return &fhir.Taken{Body: k.First.Body, JWS: k.First.JWS}
}

// hears notes what the centre says that a second person approves, and puts the site's own beside it.
func (k *Second) hears(o *ehrdesk.Offer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.heard, k.asked = o.Second, true
	all := slices.Clone(o.Second)
	for _, w := range k.rule.Site {
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	o.Second = all
}

// asks reports whether an act needs a second person: by what the centre said last in this session, else when it was asked
// last, and by the site's word. What the centre has come to ask since, it says of the act.
func (k *Second) asks(ctx context.Context, op ehrdesk.AuditAction, v *ehrdesk.Verification) bool {
	on := ehrdesk.OnOneWord(op, v.Channel, v.Method)
	if len(on) == 0 {
		return false
	}
	k.mu.Lock()
	known, all := k.asked, slices.Concat(k.heard, k.rule.Site)
	k.mu.Unlock()
	if !known {
		if o, ok := k.s.offers.kept(ctx); ok {
			all = append(all, o.Second...)
		}
	}
	return slices.ContainsFunc(on, func(w ehrdesk.OneWord) bool { return slices.Contains(all, w) })
}

// mayWait reports whether an act can wait for somebody: what it rests on is kept.
func mayWait(op ehrdesk.AuditAction, v *ehrdesk.Verification) bool {
	return (op == ehrdesk.AuditGrant || op == ehrdesk.AuditVerify) && v.Channel == ehrdesk.ByForm
}

// what an act for a second person is called in the access log.
func heldWords(what string, a *actRecord) string {
	return what + ": " + string(a.Op) + " by form " + a.Form
}

// hold keeps an act for a second person, signed by who took it.
func (k *Second) hold(ctx context.Context, op ehrdesk.AuditAction, v ehrdesk.Verification) (ehrdesk.Receipt, error) {
	if !mayWait(op, &v) {
		return ehrdesk.Receipt{}, ehrdesk.E("act", ehrdesk.CodeDenied, ehrdesk.ErrSecondPerson)
	}
	s := k.s
	defer s.Idle.Work()()
	a, self := givenRecord(op, v), s.Self.Account()
	a.Staff, a.At = self.Staff, s.Now()
	a.Patient, _ = knownPatient(ctx, s, a.Number.number())
	a.First = &firstPerson{Staff: self.Staff, Name: self.Name, At: a.At}
	if s.states != nil {
		body, err := s.states.Statement(fhir.Act{Op: op, Verification: v})
		if err != nil {
			return ehrdesk.Receipt{}, err
		}
		if a.First.JWS, err = k.rule.Sign("act", body, a.At); err != nil {
			return ehrdesk.Receipt{}, err
		}
		a.First.Body = body
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	held, err := k.all(ctx)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	if slices.ContainsFunc(held, func(b actRecord) bool { return b.Request != a.Request && b.Form == a.Form && b.Refuser == "" }) {
		return ehrdesk.Receipt{}, ehrdesk.E("act", ehrdesk.CodeConflict, ehrdesk.ErrFormUsed)
	}
	if err := k.log(ctx, "for approval", &a); err != nil {
		return ehrdesk.Receipt{}, err
	}
	if err := k.keep(ctx, &a); err != nil {
		return ehrdesk.Receipt{}, err
	}
	return ehrdesk.Receipt{Queued: true, Second: true, At: a.At, Patient: a.Patient.Patient(),
		Consent: ehrdesk.SharingConsent{State: ehrdesk.ConsentPending, Term: a.Term, Channel: a.Channel, Giver: a.Giver, Signed: a.Signed}}, nil
}

func (k *Second) keep(ctx context.Context, a *actRecord) error {
	b, err := sealAct(*a)
	if err != nil {
		return err
	}
	defer clear(b)
	return k.s.lists.Put(ctx, heldList, a.Request, b)
}

func (k *Second) log(ctx context.Context, what string, a *actRecord) error {
	return k.s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditDraft, Patient: a.Patient.ID, Detail: heldWords(what, a)})
}

// all are those that wait, and those that were refused and that nobody has taken off.
func (k *Second) all(ctx context.Context) (out []actRecord, err error) {
	items, err := k.s.lists.Items(ctx, heldList)
	if err != nil {
		return nil, err
	}
	for _, l := range items {
		var q queuedAct
		if json.Unmarshal(l.Payload, &q) == nil && q.Act != nil && q.Act.Request == l.ID && q.Act.First != nil {
			out = append(out, *q.Act)
		}
	}
	return out, nil
}

// tasks are those of the list as lines of the day.
func (k *Second) tasks(ctx context.Context) (out []ehrdesk.Task, err error) {
	all, err := k.all(ctx)
	for _, a := range all {
		t := actTask(a, ehrdesk.TaskHeld)
		t.Second = ehrdesk.Seconded{Taker: a.First.Name, Refuser: a.Refuser, Reason: a.Refusal}
		if a.Refuser != "" {
			t.State, t.Why = ehrdesk.TaskRefused, ehrdesk.Refusal(ehrdesk.CodeDenied)
		}
		out = append(out, t)
	}
	return out, err
}

// waiting are those that nobody has refused.
func (k *Second) waiting(ctx context.Context) ([]actRecord, error) {
	all, err := k.all(ctx)
	return slices.DeleteFunc(all, func(a actRecord) bool { return a.Refuser != "" }), err
}

// settle takes off the list what is in the outbox already: a program that ended between the two left it in both.
func (k *Second) settle(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	all, err := k.all(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	queued := map[string]bool{}
	items, err := k.s.outbox.Pending(ctx)
	for _, it := range items {
		queued[it.OpID] = true
	}
	for i := 0; err == nil && i < len(all); i++ {
		if queued[all[i].Request] {
			err = k.s.lists.TakeOff(ctx, heldList, all[i].Request)
		}
	}
	return err
}

// of finds one that waits. own is an error of who took it themselves.
func (k *Second) of(ctx context.Context, op, id string, own bool) (actRecord, error) {
	all, err := k.waiting(ctx)
	if err != nil {
		return actRecord{}, err
	}
	i := slices.IndexFunc(all, func(a actRecord) bool { return a.Request == id })
	switch {
	case i < 0:
		return actRecord{}, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this was approved, refused or given up meanwhile")
	case !own && all[i].First.Staff == k.s.Self.Account().Staff:
		return actRecord{}, ehrdesk.E(op, ehrdesk.CodeDenied, ehrdesk.ErrOwnAct)
	case !k.s.Self.Account().Role.TakesConsent():
		return actRecord{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "not for this profession")
	}
	return all[i], nil
}

// HeldAct is one that waits, whole.
func (k *Second) HeldAct(ctx context.Context, id string) (ehrdesk.HeldAct, error) {
	if k.s.stopped() {
		return ehrdesk.HeldAct{}, errStopped("act")
	}
	a, err := k.of(ctx, "act", id, true)
	if err != nil {
		return ehrdesk.HeldAct{}, err
	}
	return ehrdesk.HeldAct{ID: a.Request, Op: a.Op, Verification: a.act().Verification, Who: a.Patient.Patient(), By: a.First.Staff, Name: a.First.Name, At: a.First.At}, nil
}

func errStopped(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeLocked, "the desk is locked")
}

// ApproveAct has it in the outbox under the approver's name, then off the list, and then sends what waits.
func (k *Second) ApproveAct(ctx context.Context, id string) (ehrdesk.Receipt, error) {
	const op = "approve"
	s := k.s
	defer s.Idle.Work()()
	a, err := k.approved(ctx, op, id)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	after := context.WithoutCancel(ctx)
	k.answers.Store(id, ehrdesk.Receipt{})
	_, changed, sent := s.Send(after)
	answer, _ := k.answers.LoadAndDelete(id)
	if i := slices.IndexFunc(changed, func(t ehrdesk.Task) bool { return t.ID == id }); i >= 0 {
		t := changed[i]
		if t.State == ehrdesk.TaskRefused {
			return ehrdesk.Receipt{}, t.Why.Err(op)
		}
		r, _ := answer.(ehrdesk.Receipt)
		return r, nil
	}
	if sent != nil && !unanswered(sent) && tooOften(sent) == nil {
		return ehrdesk.Receipt{}, sent
	}
	return ehrdesk.Receipt{Queued: true, At: a.At, Patient: a.Patient.Patient(), Consent: ehrdesk.SharingConsent{State: ehrdesk.ConsentPending, Term: a.Term, Channel: a.Channel, Giver: a.Giver}}, nil
}

// answered keeps the receipt of one for whoever approves it just now.
func (k *Second) answered(request string, r ehrdesk.Receipt) {
	if _, asked := k.answers.Load(request); asked {
		k.answers.Store(request, r)
	}
}

// approved moves one from who waits for somebody to who waits for the line.
func (k *Second) approved(ctx context.Context, op, id string) (actRecord, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.s.stopped() {
		return actRecord{}, errStopped(op)
	}
	a, err := k.of(ctx, op, id, false)
	if err != nil {
		return a, err
	}
	a.Staff = k.s.Self.Account().Staff // who sends it; it was taken when it was
	if err := k.log(ctx, "approved", &a); err != nil {
		return a, err
	}
	b, err := sealAct(a)
	if err != nil {
		return a, err
	}
	after := context.WithoutCancel(ctx)
	if err := k.s.outbox.Enqueue(after, a.orderKey(), a.Request, b); err != nil {
		return a, err
	}
	return a, k.s.lists.TakeOff(after, heldList, id)
}

// mostReason is how long a reason may be, in bytes.
const mostReason = 1000

// RefuseAct keeps the reason for who took it, and it is never sent.
func (k *Second) RefuseAct(ctx context.Context, id, reason string) error {
	const op = "refuse"
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.s.stopped() {
		return errStopped(op)
	}
	a, err := k.of(ctx, op, id, false)
	if err != nil {
		return err
	}
	if reason = strings.TrimSpace(ehrdesk.CleanLine(reason)); reason == "" || len(reason) > mostReason {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a refusal has a reason of a few words")
	}
	if err := k.log(ctx, "refused", &a); err != nil {
		return err
	}
	a.Refusal, a.Refuser = reason, k.s.Self.Account().Name
	return k.keep(ctx, &a)
}

// drop takes one off the list: its taker gives it up, or somebody has read why it was refused. found is
// false where there is none.
func (k *Second) drop(ctx context.Context, op, id string) (found bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	all, err := k.all(ctx)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(all, func(a actRecord) bool { return a.Request == id })
	if i < 0 {
		return false, nil
	}
	a := all[i]
	if a.Refuser == "" && a.First.Staff != k.s.Self.Account().Staff {
		return true, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "it waits for a second person: approve it, or refuse it with a reason")
	}
	if err := k.log(ctx, "given up", &a); err != nil {
		return true, err
	}
	return true, k.s.lists.TakeOff(context.WithoutCancel(ctx), heldList, id)
}

var _ ehrdesk.Seconding = (*Second)(nil)
