package cardreader

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/ehrdesk/ehrdesk"
)

// value is one decoded field; which part is set depends on the decoder's kind.
type value struct {
	text   string
	date   ehrdesk.When
	sex    ehrdesk.Gender
	hkic   ehrdesk.HKIC
	number ehrdesk.Document
	photo  []byte
}

// fieldKind is what a decoder gives and what a field of a Face takes.
type fieldKind uint8

const (
	textKind fieldKind = iota
	digitsKind
	dateKind
	sexKind
	numberKind
	photoKind
)

// decoder is one named way to read bytes, with the most bytes it takes.
type decoder struct {
	kind  fieldKind
	limit int
	run   func([]byte) (value, error)
}

// decoders are all there are. What a card says is refused and never mended: an
// altered name is a wrong patient.
var decoders = map[string]decoder{
	"ascii":         {textKind, 256, text(ascii)},
	"ascii_hash":    {textKind, 256, text(hashed(ascii))},
	"utf8":          {textKind, 256, text(utf8Text)},
	"big5":          {textKind, 256, text(charset(traditionalchinese.Big5))},
	"cp1252":        {textKind, 256, text(charset(charmap.Windows1252))},
	"tis620":        {textKind, 256, text(tis620)},
	"tis620_hash":   {textKind, 256, text(hashed(tis620))},
	"digits":        {digitsKind, 32, digits},
	"bcd_date":      {dateKind, 4, bcdDate},
	"date":          {dateKind, 8, asciiDate(8, 0)},
	"buddhist_date": {dateKind, 8, asciiDate(8, -543)},
	"roc_date":      {dateKind, 7, asciiDate(7, 1911)},
	"iso_sex":       {sexKind, 1, sex("0", ehrdesk.Unknown, "1", ehrdesk.Male, "2", ehrdesk.Female, "9", ehrdesk.Other)},
	"mf_sex":        {sexKind, 1, sex("M", ehrdesk.Male, "F", ehrdesk.Female)},
	"lp_sex":        {sexKind, 1, sex("L", ehrdesk.Male, "P", ehrdesk.Female)}, // lelaki, perempuan
	"hkic":          {numberKind, 16, hkic},
	"thai_id":       {numberKind, 13, thaiID},
	"mykad_id":      {numberKind, 13, myKadID},
	"taiwan_id":     {numberKind, 10, taiwanID},
	"jpeg":          {photoKind, 32 << 10, jpeg},
}

// The reasons of a refusal. None holds what the card said.
var (
	errCharset  = errors.New("not in the character set that the card is said to use")
	errUnsafe   = errors.New("a character that could deceive a screen or an eye")
	errEmpty    = errors.New("nothing there")
	errForever  = errors.New("a date that stands for none")
	errDate     = errors.New("not a date that can be")
	errSex      = errors.New("not a code for a sex")
	errNumber   = errors.New("not a number of this card")
	errCheck    = errors.New("the check digit does not match")
	errNotPhoto = errors.New("not a JPEG picture")
)

// text makes a decoder of a character set: pads are cut at the end, runs of
// spaces are one, and what is left must be safe.
func text(set func([]byte) (string, error)) func([]byte) (value, error) {
	return func(b []byte) (value, error) {
		s, err := set(bytes.TrimRight(b, "\x00 "))
		if err != nil {
			return value{}, err
		}
		s = strings.Join(strings.Fields(s), " ")
		if s == "" {
			return value{}, errEmpty
		}
		return value{text: s}, safe(s)
	}
}

// safe refuses control characters and escapes, bidirectional overrides, joiners
// and other format characters, private use, characters that are not assigned,
// and more than three combining marks on one letter.
func safe(s string) error {
	marks := 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			return errCharset
		case unicode.Is(unicode.M, r):
			if marks++; marks > 3 {
				return errUnsafe
			}
			continue
		case !unicode.IsGraphic(r), unicode.Is(unicode.Co, r):
			return errUnsafe
		}
		marks = 0
	}
	if ehrdesk.CleanLine(s) != s {
		return errUnsafe
	}
	return nil
}

func ascii(b []byte) (string, error) {
	for _, c := range b {
		if c < 0x20 || c > 0x7E {
			return "", errCharset
		}
	}
	return string(b), nil
}

func utf8Text(b []byte) (string, error) {
	if !utf8.Valid(b) {
		return "", errCharset
	}
	return string(b), nil
}

func charset(e encoding.Encoding) func([]byte) (string, error) {
	return func(b []byte) (string, error) {
		out, err := e.NewDecoder().Bytes(b)
		if err != nil {
			return "", errCharset
		}
		return string(out), nil
	}
}

// tis620 is Thai in one byte, U+0E01 to U+0E3A and U+0E3F to U+0E5B (TIS 620-2533).
func tis620(b []byte) (string, error) {
	var s strings.Builder
	for _, c := range b {
		switch {
		case c >= 0x20 && c < 0x7F:
			s.WriteByte(c)
		case c >= 0xA1 && c <= 0xDA, c >= 0xDF && c <= 0xFB:
			s.WriteRune(0x0E00 + rune(c) - 0xA0)
		default:
			return "", errCharset
		}
	}
	return s.String(), nil
}

// hashed takes # for the space between the parts of a name, as Thai cards do.
func hashed(set func([]byte) (string, error)) func([]byte) (string, error) {
	return func(b []byte) (string, error) { return set(bytes.ReplaceAll(b, []byte("#"), []byte(" "))) }
}

func digits(b []byte) (value, error) {
	s := string(bytes.TrimRight(b, "\x00 "))
	if !numeric(s) {
		return value{}, errNumber
	}
	return value{text: s}, nil
}

func numeric(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// bcdDate is YYYYMMDD in four bytes.
func bcdDate(b []byte) (value, error) {
	if len(b) != 4 {
		return value{}, errDate
	}
	return asciiDate(8, 0)([]byte(hex.EncodeToString(b)))
}

// asciiDate is a year of n-4 digits, which shift brings to the common era, a
// month and a day. Month and day 00 are not known, as on cards of people who
// know their year of birth alone.
func asciiDate(n, shift int) func([]byte) (value, error) {
	return func(b []byte) (value, error) {
		s := string(b)
		if len(s) != n || !numeric(s) {
			return value{}, errDate
		}
		if s == "99999999"[:n] { // a card for life
			return value{}, errForever
		}
		year := shift
		base := 0
		for _, c := range s[:n-4] {
			base = base*10 + int(c-'0')
		}
		year += base
		month, day := int(s[n-4]-'0')*10+int(s[n-3]-'0'), int(s[n-2]-'0')*10+int(s[n-1]-'0')
		if year < 1850 || year > 9999 {
			return value{}, errDate
		}
		switch {
		case month == 0 && day == 0:
			return value{date: ehrdesk.When{Time: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), Precision: ehrdesk.ToYear}}, nil
		case month >= 1 && month <= 12 && day == 0:
			return value{date: ehrdesk.When{Time: time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC), Precision: ehrdesk.ToMonth}}, nil
		}
		w := ehrdesk.Day(year, time.Month(month), day)
		if w.Time.Year() != year || int(w.Time.Month()) != month || w.Time.Day() != day {
			return value{}, errDate // the 31st of April
		}
		return value{date: w}, nil
	}
}

func sex(pairs ...any) func([]byte) (value, error) {
	return func(b []byte) (value, error) {
		for i := 0; i < len(pairs); i += 2 {
			if string(b) == pairs[i].(string) {
				return value{sex: pairs[i+1].(ehrdesk.Gender)}, nil
			}
		}
		return value{}, errSex
	}
}

func jpeg(b []byte) (value, error) {
	if !bytes.HasPrefix(b, []byte{0xFF, 0xD8, 0xFF}) {
		return value{}, errNotPhoto
	}
	return value{photo: bytes.Clone(b)}, nil
}
