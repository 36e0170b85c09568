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

// A withdrawal begins with a key on the patient's page alone, where its own form
// and a second key follow; nowhere else does a slip lead to it.
func TestWithdrawalHasItsKeyOnThePatientsPageAlone(t *testing.T) {
	d, err := keys.New(intent.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	for s := intent.Scope(1); s&intent.Everywhere != 0; s <<= 1 {
		if in, ok, _ := d.Lookup("w", s); ok && in.ID == intent.Withdraw && s != intent.FindCard {
			t.Errorf("w begins a withdrawal in scope %b", s)
		}
	}
}

// The same key is for the same thing everywhere. Digits are types, choices and
// channels; y is yes to what is on the screen. Where digits are those of a document or a
// key, a list that stands on the page whole has letters, shown beside its items.
func TestAPrintableKeyMeansOneThingOutsideTextFields(t *testing.T) {
	means := map[string]intent.Entry{}
	for _, e := range intent.Catalogue() {
		if e.ID == intent.PickLetter {
			continue
		}
		for _, k := range e.Keys {
			if len(k) != 1 || k >= "0" && k <= "9" || k == "y" {
				continue
			}
			if o, twice := means[k]; twice {
				t.Errorf("%s means %q and %q", k, o.Name[0], e.Name[0])
			}
			means[k] = e
		}
	}
	if len(means) < 20 {
		t.Errorf("only %d keys seen", len(means))
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
		{tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}, "space"}, {tea.KeyPressMsg{Code: 'j', Mod: tea.ModCtrl}, "enter"},
	} {
		if got := keys.Name(c.k); got != c.want {
			t.Errorf("Name(%v) = %q, want %q", c.k, got, c.want)
		}
	}
}
