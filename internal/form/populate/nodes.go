package populate

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

// words are nodes of the words that are there.
func words(list ...string) (out []path.Node) {
	for _, s := range list {
		if s != "" {
			out = append(out, path.Node{Text: s})
		}
	}
	return out
}

func object(members map[string][]path.Node) path.Node { return path.Node{Members: members} }

// patientNode is what is known of a patient, under FHIR's names. The numbers a person is
// known by are not in it.
func patientNode(p ehrdesk.Patient) path.Node {
	n := p.Name
	use := "official"
	if n.Former {
		use = "old"
	}
	name := object(map[string][]path.Node{"use": words(use), "family": words(n.Family), "given": words(n.Given), "prefix": words(n.Title), "suffix": words(n.Suffix), "text": words(n.Latin())})
	names := []path.Node{name}
	if n.Chinese != "" {
		use := "usual"
		if n.FormerChinese {
			use = "old"
		}
		names = append(names, object(map[string][]path.Node{"use": words(use), "text": words(n.Chinese)}))
	}
	var telecom []path.Node
	for _, t := range [...][2]string{{"phone", p.Phone}, {"email", p.Email}} {
		if t[1] != "" {
			telecom = append(telecom, object(map[string][]path.Node{"system": words(t[0]), "value": words(t[1])}))
		}
	}
	address := object(map[string][]path.Node{"text": words(p.Address), "line": words(p.Address)})
	return object(map[string][]path.Node{
		"id": words(p.ID), "birthDate": words(p.Born.String()), "gender": words(string(p.Gender)), "name": names, "telecom": telecom, "address": {address},
	})
}

func userNode(u User) path.Node {
	return object(map[string][]path.Node{"id": words(u.ID), "name": {object(map[string][]path.Node{"text": words(u.Name)})}})
}

// responseNode is what is answered so far, as the items of a response.
func responseNode(a *form.Answers) path.Node {
	type level struct{ items []path.Node }
	levels := []level{{}}
	// The lines come parents first: what is deeper than the next line belongs to the last of its level.
	fold := func(depth int) {
		for len(levels) > depth+1 {
			in := levels[len(levels)-1].items
			levels = levels[:len(levels)-1]
			up := levels[len(levels)-1].items
			if last := len(up) - 1; last >= 0 && len(in) > 0 {
				up[last].Members["item"] = in
			}
		}
	}
	for _, l := range a.Lines() {
		fold(l.Item.Depth)
		for len(levels) <= l.Item.Depth {
			levels = append(levels, level{})
		}
		m := map[string][]path.Node{"linkId": words(l.Item.Link)}
		if !l.Value.IsZero() && l.Enabled {
			m["answer"] = []path.Node{object(map[string][]path.Node{"value": {answerNode(l.Value)}})}
		}
		levels[l.Item.Depth].items = append(levels[l.Item.Depth].items, object(m))
	}
	fold(0)
	return object(map[string][]path.Node{"item": levels[0].items})
}

// answerNode is an answer: its words, and of a code its parts.
func answerNode(v form.Value) path.Node {
	if v.Kind == form.IsCoding {
		return path.Node{Text: v.Coding.Code, Members: map[string][]path.Node{"system": words(v.Coding.System), "code": words(v.Coding.Code), "display": words(v.Coding.Display)}}
	}
	return path.Node{Text: v.Text}
}
