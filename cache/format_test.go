package cache_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// usedStore is a closed store with a copy, an audit entry and an act that waits.
func usedStore(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	apply(t, v, put(t, v, "a"), records(40)...)
	if _, err := v.AccessLog().Add(t.Context(), []byte("opened")); err != nil {
		t.Fatal(err)
	}
	if err := v.Outbox().Enqueue(t.Context(), "lane", "op-1", []byte("give consent")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// alter changes a closed database as another version of the program would have
// written it.
func alter(t *testing.T, file, q string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), q); err != nil {
		t.Fatal(err)
	}
}

func TestCopiesOfAnOlderFormatAreFetchedAnewAndTheJournalStays(t *testing.T) {
	dir := usedStore(t)
	alter(t, filepath.Join(dir, "records.db"), `
		UPDATE meta SET v = 1 WHERE k = 'format';
		DROP TABLE block; DROP TABLE piece;
		INSERT INTO body VALUES (1 << 32, randomblob(700));`)
	before := jsonOf(ring(t, dir)["records"])

	s := openStore(t, dir, at(noon))
	v := unlock(t, s, "chan")
	if has(t, v, "a") {
		t.Error("a copy of the older format is found")
	}
	if n, _, err := s.VerifyAudit(t.Context()); n != 1 || err != nil {
		t.Errorf("%d audit entries: %v", n, err)
	}
	if got := audits(t, v); len(got) != 1 || got[0] != "opened" {
		t.Errorf("the journal reads %q", got)
	}
	if items, err := v.Outbox().Pending(t.Context()); err != nil || len(items) != 1 || string(items[0].Payload) != "give consent" {
		t.Errorf("%+v %v", items, err)
	}
	if jsonOf(ring(t, dir)["records"]) == before {
		t.Error("the keys that open the file thrown away still exist")
	}
	id := put(t, v, "a")
	apply(t, v, id, records(40)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon)) // the new one is not replaced again
	if !has(t, unlock(t, s, "chan"), "a") {
		t.Error("the copy fetched anew is gone")
	}
}

// testdata/records-5 was written by the program whose list index had no parts, records-6
// by the one that did not keep what records say: chan's copy "a" of 520 records each.
func TestTheRecordsOfTheFormatBeforeOpenAndAreTakenForward(t *testing.T) {
	for _, format := range []string{"records-5", "records-6"} {
		t.Run(format, func(t *testing.T) { takenForward(t, copyStore(t, filepath.Join("testdata", format))) })
	}
}

func takenForward(t *testing.T, dir string) {
	t.Helper()
	for again := range 2 {
		s := openStore(t, dir, at(noon))
		v := unlock(t, s, "chan")
		c, ok, err := v.Copies().Lookup(t.Context(), "a")
		if err != nil || !ok {
			t.Fatalf("the copy is gone: %v", err)
		}
		if again == 0 {
			ch := record(7)
			ch.Record.Version, ch.Body = "2", []byte(`{"resourceType":"Observation","id":"obs-000007","value":2.50}`)
			apply(t, v, c.ID, ch)
		}
		list, err := v.Copies().Records(t.Context(), c.ID)
		if err != nil || len(list) != 520 {
			t.Fatalf("%d records: %v", len(list), err)
		}
		for i := range 520 {
			want := string(record(i).Body)
			if i == 7 {
				want = `{"resourceType":"Observation","id":"obs-000007","value":2.50}`
			}
			if body, err := v.Copies().Body(t.Context(), c.ID, record(i).Record.Ref()); err != nil || string(body) != want {
				t.Fatalf("record %d: %s %v", i, body, err)
			}
		}
		keepSaid(t, v, c.ID, "obs-000003", "what it says")
		if got := saidOf(t, v, c.ID); got["obs-000003"] != "what it says" {
			t.Fatalf("it says %q", got)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !cache.Stamped(filepath.Join(dir, "records.db"), cache.RecordsFormat) {
		t.Error("the program of before would find the file damaged")
	}
}

func TestAFileWithoutAFormatIsDamaged(t *testing.T) {
	for damage, q := range map[string]string{
		"gone":    "DELETE FROM meta WHERE k = 'format'",
		"no word": "UPDATE meta SET v = 'two' WHERE k = 'format'",
	} {
		dir := usedStore(t)
		alter(t, filepath.Join(dir, "records.db"), q)
		s := openStore(t, dir, at(noon))
		if has(t, unlock(t, s, "chan"), "a") {
			t.Errorf("%s: its copies are used", damage)
		}
		s.Close()
		alter(t, filepath.Join(dir, "journal.db"), q)
		_, err := cache.Open(t.Context(), dir, at(noon))
		wantCode(t, err, ehrdesk.CodeTampered)
	}
}
