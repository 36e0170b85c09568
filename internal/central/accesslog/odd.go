package accesslog

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Why an officer looks at what somebody did at a desk. None of them says that it was wrong:
// each is what was asked after when it had been.
const (
	MarkNoNumber = "form-without-number" // a consent by form whose reference has no digit
	MarkSurname  = "same-surname"        // the patient bears a name of who asks
	MarkHours    = "out-of-hours"        // at night, at a clinic
	MarkOfficer  = "officer"             // a User Administrator tried to put an officer out
)

// watched are the actions that are looked at so: those by which somebody learns of, or acts
// for, a person whom they choose.
var watched = [...]ehrdesk.AuditAction{ehrdesk.AuditFind, ehrdesk.AuditOpen, ehrdesk.AuditGrant, "verify", "release"}

// Clinics of the community are closed from late evening to early morning. What is open
// around the clock is the Hospital Authority's, to which consent is given by joining.
const (
	opens  = 6  // o'clock in Hong Kong
	closes = 23 // o'clock
)

// odd are the marks that an event bears by itself.
func odd(tx *store.Tx, e *Event) (marks []string) {
	if !slices.Contains(watched[:], e.Action) || !e.Acted.IsZero() || e.Who.Staff == "" {
		return nil
	}
	if h := tx.Now.In(HongKong).Hour(); !e.Who.Provider.Deemed && (h < opens || h >= closes) {
		marks = append(marks, MarkHours)
	}
	if e.Patient != "" && sameSurname(tx, e.Who.Name, e.Patient) {
		marks = append(marks, MarkSurname)
	}
	return marks
}

// sameSurname is whether a patient's surname is among the words of who asks: Western and
// Hong Kong order both occur, and in Chinese it is the first character.
func sameSurname(tx *store.Tx, name, patient string) bool {
	p := tx.Participants.Get(patient)
	if p == nil || name == "" {
		return false
	}
	r, err := registry.OnRecord(tx, p)
	if err != nil { // it is for who reads the record to fail
		return false
	}
	first, n := utf8.DecodeRuneInString(r.Name.Chinese)
	return slices.ContainsFunc(strings.FieldsFunc(name, func(c rune) bool { return c == ' ' || c == ',' }), func(w string) bool {
		return r.Name.Family != "" && strings.EqualFold(w, r.Name.Family) || n > 1 && strings.HasPrefix(w, string(first))
	})
}
