package signin

import (
	"context"
	"crypto/rand"
	"math/big"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Accounts is who may ask, as the operator decides.
type Accounts struct{ store store.Store }

// NewAccounts is the accounts of a store.
func NewAccounts(store store.Store) *Accounts { return &Accounts{store} }

// AddHCP registers a provider and gives its id.
// Errors: CodeInvalid, CodeConflict for an id in use.
func (a *Accounts) AddHCP(ctx context.Context, h store.HCP) (string, error) {
	const op = "hcp.add"
	h.Name = strings.TrimSpace(h.Name)
	switch {
	case h.Name == "":
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a provider needs a name")
	case h.ID != "" && (len(h.ID) != 10 || strings.Trim(h.ID, "0123456789") != ""):
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a provider's number has 10 digits")
	}
	if err := checkCache(op, &h); err != nil {
		return "", err
	}
	err := a.store.Write(ctx, func(tx *store.Tx) error {
		for given := h.ID != ""; ; h.ID = "" {
			if h.ID == "" {
				n, err := rand.Int(rand.Reader, big.NewInt(9_000_000_000))
				if err != nil {
					return err
				}
				h.ID = n.Add(n, big.NewInt(1_000_000_000)).String()
			}
			if tx.Accounts.Provider(h.ID) == nil {
				tx.Accounts.AddProvider(&h)
				return nil
			}
			if given {
				return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a provider with this number is registered already")
			}
		}
	})
	if err != nil {
		return "", err
	}
	return h.ID, nil
}

// codeAlphabet leaves out what people mistake for something else: 0 O 1 I L U.
const codeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	codeLength   = 16 // 78 bits
	codeDays     = 7
	codeMaxTries = 10
)

// newCode is a fresh activation code, "ABCD-EFGH-JKMN-PQRS".
func newCode() (string, error) {
	var b strings.Builder
	for i := range codeLength {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(codeAlphabet))))
		if err != nil {
			return "", err
		}
		b.WriteByte(codeAlphabet[n.Int64()])
	}
	return b.String(), nil
}

// codeDigest is how a typed code is kept, without what people put between its
// characters.
func codeDigest(s string) []byte {
	return hashed(strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(strings.TrimSpace(s))))
}

// AddAccount gives a person an account with a provider and returns the one-time
// activation code, good for seven days. For an account that exists, with the
// same role, it is a new code (a desk more, a passphrase forgotten); codes not
// yet used stop working.
// Errors: CodeInvalid, CodeNotFound for the provider, CodeConflict for another role,
// CodeDenied with an *ehrdesk.End where something of it has ended.
func (a *Accounts) AddAccount(ctx context.Context, hcp, staff, name string, role ehrdesk.Profession) (activationCode string, err error) {
	const op = "account.add"
	if !rest.IsCode(staff) {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a staff id has 1 to 64 letters, digits, dots, hyphens or underscores")
	}
	if !role.Valid() {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "no such profession")
	}
	code, err := newCode()
	if err != nil {
		return "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if name = strings.TrimSpace(name); name == "" {
		name = staff
	}
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		h, err := provider(tx, op, hcp)
		if err != nil {
			return err
		}
		if e := ehrdesk.EndInForce(tx.Accounts.Ends(hcp, staff), tx.Now); e != nil { // its code would enrol nobody
			return ehrdesk.E(op, ehrdesk.CodeDenied, e)
		}
		switch had := tx.Accounts.Get(hcp, staff); {
		case had == nil:
			tx.Accounts.Add(&store.Account{HCP: hcp, Staff: staff, Name: name, Role: role, Location: h.Name})
		case had.Role != role:
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the account exists with another role")
		default:
			tx.Accounts.Open(hcp, staff)
		}
		tx.Accounts.SetCode(codeDigest(code), hcp, staff, tx.Now.Add(codeDays*24*time.Hour))
		return nil
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// CloseAccount ends a person's account with a provider: tokens and activation codes
// stop working at once, and the desks where the person is enrolled learn of it.
// Errors: CodeNotFound.
func (a *Accounts) CloseAccount(ctx context.Context, hcp, staff string) (out ClosedAccount, err error) {
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		who := tx.Accounts.Get(hcp, staff)
		if who == nil {
			return ehrdesk.Errorf("account.close", ehrdesk.CodeNotFound, "no such account")
		}
		out = ClosedAccount{Closed: staff, Name: who.Name, HCP: hcp, Already: who.Closed}
		for _, e := range tx.Desks.Enrolments(hcp, staff) {
			if e.Ended == 0 {
				out.Keys++
			}
		}
		return enrolled.Close(tx, hcp, staff)
	})
	return out, err
}

// ClosedAccount is what came of closing an account.
type ClosedAccount struct {
	Closed  string `json:"closed"` // the staff id
	Name    string `json:"name"`
	HCP     string `json:"hcp"`
	Keys    int    `json:"keys_ended"`       // on desks
	Already bool   `json:"already,omitzero"` // it was closed before
}

// maxCacheHours is the longest that a desk may keep a copy without a word of the
// centre.
const maxCacheHours = 24 * 31

// CachePolicy is what a provider's desks may keep, as they are told with each
// token.
type CachePolicy struct {
	Mode         string   `json:"mode"` // "session", "hours"
	Hours        int      `json:"hours"`
	OfflineHours int      `json:"offline_hours"`
	Never        []string `json:"never,omitempty"`       // kinds of record that reach no disk
	Handout      []string `json:"handout,omitempty"`     // ways in which records may be handed out: view, copy, print
	Ahead        bool     `json:"fetch_ahead,omitempty"` // records of who is marked as here may be fetched before they are opened
}

// CacheOf is what the provider's desks may keep.
func CacheOf(h *store.HCP) CachePolicy {
	p := CachePolicy{Mode: "session", Hours: h.CacheHours, OfflineHours: h.CacheHours, Ahead: h.Ahead}
	if h.CacheHours > 0 {
		p.Mode = "hours"
	}
	for _, k := range h.CacheNever {
		p.Never = append(p.Never, k.String())
	}
	for _, w := range h.Handout {
		p.Handout = append(p.Handout, string(w))
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
// provider as it stands, and may set CacheHours, CacheNever, Handout and Ahead. A desk hears of it
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
		tx.Accounts.SetCache(h)
		return nil
	})
	return p, err
}

// provider is one that is registered. Errors: CodeNotFound.
func provider(tx *store.Tx, op, id string) (*store.HCP, error) {
	h := tx.Accounts.Provider(id)
	if h == nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such provider")
	}
	return h, nil
}
