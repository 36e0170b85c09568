package ui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

var someKeys = []string{
	"enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "pgup", "pgdown", "home", "end", "backspace", "space",
	"f1", "f2", "f3", "f4", "f5", "f7", "f8", "f9", "ctrl+p", "ctrl+l", "ctrl+q", "ctrl+u", "g", "G", "j", "k", "1", "2", "3", "5", "9", "0", "-",
	"/", "r", "y", "x", "a", "f", "l", "[", "]", "?", "醫", "Ａ",
}

var somePastes = []string{
	fake.Active, fake.NoConsent, fake.Big, fake.OneYear, fake.Key, fake.Passphrase, "G123456", "warfarin", "\x1b[2J\x1b]0;owned\x07", "a\x00b\r\nc", "\u202ereversed", "陳大文", "👩‍⚕️", strings.Repeat("長", 300),
}

// others are words that belong to one patient alone.
var others = map[string][]string{
	"CHAN, Tai Man": {"WONG, Mei", "CHEUNG, Siu", "SUBRAMANIAM"}, "WONG, Mei Ling": {"CHAN, Tai", "CHEUNG, Siu", "SUBRAMANIAM"},
	"CHEUNG, Siu Fong": {"CHAN, Tai", "WONG, Mei", "SUBRAMANIAM"}, "SUBRAMANIAM-FERNANDES": {"CHAN, Tai", "WONG, Mei", "CHEUNG, Siu"},
}

// record ids show in the detail: each must be of the patient in the banner.
var ids = map[string]string{"CHAN, Tai Man": "p1-", "WONG, Mei Ling": "p2-", "CHEUNG, Siu Fong": "p10-", "SUBRAMANIAM-FERNANDES": "p3-"}

func TestWhateverIsPressedTheScreenHolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		lang := rapid.SampledFrom([]string{"en", "zh-Hant", "zh-Hans"}).Draw(rt, "lang")
		m, err := ui.New(config(fake.New(), lang))
		if err != nil {
			rt.Fatal(err)
		}
		p := uitest.Play(t, m, 120, 40)
		if rapid.Bool().Draw(rt, "signed in") {
			signIn(p, rapid.IntRange(0, 3).Draw(rt, "who"))
			if n := rapid.SampledFrom([]string{"", fake.Active, fake.NoConsent, fake.OneYear}).Draw(rt, "number"); n != "" {
				find(p, n)
				if rapid.Bool().Draw(rt, "opened") {
					p.Press("enter")
				}
			}
		}
		var seen []tea.Cmd
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0:
				p.Resize(rapid.IntRange(0, 300).Draw(rt, "w"), rapid.IntRange(0, 90).Draw(rt, "h"))
			case 1:
				p.Send(tea.PasteMsg{Content: rapid.SampledFrom(somePastes).Draw(rt, "paste")})
			case 2:
				p.Hold = true
			case 3:
				seen = append(seen, p.Held...)
				p.Release()
			case 4: // late and twice
				if len(seen) > 0 {
					c := seen[rapid.IntRange(0, len(seen)-1).Draw(rt, "late")]
					p.Held = append(p.Held, c)
					p.Release()
				}
			case 5:
				p.Type(rapid.SampledFrom([]string{fake.Passphrase, fake.Active, fake.Big, fake.Key}).Draw(rt, "type")).Press("enter")
			case 6:
				p.Send(ui.Tick())
			case 7: // from wherever, to another patient's chart
				p.Press("esc", "f2", "enter")
				open(p, rapid.SampledFrom([]string{fake.Active, fake.OneYear, fake.Deemed}).Draw(rt, "next"))
			default:
				p.Press(rapid.SampledFrom(someKeys).Draw(rt, "key"))
			}
			if p.Quit {
				return
			}
			check(rt, m, p)
		}
	})
}

func check(t *rapid.T, m *ui.Model, p *uitest.Player) {
	v := p.M.View()
	if f := m.Fault(); f != "" {
		t.Fatalf("fault: %s", f)
	}
	rows := strings.Split(v.Content, "\n")
	if p.W > 0 && p.H > 0 && len(rows) > p.H {
		t.Fatalf("%d rows in a window of %d", len(rows), p.H)
	}
	for _, r := range rows {
		if w := ansi.StringWidth(r); w > p.W {
			t.Fatalf("row of %d cells in a window of %d: %q", w, p.W, r)
		}
	}
	if v.Cursor == nil || v.Cursor.X < 0 || v.Cursor.Y < 0 || (p.W > 0 && v.Cursor.X >= p.W) || (p.H > 0 && v.Cursor.Y >= p.H) {
		t.Fatalf("cursor %v in a window of %dx%d", v.Cursor, p.W, p.H)
	}
	plain := ansi.Strip(v.Content)
	for _, r := range strings.ReplaceAll(plain, "\n", "") {
		if r < 0x20 || (r >= 0x7f && r < 0xa0) || r == 0x202e {
			t.Fatalf("U+%04X on screen", r)
		}
	}
	banner := ansi.Strip(rows[min(1, len(rows)-1)])
	for name, not := range others { // whose banner it is: the list of whom one opened today has no banner
		if !strings.Contains(banner, name) {
			continue
		}
		for _, n := range not {
			if strings.Contains(plain, n) {
				t.Fatalf("%s and %s on one screen:\n%s", name, n, plain)
			}
		}
		for who, id := range ids {
			if who != name && strings.Contains(plain, ": "+id) {
				t.Fatalf("a record %s under the banner of %s:\n%s", id, name, plain)
			}
		}
	}
	if m.Locked() {
		for _, w := range append(append([]string{}, clinical...), "CHAN, Tai", "WONG, Mei", "CHEUNG, Siu", "SUBRAMANIAM") {
			if strings.Contains(plain, w) {
				t.Fatalf("%q on a locked screen:\n%s", w, plain)
			}
		}
	}
}
