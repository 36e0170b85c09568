package client_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// watchStore looks at the store on the disk as another program would.
func watchStore(t *testing.T, w *world) (cells, version func() int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.dir, "providers", w.hcp, "records.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // data_version is of a connection
	t.Cleanup(func() { db.Close() })
	ask := func(query string) func() int {
		return func() (n int) {
			t.Helper()
			if err := db.QueryRow(query).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	return ask("SELECT count(*) FROM chunk"), ask("PRAGMA data_version")
}

// Small syncs leave parts of the list index; a desk at rest folds them, once.
func TestAnIdleDeskSettlesWhatCameInPieces(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("lee", ehrdesk.Doctor)
	n, key := w.patient("TIDY", 12)
	s := w.signIn("lee")
	defer s.Close()
	w.consent(s, n, key)
	c := w.chart(s, n)
	w.patient("TIDY", 24) // twelve more
	if _, err := c.Sync(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	cells, version := watchStore(t, w)
	if cells() < 3 {
		t.Fatalf("%d cells before", cells())
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	was := version()
	if s.Rest(gone); version() != was {
		t.Error("a rest that was broken off wrote")
	}
	s.Rest(context.Background())
	if got := cells(); got != 1 || version() == was {
		t.Errorf("%d cells after", got)
	}
	was = version()
	s.Rest(context.Background())
	if _, err := c.Detail(context.Background(), c.List(ehrdesk.LaboratoryRadiology)[0].Ref()); err != nil {
		t.Error(err)
	}
	s.Rest(context.Background())
	if version() != was {
		t.Error("with nothing to settle, something was written")
	}
	if count(c) < 24 {
		t.Errorf("%d records", count(c))
	}
}

func TestASessionRestsAfterItsWork(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("lee", ehrdesk.Doctor)
	s := w.signIn("lee")
	rested := make(chan struct{}, 1)
	s.Idle(1, func(context.Context) {
		select {
		case rested <- struct{}{}:
		default:
		}
	})
	n, _ := w.patient("REST", 1)
	if _, err := s.Find(context.Background(), n); err != nil {
		t.Fatal(err)
	}
	<-rested
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
