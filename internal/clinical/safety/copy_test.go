package safety

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// copyOf is the folder of the tables, for a test that spoils a line of it.
func copyOf(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	files, err := fs.ReadDir(tables.Knowledge(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := fs.ReadFile(tables.Knowledge(), f.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name()] = &fstest.MapFile{Data: b}
	}
	return out
}
