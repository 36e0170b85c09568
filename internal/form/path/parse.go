package path

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Expr is an expression that was read.
type Expr struct {
	root    *term
	names   []string
	members []string
}

// term is a node of the syntax: an operator, a function, a member, a name, a literal.
type term struct {
	op    string // the operator, or one of the words below
	name  string // of a name, a member, a function
	value Node
	of    *term // what a member, a function or an index is of; nil for what is looked at
	args  []*term
}

// What a term is, beside the operators.
const (
	isLiteral  = "literal"
	isEmpty    = "{}"
	isName     = "%"
	isMember   = "."
	isFunction = "()"
	isIndex    = "[]"
	isThis     = "$"
	isLater    = "later" // a date and a number of days, weeks, months or years
)

// errUnknown is the one thing that is said of an expression.
var errUnknown = errors.New("not a supported expression")

// longest is how many characters an expression may have, and deepest how far it nests.
const (
	longest = 4000
	deepest = 60
)

// Parse reads an expression. The error says only that it is of another shape.
func Parse(s string) (*Expr, error) {
	if len(s) > longest {
		return nil, errUnknown
	}
	tokens, ok := split(s)
	if !ok {
		return nil, errUnknown
	}
	p := parser{tokens: tokens, e: &Expr{}}
	p.e.root = p.binary(0)
	if p.bad || p.at != len(p.tokens) {
		return nil, errUnknown
	}
	return p.e, nil
}

// Names are what the expression names with %.
func (e *Expr) Names() []string { return e.names }

// Members are the members that it asks for.
func (e *Expr) Members() []string { return e.members }

type parser struct {
	tokens []string
	at     int
	depth  int
	bad    bool
	e      *Expr
}

func (p *parser) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *parser) take(want string) bool {
	if p.peek() == want {
		p.at++
		return true
	}
	return false
}

func (p *parser) fail() *term {
	p.bad = true
	return &term{op: isEmpty}
}

// levels are the operators, the loosest first. Source: FHIRPath 2.0.0, precedence.
func levels() [][]string {
	return [][]string{{"implies"}, {"or", "xor"}, {"and"}, {"in", "contains"}, {"=", "!="}, {"<", ">", "<=", ">="}, {"|"}, {"+", "-", "&"}, {"*", "/", "div", "mod"}}
}

func (p *parser) binary(level int) *term {
	all := levels()
	if level == len(all) {
		return p.unary()
	}
	if p.depth++; p.depth > deepest*len(all) {
		return p.fail()
	}
	defer func() { p.depth-- }()
	left := p.binary(level + 1)
	for slices.Contains(all[level], p.peek()) && !p.bad {
		op := p.peek()
		p.at++
		right := p.binary(level + 1)
		if unit := calendar(p.peek()); unit != "" && (op == "+" || op == "-") && right.op == isLiteral && right.value.Kind == Number {
			p.at++
			left = &term{op: isLater, name: unit, value: Node{Kind: Number, Text: strings.TrimPrefix(op+right.value.Text, "+")}, args: []*term{left}}
			continue
		}
		left = &term{op: op, args: []*term{left, right}}
	}
	return left
}

// calendar is the unit that a word of the calendar means.
func calendar(s string) string {
	switch unit := strings.TrimSuffix(s, "s"); unit {
	case "day", "week", "month", "year":
		return unit
	}
	return ""
}

func (p *parser) unary() *term {
	if p.take("-") {
		return &term{op: "-", args: []*term{{op: isLiteral, value: Node{Kind: Number, Text: "0"}}, p.postfix()}}
	}
	return p.postfix()
}

func (p *parser) postfix() *term {
	t := p.primary()
	for !p.bad {
		switch {
		case p.take("."):
			t = p.step(t)
		case p.take("["):
			t = &term{op: isIndex, of: t, args: []*term{p.binary(0)}}
			if !p.take("]") {
				return p.fail()
			}
		default:
			return t
		}
	}
	return t
}

// primary is what an expression begins with.
func (p *parser) primary() *term {
	tok := p.peek()
	p.at++
	switch {
	case tok == "":
		return p.fail()
	case tok == "(":
		t := p.binary(0)
		if !p.take(")") {
			return p.fail()
		}
		return t
	case tok == "{" && p.take("}"):
		return &term{op: isEmpty}
	case tok == "true" || tok == "false":
		return &term{op: isLiteral, value: Node{Kind: Truth, Text: tok}}
	case tok[0] == '\'':
		return &term{op: isLiteral, value: Node{Text: tok[1:]}}
	case tok[0] >= '0' && tok[0] <= '9':
		return &term{op: isLiteral, value: Node{Kind: Number, Text: tok}}
	case tok[0] == '@':
		return &term{op: isLiteral, value: Node{Kind: Moment, Text: tok[1:]}}
	case tok[0] == '%':
		p.e.names = append(p.e.names, tok[1:])
		return &term{op: isName, name: tok[1:]}
	case tok == "$this" || tok == "$total" || tok == "$index":
		return &term{op: isThis, name: tok}
	case letter(tok[0]):
		p.at--
		return p.step(nil)
	}
	return p.fail()
}

// step is a member or a function of what stands before it.
func (p *parser) step(of *term) *term {
	name := p.peek()
	if name == "" || !letter(name[0]) {
		return p.fail()
	}
	p.at++
	if !p.take("(") {
		p.e.members = append(p.e.members, name)
		return &term{op: isMember, name: name, of: of}
	}
	t := &term{op: isFunction, name: name, of: of}
	if name == "ofType" {
		return p.typed(t)
	}
	for !p.take(")") {
		if len(t.args) > 0 && !p.take(",") || p.bad {
			return p.fail()
		}
		t.args = append(t.args, p.binary(0))
	}
	if least, most, known := function(name); !known || len(t.args) < least || len(t.args) > most {
		return p.fail()
	}
	return t
}

// typed reads the type that ofType() asks for.
func (p *parser) typed(t *term) *term {
	kind := p.peek()
	if p.at++; kind == "FHIR" || kind == "System" {
		if !p.take(".") {
			return p.fail()
		}
		kind = p.peek()
		p.at++
	}
	if t.value.Text = kind; !isType(kind) || !p.take(")") || t.of == nil {
		return p.fail()
	}
	return t
}

// function says how many arguments a function has, where it is known.
func function(name string) (least, most int, known bool) {
	switch name {
	case "today", "now", "empty", "not", "count", "first", "last", "tail", "hasValue", "distinct", "toString", "toInteger", "toDecimal", "length", "upper", "lower", "trim",
		"abs", "floor", "ceiling", "truncate", "weight", "ordinal", "sum", "min", "max", "single", "allTrue", "anyTrue":
		return 0, 0, true
	case "exists", "round":
		return 0, 1, true
	case "where", "select", "all", "repeat", "skip", "take", "combine", "union", "startsWith", "endsWith", "contains", "matches", "indexOf", "power":
		return 1, 1, true
	case "join":
		return 0, 1, true
	case "replace":
		return 2, 2, true
	case "substring", "aggregate":
		return 1, 2, true
	case "iif":
		return 2, 3, true
	}
	return 0, 0, false
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// split cuts an expression into its tokens. Of a string the opening quote stays, and of
// what stands in it the escapes are undone.
func split(s string) (out []string, ok bool) {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'':
			word, next, ok := quoted(s, i)
			if !ok {
				return nil, false
			}
			out, i = append(out, word), next
		case letter(c) || c == '%' || c == '$' || c == '@' || c >= '0' && c <= '9':
			end := i + 1
			for end < len(s) && (letter(s[end]) || s[end] >= '0' && s[end] <= '9' || c == '@' && strings.IndexByte("-:.+", s[end]) >= 0 ||
				c >= '0' && c <= '9' && s[end] == '.' && end+1 < len(s) && s[end+1] >= '0' && s[end+1] <= '9') {
				end++
			}
			word := s[i:end]
			if !wellFormed(word) {
				return nil, false
			}
			out, i = append(out, word), end
		case strings.IndexByte("!<>", c) >= 0 && i+1 < len(s) && s[i+1] == '=':
			out, i = append(out, s[i:i+2]), i+2
		case strings.IndexByte("()[]{},.|+-*/&=<>", c) >= 0:
			out, i = append(out, s[i:i+1]), i+1
		default:
			return nil, false
		}
	}
	return out, true
}

func wellFormed(word string) bool {
	switch c := word[0]; {
	case c >= '0' && c <= '9':
		_, err := strconv.ParseFloat(word, 64)
		return err == nil && !strings.ContainsAny(word, "eExX_pPnN")
	case c == '%' || c == '$':
		return len(word) > 1 && letter(word[1])
	}
	return len(word) > 0 && word != "@"
}

func quoted(s string, i int) (word string, next int, ok bool) {
	b := []byte{'\''}
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\'':
			return string(b), i + 1, true
		case '\\':
			if i++; i == len(s) {
				return "", 0, false
			}
			switch s[i] {
			case 'n':
				b = append(b, '\n')
			case 't':
				b = append(b, '\t')
			case '\'', '\\', '"', '/':
				b = append(b, s[i])
			default:
				return "", 0, false
			}
		default:
			b = append(b, s[i])
		}
	}
	return "", 0, false
}
