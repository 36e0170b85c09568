package cardreader

import (
	"bytes"
	"errors"

	"github.com/ehrdesk/ehrdesk"
)

// nationalID is the Type of the numbers of other places' identity cards. It is
// not among the documents that eHealth accepts: such a number finds nobody by
// itself, and is shown beside the name.
const nationalID = "NID"

// hkic is a Hong Kong identity card number as printed. The check digit must be
// there: a card does not mistype.
func hkic(b []byte) (value, error) {
	h, err := ehrdesk.ParseHKIC(string(bytes.TrimRight(b, "\x00 ")))
	switch {
	case errors.Is(err, ehrdesk.ErrHKICCheckDigit):
		return value{}, errCheck
	case err != nil:
		return value{}, errNumber
	}
	return value{hkic: h}, nil
}

func document(issuer, number string) value {
	return value{number: ehrdesk.Document{Type: nationalID, Issuer: issuer, Number: number}}
}

// thaiID has 13 digits, the last a check: weights 13 to 2, (11 - sum mod 11) mod 10.
func thaiID(b []byte) (value, error) {
	s := string(b)
	if len(s) != 13 || !numeric(s) {
		return value{}, errNumber
	}
	sum := 0
	for i := range 12 {
		sum += int(s[i]-'0') * (13 - i)
	}
	if byte('0'+(11-sum%11)%10) != s[12] {
		return value{}, errCheck
	}
	return document("THA", s), nil
}

// myKadID has 12 digits and no check digit; the field is 13 wide.
func myKadID(b []byte) (value, error) {
	s := string(bytes.TrimRight(b, "\x00 "))
	if len(s) != 12 || !numeric(s) {
		return value{}, errNumber
	}
	return document("MYS", s), nil
}

// taiwanLetters are the letters in the order of their numbers from 10.
const taiwanLetters = "ABCDEFGHJKLMNPQRSTUVXYWZIO"

// taiwanID is a letter and nine digits: the letter's number as two digits with
// weights 1 and 9, then 8 to 1, then the check digit; the sum divides by ten.
// Residents' numbers since 2021 have the same form with 8 or 9 in second place.
func taiwanID(b []byte) (value, error) {
	s := string(b)
	if len(s) != 10 || !numeric(s[1:]) {
		return value{}, errNumber
	}
	letter := bytes.IndexByte([]byte(taiwanLetters), s[0])
	if letter < 0 {
		return value{}, errNumber
	}
	letter += 10
	sum := letter/10 + letter%10*9 + int(s[9]-'0')
	for i := range 8 {
		sum += int(s[i+1]-'0') * (8 - i)
	}
	if sum%10 != 0 {
		return value{}, errCheck
	}
	return document("TWN", s), nil
}
