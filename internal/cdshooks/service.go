// Package cdshooks serves CDS Hooks 2.0 to a program beside the desk: discovery, and the hooks
// patient-view and order-select. It is HTTP and JSON alone: whose record is opened, and what rules say of
// it, is for whoever it asks (Desk).
//
// It promises that nobody is answered who has not the token, comes by another name than a
// loopback's, or from a page of another origin; that no more than MostBody bytes are read of a call
// and one call is carried out at a time; that nothing is fetched from the caller's own FHIR server;
// and that its errors hold fixed words only.
//
// Source: CDS Hooks 2.0, https://cds-hooks.hl7.org/2.0/.
package cdshooks

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// Hook is a moment at which the caller asks.
type Hook string

// The hooks that are served.
const (
	PatientView Hook = "patient-view"
	OrderSelect Hook = "order-select"
)

// Call is what is asked.
type Call struct {
	Hook   Hook
	Number ehrdesk.Number // whose record is to be opened
	HKIC   ehrdesk.HKIC   // that was sent beside an eHR number: it has to be the same person's; zero for none
	Drafts []Draft        // of OrderSelect: the drugs that are being ordered
}

// Draft is an order for a drug that is not signed yet, as a record of now.
type Draft struct {
	Record   ehrdesk.Record // its ID begins with DraftID, so that it is no record's of the chart
	Selected bool           // it is asked about; the others are context
}

// DraftID begins the id of every draft: no FHIR id can hold a colon.
const DraftID = "draft:"

// Indicator says how much a card matters.
type Indicator string

// The indicators.
const (
	Critical Indicator = "critical"
	Warning  Indicator = "warning"
	Info     Indicator = "info"
)

// Card is one thing that is said. The words are plain: what they hold for Markdown is escaped.
type Card struct {
	Summary   string // cut to what a card may have
	Indicator Indicator
	Lines     []string // of the detail
	Source    string
}

// Desk is who opens records.
type Desk interface {
	// Ask opens the record of a call under the person who is signed in, and gives what is to be said. Errors
	// are told to the caller by their code alone.
	Ask(ctx context.Context, c Call) ([]Card, error)
}

// service is an entry of the discovery answer.
type service struct {
	Hook        Hook              `json:"hook"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	ID          string            `json:"id"`
	Prefetch    map[string]string `json:"prefetch"`
}

// services are those that are served. The Patient is asked for as its id seldom is a number that
// eHealth knows: nothing else is needed, as the desk has the record.
func services() []service {
	patient := map[string]string{"patient": "Patient/{{context.patientId}}"}
	return []service{
		{PatientView, "Safety rules on the shared record", "Opens the patient's shared eHealth record, which is logged and told to the patient, and says what safety rules find in it.",
			"ehrdesk-patient-view", patient},
		{OrderSelect, "Safety rules on drugs being ordered", "Opens the patient's shared eHealth record, which is logged and told to the patient, and says what safety rules find of the drugs selected.",
			"ehrdesk-order-select", patient},
	}
}

// hookOf is the hook of a service by its id, "" for none.
func hookOf(id string) Hook {
	for _, s := range services() {
		if s.ID == id {
			return s.Hook
		}
	}
	return ""
}
