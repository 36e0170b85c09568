// Package strength judges whether a passphrase withstands somebody who has what it seals,
// a desk's files or the centre's key, and guesses: by the number of guesses that zxcvbn
// counts for its words, names, dates and patterns of the keyboard, in English by its lists
// and in Chinese by ours. It asks nobody, and keeps nothing of what it is given.
//
// Source: Wheeler, "zxcvbn: low-budget password strength estimation", USENIX Security
// 2016; NIST SP 800-63B §5.1.1.2, which asks for a list of common ones and for no rule of
// composition.
package strength

import (
	_ "embed" // the words
	"strings"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
)

// Least is the least length of a passphrase, in characters.
const Least = 8

// guesses is how many guesses a passphrase has to withstand. A guess costs Argon2id at
// what the desk was measured for, about half a second of one core: a thousand cores take
// some two months for as many.
const guesses = 1e10

// judged is how much of a passphrase is judged, in letters: the work grows faster than the
// length, and what withstands so far withstands with more behind it.
const judged = 128

//go:embed words.txt
var words string

// Check is nil for a passphrase that withstands guessing, else why not. about are words
// that whoever guesses knows: the person's name, their account, their clinic.
func Check(p ehrdesk.Secret, about ...string) *ehrdesk.WeakPassphrase {
	said := []rune(string(p.Bytes()))
	if len(said) < Least {
		return &ehrdesk.WeakPassphrase{Short: Least}
	}
	text := letters(string(said[:min(len(said), judged)]))
	first := known(about)
	for _, text := range []string{text, bare(text), once(bare(text))} { // what stands between words adds little, saying them again nothing
		if guessesOf(text[:min(len(text), judged)], first) < guesses {
			return &ehrdesk.WeakPassphrase{}
		}
	}
	return nil
}

// bare is a text without what stands between words.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, s)
}

// once is a text without its repetitions, which the library counts as words more.
func once(s string) string {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && strings.Repeat(s[:n], len(s)/n) == s {
			return s[:n]
		}
	}
	return s
}

// letters writes what is no ASCII as four consonants a character, since the library finds
// its words by bytes: a Chinese word of the list is found, and a character of none counts
// as one of ten thousand.
func letters(s string) string {
	const consonants = "bcdfghjklmnpqrstvwxz"
	var out strings.Builder
	for _, r := range strings.ToLower(s) {
		if r < unicode.MaxASCII {
			out.WriteRune(r)
			continue
		}
		for range 4 {
			out.WriteByte(consonants[int(r)%len(consonants)])
			r /= rune(len(consonants))
		}
	}
	return out.String()
}

// known are the words that whoever guesses tries first.
func known(about []string) (out []string) {
	for _, s := range about {
		s = strings.ToLower(s)
		parts := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		out = append(out, letters(strings.Join(parts, "")))
		for _, part := range parts {
			if len(part) > 1 {
				out = append(out, letters(part))
			}
		}
	}
	for line := range strings.Lines(words) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, letters(line))
		}
	}
	return out
}
