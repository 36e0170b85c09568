package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// TestTheProgramDerivesAtTheFloorWhateverItsTestsDo: only the tests' own ehrdesk has passphrases that
// cost nothing. The one that is built makes none below RFC 9106's second recommended choice,
// and takes no keyring for its own in which one is.
func TestTheProgramDerivesAtTheFloorWhateverItsTestsDo(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "ehrdesk")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c, err := central.Open(t.Context(), central.Options{Dir: filepath.Join(dir, "centre")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	running, err := c.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Close(t.Context()) }()
	hcp, err := c.AddHCP(t.Context(), central.HCP{Name: "Harbour Light"})
	if err != nil {
		t.Fatal(err)
	}
	code := func(staff string) string {
		t.Helper()
		code, err := c.AddAccount(t.Context(), hcp, staff, "Somebody", ehrdesk.Doctor)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	ask := func(stdin string, args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}

	own := filepath.Join(dir, "own")
	if out, err := ask(`{"code":"`+code("drown")+`","passphrase":"`+passphrase+`"}`, "--dir", own, "enrol", "--central", running.Base, "--staff", "drown", "--secrets", "-"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := derivedBelow(t, own, 64<<10, 3); n != 0 {
		t.Errorf("%d of the program's passphrases are cheaper than the floor", n)
	}

	tests := filepath.Join(dir, "tests")
	d := client.New(client.Options{Dir: tests, Patience: time.Minute, Cost: cachetest.Cost()})
	_, err = d.Enrol(t.Context(), ehrdesk.Enrolment{Central: running.Base, Staff: "drtest", Code: ehrdesk.NewSecret(code("drtest")), Passphrase: ehrdesk.NewSecret(passphrase)})
	if err := first(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	if n := derivedBelow(t, tests, 64<<10, 3); n != 1 {
		t.Errorf("%d of the tests' passphrases are cheaper than the floor", n)
	}
	file := filepath.Join(dir, "pass")
	if err := os.WriteFile(file, []byte(passphrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := ask("", "--dir", tests, "--staff", "drtest", "cache", "status", "--passphrase-file", file); err == nil || !strings.Contains(out, "tampered") {
		t.Errorf("the program takes a keyring of the tests: %v\n%s", err, out)
	}
}

// derivedBelow is how many people of the desk's keyrings have a passphrase that costs less.
func derivedBelow(t *testing.T, desk string, memory, passes uint32) (n int) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(desk, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "keyring" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var ring struct {
			People []struct {
				KDF struct{ Memory, Time uint32 } `json:"kdf"`
			} `json:"people"`
		}
		if err := json.Unmarshal(b, &ring, json.MatchCaseInsensitiveNames(true)); err != nil {
			return err
		}
		for _, p := range ring.People {
			seen++
			if p.KDF.Memory < memory || p.KDF.Time < passes {
				n++
			}
		}
		return nil
	})
	if err != nil || seen == 0 {
		t.Fatalf("%d people in keyrings, %v", seen, err)
	}
	return n
}
