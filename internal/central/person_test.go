package central_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// crowd are the people of a territory, without their records.
type crowd struct{ *territory.Territory }

func (c crowd) Providers() []central.Provider { return nil }

func (c crowd) Person(i int) central.Person {
	p := c.Territory.Person(i)
	return central.Person{Patient: p.Patient, AccessKey: p.AccessKey, Participation: p.Participation, Notify: p.Notify, Resources: p.Resources[:1]}
}

// TestDeskAndCentreCompareACardWithOnePerson: a clinician who sees that a card
// agrees must not hear from the centre that it does not, or the other way round.
func TestDeskAndCentreCompareACardWithOnePerson(t *testing.T) {
	w := newWorld(t)
	people := territory.New(territory.Options{Patients: 200, Seed: 11, Now: testclock.Start()})
	if err := w.c.Fill(t.Context(), crowd{people}, nil); err != nil {
		t.Fatal(err)
	}
	for _, names := range []string{
		`[{"use":"official","family":"CHAN","given":["Tai","Man"]},{"use":"usual","text":"陳大文"}]`,
		`[{"use":"maiden","family":"WONG","given":["Mei"]},{"use":"official","family":"Chan-Wong","given":["Mei Yee"],"prefix":["Mrs"]},{"family":"陳","given":["美儀"]}]`,
		`[{"use":"nickname","text":"Johnny"},{"use":"usual","text":"O'Neill,  Sean"}]`,
		`[{"use":"old","family":"A"}]`, `[{"family":"Li","given":["\u202eX"]}]`, `{"family":"not a list"}`, `[]`, `[7]`, `[7,{"family":"Ho"}]`, `[{"use":"official","family":"Lee","given":"x"},{"family":"Ho"}]`,
	} {
		w.importText(`{"resourceType":"Patient","id":"n` + madeOf(names) + `","name":` + names + `,"birthDate":"1960-02","gender":"none"}`)
	}
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	seen := 0
	err := w.c.Participants(t.Context(), "", func(p central.Participant) error {
		b := parse(t, d.want(200, "POST", "/Patient/_search", url.Values{"identifier": {ehrdesk.SystemEHR + "|" + p.EHR}}.Encode()))
		if p.Participation == string(ehrdesk.Left) || len(b.Entry) != 1 {
			return nil
		}
		atDesk, err := fhir.Patient(b.Entry[0].Resource, time.Now())
		if err != nil {
			return err
		}
		atCentre, err := w.c.OnRecord(t.Context(), p.Patient)
		if err != nil {
			return err
		}
		seen++
		if atCentre.HKIC != atDesk.HKIC || atCentre.Name != atDesk.Name || atCentre.Gender != atDesk.Gender || atCentre.Born.Date() != atDesk.Born.Date() {
			a, _ := json.Marshal(atDesk.Name)
			b, _ := json.Marshal(atCentre.Name)
			t.Errorf("the desk sees %s %s %v, the centre %s %s %v", a, atDesk.Gender, atDesk.Born, b, atCentre.Gender, atCentre.Born)
		}
		return nil
	})
	if err != nil || seen < 150 {
		t.Errorf("%d people compared, %v", seen, err)
	}
}

// madeOf is an id that a text alone decides.
func madeOf(s string) string {
	n := uint32(0)
	for _, r := range s {
		n = n*31 + uint32(r)
	}
	return time.Unix(int64(n), 0).UTC().Format("20060102150405")
}
