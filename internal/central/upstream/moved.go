package upstream

import (
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Lacking are the Consents that count in the store and that the engine does not have, of the same patient,
// of all that count; those that it is yet to be told of are not among them. By that an engine at another
// address is known to be the one that it is said to be.
func (s *Store) Lacking(ctx context.Context) (all int, lacking []ehrdesk.Ref, err error) {
	of := map[ehrdesk.Ref]string{}
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		for _, patient := range tx.Participants.All() {
			for _, hcp := range tx.Consents.Providers(patient) {
				if c := tx.Consents.Last(patient, hcp); c != nil && c.ID != "" && c.StateAt(tx.Now).Allows() {
					of[ehrdesk.Ref{Resource: "Consent", ID: c.ID}] = patient
				}
			}
		}
		for after := int64(0); ; {
			due := tx.Log.Owed().Next("Consent", after, together)
			if len(due) == 0 {
				return nil
			}
			for _, d := range due {
				delete(of, ehrdesk.Ref{Resource: d.Type, ID: d.ID})
				after = d.Seq
			}
		}
	})
	if err != nil {
		return 0, nil, err
	}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(lanes)
	for ref, patient := range of {
		g.Go(func() error {
			found, err := s.engine.Read(ctx, ref, "")
			if err != nil || found != nil && !found.Gone && fhir.Target(fhir.TextAt(found.Raw("patient"), "reference")) == (ehrdesk.Ref{Resource: "Patient", ID: patient}) {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			lacking = append(lacking, ref)
			return nil
		})
	}
	err = g.Wait()
	slices.SortFunc(lacking, func(a, b ehrdesk.Ref) int { return strings.Compare(a.ID, b.ID) })
	return len(of), lacking, err
}
