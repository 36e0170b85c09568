package central_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// found are the incidents as an officer at the centre is shown them.
func (w *world) found(reason string) (out []central.Access) {
	w.t.Helper()
	err := w.c.Unusual(w.t.Context(), func(a central.Access) error {
		if a.Action == string(ehrdesk.AuditIncident) && a.Reason == reason {
			out = append(out, a)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// A desk whose log differs is refused at every sign-in, by each of its people: one incident,
// and how often. What differs anew, and what is found once the operator has looked into it,
// is one of its own.
func TestADifferenceOfADesksLogIsOneIncidentHoweverOftenItIsFound(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "One"})
	l := newLog(w.desk(hcp, ehrdesk.Doctor), 10)
	both := &auditLog{desk: l.join(t, "nurse.here", ehrdesk.Nurse), id: l.id, gen: l.gen}
	l.send(200, 0, 10)
	both.entries = l.entries
	both.send(200, 10, 10)
	kept := l.entries[0]
	for i := range 20 {
		l.entries[0] = []byte{byte(i)} // another log each time
		l.send(409, 10, 10)
		both.send(409, 10, 10)
	}
	last := w.clock.now()
	if f := w.found("audit-differs"); len(f) != 1 || f[0].Times != 40 || f[0].Last != last.UTC().Format("2006-01-02T15:04:05.000000Z") || f[0].Staff != l.staff {
		t.Fatalf("%d incidents: %+v", len(f), f)
	}
	l.entries[0] = kept
	l.send(409, 9, 9) // shorter: another difference of the same log
	if f := w.found("audit-behind"); len(f) != 1 || f[0].Times != 0 {
		t.Errorf("%+v", f)
	}
	l.add()
	l.send(200, 10, 11)
	l.entries[0] = []byte("anew")
	l.send(409, 11, 11)
	if f := w.found("audit-differs"); len(f) != 2 || f[1].Times != 0 {
		t.Errorf("what differs from a later word: %+v", f)
	}
	if err := w.c.ForgetDeskLog(t.Context(), hcp, l.id); err != nil {
		t.Fatal(err)
	}
	l.send(200, 0, 11)
	l.entries[0] = kept
	l.send(409, 11, 11)
	if f := w.found("audit-differs"); len(f) != 3 {
		t.Errorf("once it was looked into: %+v", f)
	}
	err := w.c.DeskLogs(t.Context(), func(d central.DeskLog) error {
		if d.Incidents != 40+1+1+1 {
			t.Errorf("%d refusals of the desk", d.Incidents)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if found, err := w.c.VerifyAudit(t.Context(), nil); err != nil || len(found.Faults) > 0 {
		t.Errorf("the log is not whole: %+v, %v", found, err)
	}
}

// Somebody who has a desk differ anew again and again buries nothing: after a few of a day the
// others are counted with the last of them, and the next day begins anew.
func TestADeskThatIsMadeToDifferAgainAndAgainBuriesNothing(t *testing.T) {
	w := newWorld(t)
	l := newLog(w.desk(w.hcp(central.HCP{Name: "One"}), ehrdesk.Doctor), 1)
	l.send(200, 0, 1)
	differ := func() {
		n := len(l.entries)
		kept := l.entries[0]
		l.entries[0] = []byte("other")
		l.send(409, n, n)
		l.entries[0] = kept
		l.add()
		l.send(200, n, n+1)
	}
	for range 30 {
		differ()
	}
	f, times := w.found("audit-differs"), 0
	for _, i := range f {
		times += max(1, i.Times)
	}
	if len(f) != 5 || times != 30 {
		t.Errorf("%d incidents of %d refusals", len(f), times)
	}
	if err := w.c.ForgetDeskLog(t.Context(), l.hcp, l.id); err != nil {
		t.Fatal(err)
	}
	l.send(200, 0, len(l.entries))
	if differ(); len(w.found("audit-differs")) != 6 {
		t.Error("what is found once the operator has looked into it is counted with what was before")
	}
	l.id = uuid.NewString() // another log each time, which it names itself
	for range 30 {
		l.id = uuid.NewString()
		l.send(403, 1, 1)
	}
	if f := w.found("audit-log"); len(f) != 1 || f[0].Times != 30 {
		t.Errorf("%+v", f)
	}
}

// The same report of a stranger, again and again under new ids, is one incident too; about
// another patient, or by somebody else, it is another.
func TestARefusedReportIsOneIncidentHoweverOftenItComes(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN"))
	w.importText(patientBundle(uuidB, "WONG"))
	front := w.desk(w.hcp(central.HCP{Name: "Clinic", CacheHours: 24}), ehrdesk.FrontDesk)
	newLog(front, 1).send(200, 0, 1)
	clerk := front.join(t, "clerk.here", ehrdesk.FrontDesk)
	for range 52 {
		front.report(403, "nobody", w.clock.now())
	}
	front.want(403, "PUT", "/AuditEvent/"+uuid.NewString(), reportBody("nobody", uuidB, w.clock.now()))
	clerk.report(403, "nobody", w.clock.now())
	if f := w.found("report-of-a-stranger"); len(f) != 3 || f[0].Times != 52 || f[1].Times+f[2].Times != 0 {
		t.Errorf("%+v", f)
	}
}

// What is found again is in an officer's week though it was found first before it.
func TestAnIncidentFoundAgainIsInTheOfficersPeriod(t *testing.T) {
	w := newWorld(t)
	l := newLog(w.desk(w.hcp(central.HCP{Name: "One"}), ehrdesk.Doctor), 2)
	l.send(200, 0, 2)
	l.entries[0] = []byte("other")
	l.send(409, 2, 2)
	w.clock.advance(30 * 24 * time.Hour)
	l.signIn()
	officer := l.join(t, "officer.here", ehrdesk.Officer)
	week := w.clock.now().Add(-7 * 24 * time.Hour)
	asked := func() (times []int) {
		var in struct {
			Parameter []struct {
				Part []struct {
					Name, ValueString, ValueInstant string
					ValueInteger                    int
				}
			}
		}
		if err := json.Unmarshal([]byte(officer.want(200, "POST", "/$access-events", eventsFrom(week, ""))), &in); err != nil {
			t.Fatal(err)
		}
		for _, p := range in.Parameter {
			differs, n, last := false, 1, ""
			for _, q := range p.Part {
				differs = differs || q.ValueString == "audit-differs"
				switch q.Name {
				case "times":
					n = q.ValueInteger
				case "last":
					last = q.ValueInstant
				}
			}
			if differs {
				times = append(times, n)
				if (n > 1) != (last != "") {
					t.Errorf("%d times, last %q", n, last)
				}
			}
		}
		return times
	}
	if got := asked(); len(got) != 0 {
		t.Fatalf("of a month ago: %v", got)
	}
	l.send(409, 2, 2)
	if got := asked(); len(got) != 1 || got[0] != 2 {
		t.Errorf("%v", got)
	}
	n := 0
	if err := w.c.ExportAudit(t.Context(), central.Select{From: week, Unusual: true}, func(a central.AuditLine) error {
		if a.Reason == "audit-differs" && a.Times == 2 {
			n++
		}
		return nil
	}); err != nil || n != 1 {
		t.Errorf("exported %d, %v", n, err)
	}
}
