package plain

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

func number(t testing.TB) ehrdesk.Number {
	t.Helper()
	e, err := ehrdesk.ParseEHRNumber("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	return ehrdesk.Number{EHR: e}
}

// consentTo is a Consent of the patient p to a provider.
func consentTo(id, patient, kind, provider string) string {
	return fmt.Sprintf(`{"resourceType":"Consent","id":%q,"status":"active","scope":{"coding":[{"code":"patient-privacy"}]},"category":[{"coding":[{"system":%q,"code":"sharing"}]}],
		"patient":{"reference":"Patient/%s"},"provision":{"type":%q,"actor":[{"role":{"coding":[{"code":"IRCP"}]},"reference":{"identifier":{"system":%q,"value":%q}}}]}}`,
		id, ehrdesk.SystemConsent, patient, kind, ehrdesk.SystemHCP, provider)
}

func permit(id string) string { return consentTo(id, "p", "permit", "1234567890") }

func patientWith(id string, more string) string {
	return fmt.Sprintf(`{"resourceType":"Patient","id":%q,"identifier":[{"system":%q,"value":"123456789012"}]%s}`, id, ehrdesk.SystemEHR, more)
}

// Whatever the server does with what it does not know: the person asked for is found or
// nobody is, a consent counts where it is this patient's, and of several consents none is
// lost that forbids.
func TestALookUpIsHeldAgainstWhatWasAsked(t *testing.T) {
	const found, none, refused = ehrdesk.Code(""), ehrdesk.CodeNotFound, ehrdesk.CodeTampered
	many := func(s *fhirtest.Server, n int) {
		s.Put(patientWith("p", ""))
		for i := range n {
			s.Put(consentTo(fmt.Sprint("other", i), "p", "permit", "999"))
		}
		s.Put(permit("yes"))
	}
	for name, c := range map[string]struct {
		quirks fhirtest.Quirks
		store  func(s *fhirtest.Server)
		code   ehrdesk.Code
		state  ehrdesk.ConsentState
	}{
		"with a consent":               {fhirtest.Quirks{}, func(s *fhirtest.Server) { s.Put(patientWith("p", "")); s.Put(permit("c")) }, found, ehrdesk.ConsentActive},
		"without one":                  {fhirtest.Quirks{}, func(s *fhirtest.Server) { s.Put(patientWith("p", "")) }, found, ehrdesk.ConsentNone},
		"nobody":                       {fhirtest.Quirks{}, func(s *fhirtest.Server) { s.Put(`{"resourceType":"Patient","id":"q"}`) }, none, ""},
		"a server that filters nobody": {fhirtest.Quirks{Unsupported: []string{"identifier"}, Unknown: fhirtest.UnknownIgnored}, func(s *fhirtest.Server) { s.Put(patientWith("p", "")); s.Put(`{"resourceType":"Patient","id":"q"}`) }, refused, ""},
		"one that has somebody else":   {fhirtest.Quirks{Unsupported: []string{"identifier"}, Unknown: fhirtest.UnknownIgnored}, func(s *fhirtest.Server) { s.Put(`{"resourceType":"Patient","id":"q"}`) }, refused, ""},
		"one that finds nothing":       {fhirtest.Quirks{Unsupported: []string{"identifier"}, Unknown: fhirtest.UnknownNothing}, func(s *fhirtest.Server) { s.Put(patientWith("p", "")) }, none, ""},
		"two people":                   {fhirtest.Quirks{}, func(s *fhirtest.Server) { s.Put(patientWith("p", "")); s.Put(patientWith("q", "")) }, refused, ""},
		"more than a page": {fhirtest.Quirks{}, func(s *fhirtest.Server) {
			s.Put(patientWith("p0", ""))
			for i := range 30 {
				s.Put(patientWith(fmt.Sprint("p", i+1), `,"link":[{"type":"replaced-by","other":{"reference":"Patient/p0"}}]`))
			}
		}, refused, ""},
		"a record that was merged": {fhirtest.Quirks{}, func(s *fhirtest.Server) {
			s.Put(patientWith("old", `,"link":[{"type":"replaced-by","other":{"reference":"Patient/p"}}]`))
			s.Put(`{"resourceType":"Patient","id":"p"}`)
			s.Put(permit("c"))
		}, found, ehrdesk.ConsentActive},
		"two records of which one was merged": {fhirtest.Quirks{}, func(s *fhirtest.Server) {
			s.Put(patientWith("old", `,"link":[{"type":"replaced-by","other":{"reference":"Patient/p"}}]`))
			s.Put(patientWith("p", ""))
			s.Put(permit("c"))
		}, found, ehrdesk.ConsentActive},
		"what was forbidden before the merger": {fhirtest.Quirks{}, func(s *fhirtest.Server) {
			s.Put(patientWith("old", `,"link":[{"type":"replaced-by","other":{"reference":"Patient/p"}}]`))
			s.Put(patientWith("p", ""))
			s.Put(permit("c"))
			s.Put(consentTo("no", "old", "deny", "1234567890"))
		}, found, ehrdesk.ConsentWithdrawn},
		"merged in a circle": {fhirtest.Quirks{}, func(s *fhirtest.Server) {
			s.Put(patientWith("a", `,"link":[{"type":"replaced-by","other":{"reference":"Patient/b"}}]`))
			s.Put(patientWith("b", `,"link":[{"type":"replaced-by","other":{"reference":"Patient/a"}}]`))
		}, refused, ""},
		"merged into somebody else's": {fhirtest.Quirks{}, func(s *fhirtest.Server) {
			s.Put(patientWith("a", `,"link":[{"type":"replaced-by","other":{"reference":"Patient/b"}}]`))
			s.Put(strings.ReplaceAll(patientWith("b", ""), "123456789012", "999999999999"))
		}, refused, ""},
		"everybody's consents":                     {fhirtest.Quirks{Is: fhirtest.IgnorePatient}, func(s *fhirtest.Server) { many(s, 0); s.Put(consentTo("q", "q", "permit", "1234567890")) }, refused, ""},
		"a denial on the second page":              {fhirtest.Quirks{MaxPage: 3}, func(s *fhirtest.Server) { many(s, 5); s.Put(consentTo("no", "p", "deny", "1234567890")) }, found, ehrdesk.ConsentWithdrawn},
		"a denial beyond a page without a link":    {fhirtest.Quirks{MaxPage: 3, Paging: fhirtest.PagingNone}, func(s *fhirtest.Server) { many(s, 5); s.Put(consentTo("no", "p", "deny", "1234567890")) }, found, ehrdesk.ConsentWithdrawn},
		"and without a total":                      {fhirtest.Quirks{Is: fhirtest.NoTotal, MaxPage: 3, Paging: fhirtest.PagingNone}, func(s *fhirtest.Server) { many(s, 5); s.Put(consentTo("no", "p", "deny", "1234567890")) }, found, ehrdesk.ConsentWithdrawn},
		"and with nothing to find the others by":   {fhirtest.Quirks{Is: fhirtest.NoTotal, MaxPage: 3, Paging: fhirtest.PagingNone, Unsupported: []string{"_lastUpdated"}}, func(s *fhirtest.Server) { many(s, 5); s.Put(consentTo("no", "p", "deny", "1234567890")) }, refused, ""},
		"a server without consents":                {fhirtest.Quirks{Types: []string{"Patient"}}, func(s *fhirtest.Server) { s.Put(patientWith("p", "")) }, found, ehrdesk.ConsentNone},
		"to another provider":                      {fhirtest.Quirks{}, func(s *fhirtest.Server) { s.Put(patientWith("p", "")); s.Put(consentTo("c", "p", "permit", "999")) }, found, ehrdesk.ConsentNone},
		"a server that knows neither type nor how": {fhirtest.Quirks{Is: fhirtest.TypesUnknown, Types: []string{"Patient"}}, func(s *fhirtest.Server) { s.Put(patientWith("p", "")) }, found, ehrdesk.ConsentNone},
	} {
		t.Run(name, func(t *testing.T) {
			s := fhirtest.New(t, testclock.Start(), c.quirks)
			c.store(s)
			got, err := centreOf(t, s, ours).Find(t.Context(), number(t))
			if ehrdesk.CodeOf(err) != c.code || got.Consent.State != c.state {
				t.Fatalf("%q, %v", got.Consent.State, err)
			}
			if c.code == found && (got.Patient.ID != "p" || got.Participation != ehrdesk.KnownHere || got.MayDeposit() || got.Checked.IsZero()) {
				t.Errorf("%+v", got)
			}
			for _, r := range s.Requests() {
				if strings.Contains(r, "123456789012") && !strings.HasPrefix(r, "POST Patient/_search?") || strings.Contains(r, "include") {
					t.Errorf("asked: %s", r)
				}
			}
		})
	}
}

// A site has identifier systems of its own.
func TestASitesIdentifierSystemsAreUsed(t *testing.T) {
	s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{})
	s.Put(`{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:site:hkic","value":"A123456(3)"},{"system":"urn:site:ehr","value":"123456789012"}]}`)
	site := ours
	site.HKIC, site.EHR = "urn:site:hkic", "urn:site:ehr"
	got, err := centreOf(t, s, site).Find(t.Context(), number(t))
	if err != nil || got.Patient.EHR != number(t).EHR || got.Patient.HKIC.Compact() != "A1234563" {
		t.Fatalf("%+v, %v", got.Patient, err)
	}
}

// A chart opens with a consent, read anew, and an access event that the server has before
// anything is shown. A server that takes none is told by Can, and names none.
func TestAChartOpensByConsentAndWithItsAccessOnRecord(t *testing.T) {
	open := func(t *testing.T, q fhirtest.Quirks, consent string) (*fhirtest.Server, *Centre, string, error) {
		t.Helper()
		s := fhirtest.New(t, testclock.Start(), q)
		s.Put(patientWith("p", ""))
		if consent != "" {
			s.Put(consent)
		}
		c := centreOf(t, s, ours)
		d, err := c.Open(t.Context(), "p", ehrdesk.Consultation, "")
		if err == nil && (len(d.Kinds) != len(ehrdesk.Kinds()) || d.Notified != ehrdesk.NotifiedUnknown || d.At.IsZero()) {
			t.Errorf("%+v", d)
		}
		return s, c, d.Access, err
	}
	audits := func(s *fhirtest.Server) (n int) {
		for ref := range s.All() {
			if ref.Resource == "AuditEvent" {
				n++
			}
		}
		return n
	}
	s, c, access, err := open(t, fhirtest.Quirks{}, permit("c"))
	if err != nil || s.Body(ehrdesk.Ref{Resource: "AuditEvent", ID: access}) == nil || !c.Can(ehrdesk.AuditOpen) {
		t.Errorf("%q, %v", access, err)
	}
	body := string(s.Body(ehrdesk.Ref{Resource: "AuditEvent", ID: access}))
	for _, want := range []string{`"Patient/p"`, `"TREAT"`, `"drlee"`, `"XrequestId"`, `"1234567890"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	for name, q := range map[string]fhirtest.Quirks{"ids of its own": {Is: fhirtest.NoUpdateCreate}, "ids of its own, unsaid": {Is: fhirtest.NoUpdateCreate | fhirtest.Bare}} {
		if s, _, access, err := open(t, q, permit("c")); err != nil || access == "" || audits(s) != 1 {
			t.Errorf("%s: %q, %v, %d events", name, access, err, audits(s))
		}
	}
	for name, q := range map[string]fhirtest.Quirks{"it says so": {Refused: map[string]int{"AuditEvent": 405}}, "it does not": {Is: fhirtest.Bare, Refused: map[string]int{"AuditEvent": 405}}, "forbidden": {Is: fhirtest.Bare, Refused: map[string]int{"AuditEvent": 403}}} {
		s, c, access, err := open(t, q, permit("c"))
		if err != nil || access != "" || audits(s) != 0 || c.Can(ehrdesk.AuditOpen) || c.Caps().Lack(caps.Audit) == nil {
			t.Errorf("%s: %q, %v", name, access, err)
		}
	}
	for name, consent := range map[string]string{"none": "", "another's": consentTo("c", "p", "permit", "999"), "a denial": consentTo("c", "p", "deny", "1234567890")} {
		if s, _, _, err := open(t, fhirtest.Quirks{}, consent); ehrdesk.CodeOf(err) != ehrdesk.CodeConsentNeeded || audits(s) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, _, err := open(t, fhirtest.Quirks{Is: fhirtest.StoresNothing}, permit("c")); err == nil {
		t.Error("opened although the access is not on record")
	}
	if s, c, _, _ := open(t, fhirtest.Quirks{}, permit("c")); true {
		e := ehrdesk.AuditEvent{ID: "7d9f1a52-7c0a-4f8e-9a54-1d1b4a7c0e11", At: time.Now(), Action: ehrdesk.AuditOpenCached, Patient: "p", Staff: "drlee"}
		before := audits(s)
		for range 3 {
			if err := c.ReportAccess(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.Versions(ehrdesk.Ref{Resource: "AuditEvent", ID: e.ID}); got != 1 || audits(s) != before+1 {
			t.Errorf("an access reported three times has %d versions", got)
		}
	}
}

// A number with a comma in it is one value and not two.
func TestWhatPartsValuesIsEscapedInASearch(t *testing.T) {
	if got := token(r4.Identifier{System: "urn:s", Value: `a,b|c$d\e`}); got != `urn:s|a\,b\|c\$d\\e` {
		t.Error(got)
	}
}

// A patient whom the server names by the number of a document is refused at the look-up, before the number
// would stand in an address, and so is one whose record was merged into such a one.
func TestNoNumberOfADocumentComesIntoAnAddressAsAnID(t *testing.T) {
	for name, store := range map[string]func(s *fhirtest.Server) string{
		"a card's":          func(s *fhirtest.Server) string { s.Put(patientWith("A1234563", "")); return "A1234563" },
		"written otherwise": func(s *fhirtest.Server) string { s.Put(patientWith("a123456-3", "")); return "a123456-3" },
		"the eHR number":    func(s *fhirtest.Server) string { s.Put(patientWith("1234-5678-9012", "")); return "1234-5678-9012" },
		"of a record that took another's place": func(s *fhirtest.Server) string {
			s.Put(patientWith("old", `,"link":[{"type":"replaced-by","other":{"reference":"Patient/A1234563"}}]`))
			s.Put(`{"resourceType":"Patient","id":"A1234563"}`)
			return "A1234563"
		},
	} {
		s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{})
		id := store(s)
		s.Put(consentTo("c", id, "permit", "1234567890"))
		c := centreOf(t, s, ours)
		if _, err := c.Find(t.Context(), number(t)); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !errors.Is(err, ehrdesk.ErrNumberAsID) {
			t.Errorf("%s: found: %v", name, err)
		}
		if _, err := c.Act(t.Context(), granting(t, request, "F1")); !errors.Is(err, ehrdesk.ErrNumberAsID) {
			t.Errorf("%s: a consent: %v", name, err)
		}
		for _, r := range s.Requests() {
			if strings.Contains(r, id) {
				t.Errorf("%s: asked: %s", name, r)
			}
		}
	}
}
