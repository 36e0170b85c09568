package fhir

import (
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// CasesOut is what a centre says of the sealed cases that whoever asks is or was in, and that have changed.
type CasesOut struct {
	UpTo   string // how far the desk has read
	More   bool
	Cases  []CaseRow
	Keys   *CaseKeysLeft // nil where the centre says it to who asks for it alone
	Groups string        // the UpTo of groups that a desk has which knows all changes; "" the same
}

// CaseKeysLeft is how many prekeys of whoever asks are left at the centre for others to seal to, of this desk, and whether there is one of the
// last resort.
type CaseKeysLeft struct {
	Once int
	Last bool
}

// CaseKeysLeftOf reads it where an answer has it.
func CaseKeysLeftOf(a Answers) *CaseKeysLeft {
	n, err := strconv.Atoi(a.Text("left"))
	if err != nil {
		return nil
	}
	return &CaseKeysLeft{n, a.Truth("last")}
}

// CaseRow is how far a case has come, as the centre says it: the desk goes by the events.
type CaseRow struct {
	ID, Patient string
	N           int    // events that whoever asks is given
	Left        bool   // they are in it no more
	Closed      string // why nothing of it is given now, a code; "" where it is
}

// CaseEventsOut are events of a case, and which envelopes have reached whom.
type CaseEventsOut struct {
	More      bool
	Events    []CaseEventOut
	Delivered []CaseDelivered
	Patient   ehrdesk.Patient // with the first of them: whom the case is about; zero where the centre does not say it
}

// CaseEventOut is one event as its author signed it.
type CaseEventOut struct {
	N            int
	Signed, Head string // the event, and its envelope's head; "" for none
	There        bool   // the envelope has not gone
}

// CaseDelivered is an envelope that was fetched whole for somebody. Change grows with each.
type CaseDelivered struct {
	Envelope string
	To       ehrdesk.CasePerson
	Change   int64
	At       time.Time
}

// CaseKey is a key that a desk of a member of a case offers to be sealed to, as that person signed it.
type CaseKey struct {
	Of    ehrdesk.CasePerson
	Offer string
}

func (a Answers) whole(name string) int64 {
	n, _ := strconv.ParseInt(a.Text(name), 10, 64)
	return n
}

// CasesOf reads an answer of $cases.
func CasesOf(a Answers) CasesOut {
	out := CasesOut{UpTo: ehrdesk.CleanLine(a.Text("upTo")), More: a.Truth("more"), Keys: CaseKeysLeftOf(a), Groups: ehrdesk.CleanLine(a.Text("groups"))}
	for _, f := range a.All("case") {
		p := Parts(f.Raw("part"))
		out.Cases = append(out.Cases, CaseRow{ID: uuidOf(p.Text("id")), Patient: ehrdesk.CleanLine(p.Text("patient")), N: int(p.whole("n")), Left: p.Truth("left"), Closed: ehrdesk.CleanLine(p.Text("closed"))})
	}
	return out
}

// CaseEventsOf reads an answer of $case-events.
func CaseEventsOf(a Answers) CaseEventsOut {
	out := CaseEventsOut{More: a.Truth("more")}
	for _, f := range a.All("event") {
		p := Parts(f.Raw("part"))
		out.Events = append(out.Events, CaseEventOut{N: int(p.whole("n")), Signed: p.Text("event"), Head: p.Text("head"), There: p.Truth("there")})
	}
	if raw := a.Resource("patient"); raw != nil {
		out.Patient, _ = r4.Patient(raw, time.Now()) // what cannot be read names nobody
	}
	for _, f := range a.All("delivered") {
		p := Parts(f.Raw("part"))
		out.Delivered = append(out.Delivered, CaseDelivered{Envelope: uuidOf(p.Text("envelope")), To: ehrdesk.CasePerson{Provider: p.Text("provider"), Staff: p.Text("staff")}, Change: p.whole("change"), At: p.Time("at")})
	}
	return out
}

// CaseKeysOf reads an answer of $take-keys.
func CaseKeysOf(a Answers) (out []CaseKey) {
	for _, f := range a.All("key") {
		p := Parts(f.Raw("part"))
		out = append(out, CaseKey{ehrdesk.CasePerson{Provider: p.Text("provider"), Staff: p.Text("staff")}, p.Text("offer")})
	}
	return out
}

// uuidOf is a UUID of an answer in its canonical spelling, "" for what is none.
func uuidOf(s string) string {
	if len(s) > 9 && s[:9] == "urn:uuid:" {
		s = s[9:]
	}
	if !CanonicalUUID(s) {
		return ""
	}
	return s
}
