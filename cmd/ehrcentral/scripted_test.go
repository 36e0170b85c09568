package main

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/cmd/internal/scripted"
)

// Every command is run by a script as it is meant to be, and wrongly, with the exit status that the
// wrong use has.
func TestAScriptRunsEveryCommandRightAndWrong(t *testing.T) {
	right, wrong, err := scripted.Lacking((&program{}).root(), map[string]string{"patient": "ehrcentral import", "centre": "ehrcentral serve"}, "testdata/script", "testdata/database", "../ehrdesk/testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range right {
		t.Errorf("no script runs %q as it is meant to be", name)
	}
	for _, name := range wrong {
		t.Errorf("no script runs %q wrongly", name)
	}
}
