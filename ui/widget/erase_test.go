package widget

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"
)

// What is erased of a secret is erased from memory as well: behind the end of the
// text the field holds nothing but zeroes, whatever keys were pressed.
func TestNothingOfASecretStaysBehindItsEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := Input{Masked: true}
		for range rapid.IntRange(1, 40).Draw(rt, "keys") {
			switch key := rapid.SampledFrom([]string{"type", "type", "type", "backspace", "delete", "left", "right", "home", "end", "ctrl+u", "set", "clear"}).Draw(rt, "key"); key {
			case "type":
				f.Insert(rapid.SampledFrom([]string{"a", "密", "e\u0301", " ", "seven tall ships"}).Draw(rt, "text"))
			case "set":
				f.Set("another")
			case "clear":
				f.Clear()
			default:
				f.Key(tea.KeyPressMsg{}, key)
			}
			behind := f.text[:cap(f.text)][len(f.text):]
			if slices.ContainsFunc(behind, func(r rune) bool { return r != 0 }) {
				rt.Fatalf("%q stays behind %q", string(behind), string(f.text))
			}
		}
		f.Clear()
		if slices.ContainsFunc(f.text[:cap(f.text)], func(r rune) bool { return r != 0 }) {
			rt.Fatal("something stays when all is cleared")
		}
	})
}
