package screen

import "time"

// Turn is whose chart was on the screen last. Where the next one is of somebody else, its
// whole banner stands out for a second: who looks up from the patient sees that it is
// another. Source: NHS CUI patient banner, display rules of the project.
type Turn struct {
	patient string
	at      time.Time
}

// stands is for how long a banner stands out.
const stands = time.Second

// To notes that a patient's chart comes on the screen.
func (t *Turn) To(patient string, now time.Time) {
	if t.patient != "" && t.patient != patient {
		t.at = now
	}
	t.patient = patient
}

// Stands reports that the banner is to stand out.
func (t *Turn) Stands(now time.Time) bool {
	d := now.Sub(t.at)
	return !t.at.IsZero() && d >= 0 && d < stands
}
