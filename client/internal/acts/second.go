package acts

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
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

var _ ehrdesk.Seconding = (*Second)(nil)
