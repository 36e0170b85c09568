package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// allergiesIn are the allergies among a person's resources, as a chart gives them.
func allergiesIn(t *testing.T, person territory.Person) ehrdesk.Allergies {
	out := ehrdesk.Allergies{State: ehrdesk.AllergyNotRecorded}
	for _, raw := range person.Resources {
		res, err := fhir.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		r := res.Record()
		switch {
		case r.Resource != "AllergyIntolerance" || r.Flag == ehrdesk.FlagNoInformation:
		case r.Flag == ehrdesk.FlagNoneKnown || r.Flag == ehrdesk.FlagNoneText:
			out.None = append(out.None, ehrdesk.AllergyNone{Scope: r.Title, Date: r.Date, Source: r.Source, Ref: r.Ref()})
		default:
			f, e := r.Facts(), ehrdesk.AllergyEntry{Substance: r.Title, Ref: r.Ref()}
			for _, x := range f.Reactions {
				for _, m := range x.Manifestations {
					e.Reaction = m.Words()
				}
			}
			out.Entries = append(out.Entries, e)
			out.Date, out.Source = r.Date, r.Source
		}
	}
	switch {
	case len(out.Entries) > 0:
		out.State = ehrdesk.AllergyListed
	case len(out.None) > 0:
		out.State, out.Date, out.Source = ehrdesk.AllergyNoneKnown, out.None[0].Date, out.None[0].Source
	}
	return out
}

// At 80x24 the banner has at most four rows with the commonest contents: whoever of the
// territory it is, in each language. Not common are the dead, with a row of their own, a name
// that takes a row by itself, and more than two allergies, of which none is ever cut.
func TestTheBannerTakesAtMostFourRowsAt80x24(t *testing.T) {
	land := territory.New(territory.Options{Patients: 43, Seed: 1, Now: fake.Clock()})
	common := 0
	for i := range land.Len() {
		if testing.Short() && i%7 != 0 {
			continue
		}
		person := land.Person(i)
		if person.Patient.Deceased || paint.Width(person.Patient.Name.Banner()) > 40 {
			continue
		}
		common++
		allergies := allergiesIn(t, person)
		d := fake.New()
		settle(t, d, person)
		d.Change("p2", func(f fake.Facts) { // the numbers stay, by which he is found
			f.Patient.Name, f.Patient.Born, f.Patient.Gender = person.Patient.Name, person.Patient.Born, person.Patient.Gender
			f.Patient.Deceased, f.Patient.Died = person.Patient.Deceased, person.Patient.Died
			*f.Allergies = allergies
		})
		p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active)
		for range text.Langs() {
			lines, rows := strings.Split(p.Screen(), "\n"), -1
			for n, l := range lines {
				if strings.HasPrefix(l, "──") { // a message may stand in it
					rows = n - 1
					break
				}
			}
			if most := 4 + max(0, len(allergies.Entries)-2); rows < 2 || rows > most {
				t.Errorf("person %d, %d allergies: %d rows in\n%s", i, len(allergies.Entries), rows, strings.Join(lines[:9], "\n"))
			}
			p.Press("f8")
		}
	}
	if common < 5 {
		t.Errorf("%d people alone are common", common)
	}
}
