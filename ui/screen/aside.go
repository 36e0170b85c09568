package screen

import "github.com/ehrdesk/ehrdesk"

// Aside is the chart that was left for the screen in front, and is open; the zero value is none.
type Aside struct {
	Patient string         // the centre's id
	Wrote   func() []Wrote // what this provider has written into it, newest first
	Records func() []Wrote // what stands in it and can be named to others, newest first
}

// Wrote is a record in a line.
type Wrote struct {
	Ref   ehrdesk.Ref
	Words string
}

// WroteOf is what this provider has written about a patient, where their chart was left and is open.
func (e *Env) WroteOf(patient string) (all []Wrote, open bool) {
	if patient == "" || e.Aside.Patient != patient || e.Aside.Wrote == nil {
		return nil, false
	}
	return e.Aside.Wrote(), true
}

// RecordsOf is what stands in a patient's chart and can be named to others, where the chart was left and is open.
func (e *Env) RecordsOf(patient string) (all []Wrote, open bool) {
	if patient == "" || e.Aside.Patient != patient || e.Aside.Records == nil {
		return nil, false
	}
	return e.Aside.Records(), true
}
