package client_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
	"github.com/ehrdesk/ehrdesk/internal/form/formtest"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// writes is a desk whose doctor has a patient's chart open and writes into it.
type writes struct {
	*world
	s   *client.Session
	c   ehrdesk.Chart
	n   ehrdesk.Number
	who string
}

func newWrites(t *testing.T) *writes {
	t.Helper()
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	d := &writes{world: w, s: w.signIn("drlee")}
	t.Cleanup(func() { _ = d.s.Close() })
	var key string
	d.n, key = w.patient("WONG", 2)
	w.consent(d.s, d.n, key)
	d.c = w.chart(d.s, d.n)
	d.who = d.c.Patient().ID
	return d
}

// as has somebody else sit down at the desk, with the chart open.
func (d *writes) as(staff string) {
	d.t.Helper()
	_ = d.c.Close()
	if err := d.s.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.clock.advance(time.Second)
	d.s = d.signIn(staff)
	d.c = d.chart(d.s, d.n)
}

// bySecond has the site's own form of a name in the place of the one that every desk has: a second person approves it. Whoever
// sits down next, drlee, has keys for everybody who is enrolled.
func (d *writes) bySecond(name string) {
	d.t.Helper()
	raw, err := forms.Raw(name)
	if err != nil {
		d.t.Fatal(err)
	}
	raw = []byte(strings.Replace(string(raw), `"extension": [`, `"extension": [{"url": "urn:ehrdesk:form:approval", "valueBoolean": true},`, 1))
	f, err := form.Read(raw, form.Known)
	if err != nil || !f.Approval {
		d.t.Fatal(err)
	}
	d.forms = []ehrdesk.FormOffer{{Name: name, URL: f.URL, Version: f.Version, Title: ehrdesk.LocalName{English: name, Hant: name, Hans: name}, Site: true, Raw: raw}}
	_ = d.c.Close()
	if err := d.s.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.reopen(0)
	d.clock.advance(time.Second)
	d.s = d.signIn("drlee")
	d.c = d.chart(d.s, d.n)
}

// filled is a draft of a form, begun, filled in and kept.
func (d *writes) filled(name string, way int) ehrdesk.Draft {
	d.t.Helper()
	draft, err := d.s.BeginWriting(d.t.Context(), d.who, name, "en")
	if err != nil {
		d.t.Fatal(err)
	}
	return d.fill(draft, way)
}

// answers are those of a draft.
func (d *writes) answers(draft ehrdesk.Draft) *form.Answers {
	d.t.Helper()
	f, err := forms.Read(draft.Filled.Form)
	if err != nil {
		d.t.Fatal(err)
	}
	a, _, left, err := form.ReadResponse(f, draft.Filled.Response)
	if err != nil || len(left) > 0 {
		d.t.Fatalf("%+v, %v", left, err)
	}
	a.Know(form.Around{Now: d.deskNow()})
	return a
}

func (d *writes) fill(draft ehrdesk.Draft, way int) ehrdesk.Draft {
	d.t.Helper()
	a := d.answers(draft)
	formtest.FillAs(d.t, a, way)
	now := d.deskNow().In(ehrdesk.HongKong())
	for _, l := range a.Lines() { // at any hour of any day
		v := form.Value{Kind: l.Item.Type.Kind()}
		switch {
		case !l.Enabled || l.Item.ReadOnly || l.Value.IsZero():
			continue
		case l.Item.Type == form.DateTime:
			v.Text = now.Add(-time.Hour).Format(time.RFC3339)
		case l.Item.Type == form.Date && (l.Item.Link == "again-when" || l.Item.Link == "expiry"):
			v.Text = now.AddDate(0, 0, 30).Format(time.DateOnly)
		case l.Item.Type == form.Date:
			v.Text = now.Format(time.DateOnly)
		default:
			continue
		}
		if err := a.Set(l.Place, v); err != nil {
			d.t.Fatal(err)
		}
	}
	if p := a.Check(); len(p) > 0 {
		d.t.Fatalf("%s: %+v", draft.Filled.Form, p)
	}
	draft.Filled.Response = a.Draft(form.Header{})
	d.keep(draft)
	return draft
}

func (d *writes) keep(draft ehrdesk.Draft) {
	d.t.Helper()
	if err := d.s.KeepWriting(d.t.Context(), d.who, draft); err != nil {
		d.t.Fatal(err)
	}
}

func (d *writes) preview(id string) ehrdesk.Deposit {
	d.t.Helper()
	p, err := d.s.PreviewWriting(d.t.Context(), d.who, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *writes) sign(p ehrdesk.Deposit, want ehrdesk.DepositState) ehrdesk.DepositReceipt {
	d.t.Helper()
	r, err := d.s.SignWriting(d.t.Context(), d.who, p)
	if err != nil || r.State != want {
		d.t.Fatalf("%+v, %v; want %s", r, err, want)
	}
	return r
}

func (d *writes) drafts() []ehrdesk.Draft {
	d.t.Helper()
	all, err := d.s.Drafts(d.t.Context(), d.who)
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// sync brings the chart into step, and gives it as records by reference.
func (d *writes) sync() map[ehrdesk.Ref]ehrdesk.Record {
	d.t.Helper()
	if _, err := d.c.Sync(d.t.Context(), func(ehrdesk.Progress) {}); err != nil {
		d.t.Fatal(err)
	}
	out := map[ehrdesk.Ref]ehrdesk.Record{}
	for _, t := range ehrdesk.RecordTypes() {
		for _, r := range d.c.List(t) {
			out[r.Ref()] = r
		}
	}
	return out
}

// signed writes a form, signs it and syncs.
func (d *writes) signed(name string, way int) (ehrdesk.Deposit, map[ehrdesk.Ref]ehrdesk.Record) {
	d.t.Helper()
	p := d.preview(d.filled(name, way).ID)
	d.sign(p, ehrdesk.DepositSent)
	return p, d.sync()
}

// Every form that goes into the record is read at the centre as it was shown, byte for byte but for what the centre says of the
// version, and the draft is gone.
func TestEachFormIsReadBackAsItWasShown(t *testing.T) {
	d := newWrites(t)
	offers, err := d.s.Forms(t.Context())
	if err != nil || len(offers) != len(forms.Names()) {
		t.Fatalf("%d forms, %v", len(offers), err)
	}
	for _, o := range offers {
		if o.Title.English == "" || o.Title.Hant == "" || o.Title.Hans == "" {
			t.Errorf("%s: %+v", o.Name, o.Title)
		}
		if o.Name == "incident-report" || o.Name == "query-entry" { // these are asked of somebody
			continue
		}
		for way := range 2 {
			p, records := d.signed(o.Name, way)
			for i := range p.Records {
				r := &p.Records[i]
				got, ok := records[r.Record.Ref()]
				raw, err := d.c.Raw(t.Context(), r.Record.Ref())
				if !ok || err != nil {
					t.Fatalf("%s: %s: %v", o.Name, r.Record.Ref(), err)
				}
				if got.Title != r.Record.Title || got.Kind != r.Record.Kind || got.Date != r.Record.Date || got.Status != r.Record.Status {
					t.Errorf("%s: shown as %+v, is %+v", o.Name, r.Record, got)
				}
				if a, b := canonical(t, raw), canonical(t, r.Body); a != b || r.Becomes != ehrdesk.DepositNew {
					t.Errorf("%s: shown %s\nis %s", o.Name, b, a)
				}
			}
		}
	}
	if got := d.drafts(); len(got) != 0 {
		t.Errorf("%d drafts are left", len(got))
	}
	done, err := d.s.Deposits(t.Context(), d.who)
	if err != nil || len(done) != 2*(len(offers)-2) || done[0].State != ehrdesk.DepositSent || done[0].By != "drlee" || done[0].Title.English == "" || len(done[0].Refs) == 0 {
		t.Errorf("%d: %+v, %v", len(done), done, err)
	}
}

func canonical(t *testing.T, b []byte) string {
	t.Helper()
	c, known, err := signature.Canonical(b, signature.Static)
	if err != nil || !known {
		t.Fatal(err)
	}
	return string(c)
}

// What was entered is there after the desk was closed; a form that is not complete is not shown as if it could leave.
func TestADraftOutlivesTheDeskAndIsNotSentBeforeItIsWhole(t *testing.T) {
	d := newWrites(t)
	draft, err := d.s.BeginWriting(t.Context(), d.who, "blood-pressure-glucose", "zh-Hant")
	if err != nil {
		t.Fatal(err)
	}
	a := d.answers(draft)
	if err := a.Set(form.At("systolic", 0, 0, 0), form.Value{Kind: form.IsQuantity, Text: "12."}); err != nil {
		t.Fatal(err)
	}
	draft.Filled.Response = a.Draft(form.Header{})
	d.keep(draft)
	var lacks *ehrdesk.NotComplete
	if _, err := d.s.PreviewWriting(t.Context(), d.who, draft.ID); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !errors.As(err, &lacks) || lacks.Problems == 0 {
		t.Errorf("%v", err)
	}
	d.as("drlee")
	got := d.drafts()
	if len(got) != 1 || got[0].ID != draft.ID || string(got[0].Filled.Response) != string(draft.Filled.Response) || got[0].Filled.Language != "zh-Hant" {
		t.Fatalf("%+v", got)
	}
	if v := d.answers(got[0]).Value(form.At("systolic", 0, 0, 0)); v.Text != "12." {
		t.Errorf("%+v", v)
	}
}

// Nothing is signed that was not shown: a draft that was changed since is looked at again.
func TestWhatIsSignedIsWhatWasShown(t *testing.T) {
	d := newWrites(t)
	draft := d.filled("encounter-note", 0)
	p := d.preview(draft.ID)
	d.clock.advance(time.Second)
	d.fill(draft, 3)
	if _, err := d.s.SignWriting(t.Context(), d.who, p); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
	forged := d.preview(draft.ID)
	forged.Records[0].Body = []byte(strings.Replace(string(forged.Records[0].Body), `"completed"`, `"amended"`, 1))
	forged.Digest = strings.Repeat("0", 64)
	if _, err := d.s.SignWriting(t.Context(), d.who, forged); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
	d.wantWaiting(d.s)
	if len(d.drafts()) != 1 {
		t.Error("the draft is gone")
	}
	d.sign(d.preview(draft.ID), ehrdesk.DepositSent)
}

// However often it is signed, it counts once; and what is kept late does not bring it back.
func TestADraftIsSignedOnce(t *testing.T) {
	d := newWrites(t)
	draft := d.filled("encounter-note", 0)
	p := d.preview(draft.ID)
	d.line.set(true, nil)
	r := d.sign(p, ehrdesk.DepositWaits)
	if len(r.Refs) != len(p.Records) || r.Form != "encounter-note" || r.Title.English == "" || r.By != "drlee" {
		t.Errorf("the receipt of what waits says less than the list: %+v", r)
	}
	if len(d.drafts()) != 0 {
		t.Error("it is among the drafts while it waits")
	}
	if _, err := d.s.SignWriting(t.Context(), d.who, p); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("signed again: %v", err)
	}
	if err := d.s.KeepWriting(t.Context(), d.who, draft); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("kept late: %v", err)
	}
	d.wantWaiting(d.s, "deposit queued")
	if r, err := d.s.Deposits(t.Context(), d.who); err != nil || len(r) != 1 || r[0].State != ehrdesk.DepositWaits || len(r[0].Refs) != len(p.Records) {
		t.Errorf("%+v, %v", r, err)
	}
	d.line.set(false, nil)
	d.clock.advance(time.Minute)
	if _, err := d.s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	records := d.sync()
	for i := range p.Records {
		if r := records[p.Records[i].Record.Ref()]; r.Version != "1" {
			t.Errorf("%s: version %q", p.Records[i].Record.Ref(), r.Version)
		}
	}
	if len(d.drafts()) != 0 {
		t.Error("it is among the drafts after it was sent")
	}
}

// What the centre refuses is a draft again, with everything that was written and why; signed again it goes.
func TestWhatIsRefusedIsADraftAgain(t *testing.T) {
	d := newWrites(t)
	draft := d.filled("encounter-note", 1)
	d.line.fails(func(r *http.Request) int {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/fhir") {
			return http.StatusForbidden
		}
		return 0
	})
	d.sign(d.preview(draft.ID), ehrdesk.DepositRefused)
	d.line.fails(nil)
	got := d.drafts()
	if len(got) != 1 || got[0].ID == draft.ID || got[0].Filled.Refused != ehrdesk.CodeDenied || string(got[0].Filled.Response) != string(draft.Filled.Response) {
		t.Fatalf("%+v", got)
	}
	if again := d.drafts(); len(again) != 1 || again[0].ID != got[0].ID {
		t.Errorf("%+v", again)
	}
	d.sign(d.preview(got[0].ID), ehrdesk.DepositSent)
	d.wantWaiting(d.s)
	if len(d.drafts()) != 0 {
		t.Error("it is still a draft")
	}
}

// What is given up while it waits is a draft again, under another name: the old one is used up.
func TestWhatIsGivenUpIsADraftAgain(t *testing.T) {
	d := newWrites(t)
	draft := d.filled("encounter-note", 1)
	d.line.set(true, nil)
	d.sign(d.preview(draft.ID), ehrdesk.DepositWaits)
	if err := d.s.DropTask(t.Context(), draft.ID); err != nil {
		t.Fatal(err)
	}
	d.line.set(false, nil)
	got := d.drafts()
	if len(got) != 1 || got[0].ID == draft.ID || string(got[0].Filled.Response) != string(draft.Filled.Response) || !got[0].Filled.Signed.IsZero() {
		t.Fatalf("%+v", got)
	}
	d.clock.advance(time.Minute)
	d.sign(d.preview(got[0].ID), ehrdesk.DepositSent)
}

// What a provider's rule has a second person approve waits for one, though the form says nothing of it; another form does not.
func TestAProvidersRuleHasASecondPersonApprove(t *testing.T) {
	d := newWrites(t)
	d.second = []string{"encounter-note"}
	_ = d.c.Close()
	if err := d.s.Close(); err != nil {
		t.Fatal(err)
	}
	d.reopen(0)
	d.clock.advance(time.Second)
	d.s = d.signIn("drlee")
	d.c = d.chart(d.s, d.n)
	draft := d.filled("encounter-note", 0)
	p := d.preview(draft.ID)
	if !p.Approval {
		t.Fatal("no second person is asked")
	}
	d.sign(p, ehrdesk.DepositApproval)
	d.wantWaiting(d.s)
	if _, err := d.s.Approve(t.Context(), d.who, draft.ID); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("one's own: %v", err)
	}
	offers, err := d.s.Forms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range offers {
		if o.Second != (o.Name == "encounter-note") {
			t.Errorf("%s: %v", o.Name, o.Second)
		}
	}
	d.sign(d.preview(d.filled("blood-pressure-glucose", 0).ID), ehrdesk.DepositSent)
}

// A second person approves, and signs too; nobody their own, and a clerk nothing.
func TestASecondPersonApproves(t *testing.T) {
	d := newWrites(t)
	d.enrol("drho", ehrdesk.Doctor)
	d.bySecond("encounter-note")
	draft := d.filled("encounter-note", 0)
	p := d.preview(draft.ID)
	if !p.Approval {
		t.Fatal("no second person is asked")
	}
	d.sign(p, ehrdesk.DepositApproval)
	d.wantWaiting(d.s)
	if len(d.drafts()) != 0 {
		t.Error("it is among the drafts")
	}
	own, err := d.s.Approvals(t.Context(), d.who)
	if err != nil || len(own) != 1 || own[0].By != "drlee" || own[0].Deposit.Digest != p.Digest {
		t.Fatalf("%+v, %v", own, err)
	}
	if _, err := d.s.Approve(t.Context(), d.who, draft.ID); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("one's own: %v", err)
	}
	d.as("drho")
	if err := d.s.Refuse(t.Context(), d.who, draft.ID, " \t"); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("no reason: %v", err)
	}
	if err := d.s.Refuse(t.Context(), d.who, draft.ID, "the day is wrong"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.s.Approve(t.Context(), d.who, draft.ID); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("refused before: %v", err)
	}
	d.as("drlee")
	back := d.drafts()
	if len(back) != 1 || back[0].ID == draft.ID || back[0].Filled.Refusal != "the day is wrong" || back[0].Filled.Refuser == "" {
		t.Fatalf("%+v", back)
	}
	d.sign(d.preview(back[0].ID), ehrdesk.DepositApproval)
	d.as("drho")
	r, err := d.s.Approve(t.Context(), d.who, back[0].ID)
	if err != nil || r.State != ehrdesk.DepositSent || r.By != "drlee" {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := d.s.Approve(t.Context(), d.who, back[0].ID); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("approved twice: %v", err)
	}
	records, signatures := d.sync(), 0
	for _, p := range d.c.(interface{ Signing() []ehrdesk.Record }).Signing() {
		raw, err := d.c.Raw(t.Context(), p.Ref())
		if err != nil {
			t.Fatal(err)
		}
		signatures = strings.Count(string(raw), `"sigFormat"`)
	}
	if signatures != 2 || records[r.Refs[0]].Version != "1" {
		t.Errorf("%d signatures, %+v", signatures, records[r.Refs[0]])
	}
	d.as("drlee")
	if len(d.drafts()) != 0 {
		t.Error("it is a draft of its author's after it was approved")
	}
}

// A correction is a new version of the same records; what it makes no more is withdrawn, what has not changed stays as it is.
func TestACorrectionIsAVersionOfTheSame(t *testing.T) {
	d := newWrites(t)
	first, before := d.signed("blood-pressure-glucose", 0)
	of := first.Records[1].Record.Ref()
	draft, err := d.s.Correct(t.Context(), d.who, of)
	if err != nil || draft.Filled.Corrects != first.Records[0].Record.Ref() {
		t.Fatalf("%+v, %v", draft, err)
	}
	if again, err := d.s.Correct(t.Context(), d.who, of); err != nil || again.ID != draft.ID {
		t.Errorf("another draft: %+v, %v", again, err)
	}
	a := d.answers(draft)
	pulse := form.At("glucose", 0, 0)
	v := a.Value(pulse)
	if v.Text == "" {
		t.Fatalf("%+v", a.Lines())
	}
	v.Text = "7.7"
	if err := errors.Join(a.Set(pulse, v), a.Remove(form.At("reading", 1))); err != nil {
		t.Fatal(err)
	}
	if p := a.Check(); len(p) > 0 {
		t.Fatalf("%+v", p)
	}
	draft.Filled.Response = a.Draft(form.Header{})
	d.clock.advance(time.Hour)
	d.keep(draft)
	p := d.preview(draft.ID)
	var became []ehrdesk.DepositBecomes
	for i := range p.Records {
		if r := &p.Records[i]; before[r.Record.Ref()].Version != "1" {
			t.Errorf("%s was not there", r.Record.Ref())
		}
		became = append(became, p.Records[i].Becomes)
	}
	if len(first.Records) != 7 || !slices.Equal(became, []ehrdesk.DepositBecomes{ehrdesk.DepositVersion, ehrdesk.DepositVersion, ehrdesk.DepositWithdrawn, ehrdesk.DepositWithdrawn, ehrdesk.DepositWithdrawn}) {
		t.Fatalf("of %d records: %v", len(first.Records), became)
	}
	d.sign(p, ehrdesk.DepositSent)
	after := d.sync()
	for i := range p.Records {
		r := after[p.Records[i].Record.Ref()]
		want := map[ehrdesk.DepositBecomes]string{ehrdesk.DepositVersion: "corrected", ehrdesk.DepositWithdrawn: "entered-in-error"}[p.Records[i].Becomes]
		if i == 0 {
			want = "amended"
		}
		if r.Version != "2" || r.Status != want {
			t.Errorf("%s: version %s, %s; want %s", r.Ref(), r.Version, r.Status, want)
		}
	}
}

// A withdrawal takes back all that was written with a record, erases nothing, and is done once.
func TestAWithdrawalMarksAllThatWasWrittenWithIt(t *testing.T) {
	d := newWrites(t)
	written, _ := d.signed("allergy-report", 0)
	of := written.Records[1].Record.Ref()
	if _, err := d.s.PrepareWithdrawal(t.Context(), d.who, of, "because"); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("%v", err)
	}
	p, err := d.s.PrepareWithdrawal(t.Context(), d.who, of, ehrdesk.WithdrawWrongPatient)
	if err != nil || len(p.Records) != len(written.Records) {
		t.Fatalf("%+v, %v", p, err)
	}
	r := d.sign(p, ehrdesk.DepositSent)
	if r.Reason != ehrdesk.WithdrawWrongPatient {
		t.Errorf("%+v", r)
	}
	if again, err := d.s.SignWriting(t.Context(), d.who, p); err == nil && again.State != ehrdesk.DepositSent {
		t.Errorf("%+v, %v", again, err)
	}
	after := d.sync()
	for i := range written.Records {
		if r := after[written.Records[i].Record.Ref()]; r.Version != "2" || r.Status != "entered-in-error" {
			t.Errorf("%s: version %s, %s", r.Ref(), r.Version, r.Status)
		}
	}
	if _, err := d.s.PrepareWithdrawal(t.Context(), d.who, of, ehrdesk.WithdrawDuplicate); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("withdrawn twice: %v", err)
	}
	if _, err := d.s.Correct(t.Context(), d.who, of); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("corrected after: %v", err)
	}
}

// What others wrote is theirs to correct.
func TestWhatOthersWroteIsNotCorrectedHere(t *testing.T) {
	d := newWrites(t)
	for ref := range d.sync() {
		if _, err := d.s.Correct(t.Context(), d.who, ref); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%s: %v", ref, err)
		}
		if _, err := d.s.PrepareWithdrawal(t.Context(), d.who, ref, ehrdesk.WithdrawDuplicate); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%s: %v", ref, err)
		}
	}
}

// Nobody writes without the patient's chart: not a clerk, not after it was closed, and not about somebody else.
func TestNobodyWritesWithoutTheChart(t *testing.T) {
	d := newWrites(t)
	draft := d.filled("encounter-note", 0)
	p := d.preview(draft.ID)
	if _, err := d.s.BeginWriting(t.Context(), "another", "encounter-note", "en"); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("%v", err)
	}
	if _, err := d.s.BeginWriting(t.Context(), d.who, "no-such-form", "en"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
	if err := d.c.Close(); err != nil {
		t.Fatal(err)
	}
	_, err1 := d.s.SignWriting(t.Context(), d.who, p)
	_, err2 := d.s.PreviewWriting(t.Context(), d.who, draft.ID)
	_, err3 := d.s.Deposits(t.Context(), d.who)
	_, err4 := d.s.Approvals(t.Context(), d.who)
	for i, err := range []error{err1, err2, err3, err4, d.s.KeepWriting(t.Context(), d.who, draft)} {
		if ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%d: %v", i, err)
		}
	}
	d.wantWaiting(d.s)
}
