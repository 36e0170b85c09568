package results

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

func seriesOf(term string, l Limits, values ...float64) *Series {
	s := &Series{Term: terms.Analytes().Named(term)}
	for _, v := range values {
		s.Points = append(s.Points, Point{Value: v, Limits: l})
	}
	return s
}

// display.md, Lab: sparkline beside the table; Graph: do not autoscale to fill.
func TestSparklineIsScaledByTheReferenceRange(t *testing.T) {
	within := Limits{Low: 4, Lower: "4.0", High: 5.6, Upper: "5.6"}
	h := seriesOf("HbA1c", within, 7.1, 7.8, 8.4, 8.9).Heights()
	if h[3] != 1 || h[0] < 0.5 || h[0] > 0.7 || h[1] <= h[0] {
		t.Errorf("the floor is the lower limit: %v", h)
	}
	if h = seriesOf("eGFR", Limits{Low: 60, Lower: "60"}, 70, 62, 55, 43).Heights(); h[3] > 0.05 || h[1] < 0.6 {
		t.Errorf("the range is not within: %v", h)
	}
}

func TestSparklineOfNoiseIsFlat(t *testing.T) {
	for name, s := range map[string]*Series{
		"triglycerides": seriesOf("triglycerides", Limits{High: 1.7, Upper: "1.7"}, 0.92, 0.9, 0.88),
		"eGFR":          seriesOf("eGFR", Limits{Low: 60, Lower: "60"}, 88, 85, 83),
		"sodium":        seriesOf("sodium", Limits{}, 140, 141),
		"noughts":       seriesOf("CRP", Limits{}, 0, 0),
	} {
		h := s.Heights()
		for _, v := range h {
			if v != h[0] {
				t.Errorf("%s: %v", name, h)
			}
		}
	}
	if h := seriesOf("potassium", Limits{Low: 3.5, Lower: "3.5", High: 5.1, Upper: "5.1"}, 4.6, 5.0).Heights(); h[0] == h[1] {
		t.Errorf("a change that says something is flat: %v", h)
	}
}

func TestHeightsAreWithinAndKeepTheOrderOfValues(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64(), 0, 12).Draw(r, "values")
		s := seriesOf(rapid.SampledFrom([]string{"HbA1c", "sodium", "no such test"}).Draw(r, "test"), Limits{}, values...)
		h := s.Heights()
		if n := min(len(values), SparkPoints); n < 2 && h != nil || n >= 2 && len(h) != n {
			r.Fatalf("%d heights of %d values", len(h), len(values))
		}
		for i := range h {
			if !(h[i] >= 0 && h[i] <= 1) {
				r.Fatalf("%v", h)
			}
		}
	})
}
