package find

import (
	"math/bits"
	"slices"
	"unicode/utf8"
	"unsafe"

	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// Where is where a text has what was looked for, best first.
type Where uint8

// The places.
const (
	InTitle Where = iota // what it is called
	InValue              // what a list says of it: values, doses, states, people
	InBody               // whatever else it says: notes, documents, narratives
)

// Index is texts, and the words that they are found by. All text in it is folded
// (fold.Append); it shares the memory of what it is given, which stays as it is until
// Drop or Wipe. It is for one goroutine at a time.
type Index struct {
	words  words
	posts  [][]uint32 // of each word: slot<<2 | Where, each slot once a place
	seen   []uint32   // of each word: the slot+1 that it was last met in
	docs   []doc
	live   int
	best   []uint8  // scratch: of each slot, the best way that a unit has it
	total  []uint16 // scratch: over all units
	chosen []uint64 // scratch: a bit a slot
}

// doc is one text in three places. Overview is the title, a zero, and the values.
type doc struct {
	overview string
	title    int // bytes of the title
	body     []byte
	live     bool
}

// none is the way of a slot that does not have it.
const none = 0xFF

// Add takes a text in, and gives its slot.
func (x *Index) Add(title, values string) (slot int) {
	d := doc{overview: title + "\x00" + values, title: len(title), live: true}
	slot = len(x.docs)
	x.docs = append(x.docs, d)
	x.live++
	x.post(slot, InTitle, unsafe.Slice(unsafe.StringData(d.overview), len(title)))
	x.post(slot, InValue, unsafe.Slice(unsafe.StringData(d.overview), len(d.overview))[len(title):])
	return slot
}

// SetBody takes in what else a text says. It is for a slot that has no body yet.
func (x *Index) SetBody(slot int, body []byte) {
	d := &x.docs[slot]
	d.body = body
	for _, no := range x.numbers(unsafe.Slice(unsafe.StringData(d.overview), len(d.overview))) {
		x.seen[no] = uint32(slot) + 1 // the overview has it: found there first
	}
	x.post(slot, InBody, body)
}

// Drop takes a text out.
func (x *Index) Drop(slot int) {
	if d := &x.docs[slot]; d.live {
		*d = doc{}
		x.live--
	}
}

// Len is how many texts there are.
func (x *Index) Len() int { return x.live }

// Spent is how many slots are used up by texts that went.
func (x *Index) Spent() int { return len(x.docs) - x.live }

// Wipe overwrites the words and forgets everything.
func (x *Index) Wipe() {
	x.words.wipe()
	*x = Index{}
}

// post notes each word of a text, once.
func (x *Index) post(slot int, where Where, text []byte) {
	s := uint32(slot)
	x.each(text, func(no uint32) {
		if x.seen[no] != s+1 {
			x.seen[no] = s + 1
			x.posts[no] = append(x.posts[no], s<<2|uint32(where))
		}
	})
}

func (x *Index) numbers(text []byte) (out []uint32) {
	x.each(text, func(no uint32) { out = append(out, no) })
	return out
}

// each gives the words of a text.
func (x *Index) each(text []byte, yield func(no uint32)) {
	tell := func(word []byte) {
		no := x.words.number(word)
		for int(no) >= len(x.posts) {
			x.posts, x.seen = append(x.posts, nil), append(x.seen, 0)
		}
		yield(no)
	}
	for from, to := range runs(unsafe.String(unsafe.SliceData(text), len(text))) {
		run := text[from:to]
		first, n := utf8.DecodeRune(run)
		if !fold.Han(first) || n == len(run) {
			tell(run)
			continue
		}
		for at := 0; at+n < len(run); {
			_, next := utf8.DecodeRune(run[at+n:])
			tell(run[at : at+n+next])
			at, n = at+n, next
		}
	}
}

// Match is a text that has all that was looked for.
type Match struct {
	Slot  int
	Score int // the less, the better
}

// Find gives the texts that have every unit of a query, in the order of their slots.
func (x *Index) Find(q Query) []Match {
	if q.Empty() || len(x.docs) == 0 {
		return nil
	}
	x.best, x.total = room(x.best, len(x.docs)), room(x.total, len(x.docs))
	clear(x.total)
	for i := range q.units {
		u := &q.units[i]
		for k := range x.best {
			x.best[k] = none
		}
		x.unit(u)
		for k, way := range x.best {
			if way == none || x.total[k] == 1<<16-1 {
				x.total[k] = 1<<16 - 1
			} else {
				x.total[k] += uint16(way)
			}
		}
	}
	var out []Match
	for k, sum := range x.total {
		if sum != 1<<16-1 && x.docs[k].live {
			out = append(out, Match{k, int(sum)})
		}
	}
	return out
}

// unit puts into best how each text has a unit.
func (x *Index) unit(u *unit) {
	if len(u.own) == 1 {
		x.needle(&u.own[0], false)
	} else {
		sums := make([]uint8, len(x.docs))
		for i := range u.own {
			for k := range x.best {
				x.best[k] = none
			}
			x.needle(&u.own[i], false)
			for k, way := range x.best {
				switch {
				case way == none || sums[k] == none:
					sums[k] = none
				default:
					sums[k] = max(sums[k], way)
				}
			}
		}
		copy(x.best, sums)
	}
	for i := range u.also {
		x.needle(&u.also[i], true)
	}
}

// needle puts into best how each text has a needle, where that is better.
func (x *Index) needle(n *needle, other bool) {
	if !n.verify {
		x.words.having(n.pieces[0], func(no uint32, class uint8) {
			if other {
				class = asOther
			}
			for _, p := range x.posts[no] {
				if way := uint8(p&3)*classes + class; way < x.best[p>>2] {
					x.best[p>>2] = way
				}
			}
		})
		return
	}
	set := x.candidates(n)
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			k := w<<6 | bits.TrailingZeros64(word)
			if way := x.docs[k].way(n, other); way < x.best[k] {
				x.best[k] = way
			}
		}
	}
}

// candidates are the texts that have every piece of a needle; all where it has none.
func (x *Index) candidates(n *needle) []uint64 {
	size := (len(x.docs) + 63) / 64
	all := make([]uint64, size)
	if len(n.pieces) == 0 {
		for k := range x.docs {
			all[k>>6] |= 1 << (k & 63)
		}
		return all
	}
	x.chosen = room(x.chosen, size)
	for i, p := range n.pieces {
		clear(x.chosen)
		x.words.having(p, func(no uint32, _ uint8) {
			for _, e := range x.posts[no] {
				x.chosen[e>>8] |= 1 << (e >> 2 & 63)
			}
		})
		for w := range all {
			if i == 0 {
				all[w] = x.chosen[w]
			} else {
				all[w] &= x.chosen[w]
			}
		}
	}
	return all
}

// way is how a text has a needle, none where it does not.
func (d *doc) way(n *needle, other bool) uint8 {
	if !d.live {
		return none
	}
	class := uint8(asOther)
	try := func(text string, where Where) uint8 {
		at, ok := n.at(text, 0)
		if !ok {
			return none
		}
		if !other {
			switch begins := border(text, at); {
			case begins && border(text, at+len(n.text)):
				class = asWord
			case begins:
				class = asBeginning
			default:
				class = asPart
			}
		}
		return uint8(where)*classes + class
	}
	if way := try(d.overview[:d.title], InTitle); way != none {
		return way
	}
	if way := try(d.overview[d.title:], InValue); way != none {
		return way
	}
	return try(unsafe.String(unsafe.SliceData(d.body), len(d.body)), InBody)
}

func room[E any](s []E, n int) []E {
	if cap(s) < n {
		return make([]E, n, n+n/4)
	}
	return slices.Grow(s[:0], n)[:n]
}
