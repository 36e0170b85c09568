package central_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/go-jose/go-jose/v4/jwt"
)

func condition(id, more string) string {
	return `{"resourceType":"Condition","id":"` + id + `","subject":{"reference":"Patient/` + uuidA + `"}` + more + `}`
}

func (w *world) manyConditions(n int) {
	w.t.Helper()
	var entries []string
	for i := range n {
		entries = append(entries, entry(condition(fmt.Sprintf("c%03d", i), "")))
	}
	w.importText(patientBundle(uuidA, "CHAN", entries...))
}

func TestPagesMissNothingThatChangesMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.manyConditions(25)
	d := w.reader()
	b := parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$everything?_count=10", ""))
	first := b
	seen := map[string]string{}
	note := func(b bundle) {
		for _, e := range b.Entry {
			seen[strings.TrimPrefix(e.FullURL, w.base+"/")] = string(e.Resource)
		}
	}
	note(b)
	if len(b.Entry) != 10 || b.Total != 26 || b.next() == "" {
		t.Fatalf("first page: %d entries, total %d", len(b.Entry), b.Total)
	}
	// One already given changes, one not yet given changes, one is withdrawn, one arrives.
	w.add(condition("c000", `,"note":[{"text":"changed"}]`))
	w.add(condition("c020", `,"note":[{"text":"changed"}]`))
	w.add(condition("new", ""))
	w.remove(condition("c021", ""))
	for b.next() != "" {
		b = parse(t, d.want(200, "GET", b.next(), ""))
		note(b)
		if b.Timestamp != first.Timestamp {
			t.Errorf("timestamp moved from %s to %s", first.Timestamp, b.Timestamp)
		}
	}
	for id, changed := range map[string]bool{"c000": true, "c020": true, "new": false, "c019": false} {
		if got, ok := seen["Condition/"+id]; !ok || strings.Contains(got, "changed") != changed {
			t.Errorf("%s: %q", id, got)
		}
	}
	if len(seen) != 26 { // Patient, 25 conditions, one new, one withdrawn
		t.Errorf("%d records", len(seen))
	}
	// What happened since is a short answer, and the withdrawn one has its tombstone.
	since := "?_since=" + first.Timestamp
	later, _ := d.all("/Patient/" + uuidA + "/$everything" + since)
	if len(later) != 3 {
		t.Errorf("%d changed since, want 3", len(later))
	}
	tomb := parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$tombstones"+since, ""))
	if len(tomb.Entry) != 1 || tomb.Entry[0].Request.URL != "Condition/c021" || tomb.Entry[0].Request.Method != "DELETE" || tomb.Entry[0].Extension[0].ValueCode != "deleted" {
		t.Errorf("tombstones: %+v", tomb.Entry)
	}
	none, last := d.all("/Patient/" + uuidA + "/$everything?_since=" + tomb.Timestamp)
	if len(none) != 0 || last.Total != 0 {
		t.Errorf("%d changed since now", len(none))
	}
}

func (w *world) add(text string) {
	w.t.Helper()
	if _, err := w.c.AddRecords(w.t.Context(), strings.NewReader(text), "t"); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) remove(text string) {
	w.t.Helper()
	if _, err := w.c.DeleteRecords(w.t.Context(), strings.NewReader(text), "t"); err != nil {
		w.t.Fatal(err)
	}
}

func TestAPageOpensOnlyForWhomAndWhatItWasMade(t *testing.T) {
	w := newWorld(t)
	w.manyConditions(5)
	w.importText(patientBundle(uuidB, "LEE"))
	d, nurse := w.reader(), w.desk(w.hcp(central.HCP{Name: "Other", Deemed: true}), ehrdesk.Nurse)
	next := parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$everything?_count=2", "")).next()
	if got := issue(t, nurse.want(422, "GET", next, "")); got != "invalid" {
		t.Errorf("another account: %s", got)
	}
	if got := issue(t, d.want(422, "GET", strings.Replace(next, uuidA, uuidB, 1), "")); got != "invalid" {
		t.Errorf("another patient: %s", got)
	}
	if got := issue(t, d.want(422, "GET", next[:len(next)-4]+"AAAA", "")); got != "invalid" {
		t.Errorf("a changed page: %s", got)
	}
	if !strings.HasPrefix(next, w.base+"/") {
		t.Errorf("next leaves the base: %s", next)
	}
}

func TestAWithdrawnConsentEndsThePaging(t *testing.T) {
	w := newWorld(t)
	w.manyConditions(5)
	var ehr string
	if err := w.c.Participants(t.Context(), "", func(p central.Participant) error { ehr = p.EHR; return nil }); err != nil {
		t.Fatal(err)
	}
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	if _, err := w.c.PatientAct(t.Context(), ehr, d.hcp, ehrdesk.ByIVRS, false); err != nil {
		t.Fatal(err)
	}
	next := parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$everything?_count=2", "")).next()
	if _, err := w.c.PatientAct(t.Context(), ehr, d.hcp, ehrdesk.ByIVRS, true); err != nil {
		t.Fatal(err)
	}
	if got := issue(t, d.want(403, "GET", next, "")); got != "consent-needed" {
		t.Errorf("a page after the withdrawal: %s", got)
	}
}

func TestHistoryKeepsEveryVersionAndTheDeletion(t *testing.T) {
	w := newWorld(t)
	w.manyConditions(1)
	w.add(condition("c000", `,"note":[{"text":"second"}]`))
	w.remove(condition("c000", ""))
	d := w.reader()
	if status, _ := d.do("GET", "/Condition/c000", ""); status != http.StatusGone {
		t.Errorf("a withdrawn record: %d", status)
	}
	b := parse(t, d.want(200, "GET", "/Condition/c000/_history", ""))
	var methods []string
	for _, e := range b.Entry {
		methods = append(methods, e.Request.Method)
	}
	if got := strings.Join(methods, " "); got != "DELETE PUT POST" {
		t.Errorf("history: %s", got)
	}
	if got := d.want(200, "GET", "/Condition/c000/_history/2", ""); !strings.Contains(got, "second") {
		t.Errorf("second version: %s", got)
	}
	d.want(410, "GET", "/Condition/c000/_history/3", "")
	d.want(404, "GET", "/Condition/c000/_history/4", "")
	d.want(404, "GET", "/Condition/c000/_history/x", "")
	if b := parse(t, d.want(200, "GET", "/Condition/_history?_since=2026-01-01T00:00:00Z", "")); len(b.Entry) != 3 || b.Entry[0].Request.Method != "DELETE" {
		t.Errorf("type history: %+v", b.Entry)
	}
	w.add(condition("c000", "")) // it comes back as a new version
	if got := d.want(200, "GET", "/Condition/c000", ""); !strings.Contains(got, `"versionId":"4"`) {
		t.Errorf("come back: %s", got)
	}
}

func TestARecordThatBecomesRestrictedLeavesATombstone(t *testing.T) {
	w := newWorld(t)
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	report := func(code string) string {
		return `{"resourceType":"DiagnosticReport","id":"r","status":"final","category":[{"coding":[{"code":"` + code + `"}]}],"subject":{"reference":"Patient/` + uuidA + `"}}`
	}
	w.add(report("LAB"))
	d := w.desk(w.hcp(central.HCP{Name: "Pharmacy"}), ehrdesk.Pharmacist)
	d.grant(rep.EHR)
	_, first := d.all("/Patient/" + uuidA + "/$everything")
	w.add(report("RAD"))
	b := parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$tombstones?_since="+first.Timestamp, ""))
	if len(b.Entry) != 1 || b.Entry[0].Extension[0].ValueCode != "out-of-scope" {
		t.Errorf("tombstones: %+v", b.Entry)
	}
	// Additional consent is asked for in the community, and not in a public hospital.
	hospital := w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true}), ehrdesk.Pharmacist)
	hospital.want(200, "GET", "/DiagnosticReport/r", "")
}

func TestDeposits(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN") + patientBundle(uuidB, "LEE"))
	a := w.desk(w.hcp(central.HCP{Name: "A"}), ehrdesk.Doctor) // no sharing consent: a deposit needs none
	b := w.desk(w.hcp(central.HCP{Name: "B"}), ehrdesk.Doctor)
	put := func(patient, more string) string {
		return `{"resourceType":"Condition","id":"mine","subject":{"reference":"Patient/` + patient + `"}` + more + `}`
	}
	status, header, _ := a.full("PUT", "/Condition/mine", put(uuidA, ""))
	if status != 201 || header.Get("ETag") != `W/"1"` {
		t.Fatalf("put: %d %s", status, header.Get("ETag"))
	}
	a.want(200, "PUT", "/Condition/mine", put(uuidA, `,"note":[{"text":"x"}]`), "If-Match", `W/"1"`)
	a.want(412, "PUT", "/Condition/mine", put(uuidA, ""), "If-Match", `W/"1"`)
	a.want(409, "PUT", "/Condition/mine", put(uuidB, ""))
	a.want(400, "PUT", "/Condition/other", put(uuidA, ""))
	if got := issue(t, b.want(403, "PUT", "/Condition/mine", put(uuidA, ""))); got != "source" {
		t.Errorf("another provider's record: %s", got)
	}
	if got := issue(t, b.want(403, "DELETE", "/Condition/mine", "")); got != "source" {
		t.Errorf("another provider's record: %s", got)
	}
	if got := issue(t, a.want(404, "POST", "/Condition", `{"resourceType":"Condition","subject":{"reference":"Patient/nobody"}}`)); got != "not-registered" {
		t.Errorf("a stranger: %s", got)
	}
	a.want(422, "POST", "/Condition", `{"resourceType":"Condition"}`)
	a.want(422, "POST", "/Claim", `{"resourceType":"Claim","patient":{"reference":"Patient/`+uuidA+`"}}`)
	a.want(404, "POST", "/Patient", `{"resourceType":"Patient","name":[{"family":"NEW"}]}`)
	create := `{"resourceType":"Observation","identifier":[{"system":"s","value":"v"}],"subject":{"reference":"Patient/` + uuidA + `"}}`
	a.want(201, "POST", "/Observation", create, "If-None-Exist", "identifier=s|v")
	a.want(200, "POST", "/Observation", create, "If-None-Exist", "identifier=s|v")
	a.want(201, "POST", "/Observation", strings.Replace(create, uuidA, uuidB, 1), "If-None-Exist", "identifier=s|v")
	a.want(204, "DELETE", "/Condition/mine", "")
	a.want(403, "GET", "/Condition/mine", "") // and a deposit lets nobody read
	// A transaction is all or nothing.
	bad := `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":` + put(uuidA, "") + `,"request":{"method":"PUT","url":"Condition/mine"}},` +
		`{"resource":{"resourceType":"Condition","subject":{"reference":"Patient/nobody"}},"request":{"method":"POST","url":"Condition"}}]}`
	a.want(404, "POST", "", bad)
	reader := w.reader()
	reader.want(410, "GET", "/Condition/mine", "")
	got := parse(t, a.want(200, "POST", "", strings.Replace(bad, `"transaction"`, `"batch"`, 1)))
	if got.Entry[0].Response.Status != "201" || got.Entry[1].Response.Status != "404" {
		t.Errorf("batch: %+v", got.Entry)
	}
	reader.want(200, "GET", "/Condition/mine", "")
}

func TestSearchByForm(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN",
		entry(condition("one", `,"code":{"coding":[{"system":"s","code":"x"}]},"identifier":[{"system":"i","value":"1"}]`)),
		entry(condition("two", `,"code":{"coding":[{"system":"t","code":"x"}]},"category":[{"coding":[{"code":"problem"}]}]`)),
		entry(condition("three", ""))) + patientBundle(uuidB, "LEE"))
	d := w.reader()
	day := began().UTC().Format("2006-01-02") // a date without a zone is read as one of UTC
	for form, want := range map[string]string{
		"": "one two three", "&code=x": "one two", "&code=s|x": "one", "&code=s|x,t|x": "one two", "&code=|x": "", "&category=problem": "two", "&identifier=i|1": "one",
		"&_id=two,three": "two three", "&_sort=-_lastUpdated": "three two one", "&_lastUpdated=ge" + day: "one two three", "&_lastUpdated=" + day: "one two three",
		"&_lastUpdated=gt" + day: "", "&_lastUpdated=lt" + day[:7]: "", "&colour=red": "one two three +outcome",
	} {
		b := parse(t, d.want(200, "POST", "/Condition/_search", "patient="+uuidA+form))
		var ids []string
		for _, e := range b.Entry {
			if e.Search.Mode == "outcome" {
				ids = append(ids, "+outcome")
			} else {
				ids = append(ids, strings.TrimPrefix(e.FullURL, w.base+"/Condition/"))
			}
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%q gives %q, want %q", form, got, want)
		}
	}
	d.want(400, "POST", "/Condition/_search", "patient="+uuidA+"&colour=red", "Prefer", "handling=strict")
	d.want(422, "POST", "/Condition/_search", "code=x")
	d.want(422, "POST", "/Condition/_search", "patient="+uuidA+"&_lastUpdated=yesterday")
	var pages []int
	for path, body := "/Condition/_search", "patient="+uuidA+"&_count=2"; path != ""; body = "" {
		method := "POST"
		if body == "" {
			method = "GET"
		}
		b := parse(t, d.want(200, method, path, body))
		pages = append(pages, len(b.Entry))
		path = b.next()
		if strings.Contains(path, uuidA) {
			t.Error("a page's address names the patient")
		}
	}
	if fmt.Sprint(pages) != "[2 1]" {
		t.Errorf("pages %v", pages)
	}
}

func TestMalformedBodiesGetAnOutcome(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN"))
	d := w.reader()
	for _, path := range []string{"", "/Condition", "/Patient/$grant-sharing-consent", "/Patient/" + uuidA + "/$open"} {
		for _, body := range []string{"{", `{"resourceType":"Bundle","type":"transaction","type":"batch"}`, "{\"resourceType\":\"\xff\"}", `{"resourceType":7}`, `{"resourceType":"Parameters","parameter":7}`, "{}"} {
			status, text := d.do("POST", path, body)
			if status != 400 && status != 422 {
				t.Errorf("POST %s %q: %d", path, body, status)
			}
			issue(t, text)
		}
	}
	d.want(404, "GET", "/Condition/nothing/here/at/all", "")
	issue(t, d.want(404, "PATCH", "/Condition/x", "{}"))
}

func TestAnswersAreCompressedForThoseWhoTakeIt(t *testing.T) {
	w := newWorld(t)
	w.manyConditions(50)
	d := w.reader()
	plain := d.want(200, "GET", "/Patient/"+uuidA+"/$everything", "", "Accept-Encoding", "identity")
	_, header, packed := d.full("GET", "/Patient/"+uuidA+"/$everything", "", "Accept-Encoding", "br, gzip;q=0.5")
	if header.Get("Content-Encoding") != "gzip" || len(packed) > len(plain)/2 {
		t.Fatalf("%q, %d of %d bytes", header.Get("Content-Encoding"), len(packed), len(plain))
	}
	z, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil || len(parse(t, string(text)).Entry) != 51 {
		t.Errorf("unpacked: %v", err)
	}
	if header.Get("Cache-Control") != "no-store" {
		t.Error("the answer may be kept by a cache")
	}
}

func TestSignInRefusesWhatProvesNothing(t *testing.T) {
	w := newWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic", CacheHours: 24}), ehrdesk.Doctor)
	other := newKey(t)
	me := d.staff + "@" + d.hcp
	good := func() (string, string) { return w.assertion(d.key, me, nil), d.names(d.deskKey, d.client) }
	used, usedDesk := good()
	post := func(person, desk string) (int, any) {
		status, a := d.asks(person, desk)
		return status, a["error"]
	}
	if status, _ := post(used, usedDesk); status != 200 {
		t.Fatalf("a good pair: %d", status)
	}
	for name, tc := range map[string]struct {
		person, desk func() string
		status       int
		word         string
	}{
		"desk again":   {func() string { p, _ := good(); return p }, func() string { return usedDesk }, 401, "invalid_client"},
		"person again": {func() string { return used }, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"other key":    {func() string { return w.assertion(other, me, nil) }, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"other desk":   {func() string { p, _ := good(); return p }, func() string { return w.assertion(other, d.client, nil) }, 401, "invalid_client"},
		"audience": {func() string {
			return w.assertion(d.key, me, func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://elsewhere/token"} })
		}, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"too long": {func() string {
			return w.assertion(d.key, me, func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(w.clock.now().Add(time.Hour)) })
		}, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"expired": {func() string {
			return w.assertion(d.key, me, func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(w.clock.now().Add(-time.Minute)) })
		}, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"no jti":    {func() string { return w.assertion(d.key, me, func(c *jwt.Claims) { c.ID = "" }) }, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"no exp":    {func() string { return w.assertion(d.key, me, func(c *jwt.Claims) { c.Expiry = nil }) }, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"subject":   {func() string { return w.assertion(d.key, me, func(c *jwt.Claims) { c.Subject = "x" }) }, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"other hcp": {func() string { return w.assertion(d.key, d.staff+"@9999999999", nil) }, func() string { _, c := good(); return c }, 400, "invalid_grant"},
		"rubbish":   {func() string { return "a.b.c" }, func() string { return "a.b.c" }, 401, "invalid_client"},
	} {
		if status, word := post(tc.person(), tc.desk()); status != tc.status || word != tc.word {
			t.Errorf("%s: %d %v, want %d %s", name, status, word, tc.status, tc.word)
		}
	}
	answer := d.signIn()
	if cache := fmt.Sprint(answer["cache"]); cache != "map[hours:24 mode:hours offline_hours:24]" {
		t.Errorf("cache policy %s", cache)
	}
	if _, err := w.c.SetProviderCache(t.Context(), d.hcp, func(h *central.HCP) {
		h.CacheNever = []ehrdesk.Kind{ehrdesk.KindLaboratory, ehrdesk.KindNote}
	}); err != nil {
		t.Fatal(err)
	}
	if cache := fmt.Sprint(d.signIn()["cache"]); cache != "map[hours:24 mode:hours never:[laboratory note] offline_hours:24]" {
		t.Errorf("cache policy %s", cache)
	}
	w.clock.advance(15 * time.Minute)
	d.want(401, "GET", "/$consent-offer", "")
}

func TestActivationCodesWorkOnce(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	fresh := func() (*desk, string) {
		d := &desk{w: w, hcp: hcp, staff: "dr.one", deskKey: newKey(t), key: newKey(t)}
		code, err := w.c.AddAccount(t.Context(), hcp, d.staff, "", ehrdesk.Doctor)
		if err != nil {
			t.Fatal(err)
		}
		return d, code
	}
	d, code := fresh()
	if len(code) < 12 {
		t.Errorf("a code of %d characters", len(code))
	}
	check := func(code, hcp string) (int, map[string]any) {
		return w.post("/enrol", "application/json", `{"activation_code":"`+code+`","staff":"dr.one","hcp":"`+hcp+`","check":true}`)
	}
	if status, a := check(code, ""); status != 200 || a["hcp"] != hcp || len(a) != 1 { // and it is good afterwards
		t.Errorf("whose a code is: %d %v", status, a)
	}
	if status, a := d.enrol(strings.ToLower(strings.ReplaceAll(code, "-", " "))); status != 201 || a["client_id"] == "" || a["hcp_name"] != "Clinic" {
		t.Fatalf("enrol: %d %v", status, a)
	}
	if status, a := d.enrol(code); status != 403 || a["error"] != "invalid_code" {
		t.Errorf("used: %d %v", status, a)
	}
	same, code := fresh()
	same.deskKey, same.key = d.deskKey, d.key
	if status, a := same.enrol(code); status != 409 || a["error"] != "already_enrolled" {
		t.Errorf("the same keys: %d %v", status, a)
	}
	d, code = fresh()
	for _, hcp := range []string{"", "0000000000"} { // who knows a staff id, and not whose it is, ends nobody's code
		for i := range 12 {
			try := d.enrolAt
			if i%2 == 0 {
				try = check
			}
			if status, a := try("ABCD-EFGH-JKMN-PQRS", hcp); status != 403 || a["error"] != "invalid_code" {
				t.Fatalf("wrong: %d %v", status, a)
			}
		}
	}
	if status, a := d.enrolAt(code, "0000000000"); status != 403 || a["error"] != "invalid_code" {
		t.Errorf("a code of another provider: %d %v", status, a)
	}
	if status, a := d.enrolAt(code, d.hcp); status != 201 {
		t.Errorf("a code was ended by strangers: %d %v", status, a)
	}
	d, code = fresh()
	for i := range 10 {
		try := d.enrolAt
		if i%2 == 0 { // who asks whose it is guesses as well
			try = check
		}
		if status, a := try("ABCD-EFGH-JKMN-PQRS", d.hcp); status != 403 || a["error"] != "invalid_code" {
			t.Fatalf("wrong: %d %v", status, a)
		}
	}
	for _, hcp := range []string{"", d.hcp} {
		if status, _ := d.enrolAt(code, hcp); status != 403 {
			t.Errorf("a code survives ten wrong tries: %d", status)
		}
	}
	d, code = fresh()
	w.clock.advance(7*24*time.Hour + time.Second)
	if status, _ := d.enrol(code); status != 403 {
		t.Errorf("an old code: %d", status)
	}
}

func TestNothingOfAPersonReachesTheLog(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemHKIC+"|"+rep.HKIC+"&_revinclude=Consent:patient")
	d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, func(p map[string]map[string]any) {
		p["channel"]["valueCode"] = "access-key"
		p["accessKey"] = map[string]any{"valueString": rep.AccessKey}
	}))
	for _, r := range reads() {
		d.do(r[0], r[1], r[2])
	}
	d.do("POST", "", canary)
	d.do("POST", "", "{"+canary)
	d.do("GET", "/"+canary+"/"+rep.HKIC+"?name="+canary, "")
	d.do("GET", "/Patient/"+uuidA+"/$everything?_since="+canary, "")
	log := w.log.String()
	hkic := strings.NewReplacer("(", "", ")", "").Replace(rep.HKIC)
	for _, s := range []string{canary, rep.HKIC, hkic, hkic[:8], rep.EHR, rep.AccessKey, "CHAN", "陳大文", uuidA, d.token, d.staff} {
		if strings.Contains(log, s) {
			t.Errorf("the log holds %q", s)
		}
	}
	if !strings.Contains(log, "$everything") || strings.Count(log, "\n") < 15 {
		t.Errorf("the log says nothing: %s", log)
	}
}

func TestLookUp(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	find := func(id string) bundle {
		return parse(t, d.want(200, "POST", "/Patient/_search", "identifier="+id+"&_revinclude=Consent:patient&_count=20"))
	}
	if b := find(ehrdesk.SystemEHR + "|000000000000"); len(b.Entry) != 0 {
		t.Error("somebody was found")
	}
	hkic := strings.NewReplacer("(", "", ")", "").Replace(rep.HKIC)
	b := find(ehrdesk.SystemHKIC + "|" + hkic)
	if len(b.Entry) != 1 {
		t.Fatalf("%d entries", len(b.Entry))
	}
	text := string(b.Entry[0].Resource)
	for _, s := range []string{`"CHAN"`, `"1960-02-03"`, `"registered"`, hkic, rep.EHR, "陳大文"} {
		if !strings.Contains(text, s) {
			t.Errorf("the minimal patient lacks %s", s)
		}
	}
	for _, s := range []string{"telecom", "51112222", rep.AccessKey, canary} {
		if strings.Contains(text, s) {
			t.Errorf("the minimal patient tells %s", s)
		}
	}
	d.grant(rep.EHR)
	if b := find(ehrdesk.SystemEHR + "|" + rep.EHR); len(b.Entry) != 2 || b.Entry[1].Search.Mode != "include" || !strings.Contains(string(b.Entry[1].Resource), `"valueCode":"active"`) {
		t.Errorf("with consent: %+v", b.Entry)
	}
	d.want(422, "POST", "/Patient/_search", "identifier=x|y&name=CHAN")
}

func TestLongDocumentsMakeShortPages(t *testing.T) {
	w := newWorld(t)
	var entries []string
	for i := range 5 {
		entries = append(entries, entry(condition(fmt.Sprintf("c%d", i), `,"note":[{"text":"`+strings.Repeat("x", 5<<20)+`"}]`)))
	}
	w.importText(patientBundle(uuidA, "CHAN", entries...))
	d := w.reader()
	var sizes []int
	seen := map[string]int{}
	for path := "/Patient/" + uuidA + "/$everything?_count=100"; path != ""; {
		b := parse(t, d.want(200, "GET", path, ""))
		size := 0
		for _, e := range b.Entry {
			size += len(e.Resource)
			seen[e.FullURL]++
		}
		sizes = append(sizes, size>>20)
		path = b.next()
	}
	if got := fmt.Sprint(sizes); got != "[10 10 5]" || len(seen) != 6 {
		t.Errorf("pages of %s MiB, %d records", got, len(seen))
	}
}

// A read of the version that somebody has already is answered without the record, where they
// may read it at all, and written down like any other.
func TestAConditionalReadSaysThatNothingHasChanged(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.want(403, "GET", "/AllergyIntolerance/a1", "", "If-None-Match", `W/"1"`) // no consent yet
	d.grant(rep.EHR)
	reads := func() (n int) {
		if err := w.c.Accesses(t.Context(), rep.EHR, func(a central.Access) error {
			if a.Action == "read" && a.Outcome == "success" {
				n++
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for tags, status := range map[string]int{`W/"1"`: 304, `"1"`: 304, `W/"7", W/"1"`: 304, "*": 304, `W/"2"`: 200, `W/"11"`: 200, "1": 200} {
		before := reads()
		got, header, body := d.full("GET", "/AllergyIntolerance/a1", "", "If-None-Match", tags)
		if got != status || header.Get("ETag") != `W/"1"` || (status == 304) != (body == "") {
			t.Errorf("%s: %d, ETag %s, %d bytes", tags, got, header.Get("ETag"), len(body))
		}
		if reads() != before+1 {
			t.Errorf("%s: the read is not in the log", tags)
		}
	}
}
