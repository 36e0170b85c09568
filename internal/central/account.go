package central

import (
	"context"
	"crypto/rand"
	"math/big"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// HCP is a healthcare provider.
type HCP struct {
	ID         string // 10 digits; made where empty
	Name       string
	Chinese    string
	Kind       string         // what sort of provider, free text of the registry
	CacheHours int            // how long its desks may keep a copy; 0: nothing past the session
	CacheNever []ehrdesk.Kind // kinds of record that its desks keep in memory alone
	Deemed     bool           // consent is given by joining: the Hospital Authority, the Department of Health and the like
}

// AddHCP registers a provider and gives its id.
// Errors: CodeInvalid, CodeConflict for an id in use.
func (c *Centre) AddHCP(ctx context.Context, h HCP) (string, error) {
	const op = "hcp.add"
	h.Name = strings.TrimSpace(h.Name)
	switch {
	case h.Name == "":
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a provider needs a name")
	case h.ID != "" && (len(h.ID) != 10 || strings.Trim(h.ID, "0123456789") != ""):
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a provider's number has 10 digits")
	}
	if err := h.checkCache(op); err != nil {
		return "", err
	}
	err := c.write(ctx, func(q *tx) error {
		given := h.ID != ""
		for {
			if h.ID == "" {
				n, err := rand.Int(rand.Reader, big.NewInt(9_000_000_000))
				if err != nil {
					return err
				}
				h.ID = n.Add(n, big.NewInt(1_000_000_000)).String()
			}
			var other string
			found, err := q.row("SELECT id FROM hcp WHERE id = ?", []any{h.ID}, &other)
			if err != nil {
				return err
			}
			if !found {
				break
			}
			if given {
				return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a provider with this number is registered already")
			}
			h.ID = ""
		}
		return q.addHCP("INSERT", &h)
	})
	if err != nil {
		return "", err
	}
	return h.ID, nil
}

func (q *tx) hcp(id string) (*HCP, error) {
	h := HCP{ID: id}
	var never string
	found, err := q.row("SELECT name, chinese, kind, cache_hours, cache_never, deemed FROM hcp WHERE id = ?", []any{id}, &h.Name, &h.Chinese, &h.Kind, &h.CacheHours, &never, &h.Deemed)
	if err != nil || !found {
		return nil, err
	}
	h.CacheNever, err = kindsOf(never)
	return &h, err
}

func (q *tx) addHCP(insert string, h *HCP) error {
	return q.exec(insert+" INTO hcp (id, name, chinese, kind, cache_hours, cache_never, deemed) VALUES (?,?,?,?,?,?,?)",
		h.ID, h.Name, h.Chinese, h.Kind, h.CacheHours, kindList(h.CacheNever), h.Deemed)
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

// plainCode is a typed code without what people put between its characters.
func plainCode(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(s)))
}

// AddAccount gives a person an account with a provider and returns the one-time
// activation code, good for seven days. For an account that exists, with the
// same role, it is a new code (a desk more, a passphrase forgotten); codes not
// yet used stop working.
// Errors: CodeInvalid, CodeNotFound for the provider, CodeConflict for another role.
func (c *Centre) AddAccount(ctx context.Context, hcp, staff, name string, role ehrdesk.Profession) (activationCode string, err error) {
	const op = "account.add"
	if !isStaff(staff) {
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
	err = c.write(ctx, func(q *tx) error {
		h, err := q.hcp(hcp)
		if err != nil {
			return err
		}
		if h == nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such provider")
		}
		var had string
		found, err := q.row("SELECT role FROM account WHERE hcp = ? AND staff = ?", []any{hcp, staff}, &had)
		switch {
		case err != nil:
			return err
		case found && had != string(role):
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the account exists with another role")
		case found:
			err = q.exec("UPDATE account SET closed = 0 WHERE hcp = ? AND staff = ?", hcp, staff)
		default:
			err = q.exec("INSERT INTO account (hcp, staff, name, role, location) VALUES (?,?,?,?,?)", hcp, staff, name, string(role), h.Name)
		}
		if err != nil {
			return err
		}
		if err := q.exec("DELETE FROM activation WHERE hcp = ? AND staff = ? AND used = 0", hcp, staff); err != nil {
			return err
		}
		return q.exec("INSERT INTO activation (hash, hcp, staff, expires) VALUES (?,?,?,?)",
			hashed(plainCode(code)), hcp, staff, q.now.Add(codeDays*24*time.Hour).UnixMicro())
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// CloseAccount ends a person's account with a provider: tokens and activation codes
// stop working at once, and the desks where the person is enrolled learn of it.
// Errors: CodeNotFound.
func (c *Centre) CloseAccount(ctx context.Context, hcp, staff string) error {
	return c.write(ctx, func(q *tx) error {
		var one int
		found, err := q.row("SELECT 1 FROM account WHERE hcp = ? AND staff = ?", []any{hcp, staff}, &one)
		if err != nil {
			return err
		}
		if !found {
			return ehrdesk.Errorf("account.close", ehrdesk.CodeNotFound, "no such account")
		}
		for _, change := range []string{
			"UPDATE account SET closed = 1 WHERE hcp = ? AND staff = ?",
			"DELETE FROM token WHERE hcp = ? AND staff = ?",
			"DELETE FROM activation WHERE hcp = ? AND staff = ? AND used = 0",
		} {
			if err := q.exec(change, hcp, staff); err != nil {
				return err
			}
		}
		return nil
	})
}

func isStaff(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}
