package safety

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// condition is something about the patient or the two drugs that a rule asks.
type condition struct {
	kind    string // age, on, no, two, past, value, dose-a, dose-b, recent, daily-oral
	class   *Class
	finding string
	key     string // of values.csv
	compare comparison
	sure    bool // what is not known is no
}

// comparison is an operator and a number, as the table writes it.
type comparison struct {
	op     string // "<", "<=", ">", ">="; "" for none
	number float64
	text   string // the number as it is written
}

func comparisonOf(s string) (c comparison, err error) {
	if s == "" {
		return c, nil
	}
	for _, op := range [...]string{"<=", ">=", "<", ">"} {
		if rest, ok := strings.CutPrefix(s, op); ok {
			c.op, c.text = op, rest
			c.number, err = strconv.ParseFloat(rest, 64)
			return c, err
		}
	}
	return c, fmt.Errorf("%q is no comparison", s)
}

func (c comparison) holds(v float64) bool {
	switch c.op {
	case "<":
		return v < c.number
	case "<=":
		return v <= c.number
	case ">":
		return v > c.number
	case ">=":
		return v >= c.number
	}
	return false
}

func (k *Knowledge) conditions(cell string) (out []condition, err error) {
	if cell == "" {
		return nil, nil
	}
	for p := range strings.SplitSeq(cell, "&") {
		c, err := k.condition(strings.TrimSpace(p))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (k *Knowledge) condition(s string) (c condition, err error) {
	s, c.sure = strings.CutPrefix(s, "sure:")
	switch s {
	case "recent", "daily-oral":
		c.kind = s
		return c, nil
	}
	if kind, rest, ok := strings.Cut(s, ":"); ok {
		c.kind = kind
		switch kind {
		case "on", "no", "two":
			c.class, err = k.class(rest)
			return c, err
		case "past":
			if c.finding = rest; k.diseases[rest] == nil {
				err = fmt.Errorf("no finding %q", rest)
			}
			return c, err
		}
	}
	i := strings.IndexAny(s, "<>")
	if i < 0 {
		return c, fmt.Errorf("condition %q", s)
	}
	if c.compare, err = comparisonOf(s[i:]); err != nil {
		return c, err
	}
	switch c.kind = s[:i]; c.kind {
	case "age", "dose-a", "dose-b":
		return c, nil
	}
	c.kind, c.key = "value", s[:i]
	for j := range k.limits {
		if k.limits[j].key == c.key {
			return c, nil
		}
	}
	return c, fmt.Errorf("no value %q", c.key)
}

// Truth is what is known of a condition.
type truth uint8

const (
	unknown truth = iota
	no
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// Ground is something that raised a finding's tier, or that it rests on: exactly one of the parts is set, beside Kind.
type Ground struct {
	Kind     GroundKind
	Years    int       // the patient's age
	Medicine *Medicine // that is taken too
	Class    *Class    // of which nothing is taken
	Value    *Value
	Finding  *Diagnosis
	Days     int // since the younger of the two drugs was begun
}

// GroundKind is what a ground is.
type GroundKind uint8

// The grounds.
const (
	GroundAge     GroundKind = iota + 1
	GroundTakes              // a third drug
	GroundWithout            // nothing of a class is taken
	GroundValue
	GroundFinding
	GroundRecent // begun lately
	GroundDose   // the dose of a drug
)

// recently is how long a drug is a new one. Own rule: professional knowledge, to be confirmed.
const recently = 30 * day

// judge tells whether a condition holds for a patient and two drugs, and what shows it.
func (p *Patient) judge(c *condition, a, b *Medicine) (truth, Ground) {
	t, g := p.weigh(c, a, b)
	if t == unknown && c.sure {
		t = no
	}
	return t, g
}

func (p *Patient) weigh(c *condition, a, b *Medicine) (truth, Ground) {
	switch c.kind {
	case "age":
		if p.Years < 0 {
			return unknown, Ground{}
		}
		return truthOf(c.compare.holds(float64(p.Years))), Ground{Kind: GroundAge, Years: p.Years}
	case "on":
		for i := range p.Medicines {
			m := &p.Medicines[i]
			if s, _ := c.class.has(m); s != nil && m.On != Stopped && m != a && m != b {
				return yes, Ground{Kind: GroundTakes, Medicine: m}
			}
		}
		return no, Ground{}
	case "no":
		for i := range p.Medicines {
			m := &p.Medicines[i]
			if s, _ := c.class.has(m); s != nil && m.On == Taken {
				return no, Ground{}
			}
		}
		return yes, Ground{Kind: GroundWithout, Class: c.class}
	case "two":
		seen := map[string]bool{}
		var second *Medicine
		for i := range p.Medicines {
			m := &p.Medicines[i]
			if s, _ := c.class.has(m); s != nil && m.On != Stopped {
				if seen[s.key()] = true; m != a && m != b {
					second = m
				}
			}
		}
		return truthOf(len(seen) > 1 && second != nil), Ground{Kind: GroundTakes, Medicine: second}
	case "past":
		if d := p.diagnosed(c.finding); d != nil {
			return yes, Ground{Kind: GroundFinding, Finding: d}
		}
		return no, Ground{}
	case "value":
		v := p.value(c.key)
		if v == nil {
			return unknown, Ground{}
		}
		return truthOf(c.compare.holds(v.Number)), Ground{Kind: GroundValue, Value: v}
	case "dose-a", "dose-b":
		m := a
		if c.kind == "dose-b" {
			m = b
		}
		if m.Daily.Milligrams == 0 {
			return unknown, Ground{}
		}
		return truthOf(c.compare.holds(m.Daily.Milligrams)), Ground{Kind: GroundDose, Medicine: m}
	case "recent":
		since := a.Drug.First
		if b.Drug.First.Compare(since) > 0 {
			since = b.Drug.First
		}
		if since.IsZero() {
			return unknown, Ground{}
		}
		ago := p.Now.Sub(since.Time)
		return truthOf(ago >= 0 && ago <= recently), Ground{Kind: GroundRecent, Days: int(ago / (24 * time.Hour))}
	case "daily-oral":
		if !a.Daily.Everyday || a.Drug.Made.Route != "oral" && a.Drug.Made.Route != "" {
			return no, Ground{}
		}
		return yes, Ground{Kind: GroundDose, Medicine: a}
	}
	return no, Ground{}
}
