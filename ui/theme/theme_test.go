package theme

import (
	"math"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// rgb is the fixed part of the 256-colour palette.
func rgb(n int) [3]float64 {
	if n >= 232 {
		v := float64(8 + 10*(n-232))
		return [3]float64{v, v, v}
	}
	n -= 16
	level := func(i int) float64 {
		if i == 0 {
			return 0
		}
		return float64(55 + 40*i)
	}
	return [3]float64{level(n / 36), level(n / 6 % 6), level(n % 6)}
}

// luminance is WCAG's relative luminance.
func luminance(c [3]float64) float64 {
	f := func(v float64) float64 {
		if v /= 255; v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	v := [3]float64{f(c[0]), f(c[1]), f(c[2])}
	return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2]
}

func TestEveryRoleCanBeRead(t *testing.T) {
	for _, name := range Names() {
		th := ByName(name)
		for i, l := range th.Looks {
			if name == "mono" {
				if l.Fg != -1 || l.Bg != -1 {
					t.Errorf("mono: role %d has a colour", i)
				}
				continue
			}
			if l.Fg < 16 || l.Bg < 16 {
				t.Errorf("%s: role %d has no fixed colour", name, i)
				continue
			}
			a, b := luminance(rgb(l.Fg)), luminance(rgb(l.Bg))
			if c := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); c < 4.5 && i != int(Rule) {
				t.Errorf("%s: role %d has contrast %.1f, want 4.5", name, i, c)
			}
		}
	}
}

func TestUnknownThemeIsDark(t *testing.T) {
	if ByName("sepia").Name != "dark" {
		t.Error("not dark")
	}
}

// A terminal of 16 colours is given the nearest of them: no role may come to stand
// on its own colour, or on one that is hardly another.
func TestEveryRoleCanBeReadInSixteenColours(t *testing.T) {
	xterm := [16][3]float64{{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
		{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255}}
	for _, name := range Names() {
		for i, l := range ByName(name).Looks {
			if l.Fg < 0 {
				continue
			}
			fg, bg := ansi.Convert16(ansi.IndexedColor(l.Fg)), ansi.Convert16(ansi.IndexedColor(l.Bg))
			a, b := luminance(xterm[fg]), luminance(xterm[bg])
			if c := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); c < 3.9 { // white on grey: what such a terminal has between
				t.Errorf("%s: role %d is colour %d on %d, contrast %.1f", name, i, fg, bg, c)
			}
		}
	}
}
