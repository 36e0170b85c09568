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
			plain := weights(st)
			want := slices.Clone(plain)
			if fg, bg := colours(st); fg >= 0 {
				want = append(want, fmt.Sprintf("38;5;%d;48;5;%d", fg, bg))
			}
			if got := full[i]; got != strings.Join(want, ";") {
				t.Errorf("%s: role %d is %q, want %q", name, i, got, strings.Join(want, ";"))
			}
			if got := none[i]; got != strings.Join(plain, ";") {
				t.Errorf("%s: role %d without colours is %q, want %q", name, i, got, strings.Join(plain, ";"))
			}
			st = th.Sixteen[i]
			want = weights(st)
			if fg, bg, ok := numbers(st); ok {
				want = append(want, fmt.Sprintf("%d;%d", basic(fg, 30, 90), basic(bg, 40, 100)))
			}
			if got := few[i]; got != strings.Join(want, ";") {
				t.Errorf("%s: role %d in sixteen colours is %q, want %q", name, i, got, strings.Join(want, ";"))
			}
		}
	}
}

func basic(n, low, high int) int {
	if n < 8 {
		return low + n
	}
	return high + n - 8
}

// weights are a style's attributes beside its colours.
func weights(st lipgloss.Style) (out []string) {
	for n, has := range map[string]bool{"1": st.GetBold(), "4": st.GetUnderline(), "7": st.GetReverse()} {
		if has {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// numbers are the colours of a style of the sixteen; ok is false for none.
func numbers(st lipgloss.Style) (fg, bg int, ok bool) {
	f, ok1 := st.GetForeground().(ansi.BasicColor)
	b, ok2 := st.GetBackground().(ansi.BasicColor)
	return int(f), int(b), ok1 && ok2
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
			if c := contrast(rgb(fg), rgb(bg)); c < 4.5 && i != int(Rule) { // a line is no text
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

// What a terminal of sixteen colours is given is named, and can be read whichever of the
// common tables it has.
func TestEveryRoleCanBeReadInSixteenColours(t *testing.T) {
	tables := map[string][16][3]float64{
		"xterm": {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
			{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255}},
		"VGA": {{0, 0, 0}, {170, 0, 0}, {0, 170, 0}, {170, 85, 0}, {0, 0, 170}, {170, 0, 170}, {0, 170, 170}, {170, 170, 170},
			{85, 85, 85}, {255, 85, 85}, {85, 255, 85}, {255, 255, 85}, {85, 85, 255}, {255, 85, 255}, {85, 255, 255}, {255, 255, 255}},
		"Windows": {{12, 12, 12}, {197, 15, 31}, {19, 161, 14}, {193, 156, 0}, {0, 55, 218}, {136, 23, 152}, {58, 150, 221}, {204, 204, 204},
			{118, 118, 118}, {231, 72, 86}, {22, 198, 12}, {249, 241, 165}, {59, 120, 255}, {180, 0, 158}, {97, 214, 214}, {242, 242, 242}},
	}
	for _, name := range Names() {
		for i, st := range ByName(name).Sixteen {
			fg, bg, ok := numbers(st)
			if !ok {
				if name != "mono" {
					t.Errorf("%s: role %d has no colour of the sixteen", name, i)
				}
				continue
			}
			for table, rgb := range tables {
				if c := contrast(rgb[fg], rgb[bg]); c < 4.5 {
					t.Errorf("%s, %s: role %d is colour %d on %d, contrast %.1f", table, name, i, fg, bg, c)
				}
			}
		}
	}
}

func contrast(x, y [3]float64) float64 {
	a, b := luminance(x), luminance(y)
	return (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05)
}

// seen is a colour as somebody sees it who lacks the cones for red or for green: after
// Viénot, Brettel and Mollon 1999, in linear light.
func seen(c [3]float64, red bool) [3]float64 {
	for i := range c {
		if c[i] /= 255; c[i] <= 0.04045 {
			c[i] /= 12.92
		} else {
			c[i] = math.Pow((c[i]+0.055)/1.055, 2.4)
		}
	}
	r, g, b := c[0], c[1], c[2]
	if red {
		return [3]float64{0.11238*r + 0.88762*g, 0.11238*r + 0.88762*g, 0.00401*r - 0.00401*g + b}
	}
	return [3]float64{0.29275*r + 0.70725*g, 0.29275*r + 0.70725*g, -0.02234*r + 0.02234*g + b}
}

// What is wrong, what is to be looked at and what is well are told apart in the theme
// for the colour-blind by whoever lacks the cones for red or for green.
func TestTheColourBlindThemeHasNoRedAgainstGreen(t *testing.T) {
	th := ByName("colour-blind")
	ground := map[int]bool{int(Offline): true}
	role := func(i int) [3]float64 {
		fg, bg := colours(th.Styles[i])
		if ground[i] {
			return rgb(bg)
		}
		return rgb(fg)
	}
	for _, pair := range [][2]int{{int(Critical), int(Good)}, {int(Abnormal), int(Good)}, {int(Critical), int(Abnormal)}, {int(Critical), int(Text)}, {int(Offline), int(Good)}, {int(Critical), int(Title)}} {
		for _, red := range []bool{true, false} {
			a, b := seen(role(pair[0]), red), seen(role(pair[1]), red)
			if d := math.Abs(a[0]-b[0]) + math.Abs(a[2]-b[2]); d < 0.25 {
				t.Errorf("roles %d and %d lie %.2f apart without the cones for red: %v", pair[0], pair[1], d, red)
			}
		}
	}
	for i := range th.Sixteen {
		if fg, bg, _ := numbers(th.Sixteen[i]); fg%8 == 1 || fg%8 == 2 || bg%8 == 1 || bg%8 == 2 {
			t.Errorf("role %d is red or green in sixteen colours", i)
		}
	}
}
