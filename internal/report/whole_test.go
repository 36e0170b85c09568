package report_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// A long file is there as a whole, for its owner alone, or not at all; one that is there stays as it is.
func TestALongFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.pdf")
	broken := errors.New("broken off")
	err := report.WriteFrom("test", name, func(w io.Writer) error { _, _ = w.Write(make([]byte, 1<<20)); return broken })
	if list, _ := os.ReadDir(dir); !errors.Is(err, broken) || len(list) > 0 {
		t.Errorf("%v, %v", err, list)
	}
	write := func(w io.Writer) error { _, err := w.Write([]byte("%PDF")); return err }
	if err := report.WriteFrom("test", name, write); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(name)
	if b, _ := os.ReadFile(name); err != nil || string(b) != "%PDF" || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v, %v", b, info.Mode(), err)
	}
	if err := report.WriteFrom("test", name, write); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
	late := filepath.Join(dir, "b.pdf")
	err = report.WriteFrom("test", late, func(w io.Writer) error {
		if err := os.WriteFile(late, []byte("somebody's"), 0o600); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
		_, err := w.Write([]byte("%PDF"))
		return err
	})
	if b, _ := os.ReadFile(late); err != nil && string(b) != "somebody's" {
		t.Errorf("another's file is %q, %v", b, err)
	}
	if err := report.WriteFrom("test", filepath.Join(dir, "none", "a.pdf"), write); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("%v", err)
	}
}
