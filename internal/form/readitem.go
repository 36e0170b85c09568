package form

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// list reads the items of a form, of a group or of a question.
func (r *reader) list(v fhir.Value, parent *Item) (out []*Item) {
	depth := 0
	if parent != nil {
		depth = parent.Depth + 1
	}
	if depth > maxDepth {
		r.say(parent.Link, "item", TooMuch, Refuses)
		return nil
	}
	fhir.Each(v, func(e fhir.Value) {
		if r.items++; r.items > maxItems {
			r.say("", "item", TooMuch, Refuses)
			return
		}
		if e.Kind() != '{' {
			r.say("", "item", Malformed, Refuses)
			return
		}
		out = append(out, r.item(fhir.ObjectOf(e), parent, depth))
	})
	return out
}

// item reads one item with all below it.
func (r *reader) item(o fhir.Object, parent *Item, depth int) *Item {
	link := o.Text("linkId")
	it := &Item{Link: link, Parent: parent, Depth: depth}
	it.Limits.Places = -1
	switch _, twice := r.f.byLink[link]; {
	case link == "":
		r.say("", "linkId", Missing, Refuses)
	case link != ehrdesk.CleanLine(link): // it is shown, and stands in every answer
		r.say(link, "linkId", Malformed, Refuses)
	case twice:
		r.say(link, "linkId", Twice, Refuses)
	default:
		r.f.byLink[link] = it
	}
	it.Text, it.Prefix = r.text(o, "text", link), r.text(o, "prefix", link)
	it.Codes, it.Definition = codings(o.Raw("code")), o.Text("definition")
	r.typeOf(it, o.Text("type"))
	it.Required, it.Repeats, it.ReadOnly = r.flag(o, "required", link), r.flag(o, "repeats", link), r.flag(o, "readOnly", link)
	if it.Parent != nil && it.Parent.ReadOnly {
		it.ReadOnly = true // what stands in a part that nobody may change may not be changed
	}
	if v := o.Raw("maxLength"); v != nil {
		it.Limits.MaxLength = r.count(link, "maxLength", v)
	}
	for _, m := range o {
		r.itemElement(it, string(m.Name), m.Value)
	}
	r.answerOptions(it, o)
	r.itemExtensions(it, o)
	fhir.Each(o.Raw("initial"), func(e fhir.Value) { r.initial(it, fhir.ObjectOf(e)) })
	fhir.Each(o.Raw("enableWhen"), func(e fhir.Value) { r.condition(it, fhir.ObjectOf(e)) })
	switch b := o.Text("enableBehavior"); {
	case b == "any":
		it.Any = true
	case b == "" && len(it.When) > 1:
		r.say(link, "enableBehavior", Missing, Refuses)
	case b != "" && b != "all":
		r.say(link, "enableBehavior", Malformed, Refuses)
	}
	if it.Type == Display && (it.Required || it.Repeats) {
		it.Required, it.Repeats = false, false
		r.say(link, "required", Contradicts, NotUsed)
	}
	it.Items = r.list(o.Raw("item"), it)
	if it.Type == Display && len(it.Items) > 0 {
		r.say(link, "item", Contradicts, Refuses)
	}
	return it
}

// typeOf reads an item's type. Of R5 the types that are one of R4 by another name are
// taken for it.
func (r *reader) typeOf(it *Item, s string) {
	switch s {
	case "group":
		it.Type = Group
	case "display":
		it.Type = Display
	case "boolean":
		it.Type = Boolean
	case "decimal":
		it.Type = Decimal
	case "integer":
		it.Type = Integer
	case "date":
		it.Type = Date
	case "dateTime":
		it.Type = DateTime
	case "time":
		it.Type = Time
	case "string":
		it.Type = String
	case "text":
		it.Type = LongText
	case "url":
		it.Type = URL
	case "choice", "coding":
		it.Type = Choice
	case "open-choice":
		it.Type, it.Open = Choice, true
	case "attachment":
		it.Type = Attachment
	case "reference":
		it.Type = Reference
	case "quantity":
		it.Type = Quantity
	case "":
		it.Type = Display
		r.say(it.Link, "type", Missing, Refuses)
	default:
		it.Type = Display
		r.say(it.Link, "type "+s, Unknown, Refuses)
	}
}

// itemElement names elements of an item that are not read.
func (r *reader) itemElement(it *Item, name string, v fhir.Value) {
	switch name {
	case "id", "linkId", "definition", "code", "prefix", "text", "type", "enableWhen", "enableBehavior", "required", "repeats", "readOnly", "maxLength",
		"answerOption", "answerValueSet", "initial", "item", "extension", "_text", "_prefix":
	case "modifierExtension":
		r.modifiers(it.Link, v)
	case "answerConstraint": // R5
		switch fhir.Text(v) {
		case "optionsOnly":
		case "optionsOrString", "optionsOrType":
			it.Open = it.Type == Choice
		default:
			r.say(it.Link, name, Malformed, Refuses)
		}
	case "disabledDisplay": // R5
		r.say(it.Link, name, Unknown, NotUsed)
	default:
		if strings.HasPrefix(name, "_") {
			r.beside(it.Link, name, v)
			return
		}
		r.say(it.Link, name, Unknown, Refuses)
	}
}

// flag is a member that is true; of another shape it refuses the form.
func (r *reader) flag(o fhir.Object, name, link string) bool {
	switch v := o.Raw(name); {
	case v == nil || v.Kind() == 'n' || v.Kind() == 'f':
		return false
	case v.Kind() == 't':
		return true
	}
	r.say(link, name, Malformed, Refuses)
	return false
}

// count is a whole number that is not negative.
func (r *reader) count(link, what string, v fhir.Value) int {
	n, err := strconv.Atoi(string(v))
	if v.Kind() != '0' || err != nil || n < 0 {
		r.say(link, what, Malformed, Refuses)
		return 0
	}
	return n
}

// initial reads a fixed value that an item begins with.
func (r *reader) initial(it *Item, o fhir.Object) {
	r.modifiers(it.Link, o.Raw("modifierExtension"))
	v, ok := valueOf(o, "value")
	if ok && it.Open && v.Kind == IsString || ok && it.accepts(v.Kind) {
		it.Initial = append(it.Initial, v)
		return
	}
	r.say(it.Link, "initial", Malformed, Refuses)
}

// accepts reports a kind that an answer to the item can be of.
func (it *Item) accepts(k Kind) bool {
	for i := range it.Options {
		if it.Options[i].Value.Kind == k {
			return true
		}
	}
	if it.Type == Choice {
		return k == IsCoding || it.Open && k == IsString
	}
	return k != NoValue && k == it.Type.Kind()
}

// valueOf reads a value[x]; ok is false for one of a type or shape that no answer has.
func valueOf(o fhir.Object, prefix string) (v Value, ok bool) {
	suffix, raw := o.Choice(prefix)
	v.Kind = kindOf(suffix)
	switch v.Kind {
	case IsBoolean:
		v.Text = string(raw)
		return v, raw.Kind() == 't' || raw.Kind() == 'f'
	case IsDecimal, IsInteger:
		v.Text = string(raw)
		return v, raw.Kind() == '0'
	case IsDate, IsDateTime, IsTime, IsURI:
		v.Text = fhir.Text(raw)
		return v, v.Text != ""
	case IsString:
		v.Text = ehrdesk.CleanColumns(fhir.Text(raw))
		return v, raw.Kind() == '"'
	case IsCoding:
		v.Coding = coding(raw)
		return v, v.Coding != ehrdesk.Coding{}
	case IsAttachment:
		a := fhir.ObjectOf(raw)
		v.File = File{a.Text("contentType"), a.Text("language"), a.Text("data"), a.Text("url"), string(a.Raw("size")), a.Text("hash"), a.Line("title"), a.Text("creation")}
		return v, v.File != File{}
	case IsReference:
		p := fhir.ObjectOf(raw)
		v.Ref = Pointer{p.Text("reference"), p.Text("type"), p.Line("display")}
		return v, v.Ref != Pointer{}
	case IsQuantity:
		q := fhir.ObjectOf(raw)
		if n := q.Raw("value"); n.Kind() == '0' {
			v.Text = string(n)
		}
		v.Compares = q.Text("comparator")
		v.Unit = ehrdesk.Coding{System: q.Line("system"), Code: q.Line("code"), Display: q.Line("unit")}
		return v, v.Text != "" || v.Unit != ehrdesk.Coding{}
	case NoValue:
	}
	return Value{}, false
}
