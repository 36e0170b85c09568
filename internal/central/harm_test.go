package central_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// twoClinics are two providers that send records of one patient, who has consented to the
// first alone.
func twoClinics(t *testing.T) (w *world, ours, theirs *desk, ehr string) {
	t.Helper()
	w = newWorld(t)
	ehr = w.importText(patientBundle(uuidA, "CHAN"))[0].EHR
	ours = w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	theirs = w.desk(w.hcp(central.HCP{Name: "Other clinic"}), ehrdesk.Doctor)
	ours.grant(ehr)
	return w, ours, theirs, ehr
}

const (
	paracetamol = `{"resourceType":"Medication","id":"m1","identifier":[{"system":"urn:x","value":"7"}],"code":{"text":"Paracetamol"}}`
	prescribed  = `{"resourceType":"MedicationRequest","id":"%ID","status":"active","intent":"order","subject":{"reference":"Patient/` + uuidA + `"},"medicationReference":{"reference":"%REF"}}`
)

func warfarin() string { return strings.Replace(paracetamol, "Paracetamol", "Warfarin", 1) }

func prescription(id, ref string) string {
	return strings.NewReplacer("%ID", id, "%REF", ref).Replace(prescribed)
}

func put(kind, resource string) string {
	id := resource[strings.Index(resource, `"id":"`)+6:]
	id = id[:strings.IndexByte(id, '"')]
	return `{"resource":` + resource + `,"request":{"method":"PUT","url":"` + kind + `/` + id + `"}}`
}

func transaction(entries ...string) string {
	return `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(entries, ",") + `]}`
}

// A deposited Medication was rewritten from paracetamol to warfarin within another clinic's
// prescription: what a provider sent is nobody else's to change, and nobody else's record
// comes to rest on it.
func TestNoClinicChangesWhatAnothersRecordSays(t *testing.T) {
	for _, kind := range []string{"Medication", "Practitioner", "PractitionerRole", "Organization", "Location", "Group", "Device"} {
		mine := `{"resourceType":"` + kind + `","id":"x1","identifier":[{"system":"urn:x","value":"7"}],"text":{"status":"generated","div":"<div>ours</div>"}}`
		if kind == "Device" {
			mine = strings.Replace(mine, `"text"`, `"patient":{"reference":"Patient/`+uuidA+`"},"text"`, 1)
		}
		yours := strings.Replace(mine, "ours", "theirs", 1)
		t.Run(kind, func(t *testing.T) {
			_, ours, theirs, _ := twoClinics(t)
			ours.want(201, "PUT", "/"+kind+"/x1", mine)
			for name, try := range map[string]func() (int, string){
				"PUT":                 func() (int, string) { return theirs.do("PUT", "/"+kind+"/x1", yours) },
				"PUT with If-Match":   func() (int, string) { return theirs.do("PUT", "/"+kind+"/x1", yours, "If-Match", `W/"1"`) },
				"DELETE":              func() (int, string) { return theirs.do("DELETE", "/"+kind+"/x1", "") },
				"transaction":         func() (int, string) { return theirs.do("POST", "", transaction(put(kind, yours))) },
				"a search for it":     func() (int, string) { return theirs.do("PUT", "/"+kind+"?identifier=urn:x|7", yours) },
				"a deletion by query": func() (int, string) { return theirs.do("DELETE", "/"+kind+"?identifier=urn:x|7", "") },
				"a query in a transaction": func() (int, string) {
					return theirs.do("POST", "", transaction(`{"resource":`+yours+`,"request":{"method":"PUT","url":"`+kind+`?identifier=urn:x|7"}}`))
				},
			} {
				if status, body := try(); status < 400 {
					t.Errorf("%s: %d %s", name, status, body)
				}
			}
			status, body := theirs.do("POST", "/"+kind, yours, "If-None-Exist", kind+"?identifier=urn:x|7")
			if status != http.StatusCreated || strings.Contains(body, `"x1"`) || strings.Contains(body, "ours") {
				t.Errorf("a conditional create found another's: %d %s", status, body)
			}
			if got := ours.want(200, "GET", "/"+kind+"/x1", ""); !strings.Contains(got, "ours") {
				t.Errorf("it is changed: %s", got)
			}
		})
	}
}

func TestNoRecordRestsOnWhatAnotherClinicSent(t *testing.T) {
	_, ours, theirs, _ := twoClinics(t)
	theirs.want(201, "PUT", "/Medication/m1", paracetamol)
	if status, body := ours.do("PUT", "/MedicationRequest/r1", prescription("r1", "Medication/m1")); status < 400 {
		t.Errorf("by id: %d %s", status, body)
	}
	if text := ours.want(201, "PUT", "/MedicationRequest/r2", prescription("r2", "Medication?identifier=urn:x|7")); strings.Contains(text, "Medication/m1") {
		t.Errorf("by query: %s", text)
	}
	// Through a shared resource of one's own.
	if status, body := ours.do("PUT", "/PractitionerRole/p1", `{"resourceType":"PractitionerRole","id":"p1","organization":{"reference":"Medication/m1"}}`); status < 400 {
		t.Errorf("through another: %d %s", status, body)
	}
	// What is not there yet is not theirs to bring.
	ours.want(201, "PUT", "/MedicationRequest/r3", prescription("r3", "Medication/later"))
	later := strings.Replace(warfarin(), `"m1"`, `"later"`, 1)
	if status, body := theirs.do("PUT", "/Medication/later", later); status < 400 {
		t.Errorf("a product under another's prescription: %d %s", status, body)
	}
	if status, body := theirs.do("POST", "", transaction(put("Medication", later))); status < 400 {
		t.Errorf("in a transaction: %d %s", status, body)
	}
	ours.want(201, "PUT", "/Medication/later", strings.Replace(paracetamol, `"m1"`, `"later"`, 1))
	// And the same of what belongs to a patient.
	report := `{"resourceType":"DiagnosticReport","id":"d1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/` + uuidA + `"},"result":[{"reference":"Observation/o9"},{"reference":"Observation\/o8"}]}`
	ours.want(201, "PUT", "/DiagnosticReport/d1", report)
	for _, id := range []string{"o9", "o8"} {
		o := `{"resourceType":"Observation","id":"` + id + `","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/` + uuidA + `"}}`
		if status, body := theirs.do("PUT", "/Observation/"+id, o); status < 400 {
			t.Errorf("a result under another's report: %d %s", status, body)
		}
		ours.want(201, "PUT", "/Observation/"+id, o)
	}
	// One's own goes on.
	ours.want(200, "PUT", "/Medication/later", strings.Replace(paracetamol, `"m1","identifier"`, `"later","language":"en","identifier"`, 1))
	if text := ours.want(201, "PUT", "/MedicationRequest/r4", prescription("r4", "Medication?identifier=urn:x|7")); !strings.Contains(text, "Medication/later") {
		t.Errorf("one's own is not found: %s", text)
	}
}

func TestATransactionNamesAResourceOnce(t *testing.T) {
	_, ours, _, _ := twoClinics(t)
	for name, entries := range map[string][]string{
		"twice":          {put("Medication", paracetamol), put("Medication", warfarin())},
		"and deleted":    {put("Medication", paracetamol), `{"request":{"method":"DELETE","url":"Medication/m1"}}`},
		"the same twice": {put("Medication", paracetamol), put("Medication", paracetamol)},
	} {
		if status, body := ours.do("POST", "", transaction(entries...)); status != 400 {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

// By a number nobody is told whether somebody is registered: a deposit by number is taken
// of patients whom the provider knows, and of all others refused alike and written down.
func TestADepositByNumberSaysNothingOfPeople(t *testing.T) {
	w, ours, theirs, ehr := twoClinics(t)
	by := func(number string) [2]string {
		o := `{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":%S}`
		return [2]string{strings.Replace(o, "%S", `{"reference":"Patient?identifier=`+ehrdesk.SystemEHR+`|`+number+`"}`, 1),
			strings.Replace(o, "%S", `{"identifier":{"system":"`+ehrdesk.SystemEHR+`","value":"`+number+`"}}`, 1)}
	}
	known, unknown := by(ehr), by("812345678901")
	for i := range known {
		before := len(w.events(func(a central.Access) bool { return a.HCP == theirs.hcp }))
		s1, b1 := theirs.do("PUT", "/Observation/o1", known[i])
		s2, b2 := theirs.do("PUT", "/Observation/o1", unknown[i])
		if s1 != s2 || b1 != b2 || s1 < 400 {
			t.Errorf("%d: somebody registered is answered %d %s, nobody %d %s", i, s1, b1, s2, b2)
		}
		if n := len(w.events(func(a central.Access) bool { return a.HCP == theirs.hcp })); n != before+2 {
			t.Errorf("%d events of two tries", n-before)
		}
		s3, b3 := theirs.do("POST", "", transaction(put("Observation", known[i])))
		s4, b4 := theirs.do("POST", "", transaction(put("Observation", unknown[i])))
		if s3 != s4 || b3 != b4 || s3 < 400 {
			t.Errorf("%d, in a transaction: %d %s, %d %s", i, s3, b3, s4, b4)
		}
	}
	ours.want(201, "PUT", "/Observation/o1", known[0]) // who has the patient's consent knows them
	ours.want(200, "PUT", "/Observation/o1", known[1])
	search := func(d *desk, body string) (int, string) { return d.do("POST", "/Observation/_search", body) }
	s1, b1 := search(theirs, "identifier="+ehrdesk.SystemEHR+"|"+ehr)
	s2, b2 := search(theirs, "identifier="+ehrdesk.SystemEHR+"|812345678901")
	if s1 != s2 || b1 != b2 {
		t.Errorf("a search by number tells: %d %s, %d %s", s1, b1, s2, b2)
	}
}
