package form

import "strings"

// shorter drops the last part of a language tag, "zh-Hant-HK" to "zh-Hant".
func shorter(tag string) string {
	if i := strings.LastIndexByte(tag, '-'); i > 0 {
		return tag[:i]
	}
	return ""
}

// script is a language tag as it is compared: of Chinese a region says the script
// that is written there.
func script(tag string) string {
	tag = strings.ToLower(tag)
	switch tag {
	case "zh-hk", "zh-tw", "zh-mo", "zh-hant-hk", "zh-hant-tw", "zh-hant-mo":
		return "zh-hant"
	case "zh-cn", "zh-sg", "zh-hans-cn", "zh-hans-sg":
		return "zh-hans"
	}
	return tag
}
