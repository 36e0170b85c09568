package central_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

const openFor = `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}]}`

// A patient who asks is told who saw what: by name, of which clinic, for what, a list as one
// access however many pages it had; what was refused, what was done without the line, and
// that the whole log was held against its chain.
func TestAPatientIsToldWhoSawTheRecord(t *testing.T) {
	w, d := manyRecords(t, 7)
	ehr := w.ehr(uuidA)
	d.want(200, "POST", "/Patient/"+uuidA+"/$open", openFor)
	pages := 1
	for next := parse(t, d.want(200, "GET", "/Patient/"+uuidA+"/$everything?_count=3", "")).next(); next != ""; pages++ {
		next = parse(t, d.want(200, "GET", next, "")).next()
	}
	clerk := d.join(t, "clerk.here", ehrdesk.FrontDesk)
	clerk.want(http.StatusForbidden, "GET", "/Patient/"+uuidA+"/$everything", "")
	acted := w.clock.now().Add(time.Hour)
	w.clock.advance(70 * time.Hour)
	d.signIn()
	d.report(204, d.staff, acted)
	other := w.importText(patientBundle("22222222-2222-4222-8222-222222222222", "WONG"))[0]

	list, found, err := w.c.AccessesForPatient(t.Context(), ehr)
	if err != nil || len(found.Faults) != 0 {
		t.Fatal(found, err)
	}
	of := func(want func(*central.ForPatient) bool) (out []central.ForPatient) {
		for _, a := range list {
			if want(&a) {
				out = append(out, a)
			}
		}
		return out
	}
	for _, a := range list {
		if a.Name == "" || a.Provider != "Clinic" || a.When.Format("-07:00") != "+08:00" {
			t.Errorf("%+v", a)
		}
	}
	lists := of(func(a *central.ForPatient) bool { return a.What == "$everything" && a.Outcome == "" })
	if len(lists) != 1 || lists[0].Pages != pages || pages < 3 || lists[0].Purpose != ehrdesk.Consultation || !slices.Contains(lists[0].Kinds, "laboratory") {
		t.Errorf("%d pages: %+v", pages, lists)
	}
	if got := of(func(a *central.ForPatient) bool { return a.Outcome == ehrdesk.CodeDenied }); len(got) != 1 || got[0].Profession != ehrdesk.FrontDesk {
		t.Errorf("refused: %+v", got)
	}
	offline := of(func(a *central.ForPatient) bool { return a.Action == ehrdesk.AuditOpenCached })
	if len(offline) != 1 || !offline[0].When.Equal(acted.Truncate(time.Second)) || !offline[0].Reported.After(acted) {
		t.Errorf("without the line: %+v", offline)
	}
	if !slices.IsSortedFunc(list, func(a, b central.ForPatient) int { return a.When.Compare(b.When) }) {
		t.Error("not in the order in which it was done")
	}
	if of, _, err := w.c.AccessesForPatient(t.Context(), other.EHR); err != nil || len(of) != 0 {
		t.Errorf("of somebody else: %+v, %v", of, err)
	}
	for number, code := range map[string]ehrdesk.Code{"000000000000": ehrdesk.CodeNotFound, "A123456(3)": ehrdesk.CodeInvalid, "": ehrdesk.CodeInvalid} {
		if got, _, err := w.c.AccessesForPatient(t.Context(), number); got != nil || ehrdesk.CodeOf(err) != code {
			t.Errorf("%q: %d accesses, %v", number, len(got), err)
		}
	}
}

// Where somebody struck a line out of the log, whoever hands the list over is told so.
func TestAPatientsListOfABrokenLogSaysSo(t *testing.T) {
	w, d := manyRecords(t, 1)
	d.want(200, "POST", "/Patient/"+uuidA+"/$open", openFor)
	w.spoil("DROP TRIGGER audit_held", "DELETE FROM audit WHERE action = 'open'")
	list, found, err := w.c.AccessesForPatient(t.Context(), w.ehr(uuidA))
	if err != nil || len(found.Faults) == 0 || len(list) == 0 {
		t.Errorf("%d accesses, %+v, %v", len(list), found.Faults, err)
	}
}
