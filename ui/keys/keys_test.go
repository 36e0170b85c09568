package keys_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/keys"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

func TestCatalogueHasNoConflicts(t *testing.T) {
	if _, err := keys.New(intent.Catalogue()); err != nil {
		t.Fatal(err)
	}
}

func TestConflictsAreFound(t *testing.T) {
	same := []intent.Entry{{ID: intent.Help, Keys: []string{"x"}, Scopes: intent.Rail}, {ID: intent.Find, Keys: []string{"x"}, Scopes: intent.Rail | intent.List}}
	if _, err := keys.New(same); err == nil {
		t.Error("one key with two meanings was accepted")
	}
	twice := []intent.Entry{{ID: intent.Help, Scopes: intent.Rail}, {ID: intent.Help, Scopes: intent.List}}
	if _, err := keys.New(twice); err == nil {
		t.Error("one intent twice was accepted")
	}
}

func TestEveryIntentStandsInTheCatalogueWithWords(t *testing.T) {
	d, err := keys.New(intent.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	for id := intent.None + 1; id < intent.Edited; id++ {
		e, ok := d.Entry(id)
		if !ok {
			t.Errorf("intent %d is not in the catalogue", id)
			continue
		}
		if len(e.Keys) == 0 && !e.Palette {
			t.Errorf("intent %q cannot be reached", e.Name[0])
		}
		if e.Scopes == 0 {
			t.Errorf("intent %q belongs nowhere", e.Name[0])
		}
		for _, l := range text.Langs() {
			if e.Name.In(l) == "" || e.Hint.In(l) == "" {
				t.Errorf("intent %q has no words in %s", e.Name[0], l.Tag())
			}
			if w := paint.Width(e.Hint.In(l)); w > 14 {
				t.Errorf("hint of %q in %s takes %d cells of 14", e.Name[0], l.Tag(), w)
			}
		}
	}
}

// Dangerous acts are never one key away.
func TestWithdrawalHasNoKey(t *testing.T) {
	d, err := keys.New(intent.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if e, _ := d.Entry(intent.Withdraw); len(e.Keys) != 0 {
		t.Errorf("withdrawal is on %v", e.Keys)
	}
}

func TestKeyNames(t *testing.T) {
	for _, c := range []struct {
		k    tea.KeyPressMsg
		want string
	}{
		{tea.KeyPressMsg{Code: 'g', Text: "g"}, "g"}, {tea.KeyPressMsg{Code: 'g', ShiftedCode: 'G', Text: "G", Mod: tea.ModShift}, "G"},
		{tea.KeyPressMsg{Code: '？', Text: "？"}, "?"}, {tea.KeyPressMsg{Code: '３', Text: "３"}, "3"}, {tea.KeyPressMsg{Code: '、', Text: "、", BaseCode: '/'}, "/"},
		{tea.KeyPressMsg{Code: 'l', Mod: tea.ModCtrl}, "ctrl+l"}, {tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}, "shift+tab"},
		{tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}, "space"},
	} {
		if got := keys.Name(c.k); got != c.want {
			t.Errorf("Name(%v) = %q, want %q", c.k, got, c.want)
		}
	}
}
