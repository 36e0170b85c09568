package theme

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
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

// colours are those of a style, -1 for none.
func colours(st lipgloss.Style) (fg, bg int) {
	number := func(c color.Color) int {
		if i, ok := c.(ansi.IndexedColor); ok {
			return int(i)
		}
		return -1
	}
	return number(st.GetForeground()), number(st.GetBackground())
}

// The palette says of every role what its style says, and no more colours than the
// terminal has.
func TestThePaletteIsTheStyles(t *testing.T) {
	for _, name := range Names() {
		th := ByName(name)
		full, few, none := th.Palette(colorprofile.TrueColor), th.Palette(colorprofile.ANSI), th.Palette(colorprofile.ASCII)
		for i, st := range th.Styles {
			var want, plain []string
			for n, has := range map[string]bool{"1": st.GetBold(), "4": st.GetUnderline(), "7": st.GetReverse()} {
				if has {
					plain = append(plain, n)
				}
			}
			slices.Sort(plain)
			want = slices.Clone(plain)
			if fg, bg := colours(st); fg >= 0 {
				want = append(want, fmt.Sprintf("38;5;%d;48;5;%d", fg, bg))
			}
			if got := full[i]; got != strings.Join(want, ";") {
				t.Errorf("%s: role %d is %q, want %q", name, i, got, strings.Join(want, ";"))
			}
			if got := few[i]; strings.Contains(got, "8;5;") || len(got) > len("1;4;7;97;107") {
				t.Errorf("%s: role %d in sixteen colours is %q", name, i, got)
			}
			if got := none[i]; got != strings.Join(plain, ";") {
				t.Errorf("%s: role %d without colours is %q, want %q", name, i, got, strings.Join(plain, ";"))
			}
		}
	}
}

func TestEveryRoleCanBeRead(t *testing.T) {
	for _, name := range Names() {
		th := ByName(name)
		for i, st := range th.Styles {
			fg, bg := colours(st)
			if name == "mono" {
				if fg != -1 || bg != -1 {
					t.Errorf("mono: role %d has a colour", i)
				}
				continue
			}
			if fg < 16 || bg < 16 {
				t.Errorf("%s: role %d has no fixed colour", name, i)
				continue
			}
			a, b := luminance(rgb(fg)), luminance(rgb(bg))
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
		for i, st := range ByName(name).Styles {
			f, g := colours(st)
			if f < 0 {
				continue
			}
			fg, bg := ansi.Convert16(ansi.IndexedColor(f)), ansi.Convert16(ansi.IndexedColor(g))
			a, b := luminance(xterm[fg]), luminance(xterm[bg])
			if c := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); c < 3.9 { // white on grey: what such a terminal has between
				t.Errorf("%s: role %d is colour %d on %d, contrast %.1f", name, i, fg, bg, c)
			}
		}
	}
}
