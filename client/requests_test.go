package client_test

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// referring is a clinic that refers a patient to a hospital on the same centre: a desk each.
type referring struct {
	*writes
	h    *world // the hospital's desk, with a line of its own
	at   *client.Session
	desk *client.Session // of the hospital's front desk
}

func newReferring(t *testing.T) *referring {
	t.Helper()
	d := &referring{writes: newWrites(t)}
	h := *d.world
	h.dir, h.line = t.TempDir(), &line{nth: -1, heard: make(chan struct{}, 8)}
	var err error
	if h.hcp, err = h.centre.AddHCP(t.Context(), central.HCP{Name: "Queen Mary", CacheHours: 24}); err != nil {
		t.Fatal(err)
	}
	h.open()
	t.Cleanup(func() { _ = h.desk.Close() })
	d.h = &h
	h.enrol("drchan", ehrdesk.Doctor)
	h.enrol("ping", ehrdesk.FrontDesk)
	d.at, d.desk = h.signIn("drchan"), h.signIn("ping")
	t.Cleanup(func() { _ = d.at.Close(); _ = d.desk.Close() })
	return d
}

func (d *referring) letter() ehrdesk.Request {
	r := ehrdesk.Request{Kind: ehrdesk.RequestReferral, To: ehrdesk.RequestParty{ID: d.h.hcp}}
	r.Body = ehrdesk.RequestBody{Specialty: "cardiology", Priority: "urgent", Letter: ehrdesk.Letter{Title: "Referral letter", Text: "Chest pain on exertion.\nPlease see."}}
	for ref, rec := range d.records() {
		if len(r.Body.Attached) < 2 {
			r.Body.Attached = append(r.Body.Attached, ehrdesk.Attached{Ref: ref, Title: rec.Title, Date: rec.Date, Source: rec.Source})
		}
	}
	return r
}

func (d *referring) records() map[ehrdesk.Ref]ehrdesk.Record {
	out := map[ehrdesk.Ref]ehrdesk.Record{}
	for _, t := range ehrdesk.RecordTypes() {
		for _, r := range d.c.List(t) {
			if !r.Linked {
				out[r.Ref()] = r
			}
		}
	}
	return out
}

// has is the one request that a session has, after it has asked.
func (d *referring) has(s *client.Session) ehrdesk.Request {
	d.t.Helper()
	if _, err := s.FetchRequests(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	all, asOf, err := s.Requests(d.t.Context())
	if err != nil || len(all) != 1 || asOf.IsZero() {
		d.t.Fatalf("%d requests as of %v, %v", len(all), asOf, err)
	}
	return all[0]
}

func (d *referring) step(s *client.Session, id string, step ehrdesk.RequestStep, waits ehrdesk.DepositState) ehrdesk.Request {
	d.t.Helper()
	d.clock.advance(time.Minute)
	r, err := s.Step(d.t.Context(), id, step)
	if err != nil || r.State != step.State || r.Waits != waits {
		d.t.Fatalf("%s: %s, waits %q, %v", step.State, r.State, r.Waits, err)
	}
	return r
}

// A referral with two records is sent without the line, delivered when it is back, accepted and booked, answered and closed; both
// sides see each step with who and when, and the front desk no word of the letter.
func TestAReferralIsThereAndBackBetweenTwoDesks(t *testing.T) {
	d := newReferring(t)
	letter := d.letter()
	d.line.set(true, nil)
	r, err := d.s.Ask(t.Context(), d.who, letter)
	if err != nil || r.State != ehrdesk.RequestSent || r.Waits != ehrdesk.DepositWaits {
		t.Fatalf("%+v, %v", r, err)
	}
	d.wantWaiting(d.s, "request queued")
	if _, err := d.s.FetchRequests(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		t.Errorf("%v", err)
	}
	d.line.set(false, nil)
	d.as("drlee") // another day
	d.clock.advance(time.Minute)
	if _, err := d.s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.wantWaiting(d.s)

	got := d.has(d.at)
	if got.ID != r.ID || got.Body.Letter.Text != letter.Body.Letter.Text || len(got.Body.Attached) != 2 || got.Body.Attached[0].Title != letter.Body.Attached[0].Title || got.Patient.Name.Family == "" || got.From.Name != "Harbour Light" {
		t.Fatalf("%+v", got)
	}
	if _, err := d.at.Open(t.Context(), d.n, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
		t.Errorf("a letter opens the record: %v", err)
	}
	bare := d.has(d.desk)
	if bare.Body.Letter.Text != "" || len(bare.Body.Attached) != 0 || bare.Patient.Name.Family == "" {
		t.Errorf("the front desk has %+v", bare)
	}
	if _, err := d.desk.Step(t.Context(), r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestAccepted}); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("the front desk accepts: %v", err)
	}
	day, _ := ehrdesk.ParseWhen("2026-12-24")
	d.step(d.desk, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestReceived}, "")
	d.has(d.at)
	d.step(d.at, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestAccepted, Note: "within two weeks"}, "")
	d.has(d.desk)
	d.step(d.desk, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestBooked, Day: day}, "")
	if mine := d.has(d.s); mine.State != ehrdesk.RequestBooked || mine.Version != 4 || mine.Steps[2].Note != "within two weeks" || mine.Steps[3].Day.String() != "2026-12-24" || mine.Steps[2].Name == "" {
		t.Errorf("%+v", mine)
	}
	d.has(d.at)
	d.h.line.set(true, nil) // two steps of the hospital's wait, and go in their order
	d.step(d.at, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestSeen}, ehrdesk.DepositWaits)
	d.step(d.at, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestAnswered, Answer: &ehrdesk.Letter{Title: "Answer", Text: "Angina."}}, ehrdesk.DepositWaits)
	d.h.line.set(false, nil)
	d.clock.advance(time.Minute)
	if _, err := d.at.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	mine := d.has(d.s)
	if mine.State != ehrdesk.RequestAnswered || mine.Version != 6 || mine.Steps[5].Answer == nil || mine.Steps[5].Answer.Text != "Angina." {
		t.Fatalf("%+v", mine)
	}
	d.step(d.s, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestClosed}, "")
	if end := d.has(d.at); end.State != ehrdesk.RequestClosed || end.Waits != "" {
		t.Errorf("%+v", end)
	}
	d.clock.advance(61 * 24 * time.Hour)
	d.h.clock = d.clock
	if _, err := d.at.FetchRequests(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all, _, err := d.at.Requests(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("two months after its close: %d, %v", len(all), err)
	}
}

// A step that came too late is refused, stays to be looked at, and holds the request up until it is given up.
func TestAStepThatCameTooLateIsSaidToBe(t *testing.T) {
	d := newReferring(t)
	r, err := d.s.Ask(t.Context(), d.who, d.letter())
	if err != nil || r.Waits != "" {
		t.Fatalf("%+v, %v", r, err)
	}
	d.has(d.at)
	d.h.line.set(true, nil)
	d.step(d.at, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestAccepted}, ehrdesk.DepositWaits)
	d.step(d.s, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestRecalled, Note: "the patient is better"}, "")
	d.h.line.set(false, nil)
	d.clock.advance(time.Minute)
	_, _ = d.at.Deliver(t.Context())
	got := d.has(d.at)
	if got.State != ehrdesk.RequestRecalled || got.Waits != ehrdesk.DepositRefused || got.Stuck == "" {
		t.Fatalf("%s, %q, %q", got.State, got.Waits, got.Why)
	}
	if _, err := d.at.Step(t.Context(), r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestClosed}); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
	if err := d.at.DropTask(t.Context(), got.Stuck); err != nil {
		t.Fatal(err)
	}
	d.step(d.at, r.ID, ehrdesk.RequestStep{State: ehrdesk.RequestClosed}, "")
}

func TestWhatIsNoRequestIsNotSent(t *testing.T) {
	d := newReferring(t)
	for name, edit := range map[string]func(*ehrdesk.Request){
		"no word":              func(r *ehrdesk.Request) { r.Body.Letter.Text = " \n" },
		"nobody asked":         func(r *ehrdesk.Request) { r.To.ID = "" },
		"oneself":              func(r *ehrdesk.Request) { r.To.ID = d.hcp },
		"not in the chart":     func(r *ehrdesk.Request) { r.Body.Attached[0].Ref.ID = "elsewhere" },
		"more than are looked": func(r *ehrdesk.Request) { r.Body.Attached = slices.Repeat(r.Body.Attached[:1], 51) },
	} {
		r := d.letter()
		edit(&r)
		if _, err := d.s.Ask(t.Context(), d.who, r); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := d.at.Ask(t.Context(), d.who, d.letter()); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied { // without the chart
		t.Errorf("%v", err)
	}
	d.wantWaiting(d.s)
	if all, _, err := d.s.Requests(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

// Whatever either side does, in any order, with lines that break before the centre hears or after, each step is there once, both
// have one history, and nothing that one side saw as sent is lost.
func TestWhereverTheLinesBreakBothHaveOneHistory(t *testing.T) {
	steps := 40
	if testing.Short() {
		steps = 12
	}
	d := newReferring(t)
	rnd := rand.New(rand.NewPCG(20261130, 7))
	r, err := d.s.Ask(t.Context(), d.who, d.letter())
	if err != nil {
		t.Fatal(err)
	}
	sides := []struct {
		s    *client.Session
		line *line
	}{{d.s, d.line}, {d.at, d.h.line}}
	for i := range steps {
		side := sides[rnd.IntN(2)]
		_, _ = side.s.FetchRequests(t.Context())
		all, _, err := side.s.Requests(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range all {
			if q.Waits == ehrdesk.DepositRefused {
				if err := side.s.DropTask(t.Context(), q.Stuck); err != nil {
					t.Fatal(err)
				}
			}
		}
		if rnd.IntN(3) == 0 {
			side.line.breakNth(rnd.IntN(2), rnd.IntN(2) == 0)
		}
		if len(all) > 0 {
			q := all[0]
			next := ehrdesk.NextStates(q.Kind, q.State, q.Side(side.s.Account().Provider), ehrdesk.Doctor)
			next = slices.DeleteFunc(next, func(s ehrdesk.RequestState) bool { return s == ehrdesk.RequestRecalled || s == ehrdesk.RequestDeclined })
			if len(next) > 0 {
				step := ehrdesk.RequestStep{State: next[rnd.IntN(len(next))]}
				switch step.State {
				case ehrdesk.RequestBooked:
					step.Day, _ = ehrdesk.ParseWhen("2026-12-24")
				case ehrdesk.RequestAnswered:
					step.Answer = &ehrdesk.Letter{Title: "Answer", Text: "Words."}
				default:
				}
				_, _ = side.s.Step(t.Context(), q.ID, step)
			}
		}
		side.line.breakNth(-1, false)
		d.clock.advance(time.Minute)
		if i%5 == 4 {
			_, _ = side.s.Deliver(t.Context())
		}
	}
	for range 2 {
		for _, side := range sides {
			d.clock.advance(time.Minute)
			_, _ = side.s.Deliver(t.Context())
			if all, _, _ := side.s.Requests(t.Context()); len(all) > 0 && all[0].Waits == ehrdesk.DepositRefused {
				_ = side.s.DropTask(t.Context(), all[0].Stuck)
			}
		}
	}
	a, b := d.has(d.s), d.has(d.at)
	if a.Waits != "" || b.Waits != "" || len(a.Steps) != len(b.Steps) || a.ID != r.ID {
		t.Fatalf("%d and %d steps, %q and %q wait", len(a.Steps), len(b.Steps), a.Waits, b.Waits)
	}
	had := map[string]bool{}
	for i := range a.Steps {
		x, y := a.Steps[i], b.Steps[i]
		if x.ID != y.ID || x.State != y.State || !x.At.Equal(y.At) || had[x.ID] {
			t.Errorf("step %d: %+v and %+v", i, x, y)
		}
		had[x.ID] = true
	}
	t.Logf("%d steps", len(a.Steps))
}

// Where a centre carries no requests that is said, and nothing waits for it.
func TestACentreWithoutRequestsIsSaidToBe(t *testing.T) {
	d := newReferring(t)
	d.line.fails(func(r *http.Request) int {
		if strings.Contains(r.URL.Path, "$request") {
			return http.StatusNotFound
		}
		return 0
	})
	if _, err := d.s.FetchRequests(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
}
