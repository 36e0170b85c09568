// Package theme gives the roles that things on screen play their looks. Screens
// name roles, never colours. Nothing is told by colour alone: each role that
// means something also has a word, a letter or a mark beside it.
package theme

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// The roles.
const (
	Text        paint.Style = iota
	Muted                   // secondary: dates, sources, explanations
	Strong                  // the thing itself
	Label                   // the name of a value
	Title                   // heading of a screen or pane
	Bar                     // top line
	Banner                  // patient banner, values
	BannerLabel             // patient banner, labels
	Deceased                // patient banner of somebody who died
	Allergy                 // known allergies
	Critical                // critical result, failure
	Abnormal                // abnormal result, warning
	Good                    // consent active, done
	Selected                // selected row of the pane in focus
	SelectedDim             // selected row of another pane
	Key                     // a key that can be pressed
	Rule                    // lines between panes
	Field                   // text entry
	Offline                 // no line to the centre
	Syncing                 // in progress
	Dialog                  // help, palette, confirmation
	Draft                   // text that a program wrote, and is no record
	Code                    // a QR code: dark on light in every theme
	count
)

// Count is how many roles there are.
const Count = int(count)

// Theme is a style for every role. Colours are of the fixed part of the 256-colour
// palette (16-255); a role without one has the terminal's own. Sixteen is what a terminal
// of sixteen colours is given: those by name, chosen and not the nearest.
type Theme struct {
	Name    string
	Styles  [Count]lipgloss.Style
	Sixteen [Count]lipgloss.Style
}

// Names lists the themes in the order they are switched through.
func Names() []string { return []string{"dark", "light", "high-contrast", "colour-blind", "mono"} }

// Known reports whether there is a theme of a name; "default" is dark.
func Known(name string) bool { return name == "default" || slices.Contains(Names(), name) }

// ByName finds a theme; an unknown name is "dark".
func ByName(name string) Theme {
	switch name {
	case "light":
		return light()
	case "high-contrast":
		return highContrast()
	case "colour-blind":
		return colourBlind()
	case "mono":
		return mono()
	default:
		return dark()
	}
}

// Palette is the theme as attributes of a terminal that has so many colours.
func (t Theme) Palette(colours colorprofile.Profile) paint.Palette {
	p := make(paint.Palette, Count)
	styles := &t.Styles
	if colours == colorprofile.ANSI {
		styles = &t.Sixteen
	}
	for i, st := range styles {
		p[i] = attributes(st, colours)
	}
	return p
}

// attributes are the parameters of the one SGR sequence that sets a style. They are
// taken from what Lip Gloss writes before a letter: a frame has thousands of cells and
// few styles, so that each is worked out once and not for every cell (adr/0002).
func attributes(st lipgloss.Style, colours colorprofile.Profile) string {
	var b strings.Builder
	w := colorprofile.Writer{Forward: &b, Profile: colours}
	_, _ = w.WriteString(st.Render("x"))
	before, _, _ := strings.Cut(b.String(), "x")
	p := strings.TrimSuffix(strings.TrimPrefix(before, "\x1b["), "m")
	if st.GetUnderline() {
		p = strings.TrimSuffix(p, ";4") // which it says at both ends
	}
	return p
}
