//go:build unix

package cardreader

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// rootFolder is a folder in which nobody but root writes; without root there is
// none, and the test says so.
func rootFolder(t testing.TB) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIP only root can make a folder of root's")
	}
	dir := t.TempDir()
	for _, up := range []string{dir, filepath.Dir(dir)} { // whatever the umask was
		if err := os.Chmod(up, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	return real
}

func TestOnlyTheAdministratorsPathsAreTaken(t *testing.T) {
	dir := rootFolder(t)
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	must(os.Mkdir(in("ours"), 0o755), os.Mkdir(in("theirs"), 0o755), os.Mkdir(in("open"), 0o777), os.Chmod(in("open"), 0o777),
		os.Mkdir(in("sticky"), 0o777), os.Chmod(in("sticky"), 0o777|os.ModeSticky))
	for _, f := range []string{"ours/file", "theirs/file", "open/file", "sticky/file", "ours/writable", "ours/group", "ours/foreign"} {
		must(os.WriteFile(in(f), nil, 0o644), os.Chmod(in(f), 0o644))
	}
	must(os.Chmod(in("ours/writable"), 0o646), os.Chmod(in("ours/group"), 0o664), os.Chown(in("ours/foreign"), 65534, 65534), os.Chown(in("theirs"), 65534, 65534))
	for link, to := range map[string]string{
		"ours/link": in("ours/file"), "ours/relative": "../ours/./file", "ours/loop": in("ours/loop"), "ours/nowhere": "gone",
		"theirs/link": in("ours/file"), "ours/chain": in("theirs/link"), "ours/folder": in("theirs"),
	} {
		must(os.Symlink(to, in(link)))
	}
	for path, want := range map[string]string{
		"ours/file": "ours/file", "ours/link": "ours/file", "ours/relative": "ours/file", "sticky/file": "sticky/file", "ours": "ours",
		"ours/../ours//file": "ours/file",
		"theirs/file":        "", "open/file": "", "ours/writable": "", "ours/group": "", "ours/foreign": "", "theirs": "", "open": "", "sticky": "",
		"ours/loop": "", "ours/nowhere": "", "ours/gone": "",
		"theirs/link":      "", // they can make it lead elsewhere
		"ours/chain":       "", // and this one passes it
		"ours/folder/file": "",
	} {
		real, ok := administered(dir + "/" + path)
		if ok != (want != "") || (ok && real != in(want)) {
			t.Errorf("%s: %v", path, ok)
		}
	}
	if _, ok := administered("ours/file"); ok {
		t.Error("a relative path")
	}
	must(os.WriteFile(in("ours/file"), []byte("12345"), 0o644))
	if b, err := readAdministered("test", "the file", in("ours/link"), 5); err != nil || string(b) != "12345" {
		t.Errorf("%q, %v", b, err)
	}
	for path, want := range map[string]ehrdesk.Code{"ours/gone": ehrdesk.CodeInvalid, "ours": ehrdesk.CodeDenied, "ours/foreign": ehrdesk.CodeDenied} {
		if _, err := readAdministered("test", "the file", in(path), 5); ehrdesk.CodeOf(err) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := readAdministered("test", "the file", in("ours/file"), 4); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("a file too large: %v", err)
	}
}
