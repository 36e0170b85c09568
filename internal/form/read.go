package form

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// What a form may have here. The longest form that was seen has some 300 items.
const (
	maxItems   = 3000
	maxDepth   = 16
	maxOptions = 4000
)

// Read reads a Questionnaire. What of it is not supported stands in the form's
// Unsupported, and may refuse it; the error is for bytes that are none. sets may be
// nil. Errors: CodeInvalid.
func Read(raw []byte, sets Sets) (*Form, error) {
	const op = "form"
	o, err := fhir.Parse(raw)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is no JSON object that can be read")
	}
	if o.Text("resourceType") != "Questionnaire" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is no Questionnaire")
	}
	if sets == nil {
		sets = Known
	}
	r := reader{f: &Form{byLink: map[string]*Item{}}, sets: sets, contained: map[string]fhir.Object{}}
	r.form(o)
	return r.f, nil
}

// reader is one reading of a form.
type reader struct {
	f         *Form
	sets      Sets
	contained map[string]fhir.Object
	items     int
	options   int
}

// say notes something that is not supported, once a place.
func (r *reader) say(link, what string, why Reason, w Weight) {
	u := Unsupported{ehrdesk.CleanLine(link), ehrdesk.CleanLine(what), why, w}
	for _, old := range r.f.Unsupported {
		if old == u {
			return
		}
	}
	r.f.Unsupported = append(r.f.Unsupported, u)
}

// form reads what stands outside the items, then those.
func (r *reader) form(o fhir.Object) {
	f := r.f
	f.URL, f.Version, f.ID = o.Text("url"), o.Text("version"), o.Text("id")
	f.Name, f.Status = o.Line("name"), o.Text("status")
	f.Title, f.Description = r.text(o, "title", ""), r.text(o, "description", "")
	fhir.Each(o.Raw("subjectType"), func(v fhir.Value) { f.Subjects = append(f.Subjects, fhir.Text(v)) })
	f.Codes = codings(o.Raw("code"))
	fhir.Each(o.Raw("contained"), func(v fhir.Value) {
		if c := fhir.ObjectOf(v); c.Text("id") != "" {
			r.contained[c.Text("id")] = c
		}
	})
	if f.Status == "retired" {
		r.say("", "status retired", Contradicts, Refuses)
	}
	for _, m := range o {
		r.formElement(string(m.Name), m.Value)
	}
	r.formExtensions(o)
	f.Items = r.list(o.Raw("item"), nil)
	if len(f.Items) == 0 {
		r.say("", "item", Missing, Refuses)
	}
	r.conditions()
	r.expressions()
}

// formElement names elements of a Questionnaire that are not read.
func (r *reader) formElement(name string, v fhir.Value) {
	switch name {
	case "resourceType", "id", "meta", "language", "text", "contained", "extension", "url", "identifier", "version", "name", "title", "status",
		"experimental", "subjectType", "date", "publisher", "contact", "description", "useContext", "jurisdiction", "purpose", "copyright",
		"approvalDate", "lastReviewDate", "effectivePeriod", "code", "item", "versionAlgorithmString", "versionAlgorithmCoding", "copyrightLabel",
		"_title", "_description":
	case "modifierExtension":
		r.modifiers("", v)
	case "implicitRules":
		r.say("", name, Unknown, Refuses)
	case "derivedFrom":
		r.say("", name, Unknown, NotUsed)
	default:
		if strings.HasPrefix(name, "_") {
			r.beside("", name, v)
			return
		}
		r.say("", name, Unknown, Refuses)
	}
}

// modifiers refuses what may turn the meaning of what it stands in round.
func (r *reader) modifiers(link string, v fhir.Value) {
	fhir.Each(v, func(e fhir.Value) {
		if url := fhir.TextAt(e, "url"); url == criticalExtension { // it names another that must not be passed over
			r.say(link, "criticalExtension "+shortName(fhir.TextAt(e, "valueUri")+fhir.TextAt(e, "valueCanonical")), Unknown, Refuses)
			return
		}
		r.say(link, "modifierExtension "+shortName(fhir.TextAt(e, "url")), Unknown, Refuses)
	})
}

// beside names what stands beside a primitive: of words it changes how they look, of
// anything else what it says.
func (r *reader) beside(link, name string, v fhir.Value) {
	w := Refuses
	switch name {
	case "_text", "_prefix", "_title", "_description", "_purpose", "_copyright", "_name", "_derivedFrom", "_date", "_url", "_publisher", "_display", "_valueString", "_definition", "_version":
		w = NotUsed
	}
	fhir.Each(v, func(e fhir.Value) {
		o := fhir.ObjectOf(e)
		r.modifiers(link, o.Raw("modifierExtension"))
		fhir.Each(o.Raw("extension"), func(x fhir.Value) {
			switch url := fhir.TextAt(x, "url"); url {
			case translation:
			default:
				r.say(link, strings.TrimPrefix(name, "_")+" "+shortName(url), Unknown, w)
			}
		})
	})
}

// text reads words and their translations, and names what else stands beside them.
func (r *reader) text(o fhir.Object, name, link string) Text {
	t := Text{Said: ehrdesk.CleanText(o.Text(name))}
	beside := o.Raw("_" + name)
	if beside == nil {
		return t
	}
	r.beside(link, "_"+name, beside)
	fhir.Each(fhir.ObjectOf(beside).Raw("extension"), func(e fhir.Value) {
		x := fhir.ObjectOf(e)
		if x.Text("url") != translation {
			return
		}
		var tr Translation
		fhir.Each(x.Raw("extension"), func(p fhir.Value) {
			part := fhir.ObjectOf(p)
			_, v := part.Choice("value")
			switch part.Text("url") {
			case "lang":
				tr.Language = fhir.Text(v)
			case "content":
				tr.Words = ehrdesk.CleanText(fhir.Text(v))
			}
		})
		if tr.Language != "" && tr.Words != "" {
			t.Other = append(t.Other, tr)
		}
	})
	return t
}

// coding reads a Coding, or a Quantity's unit that is written as one.
func coding(v fhir.Value) ehrdesk.Coding {
	o := fhir.ObjectOf(v)
	return ehrdesk.Coding{System: o.Line("system"), Code: o.Line("code"), Display: o.Line("display")}
}

// codings reads Codings, and those of CodeableConcepts.
func codings(v fhir.Value) (out []ehrdesk.Coding) {
	fhir.Each(v, func(e fhir.Value) {
		if in := fhir.ObjectOf(e).Raw("coding"); in != nil {
			out = append(out, codings(in)...)
			return
		}
		if k := coding(e); k.Code != "" || k.Display != "" {
			out = append(out, k)
		}
	})
	return out
}
