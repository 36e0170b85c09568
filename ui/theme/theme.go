// Package theme gives the roles that things on screen play their looks. Screens
// name roles, never colours. Nothing is told by colour alone: each role that
// means something also has a word, a letter or a mark beside it.
package theme

import (
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
	count
)

// Count is how many roles there are.
const Count = int(count)

// Theme is a style for every role. Colours are of the fixed part of the 256-colour
// palette (16-255); a role without one has the terminal's own.
type Theme struct {
	Name   string
	Styles [Count]lipgloss.Style
}

// Names lists the themes in the order they are switched through.
func Names() []string { return []string{"dark", "light", "high-contrast", "mono"} }

// ByName finds a theme; an unknown name is "dark".
func ByName(name string) Theme {
	switch name {
	case "light":
		return light()
	case "high-contrast":
		return highContrast()
	case "mono":
		return mono()
	default:
		return dark()
	}
}

// Palette is the theme as attributes of a terminal that has so many colours.
func (t Theme) Palette(colours colorprofile.Profile) paint.Palette {
	p := make(paint.Palette, Count)
	for i, st := range t.Styles {
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

// on is a text in one colour on another.
func on(bg, fg lipgloss.ANSIColor) lipgloss.Style {
	return lipgloss.NewStyle().Foreground(fg).Background(bg)
}

func dark() Theme {
	const bg, panel = 234, 236
	return Theme{"dark", [Count]lipgloss.Style{
		Text: on(bg, 252), Muted: on(bg, 248), Strong: on(bg, 255).Bold(true),
		Label: on(bg, 110), Title: on(bg, 117).Bold(true), Bar: on(238, 252),
		Banner: on(24, 231).Bold(true), BannerLabel: on(24, 195), Deceased: on(240, 231).Bold(true),
		Allergy: on(124, 231).Bold(true), Critical: on(bg, 217).Bold(true), Abnormal: on(bg, 221).Bold(true),
		Good: on(bg, 114), Selected: on(153, 16).Bold(true), SelectedDim: on(239, 255),
		Key: on(bg, 222).Bold(true), Rule: on(bg, 244), Field: on(238, 255).Underline(true),
		Offline: on(221, 16).Bold(true), Syncing: on(bg, 159), Dialog: on(panel, 255),
	}}
}

func light() Theme {
	const bg = 231
	return Theme{"light", [Count]lipgloss.Style{
		Text: on(bg, 235), Muted: on(bg, 240), Strong: on(bg, 16).Bold(true),
		Label: on(bg, 24), Title: on(bg, 18).Bold(true), Bar: on(252, 16),
		Banner: on(153, 16).Bold(true), BannerLabel: on(153, 237), Deceased: on(250, 16).Bold(true),
		Allergy: on(124, 231).Bold(true), Critical: on(bg, 124).Bold(true), Abnormal: on(bg, 94).Bold(true),
		Good: on(bg, 24), Selected: on(24, 231).Bold(true), SelectedDim: on(252, 16),
		Key: on(bg, 54).Bold(true), Rule: on(bg, 242), Field: on(254, 16).Underline(true),
		Offline: on(221, 16).Bold(true), Syncing: on(bg, 25), Dialog: on(254, 16),
	}}
}

func highContrast() Theme {
	const bg = 16
	return Theme{"high-contrast", [Count]lipgloss.Style{
		Text: on(bg, 231), Muted: on(bg, 254), Strong: on(bg, 231).Bold(true),
		Label: on(bg, 159), Title: on(bg, 226).Bold(true), Bar: on(231, 16),
		Banner: on(231, 16).Bold(true), BannerLabel: on(231, 16), Deceased: on(250, 16).Bold(true),
		Allergy: on(226, 16).Bold(true), Critical: on(bg, 226).Bold(true).Underline(true), Abnormal: on(bg, 226).Bold(true),
		Good: on(bg, 120), Selected: on(226, 16).Bold(true), SelectedDim: on(238, 231).Underline(true),
		Key: on(bg, 226).Bold(true), Rule: on(bg, 231), Field: on(231, 16),
		Offline: on(214, 16).Bold(true), Syncing: on(bg, 159), Dialog: on(18, 231),
	}}
}

// mono keeps the terminal's own two colours and tells roles apart by weight,
// underline and reversal; it is what NO_COLOR gives.
func mono() Theme {
	own := lipgloss.NewStyle()
	bold := lipgloss.NewStyle().Bold(true)
	under := lipgloss.NewStyle().Underline(true)
	rev := lipgloss.NewStyle().Reverse(true)
	revBold := lipgloss.NewStyle().Bold(true).Reverse(true)
	return Theme{"mono", [Count]lipgloss.Style{
		Text: own, Muted: own, Strong: bold, Label: own, Title: bold, Bar: rev,
		Banner: revBold, BannerLabel: rev, Deceased: revBold, Allergy: revBold,
		Critical: lipgloss.NewStyle().Bold(true).Underline(true), Abnormal: bold, Good: own,
		Selected: rev, SelectedDim: under, Key: bold, Rule: own, Field: under,
		Offline: revBold, Syncing: own, Dialog: own,
	}}
}
