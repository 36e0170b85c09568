package form

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

// meant reads extensions on which depends what an item asks, whether it is asked, and
// what it begins with.
func (r *reader) meant(it *Item, url string, x fhir.Object, v fhir.Value) bool {
	switch url {
	case sdc + "initialExpression":
		it.Populate.Expression = r.fhirPath(it.Link, "initialExpression", v)
	case sdc + "itemPopulationContext":
		it.Populate.Context = r.fhirPath(it.Link, "itemPopulationContext", v)
		it.Populate.Name = fhir.TextAt(v, "name")
	case sdc + "observationLinkPeriod":
		q, ok := valueOf(x, "value")
		if !ok || q.Kind != IsQuantity || q.Text == "" {
			r.say(it.Link, "observationLinkPeriod", Malformed, NotUsed)
			return true
		}
		it.Populate.Period = ehrdesk.Coding{System: q.Unit.Code, Code: q.Text}
	case sdc + "calculatedExpression", base + "cqf-expression":
		r.calculated(it, shortName(url))
	case sdc + "isSubject":
		it.About = v.Kind() == 't'
	case sdc + "answerExpression":
		it.Closed = true
		r.say(it.Link, "answerExpression", Expression, Closes)
	case sdc + "enableWhenExpression", sdc + "answerOptionsToggleExpression":
		r.say(it.Link, shortName(url), Expression, Refuses)
	case sdc + "subQuestionnaire", base + "questionnaire-signatureRequired":
		r.say(it.Link, shortName(url), Unknown, Refuses)
	case base + "questionnaire-constraint", base + "targetConstraint":
		r.constraintOr(it.Link, url, x)
	default:
		return false
	}
	return true
}

// calculated notes an answer that is to be reckoned and is not. Nobody may write one
// that is read only.
func (r *reader) calculated(it *Item, what string) {
	w := NotUsed
	if it.ReadOnly {
		it.Closed, w = true, Closes
	}
	r.say(it.Link, what, Expression, w)
}

// constraintOr notes a rule between answers that is not held: one that would be an
// error refuses the form.
func (r *reader) constraintOr(link, url string, x fhir.Object) {
	w := Refuses
	fhir.Each(x.Raw("extension"), func(e fhir.Value) {
		p := fhir.ObjectOf(e)
		if _, v := p.Choice("value"); p.Text("url") == "severity" && fhir.Text(v) == "warning" {
			w = NotUsed
		}
	})
	r.say(link, shortName(url), Unknown, w)
}

// fhirPath is an expression's text, "" where it is of another language.
func (r *reader) fhirPath(link, what string, v fhir.Value) string {
	if fhir.TextAt(v, "language") == "text/fhirpath" {
		return fhir.TextAt(v, "expression")
	}
	r.say(link, what, Expression, NotUsed)
	return ""
}

// expressions judges what items begin with, once the whole form is read. One beyond
// internal/form/path is named and not used: the item begins empty.
func (r *reader) expressions() {
	r.f.Each(func(it *Item) {
		p := &it.Populate
		if p.Context != "" && (!leads(it.Parent, p.Context) || p.Name == "") {
			r.say(it.Link, "itemPopulationContext "+p.Context, Expression, NotUsed)
			p.Context, p.Name = "", ""
		}
		if p.Expression != "" && !leads(it, p.Expression) {
			r.say(it.Link, "initialExpression "+p.Expression, Expression, NotUsed)
			p.Expression = ""
		}
	})
}

// leads reports an expression whose name and first member are known where an item stands.
func leads(it *Item, expression string) bool {
	e, err := path.Parse(expression)
	if err != nil {
		return false
	}
	switch e.Name {
	case "":
		return true
	case "patient":
		return slices.Contains([]string{"id", "birthDate", "gender", "name", "telecom", "address"}, e.First())
	case "user", "practitioner":
		return slices.Contains([]string{"id", "name"}, e.First())
	case "resource":
		return e.First() == "item"
	}
	for ; it != nil; it = it.Parent {
		if it.Populate.Name == e.Name && it.Populate.Context != "" {
			return true
		}
	}
	return false
}

// extracts reads what becomes of answers.
func (r *reader) extracts(out *Extracts, link, url string, x fhir.Object, v fhir.Value) bool {
	switch url {
	case sdc + "observationExtract":
		out.Observation, out.Withheld = v.Kind() == 't', v.Kind() == 'f'
	case sdc + "observation-extract-category":
		out.Categories = append(out.Categories, codings(v)...)
	case sdc + "itemExtractionContext":
		if out.Resource = fhir.Text(v); out.Resource == "" {
			r.say(link, "itemExtractionContext", Expression, NotUsed)
		}
	case sdc + "definitionExtract":
		fhir.Each(x.Raw("extension"), func(e fhir.Value) {
			p := fhir.ObjectOf(e)
			_, v := p.Choice("value")
			if p.Text("url") == "definition" {
				out.Definition = fhir.Text(v)
				out.Resource = shortName(out.Definition)
			} else {
				r.say(link, "definitionExtract "+p.Text("url"), Unknown, NotUsed)
			}
		})
	default:
		return false
	}
	return true
}
