// Package gate is the one gate of every read: how a consent stands, which kinds of
// record a profession is given, and whether somebody may be given a patient's records,
// decided in the snapshot that they are read from. Who is let in or turned away is
// written down, and the patient is told. It keeps nothing: a withdrawal anywhere, and a
// record that was labelled, count at once.
package gate

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// ConsentTo is the consent of p to h as of now: the last act between the two,
// or the one given by joining.
func ConsentTo(tx *store.Tx, p *store.Participant, h *store.HCP) store.Consent {
	if h.Deemed {
		c := store.Consent{SharingConsent: ehrdesk.SharingConsent{ID: registry.MadeID("deemed", p.Patient, h.ID), State: ehrdesk.ConsentDeemed, Term: ehrdesk.Indefinite}}
		if c.Closed = tx.Participants.Unlike(p.Patient); c.Closed != "" {
			c.State = ehrdesk.ConsentNone
		}
		return c
	}
	c := tx.Consents.Last(p.Patient, h.ID)
	if c == nil {
		return store.Consent{SharingConsent: ehrdesk.SharingConsent{State: ehrdesk.ConsentNone}}
	}
	c.State = c.StateAt(tx.Now)
	return *c
}

// MayRead decides whether who may be given records of a patient, in the
// snapshot they are read from. It is the one gate of every read.
func MayRead(tx *store.Tx, who *store.Account, patient string) (*store.Participant, store.Consent, error) {
	if !who.Role.Clinical() {
		return nil, store.Consent{}, refusal.RoleMayNot()
	}
	if err := standing.Check(tx, who); err != nil {
		return nil, store.Consent{}, err
	}
	if who.Provider.NoView {
		return nil, store.Consent{}, refusal.NotAgreed("view")
	}
	p := tx.Participants.Get(patient)
	if p == nil || p.State == ehrdesk.Left || p.State == ehrdesk.NotRegistered {
		return nil, store.Consent{}, refusal.NotRegistered()
	}
	if p.State != ehrdesk.Registered {
		return p, store.Consent{}, refusal.IdentityUnverified()
	}
	c := ConsentTo(tx, p, &who.Provider)
	if !c.State.Allows() {
		f := refusal.ConsentNeeded()
		if c.Closed != "" {
			f.Text = c.Closed
		}
		return p, c, f
	}
	return p, c, nil
}

// Admit decides on an access, writes it down either way, and tells the patient
// of a new one. A refusal keeps what was written.
func Admit(tx *store.Tx, e accesslog.Event, way accesslog.Entry) (*store.Participant, store.Consent, error) {
	p, con, err := MayRead(tx, e.Who, e.Patient)
	if f, ok := refusal.As(err); ok {
		return nil, con, Refuse(tx, e, f)
	}
	accesslog.Add(tx, e)
	accesslog.Visit(tx, e.Who, p, way)
	return p, con, nil
}

// Refuse writes a refusal down, which keeps what was written. Whose records were asked for
// is kept where there is such a participant: no audit takes an id that came from outside.
func Refuse(tx *store.Tx, e accesslog.Event, f *refusal.Error) error {
	if e.Outcome = f.Code(); tx.Participants.Get(e.Patient) == nil {
		e.Patient = ""
	}
	accesslog.Add(tx, e)
	return f.Kept()
}

// Profession refuses whoever may see no record at all, whosever it is, and writes that
// down: for each patient that was asked for, once where none was.
func Profession(ctx context.Context, st store.Store, e accesslog.Event, patients ...string) error {
	if e.Who.Role.Clinical() {
		return nil
	}
	if len(patients) == 0 {
		patients = []string{""}
	}
	return st.Write(ctx, func(tx *store.Tx) (err error) {
		for _, e.Patient = range patients {
			err = Refuse(tx, e, refusal.RoleMayNot())
		}
		return err
	})
}

// Access admits a read of all that who is given and gives the instant of it on
// the store's clock: all that is stored up to it can be read now, all that comes
// later is later. While records have not begun to flow the instant is not past
// that moment, so that who asks again from it gets them all.
//
// A further page is an access as well: e.Access names the event that its list began with,
// and it is admitted anew. e has who, whose and what; its kinds are those that who is
// given where it names none.
func Access(ctx context.Context, st store.Store, e accesslog.Event) (p *store.Participant, at int64, err error) {
	err = st.Write(ctx, func(tx *store.Tx) error {
		if e.Kinds == nil {
			e.Kinds = Given(e.Who, tx.Participants.Get(e.Patient), tx.Now)
		}
		if p, _, err = Admit(tx, e, accesslog.Reading); err != nil || e.Access != "" {
			return err
		}
		if _, at = tx.Changes.Next(); p.Waiting(tx.Now) {
			at = min(at, p.Expected)
		}
		return nil
	})
	return p, at, err
}

// Record lets a record be read: its patient's consent, the profession's access
// to its kind, an audit event, and a notice where the access is a new one.
func Record(ctx context.Context, st store.Store, who *store.Account, owner string, kind ehrdesk.Kind, labelled bool, what string) error {
	return st.Write(ctx, func(tx *store.Tx) error {
		e := accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Patient: owner, Kinds: []ehrdesk.Kind{kind}, What: what}
		p := tx.Participants.Get(owner)
		if f, ok := refusal.As(MayKind(who, p, kind, labelled, tx.Now)); ok {
			e.Outcome = f.Code()
			accesslog.Add(tx, e)
			return f.Kept()
		}
		if owner == "" {
			accesslog.Add(tx, e)
			return nil
		}
		_, _, err := Admit(tx, e, accesslog.Reading)
		return err
	})
}

// Visible are the kinds that who sees with sharing consent alone.
func Visible(who *store.Account) []ehrdesk.Kind {
	var out []ehrdesk.Kind
	for _, k := range ehrdesk.Kinds() {
		if Level(who, k) == ehrdesk.General {
			out = append(out, k)
		}
	}
	return out
}

// Level is what who may do with records of a kind. The additional consent for
// restricted kinds is asked of professionals in the community: within the
// providers to whom consent is given by joining, none is.
func Level(who *store.Account, k ehrdesk.Kind) ehrdesk.Access {
	a := ehrdesk.AccessOf(who.Role, k)
	switch {
	case !who.Role.Clinical():
		return ehrdesk.NoAccess
	case a == ehrdesk.Restricted && who.Provider.Deemed:
		return ehrdesk.General
	}
	return a
}

// Given are the kinds of p's records that who is given now: until records flow,
// only who p is.
func Given(who *store.Account, p *store.Participant, now time.Time) []ehrdesk.Kind {
	kinds := Visible(who)
	if p != nil && p.Waiting(now) {
		kinds = slices.DeleteFunc(kinds, func(k ehrdesk.Kind) bool { return k != ehrdesk.KindPersonal })
	}
	return kinds
}

// MayKind is whether records of a kind, labelled or not, are among those given.
func MayKind(who *store.Account, p *store.Participant, k ehrdesk.Kind, labelled bool, now time.Time) error {
	switch {
	case Level(who, k) != ehrdesk.General:
		return refusal.RoleMayNot()
	case labelled:
		return refusal.New(403, "restricted", "This record is given only with the patient's additional consent.")
	}
	if p != nil && p.Waiting(now) && k != ehrdesk.KindPersonal {
		return OnTheirWay(p)
	}
	return nil
}

// OnTheirWay is the refusal while no records flow.
func OnTheirWay(p *store.Participant) *refusal.Error {
	f := refusal.New(403, "records-expected", "The participant's records are on their way.")
	f.Expected = store.Time(p.Expected)
	return f
}

// Leave is a release as it is read.
type Leave struct {
	ID    string
	Kinds []ehrdesk.Kind
}

// ReleaseOver is the refusal where no leave runs.
func ReleaseOver() *refusal.Error {
	return refusal.New(403, "release-over", "The leave to see restricted records is over.")
}

// LeaveOf finds a leave that still runs: of this person at this desk, for this
// patient, whose consent stands.
func LeaveOf(tx *store.Tx, who *store.Account, patient, id string) (Leave, error) {
	l := Leave{ID: id}
	r := tx.Releases.Of(id, patient, who)
	if _, _, err := MayRead(tx, who, patient); err != nil || r == nil || r.Ended != 0 || r.Until <= tx.Now.UnixMicro() {
		return l, ReleaseOver()
	}
	for _, name := range r.Kinds {
		if k, err := ehrdesk.ParseKind(name); err == nil && Level(who, k) != ehrdesk.NoAccess {
			l.Kinds = append(l.Kinds, k)
		}
	}
	return l, nil
}

// Leaving admits a read of restricted records by a leave, writes it down either way, and gives the
// instant of it. e has who, whose and what, and its id or the event that its list began with.
func Leaving(tx *store.Tx, e accesslog.Event, leave string) (at int64, err error) {
	l, err := LeaveOf(tx, e.Who, e.Patient, leave)
	if f, ok := refusal.As(err); ok {
		e.ID, e.Access, e.Reason = "", "", "restricted records, release over"
		return 0, Refuse(tx, e, f)
	}
	if err != nil {
		return 0, err
	}
	_, at = tx.Changes.Next()
	e.Kinds, e.Reason = l.Kinds, "restricted records, release "+l.ID
	accesslog.Add(tx, e)
	return at, nil
}

// Scope is what a leave opens: of a kind that is restricted for the profession
// everything, of any other what is labelled.
func (l Leave) Scope(who *store.Account) store.Scope {
	of := store.Scope{Shared: Visible(who)}
	for _, k := range l.Kinds {
		if Level(who, k) == ehrdesk.Restricted {
			of.Both, of.Shared = append(of.Both, k), append(of.Shared, k)
		} else {
			of.Labelled = append(of.Labelled, k)
		}
	}
	return of
}
