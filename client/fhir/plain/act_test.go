package plain

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

const (
	request = "7d9f1a52-7c0a-4f8e-9a54-1d1b4a7c0e11"
	another = "11111111-7c0a-4f8e-9a54-1d1b4a7c0e22"
)

func granting(t testing.TB, id, form string) fhir.Act {
	t.Helper()
	return fhir.Act{Op: ehrdesk.AuditGrant, Verification: ehrdesk.Verification{Grant: ehrdesk.Grant{Patient: number(t), Channel: ehrdesk.ByForm, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver},
		NoticeRead: true, NoticeVersions: map[string]string{"n": "1"}, NoticeReadAt: testclock.Start(), DocumentSighted: true, FormReference: form, RequestID: id}}}
}

func withdrawing(t testing.TB, id, form string) fhir.Act {
	t.Helper()
	return fhir.Act{Op: ehrdesk.AuditRevoke, Withdrawal: ehrdesk.Withdrawal{Patient: number(t), Channel: ehrdesk.ByForm, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, DocumentSighted: true, FormReference: form, RequestID: id}}
}

// cutting is a line that breaks at one request: before it arrives, or with its answer.
type cutting struct {
	http.RoundTripper

	mu       sync.Mutex
	n, at    int
	answered bool // the request arrives, and its answer is lost
}

var errCut = errors.New("the line is cut")

func (c *cutting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.n++
	cut := c.n == c.at
	c.mu.Unlock()
	if cut && !c.answered {
		return nil, errCut
	}
	res, err := c.RoundTripper.RoundTrip(r)
	if cut && err == nil {
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return nil, errCut
	}
	return res, err
}

// aim lets the nth request from now on be cut; 0 for none.
func (c *cutting) aim(n int, answered bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n, c.at, c.answered = 0, n, answered
}

func (c *cutting) done() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// cuttable is a server with a patient, and a desk whose line can be cut.
func cuttable(t *testing.T, q fhirtest.Quirks, more ...string) (*fhirtest.Server, *Centre, *cutting) {
	t.Helper()
	s := fhirtest.New(t, testclock.Start(), q)
	s.Put(patientWith("p", ""))
	for _, body := range more {
		s.Put(body)
	}
	hc := *s.Client()
	cut := &cutting{RoundTripper: hc.Transport}
	hc.Transport = cut
	c := through(t, s, ours, &hc)
	if _, err := c.Find(t.Context(), number(t)); err != nil { // what is found out once is found out
		t.Fatal(err)
	}
	return s, c, cut
}

// stored are the resources of a type, and those of them with a status.
func stored(s *fhirtest.Server, resource, status string) (all int, of int) {
	for ref, body := range s.All() {
		if ref.Resource != resource {
			continue
		}
		all++
		if r, err := r4.Read(body); err == nil && r.Text("status") == status {
			of++
		}
	}
	return all, of
}

// writers are the ways in which servers take what they are given.
var writers = map[string]fhirtest.Quirks{
	"a good server":                    {},
	"ids of its own":                   {Is: fhirtest.NoUpdateCreate},
	"ids of its own, unsaid":           {Is: fhirtest.NoUpdateCreate | fhirtest.Bare},
	"ids of its own, and no condition": {Is: fhirtest.NoUpdateCreate | fhirtest.IgnoreIfNone},
	"it keeps ids that are posted":     {Is: fhirtest.NoUpdateCreate | fhirtest.KeepsPostedID},
	"no conditions":                    {Is: fhirtest.IgnoreIfNone | fhirtest.IgnoreIfMatch},
	"references are checked":           {Is: fhirtest.Integrity},
	"no versions":                      {Is: fhirtest.NoVersions | fhirtest.IgnoreIfMatch},
}

// Wherever the line breaks, with a request or with its answer: nothing opens a chart
// without its form and who took it, and when it is asked what became of the act there is
// one consent with one proof. What the first answer said is what the second says.
func TestAConsentIsStoredOnceWhereverTheLineBreaks(t *testing.T) {
	for name, q := range writers {
		t.Run(name, func(t *testing.T) {
			for _, answered := range []bool{false, true} {
				for at := 1; ; at++ {
					s, c, cut := cuttable(t, q)
					cut.aim(at, answered)
					r, err := c.Act(t.Context(), granting(t, request, "F1"))
					if n := cut.done(); n < at {
						if err != nil || at < 6 {
							t.Fatalf("without a cut, after %d requests: %v", n, err)
						}
						break
					}
					where := fmt.Sprintf("cut at %d, answered %t", at, answered)
					if _, active := stored(s, "Consent", "active"); active > 0 {
						if docs, _ := stored(s, "DocumentReference", ""); docs == 0 {
							t.Errorf("%s: a consent without its form", where)
						}
						if proofs, _ := stored(s, "Provenance", ""); proofs == 0 {
							t.Errorf("%s: a consent without its proof", where)
						}
						if err != nil && !errors.Is(err, fhir.ErrOutcomeUnknown) {
							t.Errorf("%s: it is on record, and the desk is told that it is not: %v", where, err)
						}
					}
					cut.aim(0, false)
					again, err2 := c.Settle(t.Context(), granting(t, request, "F1"))
					if err2 != nil || !again.Consent.State.Allows() || again.Patient.ID != "p" || again.Notified != ehrdesk.NotifiedUnknown {
						t.Fatalf("%s: %+v, %v", where, again, err2)
					}
					if err == nil && r.Reference != again.Reference {
						t.Errorf("%s: %q and then %q", where, r.Reference, again.Reference)
					}
					for _, resource := range []string{"Consent", "DocumentReference", "Provenance"} {
						if all, _ := stored(s, resource, ""); all != 1 {
							t.Errorf("%s: %d of %s", where, all, resource)
						}
					}
					if f, err := c.Find(t.Context(), number(t)); err != nil || !f.Consent.State.Allows() || f.Consent.Channel != ehrdesk.ByForm {
						t.Errorf("%s: %+v, %v", where, f.Consent, err)
					}
				}
			}
		})
	}
}

// The same for a withdrawal: with it every consent to the provider is over, and nothing
// that comes late revives one.
func TestAWithdrawalIsCarriedOutOnceWhereverTheLineBreaks(t *testing.T) {
	for name, q := range writers {
		t.Run(name, func(t *testing.T) {
			for _, answered := range []bool{false, true} {
				for at := 1; ; at++ {
					s, c, cut := cuttable(t, q, permit("one"), permit("two"), consentTo("x", "p", "permit", "999"))
					cut.aim(at, answered)
					_, err := c.Act(t.Context(), withdrawing(t, request, "F2"))
					if n := cut.done(); n < at {
						if err != nil || at < 6 {
							t.Fatalf("without a cut, after %d requests: %v", n, err)
						}
						break
					}
					where := fmt.Sprintf("cut at %d, answered %t", at, answered)
					if _, active := stored(s, "Consent", "active"); active == 1 && err != nil && !errors.Is(err, fhir.ErrOutcomeUnknown) && ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
						t.Errorf("%s: it is over, and the desk is told that it is not: %v", where, err)
					}
					cut.aim(0, false)
					again, err := c.Settle(t.Context(), withdrawing(t, request, "F2"))
					if err != nil || again.Consent.State != ehrdesk.ConsentWithdrawn || again.Reference == "" {
						t.Fatalf("%s: %+v, %v", where, again, err)
					}
					if all, active := stored(s, "Consent", "active"); all != 3 || active != 1 {
						t.Errorf("%s: %d consents, %d active", where, all, active)
					}
					for _, resource := range []string{"DocumentReference", "Provenance"} {
						if all, _ := stored(s, resource, ""); all != 1 {
							t.Errorf("%s: %d of %s", where, all, resource)
						}
					}
				}
			}
		})
	}
}

// A grant that is asked about after the patient has withdrawn is answered by how it
// stands, and stays withdrawn.
func TestNothingRevivesAConsentThatWasWithdrawn(t *testing.T) {
	for name, q := range writers {
		t.Run(name, func(t *testing.T) {
			s, c, _ := cuttable(t, q)
			if _, err := c.Act(t.Context(), granting(t, request, "F1")); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Act(t.Context(), withdrawing(t, another, "F2")); err != nil {
				t.Fatal(err)
			}
			r, err := c.Settle(t.Context(), granting(t, request, "F1"))
			if err != nil || r.Consent.State != ehrdesk.ConsentWithdrawn {
				t.Errorf("%+v, %v", r.Consent, err)
			}
			if _, active := stored(s, "Consent", "active"); active != 0 {
				t.Error("it is active again")
			}
			if _, err := c.Act(t.Context(), withdrawing(t, "22222222-7c0a-4f8e-9a54-1d1b4a7c0e33", "F3")); !errors.Is(err, ehrdesk.ErrNoConsent) {
				t.Errorf("a second withdrawal: %v", err)
			}
		})
	}
}

// Who changes the Consent meanwhile is not written over: it is read again, and what they
// added is kept; where they ended it themselves it stays as they left it.
func TestAWithdrawalKeepsWhatOthersHaveWritten(t *testing.T) {
	for name, theirs := range map[string]string{"a note": strings.Replace(permit("one"), `"status"`, `"language":"zh","status"`, 1), "an end": strings.Replace(permit("one"), `"active"`, `"rejected"`, 1)} {
		s, c, _ := cuttable(t, fhirtest.Quirks{}, permit("one"))
		changed := false
		s.Before(func(_ int, r *http.Request) {
			if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "Consent/one") && !changed {
				changed = true
				s.Put(theirs)
			}
		})
		if _, err := c.Act(t.Context(), withdrawing(t, request, "F2")); err != nil || !changed {
			t.Fatalf("%s: %v", name, err)
		}
		body := string(s.Body(ehrdesk.Ref{Resource: "Consent", ID: "one"}))
		want := map[string]string{"a note": `"language":"zh","status":"inactive"`, "an end": `"status":"rejected"`}[name]
		if !strings.Contains(body, want) {
			t.Errorf("%s: %s", name, body)
		}
	}
}

// What this server cannot take or what stands against it is refused, and nothing of it is
// stored.
func TestAnActIsRefusedAsAWhole(t *testing.T) {
	deny := consentTo("no", "p", "deny", "1234567890")
	byKey := granting(t, request, "F1")
	byKey.Verification.Channel = ehrdesk.ByAccessKey
	verify := granting(t, request, "F1")
	verify.Op = ehrdesk.AuditVerify
	for name, c := range map[string]struct {
		quirks fhirtest.Quirks
		stored []string
		act    fhir.Act
		code   ehrdesk.Code
	}{
		"a consent is active":       {fhirtest.Quirks{}, []string{permit("c")}, granting(t, request, "F1"), ehrdesk.CodeConflict},
		"one forbids":               {fhirtest.Quirks{}, []string{deny}, granting(t, request, "F1"), ehrdesk.CodeDenied},
		"by key":                    {fhirtest.Quirks{}, nil, byKey, ehrdesk.CodeDenied},
		"an identity":               {fhirtest.Quirks{}, nil, verify, ehrdesk.CodeNotFound},
		"no request id":             {fhirtest.Quirks{}, nil, granting(t, "x", "F1"), ehrdesk.CodeInvalid},
		"no consents are taken":     {fhirtest.Quirks{Refused: map[string]int{"Consent": 405}}, nil, granting(t, request, "F1"), ehrdesk.CodeNotFound},
		"no proof is taken, unsaid": {fhirtest.Quirks{Is: fhirtest.Bare, Refused: map[string]int{"Provenance": 422}}, nil, granting(t, request, "F1"), ehrdesk.CodeInvalid},
		"stored, it says":           {fhirtest.Quirks{Is: fhirtest.StoresNothing}, nil, granting(t, request, "F1"), ehrdesk.CodeTimeout},
		"nothing to withdraw":       {fhirtest.Quirks{}, nil, withdrawing(t, request, "F2"), ehrdesk.CodeNotFound},
	} {
		s, centre, _ := cuttable(t, c.quirks, c.stored...)
		_, err := centre.Act(t.Context(), c.act)
		if ehrdesk.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
		if all, _ := stored(s, "Consent", ""); all != len(c.stored) {
			t.Errorf("%s: %d consents", name, all)
		}
	}
	s, c, _ := cuttable(t, fhirtest.Quirks{})
	if _, err := c.Act(t.Context(), granting(t, request, "F1")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Act(t.Context(), withdrawing(t, another, "F2")); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"F1", "F2"} {
		if _, err := c.Act(t.Context(), granting(t, "33333333-7c0a-4f8e-9a54-1d1b4a7c0e44", form)); !errors.Is(err, ehrdesk.ErrFormUsed) {
			t.Errorf("a form that was used, %s: %v", form, err)
		}
	}
	if _, active := stored(s, "Consent", "active"); active > 0 {
		t.Error("a consent by a form that was used")
	}
}

// A renewal runs beside the consent that runs out, and for its term.
func TestARenewalRunsOn(t *testing.T) {
	_, c, _ := cuttable(t, fhirtest.Quirks{}, strings.Replace(permit("c"), `"provision":{`, `"dateTime":"2020-01-01","provision":{`, 1))
	a := granting(t, request, "F1")
	a.Verification.Renew, a.Verification.Term = true, ehrdesk.OneYear
	r, err := c.Act(t.Context(), a)
	if err != nil || r.Consent.Until.Before(testclock.Start().Add(360*24*time.Hour)) || r.Consent.Term != ehrdesk.OneYear {
		t.Errorf("%+v, %v", r.Consent, err)
	}
	if f, err := c.Find(t.Context(), number(t)); err != nil || f.Consent.ID != r.Consent.ID {
		t.Errorf("%+v, %v", f.Consent, err)
	}
}

// What is offered is a form, and why nothing else is has its words.
func TestAFormAloneIsOffered(t *testing.T) {
	_, c, _ := cuttable(t, fhirtest.Quirks{})
	o, err := c.Offer(t.Context())
	if err != nil || len(o.Channels) != 1 || o.Channels[0] != ehrdesk.ByForm || len(o.Terms) == 0 {
		t.Errorf("%+v, %v", o, err)
	}
	for _, ch := range ehrdesk.Channels() {
		if (c.NotTaken(ch) == nil) != (ch == ehrdesk.ByForm) {
			t.Errorf("%s: %v", ch, c.NotTaken(ch))
		}
	}
	_, c, _ = cuttable(t, fhirtest.Quirks{Refused: map[string]int{"Consent": 405}})
	if o, err := c.Offer(t.Context()); err != nil || len(o.Channels) != 0 || c.NotTaken(ehrdesk.ByForm) == nil || c.Can(ehrdesk.AuditGrant) {
		t.Errorf("%+v, %v", o, err)
	}
}

// Two requests at once leave two consents at a server that looks first and locks nothing:
// one of them stays, and the other says that it was an error.
func TestOfAConsentThatCameTwiceOneStays(t *testing.T) {
	s, c, _ := cuttable(t, fhirtest.Quirks{Is: fhirtest.NoUpdateCreate | fhirtest.IgnoreIfNone})
	raced := false
	s.Before(func(_ int, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/Consent") && !raced {
			raced = true
			s.Put(strings.Replace(permit("0"), `"status"`, fmt.Sprintf(`"identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:%s"}],"status"`, request), 1))
		}
	})
	r, err := c.Act(t.Context(), granting(t, request, "F1"))
	if err != nil || !raced || r.Reference != "0" {
		t.Fatalf("%+v, %v", r, err)
	}
	all, active := stored(s, "Consent", "active")
	if _, inError := stored(s, "Consent", "entered-in-error"); all != 2 || active != 1 || inError != 1 {
		t.Errorf("%d consents, %d active, %d in error", all, active, inError)
	}
}

// A withdrawal only ever protects: a server that takes neither forms nor proof, and says
// so, ends a consent all the same, and takes none.
func TestAWithdrawalNeedsNoMoreThanTheConsent(t *testing.T) {
	s, c, _ := cuttable(t, fhirtest.Quirks{Refused: map[string]int{"DocumentReference": 405, "Provenance": 405}}, permit("one"))
	if c.Can(ehrdesk.AuditGrant) || !c.Can(ehrdesk.AuditRevoke) {
		t.Errorf("grant %t, revoke %t", c.Can(ehrdesk.AuditGrant), c.Can(ehrdesk.AuditRevoke))
	}
	if r, err := c.Act(t.Context(), withdrawing(t, request, "F2")); err != nil || r.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Errorf("%+v, %v", r.Consent, err)
	}
	if _, active := stored(s, "Consent", "active"); active > 0 {
		t.Error("it is active still")
	}
}

// A desk whose clock is ahead gives no consent that begins later than it was given.
func TestAConsentBeginsByTheServersClock(t *testing.T) {
	_, c, _ := cuttable(t, fhirtest.Quirks{})
	a := granting(t, request, "F1")
	a.Verification.NoticeReadAt = testclock.Start().Add(time.Hour)
	if r, err := c.Act(t.Context(), a); err != nil || !r.Consent.State.Allows() {
		t.Errorf("%+v, %v", r.Consent, err)
	}
}
