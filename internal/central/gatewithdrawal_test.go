package central_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

const secondEHR, secondHKIC = "912345678929", "B1234566"

var patientP = ehrdesk.Ref{Resource: "Patient", ID: "p"}

// edit changes a Patient at the engine: old for with.
func (g *gateWorld) edit(id, old, with string) {
	g.t.Helper()
	body := string(g.engine.Body(ehrdesk.Ref{Resource: "Patient", ID: id}))
	if !strings.Contains(body, old) {
		g.t.Fatalf("%s is not in %s", old, body)
	}
	g.engine.Put(strings.Replace(body, old, with, 1))
}

// merge has a Patient replaced by another, and says so in both.
func (g *gateWorld) merge(from, into string) {
	g.t.Helper()
	link := func(of, kind, to string) {
		with := `{"type":"` + kind + `","other":{"reference":"Patient/` + to + `"}}`
		if strings.Contains(string(g.engine.Body(ehrdesk.Ref{Resource: "Patient", ID: of})), `"link":[`) {
			g.edit(of, `"link":[`, `"link":[`+with+`,`)
			return
		}
		g.edit(of, `"gender"`, `"link":[`+with+`],"gender"`)
	}
	link(from, "replaced-by", into)
	link(into, "replaces", from)
}

// standing are the states of the Consents that the engine has, once it was told of all.
func (g *gateWorld) standing() (active, inactive int) {
	g.t.Helper()
	if err := g.c.TellEngine(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	for ref, b := range g.engine.All() {
		switch {
		case ref.Resource != "Consent":
		case strings.Contains(string(b), `"status":"active"`):
			active++
		default:
			inactive++
		}
	}
	return active, inactive
}

// Whatever became of a patient at the engine, a withdrawal by the number that they were registered by is
// taken, at a desk and by the patient, sent twice as well, and nothing opens after it however it is put
// right there.
func TestAWithdrawalIsTakenWhateverBecameOfThePatient(t *testing.T) {
	for name, change := range map[string]func(*gateWorld){
		"nothing":                       func(*gateWorld) {},
		"entered anew under another id": func(g *gateWorld) { g.engine.Delete(patientP); g.patient("p2", gateEHR, gateHKIC) },
		"merged into another": func(g *gateWorld) {
			g.patient("p2", gateEHR, gateHKIC)
			g.merge("p", "p2")
		},
		"merged twice": func(g *gateWorld) {
			g.patient("p2", secondEHR, secondHKIC)
			g.patient("p3", gateEHR, gateHKIC)
			g.merge("p", "p2")
			g.merge("p2", "p3")
		},
		"there twice":    func(g *gateWorld) { g.patient("p2", gateEHR, gateHKIC) },
		"deleted":        func(g *gateWorld) { g.engine.Delete(patientP) },
		"out of use":     func(g *gateWorld) { g.edit("p", `"gender"`, `"active":false,"gender"`) },
		"another person": func(g *gateWorld) { g.engine.Put(stranger("p")) },
		"re-entered, and the id is another's": func(g *gateWorld) {
			g.engine.Put(stranger("p"))
			g.patient("p2", gateEHR, gateHKIC)
		},
		"misshapen": func(g *gateWorld) {
			g.engine.Put(`{"resourceType":"Patient","id":"p","identifier":[{"system":"` + ehrdesk.SystemEHR + `","value":"` + gateEHR + `"}],"name":5,"birthDate":["x"],"telecom":{"a":1}}`)
		},
		"misshapen, and their version": func(g *gateWorld) {
			const bad = `{"resourceType":"Patient","id":"p","meta":{"versionId":5},"identifier":[{"system":"` + ehrdesk.SystemEHR + `","value":"` + gateEHR + `"}]}`
			g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
				switch {
				case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/Patient/p"):
					return withBody(res, bad), nil
				case strings.HasSuffix(r.URL.Path, "/Patient/_search"):
					return withBody(res, `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":`+bad+`}]}`), nil
				}
				return res, nil
			})
		},
		"not told": func(g *gateWorld) {
			g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
				if r.Method != http.MethodPut {
					res.StatusCode = 403
				}
				return res, nil
			})
		},
		"nothing to be found": func(g *gateWorld) {
			g.line.spoils(func(_ *http.Request, res *http.Response) (*http.Response, error) {
				res.StatusCode = 404
				return withBody(res, `{"resourceType":"OperationOutcome"}`), nil
			})
		},
	} {
		for by, revoke := range map[string]func(*gateWorld, *desk){
			"at a desk": func(g *gateWorld, clerk *desk) {
				body := revokeBody(gateEHR)
				text := clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", body)
				g.line.spoils(nil)
				if again := clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", body); again != text || !strings.Contains(text, gateEHR) {
					t.Errorf("%s, and once more %s", text, again)
				}
			},
			"by the patient": func(g *gateWorld, clerk *desk) {
				con, err := g.c.PatientAct(g.t.Context(), gateEHR, clerk.hcp, ehrdesk.ByApp, true)
				g.line.spoils(nil)
				if err != nil || con.State != string(ehrdesk.ConsentWithdrawn) {
					g.t.Error(con, err)
				}
			},
		} {
			t.Run(name+" "+by, func(t *testing.T) {
				g := newGate(t, fhirtest.Quirks{})
				g.world.t = t
				d := g.doctor()
				before := string(g.engine.Body(patientP))
				change(g)
				revoke(g, g.world.desk(d.hcp, ehrdesk.FrontDesk))
				if active, inactive := g.standing(); active != 0 || inactive != 1 {
					t.Errorf("the engine has %d consents that stand, and %d", active, inactive)
				}
				if status, _ := d.do("GET", "/Observation/obs-p", ""); status == 200 {
					t.Error("a record was given after the withdrawal")
				}
				for _, id := range []string{"p2", "p3"} {
					g.engine.Delete(ehrdesk.Ref{Resource: "Patient", ID: id})
				}
				g.engine.Put(before)
				d.want(403, "GET", "/Observation/obs-p", "")
			})
		}
	}
}

// One person who was registered under two ids, by a number each, withdraws by either from both, in
// whichever way the records were put together.
func TestAWithdrawalEndsWhatOnePersonGaveUnderTwoIDs(t *testing.T) {
	both := `{"system":"` + ehrdesk.SystemEHR + `","value":"` + gateEHR + `"},{"system":"` + ehrdesk.SystemHKIC + `","value":"` + secondHKIC + `"}`
	for name, c := range map[string]struct {
		merge  func(*gateWorld)
		leaves int // consents that stand after it, of two
	}{
		"with links and numbers": {func(g *gateWorld) {
			g.edit("p2", `{"system":"`+ehrdesk.SystemEHR+`","value":"`+secondEHR+`"},`, "")
			g.edit("p2", `{"system":"`+ehrdesk.SystemHKIC+`","value":"`+secondHKIC+`"}`, both)
			g.merge("p", "p2")
		}, 0},
		"with links alone": {func(g *gateWorld) { g.merge("p", "p2") }, 0},
		"with numbers alone, the old one deleted": {func(g *gateWorld) {
			g.edit("p2", `{"system":"`+ehrdesk.SystemEHR+`","value":"`+secondEHR+`"},`, `{"system":"`+ehrdesk.SystemEHR+`","value":"`+gateEHR+`"},`)
			g.engine.Delete(patientP)
		}, 0},
		"not at all": {func(*gateWorld) {}, 1},
		"and apart again": {func(g *gateWorld) {
			body := string(g.engine.Body(patientP))
			g.merge("p", "p2")
			g.engine.Put(body)
		}, 1},
		"with somebody elsewhere": {func(g *gateWorld) {
			g.edit("p", `"gender"`, `"link":[{"type":"replaced-by","other":{"reference":"https://elsewhere.example/fhir/Patient/p2"}}],"gender"`)
		}, 1},
		"with a third": {func(g *gateWorld) { // the number of p2 is p's by mistake
			g.patient("p3", "912345678937", "")
			g.merge("p", "p3")
		}, 1},
	} {
		for _, by := range []string{gateEHR, secondEHR} {
			t.Run(name+" by "+by, func(t *testing.T) {
				g := newGate(t, fhirtest.Quirks{})
				g.patient("p2", secondEHR, secondHKIC)
				d := g.doctor()
				d.grant(secondEHR)
				c.merge(g)
				clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
				body := revokeBody(by)
				text := clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", body)
				if active, inactive := g.standing(); active != c.leaves || inactive != 2-c.leaves {
					t.Errorf("%d consents stand, %d do not", active, inactive)
				}
				if again := clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", body); again != text {
					t.Errorf("%s, and once more %s", text, again)
				}
				if got := len(g.withdrawals()); got != 2-c.leaves {
					t.Errorf("%d withdrawals in the log", got)
				}
				officer := d.join(t, "officer.one", ehrdesk.Officer)
				actions, _ := listed(t, officer.want(200, "POST", "/$access-events", eventsFrom(began(), "")), "action")
				if own := len(slices.DeleteFunc(actions, func(a string) bool { return a != string(ehrdesk.AuditRevoke) })); own != 1 { // as in the desk's own
					t.Errorf("an officer is told of %d withdrawals", own)
				}
			})
		}
	}
}

// withdrawals are the events of consents that were withdrawn, whose ever.
func (g *gateWorld) withdrawals() (out []central.Access) {
	g.t.Helper()
	return g.events(func(a central.Access) bool { return a.Action == string(ehrdesk.AuditRevoke) && a.Outcome == "success" })
}

// Who is merged and found by a number that another id was registered by withdraws what was given under the
// old one, and by the Access Key of either.
func TestAMergedPatientIsNotFoundWithoutAConsent(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	g.patient("p2", secondEHR, secondHKIC)
	d := g.doctor()
	d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|"+secondEHR)
	key := ""
	if err := g.c.Participants(t.Context(), secondEHR, func(p central.Participant) error { key = p.AccessKey; return nil }); err != nil || key == "" {
		t.Fatal(key, err)
	}
	g.merge("p", "p2")
	byKey := func(key string) string {
		return grantBody(gateEHR, func(p map[string]map[string]any) {
			delete(p, "term")
			delete(p, "formReference")
			p["channel"]["valueCode"] = "access-key"
			p["accessKey"] = map[string]any{"valueString": key}
		})
	}
	clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
	wrong := "00000000"
	if key == wrong {
		wrong = "00000001"
	}
	if got := issue(t, clerk.want(403, "POST", "/Patient/$revoke-sharing-consent", byKey(wrong))); got != "wrong-key" {
		t.Error(got)
	}
	clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", byKey(key))
	if active, _ := g.standing(); active != 0 {
		t.Error("the consent stands")
	}
	if got := issue(t, clerk.want(404, "POST", "/Patient/$revoke-sharing-consent", byKey(key))); got != "no-consent" {
		t.Error(got)
	}
}

// A number that was put right at the engine is the other's, who withdraws for themselves alone.
func TestAWithdrawalIsNotOfWhoHadTheNumberByMistake(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	g.patient("p2", secondEHR, "")
	d := g.doctor()
	d.grant(secondEHR)
	g.edit("p", gateEHR, "912345678937")
	g.edit("p2", secondEHR, gateEHR)
	clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
	if text := clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", revokeBody(gateEHR)); !strings.Contains(text, "Patient/p2") {
		t.Error(text)
	}
	d.want(200, "GET", "/Observation/obs-p", "")
	d.want(403, "GET", "/Observation/obs-p2", "")
}

// What one person has given under another id ends by a withdrawal that the engine was not there for as
// well, once it is: all of it that stood then, and nothing that was given after.
func TestAWithdrawalWithoutTheEngineEndsTheOtherIDsLater(t *testing.T) {
	for name, revoke := range map[string]func(*gateWorld, *desk){
		"at a desk": func(g *gateWorld, clerk *desk) {
			clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", revokeBody(gateEHR))
		},
		"by the patient": func(g *gateWorld, clerk *desk) {
			if _, err := g.c.PatientAct(g.t.Context(), gateEHR, clerk.hcp, ehrdesk.ByApp, true); err != nil {
				g.t.Fatal(err)
			}
		},
	} {
		for _, after := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				g := newGate(t, fhirtest.Quirks{})
				g.world.t = t
				g.patient("p2", secondEHR, secondHKIC)
				d := g.doctor()
				if !after {
					d.grant(secondEHR)
				}
				g.merge("p", "p2")
				clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
				g.line.replies(func(r *http.Request) (*http.Response, bool) {
					return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, true
				})
				revoke(g, clerk)
				if err := g.c.TellEngine(t.Context()); err == nil {
					t.Error("an engine that is not there was told")
				}
				g.line.replies(nil)
				if after {
					g.clock.advance(time.Second)
					d.grant(secondEHR)
				}
				stands, ends, want := 0, 2, 403
				if after {
					stands, ends, want = 1, 1, 200
				}
				for range 2 { // once for all
					if active, inactive := g.standing(); active != stands || inactive != ends {
						t.Errorf("%d consents stand, %d do not", active, inactive)
					}
				}
				d.want(want, "GET", "/Observation/obs-p2", "")
				if got := len(g.withdrawals()); got != ends {
					t.Errorf("%d withdrawals in the log", got)
				}
			})
		}
	}
}
