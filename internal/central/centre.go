package central

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Options say how a centre is opened.
type Options struct {
	Dir  string           // state folder, made with mode 0700 where missing
	Now  func() time.Time // the clock; time.Now where nil
	Log  *slog.Logger     // requests as method, route, status and time; nothing where nil
	Base string           // FHIR base as clients see it, "https://host/fhir"; found from the listener where empty

	RecordsAfter time.Duration // how long records take to flow once a desk has verified an identity; 30 minutes where zero

	EventsEvery time.Duration // how often the event stream looks for changes; a second where zero
	EventsAlive time.Duration // how often it says that it is alive; 15 seconds where zero
}

// Centre is an open central service. It is safe for use by many goroutines,
// and several processes may have the same folder open.
type Centre struct {
	now  func() time.Time
	log  *slog.Logger
	base atomic.Pointer[string]
	w    *sql.DB // one connection: SQLite has one writer
	r    *sql.DB
	keys keys

	recordsAfter, eventsEvery, eventsAlive time.Duration
}

// keys are derived from one secret file, one for each purpose, so that a value
// made for one can never be taken for another.
type keys struct {
	access, key, cursor, person []byte
	sign                        *ecdsa.PrivateKey // ES256, signs what the centre vouches for
}

// Open opens the store in o.Dir and makes it where there is none.
// Errors: CodeTampered for a store that is damaged or from a later program.
func Open(ctx context.Context, o Options) (*Centre, error) {
	const op = "central.open"
	c := &Centre{now: o.Now, log: o.Log, recordsAfter: cmp.Or(o.RecordsAfter, recordsAfter),
		eventsEvery: cmp.Or(o.EventsEvery, eventsEvery), eventsAlive: cmp.Or(o.EventsAlive, eventsAlive)}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if o.Base != "" {
		c.base.Store(&o.Base)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the state folder cannot be made")
	}
	secret, err := secretFile(filepath.Join(o.Dir, "centre.key"))
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeTampered, err)
	}
	if err := c.deriveKeys(secret); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if err := c.openStore(ctx, filepath.Join(o.Dir, "centre.db")); err != nil {
		return nil, err
	}
	return c, nil
}

// Close lets go of the store.
func (c *Centre) Close() error { return errors.Join(c.r.Close(), c.w.Close()) }

func (c *Centre) deriveKeys(secret []byte) error {
	for info, key := range map[string]*[]byte{
		"access key made": &c.keys.access, "access key kept": &c.keys.key, "cursor": &c.keys.cursor, "person": &c.keys.person,
	} {
		k, err := hkdf.Key(sha256.New, secret, nil, "ehrcentral "+info, 32)
		if err != nil {
			return err
		}
		*key = k
	}
	var err error
	c.keys.sign, err = signingKey(secret)
	return err
}

var errSecret = errors.New("the centre's key file is damaged")

// secretFile reads the store's secret and makes it at the first opening. The
// file is linked into place whole, so that two programs opening a new store at
// once agree on one secret.
func secretFile(path string) ([]byte, error) {
	for range 2 {
		secret, err := os.ReadFile(path)
		switch {
		case err == nil && len(secret) == 32:
			return secret, nil
		case err == nil:
			return nil, errSecret
		case !errors.Is(err, fs.ErrNotExist):
			return nil, errSecret
		}
		if err := writeSecret(path); err != nil {
			return nil, err
		}
	}
	return nil, errSecret
}

func writeSecret(path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return errors.New("the centre's key file cannot be made")
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	secret := make([]byte, 32)
	rand.Read(secret)
	_, err = tmp.Write(secret)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return errors.New("the centre's key file cannot be written")
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return errors.New("the centre's key file cannot be written")
	}
	return nil
}

// mac is HMAC-SHA256 of parts, each ended, so that no two lists of parts agree.
func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// hashed is how tokens, codes and one-time ids are kept: they are random, so a
// plain digest is enough, and a stolen store signs nobody in.
func hashed(s string) []byte { sum := sha256.Sum256([]byte(s)); return sum[:] }
