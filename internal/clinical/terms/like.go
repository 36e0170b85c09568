package terms

import (
	"slices"
	"strings"
)

// mostApart is how many letters a name may differ by that is like another, and leastLike how many it has at least: of shorter ones too many
// are like each other.
const (
	mostApart = 2
	leastLike = 5
)

// Like are names of the table that one which it does not have may be meant for, the nearest first, so many at most: those that it begins, and
// those that are a slip of the keyboard away. It is for somebody to choose from, and never to be taken by itself.
func (t *Table) Like(name string, most int) (out []string) {
	name = lower(strings.TrimSpace(name))
	letters := []rune(name)
	if len(letters) < leastLike || t.byName[name] != nil {
		return nil
	}
	type found struct {
		name  string
		apart int
	}
	var all []found
	for i := range t.Terms {
		for _, n := range t.Terms[i].Names() {
			switch n = lower(n); {
			case n == "":
			case strings.HasPrefix(n, name):
				all = append(all, found{n, 0})
			default:
				if d := apart(letters, []rune(n)); d <= mostApart {
					all = append(all, found{n, d})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if a.apart != b.apart {
			return a.apart - b.apart
		}
		return strings.Compare(a.name, b.name)
	})
	for _, f := range all {
		if len(out) < most && !slices.Contains(out, f.name) {
			out = append(out, f.name)
		}
	}
	return out
}

// apart is by how many letters put in, left out or changed two words differ (Levenshtein), mostApart+1 where it is more.
func apart(a, b []rune) int {
	if d := len(a) - len(b); d > mostApart || d < -mostApart {
		return mostApart + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		before, least := row[0], i+1
		row[0] = i + 1
		for j, y := range b {
			change := before
			if x != y {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
			least = min(least, row[j+1])
		}
		if least > mostApart {
			return mostApart + 1
		}
	}
	return row[len(b)]
}
