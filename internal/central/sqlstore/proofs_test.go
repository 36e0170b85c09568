package sqlstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/sharing"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// A token of before was bound to no key: none of them is carried over.
func TestATokenOfBeforeOpensNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	c, err := sqlstore.Open(t.Context(), path, time.Now, sharing.SeedOffer)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	db := opened(t, path)
	for _, s := range []string{"DROP INDEX link_to", "DROP INDEX edge_to", "DROP TABLE rate", "DROP TABLE ending", "DROP TABLE paper", "ALTER TABLE account DROP COLUMN administrator", "DROP TABLE code_contact", "DROP TABLE sample", "DROP TABLE incident", "DROP TABLE owed", "DROP TABLE day_line", "DROP TABLE day_reader", "DROP TABLE day_key", "DROP TABLE day_wrap", "DROP TABLE request_step", "DROP TABLE request", "DROP TABLE person_before", "DROP TABLE service", "ALTER TABLE hcp DROP COLUMN no_view", "ALTER TABLE hcp DROP COLUMN no_deposit", "DROP TABLE key_mark", "DROP TABLE relabelled", "DROP TABLE health_link", "DROP TABLE group_staff", "DROP TABLE group_box", "DROP TABLE group_event", "DROP TABLE contact_group", "DROP TABLE on_call", "DROP TABLE case_report", "DROP TABLE key_change", "DROP TABLE offered_key", "DROP TABLE envelope_for", "DROP TABLE envelope_part", "DROP TABLE envelope", "DROP TABLE case_member", "DROP TABLE case_event", "DROP TABLE sealed_case", "ALTER TABLE hcp DROP COLUMN second_person", "ALTER TABLE hcp DROP COLUMN ahead", "ALTER TABLE visit DROP COLUMN ahead", "DROP INDEX audit_reviewed", "ALTER TABLE notice DROP COLUMN contact", "ALTER TABLE token DROP COLUMN jkt", "INSERT INTO token VALUES (x'01', 'c', 'h', 's', 9000000000000000)", "PRAGMA user_version = 10"} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if c, err = sqlstore.Open(t.Context(), path, time.Now, sharing.SeedOffer); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	n := -1
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM token WHERE jkt = ''").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d tokens, %v", n, err)
	}
}

// What is known of proofs is seen by every process, is kept by one that was killed, and
// goes with its nonce; who writes records for long holds no request up.
func proofsStandBesideTheStore(t *testing.T, e engine) {
	at := [2]*sqlstore.Store{e.open(t, time.Now), e.open(t, time.Now)}
	in := func(i int, fn func(store.Proofs)) {
		t.Helper()
		if err := at[i].Proofs(t.Context(), func(p store.Proofs) error { fn(p); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	err := at[0].Write(t.Context(), func(*store.Tx) error { // the one writer is busy
		in(0, func(p store.Proofs) {
			if p.Newest() != nil || p.Known("a") || p.Use("a", []byte("id")) {
				t.Error("a nonce that nobody gave is known")
			}
			p.Add(store.Nonce{Value: "a", At: 1})
			if !p.Use("a", []byte("id")) || p.Use("a", []byte("id")) {
				t.Error("an id is not good once")
			}
		})
		in(1, func(p store.Proofs) {
			if n := p.Newest(); n == nil || *n != (store.Nonce{Value: "a", At: 1}) || p.Use("a", []byte("id")) || !p.Use("a", []byte("other")) {
				t.Errorf("another process knows %+v", n)
			}
			p.Add(store.Nonce{Value: "b", At: 2})
			p.Keep(1)
		})
		in(0, func(p store.Proofs) {
			if p.Known("a") || !p.Known("b") || !p.Use("b", []byte("id")) {
				t.Error("a nonce did not go with its ids")
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	own := errors.New("its own")
	_ = at[0].Proofs(t.Context(), func(p store.Proofs) error { p.Add(store.Nonce{Value: "c"}); return own })
	in(0, func(p store.Proofs) {
		if p.Known("c") {
			t.Error("what was given up is kept")
		}
	})
}

// The file of the proofs is its owner's alone, and one of a later program is left alone.
func TestTheFileOfTheProofs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	s, err := sqlstore.Open(t.Context(), path, time.Now, sharing.SeedOffer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	beside := filepath.Join(filepath.Dir(path), "proofs.db")
	if info, err := os.Stat(beside); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := opened(t, beside).ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlstore.Open(t.Context(), path, time.Now, sharing.SeedOffer); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("proofs of a later program: %v", err)
	}
}
