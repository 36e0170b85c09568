package ehrdesk

import "unicode/utf8"

// Secret is a passphrase, code or key on its way through the program. Every
// usual way of printing it prints a mask, so that it cannot reach a log, an
// error or a JSON line by accident. Reveal is the one way to its text.
// Whoever made it wipes it once it has been used: copies of a Secret share its bytes.
type Secret struct{ text []byte }

// NewSecret wraps s.
func NewSecret(s string) Secret { return Secret{[]byte(s)} }

// SecretOf is the secret of runes as they were typed, with no string on the way.
func SecretOf(typed []rune) Secret {
	b := make([]byte, 0, utf8.UTFMax*len(typed)) // never grown: no part is left behind
	for _, r := range typed {
		b = utf8.AppendRune(b, r)
	}
	return Secret{b}
}

// Reveal gives the text itself, for the one call that needs it as a string, which
// stays in memory until that is used for something else.
func (s Secret) Reveal() string { return string(s.text) }

// Bytes gives the text itself. It is the secret's own memory: not to be changed.
func (s Secret) Bytes() []byte { return s.text }

// Wipe overwrites the secret, and every copy of it.
func (s Secret) Wipe() { clear(s.text) }

// Empty reports whether nothing was given.
func (s Secret) Empty() bool { return len(s.text) == 0 }

const mask = "********"

// String, GoString and MarshalText mask the secret.
func (Secret) String() string               { return mask }
func (Secret) GoString() string             { return mask }
func (Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

// AccessKey is the patient's static 8-digit key for giving or revoking sharing
// consent (eHealth, "Use Access Key"). It is not the one-time code for
// restricted records, which is another type with another field on screen.
type AccessKey struct{ Secret }

// ParseAccessKey takes 8 digits, in any spacing and width.
// Errors: CodeInvalid; the text never quotes what was typed.
func ParseAccessKey(s string) (AccessKey, error) {
	d := squeeze(s)
	if len(d) != 8 || !allDigits(d) {
		return AccessKey{}, Errorf("access-key", CodeInvalid, "an Access Key has 8 digits")
	}
	return AccessKey{NewSecret(d)}, nil
}
