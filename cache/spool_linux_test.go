package cache_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ehrdesk/ehrdesk"
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
	dir := t.TempDir()
	f, err := os.OpenFile(dir, unix.O_TMPFILE|os.O_RDWR, 0o600)
	if err != nil {
		t.Skip("SKIP this file system has no files without a name: ", err)
	}
	defer f.Close()
	if _, err := f.Write([]byte("CHAN TAI MAN")); err != nil {
		t.Fatal(err)
	}
	if files := withoutNames(t, os.Getpid(), dir); len(files) != 1 || len(spotted(files[0])) == 0 {
		t.Errorf("%d files without a name, and nothing in them", len(files))
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
