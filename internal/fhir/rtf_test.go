package fhir

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRichTextReadsAsItsReaderSawIt(t *testing.T) {
	for name, c := range map[string][2]string{
		"letters by number":            {`{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0\fs24 Patient \b allergic\b0  to latex.\par Plan: \u30149?\u29983? review.\par Done.}`, "Patient allergic to latex.\nPlan: 病生 review.\nDone."},
		"the document's code page":     {`{\rtf1\ansi\ansicpg950 \'b0\'aa\'a6\'e5\'c0\'a3 5 mg}`, "高血壓 5 mg"},
		"a second byte that is ASCII":  {`{\rtf1\ansi\ansicpg950 \'a4@ \'b3\\ \'a4\'40}`, "一 許 一"},
		"fonts for Chinese":            {`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset136 \'b7\'73;}{\f2\fcharset134 SimSun;}{\f3\fcharset128 MS;}}caf\'e9 {\f1 \'b0\'aa}{\f2 \'b8\'df}{\f3 \'8d\'82} \'b0C}`, "café 高高高 °C"},
		"the font for East Asian text": {`{\rtf1{\fonttbl{\f0\fcharset0 A;}{\f5\fcharset136 B;}}\loch\f0 BP \dbch\af5 \'b0\'aa\loch\f0 \'b0}`, "BP 高°"},
		"a font of signs":              {`{\rtf1{\fonttbl{\f0 Arial;}{\f3\fcharset2 Symbol;}{\f4\fcharset2 Wingdings;}}\f0 5 {\f3 m}g {\f3 \'b3} 3 {\f3\u-3987?} {\f4 \'fe} done {\f4 \'41}`, "5 μg ≥ 3 μ ☑ done \ufffd"},
		"characters to pass over":      {`{\rtf1\uc2\u30149\'61\'62x{\uc0\u30149 y}\uc1\u8364\'80z\u20013{n}`, "病x病y€z中n"},
		"a pair":                       {`{\rtf1 \u-10238?\u-9015?x}`, "\U000108c9x"},
		"half a pair":                  {`{\rtf1 a\u-10238?b}`, "a\ufffdb"},
		"struck text":                  {`{\rtf1 Take {\strike 10 mg} 5 mg {\deleted warfarin} daily}`, "Take [deleted: 10 mg] 5 mg [deleted: warfarin] daily"},
		"hidden text":                  {`{\rtf1 a {\v secret} b}`, "a [hidden text] b"},
		"ten to the ninth":             {`{\rtf1 5 x 10{\super 9}/L H{\sub 2}O, 10{\up6 12}}`, "5 x 10^9/L H2O, 10^12"},
		"what is no text":              {`{\rtf1{\info{\title T}}{\stylesheet{\s0 Normal;}}{\*\generator X;}{\colortbl;\red0;}a{\*\bkmkstart b}c{\pict\pngblip 89504e47}d{\xe{index}}}`, "ac [image] d"},
		"bytes that look like groups":  {`{\rtf1 a{\pict\bin7 }}}}{{{}b}`, "a [image] b"},
		"a picture said twice":         {`{\rtf1 a{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}b}`, "a [image] b"},
		"a field":                      {`{\rtf1 see {\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt the link}}.}`, "see the link."},
		"boxes to tick":                {`{\rtf1 {\field{\*\fldinst FORMCHECKBOX {\*\ffdata{\fftype1\ffres1}}}}smoker {\field{\*\fldinst FORMCHECKBOX {\*\ffdata{\fftype1\ffres25\ffdefres0}}}}drinker}`, "[x] smoker [ ] drinker"},
		"said for old and new readers": {`{\rtf1 {\upr{old}{\*\ud{new}}}}`, "new"},
		"notes beside the text":        {`{\rtf1 a{\footnote see file}b{\*\annotation check}}`, "a [footnote: see file]b [comment: check]"},
		"the head of the page":         {`{\rtf1{\header CHAN Tai Man}Text}`, "[header: CHAN Tai Man]\nText"},
		"spaces, tabs and dashes":      {`{\rtf1 a\tab b\~c\_d\emdash e\line   f\-g\{h\}\\}`, "a       b c-d—e\n  fg{h}\\"},
		"lines of the file":            {"{\\rtf1 one\r\n two\\\nthree}", "one two\nthree"},
		"a table": {`{\rtf1 Labs\par\trowd\cellx1000\cellx2000\pard\intbl Sodium\cell 138\cell\row\trowd\cellx1000\cellx2000\pard\intbl K\cell {\strike 4.1} 5.1\cell\row\pard After}`,
			"Labs\nSodium | 138\nK      | [deleted: 4.1] 5.1\nAfter"},
		"text beside the text":   {`{\rtf1 a{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt in a box}}{\shprslt twice}}}`, "ain a box"},
		"an end that is missing": {`{\rtf1 text {\b bold`, "text bold"},
		"a note after its end":   {`{\rtf1 text}} and more`, "text and more"},
		"a bad byte":             {`{\rtf1 a\'zzb}`, "a\ufffdzzb"},
		"what a terminal obeys":  {"{\\rtf1 a\x1b[31mb\\'1b[2Jc\\u8238?d}", "abc\ufffdd"},
	} {
		got, whole := richText([]byte(c[0]))
		if got != c[1] || !whole {
			t.Errorf("%s: got %q, want %q (whole %v)", name, got, c[1], whole)
		}
	}
}

// Every letter and digit of a text comes back out of the RTF written from it.
func TestNoLetterIsLostInRichText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rich, want strings.Builder
		rich.WriteString(`{\rtf1\ansi\ansicpg950{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset134 SimSun;}}`)
		depth := 0
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				rich.WriteString(`{\b `)
				depth++
			case 1:
				if depth > 0 {
					rich.WriteByte('}')
					depth--
				}
			case 2:
				rich.WriteString(rapid.SampledFrom([]string{`\par `, `\tab `, `\i `, `{\*\x gone}`, "\n", `\~`, `{\pict 00ff}`, `\uc1 `}).Draw(t, "word"))
				want.WriteString("")
			case 3:
				rich.WriteString(`\'b0\'aa`)
				want.WriteString("高")
			case 4:
				rich.WriteString(`{\f1 \'d1\'aa}`)
				want.WriteString("血")
			case 5:
				r := rapid.SampledFrom([]rune("陳大文éµ嘅𠮷")).Draw(t, "rune")
				if r > 0xffff {
					r -= 0x10000
					fmt.Fprintf(&rich, `\u%d?\u%d?`, int16(0xd800+r>>10), int16(0xdc00+r&0x3ff))
					want.WriteRune(r + 0x10000)
				} else {
					fmt.Fprintf(&rich, `\u%d?`, int16(r))
					want.WriteRune(r)
				}
			default:
				s := rapid.StringMatching(`[a-zA-Z0-9 ,.]{1,12}`).Draw(t, "text")
				rich.WriteString(" " + s)
				want.WriteString(s)
			}
		}
		got, _ := richText([]byte(rich.String()))
		if got = letters(strings.ReplaceAll(got, MarkImage, "")); got != letters(want.String()) {
			t.Fatalf("%s: got %q, want %q", rich.String(), got, letters(want.String()))
		}
	})
}

func FuzzRTF(f *testing.F) {
	for _, s := range []string{`{\rtf1 a}`, `{\rtf1\ansicpg950 \'a4@\u-10238?{\field{\*\fldinst FORMCHECKBOX {\*\ffdata{\fftype1}}}}}`, `{\rtf1{\fonttbl{\f0\fcharset2 Symbol;}}\f0 m}`,
		`{\rtf1\trowd a\cell b\cell\row\pard c{\*\shppict{\pict\bin3 }}}}}`, `{\rtf1{\upr{a}{\*\ud{b}}}{\v x}{\strike y}\super 9`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, _ := richText(b)
		safe(t, beginningOf(got, mostText))
	})
}
