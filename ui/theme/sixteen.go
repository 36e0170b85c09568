package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// The sixteen colours of a terminal are whatever it says: only those are put together
// that are far apart in each of the common tables.

// named is a text in one colour of the sixteen on another.
func named(bg, fg color.Color) lipgloss.Style {
	return lipgloss.NewStyle().Foreground(fg).Background(bg)
}

func darkSixteen() [Count]lipgloss.Style {
	bg := lipgloss.Black
	return [Count]lipgloss.Style{
		Text: named(bg, lipgloss.White), Muted: named(bg, lipgloss.White), Strong: named(bg, lipgloss.BrightWhite).Bold(true),
		Label: named(bg, lipgloss.Cyan), Title: named(bg, lipgloss.BrightCyan).Bold(true), Bar: named(lipgloss.White, lipgloss.Black),
		Banner: named(lipgloss.Blue, lipgloss.BrightWhite).Bold(true), BannerLabel: named(lipgloss.Blue, lipgloss.White), Deceased: named(lipgloss.White, lipgloss.Black).Bold(true),
		Allergy: named(lipgloss.Red, lipgloss.BrightWhite).Bold(true), Critical: named(bg, lipgloss.BrightRed).Bold(true), Abnormal: named(bg, lipgloss.BrightYellow).Bold(true),
		Good: named(bg, lipgloss.BrightGreen), Selected: named(lipgloss.BrightCyan, lipgloss.Black).Bold(true), SelectedDim: named(lipgloss.White, lipgloss.Black),
		Key: named(bg, lipgloss.BrightYellow).Bold(true), Rule: named(bg, lipgloss.White), Field: named(lipgloss.White, lipgloss.Black).Underline(true),
		Offline: named(lipgloss.BrightYellow, lipgloss.Black).Bold(true), Syncing: named(bg, lipgloss.BrightCyan), Dialog: named(bg, lipgloss.BrightWhite), Draft: named(lipgloss.Magenta, lipgloss.BrightWhite), Code: named(lipgloss.BrightWhite, lipgloss.Black),
	}
}

func lightSixteen() [Count]lipgloss.Style {
	bg := lipgloss.BrightWhite
	return [Count]lipgloss.Style{
		Text: named(bg, lipgloss.Black), Muted: named(bg, lipgloss.Black), Strong: named(bg, lipgloss.Black).Bold(true),
		Label: named(bg, lipgloss.Blue), Title: named(bg, lipgloss.Blue).Bold(true), Bar: named(lipgloss.White, lipgloss.Black),
		Banner: named(lipgloss.Blue, lipgloss.BrightWhite).Bold(true), BannerLabel: named(lipgloss.Blue, lipgloss.BrightWhite), Deceased: named(lipgloss.White, lipgloss.Black).Bold(true),
		Allergy: named(lipgloss.Red, lipgloss.BrightWhite).Bold(true), Critical: named(bg, lipgloss.Red).Bold(true), Abnormal: named(bg, lipgloss.Magenta).Bold(true),
		Good: named(bg, lipgloss.Blue), Selected: named(lipgloss.Black, lipgloss.BrightWhite).Bold(true), SelectedDim: named(lipgloss.White, lipgloss.Black),
		Key: named(bg, lipgloss.Magenta).Bold(true), Rule: named(bg, lipgloss.Black), Field: named(lipgloss.White, lipgloss.Black).Underline(true),
		Offline: named(lipgloss.BrightYellow, lipgloss.Black).Bold(true), Syncing: named(bg, lipgloss.Blue), Dialog: named(bg, lipgloss.Black), Draft: named(lipgloss.Magenta, lipgloss.BrightWhite), Code: named(bg, lipgloss.Black),
	}
}

func contrastSixteen() [Count]lipgloss.Style {
	bg, white, yellow := lipgloss.Black, lipgloss.BrightWhite, lipgloss.BrightYellow
	return [Count]lipgloss.Style{
		Text: named(bg, white), Muted: named(bg, white), Strong: named(bg, white).Bold(true),
		Label: named(bg, lipgloss.BrightCyan), Title: named(bg, yellow).Bold(true), Bar: named(white, bg),
		Banner: named(white, bg).Bold(true), BannerLabel: named(white, bg), Deceased: named(lipgloss.White, bg).Bold(true),
		Allergy: named(yellow, bg).Bold(true), Critical: named(bg, yellow).Bold(true).Underline(true), Abnormal: named(bg, yellow).Bold(true),
		Good: named(bg, lipgloss.BrightCyan), Selected: named(yellow, bg).Bold(true), SelectedDim: named(lipgloss.Blue, white).Underline(true),
		Key: named(bg, yellow).Bold(true), Rule: named(bg, white), Field: named(white, bg),
		Offline: named(yellow, bg).Bold(true), Syncing: named(bg, lipgloss.BrightCyan), Dialog: named(bg, white), Draft: named(bg, white).Underline(true), Code: named(white, bg),
	}
}

// blindSixteen has neither red nor green.
func blindSixteen() [Count]lipgloss.Style {
	s := darkSixteen()
	s[Allergy] = named(lipgloss.BrightYellow, lipgloss.Black).Bold(true).Underline(true)
	s[Critical] = named(lipgloss.Black, lipgloss.BrightYellow).Bold(true).Underline(true)
	s[Good] = named(lipgloss.Black, lipgloss.BrightCyan)
	s[Key] = named(lipgloss.Black, lipgloss.BrightYellow).Bold(true)
	return s
}
