package disk_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// spool is one of 64 MiB at most, which ends with the test.
func spool(t *testing.T) *disk.Spool {
	t.Helper()
	sp, err := disk.NewSpool(t.TempDir(), 64<<20, func(*disk.Spool) {})
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("SKIP files have to have a name here")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sp.Close() })
	return sp
}

// text is so many bytes that are not all alike.
func text(n int64) io.Reader { return io.LimitReader(&counter{}, n) }

type counter struct{ n byte }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = c.n
		c.n = c.n*31 + 7
	}
	return len(p), nil
}

// heap is what is live.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestASpoolGivesBackWhatWasWrittenWhereverItIsRead(t *testing.T) {
	all, _ := io.ReadAll(text(1 << 20))
	rapid.Check(t, func(rt *rapid.T) {
		sp := spool(t)
		defer sp.Close()
		want := all[:rapid.SampledFrom([]int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000, 1 << 20}).Draw(rt, "size")]
		for left := want; len(left) > 0; {
			n := min(len(left), rapid.IntRange(1, 150_000).Draw(rt, "write"))
			if w, err := sp.Write(left[:n]); w != n || err != nil {
				rt.Fatal(w, err)
			}
			left = left[n:]
			at := rapid.IntRange(0, len(want)-len(left)).Draw(rt, "at") // while it is still being written
			p := make([]byte, min(len(want)-len(left)-at, 100_000))
			if n, err := sp.ReadAt(p, int64(at)); n != len(p) || err != nil || !bytes.Equal(p, want[at:at+n]) {
				rt.Fatalf("%d of %d bytes at %d: %v", n, len(p), at, err)
			}
		}
		if err := iotest.TestReader(io.NewSectionReader(sp, 0, int64(len(want))), want); err != nil {
			rt.Fatal(err)
		}
		if n, err := sp.ReadAt(make([]byte, 2), max(int64(len(want))-1, 0)); !errors.Is(err, io.EOF) || n != min(len(want), 1) {
			rt.Fatal(n, err)
		}
	})
}

func TestASpoolTakesTheMemoryOfItsPieces(t *testing.T) {
	sp := spool(t)
	before := heap()
	n, err := io.Copy(sp, text(64<<20))
	if err != nil || n != 64<<20 {
		t.Fatal(n, err)
	}
	if more := heap() - before; more > 2<<20 {
		t.Errorf("it takes %d bytes of memory", more)
	}
	if _, err := sp.Write([]byte("x")); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("over 64 MiB: %v", err)
	}
	if info, err := sp.File().Stat(); err != nil || info.Size() < 64<<20 {
		t.Errorf("it does not lie on the disk: %v", err)
	}
}

func TestASpoolsFileThatWasChangedDoesNotOpen(t *testing.T) {
	const cell = 64<<10 + 16
	for name, change := range map[string]func(f *os.File) error{
		"a bit flipped": func(f *os.File) error {
			b := make([]byte, 1)
			if _, err := f.ReadAt(b, cell+5); err != nil {
				return err
			}
			b[0] ^= 1
			_, err := f.WriteAt(b, cell+5)
			return err
		},
		"another piece": func(f *os.File) error {
			b := make([]byte, cell)
			if _, err := f.ReadAt(b, 0); err != nil {
				return err
			}
			_, err := f.WriteAt(b, cell)
			return err
		},
		"cut short": func(f *os.File) error { return f.Truncate(cell + 100) },
	} {
		t.Run(name, func(t *testing.T) {
			sp := spool(t)
			if _, err := io.Copy(sp, text(200_000)); err != nil {
				t.Fatal(err)
			}
			if err := change(sp.File()); err != nil {
				t.Fatal(err)
			}
			if _, err := sp.ReadAt(make([]byte, 10), 0); err != nil {
				t.Error("the piece before it:", err)
			}
			n, err := io.Copy(io.Discard, io.NewSectionReader(sp, 0, 200_000))
			if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
				t.Errorf("%v", err)
			}
			if n > 64<<10 {
				t.Errorf("%d bytes were read", n)
			}
		})
	}
}

func TestAClosedSpoolIsGone(t *testing.T) {
	ended := 0
	sp, err := disk.NewSpool(t.TempDir(), 64<<20, func(*disk.Spool) { ended++ })
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("SKIP files have to have a name here")
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(sp, text(200_000)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := sp.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sp.ReadAt(make([]byte, 10), 0); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked || ended != 1 {
		t.Errorf("%v; told %d times", err, ended)
	}
	if _, err := sp.File().Stat(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("its file is still open: %v", err)
	}
}
