// Package terms knows that one thing has several names: a drug, a test or a disease
// in English and in Chinese, by code and by its other names. It promises that a name is
// found whatever its case, and that a name which no table has is said to be unknown,
// never guessed.
package terms

import (
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// Term is one thing and its names. English is in lower case but for what is always
// written otherwise ("HbA1c").
type Term struct {
	English, Hant, Hans string
	Group               string   // what the table sorts it under: a panel, a class of drugs
	Codes               []string // "loinc:4548-4", "atc:B01AA03", "rxnorm:11289", "class:L04AA06"
	Aliases             []string // other names, brands, abbreviations
	atc                 []string // of Codes, what ATC gives
}

// classed stands in the table before a code of the ATC that a substance has and that does
// not name it alone: mycophenolate's two salts share one, and iron for infusion is a group.
const classed = "class"

// ATC is where the WHO's classification has a drug, for rules that go by class: its codes
// of five levels, and after them the codes that it shares. Nobody may change what is given.
func (t *Term) ATC() []string { return t.atc }

// Names are all names of the term.
func (t *Term) Names() []string {
	return append([]string{t.English, t.Hant, t.Hans}, t.Aliases...)
}

// Table is terms of one kind, found by name and by code.
type Table struct {
	Terms  []Term
	byName map[string]*Term
	byCode map[string]*Term
}

// Substances are drugs, by substance; Group is the high-risk group they belong to, "" for none.
func Substances() *Table { return substances() }

// Analytes are what laboratories and observations measure; Group is the panel.
func Analytes() *Table { return analytes() }

// Diseases are diseases and findings; Group is the chapter.
func Diseases() *Table { return diseases() }

// Imaging are examinations that are no laboratory tests; Group is what they are made with.
func Imaging() *Table { return imaging() }

// Vaccines are what doses protect against.
func Vaccines() *Table { return vaccines() }

var (
	substances = sync.OnceValue(func() *Table { return read(tables.Substances()) })
	analytes   = sync.OnceValue(func() *Table { return read(tables.Analytes()) })
	diseases   = sync.OnceValue(func() *Table { return read(tables.Diseases()) })
	imaging    = sync.OnceValue(func() *Table { return read(tables.Imaging()) })
	vaccines   = sync.OnceValue(func() *Table { return read(tables.Vaccines()) })
)

// read takes rows of english, hant, hans, group, codes and aliases; several codes or
// aliases stand with semicolons between them.
func read(rows [][]string) *Table {
	t := &Table{Terms: make([]Term, len(rows)), byName: make(map[string]*Term, 5*len(rows)), byCode: make(map[string]*Term, 2*len(rows))}
	lists := make(shelf, 0, 8*len(rows))
	for i, f := range rows {
		t.Terms[i] = Term{English: f[0], Hant: f[1], Hans: f[2], Group: f[3], Codes: lists.list(f[4]), Aliases: lists.list(f[5])}
		term := &t.Terms[i]
		for _, n := range f[:3] {
			t.name(term, n)
		}
		for _, n := range term.Aliases {
			t.name(term, n)
		}
		term.atc = lists.atc(term.Codes)
		for _, c := range term.Codes {
			if system, code, _ := strings.Cut(c, ":"); system != classed {
				t.byCode[keyOf(system, code, c)] = term
			}
		}
	}
	return t
}

// name makes a term found by a name, unless an earlier line has it.
func (t *Table) name(term *Term, n string) {
	if n = lower(n); n == "" {
		return
	}
	if _, taken := t.byName[n]; !taken {
		t.byName[n] = term
	}
}

// lower is strings.ToLower, which would go through a Chinese name character by character:
// at the first chart of a day there are thousands.
func lower(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' || 0xC2 <= c && c < 0xE3 || c == 0xEF { // a letter, or one that is not ASCII
			return strings.ToLower(s)
		}
	}
	return s
}

// keyOf is what a code is found by: its system, and the code in capitals. whole is the two
// as they may stand already, so that nothing has to be joined.
func keyOf(system, code, whole string) string {
	if up := strings.ToUpper(code); up != code || whole == "" {
		return system + ":" + up
	}
	return whole
}

// shelf is many short lists in one piece of memory: thousands of their own would cost more
// than reading the table.
type shelf []string

// list takes what stands between semicolons.
func (l *shelf) list(s string) []string {
	first := len(*l)
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.TrimSpace(part); part != "" {
			*l = append(*l, part)
		}
	}
	return l.from(first)
}

// atc takes the codes of the ATC, without their system: those of the substance alone first.
func (l *shelf) atc(codes []string) []string {
	first := len(*l)
	for _, system := range [...]string{"atc:", classed + ":"} {
		for _, c := range codes {
			if code, ok := strings.CutPrefix(c, system); ok {
				*l = append(*l, code)
			}
		}
	}
	return l.from(first)
}

// from is what was added from there on; nobody appends to it.
func (l *shelf) from(first int) []string { return (*l)[first:len(*l):len(*l)] }

// Named finds a term by a name, whole and in any case; nil for none.
func (t *Table) Named(name string) *Term { return t.byName[strings.ToLower(strings.TrimSpace(name))] }

// short are the systems whose codes the tables hold, by what stands before a code there.
var short = map[string]string{
	"http://loinc.org": "loinc", "http://www.whocc.no/atc": "atc", "http://snomed.info/sct": "snomed",
	"http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm", "http://hl7.org/fhir/sid/icd-10": "icd10",
	"http://hl7.org/fhir/sid/icd-10-cm": "icd10", "http://hl7.org/fhir/sid/cvx": "cvx", "http://hl7.org/fhir/sid/icd-9-cm": "icd9",
	"urn:oid:2.16.840.1.113883.6.73": "atc", "http://dicom.nema.org/resources/ontology/DCM": "dicom",
}

// Of finds a concept's term: by a code first, by its words after that; nil for none.
func (t *Table) Of(c *ehrdesk.Concept) *Term {
	for i := range c.Codings {
		if s := short[c.Codings[i].System]; s != "" {
			if term := t.byCode[keyOf(s, c.Codings[i].Code, "")]; term != nil {
				return term
			}
		}
	}
	if term := t.Named(c.Text); term != nil {
		return term
	}
	for i := range c.Codings {
		if term := t.Named(c.Codings[i].Display); term != nil {
			return term
		}
	}
	return nil
}
