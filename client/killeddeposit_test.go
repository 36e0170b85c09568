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

// depositedEnv makes this test binary a desk that deposits a record and ends in the middle of it; its value is an end.
const depositedEnv = "EHRDESK_CLIENT_TEST_DEPOSITED"

// depositOf is one record of a patient, as a clinic's own system hands it over.
func depositOf(number string) []byte {
	return fmt.Appendf(nil, `{"resourceType":"Bundle","type":"collection","entry":[
	{"resource":{"resourceType":"Patient","id":"emr","identifier":[{"system":"%s","value":"%s"}]}},
	{"resource":{"resourceType":"Observation","id":"w1","status":"final","code":{"text":"Body weight"},"subject":{"reference":"Patient/emr"},"effectiveDateTime":"2026-11-01","valueQuantity":{"value":70.10,"unit":"kg"}}}]}`,
		ehrdesk.SystemEHR, number)
}

// depositsAndDies deposits a record and is killed on the way.
func depositsAndDies(arg string) error {
	e, err := parseEnd(arg)
	if err != nil {
		return err
	}
	s, armed, err := e.signIn(client.Site{})
	if err != nil {
		return err
	}
	d, err := s.PrepareDeposit(context.Background(), depositOf(e.number))
	if err != nil {
		return err
	}
	d.ID = e.request
	armed.Store(true)
	r, err := s.Deposit(context.Background(), d)
	if err != nil {
		return err
	}
	armed.Store(false)
	fmt.Println(r.State)
	os.Exit(0)
	return nil
}

// A desk is killed while it deposits a record, wherever that may be: after the next sign-in the record is at the centre in one
// version with one signature, or it is not and nothing of it waits; where the desk had said that it was sent, it is there.
// EHRDESK_KILLS is how often, EHRDESK_SEED the seed.
func TestADeskKilledInTheMiddleOfADepositLeavesItOnceOrNotAtAll(t *testing.T) {
	t.Parallel()
	kills, seed := killsOf(12, 6, 18)
	src, rnd := newOurCentre(t), rand.New(rand.NewPCG(seed, 3))
	once, never, alive := 0, 0, 0
	for i := 0; i-alive < kills; i++ { // one that comes too late is drawn again
		if i > 3*kills+20 {
			t.Fatalf("%d runs, and %d kills: it is not killed where it works", i, i-alive)
		}
		src.later(time.Minute)
		n, key := src.patient(fmt.Sprintf("LAID%d", i), 0)
		if err := src.shutDesk(); err != nil {
			t.Fatal(err)
		}
		e := end{dir: src.folder(), number: n.EHR.Compact(), request: seededID(rnd), now: src.today(), at: [...]string{"clock", "before", "after"}[i%3], nth: rnd.Int64N(8)}
		if e.at != "clock" {
			e.nth %= 2
		}
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), depositedEnv+"="+e.String())
		out, _ := cmd.CombinedOutput()
		said := string(out)
		switch said {
		case "":
		case "sent\n", "waits\n":
			alive++
		default:
			t.Fatalf("kill %d, %s %d: %s", i, e.at, e.nth, out)
		}
		src.later(time.Minute)
		sess, _ := src.restart(http.DefaultTransport)
		s := sess.(*client.Session)
		if _, err := s.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w := src.waiting(s); len(w) != 0 {
			t.Fatalf("kill %d, %s %d: %q waits", i, e.at, e.nth, w)
		}
		src.consent(s, n, key)
		c := src.chart(s, n)
		records, signed := 0, len(c.(ehrdesk.SignatureReading).Signing())
		for _, typ := range ehrdesk.RecordTypes() {
			for _, r := range c.List(typ) {
				switch {
				case r.Title == "Body weight" && r.Version == "1":
					records++
				case r.Title == "Body weight":
					t.Errorf("kill %d, %s %d: version %s", i, e.at, e.nth, r.Version)
				}
			}
		}
		if records > 1 || signed != records || said != "" && records != 1 {
			t.Fatalf("kill %d, %s %d: %d records, %d signatures (%q)", i, e.at, e.nth, records, signed, said)
		}
		once, never = once+records, never+1-records
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d: killed %d times, %d runs besides: %d there once, %d not at all", seed, kills, alive, once, never)
	if kills >= 100 && (once == alive || never == 0) {
		t.Error("it was not killed where it matters")
	}
}
