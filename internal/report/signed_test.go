package report

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
	"time"
)

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func only(k *ecdsa.PrivateKey) func(string) []any {
	return func(string) []any { return []any{k.Public()} }
}

// No byte of a signed report can be another, gone or one more, in the text, in the
// signature, or in the lines around it.
func TestAReportOfWhichOneByteIsChangedIsAltered(t *testing.T) {
	key := newKey(t)
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	b, err := Signed([]byte("Access log\n1 drlee open\n2 drlee 陳\n"), "centre", key, at)
	if err != nil {
		t.Fatal(err)
	}
	if got := Check(b, only(key)); got.Finding != OK || got.By != "centre" || !got.At.Equal(at) {
		t.Fatalf("whole: %+v", got)
	}
	for i := range b {
		for what, changed := range map[string][]byte{
			"one bit":  append(append(bytes.Clone(b[:i]), b[i]^1), b[i+1:]...),
			"gone":     append(bytes.Clone(b[:i]), b[i+1:]...),
			"one more": append(append(bytes.Clone(b[:i]), ' '), b[i:]...),
			"a line":   append(append(bytes.Clone(b[:i]), '\n'), b[i:]...),
		} {
			if got := Check(changed, only(key)); got.Finding == OK {
				t.Errorf("byte %d, %s: %s", i, what, got.Finding)
			}
		}
	}
	for i := range bytes.Index(b, []byte(begin)) {
		changed := append(append(bytes.Clone(b[:i]), b[i]^1), b[i+1:]...)
		if got := Check(changed, only(key)); i < bytes.Index(b, []byte("\n"+begin)) && got != (Checked{Finding: Altered}) {
			t.Errorf("byte %d of the text: %+v", i, got)
		}
	}
	if got := Check(append(bytes.Clone(b), "3 drlee open\n"...), only(key)); got.Finding != Altered {
		t.Errorf("a line below: %s", got.Finding)
	}
	crlf := bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
	var wide []byte // as an editor of Windows may save it
	for _, c := range b {
		wide = append(wide, c, 0)
	}
	for name, c := range map[string]struct {
		b    []byte
		want Checked
	}{
		"other line ends":              {crlf, Checked{Finding: Altered, LineEnds: true}},
		"other line ends, and a word":  {bytes.Replace(crlf, []byte("drlee"), []byte("drlea"), 1), Checked{Finding: Altered}},
		"quoted":                       {append([]byte("> "), bytes.ReplaceAll(b, []byte("\n"), []byte("\n> "))...), Checked{Finding: Altered}},
		"two bytes a letter":           {append([]byte("\xff\xfe"), wide...), Checked{Finding: Altered}},
		"the first line of it is gone": {bytes.Replace(b, []byte(begin), nil, 1), Checked{Finding: Altered}},
		"all of it is gone":            {before(b, begin), Checked{Finding: Unsigned}},
		"an entry that speaks of one":  {[]byte("Access log\r\n1 drlee reason: " + begin), Checked{Finding: Unsigned}},
	} {
		if got := Check(c.b, only(key)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := Check(crlf, only(newKey(t))); got != (Checked{Finding: Altered}) {
		t.Errorf("other line ends, and a key that is not known: %+v", got)
	}
}

// What was found is said in words that tell the three apart, and whose key it was.
func TestWhatWasFoundOfAReportSaysWhoseKeyItWas(t *testing.T) {
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	who := &Signer{Staff: "officer", Name: "CHAN Siu Man\x1b[2J", Role: "officer", HCP: "9265400017", HCPName: "Clinic One", Since: at.AddDate(0, -1, 0)}
	said := map[string]bool{}
	for want, c := range map[string]Checked{
		"ok: signed at 2026-11-28T09:00:00Z by CHAN Siu Man (account officer, role officer) of Clinic One, provider 9265400017, by a key enrolled 2026-10-28T09:00:00Z (desk-1)": {Finding: OK, By: "desk-1", At: at, Signer: who},
		"ok: signed at 2026-11-28T09:00:00Z by centre":                                          {Finding: OK, By: Centre, At: at},
		"altered: there is a signature, and it does not hold":                                   {Finding: Altered},
		"altered: it has other line ends than it was signed with, and is else as it was signed": {Finding: Altered, LineEnds: true},
		"signed by a key that is not known here":                                                {Finding: OtherKey},
		"no signature at all":                                                                   {Finding: Unsigned},
	} {
		got := c.Line().Words()
		if got != want || said[got] {
			t.Errorf("%q, want %q", got, want)
		}
		said[got] = true
		if err := c.Err(); (err == nil) != (c.Finding == OK) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestAReportByAnotherKeyIsNamedSo(t *testing.T) {
	key, other := newKey(t), newKey(t)
	b, err := Signed([]byte("text without an end"), "centre", key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		b    []byte
		keys func(string) []any
		want Finding
	}{
		"by whom it says":                    {b, only(key), OK},
		"by somebody else":                   {b, only(other), OtherKey},
		"nobody is known":                    {b, func(string) []any { return nil }, OtherKey},
		"several are known":                  {b, func(string) []any { return []any{other.Public(), key.Public()} }, OK},
		"no report":                          {[]byte("text\n"), only(key), Unsigned},
		"nothing":                            {nil, only(key), Unsigned},
		"a signature of none":                {[]byte("text\n" + begin + end), only(key), Altered},
		"another's signature under the text": {attach([]byte("text\n"), compactOf(t, other, "text of other\n")), only(key), OtherKey},
		"our signature under another text":   {attach([]byte("text\n"), compactOf(t, key, "text of other\n")), only(key), Altered},
	} {
		if got := Check(c.b, c.keys); got.Finding != c.want {
			t.Errorf("%s: %s, want %s", name, got.Finding, c.want)
		}
	}
}

// compactOf is the signature alone of a report.
func compactOf(t *testing.T, key *ecdsa.PrivateKey, text string) string {
	t.Helper()
	b, err := Signed([]byte(text), "centre", key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(b, []byte(begin))
	return string(bytes.ReplaceAll(bytes.TrimSuffix(rest, []byte(end)), []byte("\n"), nil))
}

// before is what stands before a word.
func before(b []byte, word string) []byte {
	head, _, _ := bytes.Cut(b, []byte(word))
	return head
}
