package text

import "github.com/ehrdesk/ehrdesk"

// Signed is what stands with a record that somebody has signed.
type Signed struct {
	Valid, Known, Certified, CertUnknown, CertEnded, CertStranger, CertOther, Ended, Altered, Unreadable, Unknown, NoForm, OtherKind, OtherVersion, Earlier, Doubted, Row, Origin, OriginOf T
}

func signed() Signed {
	return Signed{
		Valid:        T{"Signed by %s, %s", "由 %s 簽署，%s", "由 %s 签署，%s"},
		Known:        T{"key known here since %s", "本工作站自 %s 起認識此密鑰", "本工作站自 %s 起认识此密钥"},
		Certified:    T{"certified by the provider", "由其醫護機構的證書核實", "由其医护机构的证书核实"},
		CertUnknown:  T{"its certificate is by an authority that this site does not name", "其證書由本站未列明的機構簽發", "其证书由本站未列明的机构签发"},
		CertEnded:    T{"! The certificate beside this signature did not count when it was signed; the signature goes by the key alone.", "! 此簽署所附證書於簽署時並不有效；簽署只以密鑰為準。", "! 此签署所附证书于签署时并不有效；签署只以密钥为准。"},
		CertStranger: T{"! The certificate beside this signature is not by the signer's provider; the signature goes by the key alone.", "! 此簽署所附證書並非由簽署者的醫護機構簽發；簽署只以密鑰為準。", "! 此签署所附证书并非由签署者的医护机构签发；签署只以密钥为准。"},
		CertOther:    T{"! The certificate beside this signature is of another person, key or use; the signature goes by the key alone.", "! 此簽署所附證書屬另一人、另一密鑰或另一用途；簽署只以密鑰為準。", "! 此签署所附证书属另一人、另一密钥或另一用途；签署只以密钥为准。"},
		Altered:      T{"! The signature does not hold: the record is not what was signed, or another key signed it", "! 簽署無效：紀錄與所簽署的內容不同，或以其他密鑰簽署", "! 签署无效：记录与所签署的内容不同，或以其他密钥签署"},
		Ended:        T{"! The signature does not hold: the key of %s did not count on %s", "! 簽署無效：%s 的密鑰於 %s 並不有效", "! 签署无效：%s 的密钥于 %s 并不有效"},
		Unreadable:   T{"! The signature does not hold: it cannot be read", "! 簽署無效：無法讀取", "! 签署无效：无法读取"},
		Unknown:      T{"Signed; whose key it is, this desk does not know", "已簽署；本工作站不知道密鑰屬於何人", "已签署；本工作站不知道密钥属于何人"},
		NoForm:       T{"Signed; it cannot be checked, as it does not say what of the record it is over", "已簽署；因沒有說明所簽署的內容，無法核對", "已签署；因没有说明所签署的内容，无法核对"},
		OtherKind:    T{"Signed; it cannot be checked here, as it is of another kind", "已簽署；屬其他種類，無法在此核對", "已签署；属其他种类，无法在此核对"},
		OtherVersion: T{"Version %s was signed; this is another version of the record", "所簽署的是版本 %s；此為紀錄的另一版本", "所签署的是版本 %s；此为记录的另一版本"},
		Earlier:      T{"An earlier version was signed as well, %s", "較早的版本亦曾簽署，%s", "较早的版本亦曾签署，%s"},
		Doubted:      T{"! The central service has said something else of this key since; this desk goes by what it knew. Tell your security officer.", "! 中央系統其後對此密鑰有不同說法；本工作站以先前所知為準。請通知保安主任。", "! 中央系统其后对此密钥有不同说法；本工作站以先前所知为准。请通知安全主任。"},
		Origin:       T{"Signature and origin", "簽署及來源", "签署及来源"},
		OriginOf:     T{"Signature and origin: %s", "簽署及來源：%s", "签署及来源：%s"},
		Row:          T{"! NOT AS SIGNED", "! 與簽署不符", "! 与签署不符"},
	}
}

// Words are those of a signature that is no valid one, without what goes into them.
func (s *Signed) Words(x *ehrdesk.Signature) T {
	switch x.State {
	case ehrdesk.SignatureValid:
		return s.Valid
	case ehrdesk.SignatureUnknown:
		return s.Unknown
	case ehrdesk.SignatureOther:
		if x.Version != "" {
			return s.OtherVersion
		}
		return s.Earlier
	case ehrdesk.SignatureUnchecked:
		if x.Why == ehrdesk.WhyNoForm {
			return s.NoForm
		}
		return s.OtherKind
	case ehrdesk.SignatureInvalid:
	}
	switch x.Why {
	case ehrdesk.WhyKeyEnded:
		return s.Ended
	case ehrdesk.WhyUnreadable:
		return s.Unreadable
	case ehrdesk.WhyAltered, ehrdesk.WhyNoForm, ehrdesk.WhyOtherKind:
	}
	return s.Altered
}

// Beside is what the certificate beside a valid signature says, and whether it stands in a line of its own; nothing where there is
// none.
func (s *Signed) Beside(c ehrdesk.SignatureCertificate) (words T, apart bool) {
	switch c {
	case ehrdesk.CertificateGood:
		return s.Certified, false
	case ehrdesk.CertificateUnknown:
		return s.CertUnknown, false
	case ehrdesk.CertificateEnded:
		return s.CertEnded, true
	case ehrdesk.CertificateStranger:
		return s.CertStranger, true
	case ehrdesk.CertificateOther:
		return s.CertOther, true
	}
	return T{}, false
}
