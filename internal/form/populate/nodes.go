package populate

import (
	"github.com/ehrdesk/ehrdesk"
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

func moment(w ehrdesk.When) []path.Node {
	if w.IsZero() {
		return nil
	}
	return []path.Node{{Kind: path.Moment, Text: w.String()}}
}

func object(members map[string][]path.Node) path.Node {
	return path.Node{Kind: path.Object, Members: members}
}

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
		"id": words(p.ID), "birthDate": moment(p.Born), "gender": words(string(p.Gender)), "name": names, "telecom": telecom, "address": {address},
	})
}

// entryNode is what is known of the record that a form is about: its reference, what it is called, where it is from and its date.
// None, of no record.
func entryNode(r *ehrdesk.Record, called string) []path.Node {
	if r == nil {
		return nil
	}
	return []path.Node{object(map[string][]path.Node{"reference": words(r.Ref().String()), "display": words(called), "source": words(ehrdesk.CleanLine(r.Source)), "date": moment(r.Date)})}
}

func userNode(u User) path.Node {
	return object(map[string][]path.Node{"id": words(u.ID), "name": {object(map[string][]path.Node{"text": words(u.Name)})}})
}
