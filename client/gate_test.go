package client_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
	seen "github.com/ehrdesk/ehrdesk/internal/clinical/standing"
)

// gated is a world whose centre is a gate before an engine with habits.
type gated struct {
	*world
	engine *fhirtest.Server
}

func newGated(t *testing.T, q fhirtest.Quirks) *gated {
	t.Helper()
	g := &gated{}
	g.world = newWorldOf(t, 24, func(w *world, o *central.Options) {
		g.engine = fhirtest.New(t, w.clock.now(), q)
		o.Upstream = &central.Upstream{}
		o.Upstream.URL = g.engine.URL
	})
	return g
}

// person puts somebody with n records into the engine, and gives the number and the Access Key that
// the gate has for them.
func (g *gated) person(id, number string, n int) (ehrdesk.Number, string) {
	g.t.Helper()
	g.engine.Put(fmt.Sprintf(`{"resourceType":"Patient","id":"%s","identifier":[{"system":"%s","value":"%s"}],"name":[{"family":"CHAN","given":["Test"]},{"text":"陳大文"}],"gender":"female","birthDate":"1970-01-02","telecom":[{"system":"phone","value":"5123 4567"}]}`, id, ehrdesk.SystemEHR, number))
	g.engine.Put(fmt.Sprintf(`{"resourceType":"Organization","id":"org-%s","name":"Queen Mary Hospital"}`, id))
	g.engine.Put(fmt.Sprintf(`{"resourceType":"Encounter","id":"enc-%s","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/%s"},"serviceProvider":{"reference":"Organization/org-%s"}}`, id, id, id))
	g.engine.Put(fmt.Sprintf(`{"resourceType":"AllergyIntolerance","id":"alg-%s","code":{"text":"penicillin 盤尼西林"},"patient":{"reference":"Patient/%s"},"recordedDate":"2024-03-04"}`, id, id))
	for i := range n {
		g.engine.Put(fmt.Sprintf(`{"resourceType":"Observation","id":"obs-%s-%d","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Potassium %d"},"subject":{"reference":"Patient/%s"},"encounter":{"reference":"Encounter/enc-%s"},"effectiveDateTime":"2025-01-%02dT10:00:00+08:00","valueQuantity":{"value":4.%d0,"unit":"mmol/L"}}`, id, i, i, id, id, i%28+1, i%10))
	}
	e, err := ehrdesk.ParseEHRNumber(number)
	if err != nil {
		g.t.Fatal(err)
	}
	key := ""
	if err := g.centre.Participants(ctx, number, func(p central.Participant) error { key = p.AccessKey; return nil }); err != nil || key == "" {
		g.t.Fatalf("participant: %q, %v", key, err)
	}
	return ehrdesk.Number{EHR: e}, key
}

// byForm consents with a signed form.
func byForm(n ehrdesk.Number, reference string) ehrdesk.Grant {
	return ehrdesk.Grant{Patient: n, Channel: ehrdesk.ByForm, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, NoticeRead: true, DocumentSighted: true, FormReference: reference}
}

// engines are the habits that a gate works with, all of it.
var engines = map[string]fhirtest.Quirks{
	"none":                              {},
	"no $everything":                    {Everything: fhirtest.EverythingMissing},
	"$everything that gives a patient":  {Everything: fhirtest.EverythingPatient},
	"$everything that is empty":         {Everything: fhirtest.EverythingEmpty},
	"small pages":                       {MaxPage: 7},
	"_since is not heeded":              {Is: fhirtest.EverythingSince},
	"no totals":                         {Is: fhirtest.NoTotal, MaxPage: 7},
	"no links":                          {Paging: fhirtest.PagingNone, Everything: fhirtest.EverythingMissing},
	"offset links":                      {Paging: fhirtest.PagingOffset, MaxPage: 7},
	"unknown parameters are ignored":    {Unknown: fhirtest.UnknownIgnored},
	"unknown parameters give nothing":   {Unknown: fhirtest.UnknownNothing},
	"If-Match is not heeded":            {Is: fhirtest.IgnoreIfMatch | fhirtest.IgnoreIfNone},
	"deleted is 404, and no history":    {Is: fhirtest.Deleted404 | fhirtest.NoHistory},
	"no versions":                       {Is: fhirtest.NoVersions},
	"references have to be there":       {Is: fhirtest.Integrity},
	"whole seconds":                     {Is: fhirtest.WholeSeconds},
	"a statement without types":         {Is: fhirtest.Bare, Everything: fhirtest.EverythingMissing},
	"a search by patient gives all":     {Is: fhirtest.IgnorePatient},
	"$everything that heeds no _count":  {Is: fhirtest.EverythingUncapped},
	"$everything leaves out the shared": {Is: fhirtest.EverythingUnlinked},
}

func TestADeskDoesItsWholeJobAtAGate(t *testing.T) {
	for name, q := range engines {
		t.Run(name, func(t *testing.T) {
			g := newGated(t, q)
			g.enrol("drlee", ehrdesk.Doctor)
			n, key := g.person("p", "912345678903", 20)
			other, _ := g.person("q", "912345678911", 3)
			s := g.signIn("drlee")
			defer s.Close()
			wholeJob(t, g, s, n, key)
			_, err := s.Open(ctx, other, ehrdesk.Consultation, "")
			wantCode(t, "another patient's chart", err, ehrdesk.CodeConsentNeeded)
		})
	}
}

func wholeJob(t *testing.T, g *gated, s *client.Session, n ehrdesk.Number, key string) {
	t.Helper()
	f, err := s.Find(ctx, n)
	if err != nil || f.Participation != ehrdesk.Registered || f.Consent.State != ehrdesk.ConsentNone || f.Patient.Name.Chinese != "陳大文" {
		t.Fatalf("find: %+v, %v", f, err)
	}
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "open without consent", err, ehrdesk.CodeConsentNeeded)
	if r, err := s.Grant(ctx, byForm(n, "F-1001")); err != nil || r.Reference == "" {
		t.Fatalf("grant: %+v, %v", r, err)
	}
	c := g.chart(s, n)
	labs := c.List(ehrdesk.LaboratoryRadiology)
	if got := count(c); got < 22 || len(labs) != 20 || labs[0].Source != "Queen Mary Hospital" {
		t.Fatalf("the chart shows %d records and %d results, the first %+v", got, len(labs), labs)
	}
	raw, err := c.Raw(ctx, labs[0].Ref())
	if want := g.engine.Body(labs[0].Ref()); err != nil || string(raw) != string(want) {
		t.Errorf("raw: %s, %v: want the engine's %s", raw, err, want)
	}
	g.engine.Put(`{"resourceType":"Observation","id":"late","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Sodium"},"subject":{"reference":"Patient/p"}}`)
	g.engine.Delete(ehrdesk.Ref{Resource: "Observation", ID: "obs-p-3"})
	rep, err := c.Sync(ctx, nil)
	if err != nil || rep.Full || rep.Deleted != 1 || len(c.Search("sodium")) != 1 || len(c.List(ehrdesk.LaboratoryRadiology)) != 20 {
		t.Errorf("second sync: %+v, %v, %d results", rep, err, len(c.List(ehrdesk.LaboratoryRadiology)))
	}
	k, err := ehrdesk.ParseAccessKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByAccessKey, AccessKey: k, DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	if kept, _ := s.Copies(ctx); len(kept) != 0 || count(c) != 0 {
		t.Error("the copy outlived the consent")
	}
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "open after the withdrawal", err, ehrdesk.CodeConsentNeeded)
	g.consent(s, n, key)
	if again := g.chart(s, n); count(again) < 22 {
		t.Errorf("%d records after a second consent", count(again))
	}
	g.kept(t)
}

// kept is what the engine has of the acts.
func (g *gated) kept(t *testing.T) {
	t.Helper()
	ended, active := 0, 0
	for ref, body := range g.engine.All() {
		if ref.Resource == "Consent" {
			if strings.Contains(string(body), `"status":"active"`) {
				active++
			} else {
				ended++
			}
		}
	}
	if ended != 1 || active != 1 {
		t.Errorf("the engine has %d active consents and %d that ended", active, ended)
	}
}

// Where the engine behind a gate is in trouble, the desk has what it has of before, by its policy, and
// says so; what it has not it does not show.
func TestADeskShowsItsCopyWhereTheEngineBehindTheGateIsDown(t *testing.T) {
	g := newGated(t, fhirtest.Quirks{})
	g.enrol("drlee", ehrdesk.Doctor)
	n, key := g.person("p", "912345678903", 5)
	other, _ := g.person("q", "912345678911", 1)
	s := g.signIn("drlee")
	defer s.Close()
	g.consent(s, n, key)
	c := g.chart(s, n)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	g.engine.Stop()
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil || count(c) < 7 {
		t.Fatalf("open: %v", err)
	}
	if _, err := c.Sync(ctx, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		t.Errorf("sync: %v", err)
	}
	if got := len(c.List(ehrdesk.LaboratoryRadiology)); got != 5 {
		t.Errorf("%d results", got)
	}
	if _, err := s.Find(ctx, other); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		t.Errorf("find: %v", err)
	}
	_, err = s.Open(ctx, other, ehrdesk.Consultation, "")
	wantCode(t, "another patient's chart", err, ehrdesk.CodeOffline)
}

// A gate says when a consent changes, and does not know when a record does: the desk takes the hints,
// and asks for records by itself.
func TestADeskAsksAGateForRecordsByItself(t *testing.T) {
	g := newGated(t, fhirtest.Quirks{})
	g.enrol("drlee", ehrdesk.Doctor)
	n, key := g.person("p", "912345678903", 1)
	s := g.signIn("drlee")
	defer s.Close()
	g.consent(s, n, key)
	hint := make(chan ehrdesk.Hint, 1)
	go func() {
		if h, err := s.NextHint(ctx); err == nil {
			hint <- h
		}
	}()
	g.listening()
	if l := s.Link(); l.State != ehrdesk.Online || l.Hears {
		t.Errorf("the link says %+v", l)
	}
	if _, err := g.centre.PatientAct(ctx, n.EHR.Compact(), g.hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	select {
	case h := <-hint:
		if h.Patient != "p" || h.Kind != ehrdesk.HintConsent {
			t.Errorf("hinted %+v", h)
		}
	case <-time.After(patience):
		t.Error("no hint of a consent that ended")
	}
	if s.Link().Hears {
		t.Error("after a hint the desk waits for more")
	}
}

// An access to the copy that was made without the line is told to the gate, and by it to the engine.
func TestAnAccessWithoutTheLineIsToldToAGate(t *testing.T) {
	g := newGated(t, fhirtest.Quirks{})
	g.enrol("drlee", ehrdesk.Doctor)
	n, key := g.person("p", "912345678903", 1)
	s := g.signIn("drlee")
	defer s.Close()
	g.consent(s, n, key)
	g.chart(s, n)
	g.line.set(true, nil)
	if _, err := s.Open(ctx, n, ehrdesk.Consultation, ""); err != nil {
		t.Fatal(err)
	}
	g.line.set(false, nil)
	if _, err := s.Deliver(ctx); err != nil {
		t.Fatal(err)
	}
	told := false
	if err := g.centre.Accesses(ctx, n.EHR.Compact(), func(a central.Access) error { told = told || a.Action == "open-cached"; return nil }); err != nil || !told {
		t.Errorf("the gate was not told of it: %v", err)
	}
}

// A type that vanishes at the engine does not go off the copy without a word; what was taken off there
// and is restored with its old date is in the copy again with the next look at what there is.
func TestTheCopyIsTheEnginesAgainAfterAFault(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"$everything": {}, "a search a type": {Everything: fhirtest.EverythingMissing}} {
		t.Run(name, func(t *testing.T) {
			g := newGated(t, q)
			g.enrol("drlee", ehrdesk.Doctor)
			n, key := g.person("p", "912345678903", 5)
			s := g.signIn("drlee")
			defer s.Close()
			g.consent(s, n, key)
			c := g.chart(s, n)
			whole := count(c)
			listed := func() bool { return c.Allergies().State == ehrdesk.AllergyListed }
			if !listed() {
				t.Fatalf("allergies: %+v", c.Allergies())
			}
			if q.Everything == fhirtest.EverythingMissing {
				g.engine.Set(func(q *fhirtest.Quirks) {
					q.Types = []string{"Patient", "Basic", "Observation", "Encounter", "Organization", "Consent", "AuditEvent", "Communication"}
				})
				if _, err := c.Sync(ctx, nil); err == nil || count(c) != whole || !listed() {
					t.Errorf("while allergies are not there: %v, %d records of %d", err, count(c), whole)
				}
				g.engine.Set(func(q *fhirtest.Quirks) { q.Types = nil })
			}
			lost := []ehrdesk.Ref{{Resource: "AllergyIntolerance", ID: "alg-p"}, {Resource: "Observation", ID: "obs-p-3"}, {Resource: "Encounter", ID: "enc-p"}}
			g.clock.advance(time.Hour)
			g.engine.Advance(time.Hour)
			for _, ref := range lost {
				g.engine.Delete(ref)
			}
			if rep, err := c.Sync(ctx, nil); err != nil || rep.Deleted != len(lost)+1 && rep.Deleted != len(lost) || listed() {
				t.Fatalf("taken off: %+v, %v", rep, err)
			}
			g.clock.advance(time.Hour)
			g.engine.Advance(time.Hour)
			for _, ref := range lost {
				g.engine.Restore(ref)
			}
			if rep, err := c.Sync(ctx, nil); err != nil || rep.Missing > 0 || count(c) != whole || !listed() {
				t.Errorf("restored: %+v, %v, %d records of %d, %+v", rep, err, count(c), whole, c.Allergies())
			}
		})
	}
}

// Of a type that the engine cannot be asked for the desk says that, with the line and without, and never
// that there is none.
func TestWhatAnEngineCannotBeAskedForIsNotNone(t *testing.T) {
	g := newGated(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing, Apart: []string{"Immunization", "AdverseEvent"}})
	g.enrol("drlee", ehrdesk.Doctor)
	n, key := g.person("p", "912345678903", 1)
	s := g.signIn("drlee")
	defer s.Close()
	g.consent(s, n, key)
	for _, down := range []bool{false, true} {
		g.line.set(down, nil)
		c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Sync(ctx, nil); err != nil && !down {
			t.Fatal(err)
		}
		at, _ := c.AsOf()
		in := seen.In{Role: ehrdesk.Doctor, Types: c.Summary(), AsOf: at, Truth: c.Truth()}
		for k, want := range map[ehrdesk.Kind]seen.Standing{ehrdesk.KindImmunisation: seen.SomeUnasked, ehrdesk.KindAllergy: seen.SomeUnasked, ehrdesk.KindDiagnosis: seen.Seen} {
			if got := seen.Of(k, in); got != want {
				t.Errorf("line down %v, %s: %s, want %s", down, k, got, want)
			}
		}
		if a := c.Allergies(); a.State != ehrdesk.AllergyListed || c.Unread().Away != 2 {
			t.Errorf("line down %v: %+v, %+v", down, a, c.Unread())
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Where a gate leaves out what may be the patient's the desk says that there may be more, with the line and
// without, and never that there is none; it does not hear of what is another's.
func TestWhatAGateLeavesOutIsNotNone(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"$everything": {}, "a search a type": {Everything: fhirtest.EverythingMissing}} {
		t.Run(name, func(t *testing.T) {
			g := newGated(t, q)
			g.enrol("drlee", ehrdesk.Doctor)
			n, key := g.person("p", "912345678903", 1)
			for ref := range g.engine.All() {
				if ref.Resource == "AllergyIntolerance" {
					g.engine.Delete(ref)
				}
			}
			g.engine.Put(`{"resourceType":"AllergyIntolerance","id":"whose","code":{"text":"Penicillin"},"patient":{"reference":"Patient/p","identifier":{"system":"` + ehrdesk.SystemEHR + `","value":"912345678911"}}}`)
			s := g.signIn("drlee")
			defer s.Close()
			g.consent(s, n, key)
			for _, down := range []bool{false, true} {
				g.line.set(down, nil)
				c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := c.Sync(ctx, nil); err != nil && !down {
					t.Fatal(err)
				}
				at, _ := c.AsOf()
				in := seen.In{Role: ehrdesk.Doctor, Types: c.Summary(), AsOf: at, Truth: c.Truth()}
				for k, want := range map[ehrdesk.Kind]seen.Standing{ehrdesk.KindAllergy: seen.SomeUnasked, ehrdesk.KindDiagnosis: seen.Seen} {
					if got := seen.Of(k, in); got != want {
						t.Errorf("line down %v, %s: %s, want %s", down, k, got, want)
					}
				}
				if a := c.Allergies(); a.State != ehrdesk.AllergyCannotKnow || a.Reason != "not_asked" {
					t.Errorf("line down %v: %+v", down, a)
				}
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
