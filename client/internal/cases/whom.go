package cases

import "github.com/ehrdesk/ehrdesk"

// whom is whom a case is about, as the centre says it to a member whose provider has the patient's consent: an event names nobody.
type whom struct {
	Name   ehrdesk.Name   `json:"name"`
	Gender ehrdesk.Gender `json:"gender,omitempty"`
	Born   ehrdesk.When   `json:"born,omitzero"`
	EHR    string         `json:"ehr,omitempty"`
}

func whomOf(p *ehrdesk.Patient) *whom {
	if p.Name == (ehrdesk.Name{}) {
		return nil
	}
	return &whom{p.Name, p.Gender, p.Born, p.EHR.Compact()}
}

// patient is them with their logical id, zero where they are not known.
func (w *whom) patient(id string) ehrdesk.Patient {
	if w == nil {
		return ehrdesk.Patient{}
	}
	number, _ := ehrdesk.ParseEHRNumber(w.EHR) // none stays none
	return ehrdesk.Patient{ID: id, Name: w.Name, Gender: w.Gender, Born: w.Born, EHR: number}
}
