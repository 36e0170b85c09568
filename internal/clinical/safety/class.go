package safety

import (
	"errors"
	"fmt"
	"strings"
)

// Class is a class of drugs: what a rule speaks of. Its codes are beginnings of codes of the ATC.
type Class struct {
	Name    string // of the table; "" for one that a rule made of codes
	Words   Text
	members []member
	letters uint32 // those that its codes begin with: most classes say at once that a substance is not in them
	named   bool   // a substance is in it by its name
}

// member is a code that is in a class or not, or a substance that has none.
type member struct {
	code string // of the ATC, a beginning
	name string // of substances.csv
	out  bool
}

// class makes a class of what a cell says: names of classes, codes, substances.
func (k *Knowledge) class(cell string) (*Class, error) {
	if c := k.classes[cell]; c != nil {
		return c, nil
	}
	c := &Class{}
	for _, p := range parts(cell) {
		m := member{}
		p, m.out = strings.CutPrefix(p, "-")
		if name, ok := strings.CutPrefix(p, "="); ok {
			m.name = name
		} else if other := k.classes[p]; other != nil {
			if m.out {
				return nil, fmt.Errorf("%q takes a class out: name its codes", cell)
			}
			c.members = append(c.members, other.members...)
			continue
		} else if isCode(p) {
			m.code = p
		} else {
			return nil, fmt.Errorf("no class %q", p)
		}
		c.members = append(c.members, m)
	}
	if len(c.members) == 0 {
		return nil, errors.New("a class of nothing")
	}
	for i := range c.members {
		m := &c.members[i]
		c.letters |= letter(m.code)
		c.named = c.named || m.name != ""
	}
	return c, nil
}

// isCode reports a beginning of an ATC code, from the second level on.
func isCode(s string) bool {
	const form = "A00AA00"
	if len(s) < 3 || len(s) > len(form) {
		return false
	}
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		if digit != (form[i] == '0') || !digit && (s[i] < 'A' || s[i] > 'Z') {
			return false
		}
	}
	return true
}

// matches is how long the code is by which a substance is in the class, 0 where it is not: the longest code that a
// class has of it decides. A name counts as a whole code.
func (c *Class) matches(s *Substance) int {
	best := 0
	for _, code := range s.Codes {
		if c.letters&letter(code) == 0 {
			continue
		}
		in, out := 0, 0
		for i := range c.members {
			m := &c.members[i]
			if m.code == "" || !strings.HasPrefix(code, m.code) {
				continue
			}
			if m.out {
				out = max(out, len(m.code))
			} else {
				in = max(in, len(m.code))
			}
		}
		if in > out {
			best = max(best, in)
		}
	}
	for i := range c.members {
		if !c.named {
			break
		}
		if m := &c.members[i]; m.name != "" && s.Term != nil && m.name == s.Term.English {
			if m.out {
				return 0
			}
			best = max(best, wholeCode)
		}
	}
	return best
}

// letter is a bit for what a code begins with, none for no code.
func letter(code string) uint32 {
	if code == "" {
		return 0
	}
	return 1 << (code[0] % 32)
}

const wholeCode = len("B01AA03")

// has reports whether any substance of a drug is in the class, and which.
func (c *Class) has(m *Medicine) (*Substance, int) {
	var found *Substance
	best := 0
	for i := range m.Substances {
		if n := c.matches(&m.Substances[i]); n > best {
			found, best = &m.Substances[i], n
		}
	}
	return found, best
}
