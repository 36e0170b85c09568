package cache_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/cache"
)

// delivered puts rows into the outbox as n delivered acts leave them.
func delivered(t testing.TB, journal *sql.DB, n int) {
	t.Helper()
	_, err := journal.ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO outbox (epoch, op, lane, state, attempts, ct, note)
		SELECT (SELECT max(epoch) FROM outbox), randomblob(32), randomblob(32), 2, 1, x'', randomblob(284) FROM n`, n)
	if err != nil {
		t.Fatal(err)
	}
}

// What was delivered is not read to find what waits: SQLite looks it up, however
// many there were.
func TestALookAtTheOutboxReadsNothingThatWasDelivered(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	_, journal := s.Databases()
	for _, q := range cache.OutboxQueries() {
		rows, err := journal.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		var plan []string
		for rows.Next() {
			var a, b, c int
			var step string
			if err := rows.Scan(&a, &b, &c, &step); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, step)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
		if p := strings.Join(plan, "; "); !strings.Contains(p, "INDEX") || strings.Contains(p, "SCAN outbox") && !strings.Contains(p, "outbox_waiting") {
			t.Errorf("%s\n%s", q, p)
		}
	}
}

// The last thousand acts that were delivered keep their ids, so that none is sent
// twice; older ones go, some with each that is delivered. What waits stays, and so
// does what an outsider has marked as delivered.
func TestWhatWasDeliveredLongAgoGoes(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	queue(t, v, "a", "first")
	queue(t, v, "b", "marked from outside")
	mark(t, v, "first", cache.ItemConfirmed)
	_, journal := s.Databases()
	outside(t, s, "UPDATE outbox SET state = 2, ct = x'' WHERE seq = 2")
	delivered(t, journal, 1200)
	queue(t, v, "c", "last")
	mark(t, v, "last", cache.ItemConfirmed)
	for i := range 4 {
		op := fmt.Sprintf("more-%d", i)
		queue(t, v, "c", op)
		mark(t, v, op, cache.ItemConfirmed)
	}
	var n int
	if err := journal.QueryRowContext(t.Context(), "SELECT count(*) FROM outbox").Scan(&n); err != nil || n > 1001 {
		t.Errorf("%d acts are kept: %v", n, err)
	}
	items, err := v.Outbox().Pending(t.Context())
	if err != nil || len(items) != 1 || items[0].State != cache.ItemDamaged {
		t.Errorf("what was marked from outside: %+v, %v", items, err)
	}
	queue(t, v, "c", "last") // again: it was delivered
	if items, err := v.Outbox().Pending(t.Context()); err != nil || len(items) != 1 {
		t.Errorf("an act that was delivered is queued again: %+v, %v", items, err)
	}
}

func BenchmarkPending(b *testing.B) {
	for _, before := range []int{0, 5000, 50000} {
		b.Run(fmt.Sprintf("%d delivered", before), func(b *testing.B) {
			s, v := benchStore(b)
			if err := v.Outbox().Enqueue(b.Context(), "a", "op", []byte("act")); err != nil {
				b.Fatal(err)
			}
			_, journal := s.Databases()
			delivered(b, journal, before)
			for b.Loop() {
				if items, err := v.Outbox().Pending(b.Context()); err != nil || len(items) != 1 {
					b.Fatal(items, err)
				}
			}
		})
	}
}
