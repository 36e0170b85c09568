package client

import (
	"context"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// ChangePassphrase seals a person's keys on this desk under another passphrase.
// It is durable when it returns, needs no line, and is written down.
// Errors: CodeInvalid, CodeNotSignedIn, CodeLocked with *ehrdesk.LockOut.
func (d *Desk) ChangePassphrase(ctx context.Context, who string, old, next ehrdesk.Secret) error {
	if err := checkPassphrase("passphrase", next); err != nil {
		return err
	}
	d.mu.Lock()
	store, p, err := d.locate(ctx, who)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	if err := store.ChangePassphrase(ctx, p.Staff, old, next); err != nil {
		return err
	}
	v, err := store.Unlock(ctx, p.Staff, next)
	if err != nil {
		return err
	}
	defer v.Lock()
	return d.writeDown(ctx, v, p, ehrdesk.AuditEvent{Action: ehrdesk.AuditEnrol, Detail: "passphrase changed"})
}

// writeDown writes an event of a person who is not signed in at the centre.
func (d *Desk) writeDown(ctx context.Context, v *cache.Vault, p person, e ehrdesk.AuditEvent) error {
	e.ID, e.At = uuid.NewString(), d.opt.Now()
	e.Staff, e.Role, e.Provider, e.Location = p.Staff, p.Role, p.Provider, p.Location
	b, err := json.Marshal(e)
	if err != nil {
		return ehrdesk.Errorf("audit", ehrdesk.CodeOther, "the access event cannot be written")
	}
	_, err = v.AccessLog().Add(context.WithoutCancel(ctx), b)
	return err
}

func checkPassphrase(op string, p ehrdesk.Secret) error {
	if utf8.RuneCount(p.Bytes()) < MinPassphrase {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a passphrase has at least %d characters", MinPassphrase)
	}
	return nil
}
