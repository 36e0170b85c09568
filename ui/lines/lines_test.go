package lines_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/lines"
	"github.com/ehrdesk/ehrdesk/ui/paint"
)

func TestSayLeavesOutWhatIsDrawn(t *testing.T) {
	for row, want := range map[string]string{
		" HbA1c      8.9 %  H ↑ high   ▁▃▅▇":        "HbA1c, 8.9 %, H ↑ high",
		"▲ KNOWN ALLERGIES 2  penicillin · aspirin": "KNOWN ALLERGIES 2, penicillin, aspirin",
		"│ Status: final │":                         "Status: final",
		"─────":                                     "",
		"● synced 09:41 · centre 19 records":        "synced 09:41, centre 19 records",
		"‹table› v reports":                         "table, v reports",
		"狀況：  最終":                                   "狀況： 最終",
		"warfarin  (unconfirmed) ·":                 "warfarin, (unconfirmed)",
	} {
		if got := lines.Say(row); got != want {
			t.Errorf("%q: %q, want %q", row, got, want)
		}
	}
}

func TestNothingButTextIsSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range lines.Say(rapid.String().Draw(t, "row")) {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x2500 && r <= 0x25ff {
				t.Fatalf("U+%04X", r)
			}
		}
	})
}

func TestAnItemIsOneLine(t *testing.T) {
	c := paint.New(false)
	c.Reset(60, 8, 0)
	c.Put(0, 0, 60, 0, "Problems")
	c.Item(0, 1, false)
	c.Put(0, 1, 60, 0, " asthma")
	c.Put(0, 2, 60, 0, "   since 1990")
	c.Item(10, 3, true)
	c.Put(0, 3, 60, 0, "Drugs     ▸warfarin │ 3 mg")
	c.Put(0, 4, 60, 0, "  10 ┤      ●")
	c.Put(0, 5, 60, 0, "the end")
	p := lines.Of(c, 0, 8, func(n int, chosen bool, words string) string { return fmt.Sprint(n, chosen, " ", words) })
	if want := []string{"Problems", "0 false asthma, since 1990", "Drugs", "1 true warfarin, 3 mg", "the end"}; !slices.Equal(p.Lines, want) {
		t.Errorf("%q", p.Lines)
	}
	if p.Sel != 1 || len(p.Items) != 2 {
		t.Errorf("item %d of %d", p.Sel, len(p.Items))
	}
}

func TestALineIsUnderstood(t *testing.T) {
	chart := lines.Here{Scope: intent.List, Entries: intent.Catalogue()}
	field := lines.Here{Scope: intent.FindField, Entries: intent.Catalogue(), Field: true}
	secret := lines.Here{Scope: intent.SignIn, Entries: intent.Catalogue(), Field: true, Secret: true}
	wish := func(id intent.ID, arg int) lines.Command {
		return lines.Command{Verb: lines.Wish, In: intent.Intent{ID: id, Arg: arg}}
	}
	for _, tt := range []struct {
		line string
		here lines.Here
		want lines.Command
	}{
		{"", chart, lines.Command{Verb: lines.Enter}},
		{"m", chart, wish(intent.Medication, 0)},
		{"Medication", chart, wish(intent.Medication, 0)},
		{"藥物", chart, wish(intent.Medication, 0)},
		{"3", chart, wish(intent.PickType, 2)},
		{"12", chart, lines.Command{Verb: lines.Choose, N: 12}},
		{"open 3", chart, lines.Command{Verb: lines.Open, N: 3}},
		{"go 3", chart, lines.Command{Verb: lines.Choose, N: 3}},
		{"next", chart, wish(intent.NextRecord, 0)},
		{"G", chart, lines.Command{}},
		{"f2", chart, wish(intent.Find, 0)},
		{"Esc", chart, wish(intent.Back, 0)},
		{"find A123456(3)", chart, lines.Command{Verb: lines.After, In: intent.Intent{ID: intent.Find}, Text: "A123456(3)"}},
		{"search chest x-ray", chart, lines.Command{Verb: lines.After, In: intent.Intent{ID: intent.Search}, Text: "chest x-ray"}},
		{"again", chart, lines.Command{Verb: lines.Again}},
		{"something", chart, lines.Command{}},
		{"A123456(3)", field, lines.Command{Verb: lines.Answer, Text: "A123456(3)"}},
		{"m", field, lines.Command{Verb: lines.Answer, Text: "m"}},
		{"type 123", field, lines.Command{Verb: lines.Fill, Text: "123"}},
		{"back", field, wish(intent.Back, 0)},
		{"harbour light ferry pier", secret, lines.Command{}},
		{"down", secret, wish(intent.Down, 0)},
		{"12345678", secret, lines.Command{}},
		{"drlee", secret, lines.Command{}},
	} {
		if got := lines.Parse(tt.line, tt.here); got != tt.want {
			t.Errorf("%q: %+v, want %+v", tt.line, got, tt.want)
		}
	}
}
