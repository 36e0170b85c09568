package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/sharing"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/testpg"
)

// engine is a new store of one kind, which several processes may open.
type engine struct {
	connect func(ctx context.Context, now func() time.Time) (*sqlstore.Store, error)
	tools   func(t *testing.T) *sql.DB
	around  []string // what somebody does who gets around the guards of the log
	version string   // sets the store's version, with a place for it
}

func (e engine) open(t *testing.T, now func() time.Time) *sqlstore.Store {
	t.Helper()
	s, err := e.connect(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (e engine) exec(t *testing.T, text string) error {
	t.Helper()
	_, err := e.tools(t).ExecContext(t.Context(), text)
	return err
}

func inAFile(t *testing.T) engine {
	path := filepath.Join(t.TempDir(), "centre.db")
	return engine{
		connect: func(ctx context.Context, now func() time.Time) (*sqlstore.Store, error) {
			return sqlstore.Open(ctx, path, now, sharing.SeedOffer)
		},
		tools:  func(t *testing.T) *sql.DB { return opened(t, path) },
		around: []string{"DROP TRIGGER audit_held"}, version: "PRAGMA user_version = %d",
	}
}

func onAServer(t *testing.T, pg *testpg.Server) engine {
	address := pg.Database(t)
	return engine{
		connect: func(ctx context.Context, now func() time.Time) (*sqlstore.Store, error) {
			return sqlstore.OpenServer(ctx, address, false, now, sharing.SeedOffer)
		},
		tools: func(t *testing.T) *sql.DB {
			db, err := sql.Open("pgx", address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			return db
		},
		around: []string{
			"ALTER TABLE audit DISABLE TRIGGER audit_kept; DELETE FROM audit WHERE seq = 2; ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_kept",
			"CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
		},
		version: "UPDATE store_version SET version = %d",
	}
}

// promises are what every engine keeps.
func promises() map[string]func(*testing.T, engine) {
	return map[string]func(*testing.T, engine){
		"instants never repeat":                       instantsNeverRepeat,
		"the audit table takes no change":             theAuditTableTakesNoChange,
		"a statement that fails ends the transaction": aStatementThatFailsEndsTheTransaction,
		"proofs stand beside the store":               proofsStandBesideTheStore,
		"one writes at a time":                        oneWritesAtATime,
		"a read sees one moment":                      aReadSeesOneMoment,
		"a refusal that is kept is durable":           aRefusalThatIsKeptIsDurable,
		"a list may ask for more while it goes on":    aListMayAskForMore,
		"what is owed keeps its order":                whatIsOwedKeepsItsOrder,
		"a text that is none is refused by name":      aTextThatIsNoneIsRefused,
		"a failed list keeps nothing":                 aFailedListKeepsNothing,
		"labels of an earlier version are read anew":  labelsAreReadAnew,
		"envelopes are kept in pieces":                envelopesAreKeptInPieces,
		"cases are told to who is in them":            casesAreToldToWhoIsInThem,
		"who is on call is what each said last":       whoIsOnCallIsWhatEachSaidLast,
		"groups are kept with their keys":             groupsAreKeptWithTheirKeys,
		"who answered for a group before":             whoAnsweredBeforeIsFound,
		"keys of before are in the log":               keysOfBeforeAreInTheLog,
	}
}

func TestAStoreInAFileKeepsItsPromises(t *testing.T) {
	for name, promise := range promises() {
		t.Run(name, func(t *testing.T) { promise(t, inAFile(t)) })
	}
}

func TestAStoreOnAServerKeepsItsPromises(t *testing.T) {
	pg := testpg.Start(t)
	for name, promise := range promises() {
		t.Run(name, func(t *testing.T) { promise(t, onAServer(t, pg)) })
	}
}

// instantsNeverRepeat: changes are later than all before them even when the
// clock stands still or goes back.
func instantsNeverRepeat(t *testing.T, e engine) {
	now := time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)
	c := e.open(t, func() time.Time { now = now.Add(-time.Second); return now })
	var last int64
	for range 5 {
		err := c.Write(t.Context(), func(tx *store.Tx) error {
			for range 3 {
				_, at := tx.Changes.Next()
				if at <= last {
					t.Errorf("%d after %d", at, last)
				}
				last = at
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// theAuditTableTakesNoChange even from somebody with the tools of the database.
func theAuditTableTakesNoChange(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	added := func(tx *store.Tx) error {
		for range 2 {
			e := &store.LogEntry{ID: uuid.NewString(), Action: "find"}
			e.Follow(tx.Log.Last())
			tx.Log.Add(e)
			tx.Log.AddHead(store.LogHead{N: e.Seq, Signed: "x"})
		}
		return nil
	}
	if err := c.Write(t.Context(), added); err != nil {
		t.Fatal(err)
	}
	given := errors.New("given up")
	if err := c.Write(t.Context(), func(tx *store.Tx) error { return errors.Join(given, added(tx)) }); err == nil {
		t.Error("kept")
	}
	guarded := func() (is bool) {
		t.Helper()
		if err := c.Read(t.Context(), func(tx *store.Tx) error { is = tx.Log.Guarded(); return nil }); err != nil {
			t.Fatal(err)
		}
		return is
	}
	for _, s := range []string{"DELETE FROM audit", "UPDATE audit SET staff = 'x'", "DELETE FROM audit_head", "UPDATE audit_head SET n = 0"} {
		if e.exec(t, s) == nil {
			t.Errorf("%s was taken", s)
		}
	}
	if !guarded() {
		t.Error("a log that nobody touched is not guarded")
	}
	for _, s := range e.around { // and what comes of it is seen
		if err := e.exec(t, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if guarded() {
			t.Errorf("guarded after %s", s)
		}
	}
}

// aStatementThatFailsEndsTheTransaction: no rule goes on without what it asked for,
// nothing of it is kept, and nobody is told what the engine said. A panic of a rule's own
// goes on.
func aStatementThatFailsEndsTheTransaction(t *testing.T, e engine) {
	c := e.open(t, time.Now)
	wentOn := false
	err := c.Write(t.Context(), func(tx *store.Tx) error {
		tx.Accounts.AddProvider(&store.HCP{ID: "1", Name: "Clinic"})
		tx.Accounts.Add(&store.Account{HCP: "none", Staff: "SECRET"})
		wentOn = true
		return nil
	})
	if wentOn || ehrdesk.CodeOf(err) != ehrdesk.CodeOther || !errors.Is(err, store.Err) {
		t.Errorf("went on %v: %v", wentOn, err)
	}
	func() {
		defer func() {
			if p := recover(); p != "its own" {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = c.Write(t.Context(), func(tx *store.Tx) error {
			tx.Accounts.AddProvider(&store.HCP{ID: "2", Name: "Clinic"})
			panic("its own")
		})
	}()
	ctx, cancel := context.WithCancel(t.Context())
	err = c.Read(ctx, func(tx *store.Tx) error {
		for _, id := range []string{"1", "2"} {
			if tx.Accounts.Provider(id) != nil {
				t.Errorf("%s was kept", id)
			}
		}
		cancel()
		tx.Participants.Get("p")
		t.Error("a request that ended goes on")
		return nil
	})
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
		t.Errorf("a request that ended: %v", err)
	}
}

// BenchmarkEvent is what one event of the log costs, durable: a store takes one after another.
func BenchmarkEvent(b *testing.B) {
	pg := testpg.Start(b)
	address := pg.Database(b)
	path := filepath.Join(b.TempDir(), "centre.db")
	for name, open := range map[string]func() (*sqlstore.Store, error){
		"file": func() (*sqlstore.Store, error) { return sqlstore.Open(b.Context(), path, time.Now, sharing.SeedOffer) },
		"server": func() (*sqlstore.Store, error) {
			return sqlstore.OpenServer(b.Context(), address, false, time.Now, sharing.SeedOffer)
		},
	} {
		b.Run(name, func(b *testing.B) {
			s, err := open()
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			for b.Loop() {
				if err := s.Write(b.Context(), func(tx *store.Tx) error {
					e := &store.LogEntry{ID: uuid.NewString(), Action: "find"}
					e.Follow(tx.Log.Last())
					tx.Log.Add(e)
					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
