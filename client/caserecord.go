package client

import (
	"context"
	"crypto/sha256"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
)

// cited gives each record that a message names the version and the bytes that this desk has, of the open chart of the patient: what the
// caller said of them counts for nothing. Errors: CodeDenied without the chart, and for restricted records; CodeNotFound for one that it
// does not show.
func (w *casing) cited(ctx context.Context, patient string, m *ehrdesk.CaseMessage) error {
	const op = "case.send"
	if len(m.Body.Records) == 0 {
		return nil
	}
	c := chart.Showing(w.s.charts, patient)
	if c == nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "a record is named from the patient's open chart")
	}
	out := make([]ehrdesk.CaseRecord, 0, len(m.Body.Records))
	for _, named := range m.Body.Records {
		r, body, err := chart.Shown(ctx, c, named.Ref)
		if err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
		}
		if r.Restricted || r.Released {
			return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "restricted records are not named in a case")
		}
		sum := sha256.Sum256(body)
		out = append(out, ehrdesk.CaseRecord{Ref: named.Ref, Version: r.Version, Digest: sum[:]})
	}
	m.Body.Records = out
	return nil
}

// CaseRecords holds records that a message names against the patient's chart here.
func (w *casing) CaseRecords(ctx context.Context, patient string, all []ehrdesk.CaseRecord) ([]ehrdesk.CaseRecordSeen, error) {
	return during(ctx, w, func(ctx context.Context) (out []ehrdesk.CaseRecordSeen, err error) {
		c := chart.Showing(w.s.charts, patient)
		for _, named := range all {
			seen := ehrdesk.CaseRecordSeen{CaseRecord: named}
			if c != nil {
				r, body, err := chart.Shown(ctx, c, named.Ref)
				switch ehrdesk.CodeOf(err) {
				case "":
					sum := sha256.Sum256(body)
					seen.State, seen.Here = named.Against(r.Version, sum[:]), &r
				case ehrdesk.CodeNotFound:
					seen.State = ehrdesk.CaseRecordNotHere
				default:
					return nil, err
				}
			}
			out = append(out, seen)
		}
		return out, nil
	})
}
