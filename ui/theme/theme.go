// Package theme gives the roles that things on screen play their looks. Screens
// name roles, never colours. Nothing is told by colour alone: each role that
// means something also has a word, a letter or a mark beside it.
package theme

import (
	"fmt"

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

// Look is how a role is drawn. Fg and Bg are colours of the fixed part of the
// 256-colour palette (16-255), -1 for the terminal's own.
type Look struct {
	Fg, Bg                   int
	Bold, Underline, Reverse bool
}

// Theme is a look for every role.
type Theme struct {
	Name  string
	Looks [Count]Look
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

// Palette is the theme as terminal attributes.
func (t Theme) Palette() paint.Palette {
	p := make(paint.Palette, Count)
	for i, l := range t.Looks {
		s := ""
		add := func(x string) {
			if s != "" {
				s += ";"
			}
			s += x
		}
		if l.Bold {
			add("1")
		}
		if l.Underline {
			add("4")
		}
		if l.Reverse {
			add("7")
		}
		if l.Fg >= 0 {
			add(fmt.Sprintf("38;5;%d", l.Fg))
		}
		if l.Bg >= 0 {
			add(fmt.Sprintf("48;5;%d", l.Bg))
		}
		p[i] = s
	}
	return p
}

func dark() Theme {
	const bg, panel = 234, 236
	return Theme{"dark", [Count]Look{
		Text: {Fg: 252, Bg: bg}, Muted: {Fg: 248, Bg: bg}, Strong: {Fg: 255, Bg: bg, Bold: true},
		Label: {Fg: 110, Bg: bg}, Title: {Fg: 117, Bg: bg, Bold: true}, Bar: {Fg: 252, Bg: 238},
		Banner: {Fg: 231, Bg: 24, Bold: true}, BannerLabel: {Fg: 195, Bg: 24}, Deceased: {Fg: 231, Bg: 240, Bold: true},
		Allergy: {Fg: 231, Bg: 124, Bold: true}, Critical: {Fg: 217, Bg: bg, Bold: true}, Abnormal: {Fg: 221, Bg: bg, Bold: true},
		Good: {Fg: 114, Bg: bg}, Selected: {Fg: 16, Bg: 153, Bold: true}, SelectedDim: {Fg: 255, Bg: 239},
		Key: {Fg: 222, Bg: bg, Bold: true}, Rule: {Fg: 244, Bg: bg}, Field: {Fg: 255, Bg: 238, Underline: true},
		Offline: {Fg: 16, Bg: 221, Bold: true}, Syncing: {Fg: 159, Bg: bg}, Dialog: {Fg: 255, Bg: panel},
	}}
}

func light() Theme {
	const bg = 231
	return Theme{"light", [Count]Look{
		Text: {Fg: 235, Bg: bg}, Muted: {Fg: 240, Bg: bg}, Strong: {Fg: 16, Bg: bg, Bold: true},
		Label: {Fg: 24, Bg: bg}, Title: {Fg: 18, Bg: bg, Bold: true}, Bar: {Fg: 16, Bg: 252},
		Banner: {Fg: 16, Bg: 153, Bold: true}, BannerLabel: {Fg: 237, Bg: 153}, Deceased: {Fg: 16, Bg: 250, Bold: true},
		Allergy: {Fg: 231, Bg: 124, Bold: true}, Critical: {Fg: 124, Bg: bg, Bold: true}, Abnormal: {Fg: 94, Bg: bg, Bold: true},
		Good: {Fg: 24, Bg: bg}, Selected: {Fg: 231, Bg: 24, Bold: true}, SelectedDim: {Fg: 16, Bg: 252},
		Key: {Fg: 54, Bg: bg, Bold: true}, Rule: {Fg: 242, Bg: bg}, Field: {Fg: 16, Bg: 254, Underline: true},
		Offline: {Fg: 16, Bg: 221, Bold: true}, Syncing: {Fg: 25, Bg: bg}, Dialog: {Fg: 16, Bg: 254},
	}}
}

func highContrast() Theme {
	const bg = 16
	return Theme{"high-contrast", [Count]Look{
		Text: {Fg: 231, Bg: bg}, Muted: {Fg: 254, Bg: bg}, Strong: {Fg: 231, Bg: bg, Bold: true},
		Label: {Fg: 159, Bg: bg}, Title: {Fg: 226, Bg: bg, Bold: true}, Bar: {Fg: 16, Bg: 231},
		Banner: {Fg: 16, Bg: 231, Bold: true}, BannerLabel: {Fg: 16, Bg: 231}, Deceased: {Fg: 16, Bg: 250, Bold: true},
		Allergy: {Fg: 16, Bg: 226, Bold: true}, Critical: {Fg: 226, Bg: bg, Bold: true, Underline: true}, Abnormal: {Fg: 226, Bg: bg, Bold: true},
		Good: {Fg: 120, Bg: bg}, Selected: {Fg: 16, Bg: 226, Bold: true}, SelectedDim: {Fg: 231, Bg: 238, Underline: true},
		Key: {Fg: 226, Bg: bg, Bold: true}, Rule: {Fg: 231, Bg: bg}, Field: {Fg: 16, Bg: 231},
		Offline: {Fg: 16, Bg: 214, Bold: true}, Syncing: {Fg: 159, Bg: bg}, Dialog: {Fg: 231, Bg: 18},
	}}
}

// mono keeps the terminal's own two colours and tells roles apart by weight,
// underline and reversal; it is what NO_COLOR gives.
func mono() Theme {
	own := Look{Fg: -1, Bg: -1}
	bold := Look{Fg: -1, Bg: -1, Bold: true}
	under := Look{Fg: -1, Bg: -1, Underline: true}
	rev := Look{Fg: -1, Bg: -1, Reverse: true}
	revBold := Look{Fg: -1, Bg: -1, Reverse: true, Bold: true}
	return Theme{"mono", [Count]Look{
		Text: own, Muted: own, Strong: bold, Label: own, Title: bold, Bar: rev,
		Banner: revBold, BannerLabel: rev, Deceased: revBold, Allergy: revBold,
		Critical: {Fg: -1, Bg: -1, Bold: true, Underline: true}, Abnormal: bold, Good: own,
		Selected: rev, SelectedDim: under, Key: bold, Rule: own, Field: under,
		Offline: revBold, Syncing: own, Dialog: own,
	}}
}
