package cachetest

import (
	"os"
	"path/filepath"
	"testing"
)

// Copied is a copy of a store's files, or of a desk's folder with its stores, as whoever takes them away has them: private, as a store
// asks for, and there until the test has ended.
func Copied(t testing.TB, from string) (to string) {
	t.Helper()
	to = filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(to, func(path string, e os.DirEntry, err error) error { // a copy has the modes of any file
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}
