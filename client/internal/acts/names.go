package acts

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// Known lists who those are on lines of the list, of whatever day, whom somebody looked up and whose
// consent is in force since.
func (d *day) Known(ctx context.Context) (out []ehrdesk.Acquaintance, err error) {
	kept, err := d.kept(ctx)
	for _, t := range kept {
		if t.Patient.ID != "" && t.Patient.Name != (ehrdesk.Name{}) && t.Participation.Sharing() && t.Consent.StateAt(d.now()).Allows() {
			out = append(out, ehrdesk.Acquaintance{Patient: t.Patient, At: t.Checked})
		}
	}
	return out, err
}
