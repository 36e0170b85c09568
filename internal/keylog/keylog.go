// Package keylog is the log of whose signing key counts: every enrolment and every end of one is an entry of a chain, whose head the
// centre signs. A desk that follows it holds all keys by one hash, and finds a centre that shows it other keys than it has shown
// others or itself before, that takes a change back or dates it earlier, or that hands out a key which is not in the log; a person's
// own desk finds in it a key that somebody else was enrolled by in their name. It does not find a false key by itself: who looks is
// whose key it would be. Pure.
package keylog

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// Key is a key of a person's on a desk, by its thumbprint (RFC 7638); of the desk itself where Staff is "".
type Key struct {
	Provider string `json:"provider"`
	Staff    string `json:"staff,omitempty"`
	Desk     string `json:"desk"` // as the centre names it
	Name     string `json:"key"`
}

// Act is what became of a key.
type Act string

// The acts.
const (
	Stands Act = "stands" // it counts from now on
	Ended  Act = "ended"
)

// Entry is one change.
type Entry struct {
	N  int64     `json:"n"` // from 1
	At time.Time `json:"at"`
	Key
	Act Act `json:"act"`
}

// mostEntry is how long an entry may be, in bytes.
const mostEntry = 1 << 10

// Errors of a log.
var (
	ErrEntry     = errors.New("it is no entry that comes next")
	ErrForked    = errors.New("the log is another than it was, or than others were shown")
	ErrShortened = errors.New("the log is shorter, or older, than it was")
	ErrBehind    = errors.New("the entries up to this head were not read yet")
	ErrHead      = errors.New("this head is not signed by the centre")
)

// Broken is the cause of an error of an entry: which, and why.
type Broken struct {
	N   int64
	Why error
}

func (b *Broken) Error() string {
	return fmt.Sprintf("the log of keys breaks at entry %d: %v", b.N, b.Why)
}

// Unwrap gives why.
func (b *Broken) Unwrap() error { return b.Why }

// Genesis is the hash before the first entry.
func Genesis() []byte {
	sum := sha256.Sum256([]byte("ehrdesk key log"))
	return sum[:]
}

// Next is the text of an entry, as it is kept and told, and the hash of all up to it, which follows that before it.
func Next(before []byte, e Entry) (text string, hash []byte, err error) {
	b, err := json.Marshal(&e, json.Deterministic(true))
	if err != nil {
		return "", nil, err
	}
	return string(b), follow(before, string(b)), nil
}

func follow(before []byte, text string) []byte {
	sum := sha256.Sum256(append(slices.Clone(before), text...))
	return sum[:]
}

// period is when a key counted: until is zero while it does.
type period struct{ since, until time.Time }

// Log is a log as somebody has followed it. The zero Log has followed nothing.
type Log struct {
	hashes [][]byte
	last   time.Time // of the last entry
	keys   map[Key][]period
	whose  map[person][]Key
	newest Head // the last head that was given as the newest
}

// person is somebody at a provider.
type person struct{ provider, staff string }

func (k *Key) whose() person { return person{k.Provider, k.Staff} }

// Clone is a log of its own that has followed the same.
func (l *Log) Clone() *Log {
	out := &Log{hashes: slices.Clone(l.hashes), last: l.last, keys: maps.Clone(l.keys), whose: maps.Clone(l.whose), newest: l.newest}
	for k, all := range out.keys {
		out.keys[k] = slices.Clone(all)
	}
	for who, all := range out.whose {
		out.whose[who] = slices.Clone(all)
	}
	return out
}

// Len is how many entries were followed.
func (l *Log) Len() int64 { return int64(len(l.hashes)) }

// Hash is that of all entries up to one. Errors: ErrBehind.
func (l *Log) Hash(n int64) ([]byte, error) {
	switch {
	case n == 0:
		return Genesis(), nil
	case n < 0 || n > l.Len():
		return nil, ErrBehind
	}
	return l.hashes[n-1], nil
}

// Clocks are how far two centres of one log may be apart: an entry that comes after a head is not of before it, but for so long.
const Clocks = time.Minute

// Follow takes entries in their order, as the log tells them. Where one does not come next what was followed stays as it was after the
// one before, and the error is a *Broken.
func (l *Log) Follow(texts ...string) error {
	for _, text := range texts {
		if err := l.take(text); err != nil {
			return &Broken{l.Len() + 1, err}
		}
	}
	return nil
}

func (l *Log) take(text string) error {
	var e Entry
	if len(text) > mostEntry || json.Unmarshal([]byte(text), &e, json.RejectUnknownMembers(true)) != nil {
		return ErrEntry
	}
	if e.N != l.Len()+1 || e.Provider == "" || e.Desk == "" || e.Name == "" || e.At.Before(l.last) {
		return ErrEntry
	}
	if e.N > l.newest.N && e.At.Before(l.newest.At.Add(-Clocks)) {
		return ErrEntry // dated before what was shown without it
	}
	had := l.keys[e.Key]
	counts := len(had) > 0 && had[len(had)-1].until.IsZero()
	switch {
	case e.Act == Stands && !counts:
		had = append(had, period{since: e.At})
	case e.Act == Ended && counts:
		had[len(had)-1].until = e.At
	default:
		return ErrEntry
	}
	if l.keys == nil {
		l.keys, l.whose = map[Key][]period{}, map[person][]Key{}
	}
	before, err := l.Hash(l.Len())
	if err != nil {
		return err
	}
	if _, known := l.keys[e.Key]; !known {
		l.whose[e.whose()] = append(l.whose[e.whose()], e.Key)
	}
	l.keys[e.Key], l.last = had, e.At
	l.hashes = append(l.hashes, follow(before, text))
	return nil
}

// Agrees reports whether a head, whoever was shown it and whenever, is of this log. Errors: ErrForked, ErrBehind for one that is
// longer than what was followed.
func (l *Log) Agrees(h Head) error {
	own, err := l.Hash(h.N)
	if err != nil {
		return err
	}
	if !bytes.Equal(own, h.Hash) {
		return ErrForked
	}
	return nil
}

// Newest takes a head that the centre gives as the log's now, once all its entries were followed. Errors: those of Agrees, and
// ErrShortened where the centre has shown a longer or a later one before.
func (l *Log) Newest(h Head) error {
	if err := l.Agrees(h); err != nil {
		return err
	}
	if h.N < l.Len() || h.N < l.newest.N || h.At.Before(l.newest.At.Add(-Clocks)) {
		return ErrShortened
	}
	if h.At.Before(l.newest.At) {
		h.At = l.newest.At
	}
	l.newest = h
	return nil
}
