package fake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// The front desk's day. Hints given in Hint are what the centre says by itself.

// Tasks lists the day.
func (s *session) Tasks(ctx context.Context) ([]ehrdesk.Task, error) {
	err := s.d.call(ctx, "tasks")
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.d.Day), func(t ehrdesk.Task) bool { return !t.Booking.On(Clock()) }), err
}

// Booked lists the arrivals of all days.
func (s *session) Booked(ctx context.Context) ([]ehrdesk.Task, error) {
	err := s.d.call(ctx, "booked")
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.d.Day), func(t ehrdesk.Task) bool { return t.Kind != ehrdesk.TaskArrival }), err
}

// Book keeps arrivals and takes others off.
func (s *session) Book(ctx context.Context, put []ehrdesk.Task, off []string) error {
	if err := s.d.call(ctx, "book"); err != nil {
		return err
	}
	for _, t := range put {
		if _, err := s.PutTask(ctx, t); err != nil {
			return err
		}
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Day = slices.DeleteFunc(s.d.Day, func(t ehrdesk.Task) bool { return slices.Contains(off, t.ID) })
	return nil
}

// PutTask keeps a task.
func (s *session) PutTask(ctx context.Context, t ehrdesk.Task) (ehrdesk.Task, error) {
	if err := cmp.Or(s.d.call(ctx, "put"), ctx.Err()); err != nil {
		return t, err
	}
	if t.Number.IsZero() {
		return t, ehrdesk.E("fake.put", ehrdesk.CodeInvalid, nil)
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if t.State == "" {
		t.State = ehrdesk.TaskOpen
	}
	if t.At.IsZero() && t.Kind == ehrdesk.TaskWait {
		t.At = Clock()
	}
	if t.ID == "" {
		t.ID, t.Added = fmt.Sprintf("task-%d", len(s.d.Day)+1), Clock()
		s.d.Day = append(s.d.Day, t)
		return t, nil
	}
	for i := range s.d.Day {
		if s.d.Day[i].ID == t.ID {
			s.d.Day[i] = t
		}
	}
	return t, nil
}

// Mark says how far an arrival has come.
func (s *session) Mark(ctx context.Context, id string, to ehrdesk.WorkState) (ehrdesk.Task, error) {
	if err := cmp.Or(s.d.call(ctx, "mark"), ctx.Err()); err != nil {
		return ehrdesk.Task{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for i := range s.d.Day {
		t := &s.d.Day[i]
		if t.ID != id {
			continue
		}
		if from := cmp.Or(t.Work, ehrdesk.WorkRequested); !from.Becomes(to) {
			return *t, ehrdesk.E("fake.mark", ehrdesk.CodeConflict, nil)
		}
		t.Work, t.Marked = to, ehrdesk.Stamp{At: Clock(), By: s.Account().Staff}
		return *t, nil
	}
	return ehrdesk.Task{}, ehrdesk.E("fake.mark", ehrdesk.CodeNotFound, nil)
}

// Calls lists the calls.
func (s *session) Calls(ctx context.Context) ([]ehrdesk.Task, error) {
	err := s.d.call(ctx, "calls")
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.d.Day), func(t ehrdesk.Task) bool { return !t.Kind.Called() }), err
}

// Missed are calls to those marked as not come, and to those whose time is over, that have none.
func (s *session) Missed(ctx context.Context) (out []ehrdesk.Task, err error) {
	if err := s.d.call(ctx, "missed"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for _, t := range s.d.Day {
		id := "call " + t.ID
		over := t.Work == ehrdesk.WorkFailed || cmp.Or(t.Work, ehrdesk.WorkRequested) == ehrdesk.WorkRequested && !t.At.After(Clock())
		if t.Kind != ehrdesk.TaskArrival || !over || slices.ContainsFunc(s.d.Day, func(c ehrdesk.Task) bool { return c.ID == id }) {
			continue
		}
		c := ehrdesk.Task{ID: id, Kind: ehrdesk.TaskCall, State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: t.Number, Patient: t.Patient, Booking: ehrdesk.Booking{Name: t.Booking.Name}, Added: Clock()}
		c.Call = ehrdesk.Call{Missed: Clock(), At: t.At, Due: ehrdesk.WorkingDayAfter(Clock()), History: []ehrdesk.Step{{State: ehrdesk.WorkRequested, Stamp: ehrdesk.Stamp{At: Clock(), By: s.Account().Staff}}}}
		out = append(out, c)
	}
	return out, nil
}

// CloseDay makes those calls.
func (s *session) CloseDay(ctx context.Context, ids []string) ([]ehrdesk.Task, error) {
	made, err := s.Missed(ctx)
	if err = cmp.Or(err, s.d.call(ctx, "closeday"), ctx.Err()); err != nil {
		return nil, err
	}
	made = slices.DeleteFunc(made, func(t ehrdesk.Task) bool { return !slices.Contains(ids, t.ID) })
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Day = append(s.d.Day, made...)
	return made, nil
}

// NoteCall notes what came of one.
func (s *session) NoteCall(ctx context.Context, id string, o ehrdesk.CallOutcome, due time.Time) (ehrdesk.Task, error) {
	if err := cmp.Or(s.d.call(ctx, "notecall"), ctx.Err()); err != nil {
		return ehrdesk.Task{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	i := slices.IndexFunc(s.d.Day, func(t ehrdesk.Task) bool { return t.ID == id })
	if i < 0 {
		return ehrdesk.Task{}, ehrdesk.E("fake.notecall", ehrdesk.CodeNotFound, nil)
	}
	t := &s.d.Day[i]
	if to := o.Work(); t.Work.Over() && to != ehrdesk.WorkAccepted {
		return *t, ehrdesk.E("fake.notecall", ehrdesk.CodeConflict, nil)
	}
	t.Work, t.State, t.Marked = o.Work(), ehrdesk.TaskOpen, ehrdesk.Stamp{At: Clock(), By: s.Account().Staff}
	if t.Work.Over() {
		t.State = ehrdesk.TaskEnded
	}
	if o == ehrdesk.CallNoAnswer {
		t.Call.Due = ehrdesk.WorkingDayAfter(Clock())
	}
	t.Call.History = append(slices.Clone(t.Call.History), ehrdesk.Step{State: t.Work, Outcome: o, Stamp: t.Marked})
	return *t, nil
}

// Looked notes that lines were looked at.
func (s *session) Looked(ctx context.Context, ids ...string) error {
	err := s.d.call(ctx, "looked")
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for i := range s.d.Day {
		if t := &s.d.Day[i]; err == nil && (len(ids) == 0 || slices.Contains(ids, t.ID)) {
			t.Changed = nil
		}
	}
	return err
}

// DropTask forgets one.
func (s *session) DropTask(ctx context.Context, id string) error {
	if err := s.d.call(ctx, "drop"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if s.d.giveUp(id) {
		return nil
	}
	n := len(s.d.Day)
	s.d.Day = slices.DeleteFunc(s.d.Day, func(t ehrdesk.Task) bool { return t.ID == id })
	if len(s.d.Day) == n {
		return ehrdesk.E("fake.drop", ehrdesk.CodeNotFound, nil)
	}
	return nil
}

// Poll ends the waits of patients whose consent has come.
func (s *session) Poll(ctx context.Context) ([]ehrdesk.Task, error) {
	if err := s.d.call(ctx, "poll"); err != nil {
		return nil, err
	}
	if s.d.Link == ehrdesk.Offline {
		return nil, ehrdesk.E("fake.poll", ehrdesk.CodeOffline, nil)
	}
	var out []ehrdesk.Task
	for i := range s.d.Day {
		t := &s.d.Day[i]
		if t.State == ehrdesk.TaskUnknown && s.d.Outcome != nil {
			s.d.Outcome(t)
			out = append(out, *t)
		}
		if t.Kind != ehrdesk.TaskWait || t.State != ehrdesk.TaskOpen {
			continue
		}
		if p := s.d.find(t.Number); p != nil {
			t.Checked = Clock()
			if p.consent.State.Allows() {
				t.State, t.Consent, t.Reference, t.Channel = ehrdesk.TaskEnded, p.consent, p.consent.ID, p.consent.Channel
				out = append(out, *t)
			}
		}
	}
	return out, nil
}

// Share has nothing to bring into step: there is one desk.
func (s *session) Share(ctx context.Context) (bool, error) { return false, s.d.call(ctx, "share") }

// Alone is false: other desks see the list.
func (s *session) Alone() bool { return false }

// Endings is the one-year consent that runs out.
func (s *session) Endings(ctx context.Context, within time.Duration) ([]ehrdesk.Ending, error) {
	if err := s.d.call(ctx, "endings"); err != nil {
		return nil, err
	}
	var out []ehrdesk.Ending
	for _, p := range s.d.patients {
		if u := p.consent.Until; p.consent.State == ehrdesk.ConsentActive && !u.IsZero() && u.Sub(Clock()) <= within {
			out = append(out, ehrdesk.Ending{Patient: p.patient, Consent: p.consent})
		}
	}
	slices.SortFunc(out, func(a, b ehrdesk.Ending) int { return a.Consent.Until.Compare(b.Consent.Until) })
	return out, nil
}

// NextHint waits for the test's word.
func (s *session) NextHint(ctx context.Context) (ehrdesk.Hint, error) {
	return ehrdesk.Hint{}, ehrdesk.E("fake.hint", ehrdesk.CodeNotFound, nil)
}

// Registration is what the patient registered with.
func (s *session) Registration(ctx context.Context, n ehrdesk.Number) (ehrdesk.Registration, error) {
	if err := s.d.call(ctx, "registration"); err != nil {
		return ehrdesk.Registration{}, err
	}
	p := s.d.find(n)
	if p == nil {
		return ehrdesk.Registration{}, ehrdesk.E("fake.registration", ehrdesk.CodeNotFound, nil)
	}
	return ehrdesk.Registration{Patient: p.patient, Participation: p.participation, Contact: ehrdesk.Contact{
		Phone: registeredPhone, Email: "tam@example.org", Address: "12 Castle Peak Road, Kwai Chung", Language: "zh-Hant", Notify: "sms"}}, nil
}

const registeredPhone = "9123 4567"

// Verify takes a verification that is whole.
func (s *session) Verify(ctx context.Context, v ehrdesk.Verification) (ehrdesk.Receipt, error) {
	if err := s.d.call(ctx, "verify"); err != nil {
		return ehrdesk.Receipt{}, err
	}
	s.d.mu.Lock()
	s.d.Verified = append(s.d.Verified, v)
	s.d.mu.Unlock()
	p := s.d.find(v.Patient)
	switch {
	case p == nil:
		return ehrdesk.Receipt{}, ehrdesk.E("fake.verify", ehrdesk.CodeNotFound, nil)
	case !v.ContactConfirmed || !v.NoticeRead || !v.DocumentSighted || v.Term == "" || v.RequestID == "":
		return ehrdesk.Receipt{}, ehrdesk.E("fake.verify", ehrdesk.CodeInvalid, nil)
	}
	if err := s.key(v.Channel, v.AccessKey); err != nil {
		return ehrdesk.Receipt{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	p.participation = ehrdesk.Registered
	p.consent = ehrdesk.SharingConsent{ID: "SC-2026-000484", State: ehrdesk.ConsentActive, Term: v.Term, Channel: v.Channel, Giver: v.Giver, Since: Clock()}
	r := ehrdesk.Receipt{Reference: p.consent.ID, Consent: p.consent, Patient: p.patient, At: Clock(), Notified: s.d.told(), Untold: s.d.Notify == "",
		RecordsExpected: Clock().Add(30 * time.Minute)}
	if v.Method == ehrdesk.VerifyByDocument {
		r.Confirmed = 3
		if v.Contact.Phone != registeredPhone {
			r.Confirmed, r.CodesFrom = 4, Clock().Add(24*time.Hour)
		}
	}
	return r, nil
}

// Code is the one-time code the centre sends.
const Code = "135790"

// RecordsExpected is zero.
func (c *chart) RecordsExpected() time.Time { return time.Time{} }

// SendCode sends the code by SMS.
func (c *chart) SendCode(ctx context.Context) (ehrdesk.CodeSent, error) {
	return ehrdesk.CodeSent{By: "sms", Expires: Clock().Add(10 * time.Minute), NewFrom: c.d.NewFrom}, c.d.call(ctx, "code")
}

// Release takes the code, or a genuine card.
func (c *chart) Release(ctx context.Context, r ehrdesk.Release) (ehrdesk.Released, error) {
	if err := c.d.call(ctx, "release"); err != nil {
		return ehrdesk.Released{}, err
	}
	c.d.mu.Lock()
	c.d.Releases = append(c.d.Releases, r)
	c.d.mu.Unlock()
	if r.Card == nil && r.Code.Reveal() != Code {
		return ehrdesk.Released{}, ehrdesk.E("fake.release", ehrdesk.CodeDenied, &ehrdesk.WrongKey{TriesLeft: 2})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rel = ehrdesk.Released{ID: "rel-1", Kinds: r.Kinds, Until: c.d.now().Add(15 * time.Minute), Notified: c.d.Notify}
	for _, x := range c.p.records {
		if slices.Contains(r.Kinds, x.Kind) && (x.Restricted || ehrdesk.AccessOf(c.a.Role, x.Kind) == ehrdesk.Restricted) {
			x.Released, x.Restricted = true, false
			c.shown = append(c.shown, x)
		}
	}
	return c.rel, nil
}

// Released is the release that runs.
func (c *chart) Released() ehrdesk.Released {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rel.ID != "" && !c.d.now().Before(c.rel.Until) {
		c.rel, c.shown = ehrdesk.Released{}, nil
	}
	return c.rel
}

// EndRelease ends it.
func (c *chart) EndRelease(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rel, c.shown = ehrdesk.Released{}, nil
	return c.d.call(ctx, "endrelease")
}

// queued keeps a signed form for the line, and nothing else.
func (s *session) queued(g ehrdesk.Grant) (ehrdesk.Receipt, error) {
	if g.Channel != ehrdesk.ByForm {
		return ehrdesk.Receipt{}, ehrdesk.E("fake.grant", ehrdesk.CodeOffline, nil)
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.d.Grants = append(s.d.Grants, g)
	s.d.Day = append(s.d.Day, ehrdesk.Task{ID: g.RequestID, Kind: ehrdesk.TaskAct, State: ehrdesk.TaskQueued, Number: g.Patient, Act: ehrdesk.AuditGrant,
		Channel: g.Channel, Form: g.FormReference, At: Clock(), Added: Clock()})
	return ehrdesk.Receipt{Queued: true, At: Clock(), Consent: ehrdesk.SharingConsent{State: ehrdesk.ConsentPending}}, nil
}
