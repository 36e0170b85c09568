package form

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// answerOptions reads what an item lets choose from, written out or as a set.
func (r *reader) answerOptions(it *Item, o fhir.Object) {
	written, set := o.Raw("answerOption"), o.Text("answerValueSet")
	if written != nil && set != "" {
		r.say(it.Link, "answerOption", Contradicts, Refuses)
	}
	if !it.Type.Asks() || it.Type == Boolean || it.Type == Attachment || it.Type == Quantity {
		if written != nil || set != "" {
			r.say(it.Link, "answerOption", Contradicts, NotUsed)
		}
		return
	}
	fhir.Each(written, func(e fhir.Value) { r.option(it, fhir.ObjectOf(e)) })
	if it.Type != Choice && set != "" { // R4 has sets for choices alone
		r.say(it.Link, "answerValueSet", Contradicts, NotUsed)
		return
	}
	if set != "" {
		options, why := setReader{r}.set(it.Link, set, 0)
		it.Options = append(it.Options, options...)
		r.close(it, "answerValueSet "+set, why)
	} else if it.Type == Choice && len(it.Options) == 0 && !it.Open {
		r.close(it, "answerOption", Missing)
	}
}

// close notes a set that is not at this desk. Where words may be typed the question can
// be answered all the same.
func (r *reader) close(it *Item, what string, why Reason) {
	switch {
	case why == "":
	case it.Open:
		r.say(it.Link, what, why, NotUsed)
	default:
		it.Closed = true
		r.say(it.Link, what, why, Closes)
	}
}

// option reads one answerOption.
func (r *reader) option(it *Item, o fhir.Object) {
	if r.options++; r.options > maxOptions {
		r.say("", "answerOption", TooMuch, Refuses)
		return
	}
	r.modifiers(it.Link, o.Raw("modifierExtension"))
	v, ok := valueOf(o, "value")
	switch v.Kind {
	case IsCoding, IsString, IsInteger, IsDate, IsTime, IsReference:
	case NoValue, IsBoolean, IsDecimal, IsDateTime, IsURI, IsAttachment, IsQuantity:
		ok = false
	}
	if !ok {
		r.say(it.Link, "answerOption", Malformed, Refuses)
		return
	}
	out := Option{Value: v, Selected: r.flag(o, "initialSelected", it.Link)}
	switch v.Kind {
	case IsCoding:
		c := fhir.ObjectOf(o.Raw("valueCoding"))
		out.Words = r.text(c, "display", it.Link)
		if out.Words.Said == "" {
			out.Words.Said = v.Coding.Code
		}
		r.optionExtensions(it, &out, c)
	case IsString:
		out.Words = r.text(o, "valueString", it.Link)
	case IsReference:
		out.Words.Said = v.Ref.Display
		if out.Words.Said == "" {
			out.Words.Said = v.Ref.Reference
		}
	default:
		out.Words.Said = v.Text
	}
	r.optionExtensions(it, &out, o)
	it.Options = append(it.Options, out)
}

// optionExtensions reads what stands beside an option or the code in it.
func (r *reader) optionExtensions(it *Item, out *Option, o fhir.Object) {
	fhir.Each(o.Raw("extension"), func(e fhir.Value) {
		x := fhir.ObjectOf(e)
		_, v := x.Choice("value")
		switch url := x.Text("url"); url {
		case ordinalValue, itemWeight, valueSetOrdinal:
			out.Score = string(v)
		case optionPrefix:
			out.Prefix = ehrdesk.CleanLine(fhir.Text(v))
		case optionExclusive:
			out.Exclusive = v.Kind() == 't'
		default:
			r.say(it.Link, shortName(url), Unknown, NotUsed)
		}
	})
}
