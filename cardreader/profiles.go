package cardreader

import (
	"crypto/ed25519"
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

//go:embed profiles/*.json
var embedded embed.FS

// builtIn are parsed once; a fault in one fails every start and every test.
var builtIn = sync.OnceValues(func() ([]*Profile, error) {
	var out []*Profile
	names, err := fs.Glob(embedded, "profiles/*.json")
	for _, name := range names {
		b, rerr := embedded.ReadFile(name)
		p, perr := ParseProfile(b)
		if err = errors.Join(err, rerr, perr); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, err
})

// BuiltIn are the profiles in this program: both generations of the Hong Kong
// identity card, to recognise alone; the training card, open and closed; and
// three public layouts, Thai, MyKad and Taiwan NHI. Errors: CodeInvalid.
func BuiltIn() ([]*Profile, error) {
	p, err := builtIn()
	return append([]*Profile(nil), p...), err
}

const maxSite = 64

const profileOp = "card.profile"

// SiteProfiles are BuiltIn and those in a folder of the site's own, *.json.
//
// A profile is a way to send commands to cards. So with signedBy nil the folder,
// every folder above it and each file must belong to root, and nobody else may
// write there; otherwise none is taken. With signedBy it does not matter who
// writes there: the folder holds SignatureFile, by which that key vouches for
// just the profiles that are there. A site's profile cannot replace a built-in
// one, and cannot be for a card that a built-in one says to recognise only.
//
// Errors: CodeInvalid for a profile, CodeDenied for a folder that others can
// change, CodeTampered for one that is not as it was signed. dir "" is BuiltIn.
func SiteProfiles(dir string, signedBy ed25519.PublicKey) ([]*Profile, error) {
	all, err := BuiltIn()
	if err != nil || dir == "" {
		return all, err
	}
	var files []profileFile
	if signedBy == nil {
		files, err = ownedFiles(dir)
	} else {
		files, err = signedFiles(dir, signedBy)
	}
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		p, err := ParseProfile(f.text)
		if err != nil {
			return nil, err
		}
		for _, q := range all {
			switch {
			case p.ID == q.ID:
				return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "two profiles have one id")
			case q.RecogniseOnly && !p.RecogniseOnly && p.covers(q):
				return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "a site's profile is for a card that is only to be recognised")
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// profileFile is a profile as it was read, once.
type profileFile struct {
	name string
	text []byte
}

// ownedFiles reads dir's *.json where all of it is root's.
func ownedFiles(dir string) ([]profileFile, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "the folder of site profiles is not there")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "the folder of site profiles is not there")
	}
	real, ok := administered(abs)
	if !ok {
		return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeDenied, "the folder of site profiles, or one above it, can be changed by others than root")
	}
	return profileFiles(real, readOwned)
}

// profileFiles reads dir's *.json, each once and in the order of their names.
func profileFiles(dir string, read func(op, what string, f *os.File, limit int) ([]byte, error)) ([]profileFile, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "the folder of site profiles is not there")
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeDenied, "the folder of site profiles cannot be read")
	}
	var out []profileFile
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		if len(out) == maxSite {
			return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "a site has at most 64 profiles")
		}
		b, err := readIn(root, e.Name(), "a site profile", maxProfile, read)
		if err != nil {
			return nil, err
		}
		out = append(out, profileFile{e.Name(), b})
	}
	return out, nil
}

func readIn(root *os.Root, name, what string, limit int, read func(op, what string, f *os.File, limit int) ([]byte, error)) ([]byte, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|noWait, 0) // a pipe would wait for its writer
	if err != nil {
		return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeDenied, "%s cannot be opened", what)
	}
	defer f.Close()
	return read(profileOp, what, f, limit)
}
