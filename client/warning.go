package client

import "slices"

// What whoever signs in has to be told, as codes: a screen has its own words for
// them.
const (
	WarnStale  = "desk-put-back"      // a file of the store is of an earlier day
	WarnBehind = "desk-behind-centre" // the centre remembers more than the desk
	WarnKey    = "centre-key-unknown" // the centre signs with a key that the desk does not know

	WarnDamaged = "copies-damaged"     // a copy did not open and was destroyed
	WarnCopies  = "copies-lost"        // the file of the copies was damaged
	WarnPolicy  = "policy-not-applied" // copies could not be brought under the policy in force
	WarnLines   = "lists-damaged"      // lines of a working list did not open
	WarnOutbox  = "outbox-changed"     // acts that wait here were changed or struck out from outside
	WarnClock   = "desk-clock-off"     // the desk's clock is too far from the centre's
	WarnLate    = "unsent-3-days"      // something has waited for the centre longer than ehrdesk.UnsentLong
	WarnLost    = "unsent-30-days"     // or than ehrdesk.UnsentTooLong
)

// WarningCodes are all there are.
func WarningCodes() []string {
	return []string{WarnStale, WarnBehind, WarnKey, WarnDamaged, WarnCopies, WarnPolicy, WarnOutbox, WarnLines, WarnClock, WarnLate, WarnLost}
}

// WarningWords is a warning as a command prints it.
func WarningWords(code string) string {
	switch code {
	case WarnStale:
		return "part of this desk was put back to an earlier day: its copies were destroyed and are fetched again; tell your administrator"
	case WarnBehind:
		return "the central service remembers more of this desk than the desk does: it was put back to an earlier day; its copies were destroyed and are fetched again; tell your administrator"
	case WarnKey:
		return "the central service signs with a key that this desk does not know: its word on the access log was not taken; tell your administrator"
	case WarnDamaged:
		return "a patient's copy on this desk was damaged: it was destroyed and is fetched again; the access log says when; tell your administrator"
	case WarnCopies:
		return "the file that holds this desk's copies was damaged: they were destroyed and are fetched again; tell your administrator"
	case WarnPolicy:
		return "the copies on this desk could not be brought under the policy in force: without the line none of them is opened; tell your administrator"
	case WarnLines:
		return "lines of this desk's working lists were damaged and have been removed: look over today's list; the access log says how many; tell your administrator"
	case WarnOutbox:
		return "acts that wait on this desk were changed or struck out from outside: look at the outbox and at the access log, take again what is damaged; tell your administrator"
	case WarnClock:
		return "this desk's clock is more than five minutes from the central service's: times in the access log are marked uncertain; set this machine's clock"
	case WarnLate:
		return "something on this desk has waited for the central service for more than 72 hours: connect this desk; see ehrdesk outbox list"
	case WarnLost:
		return "something on this desk has waited for the central service for more than 30 days: tell your administrator, who takes it out with ehrdesk outbox recover"
	}
	return code
}

// Warnings are the codes of what whoever signed in has to be told, in the order in
// which it was found. The access log says which part of the desk is meant.
func (s *Session) Warnings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.words)
}

// unwarn takes back what is no longer so.
func (s *Session) unwarn(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words = slices.DeleteFunc(s.words, func(w string) bool { return w == code })
}

func (s *Session) warn(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.words, code) {
		s.words = append(s.words, code)
	}
}
