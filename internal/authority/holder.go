package authority

import (
	"crypto/x509"
	"encoding/asn1"
	"net/url"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Holder is whose key a certificate is of: a desk's in TLS, or the one by which a person signs records.
type Holder struct {
	Desk     string // the id of the desk's store; "" of a person
	Staff    string // the person's id at the provider; "" of a desk
	Provider string
}

// The names of a desk, a person and their provider in a certificate.
const (
	deskURN     = "ehrdesk:desk:"
	staffURN    = "ehrdesk:staff:"
	providerURN = "ehrdesk:provider:"
)

// documentSigning is the use of a key that signs records (RFC 9336, id-kp-documentSigning): no server in TLS takes it for a client.
func documentSigning() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}
}

func (h Holder) uris() []*url.URL {
	who := deskURN + h.Desk
	if h.Staff != "" {
		who = staffURN + h.Staff
	}
	return []*url.URL{{Scheme: "urn", Opaque: who}, {Scheme: "urn", Opaque: providerURN + h.Provider}}
}

// named reports a holder of a provider's that is a desk or a person, by names that a certificate can have.
func (h Holder) named() bool {
	return (h.Desk == "") != (h.Staff == "") && plain(h.Desk+h.Staff) && plain(h.Provider)
}

// plain reports a name of letters, digits, hyphens, dots and underscores.
func plain(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_')
	})
}

// holderIn is whose key the names of a certificate or a request are of: a desk or a person, their provider, and nothing else.
func holderIn(uris []*url.URL) (Holder, error) {
	var h Holder
	for _, u := range uris {
		desk, isDesk := strings.CutPrefix(u.Opaque, deskURN)
		staff, isStaff := strings.CutPrefix(u.Opaque, staffURN)
		provider, isProvider := strings.CutPrefix(u.Opaque, providerURN)
		switch {
		case u.Scheme == "urn" && isDesk && h.Desk == "":
			h.Desk = desk
		case u.Scheme == "urn" && isStaff && h.Staff == "":
			h.Staff = staff
		case u.Scheme == "urn" && isProvider && h.Provider == "":
			h.Provider = provider
		default:
			return Holder{}, ehrdesk.Errorf("certificate", ehrdesk.CodeInvalid, "the certificate names something else than a desk or a person and their provider")
		}
	}
	if !h.named() {
		return Holder{}, ehrdesk.Errorf("certificate", ehrdesk.CodeInvalid, "the certificate does not name a desk or a person and their provider")
	}
	return h, nil
}

// HolderOf is whose key a certificate is of, made for what it says. Who issued it is not judged. Errors: CodeInvalid for one that is
// neither a desk's in TLS nor a person's for signing records.
func HolderOf(c *x509.Certificate) (Holder, error) {
	h, err := holderIn(c.URIs)
	if err != nil {
		return Holder{}, err
	}
	desk := len(c.ExtKeyUsage) == 1 && c.ExtKeyUsage[0] == x509.ExtKeyUsageClientAuth && len(c.UnknownExtKeyUsage) == 0
	signs := len(c.ExtKeyUsage) == 0 && len(c.UnknownExtKeyUsage) == 1 && slices.Equal(c.UnknownExtKeyUsage[0], documentSigning())
	if c.IsCA || h.Desk != "" && !desk || h.Staff != "" && !signs {
		return Holder{}, ehrdesk.Errorf("certificate", ehrdesk.CodeInvalid, "the certificate is neither one for a desk in TLS nor one for a person who signs records")
	}
	return h, nil
}
