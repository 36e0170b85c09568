package cases

import (
	"encoding/base64"
	"encoding/hex"
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// hashes are the hashes of a case's events, SHA-256 in hex. They are kept as one string of their bytes in base64: a long case has
// thousands, and one string is read faster than an array. What an older program kept is an array.
type hashes []string

const hashSize = 32 // bytes

var errHashes = errors.New("the hashes of a case are none")

// MarshalJSONTo is of json.MarshalerTo.
func (h hashes) MarshalJSONTo(e *jsontext.Encoder) error {
	all := make([]byte, 0, len(h)*hashSize)
	for _, one := range h {
		b, err := hex.DecodeString(one)
		if err != nil || len(b) != hashSize {
			return errHashes
		}
		all = append(all, b...)
	}
	return e.WriteToken(jsontext.String(base64.StdEncoding.EncodeToString(all)))
}

// UnmarshalJSONFrom is of json.UnmarshalerFrom.
func (h *hashes) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '"' {
		return json.UnmarshalDecode(d, (*[]string)(h))
	}
	t, err := d.ReadToken()
	if err != nil {
		return err
	}
	all, err := base64.StdEncoding.DecodeString(t.String())
	if err != nil || len(all)%hashSize != 0 {
		return errHashes
	}
	const wide = 2 * hashSize
	whole := hex.EncodeToString(all)
	*h = make(hashes, 0, len(all)/hashSize)
	for ; whole != ""; whole = whole[wide:] {
		*h = append(*h, whole[:wide])
	}
	return nil
}
