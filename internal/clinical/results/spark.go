package results

import "math"

// SparkPoints is how many of the newest results a sparkline has, wherever it stands.
const SparkPoints = 6

// Heights are where the newest results of a series stand between the floor of a small
// graph, 0, and its top, 1; the newest is the last, nil for less than two. The graph
// reaches over the reference range, where the newest result has one, and over at least
// four times the change that says something of this test. Results that differ by less
// than that change stand at one height: what is noise is flat.
func (s *Series) Heights() []float64 {
	points := s.Points[max(0, len(s.Points)-SparkPoints):]
	if len(points) < 2 {
		return nil
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i := range points {
		low, high = min(low, points[i].Value), max(high, points[i].Value)
	}
	noise := s.noise(max(abs(low), abs(high)))
	flat, middle := high-low < noise, low/2+high/2
	switch l := &s.Last().Limits; {
	case l.Lower != "" && l.Upper != "":
		low, high = min(low, l.Low), max(high, l.High)
	case l.Lower != "":
		low, high = min(low, l.Low), max(high, l.Low)
	case l.Upper != "":
		low, high = min(low, l.High, 0), max(high, l.High)
	}
	if least := 4 * noise; high-low < least {
		at := low/2 + high/2
		low, high = at-least/2, at+least/2
	}
	out := make([]float64, len(points))
	for i := range points {
		v := points[i].Value
		if flat {
			v = middle
		}
		if out[i] = (v - low) / (high - low); !(out[i] >= 0 && out[i] <= 1) { // all are noughts, or beyond what can be reckoned
			out[i] = 0.5
		}
	}
	return out
}

// noise is the least change of a test that says more than that it was measured twice,
// for values of a size. The thresholds are general knowledge and wait for a physician's
// word, as those of a trend do.
func (s *Series) noise(size float64) float64 {
	if s.Term != nil && !s.Other {
		switch s.Term.English {
		case "HbA1c":
			if s.unit == "mmol/mol" {
				return 5
			}
			return 0.295
		case "sodium", "chloride":
			return 0.02 * size
		case "calcium", "corrected calcium", "body height":
			return 0.03 * size
		case "haemoglobin", "body weight", "body mass index", "albumin":
			return 0.04 * size
		case "potassium", "INR":
			return 0.06 * size
		}
	}
	return 0.1 * size
}
