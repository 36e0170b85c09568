package cases

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// body is what is sealed in an envelope: how long what follows is (four bytes, big-endian), a JSON object, and the bytes of its file, if
// it has one. It is written by desks alone, and what comes is from outside until it was read by reader.
type body struct {
	ehrdesk.CaseBody
	Log *logHead `json:"log,omitempty"` // nil where the author's desk follows none
}

// logHead is how far the author's desk has followed the log of keys: what whoever reads it holds against their own
// (docs/adr/0059-sealed-cases.md).
type logHead struct {
	Size int64  `json:"size"` // entries, 0 for an empty log
	Head []byte `json:"head"` // the hash of all of them, SHA-256
}

// mostBody is how long the object may be, in bytes: a text of quotes alone takes two for each.
const mostBody = 2*ehrdesk.MostCaseText + 64<<10

// errBody is of what is no body.
var errBody = errors.New("what was sealed is not of the form that desks write")

// seal is a body as it is sealed, before its file.
func (b *body) seal() ([]byte, error) {
	out, err := json.Marshal(b, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	defer clear(out)
	if len(out) > mostBody {
		return nil, errBody
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(out))), out...), nil //nolint:gosec // at most mostBody
}

// parseBody reads the object. A member that is not known here could say how the text is to be handled: it is refused, and nothing of it
// is shown. Errors: errBody.
func parseBody(raw []byte) (b body, err error) {
	if len(raw) > mostBody || json.Unmarshal(raw, &b, json.RejectUnknownMembers(true)) != nil {
		return body{}, errBody
	}
	if b.Clean(); b.Check() != nil {
		return body{}, errBody
	}
	if l := b.Log; l != nil && (l.Size < 0 || len(l.Head) != sha256.Size) {
		return body{}, errBody
	}
	return b, nil
}

// reader takes what was sealed as it is opened, piece by piece: the object is kept, the bytes of the file go on to file.
type reader struct {
	file io.Writer // nil: they go nowhere

	raw  []byte // up to the end of the object
	body *body  // once it is read
	left int64  // bytes of the file that have not come
}

// prefix is how long the length of the object is, in bytes.
const prefix = 4

func (r *reader) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && r.body == nil {
		want := prefix
		if len(r.raw) >= prefix {
			if want += int(binary.BigEndian.Uint32(r.raw)); want == prefix || want > prefix+mostBody {
				return 0, errBody
			}
		}
		r.raw = slices.Grow(r.raw, max(0, min(want, prefix+mostBody)-len(r.raw))) // no copy of it is left behind
		take := min(want-len(r.raw), len(p))
		r.raw, p = append(r.raw, p[:take]...), p[take:]
		if len(r.raw) > prefix && len(r.raw) == want {
			b, err := parseBody(r.raw[prefix:])
			clear(r.raw)
			if err != nil {
				return 0, err
			}
			if r.body = &b; b.File != nil {
				r.left = b.File.Size
			}
		}
	}
	if len(p) == 0 {
		return n, nil
	}
	if r.left -= int64(len(p)); r.left < 0 {
		return 0, errBody
	}
	if r.file != nil {
		if _, err := r.file.Write(p); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// whole is the body, once all of it has come. Errors: errBody.
func (r *reader) whole() (body, error) {
	if r.body == nil || r.left != 0 {
		return body{}, errBody
	}
	return *r.body, nil
}
