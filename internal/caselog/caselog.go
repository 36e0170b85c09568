// Package caselog is the history of a sealed case: each event signed by whoever made it over the hash of the event before, so that
// every member who holds the last event's hash holds the whole history, and none can be left out, put in, changed, moved or told
// otherwise to somebody else without being found. Whether an event may come next the case itself says (ehrdesk.Case). A group has such
// a history too (ehrdesk.Group). Pure.
package caselog

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Broken is the cause of an error of a history: the event at which it breaks, from 1 on, and why.
type Broken struct {
	N   int
	Why error // an error of sealed's, or of ehrdesk.Case's
}

func (b *Broken) Error() string {
	return fmt.Sprintf("the history breaks at event %d: %v", b.N, b.Why)
}

// Unwrap gives why.
func (b *Broken) Unwrap() error { return b.Why }

// Groups tell how far the histories of groups have come.
type Groups interface {
	// Staffed reports whether somebody was on the staff of a group when its history had come so far, and did something for it in time
	// (ehrdesk.Group.StaffedAt). known is false for a history that has not come so far here, or was another.
	Staffed(at ehrdesk.CaseGroupAt, who ehrdesk.CasePerson, when time.Time) (on, known bool)
}

// Errors of an event that names a group.
var (
	ErrGroup    = errors.New("it names a history of a group that is not known")
	ErrNotStaff = errors.New("who acts for a group is not on its staff")
)

// ErrForked is of two histories of one case, or of one group, each whole: somebody was told otherwise than somebody else.
var ErrForked = errors.New("there are two histories")

// Hash names an event: SHA-256 over what was signed, in hex; "" for what is none.
func Hash(signed string) string {
	b := sealed.Payload(signed)
	if b == nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Next signs an event that comes next in a case: it has the number and the hash that it has to have.
func Next(c *ehrdesk.Case, e ehrdesk.CaseEvent, by sealed.Signer) (string, error) {
	e.N, e.Before = c.Events+1, c.Head
	if e.N > 1 {
		e.Case = c.ID
	}
	if err := c.MayStep(&e); err != nil {
		return "", err
	}
	return sealed.Sign(&e, sealed.TypeEvent, by)
}

// Follow brings a case on by events as they were signed, each held against the key of whoever made it and against the rules. A case
// that nothing is known of yet is the zero Case. Where it breaks the case is as it was after the event before, and the error is a
// *Broken. Events that the case has already are passed over where they are the same.
//
// groups are those that events may name; nil for none.
func Follow(c *ehrdesk.Case, known []string, signed []string, keys sealed.Signers, groups Groups) ([]string, error) {
	return follow(c, &c.Events, known, signed, func(s string) (e ehrdesk.CaseEvent, n int, err error) {
		if e, err = Read(s, keys); err == nil && (e.N < 1 || e.N > len(known)) { // what is here was held against them
			err = Named(&e, groups)
		}
		return e, e.N, err
	})
}

// Named holds an event against the histories of the groups that it names. Errors: ErrGroup, ErrNotStaff.
func Named(e *ehrdesk.CaseEvent, groups Groups) error {
	for _, at := range e.Groups {
		if groups == nil {
			return ErrGroup
		}
		on, known := groups.Staffed(at, e.By, e.At)
		switch {
		case !known:
			return ErrGroup
		case at.Of == e.As && !on:
			return ErrNotStaff
		}
	}
	return nil
}

// story is what a chain of events is the history of.
type story[E any] interface {
	Step(e *E, hash string) error
}

// follow is Follow of any story; events is how many of it there are, and read gives an event of it with its number.
func follow[E any](of story[E], events *int, known, signed []string, read func(string) (e E, n int, err error)) ([]string, error) {
	if len(known) != *events {
		return known, &Broken{*events, ErrForked}
	}
	for _, s := range signed {
		e, n, err := read(s)
		if err != nil {
			return known, &Broken{*events + 1, err}
		}
		if n >= 1 && n <= len(known) {
			if known[n-1] != Hash(s) {
				return known, &Broken{n, ErrForked}
			}
			continue
		}
		if err := of.Step(&e, Hash(s)); err != nil {
			return known, &Broken{*events + 1, err}
		}
		known = append(known, Hash(s))
	}
	return known, nil
}

// Read reads one event that its author signed. Errors: those of sealed.Read.
func Read(signed string, keys sealed.Signers) (e ehrdesk.CaseEvent, err error) {
	err = sealed.Read(signed, sealed.TypeEvent, keys, &e, func() (sealed.Person, time.Time) { return sealed.Person(e.By), e.At })
	if err != nil {
		return ehrdesk.CaseEvent{}, err
	}
	return e, nil
}

// Plain reads an event without a look at who signed it: whoever took it in has held it against its author's key. Errors:
// sealed.ErrUnreadable.
func Plain(signed string) (e ehrdesk.CaseEvent, err error) {
	if json.Unmarshal(sealed.Payload(signed), &e, json.RejectUnknownMembers(true)) != nil {
		return ehrdesk.CaseEvent{}, sealed.ErrUnreadable
	}
	return e, nil
}

// Envelope reports whether an envelope is the one that an event names: of its author, in its case and about its patient, sealed to
// the very people that it says.
func Envelope(c *ehrdesk.Case, e *ehrdesk.CaseEvent, h *sealed.Head) bool {
	v := e.Envelope
	if v == nil || h.ID != v.ID || h.Case != e.Case || h.Case != c.ID || h.Patient != c.Patient || h.From != sealed.Person(e.By) || string(h.Digest) != string(v.Digest) {
		return false
	}
	people := h.For()
	named := map[sealed.Person]bool{h.From: true} // the author's own desks may open it too, and the group for which they say it
	if e.As != (ehrdesk.CasePerson{}) {
		named[sealed.Person(e.As)] = true
	}
	for _, p := range v.To {
		named[sealed.Person(p)] = true
	}
	had := map[sealed.Person]bool{}
	for _, p := range people {
		if !named[p] {
			return false
		}
		had[p] = true
	}
	for _, p := range v.To {
		if !had[sealed.Person(p)] {
			return false
		}
	}
	return true
}
