package path

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// function reckons a function of what it stands behind.
func (r *reckoning) function(t *term, context []Node) []Node {
	in := context
	if t.of != nil {
		in = r.of(t.of, context)
	}
	switch t.name {
	case "today":
		return []Node{{Kind: Moment, Text: r.in.Now.Format(time.DateOnly)}}
	case "now":
		return []Node{{Kind: Moment, Text: r.in.Now.Format(time.RFC3339)}}
	case "iif":
		is, known := isTrue(r.of(t.args[0], in))
		if known && is {
			return r.of(t.args[1], in)
		}
		if len(t.args) > 2 {
			return r.of(t.args[2], in)
		}
		return nil
	case "where", "select", "all", "exists", "repeat", "aggregate":
		return r.each(t, in)
	case "skip", "take":
		n, ok := r.whole(r.of(t.args[0], context))
		if n = max(0, min(n, len(in))); !ok {
			return nil
		}
		if t.name == "skip" {
			return in[n:]
		}
		return in[:n]
	case "ofType":
		return slices.DeleteFunc(slices.Clone(in), func(n Node) bool { return !n.is(t.value.Text) })
	case "join":
		return r.join(t, in, context)
	case "combine":
		return slices.Concat(in, r.of(t.args[0], context))
	case "union":
		return distinct(slices.Concat(in, r.of(t.args[0], context)))
	}
	if len(t.args) == 0 {
		if out, known := r.collection(t.name, in); known {
			return out
		}
	}
	n, ok := r.one(in)
	if !ok {
		return nil
	}
	if n.Kind == Number || n.Kind == Amount {
		if out, known := r.numeric(t, n, context); known {
			return out
		}
	}
	return r.worded(t, n, context)
}

// join puts the words of a collection together.
func (r *reckoning) join(t *term, in, context []Node) []Node {
	between := ""
	if len(t.args) > 0 {
		x, _ := r.one(r.of(t.args[0], context))
		between = x.Text
	}
	if len(in) == 0 {
		return nil
	}
	list := make([]string, len(in))
	for i := range in {
		list[i] = in[i].Text
	}
	return text(strings.Join(list, between))
}

// collection is a function of a whole collection.
func (r *reckoning) collection(name string, in []Node) (out []Node, known bool) {
	switch name {
	case "empty":
		return truth(len(in) == 0), true
	case "count":
		return []Node{{Kind: Number, Text: strconv.Itoa(len(in))}}, true
	case "not":
		is, ok := isTrue(in)
		if !ok {
			return nil, true
		}
		return truth(!is), true
	case "first":
		return in[:min(1, len(in))], true
	case "last":
		return in[max(0, len(in)-1):], true
	case "tail":
		return in[min(1, len(in)):], true
	case "single":
		_, _ = r.one(in)
		return in, true
	case "distinct":
		return distinct(in), true
	case "hasValue": // an answer has one where its value does
		return truth(len(in) == 1 && (in[0].Text != "" || len(in[0].Members["value"]) > 0)), true
	case "allTrue", "anyTrue":
		some := slices.ContainsFunc(in, func(n Node) bool { return n.Kind == Truth && (n.Text == "true") == (name == "anyTrue") })
		return truth(some == (name == "anyTrue")), true
	case "weight", "ordinal":
		for i := range in {
			if in[i].Score != "" {
				out = append(out, Node{Kind: Number, Text: in[i].Score})
			}
		}
		return out, true
	case "sum", "min", "max":
		return r.fold(name, in), true
	}
	return nil, false
}

// fold is the sum, the least or the greatest of numbers.
func (r *reckoning) fold(name string, in []Node) []Node {
	if len(in) == 0 {
		if name == "sum" {
			return []Node{{Kind: Number, Text: "0"}}
		}
		return nil
	}
	out := in[:1]
	for i := 1; i < len(in); i++ {
		if name == "sum" {
			if out = r.arithmetic("+", out, in[i:i+1]); r.fault {
				return nil
			}
			continue
		}
		n, ok := compare(in[i], out[0])
		if !ok {
			return r.fail()
		}
		if name == "min" && n < 0 || name == "max" && n > 0 {
			out = in[i : i+1]
		}
	}
	return out
}

// each tries what stands in brackets on every value.
func (r *reckoning) each(t *term, in []Node) (out []Node) {
	if len(t.args) == 0 { // exists()
		return truth(len(in) > 0)
	}
	index, total := r.index, r.total
	defer func() { r.index, r.total = index, total }()
	if t.name == "aggregate" {
		r.total = nil
		if len(t.args) == 2 {
			r.total = r.of(t.args[1], in)
		}
	}
	for i := range in {
		r.index = i
		got := r.of(t.args[0], in[i:i+1])
		is, known := isTrue(got)
		switch t.name {
		case "where":
			if known && is {
				out = append(out, in[i])
			}
		case "exists":
			if known && is {
				return truth(true)
			}
		case "all":
			if !known || !is {
				return truth(false)
			}
		case "select":
			out = append(out, got...)
		case "repeat":
			out = append(out, got...)
			out = append(out, r.each(t, got)...)
		case "aggregate":
			r.total = got
		}
		if r.fault || len(out) > mostSteps {
			return r.fail()
		}
	}
	switch t.name {
	case "exists":
		return truth(false)
	case "all":
		return truth(true)
	case "aggregate":
		return r.total
	}
	return out
}

// numeric is a function of a number.
func (r *reckoning) numeric(t *term, n Node, context []Node) (out []Node, known bool) {
	v, ok := n.value()
	if !ok {
		return r.fail(), true
	}
	put := func(x *big.Rat) []Node {
		res := number(x)
		res[0].Kind, res[0].Unit = n.Kind, n.Unit
		return res
	}
	floor := func(x *big.Rat) *big.Rat { return new(big.Rat).SetInt(new(big.Int).Div(x.Num(), x.Denom())) }
	switch t.name {
	case "abs":
		return put(new(big.Rat).Abs(v)), true
	case "floor":
		return put(floor(v)), true
	case "ceiling":
		up := floor(new(big.Rat).Neg(v))
		return put(up.Neg(up)), true
	case "truncate":
		return put(new(big.Rat).SetInt(new(big.Int).Quo(v.Num(), v.Denom()))), true
	case "round":
		places := 0
		if len(t.args) > 0 {
			var ok bool
			if places, ok = r.whole(r.of(t.args[0], context)); !ok || places < 0 || places > 8 {
				return r.fail(), true
			}
		}
		n.Text = v.FloatString(places)
		return []Node{n}, true
	case "power":
		e, ok := r.whole(r.of(t.args[0], context))
		if !ok || e < -10 || e > 10 || n.Kind == Amount || e < 0 && v.Sign() == 0 {
			return r.fail(), true
		}
		out := big.NewRat(1, 1)
		for range max(e, -e) {
			out.Mul(out, v)
		}
		if e < 0 {
			out.Inv(out)
		}
		return number(out), true
	}
	return nil, false
}

// worded is a function of one value's words.
func (r *reckoning) worded(t *term, n Node, context []Node) []Node {
	words := []rune(n.Text)
	switch t.name {
	case "toString":
		return text(n.Text)
	case "toInteger", "toDecimal":
		n.Kind = Number
		v, ok := n.value()
		if n.Text = strings.TrimLeft(n.Text, "+"); !ok || t.name == "toInteger" && !v.IsInt() {
			return nil
		}
		return number(v)
	case "length":
		return []Node{{Kind: Number, Text: strconv.Itoa(len(words))}}
	case "upper":
		return text(strings.ToUpper(n.Text))
	case "lower":
		return text(strings.ToLower(n.Text))
	case "trim":
		return text(strings.TrimSpace(n.Text))
	case "substring":
		from, ok := r.whole(r.of(t.args[0], context))
		if !ok || from < 0 || from >= len(words) {
			return nil
		}
		to := len(words)
		if len(t.args) > 1 {
			n, ok := r.whole(r.of(t.args[1], context))
			if !ok {
				return nil
			}
			to = max(from, min(to, from+n))
		}
		return text(string(words[from:to]))
	case "replace":
		old, ok1 := r.one(r.of(t.args[0], context))
		with, ok2 := r.one(r.of(t.args[1], context))
		if !ok1 || !ok2 {
			return nil
		}
		return text(strings.ReplaceAll(n.Text, old.Text, with.Text))
	case "startsWith", "endsWith", "contains", "matches", "indexOf":
		x, ok := r.one(r.of(t.args[0], context))
		if !ok {
			return nil
		}
		return r.compared(t.name, n.Text, x.Text)
	}
	return r.fail()
}

func (r *reckoning) compared(name, s, x string) []Node {
	switch name {
	case "startsWith":
		return truth(strings.HasPrefix(s, x))
	case "endsWith":
		return truth(strings.HasSuffix(s, x))
	case "contains":
		return truth(strings.Contains(s, x))
	case "indexOf":
		i := strings.Index(s, x)
		return []Node{{Kind: Number, Text: strconv.Itoa(len([]rune(s[:max(i, 0)])) + min(i, 0))}}
	}
	re, err := regexp.Compile(x)
	if err != nil || len(x) > 1000 {
		return r.fail()
	}
	return truth(re.MatchString(s))
}
