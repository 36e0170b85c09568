package central_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// TestWhatARecordNoLongerSaysBringsNothing: the clinic that a record named comes to
// no desk once the record is restricted, withdrawn or names another, nor does what
// the clinic refers to in turn; and a desk that has it hears that it is gone. Where
// another record names it as well, it stays.
func TestWhatARecordNoLongerSaysBringsNothing(t *testing.T) {
	const clinic = "Organization/shc"
	visit := func(id, more, at string) string {
		return `{"resourceType":"Encounter","id":"` + id + `",` + more + `"status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/` + uuidA + `"},"serviceProvider":{"reference":"` + at + `"}}`
	}
	for name, change := range map[string]func(w *world){
		"the record is labelled":   func(w *world) { w.add(visit("e9", label, clinic)) },
		"the record is withdrawn":  func(w *world) { w.remove(visit("e9", "", clinic)) },
		"the record names another": func(w *world) { w.add(visit("e9", "", "Organization/other")) },
		"the clinic is labelled": func(w *world) {
			w.add(`{"resourceType":"Organization","id":"shc",` + label + `"name":"Sexual Health Clinic"}`)
		},
		"labelled, freed, labelled": func(w *world) {
			w.add(visit("e9", label, clinic))
			w.add(visit("e9", "", clinic))
			w.add(visit("e9", label, clinic))
		},
	} {
		for _, shared := range []bool{false, true} {
			w, rep := clinicalWorld(t)
			w.importText(`{"resourceType":"Organization","id":"parent","name":"Social Hygiene Service"}`)
			w.importText(`{"resourceType":"Organization","id":"other","name":"Other"}`)
			w.importText(`{"resourceType":"Organization","id":"shc","name":"Sexual Health Clinic","partOf":{"reference":"Organization/parent"}}`)
			w.add(visit("e9", "", clinic))
			if shared {
				w.add(visit("e8", "", clinic))
			}
			d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
			d.grant(rep.EHR)
			everything := func(since string) string {
				all, b := d.all("/Patient/" + uuidA + "/$everything" + since)
				if len(all) != b.Total {
					t.Errorf("%s: %d of %d", name, len(all), b.Total)
				}
				return strings.Join(all, "\n")
			}
			_, first := d.all("/Patient/" + uuidA + "/$everything")
			if s := everything(""); !strings.Contains(s, "Sexual Health") || !strings.Contains(s, "Social Hygiene") {
				t.Fatalf("before: %s", s)
			}
			change(w)
			stays := shared && name != "the clinic is labelled"
			for _, since := range []string{"", "?_since=" + first.Timestamp} {
				s := everything(since)
				if strings.Contains(s, `"Sexual Health Clinic"`) != (stays && since == "") || strings.Contains(s, `"Social Hygiene Service"`) != (stays && since == "") {
					t.Errorf("%s, named by another %v, %q: %s", name, shared, since, s)
				}
			}
			var gone []string
			for _, e := range parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$tombstones?_since="+first.Timestamp, "")).Entry {
				gone = append(gone, e.Request.URL)
			}
			if slices.Contains(gone, clinic) == stays || slices.Contains(gone, "Organization/parent") == stays || slices.Contains(gone, "Organization/other") {
				t.Errorf("%s, named by another %v: a desk hears that these are gone: %v", name, shared, gone)
			}
			w.add(visit("e9", "", "Organization/parent")) // and comes back by another way
			if s := everything("?_since=" + first.Timestamp); !strings.Contains(s, "e9") || !stays && !strings.Contains(s, "Social Hygiene") {
				t.Errorf("%s, named by another %v: what is named again does not come: %s", name, shared, s)
			}
		}
	}
}
