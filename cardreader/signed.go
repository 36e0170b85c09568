package cardreader

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// SignatureFile is the file in a folder of profiles by which its key vouches for
// them. It is text: a line of SHA-256 and name for each profile, in the order of
// the names, as sha256sum writes them, and one more line with the Ed25519
// signature over signedDomain and those lines:
//
//	9f86…0f00a08  clinic-card.json
//	signature 1b2M2Y8A…==
const SignatureFile = "profiles.sig"

// signedDomain keeps a signature of profiles from passing for another.
const signedDomain = "ehrdesk card profiles 1\x00"

const signatureMark = "signature "

// maxSignature is more than 64 lines and a signature take.
const maxSignature = 16 << 10

// profileName is what a signed profile's file may be called.
var profileName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,60}\.json$`)

var errTampered = errors.New("the site's profiles are not as they were signed")

// SignProfiles writes dir's SignatureFile, for a site's administrator: from then
// on desks that hold the key's public half take the profiles in dir as they are
// now. Each is checked first. To change, add or take one away is to sign again;
// an older folder with its own signature still passes, so a profile that must
// not be used any more takes a new key.
//
// Errors: CodeInvalid for a key, a folder or a profile; CodeOther where the file
// cannot be written.
func SignProfiles(dir string, key ed25519.PrivateKey) error {
	if len(key) != ed25519.PrivateKeySize {
		return ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "the key to sign with is no Ed25519 key")
	}
	files, err := profileFiles(dir, readRegular)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "there are no profiles to sign")
	}
	for _, f := range files {
		if !profileName.MatchString(f.name) {
			return ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "a profile's file is named in small letters, digits, points and hyphens")
		}
		if _, err := ParseProfile(f.text); err != nil {
			return err
		}
	}
	list := manifest(files)
	text := slices.Concat(list, []byte(signatureMark+base64.StdEncoding.EncodeToString(ed25519.Sign(key, signed(list)))+"\n"))
	// Written beside and renamed: no desk sees a half.
	temporary, err := os.CreateTemp(dir, ".profiles-")
	if err != nil {
		return ehrdesk.Errorf(profileOp, ehrdesk.CodeOther, "the signature cannot be written")
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Chmod(0o644), temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), filepath.Join(dir, SignatureFile))
	}
	if err != nil {
		return ehrdesk.Errorf(profileOp, ehrdesk.CodeOther, "the signature cannot be written")
	}
	return nil
}

// signedFiles reads dir's profiles where by vouches for them all and for no
// other.
func signedFiles(dir string, by ed25519.PublicKey) ([]profileFile, error) {
	if len(by) != ed25519.PublicKeySize {
		return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "the key of the site's profiles is no Ed25519 key")
	}
	files, err := profileFiles(dir, readRegular)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, ehrdesk.Errorf(profileOp, ehrdesk.CodeInvalid, "the folder of site profiles is not there")
	}
	defer root.Close()
	text, err := readIn(root, SignatureFile, "the signature of the site's profiles", maxSignature, readRegular)
	if err != nil {
		return nil, err
	}
	if !vouched(text, files, by) {
		return nil, ehrdesk.E(profileOp, ehrdesk.CodeTampered, errTampered)
	}
	return files, nil
}

// vouched reports whether text is the signature file of just these files. It
// makes the list from what was read and looks whether that was signed: nothing
// of the file is taken on trust.
func vouched(text []byte, files []profileFile, by ed25519.PublicKey) bool {
	list := manifest(files)
	mark, ok := bytes.CutPrefix(text, list)
	if !ok || len(list) == 0 {
		return false
	}
	line, ok := strings.CutPrefix(string(mark), signatureMark)
	if !ok {
		return false
	}
	if line, ok = strings.CutSuffix(line, "\n"); !ok {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(line)
	return err == nil && line == base64.StdEncoding.EncodeToString(signature) && // in one way alone
		ed25519.Verify(by, signed(list), signature)
}

// manifest is the lines that are signed. A name with a line end or a space in it
// cannot make another list's lines: see profileName.
func manifest(files []profileFile) []byte {
	var out []byte
	for _, f := range slices.SortedFunc(slices.Values(files), func(a, b profileFile) int { return strings.Compare(a.name, b.name) }) {
		if !profileName.MatchString(f.name) {
			return nil
		}
		sum := sha256.Sum256(f.text)
		out = append(out, hex.EncodeToString(sum[:])+"  "+f.name+"\n"...)
	}
	return out
}

func signed(list []byte) []byte { return append([]byte(signedDomain), list...) }

func readRegular(op, what string, f *os.File, limit int) ([]byte, error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s is no file", what)
	}
	return readWhole(op, what, f, limit)
}
