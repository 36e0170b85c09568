package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// signedDesk is a desk where each record of somebody has these signatures.
func signedDesk(signatures ...ehrdesk.Signature) *fake.Desk {
	d := fake.New()
	d.Signed = map[ehrdesk.Ref][]ehrdesk.Signature{}
	d.Change("p2", func(f fake.Facts) {
		for _, r := range *f.Records {
			d.Signed[r.Ref()] = signatures
		}
	})
	return d
}

// What a signature on an opened record is worth is said in words in each language; of one that does not hold the row says so.
func TestWhatASignatureIsWorthIsSaidWhereTheRecordIsRead(t *testing.T) {
	at := time.Date(2026, 4, 7, 10, 5, 0, 0, fake.Zone)
	for name, c := range map[string]struct {
		s    ehrdesk.Signature
		want map[string]string // by language
		row  bool
	}{
		"valid":         {ehrdesk.Signature{State: ehrdesk.SignatureValid, Who: "Dr Ho · Harbour Clinic", At: at, Seen: at}, map[string]string{"en": "Signed by Dr Ho", "zh-Hant": "由 Dr Ho", "zh-Hans": "由 Dr Ho"}, false},
		"altered":       {ehrdesk.Signature{State: ehrdesk.SignatureInvalid, Why: ehrdesk.WhyAltered, At: at}, map[string]string{"en": "! The signature does not hold", "zh-Hant": "! 簽署無效", "zh-Hans": "! 签署无效"}, true},
		"key ended":     {ehrdesk.Signature{State: ehrdesk.SignatureInvalid, Why: ehrdesk.WhyKeyEnded, Who: "Dr Ho", At: at}, map[string]string{"en": "the key of Dr Ho did", "zh-Hant": "Dr Ho 的密鑰", "zh-Hans": "Dr Ho 的密钥"}, true},
		"unknown":       {ehrdesk.Signature{State: ehrdesk.SignatureUnknown, At: at}, map[string]string{"en": "whose key it is", "zh-Hant": "不知道密鑰", "zh-Hans": "不知道密钥"}, false},
		"other kind":    {ehrdesk.Signature{State: ehrdesk.SignatureUnchecked, Why: ehrdesk.WhyOtherKind}, map[string]string{"en": "it cannot be checked", "zh-Hant": "無法在此核對", "zh-Hans": "无法在此核对"}, false},
		"other version": {ehrdesk.Signature{State: ehrdesk.SignatureOther, Version: "1", At: at}, map[string]string{"en": "Version 1 was signed", "zh-Hant": "所簽署的是版本 1", "zh-Hans": "所签署的是版本 1"}, false},
		"certified":     {ehrdesk.Signature{State: ehrdesk.SignatureValid, Who: "Dr Ho", At: at, Certificate: ehrdesk.CertificateGood}, map[string]string{"en": "certified by the provider", "zh-Hant": "由其醫護機構的證書核實", "zh-Hans": "由其医护机构的证书核实"}, false},
		"not judged":    {ehrdesk.Signature{State: ehrdesk.SignatureValid, Who: "Dr Ho", At: at, Certificate: ehrdesk.CertificateUnknown}, map[string]string{"en": "its certificate is by an authority", "zh-Hant": "本站未列明的機構", "zh-Hans": "本站未列明的机构"}, false},
		"ended":         {ehrdesk.Signature{State: ehrdesk.SignatureValid, Who: "Dr Ho", At: at, Certificate: ehrdesk.CertificateEnded}, map[string]string{"en": "! The certificate beside this signature did not count", "zh-Hant": "! 此簽署所附證書於簽署時並不有效", "zh-Hans": "! 此签署所附证书于签署时并不有效"}, false},
		"a stranger's":  {ehrdesk.Signature{State: ehrdesk.SignatureValid, Who: "Dr Ho", At: at, Certificate: ehrdesk.CertificateStranger}, map[string]string{"en": "is not by the signer's provider", "zh-Hant": "並非由簽署者的醫護機構簽發", "zh-Hans": "并非由签署者的医护机构签发"}, false},
		"another's":     {ehrdesk.Signature{State: ehrdesk.SignatureValid, Who: "Dr Ho", At: at, Certificate: ehrdesk.CertificateOther}, map[string]string{"en": "! The certificate beside this signature is of another", "zh-Hant": "屬另一人、另一密鑰或另一用途", "zh-Hans": "属另一人、另一密钥或另一用途"}, false},
		"doubted":       {ehrdesk.Signature{State: ehrdesk.SignatureValid, Who: "Dr Ho", At: at, Doubted: true}, map[string]string{"en": "has said something else", "zh-Hant": "其後對此密鑰", "zh-Hans": "其后对此密钥"}, false},
	} {
		for lang, want := range c.want {
			t.Run(name+" "+lang, func(t *testing.T) {
				p := open(signIn(play(t, signedDesk(c.s), lang, 240, 50), doctor), fake.Active).Press("4", "tab")
				p.Want(want)
				mark := map[string]string{"en": "! NOT AS SIGNED", "zh-Hant": "! 與簽署不符", "zh-Hans": "! 与签署不符"}[lang]
				if c.row {
					p.Want(mark)
				} else {
					p.Deny(mark)
				}
			})
		}
	}
}
