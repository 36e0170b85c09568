package summary

import (
	"github.com/ehrdesk/ehrdesk/internal/clinical/keypoints"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
)

// alerts are the findings of the safety rules about drugs, of the tiers 1 and 2. Critical results stand in the key points
// by themselves.
func alerts(r *safety.Report) (out []keypoints.Alert) {
	if r == nil {
		return nil
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Tier > safety.Serious {
			break // the graver stand first
		}
		a := keypoints.Alert{Tier: int(f.Tier), Records: f.Cites()}
		switch {
		case f.A == nil:
			continue
		case f.B != nil:
			a.Names = [2]string{f.A.Drug.Name, f.B.Drug.Name}
		case f.Allergy != nil:
			a.Names = [2]string{f.A.Drug.Name, f.Allergy.Record.Title}
		case f.Value != nil:
			a.Names = [2]string{f.A.Drug.Name, f.Value.Record.Title}
		case f.Second != nil:
			a.Names = [2]string{f.A.Drug.Name, f.Second.Title}
		default:
			a.Names[0] = f.A.Drug.Name
		}
		out = append(out, a)
	}
	return out
}
