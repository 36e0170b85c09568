// Command modernc is the worker of plain rows in SQLite in Go, as modernc.org/sqlite has it.
package main

import (
	"context"

	_ "modernc.org/sqlite"

	"github.com/ehrdesk/ehrdesk/internal/bench/peers/rows"
	"github.com/ehrdesk/ehrdesk/internal/bench/peers/worker"
)

func main() {
	worker.Main(func(ctx context.Context, dir string, cold bool) (worker.Store, error) {
		return rows.Open(ctx, "sqlite", dir, cold)
	})
}
