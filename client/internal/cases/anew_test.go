package cases

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/idle"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// teller is a centre that gives one case's events, a directory of one person, and an access log that counts what was found.
type teller struct {
	Centre
	Directory
	AccessLog
	key    *ecdsa.PrivateKey
	id     string
	events []fhir.CaseEventOut
	gone   error
	asked  []string // for the list, from where on
	found  int
}

func (c *teller) Cases(_ context.Context, since string) (fhir.CasesOut, error) {
	c.asked = append(c.asked, since)
	out := fhir.CasesOut{UpTo: "7"}
	if since == "" {
		out.Cases = []fhir.CaseRow{{ID: c.id, Patient: "p1"}}
	}
	return out, nil
}

func (c *teller) CaseEvents(_ context.Context, _ string, since int, _ int64) (fhir.CaseEventsOut, error) {
	if c.gone != nil {
		return fhir.CaseEventsOut{}, c.gone
	}
	n := min(since+2, len(c.events)) // two at a time
	return fhir.CaseEventsOut{Events: c.events[min(since, n):n], More: n < len(c.events)}, nil
}

func (c *teller) OfferKeys(context.Context, []string) error { return nil }

func (c *teller) Signer(string, time.Time) (sealed.Person, crypto.PublicKey, bool) {
	return sealed.Person{Provider: "1", Staff: "drlee"}, c.key.Public(), true
}

func (c *teller) Incident(context.Context, string, string) error { c.found++; return nil }

type signers struct{ *teller }

func (s signers) Cases(context.Context) (sealed.Signers, error) { return s.teller, nil }
func (s signers) Renewed(context.Context, ehrdesk.CasePerson, time.Time) (time.Time, bool, error) {
	return time.Time{}, false, nil
}
func (s signers) Refresh(_ context.Context, _ time.Duration) error { return nil }

// begun is a desk that has a case of some changes as an older program kept it, and the centre that gives them.
func begun(t *testing.T) (*Cases, *teller) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &teller{key: key, id: uuid.NewString()}
	s := desk(t)
	s.Line = line.New(line.NewBreaker(func(context.Context) error { return nil }, time.Minute), s.Now, &line.Clock{}, &warnings.Warnings{})
	s.Idle = &idle.Idler{}
	s.Idle.Do(time.Hour, func(context.Context) {})
	t.Cleanup(s.Idle.Stop)
	t.Cleanup(s.Line.End)
	s.centre, s.directory, s.access = c, signers{c}, c
	s.signs = func(string) (sealed.Signer, error) { return sealed.Signer{Key: key, Name: "k"}, nil }
	k := c.tells(t, kept{}, ehrdesk.CaseBegun, ehrdesk.CaseJoined, ehrdesk.CaseCloses, ehrdesk.CaseReopened)
	k.Case.Changes, k.Asked, k.Offered = nil, s.Now(), "a key"
	k.Reached = []ehrdesk.CaseGiven{{Envelope: "e1", To: s.me(), At: s.Now()}}
	if err := s.keep(t.Context(), c.id, &k); err != nil {
		t.Fatal(err)
	}
	if err := s.keepSaid(t.Context(), c.id, map[string]text{"e1": {Read: true, Body: ehrdesk.CaseBody{Text: "was read"}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.put(t.Context(), caseList, markItem, mark{UpTo: "7"}); err != nil {
		t.Fatal(err)
	}
	return s, c
}

// tells adds events to a case and to what the centre gives.
func (c *teller) tells(t *testing.T, k kept, kinds ...ehrdesk.CaseEventKind) kept {
	t.Helper()
	for _, kind := range kinds {
		at := time.Date(2026, 11, 20, 10, k.Case.Events, 0, 0, time.UTC)
		e := ehrdesk.CaseEvent{Case: c.id, Kind: kind, By: ehrdesk.CasePerson{Provider: "1", Staff: "drlee"}, Name: "Dr LEE", At: at}
		switch kind {
		case ehrdesk.CaseBegun:
			e.Patient, e.Purpose, e.Ends = "p1", ehrdesk.CaseOpinion, ehrdesk.CaseDestroys
		case ehrdesk.CaseJoined:
			e.Person = &ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: "2", Staff: "drho"}, Name: "Dr HO"}
		case ehrdesk.CaseCloses:
			e.Until = at.Add(ehrdesk.CaseCooling)
		case ehrdesk.CaseReopened:
			e.Reason = ehrdesk.CaseAwaited
		default:
		}
		signed, err := caselog.Next(&k.Case, e, sealed.Signer{Key: c.key, Name: "k"})
		if err != nil {
			t.Fatal(err)
		}
		if k.Hashes, err = caselog.Follow(&k.Case, k.Hashes, []string{signed}, c, nil); err != nil {
			t.Fatal(err)
		}
		c.events = append(c.events, fhir.CaseEventOut{N: k.Case.Events, Signed: signed})
	}
	return k
}

// A case that an older program kept without its changes is made anew from its events, with what came since; what was read of it stays,
// and it is done once.
func TestACaseKeptWithoutItsChangesIsMadeAnew(t *testing.T) {
	s, c := begun(t)
	old, err := s.kept(t.Context(), c.id)
	if err != nil || old.Version != 0 || len(old.Case.Changes) != 0 || old.Case.Events != 4 {
		t.Fatalf("%+v, %v", old, err)
	}
	c.tells(t, old, ehrdesk.CaseCloses)
	for range 2 {
		if _, err := s.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	v, err := s.One(t.Context(), c.id)
	if err != nil || len(v.Changes) != 5 || v.Changes[3].Reason != ehrdesk.CaseAwaited || v.Changes[1].Person.Name != "Dr HO" || v.Words["e1"] != "was read" || v.State != ehrdesk.CaseClosing {
		t.Errorf("%+v, %v", v, err)
	}
	k, err := s.kept(t.Context(), c.id)
	if err != nil || k.Version != keptVersion || k.Offered != "a key" || len(k.Hashes) != 5 || c.found != 0 {
		t.Errorf("%+v, %v, %d found", k, err, c.found)
	}
	if len(c.asked) != 2 || c.asked[0] != "" || c.asked[1] != "7" {
		t.Errorf("the list was asked for from %q on", c.asked)
	}
}

// Until the centre gives all of it again, and the same, what was kept stays; another history is found.
func TestACaseMadeAnewLosesNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil  func(*teller)
		fails  bool
		broken bool
		later  bool // it is tried again
	}{
		"no line":    {func(c *teller) { c.gone = ehrdesk.E("test", ehrdesk.CodeOffline, nil) }, true, false, true},
		"given less": {func(c *teller) { c.events = c.events[:2] }, false, true, true},
		"another history": {func(c *teller) {
			c.events = nil
			c.tells(t, kept{}, ehrdesk.CaseBegun, ehrdesk.CaseCloses, ehrdesk.CaseReopened, ehrdesk.CaseCloses)
		}, false, true, true},
		"given no more": {func(c *teller) { c.gone = ehrdesk.E("test", ehrdesk.CodeNotFound, nil) }, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := begun(t)
			tt.spoil(c)
			if _, err := s.Sync(t.Context()); err != nil != tt.fails {
				t.Fatal(err)
			}
			k, err := s.kept(t.Context(), c.id)
			if err != nil || k.Case.Events != 4 || len(k.Hashes) != 4 || k.Broken != "" != tt.broken || k.Version < keptVersion != tt.later || c.found > 1 {
				t.Errorf("%+v, %v, %d found", k, err, c.found)
			}
			if v, err := s.One(t.Context(), c.id); err != nil || v.Words["e1"] != "was read" {
				t.Errorf("%q, %v", v.Words, err)
			}
		})
	}
}
