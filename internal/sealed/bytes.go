package sealed

import (
	"bytes"
	"errors"
	"io"

	"filippo.io/age"
	"github.com/go-jose/go-jose/v4"
)

// SealBytes seals bytes to one key, with nothing said of where they belong: a file of somebody's own, in age's format.
func SealBytes(b []byte, to Public) ([]byte, error) {
	var out bytes.Buffer
	w, err := SealTo(&out, to)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(b)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// SealTo is SealBytes of what is written to it, which is whole once it was closed.
func SealTo(dst io.Writer, to Public) (io.WriteCloser, error) {
	if to.to == nil {
		return nil, ErrKey
	}
	return age.Encrypt(dst, to.to)
}

// OpenBytes opens what SealBytes or SealTo has sealed; what is read is believed once the reader has come to its end. Errors: ErrNotOurs,
// ErrDamaged.
func OpenBytes(sealed io.Reader, k *Key) (io.Reader, error) {
	r, err := age.Decrypt(sealed, k.id)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, ErrNotOurs
	case err != nil:
		return nil, ErrDamaged
	}
	return r, nil
}

// SignedBy is the name of the key that a signed value says that it was signed by, without a look at the signature; "" for what is no
// compact JWS.
func SignedBy(compact string) string {
	j, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(j.Signatures) != 1 {
		return ""
	}
	return j.Signatures[0].Protected.KeyID
}
