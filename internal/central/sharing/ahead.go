package sharing

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// fetchedAhead is the reason, in the log, of an opening with which nobody looks yet.
const fetchedAhead = ehrdesk.FetchedAhead

// awaits refuses to have a record fetched before it is opened, unless the provider's policy lets
// its desks, and the line of the provider's day that is named says that this patient is here
// today. Who is away, or has been seen, is somebody whose record nobody is about to open.
func awaits(tx *store.Tx, who *store.Account, patient, arrival string) error {
	if !who.Provider.Ahead {
		return refusal.New(http.StatusForbidden, "", "This provider's policy lets no desk fetch records ahead.")
	}
	no := refusal.New(http.StatusConflict, "", "Nobody has marked this patient as here today: the record is not fetched ahead.")
	row := tx.Desks.Days().Get(who.HCP, arrival)
	if row == nil {
		return no
	}
	line, err := fhir.ParseDayLine(row.Body)
	if err != nil {
		return store.Err
	}
	// A clinic's day is one where the clinic is, which may be a day before or after ours.
	today := ehrdesk.DayOf(tx.Now.AddDate(0, 0, -1)) <= line.Booked.Day && line.Booked.Day <= ehrdesk.DayOf(tx.Now.AddDate(0, 0, 1))
	system, value := line.Booked.Number.Identifier()
	if line.Kind != ehrdesk.TaskArrival || !line.State().Here() || !today || registry.ByIdentifier(tx, system+"|"+value) != patient {
		return no
	}
	return nil
}
