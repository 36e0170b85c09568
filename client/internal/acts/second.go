package acts

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
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

	answers sync.Map    // receipts of those that are approved just now, by request
	turn    *sync.Mutex // of who takes, approves, refuses or gives up, of all sessions of the desk: one decides about an act

	mu    sync.Mutex
	heard []ehrdesk.OneWord
	asked bool // heard is what the centre said in this session
}

// seconding is what is kept of an act beside it.
type seconding struct {
	First   *firstPerson `json:"first,omitempty"` // nil of an act that one person takes and sends
	Refused *refusedBy   `json:"refused,omitempty"`
}

// refusedBy is who has refused an act, when and why; of one that the patient has withdrawn since, who took the withdrawal.
type refusedBy struct {
	Staff     string    `json:"staff"`
	Name      string    `json:"name"`
	At        time.Time `json:"at"`
	Reason    string    `json:"reason,omitempty"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
}

// taker is what who took an act is called.
func (k seconding) taker() string {
	if k.First == nil {
		return ""
	}
	return cmp.Or(k.First.Name, k.First.Staff)
}

// digest names what an act says: whoever approves it approves that and nothing else.
func (a *actRecord) digest() string {
	said := *a
	said.taken, said.Request = taken{Telephone: a.Telephone}, ""
	said.Patient = copies.SavedPatient{} // as it was known then
	b, err := json.Marshal(said, json.Deterministic(true))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
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

// hears notes what the centre says that a second person approves, and puts the site's own beside it. fresh says that it has said so
// now: what is kept of before takes nothing back.
func (k *Second) hears(o *ehrdesk.Offer, fresh bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case fresh:
		k.heard, k.asked = o.Second, true
	case k.asked:
		o.Second = k.heard
	}
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

// heldWords are what the access log has of an act for a second person: nothing that somebody typed.
func heldWords(what string, a *actRecord) string {
	return what + ": " + string(a.Op) + " by " + string(a.Channel) + ", " + a.Request
}

// hold keeps an act for a second person, signed by who took it.
func (k *Second) hold(ctx context.Context, op ehrdesk.AuditAction, v ehrdesk.Verification) (ehrdesk.Receipt, error) {
	if !mayWait(op, &v) {
		return ehrdesk.Receipt{}, ehrdesk.E("act", ehrdesk.CodeDenied, ehrdesk.ErrSecondPerson)
	}
	s := k.s
	if !s.centre.Can(op) {
		return ehrdesk.Receipt{}, fhir.NotThere("act")
	}
	defer s.Idle.Work()()
	a := givenRecord(op, v)
	a.Staff, a.At = s.Self.Account().Staff, s.Now()
	a.Patient, _ = knownPatient(ctx, s, a.Number.number())
	k.turn.Lock()
	defer k.turn.Unlock()
	if r, found, err := k.outcome(ctx, "act", a.Request); found || err != nil { // the same act again
		return r, err
	}
	return k.take(ctx, a)
}

// take signs an act of whoever is signed in, and keeps it for somebody else. Under a request id that is here already it is the same act
// again, or is refused. The caller has the turn.
func (k *Second) take(ctx context.Context, a actRecord) (ehrdesk.Receipt, error) {
	const op = "act"
	held, err := k.all(ctx)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	for i := range held {
		b := &held[i]
		switch same := b.Request == a.Request; {
		case same && b.Refused == nil && b.digest() == a.digest() && b.First.Staff == a.Staff:
			return b.waits(), nil
		case same:
			return ehrdesk.Receipt{}, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
		case b.Form == a.Form && b.Refused == nil:
			return ehrdesk.Receipt{}, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrFormUsed)
		}
	}
	a.First = &firstPerson{Staff: a.Staff, Name: k.s.Self.Account().Name, At: a.At}
	if k.s.states != nil {
		if a.First.Body, err = k.s.states.Statement(a.act()); err != nil {
			return ehrdesk.Receipt{}, err
		}
		at, _, _ := k.s.Line.Centre() // which the centre holds against its own clock, and the patient's withdrawal
		if a.First.JWS, err = k.rule.Sign(op, a.First.Body, at); err != nil {
			return ehrdesk.Receipt{}, err
		}
	}
	if err := k.log(ctx, "for approval", &a); err != nil {
		return ehrdesk.Receipt{}, err
	}
	if err := k.keep(ctx, &a); err != nil {
		return ehrdesk.Receipt{}, err
	}
	return a.waits(), nil
}

// sent keeps an act that one person has sent, and that the centre has a second one approve by now. held is false for any other
// refusal, and where it cannot wait.
func (k *Second) sent(ctx context.Context, a actRecord, err error) (t ehrdesk.Task, held bool) {
	if !errors.Is(err, ehrdesk.ErrSecondPerson) || a.First != nil || a.Channel != ehrdesk.ByForm || a.Staff != k.s.Self.Account().Staff {
		return t, false
	}
	k.turn.Lock()
	defer k.turn.Unlock()
	waiting, err := k.waiting(ctx)
	if err != nil {
		return t, false
	}
	for i := range waiting { // a program that ended before it had left the outbox
		if b := &waiting[i]; b.Form == a.Form && b.First.Staff == a.Staff && b.digest() == a.digest() {
			return actTask(*b, ehrdesk.TaskHeld), true
		}
	}
	a.Request = uuid.NewString() // the outbox takes none again under an id that it has had
	if _, err := k.take(ctx, a); err != nil {
		return t, false
	}
	return actTask(a, ehrdesk.TaskHeld), true
}

// waits is the receipt of one that waits for somebody.
func (a *actRecord) waits() ehrdesk.Receipt {
	r := a.queued()
	r.Second = true
	return r
}

// queued is the receipt of one that waits for the line.
func (a *actRecord) queued() ehrdesk.Receipt {
	return ehrdesk.Receipt{Queued: true, At: a.At, Patient: a.Patient.Patient(),
		Consent: ehrdesk.SharingConsent{State: ehrdesk.ConsentPending, Term: a.Term, Channel: a.Channel, Giver: a.Giver, Signed: a.Signed}}
}

// outcome is what has come of an act that somebody has approved: it is on record, refused, or waits for the line. found is false for
// one of which nothing is known.
func (k *Second) outcome(ctx context.Context, op, request string) (r ehrdesk.Receipt, found bool, err error) {
	var waits *actRecord
	why := ehrdesk.Refusal("")
	under, err := k.s.actsUnderWay(ctx)
	if err != nil {
		return r, false, err
	}
	for i := range under {
		if under[i].Request == request {
			waits = &under[i]
		}
	}
	err = k.s.eachQueued(ctx, func(it cache.Item, a *actRecord) error {
		if it.OpID == request && a != nil {
			if waits = a; it.State.Final() {
				why = ehrdesk.Refusal(it.Note)
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return r, false, err
	case why != "":
		return r, true, why.Err(op)
	case waits != nil:
		return waits.queued(), true, nil
	}
	kept, err := k.s.day.kept(ctx)
	i := slices.IndexFunc(kept, func(t ehrdesk.Task) bool { return t.ID == request })
	switch {
	case err != nil || i < 0:
		return r, false, err
	case kept[i].State == ehrdesk.TaskRefused:
		return r, true, kept[i].Why.Err(op)
	}
	t := kept[i]
	return ehrdesk.Receipt{Reference: t.Reference, Consent: t.Consent, Patient: t.Patient, At: t.Added, Notified: ehrdesk.NotifiedUnknown}, true, nil
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
		if r := a.Refused; r != nil {
			t.State, t.Why = ehrdesk.TaskRefused, ehrdesk.Refusal(ehrdesk.CodeDenied)
			t.Second.Refuser, t.Second.Reason, t.Second.Withdrawn = cmp.Or(r.Name, r.Staff), r.Reason, r.Withdrawn
		}
		out = append(out, t)
	}
	return out, err
}

// waiting are those that nobody has refused.
func (k *Second) waiting(ctx context.Context) ([]actRecord, error) {
	all, err := k.all(ctx)
	return slices.DeleteFunc(all, func(a actRecord) bool { return a.Refused != nil }), err
}

// settle takes off the list what is in the outbox already: a program that ended between the two left it in both.
func (k *Second) settle(ctx context.Context) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	all, err := k.waiting(ctx)
	for i := 0; err == nil && i < len(all); i++ {
		if _, found, _ := k.outcome(ctx, "act", all[i].Request); found {
			err = k.s.lists.TakeOff(ctx, heldList, all[i].Request)
		}
	}
	return err
}

// of finds one that waits. own lets who took it look at it. What is approved already waits for nobody.
func (k *Second) of(ctx context.Context, op, id string, own bool) (actRecord, error) {
	switch _, found, err := k.outcome(ctx, op, id); {
	case found:
		return actRecord{}, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
	case err != nil:
		return actRecord{}, err
	}
	all, err := k.waiting(ctx)
	if err != nil {
		return actRecord{}, err
	}
	i := slices.IndexFunc(all, func(a actRecord) bool { return a.Request == id })
	switch {
	case i < 0:
		return actRecord{}, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
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
	return ehrdesk.HeldAct{ID: a.Request, Digest: a.digest(), Op: a.Op, Verification: a.act().Verification, Who: a.Patient.Patient(), By: a.First.Staff, Name: a.taker(), At: a.First.At}, nil
}

func errStopped(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeLocked, "the desk is locked")
}

// ApproveAct has it in the outbox under the approver's name, then off the list, and then sends what waits.
func (k *Second) ApproveAct(ctx context.Context, id, digest string) (ehrdesk.Receipt, error) {
	const op = "approve"
	s := k.s
	defer s.Idle.Work()()
	a, err := k.approved(ctx, op, id, digest)
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
	if r, found, err := k.outcome(after, op, id); found || err != nil { // another session of the same person may have sent it
		return r, err
	}
	if sent != nil && !unanswered(sent) && tooOften(sent) == nil {
		return ehrdesk.Receipt{}, sent
	}
	return a.queued(), nil
}

// answered keeps the receipt of one for whoever approves it just now.
func (k *Second) answered(request string, r ehrdesk.Receipt) {
	if _, asked := k.answers.Load(request); asked {
		k.answers.Store(request, r)
	}
}

// approved moves one from who waits for somebody to who waits for the line.
func (k *Second) approved(ctx context.Context, op, id, digest string) (actRecord, error) {
	k.turn.Lock()
	defer k.turn.Unlock()
	if k.s.stopped() {
		return actRecord{}, errStopped(op)
	}
	a, err := k.of(ctx, op, id, false)
	switch {
	case err != nil:
		return a, err
	case digest == "" || digest != a.digest():
		return a, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
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
	switch _, found, err := k.outcome(after, op, id); { // an id that it has had before is not taken again
	case err != nil:
		return a, err
	case !found:
		return a, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this was sent under the same request before")
	}
	if err := k.s.lists.TakeOff(after, heldList, id); err != nil { // it is approved: that counts, and the next sign-in takes it off
		k.s.Log.Warn("an approved act is still on the list", "code", string(ehrdesk.CodeOf(err)))
	}
	return a, nil
}

// mostReason is how long a reason may be, in bytes.
const mostReason = 1000

// RefuseAct keeps the reason for who took it, and it is never sent.
func (k *Second) RefuseAct(ctx context.Context, id, reason string) error {
	const op = "refuse"
	k.turn.Lock()
	defer k.turn.Unlock()
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
	return k.refuse(ctx, &a, reason, false)
}

// refuse marks one as refused, or as withdrawn since, by whoever is signed in.
func (k *Second) refuse(ctx context.Context, a *actRecord, reason string, withdrawn bool) error {
	self := k.s.Self.Account()
	a.Refused = &refusedBy{Staff: self.Staff, Name: self.Name, At: k.s.Now(), Reason: reason, Withdrawn: withdrawn}
	return k.keep(ctx, a)
}

// withdrawn has what waits about a patient give nothing any more: they have withdrawn since it was taken, whether or not there was a
// consent to end.
func (k *Second) withdrawn(ctx context.Context, n ehrdesk.Number) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	who, _ := knownPatient(ctx, k.s, n)
	all, err := k.waiting(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		a := &all[i]
		if !a.about(who.Patient(), n) {
			continue
		}
		if err := k.log(ctx, "withdrawn since", a); err != nil {
			return err
		}
		if err := k.refuse(ctx, a, "", true); err != nil {
			return err
		}
	}
	return nil
}

// drop takes one off the list: its taker gives it up, or somebody has read why it was refused. found is
// false where there is none.
func (k *Second) drop(ctx context.Context, op, id string) (found bool, err error) {
	k.turn.Lock()
	defer k.turn.Unlock()
	all, err := k.all(ctx)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(all, func(a actRecord) bool { return a.Request == id })
	if i < 0 {
		return false, nil
	}
	a := all[i]
	switch own := a.First.Staff == k.s.Self.Account().Staff; {
	case !own && a.Refused == nil:
		return true, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "it waits for a second person: approve it, or refuse it with a reason")
	case !own && k.s.Now().Sub(a.Refused.At) < ehrdesk.UnsentLong:
		return true, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "whoever took it has yet to read why it was refused")
	}
	if _, approved, err := k.outcome(ctx, op, id); approved && a.Refused == nil || err != nil {
		return approved, ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrDecided)
	}
	if err := k.log(ctx, "given up", &a); err != nil {
		return true, err
	}
	return true, k.s.lists.TakeOff(context.WithoutCancel(ctx), heldList, id)
}

var _ ehrdesk.Seconding = (*Second)(nil)
