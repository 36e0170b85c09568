package cardreader

import (
	"embed"
	"errors"
	"io"
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
// identity card, to recognise alone; the training card; and three public
// layouts, Thai, MyKad and Taiwan NHI. Errors: CodeInvalid.
func BuiltIn() ([]*Profile, error) {
	p, err := builtIn()
	return append([]*Profile(nil), p...), err
}

const maxSite = 64

// SiteProfiles are BuiltIn and those in a folder of the site's own, *.json.
//
// A profile is a way to send commands to cards. So the folder, every folder
// above it and each file must belong to root, and nobody else may write there;
// otherwise none is taken. A site's profile cannot replace a built-in one, and
// cannot be for a card that a built-in one says to recognise only.
//
// Errors: CodeInvalid for a profile, CodeDenied for a folder that others can
// change. dir "" is BuiltIn.
func SiteProfiles(dir string) ([]*Profile, error) {
	all, err := BuiltIn()
	if err != nil || dir == "" {
		return all, err
	}
	const op = "card.profile"
	files, err := ownedFiles(dir)
	if err != nil {
		return nil, err
	}
	if len(files) > maxSite {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a site has at most 64 profiles")
	}
	for _, b := range files {
		p, err := ParseProfile(b)
		if err != nil {
			return nil, err
		}
		for _, q := range all {
			switch {
			case p.ID == q.ID:
				return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "two profiles have one id")
			case q.RecogniseOnly && !p.RecogniseOnly && p.covers(q):
				return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a site's profile is for a card that is only to be recognised")
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// ownedFiles reads dir's *.json, held open while they are looked at so that what
// was checked is what is read.
func ownedFiles(dir string) ([][]byte, error) {
	const op = "card.profile"
	denied := func(words string) error { return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "%s", words) }
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the folder of site profiles is not there")
	}
	for up := filepath.Dir(real); ; up = filepath.Dir(up) {
		info, err := os.Lstat(up)
		if err != nil || !ownedByRoot(info, true) {
			return nil, denied("a folder above the site profiles can be changed by others than root")
		}
		if up == filepath.Dir(up) {
			break
		}
	}
	root, err := os.OpenRoot(real)
	if err != nil {
		return nil, denied("the folder of site profiles cannot be opened")
	}
	defer root.Close()
	info, err := root.Stat(".")
	if err != nil || !ownedByRoot(info, false) {
		return nil, denied("the folder of site profiles can be changed by others than root")
	}
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, denied("the folder of site profiles cannot be read")
	}
	var out [][]byte
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		b, err := ownedFile(root, e.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func ownedFile(root *os.Root, name string) ([]byte, error) {
	const op = "card.profile"
	f, err := root.Open(name)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "a site profile cannot be opened")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || !ownedByRoot(info, false) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "a site profile can be changed by others than root")
	}
	b, err := io.ReadAll(io.LimitReader(f, maxProfile+1))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "a site profile cannot be read")
	}
	return b, nil
}
