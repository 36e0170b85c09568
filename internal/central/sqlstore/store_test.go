package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
)

// opened is the file beside the store, as somebody with the database's own tools has it.
func opened(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestAStoreOfBeforeTheCardsOpensWithAllItHolds makes a store as version 1 of
// this program left it.
func TestAStoreOfBeforeTheCardsOpensWithAllItHolds(t *testing.T) {
	dir := t.TempDir()
	db := opened(t, filepath.Join(dir, "centre.db"))
	for _, s := range []string{sqlstore.Schema("schema.sql"), "PRAGMA user_version = 1",
		"INSERT INTO hcp VALUES ('9265400017', 'Clinic', '', '', 0, 0)",
		"INSERT INTO participant VALUES ('p', '123456789012', '', 'registered', '', x'00', x'00')",
		"INSERT INTO identifier VALUES ('" + ehrdesk.SystemEHR + "', '123456789012', 'p')",
		"INSERT INTO consent (id, patient, hcp, state, term, channel, giver_kind, giver_name, giver_document, notices, since, until, ended) VALUES ('c', 'p', '9265400017', 'active', 'indefinite', 'card', 'patient', '', '', '{}', 1, 0, 0)",
		"INSERT INTO audit (id, at, action, staff, role, hcp, client, location, patient, purpose, reason, kinds, outcome) VALUES ('a', 1, 'grant', 's', 'doctor', '9265400017', 'd', '', 'p', '', '', '', '')",
	} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%.40s: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // brought up to date once
		c, err := central.Open(t.Context(), central.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := c.Accesses(t.Context(), "123456789012", func(a central.Access) error {
			n++
			if a.Action != "grant" || a.Outcome != "success" || a.Proof != "" {
				t.Errorf("an access of before reads %+v", a)
			}
			return nil
		}); err != nil || n != 1 {
			t.Errorf("%d accesses, %v", n, err)
		}
		// Nothing was shown for it then, and nothing is claimed for it now.
		if err := c.Participants(t.Context(), "123456789012", func(p central.Participant) error {
			if len(p.Consents) != 1 || p.Consents[0].State != "active" || p.Consents[0].Channel != "card" || p.Consents[0].Proof != "" {
				t.Errorf("a consent of before reads %+v", p.Consents)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if _, err := c.CardIssuers(t.Context()); err != nil {
			t.Error(err)
		}
		var version int
		if err := opened(t, filepath.Join(dir, "centre.db")).QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version); err != nil || version != sqlstore.SchemaVersion {
			t.Errorf("version %d, %v", version, err)
		}
		for _, s := range []string{"DELETE FROM audit", "UPDATE audit SET proof = 'genuine-chip'"} {
			if _, err := opened(t, filepath.Join(dir, "centre.db")).ExecContext(t.Context(), s); err == nil {
				t.Errorf("%s was taken", s)
			}
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStoreOfALaterProgramIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	c, err := central.Open(t.Context(), central.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opened(t, filepath.Join(dir, "centre.db")).ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", sqlstore.SchemaVersion+1)); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := central.Open(context.Background(), central.Options{Dir: dir}); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("opened: %v", err)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "centre.db")); err != nil || string(after) != string(before) {
		t.Errorf("changed: %v", err)
	}
}

// TestAStoreOfBeforeTheLabelsKeepsWhatTheySay makes a store as version 3 of this
// program left it, with records whose labels nobody heeded.
func TestAStoreOfBeforeTheLabelsKeepsWhatTheySay(t *testing.T) {
	dir := t.TempDir()
	db := opened(t, filepath.Join(dir, "centre.db"))
	const label = `"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},`
	body := func(id, label, org string) string {
		return `{"resourceType":"Condition","id":"` + id + `",` + label + `"subject":{"reference":"Patient/p"},"asserter":{"reference":"Organization/` + org + `"}}`
	}
	insert := "INSERT INTO record (type, id, version, seq, updated, patient, kind, linked, deleted, source, print, hash, body) VALUES ('Condition', ?, 2, ?, ?, 'p', ?, 0, 0, '', x'00', x'00', ?)"
	for _, s := range []struct {
		text string
		args []any
	}{
		{sqlstore.Schema("schema.sql"), nil}, {sqlstore.Schema("schema-cards.sql"), nil}, {sqlstore.Schema("schema-desks.sql"), nil}, {"PRAGMA user_version = 3", nil},
		{"INSERT INTO participant VALUES ('p', '123456789012', '', 'registered', 'sms', x'00', x'00')", nil},
		{insert, []any{"open", 1, 10, ehrdesk.KindDiagnosis, []byte(body("open", "", "known"))}},
		{insert, []any{"hidden", 2, 20, ehrdesk.KindDiagnosis, []byte(body("hidden", label, "secret"))}},
		{"INSERT INTO history (type, id, version, seq, updated, patient, kind, deleted, hash, body) VALUES ('Condition', 'open', 1, 0, 5, 'p', ?, 0, x'00', ?)", []any{ehrdesk.KindDiagnosis, []byte(body("open", label, "secret"))}},
		{"INSERT INTO link VALUES ('p', 'Organization', 'known', ?, 10), ('p', 'Organization', 'secret', ?, 20)", []any{ehrdesk.KindDiagnosis, ehrdesk.KindDiagnosis}},
	} {
		if _, err := db.ExecContext(t.Context(), s.text, s.args...); err != nil {
			t.Fatalf("%.60s: %v", s.text, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := central.Open(t.Context(), central.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	for query, want := range map[string]string{
		"SELECT group_concat(id) FROM record WHERE labelled = 1":                      "hidden",
		"SELECT group_concat(id || version) FROM history WHERE labelled = 1":          "open1",
		"SELECT group_concat(id) FROM link WHERE labelled = 0":                        "known",
		"SELECT group_concat(id) FROM link WHERE labelled = 1":                        "secret",
		"SELECT group_concat(verified || ' ' || expected) FROM participant":           "0 0",
		"SELECT group_concat(term) FROM (SELECT term FROM offer_term ORDER BY place)": "indefinite,one_year",
		"SELECT count(*) FROM offer_notice":                                           "2",
		"SELECT count(*) FROM offer_reason":                                           "5",
	} {
		var got string
		if err := opened(t, filepath.Join(dir, "centre.db")).QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, want %q: %v", query, got, want, err)
		}
	}
}

// TestAStoreOfBeforeTheTypesNeverKeptKeepsEveryProvidersPolicy makes a store as
// version 6 of this program left it.
func TestAStoreOfBeforeTheTypesNeverKeptKeepsEveryProvidersPolicy(t *testing.T) {
	dir := t.TempDir()
	db := opened(t, filepath.Join(dir, "centre.db"))
	for _, s := range []string{sqlstore.Schema("schema.sql"), sqlstore.Schema("schema-cards.sql"), sqlstore.Schema("schema-desks.sql"), sqlstore.Schema("schema-offer.sql"), sqlstore.Schema("schema-restricted.sql"), sqlstore.Schema("schema-events.sql"), "PRAGMA user_version = 6",
		"INSERT INTO hcp VALUES ('9265400017', 'Clinic', '診所', 'gp', 24, 0), ('9265400025', 'Hospital', '', '', 0, 1)"} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%.40s: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for round, want := range []string{"{hours 24 24 [] [] false}", "{hours 24 24 [note] [] false}"} { // brought up to date once
		c, err := central.Open(t.Context(), central.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.ProviderCache(t.Context(), "9265400017"); err != nil || fmt.Sprint(got) != want {
			t.Errorf("round %d: %v, %v, want %s", round, got, err, want)
		}
		if got, err := c.ProviderCache(t.Context(), "9265400025"); err != nil || fmt.Sprint(got) != "{session 0 0 [] [] false}" {
			t.Errorf("round %d: the other one has %v, %v", round, got, err)
		}
		if _, err := c.SetProviderCache(t.Context(), "9265400017", func(h *central.HCP) { h.CacheNever = []ehrdesk.Kind{ehrdesk.KindNote} }); err != nil {
			t.Error(err)
		}
		for _, refused := range []func(*central.HCP){func(h *central.HCP) { h.CacheHours = -1 }, func(h *central.HCP) { h.CacheHours, h.CacheNever = 745, nil }} {
			if _, err := c.SetProviderCache(t.Context(), "9265400017", refused); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
				t.Errorf("taken: %v", err)
			}
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// A name that this program does not know is never taken for none.
	c, err := central.Open(t.Context(), central.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := opened(t, filepath.Join(dir, "centre.db")).ExecContext(t.Context(), "UPDATE hcp SET cache_never = 'note,genome'"); err != nil {
		t.Fatal(err)
	}
	if got, err := c.ProviderCache(t.Context(), "9265400017"); err == nil {
		t.Errorf("read as %v", got)
	}
}
