package fhir

import (
	"errors"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

const (
	// MaxDepth is how deep objects and arrays may stand in one another. FHIR's own
	// deepest (a questionnaire's items) come nowhere near it; whoever walks a
	// resource is recursive.
	MaxDepth = 128
	// MaxRecord is the largest resource, in bytes: an answer's own limit.
	MaxRecord = 64 << 20
	// MaxPage is how many entries one Bundle may have. Each costs some hundred
	// bytes of memory, whatever the few bytes that it was sent in.
	MaxPage = 100_000
	// maxMembers is how many members one object may have: FHIR's longest has some
	// fifty. Each costs fifty bytes of memory and more, whatever it was sent in.
	maxMembers = 1000
	// maxValues is how many values one resource may have. Each is a line of its
	// detail.
	maxValues = 500_000
)

// Fault says why bytes are no resource that can be read. It holds fixed words
// only: the words of a JSON error quote what they stumbled over, and that may be
// clinical text.
type Fault struct {
	Reason ehrdesk.AsideReason
	At     int64 // offset of a syntax error, -1 where there is none
}

func (f *Fault) Error() string { return "not FHIR R4 JSON: " + string(f.Reason) }

func fault(r ehrdesk.AsideReason) *Fault { return &Fault{r, -1} }

// check refuses what two readers could read differently, and what would cost
// more than any record is worth.
func check(raw []byte) error {
	if len(raw) > MaxRecord {
		return fault(ehrdesk.AsideTooLarge)
	}
	if jsontext.Value(raw).Kind() != '{' {
		return fault(ehrdesk.AsideShape)
	}
	if costOf(raw).tooMuch() { // before anything is made of it: the checker remembers every name
		return fault(ehrdesk.AsideTooLarge)
	}
	if !jsontext.Value(raw).IsValid() {
		return whyInvalid(raw)
	}
	return nil
}

// whyInvalid reads what is not valid once more, for the reason.
func whyInvalid(raw []byte) error {
	v := jsontext.Value(raw).Clone()
	err := v.Format()
	var s *jsontext.SyntacticError
	f := fault(ehrdesk.AsideShape)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		f.Reason = ehrdesk.AsideDuplicate
	case jsontext.Value(raw).IsValid(jsontext.AllowInvalidUTF8(true)):
		f.Reason = ehrdesk.AsideText
	}
	if errors.As(err, &s) {
		f.At = s.ByteOffset
	}
	return f
}

// cost is what JSON would take of whoever reads it.
type cost struct{ depth, members, names, values int }

// bearable reports objects and arrays at most MaxDepth deep in one another, and
// objects of at most maxMembers.
func (c cost) bearable() bool { return c.depth <= MaxDepth && c.members <= maxMembers }

// tooMuch reports what would cost more than any record is worth.
func (c cost) tooMuch() bool { return !c.bearable() || c.values > maxValues }

// costOf measures JSON in one pass, also such as is malformed: there it may count
// too much or too little, and whoever checks the form comes after. It stops where
// it is not bearable.
func costOf(b []byte) (c cost) {
	var members [MaxDepth + 2]int // of the object open at each depth
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = skipString(b, i) - 1
		case '{', '[':
			if depth++; depth > MaxDepth {
				c.depth = depth
				return c
			}
			c.depth = max(c.depth, depth)
			members[depth] = 0
			c.values++
		case '}', ']':
			depth = max(depth-1, 0)
		case ':':
			c.names++
			if members[depth]++; members[depth] > c.members {
				if c.members = members[depth]; c.members > maxMembers {
					return c
				}
			}
		case ',':
			c.values++
		}
	}
	return c
}

// ValidType reports a name of the form that FHIR gives its resource types.
func ValidType(s string) bool {
	if len(s) < 2 || len(s) > 64 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// ValidID reports FHIR's id type: 1 to 64 of A-Z a-z 0-9 - and dot. "." and ".."
// are of that form and are refused all the same: in a path they name another.
func ValidID(s string) bool {
	if len(s) < 1 || len(s) > 64 || s == "." || s == ".." {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
