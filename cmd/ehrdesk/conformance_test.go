package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// A vendor reads what the desk makes of the server, without a desk, an account or a patient.
func TestAServerIsExaminedWithoutADesk(t *testing.T) {
	t.Setenv("EHRDESK_DIR", t.TempDir())
	at := time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		quirks fhirtest.Quirks
		want   []string
	}{
		"one as the standard has it": {fhirtest.Quirks{}, []string{"FHIR 4.0.1", "yes      seen      searches by POST"}},
		"one that ignores what it does not know": {fhirtest.Quirks{Unknown: fhirtest.UnknownIgnored, Paging: fhirtest.PagingNone},
			[]string{"misleads: a search by a parameter that is not known gives everything", "misleads: a full page without a link"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := fhirtest.New(t, at, tt.quirks)
			for _, id := range []string{"a", "b", "c"} {
				s.Put(`{"resourceType":"Organization","id":"` + id + `","name":"Clinic ` + id + `"}`)
			}
			s.Put(`{"resourceType":"Patient","id":"p","name":[{"family":"CHAN"}]}`)
			s.Forget()
			var out, errs bytes.Buffer
			if code := run(t.Context(), []string{"conformance", s.URL}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != 0 {
				t.Fatalf("exit %d: %s", code, errs.String())
			}
			for _, w := range tt.want {
				if !strings.Contains(out.String(), w) {
					t.Errorf("not said: %q in\n%s", w, out.String())
				}
			}
			for _, r := range s.Requests() {
				if strings.Contains(r, "Patient") || strings.HasPrefix(r, "PUT") || strings.HasPrefix(r, "DELETE") {
					t.Errorf("asked %s", r)
				}
			}
		})
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"conformance", "http://127.0.0.1:1/fhir", "--json"}, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != 5 {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}
