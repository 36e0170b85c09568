// Package extract makes records of a response: Observations of single answers, and
// Conditions, AllergyIntolerances, Immunizations, Observations and DocumentReferences of
// parts of a form whose items name elements. What cannot be made is named. It is pure;
// ids are given.
//
// Source: HL7 Structured Data Capture 4.0.0-ballot, observation-based and
// definition-based extraction; docs/forms.md says which part.
package extract

import (
	"strings"

	"github.com/ehrdesk/ehrdesk/internal/form"
)

// Given is what a response says beside its answers.
type Given struct {
	form.Header
	NewID    func() string
	Language string // of the text that documents are written in
}

// Resource is one record.
type Resource struct {
	Type, ID string
	JSON     []byte
}

// Judge names what of a form nothing is extracted of, before anything is answered.
func Judge(f *form.Form) []form.Unsupported {
	j := judge{}
	j.context(f.Extracts, "")
	f.Each(func(it *form.Item) {
		j.context(it.Extracts, it.Link)
		if resource := contextOf(it, f); resource != "" && it.Definition != "" {
			j.definition(it, resource)
		}
		if observes(it, f) && it.Type.Asks() {
			j.observation(it)
		}
	})
	return j.out
}

type judge struct{ out []form.Unsupported }

func (j *judge) say(link, what string, why form.Reason) {
	j.out = append(j.out, form.Unsupported{Link: link, What: what, Why: why, Weight: form.NotUsed})
}

func (j *judge) context(x form.Extracts, link string) {
	if x.Resource != "" && elements(x.Resource) == nil {
		j.say(link, "extraction to "+x.Resource, form.Unknown)
	}
}

func (j *judge) definition(it *form.Item, resource string) {
	if elements(resource) == nil {
		return // the context was named
	}
	if about(it) {
		j.say(it.Link, "isSubject", form.Unknown)
		return
	}
	way := wayOf(it.Definition, resource)
	if len(way) == 0 {
		return // an element of something else: it says what the item means, and no more
	}
	e, ok := find(elements(resource), way)
	if !ok || e.shape == given {
		j.say(it.Link, "definition "+strings.Join(way, "."), form.Unknown)
		return
	}
	if it.Type.Asks() && !fits(e.shape, it) {
		j.say(it.Link, "definition "+strings.Join(way, "."), form.Contradicts)
	}
}

func (j *judge) observation(it *form.Item) {
	switch {
	case about(it):
		j.say(it.Link, "isSubject", form.Unknown)
	case len(it.Codes) == 0 && it.Extracts.Observation:
		j.say(it.Link, "observationExtract without a code", form.Missing)
	case len(it.Codes) > 0 && (it.Type == form.Attachment || it.Type == form.Reference):
		j.say(it.Link, "observationExtract", form.Contradicts)
	}
}

// about reports an item that may be about somebody who is not the form's subject.
func about(it *form.Item) bool {
	for p := it; p != nil; p = p.Parent {
		if p.About {
			return true
		}
		if p.Parent != nil {
			for _, x := range p.Parent.Items {
				if x.About {
					return true
				}
			}
		}
	}
	return false
}

// contextOf is the type that the items at a place are elements of.
func contextOf(it *form.Item, f *form.Form) string {
	for p := it; p != nil; p = p.Parent {
		if p.Extracts.Resource != "" {
			return p.Extracts.Resource
		}
	}
	return f.Extracts.Resource
}

// observes reports an item whose answers become Observations.
func observes(it *form.Item, f *form.Form) bool {
	for p := it; p != nil; p = p.Parent {
		if p.Extracts.Withheld {
			return false
		}
		if p.Extracts.Observation {
			return true
		}
	}
	return f.Extracts.Observation
}

// wayOf is the path of a definition below a resource: reaction and manifestation of
// "…/AllergyIntolerance#AllergyIntolerance.reaction.manifestation". The type of a choice
// is not part of it.
func wayOf(definition, resource string) []string {
	_, path, ok := strings.Cut(definition, "#")
	head, rest, more := strings.Cut(path, ".")
	if !ok || !more || head != resource {
		return nil
	}
	way := strings.Split(rest, ".")
	for i, w := range way {
		way[i], _, _ = strings.Cut(w, ":") // a slice's name
		way[i] = strings.TrimSuffix(way[i], "[x]")
		for _, choice := range [...]string{"onset", "abatement", "effective", "occurrence", "value", "doseNumber", "seriesDoses"} {
			if strings.HasPrefix(way[i], choice) && len(way[i]) > len(choice) && way[i][len(choice)] >= 'A' && way[i][len(choice)] <= 'Z' {
				way[i] = choice
			}
		}
	}
	if last := len(way) - 1; last > 0 && way[last] == "text" && way[last-1] == "note" {
		way = way[:last]
	}
	return way
}

// find is the element that a way leads to.
func find(in []element, way []string) (element, bool) {
	for _, e := range in {
		if e.name != way[0] {
			continue
		}
		if len(way) == 1 {
			return e, true
		}
		return find(e.parts, way[1:])
	}
	return element{}, false
}
