package main

import (
	"bytes"
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// An officer is told what was written down, and of what somebody has reviewed already by whom,
// when and as what.
func TestAReviewSaysWhatItWroteDown(t *testing.T) {
	dir := t.TempDir()
	c, err := central.Open(t.Context(), central.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `INSERT INTO audit (seq, hash, id, at, action, staff, role, hcp, client, location, patient, purpose, reason, kinds, outcome, proof, access, what, reporter, acted, marks)
		VALUES (1, x'00', 'E1', 1, 'grant', 'clerk', 'frontdesk', '', '', '', '', '', 'form F-1', '', '', '', '', '', '', 0, 'sampled')`)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, error) {
		var out bytes.Buffer
		p := &program{stdout: &out, stderr: &out}
		root := p.root()
		root.SetArgs(append([]string{"--dir", dir, "audit", "reviewed", "--event", "E1"}, args...))
		root.SilenceErrors, root.SilenceUsage = true, true
		err := root.ExecuteContext(context.Background())
		return out.String(), err
	}
	out, err := run("--finding", "wrong")
	if err != nil || !strings.HasPrefix(out, `{"event":"E1","reviewed_at":"20`) || !strings.HasSuffix(out, `"reviewed_by":"`+operator()+`","finding":"wrong"}`+"\n") {
		t.Errorf("%q, %v", out, err)
	}
	out, err = run("--finding", "in-order")
	if said := ehrdesk.Message(err); codeOf(err) != ehrdesk.CodeConflict || out != "" || !strings.Contains(said, "reviewed already, by "+operator()+" at 20") || !strings.Contains(said, ": wrong") {
		t.Errorf("once more: %q, %v", out, err)
	}
	if out, err = run("--finding", "in-order", "--again"); err != nil || !strings.Contains(out, `"finding":"in-order"`) {
		t.Errorf("again: %q, %v", out, err)
	}
}
