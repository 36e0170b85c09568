package cardreader_test

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// good is a profile that passes; tests change one thing of it.
const good = `{
  "id": "site-1", "card": {"en": "site card", "zh-Hant": "本院卡", "zh-Hans": "本院卡"}, "source": "the site",
  "match": [{"atr": "3B87800153495445", "mask": "FFFFFFFFFFFFFFFF"}], "aid": "F053495445", "limit": 256,
  "steps": [{"read": "command", "commands": ["00B0810000"], "into": "face", "limit": 200}],
  "fields": [{"name": "name", "from": "face", "decode": "ascii", "limit": 80}]
}`

func TestAProfileIsCheckedWhenItIsLoaded(t *testing.T) {
	if _, err := cardreader.ParseProfile([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"a VERIFY":                       {"00B0810000", "0020000108FFFFFFFFFFFFFFFF"},
		"an UPDATE BINARY":               {"00B0810000", "00D6000001FF"},
		"a PUT DATA":                     {"00B0810000", "00DA000001FF"},
		"a challenge of its own":         {"00B0810000", "008800000100"},
		"a GET RESPONSE of its own":      {"00B0810000", "00C0000000"},
		"a command of another card":      {"00B0810000", "80B0000402000D"},
		"a class with secure messaging":  {"00B0810000", "0CB0810000"},
		"a command with a tail":          {"00B0810000", "00B081000000"},
		"two commands in one":            {"00B0810000", "00B0810000002000010411223344"},
		"a command that is not hex":      {"00B0810000", "00B08100zz"},
		"an unknown member":              {`"limit": 256`, `"limit": 256, "loop": true`},
		"a member twice":                 {`"limit": 256`, `"limit": 256, "limit": 512`},
		"an unknown step":                {`"read": "command"`, `"read": "write"`},
		"members of another step":        {`"read": "command"`, `"read": "binary", "sfi": 1`},
		"no limit":                       {`"limit": 256`, `"limit": 0`},
		"a limit too large":              {`"limit": 256`, `"limit": 1000000`},
		"a step over the profile":        {`"limit": 200`, `"limit": 300`},
		"a mask that fits everything":    {"FFFFFFFFFFFFFFFF\"", "FF00000000000000\""},
		"a mask without the first byte":  {"FFFFFFFFFFFFFFFF\"", "00FFFFFFFFFFFFFF\""},
		"a mask of another length":       {"FFFFFFFFFFFFFFFF\"", "FFFFFFFFFFFFFF\""},
		"an ATR too long":                {"3B87800153495445", strings.Repeat("3B", 34)},
		"no ATR":                         {`{"atr": "3B87800153495445", "mask": "FFFFFFFFFFFFFFFF"}`, ""},
		"an AID too short":               {"F053495445", "F0534954"},
		"an unknown decoder":             {`"decode": "ascii"`, `"decode": "ebcdic"`},
		"a decoder of another kind":      {`"decode": "ascii"`, `"decode": "bcd_date"`},
		"an unknown field":               {`"name": "name"`, `"name": "religion"`},
		"a field from nowhere":           {`"from": "face"`, `"from": "back"`},
		"a path that is not tags":        {`"decode": "ascii"`, `"path": "70/xx", "decode": "ascii"`},
		"a path and an offset":           {`"decode": "ascii"`, `"path": "70", "offset": 1, "length": 2, "decode": "ascii"`},
		"an unknown verifier":            {`"limit": 256`, `"limit": 256, "verify": "trust-me"`},
		"a verifier without its buffers": {`"limit": 256`, `"limit": 256, "verify": "training-1"`},
		"an id for a path":               {"site-1", "../site"},
		"an escape in a name":            {"site card", `site \u001b[31mcard`},
		"no name in one language":        {`"zh-Hans": "本院卡"`, `"zh-Hans": ""`},
		"steps for recognise only":       {`"limit": 256`, `"limit": 256, "recognise_only": true`},
		"no JSON":                        {"{", "["},
	} {
		if !strings.Contains(good, change[0]) {
			t.Fatalf("%s: nothing to change", name)
		}
		p, err := cardreader.ParseProfile([]byte(strings.Replace(good, change[0], change[1], 1)))
		if err == nil || p != nil || ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), change[1]) && len(change[1]) > 6 {
			t.Errorf("%s: the error quotes the profile", name)
		}
	}
}

func TestSiteProfilesComeFromRootAlone(t *testing.T) {
	denied := func(dir string) {
		t.Helper()
		if p, err := cardreader.SiteProfiles(dir, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || p != nil {
			t.Errorf("%v", err)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "site-1.json")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(good)
	if os.Geteuid() != 0 {
		denied(dir)
		t.Skip("SKIP the rest: only root can make a folder of root's")
	}
	for _, up := range []string{dir, filepath.Dir(dir)} { // of this test, whatever the umask was
		if err := os.Chmod(up, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	builtIn, err := cardreader.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	if p, err := cardreader.SiteProfiles(dir, nil); err != nil || len(p) != len(builtIn)+1 {
		t.Fatalf("%d profiles, %v", len(p), err)
	}
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	denied(dir)
	_ = os.Chmod(file, 0o644)
	_ = os.Chmod(dir, 0o777)
	denied(dir)
	_ = os.Chmod(dir, 0o755)
	_ = os.Chmod(filepath.Dir(dir), 0o777)
	denied(dir)
	_ = os.Chmod(filepath.Dir(dir), 0o755)
	_ = os.Chown(file, 65534, 65534)
	denied(dir)
	_ = os.Chown(file, 0, 0)
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "out.json")); err != nil {
		t.Fatal(err)
	}
	denied(dir)
	_ = os.Remove(filepath.Join(dir, "out.json"))
	for name, text := range map[string]string{
		"a built-in one's id": strings.Replace(good, "site-1", "training-1", 1),
		"for an HKIC": strings.NewReplacer("3B87800153495445", "3BF89600008131FE4400739401C00F9000DD",
			`"FFFFFFFFFFFFFFFF"`, `"FFFFFF000000FFFF0000000000000000FFFF"`).Replace(good),
		"no profile": "{}",
	} {
		write(text)
		if p, err := cardreader.SiteProfiles(dir, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || p != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := cardreader.SiteProfiles(filepath.Join(dir, "nowhere"), nil); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("no folder: %v", err)
	}
}

// recorder answers everything with the same bytes and keeps what it was asked.
type recorder struct {
	answer   []byte
	commands [][]byte
}

func (r *recorder) Reset() {}
func (r *recorder) APDU(c []byte) []byte {
	r.commands = append(r.commands, append([]byte(nil), c...))
	return r.answer
}

// FuzzParseProfile: whatever profile passes the check, and whatever its card
// answers, no command reaches the card that is not one of the reading ones.
func FuzzParseProfile(f *testing.F) {
	f.Add([]byte(good), []byte{0x90, 0})
	f.Add([]byte(strings.Replace(good, "00B0810000", "00CA110002000000", 1)), []byte("AAAA\x90\x00"))
	f.Add([]byte(strings.Replace(good, `"read": "command", "commands": ["00B0810000"]`, `"read": "binary", "sfi": 3`, 1)), []byte{0x61, 0x10})
	f.Add([]byte(strings.Replace(good, `"read": "command", "commands": ["00B0810000"]`,
		`"read": "chunks", "length": 200, "chunk": 90, "commands": ["00B0{offset:be16}{length:8}"]`, 1)), []byte{0x6C, 0x05})
	names, _ := filepath.Glob("profiles/*.json")
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, []byte("0123456789\x90\x00"))
	}
	reading := map[[2]byte]bool{{0, 0xA4}: true, {0, 0xB0}: true, {0, 0xB2}: true, {0, 0xCA}: true, {0, 0xC0}: true, {0, 0x88}: true,
		{0x80, 0xB0}: true, {0xC8, 0x32}: true, {0xCC, 0x00}: true, {0xCC, 0x06}: true}
	f.Fuzz(func(t *testing.T, profile, answer []byte) {
		p, err := cardreader.ParseProfile(profile)
		if err != nil {
			if ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		if p.RecogniseOnly {
			return
		}
		atr, err := hex.DecodeString(p.Match[0].ATR)
		if err != nil || !p.Matches(atr) {
			t.Fatalf("a profile does not match its own ATR: %v", err)
		}
		s := fake.New("A")
		r := &recorder{answer: answer}
		s.Insert("A", &simcard.Card{ATR: atr, Applet: r})
		d := cardreader.Station{Establish: s.Establish, Profiles: []*cardreader.Profile{p}}
		_, err = d.Read(context.Background(), "A", atr, nil)
		if err != nil && errors.Is(err, cardreader.Forbidden) {
			t.Fatalf("a profile that passed wanted a forbidden command: %v", err)
		}
		for _, c := range r.commands {
			if len(c) < 4 || !reading[[2]byte{c[0], c[1]}] {
				t.Fatalf("the card was sent %X", c[:min(4, len(c))])
			}
		}
		if s.Contexts() != 0 {
			t.Fatal("a context is left")
		}
	})
}

// FuzzMatch: an ATR that is an HKIC's is told as that alone, and no ATR panics.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{"", "3B", "3B6F00008031E06B0406050225555555555555", "3BF89600008131FE4400739401C00F9000DD", "3B781800005448204E49442033"} {
		b, _ := hex.DecodeString(s)
		f.Add(b)
	}
	f.Add(simcard.TrainingATR)
	profiles, err := cardreader.BuiltIn()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, atr []byte) {
		d := cardreader.Station{Profiles: profiles}
		r, ok := d.Recognise(atr)
		for _, p := range profiles {
			if p.Matches(atr) && (!ok || (p.RecogniseOnly && (r.Readable || r.Profile != p.ID))) {
				t.Fatalf("%s fits and is told as %q", p.ID, r.Profile)
			}
		}
		if ok && len(atr) < 5 {
			t.Fatal("so short an ATR is some card")
		}
	})
}
