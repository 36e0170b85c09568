package plain

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// peer is a FHIR R4 server that is not ours, by its base; it takes anything of anybody.
type peer struct {
	t    *testing.T
	base string
}

// do sends a request and gives what is answered. Its errors end the test.
func (p peer) do(method, path, body string) []byte {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.base+"/"+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/fhir+json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		p.t.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, b, err)
	}
	return b
}

// A desk works with a server that EHRDESK_FHIR_SERVER names by its base: it finds out what
// that can do, and a patient of its own making is found, consented for, opened, synced
// through changes and deletions, and withdrawn. EHRDESK_FHIR_RECORDS is how many records
// of one type the patient has: more than a page shows how lists go on.
func TestAPatientsDayAtAnotherServer(t *testing.T) {
	base := os.Getenv("EHRDESK_FHIR_SERVER")
	if base == "" {
		t.Skip("SKIP EHRDESK_FHIR_SERVER names no server")
	}
	p, ctx := peer{t, strings.TrimRight(base, "/")}, t.Context()
	line := &cutting{RoundTripper: http.DefaultTransport}
	wire, err := fhir.NewClient(base, &http.Client{Transport: line}, nil)
	if err != nil {
		t.Fatal(err)
	}
	id := "p-" + uuid.NewString()[:8]
	digits := fmt.Sprintf("%012d", time.Now().UnixNano()%1e12)
	eh, err := ehrdesk.ParseEHRNumber(digits)
	if err != nil {
		t.Fatal(err)
	}
	n := ehrdesk.Number{EHR: eh}
	put := func(resource, key, more string) {
		p.do(http.MethodPut, resource+"/"+id+key, fmt.Sprintf(`{"resourceType":%q,"id":%q,%s}`, resource, id+key, strings.ReplaceAll(more, "PATIENT", "Patient/"+id)))
	}
	put("Patient", "", fmt.Sprintf(`"identifier":[{"system":%q,"value":%q}],"name":[{"family":"CHAN"}]`, ehrdesk.SystemEHR, digits))
	put("Organization", "-o", `"name":"A hospital"`)
	put("Organization", "-n", `"name":"Another"`)
	observe := func(i, value int) {
		put("Observation", fmt.Sprint("-", i), fmt.Sprintf(`"status":"final","code":{"text":"n"},"subject":{"reference":"PATIENT"},"valueQuantity":{"value":%d.5},"performer":[{"reference":"Organization/%s-o"}]`, value, id))
	}
	records, err := strconv.Atoi(os.Getenv("EHRDESK_FHIR_RECORDS"))
	if err != nil || records < 5 {
		records = 30
	}
	for i := range records {
		observe(i, i)
	}
	put("Condition", "-c", `"code":{"text":"x"},"subject":{"reference":"PATIENT"}`)
	put("AllergyIntolerance", "-a", `"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"code":{"text":"x"},"patient":{"reference":"PATIENT"}`)
	known, err := caps.Read(ctx, wire, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	site := ours
	site.Provider.ID = "1234567890"
	c := New(wire, site, known, Asker{Staff: "drlee", Role: ehrdesk.Doctor})
	if f, err := c.Find(ctx, n); err != nil || f.Patient.ID != id || f.Consent.State != ehrdesk.ConsentNone {
		t.Fatalf("find: %+v, %v", f, err)
	}
	act := granting(t, uuid.NewString(), uuid.NewString())
	act.Verification.Patient = n
	r, err := c.Act(ctx, act)
	if err != nil || !r.Consent.State.Allows() {
		t.Fatalf("grant: %+v, %v", r, err)
	}
	if again, err := c.Settle(ctx, act); err != nil || again.Reference != r.Reference {
		t.Errorf("settle: %+v, %v", again, err)
	}
	dec, err := c.Open(ctx, id, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Logf("access event %q", dec.Access)
	d := newDesk(c)
	d.patient = id
	sync := func(what string, ago time.Duration) {
		t.Helper()
		d.ago = ago
		whole, err := d.sync(ctx)
		if err != nil || !whole {
			t.Fatalf("%s: %v, %d missing, aside %v", what, err, d.last.missing, d.last.aside)
		}
		for ref, held := range d.held {
			r, err := r4.Read(p.do(http.MethodGet, ref.String(), ""))
			if err != nil || r.Meta().Version != held.Record.Version || !bytes.Equal(r.Raw("valueQuantity"), valueOf(t, held.Body)) {
				t.Errorf("%s: %s: %v", what, ref, err)
			}
		}
	}
	has := func(what string, observations int) {
		t.Helper()
		n := 0
		for ref := range d.held {
			if ref.Resource == "Observation" {
				n++
			}
		}
		if n != observations || d.held[ehrdesk.Ref{Resource: "Condition", ID: id + "-c"}] == nil || d.held[ehrdesk.Ref{Resource: "Organization", ID: id + "-o"}] == nil {
			t.Errorf("%s: %d observations of %d records", what, n, len(d.held))
		}
	}
	sync("first", 0)
	has("first", records)
	observe(3, 100)
	observe(records, 30)
	sync("second", 10*time.Minute)
	has("second", records+1)
	p.do(http.MethodDelete, "Observation/"+id+"-4", "")
	sync("third", 0)
	has("third", records)
	for what, ago := range map[string]time.Duration{"of changes": 10 * time.Minute, "of all ids": 0} {
		line.aim(0, false)
		sync("nothing changed", ago)
		n := line.done()
		if t.Logf("nothing changed, %s: %d round trips", what, n); ago > 0 && c.Caps().Is(caps.Batch) == caps.Yes && n > 3 {
			t.Errorf("%d round trips where nothing changed, in batches", n)
		}
	}
	w := withdrawing(t, uuid.NewString(), uuid.NewString())
	w.Withdrawal.Patient = n
	if r, err := c.Act(ctx, w); err != nil || r.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Fatalf("withdraw: %+v, %v", r, err)
	}
	if _, err := c.Open(ctx, id, ehrdesk.Consultation, ""); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded {
		t.Errorf("opened after a withdrawal: %v", err)
	}
	if again, err := c.Settle(ctx, act); err != nil || again.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Errorf("settled after a withdrawal: %+v, %v", again, err)
	}
	t.Logf("what it can do:\n%s", strings.Join(c.Caps().Lines(), "\n"))
}

func valueOf(t *testing.T, body []byte) r4.Value {
	t.Helper()
	r, err := r4.Read(body)
	if err != nil {
		t.Fatal(err)
	}
	return r.Raw("valueQuantity")
}
