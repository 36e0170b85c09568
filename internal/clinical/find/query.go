// Package find searches texts as somebody types: every word of the query has to stand in
// a text, wherever; Chinese is found by its characters, and a drug, a test or a disease by
// each of its names and codes. It promises that what stands in a text is found by any part
// of a word of it, that the same texts and the same query give the same answer in whatever
// order the texts came, and that the best is first: a title before values before the body,
// a word before its beginning before a part of it before another name.
package find

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// Query is what is looked for. Texts have it where they have every unit of it.
type Query struct{ units []unit }

// unit is a name or a word: all of its own words have to be there, or one of the other
// names of the same thing.
type unit struct {
	own  []needle
	also []needle
}

// needle is folded text to be found as it stands.
type needle struct {
	text   string
	pieces []piece
	verify bool // that the pieces are there says less than that the text is
}

// piece is a part of a needle that words are looked up by: a run of letters and digits,
// or two Chinese characters (one, where there is no more).
type piece struct {
	text       string
	begin, end bool // has to stand at a word's beginning, at its end
}

// mostWords is how many words of a query count; the others are of no help to anybody.
const mostWords = 12

// Parse reads a query: words with spaces between them, in any case, width and way of
// writing. A run of words that begins the name of a drug, a test or a disease is found by
// its other names too.
func Parse(query string) Query {
	words := fold.Terms(query)
	words = words[:min(len(words), mostWords)]
	var q Query
	for len(words) > 0 {
		n, also := others(words)
		u := unit{also: also}
		for _, w := range words[:n] {
			u.own = append(u.own, cut(w, false, false))
		}
		q.units = append(q.units, u)
		words = words[n:]
	}
	return q
}

// Empty reports a query that looks for nothing.
func (q Query) Empty() bool { return len(q.units) == 0 }

// Len is how many things a query looks for.
func (q Query) Len() int { return len(q.units) }

// Units is how many of the things that a query looks for a folded text has.
func (q Query) Units(folded string) (n int) {
	for i := range q.units {
		if q.units[i].in(folded) {
			n++
		}
	}
	return n
}

func (u *unit) in(text string) bool {
	own := true
	for i := range u.own {
		own = own && u.own[i].in(text)
	}
	for i := 0; !own && i < len(u.also); i++ {
		own = u.also[i].in(text)
	}
	return own
}

// needles are all of a query, its own words first.
func (q Query) needles() (out []needle) {
	for _, u := range q.units {
		out = append(out, u.own...)
	}
	for _, u := range q.units {
		out = append(out, u.also...)
	}
	return out
}

// cut makes a needle of text; begin and end ask that it begins or ends a word.
func cut(text string, begin, end bool) needle {
	n := needle{text: text}
	count := 0
	for from, to := range runs(text) {
		count++
		run := text[from:to]
		left, right := begin || from > 0, end || to < len(text)
		first, size := utf8.DecodeRuneInString(run)
		if !fold.Han(first) {
			n.pieces = append(n.pieces, piece{run, left, right})
			continue
		}
		if size == len(run) { // one character, within any two
			n.pieces = append(n.pieces, piece{text: run})
		}
		for _, two := range pairs(run) {
			n.pieces = append(n.pieces, piece{text: two})
		}
	}
	n.verify = n.verify || count != 1 || len(n.pieces) != 1 || n.pieces[0].text != text
	return n
}

// pairs are the neighbours of a run of Chinese characters, two by two.
func pairs(run string) (out []string) {
	before := -1
	for i := range run {
		if before >= 0 {
			out = append(out, run[before:i+size(run[i:])])
		}
		before = i
	}
	return out
}

func size(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// runs are where the words of a folded text begin and end: letters and digits together,
// Chinese characters together, nothing else.
func runs(s string) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		from, kind := 0, byte(0)
		for i := 0; i < len(s); {
			k, n := byte(0), 1
			if c := s[i]; c < utf8.RuneSelf {
				if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' {
					k = 1
				}
			} else {
				r, w := utf8.DecodeRuneInString(s[i:])
				n = w
				switch {
				case fold.Han(r):
					k = 2
				case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
					k = 1
				}
			}
			if k != kind {
				if kind != 0 && !yield(from, i) {
					return
				}
				from, kind = i, k
			}
			i += n
		}
		if kind != 0 {
			yield(from, len(s))
		}
	}
}

// in reports whether a folded text holds a needle as it asks to stand.
func (n *needle) in(text string) bool { _, ok := n.at(text, 0); return ok }

// at is where a needle stands in a folded text, from a byte on.
func (n *needle) at(text string, from int) (int, bool) {
	if n.text == "" {
		return 0, false
	}
	first, last := false, false // it has to begin a word, to end one
	if len(n.pieces) > 0 {
		first, last = n.pieces[0].begin && strings.HasPrefix(n.text, n.pieces[0].text), n.pieces[len(n.pieces)-1].end && strings.HasSuffix(n.text, n.pieces[len(n.pieces)-1].text)
	}
	for from <= len(text) {
		i := strings.Index(text[from:], n.text)
		if i < 0 {
			return 0, false
		}
		if i += from; (!first || border(text, i)) && (!last || border(text, i+len(n.text))) {
			return i, true
		}
		from = i + size(text[i:])
	}
	return 0, false
}

// border reports whether no word goes on across a place of a text.
func border(text string, at int) bool {
	if at <= 0 || at >= len(text) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	return kindOf(before) != 1 || kindOf(after) != 1
}

func kindOf(r rune) byte {
	switch {
	case fold.Han(r):
		return 2
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
		return 1
	}
	return 0
}

// compact drops needles that stand for the same text.
func compact(list []needle) []needle {
	slices.SortStableFunc(list, func(a, b needle) int { return strings.Compare(a.text, b.text) })
	return slices.CompactFunc(list, func(a, b needle) bool { return a.text == b.text })
}
