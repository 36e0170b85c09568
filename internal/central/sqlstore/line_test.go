package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever waits for the store has it in the order in which they came: a pool of
// database/sql gives it to any of them, and a few of many wait for seconds.
func TestWhoeverCameFirstHasTheStoreNext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	synctest.Test(t, func(t *testing.T) {
		l, err := connect(path, 1, writes, "")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_, first, err := l.begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				_, leave, err := l.begin(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, i) // one at a time
				leave()
			})
			synctest.Wait() // it stands in the queue
		}
		gone, cancel := context.WithCancel(t.Context())
		all.Go(func() {
			if _, _, err := l.begin(gone); !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up: %v", err)
			}
		})
		synctest.Wait()
		cancel()
		first()
		all.Wait()
		if !slices.IsSorted(order) || len(order) != 50 {
			t.Errorf("%v", order)
		}
	})
}

// A quiet store has one connection, with its statements, and not each in turn; many at once
// have as many as there are.
func TestAQuietStoreOpensOneConnection(t *testing.T) {
	l, err := connect(filepath.Join(t.TempDir(), "a.db"), 4, reads, "")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 10 {
		_, leave, err := l.begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leave()
	}
	if n := l.Stats().OpenConnections; n != 1 {
		t.Errorf("%d connections for one at a time", n)
	}
	var leave [4]func()
	for i := range leave {
		if _, leave[i], err = l.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := l.Stats().OpenConnections; n != len(leave) {
		t.Errorf("%d connections for %d at once", n, len(leave))
	}
	for _, f := range leave {
		f()
	}
}

// Who gives up in the moment in which it is their turn holds nothing.
func TestWhoGivesUpLeavesTheirTurnToTheNext(t *testing.T) {
	var p sessions
	p.put(&session{})
	for range 200 {
		s, err := p.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		gone, giveUp := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if s, err := p.take(gone); err == nil {
				p.put(s)
			}
		})
		all.Go(giveUp)
		all.Go(func() { p.put(s) })
		all.Wait()
	}
	if len(p.free) != 1 || len(p.waiting) != 0 {
		t.Errorf("%d are free, %d wait", len(p.free), len(p.waiting))
	}
}

// numbers is a line to a file with one table, n.
func numbers(t *testing.T, begin string) (l *line, count func() int) {
	t.Helper()
	l, err := connect(filepath.Join(t.TempDir(), "a.db"), 1, begin, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if _, err := l.ExecContext(t.Context(), "CREATE TABLE n (v INTEGER NOT NULL) STRICT"); err != nil {
		t.Fatal(err)
	}
	return l, func() (n int) {
		t.Helper()
		s, leave, err := l.begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
		q := newTx(t.Context(), s, time.Time{})
		if err := q.run(func() error { n = value[int](q, "SELECT count(*) FROM n"); return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
}

// Half of what a request's proof cost was to prepare its statements anew: a connection keeps
// them, and no more than so many.
func TestAStatementIsPreparedOnceAConnection(t *testing.T) {
	l, _ := numbers(t, writes)
	one := func(text string) *sql.Stmt {
		t.Helper()
		s, leave, err := l.begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
		stmt, err := s.prepared(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		return stmt
	}
	first := one("INSERT INTO n VALUES (?)")
	if one("INSERT INTO n VALUES (?)") != first {
		t.Error("prepared again by the next transaction")
	}
	for i := range 2 * mostStmts {
		one(fmt.Sprintf("SELECT %d", i))
	}
	s, err := l.free.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer l.free.put(s)
	if n := len(s.stmts); n > mostStmts+2 {
		t.Errorf("%d statements are kept", n)
	}
}

// Whatever ends a transaction, the next one on its connection begins anew and finds nothing
// of it: an error, a panic, a context that ends in the midst, a connection that is given up.
func TestATransactionLeavesNothingToTheNext(t *testing.T) {
	l, count := numbers(t, writes)
	insert := func(s *session, ctx context.Context) {
		q := newTx(ctx, s, time.Time{})
		if err := q.run(func() error { q.exec("INSERT INTO n VALUES (1)"); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	for name, end := range map[string]func(s *session, ctx context.Context, giveUp func()){
		"left":  func(*session, context.Context, func()) {},
		"panic": func(*session, context.Context, func()) { panic("a rule") },
		"a statement that fails": func(s *session, ctx context.Context, _ func()) {
			q := newTx(ctx, s, time.Time{})
			if err := q.run(func() error { q.exec("INSERT INTO n VALUES ('x')"); return nil }); err == nil {
				t.Error("a text in a column of numbers")
			}
		},
		"given up before it is kept": func(s *session, ctx context.Context, giveUp func()) {
			giveUp()
			if err := s.commit(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("kept for nobody: %v", err)
			}
		},
		"given up while rows are read": func(s *session, ctx context.Context, giveUp func()) {
			q := newTx(ctx, s, time.Time{})
			err := q.rows("WITH RECURSIVE c(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM c WHERE v < 1000000) SELECT v FROM c", nil, []any{new(int)}, func() error { giveUp(); return nil })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("rows without an end: %v", err)
			}
		},
		"the engine's own rollback": func(s *session, ctx context.Context, _ func()) {
			if err := s.run(ctx, "ROLLBACK"); err != nil {
				t.Error(err)
			}
		},
		"a connection that is dropped": func(s *session, _ context.Context, _ func()) { s.drop() },
	} {
		func() {
			ctx, giveUp := context.WithCancel(t.Context())
			defer giveUp()
			s, leave, err := l.begin(ctx)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			defer func() {
				if p := recover(); p != nil && p != "a rule" {
					panic(p)
				}
			}()
			defer leave()
			insert(s, ctx)
			end(s, ctx, giveUp)
		}()
		if n := count(); n != 0 {
			t.Errorf("%s: %d rows are left", name, n)
		}
	}
	s, leave, err := l.begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	insert(s, t.Context())
	if err := s.commit(t.Context()); err != nil {
		t.Error(err)
	}
	leave()
	if n := count(); n != 1 {
		t.Errorf("%d rows of what was kept", n)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := l.begin(t.Context()); err == nil {
		t.Error("a transaction of a store that is closed")
	}
}
