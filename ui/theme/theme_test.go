package theme

import (
	"math"
	"testing"
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
