package central

import (
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	json "github.com/go-json-experiment/json/v1"
)

// participant is somebody registered with eHealth.
type participant struct {
	patient string // logical id
	ehr     string // 12 digits
	hkic    string // compact, "" for none
	state   ehrdesk.Participation
	notify  string // "sms", "email", "post", "" for declined
	key     []byte // keyed digest of the Access Key
	person  []byte // keyed digest of name and birth date

	verified, expected int64 // when a desk verified the identity, and when records begin to flow: microseconds, or 0
}

func (q *tx) participant(patient string) (*participant, error) {
	p := participant{patient: patient}
	found, err := q.row("SELECT ehr, hkic, state, notify, key, person, verified, expected FROM participant WHERE patient = ?", []any{patient},
		&p.ehr, &p.hkic, &p.state, &p.notify, &p.key, &p.person, &p.verified, &p.expected)
	if err != nil || !found {
		return nil, err
	}
	return &p, nil
}

// patientByIdentifier finds a participant by "system|value". HKIC and eHR
// numbers may come in any spelling.
func (q *tx) patientByIdentifier(key string) (patient string, err error) {
	system, value, ok := strings.Cut(key, "|")
	if !ok {
		return "", nil
	}
	value, err = canonical(system, value)
	if err != nil {
		return "", nil
	}
	_, err = q.row("SELECT patient FROM identifier WHERE system = ? AND value = ?", []any{system, value}, &patient)
	return patient, err
}

// canonical is the one spelling of a value that the index knows.
func canonical(system, value string) (string, error) {
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

// personPrint tells two people apart who come with the same id: family and
// given names and the birth date, keyed so that the store alone does not say.
func (c *Centre) personPrint(f *resourceInfo) []byte {
	var names []struct {
		Use, Text, Family string
		Given             []string
	}
	var born string
	_ = json.Unmarshal(f.Raw("name"), &names) // a shape that does not fit counts as no name
	_ = json.Unmarshal(f.Raw("birthDate"), &born)
	name := ""
	for i, n := range names {
		if i == 0 || n.Use == "official" {
			name = strings.ToLower(n.Family + "\x01" + strings.Join(n.Given, " "))
			if n.Family == "" && len(n.Given) == 0 {
				name = strings.ToLower(n.Text)
			}
		}
		if n.Use == "official" {
			break
		}
	}
	return mac(c.keys.person, strings.Join(strings.Fields(name), " "), born)
}

// accessKey is the Access Key of an imported participant: made from the store's
// secret, so that a training store can print it again without keeping it.
func (c *Centre) accessKey(patient string) string {
	n := binary.BigEndian.Uint64(mac(c.keys.access, patient)) % 100_000_000
	return fmt.Sprintf("%08d", n)
}

// keyDigest is how an Access Key is kept. Eight digits fall to any plain or slow
// hash in an afternoon; keyed with a secret outside the database, a copy of the
// database alone tells nothing. It is also cheap enough for a whole territory.
func (c *Centre) keyDigest(patient, key string) []byte { return mac(c.keys.key, patient, key) }

func (c *Centre) keyRight(p *participant, key ehrdesk.AccessKey) bool {
	return hmac.Equal(p.key, c.keyDigest(p.patient, key.Reveal()))
}

// register makes an imported Patient a participant with a verified identity and
// no consent to anybody. Numbers that the resource carries are used; others are
// made, and are plainly not real ones.
func (q *tx) register(c *Centre, it *item) (*participant, error) {
	p := &participant{patient: it.target, state: ehrdesk.Registered, notify: notifyBy(it.resourceInfo), person: c.personPrint(it.resourceInfo)}
	p.key = c.keyDigest(p.patient, c.accessKey(p.patient))
	var others [][2]string
	for _, i := range it.Identifiers() {
		switch {
		case i.System == ehrdesk.SystemHKIC, i.System == ehrdesk.SystemEHR:
			v, err := canonical(i.System, i.Value)
			if err != nil {
				return nil, invalid("its HKIC or eHR number is not a valid one")
			}
			if i.System == ehrdesk.SystemHKIC {
				p.hkic = v
			} else {
				p.ehr = v
			}
		case strings.HasPrefix(i.System, ehrdesk.SystemDocument):
			v, _ := canonical(i.System, i.Value)
			others = append(others, [2]string{i.System, v})
		}
	}
	var err error
	if p.hkic == "" && len(others) == 0 {
		if p.hkic, err = q.freeNumber(ehrdesk.SystemHKIC, p.patient, syntheticHKIC); err != nil {
			return nil, err
		}
	}
	if p.ehr == "" {
		if p.ehr, err = q.freeNumber(ehrdesk.SystemEHR, p.patient, syntheticEHR); err != nil {
			return nil, err
		}
	}
	return p, q.addParticipant(p, others)
}

func (q *tx) addParticipant(p *participant, documents [][2]string) error {
	numbers := append([][2]string{{ehrdesk.SystemEHR, p.ehr}}, documents...)
	if p.hkic != "" {
		numbers = append(numbers, [2]string{ehrdesk.SystemHKIC, p.hkic})
	}
	for _, n := range numbers {
		var other string
		found, err := q.row("SELECT patient FROM identifier WHERE system = ? AND value = ?", []any{n[0], n[1]}, &other)
		if err != nil {
			return err
		}
		if found && other != p.patient {
			return invalid("its number belongs to another participant")
		}
	}
	if err := q.exec("INSERT INTO participant (patient, ehr, hkic, state, notify, key, person) VALUES (?,?,?,?,?,?,?)",
		p.patient, p.ehr, p.hkic, string(p.state), p.notify, p.key, p.person); err != nil {
		return err
	}
	for _, n := range numbers {
		if err := q.exec("INSERT OR IGNORE INTO identifier (system, value, patient) VALUES (?,?,?)", n[0], n[1], p.patient); err != nil {
			return err
		}
	}
	return nil
}

// freeNumber tries the numbers made from a seed until one is nobody's.
func (q *tx) freeNumber(system, seed string, make func(n uint64) string) (string, error) {
	n := binary.BigEndian.Uint64(hashed(system + seed))
	for ; ; n++ {
		number := make(n)
		var other string
		found, err := q.row("SELECT patient FROM identifier WHERE system = ? AND value = ?", []any{system, number}, &other)
		if err != nil || !found {
			return number, err
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
func notifyBy(f *resourceInfo) string {
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
