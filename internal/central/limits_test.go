package central_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// unusual are the marks of what an officer is shown, each once, in the order they came.
func (w *world) unusual() (marks []string) {
	w.t.Helper()
	err := w.c.Unusual(w.t.Context(), func(a central.Access) error {
		for _, m := range a.Marks {
			if !slices.Contains(marks, m) && m != "out-of-hours" {
				marks = append(marks, m)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return marks
}

// untilRefused does something until it is refused as too often, and gives how often it was
// not, and when to ask again.
func untilRefused(t testing.TB, most int, do func(i int) (int, http.Header, string)) (done int, after time.Duration) {
	t.Helper()
	for i := range most {
		status, header, body := do(i)
		if status != http.StatusTooManyRequests {
			continue
		}
		if issue(t, body) != "too-often" {
			t.Fatalf("refused as %s", body)
		}
		n, err := strconv.Atoi(header.Get("Retry-After"))
		if err != nil || n < 1 {
			t.Fatalf("ask again after %q", header.Get("Retry-After"))
		}
		return i, time.Duration(n) * time.Second
	}
	t.Fatalf("%d were let through", most)
	return 0, 0
}

func lookUp(number string) string { return "identifier=" + ehrdesk.SystemEHR + "|" + number }

func TestLookUpsHaveARateThatABusyDeskNeverMeets(t *testing.T) {
	w := newWorld(t)
	ehr := w.importText(patientBundle(uuidA, "CHAN"))[0].EHR
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	for i := range 200 { // the list of the day, in one go
		if status, body := d.do("POST", "/Patient/_search", lookUp(ehr)); status != 200 {
			t.Fatalf("the day's list stops at %d: %d %s", i, status, body)
		}
	}
	for range 200 { // and each of the queue twice in four hours
		w.clock.advance(72 * time.Second)
		d.signIn()
		d.want(200, "POST", "/Patient/_search", lookUp(ehr))
		d.want(200, "POST", "/Patient/_search", lookUp(ehr))
	}
	d.signIn()
	guess := func(d *desk) func(int) (int, http.Header, string) {
		return func(i int) (int, http.Header, string) {
			return d.full("POST", "/Patient/_search", lookUp(fmt.Sprintf("%012d", i)))
		}
	}
	_, after := untilRefused(t, 400, guess(d))
	events := len(w.events(func(central.Access) bool { return true }))
	// By whichever way a number is asked for, and at any desk of theirs.
	elsewhere := d.beside(t, d.staff, ehrdesk.FrontDesk, newKey(t))
	for name, got := range map[string]func() (int, string){
		"a look-up":       func() (int, string) { return d.do("POST", "/Patient/_search", lookUp(ehr)) },
		"at another desk": func() (int, string) { return elsewhere.do("POST", "/Patient/_search", lookUp(ehr)) },
		"an act":          func() (int, string) { return d.do("POST", "/Patient/$grant-sharing-consent", grantBody(ehr, nil)) },
	} {
		if status, _ := got(); status != 429 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if n := len(w.events(func(a central.Access) bool { return a.Action != "enrol" && a.Action != "sign-in" })); n > events+1 {
		t.Errorf("%d refusals filled the log", n-events)
	}
	colleague := d.join(t, "clerk.two", ehrdesk.FrontDesk)
	colleague.want(200, "POST", "/Patient/_search", lookUp(ehr)) // the desk has some left
	if marks := w.unusual(); !slices.Contains(marks, "many-look-ups") {
		t.Errorf("an officer reads of %v", marks)
	}
	// A restart gives nobody more.
	again, err := central.Open(t.Context(), central.Options{Dir: w.dir, Store: w.store, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	srv := serve(t, again)
	if status, _ := d.do("POST", srv+"/fhir/Patient/_search", lookUp(ehr)); status != 429 {
		t.Errorf("another process: %d", status)
	}
	w.clock.advance(after)
	d.want(200, "POST", "/Patient/_search", lookUp(ehr))
}

func TestConsentsByFormHaveARate(t *testing.T) {
	w := newWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	var people []string
	for i := range 83 {
		id := fmt.Sprintf("11111111-1111-4111-8111-1111111111%02d", i)
		people = append(people, w.importText(patientBundle(id, "CHAN"))[0].EHR)
	}
	done, after := untilRefused(t, 83, func(i int) (int, http.Header, string) {
		return d.full("POST", "/Patient/$grant-sharing-consent", grantBody(people[i], func(p map[string]map[string]any) {
			p["formReference"]["valueString"] = strings.Map(func(r rune) rune { return 'a' + r - '0' }, strconv.Itoa(i))
		}))
	})
	if done < 20 || done > 40 || after > time.Minute {
		t.Errorf("%d forms, then in %v", done, after)
	}
	if marks := w.unusual(); !slices.Contains(marks, "many-forms") || !slices.Contains(marks, "form-without-number") {
		t.Errorf("an officer reads of %v", marks)
	}
	for i := range 200 - 83 { // and a morning of nothing but forms goes on
		w.clock.advance(72 * time.Second)
		d.signIn()
		if status, body := d.do("POST", "/Patient/$grant-sharing-consent", grantBody(people[i%len(people)], nil)); status == 429 {
			t.Fatalf("form %d of the morning: %s", i, body)
		}
	}
}

func TestWrongKeysHaveARateOverAllPatients(t *testing.T) {
	w := newWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	var people []central.ImportReport
	for i := range 30 {
		people = append(people, w.importText(patientBundle(fmt.Sprintf("11111111-1111-4111-8111-1111111111%02d", i), "CHAN"))[0])
	}
	try := func(rep central.ImportReport, key string) (int, http.Header, string) {
		return d.full("POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, func(p map[string]map[string]any) {
			delete(p, "formReference")
			p["channel"]["valueCode"] = "access-key"
			p["accessKey"] = map[string]any{"valueString": key}
		}))
	}
	done, _ := untilRefused(t, 30, func(i int) (int, http.Header, string) { return try(people[i], "00000000") })
	if done < 15 {
		t.Errorf("a clerk's mistakes stop at %d", done)
	}
	if status, _, _ := try(people[29], people[29].AccessKey); status != 429 {
		t.Errorf("a right key among the guesses: %d", status)
	}
	if marks := w.unusual(); !slices.Contains(marks, "many-wrong-codes") {
		t.Errorf("an officer reads of %v", marks)
	}
	w.clock.advance(4 * time.Minute)
	d.signIn()
	if status, _, body := try(people[29], people[29].AccessKey); status != 200 {
		t.Errorf("four minutes later: %d %s", status, body)
	}
}

func TestRegistrationsHaveARate(t *testing.T) {
	w, _ := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	if done, _ := untilRefused(t, 100, func(i int) (int, http.Header, string) {
		return d.full("POST", "/Patient/$registration", registrationOf(fmt.Sprintf("%012d", i)))
	}); done < 30 {
		t.Errorf("refused after %d", done)
	}
	e := w.desk(w.hcp(central.HCP{Name: "Other clinic"}), ehrdesk.Doctor)
	if done, _ := untilRefused(t, 300, func(i int) (int, http.Header, string) {
		return e.full("PUT", "/Observation/o1", `{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"identifier":{"system":"`+ehrdesk.SystemEHR+`","value":"`+fmt.Sprintf("%012d", i)+`"}}}`)
	}); done < 50 {
		t.Errorf("deposits by number are refused after %d", done)
	}
}

func registrationOf(ehr string) string {
	return `{"resourceType":"Parameters","parameter":[{"name":"identifier","valueIdentifier":{"system":"` + ehrdesk.SystemEHR + `","value":"` + ehr + `"}}]}`
}

// Who verifies somebody compares what they say with what was registered: the end of a number
// is enough for that, and of who is verified nothing is needed.
func TestContactDataIsShownMaskedAndOnlyToVerify(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	text := d.want(200, "POST", "/Patient/$registration", registrationOf(ehr))
	for _, s := range []string{"51112222", "5111", "1 Old Street", "25550000"} {
		if strings.Contains(text, s) {
			t.Errorf("it shows %s: %s", s, text)
		}
	}
	if !strings.Contains(text, `"***2222"`) {
		t.Errorf("it lacks the end of the number: %s", text)
	}
	// A mask of something else is not kept, and that of what is on record changes nothing.
	with := func(phone string) string {
		return verifyBody(ehr, func(p map[string]map[string]any) {
			p["contact"] = map[string]any{"part": []any{map[string]any{"name": "phone", "valueString": phone}}}
		})
	}
	if got := issue(t, d.want(422, "POST", "/Patient/$verify-identity", with("***9999"))); got != "invalid" {
		t.Error(got)
	}
	d.want(200, "POST", "/Patient/$verify-identity", with("***2222"))
	doctor := d.join(t, "dr.one", ehrdesk.Doctor)
	if text := doctor.want(200, "GET", "/Patient/"+uuidA, ""); !strings.Contains(text, `"51112222"`) {
		t.Errorf("the mask was kept: %s", text)
	}
	if got := issue(t, d.want(409, "POST", "/Patient/$registration", registrationOf(ehr))); got != "already-verified" {
		t.Error(got)
	}
	if n := len(w.events(func(a central.Access) bool { return strings.Contains(a.Reason, "contact data") })); n != 2 {
		t.Errorf("%d in the log", n)
	}
}

func TestAnOfficerReadsOfRelativesAndOfTheNight(t *testing.T) {
	w := newWorld(t)
	ehr := w.importText(patientBundle(uuidA, "CHAN"))[0].EHR
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	hospital := w.hcp(central.HCP{Name: "Hospital", Deemed: true})
	atHour := func(hour int) { // of Hong Kong
		for w.clock.now().UTC().Add(8*time.Hour).Hour() != hour {
			w.clock.advance(time.Hour)
		}
	}
	marks := func(hcp, name string) []string {
		t.Helper()
		d := &desk{w: w, hcp: hcp, staff: "dr." + strconv.Itoa(len(w.events(func(central.Access) bool { return true }))), deskKey: newKey(t), key: newKey(t)}
		code, err := w.c.AddAccount(t.Context(), hcp, d.staff, name, ehrdesk.Doctor)
		if err != nil {
			t.Fatal(err)
		}
		_, answer := d.enrol(code)
		d.client = answer["client_id"].(string)
		d.signIn()
		d.want(200, "POST", "/Patient/_search", lookUp(ehr))
		found := w.events(func(a central.Access) bool { return a.Staff == d.staff && a.Action == "find" })
		return found[0].Marks
	}
	atHour(10)
	for name, want := range map[string]bool{"Dr CHAN Siu Ming": true, "Amy Chan": true, "Dr 陳小明": true, "Dr CHANG Siu Ming": false, "WONG Ka Yan": false} {
		if got := slices.Contains(marks(hcp, name), "same-surname"); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := marks(hcp, "WONG Ka Yan"); len(got) != 0 {
		t.Errorf("by day: %v", got)
	}
	atHour(3)
	if got := marks(hcp, "WONG Ka Yan"); !slices.Equal(got, []string{"out-of-hours"}) {
		t.Errorf("at night: %v", got)
	}
	if got := marks(hospital, "WONG Ka Yan"); len(got) != 0 {
		t.Errorf("at a hospital at night: %v", got)
	}
}
