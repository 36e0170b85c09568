package records

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// KindCounts is how many records of each kind there are, by kind; at 0 those of no
// kind. A copy's head has it, so that counting opens no list.
type KindCounts [ehrdesk.KindReferral + 1]int

func (t *KindCounts) add(k ehrdesk.Kind, n int) {
	if int(k) >= len(t) {
		k = 0
	}
	t[k] += n
}

// All is the number of records of every kind.
func (t *KindCounts) All() (n int) {
	for _, c := range t {
		n += c
	}
	return n
}

// Named is the tally by the kinds' names, without those of which there is none.
func (t *KindCounts) Named() map[string]int {
	out := map[string]int{}
	for k, n := range t {
		if k > 0 && n > 0 {
			out[ehrdesk.Kind(k).String()] = n
		}
	}
	return out
}

// pack writes a tally without the zeroes at its end.
func (t *KindCounts) pack(p *seal.Packer) {
	last := len(t)
	for last > 0 && t[last-1] == 0 {
		last--
	}
	p.Uint(uint64(last))
	for _, n := range t[:last] {
		p.Uint(uint64(n))
	}
}

// unpackTally reads what pack wrote.
func unpackTally(u *seal.Unpacker) (t KindCounts) {
	n := u.Count(1)
	if n > len(t) {
		u.Fail()
		return t
	}
	for i := range n {
		t[i] = int(u.Limit(maxNo))
	}
	return t
}
