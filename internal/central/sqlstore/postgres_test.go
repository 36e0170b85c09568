package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/testpg"
)

func nothing(*store.Tx) error { return nil }

func TestAStoreOnAServerIsMadeOnceAndOpenedByWhoMay(t *testing.T) {
	pg := testpg.Start(t)
	address := pg.Database(t)
	exec := func(text string) {
		t.Helper()
		db, err := sql.Open("pgx", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	open := func(held bool) (*Store, error) {
		return OpenServer(context.WithoutCancel(t.Context()), address, held, time.Now, nothing)
	}

	if _, err := open(true); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("one that has to be there: %v", err)
	}
	exec("ALTER DATABASE " + name(t, address) + " SET synchronous_commit = off") // its owner would have answers lost
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := open(false)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = s.Close() }()
			for of, want := range map[*line]string{s.w: "on", s.r: "on", s.p: "off"} {
				if got := setting(t, of, "synchronous_commit"); got != want {
					t.Errorf("synchronous_commit is %s where it has to be %s", got, want)
				}
			}
		})
	}
	all.Wait()

	exec(fmt.Sprintf("UPDATE store_version SET version = %d", schemaVersion+1))
	if _, err := open(false); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("of a later program: %v", err)
	}
	exec(fmt.Sprintf("UPDATE store_version SET version = %d", schemaVersion))
	if s, err := open(true); err != nil {
		t.Error(err)
	} else {
		_ = s.Close()
	}

	exec("ALTER SYSTEM SET fsync = off")
	exec("SELECT pg_reload_conf()")
	for until := time.Now().Add(time.Minute); ; { // the server takes it up by itself
		s, err := open(true)
		if ehrdesk.CodeOf(err) == ehrdesk.CodeInvalid {
			break
		}
		if err == nil {
			_ = s.Close()
		}
		if time.Now().After(until) {
			t.Fatalf("a server that does not wait for its disk: %v", err)
		}
	}
}

func name(t *testing.T, address string) (name string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err == nil {
		defer func() { _ = db.Close() }()
		err = db.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func setting(t *testing.T, l *line, name string) (value string) {
	under, leave, err := l.begin(t.Context())
	if err != nil {
		t.Error(err)
		return ""
	}
	defer leave()
	rows, err := under.query(t.Context(), "SELECT current_setting('"+name+"')")
	if err == nil {
		err = scanned(rows, []any{&value}, func() error { return nil })
	}
	if err != nil {
		t.Error(err)
	}
	return value
}

// A centre that is gone without a word, or stands still, in a transaction keeps the others
// waiting for a bounded time.
func TestWhoStandsStillGivesTheLockBack(t *testing.T) {
	pg := testpg.Start(t)
	address := pg.Database(t)
	s, err := OpenServer(t.Context(), address+"&idle_in_transaction_session_timeout=200ms", false, time.Now, nothing)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	other, err := OpenServer(t.Context(), address, false, time.Now, nothing)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	if err := s.Write(t.Context(), func(tx *store.Tx) error {
		tx.Changes.Next()
		return other.Write(t.Context(), func(tx *store.Tx) error { tx.Changes.Next(); return nil }) // ours stands still meanwhile
	}); err == nil {
		t.Error("what was given up is said to be kept")
	}
	if err := s.Write(t.Context(), func(tx *store.Tx) error { // on a connection anew
		if last := tx.Changes.Last(); last != 1 {
			t.Errorf("%d changes", last)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

func TestPlaceholdersAreNumbered(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT 1":                   "SELECT 1",
		"a = ? AND b IN (?,?)":       "a = $1 AND b IN ($2,$3)",
		"a = ?1 OR b = ?2 OR c = ?1": "a = $1 OR b = $2 OR c = $1",
		"?":                          "$1",
	} {
		if got := server.spell(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
