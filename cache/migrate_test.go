package cache_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"modernc.org/sqlite"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// migratedEnv makes this test binary, run again, a desk that is killed while it
// takes its journal forward; its value is the step, the statement and the directory.
const migratedEnv = "EHRDESK_CACHE_TEST_MIGRATED"

// The people of testdata's stores, and their passphrases: as the program of that
// format enrolled them, at the floor of the derivation.
var released = map[string]ehrdesk.Secret{
	"chan": ehrdesk.NewSecret("pupil lantern seven harbour"),
	"wong": ehrdesk.NewSecret("kestrel pebble morning ferry"),
}

// releasedStore copies testdata's store of a format to where it can be opened.
func releasedStore(t *testing.T, format string) (dir string) {
	t.Helper()
	dir = copyStore(t, filepath.Join("testdata", format))
	if err := os.Remove(filepath.Join(dir, "recovery.key")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copyStore copies a directory's files as they lie on the disk.
func copyStore(t *testing.T, from string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "copy")
	list, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name()), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wantReleased holds what the stores of testdata were given against what s has.
func wantReleased(t *testing.T, s *cache.Store) {
	t.Helper()
	for who, pass := range released {
		v, err := s.Unlock(t.Context(), who, pass)
		if err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		if got := audits(t, v); cmp.Diff([]string{"opened", "listed", "closed"}, got) != "" {
			t.Errorf("%s: the access log reads %q", who, got)
		}
		items, err := v.Outbox().Pending(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, it := range items {
			got = append(got, fmt.Sprintf("%s %s %s %s %d %q", it.OpID, it.OrderKey, it.Payload, it.State, it.Attempts, it.Note))
		}
		if diff := cmp.Diff([]string{
			`op-1 lane a give consent queued 0 ""`,
			`op-2 lane a withdraw consent sending 1 "no answer"`,
			`op-3 lane b give consent rejected 2 "the centre refused"`,
		}, got); diff != "" {
			t.Errorf("%s: the outbox: %s", who, diff)
		}
		v.Lock()
	}
	n, head, err := s.VerifyAudit(t.Context())
	if n != 3 || err != nil {
		t.Errorf("%d entries: %v", n, err)
	}
	if kept, err := s.Checkpoints(t.Context()); err != nil || len(kept) > 1 || (len(kept) == 1 && !cmp.Equal(kept[0].Head, head)) {
		t.Errorf("%+v %v", kept, err)
	}
}

func TestAJournalOfEveryReleasedFormatIsTakenForward(t *testing.T) {
	fresh := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	_, journal := fresh.Databases()
	today := layout(t, journal)

	formats, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range formats {
		if !strings.HasPrefix(f.Name(), "format-") {
			continue
		}
		states := map[string]string{"as it was written": "SELECT 1"}
		if f.Name() == "format-1" {
			states["of before the checkpoint"] = "DROP TABLE checkpoint" // its first programs
		}
		for damage, q := range states {
			t.Run(f.Name()+" "+damage, func(t *testing.T) {
				dir := releasedStore(t, f.Name())
				alter(t, filepath.Join(dir, "journal.db"), q)
				for range 2 { // and opens again
					s := openStore(t, dir, at(noon))
					wantReleased(t, s)
					_, journal := s.Databases()
					if diff := cmp.Diff(today, layout(t, journal)); diff != "" {
						t.Errorf("another layout than a new store's: %s", diff)
					}
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
				}
				s := openStore(t, dir, at(noon))
				key, err := os.ReadFile(filepath.Join("testdata", f.Name(), "recovery.key"))
				if err != nil {
					t.Fatal(err)
				}
				if items, left, err := s.Recover(t.Context(), key, []byte("recovered")); err != nil || len(items) != 3 || left != 0 {
					t.Errorf("the recovery key opens %d items and leaves %d: %v", len(items), left, err)
				}
			})
		}
	}
}

// layout is what a database's tables are, and its format.
func layout(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	rows, err := db.QueryContext(t.Context(), `SELECT m.name || '.' || c.name, c.type || ' ' || c."notnull" || ' ' || c.pk FROM sqlite_schema m, pragma_table_info(m.name) c
		UNION ALL SELECT 'index ' || name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
		UNION ALL SELECT 'format', (SELECT v FROM meta WHERE k = 'format')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column, is string
		if err := rows.Scan(&column, &is); err != nil {
			t.Fatal(err)
		}
		out[column] = is
	}
	if len(out) < 10 || rows.Err() != nil {
		t.Fatal(out, rows.Err())
	}
	return out
}

// stepsDyingAt is the journal's steps, with one that kills the process before its
// statement n; that step has so many statements.
func stepsDyingAt(step string, n int) (steps fs.FS, statements int, err error) {
	out := fstest.MapFS{}
	err = fs.WalkDir(cache.JournalSteps(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(cache.JournalSteps(), name)
		if err != nil {
			return err
		}
		if name == step {
			parts := strings.SplitAfter(string(b), ");\n")
			statements = len(parts) - 1
			if head, first, ok := strings.Cut(parts[0], "-- +goose Up\n"); ok {
				parts[0] = head + "-- +goose Up\n"
				parts = append([]string{parts[0], first}, parts[1:]...)
			}
			parts[n] += "SELECT killed();\n"
			b = []byte(strings.Join(parts, ""))
		}
		out[name] = &fstest.MapFile{Data: b}
		return nil
	})
	return out, statements, err
}

// migrated opens a store and dies in a step of its journal.
func migrated(arg string) int {
	var n int
	var step string
	if _, err := fmt.Sscan(arg, &step, &n); err != nil {
		return 2
	}
	steps, _, err := stepsDyingAt(step, n)
	if err != nil {
		return 2
	}
	sqlite.MustRegisterScalarFunction("killed", 0, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		if p, err := os.FindProcess(os.Getpid()); err == nil {
			_ = p.Kill()
		}
		select {} // until the signal comes
	})
	_, dir, _ := strings.Cut(arg, "\n")
	_, err = cache.Open(context.Background(), dir, cache.WithSteps(at(noon), steps))
	fmt.Println("opened:", err)
	return 1
}

func TestAJournalKilledOnItsWayIsOfOneFormatOrTheNext(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot end itself at once on Windows")
	}
	names, err := fs.Glob(cache.JournalSteps(), "*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	died := 0
	for from, make := range map[string]func(*testing.T) string{
		"nothing":  func(t *testing.T) string { return filepath.Join(t.TempDir(), "desk") },
		"format 1": func(t *testing.T) string { return releasedStore(t, "format-1") },
		"format 3": func(t *testing.T) string { return releasedStore(t, "format-3") },
		"format 4": func(t *testing.T) string { return releasedStore(t, "format-4") },
	} {
		for i, step := range names {
			if past, _ := strings.CutPrefix(from, "format "); from != "nothing" && fmt.Sprint(i) < past {
				continue // it is past that
			}
			_, statements, err := stepsDyingAt(step, 0)
			if err != nil || statements == 0 {
				t.Fatal(step, statements, err)
			}
			for n := range statements + 1 {
				dir := make(t)
				cmd := exec.CommandContext(t.Context(), os.Args[0])
				cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d\n%s", migratedEnv, step, n, dir))
				out, err := cmd.CombinedOutput()
				if err == nil || !strings.Contains(err.Error(), "killed") {
					t.Fatalf("%s, statement %d: %v %s", step, n, err, out)
				}
				died++
				name := filepath.Join(dir, "journal.db")
				db, err := sql.Open("sqlite", "file:"+name)
				if err != nil {
					t.Fatal(err)
				}
				if got := formatOf(t, db); got != i {
					t.Errorf("killed in %s, the journal has format %d", step, got)
				}
				db.Close()
				s := openStore(t, dir, at(noon))
				if from != "nothing" {
					wantReleased(t, s)
				} else {
					enrol(t, s, "chan")
					if err := unlock(t, s, "chan").Outbox().Enqueue(t.Context(), "a", "op", []byte("give consent")); err != nil {
						t.Error(err)
					}
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	t.Logf("killed %d times", died)
}

func formatOf(t *testing.T, db *sql.DB) (format int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), "SELECT v FROM meta WHERE k = 'format'").Scan(&format); err != nil {
		t.Fatal(err)
	}
	return format
}

func TestStepsAreNumberedWithoutGaps(t *testing.T) {
	names, err := fs.Glob(cache.JournalSteps(), "*")
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range names {
		if !strings.HasPrefix(n, fmt.Sprintf("%05d_", i+1)) || !strings.HasSuffix(n, ".sql") {
			t.Errorf("step %d is %s", i+1, n)
		}
	}
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	_, journal := s.Databases()
	if got := formatOf(t, journal); got != len(names) {
		t.Errorf("%d steps lead to format %d", len(names), got)
	}
}

// sums are the sums of dir's files but for the index of a log, which SQLite makes
// anew, and the lock.
func sums(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][32]byte{}
	for _, f := range list {
		if strings.HasSuffix(f.Name(), "-shm") || f.Name() == "lock" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 0 {
			out[f.Name()] = sha256.Sum256(b)
		}
	}
	return out
}

func TestTheHeaderSaysTheFormatWhoeverMadeTheFile(t *testing.T) {
	for made, dir := range map[string]string{"now": usedStore(t), "before there were stamps": releasedStore(t, "format-1")} {
		s := openStore(t, dir, at(noon))
		newest := s.JournalFormat()
		s.Close()
		if !cache.Stamped(filepath.Join(dir, "journal.db"), newest) || !cache.Stamped(filepath.Join(dir, "records.db"), cache.RecordsFormat) {
			t.Errorf("%s: not stamped", made)
		}
		alter(t, filepath.Join(dir, "journal.db"), "PRAGMA user_version = 0")
		s = openStore(t, dir, at(noon))
		s.Close()
		if !cache.Stamped(filepath.Join(dir, "journal.db"), newest) {
			t.Errorf("%s: not stamped anew", made)
		}
	}
}

func TestALaterFormatIsRefusedWhateverTheHeaderSays(t *testing.T) {
	for _, file := range []string{"records.db", "journal.db"} {
		dir := usedStore(t)
		alter(t, filepath.Join(dir, file), "UPDATE meta SET v = 99 WHERE k = 'format'")
		before := sums(t, dir)
		_, err := cache.Open(t.Context(), dir, at(noon))
		wantCode(t, err, ehrdesk.CodeInvalid)
		if after := sums(t, dir); !cmp.Equal(before, after) {
			t.Errorf("%s: changed", file)
		}
	}
}

func TestAStoreOfALaterVersionIsRefusedAndNoByteOfItChanges(t *testing.T) {
	for _, file := range []string{"records.db", "journal.db"} {
		for _, end := range []string{"clean", "a crash"} {
			t.Run(file+" after "+end, func(t *testing.T) {
				dir := usedStore(t)
				db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, file))
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				if _, err := db.ExecContext(t.Context(), "UPDATE meta SET v = 99 WHERE k = 'format'; PRAGMA user_version = 99"); err != nil {
					t.Fatal(err)
				}
				if end == "clean" {
					db.Close()
				}
				later := copyStore(t, dir) // with what is in the log alone
				before := sums(t, later)
				if _, logged := before[file+"-wal"]; logged != (end != "clean") {
					t.Fatalf("%v", before)
				}
				_, err = cache.Open(t.Context(), later, at(noon))
				wantCode(t, err, ehrdesk.CodeInvalid)
				if !strings.Contains(ehrdesk.Message(err), "later version") {
					t.Errorf("%q does not say why", ehrdesk.Message(err))
				}
				if after := sums(t, later); !cmp.Equal(before, after) {
					t.Errorf("changed: %v, then %v", before, after)
				}
			})
		}
	}
}
