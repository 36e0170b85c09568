package central

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// TestAStoreOfBeforeTheCardsOpensWithAllItHolds makes a store as version 1 of
// this program left it.
func TestAStoreOfBeforeTheCardsOpensWithAllItHolds(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{schema, "PRAGMA user_version = 1",
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
		c, err := Open(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := c.Accesses(t.Context(), "123456789012", func(a Access) error {
			n++
			if a.Action != "grant" || a.Outcome != "success" || a.Proof != "" {
				t.Errorf("an access of before reads %+v", a)
			}
			return nil
		}); err != nil || n != 1 {
			t.Errorf("%d accesses, %v", n, err)
		}
		// Nothing was shown for it then, and nothing is claimed for it now.
		if err := c.Participants(t.Context(), "123456789012", func(p Participant) error {
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
		if err := c.w.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version); err != nil || version != schemaVersion {
			t.Errorf("version %d, %v", version, err)
		}
		for _, s := range []string{"DELETE FROM audit", "UPDATE audit SET proof = 'genuine-chip'"} {
			if _, err := c.w.ExecContext(t.Context(), s); err == nil {
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
	c, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.w.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", schemaVersion+1)); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), Options{Dir: dir}); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
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
	db, err := sql.Open("sqlite", filepath.Join(dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	const label = `"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},`
	body := func(id, label, org string) string {
		return `{"resourceType":"Condition","id":"` + id + `",` + label + `"subject":{"reference":"Patient/p"},"asserter":{"reference":"Organization/` + org + `"}}`
	}
	insert := "INSERT INTO record (type, id, version, seq, updated, patient, kind, linked, deleted, source, print, hash, body) VALUES ('Condition', ?, 2, ?, ?, 'p', ?, 0, 0, '', x'00', x'00', ?)"
	for _, s := range []struct {
		text string
		args []any
	}{
		{schema, nil}, {schemaCards, nil}, {schemaDesks, nil}, {"PRAGMA user_version = 3", nil},
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
	c, err := Open(t.Context(), Options{Dir: dir})
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
		if err := c.w.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, want %q: %v", query, got, want, err)
		}
	}
}

// TestAStoreOfBeforeTheTypesNeverKeptKeepsEveryProvidersPolicy makes a store as
// version 6 of this program left it.
func TestAStoreOfBeforeTheTypesNeverKeptKeepsEveryProvidersPolicy(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{schema, schemaCards, schemaDesks, schemaOffer, schemaRestricted, schemaEvents, "PRAGMA user_version = 6",
		"INSERT INTO hcp VALUES ('9265400017', 'Clinic', '診所', 'gp', 24, 0), ('9265400025', 'Hospital', '', '', 0, 1)"} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%.40s: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for round, want := range []string{"{hours 24 24 []}", "{hours 24 24 [note]}"} { // brought up to date once
		c, err := Open(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.ProviderCache(t.Context(), "9265400017"); err != nil || fmt.Sprint(got) != want {
			t.Errorf("round %d: %v, %v, want %s", round, got, err, want)
		}
		if got, err := c.ProviderCache(t.Context(), "9265400025"); err != nil || fmt.Sprint(got) != "{session 0 0 []}" {
			t.Errorf("round %d: the other one has %v, %v", round, got, err)
		}
		if _, err := c.SetProviderCache(t.Context(), "9265400017", func(h *HCP) { h.CacheNever = []ehrdesk.Kind{ehrdesk.KindNote} }); err != nil {
			t.Error(err)
		}
		for _, refused := range []func(*HCP){func(h *HCP) { h.CacheHours = -1 }, func(h *HCP) { h.CacheHours, h.CacheNever = 745, nil }} {
			if _, err := c.SetProviderCache(t.Context(), "9265400017", refused); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
				t.Errorf("taken: %v", err)
			}
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// A name that this program does not know is never taken for none.
	c, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := c.w.ExecContext(t.Context(), "UPDATE hcp SET cache_never = 'note,genome'"); err != nil {
		t.Fatal(err)
	}
	if got, err := c.ProviderCache(t.Context(), "9265400017"); err == nil {
		t.Errorf("read as %v", got)
	}
}
