package central_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// walkSteps is how many requests the walk makes: EHRDESK_WALK, else a sample. walkSeed is
// EHRDESK_WALK_SEED.
func walkSteps(t *testing.T, name string, otherwise int) int {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// told is a word that stands in one record alone: whose it is, of which kind, and whether
// its source restricts it.
type told struct {
	patient, kind string
	restricted    bool
}

var toldWord = regexp.MustCompile(`(WORD|PLACE)-([a-c])-([a-z-]+?)-(open|held)-`)

// clinicalRecords are one record of each kind but the personal one, and a restricted one
// beside each.
func clinicalRecords(patient, letter string) (out []string) {
	subject := `"subject":{"reference":"Patient/` + patient + `"}`
	whose := `"patient":{"reference":"Patient/` + patient + `"}`
	observed := func(category string) string {
		return `{"resourceType":"Observation",%s"status":"final","category":[{"coding":[{"code":"` + category + `"}]}],"code":{"text":"x"},` + subject + `,"valueString":"%s"}`
	}
	for _, form := range []struct{ kind, text string }{
		{"encounter", `{"resourceType":"Encounter",%s"status":"finished","class":{"code":"AMB"},` + subject + `,"reasonCode":[{"text":"%s"}]}`},
		{"laboratory", observed("laboratory")},
		{"radiology", `{"resourceType":"DiagnosticReport",%s"status":"final","category":[{"coding":[{"code":"RAD"}]}],"code":{"text":"x"},` + subject + `,"conclusion":"%s"}`},
		{"observation", observed("vital-signs")},
		{"allergy", `{"resourceType":"AllergyIntolerance",%s` + whose + `,"code":{"text":"%s"}}`},
		{"other-investigation", observed("procedure")},
		{"diagnosis", `{"resourceType":"Condition",%s` + subject + `,"code":{"text":"%s"}}`},
		{"procedure", `{"resourceType":"Procedure",%s"status":"completed",` + subject + `,"code":{"text":"%s"}}`},
		{"medication", `{"resourceType":"MedicationRequest",%s"status":"active","intent":"order",` + subject + `,"medicationCodeableConcept":{"text":"%s"}}`},
		{"birth", observed("birth")},
		{"immunisation", `{"resourceType":"Immunization",%s"status":"completed",` + whose + `,"vaccineCode":{"text":"%s"},"occurrenceString":"x"}`},
	} {
		for _, how := range []string{"open", "held"} {
			mark := fmt.Sprintf(`"id":"%s-%s-%s",`, letter, form.kind, how)
			if how == "held" {
				mark += label
			}
			word := "WORD-" + letter + "-" + form.kind + "-" + how + "-"
			out = append(out, fmt.Sprintf(form.text, mark, word))
			if how == "open" && strings.Contains(form.text, `"Observation"`) { // where it was made is told with it, and not without
				at := "at-" + letter + "-" + form.kind
				out[len(out)-1] = strings.Replace(out[len(out)-1], `"code":{"text":"x"}`, `"code":{"text":"x"},"performer":[{"reference":"Organization/`+at+`"}]`, 1)
				out = append(out, `{"resourceType":"Organization","id":"`+at+`","name":"`+strings.Replace(word, "WORD", "PLACE", 1)+`"}`)
			}
		}
	}
	return out
}

// given reports whether a profession is given a kind with the patient's consent. What the
// table restricts, or does not know, is restricted for the professions in the community
// alone (adr/0016).
func (k *walk) given(role, kind string, deemed bool) bool {
	access, known := k.sees[role][kind]
	return known && (access == "general" || deemed && access != "none")
}

// access reads the table of who sees what by itself: by profession and kind.
func access(t *testing.T) map[string]map[string]string {
	t.Helper()
	f, err := os.Open("../tables/access.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, row := range rows[1:] {
		out[row[0]] = map[string]string{}
		for i := 1; i < len(row); i++ {
			out[row[0]][rows[0][i]] = row[i]
		}
	}
	return out
}

// walk is somebody with the whole API and many people's keys, who tries everything.
type walk struct {
	t       *testing.T
	r       *rand.Rand
	w       *world
	desks   []*desk
	doctors []*desk
	signed  map[*desk]time.Time
	deemed  string
	consent map[[2]string]bool // by patient's letter and provider
	ehr     map[string]string
	links   []string
	sees    map[string]map[string]string
	want    []seen
	kinds   []string
}

// seen is what an answer told, and so what the log has to say.
type seen struct {
	at            string
	step          int
	staff, hcp    string
	patient, kind string
	request       string
}

func (k *walk) one(of ...string) string { return of[k.r.IntN(len(of))] }

func (k *walk) patient() string { return k.one("a", "b", "c") }

// ids are the patients' ids at the centre.
var walkIDs = map[string]string{"a": "11111111-1111-4111-8111-111111111111", "b": "22222222-2222-4222-8222-222222222222", "c": "33333333-3333-4333-8333-333333333333"}

// routes of the API with what may stand in them, in every mix.
func (k *walk) request() (method, path, body string) {
	letter := k.patient()
	id := walkIDs[letter]
	kind := k.kinds[k.r.IntN(len(k.kinds))]
	typ := k.one("Patient", "Observation", "DiagnosticReport", "AllergyIntolerance", "Condition", "Procedure", "MedicationRequest", "Immunization", "Encounter", "Consent", "AuditEvent", "Binary", "Bundle", "Nonsense")
	at := typ + "/" + letter + "-" + kind + "-" + k.one("open", "held")
	if k.r.IntN(4) > 0 { // one that is there
		at = map[string]string{"encounter": "Encounter", "radiology": "DiagnosticReport", "allergy": "AllergyIntolerance", "diagnosis": "Condition", "procedure": "Procedure", "medication": "MedicationRequest", "immunisation": "Immunization"}[kind]
		if at == "" {
			at = "Observation"
		}
		at += "/" + letter + "-" + kind + "-" + k.one("open", "open", "held")
	}
	query := k.one("patient="+id, "patient=Patient/"+id, "subject=Patient/"+id, "_id="+strings.SplitN(at, "/", 2)[1], "patient="+id+"&_id=x,"+strings.SplitN(at, "/", 2)[1], "_lastUpdated=gt2020-01-01", "category=laboratory&patient="+id,
		"identifier="+ehrdesk.SystemEHR+"|"+k.ehr[letter]+"&_revinclude=Consent:patient", "patient="+id+"&_include=*", "patient="+id+"&_revinclude=*:*", "_count=500", "patient.identifier="+k.ehr[letter], "")
	count := k.one("", "?_count=2", "?_count=5", "?_since=2000-01-01T00:00:00Z", "?_count=100&_type="+typ)
	operation := func(name string, more ...string) string {
		return `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"` + k.one("consultation", "dispensing", "other", "") + `"},{"name":"identifier","valueIdentifier":{"system":"` + ehrdesk.SystemEHR + `","value":"` + k.ehr[letter] + `"}}` + strings.Join(more, "") + `]}`
	}
	deposit := fmt.Sprintf(`{"resourceType":"Observation","id":"%s","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"x"},"subject":{"reference":"Patient/%s"},"derivedFrom":[{"reference":"%s"}]}`, k.one("", "n1", strings.SplitN(at, "/", 2)[1]), id, at)
	if len(k.links) > 0 && k.r.IntN(6) == 0 { // a page that somebody was given, earlier or now
		return "GET", k.links[k.r.IntN(len(k.links))], ""
	}
	type req struct{ method, path, body string }
	all := []req{
		{"GET", "/" + at, ""}, {"GET", "/" + at + "/_history", ""}, {"GET", "/" + at + "/_history/1", ""}, {"GET", "/" + typ + "/_history" + count, ""},
		{"POST", "/" + typ + "/_search", query}, {"GET", "/" + typ + "/_search?" + query, ""}, {"GET", "/" + typ + "?" + query, ""}, {"POST", "/Patient/_search", query},
		{"GET", "/Patient/" + id + "/$everything" + count, ""}, {"GET", "/Patient/" + id + "/$tombstones?_since=2000-01-01T00:00:00Z", ""}, {"GET", "/Patient/" + id + "/$restricted?release=" + uuid.NewString(), ""},
		{"POST", "/Patient/" + id + "/$open", operation("$open")}, {"POST", "/Patient/" + id + "/$release-restricted", operation("", `,{"name":"kind","valueCode":"`+kind+`"}`)}, {"POST", "/Patient/" + id + "/$end-release", operation("")},
		{"POST", "/Patient/" + id + "/$send-one-time-code", operation("")}, {"POST", "/Patient/$registration", operation("")}, {"POST", "/Patient/$verify-identity", operation("")},
		{"GET", "/Organization/at-" + letter + "-" + kind, ""}, {"POST", "/Organization/_search", "_id=at-" + letter + "-" + kind}, {"GET", "/Organization/_history", ""}, {"POST", "/Organization/_search", "name=PLACE"}, {"GET", "/$staff", ""}, {"GET", "/$expiring-consents", ""}, {"GET", "/$consent-offer", ""}, {"GET", "/metadata", ""}, {"POST", "/$card-nonce", operation("")},
		{"POST", "/" + typ, deposit}, {"PUT", "/" + at, deposit}, {"DELETE", "/" + at, ""}, {"POST", "/", `{"resourceType":"Bundle","type":"` + k.one("transaction", "batch", "history") + `","entry":[{"request":{"method":"` + k.one("GET", "PUT", "DELETE", "POST") + `","url":"` + at + `"},"resource":` + deposit + `}]}`},
		{"PUT", "/AuditEvent/" + uuid.NewString(), `{"resourceType":"AuditEvent"}`}, {"PATCH", "/" + at, deposit}, {"GET", "/" + at + "/$validate", ""}, {"GET", "/Patient/" + id + "/Observation", ""},
	}
	got := all[k.r.IntN(len(all))]
	return got.method, got.path, got.body
}

// change is what patients, time and people do meanwhile.
func (k *walk) change() {
	letter := k.patient()
	hcp := k.desks[k.r.IntN(len(k.desks))].hcp
	switch n := k.r.IntN(12); {
	case n < 8 && hcp != k.deemed:
		withdraw := k.consent[[2]string{letter, hcp}]
		if _, err := k.w.c.PatientAct(k.t.Context(), k.ehr[letter], hcp, ehrdesk.ByApp, withdraw); err != nil {
			k.t.Fatal(err)
		}
		k.consent[[2]string{letter, hcp}] = !withdraw
	case n < 10:
		k.w.clock.advance(time.Duration(k.r.IntN(15)) * time.Minute)
	}
}

// somebody is a doctor every second time: who sees most is told most.
func (k *walk) somebody() *desk {
	among := k.desks
	if k.r.IntN(2) > 0 {
		among = k.doctors
	}
	return among[k.r.IntN(len(among))]
}

func (k *walk) step(n int) {
	k.w.clock.advance(time.Second)
	d := k.somebody()
	if now := k.w.clock.now(); now.Sub(k.signed[d]) > 4*time.Minute {
		d.signIn()
		k.signed[d] = now
	}
	method, path, body := k.request()
	status, text := d.do(method, path, body)
	at := k.w.clock.now().UTC().Format("2006-01-02T15:04:05")
	found := map[told]bool{}
	for _, m := range toldWord.FindAllStringSubmatch(text, -1) {
		if m[1] == "PLACE" && strings.Contains(path, "/Organization") { // the directory is no patient's, and looking into it is an act
			k.want = append(k.want, seen{at: at, step: n, staff: d.staff, hcp: d.hcp, request: method + " " + path})
			continue
		}
		found[told{m[2], m[3], m[4] == "held"}] = true
	}
	role, _, _ := strings.Cut(d.staff, ".")
	for x := range found {
		what := fmt.Sprintf("step %d: %s at %s: %s %s %s: %d tells %s of %s", n, d.staff, d.hcp, method, path, body, status, x.kind, x.patient)
		switch {
		case x.restricted:
			k.t.Errorf("%s, restricted", what)
		case !k.consent[[2]string{x.patient, d.hcp}] && d.hcp != k.deemed:
			k.t.Errorf("%s without consent", what)
		case !k.given(role, x.kind, d.hcp == k.deemed):
			k.t.Errorf("%s to who is not given that kind", what)
		}
		k.want = append(k.want, seen{at, n, d.staff, d.hcp, x.patient, x.kind, method + " " + path})
	}
	if status == http.StatusOK && strings.HasPrefix(text, `{"resourceType":"Bundle"`) {
		if next := parse(k.t, text).next(); next != "" {
			k.links = append(k.links, next)
			k.links = k.links[max(0, len(k.links)-20):]
		}
	}
}

// Somebody walks at random over the whole API with every profession's key, at three
// providers, while consents come and go: no byte is told without right, and of each that is
// told an entry stands in a chain that verifies.
func TestNoByteWithoutRightAndNoneWithoutAnEntry(t *testing.T) {
	w := newWorld(t, func(o *central.Options) { o.RecordsAfter = time.Second })
	ehr := map[string]string{}
	for _, letter := range []string{"a", "b", "c"} {
		id := walkIDs[letter]
		var more []string
		for _, r := range clinicalRecords(id, letter) {
			more = append(more, entry(r))
		}
		ehr[letter] = w.importText(patientBundle(id, "CHAN", more...))[0].EHR
	}
	walkOver(t, w, ehr)
}

// The same before an engine: a gate tells no more, and writes down as much.
func TestAGateTellsNoByteWithoutRightAndNoneWithoutAnEntry(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"pages of four": {MaxPage: 4}, "a search by patient gives all": {Is: fhirtest.IgnorePatient}, "no operation": {Everything: fhirtest.EverythingMissing}} {
		t.Run(name, func(t *testing.T) {
			e := fhirtest.New(t, began(), q)
			ehr := map[string]string{}
			for i, letter := range []string{"a", "b", "c"} {
				ehr[letter] = "91234567890" + strconv.Itoa(i+1)
				e.Put(`{"resourceType":"Patient","id":"` + walkIDs[letter] + `","identifier":[{"system":"` + ehrdesk.SystemEHR + `","value":"` + ehr[letter] + `"}],"name":[{"family":"CHAN","given":["Tai Man"]}],"birthDate":"1960-02-03","telecom":[{"system":"phone","value":"51112222"}]}`)
				for _, r := range clinicalRecords(walkIDs[letter], letter) {
					e.Put(r)
				}
			}
			w := newWorld(t, func(o *central.Options) {
				o.Upstream = &central.Upstream{}
				o.Upstream.URL = e.URL
			})
			for _, number := range ehr {
				if err := w.c.Participants(t.Context(), number, func(central.Participant) error { return nil }); err != nil {
					t.Fatal(err)
				}
			}
			walkOver(t, w, ehr)
		})
	}
}

// walkOver walks over a centre of three patients.
func walkOver(t *testing.T, w *world, ehr map[string]string) {
	t.Helper()
	seed := uint64(walkSteps(t, "EHRDESK_WALK_SEED", 20261129))
	k := &walk{t: t, r: rand.New(rand.NewPCG(seed, 1)), w: w, signed: map[*desk]time.Time{}, consent: map[[2]string]bool{}, ehr: ehr, sees: access(t)}
	k.kinds = []string{"encounter", "laboratory", "radiology", "observation", "allergy", "other-investigation", "diagnosis", "procedure", "medication", "birth", "immunisation"}
	for _, h := range []central.HCP{{Name: "Clinic"}, {Name: "Pharmacy"}, {Name: "Hospital", Deemed: true}} {
		id := w.hcp(h)
		if h.Deemed {
			k.deemed = id
		}
		var first *desk
		for _, role := range slices.Sorted(maps.Keys(k.sees)) {
			if h.Name == "Pharmacy" && role != "pharmacist" && role != "doctor" {
				continue
			}
			var d *desk
			if first == nil {
				d = w.desk(id, ehrdesk.Profession(role))
				first = d
			} else {
				d = first.join(t, role+".one", ehrdesk.Profession(role))
			}
			if k.desks = append(k.desks, d); role == "doctor" {
				k.doctors = append(k.doctors, d)
			}
		}
	}
	steps := walkSteps(t, "EHRDESK_WALK", 400)
	for n := range steps {
		if n%5 == 0 {
			k.change()
		}
		k.step(n)
	}
	log := map[string][]central.Access{}
	for _, a := range w.events(func(a central.Access) bool { return a.Outcome == "success" }) {
		log[a.At[:19]] = append(log[a.At[:19]], a)
	}
	for _, s := range k.want {
		if !slices.ContainsFunc(log[s.at], func(a central.Access) bool {
			return a.Staff == s.staff && a.HCP == s.hcp && a.Patient == k.ehr[s.patient]
		}) {
			t.Errorf("step %d: %s told %s of %s to %s, and no entry says so: %+v", s.step, s.request, s.kind, s.patient, s.staff, log[s.at])
		}
	}
	if v, err := w.c.VerifyAudit(t.Context(), nil); err != nil || len(v.Faults) > 0 {
		t.Errorf("the chain: %+v, %v", v, err)
	}
	if len(k.want) < steps/20 {
		t.Errorf("%d steps told %d times: the walk goes nowhere", steps, len(k.want))
	}
	t.Logf("%d requests, %d times something was told, seed %d", steps, len(k.want), seed)
}
