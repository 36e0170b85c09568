package person

import (
	"context"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// CaseRoot is a key under which sealed cases lie on this desk: a secret that stands with the person's keys, and the name of another
// that stands in the system's keyring, "" where none does.
type CaseRoot struct {
	Secret []byte `json:"secret"`
	Device string `json:"device,omitempty"`
}

// IdentityOf is what signs for whoever unlocked a vault. Errors: CodeLocked, CodeTampered.
func IdentityOf(v *cache.Vault) (id Identity, err error) {
	sealed := v.Identity()
	defer clear(sealed)
	switch {
	case sealed == nil:
		return id, line.ErrLocked
	case json.Unmarshal(sealed, &id) != nil:
		return id, ehrdesk.Errorf("sign-in", ehrdesk.CodeTampered, "the person's keys cannot be read")
	}
	return id, nil
}

// CaseRoots are the keys under which the sealed cases of whoever unlocked a vault lie here, the newest first.
func CaseRoots(v *cache.Vault) ([]CaseRoot, error) {
	id, err := IdentityOf(v)
	return id.Cases, err
}

// SetCaseRoots has others take their place: sealed under the passphrase, on the disk, and what was there before overwritten.
func SetCaseRoots(ctx context.Context, v *cache.Vault, change func([]CaseRoot) []CaseRoot) error {
	id, err := IdentityOf(v)
	if err != nil {
		return err
	}
	id.Cases = change(id.Cases)
	b, err := json.Marshal(id)
	if err != nil {
		return ehrdesk.Errorf("sign-in", ehrdesk.CodeOther, "the keys cannot be written")
	}
	defer clear(b)
	return v.SetIdentity(ctx, b)
}
