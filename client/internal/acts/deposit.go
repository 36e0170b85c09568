package acts

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
)

// Depository is a centre that takes records.
type Depository interface {
	// Deposit writes n records, as a whole or not at all. An error that is not fhir.ErrOutcomeUnknown says that nothing
	// was recorded.
	Deposit(ctx context.Context, transaction []byte, n int) ([]fhir.Written, error)
}

// deposit is records of a clinic as they are kept, sealed, until the centre has answered: what was shown, and what signs it.
type deposit struct {
	Request string              `json:"request"`
	Patient copies.SavedPatient `json:"patient"`
	Staff   string              `json:"staff"`
	At      time.Time           `json:"at"`
	Refs    []string            `json:"refs"`             // of the records, in the order of the entries
	Entries int                 `json:"entries"`          // with what signs them
	Bundle  []byte              `json:"bundle,omitempty"` // the transaction, its bytes as they were signed
	By      depositedBy         `json:"by,omitzero"`
	State   string              `json:"state,omitempty"` // once answered
	Why     ehrdesk.Code        `json:"why,omitempty"`
	Written []ehrdesk.Ref       `json:"written,omitempty"`
	Version map[string]string   `json:"version,omitempty"` // by reference
	New     map[string]bool     `json:"new,omitempty"`
	Asked   askedOf             `json:"asked,omitzero"` // of a request that was written by a form: there are no records
}

// depositedBy is how records came to be written.
type depositedBy struct {
	Form   string                `json:"form,omitempty"`
	Title  ehrdesk.LocalName     `json:"title,omitzero"`   // of the form
	Reason ehrdesk.WithdrawalWhy `json:"reason,omitempty"` // of a withdrawal
	Author string                `json:"author,omitempty"` // where another sends it
}

// queuedDeposit is one in the outbox: no other item has the member.
type queuedDeposit struct {
	Deposit *deposit `json:"deposit"`
}

func openDeposit(b []byte) *deposit {
	var q queuedDeposit
	if json.Unmarshal(b, &q) != nil || q.Deposit == nil || q.Deposit.Request == "" {
		return nil
	}
	return q.Deposit
}

// depositList is where what became of a patient's deposits stays.
func depositList(patient string) string { return "deposits " + patient }

// Deposit keeps a transaction for the centre and sends what waits. It is on the disk before it is sent.
func Deposit(ctx context.Context, s *Acts, d ehrdesk.Deposit, transaction []byte, entries int) (ehrdesk.DepositReceipt, error) {
	const op = "deposit"
	if _, ok := s.centre.(Depository); !ok {
		return ehrdesk.DepositReceipt{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this central service takes no records from a desk")
	}
	kept := deposit{Request: d.ID, Patient: copies.Save(d.Patient), Staff: s.Self.Account().Staff, At: s.Now(), Entries: entries, Bundle: transaction,
		By: depositedBy{d.Form, d.Title, d.Why, d.By}}
	for i := range d.Records {
		kept.Refs = append(kept.Refs, d.Records[i].Record.Ref().String())
	}
	b, err := json.Marshal(queuedDeposit{&kept})
	if err != nil {
		return ehrdesk.DepositReceipt{}, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the records cannot be written")
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditCreate, Patient: d.Patient.ID, Detail: "to be sent: " + kept.named()}); err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	if err := s.outbox.Enqueue(ctx, "deposit|"+d.Patient.ID, d.ID, b); err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	_, _, failed := s.Send(ctx) // what it says is of this or of anything else: the outbox knows
	r, err := depositReceipt(context.WithoutCancel(ctx), s, &kept)
	if err == nil && r.State == ehrdesk.DepositWaits && failed != nil && errors.Is(failed, context.Canceled) {
		return r, failed
	}
	return r, err
}

// named is the records' names: they are random, and of nobody.
func (d *deposit) named() string {
	if d.Asked.ID != "" {
		return "Task/" + d.Request
	}
	return strings.Join(d.Refs, ", ")
}

// DepositsOf are what became of what this desk wrote about a patient, what waits first and then the latest first.
func DepositsOf(ctx context.Context, s *Acts, patient string) (out []ehrdesk.DepositReceipt, err error) {
	pending, err := s.outbox.Pending(ctx) // first: what is answered meanwhile is in the list before it is no more here
	if err != nil {
		return nil, err
	}
	items, err := s.lists.Items(ctx, depositList(patient))
	if err != nil {
		return nil, err
	}
	had := map[string]bool{}
	for _, it := range items {
		if d := openDeposit(it.Payload); d != nil {
			out, had[d.Request] = append(out, d.receipt()), true
		}
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.DepositReceipt) int { return b.At.Compare(a.At) })
	var waits []ehrdesk.DepositReceipt
	for _, it := range pending {
		if d := openDeposit(it.Payload); d != nil && d.Patient.ID == patient && !had[d.Request] && !it.State.Final() {
			waits = append(waits, d.receipt())
		}
		if d := openRequest(it.Payload).waiting(); d != nil && d.Patient.ID == patient && !had[d.Request] && !it.State.Final() {
			waits = append(waits, d.receipt())
		}
	}
	slices.Reverse(waits)
	return append(waits, out...), nil
}

// GiveUpDeposit takes a refused deposit out of the way of those behind it. One that is not there is no error.
func GiveUpDeposit(ctx context.Context, s *Acts, id string) error {
	s.acting.Lock()
	defer s.acting.Unlock()
	err := s.outbox.Withdraw(ctx, id, "written again", func(it cache.Item) error {
		d := openDeposit(it.Payload)
		if d == nil {
			d = openRequest(it.Payload).waiting()
		}
		if d == nil || !it.State.Final() {
			return ehrdesk.Errorf("deposit", ehrdesk.CodeConflict, "it has not been refused")
		}
		return s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditCreate, Patient: d.Patient.ID, Outcome: ehrdesk.CodeDenied, Detail: "written again after a refusal: " + d.named()})
	})
	if ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound {
		return nil
	}
	return err
}

// depositReceipt is what has become of a deposit by now; d is as it was kept.
func depositReceipt(ctx context.Context, s *Acts, d *deposit) (ehrdesk.DepositReceipt, error) {
	items, err := s.lists.Items(ctx, depositList(d.Patient.ID))
	if err != nil {
		return ehrdesk.DepositReceipt{}, err
	}
	for _, it := range items {
		if k := openDeposit(it.Payload); k != nil && k.Request == d.Request {
			return k.receipt(), nil
		}
	}
	return d.receipt(), nil
}

func (d *deposit) receipt() ehrdesk.DepositReceipt {
	r := ehrdesk.DepositReceipt{ID: d.Request, State: ehrdesk.DepositState(d.State), At: d.At, Why: d.Why, By: cmp.Or(d.By.Author, d.Staff), Form: d.By.Form, Title: d.By.Title, Reason: d.By.Reason, Asked: ehrdesk.RequestParty(d.Asked)}
	if r.State == "" {
		r.State = ehrdesk.DepositWaits
	}
	for _, ref := range d.Refs {
		kind, id, _ := strings.Cut(ref, "/")
		r.Refs = append(r.Refs, ehrdesk.Ref{Resource: kind, ID: id})
	}
	for _, ref := range d.Written {
		r.Written = append(r.Written, ehrdesk.DepositWritten{Ref: ref, Version: d.Version[ref.String()], New: d.New[ref.String()]})
	}
	return r
}

// sendDeposit sends records that wait. The ids are the desk's: however often they are sent, each is there once.
func (r *round) sendDeposit(ctx context.Context, d *deposit) cache.Outcome {
	s := r.s
	to, ok := s.centre.(Depository)
	if !ok {
		return cache.Outcome{State: cache.ItemRejected, Note: string(ehrdesk.CodeDenied)}
	}
	written, err := to.Deposit(ctx, d.Bundle, d.Entries)
	s.Line.Heard(err)
	if err != nil && unanswered(err) {
		return r.again(ctx, err)
	}
	after, code := context.WithoutCancel(ctx), ehrdesk.CodeOf(err)
	d.State, d.Why, d.Bundle = string(ehrdesk.DepositSent), "", nil
	out := cache.Outcome{State: cache.ItemConfirmed}
	if err != nil {
		d.State, d.Why = string(ehrdesk.DepositRefused), code
		if out = (cache.Outcome{State: cache.ItemRejected, Note: string(code)}); code == ehrdesk.CodeConflict {
			out.State = cache.ItemConflict
		}
	}
	d.Version, d.New = map[string]string{}, map[string]bool{}
	for i, w := range written {
		if i < len(d.Refs) && w.Ref.ID != "" {
			d.Written = append(d.Written, w.Ref)
			d.Version[w.Ref.String()], d.New[w.Ref.String()] = w.Version, w.Created
		}
	}
	if err := r.keepDeposit(after, d, code); err != nil { // it is answered and could not be written down: asked again, the answer is the same
		r.err, r.over = err, true
		return cache.Outcome{State: cache.ItemSending}
	}
	return out
}

// keepDeposit writes down what the centre said.
func (r *round) keepDeposit(ctx context.Context, d *deposit, code ehrdesk.Code) error {
	if err := r.s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditCreate, Patient: d.Patient.ID, Outcome: code, Detail: d.State + ": " + d.named()}); err != nil {
		return err
	}
	return r.keepReceipt(ctx, d)
}

// keepReceipt has what became of something that was written among what became of the rest.
func (r *round) keepReceipt(ctx context.Context, d *deposit) error {
	b, err := json.Marshal(queuedDeposit{d})
	if err != nil {
		return ehrdesk.Errorf("deposit", ehrdesk.CodeOther, "the receipt cannot be written")
	}
	return r.s.lists.Put(ctx, depositList(d.Patient.ID), d.Request, b)
}

// task is a deposit as a line of the day: it says how many records, and nothing of them.
func (d *deposit) task(it cache.Item) ehrdesk.Task {
	t := ehrdesk.Task{ID: d.Request, Kind: ehrdesk.TaskAct, State: ehrdesk.TaskQueued, Patient: d.Patient.Patient(), Act: ehrdesk.AuditCreate, Count: len(d.Refs), At: d.At, Added: d.At, Staff: d.Staff}
	t.Number = ehrdesk.Number{HKIC: t.Patient.HKIC, EHR: t.Patient.EHR}
	switch {
	case it.State.Final():
		t.State, t.Why = ehrdesk.TaskRefused, ehrdesk.Refusal(it.Note)
	case it.State == cache.ItemSending:
		t.State = ehrdesk.TaskUnknown
	}
	return t
}
