package keylog

import (
	"cmp"
	"slices"
	"time"
)

// Stood reports whether somebody's key counted at a moment, on any desk.
func (l *Log) Stood(provider, staff, name string, at time.Time) bool {
	for k, all := range l.keys {
		if k.Provider == provider && k.Staff == staff && k.Name == name && slices.ContainsFunc(all, func(p period) bool { return p.has(at) }) {
			return true
		}
	}
	return false
}

func (p period) has(at time.Time) bool {
	return !at.Before(p.since) && (p.until.IsZero() || at.Before(p.until))
}

// Strange are the keys that ever counted as somebody's and that they do not know: mine are the names of theirs, of all their desks.
// One of these was enrolled by somebody else, or by a centre that lies.
func (l *Log) Strange(provider, staff string, mine []string) (out []Key) {
	for k := range l.keys {
		if k.Provider == provider && k.Staff == staff && !slices.Contains(mine, k.Name) {
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
