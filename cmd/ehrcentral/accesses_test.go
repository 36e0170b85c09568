package main

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// hostile is a name that tries what it can at whoever reads the list.
const hostile = "=cmd|'/C calc'!A0\x1b]0;owned\a\x1b[2J\u202eeeL rD\u2066<script>alert(1)</script>"

// list is what somebody did whose account bears a hostile name.
func hostileList(whole bool, lang text.Lang) *sheet {
	n, _ := ehrdesk.ParseEHRNumber("123456789012")
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.FixedZone("HKT", 8*60*60))
	return newSheet(lang, n, at, []central.ForPatient{
		{When: at, Name: hostile, Profession: ehrdesk.Doctor, Provider: "+Clinic\x07", Chinese: "@診所", Location: "\u200fRoom 1", Action: ehrdesk.AuditOpen, Purpose: "=1+1", Kinds: []string{"laboratory", "=note"}, Pages: 1},
		{When: at, Action: ehrdesk.AuditOperate, What: "accesses", Pages: 1},
	}, whole)
}

// clean reports characters of a text that a terminal, a spreadsheet or a reader is misled by.
func clean(t *testing.T, what, s string) {
	t.Helper()
	for _, r := range s {
		if r < ' ' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f {
			t.Errorf("%s has %U", what, r)
		}
	}
}

func TestAHostileNameInAPatientsListIsHarmless(t *testing.T) {
	for _, lang := range text.Langs() {
		s := hostileList(true, lang)
		var table, cells bytes.Buffer
		if err := s.table(&table); err != nil {
			t.Fatal(err)
		}
		if err := s.csv(&cells); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), "page.html")
		if err := s.page(name); err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		clean(t, "the table", table.String())
		clean(t, "the CSV", cells.String())
		clean(t, "the page", string(page))
		for _, r := range s.Rows {
			clean(t, "JSON", r.Name+r.Provider+r.Location+r.Purpose+strings.Join(r.Kinds, ""))
		}
		rows, err := csv.NewReader(&cells).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, r := range rows {
			for _, cell := range r {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
					t.Errorf("a formula: %q", cell)
				}
			}
		}
		if strings.Contains(string(page), "<script") || strings.Contains(string(page), "http://") || strings.Contains(string(page), "https://") || !strings.Contains(string(page), "calc") {
			t.Errorf("%s", page)
		}
	}
}

func TestAPatientsPageIsForItsOwnerAloneAndTakesNoOthersPlace(t *testing.T) {
	name := filepath.Join(t.TempDir(), "page.html")
	if err := hostileList(true, text.English).page(name); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := hostileList(true, text.English).page(name); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("over another file: %v", err)
	}
}

func TestAPatientsListOfABrokenLogIsMarkedInEveryForm(t *testing.T) {
	for _, lang := range text.Langs() {
		words := text.New().Seen.Broken.In(lang)
		var table bytes.Buffer
		s := hostileList(false, lang)
		name := filepath.Join(t.TempDir(), "page.html")
		if err := s.table(&table); err != nil || !strings.Contains(table.String(), words) {
			t.Errorf("%v\n%s", err, table.String())
		}
		if err := s.page(name); err != nil {
			t.Fatal(err)
		}
		if page, err := os.ReadFile(name); err != nil || !strings.Contains(string(page), `class="broken">`+words) {
			t.Errorf("%s", page)
		}
	}
}

// A list from a log that somebody struck a line out of comes with the word for it, exit 10.
func TestAPatientsListOfALogThatWasCutEndsSo(t *testing.T) {
	program, dir := built(t)
	file := filepath.Join(dir, "a.json")
	if err := os.WriteFile(file, []byte(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p1","name":[{"family":"CHAN"}],"identifier":[{"system":"urn:example:hk:ehr-no","value":"123456789016"}]}}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"import", file}, {"patient", "show", "--ehr-number", "123456789016"}, {"patient", "list"}} {
		if err := program(args...).Run(); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "state", "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"DROP TRIGGER audit_held", "DELETE FROM audit WHERE seq = 2"} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := program("accesses", "--for-patient", "-")
	cmd.Stdin = strings.NewReader("123456789016\n")
	out, err := cmd.Output()
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != 10 || !strings.Contains(string(out), "changed or cut") || !strings.Contains(string(ended.Stderr), "not as it was written") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Of a sealed case a patient is told that there is one and who took part, and of an envelope not that it was a link's.
func TestAPatientsListTellsOfSealedCases(t *testing.T) {
	c := text.New()
	for _, tt := range []struct {
		action ehrdesk.AuditAction
		what   string
		want   text.T
	}{
		{ehrdesk.AuditCreate, "Case", c.Seen.CaseBegun},
		{ehrdesk.AuditUpdate, "Case", c.Seen.InCase},
		{ehrdesk.AuditReceive, "Envelope", c.Seen.InCase},
		{ehrdesk.AuditQuery, "offered-key", c.Seen.InCase},
		{ehrdesk.AuditFetch, "link", c.Seen.Actions[ehrdesk.AuditFetch]},
	} {
		if got := c.SeenAction(tt.action, tt.what); got != tt.want || got[0] == "" {
			t.Errorf("%s of %s: %q", tt.action, tt.what, got)
		}
	}
}
