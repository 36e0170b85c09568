package trust

import (
	"encoding/hex"
	"unicode"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// trainingFace reads file 1 of the training card. Nothing is mended: a text
// that would have to be cleaned is refused, as an altered name is a wrong
// patient. Errors: ErrFace.
func trainingFace(b []byte) (ehrdesk.CardFace, error) {
	nodes, err := tlv.Parse(b, tlv.Card)
	if err != nil {
		return ehrdesk.CardFace{}, ErrFace
	}
	ok := true
	field := func(tag uint32, limit int) string {
		n, found, err := tlv.Find(nodes, 0x70, tag)
		if err != nil || (found && (len(n.Value) == 0 || len(n.Value) > limit)) {
			ok = false
			return ""
		}
		return string(n.Value)
	}
	var f ehrdesk.CardFace
	f.Name, f.LocalName = field(0x5F20, 80), field(0xDF21, 60)
	number, born, sex, issued := field(0xDF22, 12), field(0x5F2B, 4), field(0x5F35, 1), field(0x5F26, 4)
	f.HKIC, err = ehrdesk.ParseHKIC(number)
	ok = ok && err == nil && f.HKIC.Printed() == number // as printed and no other way
	ok = ok && f.Name != "" && ascii(f.Name) && safe(f.Name) && safe(f.LocalName)
	f.Born, ok = date(born, ok)
	f.Issued, ok = date(issued, ok)
	f.Sex = map[string]ehrdesk.Gender{"0": ehrdesk.Unknown, "1": ehrdesk.Male, "2": ehrdesk.Female, "9": ehrdesk.Other}[sex] // ISO/IEC 5218
	if !ok || f.Sex == "" {
		return ehrdesk.CardFace{}, ErrFace
	}
	return f, nil
}

// date is YYYYMMDD in BCD; month and day 00 are not known. The earliest year is
// 1850.
func date(bcd string, before bool) (w ehrdesk.When, ok bool) {
	s := hex.EncodeToString([]byte(bcd))
	if !before || len(s) != 8 {
		return w, false
	}
	year, month, day := s[:4], s[4:6], s[6:]
	switch {
	case month == "00" && day == "00":
		s = year
	case day == "00":
		s = year + "-" + month
	default:
		s = year + "-" + month + "-" + day
	}
	w, err := ehrdesk.ParseWhen(s)
	return w, err == nil && w.Time.Year() >= 1850
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return true
}

// safe is a text that could deceive neither a screen nor an eye: no control
// character or escape, no bidirectional override, joiner or other format
// character, nothing private or unassigned, no more than three combining marks
// on a letter, and nothing that the root's sanitiser would change.
func safe(s string) bool {
	marks := 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			return false
		case unicode.Is(unicode.M, r):
			if marks++; marks > 3 {
				return false
			}
			continue
		case !unicode.IsGraphic(r), unicode.Is(unicode.Co, r):
			return false
		}
		marks = 0
	}
	return ehrdesk.CleanLine(s) == s
}
