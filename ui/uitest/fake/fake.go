// Package fake is a desk with behaviour for tests of the screens: a few people,
// patients in each state of consent, a record in English and Chinese, and one
// of ten thousand entries. It does no I/O and waits only where a test says so.
package fake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/find"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// Zone is Hong Kong's, without needing a zone database.
var Zone = time.FixedZone("HKT", 8*3600)

// Clock is the fixed moment of the goldens.
func Clock() time.Time { return time.Date(2026, 11, 21, 9, 41, 0, 0, Zone) }

// Passphrase opens every account.
const Passphrase = "tide and lantern"

// Tail is the last three digits of the HKIC of NoConsent and Active.
const Tail = "456"

// Key is every patient's Access Key.
const Key = "24681357"

// Desk is the fake. Fields may be set before it is used; Gate, where set, is
// waited for by the call it names: "find", "grant", "open", "sync", "signin".
type Desk struct {
	DueAt    time.Time     // when a copy has to be gone; zero for never
	Warnings []string      // codes that every session tells
	Ends     []ehrdesk.End // of whoever signs in
	People   []ehrdesk.Account
	Terms    []ehrdesk.Term
	Link     ehrdesk.LinkState
	OnCall   map[string]time.Time // until when people of the directory are on call, by staff id
	Notify   string               // how patients are told, "" for not of accesses
	NewFrom  time.Time            // from when codes go to contact data that were changed; zero for at once
	Why      ehrdesk.LineTrouble
	Turned   time.Time        // when the line went or came back; zero for hours ago
	Deaf     bool             // the centre says nothing by itself
	Fail     map[string]error // by call, once
	Gate     map[string]chan struct{}
	Signed   map[ehrdesk.Ref][]ehrdesk.Signature // what those on a record are worth
	Marked   map[ehrdesk.Ref]ehrdesk.RecordMark  // what is known of who wrote a record
	Elements map[ehrdesk.Ref][]ehrdesk.Element   // of records that a test has read; of others a few are made up
	// Cancelled counts, by name, the calls given up while they waited at a gate.
	Cancelled map[string]int

	mu              sync.Mutex
	patients        map[string]*person
	Grants          []ehrdesk.Grant
	Revokes         []ehrdesk.Withdrawal
	Opens           []ehrdesk.Purpose
	Opened          []ehrdesk.Recent // the newest last
	Ahead           bool             // records are fetched before they are opened
	NotAhead        []ehrdesk.NotFetched
	Fresh           map[string]int    // by patient, how much of a copy that is here is new
	Waits           map[string][2]int // by patient, of how much of that something is to be done, and to be known
	Shut            int               // charts closed
	Openings        []ehrdesk.Opening // of abnormal results
	Results         []ehrdesk.ResultsWaiting
	Closed          int // sessions
	Day             []ehrdesk.Task
	Outcome         func(*ehrdesk.Task) // makes of an act of unknown outcome what the centre knows; nil: it is silent
	Verified        []ehrdesk.Verification
	Releases        []ehrdesk.Release
	HandOut         []ehrdesk.Handout         // ways that the policy allows
	Handed          []string                  // what was handed out, and what was sent, in order
	Truth           ehrdesk.Truth             // of every chart
	Hide            ehrdesk.RecordType        // a type that is for nobody's role; zero for none
	Unasked         ehrdesk.Kind              // a kind that the source cannot be asked for; zero for none
	Unread          ehrdesk.Unread            // of every chart once its texts are read
	Now             func() time.Time          // nil for Clock
	Rows            int                       // so many more of the two logs, the same at both
	Says            bool                      // that the centre says at the sign-in who is User Administrator
	Page            *ehrdesk.SignInPage       // of a server that asks by its own who signs in; nil for none
	Staff           *ehrdesk.ProviderAccounts // what a User Administrator sees; nil: whoever asks is none
	Acts            []ehrdesk.AccountAct
	Hostile         string                               // the staff id of what the two logs have, "" for a doctor's
	Said            map[string][]ehrdesk.Acknowledgement // by patient, what was said to safety findings
	Programs        []ehrdesk.DraftProgram               // that write drafts
	Drafted         []ehrdesk.Draft                      // that are kept, the latest first
	Given           []ehrdesk.DraftRequest               // to programs
	Writes          string                               // what every program writes
	Calls           map[string]int
	Ours            map[ehrdesk.Ref]ehrdesk.Filled // records of this provider's, with the form that each was made by
	SiteForms       []ehrdesk.FormOffer
	SecondActs      []ehrdesk.OneWord // that the provider has a second person approve
	Held            []ehrdesk.HeldAct // that wait for one
	Second          []string          // forms that the provider has a second person approve
	Asked           Asked             // between providers
	Sealed          Sealed            // cases
	RefusesDeposits ehrdesk.Code      // the centre takes nothing, and says why
	RefusesRequests ehrdesk.Refusal
	Referred        []ehrdesk.Request // to other providers
	wrote           written
	charts          []*chart
	live            int // sessions
	Locked          int // sessions, each once
	tries           int
}

type person struct {
	patient       ehrdesk.Patient
	participation ehrdesk.Participation
	consent       ehrdesk.SharingConsent
	records       []ehrdesk.Record
	allergies     ehrdesk.Allergies
}

// New is a desk with a doctor, a nurse, a pharmacist and a clerk.
func New() *Desk {
	acc := func(staff, name string, role ehrdesk.Profession) ehrdesk.Account {
		return ehrdesk.Account{Staff: staff, Name: name, Role: role, Provider: "9265486345", ProviderName: "Kwai Chung Family Clinic 葵涌家庭診所", Location: "Kwai Chung"}
	}
	d := &Desk{
		People: []ehrdesk.Account{
			acc("drlee", "Dr LEE Ka Ho 李家豪", ehrdesk.Doctor), acc("nwong", "WONG Siu Ling 黃小玲", ehrdesk.Nurse),
			acc("pho", "HO Chi Keung", ehrdesk.Pharmacist), acc("cmei", "CHEUNG Mei Yee 張美儀", ehrdesk.FrontDesk),
		},
		Terms: []ehrdesk.Term{ehrdesk.Indefinite, ehrdesk.OneYear}, Link: ehrdesk.Online, Notify: "sms",
		Fail: map[string]error{}, Gate: map[string]chan struct{}{}, patients: map[string]*person{}, Said: map[string][]ehrdesk.Acknowledgement{},
	}
	d.populate()
	return d
}

// Patient is the patient of a number.
func (d *Desk) Patient(number string) ehrdesk.Patient {
	n, err := ehrdesk.ParseNumber(number)
	if err != nil {
		return ehrdesk.Patient{}
	}
	if p := d.find(n); p != nil {
		return p.patient
	}
	return ehrdesk.Patient{}
}

func (d *Desk) now() time.Time {
	if d.Now != nil {
		return d.Now()
	}
	return Clock()
}

// Sent notes what has left the desk.
func (d *Desk) Sent(what string) { d.handed(what) }

func (d *Desk) handed(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Handed = append(d.Handed, what)
}

func (d *Desk) call(ctx context.Context, name string) error {
	d.mu.Lock()
	gate, err := d.Gate[name], d.Fail[name]
	delete(d.Fail, name)
	if d.Calls == nil {
		d.Calls, d.Cancelled = map[string]int{}, map[string]int{}
	}
	d.Calls[name]++
	d.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				d.mu.Lock()
				d.Cancelled[name]++
				d.mu.Unlock()
			}
			return ehrdesk.E("fake."+name, ehrdesk.CodeTimeout, ctx.Err())
		}
	}
	return err
}

// Accounts lists the people.
func (d *Desk) Accounts(ctx context.Context) ([]ehrdesk.Account, error) {
	return d.People, d.call(ctx, "accounts")
}

// Enrol takes the code "LETMEIN1".
func (d *Desk) Enrol(ctx context.Context, e ehrdesk.Enrolment) (ehrdesk.Account, error) {
	if err := d.call(ctx, "enrol"); err != nil {
		return ehrdesk.Account{}, err
	}
	if e.Code.Reveal() != "LETMEIN1" {
		return ehrdesk.Account{}, ehrdesk.E("fake.enrol", ehrdesk.CodeDenied, nil)
	}
	a := ehrdesk.Account{Staff: e.Staff, Name: "Dr " + e.Staff, Role: ehrdesk.Doctor, Provider: "9265486345", ProviderName: "Kwai Chung Family Clinic"}
	d.People = append(d.People, a)
	return a, nil
}

// SignIn takes Passphrase.
func (d *Desk) SignIn(ctx context.Context, staff string, p ehrdesk.Secret) (ehrdesk.Session, error) {
	if err := d.call(ctx, "signin"); err != nil {
		return nil, err
	}
	if p.Reveal() != Passphrase {
		return nil, ehrdesk.E("fake.signin", ehrdesk.CodeNotSignedIn, nil)
	}
	staff, hcp, _ := strings.Cut(staff, "@")
	var found []ehrdesk.Account
	for _, a := range d.People {
		if a.Staff == staff && (hcp == "" || a.Provider == hcp) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 1:
		d.mu.Lock()
		d.live++
		d.mu.Unlock()
		return &session{d: d, a: found[0]}, nil
	case 2:
		return nil, ehrdesk.E("fake.signin", ehrdesk.CodeInvalid, nil)
	}
	return nil, ehrdesk.E("fake.signin", ehrdesk.CodeNotFound, nil)
}

// SignInAt is SignIn at a server whose own page asks who signs in, where Page is set.
func (d *Desk) SignInAt(ctx context.Context, staff string, p ehrdesk.Secret, show func(ehrdesk.SignInPage)) (ehrdesk.Session, error) {
	if d.Page != nil && p.Reveal() == Passphrase {
		show(*d.Page)
		if err := d.call(ctx, "page"); err != nil {
			return nil, err
		}
	}
	return d.SignIn(ctx, staff, p)
}

type session struct {
	d      *Desk
	a      ehrdesk.Account
	locked bool
	closed bool
}

// Warnings are what the desk has to tell.
func (s *session) Warnings() []string { return s.d.Warnings }

// Ends are what is to end of whoever is signed in.
func (s *session) Ends() []ehrdesk.End { return s.d.Ends }

// Ended is what of it has ended by the clock of the fake.
func (s *session) Ended() *ehrdesk.End { return ehrdesk.EndInForce(s.d.Ends, s.d.now()) }

func (s *session) Account() ehrdesk.Account { return s.a }

func (s *session) Link() ehrdesk.Link {
	since := Clock().Add(-130 * time.Minute)
	if !s.d.Turned.IsZero() {
		since = s.d.Turned
	}
	return ehrdesk.Link{State: s.d.Link, Since: since, Last: Clock().Add(-130 * time.Minute), Why: s.d.Why, Hears: s.d.Link == ehrdesk.Online && !s.d.Deaf}
}

// AccessLog is a morning's work.
func (s *session) AccessLog(ctx context.Context) ([]ehrdesk.LogEntry, error) {
	broken := s.d.call(ctx, "log")
	if broken != nil && ehrdesk.CodeOf(broken) != ehrdesk.CodeTampered {
		return nil, broken
	}
	at := func(min int) time.Time { return Clock().Add(time.Duration(min-60) * time.Minute) }
	ev := func(min int, a ehrdesk.AuditAction, staff string, role ehrdesk.Profession, patient string, out ehrdesk.Code) ehrdesk.AuditEvent {
		return ehrdesk.AuditEvent{At: at(min), Action: a, Staff: staff, Role: role, Provider: s.a.Provider, Location: "Kwai Chung", Patient: patient, Outcome: out}
	}
	opened := ev(12, ehrdesk.AuditOpen, "drlee", ehrdesk.Doctor, "p2", "")
	opened.Purpose = ehrdesk.Consultation
	card := ev(6, ehrdesk.AuditGrant, "cmei", ehrdesk.FrontDesk, "p2", "")
	card.Detail, card.Card = "card SC-2026-000481", &ehrdesk.CardEvidence{Profile: "training-1", Source: "reader", Scheme: "training-1", Proof: ehrdesk.CardGenuineChip}
	events := []ehrdesk.AuditEvent{
		ev(-1500, ehrdesk.AuditSignIn, "drlee", ehrdesk.Doctor, "", ""), ev(-1490, ehrdesk.AuditOpenCached, "drlee", ehrdesk.Doctor, "p5", ""),
		ev(0, ehrdesk.AuditSignIn, "cmei", ehrdesk.FrontDesk, "", ""), ev(5, ehrdesk.AuditFind, "cmei", ehrdesk.FrontDesk, "p2", ""), card,
		ev(7, ehrdesk.AuditGrant, "cmei", ehrdesk.FrontDesk, "p1", ehrdesk.CodeDenied), opened, ev(20, ehrdesk.AuditIncident, "drlee", ehrdesk.Doctor, "p2", ehrdesk.CodeTampered),
	}
	for i := range s.d.Rows {
		events = append(events, ev(21, ehrdesk.AuditFind, fmt.Sprint("staff", i%30), ehrdesk.Doctor, fmt.Sprint("p", i%500), ""))
	}
	if s.d.Hostile != "" {
		e := ev(22, ehrdesk.AuditOpen, s.d.Hostile, ehrdesk.Doctor, s.d.Hostile, "")
		e.Reason, e.Location, e.Detail = s.d.Hostile, s.d.Hostile, s.d.Hostile
		events = append(events, e)
	}
	var out []ehrdesk.LogEntry
	for i := len(events) - 1; i >= 0; i-- {
		out = append(out, ehrdesk.LogEntry{Seq: int64(i + 1), AuditEvent: events[i]})
	}
	return out, broken
}

func (s *session) Close() error {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.d.Closed++
	if s.d.live--; s.d.live > 0 {
		return nil
	}
	for _, c := range s.d.charts { // as with a provider that keeps nothing past the session
		c.shred()
	}
	s.d.charts = nil
	return nil
}

func (d *Desk) find(n ehrdesk.Number) *person {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range d.patients {
		if (!n.HKIC.IsZero() && p.patient.HKIC == n.HKIC) || (!n.EHR.IsZero() && p.patient.EHR == n.EHR) ||
			(n.Document.Number != "" && len(p.patient.Documents) > 0 && p.patient.Documents[0] == n.Document) {
			return p
		}
	}
	return nil
}

func (s *session) Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	if err := s.d.call(ctx, "find"); err != nil {
		return ehrdesk.Finding{}, err
	}
	p := s.d.find(n)
	if p == nil {
		return ehrdesk.Finding{}, ehrdesk.E("fake.find", ehrdesk.CodeNotFound, nil)
	}
	f := ehrdesk.Finding{Participation: p.participation, Patient: p.patient, Consent: p.consent, Checked: Clock(), Untold: s.d.Notify == ""}
	if s.d.Link == ehrdesk.Offline {
		if !p.consent.State.Allows() {
			return ehrdesk.Finding{}, ehrdesk.E("fake.find", ehrdesk.CodeOffline, nil)
		}
		f.Cached, f.Checked = true, Clock().Add(-130*time.Minute)
	}
	return f, nil
}

func (s *session) Open(ctx context.Context, n ehrdesk.Number, p ehrdesk.Purpose, _ string) (ehrdesk.Chart, error) {
	if err := s.d.call(ctx, "open"); err != nil {
		return nil, err
	}
	if s.isLocked() {
		return nil, ehrdesk.E("fake.open", ehrdesk.CodeLocked, nil)
	}
	who := s.d.find(n)
	switch {
	case who == nil:
		return nil, ehrdesk.E("fake.open", ehrdesk.CodeNotFound, nil)
	case !s.a.Role.Clinical():
		return nil, ehrdesk.E("fake.open", ehrdesk.CodeDenied, nil)
	case !who.consent.State.Allows():
		return nil, ehrdesk.E("fake.open", ehrdesk.CodeConsentNeeded, nil)
	}
	s.d.mu.Lock()
	s.d.Opens = append(s.d.Opens, p)
	s.d.Opened = append(s.d.Opened, ehrdesk.Recent{Patient: who.patient, At: s.d.now()})
	s.d.mu.Unlock()
	c := newChart(s.d, s.a, who)
	s.d.mu.Lock()
	s.d.charts = append(s.d.charts, c)
	s.d.mu.Unlock()
	return c, nil
}

// Recent is whose charts were opened, the last first.
func (s *session) Recent(ctx context.Context, since time.Time) (out []ehrdesk.Recent, err error) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	seen := map[string]bool{}
	for i := len(s.d.Opened) - 1; i >= 0; i-- {
		if o := s.d.Opened[i]; !seen[o.Patient.ID] && !o.At.Before(since) {
			seen[o.Patient.ID] = true
			out = append(out, o)
		}
	}
	return out, nil
}

// contains is the search: every word somewhere in the record's line, or in the note
// that every record has.
func contains(r *ehrdesk.Record, q find.Query) bool {
	return !q.Empty() && q.Units(fold.String(words(r)+" "+noteOfAll)) == q.Len()
}
