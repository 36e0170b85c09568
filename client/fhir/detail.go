package fhir

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Elements walks a resource and gives a line for every element, in the order
// sent, unknown ones included. An object's own line sums it up where its type is
// known (a concept's words, a quantity with its unit, a reference's display);
// its members follow one step deeper. Errors: CodeTampered.
func Elements(raw []byte) ([]ehrdesk.Element, error) {
	f, err := parseFields(raw)
	if err != nil {
		return nil, ehrdesk.E("fhir.detail", ehrdesk.CodeTampered, err)
	}
	w := walker{}
	w.object(f, "", 0)
	return w.out, nil
}

type walker struct {
	out []ehrdesk.Element
	cut *condensed // where the resource was condensed
}

func (w *walker) add(depth int, path, label, value string) {
	w.out = append(w.out, ehrdesk.Element{Depth: depth, Path: path, Label: label, Value: value})
}

func (w *walker) object(f fields, path string, depth int) {
	for _, m := range f {
		w.value(m.value, join(path, string(m.name)), Label(string(m.name)), depth, f)
	}
}

func (w *walker) value(v jsontext.Value, path, label string, depth int, parent fields) {
	switch v.Kind() {
	case '{':
		f, err := inner(v)
		if err != nil {
			return
		}
		w.add(depth, path, label, summary(path, v, f))
		w.object(f, path, depth+1)
	case '[':
		i := 0
		each(v, func(e jsontext.Value) {
			i++
			w.value(e, fmt.Sprintf("%s[%d]", path, i-1), numbered(label, i, v), depth, parent)
		})
		if i == 0 {
			w.add(depth, path, label, "(empty)")
		}
	default:
		w.add(depth, path, label, w.scalar(v, path, parent))
	}
}

// numbered gives the members of a list of several an ordinal.
func numbered(label string, i int, list jsontext.Value) string {
	n := 0
	each(list, func(jsontext.Value) { n++ })
	if n < 2 {
		return label
	}
	return fmt.Sprintf("%s %d", label, i)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// scalar is a primitive in words: dates in the display form, narrative without
// its markup, text attachments decoded, other attachments by their size.
func (w *walker) scalar(v jsontext.Value, path string, parent fields) string {
	if v.Kind() != '"' {
		return string(v)
	}
	s := textOf(v)
	name := path[strings.LastIndexByte(path, '.')+1:]
	if words, ok := w.cut.inWords(s, name == "data"); ok {
		return words
	}
	switch {
	case name == "div":
		return plainText(s)
	case name == "data" && len(s) > 64:
		return attachment(s, parent.text("contentType"))
	case len(s) >= 4 && len(s) <= 35 && s[0] >= '0' && s[0] <= '9' && dateName(name):
		return dateWords(s)
	}
	return ehrdesk.CleanText(s)
}

func dateName(name string) bool {
	l := strings.ToLower(name)
	return strings.Contains(l, "date") || strings.Contains(l, "time") || l == "start" || l == "end" ||
		l == "issued" || l == "authoredon" || l == "started" || l == "created" || l == "sent" || l == "received" || strings.HasSuffix(l, "updated") || l == "recorded"
}

func attachment(data, contentType string) string {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	switch {
	case err != nil:
		return fmt.Sprintf("(attachment, %d characters, not readable)", len(data))
	case strings.HasPrefix(contentType, "text/html") || strings.HasPrefix(contentType, "application/xhtml"):
		return plainText(string(b))
	case strings.HasPrefix(contentType, "text/"):
		return ehrdesk.CleanText(string(b))
	default:
		return fmt.Sprintf("(attachment, %d bytes)", len(b))
	}
}

// plainText takes the markup out of narrative XHTML: block ends become line
// ends, cells are set apart, entities are resolved.
func plainText(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		j := strings.IndexByte(s[i:], '>')
		if j < 0 {
			break
		}
		tag := strings.ToLower(strings.TrimLeft(s[i+1:i+j], "/ "))
		switch {
		case strings.HasPrefix(tag, "br"), strings.HasPrefix(tag, "p"), strings.HasPrefix(tag, "div"), strings.HasPrefix(tag, "tr"),
			strings.HasPrefix(tag, "li"), strings.HasPrefix(tag, "h"), strings.HasPrefix(tag, "table"), strings.HasPrefix(tag, "ul"):
			b.WriteByte('\n')
		case strings.HasPrefix(tag, "td"), strings.HasPrefix(tag, "th"):
			b.WriteString("  ")
		}
		s = s[i+j+1:]
	}
	var lines []string
	for line := range strings.Lines(html.UnescapeString(b.String())) {
		if l := ehrdesk.CleanLine(line); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// summary is what an object's own line says.
func summary(path string, v jsontext.Value, f fields) string {
	switch {
	case f.raw("coding") != nil || (f.raw("code") != nil && f.raw("display") != nil):
		return words(v)
	case f.raw("value") != nil && (f.raw("unit") != nil || f.raw("code") != nil) && f.raw("system") == nil,
		f.raw("value").Kind() == '0':
		var q quantity
		q.read(v)
		return q.words()
	case f.raw("reference") != nil && f.raw("display") != nil:
		return ehrdesk.CleanLine(f.text("display"))
	case f.raw("family") != nil || f.raw("given") != nil:
		return nameWords(v)
	case strings.HasSuffix(path, "eriod") && f.raw("start") != nil:
		return valueWords("Period", v)
	}
	return ""
}

// Label puts an element name in words: "valueQuantity" is "Value quantity".
func Label(name string) string {
	hidden := strings.HasPrefix(name, "_")
	name = strings.TrimPrefix(name, "_")
	var b bytes.Buffer
	rs := []rune(name)
	for i, r := range rs {
		switch {
		case i == 0:
			b.WriteRune(unicode.ToUpper(r))
		case unicode.IsUpper(r) && !unicode.IsUpper(rs[i-1]):
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	if hidden {
		b.WriteString(" (more)")
	}
	return ehrdesk.CleanLine(b.String())
}
