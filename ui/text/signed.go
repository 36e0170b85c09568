package text

import "github.com/ehrdesk/ehrdesk"

// Signed is what stands with a record that somebody has signed.
type Signed struct {
	Valid, Known, Ended, Altered, Unreadable, Unknown, NoForm, OtherKind, OtherVersion, Earlier, Doubted, Row, Origin, OriginOf T
}

func signed() Signed {
	return Signed{
		Valid:        T{"Signed by %s, %s", "由 %s 簽署，%s", "由 %s 签署，%s"},
		Known:        T{"key known here since %s", "本工作站自 %s 起認識此密鑰", "本工作站自 %s 起认识此密钥"},
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
