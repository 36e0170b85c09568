package directory

import (
	"crypto/x509"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/internal/authority"
)

// leads reports a chain of certificates, the signer's first, to one of some authorities, each good at a moment.
func leads(chain []*x509.Certificate, roots *x509.CertPool, at time.Time) bool {
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}

// keyOf is the key of a certificate.
func keyOf(c *x509.Certificate) (k fhir.Key) {
	k.Key = c.PublicKey
	return k
}

// certificate is what the certificates that came with a signature say of the pinned key that it is by, when it was signed. They
// are held against the pin and never change whose key it is.
func (k *Keys) certificate(p *pin, chain []*x509.Certificate, at time.Time) ehrdesk.SignatureCertificate {
	if len(chain) == 0 {
		return ""
	}
	if at.IsZero() {
		at = k.now
	}
	leaf := chain[0]
	holder, err := authority.HolderOf(leaf)
	roots := k.site.Providers[p.HCP]
	switch {
	case err != nil, holder != authority.Holder{Staff: p.Staff, Provider: p.HCP}, KeyName(keyOf(leaf)) != p.ID:
		return ehrdesk.CertificateOther
	case roots == nil:
		return ehrdesk.CertificateUnknown
	case leads(chain, roots, at):
		return ehrdesk.CertificateGood
	case leads(chain, roots, leaf.NotBefore):
		return ehrdesk.CertificateEnded
	}
	return ehrdesk.CertificateStranger
}
