package acts

import (
	"context"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// RequestCarrier is a centre that carries what providers ask of each other.
type RequestCarrier interface {
	// SendRequest asks, or brings a request into its last step: however often, it counts once.
	SendRequest(ctx context.Context, r ehrdesk.Request) (ehrdesk.Request, error)
	Requests(ctx context.Context, since string) (fhir.RequestsOut, error)
}

// requestStep is a step of a request as it is kept until the centre has answered: the request as it was seen, with that step last.
type requestStep struct {
	Step  string              `json:"step"` // its id
	Task  []byte              `json:"task"` // FHIR
	About copies.SavedPatient `json:"about"`
	Staff string              `json:"staff"`
	At    time.Time           `json:"at"`
	By    depositedBy         `json:"by,omitzero"` // of one that was written by a form
}

// queuedRequest is one in the outbox: no other item has the member.
type queuedRequest struct {
	Request *requestStep `json:"request"`
}

func openRequest(b []byte) *requestStep {
	var q queuedRequest
	if json.Unmarshal(b, &q) != nil || q.Request == nil || q.Request.Step == "" {
		return nil
	}
	return q.Request
}

// request is the request of a step, with who it is about.
func (s *requestStep) request() (ehrdesk.Request, error) {
	r, err := r4.ParseRequest(s.Task)
	r.Patient = s.About.Patient()
	return r, err
}

// keptRequest is a request as this desk has it.
type keptRequest struct {
	Task  []byte              `json:"task"`
	About copies.SavedPatient `json:"about"`
}

// requestMark is how far this desk has read, in the place of an item of the list.
type requestMark struct {
	UpTo string    `json:"up_to"`
	At   time.Time `json:"at"`
}

// markID is the item that the mark is.
const markID = "mark"

// longOver is how long a request that is over stays at the desk.
const longOver = 60 * 24 * time.Hour

// Requests are what the provider asks of others and is asked, of one session. Those who see records and the front desk have a
// copy each: the front desk's has no letter.
type Requests struct{ s *Acts }

// RequestsOf are those of a session's acts.
func RequestsOf(s *Acts) Requests { return Requests{s} }

func (q Requests) list() string {
	if q.s.Self.Account().Role.Clinical() {
		return "requests"
	}
	return "requests, bare"
}

// All are those that this desk has, with the steps that wait here, the one that was changed last first. asOf is when the centre
// was asked last; zero for never.
func (q Requests) All(ctx context.Context) (all []ehrdesk.Request, asOf time.Time, err error) {
	pending, err := q.s.outbox.Pending(ctx) // first: what is answered meanwhile is in the list before it is no more here
	if err != nil {
		return nil, time.Time{}, err
	}
	items, err := q.s.lists.Items(ctx, q.list())
	if err != nil {
		return nil, time.Time{}, err
	}
	at := map[string]int{}
	for _, it := range items {
		if it.ID == markID {
			var m requestMark
			if json.Unmarshal(it.Payload, &m) == nil {
				asOf = m.At
			}
			continue
		}
		var k keptRequest
		if json.Unmarshal(it.Payload, &k) != nil {
			continue
		}
		r, err := r4.ParseRequest(k.Task)
		if err != nil || r.ID != it.ID {
			continue
		}
		r.Patient = k.About.Patient()
		at[r.ID], all = len(all), append(all, r)
	}
	for _, it := range pending {
		step := openRequest(it.Payload)
		if step == nil {
			continue
		}
		r, err := step.request()
		if err != nil {
			continue
		}
		i, known := at[r.ID]
		if !known {
			i = len(all)
			at[r.ID], all = i, append(all, r)
		}
		waiting(&all[i], r, it, known)
	}
	slices.SortStableFunc(all, func(a, b ehrdesk.Request) int { return b.Since().Compare(a.Since()) })
	return all, asOf, nil
}

// waiting puts a step that waits, or was refused, onto the request that it is of.
func waiting(r *ehrdesk.Request, with ehrdesk.Request, it cache.Item, known bool) {
	last := with.Steps[len(with.Steps)-1]
	has := slices.ContainsFunc(r.Steps, func(s ehrdesk.RequestStep) bool { return s.ID == last.ID })
	if known && has {
		return // the centre has it by now
	}
	r.Stuck = last.ID
	if it.State.Final() {
		r.Waits, r.Why = ehrdesk.DepositRefused, ehrdesk.Refusal(it.Note)
		return
	}
	if !has {
		r.Steps, r.State = append(slices.Clone(r.Steps), last), last.State
	}
	r.Waits = ehrdesk.DepositWaits
}

// Fetch asks the centre what has changed. Errors: CodeNotFound where it carries none.
func (q Requests) Fetch(ctx context.Context) (changed int, err error) {
	const op = "request"
	carrier, ok := q.s.centre.(RequestCarrier)
	if !ok {
		return 0, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this server carries no requests between providers")
	}
	for {
		mark, err := q.mark(ctx)
		if err != nil {
			return changed, err
		}
		out, err := carrier.Requests(ctx, mark.UpTo)
		q.s.Line.Heard(err)
		if err != nil {
			return changed, err
		}
		if err := q.keep(ctx, out.Requests, &requestMark{out.UpTo, q.s.Now()}); err != nil {
			return changed, err
		}
		changed += len(out.Requests)
		if !out.More || out.UpTo == mark.UpTo {
			return changed, q.tidy(ctx)
		}
	}
}

func (q Requests) mark(ctx context.Context) (m requestMark, err error) {
	items, err := q.s.lists.Items(ctx, q.list())
	for _, it := range items {
		if it.ID == markID {
			_ = json.Unmarshal(it.Payload, &m) // one that cannot be read is none: all is asked for anew
		}
	}
	return m, err
}

// keep has requests on the disk, and how far was read with them.
func (q Requests) keep(ctx context.Context, all []ehrdesk.Request, mark *requestMark) error {
	var put []cache.WorklistItem
	add := func(id string, v any) error {
		b, err := json.Marshal(v)
		if err != nil {
			return ehrdesk.Errorf("request", ehrdesk.CodeOther, "a request cannot be written")
		}
		put = append(put, cache.WorklistItem{ID: id, Payload: b})
		return nil
	}
	for i := range all {
		task, err := r4.MarshalRequest(&all[i])
		if err != nil {
			return err
		}
		if err := add(all[i].ID, keptRequest{task, copies.Save(all[i].Patient)}); err != nil {
			return err
		}
	}
	if mark != nil {
		if err := add(markID, *mark); err != nil {
			return err
		}
	}
	return q.s.lists.Change(ctx, q.list(), put, nil)
}

// tidy forgets what has been over for long.
func (q Requests) tidy(ctx context.Context) error {
	all, _, err := q.All(ctx)
	if err != nil {
		return err
	}
	var off []string
	for i := range all {
		if r := &all[i]; r.State.Over() && r.Waits == "" && q.s.Now().Sub(r.Since()) > longOver {
			off = append(off, r.ID)
		}
	}
	if off == nil {
		return nil
	}
	return q.s.lists.Change(ctx, q.list(), nil, off)
}

// Take keeps a step for the centre and sends what waits: it is on the disk before it is sent. r is the request with that step
// last.
func (q Requests) Take(ctx context.Context, r ehrdesk.Request) error {
	return q.take(ctx, r, depositedBy{})
}

func (q Requests) take(ctx context.Context, r ehrdesk.Request, by depositedBy) error {
	task, err := r4.MarshalRequest(&r)
	if err != nil {
		return err
	}
	last := r.Steps[len(r.Steps)-1]
	b, err := json.Marshal(queuedRequest{&requestStep{last.ID, task, copies.Save(r.Patient), q.s.Self.Account().Staff, q.s.Now(), by}})
	if err != nil {
		return ehrdesk.Errorf("request", ehrdesk.CodeOther, "the request cannot be written")
	}
	action := ehrdesk.AuditUpdate
	if len(r.Steps) == 1 {
		action = ehrdesk.AuditCreate
	}
	if err := q.s.access.Record(ctx, ehrdesk.AuditEvent{Action: action, Patient: r.Patient.ID, Detail: "to be sent: Task/" + r.ID + " " + string(last.State)}); err != nil {
		return err
	}
	if err := q.s.outbox.Enqueue(ctx, "request|"+r.ID, last.ID, b); err != nil {
		return err
	}
	_, _, _ = q.s.Send(ctx) // what it says is of this or of anything else: the outbox knows
	return nil
}

// sendRequest sends a step that waits.
func (r *round) sendRequest(ctx context.Context, step *requestStep) cache.Outcome {
	s := r.s
	to, ok := s.centre.(RequestCarrier)
	in, err := step.request()
	if !ok || err != nil {
		return cache.Outcome{State: cache.ItemRejected, Note: string(ehrdesk.CodeDenied)}
	}
	got, err := to.SendRequest(ctx, in)
	s.Line.Heard(err)
	if err != nil && unanswered(err) {
		return r.again(ctx, err)
	}
	after, code := context.WithoutCancel(ctx), ehrdesk.CodeOf(err)
	out := cache.Outcome{State: cache.ItemConfirmed}
	if err != nil {
		if out = (cache.Outcome{State: cache.ItemRejected, Note: string(ehrdesk.RefusalOf(err))}); code == ehrdesk.CodeConflict {
			out.State = cache.ItemConflict
		}
	}
	record := func() error {
		if err == nil {
			if err := RequestsOf(s).keep(after, []ehrdesk.Request{got}, nil); err != nil {
				return err
			}
		}
		if step.By.Form != "" {
			if err := r.keepReceipt(after, step.answered(in.To, code)); err != nil {
				return err
			}
		}
		return s.access.Record(after, ehrdesk.AuditEvent{Action: ehrdesk.AuditUpdate, Patient: in.Patient.ID, Outcome: code, Detail: "sent: Task/" + in.ID + " " + string(in.State)})
	}
	if err := record(); err != nil { // it is answered and could not be written down: asked again, the answer is the same
		r.err, r.over = err, true
		return cache.Outcome{State: cache.ItemSending}
	}
	return out
}

// task is a step as a line of the day.
func (s *requestStep) task(it cache.Item) ehrdesk.Task {
	t := ehrdesk.Task{ID: s.Step, Kind: ehrdesk.TaskAct, State: ehrdesk.TaskQueued, Patient: s.About.Patient(), Act: ehrdesk.AuditUpdate, At: s.At, Added: s.At, Staff: s.Staff}
	t.Number = ehrdesk.Number{HKIC: t.Patient.HKIC, EHR: t.Patient.EHR}
	switch {
	case it.State.Final():
		t.State, t.Why = ehrdesk.TaskRefused, ehrdesk.Refusal(it.Note)
	case it.State == cache.ItemSending:
		t.State = ehrdesk.TaskUnknown
	}
	return t
}
