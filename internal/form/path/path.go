// Package path reads the few shapes of FHIRPath that forms begin with here: a name and
// the way from it ("%patient.name.first().family"), today() and now(), and a number of
// days, weeks, months or years from them. Anything else is refused: an expression that
// is half understood gives a wrong answer.
//
// Source: HL7 FHIRPath 2.0.0.
package path

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Expr is an expression that was read.
type Expr struct {
	Name  string // after %; "" for today() and now()
	Now   bool   // a moment, not a day
	Add   int    // so many Units later
	Unit  string // day, week, month, year
	steps []step
}

// step is one part of the way: a member, or what is chosen of what stands there.
type step struct {
	member string // "" for one of the others
	choose string // first, last, index, where
	index  int
	equals string // where member of what stands there is this
	of     string
}

// Node is a value of a tree that expressions walk: words, or members, or both.
type Node struct {
	Text    string
	Members map[string][]Node
}

// errUnknown is the one thing that is said of an expression.
var errUnknown = errors.New("not a supported expression")

// Parse reads an expression. The error says only that it is of another shape.
func Parse(s string) (Expr, error) {
	s = strings.TrimSpace(s)
	for _, f := range [...]string{"today()", "now()"} {
		if rest, ok := strings.CutPrefix(s, f); ok {
			e := Expr{Now: f == "now()"}
			return e, e.later(strings.TrimSpace(rest))
		}
	}
	rest, ok := strings.CutPrefix(s, "%")
	if !ok {
		return Expr{}, errUnknown
	}
	var e Expr
	if e.Name, rest = word(rest); e.Name == "" {
		return Expr{}, errUnknown
	}
	for rest != "" {
		var st step
		if st, rest, ok = next(rest); !ok || len(e.steps) > 20 {
			return Expr{}, errUnknown
		}
		e.steps = append(e.steps, st)
	}
	return e, nil
}

// later reads "+ 7 days".
func (e *Expr) later(s string) error {
	if s == "" {
		return nil
	}
	sign := 1
	if s[0] == '-' {
		sign = -1
	} else if s[0] != '+' {
		return errUnknown
	}
	f := strings.Fields(s[1:])
	if len(f) != 2 {
		return errUnknown
	}
	n, err := strconv.Atoi(f[0])
	unit := strings.TrimSuffix(f[1], "s")
	if err != nil || n < 0 || n > 36500 || unit != "day" && unit != "week" && unit != "month" && unit != "year" {
		return errUnknown
	}
	e.Add, e.Unit = sign*n, unit
	return nil
}

// word cuts a name off.
func word(s string) (name, rest string) {
	i := 0
	for i < len(s) && (s[i] == '_' || s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z' || i > 0 && s[i] >= '0' && s[i] <= '9') {
		i++
	}
	return s[:i], s[i:]
}

// next cuts a step off: .member, .first(), .last(), .where(member = 'words'), [0].
func next(s string) (st step, rest string, ok bool) {
	if in, isIndex := strings.CutPrefix(s, "["); isIndex {
		number, rest, closed := strings.Cut(in, "]")
		n, err := strconv.Atoi(number)
		return step{choose: "index", index: n}, rest, closed && err == nil && n >= 0
	}
	if s, ok = strings.CutPrefix(s, "."); !ok {
		return step{}, "", false
	}
	name, rest := word(s)
	switch {
	case name == "":
		return step{}, "", false
	case !strings.HasPrefix(rest, "("):
		return step{member: name}, rest, true
	case name == "first" || name == "last":
		rest, ok = strings.CutPrefix(rest, "()")
		return step{choose: name}, rest, ok
	case name != "where":
		return step{}, "", false
	}
	of, rest := word(strings.TrimLeft(rest[1:], " "))
	if rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " "), "="); !ok || of == "" {
		return step{}, "", false
	}
	if rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " "), "'"); !ok {
		return step{}, "", false
	}
	equals, rest, ok := strings.Cut(rest, "'")
	if !ok || strings.Contains(equals, `\`) {
		return step{}, "", false
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " "), ")")
	return step{choose: "where", of: of, equals: equals}, rest, ok
}

// First is the member that the way begins with, "" where it has none.
func (e Expr) First() string {
	for _, st := range e.steps {
		if st.member != "" {
			return st.member
		}
	}
	return ""
}

// Of walks from what the name stands for.
func (e Expr) Of(from []Node) []Node {
	for _, st := range e.steps {
		from = st.walk(from)
	}
	return from
}

func (st step) walk(from []Node) (out []Node) {
	switch {
	case st.member != "":
		for i := range from {
			out = append(out, from[i].Members[st.member]...)
		}
		return out
	case len(from) == 0:
		return nil
	case st.choose == "first":
		return from[:1]
	case st.choose == "last":
		return from[len(from)-1:]
	case st.choose == "index":
		if st.index < len(from) {
			return from[st.index : st.index+1]
		}
		return nil
	}
	for i := range from {
		if of := from[i].Members[st.of]; len(of) == 1 && of[0].Text == st.equals {
			out = append(out, from[i])
		}
	}
	return out
}

// At is the day or the moment that today() or now() is, now being what it is.
func (e Expr) At(now time.Time) time.Time {
	switch e.Unit {
	case "day":
		return now.AddDate(0, 0, e.Add)
	case "week":
		return now.AddDate(0, 0, 7*e.Add)
	case "month":
		return months(now, e.Add)
	case "year":
		return months(now, 12*e.Add)
	}
	return now
}

// months is so many months later; a day that the month does not have is its last one.
func months(t time.Time, n int) time.Time {
	last := time.Date(t.Year(), t.Month()+time.Month(n)+1, 0, 0, 0, 0, 0, t.Location()).Day()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), 0, t.Location())
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
