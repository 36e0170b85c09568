package form

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
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
	case sdc + "calculatedExpression":
		it.Calculated = fhirPathOf(v)
		if it.Calculated == "" {
			r.calculated(it, shortName(url))
		}
	case base + "cqf-expression":
		r.calculated(it, shortName(url))
	case base + "variable":
		it.variables = append(it.variables, variable{name: fhir.TextAt(v, "name"), text: fhirPathOf(v)})
	case sdc + "isSubject":
		it.About = v.Kind() == 't'
	case sdc + "answerExpression":
		it.Closed = true
		r.say(it.Link, "answerExpression", Expression, Closes)
	case sdc + "enableWhenExpression":
		if it.askedIf.text = fhirPathOf(v); it.askedIf.text == "" {
			r.say(it.Link, shortName(url), Expression, Refuses)
		}
	case sdc + "answerOptionsToggleExpression":
		r.say(it.Link, shortName(url), Expression, Refuses)
	case sdc + "subQuestionnaire", base + "questionnaire-signatureRequired":
		r.say(it.Link, shortName(url), Unknown, Refuses)
	case base + "questionnaire-constraint", base + "targetConstraint":
		r.rule(&it.rules, it.Link, url, x)
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

// rule reads a rule between answers. One that only warns is named and not held.
func (r *reader) rule(out *[]rule, link, url string, x fhir.Object) {
	c := rule{what: shortName(url)}
	fhir.Each(x.Raw("extension"), func(e fhir.Value) {
		p := fhir.ObjectOf(e)
		_, v := p.Choice("value")
		switch p.Text("url") {
		case "severity":
			c.warns = fhir.Text(v) == "warning"
		case "human":
			c.human = r.text(p, "valueString", link)
		case "expression":
			if c.text = fhirPathOf(v); v.Kind() == '"' {
				c.text = fhir.Text(v)
			}
		}
	})
	if c.warns {
		r.say(link, c.what, Unknown, NotUsed)
		return
	}
	*out = append(*out, c)
}

// fhirPathOf is an expression's text, "" where it is of another language.
func fhirPathOf(v fhir.Value) string {
	if fhir.TextAt(v, "language") != "text/fhirpath" {
		return ""
	}
	return fhir.TextAt(v, "expression")
}

// fhirPath is an expression's text, "" where it is of another language.
func (r *reader) fhirPath(link, what string, v fhir.Value) string {
	text := fhirPathOf(v)
	if text == "" {
		r.say(link, what, Expression, NotUsed)
	}
	return text
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
