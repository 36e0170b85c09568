package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cmd/internal/populate"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
)

// territoryCacheHours is how long desks of the territory's private providers
// may keep a copy.
const territoryCacheHours = 24

// fill puts a synthetic territory into an empty store; a store that holds
// somebody already is served as it is.
func (p *program) fill(ctx context.Context, c *central.Centre, patients int, seed uint64, log *slog.Logger) error {
	if patients > territory.MaxPatients {
		return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "a territory has at most %d patients", territory.MaxPatients)
	}
	empty, err := c.Empty(ctx)
	if err != nil || !empty {
		if !empty {
			log.Info("the store is not empty: no territory was added")
		}
		return err
	}
	t := territory.New(territory.Options{Patients: patients, Seed: seed, Now: time.Now()})
	return c.Fill(ctx, populate.From(t, territoryCacheHours), func(done, total int) {
		if done%1000 < 50 || done == total {
			log.Info("territory", "done", done, "of", total)
		}
	})
}
