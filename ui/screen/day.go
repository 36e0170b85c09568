package screen

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// Day is the front desk's day as last read from the desk.
type Day struct {
	Tasks   []ehrdesk.Task
	Read    bool
	Stale   bool            // somebody has changed it: it is read anew after this message
	Row     string          // the line chosen last, as the list calls it: it is chosen still when the list is seen again
	Only    string          // what somebody on the list has to have to be shown, "" for all
	Results string          // the patient whose chart is to open at the results that wait, likewise
	News    string          // the patient whose chart is to open at what came new, as a line of it was chosen
	Report  ReportAt        // the report at which a chart is to open, likewise
	Told    AllergyAt       // the allergy of a case with whose form a chart is to open, likewise
	Board   bool            // requests and cases are shown as tasks by how far they have come
	Part    ehrdesk.DayPart // of the list that is shown, "" for all
	Looks   Looks           // at what others have changed
	Tell    bool            // and the other desks of the clinic are to hear of it
	Shut    bool            // what waits is sent when the person has signed in again
	Ahead   Ahead
	Asked   Requests // between providers
	Cases   Cases
}

// ReportAt is a report of a patient; the zero value is none.
type ReportAt struct {
	Patient string
	Record  ehrdesk.Ref
}

// AllergyAt is an allergy that a message of a case told of a patient; the zero value is none.
type AllergyAt struct {
	Patient string
	ToAllergy
}

// Ahead is what is fetched of those who are here before it is opened.
type Ahead struct {
	On  bool                 // the provider's policy lets it
	Off ehrdesk.Code         // why nothing is fetched now, "" for no reason
	Not []ehrdesk.NotFetched // whose records could not be
}

// Wait is the consent of p that is waited for.
func (d *Day) Wait(p ehrdesk.Patient) (ehrdesk.Task, bool) {
	i := slices.IndexFunc(d.Tasks, func(t ehrdesk.Task) bool {
		return t.Kind == ehrdesk.TaskWait && t.State == ehrdesk.TaskOpen && p.ID != "" && t.Patient.ID == p.ID
	})
	if i < 0 {
		return ehrdesk.Task{}, false
	}
	return d.Tasks[i], true
}

// Open counts what asks for somebody's eye.
func (d *Day) Open() int {
	n := 0
	for _, t := range d.Tasks {
		if t.Due() && !t.Call.What.News() {
			n++
		}
	}
	return n + len(ehrdesk.NewsOf(d.Tasks)) // what waits of one patient is one
}

// Asks reports whether the centre has something to say about the day: a consent
// that is waited for, an act that waits for the line or for its outcome, an access to report.
func (d *Day) Asks() bool {
	return slices.ContainsFunc(d.Tasks, func(t ehrdesk.Task) bool {
		return t.Kind == ehrdesk.TaskWait && t.State == ehrdesk.TaskOpen || t.Kind == ehrdesk.TaskAct && t.State != ehrdesk.TaskRefused && t.State != ehrdesk.TaskDamaged ||
			t.Kind == ehrdesk.TaskReport && t.State == ehrdesk.TaskQueued
	})
}
