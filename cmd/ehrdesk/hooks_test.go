package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/cdshooks"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// beside is a program beside the desk: an EMR.
type beside struct {
	t       *testing.T
	serving *exec.Cmd
	address string
	file    string // of the token
	said    *bufio.Reader
	heard   bytes.Buffer
}

// serves begins to serve hooks at a clinic's desk.
func (c *clinic) serves(args ...string) *beside {
	c.t.Helper()
	b := &beside{t: c.t, file: filepath.Join(c.dir, "token")}
	b.serving = c.command("", "ehrdesk", append([]string{"--dir", c.desk, "--passphrase-file", c.pass, "--json", "hooks", "serve", "--purpose", "consultation", "--token-file", b.file, "--listen", "127.0.0.1:0"}, args...)...)
	b.serving.Stderr = &b.heard
	out, err := b.serving.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := b.serving.Start(); err != nil {
		c.t.Fatal(err)
	}
	b.said = bufio.NewReader(out)
	var first servingJSON
	if line, err := b.said.ReadBytes('\n'); err != nil || json.Unmarshal(line, &first) != nil {
		_ = b.serving.Wait()
		c.t.Fatalf("nothing is served: %q, %s", line, b.heard.String())
	}
	b.address = first.Serving
	return b
}

// ends stops it and gives how it ended, and all else that it wrote.
func (b *beside) ends() (status int, said string) {
	b.t.Helper()
	if err := b.serving.Process.Signal(syscall.SIGTERM); err != nil {
		b.t.Fatal(err)
	}
	rest, err := io.ReadAll(b.said)
	if err != nil {
		b.t.Fatal(err)
	}
	return exitStatus(b.serving.Wait()), string(rest) + b.heard.String()
}

// cards are the answer to a call.
type cards struct {
	Cards []struct {
		Summary   string `json:"summary"`
		Indicator string `json:"indicator"`
		Detail    string `json:"detail"`
	} `json:"cards"`
	Error struct {
		Code ehrdesk.Code `json:"code"`
	} `json:"error"`
}

func (b *beside) calls(hook, body string) (int, cards) {
	b.t.Helper()
	token, err := os.ReadFile(b.file)
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.address+"/ehrdesk-"+hook, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer w.Body.Close()
	raw, err := io.ReadAll(w.Body)
	var got cards
	if err != nil || json.Unmarshal(raw, &got) != nil {
		b.t.Fatalf("%d %s: %v", w.StatusCode, raw, err)
	}
	return w.StatusCode, got
}

// hookCall is a call about somebody whose Patient at the EMR has an eHR number.
func hookCall(hook, ehr, more string) string {
	return fmt.Sprintf(`{"hook":%q,"hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{"userId":"Practitioner/7","patientId":"emr-17"%s},`+
		`"prefetch":{"patient":{"resourceType":"Patient","id":"emr-17","identifier":[{"system":%q,"value":%q}]}}}`, hook, more, ehrdesk.SystemEHR, ehr)
}

func drafts(selected string, names ...string) string {
	var all []string
	for i, name := range names {
		all = append(all, fmt.Sprintf(`{"resource":{"resourceType":"MedicationRequest","id":"o%d","status":"draft","intent":"order","subject":{"reference":"Patient/emr-17"},"medicationCodeableConcept":{"text":%q}}}`, i, name))
	}
	return `,"selections":["MedicationRequest/` + selected + `"],"draftOrders":{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join(all, ",") + `]}`
}

func (c cards) String() string {
	var out []string
	for _, x := range c.Cards {
		out = append(out, x.Indicator+" "+x.Summary+"\n"+x.Detail)
	}
	return strings.Join(append(out, string(c.Error.Code)), "\n")
}

// The story of an EMR beside the desk: each call is an opening under the doctor who is signed in.
func TestAProgramBesideTheDeskAsksWhatTheRulesSay(t *testing.T) {
	c := newClinic(t)
	c.enrols("drlee", "doctor")
	file := filepath.Join(c.dir, "person.json")
	order := func(id, name string) string {
		return fmt.Sprintf(`{"resource":{"resourceType":"MedicationRequest","id":%q,"status":"active","intent":"order","medicationCodeableConcept":{"text":%q},"subject":{"reference":"Patient/p1"},"authoredOn":"2026-11-03","requester":{"display":"QMH Cardiology"}}}`, id, name)
	}
	person := func(id, ehr, hkic, name string, entries ...string) string {
		return `{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join(append([]string{fmt.Sprintf(
			`{"resource":{"resourceType":"Patient","id":%q,"identifier":[{"system":%q,"value":%q},{"system":%q,"value":%q}],"name":[{"text":%q}],"gender":"male","birthDate":"1950-01-01"}}`,
			id, ehrdesk.SystemEHR, ehr, ehrdesk.SystemHKIC, hkic, name)}, entries...), ",") + `]}`
	}
	const recorded = "warfarin + diclofenac"
	const taken, stranger, nobody = "123456789012", "998877665544", "111122223333"
	other := filepath.Join(c.dir, "stranger.json")
	for name, text := range map[string]string{file: person("p1", taken, "A1234563", "LEE Tai Ming", order("w", "Warfarin 3 mg tablet"), order("d", "Diclofenac 50 mg tablet"), order("s", "Simvastatin 40 mg tablet"), order("x", "Quite unheard of tablet")), other: person("p2", stranger, "C1234569", "HO Siu Ling")} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.imports(file, other)
	c.central("patient", "consent", "--channel", "app", "--ehr-number", taken, "--hcp", c.hcp)

	b := c.serves()
	if info, err := os.Stat(b.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the token's file: %v, %v", info, err)
	}
	status, got := b.calls("patient-view", hookCall("patient-view", taken, ""))
	if status != http.StatusOK || len(got.Cards) < 2 || got.Cards[0].Indicator != "critical" || !strings.HasPrefix(got.Cards[0].Summary, "STOP ") || !strings.Contains(got.String(), recorded) {
		t.Fatalf("what the rules say of the record: %d\n%s", status, got)
	}
	last := got.Cards[len(got.Cards)-1]
	if last.Indicator != "info" || last.Summary != "1 of 4 medicines not checked" || !strings.Contains(last.Detail, "Quite unheard of tablet") || !strings.Contains(last.Detail, "no statement that there is no interaction") {
		t.Errorf("what was not checked: %d\n%s", status, got)
	}

	// One draft is asked about; the other is context. What the record says without them is not said again.
	status, got = b.calls("order-select", hookCall("order-select", taken, drafts("o0", "Ibuprofen 400 mg tablet", "Clarithromycin 500 mg tablet")))
	if status != http.StatusOK || len(got.Cards) == 0 || got.Cards[0].Indicator != "critical" || !strings.HasPrefix(got.Cards[0].Summary, "STOP warfarin + ibuprofen: ") {
		t.Fatalf("the draft against the record: %d\n%s", status, got)
	}
	for _, words := range []string{"Ibuprofen 400 mg tablet (being ordered)", "Warfarin 3 mg tablet (QMH Cardiology", "source: ", "not yet reviewed by a pharmacist"} {
		if !strings.Contains(got.Cards[0].Detail, words) {
			t.Errorf("the card does not say %q:\n%s", words, got.Cards[0].Detail)
		}
	}
	if s := got.String(); strings.Contains(s, "simvastatin + clarithromycin") || strings.Contains(s, recorded) {
		t.Errorf("an order that is not selected is answered, or what the record says without it:\n%s", got)
	}
	status, got = b.calls("order-select", hookCall("order-select", taken, drafts("o1", "Ibuprofen 400 mg tablet", "Clarithromycin 500 mg tablet")))
	if s := got.String(); status != http.StatusOK || !strings.Contains(s, "simvastatin + clarithromycin") || strings.Contains(s, "warfarin + ibuprofen") || strings.Contains(s, recorded) {
		t.Errorf("the other: %d\n%s", status, got)
	}
	status, got = b.calls("order-select", hookCall("order-select", taken, drafts("o0", "Another that nobody knows")))
	if status != http.StatusOK || !strings.Contains(got.String(), "2 of 5 medicines not checked") || !strings.Contains(got.String(), "Another that nobody knows") {
		t.Errorf("a draft that no table has: %d\n%s", status, got)
	}

	// Two people's numbers in one Patient: nothing is said of either.
	mixed := strings.Replace(hookCall("patient-view", taken, ""), `"identifier":[`, fmt.Sprintf(`"identifier":[{"system":%q,"value":"C1234569"},`, ehrdesk.SystemHKIC), 1)
	if status, got := b.calls("patient-view", mixed); status != http.StatusBadRequest || len(got.Cards) > 0 {
		t.Errorf("two people's numbers: %d %s", status, got)
	}
	if status, _ := b.calls("patient-view", strings.Replace(mixed, "C1234569", "A123456(3)", 1)); status != http.StatusOK {
		t.Errorf("both numbers of one person: %d", status)
	}

	for who, want := range map[string]struct {
		status int
		code   ehrdesk.Code
	}{stranger: {http.StatusForbidden, ehrdesk.CodeConsentNeeded}, nobody: {http.StatusNotFound, ehrdesk.CodeNotFound}} {
		if status, got := b.calls("patient-view", hookCall("patient-view", who, "")); status != want.status || got.Error.Code != want.code || len(got.Cards) > 0 {
			t.Errorf("%s: %d %s", want.code, status, got)
		}
	}

	// Each call was an opening, and the centre knows of it; without the line the copy answers, and says so.
	opened := func() int {
		return bytes.Count(c.central("accesses", "--ehr-number", taken), []byte(`"action":"open"`))
	}
	if n := opened(); n != 6 {
		t.Errorf("%d openings for 6 calls", n)
	}
	if err := c.centre.stop(); err != nil {
		t.Fatal(err)
	}
	status, got = b.calls("patient-view", hookCall("patient-view", taken, ""))
	if status != http.StatusOK || !strings.Contains(got.String(), "this desk's copy of") {
		t.Errorf("without the line: %d\n%s", status, got)
	}
	if status, got = b.calls("patient-view", hookCall("patient-view", nobody, "")); status != http.StatusServiceUnavailable {
		t.Errorf("without the line and a copy: %d %s", status, got)
	}
	status, said := b.ends()
	if status != 0 || !strings.Contains(said, `{"call":"patient-view","status":404,"code":"not_found","cards":0,`) {
		t.Errorf("exit %d, %s", status, said)
	}
	for _, word := range []string{taken, stranger, nobody, "A123456", "C123456", "emr-17", "LEE", "arfarin", "buprofen", "Practitioner"} {
		if strings.Contains(said, word) {
			t.Errorf("%q is written of a call: %s", word, said)
		}
	}
	if _, err := os.Stat(b.file); !os.IsNotExist(err) {
		t.Errorf("the token stays behind: %v", err)
	}
	if err := c.centre.start(); err != nil {
		t.Fatal(err)
	}
	if raw := c.does(taken, "chart", "--purpose", "consultation", "--raw"); bytes.Contains(raw, []byte("buprofen")) || !bytes.Contains(raw, []byte("Warfarin")) {
		t.Errorf("a draft was kept: %s", raw)
	}
}

// atRest is a session of which nobody asks anything but to lock.
type atRest struct {
	hooksSession
	locked int
}

func (a *atRest) Lock() error              { a.locked++; return nil }
func (a *atRest) Account() ehrdesk.Account { return ehrdesk.Account{Role: ehrdesk.Doctor} }
func (a *atRest) Ended() *ehrdesk.End      { return nil }

func (a *atRest) Open(context.Context, ehrdesk.Number, ehrdesk.Purpose, string) (ehrdesk.Chart, error) {
	return nil, ehrdesk.Errorf("open", ehrdesk.CodeNotFound, "nobody")
}

func (a *atRest) Link() ehrdesk.Link { return ehrdesk.Link{} }

func TestHooksAreRefusedOnceNobodyHasCalledForTooLong(t *testing.T) {
	now := testclock.Start()
	s := &atRest{}
	ctx, stop := context.WithCancelCause(t.Context())
	d := &hooksDesk{session: s, bookOf: (&app{}).bookOf, purpose: ehrdesk.Consultation, rest: newRest(5*time.Minute, func() time.Time { return now }), stop: stop}
	ask := func() ehrdesk.Code {
		_, err := d.Ask(ctx, cdshooks.Call{Hook: cdshooks.PatientView})
		return ehrdesk.CodeOf(err)
	}
	for range 3 { // each call begins the time anew
		now = now.Add(4 * time.Minute)
		if code := ask(); code != ehrdesk.CodeNotFound || s.locked > 0 {
			t.Fatalf("%s, locked %d times", code, s.locked)
		}
	}
	now = now.Add(5 * time.Minute)
	if code := ask(); code != ehrdesk.CodeLocked || s.locked != 1 || ehrdesk.CodeOf(context.Cause(ctx)) != ehrdesk.CodeLocked {
		t.Errorf("%s, locked %d times, %v", code, s.locked, context.Cause(ctx))
	}
	if code := ask(); code != ehrdesk.CodeLocked || s.locked != 1 || ehrdesk.CodeOf(d.why()) != ehrdesk.CodeLocked {
		t.Errorf("after it: %s, locked %d times", code, s.locked)
	}
}

func TestHooksAreNotForWhoSeesNoMedicines(t *testing.T) {
	for role, want := range map[ehrdesk.Profession]ehrdesk.Code{ehrdesk.Doctor: "", ehrdesk.Pharmacist: "", ehrdesk.FrontDesk: ehrdesk.CodeDenied, ehrdesk.Officer: ehrdesk.CodeDenied} {
		if err := seesMedicines(ofRole{role: role}); ehrdesk.CodeOf(err) != want {
			t.Errorf("%s: %v", role, err)
		}
	}
}

type ofRole struct {
	ehrdesk.Session
	role ehrdesk.Profession
}

func (o ofRole) Account() ehrdesk.Account { return ehrdesk.Account{Role: o.role} }
