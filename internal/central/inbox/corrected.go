package inbox

import (
	"strings"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Corrected tells every provider that was given a patient's records since some of them could be read that these were corrected
// or withdrawn. It names them, and says nothing of what they said: whoever may still look reads them as they are now.
func Corrected(tx *store.Tx, who *store.Account, patient string, records []ehrdesk.Ref, since int64) error {
	names := make([]string, 0, len(records))
	for _, r := range records {
		names = append(names, r.String())
	}
	for _, hcp := range tx.Desks.Inbox().Readers(patient, since, who.HCP) {
		to := tx.Accounts.Provider(hcp)
		if to == nil {
			continue
		}
		id := uuid.NewString()
		q := ehrdesk.Request{ID: id, Kind: ehrdesk.RequestCorrected, State: ehrdesk.RequestSent, Version: 1, From: ehrdesk.RequestParty{ID: who.HCP, Name: who.Provider.Name}, To: ehrdesk.RequestParty{ID: to.ID, Name: to.Name}}
		q.Patient.ID = patient
		q.Body.About = records[0]
		q.Body.Letter = ehrdesk.Letter{Title: "corrected", Text: strings.Join(names, "\n")}
		for i, r := range records {
			if i < ehrdesk.MostAttached {
				q.Body.Attached = append(q.Body.Attached, ehrdesk.Attached{Ref: r})
			}
		}
		q.Steps = []ehrdesk.RequestStep{{ID: id, State: ehrdesk.RequestSent, By: q.From, At: tx.Now}}
		if _, err := keep(tx, &q, &store.RequestRow{}); err != nil {
			return err
		}
	}
	return nil
}
