package simcard

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

const (
	opKey      = "card.issuer"
	privateKey = "PRIVATE KEY" // PKCS #8, RFC 7468 section 10
)

// LoadIssuer reads the issuer's key, PKCS #8 in PEM, from path, and makes one
// where there is none. Beside it, at path with ".pub" added, it leaves the public
// key that desks and the centre pin.
//
// The key's file is its owner's alone. It is linked into place whole and on the
// disk: two programs that begin at once agree on one key, and a crash leaves all
// of it or nothing. Errors: CodeInvalid for a file that holds no such key,
// CodeDenied for one that others can read, CodeOther.
func LoadIssuer(path string) (*Issuer, error) {
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(path); err != nil {
			return nil, ehrdesk.E(opKey, ehrdesk.CodeOther, err)
		}
		key, err = readKey(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = ehrdesk.E(opKey, ehrdesk.CodeOther, errWrite)
	}
	if err != nil {
		return nil, err
	}
	i := &Issuer{key}
	public, beside := trust.MarshalIssuer(i.Public()), path+".pub"
	if have, err := os.ReadFile(beside); err == nil && bytes.Equal(have, public) {
		return i, nil
	}
	if err := put(beside, public, 0o644, os.Rename); err != nil {
		return nil, ehrdesk.E(opKey, ehrdesk.CodeOther, err)
	}
	return i, nil
}

var errWrite = errors.New("the issuer's key cannot be written")

// readKey gives fs.ErrNotExist as it is.
func readKey(path string) (*ecdsa.PrivateKey, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, ehrdesk.Errorf(opKey, ehrdesk.CodeOther, "the issuer's key cannot be read")
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		return nil, ehrdesk.Errorf(opKey, ehrdesk.CodeInvalid, "the issuer's key is not a file")
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0: // Windows has no such modes
		return nil, ehrdesk.Errorf(opKey, ehrdesk.CodeDenied, "the issuer's key can be read by others than its owner")
	}
	text, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return nil, ehrdesk.Errorf(opKey, ehrdesk.CodeOther, "the issuer's key cannot be read")
	}
	defer clear(text)
	block, rest := pem.Decode(text)
	if block == nil || block.Type != privateKey || len(bytes.TrimSpace(rest)) > 0 {
		return nil, ehrdesk.Errorf(opKey, ehrdesk.CodeInvalid, "the file holds no issuer's key")
	}
	defer clear(block.Bytes)
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok || key.Curve != elliptic.P256() {
		return nil, ehrdesk.Errorf(opKey, ehrdesk.CodeInvalid, "the issuer's key is not a P-256 key")
	}
	return key, nil
}

func makeKey(path string) error {
	i, err := NewIssuer(nil)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		return err
	}
	defer clear(der)
	err = put(path, pem.EncodeToMemory(&pem.Block{Type: privateKey, Bytes: der}), 0o600, os.Link)
	if errors.Is(err, fs.ErrExist) { // somebody else was first: theirs counts
		return nil
	}
	return err
}

// put writes a file under another name, made for it alone, and moves it to path
// once it is on the disk.
func put(path string, b []byte, mode fs.FileMode, move func(from, to string) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".issuer-*") // O_EXCL, mode 0600
	if err != nil {
		return errWrite
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(b)
	if mode != 0o600 {
		err = errors.Join(err, tmp.Chmod(mode))
	}
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return errWrite
	}
	if err := move(tmp.Name(), path); errors.Is(err, fs.ErrExist) {
		return fs.ErrExist
	} else if err != nil {
		return errWrite
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil { // the name, too; not every system can
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}
