package central_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// A folder that others can read is closed to them where it is the centre's, and refused
// where it is somebody else's: a shared folder is not to be taken from its people.
func TestTheStateFolderIsItsOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders have no such modes")
	}
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for range 2 { // new, and opened again after somebody opened it to others
		c, err := central.Open(t.Context(), central.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Fatalf("mode %v, %v", info.Mode().Perm(), err)
		}
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	shared := t.TempDir()
	if err := os.Chmod(shared, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(shared, "theirs"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := central.Open(t.Context(), central.Options{Dir: shared}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("a shared folder: %v", err)
	}
	if info, _ := os.Stat(shared); info.Mode().Perm() != 0o755 {
		t.Errorf("the shared folder has mode %v now", info.Mode().Perm())
	}
}
