package ehrdesk

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Code says what kind of failure an error is, so that a screen, a script and a
// log can each act on it without reading its text.
type Code string

// The codes and the exit status each one ends a command with.
const (
	CodeOther         Code = "other"          // 1: anything not named below
	CodeInvalid       Code = "invalid"        // 2: usage or bad input
	CodeNotFound      Code = "not_found"      // 3: no such patient, record or account
	CodeConsentNeeded Code = "consent_needed" // 4: registered, but no sharing consent to this provider
	CodeOffline       Code = "offline"        // 5: the centre cannot be reached
	CodeTimeout       Code = "timeout"        // 5: the centre did not answer in time; the outcome may be unknown
	CodeDenied        Code = "denied"         // 6: the centre or the policy said no
	CodeNotSignedIn   Code = "not_signed_in"  // 7: no session, wrong passphrase, or an expired token
	CodeLocked        Code = "locked"         // 7: the desk is locked, or a key is locked out
	CodeCard          Code = "card"           // 8: card or reader
	CodeConflict      Code = "conflict"       // 9: somebody else changed it first
	CodeTampered      Code = "tampered"       // 10: stored or received data is corrupt or not what was asked for
)

// Exit is the process exit status for c.
func (c Code) Exit() int {
	switch c {
	case "":
		return 0
	case CodeInvalid:
		return 2
	case CodeNotFound:
		return 3
	case CodeConsentNeeded:
		return 4
	case CodeOffline, CodeTimeout:
		return 5
	case CodeDenied:
		return 6
	case CodeNotSignedIn, CodeLocked:
		return 7
	case CodeCard:
		return 8
	case CodeConflict:
		return 9
	case CodeTampered:
		return 10
	default:
		return 1
	}
}

// Error carries the operation that failed, its Code, and the cause.
// Its text never holds a number, a name, a key or clinical content: whoever
// makes one puts only fixed words and codes into Err.
type Error struct {
	Op   string // "find", "consent.grant", "cache.open"
	Code Code
	Err  error
}

// E makes an *Error. A nil err stands for the code alone.
func E(op string, code Code, err error) error { return &Error{Op: op, Code: code, Err: err} }

// Errorf makes an *Error with fixed words. The words must not quote input.
func Errorf(op string, code Code, format string, args ...any) error {
	return &Error{Op: op, Code: code, Err: fmt.Errorf(format, args...)}
}

// Error reads "find: HKIC check digit does not match (invalid)".
func (e *Error) Error() string {
	return e.Op + ": " + Message(e) + " (" + string(CodeOf(e)) + ")"
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf finds the innermost Code of err: the layer that knew most decides.
// It is "" for nil and CodeOther for an error of no known kind.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	code := CodeOther
	for e := (*Error)(nil); errors.As(err, &e); err = e.Err {
		if e.Code != "" && e.Code != CodeOther {
			code = e.Code
		}
		if e.Err == nil {
			break
		}
	}
	return code
}

// Message is err's innermost words, without operations and codes.
func Message(err error) string {
	if err == nil {
		return ""
	}
	for e := (*Error)(nil); errors.As(err, &e); {
		if e.Err == nil {
			return string(e.Code)
		}
		err = e.Err
	}
	return err.Error()
}

// LockOut is the cause of a CodeLocked error whose end is known: too many wrong
// Access Keys or codes for one patient. The centre is the authority.
type LockOut struct{ Until time.Time }

func (l *LockOut) Error() string {
	return "too many wrong tries; locked until " + l.Until.Format("15:04")
}

// TooOften is the cause of a CodeOther error where the centre asks to wait: so much was asked
// for that it answers nothing more before a time. Nothing was recorded.
type TooOften struct{ Until time.Time }

func (o *TooOften) Error() string {
	return "asked for too often; the central service answers again at " + o.Until.Format("15:04:05")
}

// NewContact is the cause of a CodeLocked error where a patient's contact data were changed
// so lately that no one-time code goes to them yet, and there were none before.
type NewContact struct{ From time.Time }

func (n *NewContact) Error() string {
	return "the contact data are new: one-time codes go to them from " + n.From.Format(time.RFC3339) + "; use the patient's card"
}

// WrongKey is the cause of a CodeDenied error for a wrong Access Key or
// one-time code. TriesLeft is what the centre said, -1 where it did not say.
type WrongKey struct{ TriesLeft int }

func (w *WrongKey) Error() string {
	switch {
	case w.TriesLeft < 0:
		return "the key is not right"
	case w.TriesLeft == 1:
		return "the key is not right; 1 try left"
	default:
		return fmt.Sprintf("the key is not right; %d tries left", w.TriesLeft)
	}
}

// ErrSecondKey is the cause where a person's keys need a secret of the system's
// keyring, and it does not give it: it is locked, not running, or was lost. The
// passphrase may well be right.
var ErrSecondKey = errors.New("the system's keyring does not give this person's second key: unlock it and try again; if it is lost, a new activation code is needed")

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
