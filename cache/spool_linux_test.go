package cache_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// withoutNames reads every file that a process has open in dir and that has no
// name there.
func withoutNames(t *testing.T, pid int, dir string) (out [][]byte) {
	t.Helper()
	fds := fmt.Sprintf("/proc/%d/fd", pid)
	list, err := os.ReadDir(fds)
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range list {
		to, _ := os.Readlink(filepath.Join(fds, fd.Name()))
		if !strings.HasPrefix(to, dir) || !strings.HasSuffix(to, " (deleted)") {
			continue
		}
		if b, err := os.ReadFile(filepath.Join(fds, fd.Name())); err == nil { // it may be closed by now
			out = append(out, b)
		}
	}
	return out
}

func TestAProcessKilledWhileItSpoolsLeavesNothingReadable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s, v, _ := canaryStore(t, dir)
	v.Lock()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	looked := 0
	for round := range 3 {
		cmd, lines := startHelper(t, dir, "spool")
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "error") {
				t.Fatal(lines.Text())
			}
			var n int
			if _, err := fmt.Sscanf(lines.Text(), "spooled %d", &n); err != nil || n%40 != 39 {
				continue
			}
			clean(t, dir, "spooling")
			for _, b := range withoutNames(t, cmd.Process.Pid, dir) {
				looked += len(b)
				if c := spotted(b); len(c) > 0 {
					t.Fatalf("%v in the spool", c)
				}
			}
			if n > 60+80*round {
				break
			}
		}
		if err := cmd.Process.Kill(); err != nil { // SIGKILL, a spool half written
			t.Fatal(err)
		}
		_ = cmd.Wait()
		clean(t, dir, "a kill")
		if left, _ := filepath.Glob(filepath.Join(dir, "spool*")); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	}
	if looked < 4<<20 {
		t.Errorf("only %d bytes of spools were looked at", looked)
	}
	unlock(t, openStore(t, dir, at(noon)), "chan")
}

func TestTheSearchOfASpoolCanFail(t *testing.T) {
	_, v, dir := spoolsOf(t)
	sp := spool(t, v)
	if _, err := sp.File().Write([]byte("CHAN TAI MAN")); err != nil {
		t.Fatal(err)
	}
	if files := withoutNames(t, os.Getpid(), dir); len(files) != 1 || len(spotted(files[0])) == 0 {
		t.Errorf("%d files without a name, and nothing in them", len(files))
	}
}

func TestASpoolWhoseFileHadANameHasNoneLeft(t *testing.T) {
	dir := t.TempDir()
	sp, err := cache.NamedSpool(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer sp.Close()
	info, err := sp.File().Stat()
	if err != nil || info.Mode().Perm() != 0o600 || info.Sys().(*syscall.Stat_t).Nlink != 0 {
		t.Errorf("%+v, %v", info, err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
	want := bytes.Repeat([]byte("CHAN TAI MAN "), 20_000)
	if _, err := sp.Write(want); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(io.NewSectionReader(sp, 0, int64(len(want)))); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
}

func TestASpoolOnAFullDiskSaysSoAndGivesItsRoomBack(t *testing.T) {
	disk := disk(t, "8m")
	dir := filepath.Join(disk, "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	for range 3 { // each fills what there is
		sp := spool(t, v)
		n, err := io.Copy(sp, pdf(32<<20, nil))
		if ehrdesk.CodeOf(err) != ehrdesk.CodeOther || !strings.Contains(ehrdesk.Message(err), "the disk is full; nothing was changed") || n < 2<<20 {
			t.Fatalf("%d bytes, then %v", n, err)
		}
		if _, again := sp.Write([]byte("x")); again == nil {
			t.Error("it takes more after that")
		}
		if err := sp.Close(); err != nil {
			t.Fatal(err)
		}
	}
	apply(t, v, put(t, v, "a"), record(1)) // there is room again
}
