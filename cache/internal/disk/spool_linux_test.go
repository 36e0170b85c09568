package disk_test

import (
	"bytes"
	"io"
	"os"
	"syscall"
	"testing"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

func TestASpoolWhoseFileHadANameHasNoneLeft(t *testing.T) {
	dir := t.TempDir()
	sp, err := disk.NamedSpool(dir)
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
