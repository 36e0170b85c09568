package fhir

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/ehrdesk/ehrdesk"
)

const deepest = 200 // elements in each other; what is deeper counts as beside

// markupText is the text of HTML, or of XHTML with x. It reads tokens and builds
// no tree: what is not closed, closed twice or closed in another order costs
// nothing. whole is false where the end was not reached.
func markupText(s string, x bool) (text string, whole bool) {
	r := reader{z: html.NewTokenizer(strings.NewReader(openComments(s))), xhtml: x, out: newPage()}
	r.z.AllowCDATA(true)
	r.z.SetMaxBuf(0)
	whole = r.run()
	for len(r.tables) > 0 {
		r.endTable()
	}
	return strings.Trim(ehrdesk.CleanColumns(r.out.text()), "\n"), whole && !r.out.overfull
}

// openComments makes text of a comment that nothing closes: to its end would be
// to the end of all.
func openComments(s string) string {
	closed := max(strings.LastIndex(s, "-->"), strings.LastIndex(s, "--!>"), 0)
	if !strings.Contains(s[closed:], "<!--") {
		return s
	}
	return s[:closed] + strings.ReplaceAll(s[closed:], "<!--", "&lt;!--")
}

// element is one that is open.
type element struct {
	name                 string
	deleted, hidden, pre bool // as they were before it
	indent               int
	ordinal, step        int // of a list's next item; step 0: it has bullets
	ends                 string
	tables               int // open when it began
	dropped              bool
}

// reader walks the tokens.
type reader struct {
	z       *html.Tokenizer
	xhtml   bool
	out     *page
	stack   []element
	pre     bool
	drop    int    // open elements of which nothing is shown
	raw     string // name of such an element, until its end is seen
	rawText string
	tables  []openTable
}

type openTable struct {
	table
	outer        *page
	inCell       bool
	across, down int
	head         bool
	nested       bool
	stack        int
}

func (r *reader) run() bool {
	for {
		if r.out.full() {
			return false
		}
		t := r.z.Next()
		if r.raw != "" && t == html.EndTagToken {
			if name, _ := r.z.TagName(); string(name) == r.raw {
				r.raw, r.rawText = "", ""
				continue
			}
		}
		switch t {
		case html.ErrorToken:
			if r.raw != "" { // never closed: it may be all there is
				r.write(r.rawText)
			}
			r.write(string(r.z.Raw())) // a tag that nothing ends
			return errors.Is(r.z.Err(), io.EOF)
		case html.TextToken:
			if r.raw != "" {
				r.rawText += string(r.z.Raw())
				continue
			}
			r.write(string(r.z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := string(r.z.Raw())
			name, more := r.z.TagName()
			r.start(tag(string(name)), raw, r.attributes(more), t == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := r.z.TagName()
			if n := tag(string(name)); known(n) || prefixed(n) {
				r.end(n)
			} else {
				r.write(string(r.z.Raw()))
			}
		case html.CommentToken:
			if raw := string(r.z.Raw()); !strings.HasPrefix(raw, "<!--") && !strings.HasPrefix(raw, "<?") && !strings.HasPrefix(raw, "<![") {
				r.write(raw) // "I </3 you"
			}
		case html.DoctypeToken:
			if raw := string(r.z.Raw()); !strings.HasSuffix(raw, ">") {
				r.write(raw)
			}
		}
	}
}

// attributes of the tag, the first of each name.
func (r *reader) attributes(more bool) map[string]string {
	if !more {
		return nil
	}
	m := map[string]string{}
	for n := 0; more; n++ {
		var k, v []byte
		if k, v, more = r.z.TagAttr(); n < 100 {
			if _, ok := m[string(k)]; !ok {
				m[string(k)] = string(v)
			}
		}
	}
	return m
}

func (r *reader) write(s string) {
	if r.drop > 0 || s == "" {
		return
	}
	if n := len(r.tables); n > 0 && !r.tables[n-1].inCell {
		if strings.TrimSpace(s) == "" {
			return
		}
		if !r.inCaption() { // text between cells stands before the table, as browsers have it
			outer := r.tables[n-1].outer
			outer.flow(s)
			return
		}
	}
	if r.pre {
		r.out.kept(s)
	} else {
		r.out.flow(s)
	}
}

func (r *reader) inCaption() bool {
	for i := len(r.stack) - 1; i >= 0 && r.stack[i].name != "table"; i-- {
		if r.stack[i].name == "caption" {
			return true
		}
	}
	return false
}

// start opens an element.
func (r *reader) start(name, raw string, attrs map[string]string, closed bool) {
	if !known(name) && !prefixed(name) || strayText(name, raw, attrs) {
		r.z.NextIsNotRawText()
		r.write(raw) // "<2 weeks", "<low and >high", an address of mail
		return
	}
	if closed && r.xhtml || void(name) {
		r.z.NextIsNotRawText()
		if !void(name) {
			r.push(name, attrs)
			r.end(name)
			return
		}
		r.void(name, attrs)
		return
	}
	switch name {
	case "script", "style", "title":
		r.raw, r.rawText = name, ""
		return
	case "noscript", "iframe", "noframes", "noembed":
		r.z.NextIsNotRawText()
	}
	r.push(name, attrs)
}

// push puts an element on the stack and does what begins with it.
func (r *reader) push(name string, attrs map[string]string) {
	r.implied(name)
	if len(r.stack) >= deepest {
		if r.out.space = true; block(name) {
			r.out.block(0)
		}
		return
	}
	e := element{name: name, deleted: r.out.deleted, hidden: r.out.hidden, pre: r.pre, indent: r.out.indent, tables: len(r.tables)}
	style := strings.ToLower(strings.Join(strings.Fields(attrs["style"]), ""))
	_, hidden := attrs["hidden"]
	if hidden || strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") || name == "template" || name == "dialog" && !has(attrs, "open") {
		r.out.hidden = true
	}
	if name == "del" || name == "s" || name == "strike" || strings.Contains(style, "line-through") {
		r.out.deleted = true
	}
	if strings.Contains(style, "white-space:pre") {
		r.pre = true
	}
	r.begin(&e, name, attrs)
	r.stack = append(r.stack, e)
}

func has(attrs map[string]string, name string) bool {
	_, ok := attrs[name]
	return ok
}

// end closes an element, and those that were left open in it.
func (r *reader) end(name string) {
	if name == "p" || name == "br" {
		if !r.isOpen(name) {
			r.out.block(0)
			return
		}
	}
	floor := 0 // a cell's end tags close nothing outside it
	if n := len(r.tables); n > 0 && !tablePart(name) {
		floor = min(r.tables[n-1].stack, len(r.stack))
	}
	at := -1
	for i := len(r.stack) - 1; i >= floor; i-- {
		if r.stack[i].name == name {
			at = i
			break
		}
	}
	if at < 0 {
		return
	}
	var again []element // struck text goes on after the block it began in
	for len(r.stack) > at {
		e := r.stack[len(r.stack)-1]
		r.stack = r.stack[:len(r.stack)-1]
		if len(r.stack) > at && (e.name == "s" || e.name == "strike") && !tablePart(name) {
			again = append(again, e)
		}
		r.finish(e)
	}
	for _, e := range again {
		r.push(e.name, nil)
	}
}

func (r *reader) isOpen(name string) bool {
	for i := len(r.stack) - 1; i >= 0; i-- {
		if r.stack[i].name == name {
			return true
		}
		if r.stack[i].name == "td" || r.stack[i].name == "th" {
			return false
		}
	}
	return false
}

func number(s string, otherwise int) int {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n > -1e6 && n < 1e6 {
		return n
	}
	return otherwise
}
