package cardreader

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

// Config is what a site's administrator says of cards, in a file cards.json:
//
//	{
//	  "readers": ["ACS ACR39U"],                   beginnings of names; none is any
//	  "virtual": false,                            readers behind which there is a program
//	  "issuers": ["hospital.pem"],                 public keys whose signatures count
//	  "profiles": {"folder": "profiles", "signed_by": "<base64 of an Ed25519 key>"},
//	  "bridge": {"program": "/opt/x/bridge", "name": "IDEAS", "profiles": ["hkic-2018", "hkic-2003"]},
//	  "sam_reader": "ACS ACR1281 1S Dual Reader SAM",
//	  "staff_reader": "ACS ACR1252",
//	  "lock_on_staff_card_removal": true
//	}
//
// Everything may be left out. Issuers and the folder are relative to the file's
// own folder, the bridge's program is absolute. The zero value is what is so
// without a file: no virtual reader, no issuer, no bridge.
type Config struct {
	Readers                []string        `json:"readers"`
	Virtual                bool            `json:"virtual"`
	Issuers                []string        `json:"issuers"`
	Profiles               *ConfigProfiles `json:"profiles"`
	Bridge                 *ConfigBridge   `json:"bridge"`
	SAMReader              string          `json:"sam_reader"`
	StaffReader            string          `json:"staff_reader"`
	LockOnStaffCardRemoval bool            `json:"lock_on_staff_card_removal"`

	keys     []*ecdsa.PublicKey // of Issuers
	signedBy ed25519.PublicKey  // of Profiles
	dir      string             // the file's folder
}

// ConfigProfiles is where a site's own profiles are: see SiteProfiles.
type ConfigProfiles struct {
	Folder   string `json:"folder"`
	SignedBy string `json:"signed_by"` // base64; "" where the folder is root's
}

// ConfigBridge is a site's licensed component: see NewBridge.
type ConfigBridge struct {
	Program  string   `json:"program"`
	Name     string   `json:"name"`
	Profiles []string `json:"profiles"`
}

const (
	configOp     = "card.config"
	maxConfig    = 64 << 10
	maxIssuer    = 64 << 10
	maxNames     = 16 // pcsc-lite has no more readers
	maxReader    = 128
	maxConfigDir = 1024
)

// LoadConfig reads a site's configuration of cards. Where there is no file, it
// is the zero Config.
//
// It decides which cards are believed and which program is run. So the file, the
// files of issuers and every folder above them must be the administrator's: root's
// and not for others to write, as with site profiles; on Windows below Program
// Files; elsewhere none is taken.
//
// Errors: CodeInvalid, with fixed words, for what a file says; CodeDenied for one
// that others can change.
func LoadConfig(path string) (*Config, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, ehrdesk.Errorf(configOp, ehrdesk.CodeInvalid, "the configuration of cards has no place")
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return new(Config), nil // what others could take away makes this desk stricter alone
	}
	b, err := readAdministered(configOp, "the configuration of cards", path, maxConfig)
	if err != nil {
		return nil, err
	}
	c, err := parseConfig(b)
	if err != nil {
		return nil, ehrdesk.E(configOp, ehrdesk.CodeInvalid, err)
	}
	c.dir = filepath.Dir(path)
	for _, name := range c.Issuers {
		b, err := readAdministered(configOp, "the file of an issuer", c.at(name), maxIssuer)
		if err != nil {
			return nil, err
		}
		keys, err := trust.ParseIssuers(b)
		if err != nil {
			return nil, err
		}
		c.keys = append(c.keys, keys...)
	}
	return c, nil
}

// at is a path of the configuration, from the file's folder where it is relative.
func (c *Config) at(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.dir, name)
}

// Station is the station of this configuration, and the ways to a card's face in
// the order to ask them in: the desk's own, then the bridge.
//
// Errors: as SiteProfiles and NewBridge.
func (c *Config) Station(establish Establish) (*Station, []FaceSource, error) {
	dir := ""
	if c.Profiles != nil {
		dir = c.at(c.Profiles.Folder)
	}
	profiles, err := SiteProfiles(dir, c.signedBy)
	if err != nil {
		return nil, nil, err
	}
	s := &Station{Establish: establish, Profiles: profiles, Issuers: c.keys, Readers: c.Readers, Virtual: c.Virtual, SAM: c.SAMReader}
	sources := []FaceSource{s.Source()}
	if c.Bridge != nil {
		b, err := NewBridge(c.Bridge.Name, c.Bridge.Program, c.Bridge.Profiles, c.keys)
		if err != nil {
			return nil, nil, err
		}
		sources = append(sources, b)
	}
	return s, sources, nil
}

// parseConfig reads and checks what needs no other file.
func parseConfig(b []byte) (*Config, error) {
	c := new(Config)
	if err := json.Unmarshal(b, c, json.RejectUnknownMembers(true)); err != nil {
		return nil, errors.New("the configuration of cards is not JSON of the form that it has")
	}
	if len(c.Readers) > maxNames || len(c.Issuers) > maxNames {
		return nil, errors.New("a configuration names at most 16 readers and 16 issuers")
	}
	for _, name := range c.Readers {
		if name == "" || !readerName(name) {
			return nil, errors.New("a reader is named by the beginning of its name, of 1 to 128 bytes")
		}
	}
	for _, name := range c.Issuers {
		if !pathName(name) {
			return nil, errors.New("an issuer is named by its file")
		}
	}
	if err := c.checkSlots(); err != nil {
		return nil, err
	}
	if p := c.Profiles; p != nil {
		if !pathName(p.Folder) {
			return nil, errors.New("the site's profiles are in a folder that is named")
		}
		if p.SignedBy != "" {
			key, err := base64.StdEncoding.DecodeString(p.SignedBy)
			if err != nil || len(key) != ed25519.PublicKeySize {
				return nil, errors.New("the key of the site's profiles is 32 bytes in base64")
			}
			c.signedBy = key
		}
	}
	if b := c.Bridge; b != nil && (b.Program == "" || b.Name == "" || len(b.Profiles) == 0) {
		return nil, errors.New("a bridge has a program, a name and profiles")
	}
	return c, nil
}

// checkSlots keeps the readers of SAM and staff apart: a card in the one must not
// pass for a card in the other.
func (c *Config) checkSlots() error {
	sam, staff := c.SAMReader, c.StaffReader
	switch {
	case !readerName(sam), !readerName(staff):
		return errors.New("a reader is named by the beginning of its name, of 1 to 128 bytes")
	case sam != "" && staff != "" && (strings.HasPrefix(sam, staff) || strings.HasPrefix(staff, sam)):
		return errors.New("the SAM's reader and the staff's are two")
	case staff == "" && c.LockOnStaffCardRemoval:
		return errors.New("to lock when the staff's card leaves takes a staff's reader")
	}
	return nil
}

func readerName(s string) bool { return len(s) <= maxReader && safe(s) == nil }

func pathName(s string) bool {
	return s != "" && len(s) <= maxConfigDir && safe(s) == nil
}
