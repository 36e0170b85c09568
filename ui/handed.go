package ui

import (
	"time"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// aloud says what may concern another patient than the one on the screen. Behind the lock, and
// while a patient reads the screen, it is kept until neither is so. What was said and is still
// there is not covered.
func (m *Model) aloud(words string, bad bool) {
	switch reads, _ := m.handed(); {
	case m.lock != nil || reads:
		if m.later != "" && m.later != words {
			words = m.later + " · " + words
		}
		m.later, m.laterIs = words, m.laterIs || bad
	default:
		if m.say != "" && m.say != words && m.env.Now().Sub(m.sayAt) < newsStays {
			words, bad = m.say+" · "+words, m.bad || bad
		}
		m.say, m.bad, m.sayAt = words, bad, m.env.Now()
	}
}

// newsStays is how long what was said is not covered by what comes.
const newsStays = 3 * time.Second

// handed reports whether the screen of the work is one that the patient looks at, under a dialog
// too, and whether the keyboard is the patient's.
func (m *Model) handed() (reads, keyboard bool) {
	h, ok := m.main.(screen.Handed)
	if !ok || m.lock != nil {
		return false, false
	}
	reads, keyboard = h.Handed()
	return reads, keyboard && m.overlay == nil
}

// tellLater says what was kept, once nobody else reads it.
func (m *Model) tellLater() {
	if reads, _ := m.handed(); m.later == "" || reads || m.lock != nil || m.env.Session == nil {
		return
	}
	words, bad := m.later, m.laterIs
	m.later, m.laterIs = "", false
	m.aloud(words, bad)
}

// ofThePatient are the intents that are carried out while the patient has the keyboard: none leads
// to where anything of somebody else stands.
func ofThePatient(id intent.ID) bool {
	switch id {
	case intent.Accept, intent.Back, intent.Language, intent.Lock, intent.Edited, intent.Theme:
		return true
	}
	return false
}

// keptFromThePatient refuses an intent that is not the patient's while they have the keyboard, and
// says so.
func (m *Model) keptFromThePatient(id intent.ID) bool {
	_, keyboard := m.handed()
	if !keyboard || ofThePatient(id) {
		return false
	}
	m.warn(m.env.S(m.env.T.Common.PatientHas))
	return true
}
