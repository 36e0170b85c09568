package ui

import (
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// unsent says what of sealed cases is not sent yet and what becomes of it, in each language; ok is false where nothing is. It is a number:
// nothing of a case is in it, and it stands on a locked screen.
func (m *Model) unsent() (words text.T, ok bool) {
	n := m.env.CasesUnsent()
	if n == 0 {
		return words, false
	}
	for _, l := range text.Langs() {
		words[l] = text.Sprintf(m.env.T.Cases.Unsent[l], n)
	}
	return words, true
}

// leaving says what comes of signing out or leaving the program, and whether that has to be said: what would be lost, and what is not
// sent yet.
func (m *Model) leaving(lost bool) (ask text.T, said bool) {
	waits, some := m.unsent()
	switch {
	case lost && some:
		ask = m.losing()
		for _, l := range text.Langs() {
			ask[l] += " " + waits[l]
		}
	case lost:
		ask = m.losing()
	default:
		ask = waits
	}
	return ask, lost || some
}
