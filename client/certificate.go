package client

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/internal/authority"
)

// Certificate is a desk's in TLS, or a person's who signs records.
type Certificate = authority.Certificate

// OwnCertificate is that of a person enrolled on this desk.
type OwnCertificate struct {
	Staff string
	Certificate
}

// OwnCertificates are a desk's keys and certificates for TLS, and the certificates of the keys
// by which its people sign. Nobody has to be signed in, and the centre is not asked.
type OwnCertificates struct{ d *Desk }

// Certificates are this desk's.
func (d *Desk) Certificates() OwnCertificates { return OwnCertificates{d} }

// change opens what signs for a person, has fn change it or their line on this desk,
// and seals it again.
func (o OwnCertificates) change(ctx context.Context, who string, passphrase ehrdesk.Secret, fn func(s *cache.Store, p *person.Person, id *person.Identity) error) error {
	const op = "certificate"
	o.d.mu.Lock()
	store, p, err := o.d.locate(ctx, who)
	o.d.mu.Unlock()
	if err != nil {
		return err
	}
	v, err := store.Unlock(ctx, p.Staff, passphrase)
	if err != nil {
		return err
	}
	defer v.Lock()
	id, err := person.IdentityOf(v)
	if err != nil {
		return err
	}
	line, err := json.Marshal(p)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, nil)
	}
	if err := fn(store, &p, &id); err != nil {
		return err
	}
	next, err := json.Marshal(id)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, nil)
	}
	defer clear(next)
	if err := v.SetIdentity(ctx, next); err != nil {
		return err
	}
	after, err := json.Marshal(p)
	if err != nil || string(after) == string(line) {
		return err
	}
	return v.UpdatePublic(ctx, after)
}

// Request makes a key for TLS, where none waits for its certificate, seals it
// with the person's, and asks for its certificate; name is the key's pin. Errors: those of a
// passphrase.
func (o OwnCertificates) Request(ctx context.Context, who string, passphrase ehrdesk.Secret) (request []byte, name string, err error) {
	err = o.change(ctx, who, passphrase, func(s *cache.Store, p *person.Person, id *person.Identity) error {
		if id.TLS == nil {
			id.TLS = &person.TLSKeys{}
		}
		if id.TLS.Next == nil {
			k, err := fhir.NewKey()
			if err != nil {
				return err
			}
			id.TLS.Next = &k
		}
		request, name, err = authority.Request(privateOf(*id.TLS.Next), authority.Holder{Desk: s.Install(), Provider: p.Provider})
		return err
	})
	return request, name, err
}

// RequestSigning asks for a certificate of the key by which a person signs, which is the one that
// they are enrolled with; name is the key's pin. Errors: those of a passphrase, CodeInvalid for a
// person whose name at the provider no certificate can have.
func (o OwnCertificates) RequestSigning(ctx context.Context, who string, passphrase ehrdesk.Secret) (request []byte, name string, err error) {
	err = o.change(ctx, who, passphrase, func(_ *cache.Store, p *person.Person, id *person.Identity) error {
		request, name, err = authority.Request(privateOf(id.PersonKey), authority.Holder{Staff: p.Staff, Provider: p.Provider})
		return err
	})
	return request, name, err
}

// Install takes the certificate of the key that waits for it, or of the one by which the person
// signs. The one before, and a desk's key of before, are forgotten. Errors: CodeInvalid for what
// is no certificate of this desk's or person's, CodeConflict for one of another key, and those of
// a passphrase.
func (o OwnCertificates) Install(ctx context.Context, who string, passphrase ehrdesk.Secret, pem []byte) (Certificate, error) {
	const op = "certificate"
	c, err := authority.Read(pem)
	if err != nil {
		return c, err
	}
	err = o.change(ctx, who, passphrase, func(s *cache.Store, p *person.Person, id *person.Identity) error {
		ended := ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the certificate has ended already")
		if c.Staff != "" {
			switch {
			case !privateOf(id.PersonKey).PublicKey.Equal(c.Key):
				return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the certificate is of another key than this person signs with: ehrdesk certificate request --signing")
			case c.Holder != authority.Holder{Staff: p.Staff, Provider: p.Provider}:
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the certificate is of another person or provider")
			case o.d.opt.Now().After(c.Until):
				return ended
			}
			p.Signing = pem
			return nil
		}
		switch {
		case id.TLS == nil || id.TLS.Next == nil || !privateOf(*id.TLS.Next).PublicKey.Equal(c.Key):
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the certificate is of another key than this desk has asked for last: ehrdesk certificate request")
		case c.Holder != authority.Holder{Desk: s.Install(), Provider: p.Provider}:
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the certificate is of another desk or provider")
		case o.d.opt.Now().After(c.Until):
			return ended
		}
		id.TLS = &person.TLSKeys{Key: id.TLS.Next, Chain: c.Chain}
		p.Certificate = pem
		return nil
	})
	return c, err
}

// All are those of the people enrolled here, as their lines have them: of each the desk's first.
func (o OwnCertificates) All(ctx context.Context) ([]OwnCertificate, error) {
	o.d.mu.Lock()
	defer o.d.mu.Unlock()
	if err := o.d.openAll(ctx); err != nil {
		return nil, err
	}
	var out []OwnCertificate
	for _, s := range o.d.stores {
		for _, p := range person.Of(s) {
			for _, pem := range [][]byte{p.Certificate, p.Signing} {
				if len(pem) == 0 {
					continue
				}
				c, err := authority.Read(pem)
				if err != nil {
					return nil, err
				}
				out = append(out, OwnCertificate{p.Staff + "@" + p.Provider, c})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b OwnCertificate) int { return strings.Compare(a.Staff, b.Staff) })
	return out, nil
}

// signingChain are the certificates that go with a signature by a person's key at a moment: none where there is none that
// counts then. The authority's own stays out: who believes it has it.
func signingChain(p person.Person, key crypto.Signer, at time.Time) (out []*x509.Certificate) {
	c, err := authority.Read(p.Signing)
	own, ok := key.Public().(*ecdsa.PublicKey)
	if err != nil || !ok || !own.Equal(c.Key) || c.Holder != (authority.Holder{Staff: p.Staff, Provider: p.Provider}) || at.Before(c.From) || at.After(c.Until) {
		return nil
	}
	for _, der := range c.Chain[:len(c.Chain)-1] {
		one, err := x509.ParseCertificate(der)
		if err != nil {
			return nil
		}
		out = append(out, one)
	}
	return out
}

func privateOf(k fhir.Key) *ecdsa.PrivateKey {
	own, _ := k.Key.(*ecdsa.PrivateKey)
	return own
}

// ownTLS is a session's client of HTTP, which shows the desk's certificate to a server that
// asks for one of its authority.
type ownTLS struct {
	web *http.Client

	mu   sync.Mutex
	show *tls.Certificate // nil once it is forgotten
}

// certified is the client of HTTP for a session: the desk's own where the site wants no
// certificate shown, or the person has none. Errors: CodeInvalid where it cannot be shown.
func certified(opt Options, id person.Identity) (*ownTLS, error) {
	if !opt.Show || id.TLS == nil || id.TLS.Key == nil {
		return &ownTLS{web: opt.HTTP}, nil
	}
	t, ok := opt.HTTP.Transport.(*http.Transport)
	if !ok {
		return nil, ehrdesk.Errorf("sign-in", ehrdesk.CodeInvalid, "this desk cannot show its certificate by the way that it speaks to the centre")
	}
	o := &ownTLS{show: &tls.Certificate{Certificate: id.TLS.Chain, PrivateKey: privateOf(*id.TLS.Key)}}
	t = t.Clone()
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS13}
	}
	t.TLSClientConfig.GetClientCertificate = o.certificate
	web := *opt.HTTP
	web.Transport = t
	o.web = &web
	return o, nil
}

// certificate is what a server is shown: nothing where it takes none of this authority.
func (o *ownTLS) certificate(asked *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.show == nil || asked.SupportsCertificate(o.show) != nil {
		return &tls.Certificate{}, nil
	}
	return o.show, nil
}

// end forgets the key, and closes what is open by it.
func (o *ownTLS) end() {
	o.mu.Lock()
	had := o.show != nil
	o.show = nil
	o.mu.Unlock()
	if had {
		o.web.CloseIdleConnections()
	}
}
