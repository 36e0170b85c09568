package central

import (
	"context"
	"strings"

	"github.com/ehrdesk/ehrdesk"
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

// Cache is what the provider's desks may keep.
func (h *HCP) Cache() CachePolicy {
	p := CachePolicy{Mode: "session", Hours: h.CacheHours, OfflineHours: h.CacheHours}
	if h.CacheHours > 0 {
		p.Mode = "hours"
	}
	for _, k := range h.CacheNever {
		p.Never = append(p.Never, k.String())
	}
	return p
}

func (h *HCP) checkCache(op string) error {
	if h.CacheHours < 0 || h.CacheHours > maxCacheHours {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "cache hours are from 0 to 744")
	}
	return nil
}

// ProviderCache is what a provider's desks may keep. Errors: CodeNotFound.
func (c *Centre) ProviderCache(ctx context.Context, hcp string) (p CachePolicy, err error) {
	err = c.read(ctx, func(q *tx) error {
		h, err := q.provider("hcp.cache", hcp)
		if err == nil {
			p = h.Cache()
		}
		return err
	})
	return p, err
}

// SetProviderCache changes what a provider's desks may keep: change is given the
// provider as it stands, and may set CacheHours and CacheNever. A desk hears of it
// with its next token, and destroys what may not be kept any more.
// Errors: CodeInvalid, CodeNotFound; nothing is changed then.
func (c *Centre) SetProviderCache(ctx context.Context, hcp string, change func(*HCP)) (p CachePolicy, err error) {
	const op = "hcp.cache"
	err = c.write(ctx, func(q *tx) error {
		h, err := q.provider(op, hcp)
		if err != nil {
			return err
		}
		change(h)
		if err := h.checkCache(op); err != nil {
			return err
		}
		p = h.Cache()
		return q.exec("UPDATE hcp SET cache_hours = ?, cache_never = ? WHERE id = ?", h.CacheHours, kindList(h.CacheNever), hcp)
	})
	return p, err
}

// provider is one that is registered. Errors: CodeNotFound.
func (q *tx) provider(op, id string) (*HCP, error) {
	h, err := q.hcp(id)
	if err == nil && h == nil {
		err = ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such provider")
	}
	return h, err
}

// kindList and kindsOf are kinds as the store has them.
func kindList(kinds []ehrdesk.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ",")
}

func kindsOf(list string) ([]ehrdesk.Kind, error) {
	if list == "" {
		return nil, nil
	}
	kinds, err := ehrdesk.ParseKinds(strings.Split(list, ",")...)
	if err != nil {
		return nil, errStore // never taken for none
	}
	return kinds, nil
}
