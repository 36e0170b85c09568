package client_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	ownca "github.com/ehrdesk/ehrdesk/internal/authority"
)

// certifies has an authority certify the key by which somebody signs, as whom it names.
func (d *deposits) certifies(a *ownca.Authority, staff string) []byte {
	d.t.Helper()
	request, pin, err := d.desk.Certificates().RequestSigning(d.t.Context(), staff, ehrdesk.NewSecret(pass))
	if err != nil {
		d.t.Fatal(err)
	}
	pem, err := a.Issue(request, pin, staff, d.clock.now())
	if err != nil {
		d.t.Fatal(err)
	}
	return pem
}

// named has the desk begun anew where the site names an authority as the provider's.
func (d *deposits) named(a *ownca.Authority) {
	d.t.Helper()
	d.s.Close()
	d.signers = client.Signers{}
	if a != nil {
		var err error
		if d.signers, err = client.ReadSigners(nil, map[string][]byte{d.hcp: a.Root()}); err != nil {
			d.t.Fatal(err)
		}
	}
	d.reopen(time.Minute)
	d.s = d.signIn("drlee")
}

func (d *deposits) signedAs(ref ehrdesk.Ref, want ehrdesk.SignatureCertificate) {
	d.t.Helper()
	got := d.reads(d.s, ref).Signatures
	if len(got) != 1 || got[0].State != ehrdesk.SignatureValid || got[0].Provider != d.hcp || got[0].Certificate != want {
		d.t.Errorf("%+v, want %q", got, want)
	}
}

// The key by which somebody signs is certified by their provider's authority: the certificate goes with what they sign from then on,
// and a desk whose site names the authority says so. Without the site's word, and without a certificate, the signature is what it was.
func TestASignatureBringsTheCertificateOfItsProvider(t *testing.T) {
	d := newDeposits(t)
	before := d.clock.now().AddDate(-1, 0, 0)
	own, other := newProvider(t, "Clinic", before), newProvider(t, "Clinic", before)
	bare := d.deposited()
	d.signedAs(bare, "")
	pem := d.certifies(own, "drlee")
	d.s.Close()
	if c, err := d.desk.Certificates().Install(t.Context(), "drlee", ehrdesk.NewSecret(pass), pem); err != nil || c.Staff != "drlee" || c.Provider != d.hcp {
		t.Fatalf("%+v, %v", c, err)
	}
	d.named(own)
	ref := d.send(d.prepare("71.0", `,{"resource":{"resourceType":"Observation","id":"h1","status":"final","code":{"text":"Body height"},"subject":{"reference":"Patient/emr"},"effectiveDateTime":"2026-11-01","valueQuantity":{"value":170,"unit":"cm"}}}`), ehrdesk.DepositSent).Written[1].Ref
	d.signedAs(ref, ehrdesk.CertificateGood)
	d.named(nil)
	d.signedAs(ref, ehrdesk.CertificateUnknown)
	d.named(other)
	d.signedAs(ref, ehrdesk.CertificateStranger)
	all, err := d.desk.Certificates().All(t.Context())
	if err != nil || len(all) != 1 || all[0].Desk != "" || all[0].Staff != "drlee@"+d.hcp || all[0].Certificate.Staff != "drlee" {
		t.Errorf("%+v, %v", all, err)
	}
}

// A certificate that has ended goes with no signature any more; nor does one that is of somebody else get to this desk.
func TestACertificateThatHasEndedGoesWithNoSignature(t *testing.T) {
	d := newDeposits(t)
	own := newProvider(t, "Clinic", d.clock.now().AddDate(-1, 0, 0))
	d.enrol("drwong", ehrdesk.Doctor)
	pem := d.certifies(own, "drlee")
	if _, err := d.desk.Certificates().Install(t.Context(), "drwong", ehrdesk.NewSecret(pass), pem); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("Dr Lee's, at Dr Wong's: %v", err)
	}
	d.s.Close()
	if _, err := d.desk.Certificates().Install(t.Context(), "drlee", ehrdesk.NewSecret(pass), pem); err != nil {
		t.Fatal(err)
	}
	d.clock.advance(ownca.Life + time.Hour)
	d.named(own)
	d.signedAs(d.deposited(), "")
	if _, err := d.desk.Certificates().Install(t.Context(), "drlee", ehrdesk.NewSecret(pass), pem); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("one that has ended is installed: %v", err)
	}
}
