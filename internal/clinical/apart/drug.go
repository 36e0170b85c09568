package apart

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// drugs are the drugs: what the list of drugs has as one, and with it what must not be given of the same substances.
func drugs(all []ehrdesk.Record, ours func(*ehrdesk.Record) bool, now time.Time) (out []Thing) {
	list := medication.Of(all, now)
	for _, g := range merged(slices.Concat(list.Current, list.Past)) {
		t := divided(Drug, g.known, g.records, ours)
		if len(t.Ours) > 0 && len(t.Others) > 0 {
			t.Pairs = held(&t, now)
		}
		out = append(out, t)
	}
	for _, s := range list.Said { // of no drug: held against nothing
		out = append(out, divided(Drug, true, []*ehrdesk.Record{s.Record}, ours))
	}
	return out
}

// product is the records of a drug, and whether it is known which that is.
type product struct {
	records []*ehrdesk.Record
	known   bool
}

// knownDrug reports a drug of which the table has all substances, or that has a code.
func knownDrug(d *medication.Drug, records []*ehrdesk.Record) bool {
	return len(d.Substances) > 0 || slices.ContainsFunc(records, func(r *ehrdesk.Record) bool {
		f := r.Facts()
		return slices.ContainsFunc(f.Code.Codings, func(k ehrdesk.Coding) bool { return k.System != "" && k.Code != "" })
	})
}

// merged are the records of each drug. One that must not be given goes with those of the same substances that are; each record of
// a drug that nobody knows is by itself, as the same words may be of two.
func merged(list []medication.Drug) (out []product) {
	slices.SortStableFunc(list, func(a, b medication.Drug) int { // those that are given first
		return cmp.Compare(a.Remarks&medication.Forbidden, b.Remarks&medication.Forbidden)
	})
	at := map[string]int{}
	for i := range list {
		d := &list[i]
		var records []*ehrdesk.Record
		for k := range d.History {
			if r := d.History[k].Record; len(records) == 0 || records[len(records)-1] != r { // an end stands beside its order
				records = append(records, r)
			}
		}
		if !knownDrug(d, records) {
			for _, r := range records {
				out = append(out, product{records: []*ehrdesk.Record{r}})
			}
			continue
		}
		substances := strings.Join(d.Substances, " + ")
		if n, had := at[substances]; substances != "" && had && d.Remarks.Has(medication.Forbidden) {
			out[n].records = append(out[n].records, records...)
			continue
		}
		if _, had := at[substances]; !had && substances != "" {
			at[substances] = len(out)
		}
		out = append(out, product{records, true})
	}
	return out
}

// held holds how a drug stands by our records against how it stands by those of each other source.
func held(t *Thing, now time.Time) (out []Pair) {
	mine := by(t.Ours, now)
	sources := map[string][]*ehrdesk.Record{}
	for _, r := range t.Others {
		sources[r.Source] = append(sources[r.Source], r)
	}
	for _, r := range bySource(t.Others) {
		theirs := by(sources[r.Source], now)
		if mine == nil || theirs == nil {
			continue
		}
		out = append(out, Pair{original(t.Ours, mine.Lead), original(t.Others, theirs.Lead), mine.Drug, theirs.Drug, given(mine, theirs)})
	}
	slices.SortStableFunc(out, func(a, b Pair) int { return newer(a.Other, b.Other) })
	return out
}

// original is the record of the chart that a copy is of.
func original(all []*ehrdesk.Record, r *ehrdesk.Record) *ehrdesk.Record {
	return all[slices.IndexFunc(all, func(x *ehrdesk.Record) bool { return x.Ref() == r.Ref() })]
}

// side is how a drug stands by the records of one side.
type side struct {
	*medication.Drug
	current bool
}

// by reads the records of one side alone. What must not be given is told before what is.
func by(all []*ehrdesk.Record, now time.Time) *side {
	records := make([]ehrdesk.Record, len(all))
	for i, r := range all {
		records[i] = *r
	}
	list := medication.Of(records, now)
	for i := range list.Current {
		if list.Current[i].Remarks.Has(medication.Forbidden) {
			return &side{&list.Current[i], true}
		}
	}
	switch {
	case len(list.Current) > 0:
		return &side{&list.Current[0], true}
	case len(list.Past) > 0:
		return &side{&list.Past[0], false}
	}
	return nil
}

// given is what two sides do not say alike of a drug. A course that was over before the other began is history, and so are two
// that are over.
func given(a, b *side) (out []Difference) {
	l := differences{}
	forbids := func(s *side) bool { return s.Remarks.Has(medication.Forbidden) }
	switch {
	case !a.current && !b.current, a.history(b), b.history(a):
		return nil
	case forbids(a) != forbids(b):
		return []Difference{{Forbidden, Differs}}
	case forbids(a):
		return nil
	}
	x, y := a.stands(), b.stands()
	l.both(Status, true, true, func() likeness {
		switch {
		case x == unknown || y == unknown:
			if x == y {
				return alike // neither says so
			}
			return untold
		case x != y:
			return unlike
		}
		return alike
	})
	if a.current && b.current {
		l.dose(a.Drug, b.Drug)
	}
	return l
}

// history reports a side that had ended before what the other says began.
func (s *side) history(other *side) bool {
	if s.current || s.Remarks.Has(medication.Forbidden) {
		return false
	}
	ended := s.Until
	for i := range s.History {
		if at := s.History[i].At; ended.Compare(at) < 0 {
			ended = at
		}
	}
	return ended.IsZero() || other.Since.IsZero() || ended.Compare(other.Since) < 0
}

// standing is how a drug stands, as far as two sides may say the same of it in other words.
type standing uint8

const (
	unknown standing = iota
	planned
	taken
	paused
	over
	refused
)

func (s *side) stands() standing {
	switch {
	case s.Remarks.Has(medication.NotTaken):
		return refused
	case s.Remarks&(medication.Cancelled|medication.RanOut) != 0:
		return unknown
	case s.Remarks.Has(medication.EndPassed):
		return over
	}
	switch s.State {
	case medication.NotStarted:
		return planned
	case medication.Started:
		return taken
	case medication.Suspended:
		return paused
	case medication.Completed, medication.Discontinued:
		return over
	case medication.Unknown:
	}
	return unknown
}

// dose notes how two sides say that a drug is taken.
func (d *differences) dose(a, b *medication.Drug) {
	f, g := a.Lead.Facts(), b.Lead.Facts()
	says := func(f *ehrdesk.Facts) bool { return len(f.Dosages) > 0 || f.NoteText != "" }
	d.both(Dose, says(&f), says(&g), func() likeness { return doses(regimenOf(&f, a), regimenOf(&g, b)) })
}

// regimen is how much of a drug is taken, and how often.
type regimen struct {
	amount  *big.Rat // of unit; nil where it is not one amount in a unit that is known
	unit    string
	often   *big.Rat // a day; nil where it is not said in a way that is understood
	prn     bool
	words   string // as it is written
	product string // by which pieces of a product are the same
}

// doses holds two regimens against each other. What is written alike is alike, but for pieces of products of which it is not known
// that they hold the same.
func doses(a, b regimen) likeness {
	if a.amount != nil && b.amount != nil && a.often != nil && b.often != nil && a.unit == b.unit {
		if a.amount.Cmp(b.amount) == 0 && a.often.Cmp(b.often) == 0 && a.prn == b.prn {
			return alike
		}
		return unlike
	}
	if a.words == b.words && a.product != "" && a.product == b.product {
		return alike
	}
	return untold
}

// regimenOf reads one dosage; of several, which follow one another or add up, the words alone.
func regimenOf(f *ehrdesk.Facts, d *medication.Drug) (r regimen) {
	r.words, r.product = wordsOf(f), written(d.Name)
	if len(f.Dosages) != 1 || len(f.Dosages[0].Doses) != 1 {
		return r
	}
	one := &f.Dosages[0]
	r.prn = one.AsNeeded
	if v := &one.Doses[0]; v.Dose.Kind == ehrdesk.IsQuantity && v.Rate.IsZero() && v.Dose.Low.Comparator == "" {
		r.amount, r.unit = amount(&v.Dose.Low, d)
	}
	r.often = often(&one.Timing)
	return r
}

// wordsOf is a dosage as it is written.
func wordsOf(f *ehrdesk.Facts) string {
	var b strings.Builder
	put := func(parts ...string) {
		for _, s := range parts {
			b.WriteString(written(s) + "\x00")
		}
	}
	for i := range f.Dosages {
		d := &f.Dosages[i]
		put(d.Sequence, d.Text, d.Patient)
		for k := range d.Doses {
			for _, v := range [...]*ehrdesk.Value{&d.Doses[k].Dose, &d.Doses[k].Rate} {
				put(v.Low.Comparator, v.Low.Number, v.Low.Unit, v.Low.Code, v.High.Number, v.High.Unit, v.High.Code, v.Text, v.Concept.Words())
			}
		}
		t := &d.Timing
		put(t.Frequency, t.FrequencyMax, t.Period, t.PeriodMax, t.PeriodUnit, t.Offset, t.Code.Words(), strings.Join(t.Days, " "), strings.Join(t.Times, " "), strings.Join(t.When, " "))
		if d.AsNeeded {
			put("prn")
		}
	}
	put(f.NoteText)
	return b.String()
}

// grams are the units of mass, as parts of a gram.
var grams = map[string]*big.Rat{"g": big.NewRat(1, 1), "gram": big.NewRat(1, 1), "grams": big.NewRat(1, 1), "mg": big.NewRat(1, 1000), "milligram": big.NewRat(1, 1000),
	"milligrams": big.NewRat(1, 1000), "ug": big.NewRat(1, 1e6), "mcg": big.NewRat(1, 1e6), "µg": big.NewRat(1, 1e6), "μg": big.NewRat(1, 1e6), "microgram": big.NewRat(1, 1e6), "micrograms": big.NewRat(1, 1e6)}

// amount is a dose in grams, in units, or in millilitres of a product; of pieces of a product of one substance what they hold, where its name
// says it.
func amount(q *ehrdesk.Quantity, d *medication.Drug) (*big.Rat, string) {
	n, ok := new(big.Rat).SetString(q.Number)
	if !ok || len(q.Number) > 12 || strings.ContainsAny(q.Number, "eE/") {
		return nil, ""
	}
	unit := strings.ToLower(strings.TrimSpace(q.Code))
	if unit == "" {
		unit = strings.ToLower(strings.TrimSpace(q.Unit))
	}
	if g := grams[unit]; g != nil {
		return n.Mul(n, g), "g"
	}
	switch unit {
	case "ml", "millilitre", "milliliter":
		return n, "mL of " + written(d.Name) // another product may be stronger
	case "u", "unit", "units", "iu", "[iu]", "[iu]s":
		return n, "unit"
	}
	if !piece(unit) || len(d.Substances) != 1 {
		return nil, ""
	}
	each := strength(d.Name)
	if each == nil {
		return nil, ""
	}
	return n.Mul(n, each), "g"
}

// piece reports a unit that counts tablets or capsules.
func piece(unit string) bool {
	switch strings.Trim(unit, "{}") {
	case "1", "tab", "tabs", "tablet", "tablets", "cap", "caps", "capsule", "capsules", "片", "粒":
		return true
	}
	return false
}

// strength is the grams that a product's name gives a piece; nil for none and for several.
func strength(name string) *big.Rat {
	words := strings.Fields(strings.ToLower(medication.Name(name).Strength))
	if len(words) == 1 { // 5mg
		i := strings.IndexFunc(words[0], func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if i <= 0 {
			return nil
		}
		words = []string{words[0][:i], words[0][i:]}
	}
	if len(words) != 2 || grams[words[1]] == nil || len(words[0]) > 12 {
		return nil
	}
	n, ok := new(big.Rat).SetString(words[0])
	if !ok {
		return nil
	}
	return n.Mul(n, grams[words[1]])
}

// daily are codes of a timing that say how often a day.
var daily = map[string]int64{"QD": 1, "OD": 1, "DAILY": 1, "BID": 2, "BD": 2, "TID": 3, "TDS": 3, "QID": 4, "QDS": 4}

// often is how many times a day; nil where days, times or meals are named, or a range, or nothing.
func often(t *ehrdesk.Timing) *big.Rat {
	if len(t.Days)+len(t.Times)+len(t.When)+len(t.Events) > 0 || t.Offset != "" || t.FrequencyMax != "" || t.PeriodMax != "" {
		return nil
	}
	if t.Period == "" && t.Frequency == "" {
		for _, k := range append(slices.Clone(t.Code.Codings), ehrdesk.Coding{Code: t.Code.Text}) {
			if n := daily[strings.ToUpper(k.Code)]; n > 0 {
				return big.NewRat(n, 1)
			}
		}
		return nil
	}
	n, ok := new(big.Rat).SetString(cmp.Or(t.Frequency, "1"))
	period, okToo := new(big.Rat).SetString(t.Period)
	if !ok || !okToo || period.Sign() <= 0 || len(t.Frequency)+len(t.Period) > 12 {
		return nil
	}
	switch t.PeriodUnit {
	case "d":
	case "h":
		period.Quo(period, big.NewRat(24, 1))
	case "wk":
		period.Mul(period, big.NewRat(7, 1))
	default:
		return nil
	}
	return n.Quo(n, period)
}
