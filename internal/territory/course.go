package territory

import (
	"math"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// analyte is one thing that is measured of a person over the years.
type analyte uint8

const (
	creatinine analyte = iota // µmol/L
	urea
	sodium
	potassium
	urate // µmol/L
	haemoglobin
	cellVolume
	whiteCells
	neutrophilShare // of the white cells
	platelets
	hdl
	ldl
	triglycerides
	hba1c // %
	alt
	alp
	bilirubin
	albumin
	tsh
	thyroxine
	crp
	warfarinNeed // mg a day that would bring an INR of 2.5
	systolic
	diastolic
	pulse
	massIndex // kg/m², of an adult
	saturation
	analytes
)

// typical is how people have an analyte: men and women, how people differ, how far
// one person's values wander over months, and how far two samples of a day differ.
var typical = [analytes]struct{ men, women, spread, wave, noise float64 }{
	creatinine: {82, 62, 7, 4, 2}, urea: {5.4, 4.8, 0.8, 0.5, 0.3}, sodium: {140, 140, 1.2, 1, 0.7}, potassium: {4.2, 4.1, 0.2, 0.15, 0.12},
	urate: {340, 270, 30, 20, 12}, haemoglobin: {14.8, 13.0, 0.6, 0.25, 0.15}, cellVolume: {90, 89, 3, 0.7, 0.5}, whiteCells: {6.6, 6.4, 0.9, 0.5, 0.5},
	neutrophilShare: {0.58, 0.58, 0.04, 0.02, 0.02}, platelets: {235, 250, 32, 14, 8}, hdl: {1.25, 1.5, 0.15, 0.05, 0.03}, ldl: {2.7, 2.6, 0.4, 0.15, 0.1},
	triglycerides: {1.2, 1.05, 0.3, 0.15, 0.12}, hba1c: {5.4, 5.4, 0.15, 0.08, 0.05}, alt: {25, 19, 5, 4, 2}, alp: {72, 68, 12, 4, 3},
	bilirubin: {11, 9, 2.5, 1.5, 1}, albumin: {43, 42, 1.5, 1, 0.7}, tsh: {1.9, 2.0, 0.5, 0.25, 0.15}, thyroxine: {16, 15.5, 1.2, 0.5, 0.4},
	crp: {1.8, 1.6, 0.6, 0.5, 0.4}, warfarinNeed: {3.6, 3.0, 0.7, 0.3, 0}, systolic: {124, 119, 6, 4, 4}, diastolic: {76, 73, 4, 3, 3},
	pulse: {73, 75, 5, 3, 4}, massIndex: {23.8, 22.8, 2.2, 0.35, 0.06}, saturation: {98, 98, 0.5, 0.3, 0.4},
}

// shift moves an analyte from a time on: by so much in the end, most of it within
// the years given.
type shift struct {
	of        analyte
	by, years float64
}

type trace struct {
	level, drift, wave, noise, phase1, phase2 float64
	turns                                     []turn
}

type turn struct{ from, by, over float64 }

// at is the value t years into the record, without the noise of a sample.
func (c *trace) at(t float64) float64 {
	v := c.level + c.drift*t + c.wave*(0.6*math.Sin(2*math.Pi*t/2.7+c.phase1)+0.4*math.Sin(2*math.Pi*t/1.1+c.phase2))
	for _, u := range c.turns {
		if t > u.from {
			v += u.by * (1 - math.Exp((u.from-t)/u.over))
		}
	}
	return v
}

// course is how a person's measurements run: values follow one another in small
// steps, disease moves them over years and treatment moves them back.
type course struct {
	start  time.Time
	height float64 // metres, grown up
	stout  float64 // a child's weight against the middle of its age
	of     [analytes]trace
}

func (w *writer) setOut(start time.Time) {
	c := &w.body
	c.start = start
	woman := w.patient.Gender == ehrdesk.Female
	for i := range c.of {
		y := typical[i]
		level := y.men
		if woman {
			level = y.women
		}
		c.of[i] = trace{level: level + y.spread*w.normal(), wave: y.wave, noise: y.noise, phase1: 6.28 * w.rand.Float64(), phase2: 6.28 * w.rand.Float64()}
	}
	c.height, c.stout = 1.70+0.055*w.normal(), 1+0.07*w.normal()
	if woman {
		c.height = 1.575 + 0.05*w.normal()
	}
	age := w.age(start)
	c.of[massIndex].drift = 0.12 - 0.0035*max(age-20, 0) // people put on until sixty or so, and lose later
	c.of[systolic].drift = 0.25
	c.of[creatinine].drift = 0.2 + 0.008*max(age-40, 0)
	c.of[systolic].level += 0.22 * max(age-45, 0)
	c.of[creatinine].level += 0.25 * max(age-60, 0)
	c.of[haemoglobin].level -= 0.02 * max(age-60, 0)
}

// normal is a draw of the normal distribution, without its far ends.
func (w *writer) normal() float64 { return min(max(w.rand.NormFloat64(), -2), 2) }

func (c *course) years(at time.Time) float64 { return at.Sub(c.start).Hours() / hoursAYear }

// moves lets something act on the person from a time on.
func (c *course) moves(at time.Time, shifts ...shift) {
	for _, s := range shifts {
		c.of[s.of].turns = append(c.of[s.of].turns, turn{c.years(at), s.by, s.years})
	}
}

// sample is a value as the laboratory or the nurse finds it.
func (w *writer) sample(a analyte, at time.Time) float64 {
	t := &w.body.of[a]
	return max(t.at(w.body.years(at))+t.noise*w.normal(), typical[a].women*0.15)
}

// growth are the middle heights (cm) and weights (kg) of children by age in years.
var growth = [...]struct{ age, boyTall, girlTall, boyHeavy, girlHeavy float64 }{
	{0, 50, 49.5, 3.3, 3.2}, {0.25, 61, 60, 6.3, 5.8}, {0.5, 67, 65.5, 7.8, 7.2}, {1, 75.5, 74, 9.6, 9}, {2, 87, 86, 12.1, 11.6}, {4, 102, 101, 16, 15.5}, {6, 116, 115, 20.5, 19.5}, {8, 127, 126, 25.5, 24.5},
	{10, 138, 138, 31.5, 31}, {12, 150, 151, 39.5, 40}, {14, 163, 157, 49, 46.5}, {16, 169.5, 158.5, 55.5, 49.5}, {18, 171, 159, 58.5, 50.5},
}

// stature is the patient's height in metres and weight in kilograms on a day.
func (w *writer) stature(at time.Time) (height, weight float64) {
	age := w.age(at)
	if age >= 18 {
		h := w.body.height - 0.0008*max(age-50, 0)
		return h, w.sample(massIndex, at) * h * h
	}
	i := 1
	for i < len(growth)-1 && growth[i].age < age {
		i++
	}
	a, b := growth[i-1], growth[i]
	part := (age - a.age) / (b.age - a.age)
	between := func(x, y float64) float64 { return x + part*(y-x) }
	height, weight = between(a.boyTall, b.boyTall), between(a.boyHeavy, b.boyHeavy)
	if w.patient.Gender == ehrdesk.Female {
		height, weight = between(a.girlTall, b.girlTall), between(a.girlHeavy, b.girlHeavy)
	}
	return height / 100, weight * w.body.stout
}

// filtration is the eGFR in mL/min/1.73 m² by the CKD-EPI creatinine equation of
// 2021, for adults, from creatinine in µmol/L. Source: Inker LA et al., New
// creatinine- and cystatin C-based equations to estimate GFR without race,
// N Engl J Med 2021;385:1737-49.
func filtration(creatinine, age float64, female bool) float64 {
	kappa, alpha, factor := 0.9, -0.302, 1.0
	if female {
		kappa, alpha, factor = 0.7, -0.241, 1.012
	}
	x := creatinine / 88.4 / kappa // 88.4 µmol/L are 1 mg/dL
	return 142 * math.Pow(min(x, 1), alpha) * math.Pow(max(x, 1), -1.2) * math.Pow(0.9938, age) * factor
}
