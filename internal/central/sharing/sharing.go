// Package sharing is the sharing consent: what may be put to a patient, a consent given,
// renewed and withdrawn at a desk or by the patient, what it rests on (a card, an Access
// Key, a form, a one-time code), an identity verified, the leave to see restricted
// records, and what the desk and the operator are told of all that. An act counts once
// by its request id, is written down whatever comes of it, and is told to the patient.
package sharing

import (
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Charts is what a corrected Patient is put into.
type Charts interface {
	// PutPatient stores the bytes of a Patient as a new version where they differ.
	PutPatient(tx *store.Tx, patient string, raw []byte, source string) error
}

// Sharing is the consents of a store, for desks.
type Sharing struct {
	rest         *rest.Server
	store        store.Store
	keys         *registry.Keys
	charts       Charts
	recordsAfter time.Duration // how long records take to flow once an identity is verified
	keeps        bool          // the records are kept here, and taken
}

// New is the sharing of a store.
// keeps is whether records are kept here: a gate takes none.
func New(rest *rest.Server, store store.Store, keys *registry.Keys, charts Charts, recordsAfter time.Duration, keeps bool) *Sharing {
	return &Sharing{rest, store, keys, charts, recordsAfter, keeps}
}

// closed is what a provider may do with nobody's records here, and why: to view, to deposit.
func (s *Sharing) closed(h *store.HCP) map[string]ehrdesk.Bar {
	out := map[string]ehrdesk.Bar{}
	if h.NoView {
		out["view"] = ehrdesk.BarAgreement
	}
	switch {
	case !s.keeps:
		out["deposit"] = ehrdesk.BarGate
	case h.NoDeposit:
		out["deposit"] = ehrdesk.BarAgreement
	}
	return out
}

// operation answers an operation of somebody of whom nothing has ended by the time that it
// is done: its parameters may come slowly.
func (s *Sharing) operation(op func(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error)) rest.Handler {
	return s.rest.Operation(s.store, rest.MaxInput, func(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
		act, err := op(r, who, in)
		if err != nil {
			return nil, err
		}
		return func(tx *store.Tx) (any, error) {
			if err := standing.Check(tx, who); err != nil {
				return nil, err
			}
			return act(tx)
		}, nil
	})
}
