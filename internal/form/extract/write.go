package extract

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/wire"
)

// said is one answer with the item that asked for it.
type said struct {
	item  *form.Item
	value form.Value
}

// fits reports an item whose answers can be written as a shape.
func fits(s shape, it *form.Item) bool {
	switch t := it.Type; s {
	case concept:
		return t == form.Choice || t == form.String || t == form.LongText
	case code:
		return t == form.Choice && !it.Open
	case words, annotation:
		return t == form.String || t == form.LongText || t == form.Choice
	case truth:
		return t == form.Boolean
	case moment, effective:
		return t == form.DateTime || t == form.Date
	case day:
		return t == form.Date
	case onset:
		return t == form.DateTime || t == form.Date || t == form.String || t == form.LongText
	case count:
		return t == form.Integer || t == form.String
	case measure:
		return t == form.Quantity || (t == form.Decimal || t == form.Integer) && it.Unit.Code != ""
	case named:
		return t == form.Reference || t == form.String || t == form.Choice
	case file:
		return t == form.Attachment
	case anyValue:
		return t.Asks() && t != form.Attachment && t != form.Reference
	case inside, given:
	}
	return false
}

// conceptOf is an answer as a CodeableConcept: its code with the words it was chosen by,
// or words alone.
func conceptOf(v form.Value) ehrdesk.Concept {
	if v.Kind == form.IsCoding {
		return ehrdesk.Concept{Codings: []ehrdesk.Coding{v.Coding}, Text: v.Coding.Display}
	}
	return ehrdesk.Concept{Text: v.Text}
}

// textOf is an answer in words.
func textOf(v form.Value) string {
	switch v.Kind {
	case form.IsCoding:
		if v.Coding.Display != "" {
			return v.Coding.Display
		}
		return v.Coding.Code
	case form.IsReference:
		if v.Ref.Display != "" {
			return v.Ref.Display
		}
		return v.Ref.Reference
	case form.IsAttachment:
		return v.File.Title
	case form.IsQuantity:
		unit := v.Unit.Display
		if unit == "" {
			unit = v.Unit.Code
		}
		return strings.TrimSpace(v.Compares + v.Text + " " + unit)
	default:
		return v.Text
	}
}

// put writes the answers to one element.
func put(o *wire.Object, e element, all []said) {
	if len(all) == 0 {
		return
	}
	if !e.list {
		all = all[:1]
	}
	v := all[0].value
	object := func(fill func(*wire.Object, said)) {
		if e.list {
			o.List(e.name, len(all), func(i int, in *wire.Object) { fill(in, all[i]) })
			return
		}
		o.Object(e.name, func(in *wire.Object) { fill(in, all[0]) })
	}
	switch e.shape {
	case concept:
		object(func(in *wire.Object, s said) { wire.Concept(in, conceptOf(s.value)) })
	case annotation:
		object(func(in *wire.Object, s said) { in.Text("text", textOf(s.value)) })
	case measure:
		object(func(in *wire.Object, s said) { form.Measure(in, counted(s)) })
	case file:
		object(func(in *wire.Object, s said) { form.Attach(in, s.value.File) })
	case named:
		object(func(in *wire.Object, s said) { reference(in, s.value) })
	case code:
		if e.list {
			var codes []string
			for _, s := range all {
				codes = append(codes, s.value.Coding.Code)
			}
			o.Texts(e.name, codes)
			return
		}
		o.Text(e.name, v.Coding.Code)
	case words, day, moment:
		o.Text(e.name, textOf(v))
	case effective:
		o.Text(e.name+"DateTime", v.Text)
	case truth:
		o.Raw(e.name, []byte(v.Text))
	case onset:
		if v.Kind == form.IsDate || v.Kind == form.IsDateTime {
			o.Text(e.name+"DateTime", v.Text)
			return
		}
		o.Text(e.name+"String", v.Text)
	case count:
		if v.Kind == form.IsInteger && !strings.HasPrefix(v.Text, "-") && v.Text != "0" {
			o.Raw(e.name+"PositiveInt", []byte(v.Text))
			return
		}
		o.Text(e.name+"String", v.Text)
	case anyValue:
		value(o, all[0])
	case inside, given:
	}
}

func reference(o *wire.Object, v form.Value) {
	if v.Kind == form.IsReference {
		o.Text("reference", v.Ref.Reference)
		o.Text("type", v.Ref.Type)
	}
	o.Text("display", textOf(v))
}

// counted is a number with the unit that its item counts in.
func counted(s said) form.Value {
	if s.value.Kind == form.IsQuantity {
		return s.value
	}
	return form.Value{Kind: form.IsQuantity, Text: s.value.Text, Unit: s.item.Unit}
}

// value writes an answer as Observation.value[x].
func value(o *wire.Object, s said) {
	switch v := s.value; v.Kind {
	case form.IsBoolean:
		o.Raw("valueBoolean", []byte(v.Text))
	case form.IsInteger:
		if (s.item.Unit == ehrdesk.Coding{}) {
			o.Raw("valueInteger", []byte(v.Text))
			return
		}
		o.Object("valueQuantity", func(in *wire.Object) { form.Measure(in, counted(s)) })
	case form.IsDecimal, form.IsQuantity:
		o.Object("valueQuantity", func(in *wire.Object) { form.Measure(in, counted(s)) })
	case form.IsDate, form.IsDateTime:
		o.Text("valueDateTime", v.Text)
	case form.IsTime:
		o.Text("valueTime", v.Text)
	case form.IsCoding:
		o.Object("valueCodeableConcept", func(in *wire.Object) { wire.Concept(in, conceptOf(v)) })
	case form.IsString, form.IsURI:
		o.Text("valueString", v.Text)
	case form.NoValue, form.IsAttachment, form.IsReference:
	}
}
