package fhir

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"pgregory.net/rapid"
)

func in(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	note    = "覆診：血壓控制良好，繼續服用氨氯地平五毫克，每日一次。"
	simple  = "复诊：血压控制良好，继续服用氨氯地平五毫克，每日一次。"
	colloq  = "病人話佢成日頭暈，瞓得唔好，食咗藥之後冇嘔。"
	western = "Temp 38.4 °C, café au lait spots, dose 5 µg/kg ± 2."
)

var (
	big5   = traditionalchinese.Big5
	gb     = simplifiedchinese.GB18030
	latin1 = charmap.ISO8859_1
	le     = utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM)
	be     = utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM)
)

func TestAttachmentsAreReadInTheCharsetTheyAreWrittenIn(t *testing.T) {
	for name, c := range map[string]struct {
		data    []byte
		typ     string
		want    string
		guessed bool
	}{
		"Big5 by its label":                            {in(t, big5, note), "text/plain; charset=big5", note, false},
		"Hong Kong characters by another of its names": {in(t, big5, colloq), `TEXT/PLAIN; Charset="Big5-HKSCS"`, colloq, false},
		"the code page of Windows":                     {in(t, big5, note), "text/plain;charset=cp950", note, false},
		"GB by its old name":                           {in(t, gb, simple), "text/plain;charset=gb2312", simple, false},
		"GB with traditional characters":               {in(t, gb, note), "text/plain;charset=GB18030", note, false},
		"Latin-1":                                      {in(t, latin1, western), "text/plain; charset=iso-8859-1", western, false},
		"UTF-16 with its mark":                         {append([]byte("\xff\xfe"), in(t, le, note)...), "text/plain; charset=utf-16", note, false},
		"UTF-16, the other order, no mark":             {in(t, be, western), "text/plain; charset=utf-16", western, false},
		"UTF-16 of Chinese alone, no mark":             {in(t, be, note), "text/plain; charset=utf-16", note, false},
		"UTF-32":                                       {in(t, utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), note), "text/plain", note, false},
		"a mark beats a label":                         {[]byte("\xef\xbb\xbf" + note), "text/plain; charset=big5", note, false},
		"no label, UTF-8":                              {[]byte(note), "text/plain", note, true},
		"no label, ASCII":                              {[]byte("Nil acute"), "text/plain", "Nil acute", false},
		"no label, Big5":                               {in(t, big5, note), "text/plain", note, true},
		"no label, Big5 of one word":                   {in(t, big5, "高血壓"), "text/plain", "高血壓", true},
		"no label, Hong Kong characters":               {in(t, big5, colloq), "text/plain", colloq, true},
		"no label, GB":                                 {in(t, gb, simple), "text/plain", simple, true},
		"no label, Western":                            {in(t, charmap.Windows1252, western+" “ok” – €5"), "text/plain", western + " “ok” – €5", true},
		"no label, UTF-16":                             {in(t, le, western), "text/plain", western, true},
		"an unknown label":                             {in(t, big5, note), "text/plain; charset=x-user-defined-7", note, true},
		"called UTF-8 and is Big5":                     {in(t, big5, note), "text/plain; charset=utf-8", note, true},
		"called Latin-1 and is Big5":                   {in(t, big5, note), "text/plain; charset=iso-8859-1", note, true},
		"called Latin-1 and is UTF-8":                  {[]byte(western), "text/plain; charset=iso-8859-1", western, true},
		"called Big5 and is UTF-8":                     {[]byte(note), "text/plain; charset=big5", note, true},
		"called Big5 and is GB":                        {in(t, gb, simple), "text/plain; charset=big5", simple, true},
		"called UTF-16 and is ASCII":                   {[]byte("Nil acute today"), "text/plain; charset=utf-16", "Nil acute today", true},
		"one byte lost stays seen":                     {[]byte("複診 dose \xff5 mg，血壓"), "text/plain; charset=utf-8", "複診 dose \ufffd5 mg，血壓", false},
		"HTML that names it":                           {append([]byte("<html><meta charset=big5><p>"), in(t, big5, note)...), "text/html", note, false},
		"XML that names it":                            {append([]byte(`<?xml version="1.0" encoding="GBK"?><a>`), in(t, gb, simple+"</a>")...), "text/xml", `<?xml version="1.0" encoding="GBK"?><a>` + simple + "</a>", false},
	} {
		got := Attachment(c.data, c.typ)
		if got.Text != c.want || got.Guessed != c.guessed || got.Why != "" || !got.Whole || got.Bytes != len(c.data) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestAttachmentsAreLookedAtWhereTheirTypeDoesNotTell(t *testing.T) {
	const rich = `{\rtf1\ansi Patient {\b allergic} to latex.}`
	for name, c := range map[string]struct {
		data, typ, text, used string
		guessed               bool
		why                   Why
	}{
		"a short note":                 {"No change. Review 3/12.", "text/plain", "No change. Review 3/12.", "text/plain", false, ""},
		"one letter":                   {"x", "text/plain", "x", "text/plain", false, ""},
		"upper case":                   {"words", "TEXT/PLAIN", "words", "text/plain", false, ""},
		"no type":                      {"plain words", "", "plain words", "text/plain", true, ""},
		"no type, RTF":                 {rich, "", "Patient allergic to latex.", "application/rtf", true, ""},
		"RTF":                          {rich, "text/rtf", "Patient allergic to latex.", "application/rtf", false, ""},
		"RTF by another name":          {rich, "application/msword", "Patient allergic to latex.", "application/rtf", true, ""},
		"RTF called text":              {rich, "text/plain", "Patient allergic to latex.", "application/rtf", true, ""},
		"text called RTF":              {"no RTF at all", "text/rtf", "no RTF at all", "text/plain", true, ""},
		"bytes that are text":          {"a note", "application/octet-stream", "a note", "text/plain", true, ""},
		"HTML called text":             {"<html><body><p>a<p>b", "text/plain", "a\n\nb", "text/html", true, ""},
		"no type, HTML":                {"<!DOCTYPE html><p>a &lt; b", "", "a < b", "text/html", true, ""},
		"text called HTML":             {"INR <2\n  and >3 &amp; rising", "text/html", "INR <2\n  and >3 & rising", "text/html", false, ""},
		"XHTML":                        {`<div xmlns="http://www.w3.org/1999/xhtml">a<del/>b</div>`, "application/xhtml+xml", "ab", "application/xhtml+xml", false, ""},
		"JSON":                         {"{\"a\": 1}", "application/json", "{\"a\": 1}", "application/json", false, ""},
		"FHIR":                         {"{}", "application/fhir+json", "{}", "application/fhir+json", false, ""},
		"CDA":                          {"<ClinicalDocument/>", "application/hl7-cda+xml", "<ClinicalDocument/>", "application/hl7-cda+xml", false, ""},
		"a sentence with <":            {"INR <2 and >3", "text/plain", "INR <2 and >3", "text/plain", false, ""},
		"a PDF":                        {"%PDF-1.7\n...", "application/pdf", "", "application/pdf", false, PDF},
		"a PDF called text":            {"%PDF-1.7\n...", "text/plain", "", "application/pdf", true, PDF},
		"a picture without a type":     {"\x89PNG\r\n\x1a\n\x00\x00", "", "", "image/png", true, Image},
		"bytes":                        {"\x00\x01\x02\x80\x81\x00\x00\x07\xfe\xff\x00\x01", "", "", "application/octet-stream", true, Binary},
		"bytes called text":            {"\x00\x01\x02\x80\x81\x00\x00\x07\xfe\xff\x00\x01", "text/plain", "", "application/octet-stream", true, Binary},
		"nothing":                      {"", "text/plain", "", "text/plain", false, Empty},
		"white space":                  {" \r\n\t", "text/plain", "", "text/plain", false, Empty},
		"HTML that shows nothing":      {"<p> </p>", "text/html", "", "text/html", false, Empty},
		"columns of a table in a note": {"Test\tValue\r\n  Na      138\r\n  K       4.1\r\n", "text/plain", "Test    Value\n  Na      138\n  K       4.1\n", "text/plain", false, ""},
		"a type that does no good":     {"words", "tex t/\x1b[31m; charset", "words", "text/plain", true, ""},
		"what a terminal would obey":   {"a\x1b[2Jb\u202ec\ad", "text/plain; charset=utf-8", "ab\ufffdcd", "text/plain", false, ""},
	} {
		got := Attachment([]byte(c.data), c.typ)
		if got.Text != c.text || got.Type != c.used || got.Guessed != c.guessed || got.Why != c.why {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestBase64IsForgivenItsWhiteSpaceAndNotItsHoles(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want string
		why  Why
	}{
		"as it should be":  {"Tm8gY2hhbmdlLg==", "No change.", ""},
		"in lines":         {" Tm8g\r\nY2hh\n\tbmdlLg==\n", "No change.", ""},
		"without padding":  {"Tm8gY2hhbmdlLg", "No change.", ""},
		"for URLs":         {"Pz8_Pj4-", "???>>>", ""},
		"cut":              {"Tm8gY2hhbmdlL", "", BrokenBase64},
		"no base64":        {"see paper file!", "", BrokenBase64},
		"padding inside":   {"Tm8=Y2hh", "", BrokenBase64},
		"padding and more": {"Tm8gY2hhbmdlLg======", "", BrokenBase64},
		"nothing":          {" \n", "", Empty},
	} {
		got, why := Data(c.in)
		if string(got) != c.want || why != c.why {
			t.Errorf("%s: got %q, %q", name, got, why)
		}
	}
	if got := Encoded("Tm8g!", "text/plain"); got.Why != BrokenBase64 || got.Text != "" {
		t.Errorf("broken: %+v", got)
	}
}

func TestOfAHugeAttachmentItsBeginningIsGiven(t *testing.T) {
	line := "Ward round: patient comfortable, 血壓 120/80, plan unchanged.\n"
	for name, data := range map[string][]byte{
		"text": []byte(strings.Repeat(line, 200_000)),
		"HTML": []byte("<p>" + strings.Repeat(line+"<br>", 200_000)),
		"RTF":  []byte(`{\rtf1 ` + strings.Repeat(`Ward round: patient comfortable.\par `, 300_000) + "}"),
	} {
		got := Attachment(data, "")
		if got.Whole || len(got.Text) < mostText/2 || len(got.Text) > mostText || !strings.HasPrefix(got.Text, "Ward round") || got.Bytes != len(data) {
			t.Errorf("%s: whole %v, %d bytes of text, %q", name, got.Whole, len(got.Text), got.Text[:40])
		}
	}
}

// Hostile input costs time in proportion to its length.
func TestNoInputCostsMoreThanItsLength(t *testing.T) {
	const n = 1 << 20
	for name, s := range map[string]string{
		"groups": `{\rtf1 ` + strings.Repeat("{", n), "rows": `{\rtf1 ` + strings.Repeat(`\trowd x\cell\row`, n/16), "cells": `{\rtf1\trowd ` + strings.Repeat(`\cell `, n/6),
		"destinations": `{\rtf1 ` + strings.Repeat(`{\*\x`, n/5), "fonts": `{\rtf1{\fonttbl` + strings.Repeat(`{\f1 a;}`, n/8), "binary": `{\rtf1 ` + strings.Repeat(`\bin9 `, n/6),
		"elements": "<html>" + strings.Repeat("<div>", n/5), "tables": "<html>" + strings.Repeat("<table><tr><td>x", n/16), "comments": "<html>" + strings.Repeat("<!--", n/4),
		"struck": "<html>" + strings.Repeat("<s>a<br></s>", n/12), "open": "<html>" + strings.Repeat("<s>a<p>", n/7), "spans": "<html><table>" + strings.Repeat("<tr><td colspan=9 rowspan=9>x", n/28),
		"attributes": "<html><p " + strings.Repeat("a=b ", n/4) + ">", "lists": "<html>" + strings.Repeat("<ul><li>a", n/9), "script": "<html>" + strings.Repeat("<script>", n/8),
		"less": "<html>" + strings.Repeat("<", n), "marks": "e" + strings.Repeat("\u0301", n/2), "entities": "<html>" + strings.Repeat("&amp;", n/5),
	} {
		start := time.Now()
		got := Attachment([]byte(s), "")
		if d := time.Since(start); d > 8*time.Second {
			t.Errorf("%s: %v", name, d)
		} else if d > 500*time.Millisecond {
			t.Logf("%s: %v", name, d)
		}
		if len(got.Text) > mostText {
			t.Errorf("%s: %d bytes", name, len(got.Text))
		}
	}
}

// Every letter and digit comes through, in its order, in every charset.
func TestNoLetterIsLostInAnyCharset(t *testing.T) {
	charsets := map[string]encoding.Encoding{"big5": big5, "gb18030": gb, "utf-8": utf16.UTF8, "utf-16le": le, "utf-16be": be, "windows-1252": charmap.Windows1252}
	words := map[string][]string{
		"windows-1252": {"café", "naïve", "5 µg", "38 °C", "x", "7", "\n", "  "},
		"big5":         {"血壓", "嘅", "咗", "覆診", "mg", "5", "，", "\n", "  "},
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom([]string{"big5", "gb18030", "utf-8", "utf-16le", "utf-16be", "windows-1252"}).Draw(rt, "charset")
		pick := words["big5"]
		if w := words[name]; w != nil {
			pick = w
		}
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pick), 1, 30).Draw(rt, "words"), " ")
		got := Attachment(in(t, charsets[name], s), "text/plain; charset="+name)
		if letters(got.Text) != letters(s) {
			rt.Fatalf("%s: %q became %+v", name, s, got)
		}
	})
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// safe fails on what must not reach a terminal.
func safe(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r)
	}) {
		t.Errorf("unsafe: %q", s)
	}
	if len(s) > mostText {
		t.Errorf("%d bytes", len(s))
	}
}

func FuzzAttachment(f *testing.F) {
	f.Add([]byte("No change."), "text/plain")
	f.Add(in(f, big5, note), "text/plain; charset=utf-8")
	f.Add(in(f, le, note), "")
	f.Add([]byte("<p>a<table><td>b"), "text/html")
	f.Add([]byte(`{\rtf1\u30149?\'a4\'40}`), "application/msword")
	f.Add([]byte("\xff\xfe\x00\x00"), "text/plain; charset=utf-16")
	f.Fuzz(func(t *testing.T, b []byte, typ string) {
		got := Attachment(b, typ)
		safe(t, got.Text)
		safe(t, got.Type)
		if got.Why == "" && got.Text == "" {
			t.Error("no text, and no reason")
		}
		back, why := Data(base64.StdEncoding.EncodeToString(b))
		if len(b) > 0 && (why != "" || string(back) != string(b)) {
			t.Errorf("base64: %q", why)
		}
	})
}
