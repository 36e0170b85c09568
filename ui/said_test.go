package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// longList is a desk whose patient has more drugs than any window has rows, and allergies
// enough for a banner of four rows at 80 columns.
func longList() *fake.Desk {
	d := fake.New()
	d.Change("p2", func(f fake.Facts) {
		for i := range *f.Records {
			if r := &(*f.Records)[i]; r.Type() == ehrdesk.DiagnosisProcedureMedication {
				for len(*f.Records) < 90 {
					*f.Records = append(*f.Records, *r)
				}
				break
			}
		}
	})
	return d
}

// A message covers nothing: not the row of a list that is chosen, wherever that stands, not
// another row of it, not the banner, the status or the keys.
func TestAMessageLiesOverNothing(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {200, 60}} {
		for _, keys := range [][]string{{"s"}, {"m"}, {"t"}, {"3", "3"}, {"6", "6", "end"}, {"3", "3", "enter"}, {"f2"}, {"f4"}, {"f1"}} {
			p := open(signIn(play(t, longList(), "en", size[0], size[1]), doctor), fake.Active).Press(keys...)
			before := strings.Split(p.Screen(), "\n")
			p.Press("f12").Want("this key has no function")
			after := strings.Split(p.Screen(), "\n")
			for y := range before {
				if before[y] != after[y] && strings.Trim(before[y], "─ ") != "" && !strings.HasPrefix(before[y], "─────") { // the safety checks' own words in the rule stand, or come back
					t.Errorf("%v %v: row %d was %q and is %q", size, keys, y, before[y], after[y])
				}
			}
		}
	}
}

// Under a message that is too long for the rule, too, the chosen row, the status and the keys
// are seen at 80x24, and every word of the message.
func TestALongMessageMakesTheListScroll(t *testing.T) {
	words := strings.Repeat("what has happened at this desk ", 4) + "to the end"
	for _, lang := range []string{"en", "zh-Hant"} {
		p := open(signIn(play(t, longList(), lang, 80, 24), doctor), fake.Active).Press("6", "6", "end")
		before, m := strings.Split(p.Screen(), "\n"), p.M.(*ui.Model)
		m.Say(words)
		p.Send(ui.Tick())
		after := strings.Split(p.Screen(), "\n")
		if got := strings.Join(strings.Fields(strings.Join(after[20:22], " ")), " "); got != words {
			t.Errorf("%s: %q is said", lang, got)
		}
		if before[22] != after[22] || before[23] != after[23] {
			t.Errorf("%s: status and keys %q, before %q", lang, after[22:], before[22:])
		}
		if c := m.Chosen(); len(c) != 1 || !strings.Contains(strings.Join(after[:20], "\n"), c[0]) || !strings.Contains(c[0], "▸") {
			t.Errorf("%s: the row that is chosen, %q, is not seen:\n%s", lang, c, p.Screen())
		}
	}
}

// At 80x24 at least 14 rows of a list are seen under a banner of four rows, with a message
// as without.
func TestFourteenRowsOfAListAreSeenAt80x24(t *testing.T) {
	p := open(signIn(play(t, longList(), "en", 80, 24), doctor), fake.Active).Press("6", "6")
	for _, said := range []bool{false, true} {
		if said {
			p.Press("f12").Want("this key has no function")
		}
		rows := strings.Split(p.Screen(), "\n")
		head := 0
		for y, row := range rows {
			if strings.HasPrefix(row, "───") || strings.HasPrefix(row, "── ") {
				head = y
				break
			}
		}
		if list := 22 - head - 1 - 2; head != 5 || list < 14 { // its title and what lies below it apart
			t.Errorf("a banner of %d rows, %d rows of list (message: %v):\n%s", head-1, list, said, p.Screen())
		}
	}
}

// What the desk says of a key that was pressed is one row of 80 columns.
func TestWhatAKeySaysFitsTheRule(t *testing.T) {
	c := text.New()
	for _, words := range []text.T{c.Common.MouseOn, c.Common.MouseOff, c.Common.NoSuchKey, c.Chart.RestrictedWhy, c.Chart.CloseHint, c.Chart.NoReference, c.Laboratory.NoTrend} {
		for _, l := range text.Langs() {
			if n := paint.Width(words.In(l)); n > 72 {
				t.Errorf("%q is %d wide", words.In(l), n)
			}
		}
	}
}

// What stands on a screen follows its language, what is wrong with what was typed too.
func TestWhatIsWrongFollowsTheLanguage(t *testing.T) {
	all := text.New()
	p := find(signIn(play(t, fake.New(), "en", 100, 30), doctor), "A1234561").Want(all.Find.CheckDigit.In(text.English))
	p.Press("f8").Want(all.Find.CheckDigit.In(text.Hant)).Deny(all.Find.CheckDigit.In(text.English))
	p.Press("f8").Want(all.Find.CheckDigit.In(text.Hans))

	needed := all.SignIn.Needed.With(all.SignIn.Central)
	p = play(t, fake.New(), "en", 100, 40).Press("f9").Press("tab", "tab", "tab", "tab", "enter").Want(needed.In(text.English))
	p.Press("f8").Want(needed.In(text.Hant)).Deny(needed.In(text.English))
}

// A key that works before signing in says so to whoever is signed in.
func TestEnrolmentSaysWhatItWantsFirst(t *testing.T) {
	signIn(play(t, fake.New(), "en", 100, 30), doctor).Press("f9").Want("sign out first")
	play(t, fake.New(), "en", 100, 30).Press("f9").Deny("sign out first")
}

// Of a first copy nothing is new or changed.
func TestAFirstCopyIsNotCalledNewOrChanged(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 100, 30), doctor), fake.Active)
	p.Want("a first copy on this desk").Deny("new or changed")
	p.Press("f5").Deny("first copy")
}
