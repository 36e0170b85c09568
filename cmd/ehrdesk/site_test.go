package main

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

func ceilingOf(b []byte) (client.Ceiling, error) {
	f, err := parseSite(b)
	if err != nil {
		return client.Ceiling{}, err
	}
	return f.ceiling()
}

func TestWhatASiteSaysOfItsDesks(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                           "",
		`{"cache":{"mode":"off"}}`:     "copies go with their charts",
		`{"cache":{"mode":"session"}}`: "copies go with the session",
		`{"cache":{"mode":"hours","hours":8,"offline_hours":0,"never":["radiology","note"]}}`: "copies for at most 8 hours, opened without the line for at most 0 hours, never radiology, never note",
		`{"cache":{"never":["laboratory-radiology"]}}`:                                        "never laboratory, never radiology",
		`{"cache":{"mode":"always"}}`:                                                         "!",
		`{"cache":{"hours":0}}`:                                                               "!",
		`{"cache":{"hours":745}}`:                                                             "!",
		`{"cache":{"never":["notes"]}}`:                                                       "!",
		`{"cache":{"fetch_ahead":false}}`:                                                     "nothing fetched ahead",
		`{"cache":{"fetch_ahead":true}}`:                                                      "",
		`{"cache":{"hour":3}}`:                                                                "!",
		`{"handout":[]}`:                                                                      "nothing handed out",
		`{"handout":["print","view"]}`:                                                        "handed out by print and view alone",
		`{"handout":["post"]}`:                                                                "!",
		`{"printer":["/usr/bin/lp"]}`:                                                         "",
		`{"viewers":[{"type":"image"}]}`:                                                      "!",
		`{"cache":`:                                                                           "!",
	} {
		c, err := ceilingOf([]byte(text))
		if want == "!" {
			if ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || strings.Contains(ehrdesk.Message(err), "notes") {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if err != nil || c.Words() != want {
			t.Errorf("%s: %q %v", text, c.Words(), err)
		}
	}
}

func TestOfTwoLimitsTheStricterHolds(t *testing.T) {
	parse := func(text string) client.Ceiling {
		c, err := ceilingOf([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	a, b := parse(`{"cache":{"mode":"hours","hours":8,"never":["note"]}}`), parse(`{"cache":{"hours":20,"offline_hours":2,"never":["birth"]}}`)
	want := "copies for at most 8 hours, opened without the line for at most 2 hours, never note, never birth"
	if got := a.And(b).Words(); got != want {
		t.Errorf("%q", got)
	}
	if got := b.And(parse(`{"cache":{"mode":"off"}}`)).Words(); !strings.HasPrefix(got, "copies go with their charts") {
		t.Errorf("%q", got)
	}
	if got := (client.Ceiling{}).And(a).Words(); got != a.Words() {
		t.Errorf("%q", got)
	}
}

func FuzzWhatASiteSays(f *testing.F) {
	f.Add([]byte(`{"cache":{"mode":"hours","hours":8,"offline_hours":0,"never":["radiology","note"]}}`))
	f.Add([]byte(`{"cache":{"hours":-1}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ceilingOf(b)
		if err == nil && (c.Check() != nil || c.And(c).Check() != nil) {
			t.Errorf("%q is taken and says nothing sensible", b)
		}
	})
}
