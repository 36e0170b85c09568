package central_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// revokeBody is a withdrawal by form of a number's consent.
func revokeBody(ehr string) string {
	return grantBody(ehr, func(p map[string]map[string]any) { delete(p, "term") })
}

// stranger is somebody else's Patient under an id.
func stranger(id string) string {
	return `{"resourceType":"Patient","id":"` + id + `","identifier":[{"system":"` + ehrdesk.SystemEHR + `","value":"912345678929"},{"system":"` + ehrdesk.SystemHKIC + `","value":"B1234566"}],` +
		`"name":[{"family":"XAVIER","given":["Other"]}],"birthDate":"1980-01-01","telecom":[{"system":"phone","value":"69998888"}]}`
}

// notices are the Communications that the engine was told of.
func (g *gateWorld) notices() (out []string) {
	g.t.Helper()
	if err := g.c.TellEngine(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	for ref, b := range g.engine.All() {
		if ref.Resource == "Communication" {
			out = append(out, string(b))
		}
	}
	return out
}

// A withdrawal after somebody else came under the id names who was registered and reaches nobody else:
// neither the receipt nor the log nor a notice has a word of the stranger, and no notice is sent to the
// Patient that stands there.
func TestAWithdrawalNamesAndReachesNoStranger(t *testing.T) {
	for name, c := range map[string]struct {
		act     func(*gateWorld, *desk) string
		earlier bool // the stranger is there before the withdrawal, and not only before it is told
	}{
		"by form": {func(g *gateWorld, clerk *desk) string {
			return clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", revokeBody(gateEHR))
		}, true},
		"by the patient": {func(g *gateWorld, clerk *desk) string {
			if _, err := g.c.PatientAct(g.t.Context(), gateEHR, clerk.hcp, ehrdesk.ByApp, true); err != nil {
				g.t.Fatal(err)
			}
			return ""
		}, true},
		"told later": {func(g *gateWorld, clerk *desk) string {
			if _, err := g.c.PatientAct(g.t.Context(), gateEHR, clerk.hcp, ehrdesk.ByApp, true); err != nil {
				g.t.Fatal(err)
			}
			return ""
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			d := g.doctor()
			before := len(g.notices())
			clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
			if c.earlier {
				g.engine.Put(stranger("p"))
			}
			receipt := c.act(g, clerk)
			g.engine.Put(stranger("p"))
			if c.earlier && receipt != "" && !strings.Contains(receipt, gateEHR) {
				t.Errorf("the receipt does not name who withdrew: %s", receipt)
			}
			d.want(403, "GET", "/Observation/obs-p", "")
			sent := g.notices()
			if len(sent) != before+1 {
				t.Errorf("%d notices after %d", len(sent), before)
			}
			reached := 0
			for _, n := range sent {
				if !strings.Contains(n, "withdrawn") {
					continue
				}
				if strings.Contains(n, "Patient/p") || !strings.Contains(n, "51112222") || !strings.Contains(n, "sms") {
					t.Errorf("sent: %s", n)
				}
				reached++
			}
			if reached != 1 {
				t.Errorf("%d notices of the withdrawal", reached)
			}
			told := strings.Join(g.told(""), "\n")
			if !strings.Contains(told, "withdrawn") {
				t.Errorf("told: %s", told)
			}
			for _, word := range []string{"XAVIER", "912345678929", "B1234566", "69998888", "1980-01-01"} {
				if strings.Contains(receipt+told+strings.Join(sent, ""), word) {
					t.Errorf("a stranger's %s is told", word)
				}
			}
		})
	}
}

// A notice that could reach a stranger alone is not given to the engine: the store keeps it.
func TestANoticeThatCouldReachAStrangerAloneStaysHere(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	p := ehrdesk.Ref{Resource: "Patient", ID: "p"}
	g.engine.Put(strings.Replace(string(g.engine.Body(p)), `,"telecom":[{"system":"phone","value":"51112222"}]`, "", 1))
	d := g.doctor()
	before := len(g.notices())
	g.engine.Put(stranger("p"))
	if _, err := g.c.PatientAct(t.Context(), gateEHR, d.hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	if got := g.notices(); len(got) != before {
		t.Errorf("sent: %s", got)
	}
	if told := strings.Join(g.told(""), "\n"); !strings.Contains(told, "withdrawn") {
		t.Errorf("told: %s", told)
	}
}

// One of whose Patient the engine says only that it has none waits, as that may be for a moment.
func TestANoticeToNobodyWaits(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{Is: fhirtest.Deleted404})
	p := ehrdesk.Ref{Resource: "Patient", ID: "p"}
	g.engine.Put(strings.Replace(string(g.engine.Body(p)), `,"telecom":[{"system":"phone","value":"51112222"}]`, "", 1))
	d := g.doctor()
	before, body := len(g.notices()), string(g.engine.Body(p))
	if _, err := g.c.PatientAct(t.Context(), gateEHR, d.hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	g.engine.Delete(p)
	if err := g.c.TellEngine(t.Context()); err == nil {
		t.Error("the engine was told")
	}
	g.engine.Put(body)
	if got := g.notices(); len(got) != before+1 {
		t.Errorf("%d notices after %d", len(got), before)
	}
}

// The list of consents that end soon has those that open something, of who gave them.
func TestConsentsThatEndSoonNameNoStranger(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	for _, ehr := range []string{gateEHR, "912345678911"} {
		d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, func(p map[string]map[string]any) { p["term"]["valueCode"] = string(ehrdesk.OneYear) }))
	}
	g.clock.advance(350 * 24 * time.Hour)
	d.signIn()
	if b := parse(t, d.want(200, "GET", "/$expiring-consents", "")); b.Total != 2 || len(b.Entry) != 4 {
		t.Fatalf("%d of %d", len(b.Entry), b.Total)
	}
	g.engine.Put(stranger("q"))
	text := d.want(200, "GET", "/$expiring-consents", "")
	if b := parse(t, text); b.Total != 1 || len(b.Entry) != 2 || strings.Contains(text, "XAVIER") || strings.Contains(text, "Patient/q") {
		t.Errorf("listed: %s", text)
	}
}
