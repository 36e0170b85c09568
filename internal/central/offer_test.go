package central_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

const newNotice = `{"id":"participant-information-notice","version":"2027.1","official":true,"title":{"en":"N","zh-Hant":"通","zh-Hans":"通"},"text":{"en":"W","zh-Hant":"文","zh-Hans":"文"}}`

func TestWhatIsOfferedIsTheOperators(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	offer := d.want(200, "GET", "/$consent-offer", "")
	for _, s := range []string{`"valueCode":"one_year"`, `"valueString":"training-2026.1"`, `{"name":"code","valueCode":"continuity-of-care"}`, `"name":"reason"`} {
		if !strings.Contains(offer, s) {
			t.Errorf("the offer lacks %s: %s", s, offer)
		}
	}
	if err := w.c.OfferTerms(t.Context(), []ehrdesk.Term{ehrdesk.OneYear}); err != nil {
		t.Fatal(err)
	}
	if got := issue(t, d.want(422, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, nil))); got != "term-missing" {
		t.Errorf("a term no longer offered: %s", got)
	}
	yearly := func(p map[string]map[string]any) { p["term"]["valueCode"] = "one_year" }
	if _, err := w.c.OfferNotices(t.Context(), strings.NewReader(newNotice)); err != nil {
		t.Fatal(err)
	}
	if got := issue(t, d.want(422, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, yearly))); got != "notice-missing" {
		t.Errorf("a notice of before: %s", got)
	}
	offer = d.want(200, "GET", "/$consent-offer", "")
	if strings.Contains(offer, "indefinite") || !strings.Contains(offer, "2027.1") || strings.Count(offer, `"training-2026.1"`) != 1 {
		t.Errorf("the offer now: %s", offer)
	}
	d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, func(p map[string]map[string]any) {
		yearly(p)
		p["notice"]["part"].([]any)[1].(map[string]any)["valueString"] = "2027.1"
	}))
	// A version stands for ever.
	for _, text := range []string{strings.Replace(newNotice, `"W"`, `"V"`, 1), strings.Replace(newNotice, "true", "false", 1)} {
		if _, err := w.c.OfferNotices(t.Context(), strings.NewReader(text)); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
			t.Errorf("another text under the same version: %v", err)
		}
	}
	if n, err := w.c.OfferNotices(t.Context(), strings.NewReader("["+newNotice+"]")); err != nil || len(n) != 1 {
		t.Errorf("the same again: %v", err)
	}
	for _, text := range []string{"", "[]", "7", `{"id":"x"}`, strings.Replace(newNotice, `"zh-Hans":"文"`, `"fr":"f"`, 1), strings.Replace(newNotice, "2027.1", "20 27", 1), strings.Replace(newNotice, `"official"`, `"Official"`, 1)} {
		if _, err := w.c.OfferNotices(t.Context(), strings.NewReader(text)); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%q was taken: %v", text, err)
		}
	}
}

// grantYear asks for a one-year consent.
func (d *desk) grantYear(ehr string, edit func(map[string]map[string]any)) (int, string) {
	return d.do("POST", "/Patient/$grant-sharing-consent", grantBody(ehr, func(p map[string]map[string]any) {
		p["term"]["valueCode"] = "one_year"
		if edit != nil {
			edit(p)
		}
	}))
}

func TestAConsentAboutToEndIsRenewedFromItsEnd(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	renew := func(p map[string]map[string]any) { p["renew"] = map[string]any{"valueBoolean": true} }
	notDue := func(when string) {
		t.Helper()
		d.signIn()
		if status, body := d.grantYear(rep.EHR, renew); status != 409 || issue(t, body) != "not-due" {
			t.Errorf("%s: %d %s", when, status, body)
		}
	}
	notDue("with no consent at all")
	if status, body := d.grantYear(rep.EHR, nil); status != 200 {
		t.Fatal(body)
	}
	end := began().AddDate(1, 0, 0) // a year has 366 days at times
	w.goTo(end.AddDate(0, 0, -30))
	d.signIn()
	status, body := d.grantYear(rep.EHR, renew)
	ends := end.AddDate(1, 0, 0)
	if status != 200 || !strings.Contains(body, `"start":"`+stamp(end.AddDate(0, 0, -30).Sub(began()))+`"`) || !strings.Contains(body, `"end":"`+stamp(ends.Sub(began()))+`"`) {
		t.Fatalf("30 days before: %d %s", status, body)
	}
	notDue("renewed already, and a year from now is shorter")
	w.clock.advance(40 * 24 * time.Hour) // past the old end
	d.signIn()
	d.want(200, "GET", "/AllergyIntolerance/a1", "")
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(rep.EHR, nil))
	// The one before must not come to life again.
	if got := issue(t, d.want(403, "GET", "/AllergyIntolerance/a1", "")); got != "consent-needed" {
		t.Errorf("after the withdrawal: %s", got)
	}
	notDue("withdrawn")
}

// The term of a consent is the patient's to change at any time, by the ways that give one: the
// consent of before is history, and never comes to life again.
func TestTheTermOfAnActiveConsentIsChangedBeforeItsLastDays(t *testing.T) {
	for _, c := range []struct {
		term ehrdesk.Term
		told string
	}{{ehrdesk.Indefinite, "was changed"}, {ehrdesk.OneYear, "was renewed"}} {
		w, rep := clinicalWorld(t)
		d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
		if status, body := d.grantYear(rep.EHR, nil); status != 200 {
			t.Fatal(body)
		}
		w.clock.advance(100 * 24 * time.Hour)
		d.signIn()
		change := func(p map[string]map[string]any) {
			p["renew"], p["term"] = map[string]any{"valueBoolean": true}, map[string]any{"valueCode": c.term}
			p["channel"]["valueCode"], p["accessKey"] = "access-key", map[string]any{"valueString": rep.AccessKey}
			delete(p, "formReference")
		}
		body := d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, change))
		if _, end, found := strings.Cut(body, `"end":"`); found != (c.term == ehrdesk.OneYear) || found && !strings.HasPrefix(end, stamp(began().AddDate(0, 0, 100).AddDate(1, 0, 0).Sub(began()))) {
			t.Errorf("%s: %s", c.term, body)
		}
		if got := w.sent(rep.EHR, c.told); len(got) == 0 {
			t.Errorf("%s: the patient was not told", c.term)
		}
		w.clock.advance(300 * 24 * time.Hour) // past the end of before
		d.signIn()
		d.want(200, "GET", "/AllergyIntolerance/a1", "")
		d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(rep.EHR, nil))
		d.want(403, "GET", "/AllergyIntolerance/a1", "")
	}
}

func TestWhatEndsSoonIsListedSoonestFirst(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d, other := w.desk(hcp, ehrdesk.FrontDesk), w.desk(w.hcp(central.HCP{Name: "Other"}), ehrdesk.FrontDesk)
	const people = 205
	var ids []string
	for i := range people {
		id := fmt.Sprintf("%08d-1111-4111-8111-111111111111", i)
		rep := w.importText(patientBundle(id, fmt.Sprintf("F%d", i)))[0]
		ids = append(ids, rep.EHR)
		if status, body := d.grantYear(rep.EHR, nil); status != 200 {
			t.Fatal(body)
		}
		w.clock.advance(time.Minute)
		d.signIn()
	}
	list := func(d *desk, path string) (names []string, b bundle) {
		t.Helper()
		for path != "" {
			b = parse(t, d.want(200, "GET", path, ""))
			for i, e := range b.Entry {
				if mode := [2]string{"match", "include"}[i%2]; e.Search.Mode != mode {
					t.Fatalf("entry %d is %s", i, e.Search.Mode)
				}
				var p struct{ Name []struct{ Family string } }
				if err := json.Unmarshal(e.Resource, &p); err != nil {
					t.Fatal(err)
				}
				if i%2 == 1 {
					names = append(names, p.Name[0].Family)
				}
			}
			path = b.next()
		}
		return names, b
	}
	if names, _ := list(d, "/$expiring-consents"); len(names) != 0 {
		t.Errorf("%d end within 30 days of the first", len(names))
	}
	w.clock.advance(340 * 24 * time.Hour)
	d.signIn()
	other.signIn()
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(ids[0], nil))
	if status, body := d.grantYear(ids[2], func(p map[string]map[string]any) { p["renew"] = map[string]any{"valueBoolean": true} }); status != 200 {
		t.Fatal(body)
	}
	names, b := list(d, "/$expiring-consents?days=30")
	if len(names) != people-2 || b.Total != people-2 || names[0] != "F1" || names[1] != "F3" || names[len(names)-1] != fmt.Sprint("F", people-1) {
		t.Errorf("%d names, total %d: %v", len(names), b.Total, names)
	}
	if names, _ := list(other, "/$expiring-consents?days=366"); len(names) != 0 {
		t.Errorf("another provider sees %d", len(names))
	}
	if names, _ := list(d, "/$expiring-consents?days=366"); len(names) != people-2 { // the renewed one runs for longer than a year
		t.Errorf("%d within a year", len(names))
	}
	if got := issue(t, d.want(422, "GET", "/$expiring-consents?days=x", "")); got != "invalid" {
		t.Error(got)
	}
	finds := 0
	if err := w.c.Accesses(t.Context(), "", func(a central.Access) error {
		if a.Action == "find" && a.HCP == hcp && strings.Contains(a.Reason, "30 days") && a.Access == "" {
			finds++
		}
		return nil
	}); err != nil || finds != 2 {
		t.Errorf("%d events for two lists of several pages, %v", finds, err)
	}
}
