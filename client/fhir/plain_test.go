package fhir

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// A server that does not take a write says so by its status alone: the line is up, and
// nothing was stored. Of its own error nobody knows that.
func TestAWriteThatIsNotTakenIsKnownNotToBe(t *testing.T) {
	status := http.StatusMethodNotAllowed
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer srv.Close()
	c, err := NewClient(srv.URL, srv.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ref := ehrdesk.Ref{Resource: "AuditEvent", ID: "a"}
	if _, err := c.Create(t.Context(), "op", ref, []byte(`{}`)); ehrdesk.CodeOf(err) != ehrdesk.CodeOther || errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("405: %v", err)
	}
	status = http.StatusInternalServerError
	if _, err := c.Create(t.Context(), "op", ref, []byte(`{}`)); !errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("500: %v", err)
	}
}

// What stands in a write's condition, and how a list is asked for.
func TestListsAndWritesAreAskedForAsTheStandardHasIt(t *testing.T) {
	var asked []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		line := r.Method + " " + r.URL.RequestURI() + " " + string(b)
		for _, h := range []string{"Prefer", "If-Match", "If-None-Match", "If-None-Exist"} {
			if v := r.Header.Get(h); v != "" {
				line += " " + h + "=" + v
			}
		}
		asked = append(asked, line)
		w.Header().Set("Content-Type", "application/fhir+json")
		_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset"}`)
	}))
	defer srv.Close()
	c, err := NewClient(srv.URL, srv.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, ref, form := t.Context(), ehrdesk.Ref{Resource: "Consent", ID: "c"}, url.Values{"patient": {"p"}}
	_, _, err1 := c.List(ctx, "op", Query{Resource: "Consent", Form: form})
	_, _, err2 := c.List(ctx, "op", Query{Resource: "Consent", Form: form, Post: true})
	_, err3 := c.Create(ctx, "op", ref, []byte(`{}`))
	_, err4 := c.Replace(ctx, "op", ref, "3", []byte(`{}`))
	_, err5 := c.CreateOnce(ctx, "op", "Consent", url.Values{"_tag": {"a|b"}}, []byte(`{}`))
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GET /Consent?patient=p  Prefer=handling=strict",
		"POST /Consent/_search patient=p Prefer=handling=strict",
		"PUT /Consent/c {} If-None-Match=*",
		`PUT /Consent/c {} If-Match=W/"3"`,
		"POST /Consent {} If-None-Exist=_tag=a%7Cb",
	}
	if got := strings.Join(asked, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("%s", got)
	}
}
