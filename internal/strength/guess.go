package strength

import (
	"strings"

	"github.com/trustelem/zxcvbn/match"
	"github.com/trustelem/zxcvbn/scoring"
)

// guessesOf is how many guesses a text takes by zxcvbn's count. The library scores what is
// found in it; what finds it is ours, as the library's makes maps of its lists whenever a
// program starts, which took more than all else of a start, and a passphrase is judged
// once in many of them. text has ASCII alone, known comes before the lists.
func guessesOf(text string, known []string) float64 {
	return scoring.MostGuessableMatchSequence(text, found(text, ranked(known)), false).Guesses
}

// found is all that can be seen in a text.
func found(text string, known ranks) (out []*match.Match) {
	d := dictionary{known, lists()}
	out = append(out, d.words(text)...)
	out = append(out, d.reversed(text)...)
	out = append(out, d.spelled(text)...)
	out = append(out, onKeyboards(text)...)
	out = append(out, repeats(text)...)
	out = append(out, sequences(text)...)
	out = append(out, years(text)...)
	out = append(out, dates(text)...)
	return out
}

// dictionary is words by their ranks: those known of a person, and the lists'.
type dictionary []ranks

// words are the parts of a text that are words.
func (d dictionary) words(text string) (out []*match.Match) {
	lower := strings.ToLower(text)
	for i := range lower {
		for j := i + 1; j <= len(lower); j++ {
			rank := 0
			for _, words := range d {
				if j-i > words.longest {
					continue
				}
				if n, ok := words.of[lower[i:j]]; ok && (rank == 0 || n < rank) {
					rank = n
				}
			}
			if rank > 0 {
				out = append(out, &match.Match{Pattern: "dictionary", I: i, J: j - 1, Token: text[i:j], MatchedWord: lower[i:j], Rank: rank})
			}
		}
	}
	return out
}

// reversed are the parts that are words from behind.
func (d dictionary) reversed(text string) []*match.Match {
	out := d.words(backwards(text))
	for _, m := range out {
		m.Reversed, m.Token = true, backwards(m.Token)
		m.I, m.J = len(text)-1-m.J, len(text)-1-m.I
	}
	return out
}

func backwards(s string) string {
	b := make([]byte, 0, len(s))
	for i := len(s) - 1; i >= 0; i-- {
		b = append(b, s[i])
	}
	return string(b)
}

// spelled are the parts that are words where signs are read as the letters that they stand
// for.
func (d dictionary) spelled(text string) (out []*match.Match) {
	for _, r := range readings(text) {
		read := []byte(text)
		for i, sign := range read {
			if r[sign] != 0 {
				read[i] = r[sign]
			}
		}
		for _, m := range d.words(string(read)) {
			if m.Token = text[m.I : m.J+1]; len(m.Token) == 1 || strings.ToLower(m.Token) == m.MatchedWord {
				continue // every "1" is an "i"
			}
			m.L33t, m.Sub = true, map[string]string{}
			for i := range len(m.Token) {
				if sign := m.Token[i]; r[sign] != 0 {
					m.Sub[string(sign)] = string(r[sign])
				}
			}
			out = append(out, m)
		}
	}
	return out
}

// standFor are the signs that stand for a letter.
var standFor = [...]struct {
	letter byte
	signs  string
}{{'a', "4@"}, {'b', "8"}, {'c', "({[<"}, {'e', "3"}, {'g', "69"}, {'i', "1!|"}, {'l', "1|7"}, {'o', "0"}, {'s', "$5"}, {'t', "+7"}, {'x', "%"}, {'z', "2"}}

// reading says for what letter a sign of a text is read, 0 for the sign itself.
type reading [256]byte

// mostReadings is by how many readings of its signs a text is judged: who mixes all signs of all
// letters has more.
const mostReadings = 512

// readings are the ways to read the signs in a text: of each letter that may be meant one sign
// is read as it, and each sign as one letter.
func readings(text string) []reading {
	out := []reading{{}}
	for _, s := range standFor {
		var next []reading
		had := map[reading]bool{}
		put := func(r reading) {
			if !had[r] && len(next) < mostReadings {
				had[r] = true
				next = append(next, r)
			}
		}
		for i := range len(s.signs) {
			sign := s.signs[i]
			if strings.IndexByte(text, sign) < 0 {
				continue
			}
			for _, r := range out {
				if r[sign] != 0 {
					put(r)
				}
				r[sign] = s.letter
				put(r)
			}
		}
		if next != nil {
			out = next
		}
	}
	if out[0] == (reading{}) {
		return nil
	}
	return out
}
