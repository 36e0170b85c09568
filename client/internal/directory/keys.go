package directory

import (
	"crypto/x509"
	"maps"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// Site are the authorities whose certificates of signers a site believes; nil for none.
type Site = *x509.CertPool

// Signers reads a site's file of authorities. Errors: CodeInvalid.
func Signers(pem []byte) (Site, error) {
	if pem == nil {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, ehrdesk.Errorf("signers", ehrdesk.CodeInvalid, "the file of signers' authorities holds no certificate in PEM")
	}
	return pool, nil
}

// Keys are the keys that this desk knows, as they were at one time.
type Keys struct {
	pins    map[string]pin
	doubted map[string]bool
	site    Site
	now     time.Time
}

// snapshot are the keys that are known now; nobody is asked. It is called with mu.
func (d *Directory) snapshot() *Keys {
	k := &Keys{pins: maps.Clone(d.pins), doubted: map[string]bool{}, site: d.site, now: d.at.Now()}
	for _, c := range d.changes {
		k.doubted[c.Key] = true
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

// ByChain is who a certificate names that leads to an authority of the site, good when it was signed, and made for signing.
func (k *asking) ByChain(chain []*x509.Certificate, at time.Time) (signature.Known, bool) {
	if k.site == nil || len(chain) == 0 {
		return signature.Known{}, false
	}
	if at.IsZero() {
		at = k.now
	}
	leaf, between := chain[0], x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	signs := leaf.KeyUsage == 0 || leaf.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: k.site, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil || leaf.IsCA || !signs {
		return signature.Known{}, false
	}
	who := ehrdesk.CleanLine(leaf.Subject.CommonName)
	if o := leaf.Subject.Organization; len(o) > 0 {
		who += " · " + ehrdesk.CleanLine(o[0])
	}
	return signature.Known{Key: leaf.PublicKey, Who: who}, true
}
