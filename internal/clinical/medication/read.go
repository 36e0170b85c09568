package medication

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// entry is what one record says, as far as the list needs it.
type entry struct {
	rec     *ehrdesk.Record
	kind    kind
	class   Remark // Forbidden, Proposed or neither: drugs are never one across classes
	state   State
	remarks Remark
	from    ehrdesk.When
	until   ehrdesk.When
	runs    time.Time     // the supply lasts until; zero where nothing says so
	supply  time.Duration // for how long that is
	dose    uint64        // of the dosage as written; 0 for none
	route   string
	risks   risk
	product *product
	codes   []ehrdesk.Coding // that name one drug; none where they contradict the name
	prior   []ehrdesk.Ref    // the orders that it takes the place of
	links   []ehrdesk.Ref    // the orders that it is filled under
}

// kind is what a record is to a drug.
type kind uint8

const (
	order  kind = iota // a request, or a statement: it says how the drug is taken
	supply             // handed out
	given              // a dose
)

// product is what a name says; there is one for each name.
type product struct {
	name  string // as it stands
	key   string // what is equal for one drug: its substances, else the name in lower case
	terms []*terms.Term
	whole bool // nothing but the terms is in the name
	route string
	slow  bool
}

// reader reads records into entries.
type reader struct {
	opener   ehrdesk.Opener
	products map[string]*product
	codes    []ehrdesk.Coding
	links    []ehrdesk.Ref
	now      time.Time
	void     int
}

// read takes the medication records. They are read in two halves at once.
func read(records []ehrdesk.Record, now time.Time) (entries []entry, void int) {
	half := len(records) / 2
	if len(records) < 500 {
		half = 0
	}
	rest := make(chan *reader)
	var first []entry
	go func() {
		rd := &reader{now: now, products: map[string]*product{}}
		first = rd.all(records[:half])
		rest <- rd
	}()
	rd := &reader{now: now, products: map[string]*product{}}
	second := rd.all(records[half:])
	other := <-rest
	return append(first, second...), rd.void + other.void
}

func (rd *reader) all(records []ehrdesk.Record) []entry {
	n := 0
	for i := range records {
		if isMedication(&records[i]) {
			n++
		}
	}
	out := make([]entry, 0, n)
	for i := range records {
		switch r := &records[i]; {
		case !isMedication(r):
		case r.Void():
			rd.void++
		default:
			out = append(out, rd.entry(r))
		}
	}
	return out
}

// isMedication reports a record of the list: held back ones have no name to be put by.
func isMedication(r *ehrdesk.Record) bool {
	return r.Kind == ehrdesk.KindMedication && !r.Linked && r.ID != "" && (!r.Restricted || r.Released)
}

func (rd *reader) entry(r *ehrdesk.Record) entry {
	f := rd.opener.Open(r)
	e := entry{rec: r, from: r.Date, risks: risksOfCodes(&f.Code)}
	switch r.Resource {
	case "MedicationDispense":
		e.kind = supply
	case "MedicationAdministration":
		e.kind = given
	}
	rd.named(&e, f)
	if e.route = routeOf(f.Dosages); e.route == "" {
		e.route = e.product.route
	}
	e.times(f)
	state, remarks := stateOf(r, f, e.kind)
	e.state, e.remarks = state, e.remarks|remarks
	e.class |= e.remarks & (Forbidden | Proposed)
	if e.state == Started && e.kind == order && e.from.Compare(ehrdesk.At(rd.now)) > 0 {
		e.state = NotStarted
	}
	if e.over(rd.now) && (e.state == Started || e.state == Unknown || e.state == NotStarted) {
		e.state, e.remarks = Unknown, e.remarks|EndPassed
	}
	e.dose = doseOf(f)
	e.prior = rd.refs(f, "priorPrescription", "replaces")
	e.links = rd.refs(f, "authorizingPrescription", "basedOn", "request", "prescription", "derivedFrom")
	return e
}

// refs are what the record refers to in some roles.
func (rd *reader) refs(f *ehrdesk.Facts, roles ...string) []ehrdesk.Ref {
	first := len(rd.links)
	for i := range f.Relations {
		if slices.Contains(roles, f.Relations[i].Role) {
			rd.links = append(rd.links, f.Relations[i].Ref)
		}
	}
	return rd.links[first:len(rd.links):len(rd.links)]
}

// over reports an end that has passed, by the last moment of the day it is.
func (e *entry) over(now time.Time) bool {
	return !e.until.IsZero() && lastOf(e.until).Before(now)
}

// lastOf is the last moment of what a date may mean.
func lastOf(w ehrdesk.When) time.Time {
	const hongKong = 8 * time.Hour // a date is a day there
	switch w.Precision {
	case ehrdesk.ToYear:
		return w.Time.AddDate(1, 0, 0).Add(-hongKong)
	case ehrdesk.ToMonth:
		return w.Time.AddDate(0, 1, 0).Add(-hongKong)
	case ehrdesk.ToDay:
		return w.Time.AddDate(0, 0, 1).Add(-hongKong)
	default:
		return w.Time
	}
}

// named finds out which drug it is.
func (rd *reader) named(e *entry, f *ehrdesk.Facts) {
	name := e.rec.Title
	if name == "" || name == e.rec.Resource {
		name = f.Code.Words()
	}
	p := rd.product(name)
	var coded []*terms.Term
	if c := (&ehrdesk.Concept{Codings: f.Code.Codings}); len(c.Codings) > 0 {
		if t := codeTerm(c); t != nil {
			coded = terms.Substances().Parts(t)
		}
	}
	against := p.whole && len(coded) > 0 && !sameTerms(p.terms, coded) || !p.whole && len(p.terms) > 0 && len(coded) > 0 && !within(p.terms, coded)
	for i := range f.Besides {
		switch f.Besides[i].Element {
		case ehrdesk.BesideCoded, ehrdesk.BesideLinkedDrug, ehrdesk.BesideDrugInError, ehrdesk.BesideDrugAltered:
			against = true
		}
	}
	e.risks |= risksOfTerms(p.terms) | risksOfTerms(coded)
	switch {
	case name == "": // which drug it is stands nowhere: it is like no other
		p = &product{key: "\x00" + e.rec.Ref().String()}
	case against:
		e.remarks |= Contradiction
		p = rd.as(p, "\x00against\x00"+strings.ToLower(name), nil, false)
	case !p.whole && len(coded) > 0:
		p = rd.as(p, keyOf(coded), coded, true)
	}
	e.product = p
	if against || name == "" {
		return
	}
	first := len(rd.codes)
	for i := range f.Code.Codings {
		k := &f.Code.Codings[i]
		if k.System == "" || k.Code == "" || isATC(k.System) && len(k.Code) < 7 { // a class is not a drug
			continue
		}
		rd.codes = append(rd.codes, ehrdesk.Coding{System: k.System, Code: k.Code})
	}
	e.codes = rd.codes[first:len(rd.codes):len(rd.codes)]
}

// codeTerm is the substance that a code names.
func codeTerm(c *ehrdesk.Concept) *terms.Term {
	for i := range c.Codings {
		one := ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: c.Codings[i].System, Code: c.Codings[i].Code}}}
		if t := terms.Substances().Of(&one); t != nil {
			return t
		}
	}
	return nil
}

// product reads a name, once.
func (rd *reader) product(name string) *product {
	if p := rd.products[name]; p != nil {
		return p
	}
	p := &product{name: name, key: "\x00name\x00" + strings.ToLower(strings.Join(strings.Fields(name), " "))}
	p.terms, p.whole = terms.Substances().In(name)
	if p.whole {
		p.key = keyOf(p.terms)
	}
	p.route, p.slow = routeInName(name)
	rd.products[name] = p
	return p
}

// as is a product under another key.
func (rd *reader) as(p *product, key string, list []*terms.Term, whole bool) *product {
	at := p.name + "\x00" + key
	if q := rd.products[at]; q != nil {
		return q
	}
	q := *p
	q.key, q.terms, q.whole = key, list, whole
	rd.products[at] = &q
	return &q
}

// keyOf is one key for a set of substances.
func keyOf(list []*terms.Term) string {
	return strings.Join(englishOf(list), " + ")
}

func englishOf(list []*terms.Term) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.English
	}
	slices.Sort(out)
	return out
}

func sameTerms(a, b []*terms.Term) bool { return len(a) == len(b) && within(a, b) }

func within(a, b []*terms.Term) bool {
	for _, t := range a {
		if !slices.Contains(b, t) {
			return false
		}
	}
	return true
}
