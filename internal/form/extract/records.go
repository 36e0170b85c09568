package extract

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/wire"
)

// Records makes the records of a response, in the order of the form. What of it none
// could be made is named; an answer that is not asked makes none.
func Records(a *form.Answers, in Given) ([]Resource, []form.Unsupported) {
	m := maker{f: a.Form(), in: in, judge: judge{out: Judge(a.Form())}}
	for _, l := range a.Lines() {
		if l.Enabled {
			m.lines = append(m.lines, l)
		}
	}
	if m.f.Extracts.Resource != "" {
		m.part(scope{resource: m.f.Extracts.Resource})
	}
	for _, l := range m.lines {
		if l.Item.Extracts.Resource != "" {
			m.part(scope{item: l.Item, at: l.Place, resource: l.Item.Extracts.Resource})
		}
	}
	m.observations()
	return m.out, m.judge.out
}

type maker struct {
	f     *form.Form
	in    Given
	lines []form.Line // those that are asked
	out   []Resource
	judge
}

// scope is the part of a response that one record is made of; without an item the whole.
type scope struct {
	item     *form.Item
	at       form.Place
	resource string
}

// in reports a line inside a scope, and of no scope inside it.
func (s scope) has(l form.Line) bool {
	if s.item != nil && l.Place != s.at && !strings.HasPrefix(l.Place.Rows, s.at.Rows+".") {
		return false
	}
	for p := l.Item; p != nil; p = p.Parent {
		if p == s.item {
			return true
		}
		if p.Extracts.Resource != "" {
			return false
		}
	}
	return s.item == nil
}

// part makes the record of a scope.
func (m *maker) part(s scope) {
	spec := elements(s.resource)
	if spec == nil {
		return
	}
	var lines []form.Line
	spoken := false
	for _, l := range m.lines {
		if !s.has(l) || about(l.Item) {
			continue
		}
		lines = append(lines, l)
		if l.Item.Type.Asks() && !l.Value.IsZero() && !l.Item.Hidden && !l.Item.ReadOnly {
			spoken = true
		}
	}
	if !spoken {
		return
	}
	var o wire.Object
	id := m.in.NewID()
	o.Text("resourceType", s.resource)
	o.Text("id", id)
	w := writer{m, s, lines}
	if missing := w.members(&o, spec, nil, lines); missing != "" {
		link := ""
		if s.item != nil {
			link = s.item.Link
		}
		m.say(link, s.resource+"."+missing, form.Missing)
		return
	}
	m.out = append(m.out, Resource{s.resource, id, o.Bytes()})
}

// writer writes one record.
type writer struct {
	*maker
	scope
	all []form.Line
}

// members writes the elements below a way from the lines that speak of them, and names
// the first that has to be there and is not.
func (w *writer) members(o *wire.Object, spec []element, way []string, lines []form.Line) (missing string) {
	for _, e := range spec {
		here := append(slices.Clone(way), e.name)
		switch e.shape {
		case given:
			w.given(o, e)
			continue
		case inside:
			if missing = w.rows(o, e, here, lines); missing != "" {
				return missing
			}
			continue
		default:
		}
		all := w.answers(here, e, lines)
		if len(all) == 0 && e.is != "" {
			preset(o, e)
			continue
		}
		if len(all) == 0 && e.must {
			return strings.Join(here, ".")
		}
		if len(all) > 1 && !e.list { // one is written, and that there are others is said
			w.say(all[1].item.Link, "definition "+strings.Join(here, "."), form.TooMuch)
		}
		put(o, e, all)
	}
	return ""
}

// answers are those to the items that name an element.
func (w *writer) answers(way []string, e element, lines []form.Line) (out []said) {
	for _, l := range lines {
		if l.Item.Type.Asks() && l.Item.Takes(l.Value) && fits(e.shape, l.Item) && slices.Equal(wayOf(l.Item.Definition, w.resource), way) {
			out = append(out, said{l.Item, l.Value})
		}
	}
	return out
}

// rows writes an element that has elements of its own: one for each row of a group that
// names it, else one for all items that name its elements.
func (w *writer) rows(o *wire.Object, e element, way []string, lines []form.Line) (missing string) {
	if w.resource == "DocumentReference" && e.name == "content" {
		return w.content(o, e, way, lines)
	}
	var parts [][]form.Line
	for _, l := range lines {
		if l.Item.Type != form.Group || !slices.Equal(wayOf(l.Item.Definition, w.resource), way) {
			continue
		}
		var part []form.Line
		for _, x := range lines {
			if strings.HasPrefix(x.Place.Rows, l.Place.Rows+".") && below(x.Item, l.Item) {
				part = append(part, x)
			}
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		parts = [][]form.Line{lines}
	}
	o.List(e.name, len(parts), func(i int, in *wire.Object) {
		var one wire.Object
		lacks := w.members(&one, e.parts, way, parts[i])
		if lacks != "" && !w.speaks(way, parts[i]) {
			return // nothing is said of it
		}
		if lacks != "" {
			missing = lacks
		}
		in.Join(&one)
	})
	return missing
}

// speaks reports an answer to an item that names something below a way.
func (w *writer) speaks(way []string, lines []form.Line) bool {
	for _, l := range lines {
		its := wayOf(l.Item.Definition, w.resource)
		if !l.Value.IsZero() && !l.Item.Hidden && len(its) > len(way) && slices.Equal(its[:len(way)], way) {
			return true
		}
	}
	return false
}

func below(it, group *form.Item) bool {
	for p := it.Parent; p != nil; p = p.Parent {
		if p == group {
			return true
		}
	}
	return false
}

// preset writes what an element says where the form says nothing.
func preset(o *wire.Object, e element) {
	system, c, coded := strings.Cut(e.is, "|")
	if coded {
		o.Object(e.name, func(in *wire.Object) {
			wire.Concept(in, ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: system, Code: c}}})
		})
		return
	}
	o.Text(e.name, e.is)
}

// given writes what the response itself says.
func (w *writer) given(o *wire.Object, e element) {
	one := func(p form.Pointer) {
		fill := func(in *wire.Object) {
			in.Text("reference", p.Reference)
			in.Text("type", p.Type)
			in.Text("display", p.Display)
		}
		if e.list {
			o.List(e.name, 1, func(_ int, in *wire.Object) { fill(in) })
			return
		}
		o.Object(e.name, fill)
	}
	switch e.name {
	case "subject", "patient":
		one(w.in.Subject)
	case "encounter":
		one(w.in.Encounter)
	case "performer", "recorder", "author":
		one(w.in.Author)
	case "recordedDate", "recorded":
		o.Text(e.name, w.in.Authored.String())
	case "date": // an instant: a day alone is none
		if w.in.Authored.Precision == ehrdesk.ToSecond {
			o.Text(e.name, w.in.Authored.String())
		}
	case "derivedFrom":
		one(w.response())
	case "context":
		o.Object(e.name, func(in *wire.Object) {
			if w.in.Encounter != (form.Pointer{}) {
				in.List("encounter", 1, func(_ int, x *wire.Object) {
					x.Text("reference", w.in.Encounter.Reference)
					x.Text("display", w.in.Encounter.Display)
				})
			}
			if r := w.response(); r.Reference != "" {
				in.List("related", 1, func(_ int, x *wire.Object) { x.Text("reference", r.Reference) })
			}
		})
	}
}

// response is the response that a record was made of.
func (m *maker) response() form.Pointer {
	if m.in.ID == "" {
		return form.Pointer{}
	}
	return form.Pointer{Reference: "QuestionnaireResponse/" + m.in.ID}
}
