package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/testpg"
)

// Commands work on a database that a flag, a file or the environment names, and on nothing of
// it in the state folder but the key.
func TestCommandsWorkOnAServer(t *testing.T) {
	at := testpg.Start(t).Database(t)
	dir := filepath.Join(t.TempDir(), "state")
	file := filepath.Join(t.TempDir(), "at")
	if err := os.WriteFile(file, []byte(at+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	does := func(want int, says string, args ...string) {
		t.Helper()
		var out, errs bytes.Buffer
		if got := run(append(args, "--dir", dir), strings.NewReader(""), &out, &errs); got != want || !strings.Contains(out.String(), says) {
			t.Errorf("%v: %d %s %s", args, got, &out, &errs)
		}
	}
	does(3, "", "hcp", "list", "--store", at) // there is no centre, and none is made
	does(0, "id", "hcp", "add", "--name", "Clinic", "--store", at)
	does(0, "Clinic", "hcp", "list", "--store-file", file)
	t.Setenv(storeEnv, at)
	does(0, `"faults":[]`, "audit", "verify")
	in, err := os.ReadDir(dir)
	if err != nil || len(in) != 1 || in[0].Name() != "centre.key" {
		t.Errorf("%v, %v", in, err)
	}
}
