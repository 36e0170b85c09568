package central_test

import (
	"crypto"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/central/directory"
)

// print is the name by which a key is known.
func printOf(t testing.TB, key crypto.PublicKey) string {
	t.Helper()
	sum, err := (&jose.JSONWebKey{Key: key}).Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// found are the resources of a search, by id.
func (d *desk) listed(path string) map[string]string {
	d.w.t.Helper()
	entries, _ := d.all(path)
	out := map[string]string{}
	for _, e := range entries {
		var r struct{ ID string }
		if json.Unmarshal([]byte(e), &r) != nil || r.ID == "" {
			d.w.t.Fatalf("no resource: %s", e)
		}
		out[r.ID] = e
	}
	return out
}

// directoryStory is what a directory says, of a centre that keeps its records and of a gate.
func directoryStory(t *testing.T, w *world) {
	t.Helper()
	a, b := w.hcp(central.HCP{Name: "Harbour Light Clinic", Chinese: "海光診所"}), w.hcp(central.HCP{Name: "Queen Mary's Hospital", Deemed: true, NoDeposit: true})
	d, clerk := w.desk(a, ehrdesk.Doctor), w.desk(b, ehrdesk.FrontDesk)
	heart, err := w.c.AddService(t.Context(), "op", b, "cardiology", "Heart Failure Clinic")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.c.AddService(t.Context(), "op", b, "cardiology", "Heart Failure Clinic"); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("offered twice: %v", err)
	}
	if _, err := w.c.AddService(t.Context(), "op", b, "magic", "Wizardry"); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("no such specialty: %v", err)
	}
	if _, err := w.c.AddService(t.Context(), "op", "0000000000", "cardiology", "x"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("no such provider: %v", err)
	}
	for _, who := range []*desk{d, clerk} { // the front desk as well
		for path, want := range map[string][]string{
			"/Organization":                                {directory.OrganizationID(a), directory.OrganizationID(b)},
			"/Organization?name=harbour":                   {directory.OrganizationID(a)},
			"/Organization?name=%E6%B5%B7%E5%85%89":        {directory.OrganizationID(a)},
			"/Organization?name=mary":                      {directory.OrganizationID(b)},
			"/Organization?name=ary":                       nil,
			"/Organization?_id=hcp-" + a:                   {directory.OrganizationID(a)},
			"/Organization?identifier=" + a:                {directory.OrganizationID(a)},
			"/Organization?active=false":                   nil,
			"/HealthcareService?specialty=cardiology":      {heart.ID},
			"/HealthcareService?specialty=394579002":       {heart.ID},
			"/HealthcareService?specialty=dermatology":     nil,
			"/HealthcareService?name=heart&active=true":    {heart.ID},
			"/HealthcareService?organization=hcp-" + a:     nil,
			"/Practitioner?identifier=doctor.one%40" + a:   {directory.PersonID(a, "doctor.one")},
			"/Practitioner?active=true,false&name=someone": nil,
		} {
			got := who.listed(path)
			if len(got) != len(want) {
				t.Errorf("%s: %v", path, got)
			}
			for _, id := range want {
				if got[id] == "" {
					t.Errorf("%s: no %s", path, id)
				}
			}
		}
	}
	me := d.listed("/Practitioner?_id=" + directory.PersonID(a, "doctor.one"))[directory.PersonID(a, "doctor.one")]
	for _, want := range []string{`"valueString":"` + printOf(t, d.key.Public()) + `"`, `"url":"since"`, `"active":true`, `doctor.one@` + a} {
		if !strings.Contains(me, want) {
			t.Errorf("%s is not in %s", want, me)
		}
	}
	if strings.Contains(me, `"url":"until"`) || strings.Contains(me, "telecom") {
		t.Errorf("%s", me)
	}
	if o := d.want(200, "GET", "/Organization/hcp-"+b, ""); !strings.Contains(o, `"url":"urn:example:hk:ext:agreed-to-deposit","valueBoolean":false`) || !strings.Contains(o, `"url":"urn:example:hk:ext:desk-key"`) {
		t.Errorf("%s", o)
	}
	if role := d.listed("/PractitionerRole?practitioner=" + directory.PersonID(b, "frontdesk.one")); len(role) != 1 {
		t.Errorf("%v", role)
	}
	d.want(422, "GET", "/Organization?address=Central", "")
	d.do("GET", "/Organization?_id=none", "")
	d.want(422, "GET", "/Organization?_count=0", "")
	d.want(422, "GET", "/Organization?page=abc", "")
	d.want(404, "GET", "/HealthcareService/none", "")
	if status, _ := w.get("/Organization"); status != http.StatusUnauthorized {
		t.Errorf("nobody asks, and is answered %d", status)
	}
	// Pages are whole, whatever comes in between, and a list that did not change is not sent again.
	if all := d.listed("/Organization?_count=1"); len(all) != 2 {
		t.Errorf("pages: %v", all)
	}
	_, head, _ := d.full("GET", "/Practitioner", "")
	if tag := head.Get("ETag"); tag == "" {
		t.Error("no ETag")
	} else if status, _ := d.do("GET", "/Practitioner", "", "If-None-Match", tag); status != http.StatusNotModified {
		t.Errorf("not changed: %d", status)
	} else if err := w.c.EndService(t.Context(), "op", b, heart.ID); err != nil {
		t.Error(err)
	} else if status, _ := d.do("GET", "/Practitioner", "", "If-None-Match", tag); status != http.StatusNotModified {
		t.Errorf("another list has changed: %d", status)
	}
	if s := d.listed("/HealthcareService?active=false"); len(s) != 1 {
		t.Errorf("a service that ended is gone: %v", s)
	}
	if err := w.c.EndService(t.Context(), "op", b, heart.ID); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("ended twice: %v", err)
	}
}

func TestTheDirectorySaysWhoTakesPartAndByWhichKeysTheySign(t *testing.T) {
	t.Run("a centre", func(t *testing.T) { directoryStory(t, newWorld(t)) })
	t.Run("a gate", func(t *testing.T) { directoryStory(t, newGate(t, fhirtest.Quirks{}).world) })
}

// What was signed before a key ended was signed by it: neither an account that is closed nor another key at the same desk takes it away.
func TestAKeyThatHasEndedStaysInTheDirectoryWithItsEnd(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d, other := w.desk(hcp, ehrdesk.Doctor), w.desk(hcp, ehrdesk.Nurse)
	first := printOf(t, d.key.Public())
	w.clock.advance(time.Hour)
	code, err := w.c.AddAccount(t.Context(), hcp, d.staff, "", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	d.key = newKey(t)
	if status, answer := d.enrol(code); status != http.StatusCreated {
		t.Fatalf("%d %v", status, answer)
	}
	second := printOf(t, d.key.Public())
	id := directory.PersonID(hcp, d.staff)
	other.signIn()
	text := other.listed("/Practitioner?_id=" + id)[id]
	if !strings.Contains(text, first) || !strings.Contains(text, second) || strings.Count(text, `"url":"until"`) != 1 {
		t.Errorf("a key in the place of another: %s", text)
	}
	w.clock.advance(time.Hour)
	other.signIn()
	if _, err := w.c.CloseAccount(t.Context(), hcp, d.staff); err != nil {
		t.Fatal(err)
	}
	text = other.listed("/Practitioner?_id=" + id)[id]
	if !strings.Contains(text, first) || !strings.Contains(text, second) || strings.Count(text, `"url":"until"`) != 2 || !strings.Contains(text, `"active":false`) {
		t.Errorf("an account that is closed: %s", text)
	}
}

func TestARegistrationThatEndedIsNotActiveAndNotGone(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d, other := w.desk(hcp, ehrdesk.Doctor), w.desk(hcp, ehrdesk.Nurse)
	w.end(hcp, d.staff, ehrdesk.RegistrationEnds, w.clock.now(), time.Time{})
	if got := other.listed("/Practitioner?active=false"); len(got) != 1 || got[directory.PersonID(hcp, d.staff)] == "" {
		t.Errorf("%v", got)
	}
	for _, role := range other.listed("/PractitionerRole?active=false") {
		if !strings.Contains(role, `"period":{"end":"`) {
			t.Errorf("%s", role)
		}
	}
	if got := other.listed("/Organization?active=true"); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// A record may refer to an organization of its own; the directory's come before it, and take nothing away.
func TestARecordsOwnOrganizationIsReadAsBefore(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	d.want(201, "PUT", "/Organization/own", `{"resourceType":"Organization","id":"own","name":"A laboratory"}`)
	if text := d.want(200, "GET", "/Organization/own", ""); !strings.Contains(text, "A laboratory") {
		t.Error(text)
	}
	if got := d.listed("/Organization?name=laboratory"); len(got) != 0 {
		t.Errorf("a deposited organization is in the directory: %v", got)
	}
}

// To look in and to deposit are agreed to apart; what is not agreed to is refused whoever the patient is, from the next request on.
func TestWhatAProviderHasNotAgreedToIsRefused(t *testing.T) {
	w, rep := clinicalWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d := w.desk(hcp, ehrdesk.Doctor)
	d.grant(rep.EHR)
	weight := `{"resourceType":"Observation","id":"weight","status":"final","code":{"text":"Weight"},"subject":{"reference":"Patient/` + rep.Patient + `"}}`
	agree := func(view, deposit bool) {
		t.Helper()
		if a, err := w.c.Agree(t.Context(), "op", hcp, &view, &deposit); err != nil || a.View != view || a.Deposit != deposit {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	lookUp := func() string {
		return d.want(200, "POST", "/Patient/_search", "identifier="+strings.ReplaceAll(ehrdesk.SystemEHR, ":", "%3A")+"%7C"+rep.EHR)
	}
	for _, c := range []struct{ view, deposit bool }{{true, true}, {true, false}, {false, true}, {false, false}, {true, true}} {
		agree(c.view, c.deposit)
		status, text := d.do("PUT", "/Observation/weight", weight)
		if c.deposit != (status < 300) || !c.deposit && issue(t, text) != "deposit-agreement" {
			t.Errorf("%+v: a deposit is answered %d %s", c, status, text)
		}
		status, text = d.do("GET", "/Patient/"+rep.Patient+"/$everything", "")
		if c.view != (status == 200) || !c.view && issue(t, text) != "view-agreement" {
			t.Errorf("%+v: looking in is answered %d %.200s", c, status, text)
		}
		said := lookUp()
		if c.view == strings.Contains(said, `view-closed","valueCode":"agreement"`) || c.deposit == strings.Contains(said, `deposit-closed","valueCode":"agreement"`) {
			t.Errorf("%+v: a look-up says %s", c, said)
		}
	}
	if _, err := w.c.Agree(t.Context(), "op", "0000000000", nil, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
}
