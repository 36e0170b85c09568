package shlink

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The example of HL7's own specification.
const example = `{"url":"https://ehr.example.org/qr/Y9xwkUdtmN9wwoJoN3ffJIhX2UGvCL1JnlPVNL3kDWM/m","flag":"LP","key":"rxTgYlOaKJPFtcEd0qcceN8wEU4p94SqAwIWQe6uX7Q","label":"Back-to-school immunizations for Oliver Brown"}`

func TestTheStandardsExampleOfALinkIsRead(t *testing.T) {
	for _, before := range []string{"", "https://viewer.example.org#"} {
		l, err := Parse(before + Scheme + encoded([]byte(example)))
		if err != nil || !l.Code || !l.Lasting || l.Direct || l.Label != "Back-to-school immunizations for Oliver Brown" || encoded(l.Key[:]) != "rxTgYlOaKJPFtcEd0qcceN8wEU4p94SqAwIWQe6uX7Q" || !l.Ends.IsZero() {
			t.Errorf("%q: %+v, %v", before, l, err)
		}
	}
}

func TestALinkSaysWhatItWasMadeWith(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Link{URL: "https://centre.example/shl/" + encoded(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "id")), Key: NewKey(), Label: rapid.StringOfN(rapid.Rune(), 0, 80, -1).Draw(t, "label")}
		if l.Direct = rapid.Bool().Draw(t, "direct"); !l.Direct {
			l.Code = rapid.Bool().Draw(t, "code")
		}
		l.Lasting = rapid.Bool().Draw(t, "lasting")
		if rapid.Bool().Draw(t, "ends") {
			l.Ends = time.Unix(rapid.Int64Range(1, 1<<33).Draw(t, "at"), 0)
		}
		if !l.Check() {
			t.Skip()
		}
		got, err := Parse(l.String())
		if err != nil || !got.Ends.Equal(l.Ends) {
			t.Fatalf("%+v, %v", got, err)
		}
		if got.Ends = l.Ends; got != l {
			t.Fatalf("%+v, want %+v", got, l)
		}
	})
}

func TestWhatIsNoLinkIsRefused(t *testing.T) {
	key := encoded(make([]byte, KeySize))
	of := func(payload string) string { return Scheme + encoded([]byte(payload)) }
	for name, text := range map[string]string{
		"nothing":              "",
		"another scheme":       "https://centre.example/shl/x",
		"no base64url":         Scheme + "{}",
		"broken over lines":    Scheme + encoded([]byte(example))[:40] + "\n" + encoded([]byte(example))[40:],
		"no JSON":              of("x"),
		"no key":               of(`{"url":"https://c.example/x"}`),
		"a short key":          of(`{"url":"https://c.example/x","key":"AAAA"}`),
		"no address":           of(`{"key":"` + key + `"}`),
		"plain HTTP":           of(`{"url":"http://c.example/x","key":"` + key + `"}`),
		"a file":               of(`{"url":"file:///etc/passwd","key":"` + key + `"}`),
		"a name and a word":    of(`{"url":"https://me:pw@c.example/x","key":"` + key + `"}`),
		"a later version":      of(`{"url":"https://c.example/x","key":"` + key + `","v":2}`),
		"P and U":              of(`{"url":"https://c.example/x","key":"` + key + `","flag":"PU"}`),
		"a member twice":       of(`{"url":"https://c.example/x","url":"https://d.example/x","key":"` + key + `"}`),
		"an end before 1970":   of(`{"url":"https://c.example/x","key":"` + key + `","exp":-1}`),
		"too long an address":  of(`{"url":"https://c.example/` + strings.Repeat("x", 128) + `","key":"` + key + `"}`),
		"too long a label":     of(`{"url":"https://c.example/x","key":"` + key + `","label":"` + strings.Repeat("x", 81) + `"}`),
		"too long in all":      Scheme + strings.Repeat("A", 1<<20),
		"another machine here": of(`{"url":"http://127.0.0.1.example/x","key":"` + key + `"}`),
	} {
		if l, err := Parse(text); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	if l, err := Parse(of(`{"url":"http://127.0.0.1:8080/x","key":"` + key + `","exp":1700000000.5,"flag":"Z"}`)); err != nil || l.Ends.Unix() != 1700000000 {
		t.Errorf("on this machine: %v, %v", l.Ends, err)
	}
}

func TestAManifestOfTwoMindsIsRefused(t *testing.T) {
	for _, bad := range []string{``, `[]`, `{"files":[{"contentType":"a"}]}`, `{"files":[{"contentType":"a","embedded":"x","location":"https://c.example"}]}`,
		`{"files":[{"contentType":"a","location":"http://c.example"}]}`, `{"files":[],"files":[]}`, `{"files":[` + strings.Repeat(`{"contentType":"a","embedded":"x"},`, 20) + `{"contentType":"a","embedded":"x"}]}`} {
		if m, err := ParseManifest([]byte(bad)); !errors.Is(err, ErrForm) {
			t.Errorf("%.60s: %+v, %v", bad, m, err)
		}
	}
	m, err := ParseManifest([]byte(`{"status":"finalized","files":[{"contentType":"application/fhir+json","embedded":"a.b"}],"list":{"resourceType":"List"}}`))
	if err != nil || len(m.Files) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Scheme + encoded([]byte(example)))
	f.Add("https://v.example/#" + Scheme)
	f.Add(Scheme)
	f.Fuzz(func(t *testing.T, s string) {
		l, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(l.String())
		if err != nil || again.URL != l.URL || again.Key != l.Key || !again.Ends.Equal(l.Ends) {
			t.Fatalf("%+v, %+v, %v", l, again, err)
		}
	})
}
