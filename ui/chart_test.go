package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// head is the screen above the rule under the consent line, in one line.
func head(screen string) string {
	var out []string
	for row := range strings.Lines(screen) {
		if strings.HasPrefix(row, "───") {
			break
		}
		out = append(out, strings.TrimSpace(row))
	}
	return strings.Join(out, " ")
}

// An allergy that does not fit in a row takes more rows: its substance and its
// reaction are in the first view.
func TestALongAllergyIsShownWholeWithItsReaction(t *testing.T) {
	d := fake.New()
	d.Change("p2", func(f fake.Facts) {
		f.Allergies.Entries = []ehrdesk.AllergyEntry{
			{Substance: "penicillin", Reaction: "rash"},
			{Substance: "amoxicillin and clavulanic acid 阿莫西林克拉維酸", Reaction: "anaphylaxis with laryngeal oedema; urticaria"},
			{Substance: "aspirin", Reaction: "wheeze", Unconfirmed: true},
		}
	})
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active)
	got := strings.ReplaceAll(head(p.Screen()), " ", "") // a break may stand between Chinese characters
	for _, want := range []string{"KNOWN ALLERGIES 3", "penicillin – rash", "amoxicillin and clavulanic acid 阿莫西林克拉維酸 – anaphylaxis with laryngeal oedema; urticaria", "aspirin – wheeze (unconfirmed)", "CONSENT"} {
		if !strings.Contains(got, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("no %q above the list:\n%s", want, p.Screen())
		}
	}
}

func TestOfManyAllergiesEverySubstanceIsShown(t *testing.T) {
	names := []string{"penicillin", "aspirin", "ibuprofen", "co-trimoxazole", "erythromycin", "cefalexin", "codeine", "iodinated contrast medium 含碘造影劑", "latex", "peanut 花生", "shellfish", "amoxicillin and clavulanic acid 阿莫西林克拉維酸"}
	d := fake.New()
	d.Change("p2", func(f fake.Facts) {
		f.Allergies.Entries = nil
		for _, n := range names {
			f.Allergies.Entries = append(f.Allergies.Entries, ehrdesk.AllergyEntry{Substance: n, Reaction: "maculopapular rash with fever and facial swelling"})
		}
	})
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		p := open(signIn(play(t, d, "en", size[0], size[1]), doctor), fake.Active)
		got := strings.ReplaceAll(head(p.Screen()), " ", "")
		for _, n := range append([]string{"KNOWN ALLERGIES 12", "reactions: key 5"}, names...) {
			if !strings.Contains(got, strings.ReplaceAll(n, " ", "")) {
				t.Errorf("%v: no %q above the list:\n%s", size, n, p.Screen())
			}
		}
		p.Want("General out-patient clinic") // and there is a list still
	}
}
