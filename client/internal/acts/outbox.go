package acts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// Send sends what waits, each ordering key in its order. changed are the acts that have come to
// something.
func (s *Acts) Send(ctx context.Context) (sent int, changed []ehrdesk.Task, err error) {
	s.acting.Lock()
	defer s.acting.Unlock()
	if s.Now().Before(s.acting.from) {
		return 0, nil, nil
	}
	r := round{s: s, staff: s.Self.Account().Staff, tried: map[string]bool{}}
	for ok := true; ok && err == nil && !r.over && !s.stopped(); {
		ok, err = s.outbox.Deliver(ctx, r.turn, func(it cache.Item) cache.Outcome { return r.send(ctx, it) })
	}
	if r.err != nil {
		err = r.err
	}
	if r.reports > 0 {
		r.changed = append(r.changed, ehrdesk.Task{Kind: ehrdesk.TaskReport, State: ehrdesk.TaskEnded, Count: r.reports})
	}
	return r.sent, r.changed, err
}

// round is one time that the outbox is gone through: each item is tried once.
type round struct {
	s     *Acts
	staff string
	tried map[string]bool

	sent    int
	reports int // of accesses, of those sent
	changed []ehrdesk.Task
	err     error // the first that left an item waiting
	silent  silence
	over    bool
}

// silence counts what has had no answer one after the other.
type silence int

// A round ends after so much silence: the centre is in trouble. An unknown outcome
// counts as more, as one that timed out has cost seconds.
const (
	silenceOfUnknown silence = 4
	longestSilence   silence = 8
)

// add counts one more and reports whether it is enough.
func (n *silence) add(err error) bool {
	if *n++; errors.Is(err, fhir.ErrOutcomeUnknown) {
		*n += silenceOfUnknown - 1
	}
	return *n >= longestSilence
}

// turn says whether an item is this session's to send. The acts about a patient go
// in order, and only who took one sends it; nothing waits for a report of an access.
func (r *round) turn(it cache.Item) cache.Decision {
	by, about := "", true
	switch a, d, q := openAct(it.Payload), openDeposit(it.Payload), openRequest(it.Payload); {
	case a != nil:
		by = a.Staff
	case d != nil:
		by = d.Staff
	case q != nil:
		by = q.Staff
	default:
		about = false
	}
	switch waits := it.State.Final() || r.tried[it.OpID]; {
	case !about && waits:
		return cache.Pass
	case waits, about && by != r.staff: // somebody has to look, or to sign in
		return cache.Hold
	}
	return cache.Send
}

// send sends an item that is this session's alone.
func (r *round) send(ctx context.Context, it cache.Item) cache.Outcome {
	r.tried[it.OpID] = true
	var out cache.Outcome
	switch a, d, q := openAct(it.Payload), openDeposit(it.Payload), openRequest(it.Payload); {
	case a != nil:
		out = r.sendAct(ctx, *a)
	case d != nil:
		out = r.sendDeposit(ctx, d)
	case q != nil:
		out = r.sendRequest(ctx, q)
	default:
		out = r.sendAccess(ctx, it)
		if out.State == cache.ItemConfirmed {
			r.reports++
		}
	}
	if out.State == cache.ItemConfirmed {
		r.sent++
	}
	if out.State.Final() { // the centre's word
		r.silent = 0
	}
	return out
}

// tooOften is what the centre says where it asks to wait, nil for any other error.
func tooOften(err error) *ehrdesk.TooOften {
	var often *ehrdesk.TooOften
	errors.As(err, &often)
	return often
}

// unanswered reports an error after which the centre's word is still to come.
func unanswered(err error) bool {
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeNotSignedIn, ehrdesk.CodeOther:
		return true
	}
	return line.EndOf(err) != nil // it says nothing of the act, which goes when that is over
}

// again keeps an item for another time. One that got no answer holds up its own
// key; where nothing gets one, or the line is down, the round is over.
func (r *round) again(ctx context.Context, err error) cache.Outcome {
	unknown := errors.Is(err, fhir.ErrOutcomeUnknown)
	r.over = r.silent.add(err) || r.over || errors.Is(err, context.Canceled) || r.s.Unreachable(ctx, err)
	if often := tooOften(err); often != nil { // everything else would be told the same until then
		r.over, r.s.acting.from = true, often.Until
	}
	r.err = cmp.Or(r.err, err)
	out := cache.Outcome{State: cache.ItemQueued, Note: string(ehrdesk.CodeOf(err))}
	if unknown {
		out.State = cache.ItemSending
	}
	return out
}

// sendAccess reports an access that happened without the line.
func (r *round) sendAccess(ctx context.Context, it cache.Item) cache.Outcome {
	var e ehrdesk.AuditEvent
	if json.Unmarshal(it.Payload, &e) != nil {
		return cache.Outcome{State: cache.ItemRejected, Note: "unreadable"}
	}
	err := r.s.centre.ReportAccess(ctx, e)
	r.s.Line.Heard(err)
	switch {
	case err == nil:
		return cache.Outcome{State: cache.ItemConfirmed}
	case unanswered(err):
		return r.again(ctx, err)
	}
	return cache.Outcome{State: cache.ItemRejected, Note: string(ehrdesk.CodeOf(err))}
}

// sendAct sends an act that waited for the line: however often, under one request id.
func (r *round) sendAct(ctx context.Context, a actRecord) cache.Outcome {
	s := r.s
	receipt, err := settle(ctx, s, a)
	after, code := context.WithoutCancel(ctx), ehrdesk.CodeOf(err)
	if unanswered(err) {
		return r.again(ctx, err)
	}
	t, out := actTask(a, ehrdesk.TaskRefused), cache.Outcome{State: cache.ItemRejected, Note: string(ehrdesk.RefusalOf(err))}
	switch t.Why = ehrdesk.RefusalOf(err); {
	case err == nil:
		a.Patient = copies.Save(receipt.Patient)
		t, out.State = s.day.line(a, receipt), cache.ItemConfirmed
		s.second.answered(a.Request, receipt)
		err = s.actDone(after, a, receipt, nil)
	case a.Op == ehrdesk.AuditRevoke && code == ehrdesk.CodeNotFound: // withdrawn already: what was wished is so
		t.State, out.State = ehrdesk.TaskEnded, cache.ItemConfirmed
		err = s.noted(after, a, ehrdesk.Receipt{}, nil, code)
	case errors.Is(err, ehrdesk.ErrSecondPerson):
		if held, ok := s.second.sent(after, a, err); ok {
			t, out.State, err = held, cache.ItemConfirmed, nil
			r.sent-- // it leaves the outbox, and is not sent
			break
		}
		err = s.noted(after, a, ehrdesk.Receipt{}, nil, code)
	default:
		if code == ehrdesk.CodeConflict || code == ehrdesk.CodeConsentNeeded {
			out.State = cache.ItemConflict
		}
		err = s.noted(after, a, ehrdesk.Receipt{}, nil, code)
	}
	if err != nil { // it is answered and could not be written down: asked again, the answer is the same
		r.err, r.over = err, true
		return cache.Outcome{State: cache.ItemSending}
	}
	r.changed = append(r.changed, t)
	return out
}

// eachQueued gives what is in the outbox, each with its act, nil for what is none.
func (s *Acts) eachQueued(ctx context.Context, f func(it cache.Item, a *actRecord) error) error {
	items, err := s.outbox.Pending(ctx)
	for i := 0; err == nil && i < len(items); i++ {
		err = f(items[i], openAct(items[i].Payload))
	}
	return err
}

// actsWaiting are the acts of this desk that the centre has not answered or has
// refused: in the outbox and under way.
func (s *Acts) actsWaiting(ctx context.Context) ([]actRecord, error) {
	out, err := s.actsUnderWay(ctx)
	if err != nil {
		return nil, err
	}
	err = s.eachQueued(ctx, func(_ cache.Item, a *actRecord) error {
		if a != nil {
			out = append(out, *a)
		}
		return nil
	})
	return out, err
}

// Waiting is a line of the outbox.
type Waiting struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"` // "access", "deposit", "request", or the act: "grant", "revoke"; "case-" and what in a sealed case; "unknown" of a damaged one
	State    string    `json:"state"`
	Attempts int       `json:"attempts"`
	Since    time.Time `json:"since"`
	Age      int64     `json:"age"` // seconds
	// Overdue is ehrdesk.OverdueLong after 72 hours, OverdueTooLong after 30 days.
	Overdue ehrdesk.Overdue `json:"overdue,omitempty"`
	Why     string          `json:"why,omitempty"` // of the last try that failed
}

// Refused reports whether it waits for nothing: the centre has refused it, or it was overtaken,
// and somebody has to look.
func (w Waiting) Refused() bool {
	return w.State == cache.ItemRejected.String() || w.State == cache.ItemConflict.String()
}

// Outbox lists what waits for the centre.
func (s *Acts) Outbox(ctx context.Context) ([]Waiting, error) {
	now, out := s.Now(), []Waiting{}
	err := s.eachQueued(ctx, func(it cache.Item, a *actRecord) error {
		w := Waiting{ID: it.OpID, Kind: "access", State: it.State.String(), Attempts: it.Attempts, Since: it.Created,
			Age: max(0, int64(now.Sub(it.Created)/time.Second)), Overdue: ehrdesk.OverdueAt(it.Created, now), Why: it.Note}
		switch {
		case it.State == cache.ItemDamaged:
			w.Kind = "unknown"
		case a != nil:
			w.Kind = string(a.Op)
		case openDeposit(it.Payload) != nil:
			w.Kind = "deposit"
		case openRequest(it.Payload) != nil:
			w.Kind = "request"
		}
		out = append(out, w)
		return nil
	})
	return out, err
}

// WarnOverdue tells whoever signs in of what has waited too long, and writes down what has
// waited longer than a desk may keep it. What has just been delivered waits no more.
func (s *Acts) WarnOverdue(ctx context.Context) error {
	items, err := s.Outbox(ctx)
	if err != nil {
		return err
	}
	held, err := s.second.waiting(ctx)
	if err != nil {
		return err
	}
	for i := range held { // for a second person
		items = append(items, Waiting{Overdue: ehrdesk.OverdueAt(held[i].At, s.Now())})
	}
	lost := 0
	for _, it := range items {
		switch it.Overdue {
		case ehrdesk.OverdueLong:
			s.Warnings.Warn(warnings.Late)
		case ehrdesk.OverdueTooLong:
			s.Warnings.Warn(warnings.Lost)
			lost++
		case ehrdesk.InTime:
		}
	}
	if lost == 0 {
		return nil
	}
	return s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Outcome: ehrdesk.CodeTimeout, Detail: fmt.Sprintf("unsent for more than 30 days: %d", lost)})
}

// Begin writes down what somebody has done to the acts that wait here, and
// to the working lists: what the store found, once at every sign-in.
func (s *Acts) Begin(ctx context.Context) error {
	if err := s.second.settle(ctx); err != nil {
		return err
	}
	t, err := s.outbox.Trouble(ctx)
	if err != nil || t.None() {
		return err
	}
	if t.Lines > 0 {
		s.Warnings.Warn(warnings.Lines)
	}
	if only := (cache.Trouble{Lines: t.Lines}); t != only {
		s.Warnings.Warn(warnings.Outbox)
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Outcome: ehrdesk.CodeTampered, Detail: "outbox: " + troubleWords(t)}); err != nil {
		return err
	}
	if !t.Behind && t.Foreign == 0 && t.Lines == 0 {
		return nil
	}
	return s.outbox.AcknowledgeTrouble(context.WithoutCancel(ctx))
}

func troubleWords(t cache.Trouble) string {
	var out []string
	add := func(on bool, words string) {
		if on {
			out = append(out, words)
		}
	}
	add(t.Behind, "the list of acts was of an earlier day, or gone")
	add(t.Damaged > 0, fmt.Sprintf("acts that do not open or are gone: %d", t.Damaged))
	add(t.Foreign > 0, fmt.Sprintf("acts put there from outside: %d", t.Foreign))
	add(t.Lines > 0, fmt.Sprintf("lines of working lists that do not open: %d", t.Lines))
	return strings.Join(out, "; ")
}
