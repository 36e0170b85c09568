package apart

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// known is a record with what it is of: terms of the tables, else its codes. One that has neither is like no other.
type known struct {
	rec   *ehrdesk.Record
	facts ehrdesk.Facts
	term  string // the English names of what it is of, "" for what no table has
	codes []ehrdesk.Coding
}

// read opens the records of a kind.
func read(all []ehrdesk.Record, k Kind, term func(*ehrdesk.Concept) string) (out []known) {
	for i := range all {
		r := &all[i]
		if kindOf(r) != k {
			continue
		}
		x := known{rec: r, facts: r.Facts()}
		if contradicted(&x.facts) { // which of the two it is of, nobody can tell
			out = append(out, x)
			continue
		}
		x.term = term(&x.facts.Code)
		for _, c := range x.facts.Code.Codings {
			if c.System != "" && c.Code != "" {
				x.codes = append(x.codes, ehrdesk.Coding{System: c.System, Code: strings.ToUpper(c.Code)})
			}
		}
		out = append(out, x)
	}
	return out
}

// disease is a diagnosis by our table: by its code, by its name, or by a name in English and Chinese of which both are one.
func disease(c *ehrdesk.Concept) string {
	if t := terms.Diseases().Of(c); t != nil {
		return t.English
	}
	for _, name := range names(c) {
		at := strings.IndexFunc(name, fold.Han)
		if at < 0 {
			continue
		}
		a, b := terms.Diseases().Named(strings.Trim(name[:at], " (（")), terms.Diseases().Named(strings.Trim(name[at:], " )）"))
		if a != nil && a == b {
			return a.English
		}
	}
	return ""
}

// substance is what somebody reacts to by our table: by its code, or by a name in which nothing else stands. Of a name in English
// and Chinese the English may be all of it, where the Chinese is of nothing else that the table has: substances are called in
// Chinese in more ways than the table knows.
func substance(c *ehrdesk.Concept) string {
	if t := terms.Substances().Of(c); t != nil {
		return joined(terms.Substances().Parts(t))
	}
	for _, name := range names(c) {
		list, whole := terms.Substances().In(name)
		if at := strings.IndexFunc(name, fold.Han); !whole && at > 0 {
			english, all := terms.Substances().In(name[:at])
			whole = all && len(english) == len(list)
		}
		if whole {
			return joined(list)
		}
	}
	return ""
}

func joined(list []*terms.Term) string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.English
	}
	slices.Sort(out)
	return strings.Join(out, " + ")
}

// names are the words of a concept.
func names(c *ehrdesk.Concept) (out []string) {
	out = append(out, c.Text)
	for i := range c.Codings {
		out = append(out, c.Codings[i].Display)
	}
	return out
}

// contradicted reports a record whose name says another thing than its code.
func contradicted(f *ehrdesk.Facts) bool {
	return f.Altered || slices.ContainsFunc(f.Besides, func(b ehrdesk.Beside) bool { return b.Element == ehrdesk.BesideCoded })
}

// together are the records of one thing each: those of one term, and else those that share a code. Records that share a code and
// are of different terms are not put together, nor with them those of no term.
func together(all []known) (out [][]*known) {
	up := make([]int, len(all))
	for i := range up {
		up[i] = i
	}
	top := func(i int) int {
		for up[i] != i {
			i = up[i]
		}
		return i
	}
	first := map[any]int{}
	join := func(i int, key any) {
		j, had := first[key]
		if !had {
			first[key] = i
			return
		}
		up[top(i)] = top(j)
	}
	for i := range all {
		if all[i].term != "" {
			join(i, all[i].term)
		}
		for _, c := range all[i].codes {
			join(i, c)
		}
	}
	at := map[int]int{}
	for i := range all {
		n, had := at[top(i)]
		if !had {
			n, out = len(out), append(out, nil)
			at[top(i)] = n
		}
		out[n] = append(out[n], &all[i])
	}
	var parted [][]*known
	for _, group := range out {
		parted = append(parted, byTerm(group)...)
	}
	return parted
}

// byTerm parts a group in which are several terms.
func byTerm(group []*known) (out [][]*known) {
	var list []string
	for _, x := range group {
		if x.term != "" && !slices.Contains(list, x.term) {
			list = append(list, x.term)
		}
	}
	if len(list) < 2 {
		return [][]*known{group}
	}
	out = make([][]*known, len(list))
	for _, x := range group {
		if i := slices.Index(list, x.term); i >= 0 {
			out[i] = append(out[i], x)
		} else {
			out = append(out, []*known{x})
		}
	}
	return out
}

// likeness is what two concepts are to each other.
type likeness uint8

const (
	alike likeness = iota
	unlike
	untold
)

// concepts holds two concepts against each other: alike where they share a code, or are written alike; unlike where each has a
// code of one system and these are different; else it cannot be told.
func concepts(a, b *ehrdesk.Concept) likeness {
	common := false
	for _, x := range a.Codings {
		for _, y := range b.Codings {
			if x.Code == "" || y.Code == "" || x.System != y.System {
				continue
			}
			if strings.EqualFold(x.Code, y.Code) {
				return alike
			}
			common = true
		}
	}
	switch {
	case common:
		return unlike
	case written(a.Words()) == written(b.Words()):
		return alike
	}
	return untold
}

// written is a text without regard to case, width and gaps.
func written(s string) string { return strings.Join(strings.Fields(fold.String(s)), " ") }

// sets holds two lists of concepts against each other, without regard to their order: unlike where one has what the other surely
// has not, alike where each has all of the other.
func sets(a, b []ehrdesk.Concept) likeness {
	worst := alike
	for _, lists := range [...][2][]ehrdesk.Concept{{a, b}, {b, a}} {
		for i := range lists[0] {
			switch among(&lists[0][i], lists[1]) {
			case unlike:
				return unlike
			case untold:
				worst = untold
			case alike:
			}
		}
	}
	return worst
}

// among is the nearest that a concept has in a list.
func among(c *ehrdesk.Concept, list []ehrdesk.Concept) likeness {
	nearest := unlike
	for i := range list {
		switch concepts(c, &list[i]) {
		case alike:
			return alike
		case untold:
			nearest = untold
		case unlike:
		}
	}
	return nearest
}
