package form

import (
	"regexp"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Extensions that are read, by their canonical URLs.
const (
	base = "http://hl7.org/fhir/StructureDefinition/"
	sdc  = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"

	translation     = base + "translation"
	ordinalValue    = base + "ordinalValue"
	itemWeight      = base + "itemWeight"
	valueSetOrdinal = base + "valueset-ordinalValue"
	valueSetLabel   = base + "valueset-label"
	valueSetOrder   = base + "valueset-conceptOrder"
	optionPrefix    = base + "questionnaire-optionPrefix"
	optionExclusive = base + "questionnaire-optionExclusive"

	criticalExtension = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-rendering-criticalExtension"

	// Approval is our own: a second person approves the form before it leaves.
	Approval = "urn:ehrdesk:form:approval"

	// Addressed is our own: whom what is written by the form is for, beside the shared record or in its place.
	Addressed = "urn:ehrdesk:form:to"
)

// To is whom what is written by a form is for.
type To string

// Whom a form may be for. The zero value is the patient's shared record alone.
const (
	ToProvider    To = "provider"    // the shared record, and then another provider that its author chooses
	ToContributor To = "contributor" // whoever wrote the record that it is about, and not the shared record
	ToOffice      To = "office"      // the eHealth Record Office, and not the shared record
)

// Asks reports a form whose answers are sent as a request, and are no record.
func (t To) Asks() bool { return t == ToContributor || t == ToOffice }

// shortName is an extension as it is named to people: the end of its URL.
func shortName(url string) string {
	name := ehrdesk.CleanLine(url[strings.LastIndexByte(url, '/')+1:])
	if len(name) > 80 {
		name = strings.ToValidUTF8(name[:80], "")
	}
	if name == "" {
		return "extension"
	}
	return name
}

// formExtensions reads the extensions of the form itself.
func (r *reader) formExtensions(o fhir.Object) {
	fhir.Each(o.Raw("extension"), func(e fhir.Value) {
		x := fhir.ObjectOf(e)
		_, v := x.Choice("value")
		url := x.Text("url")
		r.modifiers("", x.Raw("modifierExtension"))
		switch url {
		case Approval:
			r.f.Approval = v.Kind() == 't'
		case Addressed:
			switch to := To(fhir.Text(v)); to {
			case ToProvider, ToContributor, ToOffice:
				r.f.To = to
			default: // else it would be shared with whom its author did not mean
				r.say("", "to "+shortName(string(to)), Unknown, Refuses)
			}
		case sdc + "launchContext": // whom expressions may ask is known without
		case base + "questionnaire-signatureRequired", sdc + "questionnaireAdaptive":
			r.say("", shortName(url), Unknown, Refuses)
		case base + "questionnaire-constraint", base + "targetConstraint":
			r.rule(&r.f.rules, "", url, x)
		case base + "variable":
			r.f.variables = append(r.f.variables, variable{name: fhir.TextAt(v, "name"), text: fhirPathOf(v)})
		case criticalExtension:
			r.say("", "criticalExtension "+shortName(fhir.Text(v)), Unknown, Refuses)
		case sdc + "assemble-expectation":
			r.say("", "assemble-expectation "+fhir.Text(v), Unknown, Refuses)
		default:
			if !r.extracts(&r.f.Extracts, "", url, x, v) {
				r.say("", shortName(url), Unknown, NotUsed)
			}
		}
	})
}

// itemExtensions reads the extensions of an item.
func (r *reader) itemExtensions(it *Item, o fhir.Object) {
	fhir.Each(o.Raw("code"), func(c fhir.Value) { // SDC lets the code itself say that it is extracted
		fhir.Each(fhir.ObjectOf(c).Raw("extension"), func(e fhir.Value) {
			x := fhir.ObjectOf(e)
			_, v := x.Choice("value")
			if url := x.Text("url"); !r.extracts(&it.Extracts, it.Link, url, x, v) {
				r.say(it.Link, shortName(url), Unknown, NotUsed)
			}
		})
	})
	fhir.Each(o.Raw("extension"), func(e fhir.Value) {
		x := fhir.ObjectOf(e)
		_, v := x.Choice("value")
		r.modifiers(it.Link, x.Raw("modifierExtension"))
		url := x.Text("url")
		if r.limit(it, url, x, v) || r.shown(it, url, x, v) || r.meant(it, url, x, v) || r.extracts(&it.Extracts, it.Link, url, x, v) {
			return
		}
		r.say(it.Link, shortName(url), Unknown, NotUsed)
	})
}

// limit reads what an answer is held against.
func (r *reader) limit(it *Item, url string, x fhir.Object, v fhir.Value) bool {
	l := &it.Limits
	switch url {
	case base + "minValue", sdc + "minQuantity":
		l.Min = r.bound(it, shortName(url), x)
	case base + "maxValue", sdc + "maxQuantity":
		l.Max = r.bound(it, shortName(url), x)
	case base + "minLength":
		l.MinLength = r.count(it.Link, shortName(url), v)
	case base + "maxDecimalPlaces":
		l.Places = r.count(it.Link, shortName(url), v)
	case base + "questionnaire-minOccurs":
		l.MinOccurs = r.count(it.Link, shortName(url), v)
	case base + "questionnaire-maxOccurs":
		l.MaxOccurs = r.count(it.Link, shortName(url), v)
	case base + "maxSize":
		l.MaxSize = r.size(it.Link, v)
	case base + "mimeType":
		l.Media = append(l.Media, fhir.Text(v))
	case base + "regex":
		if l.Pattern = fhir.Text(v); !compiles(l.Pattern) {
			l.Pattern = ""
			r.say(it.Link, "regex", Unknown, Refuses)
		}
	default:
		return false
	}
	return true
}

// compiles reports a pattern of the kind that is tried here: RE2's, against the whole
// answer.
func compiles(pattern string) bool {
	if len(pattern) == 0 || len(pattern) > 1000 {
		return false
	}
	_, err := regexp.Compile(whole(pattern))
	return err == nil
}

func whole(pattern string) string { return `\A(?:` + pattern + `)\z` }

// size is a number of bytes; it is written as a decimal.
func (r *reader) size(link string, v fhir.Value) int {
	n, ok := number(string(v))
	if v.Kind() != '0' || !ok || n.Sign() < 0 || !n.IsInt() || !n.Num().IsInt64() {
		r.say(link, "maxSize", Malformed, Refuses)
		return 0
	}
	return int(n.Num().Int64())
}

// bound reads a least or greatest value. One that is reckoned, or of another type than
// the item, cannot be held to.
func (r *reader) bound(it *Item, what string, x fhir.Object) Value {
	v, ok := valueOf(x, "value")
	switch {
	case !ok && hasExpression(x):
		r.say(it.Link, what, Expression, Refuses)
	case !ok:
		r.say(it.Link, what, Malformed, Refuses)
	case v.Kind == it.Type.Kind(), v.Kind == IsInteger && it.Type == Decimal, v.Kind == IsDecimal && it.Type == Integer, v.Kind == IsDate && it.Type == DateTime,
		it.Type == Quantity && (v.Kind == IsDecimal || v.Kind == IsInteger):
		return v
	default:
		r.say(it.Link, what, Contradicts, Refuses)
	}
	return Value{}
}

// hasExpression reports a value that stands as an expression beside the element.
func hasExpression(x fhir.Object) bool {
	for _, m := range x {
		if strings.HasPrefix(string(m.Name), "_value") {
			return true
		}
	}
	return false
}

// shown reads what changes the way an item is shown.
func (r *reader) shown(it *Item, url string, x fhir.Object, v fhir.Value) bool {
	switch url {
	case base + "questionnaire-itemControl":
		for _, k := range codings(v) {
			it.Control = k.Code
		}
		if !controls(it.Control) {
			r.say(it.Link, "itemControl "+it.Control, Unknown, NotUsed)
		}
	case base + "questionnaire-hidden":
		it.Hidden = v.Kind() == 't'
	case base + "entryFormat":
		it.Format = r.text(x, "valueString", it.Link)
	case base + "questionnaire-sliderStepValue":
		it.Step = string(v)
	case sdc + "shortText":
		it.Short = r.text(x, "valueString", it.Link)
	case base + "questionnaire-referenceResource":
		it.Refers = append(it.Refers, fhir.Text(v))
	case base + "questionnaire-unit":
		it.Unit = coding(v)
	case base + "questionnaire-unitOption":
		it.Units = append(it.Units, coding(v))
	case sdc + "unitOpen":
		it.UnitOpen = fhir.Text(v) != "optionsOnly"
	case base + "questionnaire-unitValueSet":
		options, why := setReader{r}.set(it.Link, fhir.Text(v), 0)
		for _, o := range options {
			it.Units = append(it.Units, o.Value.Coding)
		}
		if why != "" && it.Type == Quantity {
			it.Closed = true
			r.say(it.Link, "unitValueSet "+fhir.Text(v), why, Closes)
		}
	default:
		return false
	}
	return true
}

// controls are the item controls that say nothing but how something looks, and that a
// line of a form serves as well.
func controls(code string) bool {
	switch code {
	case "check-box", "radio-button", "drop-down", "autocomplete", "lookup", "text-box", "text-area", "slider", "spinner", "list", "table", "gtable", "htable", "header", "footer",
		"prompt", "help", "inline", "unit", "lower", "upper", "flyover", "open-choice":
		return true
	}
	return false
}
