package keylog

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// Stood reports whether somebody's key counted at a moment, on any desk.
func (l *Log) Stood(provider, staff, name string, at time.Time) bool {
	return slices.ContainsFunc(l.whose[person{provider, staff}], func(k Key) bool {
		return k.Name == name && slices.ContainsFunc(l.keys[k], func(p period) bool { return p.has(at) })
	})
}

// Renewed is when the newest key of somebody's began to count, where that was after a moment and not their first; known is false where
// it was not.
func (l *Log) Renewed(provider, staff string, after time.Time) (since time.Time, known bool) {
	var first, last time.Time
	for _, k := range l.whose[person{provider, staff}] {
		for _, p := range l.keys[k] {
			if first.IsZero() || p.since.Before(first) {
				first = p.since
			}
			if p.since.After(last) {
				last = p.since
			}
		}
	}
	return last, last.After(first) && last.After(after)
}

func (p period) has(at time.Time) bool {
	return !at.Before(p.since) && (p.until.IsZero() || at.Before(p.until))
}

// Strange are the keys that ever counted as somebody's and that they do not know: mine are the names of theirs, of all their desks.
// One of these was enrolled by somebody else, or by a centre that lies.
func (l *Log) Strange(provider, staff string, mine []string) (out []Key) {
	for _, k := range l.whose[person{provider, staff}] {
		if !slices.Contains(mine, k.Name) {
			out = append(out, k)
		}
	}
	return sorted(out)
}

// Served is a key as a directory says it: whose, and whether it counts now.
type Served struct {
	Provider, Staff, Name string
	Counts                bool
}

// Differs are the keys of which a directory says otherwise than the log: what it hands out and the log does not have, or as counting
// what has ended, and what counts by the log and is not told or told as ended. Where there are none, whoever follows the log has seen
// every key that the directory hands out.
func (l *Log) Differs(directory []Served) (out []Served) {
	counts := map[Served]bool{}
	for k, all := range l.keys {
		s := Served{Provider: k.Provider, Staff: k.Staff, Name: k.Name}
		counts[s] = counts[s] || all[len(all)-1].until.IsZero()
	}
	said := map[Served]bool{}
	for _, s := range directory {
		key := s
		key.Counts = false
		said[key] = said[key] || s.Counts
		if _, known := counts[key]; !known {
			out = append(out, s)
		}
	}
	for key, now := range counts {
		if told, is := said[key]; now != told || now && !is {
			key.Counts = told
			out = append(out, key)
		}
	}
	slices.SortFunc(out, func(a, b Served) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Staff, b.Staff), cmp.Compare(a.Name, b.Name))
	})
	return slices.Compact(out)
}

func sorted(keys []Key) []Key {
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Staff, b.Staff), cmp.Compare(a.Desk, b.Desk), cmp.Compare(a.Name, b.Name))
	})
	return keys
}

// Named are the keys that entries are of, as far as they can be read.
func Named(texts []string) (out []Key) {
	for _, text := range texts {
		var e Entry
		if json.Unmarshal([]byte(text), &e) == nil {
			out = append(out, e.Key)
		}
	}
	return out
}
