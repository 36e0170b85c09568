package cache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// boundedEnv makes this test binary, run again, a desk that may write no file
// longer than so many bytes; its value is the number and the directory.
const boundedEnv = "EHRDESK_CACHE_TEST_BOUNDED"

// disk mounts a disk of so many bytes; without root there is none, and the test
// says so.
func disk(t *testing.T, size string) (dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIP only root can mount a small disk")
	}
	dir = t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size+",mode=0700"); err != nil {
		t.Skip("SKIP no disk can be mounted here:", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error("the disk stays mounted:", err)
		}
	})
	return dir
}

// fillBut takes what is free on a disk but for so many bytes.
func fillBut(t *testing.T, disk string, left int64) (filler string) {
	t.Helper()
	f, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var size int64
	for chunk := make([]byte, 4<<10); err == nil; {
		var n int
		n, err = f.Write(chunk)
		size += int64(n)
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Truncate(max(size-left, 0)); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func TestAFullDiskSaysSoToTheLastByteAndLosesNothing(t *testing.T) {
	dir := disk(t, "8m")
	for _, left := range []int64{0, 4 << 10, 8 << 10, 64 << 10} {
		t.Run(fmt.Sprintf("%d KiB left", left>>10), func(t *testing.T) {
			dir := filepath.Join(dir, fmt.Sprint(left))
			s := openStore(t, dir, at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			if err := v.Outbox().Enqueue(t.Context(), "a", "op-1", []byte("act")); err != nil {
				t.Fatal(err)
			}
			v.Lock()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			filler := fillBut(t, filepath.Dir(dir), left)
			full := func(err error) {
				t.Helper()
				if err != nil && !strings.Contains(ehrdesk.Message(err), "the disk is full") && !strings.Contains(ehrdesk.Message(err), "the disk takes no more") {
					t.Errorf("%v", err)
				}
			}
			failed := 0
			s, err := cache.Open(t.Context(), dir, at(noon))
			if full(err); err == nil {
				if v, err := s.Unlock(t.Context(), "chan", pass); err == nil {
					err = v.Outbox().Enqueue(t.Context(), "a", "op-2", bytes.Repeat([]byte("long"), 200<<10))
					full(err)
					if err != nil {
						failed++
					}
					_, err = v.AccessLog().Add(t.Context(), bytes.Repeat([]byte("long"), 200<<10))
					full(err)
				} else {
					full(err)
					failed++
				}
				full(s.Close())
			} else {
				failed++
			}
			if failed == 0 {
				t.Error("nothing failed: the disk is not full")
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			s = openStore(t, dir, at(noon))
			v = unlock(t, s, "chan")
			if items, err := v.Outbox().Pending(t.Context()); err != nil || len(items) != 1 || items[0].OpID != "op-1" {
				t.Errorf("%+v %v", items, err)
			}
			if _, _, err := s.VerifyAudit(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestADiskThatCanOnlyBeReadIsRefusedWithTheReason(t *testing.T) {
	disk := disk(t, "8m")
	dir := filepath.Join(disk, "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := sums(t, dir)
	if err := unix.Mount("", disk, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skip("SKIP a disk cannot be made read only here:", err)
	}
	for _, dir := range []string{dir, filepath.Join(disk, "other")} {
		_, err := cache.Open(t.Context(), dir, at(noon))
		if !strings.Contains(ehrdesk.Message(err), "can only be read") {
			t.Errorf("%v", err)
		}
	}
	if after := sums(t, dir); len(before) == 0 || fmt.Sprint(before) != fmt.Sprint(after) {
		t.Error("it was changed")
	}
	if err := unix.Mount("", disk, "", unix.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	unlock(t, openStore(t, dir, at(noon)), "chan")
}

// bounded writes acts under a limit on the length of files, until it cannot.
func bounded(arg string) int {
	var limit uint64
	text, dir, _ := strings.Cut(arg, " ")
	if _, err := fmt.Sscan(text, &limit); err != nil {
		return 2
	}
	ctx := context.Background()
	s, err := cache.Open(ctx, dir, at(noon))
	if err != nil {
		return 2
	}
	v, err := s.Unlock(ctx, "chan", pass)
	if err != nil {
		return 2
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		return 2
	}
	for n := 0; ; n++ {
		if err := v.Outbox().Enqueue(ctx, "a", fmt.Sprint(n), bytes.Repeat([]byte("act "), 8<<10)); err != nil {
			fmt.Println("error", ehrdesk.Message(err))
			return 0
		}
		fmt.Println("queued", n)
	}
}

func TestALimitOnTheLengthOfFilesLosesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", boundedEnv, 300<<10, dir))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	queued := strings.Count(string(out), "queued")
	if queued == 0 || !strings.Contains(string(out), "the disk is full") && !strings.Contains(string(out), "the disk takes no more") {
		t.Fatalf("%s", out)
	}
	s = openStore(t, dir, at(noon))
	if items, err := unlock(t, s, "chan").Outbox().Pending(t.Context()); err != nil || len(items) != queued {
		t.Errorf("%d acts of %d that were promised: %v", len(items), queued, err)
	}
}

// TestAShredOnAFullDiskIsDoneOrNotBegun tries every few KiB of room: the copy is
// gone or it is there, and the others open at once and after the next unlock.
func TestAShredOnAFullDiskIsDoneOrNotBegun(t *testing.T) {
	mount := disk(t, "3m")
	failed, done := 0, 0
	for left := int64(0); left <= 260<<10; left += 8 << 10 {
		dir := filepath.Join(mount, fmt.Sprint(left))
		s := openStore(t, dir, at(noon))
		enrol(t, s, "chan")
		for i := range 12 { // a keyring that takes some room
			enrol(t, s, fmt.Sprint("colleague ", i))
		}
		v := unlock(t, s, "chan")
		apply(t, v, put(t, v, "a"), records(20)...)
		for i := range 20 {
			put(t, v, fmt.Sprint("other ", i))
		}
		b := put(t, v, "b")
		filler := fillBut(t, mount, left)
		err := v.Shred(t.Context(), b)
		if err != nil {
			failed++
		} else {
			done++
		}
		s.Forget()
		gone := err == nil || strings.Contains(ehrdesk.Message(err), "destroyed")
		if !has(t, v, "a") || has(t, v, "b") == gone {
			t.Errorf("%d KiB left: a=%v b=%v after %v", left>>10, has(t, v, "a"), has(t, v, "b"), err)
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		v.Lock()
		v = unlock(t, s, "chan")
		if lost, err := v.Copies().LostCount(t.Context()); !has(t, v, "a") || lost > 0 || err != nil {
			t.Errorf("%d KiB left: the other copy does not open later", left>>10)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	if failed == 0 || done == 0 {
		t.Errorf("%d failed, %d done: the disk was never full, or always", failed, done)
	}
}
