package ehrdesk

// Secret is a passphrase, code or key on its way through the program. Every
// usual way of printing it prints a mask, so that it cannot reach a log, an
// error or a JSON line by accident. Reveal is the one way to its text.
type Secret struct{ text string }

// NewSecret wraps s.
func NewSecret(s string) Secret { return Secret{s} }

// Reveal gives the text itself, for the one call that needs it.
func (s Secret) Reveal() string { return s.text }

// Empty reports whether nothing was given.
func (s Secret) Empty() bool { return s.text == "" }

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
	return AccessKey{Secret{d}}, nil
}
