package acts

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
)

// taskList is the list of the front desk's day.
const taskList = "tasks"

// taskRecord is a task as it is kept, sealed.
type taskRecord struct {
	Kind          ehrdesk.TaskKind       `json:"kind"`
	State         ehrdesk.TaskState      `json:"state"`
	Number        savedNumber            `json:"number"`
	Patient       copies.SavedPatient    `json:"patient,omitzero"`
	Participation ehrdesk.Participation  `json:"participation,omitempty"`
	Consent       ehrdesk.SharingConsent `json:"consent,omitzero"`
	taskAct
	At        time.Time       `json:"at,omitzero"`
	Added     time.Time       `json:"added"`
	Checked   time.Time       `json:"checked,omitzero"`
	Staff     string          `json:"staff,omitempty"`
	Reference string          `json:"reference,omitempty"`
	Why       ehrdesk.Refusal `json:"why,omitempty"`
	taskBooking
	kept
}

// kept is what is kept of a line beside what it says, where it is shared.
type kept struct {
	Line   []byte `json:"line,omitempty"`   // as the provider's desks have it, an Appointment or Task
	Of     string `json:"of,omitempty"`     // the provider whose list it is on: people of one desk may work for several
	Untold bool   `json:"untold,omitempty"` // the centre has not said that it has it so

	Untaken ehrdesk.Unshared `json:"untaken,omitempty"` // why it does not take it, as it said last
	Named   []wasNamed       `json:"was_named,omitempty"`

	read   []byte // the very bytes of Line that parsed is of: a list of thousands is read once and not at each look
	parsed ehrdesk.DayLine
}

// taskBooking is the booking that a task is, or that came to nothing.
type taskBooking struct {
	Booking ehrdesk.Booking `json:"booking,omitzero"`
	Call    callRecord      `json:"call,omitzero"`
}

// taskAct is the act that a task is about.
type taskAct struct {
	Act     ehrdesk.AuditAction `json:"act,omitempty"`
	Channel ehrdesk.Channel     `json:"channel,omitempty"`
	Form    string              `json:"form,omitempty"`
}

func (r taskRecord) task(id string) ehrdesk.Task {
	return ehrdesk.Task{ID: id, Kind: r.Kind, State: r.State, Number: r.Number.number(), Patient: r.Patient.Patient(), Participation: r.Participation, Consent: r.Consent,
		Act: r.Act, Channel: r.Channel, Form: r.Form, At: r.At, Added: r.Added, Checked: r.Checked, Staff: r.Staff, Reference: r.Reference, Why: r.Why, Booking: r.Booking, Call: r.call(), Work: r.work(), Marked: r.marked(), Unshared: r.Untaken, Said: r.saidLast(), Was: r.was()}
}

func saveTask(t ehrdesk.Task) taskRecord {
	return taskRecord{Kind: t.Kind, State: t.State, Number: saveNumber(t.Number), Patient: copies.Save(t.Patient), Participation: t.Participation, Consent: t.Consent,
		taskAct: taskAct{t.Act, t.Channel, t.Form}, At: t.At, Added: t.Added, Checked: t.Checked, Staff: t.Staff, Reference: t.Reference, Why: t.Why, taskBooking: taskBooking{t.Booking, saveCall(t.Call)}}
}

// waitsFor is how long a wait for the patient's own act is kept.
const waitsFor = 14 * 24 * time.Hour

// stale reports a line of a day that is over. What still asks for somebody's eye
// stays; a wait that nobody answered ends in time.
func stale(t ehrdesk.Task, now time.Time) bool {
	switch {
	case t.Kind == ehrdesk.TaskAct:
		return false
	case t.Kind == ehrdesk.TaskWait && t.State == ehrdesk.TaskOpen:
		return now.Sub(t.Added) > waitsFor
	case t.Kind.Called(): // until somebody has concluded it
		return t.Work.Over() && now.Sub(t.Marked.At) > callsKept
	}
	of := t.Added
	switch {
	case t.Kind == ehrdesk.TaskExpected:
		of = t.At // what comes after midnight is waited for until then
	case !t.Booking.Day.IsZero():
		of = t.Booking.Day
	}
	y, m, d := now.Date()
	return of.In(now.Location()).Before(time.Date(y, m, d, 0, 0, 0, 0, now.Location()))
}

// Tasks lists today's tasks and the acts that the centre has not answered. What
// belongs to an earlier day is forgotten on the way.
//
// An act is in one place after the other: under way, in the outbox, among what is done. It is put
// into the next before it is taken off the one before, and they are read in that order, so that an
// act that moves meanwhile is seen, and where it is seen twice the later place counts.
func (s *Acts) Tasks(ctx context.Context) ([]ehrdesk.Task, error) {
	acts, err := s.actTasks(ctx)
	if err != nil {
		return nil, err
	}
	mark, looked, err := marking(ctx, &s.day)
	if err != nil {
		return nil, err
	}
	kept, err := s.day.fresh(ctx, mark)
	if err != nil {
		return nil, err
	}
	now, answered := s.Now(), ids(kept)
	out := make([]ehrdesk.Task, 0, len(kept)+len(acts))
	for _, t := range kept {
		if !t.Booking.On(now) || t.Kind.Called() && t.Work.Over() && !t.Marked.Day(now) {
			continue
		}
		if t.Kind == ehrdesk.TaskExpected && !now.Before(t.At) {
			t.State = ehrdesk.TaskEnded
		}
		if t, ok := s.day.toldTo(t); ok {
			out = append(out, t)
		}
	}
	for i, t := range acts {
		if !answered[t.ID] && !slices.ContainsFunc(acts[i+1:], func(later ehrdesk.Task) bool { return later.ID == t.ID }) {
			out = append(out, t)
		}
	}
	return out, looked()
}

// actTasks are the acts in the outbox and those under way, and the accesses that lie in it,
// all of one state as one.
func (s *Acts) actTasks(ctx context.Context) ([]ehrdesk.Task, error) {
	out, err := s.second.tasks(ctx)
	if err != nil {
		return nil, err
	}
	under, err := s.actsUnderWay(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range under {
		out = append(out, actTask(a, ehrdesk.TaskUnknown))
	}
	var to, not reports // accesses to be reported, and those whose report was not taken
	err = s.eachQueued(ctx, func(it cache.Item, a *actRecord) error {
		switch {
		case it.State == cache.ItemDamaged: // nobody can send it: it is taken again from its form, and the line given up
			out = append(out, ehrdesk.Task{ID: it.OpID, Kind: ehrdesk.TaskAct, State: ehrdesk.TaskDamaged, Why: ehrdesk.Refusal(ehrdesk.CodeTampered)})
		case a == nil && openDeposit(it.Payload) != nil:
			out = append(out, openDeposit(it.Payload).task(it))
		case a == nil && openRequest(it.Payload) != nil:
			out = append(out, openRequest(it.Payload).task(it))
		case a == nil && it.State.Final():
			not.add(it)
		case a == nil:
			to.add(it)
		case it.State.Final():
			t := actTask(*a, ehrdesk.TaskRefused)
			t.Why = ehrdesk.Refusal(it.Note)
			out = append(out, t)
		case it.State == cache.ItemSending:
			out = append(out, actTask(*a, ehrdesk.TaskUnknown))
		default:
			out = append(out, actTask(*a, ehrdesk.TaskQueued))
		}
		return nil
	})
	return append(out, append(to.task(ehrdesk.TaskQueued), not.task(ehrdesk.TaskRefused)...)...), err
}

// reports are accesses in the outbox of one state.
type reports struct {
	n     int
	since time.Time
	why   ehrdesk.Refusal
}

func (r *reports) add(it cache.Item) {
	if r.n++; r.n == 1 || it.Created.Before(r.since) {
		r.since = it.Created
	}
	r.why = ehrdesk.Refusal(it.Note)
}

// task is the one line that they are, none where there are none.
func (r *reports) task(state ehrdesk.TaskState) []ehrdesk.Task {
	if r.n == 0 {
		return nil
	}
	t := ehrdesk.Task{ID: "reports-" + string(state), Kind: ehrdesk.TaskReport, State: state, At: r.since, Added: r.since, Count: r.n}
	if state == ehrdesk.TaskRefused {
		t.Why = r.why
	}
	return []ehrdesk.Task{t}
}

func actTask(a actRecord, state ehrdesk.TaskState) ehrdesk.Task {
	return ehrdesk.Task{ID: a.Request, Kind: ehrdesk.TaskAct, State: state, Number: a.Number.number(), Patient: a.Patient.Patient(), Act: a.Op, Channel: a.Channel,
		Form: a.Form, At: a.At, Added: a.At, Staff: a.Staff, Second: ehrdesk.Seconded{Taker: a.taker()}}
}

// PutTask keeps an arrival or a wait.
func (s *Acts) PutTask(ctx context.Context, t ehrdesk.Task) (ehrdesk.Task, error) {
	kept, err := s.kept(ctx)
	if err != nil {
		return t, err
	}
	t, err = s.day.byHand(ctx, t, ids(kept))
	if err != nil {
		return t, err
	}
	return t, s.day.byPerson(ctx, []ehrdesk.Task{t}, nil)
}

// ids are those of tasks.
func ids(tasks []ehrdesk.Task) map[string]bool {
	out := make(map[string]bool, len(tasks))
	for _, t := range tasks {
		out[t.ID] = true
	}
	return out
}

// byHand completes a task that a person keeps; taken are the ids that others have. Only a wait begins when it is kept: of
// somebody who comes, nobody has said when.
func (d *day) byHand(ctx context.Context, t ehrdesk.Task, taken map[string]bool) (ehrdesk.Task, error) {
	const op = "tasks"
	switch {
	case t.Kind != ehrdesk.TaskArrival && t.Kind != ehrdesk.TaskWait:
		return t, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "only arrivals and waits are kept by hand")
	case t.Number.IsZero():
		return t, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "whom it is about is missing")
	}
	if t.ID == "" {
		t.ID, t.Added = uuid.NewString(), d.now()
		if t.Kind == ehrdesk.TaskArrival { // a colleague may put down the same, out of reach
			b := bookedOf(t, d.now().Location())
			if id, ok := d.share.Name(ctx, b.Number.Printed(), b.Day, b.At.String(), b.Booking); ok && !taken[id] {
				t.ID = id
			}
		}
	}
	t.State = cmp.Or(t.State, ehrdesk.TaskOpen)
	if t.At.IsZero() && t.Kind == ehrdesk.TaskWait {
		t.At = d.now()
	}
	t.Staff = d.staff()
	return t, nil
}

// DropTask forgets a task, and gives up an act that waits for the line or that the
// centre did not take: what it said leaves the disk, and the access log keeps that it
// was. Errors: CodeNotFound, CodeConflict for an act that the centre may have.
func (s *Acts) DropTask(ctx context.Context, id string) error {
	const op = "tasks"
	s.acting.Lock()
	defer s.acting.Unlock()
	kept, err := s.day.kept(ctx)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(kept, func(t ehrdesk.Task) bool { return t.ID == id }); i >= 0 {
		if kept[i].Kind.Called() {
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a call is concluded by its outcome")
		}
		return s.day.change(ctx, nil, []string{id})
	}
	if found, err := s.second.drop(ctx, op, id); found || err != nil {
		return err
	}
	under, err := s.actsUnderWay(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(under, func(a actRecord) bool { return a.Request == id }) {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "it is not known yet what became of the act")
	}
	return s.outbox.Withdraw(ctx, id, "given up", func(it cache.Item) error {
		if it.State == cache.ItemDamaged {
			return s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Outcome: ehrdesk.CodeTampered, Detail: "an act that could not be read was given up at this desk"})
		}
		if d := openDeposit(it.Payload); d != nil {
			return s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditCreate, Patient: d.Patient.ID, Outcome: ehrdesk.CodeDenied, Detail: "given up at this desk: " + d.named()})
		}
		if q := openRequest(it.Payload); q != nil {
			return s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditUpdate, Patient: q.About.ID, Outcome: ehrdesk.CodeDenied, Detail: "given up at this desk: a step of a request"})
		}
		a := openAct(it.Payload)
		if a == nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such task")
		}
		return s.access.Record(ctx, ehrdesk.AuditEvent{Action: a.Op, Patient: a.Patient.ID, Outcome: ehrdesk.CodeDenied, Detail: string(a.Channel) + " given up at this desk"})
	})
}

// line is an act on record as a line of the day: when it was taken, and when the answer came,
// so that whoever looks sees what has waited.
func (d *day) line(a actRecord, r ehrdesk.Receipt) ehrdesk.Task {
	t := actTask(a, ehrdesk.TaskEnded)
	t.Kind, t.Reference, t.Consent, t.Added = ehrdesk.TaskDone, r.Reference, r.Consent, d.now()
	return t
}

// done puts what is on record among the day's work, and what is to be waited
// for now beside it.
func (d *day) done(ctx context.Context, a actRecord, r ehrdesk.Receipt) error {
	if err := d.put(ctx, d.line(a, r)); err != nil {
		return err
	}
	if err := d.arrival(ctx, a, r); err != nil {
		return err
	}
	if r.RecordsExpected.IsZero() {
		return nil
	}
	t := d.line(a, r)
	t.ID, t.Kind, t.State, t.At = uuid.NewString(), ehrdesk.TaskExpected, ehrdesk.TaskOpen, r.RecordsExpected
	return d.put(ctx, t)
}

// arrival brings the lines of somebody on today's list into step with what was done for
// them: a consent that was given here is not waited for, and stands in the list once.
func (d *day) arrival(ctx context.Context, a actRecord, r ehrdesk.Receipt) error {
	kept, err := d.kept(ctx)
	if err != nil {
		return err
	}
	for _, t := range kept {
		if t.Kind == ehrdesk.TaskWait && a.about(t.Patient, t.Number) && (t.State == ehrdesk.TaskOpen && r.Consent.State.Allows() || r.Consent.ID != "" && t.Consent.ID == r.Consent.ID) {
			if err := d.change(ctx, nil, []string{t.ID}); err != nil {
				return err
			}
			continue
		}
		if t.Kind != ehrdesk.TaskArrival || !a.about(t.Patient, t.Number) {
			continue
		}
		t.Patient, t.Participation, t.Consent, t.Checked = r.Patient, ehrdesk.Registered, r.Consent, r.At
		if err := d.put(ctx, t); err != nil {
			return err
		}
	}
	return nil
}
