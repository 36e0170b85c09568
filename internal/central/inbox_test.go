package central_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// asking is one provider that asks another about a patient, and somebody who is neither.
type asking struct {
	*world
	patient                        string
	a, aDesk, h, hDesk, x, officer *desk
}

func newAsking(t *testing.T, w *world, patient string) *asking {
	t.Helper()
	a, h, x := w.hcp(central.HCP{Name: "Harbour Light Clinic"}), w.hcp(central.HCP{Name: "Queen Mary Hospital"}), w.hcp(central.HCP{Name: "Third Clinic"})
	return &asking{w, patient, w.desk(a, ehrdesk.Doctor), w.desk(a, ehrdesk.FrontDesk), w.desk(h, ehrdesk.Doctor), w.desk(h, ehrdesk.FrontDesk), w.desk(x, ehrdesk.Doctor), w.desk(h, ehrdesk.Officer)}
}

func (s *asking) referral() ehrdesk.Request {
	r := ehrdesk.Request{ID: uuid.NewString(), Kind: ehrdesk.RequestReferral, State: ehrdesk.RequestSent, From: ehrdesk.RequestParty{ID: s.a.hcp}, To: ehrdesk.RequestParty{ID: s.h.hcp}}
	r.Patient.ID = s.patient
	r.Body = ehrdesk.RequestBody{Specialty: "cardiology", Priority: "urgent", Letter: ehrdesk.Letter{Title: "Referral letter", Text: "Chest pain CANARY-LETTER"},
		Attached: []ehrdesk.Attached{{Ref: ehrdesk.Ref{Resource: "Observation", ID: "o1"}, Title: "CANARY-TITLE"}}}
	return withStep(r, ehrdesk.RequestSent, s.a)
}

// withStep is a request with one step more, as a desk sends it.
func withStep(r ehrdesk.Request, to ehrdesk.RequestState, by *desk) ehrdesk.Request {
	step := ehrdesk.RequestStep{ID: uuid.NewString(), State: to, By: ehrdesk.RequestParty{ID: by.hcp}, At: began()}
	switch to {
	case ehrdesk.RequestBooked:
		step.Day, _ = ehrdesk.ParseWhen("2026-12-24")
	case ehrdesk.RequestAnswered:
		step.Answer = &ehrdesk.Letter{Title: "Answer", Text: "CANARY-ANSWER"}
	case ehrdesk.RequestDeclined, ehrdesk.RequestRecalled:
		step.Note = "CANARY-NOTE"
	default:
	}
	r.Steps, r.State = append(append([]ehrdesk.RequestStep{}, r.Steps...), step), to
	return r
}

func taskBody(t testing.TB, r *ehrdesk.Request) string {
	t.Helper()
	b, err := fhir.MarshalRequest(r)
	if err != nil {
		t.Fatal(err)
	}
	return `{"resourceType":"Parameters","parameter":[{"name":"task","resource":` + string(b) + `}]}`
}

// send asks, or brings a request into its last step.
func (s *asking) send(by *desk, r ehrdesk.Request) (int, string) {
	path := "/$request"
	if len(r.Steps) > 1 {
		path = "/$request-step"
	}
	return by.do("POST", path, taskBody(s.t, &r))
}

// to brings a request into a state, which has to be taken, and gives it as the centre has it.
func (s *asking) to(r ehrdesk.Request, state ehrdesk.RequestState, by *desk) ehrdesk.Request {
	s.t.Helper()
	status, text := s.send(by, withStep(r, state, by))
	if status != 200 {
		s.t.Fatalf("%s by %s: %d %s", state, by.staff, status, text)
	}
	return s.one(text)
}

type requestsAnswer struct {
	Parameter []struct {
		Name        string
		ValueString string
		Part        []struct {
			Name     string
			Resource json.RawMessage
		}
	}
}

func (s *asking) all(text string) (out []ehrdesk.Request, upTo string) {
	s.t.Helper()
	var a requestsAnswer
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		s.t.Fatal(err)
	}
	for _, p := range a.Parameter {
		if p.Name == "upTo" {
			upTo = p.ValueString
		}
		for _, in := range p.Part {
			if in.Name == "task" {
				r, err := fhir.ParseRequest(in.Resource)
				if err != nil {
					s.t.Fatal(err)
				}
				out = append(out, r)
			}
		}
	}
	return out, upTo
}

func (s *asking) one(text string) ehrdesk.Request {
	s.t.Helper()
	all, _ := s.all(text)
	if len(all) != 1 {
		s.t.Fatalf("%d requests: %s", len(all), text)
	}
	return all[0]
}

// list is what a desk is told after a change.
func (s *asking) list(d *desk, since string) ([]ehrdesk.Request, string) {
	s.t.Helper()
	return s.all(d.want(200, "GET", "/$requests?since="+since, ""))
}

// loopStory is a referral from its letter to its close, at a centre that keeps its records and at a gate.
func loopStory(t *testing.T, s *asking) {
	t.Helper()
	r := s.referral()
	status, text := s.send(s.a, r)
	if status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	sent := s.one(text)
	if again, second := s.send(s.a, r); again != 200 || s.one(second).Version != 1 {
		t.Errorf("sent again: %d %s", again, second)
	}
	if sent.From.Name != "Harbour Light Clinic" || sent.To.Name != "Queen Mary Hospital" || sent.Steps[0].Staff != s.a.staff || sent.State != ehrdesk.RequestSent {
		t.Errorf("%+v", sent)
	}
	got, upTo := s.list(s.h, "0")
	if len(got) != 1 || got[0].Body.Letter.Text != r.Body.Letter.Text || len(got[0].Body.Attached) != 1 || upTo == "0" {
		t.Fatalf("%+v", got)
	}
	if got, _ := s.list(s.h, upTo); len(got) != 0 {
		t.Errorf("told again: %+v", got)
	}
	desk := s.hDesk.want(200, "GET", "/$requests?since=0", "")
	if strings.Contains(desk, "CANARY") || !strings.Contains(desk, `"name":"patient"`) || !strings.Contains(desk, `"resourceType":"Patient"`) {
		t.Errorf("the front desk is told %s", desk)
	}
	if got, _ := s.list(s.x, "0"); len(got) != 0 {
		t.Errorf("a third provider is told %+v", got)
	}
	s.officer.want(403, "GET", "/$requests?since=0", "")
	// A letter is no leave to see the record.
	s.h.want(403, "GET", "/Patient/"+s.patient+"/$everything", "")

	now := s.to(got[0], ehrdesk.RequestReceived, s.hDesk)
	if status, _ := s.send(s.hDesk, withStep(now, ehrdesk.RequestAccepted, s.hDesk)); status != 403 {
		t.Errorf("the front desk accepts: %d", status)
	}
	if status, _ := s.send(s.a, withStep(now, ehrdesk.RequestAccepted, s.a)); status != 409 {
		t.Errorf("who asked accepts: %d", status)
	}
	if status, _ := s.send(s.x, withStep(now, ehrdesk.RequestAccepted, s.x)); status != 404 {
		t.Errorf("a third provider accepts: %d", status)
	}
	now = s.to(now, ehrdesk.RequestAccepted, s.h)
	no := withStep(now, ehrdesk.RequestDeclined, s.h)
	no.Steps[len(no.Steps)-1].Note = ""
	if status, _ := s.send(s.h, no); status != 422 {
		t.Errorf("declined without a reason: %d", status)
	}
	now = s.to(now, ehrdesk.RequestBooked, s.hDesk)
	now = s.to(now, ehrdesk.RequestSeen, s.h)
	stale := withStep(got[0], ehrdesk.RequestDeclined, s.h)
	if status, _ := s.send(s.h, stale); status != 409 {
		t.Errorf("declined after it was seen: %d", status)
	}
	answer := withStep(now, ehrdesk.RequestAnswered, s.h)
	for range 2 { // however often it is sent
		if status, text := s.send(s.h, answer); status != 200 || s.one(text).Version != 6 {
			t.Fatalf("%d %s", status, text)
		}
	}
	back, _ := s.list(s.a, "0")
	if len(back) != 1 || back[0].Steps[5].Answer == nil || back[0].Steps[5].Answer.Text != "CANARY-ANSWER" || back[0].Steps[4].Staff != s.h.staff || back[0].Steps[3].Day.String() != "2026-12-24" {
		t.Fatalf("%+v", back)
	}
	if strings.Contains(s.aDesk.want(200, "GET", "/$requests?since=0", ""), "CANARY") {
		t.Error("the front desk of who asked reads the letter")
	}
	end := s.to(back[0], ehrdesk.RequestClosed, s.a)
	if status, _ := s.send(s.h, withStep(end, ehrdesk.RequestAnswered, s.h)); status != 409 || end.State != ehrdesk.RequestClosed {
		t.Errorf("%d after its close", status)
	}
}

func TestAReferralGoesThereAndBack(t *testing.T) {
	t.Run("a centre", func(t *testing.T) {
		w, rep := clinicalWorld(t)
		s := newAsking(t, w, rep.Patient)
		loopStory(t, s)
		steps := map[string]int{}
		if err := w.c.Accesses(t.Context(), "", func(e central.Access) error {
			if strings.HasPrefix(e.What, "Task/") && e.Outcome == "success" {
				steps[e.HCP+" "+e.Action]++
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		// Sent twice and closed; received, accepted, booked, seen and answered twice; the letter given once.
		if steps[s.a.hcp+" create"] != 2 || steps[s.a.hcp+" update"] != 1 || steps[s.h.hcp+" update"] != 6 || steps[s.h.hcp+" read"] != 1 {
			t.Errorf("%v", steps)
		}
		if strings.Contains(w.log.String(), "CANARY") {
			t.Error("the log of the service has words of a letter")
		}
	})
	t.Run("a gate", func(t *testing.T) {
		g := newGate(t, fhirtest.Quirks{})
		g.doctor() // has looked the patient up
		loopStory(t, newAsking(t, g.world, "p"))
	})
}

func TestARequestThatMayNotBeIsRefused(t *testing.T) {
	w, rep := clinicalWorld(t)
	s := newAsking(t, w, rep.Patient)
	gone := w.hcp(central.HCP{Name: "Gone"})
	w.end(gone, "", ehrdesk.ProviderWithdrawn, w.clock.now(), time.Time{})
	for name, c := range map[string]struct {
		by     *desk
		edit   func(*ehrdesk.Request)
		status int
	}{
		"by the front desk":          {s.aDesk, func(r *ehrdesk.Request) { r.From.ID = s.aDesk.hcp }, 403},
		"in another's name":          {s.x, func(*ehrdesk.Request) {}, 422},
		"to oneself":                 {s.a, func(r *ehrdesk.Request) { r.To.ID = s.a.hcp }, 422},
		"to nobody":                  {s.a, func(r *ehrdesk.Request) { r.To.ID = "0000000000" }, 422},
		"to one that has ended":      {s.a, func(r *ehrdesk.Request) { r.To.ID = gone }, 422},
		"without a word":             {s.a, func(r *ehrdesk.Request) { r.Body.Letter.Text = "" }, 422},
		"too long":                   {s.a, func(r *ehrdesk.Request) { r.Body.Letter.Text = strings.Repeat("x", 201<<10) }, 413},
		"of somebody not registered": {s.a, func(r *ehrdesk.Request) { r.Patient.ID = "nobody" }, 404},
		"in the centre's name":       {s.a, func(r *ehrdesk.Request) { r.Kind = ehrdesk.RequestCorrected }, 422},
		"an id that is none":         {s.a, func(r *ehrdesk.Request) { r.ID = "one" }, 422},
	} {
		r := s.referral()
		c.edit(&r)
		if status, text := s.send(c.by, r); status != c.status {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	for _, d := range []*desk{s.a, s.h} {
		if got, _ := s.list(d, "0"); len(got) != 0 {
			t.Errorf("something of it is there: %+v", got)
		}
	}
}

// Twenty steps at once, each allowed: one is taken, and the others are told that the request has moved on.
func TestOfStepsAtOnceOneIsTaken(t *testing.T) {
	w, rep := clinicalWorld(t)
	s := newAsking(t, w, rep.Patient)
	_, text := s.send(s.a, s.referral())
	r := s.one(text)
	var taken, conflict int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 20 {
		step := withStep(r, [...]ehrdesk.RequestState{ehrdesk.RequestDeclined, ehrdesk.RequestRecalled}[i%2], [...]*desk{s.h, s.a}[i%2])
		by := [...]*desk{s.h, s.a}[i%2]
		all.Go(func() {
			status, _ := s.send(by, step)
			mu.Lock()
			defer mu.Unlock()
			switch status {
			case 200:
				taken++
			case 409:
				conflict++
			}
		})
	}
	all.Wait()
	if got, _ := s.list(s.h, "0"); taken != 1 || conflict != 19 || got[0].Version != 2 {
		t.Errorf("%d taken, %d too late, %d steps", taken, conflict, got[0].Version)
	}
}

// Who was given a record that is withdrawn afterwards is told so, by the record's name and no word of it; who wrote it, who read
// the patient's record before it was there, and who reads it corrected are not.
func TestWhoReadAWrongRecordIsTold(t *testing.T) {
	w, rep := clinicalWorld(t)
	s := newAsking(t, w, rep.Patient)
	weight := func(status string) string {
		return `{"resourceType":"Observation","id":"weight","status":"` + status + `","code":{"text":"CANARY-WEIGHT"},"subject":{"reference":"Patient/` + rep.Patient + `"}}`
	}
	for _, d := range []*desk{s.a, s.h, s.x} {
		d.grant(rep.EHR)
	}
	s.x.want(200, "GET", "/Patient/"+rep.Patient+"/$everything", "") // before
	w.clock.advance(time.Minute)
	s.a.want(201, "PUT", "/Observation/weight", weight("final"))
	w.clock.advance(time.Minute)
	s.a.want(200, "GET", "/Patient/"+rep.Patient+"/$everything", "")
	s.h.want(200, "GET", "/Patient/"+rep.Patient+"/$everything", "")
	w.clock.advance(time.Minute)
	s.a.want(200, "PUT", "/Observation/weight", weight("preliminary")) // another version, that says nothing of the one before
	if got, _ := s.list(s.h, "0"); len(got) != 0 {
		t.Errorf("told of a version: %+v", got)
	}
	s.a.want(200, "GET", "/Patient/"+rep.Patient+"/$everything", "")
	s.h.want(200, "GET", "/Patient/"+rep.Patient+"/$everything", "")
	w.clock.advance(time.Minute)
	s.a.want(200, "PUT", "/Observation/weight", weight("entered-in-error"))
	got, _ := s.list(s.h, "0")
	if len(got) != 1 || got[0].Kind != ehrdesk.RequestCorrected || got[0].Body.About.ID != "weight" || got[0].From.ID != s.a.hcp || got[0].Patient.ID != rep.Patient {
		t.Fatalf("%+v", got)
	}
	if text := s.h.want(200, "GET", "/$requests?since=0", ""); strings.Contains(text, "CANARY") {
		t.Errorf("it says what the record said: %s", text)
	}
	if got, _ := s.list(s.x, "0"); len(got) != 0 {
		t.Errorf("who read before is told: %+v", got)
	}
	s.to(got[0], ehrdesk.RequestClosed, s.h)
	if mine, _ := s.list(s.a, "0"); len(mine) != 1 || mine[0].State != ehrdesk.RequestClosed { // its author sees that it was heard
		t.Errorf("%+v", mine)
	}
}

// A stream says that a request has come, to both, and to nobody else.
func TestBothHearOfAStep(t *testing.T) {
	w := newWorld(t, quick)
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	s := newAsking(t, w, rep.Patient)
	a, h, desk, x := s.a.listen(""), s.h.listen(""), s.hDesk.listen(""), s.x.listen("")
	_, text := s.send(s.a, s.referral())
	first := a.is("request", "")
	if h.is("request", "") != first || desk.is("request", "") != first {
		t.Error("one change under two numbers")
	}
	s.to(s.one(text), ehrdesk.RequestReceived, s.h)
	for _, l := range []*listener{a, h, desk} {
		if l.is("request", "") == first {
			t.Error("nothing has changed")
		}
	}
	s.x.grant(rep.EHR)
	x.is("consent", uuidA) // and nothing before it
}
