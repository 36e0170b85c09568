package fhir

import (
	"net/http"
	"testing"
)

// A link is followed by its whole address and by its path alone; to another host
// never, in whatever way it is written.
func TestALinkStaysWithItsHost(t *testing.T) {
	c, err := NewClient("https://centre.example/fhir", &http.Client{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"Patient/x/$everything?page=2":                             "https://centre.example/fhir/Patient/x/$everything?page=2",
		"/fhir/Patient/x/$everything?page=2":                       "https://centre.example/fhir/Patient/x/$everything?page=2",
		"https://centre.example/fhir?_getpages=1":                  "https://centre.example/fhir?_getpages=1",
		"/fhir?next=https://centre.example/fhir":                   "https://centre.example/fhir?next=https://centre.example/fhir",
		"//evil.example/fhir":                                      "",
		"///evil.example/fhir":                                     "",
		"//centre.example@evil.example/fhir":                       "",
		"/\\evil.example/fhir":                                     "",
		"\\\\evil.example/fhir":                                    "",
		"https://evil.example/fhir":                                "",
		"http://centre.example/fhir":                               "",
		"https://centre.example@evil.example/fhir":                 "",
		"https://centre.example.evil.example/fhir/$everything?p=2": "",
	} {
		got, err := c.resolve(link)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v; want %q", link, got, err, want)
		}
	}
}
