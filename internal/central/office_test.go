package central_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// officer is a member of the Office as the operator's commands name one.
const officer = "operator:wong"

func (s *asking) incident() ehrdesk.Request {
	r := s.referral()
	r.Kind, r.To, r.Body.Specialty = ehrdesk.RequestIncident, ehrdesk.RequestParty{ID: ehrdesk.Office}, ""
	return r
}

func (s *asking) lines(all, closed bool) (out []central.RequestLine) {
	s.t.Helper()
	if err := s.c.Requests(s.t.Context(), all, closed, func(l central.RequestLine) error { out = append(out, l); return nil }); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// officeStory is an incident from its letter to its close, with a desk at the other end that listens.
func officeStory(t *testing.T, s *asking) {
	t.Helper()
	if got := s.lines(true, true); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	_, text := s.send(s.a, s.incident())
	r := s.one(text)
	_, other := s.send(s.a, s.referral())
	referral := s.one(other)
	got := s.lines(false, false)
	if len(got) != 1 || got[0].Request != r.ID || got[0].From.Name != "Harbour Light Clinic" || got[0].To.ID != ehrdesk.Office || got[0].Patient == "" || !slices.Equal(got[0].Next, []ehrdesk.RequestState{ehrdesk.RequestReceived, ehrdesk.RequestAnswered}) {
		t.Fatalf("%+v", got)
	}
	if all := s.lines(true, false); len(all) != 2 || all[1].Request != referral.ID || all[1].Patient != "" || all[1].Next != nil {
		t.Errorf("%+v", all)
	}
	whole, err := s.c.Request(t.Context(), officer, r.ID)
	if err != nil || whole.Letter.Text != r.Body.Letter.Text || len(whole.Attached) != 1 || len(whole.Steps) != 1 || whole.Steps[0].Staff != s.a.staff {
		t.Fatalf("%+v, %v", whole, err)
	}
	if _, err := s.c.Request(t.Context(), officer, referral.ID); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("a letter between providers: %v", err)
	}

	hears := s.a.listen("")
	if _, err := s.c.StepRequest(t.Context(), officer, r.ID, ehrdesk.RequestReceived, nil); err != nil {
		t.Fatal(err)
	}
	first := hears.is("request", "")
	s.clock.advance(time.Minute)
	line, err := s.c.StepRequest(t.Context(), officer, r.ID, ehrdesk.RequestAnswered, &ehrdesk.Letter{Title: "Answer", Text: "CANARY-OFFICE"})
	if err != nil || line.State != ehrdesk.RequestAnswered {
		t.Fatalf("%+v, %v", line, err)
	}
	if hears.is("request", "") == first {
		t.Error("the answer is no news")
	}
	mine, _ := s.list(s.a, "0")
	i := slices.IndexFunc(mine, func(q ehrdesk.Request) bool { return q.ID == r.ID })
	if i < 0 || len(mine[i].Steps) != 3 || mine[i].Steps[2].Answer == nil || mine[i].Steps[2].Answer.Text != "CANARY-OFFICE" || mine[i].Steps[1].Staff != officer || mine[i].Steps[1].Name != "wong" || mine[i].Steps[1].By.ID != ehrdesk.Office {
		t.Fatalf("%+v", mine)
	}
	if strings.Contains(s.aDesk.want(200, "GET", "/$requests?since=0", ""), "CANARY") {
		t.Error("the front desk reads the answer")
	}
	if end := s.to(mine[i], ehrdesk.RequestClosed, s.a); end.State != ehrdesk.RequestClosed {
		t.Errorf("%+v", end)
	}
	if open, over := s.lines(false, false), s.lines(false, true); len(open) != 0 || len(over) != 1 || over[0].State != ehrdesk.RequestClosed {
		t.Errorf("%+v and %+v", open, over)
	}
}

func TestAnIncidentIsAnsweredByTheOffice(t *testing.T) {
	t.Run("a centre", func(t *testing.T) {
		w, rep := clinicalWorld(t)
		s := newAsking(t, w, rep.Patient)
		officeStory(t, s)
		did := map[string]int{}
		if err := w.c.Accesses(t.Context(), rep.EHR, func(e central.Access) error {
			if e.Staff == officer && strings.HasPrefix(e.What, "Task/") {
				did[e.Action]++
			}
			return nil
		}); err != nil || did["read"] != 1 || did["update"] != 2 {
			t.Errorf("%v, %v", did, err)
		}
		if strings.Contains(w.log.String(), "CANARY") {
			t.Error("the log of the service has words of a letter")
		}
	})
	t.Run("a gate", func(t *testing.T) {
		g := newGate(t, fhirtest.Quirks{})
		g.doctor() // has looked the patient up
		officeStory(t, newAsking(t, g.world, "p"))
	})
}

// The Office takes the steps of who is asked, in their order, of what is addressed to it alone; what is refused changes nothing.
func TestTheOfficeTakesNoStepThatIsNotItsOwn(t *testing.T) {
	w, rep := clinicalWorld(t)
	s := newAsking(t, w, rep.Patient)
	_, text := s.send(s.a, s.incident())
	r := s.one(text)
	_, text = s.send(s.a, s.referral())
	referral := s.one(text)
	words := &ehrdesk.Letter{Title: "Answer", Text: "Words."}
	for name, c := range map[string]struct {
		id     string
		to     ehrdesk.RequestState
		answer *ehrdesk.Letter
		code   ehrdesk.Code
	}{
		"closes what is not answered":  {r.ID, ehrdesk.RequestClosed, nil, ehrdesk.CodeConflict},
		"recalls for who asked":        {r.ID, ehrdesk.RequestRecalled, nil, ehrdesk.CodeConflict},
		"declines":                     {r.ID, ehrdesk.RequestDeclined, nil, ehrdesk.CodeConflict},
		"answers without a word":       {r.ID, ehrdesk.RequestAnswered, &ehrdesk.Letter{}, ehrdesk.CodeInvalid},
		"receives with an answer":      {r.ID, ehrdesk.RequestReceived, words, ehrdesk.CodeInvalid},
		"a state that is none":         {r.ID, "done", nil, ehrdesk.CodeInvalid},
		"answers for another provider": {referral.ID, ehrdesk.RequestAnswered, words, ehrdesk.CodeDenied},
		"of no request":                {"none", ehrdesk.RequestReceived, nil, ehrdesk.CodeNotFound},
	} {
		if _, err := s.c.StepRequest(t.Context(), officer, c.id, c.to, c.answer); ehrdesk.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, l := range s.lines(true, true) {
		if l.State != ehrdesk.RequestSent {
			t.Errorf("%+v", l)
		}
	}
	// Recalled by who asked, it is the Office's to close.
	s.to(r, ehrdesk.RequestRecalled, s.a)
	if _, err := s.c.StepRequest(t.Context(), officer, r.ID, ehrdesk.RequestAnswered, words); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("answered after it was recalled: %v", err)
	}
	if end, err := s.c.StepRequest(t.Context(), officer, r.ID, ehrdesk.RequestClosed, nil); err != nil || end.State != ehrdesk.RequestClosed {
		t.Errorf("%+v, %v", end, err)
	}
}

// Of a recall and the Office's answer at once one is taken.
func TestOfTheOfficesStepAndADesksAtOnceOneIsTaken(t *testing.T) {
	w, rep := clinicalWorld(t)
	s := newAsking(t, w, rep.Patient)
	for range 8 {
		_, text := s.send(s.a, s.incident())
		r := s.one(text)
		recall := withStep(r, ehrdesk.RequestRecalled, s.a)
		var status int
		var err error
		var both sync.WaitGroup
		both.Go(func() { status, _ = s.send(s.a, recall) })
		both.Go(func() {
			_, err = s.c.StepRequest(t.Context(), officer, r.ID, ehrdesk.RequestAnswered, &ehrdesk.Letter{Text: "Words."})
		})
		both.Wait()
		if (status == 200) == (err == nil) {
			t.Errorf("the recall: %d, the answer: %v", status, err)
		}
	}
}

// What the Office has not received in two days is overdue, with since when, and its age is in days.
func TestTheOfficeSeesWhatIsOverdue(t *testing.T) {
	w, rep := clinicalWorld(t)
	s := newAsking(t, w, rep.Patient)
	s.send(s.a, s.incident())
	if l := s.lines(false, false)[0]; l.Overdue != "" || l.Days != 0 || l.Due != "" {
		t.Errorf("%+v", l)
	}
	w.clock.advance(51 * time.Hour)
	if l := s.lines(false, false)[0]; l.Overdue != ehrdesk.NotReceived || l.Days != 2 || l.Due == "" || l.Sent >= l.Due {
		t.Errorf("%+v", l)
	}
}

// More requests than a page holds are listed once each.
func TestTheOfficeListsMoreThanAPage(t *testing.T) {
	w, rep := clinicalWorld(t)
	s := newAsking(t, w, rep.Patient)
	for range 103 {
		if status, text := s.send(s.a, s.incident()); status != 200 {
			t.Fatalf("%d %s", status, text)
		}
	}
	had := map[string]bool{}
	for _, l := range s.lines(false, false) {
		had[l.Request] = true
	}
	if len(had) != 103 || len(s.lines(false, false)) != 103 {
		t.Errorf("%d", len(had))
	}
}
