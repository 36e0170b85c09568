package accesslog

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// Select is which events of the log somebody wants to see; what is empty leaves all.
type Select struct {
	From, To   time.Time // done, or told of, from this instant on and before that one
	HCP, Staff string
	EHR        string
	Purpose    ehrdesk.Purpose
	Restricted bool // records that need the patient's own leave
	Unusual    bool // what an officer looks at
}

// fits is a Select as the events of one reading are held against it.
type fits struct {
	Select
	patient string
}

// in finds whose events are meant. Errors: CodeInvalid, CodeNotFound.
func (s Select) in(tx *store.Tx) (*fits, error) {
	if s.EHR == "" {
		return &fits{Select: s}, nil
	}
	p, err := registry.ByEHR(tx, s.EHR)
	if err != nil {
		return nil, err
	}
	return &fits{s, p.Patient}, nil
}

// event reports whether an event is meant. The purpose is that of an opening: what is read
// afterwards states none.
func (s *fits) event(e *store.LogEntry) bool {
	in := func(micros int64) bool {
		at := store.Time(micros)
		return micros != 0 && !at.Before(s.From) && (s.To.IsZero() || at.Before(s.To))
	}
	what, _, _ := strings.Cut(e.What, "/")
	switch {
	case !in(e.At) && !in(e.Acted) && !in(e.Again.Last):
	case s.HCP != "" && s.HCP != e.HCP, s.Staff != "" && s.Staff != e.Staff, s.patient != "" && s.patient != e.Patient:
	case s.Purpose != "" && string(s.Purpose) != e.Purpose, s.Restricted && !restricted(e.Action, what), s.Unusual && !unusual(e):
	default:
		return true
	}
	return false
}

// restricted is whether an event is about records that need the patient's own leave.
func restricted(a ehrdesk.AuditAction, what string) bool {
	return a == ehrdesk.AuditRelease || what == "$restricted"
}

// unusual is whether an officer looks at an event, for more than that it was drawn.
func unusual(e *store.LogEntry) bool {
	return e.Action == ehrdesk.AuditIncident || slices.ContainsFunc(e.Marks, func(m string) bool { return m != store.MarkSampled })
}

// SignReport puts the centre's signature under a report.
func (l *Log) SignReport(text []byte, at time.Time) ([]byte, error) {
	return report.Signed(text, report.Centre, l.sign.key, at)
}

// CheckReport holds a report against its signature: the centre's, or that of the desk which
// it says it is by; of a desk's it tells whose key that is. Errors: the store's.
func (l *Log) CheckReport(ctx context.Context, b []byte) (found report.Checked, err error) {
	err = l.store.Read(ctx, func(tx *store.Tx) error {
		found = report.Check(b, func(issuer string) []any {
			if issuer == report.Centre {
				return []any{l.sign.key.Public()}
			}
			var key jose.JSONWebKey
			if d := tx.Desks.Get(issuer); d == nil || key.UnmarshalJSON(d.Key) != nil {
				return nil
			}
			return []any{key.Key}
		})
		if found.Finding != report.OK || found.By == report.Centre {
			return nil
		}
		k := tx.Desks.Holder(found.By)
		if k == nil {
			return nil
		}
		found.Signer = &report.Signer{Staff: k.Staff, Name: k.Name, Role: k.Role, HCP: k.HCP, Since: store.Time(k.Since), Ended: store.Time(k.Ended)}
		if h := tx.Accounts.Provider(k.HCP); h != nil {
			found.Signer.HCPName = h.Name
		}
		return nil
	})
	return found, err
}
