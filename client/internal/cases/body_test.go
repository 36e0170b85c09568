package cases

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// framed is a body's bytes with how long they are, and what comes after them.
func framed(raw string, file ...byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(raw))) //nolint:gosec // short
	return slices.Concat(out, []byte(raw), file)
}

// taken is what a reader makes of what was sealed, which comes to it byte by byte or as a whole.
func taken(raw []byte, by func(io.Reader) io.Reader) (b body, file []byte, err error) {
	var to bytes.Buffer
	r := reader{file: &to}
	if _, err := io.Copy(struct{ io.Writer }{&r}, struct{ io.Reader }{by(bytes.NewReader(raw))}); err != nil {
		return body{}, nil, err
	}
	b, err = r.whole()
	return b, to.Bytes(), err
}

func atOnce(r io.Reader) io.Reader { return r }

// What a desk seals is what another reads, whatever is in it and however long it is.
func TestABodyIsReadAsItWasSealed(t *testing.T) {
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	sum := bytes.Repeat([]byte{7}, sha256.Size)
	words := func(s string) ehrdesk.CaseBody { return ehrdesk.CaseBody{Text: s} }
	for _, b := range []body{
		{CaseBody: words("anaphylaxis to cefazolin")},
		{CaseBody: words("敏感\n“quoted” \\ \"and\" <b>")},
		{CaseBody: words(strings.Repeat(`"`, ehrdesk.MostCaseText))},
		{CaseBody: words("with a head"), Log: &logHead{Size: 12, Head: sum}},
		{CaseBody: words("with an empty log"), Log: &logHead{Head: sum}},
		{CaseBody: ehrdesk.CaseBody{File: &ehrdesk.CaseFile{Name: "ecg.pdf", Media: "application/pdf", Size: 5}, ViewOnly: true, Marked: true}},
		{CaseBody: ehrdesk.CaseBody{Records: []ehrdesk.CaseRecord{{Ref: ehrdesk.Ref{Resource: "Observation", ID: "o1"}, Version: "3", Digest: sum}}}},
		{CaseBody: ehrdesk.CaseBody{Text: "call me", Fact: &ehrdesk.CaseFact{None: true, By: "Dr Lee", At: at}}},
		{CaseBody: ehrdesk.CaseBody{Meeting: &ehrdesk.CaseMeeting{At: at, Minutes: 30, Place: "Room 3"}}},
		{CaseBody: ehrdesk.CaseBody{Allergy: &ehrdesk.CaseAllergy{Substance: "cefazolin", Codes: []string{"atc:J01DB04"}, Kind: "allergy", Category: "medication", Risk: "high", Reaction: "anaphylaxis", Certainty: ehrdesk.AllergyLikely, Seen: "Dr Lee", At: at}}},
	} {
		raw, err := b.seal()
		if err != nil {
			t.Fatal(err)
		}
		var file []byte
		if b.File != nil {
			file = []byte("%PDF-")
		}
		for _, by := range []func(io.Reader) io.Reader{atOnce, iotest.OneByteReader, iotest.HalfReader} {
			got, came, err := taken(slices.Concat(raw, file), by)
			if err != nil || !bytes.Equal(came, file) {
				t.Fatalf("%.80s: %q, %v", raw, came, err)
			}
			again, err := got.seal()
			if err != nil || !bytes.Equal(again, raw) {
				t.Fatalf("%.80s comes as %.80s, %v", raw, again, err)
			}
		}
	}
}

// Of what is not of the form nothing is shown.
func TestWhatIsNoBodyIsRefused(t *testing.T) {
	words := `{"text":"a"}`
	file := `{"file":{"name":"a.pdf","media":"application/pdf","size":3}}`
	for name, raw := range map[string][]byte{
		"nothing":                      {},
		"no length":                    {0, 0},
		"words":                        framed(`anaphylaxis`),
		"nothing in it":                framed(`{}`),
		"an empty text":                framed(`{"text":""}`),
		"controls alone":               framed(`{"text":"\u0007"}`),
		"a member more":                framed(`{"text":"a","view":true}`),
		"a member twice":               framed(`{"text":"a","text":"b"}`),
		"another case":                 framed(`{"Text":"a"}`),
		"something after it":           framed(words, 'x'),
		"less than is said":            framed(words)[:10],
		"no UTF-8":                     framed("{\"text\":\"\xff\"}"),
		"a short hash":                 framed(`{"text":"a","log":{"size":1,"head":"AAAA"}}`),
		"a size below none":            framed(`{"text":"a","log":{"size":-1,"head":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}`),
		"too long a text":              framed(`{"text":"` + strings.Repeat("a", ehrdesk.MostCaseText+1) + `"}`),
		"too long":                     framed(`{"text":"a"` + strings.Repeat(" ", mostBody) + `}`),
		"a length of nothing":          {0, 0, 0, 0, '{', '}'},
		"a length of 4 GiB":            append([]byte{255, 255, 255, 255}, words...),
		"a short file":                 framed(file, 1, 2),
		"a long file":                  framed(file, 1, 2, 3, 4),
		"a file of nothing":            framed(`{"file":{"name":"a.pdf","media":"","size":0}}`),
		"a file of 25 MiB":             framed(`{"file":{"name":"a.pdf","media":"","size":26214400}}`),
		"a record without its bytes":   framed(`{"records":[{"ref":{"Resource":"Observation","ID":"a"},"digest":""}]}`),
		"an approval of anything":      framed(`{"text":"a","approve":"everything"}`),
		"a fact that is none and some": framed(`{"text":"a","fact":{"none":true,"by":"Dr","at":"2026-11-30T09:00:00Z","record":{"Resource":"Observation","ID":"a"}}}`),
		"an allergy to nothing":        framed(`{"allergy":{"substance":"","kind":"allergy","category":"food","risk":"low","reaction":"rash","certainty":"likely","seen":"Dr"}}`),
		"an allergy of another code":   framed(`{"allergy":{"substance":"nuts","kind":"hate","category":"food","risk":"low","reaction":"rash","certainty":"likely","seen":"Dr"}}`),
	} {
		if b, _, err := taken(raw, atOnce); err == nil || b.Text != "" || b.Log != nil {
			t.Errorf("%s is read as %+v", name, b)
		}
	}
}

// What comes from outside is cleaned before it is kept: words, and a file's name is only a name.
func TestWhatComesInABodyIsCleaned(t *testing.T) {
	b, _, err := taken(framed(`{"text":"a\u001b[31m\u202eb","file":{"name":"../../x\u0007.pdf","media":"text/\u001b[1mplain","size":1}}`, 'x'), atOnce)
	if err != nil || strings.ContainsAny(b.Text+b.File.Name+b.File.Media, "\x1b\u202e\x07/\\") && b.File.Media != "text/plain" || b.File.Name != "x.pdf" {
		t.Errorf("%+v, %+v, %v", b.CaseBody, b.File, err)
	}
}

// Whatever was sealed by whoever has a key of a case, what is read of it is clean, within its bounds, and reads the same again.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{"text":"anaphylaxis to cefazolin"}`,
		`{"text":"a\u001b[31m\u202eb","log":{"size":3,"head":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}`,
		`{"text":"a","log":null}`,
		`{"text":["a"]}`,
		`{"file":{"name":"../a.pdf","media":"application/pdf","size":1}}`,
		`{"records":[{"ref":{"Resource":"Observation","ID":"a"},"digest":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}`,
		`{"meeting":{"at":"2026-11-30T09:00:00Z","minutes":30,"place":"Room 3"},"view_only":true}`,
	} {
		f.Add(framed(seed, 'x'))
		f.Add(framed(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, file, err := taken(raw, atOnce)
		if err != nil {
			return
		}
		if b.Text != ehrdesk.CleanText(b.Text) || b.Check() != nil || b.File != nil && b.File.Name != ehrdesk.CaseFileName(b.File.Name) || b.File == nil && len(file) > 0 {
			t.Fatalf("%+v is shown, with %q", b, file)
		}
		if b.Log != nil && (b.Log.Size < 0 || len(b.Log.Head) != sha256.Size) {
			t.Fatalf("%+v is held against a log", b.Log)
		}
		again, err := b.seal()
		if err != nil {
			t.Fatal(err)
		}
		if c, _, err := taken(slices.Concat(again, file), atOnce); err != nil || c.Text != b.Text {
			t.Fatalf("%q comes as %q, %v", b.Text, c.Text, err)
		}
	})
}
