// Package registry is who is registered with eHealth: the index of their numbers, what
// tells two people apart, Access Keys, how somebody is registered, and who somebody is
// by the centre's own record, without a word of clinical content. It writes no event:
// who asks does.
package registry

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"
)

// Keys are what numbers and secrets of patients are made and kept by: 32 bytes each,
// one for each purpose, so that a value made for one can never be taken for another.
type Keys struct {
	Access []byte // Access Keys that are made here
	Key    []byte // what patients tell: Access Keys and codes, as they are kept
	Person []byte // name and birth date
	Sample []byte // which acts are drawn for an officer
}

// MAC is HMAC-SHA256 of parts, each ended, so that no two lists of parts agree.
func MAC(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// space is the UUID namespace of ids made here (RFC 9562, version 5).
var space = uuid.MustParse("7d1bd2a4-7c0e-5b54-9f53-0f2b1d6f6a10")

// MadeID is a logical id made from parts, the same each time.
func MadeID(parts ...string) string {
	return uuid.NewSHA1(space, []byte(strings.Join(parts, "\x00"))).String()
}

// ByIdentifier finds a participant by "system|value". HKIC and eHR
// numbers may come in any spelling.
func ByIdentifier(tx *store.Tx, key string) (patient string) {
	n, ok := numberOf(key)
	if !ok {
		return ""
	}
	return tx.Participants.ByNumber(n)
}

// Meant are the participants whom a withdrawal by "system|value" is of.
func Meant(tx *store.Tx, key string) (patients []string) {
	n, ok := numberOf(key)
	if !ok {
		return nil
	}
	return tx.Participants.Meant(n)
}

func numberOf(key string) (n store.Number, ok bool) {
	system, value, ok := strings.Cut(key, "|")
	value, err := Canonical(system, value)
	return store.Number{System: system, Value: value}, ok && err == nil
}

// Find is the participant with "system|value", nil for none.
func Find(tx *store.Tx, key string) *store.Participant {
	if patient := ByIdentifier(tx, key); patient != "" {
		return tx.Participants.Get(patient)
	}
	return nil
}

// ByEHR finds a participant by eHR number. Errors: CodeInvalid, CodeNotFound.
func ByEHR(tx *store.Tx, ehr string) (*store.Participant, error) {
	n, err := ehrdesk.ParseEHRNumber(ehr)
	if err != nil {
		return nil, err
	}
	p := Find(tx, ehrdesk.SystemEHR+"|"+n.Compact())
	if p == nil {
		return nil, ehrdesk.Errorf("participant", ehrdesk.CodeNotFound, "no such participant is registered")
	}
	return p, nil
}

// PrintedHKIC is a compact HKIC as it is printed, "" for none.
func PrintedHKIC(compact string) string {
	h, err := ehrdesk.ParseHKIC(compact)
	if err != nil {
		return ""
	}
	return h.Printed()
}

// Canonical is the one spelling of a value that the index knows.
func Canonical(system, value string) (string, error) {
	switch {
	case system == ehrdesk.SystemHKIC:
		h, err := ehrdesk.ParseHKIC(value)
		return h.Compact(), err
	case system == ehrdesk.SystemEHR:
		n, err := ehrdesk.ParseEHRNumber(value)
		return n.Compact(), err
	default:
		return strings.ToUpper(strings.Join(strings.Fields(value), "")), nil
	}
}

// AccessKey is the Access Key of an imported participant: made from the store's
// secret, so that a training store can print it again without keeping it.
func (k *Keys) AccessKey(patient string) string {
	n := binary.BigEndian.Uint64(MAC(k.Access, patient)) % 100_000_000
	return fmt.Sprintf("%08d", n)
}

// Digest is how an Access Key is kept. Eight digits fall to any plain or slow
// hash in an afternoon; keyed with a secret outside the database, a copy of the
// database alone tells nothing. It is also cheap enough for a whole territory.
func (k *Keys) Digest(patient, key string) []byte { return MAC(k.Key, patient, key) }

// Known is the participant's Access Key where it is the one made here, else "".
func (k *Keys) Known(p *store.Participant) string {
	key, err := ehrdesk.ParseAccessKey(k.AccessKey(p.Patient))
	if err != nil || !k.Right(p, key) {
		return ""
	}
	return key.Reveal()
}

// Right is whether an Access Key is the participant's.
func (k *Keys) Right(p *store.Participant, key ehrdesk.AccessKey) bool {
	return hmac.Equal(p.Key, k.Digest(p.Patient, key.Reveal()))
}

// Register makes an imported Patient a participant with a verified identity and
// no consent to anybody. Numbers that the resource carries are used; others are
// made, and are plainly not real ones.
func (k *Keys) Register(tx *store.Tx, patient string, f *resource.Info) error {
	return k.register(tx, patient, f, true)
}

// Enter makes a participant of somebody whom others keep on record, as Register does, but makes no
// identity number: who has none there has none. An eHR number is this centre's to make.
func (k *Keys) Enter(tx *store.Tx, patient string, f *resource.Info) error {
	return k.register(tx, patient, f, false)
}

func (k *Keys) register(tx *store.Tx, patient string, f *resource.Info, identity bool) error {
	p := &store.Participant{Patient: patient, State: ehrdesk.Registered, Notify: notifyBy(f), Person: k.PersonPrint(f)}
	if !identity {
		p.Person = k.Prints(f)
	}
	p.Key = k.Digest(p.Patient, k.AccessKey(p.Patient))
	var others []store.Number
	for _, i := range f.Identifiers() {
		switch {
		case i.System == ehrdesk.SystemHKIC, i.System == ehrdesk.SystemEHR:
			v, err := Canonical(i.System, i.Value)
			if err != nil {
				return refusal.Invalid("its HKIC or eHR number is not a valid one")
			}
			if i.System == ehrdesk.SystemHKIC {
				p.HKIC = v
			} else {
				p.EHR = v
			}
		case strings.HasPrefix(i.System, ehrdesk.SystemDocument):
			v, _ := Canonical(i.System, i.Value)
			others = append(others, store.Number{System: i.System, Value: v})
		}
	}
	if identity && p.HKIC == "" && len(others) == 0 {
		p.HKIC = freeNumber(tx, ehrdesk.SystemHKIC, p.Patient, syntheticHKIC)
	}
	if p.EHR == "" {
		p.EHR = freeNumber(tx, ehrdesk.SystemEHR, p.Patient, syntheticEHR)
	}
	return Add(tx, p, others)
}

// Add makes somebody a participant by the numbers that p has and by documents.
func Add(tx *store.Tx, p *store.Participant, documents []store.Number) error {
	numbers := append([]store.Number{{System: ehrdesk.SystemEHR, Value: p.EHR}}, documents...)
	if p.HKIC != "" {
		numbers = append(numbers, store.Number{System: ehrdesk.SystemHKIC, Value: p.HKIC})
	}
	for _, n := range numbers {
		if other := tx.Participants.ByNumber(n); other != "" && other != p.Patient {
			return refusal.Invalid("its number belongs to another participant")
		}
	}
	tx.Participants.Add(p, numbers)
	return nil
}

// freeNumber tries the numbers made from a seed until one is nobody's.
func freeNumber(tx *store.Tx, system, seed string, make func(n uint64) string) string {
	sum := sha256.Sum256([]byte(system + seed))
	for n := binary.BigEndian.Uint64(sum[:]); ; n++ {
		if number := make(n); tx.Participants.ByNumber(store.Number{System: system, Value: number}) == "" {
			return number
		}
	}
}

// syntheticHKIC has the prefix QZ, which no series in public use has.
func syntheticHKIC(n uint64) string {
	body := fmt.Sprintf("QZ%06d", n%1_000_000)
	return body + string(ehrdesk.CheckDigit(body))
}

func syntheticEHR(n uint64) string { return fmt.Sprintf("9%011d", n%100_000_000_000) }

// notifyBy is how an imported participant is told of accesses: by telephone or
// e-mail where the record has one, else by post.
func notifyBy(f *resource.Info) string {
	by := "post"
	fhir.Each(f.Raw("telecom"), func(v fhir.Value) {
		switch fhir.TextAt(v, "system") {
		case "phone", "sms":
			by = "sms"
		case "email":
			if by != "sms" {
				by = "email"
			}
		}
	})
	return by
}

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
	s := tx.Records.Get("Patient", p.Patient)
	if s == nil {
		return out, nil
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
	if p.State == ehrdesk.Registered && p.Notify == "" {
		out["extension"] = append(out["extension"].(rest.List), rest.Extension("accesses-told", "valueCode", "none"))
	}
	if p.State == ehrdesk.Left { // who has left is known by id alone
		return out, nil
	}
	numbers := tx.Participants.Numbers(p.Patient)
	var ids rest.List
	for _, n := range numbers {
		ids = append(ids, rest.Obj{"system": n.System, "value": n.Value})
	}
	out["identifier"] = ids
	s := tx.Records.Get("Patient", p.Patient)
	if s == nil {
		return out, nil
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
