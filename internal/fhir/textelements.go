package fhir

import (
	"strconv"
	"strings"
)

// begin does what an element's start means for the text.
func (r *reader) begin(e *element, name string, attrs map[string]string) {
	p := r.out
	switch name {
	case "p":
		p.block(1)
	case "h1", "h2", "h3", "h4", "h5", "h6", "dl":
		p.block(1)
	case "blockquote", "dd":
		p.block(0)
		p.indent = min(p.indent+2, 40)
	case "ul", "menu", "ol":
		p.block(0)
		if name == "ol" {
			e.ordinal, e.step = number(attrs["start"], 1), 1
			if has(attrs, "reversed") {
				e.step = -1
			}
		}
		p.indent = min(p.indent+2, 40)
	case "li":
		p.lead = false
		p.block(0)
		r.item(attrs)
		p.lead = r.drop == 0
	case "pre", "listing", "xmp", "plaintext", "textarea":
		p.block(0)
		r.pre = true
	case "q":
		r.write("“")
		e.ends = "”"
	case "sup":
		p.raised = true
	case "rt":
		r.write(" (")
		e.ends = ")"
	case "rp":
		e.dropped = true
		r.drop++
	case "option":
		p.block(0)
		r.write(tick("(", has(attrs, "selected"), ")"))
	case "bdo":
		if strings.EqualFold(attrs["dir"], "rtl") { // the letters are shown in another order
			r.write("\u202e")
		}
	case "table":
		r.beginTable()
	case "tr":
		if n := len(r.tables); n > 0 {
			r.endCell()
			r.tables[n-1].row()
		}
	case "td", "th":
		r.beginCell(name == "th", attrs)
	case "audio", "video", "object", "embed", "canvas":
		r.write(" [" + name + "] ")
	default:
		if block(name) {
			p.block(0)
		}
	}
}

// finish undoes begin.
func (r *reader) finish(e element) {
	r.write(e.ends)
	switch e.name {
	case "table":
		for len(r.tables) > e.tables {
			r.endTable()
		}
	case "td", "th", "tr":
		if len(r.tables) == e.tables {
			r.endCell()
		}
	case "caption":
		r.out.block(0)
	case "p", "h1", "h2", "h3", "h4", "h5", "h6":
		r.out.block(1)
	default:
		if block(e.name) {
			r.out.block(0)
		}
	}
	if e.dropped {
		r.drop--
	}
	r.out.deleted, r.out.hidden, r.pre, r.out.indent = e.deleted, e.hidden, e.pre, e.indent
	r.out.raised = false
}

// item writes the bullet or the number of a list's item.
func (r *reader) item(attrs map[string]string) {
	for i := len(r.stack) - 1; i >= 0; i-- {
		l := &r.stack[i]
		if l.name != "ol" && l.name != "ul" && l.name != "menu" {
			continue
		}
		if l.step != 0 {
			n := number(attrs["value"], l.ordinal)
			r.write(strconv.Itoa(n) + ". ")
			l.ordinal = n + l.step
		} else {
			r.write("• ")
		}
		return
	}
	r.write("• ")
}

// void writes what an element without content stands for.
func (r *reader) void(name string, attrs map[string]string) {
	switch name {
	case "br":
		r.write("")
		r.out.newLine()
	case "hr":
		r.out.block(0)
		r.write("----")
		r.out.block(0)
	case "img":
		if alt := strings.TrimSpace(attrs["alt"]); alt != "" {
			r.write(" " + strings.TrimSuffix(MarkImage, "]") + ": " + alt + "] ")
		} else {
			r.write(" " + MarkImage + " ")
		}
	case "embed":
		r.write(" [embed] ")
	case "input":
		switch strings.ToLower(attrs["type"]) {
		case "hidden", "submit", "button", "image", "reset":
		case "checkbox":
			r.write(tick("[", has(attrs, "checked"), "]"))
		case "radio":
			r.write(tick("(", has(attrs, "checked"), ")"))
		default:
			r.write(attrs["value"])
		}
	}
}

func tick(left string, set bool, right string) string {
	if set {
		return left + "x" + right + " "
	}
	return left + " " + right + " "
}

// implied closes what a start tag closes without saying so.
func (r *reader) implied(name string) {
	switch name {
	case "li":
		r.endWithin("li", "ul", "ol", "menu")
	case "dt", "dd":
		r.endWithin("dt", "dl")
		r.endWithin("dd", "dl")
	case "option":
		r.endWithin("option", "select")
	case "tr":
		r.endWithin("caption", "table")
		r.endWithin("td", "table")
		r.endWithin("th", "table")
		r.endWithin("tr", "table")
	case "td", "th":
		r.endWithin("caption", "table")
		r.endWithin("td", "table")
		r.endWithin("th", "table")
	case "tbody", "thead", "tfoot":
		r.endWithin("caption", "table")
		r.endWithin("tr", "table")
	default:
		if block(name) && name != "table" {
			r.endWithin("p", "td", "th", "div", "li", "blockquote")
		}
	}
}

// endWithin closes the named element if it is open inside the nearest of those.
func (r *reader) endWithin(name string, within ...string) {
	for i := len(r.stack) - 1; i >= 0; i-- {
		if r.stack[i].name == name {
			r.end(name)
			return
		}
		for _, w := range within {
			if r.stack[i].name == w {
				return
			}
		}
	}
}

// mostTables are in each other; more are read as what stands in them.
const mostTables = 12

func (r *reader) beginTable() {
	n := len(r.tables)
	if n > 0 {
		r.tables[n-1].nested = true
	}
	if r.out.block(0); n >= mostTables {
		return
	}
	inner := newPage()
	inner.deleted, inner.hidden = r.out.deleted, r.out.hidden
	r.tables = append(r.tables, openTable{outer: r.out, stack: len(r.stack)})
	r.out = inner
}

func (r *reader) beginCell(head bool, attrs map[string]string) {
	n := len(r.tables)
	if n == 0 {
		r.out.space = true
		return
	}
	r.endCell()
	t := &r.tables[n-1]
	if s := r.out.text(); strings.TrimSpace(s) != "" { // a caption
		t.outer.lines(s)
	}
	fresh := newPage()
	fresh.deleted, fresh.hidden = r.out.deleted, r.out.hidden
	r.out = fresh
	t.inCell, t.head, t.nested = true, head, false
	t.across, t.down = number(attrs["colspan"], 1), number(attrs["rowspan"], 1)
}

func (r *reader) endCell() {
	n := len(r.tables)
	if n == 0 || !r.tables[n-1].inCell {
		return
	}
	t := &r.tables[n-1]
	t.add(cell{text: r.out.text(), head: t.head, table: t.nested}, t.across, t.down)
	fresh := newPage()
	fresh.deleted, fresh.hidden = r.out.deleted, r.out.hidden
	r.out, t.inCell = fresh, false
}

func (r *reader) endTable() {
	r.endCell()
	n := len(r.tables) - 1
	t := r.tables[n]
	if s := r.out.text(); strings.TrimSpace(s) != "" {
		t.outer.lines(s)
	}
	r.out, r.tables = t.outer, r.tables[:n]
	if s := t.text(); s != "" {
		r.out.lines(s)
	}
}

func tablePart(name string) bool {
	switch name {
	case "table", "tr", "td", "th", "tbody", "thead", "tfoot", "caption":
		return true
	}
	return false
}

// block reports elements that begin and end a line.
func block(name string) bool {
	switch name {
	case "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
		"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "html", "legend",
		"li", "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section", "select",
		"summary", "table", "textarea", "ul", "xmp":
		return true
	}
	return false
}

func void(name string) bool {
	switch name {
	case "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}

// known reports the elements of HTML. What looks like a tag and is none of them
// is text: a sentence may hold "<".
func known(name string) bool {
	if block(name) || void(name) || tablePart(name) {
		return true
	}
	switch name {
	case "a", "abbr", "acronym", "applet", "audio", "b", "bdi", "bdo", "big", "blink", "button", "canvas", "cite", "code", "colgroup", "data",
		"datalist", "del", "dfn", "em", "font", "frameset", "head", "i", "iframe", "image", "ins", "kbd", "label", "map", "mark", "marquee",
		"math", "meter", "nobr", "noembed", "noframes", "noscript", "object", "output", "picture", "progress", "q", "rb", "rp", "rt", "rtc",
		"ruby", "s", "samp", "script", "slot", "small", "span", "strike", "strong", "style", "sub", "sup", "svg", "template", "time",
		"title", "tt", "u", "var", "video":
		return true
	}
	return false
}

// prefixed reports names of other vocabularies inside HTML: <o:p>, <st1:date>.
func prefixed(name string) bool { return strings.ContainsRune(name, ':') }

// tag is a name without the prefix that some write before HTML's own.
func tag(name string) string {
	for _, p := range []string{"xhtml:", "html:", "h:"} {
		if s, ok := strings.CutPrefix(name, p); ok && known(s) {
			return s
		}
	}
	return name
}

// strayText reports "if a <b and c> d": a short name followed by words, none of
// which has a value, is a comparison and no element.
func strayText(name, raw string, attrs map[string]string) bool {
	if len(name) > 1 || len(attrs) == 0 || strings.ContainsRune(raw, '=') {
		return false
	}
	return !has(attrs, "hidden") && !has(attrs, "download")
}

// hasTags reports that text holds a tag or a comment.
func hasTags(s string) bool {
	for i := strings.IndexByte(s, '<'); i >= 0 && i+1 < len(s); {
		rest := s[i+1:]
		if rest[0] == '!' {
			return true
		}
		rest = strings.TrimPrefix(rest, "/")
		n := 0
		for n < len(rest) && n < 20 && (rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z' || rest[n] >= '1' && rest[n] <= '6' || rest[n] == ':') {
			n++
		}
		if name := strings.ToLower(rest[:n]); n < len(rest) && (known(name) || prefixed(name)) {
			return true
		}
		next := strings.IndexByte(rest, '<')
		if next < 0 {
			return false
		}
		i = len(s) - len(rest) + next
	}
	return false
}
