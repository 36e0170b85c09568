package form

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// setReader reads the sets of answers of a form.
type setReader struct{ *reader }

// set gives the answers of a ValueSet: one inside the form, or one that the desk has.
func (r setReader) set(link, url string, depth int) ([]Option, Reason) {
	if depth > 4 {
		return nil, Circle
	}
	id, inside := strings.CutPrefix(url, "#")
	if !inside {
		bare, _, _ := strings.Cut(url, "|")
		if options, ok := r.sets(bare); ok {
			return options, ""
		}
		for _, c := range r.contained { // a set inside the form may be named by its canonical URL
			if c.Text("url") == bare && c.Text("resourceType") == "ValueSet" {
				return r.contains(link, c, depth)
			}
		}
		return nil, NoSet
	}
	c, ok := r.contained[id]
	if !ok || c.Text("resourceType") != "ValueSet" {
		return nil, NoSet
	}
	return r.contains(link, c, depth)
}

// contains gives the answers of a ValueSet inside the form: its expansion, else what it
// is composed of where that names every code.
func (r setReader) contains(link string, set fhir.Object, depth int) (out []Option, why Reason) {
	if x := fhir.ObjectOf(set.Raw("expansion")); x.Has("contains") {
		r.expansion(link, x.Raw("contains"), &out, 0)
		return out, empty(out)
	}
	compose := fhir.ObjectOf(set.Raw("compose"))
	fhir.Each(compose.Raw("include"), func(e fhir.Value) {
		in := fhir.ObjectOf(e)
		system := in.Line("system")
		switch {
		case in.Has("filter"):
			why = NoSet
		case in.Has("concept"):
			fhir.Each(in.Raw("concept"), func(c fhir.Value) { r.concept(link, system, fhir.ObjectOf(c), &out) })
		case in.Has("valueSet"):
			fhir.Each(in.Raw("valueSet"), func(v fhir.Value) {
				more, not := r.set(link, fhir.Text(v), depth+1)
				if out = append(out, more...); not != "" {
					why = not
				}
			})
		default:
			why = r.system(link, system, &out, why)
		}
	})
	fhir.Each(compose.Raw("exclude"), func(e fhir.Value) {
		x := fhir.ObjectOf(e)
		if !x.Has("concept") {
			why = NoSet
		}
		fhir.Each(x.Raw("concept"), func(c fhir.Value) {
			out = without(out, x.Text("system"), fhir.TextAt(c, "code"))
		})
	})
	if why != "" {
		return nil, why // a part of a set would leave answers out
	}
	return out, empty(out)
}

// system gives the codes of a code system inside the form.
func (r setReader) system(link, url string, out *[]Option, why Reason) Reason {
	for _, c := range r.contained {
		if c.Text("resourceType") == "CodeSystem" && c.Text("url") == url && c.Text("content") == "complete" {
			r.concepts(link, url, c.Raw("concept"), out, 0)
			return why
		}
	}
	return NoSet
}

func (r setReader) concepts(link, system string, v fhir.Value, out *[]Option, depth int) {
	if depth > maxDepth {
		return
	}
	fhir.Each(v, func(c fhir.Value) {
		o := fhir.ObjectOf(c)
		r.concept(link, system, o, out)
		r.concepts(link, system, o.Raw("concept"), out, depth+1)
	})
}

// concept reads a code of a set, with its words in other languages.
func (r setReader) concept(link, system string, o fhir.Object, out *[]Option) {
	code := o.Line("code")
	if code == "" {
		return
	}
	if r.options++; r.options > maxOptions {
		r.say("", "answerOption", TooMuch, Refuses)
		return
	}
	x := Option{Value: Value{Kind: IsCoding, Coding: ehrdesk.Coding{System: system, Code: code, Display: o.Line("display")}}, Words: r.text(o, "display", link)}
	if x.Words.Said == "" {
		x.Words.Said = code
	}
	fhir.Each(o.Raw("designation"), func(e fhir.Value) {
		if d := fhir.ObjectOf(e); d.Text("language") != "" && d.Text("value") != "" {
			x.Words.Other = append(x.Words.Other, Translation{d.Text("language"), ehrdesk.CleanText(d.Text("value"))})
		}
	})
	fhir.Each(o.Raw("extension"), func(e fhir.Value) {
		ext := fhir.ObjectOf(e)
		_, v := ext.Choice("value")
		switch url := ext.Text("url"); url {
		case ordinalValue, itemWeight, valueSetOrdinal:
			x.Score = string(v)
		case valueSetLabel:
			x.Prefix = ehrdesk.CleanLine(fhir.Text(v))
		case valueSetOrder:
		default:
			r.say(link, shortName(url), Unknown, NotUsed)
		}
	})
	*out = append(*out, x)
}

func (r setReader) expansion(link string, v fhir.Value, out *[]Option, depth int) {
	if depth > maxDepth {
		return
	}
	fhir.Each(v, func(e fhir.Value) {
		o := fhir.ObjectOf(e)
		if o.Raw("abstract").Kind() != 't' && o.Raw("inactive").Kind() != 't' {
			r.concept(link, o.Line("system"), o, out)
		}
		r.expansion(link, o.Raw("contains"), out, depth+1)
	})
}

func empty(o []Option) Reason {
	if len(o) == 0 {
		return EmptySet
	}
	return ""
}

func without(in []Option, system, code string) (out []Option) {
	for _, o := range in {
		if o.Value.Coding.System != system || o.Value.Coding.Code != code {
			out = append(out, o)
		}
	}
	return out
}

// ReadSet reads a ValueSet that a site gives for forms that do not hold it themselves: its
// canonical URL and its answers. Errors: CodeInvalid for bytes that are none, and for one
// that does not say all of its codes.
func ReadSet(raw []byte) (url string, options []Option, err error) {
	const op = "form.set"
	o, err := fhir.Parse(raw)
	if err != nil || o.Text("resourceType") != "ValueSet" || o.Text("url") == "" {
		return "", nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is no ValueSet with a canonical URL")
	}
	r := reader{f: &Form{}, sets: Known, contained: map[string]fhir.Object{}}
	r.modifiers("", o.Raw("modifierExtension"))
	options, why := setReader{&r}.contains("", o, 0)
	if why != "" || r.f.Refused() {
		return "", nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this ValueSet does not say all of its codes")
	}
	return o.Text("url"), options, nil
}
