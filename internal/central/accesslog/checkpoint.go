package accesslog

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Desks is what desks ask of the access log.
type Desks struct {
	rest  *rest.Server
	store store.Store
	sign  *ecdsa.PrivateKey // ES256, signs what the centre vouches for
}

// ForDesks is the access log of a store. The key that signs is derived from secret.
func ForDesks(rest *rest.Server, store store.Store, secret []byte) (*Desks, error) {
	key, err := signingKey(secret)
	return &Desks{rest, store, key}, err
}

// Routes are what a desk signed in may ask for.
func (d *Desks) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{"POST /fhir/$audit-checkpoint": d.checkpoint, "PUT /fhir/AuditEvent/{id}": d.report}
}

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
func (d *Desks) checkpoint(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	in, err := rest.InputUpTo(w, r, maxCheckpoint)
	if err != nil {
		return err
	}
	var entries [][]byte
	for _, p := range in {
		if p.Name != "entry" {
			continue
		}
		b, err := base64.StdEncoding.Strict().DecodeString(p.ValueBase64Binary)
		if err != nil || len(b) == 0 || len(entries) == maxEntries {
			return refusal.Invalid("The entries are not whole, or too many.")
		}
		entries = append(entries, b)
	}
	signed := in.Get("checkpoint").ValueString
	var vouched string
	err = d.store.Write(r.Context(), func(tx *store.Tx) error {
		desk, err := tx.Desks.Get(who.Client)
		if err != nil || desk == nil {
			return cmp.Or(err, store.Err)
		}
		c, err := openCheckpoint(signed, desk.Key, who.Client)
		if errors.Is(err, store.Err) {
			return err
		}
		if id, bad := uuid.Parse(c.Log); err != nil || bad != nil || id.String() != c.Log {
			return refusal.Invalid("A checkpoint is signed by the desk it comes from.")
		}
		known, found, err := vouchedFor(tx, who, c.Log)
		if err != nil {
			return err
		}
		if refused := extends(known, c, entries); refused != nil {
			if found {
				if refused.Vouch, err = d.vouch(d.rest.Base(r), who.Client, known, tx.Now); err != nil {
					return err
				}
			}
			if refused.Issue == "audit-gap" {
				return refused
			}
			return incident(tx, who, refused)
		}
		if err := keep(tx, who, c, signed, !found || c.N > known.N); err != nil {
			return err
		}
		vouched, err = d.vouch(d.rest.Base(r), who.Client, c, tx.Now)
		return err
	})
	if err != nil {
		return err
	}
	d.rest.FHIR(w, r, http.StatusOK, rest.Parameters(rest.Param("checkpoint", "valueString", vouched)))
	return nil
}

// vouchedFor is what the centre knows of a log; of one it does not know, the
// beginning. A desk speaks for one log. Errors: 403.
func vouchedFor(tx *store.Tx, who *store.Account, log string) (a ehrdesk.AuditCheckpoint, found bool, err error) {
	a = ehrdesk.AuditCheckpoint{Log: log, Head: ehrdesk.AuditGenesis(log)}
	own, err := tx.Checkpoints.Writer(who.Client)
	if err != nil {
		return a, false, err
	}
	if own != "" && own != log {
		return a, false, incident(tx, who, refusal.New(403, "audit-log", "This desk speaks for another access log."))
	}
	d, err := tx.Checkpoints.Of(who.HCP, log)
	if err != nil || d == nil {
		return a, false, err
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

// incident writes a refusal down that somebody has to look into.
func incident(tx *store.Tx, who *store.Account, f *refusal.Error) error {
	if err := Add(tx, Event{Action: ehrdesk.AuditIncident, Who: who, Reason: f.Issue, Outcome: ehrdesk.CodeTampered}); err != nil {
		return err
	}
	return f.Kept()
}

// keep has the centre vouch for a log up to c; longer says that it is a new word.
func keep(tx *store.Tx, who *store.Account, c ehrdesk.AuditCheckpoint, signed string, longer bool) error {
	l := &store.DeskLog{AuditCheckpoint: c, HCP: who.HCP, Client: who.Client, At: tx.Now.UnixMicro()}
	if err := tx.Checkpoints.Set(l); err != nil || !longer {
		return err
	}
	return tx.Checkpoints.Keep(l, who.Staff, signed)
}
