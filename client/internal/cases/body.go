package cases

import (
	"crypto/sha256"
	"errors"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// body is what is sealed in an envelope: a JSON object. It is written by desks alone, and what comes is from outside until it was read
// by readBody.
type body struct {
	Text string   `json:"text"`
	Log  *logHead `json:"log,omitempty"` // nil where the author's desk follows none
}

// logHead is how far the author's desk has followed the log of keys: what whoever reads it holds against their own
// (docs/adr/0059-sealed-cases.md).
type logHead struct {
	Size int64  `json:"size"` // entries, 0 for an empty log
	Head []byte `json:"head"` // the hash of all of them, SHA-256
}

// mostBody is how long it may be, in bytes: a text of quotes alone takes two for each.
const mostBody = 2*mostText + 4<<10

// errBody is of what is no body.
var errBody = errors.New("what was sealed is not of the form that desks write")

// seal is a body as it is sealed.
func (b *body) seal() ([]byte, error) {
	out, err := json.Marshal(b, json.Deterministic(true))
	if err == nil && len(out) > mostBody {
		clear(out)
		err = errBody
	}
	return out, err
}

// readBody reads what was sealed. A member that is not known here could say how the text is to be handled: it is refused, and nothing of
// it is shown. Errors: errBody.
func readBody(raw []byte) (b body, err error) {
	if len(raw) > mostBody || json.Unmarshal(raw, &b, json.RejectUnknownMembers(true)) != nil {
		return body{}, errBody
	}
	if b.Text = ehrdesk.CleanText(b.Text); b.Text == "" || len(b.Text) > mostText {
		return body{}, errBody
	}
	if l := b.Log; l != nil && (l.Size < 0 || len(l.Head) != sha256.Size) {
		return body{}, errBody
	}
	return b, nil
}
