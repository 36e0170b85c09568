package extract

import (
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Text is what a document that a form made says: its title and its plain text, which are whole. ok is false for a record that is
// no document of plain text.
func Text(raw []byte) (title, text string, ok bool) {
	o, err := fhir.Parse(raw)
	if err != nil || o.Text("resourceType") != "DocumentReference" {
		return "", "", false
	}
	fhir.Each(o.Raw("content"), func(c fhir.Value) {
		a := fhir.ObjectOf(fhir.ObjectOf(c).Raw("attachment"))
		if ok || a.Text("data") == "" {
			return
		}
		if r := fhir.Encoded(a.Text("data"), a.Text("contentType")); r.Why == "" && r.Whole {
			title, text, ok = a.Line("title"), r.Text, true
		}
	})
	return title, text, ok
}
