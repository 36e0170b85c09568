package central_test

import (
	"crypto/ecdsa"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/google/uuid"
)

// manyRecords is a participant with so many observations, and a doctor with consent.
func manyRecords(t *testing.T, n int) (*world, *desk) {
	t.Helper()
	w := newWorld(t)
	entries := make([]string, n)
	for i := range entries {
		entries[i] = entry(fmt.Sprintf(`{"resourceType":"Observation","id":"o%d","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Sodium"},"subject":{"reference":"Patient/%s"},"valueString":"%s"}`, i, uuidA, canary))
	}
	rep := w.importText(patientBundle(uuidA, "CHAN", entries...))[0]
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	return w, d
}

// again enrols the same person at another desk of the provider.
func (d *desk) again(t *testing.T) *desk { return d.beside(t, d.staff, ehrdesk.Doctor, newKey(t)) }

// join enrols one more person on the same desk.
func (d *desk) join(t *testing.T, staff string, role ehrdesk.Profession) *desk {
	return d.beside(t, staff, role, d.deskKey)
}

// beside enrols somebody of the same provider by a desk key.
func (d *desk) beside(t *testing.T, staff string, role ehrdesk.Profession, key *ecdsa.PrivateKey) *desk {
	t.Helper()
	e := &desk{w: d.w, hcp: d.hcp, staff: staff, deskKey: key, key: newKey(t)}
	code, err := d.w.c.AddAccount(t.Context(), d.hcp, staff, "Somebody", role)
	if err != nil {
		t.Fatal(err)
	}
	status, answer := e.enrol(code)
	if status != http.StatusCreated {
		t.Fatalf("enrol: %d %v", status, answer)
	}
	e.client = answer["client_id"].(string)
	e.signIn()
	return e
}

// events are those of the access log that a test wants to see.
func (w *world) events(want func(central.Access) bool) (out []central.Access) {
	w.t.Helper()
	err := w.c.Accesses(w.t.Context(), "", func(a central.Access) error {
		if want(a) {
			out = append(out, a)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// A page link kept for ten days, followed from another desk of the same person, gave 414
// of 415 records with no event and no notice.
func TestAPageIsAnAccessOfItsOwn(t *testing.T) {
	w, d := manyRecords(t, 7)
	other := d.again(t)
	lists := map[string]func() bundle{
		"$everything": func() bundle { return parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$everything?_count=3", "")) },
		"Observation": func() bundle {
			return parse(t, d.want(200, "POST", "/Observation/_search", "patient="+uuidA+"&_count=3"))
		},
	}
	for what, first := range lists {
		t.Run(what, func(t *testing.T) {
			of := func(a central.Access) bool { return a.What == what && a.Outcome == "success" }
			before := len(w.events(of))
			b := first()
			pages := 1
			for next := b.next(); next != ""; pages++ {
				next = parse(t, d.want(200, "GET", next, "")).next()
			}
			log := w.events(of)[before:]
			if pages < 3 || len(log) != pages {
				t.Fatalf("%d pages, %d events", pages, len(log))
			}
			for i, a := range log {
				if a.Patient == "" || a.Staff != d.staff || i > 0 && a.Access != log[0].ID || i == 0 && a.Access != "" {
					t.Errorf("event %d: %+v", i, a)
				}
			}
			if status, body := other.do("GET", first().next(), ""); status != 422 || strings.Contains(body, canary) {
				t.Errorf("from another desk: %d", status)
			}
			kept := first().next()
			w.clock.advance(11 * time.Minute)
			d.signIn()
			if status, body := d.do("GET", kept, ""); status != http.StatusGone || issue(t, body) != "page-expired" {
				t.Errorf("after eleven minutes: %d %s", status, body)
			}
			other.signIn()
		})
	}
	next := parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$everything?_count=3", "")).next()
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(w.ehr(uuidA), nil))
	if got := issue(t, d.want(403, "GET", next, "")); got != "consent-needed" {
		t.Errorf("after the consent: %s", got)
	}
	if log := w.events(func(a central.Access) bool { return a.Outcome == string(ehrdesk.CodeConsentNeeded) && a.Access != "" }); len(log) != 1 {
		t.Errorf("the refusal of a page: %+v", log)
	}
}

// ehr is the number of a patient of this world.
func (w *world) ehr(patient string) (ehr string) {
	w.t.Helper()
	err := w.c.Participants(w.t.Context(), "", func(p central.Participant) error {
		if p.Patient == patient {
			ehr = p.EHR
		}
		return nil
	})
	if err != nil || ehr == "" {
		w.t.Fatalf("%q, %v", ehr, err)
	}
	return ehr
}

// Writes, deletions and searches are events too (IHE BALP create, update, delete, query),
// and so is a write that was refused.
func TestWritesAndSearchesAreWrittenDown(t *testing.T) {
	w, d := manyRecords(t, 1)
	own := func(id, value string) string {
		return `{"resourceType":"Observation","id":"` + id + `","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"K"},"subject":{"reference":"Patient/` + uuidA + `"},"valueString":"` + value + `"}`
	}
	d.want(201, "PUT", "/Observation/own", own("own", "1"))
	d.want(200, "PUT", "/Observation/own", own("own", "2"))
	d.want(204, "DELETE", "/Observation/own", "")
	d.want(403, "PUT", "/Observation/o0", own("o0", "forged"))
	d.want(200, "POST", "/Organization/_search", "_id=nobody")
	var got []string
	for _, a := range w.events(func(a central.Access) bool {
		return slices.Contains([]string{"create", "update", "delete", "query"}, a.Action)
	}) {
		got = append(got, a.Action+" "+a.What+" "+a.Outcome+" "+strings.Join(a.Kinds, ","))
	}
	want := []string{"create Observation/own success laboratory", "update Observation/own success laboratory", "delete Observation/own success laboratory", "create Observation/o0 denied ", "query Organization success "}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// spoil changes the store's file as somebody does who has it.
func (w *world) spoil(statements ...string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(w.t.Context(), s); err != nil {
			w.t.Fatalf("%s: %v", s, err)
		}
	}
}

const dropped = "DROP TRIGGER audit_kept; DROP TRIGGER audit_held; DROP TRIGGER audit_head_kept; DROP TRIGGER audit_head_held"

func TestALogThatWasChangedOrCutIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		do    []string
		fault string
	}{
		"nothing":                     {nil, ""},
		"the triggers are gone":       {[]string{dropped}, "guard"},
		"triggers that do nothing":    {[]string{dropped, "CREATE TRIGGER audit_kept BEFORE UPDATE ON audit BEGIN SELECT 1; END"}, "guard"},
		"an event is another's":       {[]string{dropped, "UPDATE audit SET staff = 'somebody' WHERE seq = 3"}, "changed"},
		"a reason is taken out":       {[]string{dropped, "UPDATE audit SET what = '' WHERE what <> ''"}, "changed"},
		"an event is gone":            {[]string{dropped, "DELETE FROM audit WHERE seq = 3"}, "gap"},
		"the last events are gone":    {[]string{dropped, "DELETE FROM audit WHERE seq > 2"}, "cut"},
		"and the count set back":      {[]string{dropped, "DELETE FROM audit WHERE seq > 2", "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'audit'"}, "cut"},
		"two events change places":    {[]string{dropped, "UPDATE audit SET seq = 9999 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 9999"}, "changed"},
		"a head of somebody else's":   {[]string{"INSERT INTO audit_head (n, at, signed) VALUES (1, 0, 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA')"}, "key"},
		"an event is put in the past": {[]string{"INSERT INTO audit (seq, hash, id, at, action, staff, role, hcp, client, location, patient, purpose, reason, kinds, outcome, proof) SELECT max(seq) + 1, hash, 'x', 0, action, staff, role, hcp, client, location, patient, purpose, reason, kinds, outcome, proof FROM audit WHERE seq = (SELECT max(seq) FROM audit)"}, "changed"},
	} {
		t.Run(name, func(t *testing.T) {
			w, d := manyRecords(t, 1)
			d.want(200, "GET", "/Patient/"+uuidA+"/$everything", "")
			if err := w.c.SignAudit(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.spoil(c.do...)
			found, err := w.c.VerifyAudit(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			kinds := []string{}
			for _, f := range found.Faults {
				kinds = append(kinds, f.Kind)
			}
			if c.fault == "" && len(kinds) > 0 || c.fault != "" && !slices.Contains(kinds, c.fault) {
				t.Errorf("found %q, want %q", kinds, c.fault)
			}
			if found.Signed < 1 || found.Entries == 0 {
				t.Errorf("%+v", found)
			}
		})
	}
}

// Who has the store and can write the chain anew to its end, heads and all, is found by
// what a desk took home.
func TestALogThatWasWrittenAnewIsFoundByWhatADeskTookHome(t *testing.T) {
	w, d := manyRecords(t, 1)
	l := newLog(d, 3)
	var answer struct {
		Parameter []struct{ Name, ValueString string }
	}
	if err := json.Unmarshal([]byte(l.send(200, 0, 3)), &answer); err != nil || len(answer.Parameter) == 0 {
		t.Fatal(err)
	}
	taken := answer.Parameter[0].ValueString
	found, err := w.c.VerifyAudit(t.Context(), []string{taken})
	if err != nil || len(found.Faults) > 0 || found.Desks != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	w.spoil(dropped, "DELETE FROM audit_head", "DELETE FROM audit WHERE seq > 2", "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'audit'")
	d.want(200, "GET", "/Patient/"+uuidA+"/$everything", "") // and it goes on
	for range 20 {
		d.want(200, "GET", "/Observation/o0", "")
	}
	found, err = w.c.VerifyAudit(t.Context(), []string{taken})
	if err != nil || !slices.ContainsFunc(found.Faults, func(f central.AuditFault) bool { return f.Kind == "head" }) {
		t.Errorf("%+v, %v", found, err)
	}
}

// What export writes, another program can follow.
func TestTheExportedChainCanBeFollowed(t *testing.T) {
	w, d := manyRecords(t, 3)
	d.want(200, "GET", "/Patient/"+uuidA+"/$everything", "")
	var lines []central.AuditLine
	err := w.c.ExportAudit(t.Context(), central.Select{}, func(l central.AuditLine) error { lines = append(lines, l); return nil })
	if err != nil || len(lines) < 4 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	head := ehrdesk.AuditGenesis("centre")
	for i, l := range lines {
		if head = ehrdesk.AuditNext(head, int64(i+1), unhex(t, l.Digest)); l.N != int64(i+1) || fmt.Sprintf("%x", head) != l.Hash {
			t.Fatalf("line %d does not follow", i+1)
		}
	}
	b, err := json.Marshal(lines[len(lines)-1])
	if err != nil || !strings.Contains(string(b), `"what":"$everything"`) {
		t.Errorf("%s, %v", b, err)
	}
	n := 0
	err = w.c.ExportAudit(t.Context(), central.Select{From: w.clock.now().Add(time.Hour)}, func(central.AuditLine) error { n++; return nil })
	if err != nil || n != 0 {
		t.Errorf("%d events of an hour to come, %v", n, err)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// reportBody is a desk's report of an access from its copy.
func reportBody(staff, patient string, at time.Time) string {
	return `{"resourceType":"AuditEvent","recorded":"` + at.UTC().Format(time.RFC3339) + `","subtype":[{"code":"open-cached"}],"agent":[{"who":{"identifier":{"value":"` + staff + `"}}}],"entity":[{"what":{"reference":"Patient/` + patient + `"}}],"purposeOfEvent":[{"coding":[{"code":"consultation"}]}]}`
}

func (d *desk) report(status int, staff string, at time.Time) {
	d.w.t.Helper()
	d.want(status, "PUT", "/AuditEvent/"+uuid.NewString(), reportBody(staff, uuidA, at))
}

func (w *world) notices() (n int) {
	w.t.Helper()
	if err := w.c.Notices(w.t.Context(), "", func(central.Notice) error { n++; return nil }); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// The front desk reported "the doctor opened the record in 2001" of a patient without
// consent, 52 times, with 52 notices to the patient.
func TestNobodyWritesAnAccessOfSomebodyElse(t *testing.T) {
	w := newWorld(t)
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	hcp := w.hcp(central.HCP{Name: "Clinic", CacheHours: 24})
	front := w.desk(hcp, ehrdesk.FrontDesk)
	doctor := front.join(t, "dr.here", ehrdesk.Doctor)
	elsewhere := w.desk(hcp, ehrdesk.Doctor) // enrolled on another desk alone
	newLog(front, 1).send(200, 0, 1)         // which desk each is at
	newLog(elsewhere, 1).send(200, 0, 1)
	now := w.clock.now
	told := w.notices()
	refused := func(why string, status int, staff string, at time.Time) {
		t.Helper()
		times := func() (n int) {
			for _, a := range w.found(why) {
				if n += max(1, a.Times); a.Staff != front.staff {
					t.Errorf("%s: %+v", why, a)
				}
			}
			return n
		}
		before := times()
		front.report(status, staff, at)
		if n := times(); n != before+1 || w.notices() != told {
			t.Errorf("%s: %d incidents, %d notices", why, n-before, w.notices()-told)
		}
	}
	refused("report-without-any-consent", 403, doctor.staff, now())
	doctor.grant(rep.EHR)
	told = w.notices()
	refused("report-of-a-stranger", 403, elsewhere.staff, now())
	refused("report-of-a-stranger", 403, "nobody", now())
	refused("report-of-a-stranger", 403, doctor.staff, now().AddDate(-25, 0, 0))
	refused("report-of-a-profession-that-may-not", 403, front.staff, now())
	if status, _ := front.do("PUT", "/AuditEvent/"+uuid.NewString(), reportBody(doctor.staff, uuidA, now().Add(time.Hour))); status != 422 {
		t.Errorf("of a time to come: %d", status)
	}
	if log := w.events(func(a central.Access) bool { return a.Action == "open-cached" }); len(log) != 0 {
		t.Errorf("forged: %+v", log)
	}

	// What a desk did without the line is told by whoever signs in next, in the name of who
	// did it and at the time at which it was done; of one visit the patient is told once.
	w.clock.advance(2 * time.Hour)
	front.signIn()
	acted := now().Add(-90 * time.Minute)
	for range 52 {
		front.report(204, doctor.staff, acted)
	}
	log := w.events(func(a central.Access) bool { return a.Action == "open-cached" })
	if len(log) != 52 || w.notices() > told+1 {
		t.Fatalf("%d events, %d notices", len(log), w.notices()-told)
	}
	a := log[0]
	if a.Staff != doctor.staff || a.Role != string(ehrdesk.Doctor) || a.Reporter != front.staff || a.Acted == "" || a.At == a.Acted || len(a.Marks) != 0 {
		t.Errorf("%+v", a)
	}
}

// A report that comes too late, or of an act that ought not to have been, is kept and
// marked: an officer looks at it, and nothing is dropped.
func TestAReportThatOughtNotToBeIsKeptAndMarked(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(w *world, d *desk, ehr string)
		back time.Duration
		mark string
	}{
		"in time": {func(*world, *desk, string) {}, time.Hour, ""},
		"late":    {func(*world, *desk, string) {}, -60 * time.Hour, central.MarkLate},
		"the consent had ended": {func(w *world, d *desk, ehr string) {
			d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(ehr, nil))
		}, time.Hour, central.MarkConsent},
		"the account was closed": {func(w *world, d *desk, _ string) {
			if _, err := w.c.CloseAccount(w.t.Context(), d.hcp, d.staff); err != nil {
				w.t.Fatal(err)
			}
		}, time.Hour, central.MarkClosed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
			d := w.desk(w.hcp(central.HCP{Name: "Clinic", CacheHours: 24}), ehrdesk.Doctor)
			colleague := d.join(t, "nurse.here", ehrdesk.Nurse)
			d.grant(rep.EHR)
			c.do(w, d, rep.EHR)
			acted := w.clock.now().Add(c.back)
			if c.back < 0 { // the desk was without the centre for days
				acted = w.clock.now().Add(60 * time.Hour)
			}
			w.clock.advance(70 * time.Hour)
			colleague.signIn()
			colleague.report(204, d.staff, acted)
			log := w.events(func(a central.Access) bool { return a.Action == "open-cached" })
			if len(log) != 1 || strings.Join(log[0].Marks, ",") != c.mark {
				t.Fatalf("%+v", log)
			}
			var unusual []central.Access
			if err := w.c.Unusual(t.Context(), func(a central.Access) error {
				if a.Action == "open-cached" {
					unusual = append(unusual, a)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if (len(unusual) == 1) != (c.mark != "") {
				t.Errorf("for an officer: %+v", unusual)
			}
		})
	}
}

// An account that is closed and opened again does not bring old keys back: the code
// enrols anew.
func TestAnAccountOpenedAgainBringsNoOldKeyBack(t *testing.T) {
	w := newWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	if _, err := w.c.CloseAccount(t.Context(), d.hcp, d.staff); err != nil {
		t.Fatal(err)
	}
	status, answer := d.asks(w.assertion(d.key, d.staff+"@"+d.hcp, nil), d.names(d.deskKey, d.client))
	if status != http.StatusBadRequest || answer["account"] != "closed" || answer["desk"] != nil {
		t.Fatalf("while it is closed: %d %v", status, answer)
	}
	code, err := w.c.AddAccount(t.Context(), d.hcp, d.staff, "Somebody", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	status, answer = d.asks(w.assertion(d.key, d.staff+"@"+d.hcp, nil), d.names(d.deskKey, d.client))
	if status != http.StatusBadRequest || answer["desk"] != "ended" || answer["account"] != nil { // it is open again
		t.Fatalf("the old key: %d %v", status, answer)
	}
	colleague := d.join(t, "other", ehrdesk.Nurse)
	staff := colleague.want(200, "GET", "/$staff", "")
	if strings.Contains(staff, keyText(t, d)) {
		t.Error("colleagues are told to seal to the old key")
	}
	d.key = newKey(t)
	if status, answer := d.enrol(code); status != http.StatusCreated {
		t.Fatalf("enrolled anew: %d %v", status, answer)
	}
	d.signIn()
}

// A token lives for minutes, and ends at once when its desk asks (RFC 7009).
func TestATokenEndsWhenItsDeskAsksAndSoonByItself(t *testing.T) {
	w, d := manyRecords(t, 1)
	revoke := func(token string) int { status, _ := d.revoke(token); return status }
	other := d.again(t)
	d.want(200, "GET", everything, "")
	if got := revoke(d.token); got != 200 {
		t.Fatal(got)
	}
	d.want(401, "GET", everything, "")
	other.want(200, "GET", everything, "")
	for _, token := range []string{d.token, "no-such-token"} {
		if got := revoke(token); got != 200 { // nobody learns whether it was one
			t.Errorf("%d", got)
		}
	}
	if got := revoke(""); got != 400 {
		t.Errorf("no token: %d", got)
	}
	if log := w.events(func(a central.Access) bool { return a.Action == "sign-out" && a.Staff == d.staff }); len(log) != 1 {
		t.Errorf("%+v", log)
	}
	w.clock.advance(5 * time.Minute)
	other.want(401, "GET", everything, "")
}

// One desk of a person can be ended, and the others go on.
func TestOneDeskOfAPersonCanBeEnded(t *testing.T) {
	w, d := manyRecords(t, 1)
	other := d.again(t)
	keys := func() map[string]central.DeskKey {
		out := map[string]central.DeskKey{}
		if err := w.c.DeskKeys(t.Context(), d.hcp, func(k central.DeskKey) error { out[k.Desk] = k; return nil }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if k := keys(); len(k) != 2 || !k[d.client].SignedIn || k[d.client].Staff != d.staff || k[d.client].Since == "" || k[d.client].Seen == "" {
		t.Fatalf("%+v", k)
	}
	if err := w.c.RevokeDesk(t.Context(), d.client); err != nil {
		t.Fatal(err)
	}
	d.want(401, "GET", everything, "")
	other.want(200, "GET", everything, "")
	if k := keys(); k[d.client].SignedIn || k[d.client].Ended == "" || k[other.client].Ended != "" {
		t.Errorf("%+v", k)
	}
	status, answer := d.asks(w.assertion(d.key, d.staff+"@"+d.hcp, nil), d.names(d.deskKey, d.client))
	if status != http.StatusBadRequest || answer["desk"] != "ended" || answer["account"] != nil {
		t.Errorf("the desk is told %d %v", status, answer)
	}
	if found := w.events(func(e central.Access) bool {
		return e.Staff == d.staff && e.Action == "sign-in" && e.Reason == "desk-ended" && e.Outcome == "denied"
	}); len(found) != 1 {
		t.Errorf("written down as %+v", found)
	}
	for _, desk := range []string{d.client, "no-such-desk"} {
		if err := w.c.RevokeDesk(t.Context(), desk); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Errorf("%s: %v", desk, err)
		}
	}
}
