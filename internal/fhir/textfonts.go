package fhir

import "unicode/utf8"

// glyph is the character that a font of signs draws for a byte.
func glyph(font string, c byte) rune {
	var signs string
	first := byte(0)
	switch {
	case font == "symbol" && c >= 0x20 && c < 0x7f:
		first, signs = 0x20, " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
	case font == "symbol" && c >= 0xa0:
		first, signs = 0xa0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭\ufffd"
	case font == "wingdings":
		switch c {
		case ' ':
			return ' '
		case 0xfb, 0x78, 0xfd:
			return '☒'
		case 0xfc:
			return '✓'
		case 0xfe:
			return '☑'
		case 0x6f, 0x70, 0x71, 0x72, 0xa8:
			return '□'
		case 0x6e, 0xa7, 0x6c, 0x9f, 0x77, 0x76:
			return '•'
		case 0xe0, 0xf0, 0xd8, 0xe8:
			return '→'
		case 0xe1, 0xe9, 0xf1:
			return '↑'
		case 0xe2, 0xea, 0xf2:
			return '↓'
		}
		return utf8.RuneError
	case c == ' ':
		return ' '
	default:
		return utf8.RuneError
	}
	for _, r := range signs {
		if first == c {
			return r
		}
		first++
	}
	return utf8.RuneError
}

// codePage is the charset of a code page of Windows or DOS.
func codePage(n int) string {
	switch n {
	case 437:
		return "cp437"
	case 850:
		return "cp850"
	case 874:
		return "windows-874"
	case 932:
		return "shift_jis"
	case 936, 54936:
		return "gb18030"
	case 949:
		return "euc-kr"
	case 950, 951:
		return "big5"
	case 10000:
		return "macintosh"
	case 65001:
		return "utf-8"
	}
	if n >= 1250 && n <= 1258 {
		return "windows-" + string([]byte{'1', '2', '5', '0' + byte(n-1250)})
	}
	return ""
}

// charsetPage is the charset that a font's number names; "": the document's.
func charsetPage(n int) string {
	switch n {
	case 77:
		return "macintosh"
	case 128:
		return "shift_jis"
	case 129:
		return "euc-kr"
	case 134:
		return "gb18030"
	case 136:
		return "big5"
	case 161:
		return "windows-1253"
	case 162:
		return "windows-1254"
	case 163:
		return "windows-1258"
	case 177:
		return "windows-1255"
	case 178:
		return "windows-1256"
	case 186:
		return "windows-1257"
	case 204:
		return "windows-1251"
	case 222:
		return "windows-874"
	case 238:
		return "windows-1250"
	case 254:
		return "cp437"
	case 255:
		return "cp850"
	}
	return ""
}
