package territory

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

var now = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)

func TestSameSeedSamePeopleWhateverTheCount(t *testing.T) {
	small, large, other := New(Options{Patients: 20, Seed: 7, Now: now}), New(Options{Patients: 5000, Seed: 7, Now: now}), New(Options{Patients: 20, Seed: 8, Now: now})
	for i := range 20 {
		if i == 9 {
			continue // the long record has its own test
		}
		a, b, c := small.Person(i), large.Person(i), other.Person(i)
		if !bytes.Equal(bytes.Join(a.Resources, nil), bytes.Join(b.Resources, nil)) || a.AccessKey != b.AccessKey {
			t.Errorf("person %d changes with the count", i)
		}
		if a.Patient.EHR == c.Patient.EHR && a.AccessKey == c.AccessKey {
			t.Errorf("person %d does not change with the seed", i)
		}
	}
}

func TestNumbersAreUniqueAndWellFormed(t *testing.T) {
	world := New(Options{Patients: 3000, Seed: 1, Now: now})
	seen := map[string]bool{}
	for i := range world.Len() {
		if i == 9 {
			continue
		}
		w := &writer{rand: newRand(1, i), now: now, index: i}
		w.identity(roleOf(i))
		for _, n := range []string{w.patient.HKIC.Compact(), w.patient.EHR.Compact(), w.patient.ID} {
			if n != "" && seen[n] {
				t.Fatalf("person %d shares a number", i)
			}
			seen[n] = true
		}
		if w.patient.HKIC.IsZero() && len(w.patient.Documents) == 0 {
			t.Errorf("person %d has no document", i)
		}
	}
}

func TestEveryResourceIsWellFormedAndAboutItsPerson(t *testing.T) {
	world := New(Options{Patients: 60, Seed: 3, Now: now})
	types := map[ehrdesk.RecordType]int{}
	ids := map[string]bool{}
	linked := map[string]bool{}
	for _, p := range world.Providers() {
		for _, r := range p.Resources {
			linked[identity(t, r)] = true
		}
	}
	for i := range world.Len() {
		if i == 9 {
			continue
		}
		p := world.Person(i)
		for n, r := range p.Resources {
			id := identity(t, r)
			if ids[id] {
				t.Errorf("%s is there twice", id)
			}
			ids[id] = true
			if (n == 0) != strings.HasPrefix(id, "Patient/") {
				t.Errorf("person %d: resource %d is %s", i, n, id)
			}
			if n > 0 && !bytes.Contains(r, []byte(`"Patient/`+p.Patient.ID+`"`)) {
				t.Errorf("%s is about nobody", id)
			}
			types[placeOfResource(t, r).Kind.Type()]++
			for _, ref := range references(r) {
				if !strings.HasPrefix(ref, "Organization/") && !strings.HasPrefix(ref, "Practitioner/") {
					continue
				}
				if !linked[ref] {
					t.Errorf("%s refers to %s, which nobody has", id, ref)
				}
			}
		}
	}
	for _, rt := range ehrdesk.RecordTypes() {
		if types[rt] == 0 {
			t.Errorf("no record of type %s among sixty people", rt)
		}
	}
}

func TestEveryStateIsThere(t *testing.T) {
	world := New(Options{Patients: 40, Seed: 3, Now: now})
	states, parts := map[ehrdesk.ConsentState]int{}, map[ehrdesk.Participation]int{}
	for i := range world.Len() {
		if i == 9 {
			continue
		}
		p := world.Person(i)
		parts[p.Participation]++
		s := ehrdesk.ConsentNone
		for _, c := range p.Consents {
			if c.Provider == DemoProvider {
				s = c.Consent.State
			}
		}
		states[s]++
		if p.Participation == ehrdesk.NotRegistered && len(p.Resources) > 1 {
			t.Errorf("person %d is not registered and has records", i)
		}
	}
	for _, s := range []ehrdesk.ConsentState{ehrdesk.ConsentNone, ehrdesk.ConsentActive, ehrdesk.ConsentExpired, ehrdesk.ConsentWithdrawn, ehrdesk.ConsentPending} {
		if states[s] == 0 {
			t.Errorf("nobody with consent %s", s)
		}
	}
	for _, s := range []ehrdesk.Participation{ehrdesk.Registered, ehrdesk.Unverified, ehrdesk.Left, ehrdesk.NotRegistered} {
		if parts[s] == 0 {
			t.Errorf("nobody %s", s)
		}
	}
	if n := world.Person(12).Patient.Name; utf8.RuneCountInString(n.Family+", "+n.Given) != 60 {
		t.Errorf("the long name has %d characters", utf8.RuneCountInString(n.Family+", "+n.Given))
	}
	if p := world.Person(11).Patient; !p.Deceased || p.Died.IsZero() {
		t.Error("the deceased is not")
	}
	if world.Person(10).Patient.Years(now) >= 16 || world.Person(10).Consents[0].Consent.Giver.Kind != "parent" {
		t.Error("the child consents alone")
	}
	a, b := world.Person(1).Patient.Name, world.Person(2).Patient.Name
	if a.Family != b.Family || a.Given != b.Given || a.Chinese == b.Chinese {
		t.Error("the namesakes are not")
	}
}

// Each of the later cast is what the note says, and whoever stood before them
// keeps their place.
func TestTheFrontDesksDayIsThere(t *testing.T) {
	world := New(Options{Patients: 60, Seed: 3, Now: now})
	at := func(words string) Person {
		t.Helper()
		for j, r := range laterRoles {
			if strings.Contains(r.note.en, words) {
				return world.Person(firstLater + j)
			}
		}
		t.Fatalf("nobody is %q", words)
		return Person{}
	}
	if p := at("registered online"); p.Participation != ehrdesk.Unverified || !bytes.Contains(p.Resources[0], []byte("former.address@")) || p.Patient.HKIC.IsZero() {
		t.Errorf("registered online: %v", p.Participation)
	}
	if p := at("Certificate of Exemption"); p.Patient.HKIC.IsZero() || len(p.Patient.Documents) != 1 || p.Patient.Documents[0].Type != "EC" || p.Participation != ehrdesk.Unverified {
		t.Errorf("exempted: %v", p.Patient.Documents)
	}
	if p := at("with a passport"); !p.Patient.HKIC.IsZero() || p.Patient.Documents[0].Type != "PASS" || p.Participation != ehrdesk.Unverified {
		t.Error("the passport holder has an HKIC, or is verified")
	}
	for words, days := range map[string]int{"in 9 days": 9, "in 26 days": 26} {
		c := at(words).Consents[0].Consent
		if c.State != ehrdesk.ConsentActive || !c.Until.Equal(now.AddDate(0, 0, days)) || !c.Since.Equal(c.Until.AddDate(-1, 0, 0)) {
			t.Errorf("%s: %v to %v", words, c.Since, c.Until)
		}
	}
	if p := at("child, no consent"); p.Patient.Years(now) >= 16 || len(p.Consents) != 0 {
		t.Error("the child is no child, or has consented")
	}
	p := at("turned 16")
	if c := p.Consents[0].Consent; p.Patient.Years(now) != 16 || c.Giver.Kind != "parent" || p.Patient.Years(c.Since) != 15 || c.State != ehrdesk.ConsentActive {
		t.Errorf("the one who turned 16: %d, consent by %s", p.Patient.Years(now), c.Giver.Kind)
	}
	a, b := at("as the next").Patient, at("as the one before").Patient
	if a.Name.Family != b.Name.Family || a.Name.Given != b.Name.Given || a.Name.Chinese == b.Name.Chinese || a.HKIC == b.HKIC || a.Born.Time.Sub(b.Born.Time) != 24*time.Hour {
		t.Error("the neighbours are not near-identical")
	}
	kinds := map[ehrdesk.Kind]int{}
	for j, r := range laterRoles {
		if !r.labelled {
			continue
		}
		p := world.Person(firstLater + j)
		plain := 0
		for _, res := range p.Resources {
			if bytes.Contains(res, []byte(`"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"`)) {
				kinds[placeOfResource(t, res).Kind]++
			} else {
				plain++
			}
		}
		if p.Notify != "sms" || plain < 5 || p.Consents[0].Consent.State != ehrdesk.ConsentActive {
			t.Errorf("person %d: told by %q, %d plain records", firstLater+j, p.Notify, plain)
		}
	}
	for _, k := range []ehrdesk.Kind{ehrdesk.KindDiagnosis, ehrdesk.KindMedication, ehrdesk.KindLaboratory, ehrdesk.KindNote, ehrdesk.KindAllergy} {
		if kinds[k] != 2 {
			t.Errorf("%d labelled records of kind %v", kinds[k], k)
		}
	}
	hints := world.Highlights()
	for i := range roles {
		if hints[i].Index != i || hints[i].Note["en"] != roles[i].note.en {
			t.Errorf("hint %d is %+v", i, hints[i])
		}
	}
	if len(hints) != len(roles)+14 || len(New(Options{Patients: 20, Seed: 3, Now: now}).Highlights()) != len(roles) {
		t.Errorf("%d hints", len(hints))
	}
}

func TestTheLongRecordHasTenThousand(t *testing.T) {
	if n := len(New(Options{Patients: 10, Seed: 1, Now: now}).Person(9).Resources); n != 10_000 {
		t.Errorf("%d records", n)
	}
}

func identity(t *testing.T, raw []byte) string {
	t.Helper()
	var r struct{ ResourceType, ID string }
	if err := json.Unmarshal(raw, &r, json.MatchCaseInsensitiveNames(true)); err != nil || r.ID == "" {
		t.Fatalf("not a resource: %v", err)
	}
	return r.ResourceType + "/" + r.ID
}

func placeOfResource(t *testing.T, raw []byte) ehrdesk.Placement {
	t.Helper()
	type concept struct{ Coding []struct{ Code string } }
	var r struct {
		ResourceType string
		Category     []concept
		Code, Type   jsontext.Value
	}
	if err := json.Unmarshal(raw, &r, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	var categories, codes []string
	for _, c := range r.Category {
		for _, k := range c.Coding {
			categories = append(categories, k.Code)
		}
	}
	for _, v := range []jsontext.Value{r.Code, r.Type} {
		var c concept
		if json.Unmarshal(v, &c, json.MatchCaseInsensitiveNames(true)) == nil {
			for _, k := range c.Coding {
				codes = append(codes, k.Code)
			}
		}
	}
	return ehrdesk.Place(r.ResourceType, categories, codes)
}

func references(raw []byte) []string {
	var out []string
	for _, part := range strings.Split(string(raw), `"reference":"`)[1:] {
		s, _, _ := strings.Cut(part, `"`)
		out = append(out, s)
	}
	return out
}

func BenchmarkPerson(b *testing.B) {
	world := New(Options{Patients: MaxPatients, Seed: 1, Now: now})
	n := 0
	for i := 0; b.Loop(); i++ {
		n += len(world.Person(100 + i%5000).Resources)
	}
	b.ReportMetric(float64(n)/float64(b.N), "resources/op")
}
