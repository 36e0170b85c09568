package territory

import (
	"math/rand/v2"
	"strconv"
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
	b := []byte{'{'}
	for i := 0; i+1 < len(kv); i += 2 {
		v := value(kv[i+1])
		if v == nil {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, kv[i].(string))
		b = append(append(b, ':'), v...)
	}
	return append(b, '}')
}

func value(v any) []byte {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
		return text(v)
	case num:
		return []byte(v)
	case int:
		return strconv.AppendInt(nil, int64(v), 10)
	case bool:
		return strconv.AppendBool(nil, v)
	case raw:
		return v
	default:
		panic("territory: a value of no JSON kind") // a mistake in this package, found by its first test
	}
}

func text(s string) raw { b, _ := jsontext.AppendQuote(nil, s); return b }

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
	}
	return unit
}

// writer makes one person.
type writer struct {
	rand      *rand.Rand
	now       time.Time
	index     int
	patient   ehrdesk.Patient
	years     int
	resources [][]byte
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

// decimal draws a number around a mean with the given decimals.
func (w *writer) decimal(mean, spread float64, decimals int) num {
	v := mean + spread*(w.rand.Float64()*2-1)
	return num(strconv.FormatFloat(max(v, 0), 'f', decimals, 64))
}

// add writes a resource about the patient and gives its reference.
func (w *writer) add(resource string, kv ...any) string {
	id := w.uuid()
	w.resources = append(w.resources, o(append([]any{"resourceType", resource, "id", id}, kv...)...))
	return resource + "/" + id
}

func (w *writer) subject() raw { return ref("Patient/"+w.patient.ID, "") }

var hongKong = time.FixedZone("HKT", 8*3600)

func stamp(t time.Time) string { return t.In(hongKong).Format(time.RFC3339) }

func day(t time.Time) string { return t.In(hongKong).Format("2006-01-02") }
