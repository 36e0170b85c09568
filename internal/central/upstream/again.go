package upstream

import (
	"context"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// A withdrawal that could not ask the engine ended what was given under the id that the store knows. Under
// which others the same person has given a consent the engine says when it is there again, and that ends too.

// againType is a withdrawal among what the engine is to be asked; it is put nowhere.
const againType = "withdrawal"

// again is one that was taken without the engine.
type again struct {
	Number store.Number
	HCP    string
	At     time.Time
}

// withoutEngine leaves it to be asked whose other consents end by a withdrawal that the store took alone.
func (v *view) withoutEngine(hcp, consent string) {
	if v.meant == nil {
		return
	}
	b, err := json.Marshal(again{*v.meant, hcp, v.tx.Now})
	if err != nil {
		v.abort(store.Err)
	}
	v.tx.Log.Owed().Add(store.Due{Type: againType, ID: consent, Body: v.veil.bytes(ofDue, b)})
}

// withdrawAgain ends what was left to be asked of. Errors: the engine's, of whom it is asked again.
func (s *Store) withdrawAgain(ctx context.Context) error {
	return s.debts.round(ctx, againType, func(due []store.Due) (at int64, err error) {
		for _, d := range due {
			if at = d.Seq; err == nil {
				err = endBeside(ctx, s, d)
			}
			if err != nil {
				return at, err
			}
		}
		return at, nil
	})
}

// endBeside ends, for one withdrawal, what stood then under any other id of the person.
func endBeside(ctx context.Context, s *Store, d store.Due) error {
	body, err := s.veil.open(ofDue, d.Body)
	if err != nil {
		return err
	}
	var a again
	if json.Unmarshal(body, &a) != nil {
		return store.Err
	}
	return s.Write(Closing(Request(ctx)), func(tx *store.Tx) error {
		patients := tx.Participants.Meant(a.Number)
		q, ours := tx.Participants.(participants)
		if !ours {
			return store.Err
		}
		if f, _ := refusal.As(q.v.without); q.v.without != nil && (f == nil || f.Issue != refusal.Unclear) {
			return q.v.without
		}
		h := tx.Accounts.Provider(a.HCP)
		if h == nil {
			return store.Err
		}
		for _, patient := range patients {
			p, c := tx.Participants.Get(patient), tx.Consents.Last(patient, a.HCP)
			if p == nil || c == nil || c.StateAt(tx.Now) != ehrdesk.ConsentActive || c.Since.After(a.At) {
				continue
			}
			c.State, c.Ended = ehrdesk.ConsentWithdrawn, tx.Now
			tx.Consents.Set(c, true)
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditRevoke, Who: byEngine(h), Patient: patient, Reason: "the same person under another id"})
			withdrawn(tx, p, h, tx.Now, q.v.known(patient))
		}
		tx.Log.Owed().Done(d.Seq)
		return nil
	})
}
