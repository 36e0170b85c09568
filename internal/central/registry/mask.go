package registry

import (
	"strings"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Hidden stands for what is left out.
const Hidden = "***"

// MaskPhone leaves the last four digits of a telephone number.
func MaskPhone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	if len(digits) < 8 {
		return Hidden
	}
	return Hidden + digits[len(digits)-4:]
}

// MaskEmail leaves the first character, and the host.
func MaskEmail(s string) string {
	name, host, ok := strings.Cut(s, "@")
	_, n := utf8.DecodeRuneInString(name)
	if !ok || n == 0 {
		return Hidden
	}
	return name[:n] + Hidden + "@" + host
}

// MaskAddress leaves the last part, which is a district, and of an address in one part its
// beginning: in Chinese that is the district.
func MaskAddress(s string) string {
	if i := strings.LastIndexAny(s, ",，"); i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		return Hidden + ", " + strings.TrimSpace(s[i+n:])
	}
	r := []rune(s)
	return string(r[:len(r)/4]) + Hidden
}

// MaskContact leaves of a contact what is left of its kind, "" of none.
func MaskContact(c store.Contact) string {
	switch {
	case c.To == "":
		return ""
	case c.Way == "sms":
		return MaskPhone(c.To)
	case c.Way == "email":
		return MaskEmail(c.To)
	}
	return MaskAddress(c.To)
}
