package trust

import (
	"testing"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

func file(fields ...string) []byte {
	var b []byte
	for i := 0; i+1 < len(fields); i += 2 {
		b = tlv.Append(b, map[string]uint32{"name": 0x5F20, "local": 0xDF21, "number": 0xDF22, "born": 0x5F2B, "sex": 0x5F35, "issued": 0x5F26, "more": 0xDF7F}[fields[i]], []byte(fields[i+1]))
	}
	return tlv.Append(nil, 0x70, b)
}

var whole = []string{"name", "CHAN, Tai Man", "number", "A123456(3)", "born", "\x19\x66\x02\x15", "sex", "1", "issued", "\x19\x98\x06\x03"}

func TestAFaceHasEachFieldOnceAndAsPrinted(t *testing.T) {
	with := func(more ...string) []byte { return file(append(append([]string{}, whole...), more...)...) }
	for name, c := range map[string]struct {
		in []byte
		ok bool
	}{
		"whole":                        {file(whole...), true},
		"with a Chinese name":          {with("local", "陳大文"), true},
		"with a field of the future":   {with("more", "\x01"), true},
		"a field twice":                {with("number", "C668668(9)"), false},
		"an empty Chinese name":        {with("local", ""), false},
		"two faces":                    {append(file(whole...), file(whole...)...), false},
		"no birth":                     {file("name", "CHAN", "number", "A123456(3)", "sex", "1", "issued", "\x19\x98\x06\x03"), false},
		"a number without brackets":    {file(append([]string{"number", "A1234563"}, append(whole[:2:2], whole[4:]...)...)...), false},
		"a wrong check digit":          {file(append([]string{"number", "A123456(4)"}, append(whole[:2:2], whole[4:]...)...)...), false},
		"a sex that is no code":        {file(append([]string{"sex", "3"}, append(whole[:6:6], whole[8:]...)...)...), false},
		"not TLV":                      {[]byte{0x70, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, false},
		"nothing":                      {nil, false},
		"objects outside the template": {file(whole...)[2:], false},
	} {
		if f, err := trainingFace(c.in); (err == nil) != c.ok || (err == nil) != (f.Name != "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzFace: what passes is safe to draw and within its limits.
func FuzzFace(f *testing.F) {
	f.Add(file(whole...))
	f.Add(file(append([]string{"local", "陳大文"}, whole...)...))
	f.Add(file(append([]string{"local", "\u202e陳"}, whole...)...))
	f.Add([]byte{0x70, 0x82, 0x01, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		face, err := trainingFace(b)
		if err != nil {
			if err != ErrFace || face.Name != "" {
				t.Fatalf("%v with a face", err)
			}
			return
		}
		for _, s := range []string{face.Name, face.LocalName} {
			if ehrdesk.CleanLine(s) != s || !utf8.ValidString(s) || len(s) > 80 {
				t.Fatal("a text that is not clean")
			}
		}
		if face.Name == "" || face.HKIC.IsZero() || face.Born.IsZero() || face.Issued.IsZero() || face.Sex == "" {
			t.Fatal("a face with something missing")
		}
	})
}
