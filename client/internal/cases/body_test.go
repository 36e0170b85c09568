package cases

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// What a desk seals is what another reads, whatever is in the text and however long it is.
func TestABodyIsReadAsItWasSealed(t *testing.T) {
	for _, b := range []body{
		{Text: "anaphylaxis to cefazolin"},
		{Text: "敏感\n“quoted” \\ \"and\" <b>"},
		{Text: strings.Repeat(`"`, mostText)},
		{Text: "with a head", Log: &logHead{Size: 12, Head: bytes.Repeat([]byte{7}, sha256.Size)}},
		{Text: "with an empty log", Log: &logHead{Head: bytes.Repeat([]byte{7}, sha256.Size)}},
	} {
		raw, err := b.seal()
		if err != nil {
			t.Fatal(err)
		}
		got, err := readBody(raw)
		if err != nil || got.Text != b.Text || (got.Log == nil) != (b.Log == nil) {
			t.Fatalf("%.80q comes as %.80q, %v", b.Text, got.Text, err)
		}
		if b.Log != nil && (got.Log.Size != b.Log.Size || !bytes.Equal(got.Log.Head, b.Log.Head)) {
			t.Errorf("%+v comes as %+v", b.Log, got.Log)
		}
	}
}

// Of what is not of the form nothing is shown.
func TestWhatIsNoBodyIsRefused(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing":            ``,
		"words":              `anaphylaxis`,
		"no text":            `{}`,
		"an empty text":      `{"text":""}`,
		"controls alone":     `{"text":"\u0007"}`,
		"a member more":      `{"text":"a","view":true}`,
		"a member twice":     `{"text":"a","text":"b"}`,
		"another case":       `{"Text":"a"}`,
		"something after it": `{"text":"a"} {"text":"b"}`,
		"no UTF-8":           "{\"text\":\"\xff\"}",
		"a short hash":       `{"text":"a","log":{"size":1,"head":"AAAA"}}`,
		"a size below none":  `{"text":"a","log":{"size":-1,"head":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}`,
		"too long a text":    `{"text":"` + strings.Repeat("a", mostText+1) + `"}`,
		"too long":           `{"text":"a"` + strings.Repeat(" ", mostBody) + `}`,
	} {
		if b, err := readBody([]byte(raw)); err == nil || b.Text != "" || b.Log != nil {
			t.Errorf("%s is read as %+v", name, b)
		}
	}
}

// Whatever was sealed by whoever has a key of a case, what is read of it is clean, within its bounds, and reads the same again.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{"text":"anaphylaxis to cefazolin"}`,
		`{"text":"a\u001b[31m\u202eb","log":{"size":3,"head":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}`,
		`{"text":"a","log":null}`,
		`{"text":["a"]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := readBody(raw)
		if err != nil {
			return
		}
		if b.Text == "" || b.Text != ehrdesk.CleanText(b.Text) || len(b.Text) > mostText {
			t.Fatalf("%q is shown", b.Text)
		}
		if b.Log != nil && (b.Log.Size < 0 || len(b.Log.Head) != sha256.Size) {
			t.Fatalf("%+v is held against a log", b.Log)
		}
		again, err := b.seal()
		if err != nil {
			t.Fatal(err)
		}
		if c, err := readBody(again); err != nil || c.Text != b.Text {
			t.Fatalf("%q comes as %q, %v", b.Text, c.Text, err)
		}
	})
}
