package central_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// giver is the giver part of an act. Extra pairs are name, value.
func giver(kind, name, document string, more ...any) map[string]any {
	parts := []any{map[string]any{"name": "kind", "valueCode": kind}}
	if name != "" {
		parts = append(parts, map[string]any{"name": "name", "valueString": name})
	}
	if document != "" {
		parts = append(parts, map[string]any{"name": "document", "valueString": document})
	}
	for i := 0; i+1 < len(more); i += 2 {
		valueType := "valueString"
		if _, ok := more[i+1].(bool); ok {
			valueType = "valueBoolean"
		}
		parts = append(parts, map[string]any{"name": more[i], valueType: more[i+1]})
	}
	return map[string]any{"part": parts}
}

// extensionOf is the value of one of our extensions on the one issue.
func extensionOf(t testing.TB, text, name string) any {
	t.Helper()
	var o struct {
		Issue []struct {
			Extension []map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &o); err != nil || len(o.Issue) != 1 {
		t.Fatalf("no OperationOutcome: %s", text)
	}
	for _, e := range o.Issue[0].Extension {
		if e["url"] == ehrdesk.ExtensionPrefix+name {
			for k, v := range e {
				if strings.HasPrefix(k, "value") {
					return v
				}
			}
		}
	}
	return nil
}

func TestTheCentreJudgesWhoMayConsent(t *testing.T) {
	w := newWorld(t)
	reports := w.importText(patientBundle(uuidA, "CHAN"))
	reports = append(reports, w.importText(strings.Replace(patientBundle(uuidB, "LEE"), "1960-02-03", "2018-02-03", 1))...)
	grown, child := reports[0].EHR, reports[1].EHR
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	try := func(ehr string, g map[string]any) (int, string) {
		return d.do("POST", "/Patient/$grant-sharing-consent", grantBody(ehr, func(p map[string]map[string]any) { p["giver"] = g }))
	}
	for _, tc := range []struct {
		name, ehr string
		giver     map[string]any
		rule      string
	}{
		{"a child", child, giver("patient", "", ""), "under-16"},
		{"a nameless parent", child, giver("parent", "", "HKIC"), "unnamed"},
		{"an adult's parent", grown, giver("parent", "CHAN Siu Ming", "HKIC"), "kind"},
		{"a neighbour", grown, giver("neighbour", "CHAN Siu Ming", "HKIC"), "kind"},
		{"nobody", grown, map[string]any{}, "kind"},
		{"an aunt before the parents", child, giver("family", "CHAN Siu Ming", "HKIC"), "order"},
		{"an aunt who says no to it", child, giver("family", "CHAN Siu Ming", "HKIC", "noneBefore", false), "order"},
		{"the clinic without its letter", grown, giver("provider", "Dr LEE", "", "cannotAct", true, "noneBefore", true), "declaration"},
		{"a guardian of an adult who may be able to", grown, giver("guardian", "CHAN Siu Ming", "HKIC"), "able"},
		{"a guardian who says that they are", grown, giver("guardian", "CHAN Siu Ming", "HKIC", "cannotAct", false), "able"},
		{"the clinic, unsigned", grown, giver("provider", "", "", "cannotAct", true, "noneBefore", true, "declaration", "LD-1"), "unnamed"},
	} {
		status, body := try(tc.ehr, tc.giver)
		if status != 422 || issue(t, body) != "giver-not-allowed" || extensionOf(t, body, "giver-rule") != tc.rule {
			t.Errorf("%s: %d %s, want rule %s", tc.name, status, body, tc.rule)
		}
	}
	if status, body := try(child, giver("family", "CHAN Siu Ming", "HKIC", "noneBefore", true)); status != 200 {
		t.Errorf("an aunt, where no parent can: %d %s", status, body)
	}
	// Who withdraws is asked less: a withdrawal only ever protects.
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(child, func(p map[string]map[string]any) { p["giver"] = giver("parent", "CHAN Siu Ming", "HKIC") }))
	if status, body := try(grown, giver("provider", "Dr LEE", "", "cannotAct", true, "noneBefore", true, "declaration", "LD-1")); status != 200 {
		t.Errorf("the clinic with its letter: %d %s", status, body)
	}
	w.clock.advance(9 * 365 * 24 * time.Hour) // the child is seventeen
	d.signIn()
	if status, body := try(child, giver("patient", "", "")); status != 200 {
		t.Errorf("grown up: %d %s", status, body)
	}
}

// The number on a giver's document stays with the consent at the centre: no answer has it, and no
// notice.
func TestTheNumberOfAGiversDocumentIsGivenToNobody(t *testing.T) {
	w := newWorld(t)
	ehr := w.importText(patientBundle(uuidA, "CHAN"))[0].EHR
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	d, doctor := w.desk(hcp, ehrdesk.FrontDesk), w.desk(hcp, ehrdesk.Doctor)
	const number = "G765432(1)"
	seen := d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, func(p map[string]map[string]any) {
		p["giver"] = giver("guardian", "LEE Tai Ming", "HKIC", "documentNumber", number, "cannotAct", true)
	}))
	for _, who := range []*desk{d, doctor} {
		seen += who.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|"+ehr)
	}
	if err := w.c.Notices(t.Context(), ehr, func(n central.Notice) error { seen += n.Text; return nil }); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(seen, "765432") {
		t.Error("it is told")
	}
	if g, err := w.c.GivenBy(t.Context(), ehr, hcp); err != nil || g.Document != "HKIC "+number || !g.CannotAct {
		t.Errorf("kept: %+v, %v", g, err)
	}
}

func TestAChildsAccountInTheAppIsItsParents(t *testing.T) {
	w := newWorld(t)
	rep := w.importText(strings.Replace(patientBundle(uuidB, "LEE"), "1960-02-03", "2018-02-03", 1))[0]
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	given, err := w.c.PatientAct(t.Context(), rep.EHR, hcp, ehrdesk.ByApp, false)
	if err != nil || given.Giver != "parent" || given.State != "active" {
		t.Errorf("%+v, %v", given, err)
	}
	if given, err = w.c.PatientAct(t.Context(), rep.EHR, hcp, ehrdesk.ByIVRS, true); err != nil || given.State != "withdrawn" {
		t.Errorf("%+v, %v", given, err)
	}
}

// An Access Key that the patient says on the telephone gives a consent as one that is typed at the
// desk does, where the desk says that it asked who they are and saw no document. It rests on the
// word of who took the call: the patient is told on every contact, and an officer may review it.
func TestAConsentByTelephoneIsThePatientsAloneAndToldEverywhere(t *testing.T) {
	w, ehr := unverified(t)
	w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk).want(200, "POST", "/Patient/$verify-identity", phoneOnly(ehr, "51112222"))
	d := w.desk(w.hcp(central.HCP{Name: "Booking"}), ehrdesk.FrontDesk)
	call := func(edit func(map[string]map[string]any)) string {
		return grantBody(ehr, func(p map[string]map[string]any) {
			p["channel"]["valueCode"], p["accessKey"] = "access-key", map[string]any{"valueString": "12345678"}
			delete(p, "formReference")
			p["telephone"], p["identityAsked"], p["documentSighted"] = map[string]any{"valueBoolean": true}, map[string]any{"valueBoolean": true}, map[string]any{"valueBoolean": false}
			if edit != nil {
				edit(p)
			}
		})
	}
	for name, c := range map[string]struct {
		edit func(p map[string]map[string]any)
		want string
	}{
		"a document sighted": {func(p map[string]map[string]any) { p["documentSighted"]["valueBoolean"] = true }, "invalid"},
		"nobody asked":       {func(p map[string]map[string]any) { p["identityAsked"]["valueBoolean"] = false }, "identity-not-asked"},
		"somebody else's":    {func(p map[string]map[string]any) { p["giver"] = giver("guardian", "LEE", "HKIC") }, "not-by-telephone"},
		"a form": {func(p map[string]map[string]any) {
			p["channel"]["valueCode"], p["formReference"] = "form", map[string]any{"valueString": "F-1"}
		}, "not-by-telephone"},
		"no word of the call": {func(p map[string]map[string]any) { delete(p, "telephone") }, "document-not-sighted"},
	} {
		if got := issue(t, d.want(422, "POST", "/Patient/$grant-sharing-consent", call(c.edit))); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	body := d.want(200, "POST", "/Patient/$grant-sharing-consent", call(nil))
	if !strings.Contains(body, `"url":"urn:example:hk:ext:consent-telephone","valueBoolean":true`) || intOf(t, body, "confirmedOn") < 2 {
		t.Errorf("the receipt: %s", body)
	}
	if got := w.sent(ehr, "by telephone with your Access Key"); len(got) < 2 {
		t.Errorf("told on %v alone", got)
	}
	if !slices.ContainsFunc(w.reviews(100, true), func(r central.Review) bool { return r.Telephone && r.Action == "grant" }) {
		t.Error("no officer can review it")
	}
	// No withdrawal is taken so.
	d.want(422, "POST", "/Patient/$revoke-sharing-consent", call(nil))
}

// The reference on a receipt is short enough to be read out, and the operator finds the consent by it.
func TestAReceiptIsFoundAgainByItsReference(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	reference := func(body string) string {
		_, after, _ := strings.Cut(body, `"name":"receipt","valueString":"`)
		got, _, _ := strings.Cut(after, `"`)
		return got
	}
	given := reference(d.grant(rep.EHR))
	if len(given) != len("SC-3F2A-91BC-77D0") {
		t.Errorf("the receipt is %q", given)
	}
	var found []string
	if err := w.c.Participants(t.Context(), rep.EHR, func(p central.Participant) error {
		for _, c := range p.Consents {
			found = append(found, c.Reference)
		}
		return nil
	}); err != nil || !slices.Contains(found, given) {
		t.Errorf("%q is not among %q: %v", given, found, err)
	}
	if ended := reference(d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(rep.EHR, nil))); ended != strings.Replace(given, "SC", "SW", 1) {
		t.Errorf("the withdrawal of %q is %q", given, ended)
	}
}
