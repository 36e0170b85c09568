// Package text holds every word the desk shows, in English, Traditional Chinese
// as written in Hong Kong, and Simplified Chinese, side by side. There is no
// fallback from one language to another: a test fails for an empty one.
package text

import "github.com/ehrdesk/ehrdesk"

// Lang is a language of the screen.
type Lang uint8

// The languages, in the order the language key goes through them.
const (
	English Lang = iota
	Hant
	Hans
)

// Langs lists all languages.
func Langs() []Lang { return []Lang{English, Hant, Hans} }

// Parse reads a BCP 47 tag of the configuration; unknown is English.
func Parse(tag string) Lang {
	switch tag {
	case "zh-Hant", "zh-HK", "zh-TW", "zh":
		return Hant
	case "zh-Hans", "zh-CN":
		return Hans
	default:
		return English
	}
}

// Tag is the BCP 47 tag.
func (l Lang) Tag() string { return [...]string{"en", "zh-Hant", "zh-Hans"}[l] }

// Next is the language the language key switches to.
func (l Lang) Next() Lang { return (l + 1) % 3 }

// Name is the language's own name for itself.
func (l Lang) Name() string { return [...]string{"English", "繁體中文", "简体中文"}[l] }

// T is one text in the three languages.
type T [3]string

// In is the text in l.
func (t T) In(l Lang) string { return t[l] }

// With is the text with another text set in, each language's in its own.
func (t T) With(part T) (out T) {
	for i := range t {
		out[i] = Sprintf(t[i], part[i])
	}
	return out
}

// Filled is the text with values set in, in each language: what is kept until it is drawn.
func (t T) Filled(args ...any) (out T) {
	for i := range t {
		out[i] = Sprintf(t[i], args...)
	}
	return out
}

// Local is a name that somebody gave in some of the languages, in the nearest of them.
func Local(l Lang, n ehrdesk.LocalName) string {
	order := [...]string{n.English, n.Hant, n.Hans}
	switch l {
	case Hant:
		order = [...]string{n.Hant, n.Hans, n.English}
	case Hans:
		order = [...]string{n.Hans, n.Hant, n.English}
	case English:
	}
	for _, s := range order {
		if s != "" {
			return s
		}
	}
	return ""
}
