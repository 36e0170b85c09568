package ui_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// typist types a line at each prompt.
type typist struct {
	lines  []string
	secret []bool // whether each was asked for as a secret
}

func (p *typist) Echoes() bool { return false }

func (p *typist) Line(secret bool) ([]byte, error) {
	if len(p.lines) == 0 {
		return nil, io.EOF
	}
	l := p.lines[0]
	p.lines, p.secret = p.lines[1:], append(p.secret, secret)
	return []byte(l), nil
}

// told is a session of lines with a fake desk: what was said after each line.
func told(t *testing.T, d *fake.Desk, lang string, lines ...string) (all string, after []string, p *typist) {
	t.Helper()
	var out bytes.Buffer
	p = &typist{lines: lines}
	if err := ui.RunPlain(context.Background(), config(d, lang), p, &out); err != nil {
		t.Fatal(err)
	}
	return out.String(), strings.Split(out.String(), "\n> "), p
}

func wants(t *testing.T, said string, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(said, s) {
			t.Errorf("%q was not said in:\n%s", s, said)
		}
	}
}

// The accounts stand in the list of people, the passphrase is asked for apart.
var signsIn = []string{"", fake.Passphrase}

func TestPlainSignsInFindsAndReadsAChart(t *testing.T) {
	all, after, p := told(t, fake.New(), "en", append(signsIn, fake.Active, "", "m", "3", "open 1", "back", "6", "summary", "open 2", "quit")...)
	if p.secret[0] || !p.secret[1] || p.secret[2] {
		t.Errorf("asked for as a secret: %v", p.secret)
	}
	wants(t, after[0], "Sign in", "chosen: 1. Dr LEE Ka Ho")
	wants(t, all, "Find a patient", "WONG, Mei Ling 黃美玲 (Ms)", "The record can be opened.", "KNOWN ALLERGIES 2", "penicillin – anaphylaxis")
	wants(t, all, "Problems 1\nchosen: 1. Atrial fibrillation 心房顫動, QMH Cardiology, since 01-Apr-2019\n")
	wants(t, all, "warfarin — tablet — DOSE 3 mg — oral — once a day, high risk: anticoagulant")
	wants(t, all, "HbA1c (4.0–6.0), 03-Aug-2026 8.9 % H ↑ high, PARTIAL")
	wants(t, all, "Note, Specimen slightly haemolysed", "Clinical notes")
	wants(t, after[len(after)-1], "ehrdesk has ended.")
}

// What a screen says is lines: no box, no shape, no control byte, in any language, and
// whatever the data hold.
func TestPlainWritesNothingButLines(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
		d := fake.New()
		d.Change("p2", func(f fake.Facts) {
			for i := range *f.Records {
				(*f.Records)[i].Title += "\x1b[2J\x1b]0;owned\x07\u202ename\r\n\x9b"
			}
		})
		all, _, _ := told(t, d, lang, append(signsIn, fake.Active, "", "1", "9", "open 1", "r", "back", "t", "3", "g", "v", "m", "z", "types", "down", "again", "f1", "back", "ctrl+p", "back", "f4", "back", "search 鉀", "", "lock", "quit")...)
		for _, r := range all {
			switch {
			case r == '\n':
			case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x202e:
				t.Fatalf("%s: U+%04X was said", lang, r)
			case r >= 0x2500 && r <= 0x25ff:
				t.Fatalf("%s: a drawing was said: %c", lang, r)
			}
		}
		for l := range strings.Lines(all) {
			if strings.Contains(l, "  ") && !strings.HasPrefix(l, "> ") {
				t.Errorf("%s: columns in %q", lang, l)
			}
		}
	}
}

// Of a list in which the focus alone moves, only the item that has it now is said.
func TestPlainSaysWhatHasChanged(t *testing.T) {
	_, after, _ := told(t, fake.New(), "en", append(signsIn, fake.Active, "", "9", "down", "again", "quit")...)
	moved, again := after[len(after)-3], after[len(after)-2]
	if n := strings.Count(moved, "chosen: 2."); n != 1 || strings.Contains(moved, "WONG") || strings.Contains(moved, "\n1. ") {
		t.Errorf("after down:\n%s", moved)
	}
	wants(t, again, "WONG, Mei Ling", "chosen: 2.", "\n1. ", "Enter detail")
}

// A consent is taken by the same steps and questions, and the Access Key is a secret.
func TestPlainTakesAConsent(t *testing.T) {
	d := fake.New()
	all, after, p := told(t, d, "en", "down", "down", "down", "", fake.Passphrase, fake.NoConsent, "", "y", "a", "tick", fake.Tail, "a", "", "", fake.Key, "y", "quit")
	if !p.secret[4] || !p.secret[14] {
		t.Errorf("asked for as a secret: %v", p.secret)
	}
	wants(t, all, "chosen: 4. CHEUNG Mei Yee", "CONSENT none", "2, Access Key", "The patient reads both notices", "end of both notices", "[x] I have seen", "chosen: a, the patient", "Access Key, entered, not shown")
	wants(t, after[len(after)-2], "Consent recorded", "SC-2026-000482", "until the patient withdraws it")
	if strings.Contains(after[len(after)-3], fake.Key) {
		t.Error("the Access Key was said")
	}
}

// The patients opened today are items of the first screen: one of them is chosen by its
// number there.
func TestPlainGoesBackToAPatientOfToday(t *testing.T) {
	_, after, _ := told(t, fake.New(), "en", append(signsIn, fake.Active, "", "f2", "open 1", "quit")...)
	wants(t, after[len(after)-3], "Opened today", "1. ", "WONG, Mei Ling")
	wants(t, after[len(after)-2], "WONG, Mei Ling 黃美玲 (Ms), Born")
}

// A line that is no command says so; what is typed in sight where a secret is wanted is
// never taken for it.
func TestPlainNeverTakesASecretInSight(t *testing.T) {
	_, after, _ := told(t, fake.New(), "en", "down", "up", fake.Passphrase, "quit")
	wants(t, after[len(after)-2], "Press Enter alone first.")
	_, after, _ = told(t, fake.New(), "en", append(signsIn, fake.Active, "", "frobnicate", "open 99", "quit")...)
	wants(t, after[len(after)-3], "Not understood.")
	wants(t, after[len(after)-2], "There is no item 99 here.")
}

// Whoever signs in may type the id, or the number in the list, as at any other prompt: the
// passphrase is asked for next. A key that is typed where a secret is wanted is not repeated.
func TestPlainTakesAPersonsIDBeforeThePassphrase(t *testing.T) {
	for _, id := range []string{"cmei", "CMEI", "4"} {
		_, after, p := told(t, fake.New(), "en", id, fake.Passphrase, "quit")
		wants(t, after[1], "chosen: 4. CHEUNG Mei Yee")
		wants(t, strings.Join(after[1:], "\n"), "Find a patient")
		if !p.secret[1] {
			t.Error("the passphrase was asked for in sight")
		}
	}
	for _, id := range []string{"nobody", "doctor nurse", "12345678"} {
		_, after, _ := told(t, fake.New(), "en", id, "quit")
		wants(t, after[1], "Press Enter alone first.")
		if strings.Contains(after[1], id) {
			t.Errorf("%q is repeated", id)
		}
	}
}

// The trend is read as values with their unit, and of which period; the axis is not.
func TestPlainReadsATrendByItsValues(t *testing.T) {
	_, after, _ := told(t, fake.New(), "en", append(signsIn, fake.Active, "", "3", "g", "[", "quit")...)
	shown, longer := after[len(after)-3], after[len(after)-2]
	wants(t, shown, "Potassium 鉀 (mmol/L), 1m, 6m, chosen: 1y, 5y, all", "chosen: 1. 14-Nov-2026, 6.8 mmol/L, HH ↑↑ CRITICAL, Queen Mary")
	wants(t, longer, "chosen: 5y")
	for _, l := range strings.Split(shown, "\n") {
		if strings.Count(l, "2026") > 2 && !strings.HasPrefix(l, "last") {
			t.Errorf("the axis is read: %q", l)
		}
	}
}

// What changed names every period that can be counted from, and which one is.
func TestPlainNamesEveryPeriodOfWhatChanged(t *testing.T) {
	_, after, _ := told(t, fake.New(), "en", append(signsIn, fake.Active, "", "u", "v", "quit")...)
	wants(t, after[len(after)-3], "What changed, ", "chosen: ", "90 days", "1 year")
	wants(t, after[len(after)-2], "90 days", "1 year")
}

// A finding that stops is said before anything of the chart but who it is of, and asks for its reason as on the screen.
func TestPlainSaysAFindingThatStops(t *testing.T) {
	d := fake.New()
	prescribed(d, "p2", "simvastatin 40 mg tablet", "clarithromycin 500 mg tablet")
	all, after, _ := told(t, d, "en", append(signsIn, fake.Active, "", "back", "!", "open 1", "y", "abcd: statin paused", "", "y", "quit")...)
	wants(t, after[3], "STOP – simvastatin + clarithromycin", "Rhabdomyolysis", "[1] simvastatin", "instead: azithromycin", "y go on")
	if i := len(after) - 1; strings.Contains(after[4], "Enter or Esc back") || !strings.Contains(after[4], "NOW: Atrial fibrillation") {
		t.Errorf("after going back, of %d: %s", i, after[4])
	}
	wants(t, after[6], "STOP – simvastatin + clarithromycin")
	wants(t, all, "chosen: Reason", "acknowledged, and written in the access log")
	if got := d.Said["p2"]; len(got) != 1 || got[0].Reason != "abcd: statin paused" {
		t.Errorf("kept: %+v", got)
	}
}

// What waits at the door is read as lines, on the list and in the chart, and acknowledged by the same keys.
func TestPlainReadsAndAcknowledgesWhatCameNew(t *testing.T) {
	for lang, want := range map[string][]string{
		"en":      {"! 2 to act on, 2 to know, 3 h 0 m, nobody has it yet: T", "To acknowledge 4", "TO ACT ON", "2 acknowledged by you"},
		"zh-Hant": {"! 2 項待處理, 2 項待知悉", "待確認 4", "待處理", "已由你確認 2 項"},
	} {
		d := fake.New()
		atTheDoor(d)
		all, after, _ := told(t, d, lang, append(signsIn, "ctrl+t", "", "", "Y", "quit")...)
		wants(t, all, want[:3]...)
		wants(t, after[len(after)-2], want[3])
		if strings.Contains(after[len(after)-4], "Potassium") {
			t.Error("the list says what it is")
		}
	}
}
