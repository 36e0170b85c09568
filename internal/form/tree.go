package form

import (
	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

func said(s string) []path.Node {
	if s == "" {
		return nil
	}
	return []path.Node{{Text: s}}
}

// tree are the answers as expressions see them: a response, with what is asked alone. at
// has the item of every place, with all rows of a question at the first.
func (a *Answers) tree() (root path.Node, at map[Place]path.Node) {
	at = map[Place]path.Node{}
	root = path.Node{Kind: path.Object, Members: map[string][]path.Node{"item": a.branch(&a.top, "", at)}}
	return root, at
}

func (a *Answers) branch(p *part, rows string, at map[Place]path.Node) (out []path.Node) {
	put := func(place Place, name string, inside []path.Node) {
		n := path.Node{Kind: path.Object, Members: map[string][]path.Node{"linkId": said(place.Link), name: inside}}
		at[place] = n
		out = append(out, n)
	}
	for i := range p.entries {
		e := &p.entries[i]
		first := Place{e.item.Link, below(rows, 0)}
		switch {
		case e.item.Type == Display || !a.Enabled(first):
		case e.item.Type == Group:
			for n := range e.rows {
				place := Place{e.item.Link, below(rows, n)}
				put(place, "item", a.branch(&e.rows[n].inside, place.Rows, at))
			}
		default:
			var answers []path.Node
			for n := range e.rows {
				if e.rows[n].value.IsZero() || !e.item.typed(e.rows[n].value) {
					continue
				}
				answers = append(answers, path.Node{Kind: path.Object, Members: map[string][]path.Node{
					"value": {e.item.node(e.rows[n].value)}, "item": a.branch(&e.rows[n].inside, below(rows, n), at),
				}})
			}
			put(first, "answer", answers)
		}
	}
	return out
}

// node is an answer as expressions see it.
func (it *Item) node(v Value) path.Node {
	n := path.Node{Text: v.Text}
	switch v.Kind {
	case IsBoolean:
		n.Kind = path.Truth
	case IsDecimal, IsInteger:
		n.Kind = path.Number
	case IsDate, IsDateTime:
		n.Kind = path.Moment
	case IsTime:
		n.Kind = path.Clock
	case IsQuantity:
		n.Kind, n.Unit = path.Amount, v.Unit.Code
		n.Members = map[string][]path.Node{"value": {{Kind: path.Number, Text: v.Text}}, "unit": said(v.Unit.Display), "code": said(v.Unit.Code), "system": said(v.Unit.System)}
	case IsCoding:
		n.Text = v.Coding.Code
		n.Members = map[string][]path.Node{"system": said(v.Coding.System), "code": said(v.Coding.Code), "display": said(v.Coding.Display)}
	case IsReference:
		n.Text = v.Ref.Reference
	case NoValue, IsString, IsURI, IsAttachment:
	}
	for i := range it.Options {
		if it.Options[i].Score != "" && same(v, it.Options[i].Value) {
			n.Score = it.Options[i].Score
		}
	}
	return n
}

// questions are a form's items as expressions see them.
func questions(items []*Item) (out []path.Node) {
	for _, it := range items {
		m := map[string][]path.Node{"linkId": said(it.Link), "text": said(it.Text.Said), "item": questions(it.Items)}
		for i := range it.Options {
			m["answerOption"] = append(m["answerOption"], path.Node{Kind: path.Object, Members: map[string][]path.Node{"value": {it.node(it.Options[i].Value)}}})
		}
		out = append(out, path.Node{Kind: path.Object, Members: m})
	}
	return out
}

// From is what an expression comes to, as an answer to the item; false where it is none.
func (it *Item) From(n path.Node) (Value, bool) {
	v := Value{Kind: it.Type.Kind(), Text: n.Text}
	switch it.Type {
	case Choice:
		for i := range it.Options {
			o := it.Options[i].Value
			system := n.Members["system"]
			if n.Text != "" && (o.Kind == IsCoding && o.Coding.Code == n.Text && (len(system) != 1 || system[0].Text == o.Coding.System) || o.Kind == IsString && o.Text == n.Text) {
				return o, true
			}
		}
		v.Kind = IsString
		return v, it.Open && n.Kind == path.Words && n.Members == nil && n.Text != ""
	case Boolean:
		return v, n.Kind == path.Truth
	case Decimal, Integer:
		return v, n.Kind == path.Number
	case Quantity:
		if v.Unit = it.Unit; len(it.Units) == 1 {
			v.Unit = it.Units[0]
		}
		return v, n.Kind == path.Amount && n.Unit == v.Unit.Code || n.Kind == path.Number && v.Unit.Code != ""
	case Date, DateTime:
		if len(v.Text) > 10 && it.Type == Date { // the day of a moment
			v.Text = v.Text[:10]
		}
		return v, n.Kind == path.Moment
	case Time:
		return v, n.Kind == path.Clock
	case String, LongText, URL:
		return v, n.Text != "" && n.Kind != path.Object
	case Reference:
		if to, words := n.Members["reference"], n.Members["display"]; len(to) == 1 && len(words) == 1 {
			v.Ref = Pointer{Reference: to[0].Text, Display: words[0].Text}
			return v, true
		}
	case Group, Display, Attachment:
	}
	return Value{}, false
}
