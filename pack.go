package ehrdesk

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"
)

// PackedFacts are Facts as a list carries them: a few bytes each, opened for the
// rows that are drawn. They are a string so that records can be compared.
type PackedFacts string

var errFacts = errors.New("packed facts are malformed")

// Pack gives the facts' packed form. Equal facts give equal strings.
func (f *Facts) Pack() PackedFacts {
	c := coder{b: make([]byte, 0, 256)}
	c.facts(f)
	return PackedFacts(c.b)
}

// Open gives the facts. Strings share memory with p. Errors: CodeTampered.
func (p PackedFacts) Open() (Facts, error) {
	return p.open(nil)
}

func (p PackedFacts) open(each func(*Concept)) (Facts, error) {
	var f Facts
	if p == "" {
		return f, nil
	}
	c := coder{s: string(p), reading: true, each: each}
	c.facts(&f)
	if c.bad || c.s != "" {
		return Facts{}, E("facts", CodeTampered, errFacts)
	}
	return f, nil
}

// Facts are the record's facts. Where they cannot be opened they say so (Unread)
// and nothing else.
func (r *Record) Facts() Facts { return r.FactsWith(nil) }

// FactsWith are Facts in which each has seen every concept, and may have put words
// to a code. nil sees none.
func (r *Record) FactsWith(each func(*Concept)) Facts {
	f, err := r.Packed.open(each)
	if err != nil {
		return Facts{Unread: true}
	}
	return f
}

// coder writes and reads the packed form with one description of it, so that
// the two cannot differ. What is empty takes no room: a field has a number before
// it, in rising order, and 0 ends a struct.
type coder struct {
	b       []byte // written so far
	s       string // not read yet
	reading bool
	bad     bool // the input is malformed: everything read from now on is empty
	each    func(*Concept)
	room    *rooms // what lists are read into; nil for memory of their own
	again   bool   // lists are read into the room of those that stood there
}

func (c *coder) fail() { c.s, c.bad = "", true }

// field begins a field: reports whether it is there.
func (c *coder) field(no byte, there bool) bool {
	if c.reading {
		if c.s == "" || c.s[0] != no {
			return false
		}
		c.s = c.s[1:]
		return true
	}
	if there {
		c.b = append(c.b, no)
	}
	return there
}

// end ends a struct.
func (c *coder) end() {
	if !c.reading {
		c.b = append(c.b, 0)
		return
	}
	if c.s == "" || c.s[0] != 0 {
		c.fail()
		return
	}
	c.s = c.s[1:]
}

func (c *coder) number(n *uint64) {
	if !c.reading {
		c.b = binary.AppendUvarint(c.b, *n)
		return
	}
	var shift uint
	for *n = 0; c.s != "" && shift < 63; shift += 7 {
		x := c.s[0]
		c.s = c.s[1:]
		if *n |= uint64(x&0x7f) << shift; x < 0x80 {
			return
		}
	}
	*n = 0
	c.fail()
}

func (c *coder) word(s *string) {
	n := uint64(len(*s))
	c.number(&n)
	if !c.reading {
		c.b = append(c.b, *s...)
		return
	}
	if n > uint64(len(c.s)) {
		c.fail()
		return
	}
	*s, c.s = c.s[:n], c.s[n:]
}

func (c *coder) str(no byte, s *string) {
	if c.field(no, *s != "") {
		c.word(s)
	}
}

// id is a string that is often a UUID, which takes its 16 bytes then and not the 36
// of its text: in a list of records the ids are most of what does not repeat.
func (c *coder) id(no byte, s *string) {
	if !c.field(no, *s != "") {
		return
	}
	if !c.reading {
		if u, ok := uuidOf(*s); ok {
			c.b = append(append(c.b, 0), u[:]...)
			return
		}
		n := uint64(len(*s) + 1)
		c.number(&n)
		c.b = append(c.b, *s...)
		return
	}
	var n uint64
	switch c.number(&n); {
	case c.bad:
	case n == 0 && len(c.s) >= 16:
		*s, c.s = c.room.uuid(c.s[:16]), c.s[16:]
	case n == 0 || n-1 > uint64(len(c.s)):
		c.fail()
	default:
		*s, c.s = c.s[:n-1], c.s[n-1:]
	}
}

const hexDigits = "0123456789abcdef"

// uuidOf reads a UUID in the one form that uuidText writes: 36 characters, lower
// case (RFC 9562).
func uuidOf(s string) (u [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return u, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			continue
		}
		d := strings.IndexByte(hexDigits, s[i])
		if d < 0 {
			return u, false
		}
		u[n/2] = u[n/2]<<4 | byte(d)
		n++
	}
	return u, true
}

func uuidText(u string) string {
	var b [36]byte
	writeUUID(&b, u)
	return string(b[:])
}

func writeUUID(to *[36]byte, u string) {
	n := 0
	for i := range 16 {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			to[n] = '-'
			n++
		}
		to[n], to[n+1] = hexDigits[u[i]>>4], hexDigits[u[i]&15]
		n += 2
	}
}

func (c *coder) flag(no byte, on *bool) {
	if c.field(no, *on) {
		*on = true
	}
}

func (c *coder) small(no byte, n *uint8) {
	if c.field(no, *n != 0) {
		wide := uint64(*n)
		if c.number(&wide); wide > 255 {
			c.fail()
		}
		*n = uint8(wide)
	}
}

// part is a struct inside a struct.
func part[T any](c *coder, no byte, there bool, v *T, fn func(*coder, *T)) {
	if c.field(no, there) {
		fn(c, v)
		c.end()
	}
}

// several is a list of structs.
func several[T any](c *coder, no byte, list *[]T, fn func(*coder, *T)) {
	if !c.field(no, len(*list) > 0) {
		return
	}
	n := uint64(len(*list))
	c.number(&n)
	if c.reading {
		if n > uint64(len(c.s)) { // each takes a byte or more
			c.fail()
			return
		}
		if c.room != nil {
			*list = made[T](c.room, n)
		} else {
			*list = roomFor(*list, int(n), c.again)
		}
	}
	for i := range *list {
		fn(c, &(*list)[i])
		c.end()
	}
}

func (c *coder) words(no byte, list *[]string) {
	several(c, no, list, func(c *coder, s *string) { c.str(1, s) })
}

// systems are code systems that are written as a number.
var systems = [...]string{
	"http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org", "http://www.nlm.nih.gov/research/umls/rxnorm",
	"http://www.whocc.no/atc", "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/cvx",
	"http://hl7.org/fhir/sid/icpc-2", "http://terminology.hl7.org/CodeSystem/observation-category",
	"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "http://terminology.hl7.org/CodeSystem/condition-clinical",
	"http://terminology.hl7.org/CodeSystem/condition-ver-status", "http://terminology.hl7.org/CodeSystem/condition-category",
	"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
	"http://terminology.hl7.org/CodeSystem/v3-ActCode", "http://terminology.hl7.org/CodeSystem/v2-0074",
	"http://terminology.hl7.org/CodeSystem/referencerange-meaning", "http://terminology.hl7.org/CodeSystem/data-absent-reason",
	"http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "http://terminology.hl7.org/CodeSystem/diagnosis-role",
	"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips",
}

// system writes a known system as its place in the table.
func (c *coder) system(no byte, s *string) {
	if !c.field(no, *s != "") {
		return
	}
	n := uint64(0)
	if !c.reading {
		n = uint64(slices.Index(systems[:], *s) + 1)
	}
	switch c.number(&n); {
	case n == 0:
		c.word(s)
	case n > uint64(len(systems)):
		c.fail()
	default:
		*s = systems[n-1]
	}
}

func (c *coder) when(no byte, w *When) {
	if !c.field(no, !w.IsZero()) {
		return
	}
	how, zone := uint64(w.Precision)<<1, uint64(0)
	sec, ns := uint64(w.Time.Unix()+secondsBefore), uint64(w.Time.Nanosecond())
	if w.Zoneless {
		how |= 1
	}
	if _, off := w.Time.Zone(); off != 0 {
		zone = uint64(off + maxOffset)
	}
	c.number(&how)
	c.number(&sec)
	c.number(&ns)
	c.number(&zone)
	if !c.reading {
		return
	}
	if how>>1 > uint64(ToSecond) || how>>1 == 0 || ns >= 1e9 || zone > 2*maxOffset || sec > 2*secondsBefore+secondsAfter {
		c.fail()
		return
	}
	t := time.Unix(int64(sec)-secondsBefore, int64(ns)).UTC()
	if zone != 0 {
		t = t.In(time.FixedZone("", int(zone)-maxOffset))
	}
	*w = When{Time: t, Precision: Precision(how >> 1), Zoneless: how&1 != 0}
}

// Bounds of what a FHIR date can be, years 1 to 9999 and an offset of a day and an hour.
const (
	maxOffset     = 25 * 3600 // a parser takes up to 24:59
	secondsBefore = 62135596800 + maxOffset
	secondsAfter  = 253402300800 + maxOffset
)
