package client_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ehrdesk/ehrdesk"
)

// onDisk gives every byte that lies in dir or below it: in files, and in those
// that this process has open and that have no name.
func onDisk(t *testing.T, dir string) (named, nameless []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		named = append(named, b...)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // one that went meanwhile
		t.Error(err)
	}
	for _, name := range open(t, dir) {
		if b, err := os.ReadFile(name); err == nil {
			nameless = append(nameless, b...)
		}
	}
	return named, nameless
}

// open lists the files without a name that this process has open in dir.
func open(t *testing.T, dir string) (out []string) {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range list {
		name := filepath.Join("/proc/self/fd", fd.Name())
		if to, _ := os.Readlink(name); strings.HasPrefix(to, dir) && strings.HasSuffix(to, " (deleted)") {
			out = append(out, name)
		}
	}
	return out
}

func TestNoByteOfADocumentIsEverInTheClearOnTheDisk(t *testing.T) {
	w := newWorld(t, 24)
	l := &scans{pages: 2, size: 3 << 20}
	s, c := overScans(t, w, l)
	spooled := 0
	var mu sync.Mutex // server and desk look both
	look := func() {
		mu.Lock()
		defer mu.Unlock()
		named, nameless := onDisk(t, w.dir)
		spooled = max(spooled, len(nameless))
		for where, b := range map[string][]byte{"a file": named, "a spool": nameless} {
			if bytes.Contains(b, []byte(canary)) || bytes.Contains(b, []byte("DocumentReference")) {
				t.Errorf("the document is in the clear in %s", where)
			}
		}
		if len(named) == 0 {
			t.Error("nothing was looked at")
		}
	}
	s.WatchSpools(seldom(16, look))
	l.watch = func(int) { look() }
	if rep, err := c.Sync(context.Background(), func(ehrdesk.Progress) { look() }); err != nil || rep.Changed != 2 {
		t.Fatalf("%+v, %v", rep, err)
	}
	look()
	if spooled < 3<<20 {
		t.Errorf("no spool of more than %d bytes was seen: this search cannot fail", spooled)
	}
	if left := open(t, w.dir); len(left) > 0 {
		t.Errorf("%d spools are left", len(left))
	}
}

// Not even sealed do records that policy never lets the desk keep reach the disk.
func TestWhatIsNeverKeptIsNotSpooledEither(t *testing.T) {
	w := newWorld(t, 24)
	w.limit = laboratory
	l := &scans{pages: 1, size: 3 << 20}
	s, c := overScans(t, w, l)
	s.WatchSpools(func() { t.Error("a spool is used") })
	if rep, err := c.Sync(context.Background(), func(ehrdesk.Progress) {
		if len(open(t, w.dir)) > 0 {
			t.Error("a spool is open")
		}
	}); err != nil || rep.Changed != 1 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestHoweverASyncOfDocumentsEndsItsSpoolsEndWithIt(t *testing.T) {
	w := newWorld(t, 24)
	l := &scans{pages: 3, size: 3 << 20}
	s, c := overScans(t, w, l)
	for name, end := range map[string]func(ctx context.Context) error{
		"broken off": func(ctx context.Context) error {
			l.damage = func(w http.ResponseWriter, p string) {
				w.Header().Set("Content-Length", "4000000")
				_, _ = io.WriteString(w, p[:3<<20])
			}
			_, err := c.Sync(ctx, nil)
			return err
		},
		"malformed": func(ctx context.Context) error {
			l.damage = func(w http.ResponseWriter, p string) { _, _ = io.WriteString(w, p[:len(p)-1]) }
			_, err := c.Sync(ctx, nil)
			return err
		},
		"given up": func(ctx context.Context) error {
			ctx, give := context.WithCancel(ctx)
			defer give()
			l.damage = func(w http.ResponseWriter, p string) { give(); _, _ = io.WriteString(w, p) }
			_, err := c.Sync(ctx, nil)
			return err
		},
		"of a spool that breaks": func(ctx context.Context) error {
			l.damage = func(w http.ResponseWriter, p string) { _, _ = io.WriteString(w, p) }
			done := s.BreakSpools()
			defer done()
			_, err := c.Sync(ctx, nil)
			return err
		},
	} {
		if err := end(context.Background()); err == nil {
			t.Errorf("%s: no error", name)
		}
		if left := open(t, w.dir); len(left) > 0 {
			t.Errorf("%s: %d spools are left", name, len(left))
		}
	}
	l.damage = nil
	if rep, err := c.Sync(context.Background(), nil); err != nil || rep.Changed != 3 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestADocumentThatTheDiskHasNoRoomForChangesNothing(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIP only root can mount a small disk")
	}
	for name, size := range map[string]int{"for its spool": 24 << 20, "for its copy": 12 << 20} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 24)
			if err := w.desk.Close(); err != nil {
				t.Fatal(err)
			}
			if err := unix.Mount("tmpfs", w.dir, "tmpfs", 0, "size=24m,mode=0700"); err != nil {
				t.Skip("SKIP no disk can be mounted here:", err)
			}
			t.Cleanup(func() { _ = unix.Unmount(w.dir, unix.MNT_DETACH) })
			w.open()
			l := &scans{pages: 1, size: size}
			_, c := overScans(t, w, l)
			rep, err := c.Sync(context.Background(), nil)
			if ehrdesk.CodeOf(err) != ehrdesk.CodeOther || !strings.Contains(ehrdesk.Message(err), "the disk is full; nothing was changed") || rep.Changed != 0 {
				t.Errorf("%+v, %v", rep, err)
			}
			if left := open(t, w.dir); len(left) > 0 {
				t.Errorf("%d spools are left", len(left))
			}
			l.size = 3 << 20
			if rep, err := c.Sync(context.Background(), nil); err != nil || rep.Changed != 1 || count(c) != 1 {
				t.Errorf("with a document there is room for: %+v, %v", rep, err)
			}
		})
	}
}
