package form

// Problem is something that keeps the answers from being completed.
type Problem struct {
	Place Place
	What  Fault
	Limit string // what was to be kept to, as the form has it; "" where nothing was
	Words Text   // of a rule that does not hold: what its author says of it
}

// Fault says what is wrong, in a fixed word.
type Fault string

// The faults.
const (
	Required  Fault = "required"   // it has to be answered
	TooFew    Fault = "too-few"    // Limit more rows have to be answered
	TooMany   Fault = "too-many"   // more rows than Limit
	NotType   Fault = "not-type"   // it is no number, date … of the item's type
	NoOption  Fault = "no-option"  // it is none of the answers to choose from
	TooLow    Fault = "too-low"    // less, or earlier, than Limit
	TooHigh   Fault = "too-high"   // more, or later, than Limit
	TooShort  Fault = "too-short"  // fewer characters than Limit
	TooLong   Fault = "too-long"   // more characters than Limit
	Pattern   Fault = "pattern"    // of another form than Limit
	Places    Fault = "places"     // more decimal places than Limit
	WrongUnit Fault = "wrong-unit" // in a unit that is not asked for
	Alone     Fault = "alone"      // an answer that goes with no other, and there is one
	Again     Fault = "again"      // the same answer twice
	TooBig    Fault = "too-big"    // more bytes than Limit
	Rule      Fault = "rule"       // a rule of the form does not hold
	WrongKind Fault = "wrong-kind" // a file, or a reference, of a kind that is not asked for: Limit
)

// Check says all that is wrong with the answers, in the order of the form. What is not
// asked is not held to anything.
func (a *Answers) Check() []Problem {
	var out []Problem
	a.check(&a.top, "", &out)
	a.checkRules(&out)
	return out
}

func (a *Answers) check(p *part, rows string, out *[]Problem) {
	for i := range p.entries {
		e := &p.entries[i]
		it := e.item
		first := Place{it.Link, below(rows, 0)}
		if it.Type == Display || !a.Enabled(first) {
			continue
		}
		n := 0 // rows that say something
		for j := range e.rows {
			if a.says(it, &e.rows[j], below(rows, j)) {
				n++
			}
		}
		checkCount(it, n, len(e.rows), first, out)
		for j := range e.rows {
			r := &e.rows[j]
			at := Place{it.Link, below(rows, j)}
			if it.Type.Asks() && !r.value.IsZero() {
				checkValue(it, r.value, at, out)
				checkBeside(it, e, j, at, out)
			}
			if a.holdsTo(it, r, j, at.Rows) {
				a.check(&r.inside, at.Rows, out)
			}
		}
	}
}

// holdsTo reports whether what stands in a row is checked: of a group that repeats and
// that nobody began, nothing is asked.
func (a *Answers) holdsTo(it *Item, r *row, n int, rows string) bool {
	if it.Type != Group || !it.Repeats {
		return true
	}
	return a.says(it, r, rows) || n < it.Limits.MinOccurs || n == 0 && it.Required
}

// says reports a row with an answer in it that is asked for.
func (a *Answers) says(it *Item, r *row, rows string) bool {
	if it.Type.Asks() {
		return !r.value.IsZero()
	}
	for i := range r.inside.entries {
		e := &r.inside.entries[i]
		if e.item.Type == Display || !a.Enabled(Place{e.item.Link, below(rows, 0)}) {
			continue
		}
		for j := range e.rows {
			if a.says(e.item, &e.rows[j], below(rows, j)) {
				return true
			}
		}
	}
	return false
}

// checkCount holds how many rows are answered against what is asked.
func checkCount(it *Item, n, rows int, at Place, out *[]Problem) {
	l := it.Limits
	switch {
	case it.Required && n == 0 && (it.Type.Asks() || asksBelow(it)):
		*out = append(*out, Problem{Place: at, What: Required})
	case n > 0 && n < l.MinOccurs:
		*out = append(*out, Problem{Place: at, What: TooFew, Limit: itoa(l.MinOccurs)})
	case l.MaxOccurs > 0 && n > l.MaxOccurs:
		*out = append(*out, Problem{Place: at.sibling(it, rows-1), What: TooMany, Limit: itoa(l.MaxOccurs)})
	}
}

func asksBelow(it *Item) bool {
	for _, x := range it.Items {
		if x.Type.Asks() && !x.Closed || asksBelow(x) {
			return true
		}
	}
	return false
}

// checkBeside holds an answer against the others of the same question.
func checkBeside(it *Item, e *entry, j int, at Place, out *[]Problem) {
	alone := false
	for k := range it.Options {
		if it.Options[k].Exclusive && same(e.rows[j].value, it.Options[k].Value) {
			alone = true
		}
	}
	for k := range e.rows {
		if k == j || e.rows[k].value.IsZero() {
			continue
		}
		if alone {
			*out = append(*out, Problem{Place: at, What: Alone})
			return
		}
		if k < j && len(it.Options) > 0 && same(e.rows[k].value, e.rows[j].value) {
			*out = append(*out, Problem{Place: at, What: Again})
			return
		}
	}
}
