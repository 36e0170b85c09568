package central_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// personP is a Patient under the id p: with numbers of before or with all others.
func personP(same bool, more string) string {
	ids := `{"system":"` + ehrdesk.SystemEHR + `","value":"` + gateEHR + `"}`
	if !same {
		ids = `{"system":"` + ehrdesk.SystemEHR + `","value":"912345678929"},{"system":"` + ehrdesk.SystemHKIC + `","value":"B1234566"}`
	}
	if more != "" {
		more = "," + more
	}
	return `{"resourceType":"Patient","id":"p","identifier":[` + ids + `]` + more + `}`
}

// That somebody whose numbers are all others is the person of before has to be shown, by a name with the
// whole birth date: one that is missing on either side, or an old or passing name, shows nothing.
func TestSamenessOfAPersonIsShown(t *testing.T) {
	const (
		born  = `"birthDate":"1960-01-01"`
		chan1 = `{"family":"CHAN","given":["Tai Man"]}`
		wong  = `{"family":"WONG","given":["Mei"]}`
	)
	names := func(name ...string) string { return `"name":[` + strings.Join(name, ",") + `]` }
	used := func(use, name string) string { return strings.Replace(name, "{", `{"use":"`+use+`",`, 1) }
	for name, c := range map[string]struct {
		before, now string
		same        bool
	}{
		"neither name nor date":      {``, ``, false},
		"a name and no date":         {names(chan1), names(chan1), false},
		"a date and no name":         {born, born, false},
		"a year":                     {names(`{"text":"BABY"}`) + `,"birthDate":"1960"`, names(`{"text":"BABY"}`) + `,"birthDate":"1960"`, false},
		"a month":                    {names(chan1) + `,"birthDate":"1960-01"`, names(chan1) + `,"birthDate":"1960-01"`, false},
		"no day that there is":       {names(chan1) + `,"birthDate":"1960-02-30"`, names(chan1) + `,"birthDate":"1960-02-30"`, false},
		"an empty name":              {names(`{"family":" "}`) + "," + born, names(`{"family":" "}`) + "," + born, false},
		"no date before":             {names(chan1), names(chan1) + "," + born, false},
		"no date now":                {names(chan1) + "," + born, names(chan1), false},
		"no name now":                {names(chan1) + "," + born, born, false},
		"another given name":         {names(chan1) + "," + born, names(`{"family":"CHAN","given":["Siu Ming"]}`) + "," + born, false},
		"an old name stands first":   {names(chan1) + "," + born, names(used("old", chan1), wong) + "," + born, false},
		"an old name before":         {names(used("old", chan1), wong) + "," + born, names(chan1) + "," + born, false},
		"an old name, spelled so":    {names(used("OLD ", chan1)) + "," + born, names(used("OLD ", chan1)) + "," + born, false},
		"a name for a time":          {names(used("temp", chan1)) + "," + born, names(used("temp", chan1)) + "," + born, false},
		"a name to hide by":          {names(used("anonymous", chan1)) + "," + born, names(used("anonymous", chan1)) + "," + born, false},
		"a name that is none":        {`"name":"CHAN",` + born, `"name":"CHAN",` + born, false},
		"name and date":              {names(chan1) + "," + born, names(chan1) + "," + born, true},
		"one of several names":       {names(chan1) + "," + born, names(wong, used("usual", chan1)) + "," + born, true},
		"an old name beside hers":    {names(used("old", wong), chan1) + "," + born, names(used("maiden", chan1)) + "," + born, true},
		"one that is none beside it": {names(chan1) + "," + born, names(`7`, chan1) + "," + born, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			g.engine.Put(personP(true, c.before))
			d := g.doctor()
			g.engine.Put(personP(true, c.now)) // by the number alone
			d.want(200, "GET", "/Observation/obs-p", "")
			g.engine.Put(personP(true, c.before))
			d.want(200, "GET", "/Observation/obs-p", "")
			g.engine.Put(personP(false, c.now))
			want := 403
			if c.same {
				want = 200
			}
			for _, path := range []string{"/Patient/p/$everything", "/Patient/p", "/Observation/obs-p"} {
				d.want(want, "GET", path, "")
			}
		})
	}
}

// What is followed is what is there now: a person who is known by a number alone is not known by the name
// of before.
func TestAPersonIsFollowedByWhatIsThereNow(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	const whole = `"name":[{"family":"CHAN"}],"birthDate":"1960-01-01"`
	g.engine.Put(personP(true, whole))
	d := g.doctor()
	g.engine.Put(personP(true, `"name":[{"family":"WONG"}],"birthDate":"1970-01-01"`))
	d.want(200, "GET", "/Observation/obs-p", "")
	g.engine.Put(personP(false, whole))
	d.want(403, "GET", "/Observation/obs-p", "")
}

// Whom a number stands for is said not to be clear, wherever it is asked for, where the engine has it at two
// people, at somebody else under the id, or at an id that it was not registered under.
func TestANumberThatStandsForNobodyIsToldAsThat(t *testing.T) {
	for name, change := range map[string]func(*gateWorld) (number string){
		"at two people": func(g *gateWorld) string { g.patient("p2", gateEHR, ""); return gateEHR },
		"at a stranger": func(g *gateWorld) string { g.engine.Put(stranger("p")); return secondEHR },
		"at another id": func(g *gateWorld) string {
			g.engine.Delete(patientP)
			g.patient("p2", gateEHR, gateHKIC)
			return gateEHR
		},
		"merged": func(g *gateWorld) string {
			g.patient("p2", gateEHR, gateHKIC)
			g.merge("p", "p2")
			return gateEHR
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			d := g.doctor()
			number := change(g)
			for _, asked := range [][2]string{{"/Patient/_search", lookUp(number)}, {"/Patient/$grant-sharing-consent", grantBody(number, nil)}} {
				if got := issue(t, d.want(409, "POST", asked[0], asked[1])); got != "person-unclear" {
					t.Errorf("%s: %s", asked[0], got)
				}
			}
		})
	}
}

// Somebody of whom no more is known than a number and a year, as old people's cards say, has the number put
// right in two steps, the new one beside the old in either order and then alone: the consent stands, they
// are found by the new one, and withdraw by it.
func TestANumberIsPutRightInTwoSteps(t *testing.T) {
	const wrong, right = gateHKIC, secondHKIC
	for name, c := range map[string]struct {
		steps [][]string
		lost  bool
	}{
		"the new one behind": {[][]string{{wrong, right}, {right}}, false},
		"the new one before": {[][]string{{right, wrong}, {right}}, false},
		"at once":            {[][]string{{right}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			put := func(numbers ...string) {
				for i, n := range numbers {
					numbers[i] = `{"system":"` + ehrdesk.SystemHKIC + `","value":"` + n + `"}`
				}
				g.engine.Put(`{"resourceType":"Patient","id":"p","identifier":[` + strings.Join(numbers, ",") + `],"name":[{"family":"CHAN"}],"birthDate":"1940"}`)
			}
			by := func(body, number string) string {
				return strings.NewReplacer(ehrdesk.SystemEHR, ehrdesk.SystemHKIC, gateEHR, number).Replace(body)
			}
			put(wrong)
			d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
			d.want(200, "POST", "/Patient/$grant-sharing-consent", by(grantBody(gateEHR, nil), wrong))
			for _, numbers := range c.steps {
				put(numbers...)
				if c.lost {
					d.want(403, "GET", "/Observation/obs-p", "")
					d.want(409, "POST", "/Patient/_search", by(lookUp(gateEHR), right))
					d.want(200, "POST", "/Patient/$revoke-sharing-consent", by(revokeBody(gateEHR), wrong))
					return
				}
				d.want(200, "GET", "/Observation/obs-p", "")
				if got := d.found(ehrdesk.SystemHKIC, right); got != "p" {
					t.Errorf("found: %q", got)
				}
			}
			if got := d.found(ehrdesk.SystemHKIC, wrong); got != "" {
				t.Errorf("found by the old one: %q", got)
			}
			d.want(200, "POST", "/Patient/$revoke-sharing-consent", by(revokeBody(gateEHR), right))
			d.want(403, "GET", "/Observation/obs-p", "")
		})
	}
}
