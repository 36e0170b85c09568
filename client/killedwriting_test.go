package client_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
)

// writtenEnv makes this test binary a desk that writes a form, signs it and ends in the middle of it; its value is an end.
const writtenEnv = "EHRDESK_CLIENT_TEST_WRITTEN"

// typings is how often something is typed into the form.
const typings = 5

// typed puts the nth reading into a draft.
func typed(d *ehrdesk.Draft, n int, now time.Time) error {
	f, err := forms.Read(d.Filled.Form)
	if err != nil {
		return err
	}
	a, _, _, err := form.ReadResponse(f, d.Filled.Response)
	if err != nil {
		return err
	}
	a.Know(form.Around{Now: now})
	who, _ := f.Item("who")
	mmHg := ehrdesk.Coding{System: "http://unitsofmeasure.org", Code: "mm[Hg]", Display: "mm[Hg]"}
	for _, x := range []struct {
		at form.Place
		v  form.Value
	}{
		{form.At("when", 0, 0), form.Value{Kind: form.IsDateTime, Text: now.Add(-time.Hour).In(ehrdesk.HongKong()).Format(time.RFC3339)}},
		{form.At("who", 0, 0), who.Options[0].Value},
		{form.At("diastolic", 0, 0, 0), form.Value{Kind: form.IsQuantity, Text: "80", Unit: mmHg}},
		{form.At("systolic", 0, 0, 0), form.Value{Kind: form.IsQuantity, Text: strconv.Itoa(100 + n), Unit: mmHg}},
	} {
		if err := a.Set(x.at, x.v); err != nil {
			return err
		}
	}
	d.Filled.Response = a.Draft(form.Header{})
	return nil
}

// writesAndDies writes a form and is killed on the way. It says what it was told is on the disk.
func writesAndDies(arg string) error {
	e, err := parseEnd(arg)
	if err != nil {
		return err
	}
	s, armed, err := e.signIn(client.Site{})
	if err != nil {
		return err
	}
	n, err := ehrdesk.ParseNumber(e.number)
	if err != nil {
		return err
	}
	ctx := context.Background()
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		return err
	}
	if _, err := c.Sync(ctx, func(ehrdesk.Progress) {}); err != nil {
		return err
	}
	who := c.Patient().ID
	armed.Store(true)
	d, err := s.BeginWriting(ctx, who, "blood-pressure-glucose", "en")
	if err != nil {
		return err
	}
	for i := range typings {
		if err := typed(&d, i, e.now); err != nil {
			return err
		}
		if err := s.KeepWriting(ctx, who, d); err != nil {
			return err
		}
		fmt.Println("kept", i)
	}
	p, err := s.PreviewWriting(ctx, who, d.ID)
	if err != nil {
		return err
	}
	r, err := s.SignWriting(ctx, who, p)
	if err != nil {
		return err
	}
	armed.Store(false)
	fmt.Println(r.State)
	os.Exit(0)
	return nil
}

// A desk is killed while somebody writes, wherever that may be: at the next sign-in what the desk had said was kept is in the
// draft, or the records are at the centre, once and signed; never both, and never neither.
// EHRDESK_KILLS is how often, EHRDESK_SEED the seed.
func TestADeskKilledInTheMiddleOfWritingLosesNothing(t *testing.T) {
	t.Parallel()
	kills, seed := killsOf(12, 6, 18)
	src, rnd := newOurCentre(t), rand.New(rand.NewPCG(seed, 5))
	drafts, sent, nothing, alive := 0, 0, 0, 0
	for i := range kills {
		src.later(time.Minute)
		n, key := src.patient(fmt.Sprintf("WRIT%d", i), 1)
		before, _ := src.restart(http.DefaultTransport)
		src.consent(before.(*client.Session), n, key)
		if err := before.Close(); err != nil {
			t.Fatal(err)
		}
		if err := src.shutDesk(); err != nil {
			t.Fatal(err)
		}
		e := end{dir: src.folder(), number: n.EHR.Compact(), request: seededID(rnd), now: src.today(), at: [...]string{"clock", "clock", "before", "after"}[i%4], nth: rnd.Int64N(60)}
		if e.at != "clock" {
			e.nth %= 2
		}
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), writtenEnv+"="+e.String())
		out, _ := cmd.CombinedOutput()
		where := fmt.Sprintf("kill %d, %s %d (%q)", i, e.at, e.nth, out)
		kept := strings.Count(string(out), "kept")
		switch ended := strings.HasSuffix(string(out), "sent\n") || strings.HasSuffix(string(out), "waits\n"); {
		case ended:
			alive++
		case strings.Count(string(out), "\n") != kept:
			t.Fatal(where)
		}
		src.later(time.Minute)
		sess, _ := src.restart(http.DefaultTransport)
		s := sess.(*client.Session)
		if _, err := s.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := src.chart(s, n)
		records, responses := 0, 0
		for _, typ := range ehrdesk.RecordTypes() {
			for _, r := range c.List(typ) {
				if r.Resource == "QuestionnaireResponse" {
					if responses++; r.Version != "1" {
						t.Fatalf("%s: version %s", where, r.Version)
					}
				} else if r.Resource == "Observation" && strings.Contains(strings.ToLower(r.Title), "blood pressure") {
					records++
				}
			}
		}
		all, err := s.Drafts(t.Context(), c.Patient().ID)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case responses == 1 && records == 1 && len(all) == 0 && kept == typings:
			sent++
		case responses == 0 && records == 0 && len(all) == 1:
			drafts++
			got := all[0]
			last := ehrdesk.Draft{Filled: &ehrdesk.Filled{Form: got.Filled.Form, Response: got.Filled.Response}}
			ok := kept == 0
			for n := max(0, kept-1); n < typings && !ok; n++ { // what was said to be kept, or what came after it
				want := last
				if err := typed(&want, n, e.now); err != nil {
					t.Fatal(err)
				}
				ok = string(want.Filled.Response) == string(got.Filled.Response)
			}
			if !ok {
				t.Fatalf("%s: the draft is %s", where, got.Filled.Response)
			}
		case responses == 0 && records == 0 && len(all) == 0 && kept == 0:
			nothing++ // before anything was kept
		default:
			t.Fatalf("%s: %d responses, %d records, %d drafts", where, responses, records, len(all))
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d: %d times, %d not killed: %d are drafts, %d were sent, %d had not begun", seed, kills, alive, drafts, sent, nothing)
	if kills >= 100 && (drafts == 0 || sent == alive) {
		t.Error("it was not killed where it matters")
	}
}
