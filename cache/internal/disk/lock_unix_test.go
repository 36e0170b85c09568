//go:build unix

package disk_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// A child that is being started has a copy of each descriptor from the fork to the
// exec, whatever is marked to be closed then. The copy made here stands for it.
func TestALockGivenBackIsFreeWhileAChildIsStarting(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	first, err := disk.Lock("test", dir)
	if err != nil {
		t.Fatal(err)
	}
	child, err := unix.Dup(int(first.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(child)
	if _, err := disk.Lock("test", dir); err == nil {
		t.Fatal("the lock was taken twice")
	}
	disk.Release(first)
	second, err := disk.Lock("test", dir)
	if err != nil {
		t.Fatal(err)
	}
	disk.Release(second)
}
