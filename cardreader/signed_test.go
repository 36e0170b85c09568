//go:build unix

package cardreader_test

import (
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
)

// signedFolder is a folder that anybody may write in, with two signed profiles.
func signedFolder(t testing.TB) (dir string, key ed25519.PrivateKey) {
	t.Helper()
	dir = t.TempDir()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "site-1.json", good)
	put(t, dir, "site-2.json", strings.Replace(good, "site-1", "site-2", 1))
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := cardreader.SignProfiles(dir, key); err != nil {
		t.Fatal(err)
	}
	return dir, key
}

func put(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestASignedFolderIsTakenWhoeverOwnsIt(t *testing.T) {
	dir, key := signedFolder(t)
	public := key.Public().(ed25519.PublicKey)
	builtIn, err := cardreader.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	p, err := cardreader.SiteProfiles(dir, public)
	if err != nil || len(p) != len(builtIn)+2 {
		t.Fatalf("%d profiles, %v", len(p), err)
	}
	if _, err := cardreader.SiteProfiles(dir, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("the same folder without a key: %v", err)
	}
	put(t, dir, "readme.txt", "not a profile, and nobody's business")
	if _, err := cardreader.SiteProfiles(dir, public); err != nil {
		t.Error(err)
	}
	put(t, dir, "site-3.json", strings.Replace(good, "site-1", "site-3", 1))
	if err := cardreader.SignProfiles(dir, key); err != nil { // signed again
		t.Fatal(err)
	}
	if p, err := cardreader.SiteProfiles(dir, public); err != nil || len(p) != len(builtIn)+3 {
		t.Errorf("%d profiles, %v", len(p), err)
	}
}

func TestASignedFolderThatWasTouchedIsNotTaken(t *testing.T) {
	read := func(t *testing.T, dir, name string) string {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	const sig = cardreader.SignatureFile
	for name, c := range map[string]struct {
		touch func(t *testing.T, dir string)
		want  ehrdesk.Code
	}{
		"a profile changed": {func(t *testing.T, dir string) {
			put(t, dir, "site-1.json", strings.Replace(good, "00B0810000", "00B0820000", 1))
		}, ehrdesk.CodeTampered},
		"a profile more": {func(t *testing.T, dir string) {
			put(t, dir, "site-0.json", strings.Replace(good, "site-1", "site-0", 1))
		}, ehrdesk.CodeTampered},
		"a profile less": {func(_ *testing.T, dir string) { _ = os.Remove(filepath.Join(dir, "site-2.json")) }, ehrdesk.CodeTampered},
		"two profiles swapped": {func(t *testing.T, dir string) {
			one, two := read(t, dir, "site-1.json"), read(t, dir, "site-2.json")
			put(t, dir, "site-1.json", two)
			put(t, dir, "site-2.json", one)
		}, ehrdesk.CodeTampered},
		"a profile with a line end in its name": {func(t *testing.T, dir string) { put(t, dir, "a\nb.json", good) }, ehrdesk.CodeTampered},
		"no signature":                          {func(_ *testing.T, dir string) { _ = os.Remove(filepath.Join(dir, sig)) }, ehrdesk.CodeDenied},
		"an empty signature":                    {func(t *testing.T, dir string) { put(t, dir, sig, "") }, ehrdesk.CodeTampered},
		"a signature with a tail":               {func(t *testing.T, dir string) { put(t, dir, sig, read(t, dir, sig)+"\n") }, ehrdesk.CodeTampered},
		"a signature cut short":                 {func(t *testing.T, dir string) { s := read(t, dir, sig); put(t, dir, sig, s[:len(s)-9]) }, ehrdesk.CodeTampered},
		"a signature of a megabyte":             {func(t *testing.T, dir string) { put(t, dir, sig, strings.Repeat("a", 1<<20)) }, ehrdesk.CodeInvalid},
		"another key's signature": {func(t *testing.T, dir string) {
			_, other, err := ed25519.GenerateKey(nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := cardreader.SignProfiles(dir, other); err != nil {
				t.Fatal(err)
			}
		}, ehrdesk.CodeTampered},
		"a pipe that nobody writes to": {func(t *testing.T, dir string) {
			if err := syscall.Mkfifo(filepath.Join(dir, "z.json"), 0o666); err != nil {
				t.Fatal(err)
			}
		}, ehrdesk.CodeInvalid},
		"a link out of the folder": {func(t *testing.T, dir string) {
			if err := os.Symlink("/etc/passwd", filepath.Join(dir, "z.json")); err != nil {
				t.Fatal(err)
			}
		}, ehrdesk.CodeDenied},
		"nothing left": {func(_ *testing.T, dir string) {
			for _, f := range []string{"site-1.json", "site-2.json"} {
				_ = os.Remove(filepath.Join(dir, f))
			}
		}, ehrdesk.CodeTampered},
	} {
		t.Run(name, func(t *testing.T) {
			dir, key := signedFolder(t)
			c.touch(t, dir)
			p, err := cardreader.SiteProfiles(dir, key.Public().(ed25519.PublicKey))
			if ehrdesk.CodeOf(err) != c.want || (p == nil) != (c.want != "") {
				t.Errorf("%v", err)
			}
		})
	}
	dir, _ := signedFolder(t)
	if _, err := cardreader.SiteProfiles(dir, ed25519.PublicKey("short")); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("a short key: %v", err)
	}
}

// TestASignatureCoversEveryByte changes any one byte of a folder.
func TestASignatureCoversEveryByte(t *testing.T) {
	dir, key := signedFolder(t)
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom([]string{"site-1.json", "site-2.json", cardreader.SignatureFile}).Draw(r, "file")
		file := filepath.Join(dir, name)
		before, err := os.ReadFile(file)
		if err != nil {
			r.Fatal(err)
		}
		defer func() { _ = os.WriteFile(file, before, 0o666) }()
		after := append([]byte(nil), before...)
		after[rapid.IntRange(0, len(after)-1).Draw(r, "at")] ^= byte(rapid.IntRange(1, 255).Draw(r, "change"))
		if err := os.WriteFile(file, after, 0o666); err != nil {
			r.Fatal(err)
		}
		if _, err := cardreader.SiteProfiles(dir, key.Public().(ed25519.PublicKey)); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
			r.Fatalf("a changed byte in %s: %v", name, err)
		}
	})
}

func TestOnlyProfilesAreSigned(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string]map[string]string{
		"nothing":             {},
		"no profile":          {"a.json": "{}"},
		"a forbidden command": {"a.json": strings.Replace(good, "00B0810000", "0020000100", 1)},
		"a name in capitals":  {"A.json": good},
	} {
		dir := t.TempDir()
		for f, text := range files {
			put(t, dir, f, text)
		}
		if err := cardreader.SignProfiles(dir, key); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, cardreader.SignatureFile)); err == nil {
			t.Errorf("%s is signed", name)
		}
	}
	if err := cardreader.SignProfiles(t.TempDir(), key[:5]); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("a short key: %v", err)
	}
	if err := cardreader.SignProfiles(filepath.Join(t.TempDir(), "nowhere"), key); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("no folder: %v", err)
	}
}
