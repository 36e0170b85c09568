// Package agefile seals a secret that lies in a file by a passphrase, in age's format, so
// that a copy of the file alone opens nothing. It promises that a guess costs a second of
// work and 256 MB, and that a file which somebody put there is not worked on for hours. How
// strong a passphrase has to be is the caller's to say; no I/O.
package agefile

import (
	"bytes"
	"errors"
	"io"

	"filippo.io/age"
)

// head is how a sealed file begins. Source: C2SP, the age file format.
const head = "age-encryption.org/v1\n"

// full is 2 to the power of it the work of one guess at a passphrase. Source: age's default
// for scrypt.
const full = 18

// Cost is what a guess at the passphrase of a file costs that is sealed. The zero value is right for every file; another is
// for tests that seal many.
type Cost struct{ less int }

// Nothing is next to no cost: nobody waits for a file that a test seals, and anybody guesses its passphrase.
func Nothing() Cost { return Cost{full - 1} }

var (
	// ErrPassphrase is of a passphrase that does not open the file.
	ErrPassphrase = errors.New("the passphrase does not open the file")
	// ErrDamaged is of a file that nothing opens.
	ErrDamaged = errors.New("the sealed file is damaged")
)

// Is reports whether b is a sealed file.
func Is(b []byte) bool { return bytes.HasPrefix(b, []byte(head)) }

// Seal seals a secret.
func Seal(secret, passphrase []byte, cost Cost) ([]byte, error) {
	to, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		return nil, err
	}
	to.SetWorkFactor(full - cost.less)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(secret)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Open gives what is sealed, of at most so many bytes. Errors: ErrPassphrase, ErrDamaged.
func Open(sealed, passphrase []byte, most int) ([]byte, error) {
	who, err := age.NewScryptIdentity(string(passphrase))
	if err != nil {
		return nil, ErrPassphrase
	}
	who.SetMaxWorkFactor(full + 2)
	var secret []byte
	r, err := age.Decrypt(bytes.NewReader(sealed), who)
	if err == nil {
		secret, err = io.ReadAll(io.LimitReader(r, int64(most)+1))
	}
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return nil, ErrPassphrase
	case err != nil || len(secret) > most:
		return nil, ErrDamaged
	}
	return secret, nil
}
