package find

import (
	"bytes"
	"hash/maphash"
	"sort"
)

// words is every word of the texts, once, one behind the other with a zero between, so
// that a part of a word is looked for in all of them at memory's speed.
type words struct {
	all    []byte
	starts []uint32 // of each word in all; its number is its place here
	table  []uint32 // open addressing, a power of two: number+1, 0 for none
	seed   maphash.Seed
}

func (w *words) word(no uint32) []byte {
	end := len(w.all)
	if int(no)+1 < len(w.starts) {
		end = int(w.starts[no+1])
	}
	return w.all[w.starts[no] : end-1]
}

// number is a word's, a new one where it has none.
func (w *words) number(word []byte) uint32 {
	if len(w.starts)*2 >= len(w.table) {
		w.grow()
	}
	mask := uint64(len(w.table) - 1)
	for at := maphash.Bytes(w.seed, word) & mask; ; at = (at + 1) & mask {
		n := w.table[at]
		if n == 0 {
			w.table[at] = uint32(len(w.starts)) + 1
			w.add(word)
			return uint32(len(w.starts)) - 1
		}
		if bytes.Equal(w.word(n-1), word) {
			return n - 1
		}
	}
}

func (w *words) add(word []byte) {
	if need := len(w.all) + len(word) + 1; need > cap(w.all) { // by hand: what is left behind is wiped
		next := make([]byte, len(w.all), need+need/2+1<<10)
		copy(next, w.all)
		clear(w.all)
		w.all = next
	}
	w.starts = append(w.starts, uint32(len(w.all)))
	w.all = append(append(w.all, word...), 0)
}

func (w *words) grow() {
	if w.table == nil {
		w.seed = maphash.MakeSeed()
	}
	w.table = make([]uint32, max(1<<10, 2*len(w.table)))
	mask := uint64(len(w.table) - 1)
	for no := range w.starts {
		at := maphash.Bytes(w.seed, w.word(uint32(no))) & mask
		for w.table[at] != 0 {
			at = (at + 1) & mask
		}
		w.table[at] = uint32(no) + 1
	}
}

// How a word has a piece, best first.
const (
	asWord = iota
	asBeginning
	asPart
	asOther // by another name of the same thing
	classes
)

// having gives each word that has a piece, and how.
func (w *words) having(p piece, yield func(no uint32, class uint8)) {
	text := []byte(p.text)
	for from := 0; from < len(w.all); {
		i := bytes.Index(w.all[from:], text)
		if i < 0 {
			return
		}
		i += from
		no := uint32(sort.Search(len(w.starts), func(k int) bool { return int(w.starts[k]) > i }) - 1)
		word, begins := w.word(no), int(w.starts[no]) == i
		from = int(w.starts[no]) + len(word) + 1
		switch {
		case begins && len(word) == len(text):
			yield(no, asWord)
		case p.begin && !begins, p.end && !bytes.HasSuffix(word, text), p.begin && p.end:
		case begins:
			yield(no, asBeginning)
		default:
			yield(no, asPart)
		}
	}
}

// wipe overwrites every word.
func (w *words) wipe() {
	clear(w.all[:cap(w.all)])
	*w = words{}
}
