package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// queried is a draft of the query of a record, filled in but for the record that it begins with.
func (d *writes) queried(ref ehrdesk.Ref) ehrdesk.Draft {
	d.t.Helper()
	draft, err := d.s.Query(d.t.Context(), d.who, ref, "en")
	if err != nil {
		d.t.Fatal(err)
	}
	return d.fill(draft, 0)
}

// ofHospital is a record that "Queen Mary Hospital" is said to be the source of, and that provider on the centre.
func (d *writes) ofHospital() (ehrdesk.Ref, string) {
	d.t.Helper()
	hcp, err := d.centre.AddHCP(d.t.Context(), central.HCP{Name: "Queen Mary Hospital", CacheHours: 24})
	if err != nil {
		d.t.Fatal(err)
	}
	d.clock.advance(10 * time.Minute) // the desk asks for the directory again
	for ref := range d.sync() {
		if strings.HasPrefix(ref.ID, "obs-") {
			return ref, hcp
		}
	}
	d.t.Fatal("no result")
	return ehrdesk.Ref{}, ""
}

func (d *writes) requests(s *client.Session) []ehrdesk.Request {
	d.t.Helper()
	if _, err := s.FetchRequests(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	all, _, err := s.Requests(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// A query goes to the provider that wrote the record, as it was shown, once, and nothing of it becomes part of the record.
func TestAQueryGoesToWhoWroteTheRecord(t *testing.T) {
	d := newWrites(t)
	ref, hcp := d.ofHospital()
	draft := d.queried(ref)
	a := d.answers(draft)
	if v := a.Value(form.At("entry", 0)); v.Ref.Reference != ref.String() || !strings.Contains(v.Ref.Display, "Potassium") {
		t.Errorf("it begins with %+v", v)
	}
	if v := a.Value(form.At("made-by", 0)); v.Text != "Queen Mary Hospital" {
		t.Errorf("made by %+v", v)
	}
	before := len(d.sync())
	p := d.preview(draft.ID)
	q := p.Request
	if q == nil || len(p.Records) != 0 || q.Kind != ehrdesk.RequestQuery || q.To != (ehrdesk.RequestParty{ID: hcp, Name: "Queen Mary Hospital"}) || q.Body.About != ref || !strings.Contains(q.Body.Letter.Text, "What seems wrong") || len(q.Body.Attached) != 1 {
		t.Fatalf("%+v", p)
	}
	d.line.set(true, nil)
	r := d.sign(p, ehrdesk.DepositWaits)
	if r.Asked.ID != hcp || len(d.drafts()) != 0 {
		t.Errorf("%+v", r)
	}
	if _, err := d.s.SignWriting(t.Context(), d.who, p); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("signed again: %v", err)
	}
	d.line.set(false, nil)
	d.as("drlee") // another day
	d.clock.advance(time.Minute)
	if _, err := d.s.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.wantWaiting(d.s)
	all := d.requests(d.s)
	if len(all) != 1 || all[0].ID != p.ID || all[0].State != ehrdesk.RequestSent || all[0].Waits != "" || all[0].Body.Letter.Text != q.Body.Letter.Text || all[0].Body.Letter.Author != "Dr drlee" || all[0].Steps[0].Staff != "drlee" {
		t.Fatalf("%+v", all)
	}
	done, err := d.s.Deposits(t.Context(), d.who)
	if err != nil || len(done) != 1 || done[0].State != ehrdesk.DepositSent || done[0].Asked.ID != hcp || done[0].Form != "query-entry" {
		t.Errorf("%+v, %v", done, err)
	}
	if after := d.sync(); len(after) != before || len(d.drafts()) != 0 {
		t.Errorf("%d records, before %d", len(after), before)
	}
}

// Nobody is asked about what nobody can be asked about: one's own record is put right, of one whose provider is not known the
// source is said, and a changed draft is looked at again.
func TestAQueryHasSomebodyToGoTo(t *testing.T) {
	d := newWrites(t)
	var theirs ehrdesk.Ref
	for ref := range d.sync() {
		if ref.Resource == "Observation" {
			theirs = ref
		}
	}
	var none *ehrdesk.NoContributor
	if _, err := d.s.Query(t.Context(), d.who, theirs, "en"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound || !errors.As(err, &none) || none.Source != "Queen Mary Hospital" {
		t.Errorf("%v", err)
	}
	mine, _ := d.signed("encounter-note", 0)
	if _, err := d.s.Query(t.Context(), d.who, mine.Records[0].Record.Ref(), "en"); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("one's own: %v", err)
	}
	if _, err := d.s.Query(t.Context(), d.who, ehrdesk.Ref{Resource: "Observation", ID: "elsewhere"}, "en"); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("another's chart: %v", err)
	}
	if len(d.drafts()) != 0 {
		t.Error("a draft was begun")
	}
	ref, _ := d.ofHospital()
	draft := d.queried(ref)
	p := d.preview(draft.ID)
	a := d.answers(draft)
	if err := a.Set(form.At("explain", 0), form.Value{Kind: form.IsString, Text: "It is another day that is meant."}); err != nil {
		t.Fatal(err)
	}
	draft.Filled.Response = a.Draft(form.Header{})
	d.keep(draft)
	if _, err := d.s.SignWriting(t.Context(), d.who, p); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
	forged := d.preview(draft.ID)
	forged.Request.Body.Letter.Text = "something else"
	r := d.sign(forged, ehrdesk.DepositSent) // what leaves is what the desk makes of the draft, and never what is handed in
	if all := d.requests(d.s); len(all) != 1 || all[0].ID != r.ID || strings.Contains(all[0].Body.Letter.Text, "something else") {
		t.Errorf("%+v", all)
	}
}

// What the centre refuses is a draft again with all that was written; so is what is given up while it waits.
func TestAQueryThatIsRefusedOrGivenUpIsADraftAgain(t *testing.T) {
	d := newWrites(t)
	ref, _ := d.ofHospital()
	draft := d.queried(ref)
	d.line.fails(func(r *http.Request) int {
		if strings.HasSuffix(r.URL.Path, "$request") {
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
	d.line.set(true, nil)
	d.clock.advance(time.Minute)
	p := d.preview(got[0].ID)
	d.sign(p, ehrdesk.DepositWaits)
	if err := d.s.DropTask(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	d.line.set(false, nil)
	if got = d.drafts(); len(got) != 1 || got[0].ID == p.ID || string(got[0].Filled.Response) != string(draft.Filled.Response) {
		t.Fatalf("%+v", got)
	}
	d.clock.advance(time.Minute)
	d.sign(d.preview(got[0].ID), ehrdesk.DepositSent)
	d.wantWaiting(d.s)
	if all := d.requests(d.s); len(all) != 1 || len(d.drafts()) != 0 {
		t.Errorf("%+v", all)
	}
}

// An incident is approved by a second person, goes to the Office, says who wrote it, and is no record.
func TestAnIncidentGoesToTheOfficeOnceASecondPersonApproves(t *testing.T) {
	d := newWrites(t)
	d.enrol("drho", ehrdesk.Doctor)
	d.as("drlee") // who has keys for drho too from now on
	before := len(d.sync())
	draft := d.filled("incident-report", 0)
	p := d.preview(draft.ID)
	if !p.Approval || p.Request == nil || p.Request.To.ID != ehrdesk.Office {
		t.Fatalf("%+v", p)
	}
	d.sign(p, ehrdesk.DepositApproval)
	if all := d.requests(d.s); len(all) != 0 || len(d.drafts()) != 0 {
		t.Fatalf("sent before it was approved: %+v", all)
	}
	d.as("drho")
	waits, err := d.s.Approvals(t.Context(), d.who)
	if err != nil || len(waits) != 1 || waits[0].Deposit.Digest != p.Digest || waits[0].Deposit.Request.Body.Letter.Text != p.Request.Body.Letter.Text || waits[0].Deposit.Request.Patient.Name != p.Request.Patient.Name {
		t.Fatalf("%+v, %v", waits, err)
	}
	d.line.set(true, nil)
	if r, err := d.s.Approve(t.Context(), d.who, p.ID); err != nil || r.State != ehrdesk.DepositWaits || r.Asked.ID != ehrdesk.Office {
		t.Fatalf("%+v, %v", r, err)
	}
	d.line.set(false, nil)
	d.clock.advance(time.Minute)
	if _, err := d.s.Deliver(t.Context()); err != nil { // by whoever approved it
		t.Fatal(err)
	}
	d.as("drlee")
	if len(d.drafts()) != 0 {
		t.Error("it is its author's draft after it was approved")
	}
	all := d.requests(d.s)
	if len(all) != 1 || all[0].Kind != ehrdesk.RequestIncident || all[0].Steps[0].Staff != "drho" || all[0].Body.Letter.Author != "Dr drlee" || all[0].Body.Letter.Text != p.Request.Body.Letter.Text || all[0].To.Name == "" {
		t.Fatalf("%+v", all)
	}
	if after := d.sync(); len(after) != before || len(d.drafts()) != 0 {
		t.Errorf("%d records, before %d", len(after), before)
	}
	d.step(all[0].ID)
}

// step recalls an incident: the Office sees that.
func (d *writes) step(id string) {
	d.t.Helper()
	d.clock.advance(time.Minute)
	if r, err := d.s.Step(d.t.Context(), id, ehrdesk.RequestStep{State: ehrdesk.RequestRecalled, Note: "another patient"}); err != nil || r.State != ehrdesk.RequestRecalled || r.Waits != "" {
		d.t.Fatalf("%+v, %v", r, err)
	}
}
