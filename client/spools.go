package client

import (
	"context"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// spoolOf opens the spools of a person's store.
func spoolOf(v *cache.Vault) fhir.OpenSpool {
	return func(ctx context.Context) (r4.Spool, error) {
		s, err := v.Spool(ctx)
		if err != nil {
			return nil, err // not a typed nil
		}
		return s, nil
	}
}

// spools are where one sync's documents lie between the line and the store. All
// end with the sync, however that ends.
type spools struct {
	open fhir.OpenSpool

	mu    sync.Mutex
	ended bool
	list  []r4.Spool
}

// of is what the pages of a chart are read with: nil, which is memory alone,
// where the chart holds records that policy lets nobody keep. Which page has such
// a record is known only when all of it has come, and not even sealed do they
// reach the disk.
func (s *spools) of(c *Chart) fhir.OpenSpool {
	if c.memoryOnly.keepsAny() {
		return nil
	}
	return s.next
}

func (s *spools) next(ctx context.Context) (r4.Spool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil, ehrdesk.E("sync", ehrdesk.CodeOther, context.Canceled)
	}
	one, err := s.open(ctx)
	if err == nil {
		s.list = append(s.list, one)
	}
	return one, err
}

func (s *spools) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for _, one := range s.list {
		_ = one.Close() // what was to be kept of it is in the store
	}
}
