package results

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

const loinc = "http://loinc.org"

// analyte is a test as one concept names it. Two concepts with the same key are one
// test, and so are two without a LOINC code that share a code of another system.
type analyte struct {
	key  string
	term *terms.Term
	also []string // codes of other systems, where no LOINC code says what it is
}

// namer finds what concepts name, each once.
type namer struct {
	known map[string]*analyte
	buf   []byte
	root  map[string]string // of keys that turned out to be one test
}

func newNamer() *namer { return &namer{known: map[string]*analyte{}, root: map[string]string{}} }

// of is the test that a concept names; about is what it was measured of, where that is
// another than the patient, and the specimen.
func (n *namer) of(c *ehrdesk.Concept, title, about, specimen string) *analyte {
	b := n.buf[:0]
	for i := range c.Codings {
		b = append(append(append(append(b, c.Codings[i].System...), '|'), c.Codings[i].Code...), 0)
	}
	b = append(append(append(append(append(append(append(b, 1), c.Text...), 1), title...), 1), about...), 1)
	b = append(b, specimen...)
	n.buf = b
	if a := n.known[string(b)]; a != nil {
		return a
	}
	a := named(c, title, specimen)
	if about != "" {
		a = &analyte{key: "of " + about + " " + a.key}
	}
	n.known[string(b)] = a
	for _, code := range a.also {
		n.join(a.key, code)
	}
	return a
}

// named: a code that the table has decides, then a LOINC code, then codes of other
// systems, then words. Words do not decide beside a LOINC code that the table does not
// have: creatinine may be of blood or of urine.
func named(c *ehrdesk.Concept, title, specimen string) *analyte {
	var codes, others []string
	for i := range c.Codings {
		switch k := &c.Codings[i]; {
		case k.Code == "":
		case k.System == loinc:
			codes = append(codes, k.Code)
		case k.System != "":
			others = append(others, k.System+"|"+k.Code)
		}
	}
	coded := ehrdesk.Concept{}
	for _, k := range c.Codings {
		coded.Codings = append(coded.Codings, ehrdesk.Coding{System: k.System, Code: k.Code})
	}
	if t := terms.Analytes().Of(&coded); t != nil {
		return &analyte{key: "term " + t.English, term: t}
	}
	if len(codes) > 0 {
		return &analyte{key: "loinc " + slices.Min(codes)}
	}
	words := strings.ToLower(strings.TrimSpace(c.Words()))
	if words == "" {
		words = strings.ToLower(strings.TrimSpace(title))
	}
	if specimen == "" {
		t := terms.Analytes().Of(c)
		if t == nil {
			t = terms.Analytes().Named(title)
		}
		if t != nil {
			return &analyte{key: "term " + t.English, term: t}
		}
	}
	if len(others) > 0 {
		slices.Sort(others)
		return &analyte{key: "code " + others[0], also: others}
	}
	return &analyte{key: "name " + words + " of " + strings.ToLower(specimen)}
}

// join makes two keys one test.
func (n *namer) join(key, code string) {
	a, b := n.find(key), n.find("code "+code)
	if a > b {
		a, b = b, a
	}
	if a != b {
		n.root[b] = a
	}
}

func (n *namer) find(key string) string {
	for {
		up, ok := n.root[key]
		if !ok {
			return key
		}
		key = up
	}
}
