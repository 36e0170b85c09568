package cases

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Waits is something of whoever is signed in that is not at the centre: what it is, and no word of it.
type Waits struct {
	ID    string
	Kind  ehrdesk.CaseEventKind
	Since time.Time
	Tried bool            // the centre may have it
	Why   ehrdesk.Refusal // it is not sent any more; "" of what waits
}

// Outbox is all of it, in its order; nothing for whom a case is not for.
func (s *Cases) Outbox(ctx context.Context) (out []Waits, err error) {
	if s.may("case") != nil {
		return nil, nil
	}
	waiting, err := s.waiting(ctx)
	for _, p := range waiting {
		out = append(out, Waits{p.ID, p.Event.Kind, p.At, p.Tried, p.Why})
	}
	return out, err
}
