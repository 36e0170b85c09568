package central

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/strength"
)

// LeastPassphrase is how long the passphrase of a centre's key is at least, in characters. It
// is guessed without the centre by whoever has the folder, so that a machine ought to make it.
const LeastPassphrase = 16

// keyBytes is the length of the key, from which all others of the centre are derived.
const keyBytes = 32

var (
	errSecret     = errors.New("the centre's key file is damaged")
	errNoWords    = errors.New("the centre's key is sealed: its passphrase is needed")
	errWrongWords = errors.New("the passphrase does not open the centre's key")
	errKeyIsOpen  = errors.New("the centre's key is not sealed")
)

// Key is the centre's key file: what conceals Access Keys in the store, signs the access
// log and makes links to pages. It lies beside the data as it is, or sealed by a passphrase
// in age's format, so that a copy of the folder alone opens nothing by it.
type Key struct {
	path   string
	secret []byte
}

// openKey reads a centre's key and makes it at the first opening. The passphrase is asked
// for only where it is sealed; nil gives none.
// Errors: CodeTampered for a file that is damaged, CodeLocked without the right passphrase.
func openKey(path string, passphrase func() ([]byte, error)) (*Key, error) {
	const op = "central.key"
	for range 2 {
		b, err := os.ReadFile(path)
		switch {
		case err == nil && len(b) == keyBytes:
			return &Key{path, b}, nil
		case err == nil && agefile.Is(b):
			return unsealed(op, path, b, passphrase)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, ehrdesk.E(op, ehrdesk.CodeTampered, errSecret)
		}
		secret := make([]byte, keyBytes)
		rand.Read(secret)
		// linked into place whole, so that two programs that open a new store at once have one key
		if err := placed(path, secret, os.Link); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
		}
	}
	return nil, ehrdesk.E(op, ehrdesk.CodeTampered, errSecret)
}

func unsealed(op, path string, b []byte, passphrase func() ([]byte, error)) (*Key, error) {
	if passphrase == nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeLocked, errNoWords)
	}
	words, err := passphrase()
	if err != nil {
		return nil, err
	}
	defer clear(words)
	if len(words) == 0 {
		return nil, ehrdesk.E(op, ehrdesk.CodeLocked, errNoWords)
	}
	secret, err := agefile.Open(b, words, keyBytes)
	switch {
	case errors.Is(err, agefile.ErrPassphrase):
		return nil, ehrdesk.E(op, ehrdesk.CodeLocked, errWrongWords)
	case err != nil || len(secret) != keyBytes:
		return nil, ehrdesk.E(op, ehrdesk.CodeTampered, errSecret)
	}
	return &Key{path, secret}, nil
}

// Sealed reports whether the file is sealed now.
func (k *Key) Sealed() (bool, error) {
	b, err := os.ReadFile(k.path)
	if err != nil {
		return false, ehrdesk.E("central.key", ehrdesk.CodeOther, errSecret)
	}
	return agefile.Is(b), nil
}

// Seal replaces the file by one that the passphrase opens, the old one's passphrase no
// longer. Copies of the folder that were made before keep what they have. After a crash it
// is the old file or the new one. about are words that whoever guesses knows of the centre.
// Errors: CodeInvalid with an *ehrdesk.WeakPassphrase for a passphrase that is too short or
// that is guessed, by the judgement that a desk's has to pass.
func (k *Key) Seal(passphrase []byte, about ...string) error {
	const op = "central.key"
	if utf8.RuneCount(passphrase) < LeastPassphrase {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, &ehrdesk.WeakPassphrase{Short: LeastPassphrase})
	}
	words := ehrdesk.NewSecret(string(passphrase))
	defer words.Wipe()
	if weak := strength.Check(words, about...); weak != nil {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, weak)
	}
	sealed, err := agefile.Seal(k.secret, passphrase, agefile.Cost{})
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return k.replace(op, sealed)
}

// Open puts the key beside the data as it is. Errors: CodeConflict where it is so already.
func (k *Key) Open() error {
	const op = "central.key"
	sealed, err := k.Sealed()
	if err != nil {
		return err
	}
	if !sealed {
		return ehrdesk.E(op, ehrdesk.CodeConflict, errKeyIsOpen)
	}
	return k.replace(op, k.secret)
}

func (k *Key) replace(op string, b []byte) error {
	if err := placed(k.path, b, os.Rename); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return nil
}

// placed puts a file in its place whole and on the disk, readable by its owner alone.
func placed(path string, b []byte, put func(from, to string) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return errors.New("the centre's key file cannot be made")
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return errors.New("the centre's key file cannot be written")
	}
	switch err := put(tmp.Name(), path); {
	case errors.Is(err, fs.ErrExist):
		return fs.ErrExist
	case err != nil:
		return errors.New("the centre's key file cannot be written")
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil { // where a folder can be synced
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}
