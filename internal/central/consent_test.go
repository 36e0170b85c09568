package central_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/google/uuid"
)

// canary marks clinical text: nobody without leave may ever receive it.
const canary = "CANARY-peanut-anaphylaxis"

func clinicalWorld(t *testing.T) (*world, central.ImportReport) {
	w := newWorld(t)
	reports := w.importText(patientBundle(uuidA, "CHAN",
		entry(`{"resourceType":"AllergyIntolerance","id":"a1","patient":{"reference":"urn:uuid:`+uuidA+`"},"code":{"text":"`+canary+`"}}`),
		entry(`{"resourceType":"Observation","id":"o1","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"subject":{"reference":"Patient/`+uuidA+`"},"performer":[{"reference":"Organization/org1"}],"valueString":"`+canary+`"}`),
		entry(`{"resourceType":"DiagnosticReport","id":"r1","status":"final","category":[{"coding":[{"code":"RAD"}]}],"subject":{"reference":"Patient/`+uuidA+`"},"conclusion":"`+canary+`"}`),
		entry(`{"resourceType":"Organization","id":"org1","name":"Clinic One"}`)))
	if len(reports) != 1 || len(reports[0].Rejected) != 0 {
		t.Fatalf("import: %+v", reports)
	}
	return w, reports[0]
}

// reads is every route that could give clinical content of the patient.
func reads() [][3]string {
	p := "/Patient/" + uuidA
	return [][3]string{
		{"POST", p + "/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}]}`},
		{"GET", p + "/$everything", ""},
		{"GET", p + "/$tombstones", ""},
		{"GET", p, ""},
		{"GET", p + "/_history", ""},
		{"GET", "/AllergyIntolerance/a1", ""},
		{"GET", "/AllergyIntolerance/a1/_history/1", ""},
		{"GET", "/AllergyIntolerance/a1/_history", ""},
		{"GET", "/AllergyIntolerance/_history", ""},
		{"POST", "/AllergyIntolerance/_search", "patient=" + uuidA},
		{"POST", "/AllergyIntolerance/_search", "_id=a1"},
		{"POST", "/Observation/_search", "patient=Patient/" + uuidA},
		{"POST", "/Patient/_search", "_id=" + uuidA},
	}
}

func TestNothingClinicalWithoutConsent(t *testing.T) {
	w, rep := clinicalWorld(t)
	hcp, other := w.hcp(central.HCP{Name: "Clinic"}), w.hcp(central.HCP{Name: "Other"})
	front := w.desk(other, ehrdesk.FrontDesk)
	outsider := w.desk(other, ehrdesk.Doctor)
	doctor := w.desk(hcp, ehrdesk.Doctor)
	expired := w.hcp(central.HCP{Name: "Once"})
	once := w.desk(expired, ehrdesk.Doctor)
	once.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, func(p map[string]map[string]any) { p["term"]["valueCode"] = "one_year" }))
	withdrawn := w.desk(w.hcp(central.HCP{Name: "Former"}), ehrdesk.Doctor)
	withdrawn.grant(rep.EHR)
	if _, err := w.c.PatientAct(t.Context(), rep.EHR, withdrawn.hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	once.want(200, "GET", "/AllergyIntolerance/a1", "")
	w.clock.advance(366 * 24 * time.Hour)
	for _, d := range []*desk{outsider, front, doctor, once, withdrawn} {
		d.signIn()
		for _, r := range reads() {
			status, body := d.do(r[0], r[1], r[2])
			if strings.Contains(body, canary) || strings.Contains(body, "CHAN") {
				t.Errorf("%s %s for %s: content without consent", r[0], r[1], d.staff)
			}
			if r[1] == "/AllergyIntolerance/_history" && status == 200 { // of no particular patient: an empty list
				if b := parse(t, body); len(b.Entry) != 0 {
					t.Errorf("history for %s names records", d.staff)
				}
				continue
			}
			want := "consent-needed"
			if d == front {
				want = "role"
			}
			if status != http.StatusForbidden || issue(t, body) != want {
				t.Errorf("%s %s for %s: %d %s, want 403 %s", r[0], r[1], d.staff, status, body, want)
			}
		}
	}
	doctor.grant(rep.EHR)
	for _, r := range reads() {
		if status, body := doctor.do(r[0], r[1], r[2]); status != 200 {
			t.Errorf("%s %s with consent: %d %s", r[0], r[1], status, body)
		}
	}
	// A token is needed everywhere.
	doctor.token = "no-such-token"
	for _, r := range reads() {
		if status, body := doctor.do(r[0], r[1], r[2]); status != http.StatusUnauthorized || strings.Contains(body, canary) {
			t.Errorf("%s %s without a token: %d", r[0], r[1], status)
		}
	}
}

func TestAProfessionSeesItsKindsOnly(t *testing.T) {
	w, rep := clinicalWorld(t)
	hcp := w.hcp(central.HCP{Name: "Pharmacy"})
	pharmacist := w.desk(hcp, ehrdesk.Pharmacist)
	pharmacist.grant(rep.EHR)
	all, _ := pharmacist.all("/Patient/" + uuidA + "/$everything")
	joined := strings.Join(all, "\n")
	if strings.Contains(joined, `"r1"`) {
		t.Error("a pharmacist was given a radiology report")
	}
	if !strings.Contains(joined, `"a1"`) || !strings.Contains(joined, `"o1"`) || !strings.Contains(joined, `"org1"`) {
		t.Errorf("a pharmacist lacks what the table allows: %s", joined)
	}
	for _, r := range [][2]string{{"GET", "/DiagnosticReport/r1"}, {"GET", "/DiagnosticReport/r1/_history"}, {"GET", "/DiagnosticReport/r1/_history/1"}} {
		status, body := pharmacist.do(r[0], r[1], "")
		if status != 403 || issue(t, body) != "role" || strings.Contains(body, canary) {
			t.Errorf("%s: %d %s", r[1], status, body)
		}
	}
	if b := parse(t, pharmacist.want(200, "POST", "/DiagnosticReport/_search", "patient="+uuidA)); len(b.Entry) != 0 {
		t.Error("a search gave a restricted report")
	}
	open := pharmacist.want(200, "POST", "/Patient/"+uuidA+"/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"dispensing"}]}`)
	var params struct {
		Parameter []struct {
			Name string
			Part []struct {
				Name, ValueCode string
				ValueInteger    int
			}
		}
	}
	if err := json.Unmarshal([]byte(open), &params); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, p := range params.Parameter {
		if p.Name == "kind" {
			kinds[p.Part[0].ValueCode] = fmt.Sprint(p.Part[1].ValueCode, p.Part[2].ValueInteger)
		}
	}
	if len(kinds) != 15 || kinds["radiology"] != "restricted1" || kinds["allergy"] != "general1" || kinds["birth"] != "restricted0" {
		t.Errorf("open tells %v", kinds)
	}
}

func TestThreeWrongKeysLockForFifteenMinutes(t *testing.T) {
	w, rep := clinicalWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d, elsewhere := w.desk(hcp, ehrdesk.FrontDesk), w.desk(w.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.FrontDesk)
	request := uuid.NewString()
	try := func(d *desk, key string) (int, string) {
		status, body := d.do("POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, func(p map[string]map[string]any) {
			p["channel"]["valueCode"] = "access-key"
			p["accessKey"] = map[string]any{"valueString": key}
			p["requestId"]["valueUuid"] = request
		}))
		if status == 200 {
			return status, ""
		}
		return status, issue(t, body) + " " + body
	}
	wrong := "00000000"
	if rep.AccessKey == wrong {
		wrong = "00000001"
	}
	for i, left := range []string{"2", "1"} {
		status, text := try(d, wrong)
		if status != 403 || !strings.HasPrefix(text, "wrong-key") || !strings.Contains(text, `"valueInteger":`+left) {
			t.Fatalf("try %d: %d %s", i+1, status, text)
		}
	}
	if status, text := try(d, wrong); status != 423 || !strings.HasPrefix(text, "key-locked") || !strings.Contains(text, stamp(15*time.Minute)) {
		t.Fatalf("third try: %d %s", status, text)
	}
	w.clock.advance(15*time.Minute - time.Second)
	d.signIn()
	if status, _ := try(d, rep.AccessKey); status != 423 {
		t.Fatalf("the right key during the lock: %d", status)
	}
	elsewhere.signIn()
	if status, text := try(elsewhere, wrong); status != 403 || !strings.HasPrefix(text, "wrong-key") {
		t.Fatalf("another provider shares the lock: %d %s", status, text)
	}
	w.clock.advance(time.Second)
	if status, text := try(d, wrong); status != 403 || !strings.Contains(text, `"valueInteger":2`) {
		t.Fatalf("after the lock three new tries: %d %s", status, text)
	}
	if status, text := try(d, rep.AccessKey); status != 200 {
		t.Fatalf("the right key: %d %s", status, text)
	}
}

func TestTheSameActTwiceCountsOnce(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	body := grantBody(rep.EHR, nil)
	first := d.want(200, "POST", "/Patient/$grant-sharing-consent", body)
	if again := d.want(200, "POST", "/Patient/$grant-sharing-consent", body); again != first {
		t.Errorf("another answer to the same act:\n%s\n%s", first, again)
	}
	if got := issue(t, d.want(409, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, nil))); got != "consent-active" {
		t.Errorf("a second act: %s", got)
	}
	revoke := grantBody(rep.EHR, nil)
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", revoke)
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", revoke)
	if got := issue(t, d.want(404, "POST", "/Patient/$revoke-sharing-consent", grantBody(rep.EHR, nil))); got != "no-consent" {
		t.Errorf("revoking twice: %s", got)
	}
	// the grant's id does not answer for a revocation
	if got := issue(t, d.want(422, "POST", "/Patient/$revoke-sharing-consent", body)); got != "invalid" {
		t.Errorf("one id for two acts: %s", got)
	}
	n := 0
	if err := w.c.Notices(t.Context(), rep.EHR, func(central.Notice) error { n++; return nil }); err != nil || n != 2 {
		t.Errorf("%d notices, want one for each act: %v", n, err)
	}
}

func TestWhatAGrantNeeds(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	deemed := w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true}), ehrdesk.Doctor)
	form := func(p map[string]map[string]any) {
		p["channel"]["valueCode"] = "form"
		p["formReference"] = map[string]any{"valueString": "F-1"}
	}
	for _, tc := range []struct {
		name   string
		edit   func(p map[string]map[string]any)
		status int
		issue  string
	}{
		{"nobody", func(p map[string]map[string]any) {
			p["identifier"]["valueIdentifier"] = map[string]string{"system": ehrdesk.SystemEHR, "value": "000000000000"}
		}, 404, "not-registered"},
		{"no notice", func(p map[string]map[string]any) { delete(p, "notice") }, 422, "notice-missing"},
		{"an old notice", func(p map[string]map[string]any) {
			p["notice"]["part"] = []any{map[string]any{"name": "id", "valueString": "participant-information-notice"}, map[string]any{"name": "version", "valueString": "old"}}
		}, 422, "notice-missing"},
		{"not read", func(p map[string]map[string]any) { delete(p, "noticeReadAt") }, 422, "notice-missing"},
		{"no term", func(p map[string]map[string]any) { delete(p, "term") }, 422, "term-missing"},
		{"not sighted", func(p map[string]map[string]any) { delete(p, "documentSighted") }, 422, "document-not-sighted"},
		{"no form reference", func(p map[string]map[string]any) { delete(p, "formReference") }, 422, "form-reference-missing"},
		{"no key", func(p map[string]map[string]any) { p["channel"]["valueCode"] = "access-key" }, 422, "invalid"},
		{"half a key", func(p map[string]map[string]any) {
			p["channel"]["valueCode"] = "access-key"
			p["accessKey"] = map[string]any{"valueString": "1234"}
		}, 422, "invalid"},
		{"the app", func(p map[string]map[string]any) { p["channel"]["valueCode"] = "app" }, 422, "channel-not-at-desk"},
		{"no such channel", func(p map[string]map[string]any) { p["channel"]["valueCode"] = "pigeon" }, 422, "invalid"},
		{"a nameless parent", func(p map[string]map[string]any) {
			p["giver"]["part"] = []any{map[string]any{"name": "kind", "valueCode": "parent"}}
		}, 422, "giver-not-allowed"},
		{"no request id", func(p map[string]map[string]any) { delete(p, "requestId") }, 422, "invalid"},
		{"a form", form, 200, ""},
		{"active already", nil, 409, "consent-active"},
	} {
		status, body := d.do("POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, tc.edit))
		if status != tc.status || (tc.issue != "" && issue(t, body) != tc.issue) {
			t.Errorf("%s: %d %s, want %d %s", tc.name, status, body, tc.status, tc.issue)
		}
	}
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(rep.EHR, nil))
	if got := issue(t, d.want(409, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, form))); got != "form-reference-used" {
		t.Errorf("the form again: %s", got)
	}
	if got := issue(t, deemed.want(403, "POST", "/Patient/$revoke-sharing-consent", grantBody(rep.EHR, nil))); got != "deemed" {
		t.Errorf("revoking a deemed consent: %s", got)
	}
	deemed.want(200, "GET", "/AllergyIntolerance/a1", "")
}

func TestEveryAccessIsWrittenDownAndTold(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.want(403, "GET", "/Patient/"+uuidA+"/$everything", "")
	d.grant(rep.EHR)
	d.want(200, "POST", "/Patient/"+uuidA+"/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"other"},{"name":"reason","valueString":"asked by phone"}]}`)
	d.want(422, "POST", "/Patient/"+uuidA+"/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"other"}]}`)
	d.want(200, "GET", "/Patient/"+uuidA+"/$everything", "")
	d.want(200, "GET", "/AllergyIntolerance/a1", "")
	var actions []string
	if err := w.c.Accesses(t.Context(), rep.EHR, func(a central.Access) error {
		actions = append(actions, a.Action+":"+a.Outcome)
		if a.Action == "open" && (a.Purpose != "other" || a.Reason != "asked by phone" || a.Staff != d.staff || a.HCP != d.hcp) {
			t.Errorf("open is written down as %+v", a)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(actions, " "), "read:consent_needed grant:success open:success read:success read:success"; got != want {
		t.Errorf("log %q, want %q", got, want)
	}
	told := func() (n int) {
		if err := w.c.Notices(t.Context(), rep.EHR, func(n2 central.Notice) error {
			n++
			if strings.Contains(n2.Text, canary) || !strings.Contains(n2.Text, "Clinic") {
				t.Errorf("notice %q", n2.Text)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := told(); n != 2 { // the grant and the one access
		t.Errorf("%d notices, want 2", n)
	}
	w.clock.advance(9 * time.Hour)
	d.signIn()
	d.want(200, "GET", "/AllergyIntolerance/a1", "") // a read without $open is a new access
	if n := told(); n != 3 {
		t.Errorf("%d notices, want 3", n)
	}
}
