package cache_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// canaries must never stand in any file of the store, in any encoding that a
// search would find.
var canaries = []string{
	"A1234563", "CHAN TAI MAN", "陳大文", "Haemoglobin", "血紅蛋白", "Penicillin anaphylaxis",
	"Queen Example Hospital", "obs-00", "7.4 g/dL", "correct horse battery", "signing key of chan", "give consent",
}

// noise is what no compression hides: a body is compressed before it is sealed.
func noise() []byte {
	b := make([]byte, 1024)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func canaryChange(i int) cache.Change {
	c := record(i)
	c.Record.Title = "Haemoglobin 血紅蛋白"
	f := ehrdesk.Facts{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsText, Text: "7.4 g/dL"}}}}
	c.Record.Packed = f.Pack()
	c.Body = fmt.Appendf(nil, `{"id":"obs-%06d","subject":"CHAN TAI MAN 陳大文","hkic":"A1234563","note":"Penicillin anaphylaxis %s"}`,
		i, strings.Repeat("Haemoglobin ", 100))
	return c
}

// spotted lists the canaries that stand in b, as they are, in UTF-16, or folded
// to lower case.
func spotted(b []byte) (out []string) {
	lower := bytes.ToLower(b)
	for _, c := range canaries {
		var wide []byte
		for _, r := range c {
			wide = append(wide, byte(r), byte(r>>8))
		}
		if bytes.Contains(b, []byte(c)) || bytes.Contains(lower, []byte(strings.ToLower(c))) || bytes.Contains(b, wide) {
			out = append(out, c)
		}
	}
	for part := range slices.Chunk(noise(), 64) {
		if bytes.Contains(b, part) {
			return append(out, "noise")
		}
	}
	return out
}

// found lists the canaries that stand in dir's files.
func found(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	read := 0
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		read += len(b)
		for _, c := range spotted(b) {
			out = append(out, c+" in "+filepath.Base(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read == 0 {
		t.Fatal("nothing was read: this search cannot fail")
	}
	return out
}

func clean(t testing.TB, dir, after string) {
	t.Helper()
	if f := found(t, dir); len(f) > 0 {
		t.Errorf("after %s: %v", after, f)
	}
}

func canaryStore(t testing.TB, dir string) (*cache.Store, *cache.Vault, cache.PatientID) {
	t.Helper()
	s := openStore(t, dir, at(noon))
	if err := s.Enrol(t.Context(), "chan", pass, nil, cache.Plainly([]byte("role: doctor"), []byte("signing key of chan"))); err != nil {
		t.Fatal(err)
	}
	v := unlock(t, s, "chan")
	c, err := v.Copies().Put(t.Context(), cache.Copy{Header: []byte("CHAN TAI MAN 陳大文 A1234563"), PurgeAfter: noon.Add(time.Hour)}, []string{"hkic|A1234563"})
	if err != nil {
		t.Fatal(err)
	}
	return s, v, c.ID
}

// life is a day of a desk: every kind of cell is written and changed. leak is
// called before that, and look after each step.
func life(t *testing.T, dir string, leak func(v *cache.Vault, id cache.PatientID), look func(after string)) (*cache.Store, *cache.Vault, cache.PatientID) {
	t.Helper()
	s, v, id := canaryStore(t, dir)
	look("put")
	leak(v, id)
	var cs []cache.Change
	for i := range 700 {
		cs = append(cs, canaryChange(i))
	}
	apply(t, v, id, cs...)
	look("insert")
	for i := range cs[:100] {
		cs[i].Record.Version, cs[i].Record.Updated = "2", noon.AddDate(0, 1, 0)
	}
	apply(t, v, id, cs[:100]...)
	look("update")
	for i := range cs[:300] {
		cs[i].Deleted = true
	}
	apply(t, v, id, cs[:300]...)
	look("delete")
	row := canaryChange(8000)
	row.Body = noise()
	apply(t, v, id, row)
	look("a row")
	long := canaryChange(9000)
	long.Body = bytes.Repeat(long.Body, 400)
	apply(t, v, id, long)
	look("document")
	if rows, blocks, pieces := cells(t, s); rows == 0 || blocks == 0 || pieces < 2 {
		t.Fatalf("%d rows, %d blocks and %d pieces: not all is looked at", rows, blocks, pieces)
	}
	compact(t, v, id)
	look("compaction")
	if _, err := v.AccessLog().Add(t.Context(), []byte("A1234563 opened by chan")); err != nil {
		t.Fatal(err)
	}
	if _, err := v.AccessLog().AddAndEnqueue(t.Context(), []byte("A1234563 opened"), "A1234563", "other-A1234563", []byte("opened 陳大文")); err != nil {
		t.Fatal(err)
	}
	if err := v.Outbox().Enqueue(t.Context(), "A1234563", "op-A1234563", []byte("give consent 陳大文")); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Outbox().Deliver(t.Context(), only("op-A1234563"), func(cache.Item) cache.Outcome {
		return cache.Outcome{State: cache.ItemRejected, Note: "Penicillin anaphylaxis"}
	}); err != nil {
		t.Fatal(err)
	}
	look("journal")
	for _, text := range []string{"CHAN TAI MAN 陳大文 came", "CHAN TAI MAN 陳大文 seen"} {
		putItem(t, v, "arrivals A1234563", "A1234563", text)
		look("slip")
	}
	if err := v.Worklists().TakeOff(t.Context(), "arrivals A1234563", "A1234563"); err != nil {
		t.Fatal(err)
	}
	look("slip dropped")
	putItem(t, v, "arrivals A1234563", "A1234563", "CHAN TAI MAN 陳大文")
	records, journal := s.Databases()
	for _, db := range []*sql.DB{records, journal} {
		if _, err := db.ExecContext(t.Context(), "VACUUM"); err != nil {
			t.Fatal(err)
		}
		look("VACUUM")
	}
	return s, v, id
}

func TestNothingReadableStandsOnTheDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s, v, id := life(t, dir, func(*cache.Vault, cache.PatientID) {}, func(after string) { clean(t, dir, after) })
	v.Lock()
	clean(t, dir, "lock")
	v = unlock(t, s, "chan")
	if err := v.Shred(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	clean(t, dir, "shred")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	clean(t, dir, "close")
}

// Of each kind of cell, one that is written without its encryption is found.
func TestAnyKindOfCellThatIsWrittenInTheClearIsFound(t *testing.T) {
	for _, cell := range []string{"head.ct", "chunk.ct", "part.ct", "body.ct", "block.ct", "piece.ct", "audit.ct", "outbox.ct", "outbox.note", "slip.ct"} {
		t.Run(cell, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "desk")
			var leaks []string
			life(t, dir, func(v *cache.Vault, id cache.PatientID) { v.InTheClear(id, cell) },
				func(string) { leaks = append(leaks, found(t, dir)...) })
			if len(leaks) == 0 {
				t.Error("it was written in the clear and not found")
			}
		})
	}
}

func TestTheSearchForReadableDataCanFail(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s, _, _ := canaryStore(t, dir)
	clean(t, dir, "put")
	records, _ := s.Databases()
	body := canaryChange(1).Body
	if _, err := records.ExecContext(t.Context(), "INSERT INTO body VALUES (?, ?)", int64(9)<<32, body); err != nil {
		t.Fatal(err)
	}
	f := found(t, dir)
	for _, want := range []string{"A1234563", "陳大文", "Haemoglobin", "Penicillin anaphylaxis", "CHAN TAI MAN"} {
		if !strings.Contains(strings.Join(f, "\n"), want) {
			t.Errorf("%q was stored in the clear and not found", want)
		}
	}
}

// helperEnv makes this test binary, run again, be another process on the desk.
const helperEnv = "EHRDESK_CACHE_TEST_HELPER"

// helperJob is what the other process does: apply, compact, or spool.
const helperJob = "EHRDESK_CACHE_TEST_JOB"

// compactor takes steps of compaction, saying so before each, and rows for more
// of them once nothing is left.
func compactor(ctx context.Context, v *cache.Vault, id cache.PatientID) error {
	for n := 0; ; n++ {
		fmt.Println("compacting", n)
		more, err := v.Copies().Compact(ctx, id)
		if err != nil {
			return err
		}
		if more {
			continue
		}
		for i := range 2000 {
			if i%10 != 9 {
				continue
			}
			cs := make([]cache.Change, 10)
			for j := range cs {
				cs[j] = canaryChange(i - 9 + j)
				cs[j].Record.Version, cs[j].Record.Updated = fmt.Sprint("again ", n), noon.Add(time.Duration(n+1)*time.Hour)
			}
			if _, err := v.Copies().Apply(ctx, id, nil, noon, cs); err != nil {
				return err
			}
		}
	}
}

// helper applies batches for ever, saying so before each.
func helper(dir string) int {
	ctx := context.Background()
	fail := func(err error) int {
		fmt.Println("error", err)
		return int(ehrdesk.CodeOf(err).Exit())
	}
	s, err := cache.Open(ctx, dir, at(noon))
	if err != nil {
		return fail(err)
	}
	v, err := s.Unlock(ctx, "chan", pass)
	if err != nil {
		return fail(err)
	}
	c, ok, err := v.Copies().Lookup(ctx, "hkic|A1234563")
	if err != nil || !ok {
		return fail(err)
	}
	switch os.Getenv(helperJob) {
	case "compact":
		return fail(compactor(ctx, v, c.ID))
	case "spool":
		return fail(spooler(ctx, v))
	}
	for n := 0; ; n++ {
		var cs []cache.Change
		for i := range 2000 {
			ch := canaryChange(i)
			ch.Record.Version, ch.Record.Updated = fmt.Sprint(n), noon.Add(time.Duration(n)*time.Hour)
			cs = append(cs, ch)
		}
		fmt.Println("applying", n)
		if _, err := v.Copies().Apply(ctx, c.ID, fmt.Appendf(nil, "%d", n), noon, cs); err != nil {
			return fail(err)
		}
		if _, err := v.AccessLog().Add(ctx, []byte("A1234563")); err != nil {
			return fail(err)
		}
		fmt.Println("applied", n)
	}
}

func startHelper(t *testing.T, dir, job string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), helperEnv+"="+dir, helperJob+"="+job)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

func TestAProcessKilledInTheMiddleLeavesAWholeStoreAndNothingReadable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s, v, _ := canaryStore(t, dir)
	v.Lock()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for round := range 4 {
		cmd, lines := startHelper(t, dir, "apply")
		applied := -1
		for lines.Scan() {
			var n int
			if _, err := fmt.Sscanf(lines.Text(), "applied %d", &n); err == nil {
				applied = n
			}
			if lines.Text() == fmt.Sprintf("applying %d", round) {
				break
			}
			if strings.HasPrefix(lines.Text(), "error") {
				t.Fatal(lines.Text())
			}
		}
		if err := cmd.Process.Kill(); err != nil { // SIGKILL, inside an Apply
			t.Fatal(err)
		}
		_ = cmd.Wait()
		clean(t, dir, "a kill")

		s := openStore(t, dir, at(noon))
		v := unlock(t, s, "chan")
		c, ok, err := v.Copies().Lookup(t.Context(), "hkic|A1234563")
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		list, err := v.Copies().Records(t.Context(), c.ID)
		if err != nil || len(list) != c.Records || (len(list) != 0 && len(list) != 2000) {
			t.Fatalf("%d records, head says %d: %v", len(list), c.Records, err)
		}
		for _, r := range list {
			if r.Version != string(c.Header) {
				t.Fatalf("a record of batch %s beside header %s", r.Version, c.Header)
			}
			if _, err := v.Copies().Body(t.Context(), c.ID, r.Ref()); err != nil {
				t.Fatal(err)
			}
		}
		n, _, err := s.VerifyAudit(t.Context())
		if err != nil || n < int64(applied+1) {
			t.Fatalf("%d audit entries after %d were promised: %v", n, applied+1, err)
		}
		clean(t, dir, "recovery")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACompactionKilledInTheMiddleLosesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s, v, id := canaryStore(t, dir)
	for at := 0; at < 2000; at += 10 {
		cs := make([]cache.Change, 10)
		for i := range cs {
			cs[i] = canaryChange(at + i)
		}
		apply(t, v, id, cs...)
	}
	v.Lock()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		cmd, lines := startHelper(t, dir, "compact")
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "error") {
				t.Fatal(lines.Text())
			}
			if lines.Text() == fmt.Sprintf("compacting %d", round) {
				break
			}
		}
		if err := cmd.Process.Kill(); err != nil { // SIGKILL, inside a step
			t.Fatal(err)
		}
		_ = cmd.Wait()
		clean(t, dir, "a kill")

		s := openStore(t, dir, at(noon))
		v := unlock(t, s, "chan")
		swept := 0
		err := v.Copies().Bodies(t.Context(), id, func(r ehrdesk.Record, body []byte) error {
			if swept++; !bytes.Contains(body, []byte(r.ID)) {
				t.Errorf("%v has another record's body", r.Ref())
			}
			return nil
		})
		if err != nil || swept != 2000 {
			t.Fatalf("%d of 2000 bodies: %v", swept, err)
		}
		if round == 2 {
			compact(t, v, id)
			if rows, _, _ := cells(t, s); rows > 0 {
				t.Errorf("%d rows never settled", rows)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASecondProcessIsToldWhoHasTheStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s, _, _ := canaryStore(t, dir)
	cmd, lines := startHelper(t, dir, "apply")
	lines.Scan()
	want := fmt.Sprintf("process %d has this store open", os.Getpid())
	if !strings.Contains(lines.Text(), want) {
		t.Errorf("%q, want %q", lines.Text(), want)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != ehrdesk.CodeLocked.Exit() {
		t.Errorf("exit %v", err)
	}
	_, err := cache.Open(t.Context(), dir, at(noon)) // nor twice in one process
	wantCode(t, err, ehrdesk.CodeLocked)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if again, err := cache.Open(t.Context(), dir, at(noon)); err != nil {
		t.Error("the lock outlived its holder:", err)
	} else {
		again.Close()
	}
}
