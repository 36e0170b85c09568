package sharing

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// first is the person who took an act that another has approved and sends: what they signed, and what it is worth.
// The act that is carried out is the one in there and no other.
type first struct {
	body, jws []byte
	staff     string    // whose key signed it, once that is known
	at        time.Time // when, by their desk's clock
}

// takenBy opens what came of two people: the parameters that the first of them signed. Of an act that one person takes and
// sends they are those that came. Errors: 4xx.
func takenBy(in rest.Input, op ehrdesk.AuditAction) (rest.Input, *first, error) {
	p := in.Get("taken")
	if p.Name == "" {
		return in, nil, nil
	}
	body, err := base64.StdEncoding.DecodeString(p.Part.Get("act").ValueBase64Binary)
	if err != nil {
		return nil, nil, refusal.Malformed("What was taken is not base64.")
	}
	inner, err := rest.ParseInput(body)
	if err != nil {
		return nil, nil, err
	}
	if inner.Get("operation").ValueCode != string(op) || inner.Get("taken").Name != "" {
		return nil, nil, refusal.Invalid("What was taken was signed for another operation.")
	}
	return inner, &first{body: body, jws: []byte(p.Part.Get("signature").ValueString)}, nil
}

// secondPerson is whether an act has the second person that its provider's rule asks for: somebody of the provider who may take
// it, took it and signed it, and another sends it.
func (a *act) secondPerson(tx *store.Tx, who *store.Account) error {
	if a.first == nil {
		method := ehrdesk.VerifyMethod("")
		if a.verify != nil {
			method = ehrdesk.VerifyMethod(a.verify.method)
		}
		for _, w := range ehrdesk.OnOneWord(a.op, a.channel, method) {
			if slices.Contains(who.Provider.Second, w) {
				return refusal.New(422, "second-person", "The provider has a second person approve this.")
			}
		}
		return nil
	}
	f := a.first
	keys := keysOf{of: map[string]signature.Known{}}
	if err := tx.Accounts.Staff(who.HCP, func(k *store.StaffKey) error { keys.add(k); return nil }); err != nil {
		return err
	}
	v := signature.Verify(f.body, f.jws, "", keys)
	if v.State != signature.Valid {
		return takerUnknown()
	}
	f.staff, f.at = v.Who, v.At
	if f.at.IsZero() || f.at.After(tx.Now.Add(clockAhead)) { // which would come after any withdrawal
		return takerUnknown()
	}
	taker := tx.Accounts.Get(who.HCP, f.staff)
	switch {
	case taker == nil || taker.Closed || !taker.Role.TakesConsent() || standing.Check(tx, taker) != nil:
		return takerUnknown()
	case f.staff == who.Staff:
		return refusal.New(403, "own-act", "Nobody approves what they took themselves.")
	}
	return nil
}

func takerUnknown() *refusal.Error {
	return refusal.New(403, "taker-unknown", "Whoever took this is not known as one who may.")
}

// keysOf are keys of people of one provider, by thumbprint, that count now: whose account or desk has ended has none.
type keysOf struct{ of map[string]signature.Known }

func (k keysOf) add(p *store.StaffKey) {
	var key jose.JSONWebKey
	if p.Closed || p.Key == "" || key.UnmarshalJSON([]byte(p.Key)) != nil || !key.IsPublic() {
		return
	}
	if print, err := key.Thumbprint(crypto.SHA256); err == nil {
		k.of[base64.RawURLEncoding.EncodeToString(print)] = signature.Known{Key: key.Key, Who: p.Staff}
	}
}

// ByID is whose key has an id.
func (k keysOf) ByID(id string) (signature.Known, bool) {
	known, ok := k.of[id]
	return known, ok
}

// ByChain is nobody: a desk's people are known by their enrolled keys alone.
func (keysOf) ByChain([]*x509.Certificate, time.Time) (signature.Known, bool) {
	return signature.Known{}, false
}
