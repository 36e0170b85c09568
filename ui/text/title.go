package text

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Title is what a record is, in its source's words, with what turns its meaning
// round before it: that it was entered in error, must not be done, was not done,
// is no order, was refuted. The side and site stand behind it.
func (w Words) Title(r *ehrdesk.Record, f *ehrdesk.Facts) string {
	p := &w.c.Facts.Phrases
	s := w.name(r, f)
	for _, k := range f.Sites {
		if site := k.Words(); site != "" && !within(strings.ToLower(s), strings.ToLower(site)) {
			s += dash + site
		}
	}
	if st, ok := f.State(ehrdesk.StateSubpotent); ok && (stateCode(st) == "true" || st.Concept.Text == "true") {
		s = w.put(p.Subpotent, s)
	}
	if st, ok := f.State(ehrdesk.StateVerification); ok && titled(r, st) {
		s = w.put(p.Refuted, w.state(r, &st), s)
	}
	if why := w.noOrder(r, f); why != "" {
		s = w.put(p.NoOrder, why, s)
	}
	if r.Status == "not-done" {
		if r.Resource == "Immunization" || r.Resource == "MedicationAdministration" {
			s = w.put(p.NotGiven, s)
		} else {
			s = w.put(p.NotDone, s)
		}
	}
	if f.Forbids || r.Flag == ehrdesk.FlagDoNot {
		t := p.DoNotDo
		if r.Kind == ehrdesk.KindMedication {
			t = p.DoNotGive
		}
		if prefix := strings.TrimSuffix(t[English], "%s"); !strings.HasPrefix(s, prefix) {
			s = w.put(t, s)
		}
	}
	if r.Resource == "RiskAssessment" && slices.ContainsFunc(f.Besides, func(b ehrdesk.Beside) bool { return b.Element == "prediction" && b.Concept.Words() == f.Code.Words() }) {
		s = w.put(p.RiskOf, s)
	}
	if f.Altered {
		s = w.put(p.Altered, s)
	}
	if InError(r) {
		s = w.put(p.InError, s)
	}
	return s
}

// name is what the record is about, "drug not named" where that stands nowhere.
func (w Words) name(r *ehrdesk.Record, f *ehrdesk.Facts) string {
	fw := &w.c.Facts
	if f.Unnamed.Is && r.Title == "" {
		if f.Unnamed.Identifier != "" {
			return w.put(fw.Phrases.Unnamed, f.Unnamed.Identifier)
		}
		return w.t(fw.Phrases.UnnamedNowhere)
	}
	if r.Title != "" && r.Title != r.Resource && !named(r.Title, &f.Code) {
		return r.Title
	}
	if s := f.Code.Words(); s != "" {
		return s
	}
	if r.Resource == "AllergyIntolerance" {
		return w.t(fw.Phrases.NotNamed)
	}
	if f.Text != "" && r.Resource != "DiagnosticReport" {
		return f.Text
	}
	for _, k := range f.Categories {
		if s := w.concept(k, fw.Categories); s != "" {
			return s
		}
	}
	return w.t(fw.Resources.of(r.Resource))
}

// named reports a title that is no more than a code, to which the site has put a name.
func named(title string, k *ehrdesk.Concept) bool {
	return k.Text == "" && slices.ContainsFunc(k.Codings, func(c ehrdesk.Coding) bool { return c.Code == title && c.Display != "" })
}

// titled reports a verification that a title begins with: everything but
// confirmed, and of an allergy what its flag says.
func titled(r *ehrdesk.Record, s ehrdesk.State) bool {
	if InError(r) || r.Flag == ehrdesk.FlagNoInformation { // that nothing is known needs no confirming
		return false
	}
	code := stateCode(s)
	if code == "" && strings.EqualFold(s.Concept.Text, "confirmed") {
		return false
	}
	return code != "confirmed" && !(r.Flag == ehrdesk.FlagUnconfirmed && (code == "unconfirmed" || code == "presumed" || code == "provisional"))
}

// noOrder reports an intent that makes a request no order.
func noOrder(r *ehrdesk.Record, s ehrdesk.State) bool {
	switch r.Resource {
	case "MedicationRequest", "ServiceRequest", "DeviceRequest", "NutritionOrder", "CommunicationRequest", "RequestGroup", "Task":
	default:
		return false
	}
	switch s.Element {
	case ehrdesk.StateIntent:
		switch stateCode(s) {
		case "proposal", "plan", "option":
			return true
		}
	case ehrdesk.StateStatus:
		return stateCode(s) == "draft"
	}
	return false
}

// noOrder says what a request is that is no order: a draft, a proposal.
func (w Words) noOrder(r *ehrdesk.Record, f *ehrdesk.Facts) string {
	var words []string
	for i := range f.States {
		if s := &f.States[i]; noOrder(r, *s) {
			words = append(words, strings.ToUpper(w.state(r, s)))
		}
	}
	if w.lang == English {
		return strings.Join(words, ", ")
	}
	return strings.Join(words, "、")
}
