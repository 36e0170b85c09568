package accesslog

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"
)

// Desks is what desks ask of the access log.
type Desks struct {
	rest  *rest.Server
	store store.Store
	sign  signer
}

// ForDesks is the access log, signing by its key.
func ForDesks(rest *rest.Server, log *Log) *Desks { return &Desks{rest, log.store, log.sign} }

// A desk sends at most this much in one checkpoint; a longer log comes in
// several. maxEntries entries of a log are far smaller than maxCheckpoint.
const (
	maxCheckpoint = 4 << 20 // bytes
	maxEntries    = 1000
)

// checkpoint has the centre vouch for a desk's access log. The desk sends
// the sealed entries that follow what the centre knows, so that the centre
// follows the chain itself; it cannot read them. A log that is shorter than what
// was vouched for, or another one, is refused and written down, and so is a desk
// whose copies are older than they were.
func (d *Desks) checkpoint(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	var entries [][]byte
	for _, p := range in {
		if p.Name != "entry" {
			continue
		}
		b, err := base64.StdEncoding.Strict().DecodeString(p.ValueBase64Binary)
		if err != nil || len(b) == 0 || len(entries) == maxEntries {
			return nil, refusal.Invalid("The entries are not whole, or too many.")
		}
		entries = append(entries, b)
	}
	signed := in.Get("checkpoint").ValueString
	return func(tx *store.Tx) (any, error) {
		desk := tx.Desks.Get(who.Client)
		if desk == nil {
			return nil, store.Err
		}
		c, err := openCheckpoint(signed, desk.Key, who.Client)
		if errors.Is(err, store.Err) {
			return nil, err
		}
		if id, bad := uuid.Parse(c.Log); err != nil || bad != nil || id.String() != c.Log {
			return nil, refusal.Invalid("A checkpoint is signed by the desk it comes from.")
		}
		known, found, err := vouchedFor(tx, who, c.Log)
		if err != nil {
			return nil, err
		}
		if refused := extends(known, c, entries); refused != nil {
			if found {
				if refused.Vouch, err = d.vouch(d.rest.Base(r), who.Client, known, tx.Now, 0, nil); err != nil {
					return nil, err
				}
			}
			if refused.Issue == "audit-gap" {
				return nil, refused
			}
			return nil, incident(tx, who, fmt.Sprintf("%d %x %d", known.N, known.Head, known.Generation), refused)
		}
		keep(tx, who, c, signed, !found || c.N > known.N)
		digests, n, head, err := d.sign.since(tx, in.Get("seen").ValueString)
		if err != nil {
			return nil, err
		}
		vouched, err := d.vouch(d.rest.Base(r), who.Client, c, tx.Now, n, head)
		if err != nil {
			return nil, err
		}
		out := rest.List{rest.Param("checkpoint", "valueString", vouched)}
		if len(digests) > 0 {
			out = append(out, rest.Param("digests", "valueBase64Binary", base64.StdEncoding.EncodeToString(bytes.Join(digests, nil))))
		}
		return rest.Parameters(out...), d.sign.signHead(tx)
	}, nil
}

// vouchedFor is what the centre knows of a log; of one it does not know, the
// beginning. A desk speaks for one log. Errors: 403.
func vouchedFor(tx *store.Tx, who *store.Account, log string) (a ehrdesk.AuditCheckpoint, found bool, err error) {
	a = ehrdesk.AuditCheckpoint{Log: log, Head: ehrdesk.AuditGenesis(log)}
	own := tx.Checkpoints.Writer(who.Client)
	if own != "" && own != log {
		return a, false, incident(tx, who, "", refusal.New(403, "audit-log", "This desk speaks for another access log."))
	}
	d := tx.Checkpoints.Of(who.HCP, log)
	if d == nil {
		return a, false, nil
	}
	return d.AuditCheckpoint, true, nil
}

// extends is nil where the desk's log continues what is known.
func extends(known, c ehrdesk.AuditCheckpoint, entries [][]byte) *refusal.Error {
	from := c.N - int64(len(entries))
	switch {
	case c.N < known.N:
		return refusal.New(409, "audit-behind", "The access log is shorter than what the centre has vouched for.")
	case from != known.N:
		return refusal.New(409, "audit-gap", "The entries do not begin where the centre has vouched to.")
	}
	head := known.Head
	for i, e := range entries {
		head = ehrdesk.AuditNext(head, from+int64(i)+1, e)
	}
	switch {
	case !bytes.Equal(head, c.Head):
		return refusal.New(409, "audit-differs", "The access log does not continue what the centre has vouched for.")
	case c.Generation < known.Generation:
		return refusal.New(409, "copies-behind", "The desk's copies are older than they were.")
	}
	return nil
}

// incident writes a refusal down that somebody has to look into. What a desk's log is held
// against is what differs: whatever the desk sends, however often and by whosever key, it is
// one incident until the centre has vouched for more.
func incident(tx *store.Tx, who *store.Account, against string, f *refusal.Error) error {
	foundAtDesk(tx, Event{Action: ehrdesk.AuditIncident, Who: who, Reason: f.Issue, Outcome: ehrdesk.CodeTampered}, against, incidentsADay)
	return f.Kept()
}

// keep has the centre vouch for a log up to c; longer says that it is a new word.
func keep(tx *store.Tx, who *store.Account, c ehrdesk.AuditCheckpoint, signed string, longer bool) {
	l := &store.DeskLog{AuditCheckpoint: c, HCP: who.HCP, Client: who.Client, At: tx.Now.UnixMicro()}
	tx.Checkpoints.Set(l)
	if longer {
		tx.Checkpoints.Keep(l, who.Staff, signed)
	}
}

// JWKSPath is where the centre's public keys stand, below the base.
const JWKSPath = "/.well-known/jwks.json"

// The two kinds of signed checkpoint: no other JWT of a desk or of the centre
// can be taken for one.
const (
	checkpointType = "ehrdesk-checkpoint+jwt"
	vouchType      = "ehrdesk-vouch+jwt"
)

// maxSigned bounds a signed checkpoint, in bytes.
const maxSigned = 4 << 10

// checkpointClaims are what either side signs.
type checkpointClaims struct {
	Issuer     string          `json:"iss"` // the signer: a client id, or the centre's base
	Subject    string          `json:"sub"` // the desk: a client id
	IssuedAt   jwt.NumericDate `json:"iat"`
	Log        string          `json:"log"`
	N          int64           `json:"n"`
	Head       string          `json:"head"` // base64url, 32 bytes
	Generation uint64          `json:"generation"`
	CentreN    int64           `json:"centre_n,omitempty"`    // how long the centre's own log was,
	CentreHead string          `json:"centre_head,omitempty"` // and its last hash, base64url
}

// JWKS answers with the centre's public keys.
func (d *Desks) JWKS(w http.ResponseWriter, r *http.Request) {
	k, err := d.sign.publicKey()
	if err != nil {
		d.rest.Fail(w, r, err)
		return
	}
	d.rest.JSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k}})
}

// vouch is the centre's signature over what it knows of a desk's log, and over its own as
// far as n, 0 where it says nothing of that.
func (d *Desks) vouch(base, client string, a ehrdesk.AuditCheckpoint, at time.Time, n int64, head []byte) (string, error) {
	return d.sign.jwt(vouchType, checkpointClaims{Issuer: base, Subject: client, IssuedAt: *jwt.NewNumericDate(at),
		Log: a.Log, N: a.N, Head: base64.RawURLEncoding.EncodeToString(a.Head), Generation: a.Generation,
		CentreN: n, CentreHead: base64.RawURLEncoding.EncodeToString(head)})
}

var errCheckpoint = errors.New("not a checkpoint of this desk")

// openCheckpoint reads what a desk signed, by the key it is enrolled with.
func openCheckpoint(signed string, jwk []byte, client string) (ehrdesk.AuditCheckpoint, error) {
	var none ehrdesk.AuditCheckpoint
	if len(signed) > maxSigned {
		return none, errCheckpoint
	}
	tok, err := jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(tok.Headers) != 1 || tok.Headers[0].ExtraHeaders[jose.HeaderType] != checkpointType {
		return none, errCheckpoint
	}
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(jwk); err != nil {
		return none, store.Err
	}
	var in checkpointClaims
	if tok.Claims(key.Key, &in) != nil || in.Issuer != client || in.Subject != client {
		return none, errCheckpoint
	}
	head, err := base64.RawURLEncoding.Strict().DecodeString(in.Head)
	if err != nil || len(head) != sha256.Size || in.N < 0 || in.Generation > 1<<62 {
		return none, errCheckpoint
	}
	return ehrdesk.AuditCheckpoint{Log: in.Log, N: in.N, Head: head, Generation: in.Generation}, nil
}
