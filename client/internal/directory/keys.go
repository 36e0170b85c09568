package directory

import (
	"context"
	"crypto"
	"crypto/x509"
	"maps"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/authority"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// Site are the authorities whose certificates of signers a site believes.
type Site struct {
	Systems   *x509.CertPool            // of whom no directory knows; nil for none
	Providers map[string]*x509.CertPool // a provider's own, by the provider's number: of its people alone
}

// Signers reads a site's files of authorities, nil for none: that of other systems, and those of providers by their numbers.
// Errors: CodeInvalid.
func Signers(systems []byte, providers map[string][]byte) (Site, error) {
	var out Site
	var err error
	if systems != nil {
		if out.Systems, err = pool(systems); err != nil {
			return Site{}, err
		}
	}
	for hcp, pem := range providers {
		own, err := pool(pem)
		if err != nil {
			return Site{}, err
		}
		if out.Providers == nil {
			out.Providers = map[string]*x509.CertPool{}
		}
		out.Providers[hcp] = own
	}
	return out, nil
}

func pool(pem []byte) (*x509.CertPool, error) {
	out := x509.NewCertPool()
	if !out.AppendCertsFromPEM(pem) {
		return nil, ehrdesk.Errorf("signers", ehrdesk.CodeInvalid, "the file of signers' authorities holds no certificate in PEM")
	}
	return out, nil
}

// Keys are the keys that this desk knows, as they were at one time.
type Keys struct {
	pins    map[string]pin
	doubted map[string]bool
	strange map[string]bool // in the name of whoever is signed in, and not said to be theirs
	log     *keylog.Log     // nil where none is followed
	site    Site
	now     time.Time
}

// snapshot are the keys that are known now; nobody is asked. It is called with mu.
func (d *Directory) snapshot() *Keys {
	k := &Keys{pins: maps.Clone(d.pins), doubted: map[string]bool{}, strange: map[string]bool{}, log: d.log.log, site: d.site, now: d.at.Now()}
	for _, c := range d.changes {
		k.doubted[c.Key] = true
	}
	for _, c := range d.log.mine.Strange {
		k.strange[c.Key] = true
	}
	return k
}

// asking are the keys for one signature, and which it named.
type asking struct {
	*Keys
	named string
}

var _ signature.Keys = (*asking)(nil)

// ByID is a pinned key: what is not pinned is nobody's, whatever the directory says of it.
func (k *asking) ByID(id string) (signature.Known, bool) {
	k.named = id
	p, ok := k.pins[id]
	if !ok {
		return signature.Known{}, false
	}
	key, print := thumbprint(p.JWK)
	if key == nil || print != id {
		return signature.Known{}, false
	}
	return signature.Known{Key: key, Who: p.owner(), Since: p.Since.Truncate(time.Second), Until: p.Until}, true // a signature says its second
}

// Cases are the keys that this desk knows, for what is signed in a sealed case. Errors: the journal's.
func (d *Directory) Cases(ctx context.Context) (sealed.Signers, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.load(ctx); err != nil {
		return nil, err
	}
	return caseKeys{d.snapshot(), false}, nil
}

// Sealing are those of Cases by which somebody says where to seal to: a key in the name of whoever is signed in says it once they have
// said that it is theirs. Errors: the journal's.
func (d *Directory) Sealing(ctx context.Context) (sealed.Signers, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.load(ctx); err != nil {
		return nil, err
	}
	return caseKeys{d.snapshot(), true}, nil
}

// caseKeys are whose keys they are, by provider and staff id.
type caseKeys struct {
	*Keys
	sealing bool
}

// Signer is a pinned key that counted at a moment, also by the log where this desk follows one, and of which the centre has not said two
// things.
func (k caseKeys) Signer(name string, at time.Time) (sealed.Person, crypto.PublicKey, bool) {
	p, ok := k.pins[name]
	if !ok || p.Staff == "" || k.doubted[name] || at.Before(p.Since.Add(-leeway)) || !p.Until.IsZero() && !at.Before(p.Until) || k.sealing && k.strange[name] || !stood(k.log, &p, at) {
		return sealed.Person{}, nil, false
	}
	key, print := thumbprint(p.JWK)
	if key == nil || print != name {
		return sealed.Person{}, nil, false
	}
	return sealed.Person{Provider: p.HCP, Staff: p.Staff}, key, true
}

// ByChain is who a certificate names that leads to an authority of the site, good when it was signed, and made for signing. A
// certificate of a desk or of a person at a provider is no other system's: whose their keys are the directory says.
func (k *asking) ByChain(chain []*x509.Certificate, at time.Time) (signature.Known, bool) {
	if k.site.Systems == nil || len(chain) == 0 {
		return signature.Known{}, false
	}
	if at.IsZero() {
		at = k.now
	}
	leaf := chain[0]
	if _, err := authority.HolderOf(leaf); err == nil {
		return signature.Known{}, false
	}
	signs := leaf.KeyUsage == 0 || leaf.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
	if !leads(chain, k.site.Systems, at) || leaf.IsCA || !signs {
		return signature.Known{}, false
	}
	who := ehrdesk.CleanLine(leaf.Subject.CommonName)
	if o := leaf.Subject.Organization; len(o) > 0 {
		who += " · " + ehrdesk.CleanLine(o[0])
	}
	return signature.Known{Key: leaf.PublicKey, Who: who}, true
}
