package fhir

import (
	"html"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNarrativeSaysWhatItsReaderSaw(t *testing.T) {
	for name, c := range map[string][2]string{
		"less than, in a sentence":     {`INR <2 and >3, a < b`, "INR <2 and >3, a < b"},
		"what looks like a tag":        {`<p>K <low and >high, <chan@x.hk>, if a <b and c> d</p>`, "K <low and >high, <chan@x.hk>, if a <b and c> d"},
		"a tag that nothing ends":      {`dose <b`, "dose <b"},
		"a tag open to the end":        {`dose <b class="x> 5 mg`, `dose <b class="x> 5 mg`},
		"a comment that nothing ends":  {`a <!-- b <b>c</b>`, "a <!-- b c"},
		"a comment":                    {`a<!-- <p>x</p> -->b<!-->c`, "abc"},
		"a heart":                      {`I </3 you`, "I </3 you"},
		"CDATA":                        {`<p><![CDATA[INR < 2 & up]]></p>`, "INR < 2 & up"},
		"greater than in an attribute": {`<p title="a > b">text</p>`, "text"},
		"script, style and head":       {`<html><head><title>T</title><style>p{}</style></head><body><script>if(a<b){"<p>"}</script>text`, "text"},
		"a style that nothing ends":    {`a<style>b and all the rest`, "ab and all the rest"},
		"entities once":                {`&lt;5 &amp;lt; &eacute; &#x9ad8; &nbsp;x`, "<5 &lt; é 高  x"},
		"lines":                        {`a<br/>b<br>c<p>d</p><div>e</div>f`, "a\nb\nc\n\nd\n\ne\nf"},
		"white space":                  {"<p> a\n   b\t c </p>", "a b c"},
		"columns in pre":               {"<pre>Na   138\nK\t4.1</pre>", "Na   138\nK       4.1"},
		"lists":                        {`<ul><li>a</li><li><p>b</p><ol start="3"><li>c<li>d</ol></li></ul>e`, "  • a\n  • b\n\n    3. c\n    4. d\ne"},
		"struck words":                 {`Take <s>10 mg</s> 5 mg <del>daily</del> <span style="text-decoration: line-through">x</span>`, "Take [deleted: 10 mg] 5 mg [deleted: daily x]"},
		"struck over a paragraph":      {`<p><strike>one<p>two</strike>three`, "[deleted: one\n\ntwo]\n\nthree"},
		"nothing struck in XHTML":      {`a<del/>b`, "ab"},
		"hidden words":                 {`a <span style="DISPLAY : none">secret</span> <i hidden>x</i>b`, "a [hidden: secret x]b"},
		"pictures and links":           {`<img alt="ECG" src="x"><img src="y"> <a href="http://z">the letter</a>`, "[image: ECG] [image] the letter"},
		"ten to the ninth":             {`10<sup>9</sup>/L H<sub>2</sub>O 1<sup>st</sup> m<sup>2</sup>`, "10^9/L H2O 1st m^2"},
		"boxes to tick":                {`<input type="checkbox" checked="checked"/>smoker <input type="checkbox"/>drinker <input value="5 mg"/>`, "[x] smoker [ ] drinker 5 mg"},
		"another order of letters":     {`<bdo dir="rtl">321</bdo>`, "\ufffd321"},
		"words of other vocabularies":  {`a<o:p></o:p><st1:date>5 May</st1:date>`, "a5 May"},
		"a table": {`<table><caption>Labs</caption><thead><tr><th>Test</th><th>Value</th></tr></thead><tbody><tr><td>鉀</td><td>4.1</td></tr><tr><td>Sodium</td><td>138</td></tr></tbody></table>after`,
			"Labs\nTest   | Value\n-------+------\n鉀     | 4.1\nSodium | 138\nafter"},
		"a table whose ends are missing": {`<table><tr><td>a<td>b<tr><td>c<td>d`, "a  | b\nc  | d"},
		"a cell over two":                {`<table><tr><td colspan="2">both</td><td>c</td></tr><tr><td rowspan="2">x</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>`, "both    | c\nx  | 1  | 2\n   | 3  | 4"},
		"a table in a table":             {`<table><tr><td>A<table><tr><td>in</td><td>it</td></tr></table></td><td>B</td></tr></table>`, "A\nin | it\nB"},
		"struck in a cell":               {`<table><tr><td><s>5</td><td>6</td></tr></table>`, "[deleted: 5] | 6"},
		"an empty cell":                  {`<table><tr><td>a</td><td></td><td>c</td></tr></table>`, "a  |    | c"},
		"words between cells":            {`<table>lost?<tr><td>a</td></tr></table>`, "lost?\na"},
		"what a terminal would obey":     {"a&#27;[31mb\u202e&#x202e;c", "ab\ufffd\ufffdc"},
		"nothing":                        {`<div xmlns="http://www.w3.org/1999/xhtml"> </div>`, ""},
	} {
		if got := Narrative(c[0]); got != c[1] {
			t.Errorf("%s: got %q, want %q", name, got, c[1])
		}
	}
}

func TestACellIsWrappedAndNeverCut(t *testing.T) {
	words := strings.Repeat("a comment that is long 而且有中文 ", 12)
	got := Narrative("<table><tr><th>Test<th>Value<th>Comment<tr><td>Potassium<td>4.1<td>" + words + "</table>")
	for l := range strings.SplitSeq(got, "\n") {
		if cellsOf(l) > tableCells {
			t.Errorf("%d cells: %q", cellsOf(l), l)
		}
	}
	if strings.Count(got, "comment") != 12 || strings.Count(letters(got), "而且有中文") == 0 {
		t.Errorf("words are missing:\n%s", got)
	}
	wide := "<table><tr>" + strings.Repeat("<th>Name", 20) + "<tr>" + strings.Repeat("<td>value", 20) + "</table>"
	if got := Narrative(wide); strings.Count(got, "Name: value") != 20 {
		t.Errorf("too many columns:\n%s", got)
	}
}

// Every letter and digit of a text comes back out of the HTML written from it.
func TestNoLetterIsLostInHTML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var page, want strings.Builder
		for range rapid.IntRange(1, 40).Draw(t, "n") {
			if rapid.Bool().Draw(t, "tag") {
				page.WriteString(rapid.SampledFrom([]string{"<p>", "</p>", "<div>", "</div>", "<br/>", "<b>", "</b>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</td>", "</table>",
					"<pre>", "</pre>", "<span class='a>b'>", "</span>", "<!-- x -->", "<h2>", "</h2>", "<img src='x'/>", "<script>x</script>", "<blockquote>"}).Draw(t, "tag"))
				continue
			}
			s := rapid.SampledFrom([]string{"INR <2", "a < b", "5 mg", "高血壓", "café", "&", "<", "x>y", "K <low and more", "<chan@x.hk>", "7"}).Draw(t, "text") + " "
			page.WriteString(html.EscapeString(s))
			want.WriteString(s)
		}
		// Text outside the cells of a table goes before it: the order is the page's, the letters are all there.
		got, wanted := count(Narrative(page.String())), count(want.String())
		for r, n := range wanted {
			if got[r] < n {
				t.Fatalf("%s: %q is missing", page.String(), r)
			}
		}
		if !strings.Contains(page.String(), "<t") && letters(strings.ReplaceAll(Narrative(page.String()), MarkImage, "")) != letters(want.String()) {
			t.Fatalf("%s: got %q", page.String(), Narrative(page.String()))
		}
	})
}

func count(s string) map[rune]int {
	m := map[rune]int{}
	for _, r := range letters(s) {
		m[r]++
	}
	return m
}

func FuzzNarrative(f *testing.F) {
	for _, s := range []string{`<p>a`, `a <!-- b`, `<table><tr><td>x<table><td colspan=3>y`, `<s>a<p>b</s>`, `<ul><li><ol start=9><li>x`, `<![CDATA[<]]>`, `<pre>a	b`, `<script>x`, `INR <2`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { safe(t, Narrative(s)) })
}
