// Package path reads and reckons the part of FHIRPath that forms need here: where an
// item begins, what it comes to, whether it is asked, and what must hold between
// answers. An expression with anything else in it is refused when it is read: one that
// is half understood gives a wrong answer. docs/forms.md names the part.
//
// Source: HL7 FHIRPath 2.0.0; weight() of SDC 4.0.0-ballot.
package path

import (
	"math/big"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Kind is what a node is.
type Kind uint8

// The kinds of node.
const (
	Words  Kind = iota // a string, a code
	Number             // an integer or a decimal, by its digits
	Truth              // true, false
	Moment             // a date, a dateTime
	Clock              // a time
	Amount             // a number in a unit
	Object             // members alone
)

// Node is a value of a tree that expressions walk: words, or members, or both.
type Node struct {
	Kind    Kind
	Text    string
	Unit    string // of an Amount: its UCUM code
	Score   string // weight(): of an answer that was chosen
	Members map[string][]Node
}

// isType reports a type whose values can be told from others.
func isType(s string) bool {
	switch s {
	case "string", "String", "decimal", "Decimal", "integer", "Integer", "boolean", "Boolean", "date", "Date", "dateTime", "DateTime", "time", "Time", "Quantity", "Coding":
		return true
	}
	return false
}

// is reports a node of such a type. A number may be of either of two.
func (n Node) is(kind string) bool {
	switch kind {
	case "string", "String":
		return n.Kind == Words && n.Members == nil
	case "Coding":
		return n.Kind == Words && n.Members != nil
	case "decimal", "Decimal":
		return n.Kind == Number
	case "integer", "Integer":
		return n.Kind == Number && !strings.ContainsAny(n.Text, ".eE")
	case "boolean", "Boolean":
		return n.Kind == Truth
	case "date", "Date":
		return n.Kind == Moment && !strings.Contains(n.Text, "T")
	case "dateTime", "DateTime":
		return n.Kind == Moment
	case "time", "Time":
		return n.Kind == Clock
	}
	return kind == "Quantity" && n.Kind == Amount
}

func truth(is bool) []Node {
	if is {
		return []Node{{Kind: Truth, Text: "true"}}
	}
	return []Node{{Kind: Truth, Text: "false"}}
}

func text(s string) []Node { return []Node{{Text: s}} }

// number is a reckoned number: whole, or with eight decimal places at most.
func number(r *big.Rat) []Node {
	s := r.RatString()
	if !r.IsInt() {
		s = strings.TrimRight(strings.TrimRight(r.FloatString(8), "0"), ".")
	}
	return []Node{{Kind: Number, Text: s}}
}

// value is a node's number.
func (n Node) value() (*big.Rat, bool) {
	if n.Kind != Number && n.Kind != Amount || len(n.Text) > 40 {
		return nil, false
	}
	if i := strings.IndexAny(n.Text, "eE"); i >= 0 && len(n.Text)-i > 4 { // its zeros would fill the memory
		return nil, false
	}
	return new(big.Rat).SetString(n.Text)
}

// equal reports the same value; ok is false where it cannot be told.
func equal(a, b Node) (is, ok bool) {
	if order, ok := compare(a, b); ok {
		return order == 0, true
	}
	if a.Kind == Moment && b.Kind == Moment {
		return false, false
	}
	if len(a.Members) > 0 && len(b.Members) > 0 && a.Text == b.Text {
		return same(a, b), true
	}
	return a.Kind == b.Kind && a.Text == b.Text && a.Unit == b.Unit && len(a.Members) == len(b.Members), true
}

func same(a, b Node) bool {
	if a.Text != b.Text || len(a.Members) != len(b.Members) {
		return false
	}
	for name, x := range a.Members {
		y := b.Members[name]
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !same(x[i], y[i]) {
				return false
			}
		}
	}
	return true
}

// compare orders two values where the order can be told.
func compare(a, b Node) (order int, ok bool) {
	switch {
	case (a.Kind == Number || a.Kind == Amount) && a.Kind == b.Kind && a.Unit == b.Unit:
		x, ok1 := a.value()
		y, ok2 := b.value()
		if !ok1 || !ok2 {
			return 0, false
		}
		return x.Cmp(y), true
	case a.Kind == Moment && b.Kind == Moment:
		x, err1 := ehrdesk.ParseWhen(a.Text)
		y, err2 := ehrdesk.ParseWhen(b.Text)
		switch {
		case err1 != nil || err2 != nil:
		case x.SameTime(y):
			return 0, true
		case !x.Ends().After(y.Begins()):
			return -1, true
		case !y.Ends().After(x.Begins()):
			return 1, true
		}
		return 0, false
	case a.Kind == Words && b.Kind == Words && len(a.Members)+len(b.Members) == 0, a.Kind == Clock && b.Kind == Clock:
		return strings.Compare(a.Text, b.Text), true
	}
	return 0, false
}

// later is a date so many units of the calendar later; a day that a month does not have
// is its last one.
func later(n Node, count int, unit string) ([]Node, bool) {
	w, err := ehrdesk.ParseWhen(n.Text)
	if n.Kind != Moment || err != nil || w.Precision < ehrdesk.ToDay {
		return nil, false
	}
	switch unit {
	case "day":
		w.Time = w.Time.AddDate(0, 0, count)
	case "week":
		w.Time = w.Time.AddDate(0, 0, 7*count)
	case "month":
		w.Time = months(w.Time, count)
	case "year":
		w.Time = months(w.Time, 12*count)
	default:
		return nil, false
	}
	return []Node{{Kind: Moment, Text: w.String()}}, true
}

func months(t time.Time, n int) time.Time {
	last := time.Date(t.Year(), t.Month()+time.Month(n)+1, 0, 0, 0, 0, 0, t.Location()).Day()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), 0, t.Location())
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
