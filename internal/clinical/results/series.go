package results

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Stage is how far a result is to be relied on.
type Stage uint8

// The stages.
const (
	Final       Stage = iota
	Preliminary       // registered, preliminary, partial
	Corrected         // corrected, amended
	Unsure            // cancelled, unknown, or a status that FHIR does not have
)

// StageOf is a status' stage.
func StageOf(status string) Stage {
	switch status {
	case "final", "appended":
		return Final
	case "registered", "preliminary", "partial":
		return Preliminary
	case "corrected", "amended":
		return Corrected
	}
	return Unsure
}

// Limits are the ordinary reference range of a number, in the number's own unit.
type Limits struct {
	Low, High    float64
	Lower, Upper string // as sent, "" where that side has none
	Text         string // the range in words, where it has no number
	Several      bool   // there are several ordinary ranges: none of them is taken
}

// IsZero reports that there is no range.
func (l *Limits) IsZero() bool { return l.Lower == "" && l.Upper == "" && l.Text == "" && !l.Several }

// Same reports the same limits.
func (l *Limits) Same(o *Limits) bool {
	return l.Lower == o.Lower && l.Upper == o.Upper && l.Several == o.Several
}

// Outside reports a value outside the limits.
func (l *Limits) Outside(v float64) bool {
	return l.Lower != "" && v < l.Low || l.Upper != "" && v > l.High
}

// Point is one numeric result.
type Point struct {
	At         ehrdesk.When
	Number     string // as sent
	Comparator string // "<", "<=", ">=", ">"
	Value      float64
	Flag       ehrdesk.Flag
	Assessed   bool // false: nothing that could be read judges it
	Disputed   bool // the source and its own range say different things
	Limits     Limits
	Stage      Stage
	Awaited    bool // its report is not complete: other tests of it are yet to come
	Record     *ehrdesk.Record
	Part       int // which of the record's results
}

// Abnormal reports a point that something judges to be abnormal.
func (p *Point) Abnormal() bool {
	return p.Flag == ehrdesk.FlagHigh || p.Flag == ehrdesk.FlagLow || p.Flag == ehrdesk.FlagAbnormal || p.Critical()
}

// Critical reports a point that is critical.
func (p *Point) Critical() bool {
	return p.Flag == ehrdesk.FlagCriticalHigh || p.Flag == ehrdesk.FlagCriticalLow || p.Flag == ehrdesk.FlagCritical
}

// Series is the numbers of one test in one unit, oldest first.
type Series struct {
	Term   *terms.Term      // nil where the table does not have the test
	Name   ehrdesk.Concept  // as its newest result calls it
	Title  string           // of its newest record, for a test that is the record's own
	Unit   ehrdesk.Quantity // the unit as its newest result has it, without a number
	Kind   ehrdesk.Kind     // of its newest record
	Other  bool             // measured of somebody or something else than the patient
	Panel  string           // the key of the panel it stands in, "" for none
	Points []Point

	key, unit string
	top       int // the newest point, while they come
}

// Last is the newest point.
func (s *Series) Last() *Point { return &s.Points[len(s.Points)-1] }

// Before is the point before the newest one, nil where there is none.
func (s *Series) Before() *Point {
	if len(s.Points) < 2 {
		return nil
	}
	return &s.Points[len(s.Points)-2]
}

// Test tells tests apart: two series of one test have the same, in two units.
func (s *Series) Test() string { return s.key }

// SameUnit reports another series in the same unit.
func (s *Series) SameUnit(o *Series) bool { return s.unit == o.unit }

// Holds reports that a record has a point in the series.
func (s *Series) Holds(ref ehrdesk.Ref) bool {
	return slices.ContainsFunc(s.Points, func(p Point) bool { return p.Record.ID == ref.ID && p.Record.Resource == ref.Resource })
}

// Words are results of one test that are no number, oldest first.
type Words struct {
	Term    *terms.Term
	Title   string
	Kind    ehrdesk.Kind
	Records []*ehrdesk.Record
	key     string
}

// Last is the newest of them.
func (w *Words) Last() *ehrdesk.Record { return w.Records[len(w.Records)-1] }

// gather sorts results into series.
type gather struct {
	names  *namer
	series map[[2]string]*Series
	words  map[string]*Words
}

func newGather() *gather {
	return &gather{names: newNamer(), series: map[[2]string]*Series{}, words: map[string]*Words{}}
}

// take sorts one record's results.
func (g *gather) take(r *ehrdesk.Record, f *ehrdesk.Facts) {
	about, specimen := "", ""
	for i := range f.Relations {
		g.of(f.Relations[i].Role, f.Relations[i].Display, &about, &specimen)
	}
	for i := range f.Parties {
		g.of(f.Parties[i].Role, f.Parties[i].Display, &about, &specimen)
	}
	numbers := 0
	for i := range f.Results {
		res := &f.Results[i]
		number := &res.Value.Low
		if k := res.Value.Kind; k != ehrdesk.IsQuantity && k != ehrdesk.IsNumber || number.Number == "" {
			continue
		}
		v, err := strconv.ParseFloat(number.Number, 64)
		if err != nil {
			continue
		}
		numbers++
		name, title := &f.Code, r.Title
		if !res.Code.IsZero() {
			name, title = &res.Code, ""
		}
		a := g.names.of(name, title, about, specimen)
		k := [2]string{a.key, unitOf(number)}
		s := g.series[k]
		if s == nil {
			s = &Series{Term: a.term, key: k[0], unit: k[1], Other: about != ""}
			g.series[k] = s
		}
		s.Points = append(s.Points, Point{At: r.Date, Number: number.Number, Comparator: number.Comparator, Value: v, Flag: res.Flag, Assessed: res.Assessed,
			Disputed: res.Disputed, Limits: limits(res), Stage: StageOf(r.Status), Record: r, Part: i})
		if s.newest(len(s.Points) - 1) {
			s.Name, s.Title, s.Kind = ehrdesk.Concept{Text: name.Text, Codings: slices.Clone(name.Codings)}, title, r.Kind
			s.Unit = ehrdesk.Quantity{Unit: number.Unit, System: number.System, Code: number.Code}
		}
	}
	if numbers > 0 || !worded(r, f) {
		return
	}
	a := g.names.of(&f.Code, r.Title, about, specimen)
	w := g.words[a.key]
	if w == nil {
		w = &Words{Term: a.term, key: a.key}
		g.words[a.key] = w
	}
	w.Records = append(w.Records, r)
}

func (g *gather) of(role, display string, about, specimen *string) {
	switch role {
	case "focus":
		*about += display + ";"
	case "specimen":
		*specimen += display
	}
}

// newest reports whether the point just added is the newest so far.
func (s *Series) newest(i int) bool {
	if i > 0 && older(&s.Points[i], &s.Points[s.top]) < 0 {
		return false
	}
	s.top = i
	return true
}

// older orders points by time, and where that is one by what makes them differ.
func older(a, b *Point) int {
	return cmp.Or(a.At.Compare(b.At), a.Record.Updated.Compare(b.Record.Updated), strings.Compare(a.Record.Resource, b.Record.Resource),
		strings.Compare(a.Record.ID, b.Record.ID), cmp.Compare(a.Part, b.Part))
}

// worded reports a laboratory result that says something and is no number.
func worded(r *ehrdesk.Record, f *ehrdesk.Facts) bool {
	if r.Resource != "Observation" || r.Kind != ehrdesk.KindLaboratory {
		return false
	}
	for i := range f.Results {
		if !f.Results[i].Value.IsZero() || !f.Results[i].Absent.IsZero() {
			return true
		}
	}
	return f.Text != ""
}

const rangeMeaning = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"

// limits are the ordinary range of a result: the only one of its kind, in the unit of
// the value.
func limits(r *ehrdesk.Result) (l Limits) {
	if r.UnitsDiffer {
		return l
	}
	unit, found := unitOf(&r.Value.Low), false
	for i := range r.Ranges {
		rg := &r.Ranges[i]
		if !rg.Type.IsZero() && !rg.Type.Has("normal", rangeMeaning) {
			continue
		}
		if found {
			return Limits{Several: true}
		}
		found = true
		l.take(rg, unit)
	}
	return l
}

func (l *Limits) take(rg *ehrdesk.Range, unit string) {
	side := func(q *ehrdesk.Quantity) (float64, string) {
		if q.Number == "" || q.Comparator != "" || unitOf(q) != "" && unitOf(q) != unit {
			return 0, ""
		}
		v, err := strconv.ParseFloat(q.Number, 64)
		if err != nil {
			return 0, ""
		}
		return v, q.Number
	}
	l.Low, l.Lower = side(&rg.Low)
	l.High, l.Upper = side(&rg.High)
	if l.Lower == "" && l.Upper == "" {
		if l.Text = rg.Text; absent(rg.Text) {
			l.Text = ""
		}
	}
}

// absent reports words that senders write where there is no range.
func absent(words string) bool {
	switch strings.ToLower(strings.Trim(words, " .()[]")) {
	case "na", "n/a", "n.a", "null", "not applicable", "not available", "not established", "-", "--", "–", "—":
		return true
	}
	return false
}
