// Package cases is the sealed cases of whoever is signed in, at this desk: what other members' events make of them, what was said to
// this person, and what they have to say. It promises that nothing of a case can be read by a colleague at the same desk, who has the
// desk's keys: what is kept is sealed for the person as well; that what was written is on the disk before it is sent, and is said once
// however often it is; and that a case is what its signed events say, whatever the centre says of it (docs/adr/0059-sealed-cases.md).
package cases

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// Centre is one that has a mailbox.
type Centre interface {
	CaseEvent(ctx context.Context, signed, head string, sealed []byte) error
	Cases(ctx context.Context, since string) (fhir.CasesOut, error)
	CaseEvents(ctx context.Context, id string, since int, deliveries int64) (fhir.CaseEventsOut, error)
	CaseEnvelope(ctx context.Context, id string, most int64, into io.Writer) error
	BringEnvelope(ctx context.Context, id string, give func(io.Writer) error) error
	OfferKeys(ctx context.Context, signed []string) error
	OfferedKeys(ctx context.Context) (*fhir.CaseKeysLeft, error)
	TakeKeys(ctx context.Context, id string, people []ehrdesk.CasePerson, once bool) ([]fhir.CaseKey, error)
}

// Directory is whose keys they are.
type Directory interface {
	Cases(ctx context.Context) (sealed.Signers, error)
	Sealing(ctx context.Context) (sealed.Signers, error)
	Refresh(ctx context.Context, within time.Duration) error
	// Head is how far this desk has followed the log of keys, nil where it follows none; Shown holds one that a colleague's desk had
	// against it, and tells where the two are not of one log.
	Head(ctx context.Context) (*keylog.Head, error)
	Shown(ctx context.Context, h keylog.Head) error
	// OnCall is until when those are on call who are, as they signed it.
	OnCall(ctx context.Context) (map[ehrdesk.CasePerson]time.Time, error)
	Renewed(ctx context.Context, who ehrdesk.CasePerson, after time.Time) (since time.Time, known bool, err error)
}

// AccessLog is where what is done in a case is written down, and what is found.
type AccessLog interface {
	Record(ctx context.Context, e ehrdesk.AuditEvent) error
	Incident(ctx context.Context, patient, detail string) error
}

// Cases are those of one session.
type Cases struct {
	shelf
	centre    Centre // nil: the centre has no mailbox
	directory Directory
	access    AccessLog
	signs     func(op string) (sealed.Signer, error)
	archive   *sealed.Public // the organisation's key, nil where the site names none
	groups    *Groups        // nil until there are any

	turn sync.Mutex // of who asks the centre and brings a case on: one at a time; before mu
	mu   sync.Mutex // of what waits, and of what is kept of words: never held while the centre is asked
	out  string     // what is on its way, by its own id; of who has mu

	shows  passing
	brings bringing
	ahead  ahead
	staffs staffs
}

// Keys are what cases lie under beside the person's own: keyring is the system's, nil where there is none; archive is the
// organisation's key for cases that have ended, nil where the site names none.
type Keys struct {
	Keyring cache.Device
	Archive *sealed.Public
}

// New are the cases of a session. signs gives the key of whoever is signed in.
func New(at person.Sitting, keys Keys, c Centre, d Directory, access AccessLog, signs func(op string) (sealed.Signer, error)) *Cases {
	return &Cases{shelf: shelf{at, at.Vault.Worklists(), newRoot(at.Vault, keys.Keyring), newSession()}, centre: c, directory: d, access: access, signs: signs, archive: keys.Archive, brings: newBringing()}
}

// may refuses whom a case is not for.
func (s *Cases) may(op string) error {
	switch {
	case s.centre == nil:
		return fhir.NotThere(op)
	case !s.Self.Account().Role.Clinical():
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "sealed cases are for those who work with patients")
	}
	return nil
}

// atCentre is the time that the centre goes by, as this desk knows it.
func (s *Cases) atCentre() time.Time {
	now, _, _ := s.Line.Centre()
	return now.UTC().Truncate(time.Millisecond)
}
