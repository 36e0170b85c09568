package client_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// foundEnv makes this test binary a desk that brings a record into step with reports that somebody has to look at, and ends in the
// middle of it; its value is an end.
const foundEnv = "EHRDESK_CLIENT_TEST_FOUND"

// findsAndDies brings a record into step and is killed on the way.
func findsAndDies(arg string) error {
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
	armed.Store(true)
	if _, err := s.SyncCopy(context.Background(), n); err != nil {
		return err
	}
	armed.Store(false)
	fmt.Println("in step")
	os.Exit(0)
	return nil
}

// A desk is killed while it finds reports that somebody has to look at, wherever that may be: after the next sync each has its
// line, once. EHRDESK_KILLS is how often, EHRDESK_SEED the seed.
func TestADeskKilledWhileReportsComeHasEachOnce(t *testing.T) {
	t.Parallel()
	kills, seed := killsOf(8, 4, 18)
	src, rnd := newOurCentre(t), rand.New(rand.NewPCG(seed, 9))
	alive := 0
	for i := range kills {
		src.later(time.Minute)
		name := fmt.Sprintf("FOUND%d", i)
		n, key := src.patient(name, 1)
		before, _ := src.restart(http.DefaultTransport)
		s := before.(*client.Session)
		src.consent(s, n, key)
		src.later(time.Minute)
		if err := src.chart(s, n).Close(); err != nil {
			t.Fatal(err)
		}
		who := src.chart(s, n)
		patient := who.Patient().ID
		if err := who.Close(); err != nil {
			t.Fatal(err)
		}
		if err := before.Close(); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"a", "b"} {
			src.comesLater(name+id, "DiagnosticReport", `"status":"final","category":[{"coding":[{"code":"RAD"}]}],"code":{"text":"X-ray"},"subject":{"reference":"Patient/`+patient+`"}`)
		}
		if err := src.shutDesk(); err != nil {
			t.Fatal(err)
		}
		e := end{dir: src.folder(), number: n.EHR.Compact(), request: seededID(rnd), now: src.today(), at: [...]string{"clock", "clock", "before", "after"}[i%4], nth: rnd.Int64N(50)}
		if e.at != "clock" {
			e.nth %= 6
		}
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), foundEnv+"="+e.String())
		out, _ := cmd.CombinedOutput()
		if string(out) == "in step\n" {
			alive++
		} else if len(out) > 0 {
			t.Fatalf("kill %d, %s %d: %q", i, e.at, e.nth, out)
		}
		src.later(time.Minute)
		after, _ := src.restart(http.DefaultTransport)
		s = after.(*client.Session)
		for range 2 {
			src.syncs(s, n)
		}
		all, err := s.Tasks(ctx)
		if err != nil {
			t.Fatal(err)
		}
		had := map[string]int{}
		for _, k := range all {
			if k.Call.What == ehrdesk.FollowReport && k.Patient.ID == patient && !k.Work.Over() {
				had[k.Call.Record.ID]++
			}
		}
		if len(had) != 2 || had[name+"a"] != 1 || had[name+"b"] != 1 {
			t.Fatalf("kill %d, %s %d: %v", i, e.at, e.nth, had)
		}
		if err := after.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d: %d times, %d not killed", seed, kills, alive)
}
