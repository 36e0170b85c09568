package client_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/confine"
	"github.com/ehrdesk/ehrdesk/internal/draftcommand"
)

// scribe is a program for drafts that sends its text to another host, by the name of a script of sh.
func scribe(script string) ehrdesk.DraftProgram {
	return ehrdesk.DraftProgram{Name: script, Version: "1.2", Host: "scribe.example", Fields: []ehrdesk.Kind{ehrdesk.KindLaboratory, ehrdesk.KindAllergy}}
}

// scripts are what the programs of these tests do: real ones, that sh runs.
var scripts = [...]struct{ name, does string }{
	{"writes", `read -r given; printf 'Summary of %s lines\n' "${#given}"; echo 'warfarin 5 mg daily'`},
	{"echoes", `exec cat`},
	{"fails", `echo half of a text; exit 3`},
	{"hangs", `echo half of a text; exec sleep 600`},
}

// needsShell skips where there is no sh for them.
func needsShell(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("SKIP programs for drafts that sh runs: there is none")
	}
}

func scribes() *draftcommand.Commands {
	var all []draftcommand.Command
	for _, s := range scripts {
		all = append(all, draftcommand.Command{DraftProgram: scribe(s.name), Argv: []string{"/bin/sh", "-c", "PATH=/usr/bin:/bin; " + s.does}})
	}
	return draftcommand.New(confine.Door{}, all)
}

// drafter tells when a program is about to run.
type drafter struct {
	*draftcommand.Commands
	runs chan struct{}
}

func (d drafter) Write(ctx context.Context, name string, g ehrdesk.DraftGiven) (string, bool, error) {
	d.runs <- struct{}{}
	return d.Commands.Write(ctx, name, g)
}

// dictating is a desk with programs for drafts, and a doctor in a chart with two laboratory results.
type dictating struct {
	*world
	n    ehrdesk.Number
	s    *client.Session
	c    ehrdesk.Chart
	who  string
	runs chan struct{}
}

func newDictating(t *testing.T) *dictating {
	t.Helper()
	needsShell(t)
	w := newWorld(t, 24)
	d := &dictating{world: w, runs: make(chan struct{}, 8)}
	w.drafts = drafter{scribes(), d.runs}
	w.restart(nil)
	w.enrol("drlee", ehrdesk.Doctor)
	var key string
	d.n, key = w.patient("WONG", 2)
	d.s = w.signIn("drlee")
	t.Cleanup(func() { _ = d.s.Close() })
	w.consent(d.s, d.n, key)
	d.c = w.chart(d.s, d.n)
	d.who = d.c.Patient().ID
	return d
}

// request gives the laboratory results of the chart to a program.
func (d *dictating) request(script string) ehrdesk.DraftRequest {
	part := ehrdesk.DraftPart{Field: ehrdesk.KindLaboratory}
	for _, r := range d.c.List(ehrdesk.LaboratoryRadiology) {
		part.Records, part.Lines = append(part.Records, r.Ref()), append(part.Lines, r.Title)
	}
	return ehrdesk.DraftRequest{Program: scribe(script), Parts: []ehrdesk.DraftPart{part}}
}

// kept are the drafts of the session.
func (d *dictating) kept() []ehrdesk.Draft {
	d.t.Helper()
	out, err := d.s.Drafts(ctx, d.who)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// nothingKept fails where a draft is.
func (d *dictating) nothingKept(when string) {
	d.t.Helper()
	if got := d.kept(); len(got) != 0 {
		d.t.Errorf("%s: %d drafts are kept", when, len(got))
	}
}

func TestADraftIsKeptWithItsProgramAndIsItsOwnersAlone(t *testing.T) {
	d := newDictating(t)
	d.enrol("drho", ehrdesk.Doctor)
	made, err := d.s.AskDraft(ctx, d.who, d.request("writes"))
	if err != nil {
		t.Fatal(err)
	}
	if made.ID == "" || made.Kind != ehrdesk.DraftText || made.By != "drlee" || made.Made.IsZero() || !strings.HasSuffix(made.Text, "warfarin 5 mg daily") || made.Cut {
		t.Errorf("made: %+v", made)
	}
	if s := made.Source; s == nil || s.Name != "writes" || s.Version != "1.2" || s.Host != "scribe.example" || !slices.Equal(s.Fields, []ehrdesk.Kind{ehrdesk.KindLaboratory}) {
		t.Errorf("by: %+v", s)
	}
	last := d.lastEntry(d.s, ehrdesk.AuditDraft)
	if last.Patient != d.who || last.Purpose != ehrdesk.Consultation || last.Outcome != "" || last.Detail != "writes 1.2 at scribe.example: laboratory" {
		t.Errorf("written down: %+v", last)
	}
	_ = d.c.Close()
	if _, err := d.s.Drafts(ctx, d.who); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("with no chart open: %v", err)
	}
	d.shut(d.s)
	d.restart(nil)
	d.s = d.signIn("drlee")
	d.c = d.chart(d.s, d.n)
	if got := d.kept(); len(got) != 1 || got[0].ID != made.ID || got[0].Text != made.Text {
		t.Errorf("after a new start: %+v", got)
	}
	d.shut(d.s) // the colleague is let in by now

	ho := d.signIn("drho")
	d.chart(ho, d.n)
	if got, err := ho.Drafts(ctx, d.who); err != nil || len(got) != 0 {
		t.Errorf("a colleague sees %d drafts, %v", len(got), err)
	}
	if err := ho.DiscardDraft(ctx, d.who, made.ID); err != nil {
		t.Error(err)
	}
	d.shut(ho)

	d.s = d.signIn("drlee")
	d.c = d.chart(d.s, d.n)
	if got := d.kept(); len(got) != 1 {
		t.Errorf("after a colleague would have discarded it: %d drafts", len(got))
	}
	if err := d.s.DiscardDraft(ctx, d.who, made.ID); err != nil {
		t.Fatal(err)
	}
	d.nothingKept("discarded")
}

func TestADraftChangesNothingThatTheRulesAndTheSearchRead(t *testing.T) {
	d := newDictating(t)
	seen := func() (out []string) {
		for _, typ := range ehrdesk.RecordTypes() {
			for _, r := range d.c.List(typ) {
				out = append(out, r.Ref().String()+" "+r.Version+" "+r.Title)
			}
		}
		return out
	}
	before := seen()
	if _, err := d.s.AskDraft(ctx, d.who, d.request("writes")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if after := seen(); !slices.Equal(before, after) {
		t.Errorf("the chart is %q, and was %q", after, before)
	}
	if got := d.c.Search("warfarin"); len(got) != 0 {
		t.Errorf("the search finds %d records by a draft", len(got))
	}
	if got := d.line.requests("warfarin"); len(got) != 0 {
		t.Errorf("the centre is told: %q", got)
	}
}

func TestWhatMayNotBeGivenForADraftIsGivenToNoProgram(t *testing.T) {
	d := newDictating(t)
	spoilt := func(change func(r *ehrdesk.DraftRequest)) ehrdesk.DraftRequest {
		r := d.request("echoes")
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		r    ehrdesk.DraftRequest
		want ehrdesk.Code
	}{
		"no such program":         {spoilt(func(r *ehrdesk.DraftRequest) { r.Program.Name = "another" }), ehrdesk.CodeDenied},
		"another version by now":  {spoilt(func(r *ehrdesk.DraftRequest) { r.Program.Version = "1.1" }), ehrdesk.CodeConflict},
		"another host by now":     {spoilt(func(r *ehrdesk.DraftRequest) { r.Program.Host = "" }), ehrdesk.CodeConflict},
		"a field it is not given": {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Field = ehrdesk.KindNote }), ehrdesk.CodeInvalid},
		"a field that is another": {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Field = ehrdesk.KindAllergy }), ehrdesk.CodeInvalid},
		"personal data":           {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Field = ehrdesk.KindPersonal }), ehrdesk.CodeInvalid},
		"twice":                   {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts = append(r.Parts, r.Parts[0]) }), ehrdesk.CodeInvalid},
		"no such record":          {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Records[0].ID = "of-nobody" }), ehrdesk.CodeNotFound},
		"a line too many":         {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Lines = append(r.Parts[0].Lines, "more") }), ehrdesk.CodeInvalid},
		"the patient's name":      {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Lines[0] = "potassium of Test Wong" }), ehrdesk.CodeInvalid},
		"the patient's number":    {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Lines[0] = d.n.Printed() }), ehrdesk.CodeInvalid},
		"the day of birth":        {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Lines[0] = "born 1970-01-02" }), ehrdesk.CodeInvalid},
		"two lines in one":        {spoilt(func(r *ehrdesk.DraftRequest) { r.Parts[0].Lines[0] = "a\nb" }), ehrdesk.CodeInvalid},
	} {
		if _, err := d.s.AskDraft(ctx, d.who, c.r); ehrdesk.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := d.s.AskDraft(ctx, "somebody-else", d.request("echoes")); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("of a chart that is not open: %v", err)
	}
	if len(d.runs) != 0 {
		t.Errorf("%d programs have run", len(d.runs))
	}
	d.nothingKept("refused")
}

func TestNoRestrictedRecordIsGivenForADraftAlsoWhileItIsReleased(t *testing.T) {
	needsShell(t)
	g := newGuarded(t)
	g.drafts = scribes()
	g.shut(g.s)
	g.restart(nil)
	g.s = g.signIn("drlee")
	g.c = g.chart(g.s, number(g.who))
	g.release()
	ask := func(of func(r *ehrdesk.Record) bool) error {
		part := ehrdesk.DraftPart{Field: ehrdesk.KindLaboratory}
		for _, r := range g.c.List(ehrdesk.LaboratoryRadiology) {
			if of(&r) {
				part.Records, part.Lines = append(part.Records, r.Ref()), append(part.Lines, "a line")
			}
		}
		if len(part.Records) == 0 {
			t.Fatal("no such record is shown")
		}
		_, err := g.s.AskDraft(ctx, g.c.Patient().ID, ehrdesk.DraftRequest{Program: scribe("writes"), Parts: []ehrdesk.DraftPart{part}})
		return err
	}
	if err := ask(func(r *ehrdesk.Record) bool { return r.Released }); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("a released record: %v", err)
	}
	if err := ask(func(r *ehrdesk.Record) bool { return !r.Released }); err != nil {
		t.Errorf("beside a released record: %v", err)
	}
}

func TestAProgramThatFailsOrIsStoppedLeavesNoDraft(t *testing.T) {
	d := newDictating(t)
	if _, err := d.s.AskDraft(ctx, d.who, d.request("fails")); ehrdesk.CodeOf(err) != ehrdesk.CodeOther || ehrdesk.Message(err) != (ehrdesk.DraftFailed{Status: 3}).Error() {
		t.Errorf("exit 3: %v", err)
	}
	if last := d.lastEntry(d.s, ehrdesk.AuditDraft); last.Outcome != ehrdesk.CodeOther {
		t.Errorf("written down: %+v", last)
	}
	<-d.runs
	stopped, stop := context.WithCancel(ctx)
	came := make(chan error, 1)
	go func() {
		_, err := d.s.AskDraft(stopped, d.who, d.request("hangs"))
		came <- err
	}()
	<-d.runs
	stop()
	if err := <-came; err == nil {
		t.Error("a draft of a program that was stopped")
	}
	d.nothingKept("failed and stopped")
}

func TestALockEndsAProgramThatRunsAndKeepsNothing(t *testing.T) {
	d := newDictating(t)
	came := make(chan error, 1)
	go func() {
		_, err := d.s.AskDraft(ctx, d.who, d.request("hangs"))
		came <- err
	}()
	<-d.runs
	if err := d.s.Lock(); err != nil {
		t.Fatal(err)
	}
	if err := <-came; err == nil {
		t.Error("a draft behind a lock")
	}
	if _, err := d.s.AskDraft(ctx, d.who, d.request("writes")); err == nil {
		t.Error("a program runs behind a lock")
	}
	d.shut(d.s)
	d.s = d.signIn("drlee")
	d.c = d.chart(d.s, d.n)
	d.nothingKept("locked")
}

func TestADraftStaysClosedWhenTheConsentHasEnded(t *testing.T) {
	d := newDictating(t)
	if _, err := d.s.AskDraft(ctx, d.who, d.request("writes")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.s.Revoke(ctx, ehrdesk.Withdrawal{Patient: d.n, Channel: ehrdesk.ByForm, FormReference: "W-1", Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	if got, err := d.s.Drafts(ctx, d.who); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || got != nil {
		t.Errorf("%d drafts, %v", len(got), err)
	}
	if _, err := d.s.AskDraft(ctx, d.who, d.request("writes")); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("a draft is asked for: %v", err)
	}
}

func TestNoDraftIsMadeWhereThePolicyLetsNothingStay(t *testing.T) {
	for name, limit := range map[string]client.Ceiling{
		"copies go with the session": {Mode: "session"},
		"the kind is never kept":     {Never: []ehrdesk.Kind{ehrdesk.KindLaboratory}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDictating(t)
			d.shut(d.s)
			d.limit = limit
			d.restart(nil)
			d.s = d.signIn("drlee")
			d.c = d.chart(d.s, d.n)
			if _, err := d.s.AskDraft(ctx, d.who, d.request("writes")); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
				t.Errorf("asked for: %v", err)
			}
			d.nothingKept("refused")
		})
	}
}

func TestTheTextOfADraftIsSealedOnTheDisk(t *testing.T) {
	d := newDictating(t)
	if _, err := d.s.AskDraft(ctx, d.who, d.request("writes")); err != nil {
		t.Fatal(err)
	}
	looked := 0
	if err := filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if looked++; bytes.Contains(b, []byte("warfarin")) || bytes.Contains(b, []byte("Summary of")) {
			t.Errorf("%s holds the text of a draft", filepath.Base(path))
		}
		return err
	}); err != nil || looked < 3 {
		t.Fatal(looked, err)
	}
}
