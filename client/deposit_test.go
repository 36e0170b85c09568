package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// deposits is a desk whose doctor writes about one patient.
type deposits struct {
	*world
	s   *client.Session
	n   ehrdesk.Number
	key string
}

func newDeposits(t *testing.T) *deposits {
	t.Helper()
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	d := &deposits{world: w, s: w.signIn("drlee")}
	d.n, d.key = w.patient("WONG", 1)
	return d
}

// bundle is what a clinic's own system hands over: a weight, and a note of which the rest is given.
func (d *deposits) bundle(kg, rest string) []byte {
	return fmt.Appendf(nil, `{"resourceType":"Bundle","type":"collection","entry":[
	{"resource":{"resourceType":"Patient","id":"emr","identifier":[{"system":"%s","value":"%s"}],"birthDate":"1970-01-02"}},
	{"resource":{"resourceType":"Observation","id":"w1","status":"final","code":{"text":"Body weight"},"subject":{"reference":"Patient/emr"},"effectiveDateTime":"2026-11-01","valueQuantity":{"value":%s,"unit":"kg"}}}%s]}`,
		ehrdesk.SystemEHR, d.n.EHR.Compact(), kg, rest)
}

func (d *deposits) prepare(kg, rest string) ehrdesk.Deposit {
	d.t.Helper()
	p, err := d.s.PrepareDeposit(d.t.Context(), d.bundle(kg, rest))
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *deposits) send(p ehrdesk.Deposit, want ehrdesk.DepositState) ehrdesk.DepositReceipt {
	d.t.Helper()
	r, err := d.s.Deposit(d.t.Context(), p)
	if err != nil || r.State != want {
		d.t.Fatalf("%+v, %v; want %s", r, err, want)
	}
	return r
}

// atCentre is the bytes of a record as a desk reads them, and of its versions' count.
func (d *deposits) atCentre(ref ehrdesk.Ref) (body string, signed int) {
	d.t.Helper()
	if d.key != "" {
		d.consent(d.s, d.n, d.key)
		d.key = ""
	}
	c := d.chart(d.s, d.n)
	defer c.Close()
	for _, t := range ehrdesk.RecordTypes() {
		for _, r := range c.List(t) {
			switch {
			case r.Ref() == ref:
				b, err := c.Raw(d.t.Context(), ref)
				if err != nil {
					d.t.Fatal(err)
				}
				body = string(b)
			case r.Resource == "Provenance":
				d.t.Errorf("%s is a row of its own", r.Ref())
			}
		}
	}
	return body, len(c.(ehrdesk.SignatureReading).Signing())
}

func TestWhatAClinicWritesIsReadByteForByte(t *testing.T) {
	d := newDeposits(t)
	p := d.prepare("70.10", "")
	if len(p.Records) != 1 || p.Records[0].Record.Title != "Body weight" || p.Patient.ID == "" {
		t.Fatalf("%+v", p)
	}
	r := d.send(p, ehrdesk.DepositSent)
	if len(r.Written) != 1 || !r.Written[0].New || r.Written[0].Version != "1" || r.Written[0].Ref != p.Records[0].Record.Ref() {
		t.Fatalf("%+v", r)
	}
	body, signed := d.atCentre(r.Written[0].Ref)
	if signed != 1 || !strings.Contains(body, `"value":70.10,"unit":"kg"`) {
		t.Errorf("%d signatures: %s", signed, body)
	}
	again := d.send(d.prepare("70.10", ""), ehrdesk.DepositSent)
	if again.Written[0].Version != "1" || again.Written[0].New {
		t.Errorf("deposited again: %+v", again)
	}
	put := d.send(d.prepare("71.0", ""), ehrdesk.DepositSent)
	if put.Written[0].Version != "2" || put.Written[0].Ref != r.Written[0].Ref {
		t.Errorf("put right: %+v", put)
	}
}

// Nothing is asked of the patient's sharing consent, and nothing is let in by it: who deposits reads nothing.
func TestADepositNeedsNoConsentAndOpensNothing(t *testing.T) {
	d := newDeposits(t)
	d.send(d.prepare("70.1", ""), ehrdesk.DepositSent)
	if _, err := d.s.Open(t.Context(), d.n, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
		t.Errorf("%v", err)
	}
}

func TestADepositWithoutTheLineWaitsAndIsThereOnce(t *testing.T) {
	d := newDeposits(t)
	p := d.prepare("70.1", "")
	d.line.set(true, nil)
	r := d.send(p, ehrdesk.DepositWaits)
	if r.ID != p.ID {
		t.Errorf("%+v", r)
	}
	d.wantWaiting(d.s, "deposit queued")
	if again, err := d.s.Deposit(t.Context(), p); err != nil || again.State != ehrdesk.DepositWaits {
		t.Errorf("%+v, %v", again, err)
	}
	d.wantWaiting(d.s, "deposit queued")
	if err := d.s.Close(); err != nil { // another day
		t.Fatal(err)
	}
	d.clock.advance(time.Hour)
	d.line.set(false, nil)
	d.s = d.signIn("drlee")
	if _, err := d.s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.wantWaiting(d.s)
	if body, signed := d.atCentre(p.Records[0].Record.Ref()); signed != 1 || body == "" {
		t.Errorf("%d signatures: %s", signed, body)
	}
}

// Wherever the line breaks, before the centre hears or after, it is there once.
func TestWhereverTheLineBreaksADepositIsThereOnce(t *testing.T) {
	for _, after := range []bool{false, true} {
		d := newDeposits(t)
		p := d.prepare("70.1", "")
		d.line.fails(nil)
		d.line.breakNth(0, after)
		if _, err := d.s.Deposit(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		d.line.breakNth(-1, false)
		d.clock.advance(time.Minute)
		if _, err := d.s.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.wantWaiting(d.s)
		r, err := d.s.Deposit(t.Context(), p) // its receipt
		if err != nil || r.State != ehrdesk.DepositSent || r.Written[0].Version != "1" {
			t.Errorf("after %v: %+v, %v", after, r, err)
		}
		if _, signed := d.atCentre(p.Records[0].Record.Ref()); signed != 1 {
			t.Errorf("after %v: %d signatures", after, signed)
		}
	}
}

// What the centre refuses stays for somebody to look at, and holds up nobody else; given up, it is gone and in the log.
func TestARefusedDepositSaysSoAndStays(t *testing.T) {
	d := newDeposits(t)
	p := d.prepare("70.1", "")
	d.line.fails(func(r *http.Request) int {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/fhir") {
			return http.StatusForbidden
		}
		return 0
	})
	r := d.send(p, ehrdesk.DepositRefused)
	if r.Why != ehrdesk.CodeDenied || len(r.Written) != 0 {
		t.Errorf("%+v", r)
	}
	d.wantWaiting(d.s, "deposit rejected")
	d.line.fails(nil)
	if err := d.s.DropTask(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	d.wantWaiting(d.s)
	if e := d.lastEntry(d.s, ehrdesk.AuditCreate); e.Outcome != ehrdesk.CodeDenied || !strings.Contains(e.Detail, "given up") || strings.Contains(e.Detail, "weight") {
		t.Errorf("%+v", e)
	}
}

func TestWhoMayNotDepositIsTold(t *testing.T) {
	d := newDeposits(t)
	d.enrol("mei", ehrdesk.FrontDesk)
	clerk := d.signIn("mei")
	if _, err := clerk.PrepareDeposit(t.Context(), d.bundle("70.1", "")); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("the front desk: %v", err)
	}
	stranger := []byte(strings.Replace(string(d.bundle("70.1", "")), d.n.EHR.Compact(), "999999999999", 1))
	if _, err := d.s.PrepareDeposit(t.Context(), stranger); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("of nobody: %v", err)
	}
	twin := []byte(strings.Replace(string(d.bundle("70.1", "")), "1970-01-02", "1971-01-02", 1))
	if _, err := d.s.PrepareDeposit(t.Context(), twin); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("of somebody else's birth: %v", err)
	}
	p := d.prepare("70.1", "")
	other := p
	other.Records = []ehrdesk.DepositRecord{p.Records[0]}
	other.Records[0].Body = []byte(strings.Replace(string(p.Records[0].Body), "70.1", "70.2", 1))
	if _, err := d.s.Deposit(t.Context(), other); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("what was not shown: %v", err)
	}
	if err := d.s.Lock(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.s.Deposit(t.Context(), p); err == nil {
		t.Error("locked, and it was signed")
	}
	var e *ehrdesk.Error
	if _, err := d.s.PrepareDeposit(t.Context(), d.bundle("70.1", "")); !errors.As(err, &e) {
		t.Errorf("locked: %v", err)
	}
}
