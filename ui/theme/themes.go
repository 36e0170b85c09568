package theme

import "charm.land/lipgloss/v2"

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
		Offline: on(221, 16).Bold(true), Syncing: on(bg, 159), Dialog: on(panel, 255), Draft: on(53, 231), Code: on(231, 16),
	}, darkSixteen()}
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
		Offline: on(221, 16).Bold(true), Syncing: on(bg, 25), Dialog: on(254, 16), Draft: on(225, 16), Code: on(231, 16),
	}, lightSixteen()}
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
		Offline: on(214, 16).Bold(true), Syncing: on(bg, 159), Dialog: on(18, 231), Draft: on(53, 231).Underline(true), Code: on(231, 16),
	}, contrastSixteen()}
}

// colourBlind tells roles apart by what everybody sees: the colours of Okabe and Ito
// (https://jfly.uni-koeln.de/color/), in the nearest of the palette. Orange is what is
// wrong, yellow what is to be looked at, sky blue what is well: no red stands against green.
func colourBlind() Theme {
	const (
		bg, white, black                              = 234, 231, 16
		orange, vermillion, yellow, sky, blue, purple = 214, 208, 227, 117, 24, 182
	)
	return Theme{"colour-blind", [Count]lipgloss.Style{
		Text: on(bg, 252), Muted: on(bg, 248), Strong: on(bg, 255).Bold(true),
		Label: on(bg, 110), Title: on(bg, sky).Bold(true), Bar: on(238, 252),
		Banner: on(blue, white).Bold(true), BannerLabel: on(blue, 195), Deceased: on(240, white).Bold(true),
		Allergy: on(vermillion, black).Bold(true), Critical: on(bg, orange).Bold(true).Underline(true), Abnormal: on(bg, yellow).Bold(true),
		Good: on(bg, sky), Selected: on(153, black).Bold(true), SelectedDim: on(239, 255),
		Key: on(bg, purple).Bold(true), Rule: on(bg, 244), Field: on(238, 255).Underline(true),
		Offline: on(yellow, black).Bold(true), Syncing: on(bg, 159), Dialog: on(236, 255), Draft: on(54, white), Code: on(231, 16),
	}, blindSixteen()}
}

// mono keeps the terminal's own two colours and tells roles apart by weight,
// underline and reversal; it is what NO_COLOR gives.
func mono() Theme {
	own := lipgloss.NewStyle()
	bold := lipgloss.NewStyle().Bold(true)
	under := lipgloss.NewStyle().Underline(true)
	rev := lipgloss.NewStyle().Reverse(true)
	revBold := lipgloss.NewStyle().Bold(true).Reverse(true)
	styles := [Count]lipgloss.Style{
		Text: own, Muted: own, Strong: bold, Label: own, Title: bold, Bar: rev,
		Banner: revBold, BannerLabel: rev, Deceased: revBold, Allergy: revBold,
		Critical: lipgloss.NewStyle().Bold(true).Underline(true), Abnormal: bold, Good: own,
		Selected: rev, SelectedDim: under, Key: bold, Rule: own, Field: under,
		Offline: revBold, Syncing: own, Dialog: own, Draft: under, Code: rev,
	}
	return Theme{"mono", styles, styles}
}
