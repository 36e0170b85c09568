package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// SetSecondKey has a person's keys on this desk need a secret of the system's
// keyring beside the passphrase, or the passphrase alone again. It is durable when
// it returns, needs no line, and is written down.
//
// Errors: CodeNotSignedIn, CodeLocked with *ehrdesk.LockOut or ehrdesk.ErrSecondKey,
// CodeConflict while no recovery key is set that opens what this person's keys do.
func (d *Desk) SetSecondKey(ctx context.Context, who string, passphrase ehrdesk.Secret, on bool) error {
	d.mu.Lock()
	store, p, err := d.locate(ctx, who)
	d.mu.Unlock()
	if err != nil {
		return err
	}
	if err := store.SetFactor(ctx, p.Staff, passphrase, on); err != nil {
		return err
	}
	v, err := store.Unlock(ctx, p.Staff, passphrase)
	if err != nil {
		return err
	}
	defer v.Lock()
	detail := "a second key of the system's keyring is needed from now on"
	if !on {
		detail = "the passphrase alone is needed from now on"
	}
	return d.writeDown(ctx, v, p, ehrdesk.AuditEvent{Action: ehrdesk.AuditEnrol, Detail: detail})
}
