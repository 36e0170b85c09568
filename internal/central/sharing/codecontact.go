package sharing

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// onRecord is where a patient is told by what stands on record: the first contact of the way
// that they have chosen, or else the letter; zero for who declined.
func onRecord(tx *store.Tx, p *store.Participant) (store.Contact, error) {
	if p.Notify == "" {
		return store.Contact{}, nil
	}
	r, err := reached(tx, p)
	if err != nil {
		return store.Contact{}, err
	}
	for _, way := range []string{p.Notify, "post"} {
		for _, c := range r.contacts {
			if c.Way == way {
				return c, nil
			}
		}
	}
	if p.Notify == "post" { // the office may know where
		return store.Contact{Way: "post"}, nil
	}
	return store.Contact{}, nil
}

// takesCode is whether a one-time code comes by a contact in time: a letter comes days after
// its code has ended.
func takesCode(c store.Contact) bool { return c.Way == "sms" || c.Way == "email" }

// codeContact is where a patient is told and codes go, kept in step with what stands on record,
// whoever put it there: another contact than before waits a day by the centre's clock, and
// until then codes go where they went. A clock that is set back makes that day longer and
// never shorter. A letter is a contact as a telephone is, by which no code comes: accesses
// are told where they were told before, and after a letter in between another telephone
// waits its own day.
func codeContact(tx *store.Tx, p *store.Participant) (store.CodeContact, error) {
	on, err := onRecord(tx, p)
	if err != nil {
		return store.CodeContact{}, err
	}
	was := tx.Tries.Contact(p.Patient)
	if was == nil {
		was = &store.CodeContact{Contact: on}
		tx.Tries.SetContact(p.Patient, *was)
		return *was, nil
	}
	now := *was
	switch {
	case alike(on, was.Contact):
		now = store.CodeContact{Contact: on}
	case was.Since == 0 || !alike(on, was.Next):
		now.Next, now.Since = on, tx.Now.UnixMicro()
	case !tx.Now.Before(registry.ContactFrom(was)):
		now = store.CodeContact{Contact: on}
	}
	if now != *was {
		tx.Tries.SetContact(p.Patient, now)
	}
	return now, nil
}

// provenContact is codeContact once the patient's own genuine card has shown that it is them
// who is at the desk: what stands on record counts from now on.
func provenContact(tx *store.Tx, p *store.Participant) (store.CodeContact, error) {
	c, err := codeContact(tx, p)
	if err == nil && c.Since != 0 {
		c = store.CodeContact{Contact: c.Next}
		tx.Tries.SetContact(p.Patient, c)
	}
	return c, err
}

// alike is whether two contacts are one, however they are written.
func alike(a, b store.Contact) bool { return a.Way == b.Way && plainly(a) == plainly(b) }

func plainly(c store.Contact) string {
	if c.Way != "sms" {
		return strings.ToLower(c.To)
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, c.To)
	if strings.HasPrefix(digits, "852") && len(digits) == 11 { // Hong Kong's own, written from abroad
		return digits[3:]
	}
	return digits
}

// codesGo is where a code goes now, and from when it goes to what stands on record, where
// that is too new: zero where it is not. Errors: 422 where the patient can be sent none, 423
// with the time where all that is known is too new.
func codesGo(tx *store.Tx, p *store.Participant) (to store.Contact, from time.Time, err error) {
	on, err := onRecord(tx, p)
	if err != nil {
		return to, from, err
	}
	if !takesCode(on) {
		return to, from, refusal.New(422, "no-way-to-tell", "The patient has chosen no way of notice that a code could come by.")
	}
	c, err := codeContact(tx, p)
	if err != nil {
		return to, from, err
	}
	from = registry.ContactFrom(&c)
	if takesCode(c.Contact) {
		return c.Contact, from, nil
	}
	f := refusal.New(423, "contact-new", "The contact data was changed lately: no code goes to it for a day.")
	f.Until = from
	return to, from, f
}

// newContactFrom says so to a desk.
func newContactFrom(from time.Time) []any {
	if from.IsZero() {
		return nil
	}
	return []any{rest.Param("newContactFrom", "valueInstant", rest.Stamp(from))}
}

// reachable is how a patient is reached by what stands on record: by which contacts, in
// which language.
type reachable struct {
	contacts []store.Contact
	language string
}

// reached reads it from the Patient.
func reached(tx *store.Tx, p *store.Participant) (reachable, error) {
	var out reachable
	rec := tx.Records.Get("Patient", p.Patient)
	if rec == nil || rec.Deleted {
		return out, nil
	}
	m, err := membersOf(rec.Body)
	if err != nil {
		return out, err
	}
	for _, v := range elements(m["telecom"].value) {
		r := reachOf(v)
		way := map[string]string{"phone": "sms", "sms": "sms", "email": "email"}[r.System]
		if to := ehrdesk.CleanLine(r.Value); way != "" && to != "" && r.Use != "old" {
			out.contacts = append(out.contacts, store.Contact{Way: way, To: to})
		}
	}
	for _, v := range elements(m["address"].value) {
		r := reachOf(v)
		if to := r.written(); to != "" && r.Use != "old" && r.Use != "billing" {
			out.contacts = append(out.contacts, store.Contact{Way: "post", To: to})
			break // the others say it in another language or another form
		}
	}
	for _, v := range elements(m["communication"].value) {
		for _, k := range reachOf(v).Language.Coding {
			if out.language == "" {
				out.language = script(k.Code)
			}
		}
	}
	return out, nil
}
