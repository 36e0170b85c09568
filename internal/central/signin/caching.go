package signin

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// maxCacheHours is the longest that a desk may keep a copy without a word of the
// centre.
const maxCacheHours = 24 * 31

// CachePolicy is what a provider's desks may keep, as they are told with each
// token.
type CachePolicy struct {
	Mode         string   `json:"mode"` // "session", "hours"
	Hours        int      `json:"hours"`
	OfflineHours int      `json:"offline_hours"`
	Never        []string `json:"never,omitempty"` // kinds of record that reach no disk
}

// CacheOf is what the provider's desks may keep.
func CacheOf(h *store.HCP) CachePolicy {
	p := CachePolicy{Mode: "session", Hours: h.CacheHours, OfflineHours: h.CacheHours}
	if h.CacheHours > 0 {
		p.Mode = "hours"
	}
	for _, k := range h.CacheNever {
		p.Never = append(p.Never, k.String())
	}
	return p
}

func checkCache(op string, h *store.HCP) error {
	if h.CacheHours < 0 || h.CacheHours > maxCacheHours {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "cache hours are from 0 to 744")
	}
	return nil
}

// ProviderCache is what a provider's desks may keep. Errors: CodeNotFound.
func (a *Accounts) ProviderCache(ctx context.Context, hcp string) (p CachePolicy, err error) {
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		h, err := provider(tx, "hcp.cache", hcp)
		if err == nil {
			p = CacheOf(h)
		}
		return err
	})
	return p, err
}

// SetProviderCache changes what a provider's desks may keep: change is given the
// provider as it stands, and may set CacheHours and CacheNever. A desk hears of it
// with its next token, and destroys what may not be kept any more.
// Errors: CodeInvalid, CodeNotFound; nothing is changed then.
func (a *Accounts) SetProviderCache(ctx context.Context, hcp string, change func(*store.HCP)) (p CachePolicy, err error) {
	const op = "hcp.cache"
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		h, err := provider(tx, op, hcp)
		if err != nil {
			return err
		}
		change(h)
		if err := checkCache(op, h); err != nil {
			return err
		}
		p = CacheOf(h)
		return tx.Accounts.SetCache(h)
	})
	return p, err
}

// provider is one that is registered. Errors: CodeNotFound.
func provider(tx *store.Tx, op, id string) (*store.HCP, error) {
	h, err := tx.Accounts.Provider(id)
	if err == nil && h == nil {
		err = ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such provider")
	}
	return h, err
}
