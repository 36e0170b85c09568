// Package warnings is what whoever signs in has to be told. It promises that each is
// told once, in the order in which it was found, and knows nothing of why.
package warnings

import (
	"slices"
	"sync"
)

// What there is to be told, as codes: a screen has its own words for them.
const (
	Stale   = "desk-put-back"      // a file of the store is of an earlier day
	Behind  = "desk-behind-centre" // the centre remembers more than the desk
	Key     = "centre-key-unknown" // the centre signs with a key that the desk does not know
	Centre  = "centre-log-changed" // the centre's own access log was cut or written anew
	Damaged = "copies-damaged"     // a copy did not open and was destroyed
	Copies  = "copies-lost"        // the file of the copies was damaged
	Policy  = "policy-not-applied" // copies could not be brought under the policy in force
	Lines   = "lists-damaged"      // lines of a working list did not open
	Outbox  = "outbox-changed"     // acts that wait here were changed or struck out from outside
	Clock   = "desk-clock-off"     // the desk's clock is too far from the centre's
	Late    = "unsent-3-days"      // something has waited for the centre longer than ehrdesk.UnsentLong
	Lost    = "unsent-30-days"     // or than ehrdesk.UnsentTooLong

	KeyChanged = "directory-key-changed" // the centre says something else of a key than before
	KeyInName  = "key-in-your-name"      // somebody was enrolled in the name of whoever is signed in, at another desk
	NoKeyLog   = "no-key-log"            // the centre keeps no log of keys
)

// words are the codes, and each as a command prints it.
var words = [][2]string{
	{Stale, "part of this desk was put back to an earlier day: its copies were destroyed and are fetched again; tell your administrator"},
	{Behind, "the central service remembers more of this desk than the desk does: it was put back to an earlier day; its copies were destroyed and are fetched again; tell your administrator"},
	{Key, "the central service signs with a key that this desk does not know: its word on the access log was not taken; tell your administrator"},
	{Centre, "the central service's own access log does not lead on from what it signed before: it was cut or written anew; tell your security officer, who compares with ehrdesk audit heads"},
	{Damaged, "a patient's copy on this desk was damaged: it was destroyed and is fetched again; the access log says when; tell your administrator"},
	{Copies, "the file that holds this desk's copies was damaged: they were destroyed and are fetched again; tell your administrator"},
	{Policy, "the copies on this desk could not be brought under the policy in force: without the line none of them is opened; tell your administrator"},
	{Outbox, "acts that wait on this desk were changed or struck out from outside: look at the outbox and at the access log, take again what is damaged; tell your administrator"},
	{Lines, "lines of this desk's working lists were damaged and have been removed: look over today's list; the access log says how many; tell your administrator"},
	{Clock, "this desk's clock is more than five minutes from the central service's: times in the access log are marked uncertain; set this machine's clock"},
	{Late, "something on this desk has waited for the central service for more than 72 hours: connect this desk; see ehrdesk outbox list"},
	{Lost, "something on this desk has waited for the central service for more than 30 days: tell your administrator, who takes it out with ehrdesk outbox recover"},
	{KeyChanged, "the central service says something else of somebody's signing key than before: this desk goes by what it knew; tell your security officer, who compares with ehrdesk directory --keys"},
	{KeyInName, "a key was made in your name at another desk: if that was you, say so with ehrdesk directory --mine KEY (ehrdesk directory --keys prints it); if not, tell your security officer now: whoever has it reads what is sealed to you"},
	{NoKeyLog, "the central service keeps no log of signing keys: a false key that it gives out is not found by this desk"},
}

// Codes are all there are.
func Codes() (all []string) {
	for _, w := range words {
		all = append(all, w[0])
	}
	return all
}

// Words is a warning as a command prints it.
func Words(code string) string {
	for _, w := range words {
		if w[0] == code {
			return w[1]
		}
	}
	return code
}

// Warnings are those of one session. The zero value has none.
type Warnings struct {
	mu    sync.Mutex
	codes []string
}

// Warnings are the codes of what has to be told, in the order in which it was found.
// The access log says which part of the desk is meant.
func (w *Warnings) Warnings() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.codes)
}

// Warn tells of something, once.
func (w *Warnings) Warn(code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.codes, code) {
		w.codes = append(w.codes, code)
	}
}

// Unwarn takes back what is no longer so.
func (w *Warnings) Unwarn(code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.codes = slices.DeleteFunc(w.codes, func(c string) bool { return c == code })
}
