package main

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk/cmd/internal/scripted"
)

// Every command is run by a script as it is meant to be, and wrongly, with the exit status and the
// one line that the wrong use is told. What needs a card service, a page to sign in by, a terminal or a
// caller is run rightly by a test of its own.
func TestAScriptRunsEveryCommandRightAndWrong(t *testing.T) {
	elsewhere := map[string]struct{ file, words string }{
		"ehrdesk card list":      {"bycard_linux_test.go", `"card", "list"`},
		"ehrdesk card read":      {"bycard_linux_test.go", `"card", "read"`},
		"ehrdesk card simulate":  {"bycard_linux_test.go", `"card", "simulate"`},
		"ehrdesk archive export": {"archive_test.go", `"archive", "export"`},
		"ehrdesk card watch":     {"bycard_linux_test.go", `"card", "watch"`},
		"ehrdesk signin":         {"page_test.go", `"signin"`},
		"ehrdesk hooks serve":    {"hooks_test.go", `"hooks", "serve"`},
		"ehrdesk demo":           {"../../.ci/e2e", "' demo "},
	}
	right, wrong, err := scripted.Lacking((&app{}).root(), map[string]string{"enrol": "ehrdesk enrol"}, "testdata/script", "../ehrcentral/testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range elsewhere {
		if text, err := os.ReadFile(of.file); err != nil || !bytes.Contains(text, []byte(of.words)) {
			t.Errorf("%s is not run by %s", name, of.file)
		}
		if !slices.Contains(right, name) {
			t.Errorf("%s is run by a script: it needs no test of its own here", name)
		}
	}
	for _, name := range right {
		if _, ok := elsewhere[name]; !ok {
			t.Errorf("no script runs %q as it is meant to be", name)
		}
	}
	for _, name := range wrong {
		t.Errorf("no script runs %q wrongly", name)
	}
}
