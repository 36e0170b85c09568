package registry

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	json "github.com/go-json-experiment/json/v1"
)

// OnRecord is who a participant is by the centre's own record: the numbers of
// the index, and name, birth date and gender of the Patient.
func OnRecord(tx *store.Tx, p *store.Participant) (ehrdesk.Patient, error) {
	out := ehrdesk.Patient{ID: p.Patient, Gender: ehrdesk.Unknown}
	if p.HKIC != "" {
		h, err := ehrdesk.ParseHKIC(p.HKIC)
		if err != nil {
			return out, store.Err
		}
		out.HKIC = h
	}
	s, err := tx.Records.Get("Patient", p.Patient)
	if err != nil || s == nil {
		return out, err
	}
	f, err := resource.Scan(s.Body)
	if err != nil {
		return out, err
	}
	who := fhir.PatientOf(f.Object, tx.Now)
	out.Name, out.Born, out.Gender = who.Name, who.Born, who.Gender
	return out, nil
}

// toldExpected is how long a look-up says when records were expected.
const toldExpected = 24 * time.Hour

// Minimal is who a participant is, without a word of clinical content:
// what a look-up may show before any consent.
func Minimal(tx *store.Tx, p *store.Participant) (rest.Obj, error) {
	out := rest.Obj{"resourceType": "Patient", "id": p.Patient,
		"extension": rest.List{rest.Extension("participation", "valueCode", string(p.State))}}
	if p.State == ehrdesk.Registered && p.Verified > 0 && tx.Now.Before(store.Time(p.Verified).Add(toldExpected)) {
		out["extension"] = append(out["extension"].(rest.List), rest.Extension("records-expected", "valueInstant", rest.Stamp(store.Time(p.Expected))))
	}
	if p.State == ehrdesk.Left { // who has left is known by id alone
		return out, nil
	}
	numbers, err := tx.Participants.Numbers(p.Patient)
	if err != nil {
		return nil, err
	}
	var ids rest.List
	for _, n := range numbers {
		ids = append(ids, rest.Obj{"system": n.System, "value": n.Value})
	}
	out["identifier"] = ids
	s, err := tx.Records.Get("Patient", p.Patient)
	if err != nil || s == nil {
		return out, err
	}
	f, err := resource.Scan(s.Body)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"name", "gender", "birthDate", "_birthDate", "deceasedBoolean", "deceasedDateTime", "_deceasedDateTime", "modifierExtension", "implicitRules", "active", "link"} {
		if v := f.Raw(name); v != nil {
			out[name] = json.RawMessage(v)
		}
	}
	return out, nil
}
