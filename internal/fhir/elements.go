package fhir

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Elements walks a resource and gives a line for every element, in the order
// sent, unknown ones included. An object's own line sums it up where its type is
// known (a concept's words, a quantity with its unit, a reference's display);
// its members follow one step deeper. It is read as a stream, and no more of it
// is held than is shown, however long the documents in it are. Errors:
// CodeTampered, the reader's own.
func Elements(r io.Reader) ([]ehrdesk.Element, error) { return elements(r, pdfs{}) }

// ElementsWith is Elements with the text of PDFs. One that is too long to be held goes to
// its reader as it comes.
func ElementsWith(ctx context.Context, r io.Reader, by PDFReader) ([]ehrdesk.Element, error) {
	return elements(r, pdfs{ctx, by})
}

func elements(r io.Reader, p pdfs) ([]ehrdesk.Element, error) {
	short, err := elide(r, p)
	if err != nil {
		return nil, err
	}
	defer short.drop()
	defer clear(short.json)
	o, err := Parse(bytes.TrimSpace(short.json))
	if err != nil {
		return nil, ehrdesk.E("fhir.detail", ehrdesk.CodeTampered, err)
	}
	w := walker{short: short}
	w.object(o, "", 0)
	return w.out, nil
}

type walker struct {
	out   []ehrdesk.Element
	short *elided
}

func (w *walker) object(o Object, path string, depth int) {
	for _, m := range o {
		name := elementName(m.Name)
		w.value(m.Value, join(path, name), Label(name), depth, o)
	}
}

func (w *walker) value(v jsontext.Value, path, label string, depth int, parent Object) {
	el := ehrdesk.Element{Depth: depth, Path: path, Label: label}
	switch v.Kind() {
	case '{':
		o := ObjectOf(v)
		if el.Value = summary(path, v, o); len(o) == 0 {
			el.Remark.Kind = ehrdesk.RemarkEmpty
		}
		w.out = append(w.out, el)
		w.object(o, path, depth+1)
	case '[':
		n, i := members(v), 0
		Each(v, func(e jsontext.Value) {
			i++
			name := label
			if n > 1 {
				name = strings.TrimLeft(fmt.Sprintf("%s %d", label, i), " ")
			}
			w.value(e, fmt.Sprintf("%s[%d]", path, i-1), name, depth, parent)
		})
		if n == 0 {
			el.Remark.Kind = ehrdesk.RemarkEmpty
			w.out = append(w.out, el)
		}
	default:
		w.scalar(&el, v, parent)
		w.out = append(w.out, el)
	}
}

// elementName is a member's name as a detail has it: FHIR's are short and plain, and
// one that a sender made up stands in the path of all that is below it.
func elementName(name []byte) string {
	s := ehrdesk.CleanLine(string(name[:min(len(name), 4*longestName)]))
	if len(s) > longestName {
		s = strings.TrimRight(strings.ToValidUTF8(s[:longestName], ""), " ") + " …"
	}
	return s
}

const longestName = 64

func members(list jsontext.Value) (n int) {
	Each(list, func(jsontext.Value) { n++ })
	return n
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// scalar fills the line of a primitive: dates as dates, narrative without its
// markup, attachments as their text or what they are, codes of FHIR's own marked.
func (w *walker) scalar(el *ehrdesk.Element, v jsontext.Value, parent Object) {
	if v.Kind() != '"' {
		el.Value = string(v)
		return
	}
	s := Text(v)
	name := el.Path[strings.LastIndexByte(el.Path, '.')+1:]
	if i := strings.IndexByte(name, '['); i >= 0 {
		name = name[:i]
	}
	if name == "data" && parent.Has("origin") { // SampledData: numbers, and no base64
		head, _, size, cut := w.short.cut(s)
		if el.Value = ehrdesk.CleanText(s); cut {
			el.Value, el.Remark = ehrdesk.CleanText(head), ehrdesk.Remark{Kind: ehrdesk.RemarkCut, Size: size}
		}
		return
	}
	if name == "data" {
		w.attachment(el, s, parent)
		return
	}
	if name == "div" {
		el.Value = Narrative(s)
		return
	}
	if len(s) > longShown {
		el.Remark = ehrdesk.Remark{Kind: ehrdesk.RemarkCut, Size: int64(len(s))}
		s = strings.ToValidUTF8(s[:longShown], "")
	}
	el.Value = ehrdesk.CleanText(s)
	if strings.ContainsAny(s, "\n\r") { // a table in a note keeps its columns
		el.Value = ehrdesk.CleanColumns(s)
	}
	if dateName(name) {
		if when, err := ehrdesk.ParseWhen(s); err == nil {
			el.When = when
		}
	}
	el.Coded = codedNames[name] && (parent.Has("status") || parent.Has(name)) && !parent.Has("system")
}

// codedNames are elements whose value is a code that FHIR itself defines.
var codedNames = map[string]bool{
	"status": true, "intent": true, "priority": true, "docStatus": true, "lifecycleStatus": true, "gender": true, "use": true, "criticality": true,
	"severity": true, "type": true, "category": true, "mode": true, "periodUnit": true, "durationUnit": true, "dayOfWeek": true, "when": true, "comparator": true,
	"clinicalStatus": true, "verificationStatus": true, "rank": true,
}

// attachment fills the line of base64. Of a document that was too long to be held
// its beginning is read, and its size told.
func (w *walker) attachment(el *ehrdesk.Element, s string, parent Object) {
	kind := parent.Text("contentType")
	head, tail, size, cut := w.short.cut(s)
	if !cut {
		got := attachmentText(s, kind, w.short.pdfs)
		el.Value, el.Remark = got.Text, got.Remark
		return
	}
	characters := size
	size = size/4*3 - int64(strings.Count(tail, "="))
	if got, ok := w.short.pdf(s); ok {
		if el.Value, el.Remark = got.Text, got.Remark; el.Remark.Kind != 0 {
			el.Remark.Size = size
		}
		return
	}
	got := attachmentText(head[:len(head)/4*4], kind, pdfs{})
	el.Value, el.Remark = got.Text, ehrdesk.Remark{Kind: ehrdesk.RemarkCut, Size: size}
	if got.Text == "" {
		switch el.Remark = got.Remark; el.Remark.Kind {
		case ehrdesk.RemarkBroken:
			el.Remark.Size = characters
		case ehrdesk.RemarkEmpty, ehrdesk.RemarkCut, ehrdesk.RemarkGuessed:
		case ehrdesk.RemarkAttached, ehrdesk.RemarkImage, ehrdesk.RemarkNoPoppler, ehrdesk.RemarkNoSandbox, ehrdesk.RemarkUnreadable:
			el.Remark.Size = size
		}
	}
}

func dateName(name string) bool {
	l := strings.ToLower(name)
	return strings.Contains(l, "date") || strings.Contains(l, "time") || l == "start" || l == "end" || l == "issued" || l == "authoredon" || l == "started" ||
		l == "created" || l == "sent" || l == "received" || l == "recorded" || l == "event" || l == "authored" || strings.HasSuffix(l, "instant") || strings.HasSuffix(l, "updated") ||
		l == "whenhandedover" || l == "whenprepared"
}

// summary is what an object's own line says.
func summary(path string, v jsontext.Value, o Object) string {
	rd := &reading{}
	value := o.Raw("value")
	switch {
	case o.Has("coding") || (o.Has("code") && o.Has("display")):
		return rd.concept(v).Words()
	case value.Kind() == '0', named(value) && !o.Has("system") && (o.Has("unit") || o.Has("code")):
		q := rd.quantity(v)
		return strings.TrimSpace(q.Comparator + q.Number + " " + unitOf(q))
	case o.Has("reference") && o.Has("display"):
		return o.Line("display")
	case o.Has("family") || o.Has("given"):
		return humanNameOf(v).words()
	}
	return ""
}

func (n humanName) words() string {
	if n.text != "" {
		return n.text
	}
	return strings.Join(strings.Fields(strings.Join([]string{n.prefix, n.given, n.family, n.suffix}, " ")), " ")
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
