package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// left is what stands at the left of a screen, under the rail.
func left(screen string, w int) string {
	var out []string
	for row := range strings.Lines(screen) {
		r := []rune(strings.TrimRight(row, "\n"))
		cells := 0
		for i := range r {
			if cells >= w {
				r = r[:i]
				break
			}
			cells++
		}
		out = append(out, string(r))
	}
	return strings.Join(out[19:len(out)-2], "\n")
}

// The rows that the rail leaves on a large screen have what a doctor keeps in mind of this
// patient while something else is read, the high-risk drug in a word, and beside the summary,
// which says all that, whose records these are.
func TestUnderTheRailStandsWhatIsKeptInMindOfThisPatient(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 200, 60), doctor), fake.Active)
	if got := left(p.Screen(), 42); !strings.Contains(got, "Whose records") || !strings.Contains(got, "QMH Cardiology") || strings.Contains(got, "warfarin") {
		t.Errorf("beside the summary:\n%s", got)
	}
	for _, key := range []string{"3", "6", "t", "m"} {
		p.Press(key)
		got := left(p.Screen(), 42)
		for _, want := range []string{"Medication", "warfarin", "high risk: anticoagulant", "Results", "8.9 %", "Problems", "Atrial fibrillation"} {
			if !strings.Contains(got, want) {
				t.Errorf("beside %s %q is lacking:\n%s", key, want, got)
			}
		}
	}
}

// display.md, Wrong-patient: nobody else is named beside an open chart, whoever was open
// before.
func TestNobodyElseIsNamedBesideAnOpenChart(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 200, 60), doctor), fake.Active).Press("3")
	if !strings.Contains(p.Screen(), "WONG, Mei Ling") {
		t.Fatal(p.Screen())
	}
	p.Press("f2").Want("Opened today").Type(fake.OneYear).Press("enter", "enter", "3")
	if s := p.Screen(); strings.Count(s, "WONG, Mei Ling") > 1 || strings.Contains(s, "Opened today") || strings.Contains(s, fake.Active) {
		t.Errorf("somebody else beside the chart:\n%s", s)
	}
}
