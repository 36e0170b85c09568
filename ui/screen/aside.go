package screen

import "github.com/ehrdesk/ehrdesk"

// Aside is the chart that was left for the screen in front, and is open; the zero value is none.
type Aside struct {
	Patient string         // the centre's id
	Wrote   func() []Wrote // what this provider has written into it, newest first
	Records func() []Wrote // what stands in it and can be named to others, newest first
	Entered func() Wrote   // the one of them that was being read as the chart was left; zero for none
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

// EnteredOf is the record that was being read in a patient's chart as it was left, and can be named to others; none where there is no such.
func (e *Env) EnteredOf(patient string) (all []Wrote) {
	if patient == "" || e.Aside.Patient != patient || e.Aside.Entered == nil {
		return nil
	}
	if r := e.Aside.Entered(); r != (Wrote{}) {
		all = append(all, r)
	}
	return all
}

// RecordsOf is what stands in a patient's chart and can be named to others, where the chart was left and is open.
func (e *Env) RecordsOf(patient string) (all []Wrote, open bool) {
	if patient == "" || e.Aside.Patient != patient || e.Aside.Records == nil {
		return nil, false
	}
	return e.Aside.Records(), true
}
