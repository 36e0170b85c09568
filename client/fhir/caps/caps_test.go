package caps_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

var at = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func wire(t *testing.T, base string, hc *http.Client) *fhir.Client {
	t.Helper()
	c, err := fhir.NewClient(base, hc, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// server has two organisations, a patient and another.
func server(t *testing.T, q fhirtest.Quirks) (*fhirtest.Server, *fhir.Client) {
	t.Helper()
	s := fhirtest.New(t, at, q)
	s.Put(`{"resourceType":"Organization","id":"a","name":"A"}`)
	s.Put(`{"resourceType":"Organization","id":"b","name":"B"}`)
	s.Put(`{"resourceType":"Patient","id":"p"}`)
	s.Put(`{"resourceType":"Patient","id":"q"}`)
	s.Put(`{"resourceType":"Encounter","id":"e1","status":"finished","subject":{"reference":"Patient/p"}}`)
	s.Put(`{"resourceType":"Encounter","id":"e2","status":"finished","subject":{"reference":"Patient/p"}}`)
	return s, wire(t, s.URL, s.Client())
}

// What a server does is found out by asking, whatever its statement says, and each habit
// is told apart from good conduct.
func TestHabitsAreFoundOutByAsking(t *testing.T) {
	for name, c := range map[string]struct {
		quirks fhirtest.Quirks
		no     []caps.Name
	}{
		"a good server":                  {fhirtest.Quirks{}, nil},
		"what it does not know is all":   {fhirtest.Quirks{Unknown: fhirtest.UnknownIgnored}, []caps.Name{caps.Strict, caps.Honest}},
		"or nothing":                     {fhirtest.Quirks{Unknown: fhirtest.UnknownNothing}, []caps.Name{caps.Strict}},
		"no time of change, refused":     {fhirtest.Quirks{Unsupported: []string{"_lastUpdated"}}, []caps.Name{caps.LastUpdated}},
		"no time of change, all":         {fhirtest.Quirks{Unsupported: []string{"_lastUpdated"}, Unknown: fhirtest.UnknownIgnored}, []caps.Name{caps.Strict, caps.Honest, caps.LastUpdated}},
		"no time of change, nothing":     {fhirtest.Quirks{Unsupported: []string{"_lastUpdated"}, Unknown: fhirtest.UnknownNothing}, []caps.Name{caps.Strict, caps.LastUpdated}},
		"no search by GET":               {fhirtest.Quirks{Is: fhirtest.PostOnly}, []caps.Name{caps.SearchByGet}},
		"no elements":                    {fhirtest.Quirks{Unsupported: []string{"_elements"}}, []caps.Name{caps.Elements}},
		"no totals":                      {fhirtest.Quirks{Is: fhirtest.NoTotal}, []caps.Name{caps.Totals, caps.CountAlone}},
		"a page's total":                 {fhirtest.Quirks{Is: fhirtest.PageTotal}, []caps.Name{caps.Totals}},
		"no next links":                  {fhirtest.Quirks{Paging: fhirtest.PagingNone}, []caps.Name{caps.Paging}},
		"no history":                     {fhirtest.Quirks{Is: fhirtest.NoHistory}, []caps.Name{caps.History}},
		"no $everything":                 {fhirtest.Quirks{Everything: fhirtest.EverythingMissing}, []caps.Name{caps.Everything}},
		"an empty $everything":           {fhirtest.Quirks{Everything: fhirtest.EverythingEmpty}, []caps.Name{caps.Everything}},
		"$everything of all times":       {fhirtest.Quirks{Is: fhirtest.EverythingSince}, []caps.Name{caps.EverythingSince}},
		"$everything in one piece":       {fhirtest.Quirks{Is: fhirtest.EverythingUncapped}, []caps.Name{caps.EverythingCount}},
		"no update as create, it says":   {fhirtest.Quirks{Is: fhirtest.NoUpdateCreate}, []caps.Name{caps.UpdateCreate}},
		"no access events, it says":      {fhirtest.Quirks{Refused: map[string]int{"AuditEvent": 405}}, []caps.Name{caps.Audit}},
		"unknown operations are nothing": {fhirtest.Quirks{Is: fhirtest.TypesUnknown, Everything: fhirtest.EverythingEmpty}, []caps.Name{caps.Everything}},
	} {
		t.Run(name, func(t *testing.T) {
			s, w := server(t, c.quirks)
			before := len(s.All())
			got, err := caps.Read(t.Context(), w, at)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range s.Requests() {
				if strings.Contains(r, "Patient") {
					t.Errorf("before a patient is known: %s", r)
				}
			}
			if got, err = caps.Patient(t.Context(), w, got, "p"); err != nil {
				t.Fatal(err)
			}
			for n, f := range got.Can {
				if (f.Is == caps.No) != slices.Contains(c.no, n) {
					t.Errorf("%s: %q", n, f.Is)
				}
			}
			for _, n := range c.no {
				if got.Is(n) != caps.No {
					t.Errorf("%s: %q", n, got.Is(n))
				}
			}
			if len(s.All()) != before {
				t.Error("looking has changed the server")
			}
		})
	}
}

// Where no row is there to try on, nothing is known until a patient is, and what is
// found is kept as it was.
func TestWhatWasNotSeenIsNotKnown(t *testing.T) {
	s := fhirtest.New(t, at, fhirtest.Quirks{Is: fhirtest.Bare})
	s.Put(`{"resourceType":"Patient","id":"p"}`)
	w := wire(t, s.URL, s.Client())
	got, err := caps.Read(t.Context(), w, at)
	if err != nil || got.Is(caps.LastUpdated) != "" || got.Is(caps.Everything) != "" || got.Is(caps.Consents) != "" {
		t.Fatalf("%+v, %v", got, err)
	}
	if got, err = caps.Patient(t.Context(), w, got, "p"); err != nil || got.Is(caps.LastUpdated) != caps.Yes || got.Is(caps.Everything) != caps.Yes {
		t.Fatalf("%+v, %v", got, err)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var kept caps.Caps
	if err := json.Unmarshal(b, &kept); err != nil || kept.Is(caps.LastUpdated) != caps.Yes || !kept.At.Equal(got.At) {
		t.Errorf("%s: %+v, %v", b, kept, err)
	}
	lines := strings.Join(kept.Lines(), "\n")
	for _, want := range []string{"FHIR 4.0.1, fhirtest 1, looked at 2026-11-20", "searches by time of change: yes, seen 2026-11-20", "takes consents with their proof: not known"} {
		if !strings.Contains(lines, want) {
			t.Errorf("%q is not in\n%s", want, lines)
		}
	}
}

// A lack that a user notices has its words in three languages; what the server can do,
// and what nobody knows, has none.
func TestALackHasItsWords(t *testing.T) {
	c := caps.Caps{}.With(caps.Audit, caps.No, at).With(caps.Consents, caps.Yes, at)
	if w := c.Lack(caps.Audit); len(w) != 3 || w["en"] == "" || w["zh-Hant"] == "" || w["zh-Hans"] == "" {
		t.Errorf("%v", w)
	}
	if c.Lack(caps.Consents) != nil || c.Lack(caps.LastUpdated) != nil {
		t.Error("words for what is no lack")
	}
}

// A statement that names types and not what may be done with them says nothing against
// any of it; what it says of the server as a client is not of the server.
func TestAStatementThatSaysLittleForbidsNothing(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		if !strings.HasSuffix(r.URL.Path, "/metadata") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, `{"resourceType":"CapabilityStatement","fhirVersion":"4.3.0","rest":[{"mode":"client","resource":[{"type":"Task","interaction":[{"code":"read"}]}]},
			{"mode":"server","resource":[{"type":"Observation"},{"type":"Consent"}]}]}`)
	}))
	defer srv.Close()
	got, err := caps.Read(t.Context(), wire(t, srv.URL, srv.Client()), at)
	if err != nil || !got.Knows("Observation", "patient") || got.Knows("Task", "patient") || got.Is(caps.Consents) != "" || got.Is(caps.UpdateCreate) != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsNoR4ServerIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"R5": `{"resourceType":"CapabilityStatement","fhirVersion":"5.0.0"}`, "STU3": `{"resourceType":"CapabilityStatement","fhirVersion":"3.0.2"}`,
		"none": `{"resourceType":"CapabilityStatement"}`, "another": `{"resourceType":"Patient"}`, "no JSON": `hello`,
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/fhir+json")
			_, _ = io.WriteString(w, body)
		}))
		if _, err := caps.Read(t.Context(), wire(t, srv.URL, srv.Client()), at); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
		srv.Close()
	}
}
