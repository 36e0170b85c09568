package central_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

const label = `"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},`

// labelledWorld has, beside the plain records, a labelled note and a labelled
// laboratory result of a clinic that nothing else names.
func labelledWorld(t *testing.T) (*world, central.ImportReport) {
	w, rep := clinicalWorld(t)
	w.importText(`{"resourceType":"Organization","id":"secret-org","name":"SECRET clinic"}`)
	w.add(`{"resourceType":"Observation","id":"hidden",` + label + `"status":"final","category":[{"coding":[{"code":"laboratory"}]}],"subject":{"reference":"Patient/` + uuidA + `"},"performer":[{"reference":"Organization/secret-org"}],"valueString":"SECRET result"}`)
	w.add(`{"resourceType":"AllergyIntolerance","id":"hidden-allergy",` + strings.Replace(label, `"R"`, `"V"`, 1) + `"patient":{"reference":"Patient/` + uuidA + `"},"code":{"text":"SECRET allergy"}}`)
	return w, rep
}

// kindsOpen is what $open tells of each kind: access, count, restricted.
func (d *desk) kindsOpen() map[string]string {
	d.w.t.Helper()
	text := d.want(200, "POST", "/Patient/"+uuidA+"/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}]}`)
	var params struct {
		Parameter []struct {
			Name string
			Part []struct {
				Name, ValueCode string
				ValueInteger    int
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &params); err != nil {
		d.w.t.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range params.Parameter {
		if p.Name == "kind" && p.Part[3].Name == "restricted" {
			out[p.Part[0].ValueCode] = fmt.Sprint(p.Part[1].ValueCode, p.Part[2].ValueInteger, p.Part[3].ValueInteger)
		}
	}
	return out
}

func TestALabelledRecordIsGivenNowhere(t *testing.T) {
	w, rep := labelledWorld(t)
	doctor := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	hospital := w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true}), ehrdesk.Doctor)
	doctor.grant(rep.EHR)
	for _, d := range []*desk{doctor, hospital} {
		all, first := d.all("/Patient/" + uuidA + "/$everything")
		if joined := strings.Join(all, "\n"); strings.Contains(joined, "SECRET") || len(all) != first.Total || !strings.Contains(joined, `"o1"`) {
			t.Errorf("everything: %d of %d: %s", len(all), first.Total, joined)
		}
		for _, r := range append(reads(), [][3]string{
			{"GET", "/Observation/hidden", ""}, {"GET", "/Observation/hidden/_history", ""}, {"GET", "/Observation/hidden/_history/1", ""}, {"GET", "/Observation/_history", ""},
			{"POST", "/Observation/_search", "_id=hidden"}, {"POST", "/AllergyIntolerance/_search", "patient=" + uuidA + "&_id=hidden-allergy"}, {"GET", "/AllergyIntolerance/hidden-allergy", ""},
		}...) {
			status, body := d.do(r[0], r[1], r[2])
			if strings.Contains(body, "SECRET") || strings.Contains(body, "secret-org") {
				t.Errorf("%s %s gives a labelled record: %s", r[0], r[1], body)
			}
			if strings.Contains(r[1], "/hidden") && (status != 403 || issue(t, body) != "restricted") {
				t.Errorf("%s: %d %s", r[1], status, body)
			}
		}
		if k := d.kindsOpen(); k["laboratory"] != "general1 1" || k["allergy"] != "general1 1" || k["radiology"] != "general1 0" {
			t.Errorf("open tells %v", k)
		}
	}
	pharmacist := w.desk(w.hcp(central.HCP{Name: "Pharmacy"}), ehrdesk.Pharmacist)
	pharmacist.grant(rep.EHR)
	if k := pharmacist.kindsOpen(); k["laboratory"] != "general1 1" || k["radiology"] != "restricted1 1" || k["birth"] != "restricted0 0" {
		t.Errorf("open tells a pharmacist %v", k)
	}
}

func TestALabelledSharedResourceDoesNotComeAlong(t *testing.T) {
	w, rep := clinicalWorld(t)
	w.importText(`{"resourceType":"Organization","id":"unit",` + label + `"name":"SECRET unit"}`)
	w.add(`{"resourceType":"Observation","id":"o2","status":"final","subject":{"reference":"Patient/` + uuidA + `"},"performer":[{"reference":"Organization/unit"}]}`)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	if all, _ := d.all("/Patient/" + uuidA + "/$everything"); strings.Contains(strings.Join(all, ""), "SECRET") {
		t.Error("it comes with what refers to it")
	}
	if got := issue(t, d.want(403, "GET", "/Organization/unit", "")); got != "restricted" {
		t.Errorf("read: %s", got)
	}
	if b := parse(t, d.want(200, "POST", "/Organization/_search", "_id=unit")); len(b.Entry) != 0 {
		t.Error("a search finds it")
	}
}

func TestALabelThatComesAndGoesIsFollowed(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	_, first := d.all("/Patient/" + uuidA + "/$everything")
	secret := `{"resourceType":"AllergyIntolerance","id":"a1",` + label + `"patient":{"reference":"Patient/` + uuidA + `"},"code":{"text":"SECRET"}}`
	tombstones := func(since string) (out []string) {
		t.Helper()
		for _, e := range parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$tombstones?_since="+since, "")).Entry {
			out = append(out, e.Request.URL+" "+e.Extension[0].ValueCode)
		}
		return out
	}
	w.add(secret)
	if got := tombstones(first.Timestamp); !slices.Equal(got, []string{"AllergyIntolerance/a1 out-of-scope"}) {
		t.Errorf("labelled: %v", got)
	}
	if all, _ := d.all("/Patient/" + uuidA + "/$everything?_since=" + first.Timestamp); len(all) != 0 {
		t.Errorf("labelled, and given: %v", all)
	}
	w.add(strings.Replace(strings.Replace(secret, label, "", 1), "SECRET", "told", 1))
	if all, _ := d.all("/Patient/" + uuidA + "/$everything?_since=" + first.Timestamp); len(all) != 1 || !strings.Contains(all[0], "told") {
		t.Errorf("no longer labelled: %v", all)
	}
	if got := tombstones(first.Timestamp); len(got) != 0 {
		t.Errorf("no longer labelled: %v", got)
	}
	// The version of between stays where it is.
	if text := d.want(200, "GET", "/AllergyIntolerance/a1/_history", ""); strings.Contains(text, "SECRET") || parse(t, text).Total != 2 {
		t.Errorf("history: %s", text)
	}
	d.want(404, "GET", "/AllergyIntolerance/a1/_history/2", "")
	w.add(secret)
	w.remove(secret)
	if got := tombstones(first.Timestamp); !slices.Equal(got, []string{"AllergyIntolerance/a1 deleted"}) {
		t.Errorf("labelled and withdrawn: %v", got)
	}
}

// told are the texts of the patient's notices.
func (w *world) told(ehr string) (out []string) {
	w.t.Helper()
	if err := w.c.Notices(w.t.Context(), ehr, func(n central.Notice) error { out = append(out, n.Text); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return out
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code has one sent and reads it where the patient does.
func (d *desk) code(ehr string) string {
	d.w.t.Helper()
	d.want(200, "POST", "/Patient/"+uuidA+"/$send-one-time-code", requestBody(uuid.NewString()))
	told := d.w.told(ehr)
	return sixDigits.FindString(told[len(told)-1])
}

func requestBody(id string) string {
	return `{"resourceType":"Parameters","parameter":[{"name":"requestId","valueUuid":"` + id + `"}]}`
}

// releaseBody asks by one-time code; edit may spoil it.
func releaseBody(code string, kinds []string, edit func(map[string]map[string]any)) string {
	p := map[string]map[string]any{
		"reason": {"valueCode": "continuity-of-care"}, "reasonText": {"valueString": "  to go on with the treatment  "}, "channel": {"valueCode": "one-time-code"},
		"oneTimeCode": {"valueString": code}, "requestId": {"valueUuid": uuid.NewString()},
	}
	if edit != nil {
		edit(p)
	}
	var list []any
	for name, v := range p {
		v["name"] = name
		list = append(list, v)
	}
	for _, k := range kinds {
		list = append(list, map[string]any{"name": "kind", "valueCode": k})
	}
	b, err := json.Marshal(map[string]any{"resourceType": "Parameters", "parameter": list})
	if err != nil {
		panic(err)
	}
	return string(b)
}

const (
	releasePath    = "/Patient/" + uuidA + "/$release-restricted"
	restrictedPath = "/Patient/" + uuidA + "/$restricted"
)

// valueOf is the value of a parameter of an answer.
func valueOf(t testing.TB, text, name string) string {
	t.Helper()
	var p struct{ Parameter []map[string]any }
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	for _, v := range p.Parameter {
		for k, x := range v {
			if v["name"] == name && strings.HasPrefix(k, "value") {
				return fmt.Sprint(x)
			}
		}
	}
	return ""
}

func TestThePatientReleasesRestrictedRecordsForAWhile(t *testing.T) {
	w, rep := labelledWorld(t)
	hcp := w.hcp(central.HCP{Name: "Pharmacy"})
	d := w.desk(hcp, ehrdesk.Pharmacist)
	d.grant(rep.EHR)
	body := releaseBody(d.code(rep.EHR), []string{"laboratory", "radiology"}, nil)
	before := len(w.told(rep.EHR))
	text := d.want(200, "POST", releasePath, body)
	if again := d.want(200, "POST", releasePath, body); again != text {
		t.Error("the same act was answered otherwise")
	}
	if valueOf(t, text, "until") != stamp(15*time.Minute) || valueOf(t, text, "notified") != "sms" {
		t.Errorf("released: %s", text)
	}
	if told := w.told(rep.EHR); len(told) != before+1 || !strings.Contains(told[before], "additional consent") || strings.Contains(told[before], "laboratory") {
		t.Errorf("the patient was told %q", told[before:])
	}
	id := valueOf(t, text, "release")
	// What was released and nothing else: of laboratory the labelled one, of radiology, restricted for pharmacists, the kind.
	pages := 0
	var got []string
	for path := restrictedPath + "?release=" + id + "&_count=1"; path != ""; pages++ {
		status, head, text := d.full("GET", path, "")
		if status != 200 || head.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v %s", status, head, text)
		}
		b := parse(t, text)
		for _, e := range b.Entry {
			got = append(got, strings.TrimPrefix(e.FullURL, w.base+"/")+" "+e.Search.Mode)
		}
		path = b.next()
	}
	slices.Sort(got)
	if want := []string{"DiagnosticReport/r1 match", "Observation/hidden match", "Organization/secret-org include"}; !slices.Equal(got, want) || pages != 3 {
		t.Errorf("%d pages of %v, want %v", pages, got, want)
	}
	// It stays out of everything else, and is nobody else's.
	if all, _ := d.all("/Patient/" + uuidA + "/$everything"); strings.Contains(strings.Join(all, ""), "SECRET") {
		t.Error("what was released comes with everything")
	}
	over := func(who string, d *desk) {
		t.Helper()
		if status, body := d.do("GET", restrictedPath+"?release="+id, ""); status != 403 || issue(t, body) != "release-over" || strings.Contains(body, "SECRET") {
			t.Errorf("%s: %d %s", who, status, body)
		}
	}
	doctor := w.desk(hcp, ehrdesk.Doctor)
	over("a colleague", doctor)
	if status, body := d.do("GET", "/Patient/"+uuidB+"/$restricted?release="+id, ""); status != 403 || issue(t, body) != "release-over" {
		t.Errorf("another patient: %d %s", status, body)
	}
	var log []string
	if err := w.c.Accesses(t.Context(), rep.EHR, func(a central.Access) error {
		if strings.Contains(a.Reason, id) || a.Action == "release" {
			log = append(log, a.Action+" "+strings.Join(a.Kinds, "+")+" "+strings.ReplaceAll(a.Reason, id, "ID"))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	read := "read laboratory+radiology restricted records, release ID"
	if want := []string{"release laboratory+radiology continuity-of-care: to go on with the treatment", read, read, read}; !slices.Equal(log, want) {
		t.Errorf("log %q, want %q", log, want)
	}
	w.clock.advance(15*time.Minute - time.Second)
	d.signIn()
	d.want(200, "GET", restrictedPath+"?release="+id, "")
	next := parse(t, d.want(200, "GET", restrictedPath+"?release="+id+"&_count=1", "")).next()
	w.clock.advance(time.Second)
	over("after its time", d)
	if got := issue(t, d.want(403, "GET", next, "")); got != "release-over" {
		t.Errorf("a page of before: %s", got)
	}
}

func TestALeaveEndsWithItsEndAndWithTheConsent(t *testing.T) {
	w, rep := labelledWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d := w.desk(hcp, ehrdesk.Doctor)
	d.grant(rep.EHR)
	take := func() string {
		t.Helper()
		return valueOf(t, d.want(200, "POST", releasePath, releaseBody(d.code(rep.EHR), []string{"allergy"}, nil)), "release")
	}
	end := func(d *desk, id string) (int, string) {
		return d.do("POST", "/Patient/"+uuidA+"/$end-release", `{"resourceType":"Parameters","parameter":[{"name":"release","valueString":"`+id+`"}]}`)
	}
	id := take()
	if b := parse(t, d.want(200, "GET", restrictedPath+"?release="+id, "")); b.Total != 1 || !strings.Contains(string(b.Entry[0].Resource), "SECRET allergy") {
		t.Errorf("%+v", b)
	}
	other := w.desk(hcp, ehrdesk.Nurse)
	if status, body := end(other, id); status != 403 || issue(t, body) != "release-over" {
		t.Errorf("a colleague ends it: %d %s", status, body)
	}
	for range 2 {
		if status, body := end(d, id); status != 200 || valueOf(t, body, "release") != id || valueOf(t, body, "ended") == "" {
			t.Errorf("ending: %d %s", status, body)
		}
	}
	if got := issue(t, d.want(403, "GET", restrictedPath+"?release="+id, "")); got != "release-over" {
		t.Error(got)
	}
	id = take()
	if _, err := w.c.PatientAct(t.Context(), rep.EHR, hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	if got := issue(t, d.want(403, "GET", restrictedPath+"?release="+id, "")); got != "release-over" {
		t.Errorf("consent withdrawn: %s", got)
	}
	if got := issue(t, d.want(403, "POST", releasePath, releaseBody("000000", []string{"allergy"}, nil))); got != "consent-needed" {
		t.Errorf("without consent: %s", got)
	}
	if got := issue(t, d.want(403, "POST", "/Patient/"+uuidA+"/$send-one-time-code", requestBody(uuid.NewString()))); got != "consent-needed" {
		t.Errorf("a code without consent: %s", got)
	}
}

func TestWhatAReleaseNeeds(t *testing.T) {
	w, rep := labelledWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d, front := w.desk(hcp, ehrdesk.Doctor), w.desk(hcp, ehrdesk.FrontDesk)
	d.grant(rep.EHR)
	code := d.code(rep.EHR)
	set := func(name, kind string, value any) func(map[string]map[string]any) {
		return func(p map[string]map[string]any) { p[name] = map[string]any{kind: value} }
	}
	allergy := []string{"allergy"}
	for _, tc := range []struct {
		name   string
		kinds  []string
		edit   func(map[string]map[string]any)
		status int
		issue  string
	}{
		{"no kinds", nil, nil, 422, "invalid"},
		{"a kind that is none", []string{"gossip"}, nil, 422, "invalid"},
		{"no reason", allergy, set("reason", "valueCode", ""), 422, "reason-missing"},
		{"a reason not offered", allergy, set("reason", "valueCode", "curiosity"), 422, "reason-missing"},
		{"nine characters", allergy, set("reasonText", "valueString", "  123456789   "), 422, "reason-missing"},
		{"no words", allergy, set("reasonText", "valueString", ""), 422, "reason-missing"},
		{"no channel", allergy, set("channel", "valueCode", "form"), 422, "invalid"},
		{"an Access Key for a code", allergy, set("oneTimeCode", "valueString", rep.AccessKey), 422, "invalid"},
		{"no card", allergy, set("channel", "valueCode", "card"), 422, "card-missing"},
		{"no request", allergy, set("requestId", "valueUuid", "x"), 422, "invalid"},
	} {
		status, body := d.do("POST", releasePath, releaseBody(code, tc.kinds, tc.edit))
		if status != tc.status || issue(t, body) != tc.issue {
			t.Errorf("%s: %d %s, want %d %s", tc.name, status, body, tc.status, tc.issue)
		}
	}
	for _, path := range []string{"$release-restricted", "$send-one-time-code"} {
		if got := issue(t, front.want(403, "POST", "/Patient/"+uuidA+"/"+path, releaseBody(code, allergy, nil))); got != "role" {
			t.Errorf("the front desk, %s: %s", path, got)
		}
	}
	// Ten characters are ten in Chinese too, and nothing above has spent the code.
	d.want(200, "POST", releasePath, releaseBody(code[:3]+" "+code[3:], allergy, set("reasonText", "valueString", "病人要求查閱過敏紀錄")))
}

func TestOneTimeCodesAreForOneUseAndLockAfterThree(t *testing.T) {
	w, rep := labelledWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	elsewhere := w.desk(w.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	elsewhere.grant(rep.EHR)
	try := func(d *desk, code string) (int, string, string) {
		status, body := d.do("POST", releasePath, releaseBody(code, []string{"allergy"}, nil))
		if status == 200 {
			return status, "", body
		}
		return status, issue(t, body), body
	}
	if status, why, _ := try(d, "123456"); status != 403 || why != "code-expired" {
		t.Errorf("none was sent: %d %s", status, why)
	}
	request := requestBody(uuid.NewString())
	first := d.want(200, "POST", "/Patient/"+uuidA+"/$send-one-time-code", request)
	if valueOf(t, first, "sentTo") != "sms" || valueOf(t, first, "expires") != stamp(10*time.Minute) || sixDigits.MatchString(first) {
		t.Errorf("sent: %s", first)
	}
	if again := d.want(200, "POST", "/Patient/"+uuidA+"/$send-one-time-code", request); again != first || len(w.told(rep.EHR)) != 3 {
		t.Errorf("the same request sent another: %d notices", len(w.told(rep.EHR)))
	}
	told := w.told(rep.EHR)
	code := sixDigits.FindString(told[len(told)-1])
	if status, why, _ := try(elsewhere, code); status != 403 || why != "code-expired" {
		t.Errorf("another provider with the patient's code: %d %s", status, why)
	}
	if status, _, body := try(d, code); status != 200 {
		t.Fatalf("the code: %d %s", status, body)
	}
	if status, why, _ := try(d, code); status != 403 || why != "code-expired" {
		t.Errorf("a second time: %d %s", status, why)
	}
	code = d.code(rep.EHR)
	w.clock.advance(10 * time.Minute)
	d.signIn()
	if status, why, _ := try(d, code); status != 403 || why != "code-expired" {
		t.Errorf("ten minutes on: %d %s", status, why)
	}
	code = d.code(rep.EHR)
	if got, body := d.do("POST", "/Patient/"+uuidA+"/$send-one-time-code", requestBody(uuid.NewString())); got != 429 || issue(t, body) != "code-too-often" || extensionOf(t, body, "locked-until") != stamp(time.Hour) {
		t.Errorf("a fourth within the hour: %d %s", got, body)
	}
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	for i, left := range []float64{2, 1} {
		if status, why, body := try(d, wrong); status != 403 || why != "wrong-code" || extensionOf(t, body, "tries-left") != left {
			t.Errorf("try %d: %d %s", i+1, status, body)
		}
	}
	if status, why, body := try(d, wrong); status != 423 || why != "code-locked" || extensionOf(t, body, "locked-until") != stamp(25*time.Minute) {
		t.Errorf("the third: %d %s", status, body)
	}
	if status, why, _ := try(d, code); status != 423 || why != "code-locked" {
		t.Errorf("the right one during the lock: %d %s", status, why)
	}
	w.clock.advance(time.Hour)
	d.signIn()
	code = d.code(rep.EHR)
	if status, _, body := try(d, code); status != 200 {
		t.Errorf("after the lock: %d %s", status, body)
	}
}

func TestNoCodeIsSentThatCouldNotArrive(t *testing.T) {
	w := newWorld(t)
	rep := w.importText(strings.Replace(patientBundle(uuidA, "CHAN"), `,"telecom":[{"system":"phone","value":"51112222"}]`, "", 1))[0]
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	if got := issue(t, d.want(422, "POST", "/Patient/"+uuidA+"/$send-one-time-code", requestBody(uuid.NewString()))); got != "no-way-to-tell" {
		t.Error(got)
	}
}

func TestTheCardReleasesAsItConsents(t *testing.T) {
	c := newCounter(t)
	c.w.add(`{"resourceType":"AllergyIntolerance","id":"hidden-allergy",` + label + `"patient":{"reference":"Patient/` + uuidA + `"},"code":{"text":"SECRET allergy"}}`)
	hcp := c.w.hcp(central.HCP{Name: "Surgery"})
	d := c.w.desk(hcp, ehrdesk.Doctor)
	d.grant(c.rep.EHR)
	try := func(issuer *counter, spoil bool) (int, string) {
		request := uuid.NewString()
		nonce, _ := d.nonce(request)
		e := issuer.genuine().Evidence(ehrdesk.CardChallenge(nonce, request, hcp))
		if spoil {
			request = uuid.NewString()
		}
		return d.do("POST", releasePath, releaseBody("", []string{"allergy"}, func(p map[string]map[string]any) {
			p["channel"]["valueCode"], p["requestId"]["valueUuid"], p["card"] = "card", request, cardPart(e)
			delete(p, "oneTimeCode")
		}))
	}
	if status, body := try(c, true); status != 409 || issue(t, body) != "card-nonce" {
		t.Errorf("a card read for another act: %d %s", status, body)
	}
	stranger := &counter{desk: c.desk, rep: c.rep, issuer: newIssuer(t)}
	if status, body := try(stranger, false); status != 403 || issue(t, body) != "card-issuer-unknown" {
		t.Errorf("a card of nobody's: %d %s", status, body)
	}
	status, body := try(c, false)
	if status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if b := parse(t, d.want(200, "GET", restrictedPath+"?release="+valueOf(t, body, "release"), "")); b.Total != 1 {
		t.Errorf("%d records", b.Total)
	}
}

// Notices of accesses can be declined, those of consents not: the additional consent is one, and the
// desk is told how the patient hears of it.
func TestWhoDeclinedNoticesOfAccessesIsToldOfAnAdditionalConsent(t *testing.T) {
	w := newWorld(t)
	hkic, err := ehrdesk.ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	ehr, err := ehrdesk.ParseEHRNumber("812345678901")
	if err != nil {
		t.Fatal(err)
	}
	patient := `{"resourceType":"Patient","id":"` + uuidA + `","name":[{"family":"CHAN","given":["Tai Man"]},{"text":"陳大文"}],"birthDate":"1960-02-03","gender":"male","telecom":[{"system":"phone","value":"51112222"}]}`
	if err := w.c.Fill(t.Context(), people{nil, []central.Person{{Patient: ehrdesk.Patient{ID: uuidA, EHR: ehr, HKIC: hkic}, AccessKey: "12345678", Participation: ehrdesk.Registered, Resources: [][]byte{[]byte(patient),
		[]byte(`{"resourceType":"AllergyIntolerance","id":"hidden-allergy",` + label + `"patient":{"reference":"Patient/` + uuidA + `"},"code":{"text":"SECRET allergy"}}`)}}}}, nil); err != nil {
		t.Fatal(err)
	}
	hcp := w.hcp(central.HCP{Name: "Surgery"})
	c := &counter{desk: w.desk(hcp, ehrdesk.Doctor), rep: central.ImportReport{HKIC: hkic.Printed(), EHR: ehr.Compact()}, issuer: newIssuer(t)}
	w.pin("training", c.issuer)
	c.grant(ehr.Compact())
	c.openChart()
	if got := w.sent(ehr.Compact(), "accessed your eHealth record"); len(got) != 0 {
		t.Errorf("told of an access: %q", got)
	}
	request := uuid.NewString()
	nonce, _ := c.nonce(request)
	e := c.genuine().Evidence(ehrdesk.CardChallenge(nonce, request, hcp))
	body := c.want(200, "POST", releasePath, releaseBody("", []string{"allergy"}, func(p map[string]map[string]any) {
		p["channel"]["valueCode"], p["requestId"]["valueUuid"], p["card"] = "card", request, cardPart(e)
		delete(p, "oneTimeCode")
	}))
	if got := w.sent(ehr.Compact(), "additional consent"); !slices.Equal(got, []string{"sms ***2222"}) || valueOf(t, body, "notified") != "sms" {
		t.Errorf("told on %q, the desk %s", got, body)
	}
}
