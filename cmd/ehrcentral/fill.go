package main

import (
	"context"
	"log/slog"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// fill puts a synthetic territory into an empty store.
func (p *program) fill(_ context.Context, _ *central.Centre, _ int, _ uint64, _ *slog.Logger) error {
	return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "--territory is not built into this program yet")
}
