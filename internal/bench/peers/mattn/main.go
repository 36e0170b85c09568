// Command mattn is the worker of plain rows in SQLite in C, through cgo, as github.com/mattn/go-sqlite3 has it.
package main

import (
	"context"

	_ "github.com/mattn/go-sqlite3"

	"github.com/ehrdesk/ehrdesk/internal/bench/peers/rows"
	"github.com/ehrdesk/ehrdesk/internal/bench/peers/worker"
)

func main() {
	worker.Main(func(ctx context.Context, dir string, cold bool) (worker.Store, error) {
		return rows.Open(ctx, "sqlite3", dir, cold)
	})
}
