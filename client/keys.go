package client

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/strength"
)

// ChangePassphrase seals a person's keys on this desk under another passphrase.
// It is durable when it returns, needs no line, and is written down.
// Errors: CodeInvalid, CodeNotSignedIn, CodeLocked with *ehrdesk.LockOut.
func (d *Desk) ChangePassphrase(ctx context.Context, who string, old, next ehrdesk.Secret) error {
	d.mu.Lock()
	_, p, err := d.locate(ctx, who)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	if err := checkPassphrase("passphrase", next, p.Staff, p.Name, p.ProviderName, p.Location); err != nil {
		return err
	}
	return d.change(ctx, who, next, "passphrase changed", func(s *cache.Store, staff string) error { return s.ChangePassphrase(ctx, staff, old, next) })
}

// SetSecondKey has a person's keys on this desk need a secret of the system's
// keyring beside the passphrase, or the passphrase alone again. It is durable when
// it returns, needs no line, and is written down.
//
// Errors: CodeNotSignedIn, CodeLocked with *ehrdesk.LockOut or ehrdesk.ErrSecondKey,
// CodeConflict while no recovery key is set that opens what this person's keys do.
func (d *Desk) SetSecondKey(ctx context.Context, who string, passphrase ehrdesk.Secret, on bool) error {
	detail := "a second key of the system's keyring is needed from now on"
	if !on {
		detail = "the passphrase alone is needed from now on"
	}
	return d.change(ctx, who, passphrase, detail, func(s *cache.Store, staff string) error { return s.SetFactor(ctx, staff, passphrase, on) })
}

// change changes how a person's keys are sealed, and writes that down by the keys as
// they are opened then. Nobody is signed in at the centre.
func (d *Desk) change(ctx context.Context, who string, then ehrdesk.Secret, detail string, change func(s *cache.Store, staff string) error) error {
	d.mu.Lock()
	store, p, err := d.locate(ctx, who)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	if err := change(store, p.Staff); err != nil {
		return err
	}
	v, err := store.Unlock(ctx, p.Staff, then)
	if err != nil {
		return err
	}
	defer v.Lock()
	b, err := json.Marshal(ehrdesk.AuditEvent{ID: uuid.NewString(), At: d.opt.Now(), Action: ehrdesk.AuditEnrol, Staff: p.Staff, Role: p.Role,
		Provider: p.Provider, Location: p.Location, Detail: detail})
	if err != nil {
		return ehrdesk.Errorf("audit", ehrdesk.CodeOther, "the access event cannot be written")
	}
	_, err = v.AccessLog().Add(context.WithoutCancel(ctx), b)
	return err
}

// checkPassphrase refuses a passphrase that whoever takes the desk's files would guess.
// about are words that they know of the person.
func checkPassphrase(op string, p ehrdesk.Secret, about ...string) error {
	if weak := strength.Check(p, about...); weak != nil {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, weak)
	}
	return nil
}

// SetRecovery seals the keys of the access log and the outbox to the
// organisation's recovery key as well; who is signed in is written down. It
// gives the key's name. Errors: CodeInvalid.
func (s *Session) SetRecovery(ctx context.Context, public []byte) (name string, err error) {
	if err := s.sitting.Vault.SetRecovery(ctx, public); err != nil {
		return "", err
	}
	name = cache.RecoveryName(public)
	return name, s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditEnrol, Detail: "recovery key set: " + name})
}

// Recovered is an item of a desk's outbox that was not delivered.
type Recovered struct {
	HCP      string         `json:"hcp"`
	ID       string         `json:"id"`
	Lane     string         `json:"lane"`
	State    string         `json:"state"`
	Attempts int            `json:"attempts"`
	Since    time.Time      `json:"since"`
	Note     string         `json:"note,omitempty"`
	Act      jsontext.Value `json:"act"`
}

// Recover opens what is not delivered on this desk with the organisation's
// recovery key, and calls each; nobody has to be enrolled any more. It is
// written into the access log. left is how many items the key does not open.
// Errors: CodeNotFound where there is no store, CodeDenied where the key opens
// none, CodeInvalid.
func (d *Desk) Recover(ctx context.Context, private []byte, each func(Recovered) error) (left int, err error) {
	stores, shut := d.Stores(ctx)
	if len(stores) == 0 {
		return 0, cmp.Or(shut, ehrdesk.Errorf("outbox", ehrdesk.CodeNotFound, "there is no store on this desk"))
	}
	var denied error
	opened := false
	for _, hcp := range slices.Sorted(maps.Keys(stores)) {
		note, err := json.Marshal(ehrdesk.AuditEvent{ID: uuid.NewString(), At: d.opt.Now(), Action: ehrdesk.AuditIncident,
			Staff: "recovery", Provider: hcp, Detail: "the outbox was read with the recovery key"})
		if err != nil {
			return left, ehrdesk.Errorf("audit", ehrdesk.CodeOther, "the access event cannot be written")
		}
		items, more, err := stores[hcp].Recover(ctx, private, note)
		if ehrdesk.CodeOf(err) == ehrdesk.CodeDenied { // another organisation's
			denied = err
			continue
		}
		if err != nil {
			return left, err
		}
		opened, left = true, left+more
		for _, it := range items {
			r := Recovered{HCP: hcp, ID: it.OpID, Lane: it.OrderKey, State: it.State.String(), Attempts: it.Attempts, Since: it.Created, Note: it.Note, Act: jsontext.Value(it.Payload)}
			if !r.Act.IsValid() {
				r.Act, _ = json.Marshal(it.Payload) // base64: as it was kept
			}
			if err := each(r); err != nil {
				return left, err
			}
		}
	}
	if !opened && denied != nil {
		return left, denied
	}
	return left, shut
}
