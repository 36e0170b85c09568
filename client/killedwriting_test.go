package client_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// What has become of what was written when its desk was killed.
type fate uint8

const (
	notBegun fate = iota // before anything was kept
	isDraft
	isWaiting // for the second person
	isSent
	fates
)

// slain is a desk that is killed again and again while a form is written.
type slain struct {
	*ourCentre
	rnd    *rand.Rand
	passes map[string][3]int64 // of each form: how often it comes past each place where it can be killed
	runs   int
	kills  int
	fates  map[string]*[fates]int // by form
}

// run has a form written for somebody new, with an end, and says whether the desk was killed and what was seen of it.
func (s *slain) run(e end) (n ehrdesk.Number, killed bool, out string) {
	s.t.Helper()
	s.later(time.Minute)
	s.runs++
	n, key := s.patient(fmt.Sprintf("WRIT%d", s.runs), 1)
	before, _ := s.restart(http.DefaultTransport)
	s.consent(before.(*client.Session), n, key)
	if err := before.Close(); err != nil {
		s.t.Fatal(err)
	}
	if err := s.shutDesk(); err != nil {
		s.t.Fatal(err)
	}
	e.dir, e.number, e.now = s.folder(), n.EHR.Compact(), s.today()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), writtenEnv+"="+e.String())
	b, err := cmd.CombinedOutput()
	out = string(b)
	_, last, ended := strings.Cut(out, "ended ")
	said := strings.Count(out, "kept") + strings.Count(out, "signed\n")
	if ended {
		said++
	}
	if strings.Count(out, "\n") != said || ended != (err == nil) {
		s.t.Fatalf("%s, %s %d: %q, %v", e.request, e.at, e.nth, out, err)
	}
	if ended {
		var passed [3]int64
		if _, err := fmt.Sscan(last, &passed[0], &passed[1], &passed[2]); err != nil {
			s.t.Fatalf("%q: %v", out, err)
		}
		s.passes[e.request] = passed
	}
	return n, !ended, out
}

// remains are what there is about a patient of what was written.
type remains struct {
	responses, records, requests, waiting int
	drafts                                []ehrdesk.Draft
}

// looks signs in as the author, once the second person, who sends what they approved, has been there.
func (s *slain) looks(n ehrdesk.Number, approves bool) (f remains) {
	s.t.Helper()
	s.later(time.Minute)
	sess, _ := s.restart(http.DefaultTransport)
	if err := sess.Close(); err != nil {
		s.t.Fatal(err)
	}
	for _, staff := range []string{"drho", "drlee"} {
		s.later(time.Second)
		in := s.signIn(staff)
		if _, err := in.Deliver(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		c := s.chart(in, n)
		who := c.Patient().ID
		if staff == "drho" {
			waits, err := in.Approvals(s.t.Context(), who)
			if err != nil {
				s.t.Fatal(err)
			}
			f.waiting = len(waits)
			for i := range waits {
				if !approves {
					break
				}
				if r, err := in.Approve(s.t.Context(), who, waits[i].Deposit.ID); err != nil || r.State != ehrdesk.DepositSent {
					s.t.Fatalf("%+v, %v", r, err)
				}
			}
		} else {
			s.counts(&f, in, c)
		}
		if err := c.Close(); err != nil {
			s.t.Fatal(err)
		}
		if err := in.Close(); err != nil {
			s.t.Fatal(err)
		}
	}
	return f
}

func (s *slain) counts(f *remains, in *client.Session, c ehrdesk.Chart) {
	s.t.Helper()
	for _, typ := range ehrdesk.RecordTypes() {
		for _, r := range c.List(typ) {
			if r.Resource == "QuestionnaireResponse" {
				if f.responses++; r.Version != "1" {
					s.t.Fatalf("version %s", r.Version)
				}
			} else if r.Resource == "Observation" && strings.Contains(strings.ToLower(r.Title), "blood pressure") {
				f.records++
			}
		}
	}
	var err error
	if f.drafts, err = in.Drafts(s.t.Context(), c.Patient().ID); err != nil {
		s.t.Fatal(err)
	}
	if _, err := in.FetchRequests(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	all, _, err := in.Requests(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range all {
		if all[i].Patient.ID == c.Patient().ID {
			if f.requests++; all[i].Waits != "" || !strings.Contains(all[i].Body.Letter.Text, fmt.Sprint("reading ", typings-1)) {
				s.t.Fatalf("%+v", all[i])
			}
		}
	}
}

// fate is what became of it: one thing, of all that was said to be kept.
func (f *remains) fate(form string, kept int) (fate, bool) {
	whole, left := kept == typings, f.responses+f.records+f.requests
	sent := f.requests == 1 && left == 1
	if form == writesRecords {
		sent = f.responses == 1 && f.records == 1 && left == 2
	}
	switch {
	case sent && whole && len(f.drafts) == 0 && f.waiting == 0:
		return isSent, true
	case left == 0 && whole && len(f.drafts) == 0 && f.waiting == 1 && form == writesIncident:
		return isWaiting, true
	case left == 0 && len(f.drafts) == 1 && f.waiting == 0:
		return isDraft, true
	case left == 0 && len(f.drafts) == 0 && f.waiting == 0 && kept == 0:
		return notBegun, true
	}
	return 0, false
}

// asKept reports a draft with what was said to be kept, or what came after it.
func asKept(t *testing.T, d ehrdesk.Draft, kept int, now time.Time) bool {
	t.Helper()
	for n := max(0, kept-1); n < typings; n++ {
		want := ehrdesk.Draft{Filled: &ehrdesk.Filled{Form: d.Filled.Form, Response: d.Filled.Response}}
		if err := typed(&want, n, now); err != nil {
			t.Fatal(err)
		}
		if string(want.Filled.Response) == string(d.Filled.Response) {
			return true
		}
	}
	return kept == 0
}

// round has a form written with an end, and holds what is found against what was said.
func (s *slain) round(e end) {
	s.t.Helper()
	n, killed, out := s.run(e)
	now := s.today()
	kept := strings.Count(out, "kept")
	f := s.looks(n, false)
	what, ok := f.fate(e.request, kept)
	where := fmt.Sprintf("run %d, %s, %s %d (%q): %d responses, %d records, %d requests, %d waiting, %d drafts", s.runs, e.request, e.at, e.nth, out, f.responses, f.records, f.requests, f.waiting, len(f.drafts))
	switch {
	case !ok, !killed && what != isSent, strings.Contains(out, "signed\n") && what < isWaiting:
		s.t.Fatal(where)
	case what == isDraft && !asKept(s.t, f.drafts[0], kept, now):
		s.t.Fatalf("%s: the draft is %s", where, f.drafts[0].Filled.Response)
	case what == isWaiting:
		s.looks(n, true)
		if f = s.looks(n, false); f.requests != 1 || f.waiting != 0 || len(f.drafts) != 0 {
			s.t.Fatalf("%s, and once it was approved %+v", where, f)
		}
	}
	if killed {
		s.kills++
		s.fates[e.request][what]++
	}
}

// A desk is killed while somebody writes, wherever that may be: at the next sign-in what the desk had said was kept is in the
// draft, or waits for the second person, or the records or the request are at the centre, once; never two of these, and never none.
// Each form is written once without a kill first, so that each kill falls into the work; one that came too late is not counted.
// EHRDESK_KILLS is how often it is killed, EHRDESK_SEED the seed.
func TestADeskKilledInTheMiddleOfWritingLosesNothing(t *testing.T) {
	t.Parallel()
	kills, seed := killsOf(12, 6, 18)
	s := &slain{ourCentre: newOurCentre(t), rnd: rand.New(rand.NewPCG(seed, 5)), passes: map[string][3]int64{}, fates: map[string]*[fates]int{}}
	s.enrol("drho", ehrdesk.Doctor)
	if _, err := s.centre.AddHCP(t.Context(), central.HCP{Name: "Queen Mary Hospital", CacheHours: 24}); err != nil {
		t.Fatal(err)
	}
	forms := []string{writesRecords, writesQuery, writesIncident}
	for _, name := range forms {
		s.fates[name] = new([fates]int)
		s.round(end{request: name, at: "never"})
		if passed := s.passes[name]; slices.Contains(passed[:], 0) {
			t.Fatalf("%s is written without a clock or a line: %d", name, passed)
		}
	}
	for _, name := range forms { // the centre has it, and the desk has not taken that down
		s.round(end{request: name, at: "after", nth: s.passes[name][2] - 1})
	}
	for s.kills < kills {
		place := [...]int{0, 0, 1, 2}[s.kills/len(forms)%4]
		name := forms[s.kills%len(forms)]
		s.round(end{request: name, at: ends()[place], nth: s.rnd.Int64N(s.passes[name][place])})
		if s.runs > 2*kills+20 {
			t.Fatalf("%d runs, and %d kills: it is not killed where it works", s.runs, s.kills)
		}
	}
	t.Logf("seed %d: killed %d times, %d runs besides", seed, s.kills, s.runs-s.kills)
	for _, name := range forms {
		f := s.fates[name]
		t.Logf("%s: %d had not begun, %d are drafts, %d wait, %d were sent", name, f[notBegun], f[isDraft], f[isWaiting], f[isSent])
		if kills >= 100 && (f[isDraft] == 0 || f[isSent] == 0 || name == writesIncident && f[isWaiting] == 0) {
			t.Errorf("%s was not killed where it matters", name)
		}
	}
}
