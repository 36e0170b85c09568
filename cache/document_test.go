package cache_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// pdf is a document that does not compress, made as it is read, and calls watch
// on the way.
func pdf(size int64, watch func()) io.Reader {
	var seed [32]byte
	copy(seed[:], "a scanned letter")
	return io.LimitReader(&watched{r: rand.NewChaCha8(seed), watch: watch}, size)
}

type watched struct {
	r     io.Reader
	watch func()
	read  int
}

func (w *watched) Read(p []byte) (int, error) {
	before := w.read >> 20
	n, err := w.r.Read(p)
	if w.read += n; w.watch != nil && w.read>>20 != before {
		w.watch()
	}
	return n, err
}

// ceiling fails the test when memory grows by more than limit bytes over what it
// was when it was made: Go's live heap, and on Linux what the process holds.
func ceiling(t *testing.T, limit uint64) (watch func()) {
	t.Helper()
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	held := func() uint64 {
		b, _ := os.ReadFile("/proc/self/status")
		for line := range strings.Lines(string(b)) {
			if f := strings.Fields(line); f[0] == "VmRSS:" {
				kib, _ := strconv.ParseUint(f[1], 10, 64)
				return kib << 10
			}
		}
		return 0
	}
	heap, rss := live(), held()
	return func() {
		t.Helper()
		if now := live(); now > heap+limit {
			t.Fatalf("%d bytes of heap more than before", now-heap)
		}
		if now := held(); now > rss+4*limit { // with what Go has not given back yet
			t.Fatalf("%d bytes of memory more than before", now-rss)
		}
	}
}

func TestALongDocumentTakesTheMemoryOfOnePiece(t *testing.T) {
	const size = 24 << 20
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(100)...)
	watch := ceiling(t, 6<<20)
	c := record(1000)
	c.Body, c.From = nil, pdf(size, watch)
	apply(t, v, id, c)
	if _, _, pieces := cells(t, s); pieces != size/(64<<10) {
		t.Fatalf("%d pieces", pieces)
	}
	r, err := v.Copies().Open(t.Context(), id, c.Record.Ref())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, want := sha256.New(), sha256.New()
	n, err := io.Copy(got, &watched{r: r, watch: watch})
	if err != nil || n != size {
		t.Fatal(n, err)
	}
	if _, err := io.Copy(want, pdf(size, nil)); err != nil || !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
		t.Error("other bytes came back", err)
	}
}

func TestADocumentIsTheSameWhicheverWayItComesAndGoes(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	for _, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 256 << 10, 256<<10 + 1, 640 << 10} {
		for _, dull := range []bool{false, true} {
			body, _ := io.ReadAll(pdf(int64(size), nil))
			if dull {
				body = bytes.Repeat([]byte("x"), size)
			}
			for name, c := range map[string]cache.Change{"bytes": {Body: body}, "stream": {From: iotest.HalfReader(bytes.NewReader(body))}} {
				c.Record = record(size).Record
				c.Record.ID += name + fmt.Sprint(dull)
				apply(t, v, id, c)
				got, err := v.Copies().Body(t.Context(), id, c.Record.Ref())
				if err != nil || !bytes.Equal(got, body) {
					t.Errorf("%d bytes as %s: %d came back, %v", size, name, len(got), err)
				}
				r, err := v.Copies().Open(t.Context(), id, c.Record.Ref())
				if err != nil {
					t.Fatal(err)
				}
				if err := iotest.TestReader(r, body); err != nil {
					t.Errorf("%d bytes as %s: %v", size, name, err)
				}
				if _, err := r.Read(make([]byte, 1)); err == nil {
					t.Error("read on after its end")
				}
				r.Close()
			}
		}
	}
}

func TestADocumentThatCannotBeReadChangesNothing(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, record(1))
	for name, tt := range map[string]struct {
		from io.Reader
		code ehrdesk.Code
	}{
		"broken off": {io.MultiReader(pdf(1<<20, nil), iotest.ErrReader(errors.New("CHAN TAI MAN's file"))), ehrdesk.CodeOther},
		"too long":   {pdf(64<<20+1, nil), ehrdesk.CodeInvalid},
	} {
		c := record(2)
		c.Body, c.From = nil, tt.from
		_, err := v.Copies().Apply(t.Context(), id, nil, noon, []cache.Change{record(3), c})
		wantCode(t, err, tt.code)
		if strings.Contains(err.Error(), "CHAN") {
			t.Errorf("%s: another's words in the error: %v", name, err)
		}
		if _, _, pieces := cells(t, s); pieces != 0 {
			t.Errorf("%s: %d pieces are left", name, pieces)
		}
		if l, err := v.Copies().Records(t.Context(), id); len(l) != 1 || err != nil {
			t.Errorf("%s: %d records, %v", name, len(l), err)
		}
	}
}

// document is record i with a body of ten pieces.
func document(i, version int) cache.Change {
	c := record(i)
	c.Record.Version, c.Record.Updated = fmt.Sprint(version), noon.AddDate(0, 0, version)
	c.Body, _ = io.ReadAll(pdf(600<<10, nil))
	copy(c.Body, fmt.Sprint("version ", version))
	return c
}

func TestADocumentCutShortOrShuffledDoesNotOpen(t *testing.T) {
	for name, damage := range map[string]string{
		"without its last piece":          "DELETE FROM piece WHERE id = (1 << 32) + 19",
		"without its first":               "DELETE FROM piece WHERE id = (1 << 32) + 10",
		"with two pieces swapped":         "UPDATE piece SET ct = (SELECT ct FROM piece p WHERE p.id = CASE piece.id & 1 WHEN 0 THEN piece.id + 1 ELSE piece.id - 1 END) WHERE id IN ((1 << 32) + 12, (1 << 32) + 13)",
		"with an earlier version's piece": "UPDATE piece SET ct = (SELECT v FROM meta WHERE k = 'kept') WHERE id = (1 << 32) + 14",
		"with its piece of another place": "UPDATE piece SET ct = (SELECT ct FROM piece p WHERE p.id = piece.id + 1) WHERE id = (1 << 32) + 14",
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			id := put(t, v, "a")
			db, _ := s.Databases()
			exec := func(q string) {
				t.Helper()
				if _, err := db.ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			apply(t, v, id, document(0, 1))
			exec("INSERT INTO meta SELECT 'kept', ct FROM piece WHERE id = (1 << 32) + 4")
			apply(t, v, id, document(0, 2))
			if _, err := v.Copies().Body(t.Context(), id, record(0).Record.Ref()); err != nil {
				t.Fatal(err)
			}
			exec(damage)
			_, err := v.Copies().Body(t.Context(), id, record(0).Record.Ref())
			wantCode(t, err, ehrdesk.CodeTampered)
			r, err := v.Copies().Open(t.Context(), id, record(0).Record.Ref())
			if err == nil {
				var n int64
				n, err = io.Copy(io.Discard, r)
				if n == 600<<10 {
					t.Error("it was read to its end")
				}
			}
			wantCode(t, err, ehrdesk.CodeTampered)
		})
	}
}

func TestADocumentThatEndsWhileItIsReadSaysSo(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(s *cache.Store, v *cache.Vault, id cache.PatientID) error
		code ehrdesk.Code
	}{
		"replaced": {func(_ *cache.Store, v *cache.Vault, id cache.PatientID) error {
			_, err := v.Copies().Apply(t.Context(), id, nil, noon, []cache.Change{document(0, 2)})
			return err
		}, ehrdesk.CodeConflict},
		"withdrawn": {func(_ *cache.Store, v *cache.Vault, id cache.PatientID) error {
			c := document(0, 2)
			c.Deleted = true
			_, err := v.Copies().Apply(t.Context(), id, nil, noon, []cache.Change{c})
			return err
		}, ehrdesk.CodeConflict},
		"shredded": {func(_ *cache.Store, v *cache.Vault, id cache.PatientID) error { return v.Shred(t.Context(), id) }, ehrdesk.CodeNotFound},
		"locked":   {func(_ *cache.Store, v *cache.Vault, _ cache.PatientID) error { v.Lock(); return nil }, ehrdesk.CodeLocked},
		"closed":   {func(s *cache.Store, _ *cache.Vault, _ cache.PatientID) error { return s.Close() }, ehrdesk.CodeLocked},
		"nothing, and compacted": {func(_ *cache.Store, v *cache.Vault, id cache.PatientID) error {
			_, err := v.Copies().Compact(t.Context(), id)
			return err
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			id := put(t, v, "a")
			apply(t, v, id, document(0, 1))
			for i := range 20 {
				apply(t, v, id, record(i+1))
			}
			r, err := v.Copies().Open(t.Context(), id, record(0).Record.Ref())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if _, err := io.ReadFull(r, make([]byte, 100<<10)); err != nil {
				t.Fatal(err)
			}
			if err := tt.end(s, v, id); err != nil {
				t.Fatal(err)
			}
			_, err = io.Copy(io.Discard, r)
			wantCode(t, err, tt.code)
		})
	}
}
