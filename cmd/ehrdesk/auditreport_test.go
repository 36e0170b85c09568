package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// as runs ehrdesk in the name of one of several people.
func (c *clinic) as(staff string, args ...string) result {
	c.t.Helper()
	return c.tries("", append(args, "--staff", staff)...)
}

// The whole of an officer's work at a desk, by the program: who did what, a report that is
// signed, and the two logs beside each other; and what a clerk gets of it.
func TestAnOfficerReportsAndComparesByCommand(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.enrols("drlee", "doctor")
	p := c.imports(filepath.Join("testdata", "people", "chan.json"))[0]
	c.does(p.act(), "consent")
	c.does(p.EHR+"\n", "chart", "--purpose", "consultation")
	c.enrols("officer", "officer")
	c.enrols("clerk", "frontdesk")
	if r := c.as("drlee", "outbox", "flush"); r.status != 0 { // lets them in
		t.Fatalf("%s", r.errors)
	}

	listed := func(staff string, args ...string) (actions, by []string) {
		t.Helper()
		r := c.as(staff, append([]string{"audit", "list"}, args...)...)
		if r.status != 0 {
			t.Fatalf("%q: exit %d: %s", args, r.status, r.errors)
		}
		for line := range bytes.Lines(r.out) {
			actions, by = append(actions, c.value(line, "action")), append(by, c.value(line, "staff"))
		}
		return actions, by
	}
	if actions, _ := listed("officer", "--purpose", "consultation"); !slices.Equal(actions, []string{"open"}) {
		t.Errorf("for a consultation: %q", actions)
	}
	if actions, _ := listed("officer", "--restricted"); len(actions) != 0 {
		t.Errorf("restricted: %q", actions)
	}
	if actions, _ := listed("officer", "--until", "2000-01-01"); len(actions) != 0 {
		t.Errorf("long ago: %q", actions)
	}
	if _, by := listed("clerk"); len(by) == 0 || slices.ContainsFunc(by, func(s string) bool { return s != "clerk" }) {
		t.Errorf("a clerk is listed: %q", by)
	}
	for _, args := range [][]string{{"audit", "list", "--by", "drlee"}, {"audit", "export", "--by", "drlee"}, {"audit", "compare"}} {
		if r := c.as("clerk", args...); r.status != 6 || len(r.out) > 0 {
			t.Errorf("a clerk's %q: exit %d: %s", args, r.status, r.out)
		}
	}
	if actions, by := listed("officer", "--by", "clerk"); len(actions) == 0 || slices.ContainsFunc(by, func(s string) bool { return s != "clerk" }) {
		t.Errorf("by the clerk: %q %q", actions, by)
	}
	denied := 0
	for line := range bytes.Lines(c.as("officer", "audit", "list", "--by", "clerk").out) {
		if strings.Contains(string(line), `"outcome":"denied"`) && c.value(line, "action") == "log" {
			denied++
		}
	}
	if denied != 3 {
		t.Errorf("%d refusals are in the log", denied)
	}

	r := c.as("officer", "audit", "compare", "--all")
	last := r.out[bytes.LastIndexByte(bytes.TrimSpace(r.out), '\n')+1:]
	if r.status != 0 || c.value(last, "same") != "2" || c.value(last, "compared") != "2" {
		t.Errorf("compared: exit %d: %s%s", r.status, r.out, r.errors)
	}

	signed := c.as("officer", "audit", "export", "--format", "signed", "--by", "drlee")
	if signed.status != 0 || !strings.Contains(string(signed.out), "Report:  by drlee\n") {
		t.Fatalf("exit %d: %s%s", signed.status, signed.out, signed.errors)
	}
	for name, w := range map[string]struct {
		b      []byte
		status int
		words  string
	}{
		"whole":   {signed.out, 0, `"report":"ok"`},
		"altered": {bytes.Replace(signed.out, []byte("drlee"), []byte("drlea"), 1), 10, `"report":"altered"`},
		"another": {attachOther(t), 10, `"report":"other-key"`},
		"none":    {[]byte("a letter\n"), 2, `"report":"unsigned"`},
	} {
		if r := c.tries(string(w.b), "audit", "check", "-"); r.status != w.status || !strings.Contains(string(r.out), w.words) {
			t.Errorf("%s: exit %d: %s%s", name, r.status, r.out, r.errors)
		}
	}
	file := filepath.Join(c.dir, "report.txt")
	if err := os.WriteFile(file, signed.out, 0o600); err != nil {
		t.Fatal(err)
	}
	if out := c.central("audit", "check", file); !strings.Contains(string(out), `"report":"ok"`) {
		t.Errorf("at the centre: %s", out)
	}
}

// attachOther is a report that another centre has signed.
func attachOther(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := report.Signed([]byte("Access log\n"), report.Centre, key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What stands in an entry, or in what a centre answers, tries what it can at whoever reads it.
func TestAHostileEntryIsHarmlessInEveryFormOfTheLog(t *testing.T) {
	const evil = "=cmd|'/C calc'!A0\x1b]0;owned\a\x1b[2J\u202eeeL rD\u2066\r\nsecond"
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	e := ehrdesk.AuditEvent{ID: evil, At: at, Action: evil, Staff: evil, Role: evil, Provider: evil, Location: evil, Patient: evil, Purpose: evil, Reason: evil, Outcome: evil, Detail: evil}
	row := auditLine(7, e)
	compared := comparedRowOf(&ehrdesk.Compared{Here: &ehrdesk.LogEntry{Seq: 7, AuditEvent: e}, Centre: &ehrdesk.CentreEntry{AuditEvent: e}, Difference: ehrdesk.OtherPurpose})
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(report.Cells(append(row.cells(), compared.cells()...)...)); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	for form, text := range map[string]string{"words": row.words(), "a report": row.utc(), "CSV": strings.TrimSpace(b.String()), "compared": strings.Join(compared.cells(), " ")} {
		for _, r := range text {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("%s has %U", form, r)
			}
		}
	}
	cells, err := csv.NewReader(&b).Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range cells {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
			t.Errorf("a formula: %q", cell)
		}
	}
}
