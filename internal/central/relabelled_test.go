package central_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// A record whose label an earlier version of the centre took for none is restricted when this one has been
// started over its store: no desk is given it, and one that has it takes it off.
func TestALabelThatAnEarlierVersionTookForNoneRestricts(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	w.add(`{"resourceType":"AllergyIntolerance","id":"a9","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"r"}]},"patient":{"reference":"Patient/` + uuidA + `"},"code":{"text":"SECRET"}}`)
	w.spoil("UPDATE record SET labelled = 0 WHERE id = 'a9'", "UPDATE link SET labelled = 0")
	all, first := d.all("/Patient/" + uuidA + "/$everything")
	if !strings.Contains(strings.Join(all, ""), "SECRET") {
		t.Fatal("the earlier version did not give it")
	}
	w.spoil("DROP TABLE relabelled", "DROP TABLE request_step", "DROP TABLE request", "DROP TABLE person_before", "DROP TABLE service", "ALTER TABLE hcp DROP COLUMN no_view", "ALTER TABLE hcp DROP COLUMN no_deposit", "DROP TABLE health_link", "DROP TABLE group_staff", "DROP TABLE group_box", "DROP TABLE group_event", "DROP TABLE contact_group", "DROP TABLE on_call", "DROP TABLE case_report", "DROP TABLE key_change", "DROP TABLE offered_key", "DROP TABLE envelope_for", "DROP TABLE envelope_part", "DROP TABLE envelope", "DROP TABLE case_member", "DROP TABLE case_event", "DROP TABLE sealed_case", "ALTER TABLE hcp DROP COLUMN second_person", "ALTER TABLE hcp DROP COLUMN ahead", "ALTER TABLE visit DROP COLUMN ahead", "PRAGMA user_version = 18")
	later, err := central.Open(t.Context(), central.Options{Dir: w.dir, Store: w.store, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := later.Close(); err != nil {
			t.Error(err)
		}
	})
	if got := issue(t, d.want(403, "GET", "/AllergyIntolerance/a9", "")); got != "restricted" {
		t.Errorf("read: %s", got)
	}
	if all, _ := d.all("/Patient/" + uuidA + "/$everything"); strings.Contains(strings.Join(all, ""), "SECRET") {
		t.Error("it is given still")
	}
	var gone []string
	for _, e := range parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$tombstones?_since="+first.Timestamp, "")).Entry {
		gone = append(gone, e.Request.URL+" "+e.Extension[0].ValueCode)
	}
	if len(gone) != 1 || gone[0] != "AllergyIntolerance/a9 out-of-scope" {
		t.Errorf("desks are told of %q", gone)
	}
}
