package medication

import (
	"cmp"
	"math"
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
	at      int64 // from, for order: an unknown one before all others
	until   ehrdesk.When
	runs    time.Time     // the supply lasts until; zero where nothing says so
	supply  time.Duration // for how long that is
	steps   bool          // the dosages may follow one another
	dose    uint64        // of the dosage as written; 0 for none
	route   string
	risks   risk
	says    uint8 // noneTaken or nothingKnown: it is of no drug
	product *product
	made    []*terms.Term    // what the name and the codes name, those that contradict it too
	atc     []string         // codes of the ATC
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

// What a record says that is of no drug. Source: IPS absent or unknown data.
const (
	noneTaken    = 1
	nothingKnown = 2
)

func saysOf(c *ehrdesk.Concept) uint8 {
	for i := range c.Codings {
		switch k := &c.Codings[i]; {
		case k.Code == "no-known-medications", k.Code == "787481004":
			return noneTaken
		case k.Code == "no-medication-info":
			return nothingKnown
		}
	}
	return 0
}

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
	coded    map[ehrdesk.Coding]coded
	now      time.Time
}

// coded is what a code says.
type coded struct {
	terms []*terms.Term // the substances, none where no table has it
	risks risk
}

// read takes the medication records. Of many, two halves are read at once.
func read(records []ehrdesk.Record, now time.Time) (entries []entry, said []Said, void int) {
	of := make([]*ehrdesk.Record, 0, len(records))
	for i := range records {
		switch r := &records[i]; {
		case !isMedication(r):
		case r.Void():
			void++
		default:
			of = append(of, r)
		}
	}
	entries = make([]entry, len(of))
	half := 0
	if len(of) >= 500 {
		half = len(of) / 2
	}
	done := make(chan struct{})
	go func() {
		newReader(now).all(of[:half], entries[:half])
		close(done)
	}()
	newReader(now).all(of[half:], entries[half:])
	<-done
	entries = slices.DeleteFunc(entries, func(e entry) bool {
		if e.says != 0 {
			said = append(said, Said{e.rec, e.says == noneTaken})
		}
		return e.says != 0
	})
	slices.SortFunc(said, func(a, b Said) int {
		return cmp.Or(b.Record.Date.Compare(a.Record.Date), compareRefs(a.Record, b.Record))
	})
	return entries, said, void
}

func newReader(now time.Time) *reader {
	return &reader{now: now, products: map[string]*product{}, coded: map[ehrdesk.Coding]coded{}}
}

func (rd *reader) all(from []*ehrdesk.Record, to []entry) {
	rd.codes = make([]ehrdesk.Coding, 0, len(from)+16)
	rd.links = make([]ehrdesk.Ref, 0, 2*len(from)+16)
	for i, r := range from {
		rd.entry(&to[i], r)
	}
}

// isMedication reports a record of the list: held back ones have no name to be put by.
func isMedication(r *ehrdesk.Record) bool {
	return r.Kind == ehrdesk.KindMedication && !r.Linked && r.ID != "" && (!r.Restricted || r.Released)
}

func (rd *reader) entry(e *entry, r *ehrdesk.Record) {
	f := rd.opener.Open(r)
	e.rec, e.from, e.says = r, r.Date, saysOf(&f.Code)
	switch r.Resource {
	case "MedicationDispense":
		e.kind = supply
	case "MedicationAdministration":
		e.kind = given
	}
	rd.named(e, f)
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
	e.dose, e.steps = doseOf(f), len(f.Dosages) > 1
	e.at = orderOf(e.from)
	e.prior = rd.refs(f, "priorPrescription", "replaces")
	e.links = rd.refs(f, "authorizingPrescription", "basedOn", "request", "prescription", "derivedFrom")
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

// orderOf is a number that is in the order of When.Compare.
func orderOf(w ehrdesk.When) int64 {
	if w.IsZero() {
		return math.MinInt64
	}
	if w.Precision < ehrdesk.ToMinute || w.Zoneless {
		return w.Time.Unix() - int64(hongKong/time.Second)
	}
	return w.Time.Unix()
}

// hongKong is how far a day there begins before the day of UTC.
const hongKong = 8 * time.Hour

// over reports an end that has passed, by the last moment of the day it is.
func (e *entry) over(now time.Time) bool {
	return !e.until.IsZero() && lastOf(e.until).Before(now)
}

// lastOf is the last moment of what a date may mean.
func lastOf(w ehrdesk.When) time.Time {
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
	coded, risks := rd.codesOf(&f.Code)
	e.risks |= risks
	other := len(coded) > 0 && len(p.terms) > 0 && !(within(p.terms, coded) && (!p.whole || len(p.terms) == len(coded)))
	against := other && !some(p.terms, coded) // of a combination a code may name one part
	for i := range f.Besides {
		switch f.Besides[i].Element {
		case ehrdesk.BesideCoded, ehrdesk.BesideLinkedDrug, ehrdesk.BesideDrugInError, ehrdesk.BesideDrugAltered:
			against = true
		}
	}
	e.risks |= risksOfTerms(p.terms) | risksOfTerms(coded)
	e.made = union(p.terms, coded)
	for i := range f.Code.Codings {
		if k := &f.Code.Codings[i]; isATC(k.System) {
			e.atc = append(e.atc, k.Code)
		}
	}
	switch {
	case name == "": // which drug it is stands nowhere: it is like no other
		p = &product{key: "\x00" + e.rec.Ref().String()}
	case against:
		e.remarks |= Contradiction
		p = rd.as(p, "\x00against\x00"+strings.ToLower(name), nil, false)
	case !p.whole && len(coded) > 0 && !other:
		p = rd.as(p, keyOf(coded), coded, true)
	}
	e.product = p
	if against || other || name == "" {
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

// codesOf is what a concept's codes say: the substances of the first that names any.
func (rd *reader) codesOf(c *ehrdesk.Concept) (list []*terms.Term, risks risk) {
	for i := range c.Codings {
		k := ehrdesk.Coding{System: c.Codings[i].System, Code: c.Codings[i].Code}
		said, ok := rd.coded[k]
		if !ok {
			one := ehrdesk.Concept{Codings: []ehrdesk.Coding{k}}
			if t := terms.Substances().Of(&one); t != nil {
				said.terms = terms.Substances().Parts(t)
			}
			said.risks = riskOfCode(&k)
			rd.coded[k] = said
		}
		risks |= said.risks
		if list == nil {
			list = said.terms
		}
	}
	return list, risks
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

func within(a, b []*terms.Term) bool {
	for _, t := range a {
		if !slices.Contains(b, t) {
			return false
		}
	}
	return true
}

// union is what stands in either, a as it is where it has all.
func union(a, b []*terms.Term) []*terms.Term {
	if within(b, a) {
		return a
	}
	out := slices.Clone(a)
	for _, t := range b {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// some reports a term that stands in both.
func some(a, b []*terms.Term) bool {
	for _, t := range a {
		if slices.Contains(b, t) {
			return true
		}
	}
	return false
}
