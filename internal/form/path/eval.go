package path

import (
	"errors"
	"math/big"
	"slices"
	"strconv"
	"time"
)

// Scope is what an expression is reckoned in.
type Scope struct {
	Named   func(name string) []Node // what stands behind a name
	Context []Node                   // what is looked at
	Now     time.Time
}

// errFault is what an expression comes to that has no answer: two values where one is
// asked for, words where a number is.
var errFault = errors.New("the expression has no answer")

// mostSteps is how much one expression may cost.
const mostSteps = 50_000

// Of reckons the expression. The error says only that it has no answer.
func (e *Expr) Of(in Scope) ([]Node, error) {
	r := reckoning{in: in}
	out := r.of(e.root, in.Context)
	if r.fault {
		return nil, errFault
	}
	return out, nil
}

// Holds reckons an expression that is true or not; nothing is not true.
func (e *Expr) Holds(in Scope) (bool, error) {
	out, err := e.Of(in)
	if err != nil {
		return false, err
	}
	is, known := isTrue(out)
	return known && is, nil
}

type reckoning struct {
	in    Scope
	total []Node
	index int
	steps int
	fault bool
}

func (r *reckoning) fail() []Node {
	r.fault = true
	return nil
}

// isTrue is whether a collection is true; one value that is no truth is.
func isTrue(in []Node) (is, known bool) {
	if len(in) != 1 {
		return false, false
	}
	if in[0].Kind == Truth {
		return in[0].Text == "true", true
	}
	return true, true
}

// one is the only value of a collection.
func (r *reckoning) one(in []Node) (Node, bool) {
	if len(in) > 1 {
		r.fault = true
	}
	if len(in) != 1 {
		return Node{}, false
	}
	return in[0], true
}

// of reckons a term, context being what is looked at.
func (r *reckoning) of(t *term, context []Node) []Node {
	if r.steps++; r.fault || r.steps > mostSteps {
		return r.fail()
	}
	switch t.op {
	case isLiteral:
		return []Node{t.value}
	case isEmpty:
		return nil
	case isName:
		return r.in.Named(t.name)
	case isThis:
		switch t.name {
		case "$total":
			return r.total
		case "$index":
			return []Node{{Kind: Number, Text: strconv.Itoa(r.index)}}
		}
		return context
	case isMember:
		return r.member(t, context)
	case isIndex:
		return r.at(r.of(t.of, context), r.of(t.args[0], context))
	case isFunction:
		return r.function(t, context)
	case isLater:
		return r.later(t, context)
	}
	return r.operator(t, context)
}

func (r *reckoning) member(t *term, context []Node) (out []Node) {
	if t.of != nil {
		context = r.of(t.of, context)
	}
	for i := range context {
		if r.steps++; r.steps > mostSteps {
			return r.fail()
		}
		out = append(out, context[i].Members[t.name]...)
	}
	return out
}

func (r *reckoning) at(in, index []Node) []Node {
	n, ok := r.whole(index)
	if !ok || n < 0 || n >= len(in) {
		return nil
	}
	return in[n : n+1]
}

// whole is a collection of one small whole number.
func (r *reckoning) whole(in []Node) (int, bool) {
	n, ok := r.one(in)
	if !ok {
		return 0, false
	}
	v, ok := n.value()
	if !ok || !v.IsInt() || !v.Num().IsInt64() || v.Num().Int64() > 1<<30 || v.Num().Int64() < -(1<<30) {
		r.fault = true
		return 0, false
	}
	return int(v.Num().Int64()), true
}

func (r *reckoning) later(t *term, context []Node) []Node {
	n, ok := r.one(r.of(t.args[0], context))
	count, err := strconv.Atoi(t.value.Text)
	if !ok || err != nil || count > 100_000 || count < -100_000 {
		return nil
	}
	out, ok := later(n, count, t.name)
	if !ok {
		return r.fail()
	}
	return out
}

// operator reckons an operator of two sides.
func (r *reckoning) operator(t *term, context []Node) []Node {
	a := r.of(t.args[0], context)
	b := r.of(t.args[1], context)
	switch t.op {
	case "and", "or", "xor", "implies":
		return logic(t.op, a, b)
	case "=", "!=":
		is, known := equals(a, b)
		if !known {
			return nil
		}
		return truth(is == (t.op == "="))
	case "<", ">", "<=", ">=":
		x, ok1 := r.one(a)
		y, ok2 := r.one(b)
		if !ok1 || !ok2 {
			return nil
		}
		n, ok := compare(x, y)
		if !ok {
			if x.Kind != Moment || y.Kind != Moment { // of two dates it may be that nobody can say
				return r.fail()
			}
			return nil
		}
		return truth(t.op == "<" && n < 0 || t.op == ">" && n > 0 || t.op == "<=" && n <= 0 || t.op == ">=" && n >= 0)
	case "in", "contains":
		if t.op == "contains" {
			a, b = b, a
		}
		x, ok := r.one(a)
		if !ok {
			return nil
		}
		return truth(holds(b, x))
	case "|":
		return distinct(slices.Concat(a, b))
	case "&":
		x, _ := r.one(a)
		y, _ := r.one(b)
		return text(x.Text + y.Text)
	}
	return r.arithmetic(t.op, a, b)
}

func (r *reckoning) arithmetic(op string, a, b []Node) []Node {
	x, ok1 := r.one(a)
	y, ok2 := r.one(b)
	if !ok1 || !ok2 {
		return nil
	}
	if op == "+" && x.Kind == Words && y.Kind == Words {
		return text(x.Text + y.Text)
	}
	m, ok1 := x.value()
	n, ok2 := y.value()
	if !ok1 || !ok2 || x.Unit != y.Unit && (op == "+" || op == "-") || x.Kind == Amount && y.Kind == Amount && op != "+" && op != "-" {
		return r.fail() // of two units the result has a third
	}
	out := new(big.Rat)
	switch op {
	case "+":
		out.Add(m, n)
	case "-":
		out.Sub(m, n)
	case "*":
		out.Mul(m, n)
	case "/", "div", "mod":
		if n.Sign() == 0 {
			return nil
		}
		out.Quo(m, n)
		if op != "/" {
			whole := new(big.Rat).SetInt(new(big.Int).Quo(out.Num(), out.Denom()))
			if op == "mod" {
				whole.Sub(m, whole.Mul(whole, n))
			}
			out = whole
		}
	default:
		return r.fail()
	}
	res := number(out)
	if x.Kind == Amount || y.Kind == Amount {
		res[0].Kind, res[0].Unit = Amount, x.Unit+y.Unit
		if op == "+" || op == "-" {
			res[0].Unit = x.Unit
		}
	}
	return res
}

// logic is that of three values: what is not known decides nothing alone.
func logic(op string, a, b []Node) []Node {
	x, xk := isTrue(a)
	y, yk := isTrue(b)
	switch op {
	case "and":
		if xk && !x || yk && !y {
			return truth(false)
		}
	case "or":
		if xk && x || yk && y {
			return truth(true)
		}
	case "implies":
		if xk && !x || yk && y {
			return truth(true)
		}
	}
	if !xk || !yk {
		return nil
	}
	return truth(op == "and" && x && y || op == "or" && (x || y) || op == "xor" && x != y || op == "implies" && (!x || y))
}

func equals(a, b []Node) (is, known bool) {
	if len(a) == 0 || len(b) == 0 {
		return false, false
	}
	if len(a) != len(b) {
		return false, true
	}
	for i := range a {
		if is, ok := equal(a[i], b[i]); !ok || !is {
			return false, ok
		}
	}
	return true, true
}

func holds(list []Node, x Node) bool {
	return slices.ContainsFunc(list, func(n Node) bool { is, ok := equal(n, x); return is && ok })
}

func distinct(in []Node) (out []Node) {
	for _, n := range in {
		if !holds(out, n) {
			out = append(out, n)
		}
	}
	return out
}
