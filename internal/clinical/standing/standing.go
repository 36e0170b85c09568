// Package standing says whether the records of a kind can be seen at a desk, and if not
// all of them, why: nothing recorded, nothing known, and not visible are three things.
package standing

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Standing is whether the records of a kind are seen.
type Standing uint8

// The standings.
const (
	Seen        Standing = iota // all that the centre has is here
	Hidden                      // the profession may not see the kind
	NotReceived                 // nothing has come yet
	Away                        // the kind is not kept here and has not come
	SomeHeld                    // restricted records are held back
	SomeUnasked                 // the source has records that it cannot be asked for, or does not give
	SomeLacking                 // records are kept aside, or are known not to have come
)

// String is the word that commands print.
func (s Standing) String() string {
	return [...]string{"seen", "hidden", "not-received", "away", "some-restricted", "some-unasked", "some-lacking"}[s]
}

// In is what a standing is told from.
type In struct {
	Role  ehrdesk.Profession
	Types []ehrdesk.TypeSummary
	AsOf  time.Time // zero before the first sync
	Truth ehrdesk.Truth
}

// Of is the standing of a kind, the gravest where several hold.
func Of(k ehrdesk.Kind, in In) Standing {
	var sum ehrdesk.TypeSummary
	for _, s := range in.Types {
		if s.Type == k.Type() {
			sum = s
		}
	}
	switch {
	case ehrdesk.AccessOf(in.Role, k) == ehrdesk.NoAccess || sum.Hidden && !mayBeSeen(in.Role, k):
		return Hidden
	case sum.Away:
		return Away
	case in.AsOf.IsZero():
		return NotReceived
	case slices.Contains(sum.Held, k):
		return SomeHeld
	case slices.Contains(sum.Unasked, k):
		return SomeUnasked
	case in.Truth.Missing > 0 || len(in.Truth.Aside) > 0:
		return SomeLacking
	}
	return Seen
}

// mayBeSeen reports that the profession sees the kind, though not all of its type.
func mayBeSeen(role ehrdesk.Profession, k ehrdesk.Kind) bool {
	return ehrdesk.AccessOf(role, k) == ehrdesk.General
}
