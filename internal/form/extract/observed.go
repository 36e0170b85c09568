package extract

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/wire"
)

// observations makes an Observation of each answer whose item has a code and is to become
// one. A group with a code that is to become one is one, with its answers as components.
func (m *maker) observations() {
	for _, l := range m.lines {
		it := l.Item
		if !observes(it, m.f) || len(it.Codes) == 0 || about(it) {
			continue
		}
		switch {
		case panel(it):
			m.panel(l)
		case it.Type.Asks() && !(it.Parent != nil && panel(it.Parent)) && observable(l):
			m.observation(l, func(o *wire.Object) { value(o, said{it, l.Value}) }, nil)
		}
	}
}

// panel reports a group that is one Observation.
func panel(it *form.Item) bool {
	return it.Type == form.Group && it.Extracts.Observation && len(it.Codes) > 0
}

func observable(l form.Line) bool {
	if l.Value.IsZero() || l.Value.Kind == form.IsAttachment || l.Value.Kind == form.IsReference || !l.Item.Takes(l.Value) {
		return false
	}
	way := wayOf(l.Item.Definition, "Observation")
	return len(way) != 1 || way[0] != "effective" && way[0] != "note"
}

// panel makes one Observation of the answers of a group.
func (m *maker) panel(group form.Line) {
	var parts, notes []form.Line
	for _, l := range m.lines {
		if l.Item.Parent != group.Item || !strings.HasPrefix(l.Place.Rows, group.Place.Rows+".") {
			continue
		}
		if way := wayOf(l.Item.Definition, "Observation"); len(way) == 1 && way[0] == "note" && !l.Value.IsZero() {
			notes = append(notes, l)
		} else if len(l.Item.Codes) > 0 && observable(l) {
			parts = append(parts, l)
		}
	}
	if len(parts) == 0 {
		return
	}
	m.observation(group, nil, func(o *wire.Object) {
		o.List("note", len(notes), func(i int, in *wire.Object) { in.Text("text", textOf(notes[i].Value)) })
		m.derived(o)
		o.List("component", len(parts), func(i int, in *wire.Object) {
			in.Object("code", func(c *wire.Object) { wire.Concept(c, codeOf(parts[i].Item)) })
			value(in, said{parts[i].Item, parts[i].Value})
		})
	})
}

func codeOf(it *form.Item) ehrdesk.Concept {
	return ehrdesk.Concept{Codings: it.Codes, Text: it.Text.Said}
}

// observation makes one Observation. last writes what follows its value, derivedFrom too.
func (m *maker) observation(l form.Line, value, last func(*wire.Object)) {
	var o wire.Object
	id := m.in.NewID()
	o.Text("resourceType", "Observation")
	o.Text("id", id)
	o.Text("status", "final")
	categories := m.categories(l.Item)
	o.List("category", len(categories), func(i int, in *wire.Object) {
		wire.Concept(in, ehrdesk.Concept{Codings: categories[i : i+1]})
	})
	o.Object("code", func(in *wire.Object) { wire.Concept(in, codeOf(l.Item)) })
	w := writer{maker: m}
	w.given(&o, element{name: "subject"})
	w.given(&o, element{name: "encounter"})
	o.Text("effectiveDateTime", m.effective(l))
	w.given(&o, element{name: "performer", list: true})
	if value != nil {
		value(&o)
	}
	if last != nil {
		last(&o)
	} else {
		m.derived(&o)
	}
	m.out = append(m.out, Resource{"Observation", id, o.Bytes()})
}

func (m *maker) derived(o *wire.Object) {
	w := writer{maker: m}
	w.given(o, element{name: "derivedFrom", list: true})
}

// categories are those of the item, or of the nearest that it stands in.
func (m *maker) categories(it *form.Item) []ehrdesk.Coding {
	for p := it; p != nil; p = p.Parent {
		if len(p.Extracts.Categories) > 0 {
			return p.Extracts.Categories
		}
	}
	return m.f.Extracts.Categories
}

// effective is when it was so: the nearest answer that says it, in the same part or one
// around it, else when the response was written.
func (m *maker) effective(l form.Line) string {
	around := []*form.Item{l.Item}
	for p := l.Item.Parent; p != nil; p = p.Parent {
		around = append(around, p)
	}
	around = append(around, nil)
	best, depth := m.in.Authored.String(), -1
	for _, x := range m.lines {
		way := wayOf(x.Item.Definition, "Observation")
		if len(way) != 1 || way[0] != "effective" || x.Value.IsZero() || !x.Item.Takes(x.Value) || !slices.Contains(around, x.Item.Parent) {
			continue
		}
		mine, its := strings.Split(l.Place.Rows, "."), strings.Split(x.Place.Rows, ".")
		if n := x.Item.Depth; n > depth && n <= len(mine) && slices.Equal(mine[:n], its[:n]) {
			best, depth = x.Value.Text, n
		}
	}
	return best
}
