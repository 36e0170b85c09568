package gate

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

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
	r, err := tx.Releases.Of(id, patient, who)
	if err != nil {
		return l, err
	}
	_, _, err = MayRead(tx, who, patient)
	if _, refused := refusal.As(err); refused || err == nil && (r == nil || r.Ended != 0 || r.Until <= tx.Now.UnixMicro()) {
		return l, ReleaseOver()
	}
	if err != nil {
		return l, err
	}
	for _, name := range r.Kinds {
		if k, err := ehrdesk.ParseKind(name); err == nil && Level(who, k) != ehrdesk.NoAccess {
			l.Kinds = append(l.Kinds, k)
		}
	}
	return l, nil
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
