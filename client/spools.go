package client

import (
	"context"

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

// spoolFor is what the pages of a chart are read with: nil, which is memory alone,
// where the chart holds records that policy lets nobody keep. Which page has such
// a record is known only when all of it has come, and not even sealed do they
// reach the disk.
func (c *Chart) spoolFor() fhir.OpenSpool {
	if c.memoryOnly.keepsAny() {
		return nil
	}
	return c.s.spool
}
