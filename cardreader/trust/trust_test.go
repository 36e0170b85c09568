package trust_test

import (
	"bytes"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

func chanTaiMan(t testing.TB) simcard.Person {
	t.Helper()
	h, err := ehrdesk.ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	return simcard.Person{Name: "CHAN, Tai Man", Chinese: "陳大文", HKIC: h, Born: "19660215", Sex: ehrdesk.Male, Issued: "19980603"}
}

func issuer(t testing.TB) *simcard.Issuer {
	t.Helper()
	i, err := simcard.NewIssuer(nil)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// chip is the applet of a card just issued.
func chip(t testing.TB) func(c *simcard.Card, err error) *simcard.Training {
	return func(c *simcard.Card, err error) *simcard.Training {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c.Applet.(*simcard.Training)
	}
}

// resigned writes the proof file anew with other objects and the old signature.
func resigned(t testing.TB, file []byte, change func(tag uint32, value []byte) []byte) []byte {
	t.Helper()
	nodes, err := tlv.Parse(file, tlv.Card)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, n := range nodes[0].Kids {
		if v := change(n.Tag, n.Value); v != nil {
			out = tlv.Append(out, n.Tag, v)
		}
	}
	return tlv.Append(nil, 0x77, out)
}

func TestWhatEachKindOfEvidenceShows(t *testing.T) {
	i, other := issuer(t), issuer(t)
	challenge := [32]byte{1, 2, 3}
	genuine, static, elsewhere := chip(t)(i.Issue(chanTaiMan(t))), chip(t)(i.IssueStatic(chanTaiMan(t))), chip(t)(i.Issue(chanTaiMan(t)))
	version := func(to byte) func(uint32, []byte) []byte {
		return func(tag uint32, v []byte) []byte {
			if tag == 0x80 {
				return []byte{to}
			}
			return v
		}
	}
	noKey := func(tag uint32, v []byte) []byte {
		if tag == 0x86 {
			return nil
		}
		return v
	}
	for name, c := range map[string]struct {
		card   *simcard.Training
		change func(*ehrdesk.CardEvidence)
		want   ehrdesk.CardProof
		err    error
	}{
		"a genuine card":                      {genuine, nil, ehrdesk.CardGenuineChip, nil},
		"a copy of it, which has no key":      {genuine.Clone(), nil, 0, trust.ErrChip},
		"a static card":                       {static, nil, ehrdesk.CardSignedData, nil},
		"a copy of a static card":             {static.Clone(), nil, ehrdesk.CardSignedData, nil}, // all that this level is worth
		"a genuine card said to be less":      {genuine, func(e *ehrdesk.CardEvidence) { e.Proof = ehrdesk.CardUnverified }, ehrdesk.CardGenuineChip, nil},
		"a static card said to be more":       {static, func(e *ehrdesk.CardEvidence) { e.Proof = ehrdesk.CardGenuineChip }, ehrdesk.CardSignedData, nil},
		"no scheme, whatever is claimed":      {genuine, func(e *ehrdesk.CardEvidence) { e.Scheme, e.Proof = "", ehrdesk.CardGenuineChip }, ehrdesk.CardUnverified, nil},
		"a scheme without rules":              {genuine, func(e *ehrdesk.CardEvidence) { e.Scheme = "training-2" }, 0, trust.ErrScheme},
		"another card's answer":               {genuine, func(e *ehrdesk.CardEvidence) { e.Response = elsewhere.Evidence(challenge).Response }, 0, trust.ErrChip},
		"the answer to another challenge":     {genuine, func(e *ehrdesk.CardEvidence) { e.Response = genuine.Evidence([32]byte{9}).Response }, 0, trust.ErrChip},
		"a challenge changed afterwards":      {genuine, func(e *ehrdesk.CardEvidence) { e.Challenge[31] ^= 1 }, 0, trust.ErrChip},
		"an answer that is no signature":      {genuine, func(e *ehrdesk.CardEvidence) { e.Response = []byte{0x30, 0} }, 0, trust.ErrChip},
		"another face":                        {genuine, func(e *ehrdesk.CardEvidence) { e.Face[20] ^= 1 }, 0, trust.ErrOther},
		"no face":                             {genuine, func(e *ehrdesk.CardEvidence) { e.Face = nil }, 0, trust.ErrOther},
		"the key taken away":                  {genuine, func(e *ehrdesk.CardEvidence) { e.Signed = resigned(t, e.Signed, noKey) }, 0, trust.ErrEvidence},
		"the key taken away, called static":   {genuine, func(e *ehrdesk.CardEvidence) { e.Signed = resigned(t, resigned(t, e.Signed, noKey), version(2)) }, 0, trust.ErrIssuer},
		"called static with its key":          {genuine, func(e *ehrdesk.CardEvidence) { e.Signed = resigned(t, e.Signed, version(2)) }, 0, trust.ErrEvidence},
		"a static card called a chip card":    {static, func(e *ehrdesk.CardEvidence) { e.Signed = resigned(t, e.Signed, version(1)) }, 0, trust.ErrEvidence},
		"a static card with an answer":        {static, func(e *ehrdesk.CardEvidence) { e.Response = genuine.Evidence(challenge).Response }, 0, trust.ErrEvidence},
		"a version of the future":             {static, func(e *ehrdesk.CardEvidence) { e.Signed = resigned(t, e.Signed, version(3)) }, 0, trust.ErrEvidence},
		"the signature of another card":       {genuine, func(e *ehrdesk.CardEvidence) { e.Signed = elsewhere.Evidence(challenge).Signed }, 0, trust.ErrChip},
		"an issuer that nobody pinned":        {chip(t)(other.Issue(chanTaiMan(t))), nil, 0, trust.ErrIssuer},
		"nothing signed":                      {genuine, func(e *ehrdesk.CardEvidence) { e.Signed = nil }, 0, trust.ErrEvidence},
		"padding behind what is signed":       {static, func(e *ehrdesk.CardEvidence) { e.Signed = append(e.Signed, 0) }, 0, trust.ErrEvidence},
		"more within what is signed":          {static, func(e *ehrdesk.CardEvidence) { e.Signed = more(e.Signed) }, 0, trust.ErrEvidence},
		"a length written in the long form":   {static, func(e *ehrdesk.CardEvidence) { e.Signed = longer(t, e.Signed) }, 0, trust.ErrEvidence},
		"a proof file that is too large":      {genuine, func(e *ehrdesk.CardEvidence) { e.Signed = append(e.Signed, make([]byte, trust.MaxSigned)...) }, 0, trust.ErrEvidence},
		"a face that is too large":            {genuine, func(e *ehrdesk.CardEvidence) { e.Face = make([]byte, trust.MaxFace+1) }, 0, trust.ErrEvidence},
		"an answer longer than any signature": {genuine, func(e *ehrdesk.CardEvidence) { e.Response = make([]byte, trust.MaxResponse+1) }, 0, trust.ErrEvidence},
	} {
		e := c.card.Evidence(challenge)
		if c.change != nil {
			c.change(&e)
		}
		v, err := trust.Check(e, []*ecdsa.PublicKey{nil, issuer(t).Public(), i.Public()})
		if !errors.Is(err, c.err) || v.Proof != c.want {
			t.Errorf("%s: %v, %v; want %v, %v", name, v.Proof, err, c.want, c.err)
		}
		switch {
		case err != nil && (ehrdesk.CodeOf(err) != ehrdesk.CodeCard || v.Face.Name != "" || v.Issuer != nil):
			t.Errorf("%s: refused, and says %v with %+v", name, err, v)
		case c.want == ehrdesk.CardUnverified && v.Face.Name != "":
			t.Errorf("%s: nothing is proved and there is a face", name)
		case c.want > ehrdesk.CardUnverified && (v.Face.Name != "CHAN, Tai Man" || v.Face.LocalName != "陳大文" || v.Face.HKIC.Printed() != "A123456(3)" ||
			v.Face.Born != ehrdesk.Day(1966, 2, 15) || v.Face.Sex != ehrdesk.Male || v.Face.Issued != ehrdesk.Day(1998, 6, 3) || !v.Issuer.Equal(i.Public())):
			t.Errorf("%s: the face is not the person's", name)
		}
		for _, verb := range []string{"%v", "%+v", "%s", "%#v"} {
			if s := fmt.Sprintf(verb, v) + fmt.Sprint(err); strings.Contains(s, "CHAN") || strings.Contains(s, "A123456") || strings.Contains(s, "陳") {
				t.Errorf("%s: %s prints the face", name, verb)
			}
		}
	}
	if _, err := trust.Check(genuine.Evidence(challenge), nil); !errors.Is(err, trust.ErrIssuer) {
		t.Errorf("no issuers at all: %v", err)
	}
}

func more(file []byte) []byte {
	nodes, err := tlv.Parse(file, tlv.Card)
	if err != nil {
		return nil
	}
	return tlv.Append(nil, 0x77, tlv.Append(bytes.Clone(nodes[0].Value), 0x99, nil))
}

// longer writes the outer length in three bytes where two do.
func longer(t testing.TB, file []byte) []byte {
	t.Helper()
	if file[1] != 0x81 {
		t.Fatalf("the outer length is written %X", file[1])
	}
	return append([]byte{0x77, 0x82, 0, file[2]}, file[3:]...)
}

// TestATextThatCouldDeceiveIsRefusedAndNotMended: the issuer's signature does
// not make it harmless.
func TestATextThatCouldDeceiveIsRefusedAndNotMended(t *testing.T) {
	i := issuer(t)
	for name, change := range map[string]func(*simcard.Person){
		"an escape":                  func(p *simcard.Person) { p.Name = "CHAN\x1b]0;x\x07" },
		"a line end":                 func(p *simcard.Person) { p.Name = "CHAN\nTai Man" },
		"a bidi override":            func(p *simcard.Person) { p.Chinese = "\u202e陳大文" },
		"a zero width joiner":        func(p *simcard.Person) { p.Chinese = "陳\u200d大文" },
		"a variation selector":       func(p *simcard.Person) { p.Chinese = "陳\ufe00" },
		"a private character":        func(p *simcard.Person) { p.Chinese = "陳\ue000" },
		"an ideographic space":       func(p *simcard.Person) { p.Chinese = "陳\u3000大文" },
		"four accents":               func(p *simcard.Person) { p.Chinese = "陳\u0301\u0301\u0301\u0301" },
		"bytes that are no text":     func(p *simcard.Person) { p.Chinese = "\xff\xfe" },
		"a replacement character":    func(p *simcard.Person) { p.Chinese = "陳\ufffd" },
		"two spaces":                 func(p *simcard.Person) { p.Name = "CHAN,  Tai Man" },
		"a space at the end":         func(p *simcard.Person) { p.Name = "CHAN " },
		"no name":                    func(p *simcard.Person) { p.Name = "" },
		"a Latin name that is none":  func(p *simcard.Person) { p.Name = "СHAN" }, // Cyrillic С
		"a name of 81 letters":       func(p *simcard.Person) { p.Name = strings.Repeat("A", 81) },
		"a Chinese name of 63 bytes": func(p *simcard.Person) { p.Chinese = strings.Repeat("文", 21) },
		"no number":                  func(p *simcard.Person) { p.HKIC = ehrdesk.HKIC{} },
		"the 31st of February":       func(p *simcard.Person) { p.Born = "19660231" },
		"half a date":                func(p *simcard.Person) { p.Born = "196602" },
		"a date of letters":          func(p *simcard.Person) { p.Born = "1966021A" },
		"no month and a day":         func(p *simcard.Person) { p.Born = "19660015" },
		"the year 1749":              func(p *simcard.Person) { p.Born = "17490215" },
		"no day of issue":            func(p *simcard.Person) { p.Issued = "" },
	} {
		p := chanTaiMan(t)
		change(&p)
		if v, err := trust.Check(chip(t)(i.Issue(p)).Evidence([32]byte{}), []*ecdsa.PublicKey{i.Public()}); !errors.Is(err, trust.ErrFace) || v.Proof != 0 || v.Face.Name != "" {
			t.Errorf("%s: %v, %v", name, v.Proof, err)
		}
	}
	for name, c := range map[string]struct {
		born, want string
	}{
		"a birth known to the year":  {"19660000", "1966"},
		"a birth known to the month": {"19660200", "1966-02"},
	} {
		p := chanTaiMan(t)
		p.Born, p.Chinese, p.Sex = c.born, "", ehrdesk.Unknown
		v, err := trust.Check(chip(t)(i.Issue(p)).Evidence([32]byte{}), []*ecdsa.PublicKey{i.Public()})
		if err != nil || v.Face.Born.String() != c.want || v.Face.LocalName != "" || v.Face.Sex != ehrdesk.Unknown {
			t.Errorf("%s: %v, %v", name, v.Face.Born, err)
		}
	}
}

// vectors are evidence made once and kept: what it shows must never change. Make
// them anew with EHRDESK_VECTORS=write.
func vectors(t testing.TB) (issuers []*ecdsa.PublicKey, genuine, static ehrdesk.CardEvidence) {
	t.Helper()
	if os.Getenv("EHRDESK_VECTORS") == "write" {
		i := issuer(t)
		write(t, "issuer.pem", trust.MarshalIssuer(i.Public()))
		write(t, "genuine.json", text(t, chip(t)(i.Issue(chanTaiMan(t))).Evidence([32]byte{7})))
		write(t, "static.json", text(t, chip(t)(i.IssueStatic(chanTaiMan(t))).Evidence([32]byte{7})))
	}
	issuers, err := trust.ParseIssuers(read(t, "issuer.pem"))
	if err = errors.Join(err, json.Unmarshal(read(t, "genuine.json"), &genuine), json.Unmarshal(read(t, "static.json"), &static)); err != nil {
		t.Fatal(err)
	}
	return issuers, genuine, static
}

func text(t testing.TB, e ehrdesk.CardEvidence) []byte {
	b, err := json.Marshal(e, jsontext.WithIndent(" "))
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join("testdata", name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCardsOfBeforeShowTheSameForEver(t *testing.T) {
	issuers, genuine, static := vectors(t)
	for want, e := range map[ehrdesk.CardProof]ehrdesk.CardEvidence{ehrdesk.CardGenuineChip: genuine, ehrdesk.CardSignedData: static} {
		if v, err := trust.Check(e, issuers); err != nil || v.Proof != want || v.Face.Name != "CHAN, Tai Man" {
			t.Errorf("%v: %v, %v", want, v.Proof, err)
		}
	}
}

// FuzzCheck: whatever comes, it does not break, and a face comes out of nothing
// but what the issuer signed.
func FuzzCheck(f *testing.F) {
	issuers, genuine, static := vectors(f)
	for _, e := range []ehrdesk.CardEvidence{genuine, static} {
		f.Add(e.Face, e.Signed, e.Response, e.Challenge[:])
		f.Add(e.Face, e.Signed, genuine.Response, make([]byte, 32))
		f.Add(e.Face[:len(e.Face)-1], more(e.Signed), e.Response[:len(e.Response)/2], e.Challenge[:])
	}
	f.Fuzz(func(t *testing.T, face, signed, response, challenge []byte) {
		e := ehrdesk.CardEvidence{Scheme: trust.Training, Proof: ehrdesk.CardGenuineChip, Face: face, Signed: signed, Response: response}
		copy(e.Challenge[:], challenge)
		v, err := trust.Check(e, issuers)
		if err != nil {
			if v.Proof != 0 || v.Face.Name != "" || ehrdesk.CodeOf(err) != ehrdesk.CodeCard {
				t.Fatalf("refused with %v and %v", err, v.Proof)
			}
			return
		}
		if !bytes.Equal(face, genuine.Face) || v.Proof == ehrdesk.CardUnverified {
			t.Fatal("a face that nobody signed")
		}
		if v.Proof == ehrdesk.CardGenuineChip && (e.Challenge != genuine.Challenge || len(response) == 0) {
			t.Fatal("an answer to a challenge that the chip never had")
		}
	})
}
