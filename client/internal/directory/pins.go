package directory

import (
	"cmp"
	"crypto"
	"encoding/base64"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// pin is a key as this desk first heard of it. Whose it is and from when it counts never changes again at this desk; that it
// has ended is taken over once, and not for a time at which the centre still said that it had not.
type pin struct {
	fhir.DirectoryKey
	HCP      string    `json:"hcp"`
	Staff    string    `json:"staff"`
	Name     string    `json:"name"`
	Provider string    `json:"provider"` // its name
	Seen     time.Time `json:"seen"`     // when this desk first heard of it
}

// owner is whose it is, as this desk knows it.
func (p *pin) owner() string {
	who := cmp.Or(p.Name, p.Staff)
	if p.Provider != "" {
		who += " · " + p.Provider
	}
	return who
}

// leeway is how far two centres with one store may be apart, with what a Date leaves out.
const leeway = time.Minute

// KeyName is the name that signatures have for a key, and the directory: its thumbprint (RFC 7638). No other key has it.
func KeyName(k fhir.Key) string {
	sum, err := k.Thumbprint(crypto.SHA256)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// thumbprint is a public key with its name, "" for what is no key.
func thumbprint(jwk []byte) (key crypto.PublicKey, print string) {
	var k fhir.Key
	if len(jwk) == 0 || k.UnmarshalJSON(jwk) != nil || !k.IsPublic() {
		return nil, ""
	}
	return k.Key, KeyName(k)
}

// pinned holds what the centre says of keys against those that are pinned. heard is when the centre last gave a whole directory
// before this one, zero for never: a key that it names now and not then cannot have been there before. It gives the pins that
// are new or have ended, and what is said otherwise than before; of that the desk goes by what it knew.
func pinned(pins map[string]pin, heard time.Time, said *fhir.Directory, now time.Time) (put []pin, changes []ehrdesk.KeyChange) {
	named := map[string]string{}
	for _, o := range said.Organizations {
		named[o.HCP] = o.Name
	}
	there := map[string]bool{}
	for i := range said.People {
		p := &said.People[i]
		for _, k := range p.Keys {
			one := pin{DirectoryKey: k, HCP: p.HCP, Staff: p.Staff, Name: p.Name, Provider: named[p.HCP], Seen: now}
			had, known := pins[k.ID]
			_, print := thumbprint(k.JWK)
			tell := func(what ehrdesk.KeyDifferent) {
				owner := one.owner()
				if known {
					owner = had.owner()
				}
				changes = append(changes, ehrdesk.KeyChange{Key: k.ID, Owner: owner, What: what, At: now})
			}
			if print == "" || print != k.ID {
				tell(ehrdesk.KeyNotItsName) // and what is pinned by that name counts as not said
				continue
			}
			twice := there[k.ID]
			there[k.ID] = true
			switch {
			case twice, known && (had.HCP != one.HCP || had.Staff != one.Staff):
				tell(ehrdesk.KeyOtherOwner)
			case !known && !heard.IsZero() && (k.Since.IsZero() || k.Since.Before(heard.Add(-leeway))):
				tell(ehrdesk.KeyOtherTime)
			case !known:
				put = append(put, one)
				pins[k.ID] = one
			case !k.Since.Equal(had.Since), !had.Until.IsZero() && !k.Until.Equal(had.Until),
				had.Until.IsZero() && !k.Until.IsZero() && k.Until.Before(heard.Add(-leeway)):
				tell(ehrdesk.KeyOtherTime)
			case had.Until.IsZero() && !k.Until.IsZero():
				had.Until = k.Until
				put = append(put, had)
				pins[k.ID] = had
			}
		}
	}
	for id, had := range pins {
		if !there[id] {
			changes = append(changes, ehrdesk.KeyChange{Key: id, Owner: had.owner(), What: ehrdesk.KeyMissing, At: now})
		}
	}
	slices.SortFunc(changes, func(a, b ehrdesk.KeyChange) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.What, b.What))
	})
	return put, changes
}
