package results

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// What makes a trend worth a line. The thresholds are general knowledge and wait for a
// physician's word; the rule is that of the extract of three key points.
const (
	trendLeast = 3
	trendApart = 30 * 24 * time.Hour
	trendSpan  = 24 * 30 * 24 * time.Hour // how far back a trend is looked for: 24 months
	halfYear   = 183 * 24 * time.Hour
)

// Why says what makes a series move.
type Why uint8

// The reasons, the gravest first.
const (
	Still   Why = iota
	Change      // by as much as counts for this test
	Crossed     // it was within its reference range and is outside it now
)

// Move is a series that moves: from one point to the last, over so many results.
type Move struct {
	Why      Why
	From, To *Point
	Count    int
}

// Moving is the trend of a series, Why is Still for none: at least three numbers in one
// unit, each a month or more after the one before, within two years.
func (s *Series) Moving() Move {
	steps := s.steps()
	if len(steps) < trendLeast {
		return Move{}
	}
	from, to := steps[len(steps)-1], steps[0]
	m := Move{From: from, To: to, Count: len(steps)}
	switch {
	case s.changed(steps):
		m.Why = Change
	case !from.Limits.Outside(from.Value) && to.Limits.Outside(to.Value) && from.Limits.Same(&to.Limits):
		m.Why = Crossed
	default:
		return Move{}
	}
	return m
}

// steps are the points that count for a trend, the newest first.
func (s *Series) steps() (out []*Point) {
	for i := len(s.Points) - 1; i >= 0; i-- {
		p := &s.Points[i]
		if p.Comparator != "" || p.Stage == Unsure || p.At.Precision < ehrdesk.ToDay {
			continue
		}
		if len(out) > 0 && out[0].At.Time.Sub(p.At.Time) > trendSpan {
			break
		}
		if len(out) == 0 || out[len(out)-1].At.Time.Sub(p.At.Time) >= trendApart {
			out = append(out, p)
		}
	}
	return out
}

// changed reports a change that counts for this test.
func (s *Series) changed(steps []*Point) bool {
	if s.Term == nil || s.Other {
		return false
	}
	first, last := steps[len(steps)-1].Value, steps[0].Value
	switch s.Term.English {
	case "HbA1c":
		return s.unit == "%" && abs(last-first) >= 0.995 || s.unit == "mmol/mol" && abs(last-first) >= 11
	case "eGFR":
		return last <= 0.75*first && stage(last) != stage(first)
	case "haemoglobin":
		return s.unit == "g/L" && first-last >= 20 || s.unit == "g/dL" && first-last >= 1.995
	case "creatinine":
		return last >= 1.5*first
	case "body weight":
		for _, p := range steps[1:] {
			if steps[0].At.Time.Sub(p.At.Time) <= halfYear && p.Value > 0 && abs(last-p.Value) >= 0.05*p.Value {
				return true
			}
		}
	}
	return false
}

// stage is a G category of chronic kidney disease. Source: KDIGO 2012.
func stage(egfr float64) int {
	for i, least := range [...]float64{90, 60, 45, 30, 15} {
		if egfr >= least {
			return i
		}
	}
	return 5
}

func abs(v float64) float64 { return max(v, -v) }

// Latest is the newest result of a test, and how it moves.
type Latest struct {
	Series  Series // the newest points alone: enough for the trend and a sparkline
	Move    Move
	Watched bool // it is followed whatever it says
}

// The records of one title that are opened for the summary.
const (
	newestOpened = SparkPoints
	stepsOpened  = 6
)

// Abnormal gives the tests whose newest result is abnormal or that move, and those that
// are watched whatever they say (the table's English names), in no order (Apart). It opens
// the facts of a few records of each title alone: of two tests, or units, with one title
// the rarer may be missed.
func Abnormal(list func(ehrdesk.RecordType) []ehrdesk.Record, watched ...string) []Latest {
	type group struct {
		n    int
		last time.Time
	}
	titles := map[string]*group{}
	var few []*ehrdesk.Record
	for _, t := range measuring()[:2] {
		records := list(t)
		for i := range records { // newest first
			r := &records[i]
			if r.Resource == "DiagnosticReport" && StageOf(r.Status) == Corrected {
				few = append(few, r)
			}
			if r.Resource != "Observation" || r.Void() {
				continue
			}
			g := titles[r.Title]
			if g == nil {
				g = &group{}
				titles[r.Title] = g
			}
			if g.n >= newestOpened && (g.n >= newestOpened+stepsOpened || g.last.Sub(r.Date.Time) < trendApart) {
				continue
			}
			g.n, g.last = g.n+1, r.Date.Time
			few = append(few, r)
		}
	}
	set := of(few)
	var out []Latest
	for _, s := range set.Series {
		if s.Other || s.Last().Stage == Unsure {
			continue
		}
		followed := s.Term != nil && slices.Contains(watched, s.Term.English)
		if m := s.Moving(); s.Last().Abnormal() || m.Why != Still || followed {
			out = append(out, Latest{s, m, followed})
		}
	}
	return out
}
