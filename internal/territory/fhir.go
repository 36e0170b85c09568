package territory

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

const (
	systemHCP   = ehrdesk.SystemHCP
	systemLOINC = "http://loinc.org"
	systemUCUM  = "http://unitsofmeasure.org"
	systemLocal = "urn:example:hk:code" // invented: HKCTT codes are licensed and not ours to ship
)

// raw is finished JSON.
type raw = jsontext.Value

// num is a decimal with its digits as given: "7.10" stays so.
type num string

// o writes an object with its members in the order given; absent values ("" and
// nil) leave their member out.
func o(kv ...any) raw {
	b := append(make([]byte, 0, 192), '{')
	for i := 0; i+1 < len(kv); i += 2 {
		if absent(kv[i+1]) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), kv[i].(string)...), '"', ':') // names are ours and plain
		b = appendValue(b, kv[i+1])
	}
	return append(b, '}')
}

func absent(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case num:
		return v == ""
	case raw:
		return len(v) == 0
	}
	return false
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(b, v)
	case num:
		return append(b, v...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case bool:
		return strconv.AppendBool(b, v)
	case raw:
		return append(b, v...)
	default:
		panic("territory: a value of no JSON kind") // a mistake in this package, found by its first test
	}
}

// appendText quotes s. Nearly all of it is ours and has nothing to escape.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == 0x7f {
			b, _ = jsontext.AppendQuote(b, s)
			return b
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func text(s string) raw { return appendText(nil, s) }

func list(items ...raw) raw {
	b := []byte{'['}
	for i, v := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, v...)
	}
	return append(b, ']')
}

func ref(target, display string) raw {
	if target == "" {
		return nil
	}
	return o("reference", target, "display", display)
}

func coding(system, code, display string) raw {
	return o("system", system, "code", code, "display", display)
}

// concept is a coded element with the words the source wrote itself.
func concept(system, code, words string) raw {
	if code == "" {
		return o("text", words)
	}
	return o("coding", list(coding(system, code, words)), "text", words)
}

func quantity(v num, unit string) raw {
	return o("value", v, "unit", unit, "system", systemUCUM, "code", ucum(unit))
}

// ucum is the code of a unit as it is printed.
func ucum(unit string) string {
	switch unit {
	case "µmol/L":
		return "umol/L"
	case "×10^9/L":
		return "10*9/L"
	case "mmHg":
		return "mm[Hg]"
	case "beats/min":
		return "/min"
	case "°C":
		return "Cel"
	case "mL/min/1.73m²":
		return "mL/min/{1.73_m2}"
	case "kg/m²":
		return "kg/m2"
	}
	return unit
}

// writer makes one person.
type writer struct {
	rand      *rand.Rand
	now       time.Time
	index     int
	patient   ehrdesk.Patient
	years     int // of age today
	resources [][]byte

	body     course
	measured [panelCount]time.Time // when each panel was last done
	shunned  []string              // drugs that an allergy forbids
	weighed  map[string]bool       // days with a weight: one a day
	home     place                 // where long-term care is given
	season   int                   // year of the last influenza vaccine
	smoker   string
}

func (w *writer) between(lo, hi int) int { return lo + w.rand.IntN(hi-lo+1) }

func (w *writer) chance(percent int) bool { return w.rand.IntN(100) < percent }

func (w *writer) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + w.rand.IntN(10))
	}
	return string(b)
}

func (w *writer) uuid() string {
	var u uuid.UUID
	for i := 0; i < 16; i += 8 {
		v := w.rand.Uint64()
		for j := range 8 {
			u[i+j] = byte(v >> (8 * j))
		}
	}
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return u.String()
}

// reserve gives the reference of a resource that is still to be written.
func (w *writer) reserve(resource string) string { return resource + "/" + w.uuid() }

// put writes a resource about the patient under its reference.
func (w *writer) put(reference string, kv ...any) {
	resource, id, _ := strings.Cut(reference, "/")
	w.resources = append(w.resources, o(append([]any{"resourceType", resource, "id", id}, kv...)...))
}

// add writes a resource about the patient and gives its reference.
func (w *writer) add(resource string, kv ...any) string {
	r := w.reserve(resource)
	w.put(r, kv...)
	return r
}

// age is the patient's age on a day, in years with their parts.
func (w *writer) age(at time.Time) float64 { return at.Sub(w.patient.Born.Time).Hours() / hoursAYear }

const hoursAYear = 24 * 365.25

// end is when the record ends: today, or the day of death.
func (w *writer) end() time.Time {
	if w.patient.Deceased {
		return w.patient.Died.Time
	}
	return w.now
}

func (w *writer) subject() raw { return ref("Patient/"+w.patient.ID, "") }

var hongKong = time.FixedZone("HKT", 8*3600)

func stamp(t time.Time) string { return t.In(hongKong).Format(time.RFC3339) }

func day(t time.Time) string { return t.In(hongKong).Format("2006-01-02") }
