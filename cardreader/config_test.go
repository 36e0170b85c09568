//go:build unix

package cardreader_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

// site is a folder of root's with a configuration in it.
func site(t testing.TB, config string) (dir, file string) {
	t.Helper()
	_, dir = program(t, says(answered)) // which is dir/bridge
	file = filepath.Join(dir, "cards.json")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(config, "DIR", dir)), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, file
}

func TestWithoutAFileADeskIsAtItsStrictest(t *testing.T) {
	c, err := cardreader.LoadConfig(filepath.Join(t.TempDir(), "nowhere", "cards.json"))
	if err != nil {
		t.Fatal(err)
	}
	f := fake.New()
	s, sources, err := c.Station(f.Establish)
	if err != nil || len(sources) != 1 || sources[0].Name() != "reader" {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	builtIn, err := cardreader.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	if s.Allowed("Virtual PCD 00 00") || !s.Allowed("ACS ACR39U 00 00") || len(s.Issuers) != 0 || s.SAM != "" || len(s.Profiles) != len(builtIn) ||
		c.StaffReader != "" || c.LockOnStaffCardRemoval {
		t.Errorf("%+v", c)
	}
}

func TestASiteSaysWhatItHas(t *testing.T) {
	i := issuer(t)
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	dir, file := site(t, `{"readers":["ACS ACR39U","Gemalto"],"virtual":true,"issuers":["keys/a.pem"],
		"profiles":{"folder":"profiles","signed_by":"`+base64.StdEncoding.EncodeToString(public)+`"},
		"bridge":{"program":"DIR/bridge","name":"IDEAS","profiles":["hkic-2018","hkic-2003"]},
		"sam_reader":"ACS ACR1281 1S Dual Reader SAM","staff_reader":"ACS ACR1252","lock_on_staff_card_removal":true}`)
	for _, d := range []string{"keys", "profiles"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "keys", "a.pem"), trust.MarshalIssuer(i.Public()), 0o644); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "profiles"), "site-1.json", good)
	if err := cardreader.SignProfiles(filepath.Join(dir, "profiles"), key); err != nil {
		t.Fatal(err)
	}
	c, err := cardreader.LoadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	f := fake.New("Gemalto 0")
	s, sources, err := c.Station(f.Establish)
	if err != nil || len(sources) != 2 || !sources[1].Reads("hkic-2018") || sources[0].Reads("hkic-2018") || !sources[0].Reads("site-1") {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	if c.StaffReader != "ACS ACR1252" || !c.LockOnStaffCardRemoval || s.SAM != "ACS ACR1281 1S Dual Reader SAM" || !s.Virtual ||
		!s.Allowed("ACS ACR39U 00 00") || s.Allowed("Other") || len(s.Issuers) != 1 {
		t.Errorf("%+v", c)
	}
	// And it all works together: a training card of that issuer, an HKIC through the bridge.
	card := issue(t, i, chanTaiMan(t))
	f.Insert("Gemalto 0", card)
	if r, err := s.Read(t.Context(), "Gemalto 0", card.ATR, nil); err != nil || r.Proof != ehrdesk.CardGenuineChip {
		t.Error(err)
	}
	if r, err := sources[1].Read(t.Context(), request()); err != nil || r.Evidence.Source != "IDEAS" {
		t.Error(err)
	}
}

func TestAConfigurationIsCheckedWhenItIsLoaded(t *testing.T) {
	for text, want := range map[string]ehrdesk.Code{
		`{}`:                               "",
		`[]`:                               ehrdesk.CodeInvalid,
		``:                                 ehrdesk.CodeInvalid,
		`{"reader":["ACS"]}`:               ehrdesk.CodeInvalid,
		`{"Readers":["ACS"]}`:              ehrdesk.CodeInvalid,
		`{"readers":["ACS"],"readers":[]}`: ehrdesk.CodeInvalid,
		`{"readers":[""]}`:                 ehrdesk.CodeInvalid,
		`{"readers":["\u001b["]}`:          ehrdesk.CodeInvalid,
		`{"readers":["` + strings.Repeat("a", 129) + `"]}`:    ehrdesk.CodeInvalid,
		`{"readers":[` + strings.Repeat(`"a",`, 16) + `"a"]}`: ehrdesk.CodeInvalid,
		`{"virtual":"yes"}`:                                        ehrdesk.CodeInvalid,
		`{"issuers":[""]}`:                                         ehrdesk.CodeInvalid,
		`{"issuers":["nowhere.pem"]}`:                              ehrdesk.CodeInvalid,
		`{"issuers":["bridge"]}`:                                   ehrdesk.CodeInvalid, // no key in it
		`{"issuers":["/proc/self/environ"]}`:                       ehrdesk.CodeInvalid,
		`{"profiles":{"folder":""}}`:                               ehrdesk.CodeInvalid,
		`{"profiles":{"signed_by":"AAAA"}}`:                        ehrdesk.CodeInvalid,
		`{"profiles":{"folder":"p","signed_by":"AAAA"}}`:           ehrdesk.CodeInvalid,
		`{"profiles":{"folder":"p","signed":true}}`:                ehrdesk.CodeInvalid,
		`{"bridge":{}}`:                                            ehrdesk.CodeInvalid,
		`{"bridge":{"program":"DIR/bridge","name":"x"}}`:           ehrdesk.CodeInvalid,
		`{"sam_reader":"ACS","staff_reader":"ACS ACR1252"}`:        ehrdesk.CodeInvalid,
		`{"sam_reader":"ACS ACR1281","staff_reader":"ACS"}`:        ehrdesk.CodeInvalid,
		`{"sam_reader":"ACS ACR1281","staff_reader":"ACS ACR125"}`: "",
		`{"lock_on_staff_card_removal":true}`:                      ehrdesk.CodeInvalid,
		strings.Repeat(" ", 65<<10) + `{}`:                         ehrdesk.CodeInvalid,
	} {
		_, file := site(t, text)
		c, err := cardreader.LoadConfig(file)
		if ehrdesk.CodeOf(err) != want || (c == nil) != (want != "") {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	// What takes another look, at the station.
	for text, want := range map[string]ehrdesk.Code{
		`{"profiles":{"folder":"nowhere"}}`:                                            ehrdesk.CodeInvalid,
		`{"bridge":{"program":"bridge","name":"x","profiles":["hkic-2018"]}}`:          ehrdesk.CodeInvalid,
		`{"bridge":{"program":"DIR/nowhere","name":"x","profiles":["hkic-2018"]}}`:     ehrdesk.CodeInvalid,
		`{"bridge":{"program":"DIR/bridge","name":"x","profiles":["../hkic"]}}`:        ehrdesk.CodeInvalid,
		`{"bridge":{"program":"DIR/bridge","name":"reader","profiles":["hkic-2018"]}}`: ehrdesk.CodeInvalid,
		`{"bridge":{"program":"DIR/bridge","name":"x","profiles":["hkic-2018"]}}`:      "",
	} {
		_, file := site(t, text)
		c, err := cardreader.LoadConfig(file)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if _, _, err := c.Station(fake.New().Establish); ehrdesk.CodeOf(err) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestOnlyTheAdministratorSaysWhatIsTrusted(t *testing.T) {
	dir, file := site(t, `{"issuers":["a.pem"]}`)
	pem := filepath.Join(dir, "a.pem")
	if err := os.WriteFile(pem, trust.MarshalIssuer(issuer(t).Public()), 0o644); err != nil {
		t.Fatal(err)
	}
	load := func(name string, want ehrdesk.Code) {
		t.Helper()
		if _, err := cardreader.LoadConfig(file); ehrdesk.CodeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	load("as it should be", "")
	_ = os.Chmod(file, 0o646)
	load("a file that others write", ehrdesk.CodeDenied)
	_ = os.Chmod(file, 0o644)
	_ = os.Chown(file, 65534, 65534)
	load("somebody's own file", ehrdesk.CodeDenied)
	_ = os.Chown(file, 0, 0)
	_ = os.Chmod(pem, 0o664)
	load("an issuer that others write", ehrdesk.CodeDenied)
	_ = os.Chmod(pem, 0o644)
	_ = os.Chmod(dir, 0o777)
	load("a folder that others write", ehrdesk.CodeDenied)
	_ = os.Chmod(dir, 0o755)
	load("as it should be again", "")
}
