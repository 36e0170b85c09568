package cardreader

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// whole is an answer that passes; tests change one thing of it.
const whole = `{"version":1,"face":{"hkic":"A123456(3)","name":"CHAN, Tai Man","local_name":"陳大文","born":"1966-02-15","sex":"male",
"issued":"2019-06-03","expires":"2099-01-01","photo":"/9j/4A=="},"proof":"genuine-chip",
"evidence":{"scheme":"ideas-2","response":"AQI=","signed":"AwQ=","face":"BQY="}}`

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestAnAnswerIsTakenWholeOrNotAtAll(t *testing.T) {
	r, err := parseAnswer([]byte(whole), today)
	if err != nil || r.Proof != ehrdesk.CardGenuineChip || r.Face.LocalName != "陳大文" || r.Evidence.Scheme != "ideas-2" || !bytes.Equal(r.Evidence.Face, []byte{5, 6}) {
		t.Fatal(err)
	}
	large := base64.StdEncoding.EncodeToString(append([]byte{0xFF, 0xD8, 0xFF}, make([]byte, maxPhoto)...))
	for name, c := range map[string]struct {
		old, new string
		want     Kind
	}{
		"no version":                   {`"version":1,`, ``, Malformed},
		"the next version":             {`"version":1`, `"version":2`, Malformed},
		"a version that is text":       {`"version":1`, `"version":"1"`, Malformed},
		"an unknown member":            {`"version":1`, `"version":1,"trusted":true`, Malformed},
		"an unknown member of a face":  {`"sex":"male"`, `"sex":"male","religion":"x"`, Malformed},
		"an unknown kind of evidence":  {`"scheme":`, `"level":3,"scheme":`, Malformed},
		"a member twice":               {`"sex":"male"`, `"sex":"male","sex":"female"`, Malformed},
		"a member in capitals":         {`"sex":"male"`, `"Sex":"male"`, Malformed},
		"a face and an error":          {`"version":1`, `"version":1,"error":"removed"`, Malformed},
		"no proof":                     {`"proof":"genuine-chip",`, ``, Malformed},
		"a proof that there is not":    {"genuine-chip", "certain", Malformed},
		"something after it":           {`"face":"BQY="}}`, `"face":"BQY="}} {}`, Malformed},
		"text that is not UTF-8":       {"Tai Man", "Tai\xff", Malformed},
		"base64 that is none":          {"/9j/4A==", "/9j/4A=", Malformed},
		"a genuine chip, no answer":    {`"response":"AQI=",`, ``, Untrusted},
		"a genuine chip, empty answer": {`"AQI="`, `""`, Untrusted},
		"a genuine chip of no scheme":  {`"scheme":"ideas-2",`, ``, Untrusted},
		"a scheme that is a path":      {"ideas-2", "../x", Untrusted},
		"a wrong check digit":          {"(3)", "(4)", BadData},
		"no check digit":               {"A123456(3)", "A123456", BadData},
		"no number":                    {`"hkic":"A123456(3)",`, ``, BadData},
		"two numbers":                  {`"hkic":`, `"document":{"type":"PASS","issuer":"IRL","number":"PX1234567"},"hkic":`, BadData},
		"an escape":                    {"CHAN", `\u001b]0;pwned\u0007`, BadData},
		"a line end":                   {"CHAN, ", `CHAN\n`, BadData},
		"a bidi override":              {"陳", `\u202e陳`, BadData},
		"a character of nobody":        {"陳", `\ue000`, BadData},
		"a space at the end":           {"Tai Man", "Tai Man ", BadData},
		"two spaces":                   {"Tai Man", "Tai  Man", BadData},
		"a name too long":              {"Tai Man", strings.Repeat("A", 300), BadData},
		"a day that cannot be":         {"1966-02-15", "1966-02-30", BadData},
		"a time":                       {"1966-02-15", "1966-02-15T10:00:00Z", BadData},
		"a long year":                  {"1966-02-15", "19666-02-15", BadData},
		"an old year":                  {"1966-02-15", "1066-02-15", BadData},
		"born in the future":           {"1966-02-15", "2027-02-15", BadData},
		"issued in the future":         {"2019-06-03", "2027-02-15", BadData},
		"a sex that there is not":      {`"male"`, `"M"`, BadData},
		"a picture that is none":       {"/9j/4A==", "iVBORw==", BadData},
		"a picture too large":          {"/9j/4A==", large, BadData},
	} {
		if !strings.Contains(whole, c.old) {
			t.Fatalf("%s: nothing to change", name)
		}
		r, err := parseAnswer([]byte(strings.Replace(whole, c.old, c.new, 1)), today)
		if r != nil || !errors.Is(err, c.want) || ehrdesk.CodeOf(err) != ehrdesk.CodeCard {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if s := fmt.Sprint(err); strings.Contains(s, "CHAN") || strings.Contains(s, "pwned") || strings.Contains(s, "A123456") {
			t.Errorf("%s: the error repeats the answer", name)
		}
	}
	for text, want := range map[string]Kind{
		`{"version":1}`:                                             Malformed,
		`{"version":1,"error":"removed"}`:                           Removed,
		`{"version":1,"error":"REMOVED"}`:                           Malformed,
		`{"version":1,"error":"forbidden"}`:                         Forbidden,
		`{"version":1,"error":"removed","proof":"genuine-chip"}`:    Malformed,
		`{"version":1,"error":"removed","evidence":{"scheme":"x"}}`: Malformed,
		`{"version":1,"face":{"hkic":"A123456(3)"},"proof":"signed-data","evidence":{"scheme":"x","response":"AQI="}}`: Untrusted,
		`{"version":1,"face":{"hkic":"A123456(3)"},"proof":"unverified","evidence":{"signed":"AQI="}}`:                 Untrusted,
		`null`: Malformed, `[]`: Malformed, ``: Malformed, `{`: Malformed,
	} {
		if r, err := parseAnswer([]byte(text), today); r != nil || !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}

func TestAFaceHasOneNumberOfAnyDocument(t *testing.T) {
	for document, want := range map[string]string{
		`{"type":"NID","issuer":"THA","number":"1234567890121"}`:    "NID 1234567890121",
		`{"type":"NID","issuer":"THA","number":"1234567890122"}`:    "", // its check digit
		`{"type":"NID","issuer":"MYS","number":"660215141235"}`:     "NID 660215141235",
		`{"type":"NID","issuer":"TWN","number":"A123456788"}`:       "",
		`{"type":"NID","issuer":"SGP","number":"S1234567D"}`:        "NID S1234567D",
		`{"type":"NID","issuer":"","number":"S1234567D"}`:           "",
		`{"type":"NID","issuer":"sgp","number":"S1234567D"}`:        "",
		`{"type":"PASS","issuer":"IRL","number":"PX1234567"}`:       "PASS PX1234567",
		`{"type":"PASS","number":"PX1234567"}`:                      "",
		`{"type":"PASS","issuer":"IRL","number":"PX 1234567"}`:      "",
		`{"type":"PASS","issuer":"IRL","number":""}`:                "",
		`{"type":"EC","number":"A1234563"}`:                         "EC A1234563",
		`{"type":"EC","number":"A1234564"}`:                         "",
		`{"type":"REP","number":"RM1234567"}`:                       "REP RM1234567",
		`{"type":"LIBRARY","issuer":"HKG","number":"1"}`:            "",
		`{"type":"PASS","issuer":"IRL","number":"\u001b[31mPX123"}`: "",
	} {
		r, err := parseAnswer([]byte(`{"version":1,"proof":"unverified","face":{"document":`+document+`}}`), today)
		if (err == nil) != (want != "") || (err == nil && r.Face.Number().Printed() != want) {
			t.Errorf("%s: %v", document, err)
		}
	}
}

// FuzzAnswer: whatever a program writes, what is taken of it is safe to draw, is
// no more than its evidence, and no error repeats it.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(`{"version":1,"error":"removed"}`))
	f.Add([]byte(`{"version":1,"face":{"document":{"type":"NID","issuer":"THA","number":"1234567890121"}},"proof":"unverified"}`))
	f.Add([]byte(strings.Replace(whole, "CHAN", `\u001b]0;x\u0007`, 1)))
	f.Fuzz(func(t *testing.T, b []byte) {
		in := bytes.Clone(b)
		r, err := parseAnswer(b, today)
		if !bytes.Equal(in, b) {
			t.Fatal("the answer was changed")
		}
		if err != nil {
			if r != nil || ehrdesk.CodeOf(err) != ehrdesk.CodeCard || len(err.Error()) > 200 {
				t.Fatalf("%v", err)
			}
			return
		}
		e, face := r.Evidence, r.Face
		if (r.Proof >= ehrdesk.CardSignedData && e.Scheme == "") || (r.Proof == ehrdesk.CardSignedData && len(e.Signed) == 0) ||
			(r.Proof == ehrdesk.CardGenuineChip && len(e.Response) == 0) {
			t.Fatalf("%v on no evidence", r.Proof)
		}
		for _, s := range []string{face.Name, face.LocalName, face.Other.Type, face.Other.Issuer, face.Other.Number, e.Scheme} {
			if s != ehrdesk.CleanLine(s) || safe(s) != nil || len(s) > 256 {
				t.Fatal("an unsafe text was taken")
			}
		}
		if face.HKIC.IsZero() == (face.Other.Number == "") {
			t.Fatal("not one number")
		}
		if face.Born.Time.After(today.AddDate(0, 0, 1)) || face.Issued.Time.After(today.AddDate(0, 0, 1)) {
			t.Fatal("a date in the future")
		}
		if len(face.Photo) > maxPhoto || (len(face.Photo) > 0 && !bytes.HasPrefix(face.Photo, []byte{0xFF, 0xD8, 0xFF})) {
			t.Fatal("a picture that is none")
		}
	})
}
