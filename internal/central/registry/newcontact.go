package registry

import (
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// NewContact is how long contact data that were changed rest on one person's word: a day, in
// which the patient has been told of the change where they were reached before.
const NewContact = 24 * time.Hour

// ContactFrom is from when what stands on record counts, zero where it does.
func ContactFrom(c *store.CodeContact) time.Time {
	if c == nil || c.Since == 0 {
		return time.Time{}
	}
	return store.Time(c.Since).Add(NewContact)
}

// FormerContact is where a patient was reached before contact data that do not count yet;
// zero where there is none.
func FormerContact(tx *store.Tx, p *store.Participant) store.Contact {
	if c := tx.Tries.Contact(p.Patient); tx.Now.Before(ContactFrom(c)) {
		return c.Contact
	}
	return store.Contact{}
}
