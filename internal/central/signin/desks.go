package signin

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// DeskKey is somebody's key on a desk: by it they sign in there, and by it they are put out.
type DeskKey struct {
	Desk     string `json:"desk"` // the key's client id
	HCP      string `json:"hcp"`
	Staff    string `json:"staff"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Since    string `json:"since,omitempty"`
	Ended    string `json:"ended,omitempty"`
	Seen     string `json:"seen,omitempty"` // when the centre last heard of it
	SignedIn bool   `json:"signed_in"`
	Log      string `json:"log,omitempty"` // keys of one log are of one desk; as the desk says, until the key has signed for it
}

// DeskKeys calls each for every key of a provider's people, or of all where hcp is "".
func (a *Accounts) DeskKeys(ctx context.Context, hcp string, each func(DeskKey) error) error {
	at := func(micros int64) string {
		if micros == 0 {
			return ""
		}
		return rest.Instant(micros)
	}
	return store.Listed(ctx, a.store, func(tx *store.Tx, found func(DeskKey) error) error {
		return tx.Desks.EachKey(hcp, func(k *store.DeskKey) error {
			return found(DeskKey{k.Client, k.HCP, k.Staff, k.Name, string(k.Role), at(k.Since), at(k.Ended), at(k.Seen), k.SignedIn, k.Log})
		})
	}, each)
}

// RevokeDesk ends one desk key and its sessions: the token of it opens nothing from now on,
// and the desk takes its keys back when it next asks. The account stays, on other desks too.
// Errors: CodeNotFound.
func (a *Accounts) RevokeDesk(ctx context.Context, desk string) error {
	return a.store.Write(ctx, func(tx *store.Tx) error {
		found, err := enrolled.EndDesk(tx, desk)
		if err != nil {
			return err
		}
		if !found {
			return ehrdesk.Errorf("desk.revoke", ehrdesk.CodeNotFound, "no such desk, or it has ended")
		}
		return nil
	})
}
