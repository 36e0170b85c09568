package central_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// listed are the values of the parts of a name in an answer of $access-events, and where it
// goes on.
func listed(t *testing.T, body, name string) (out []string, after string) {
	t.Helper()
	var in struct {
		Parameter []struct {
			Name, ValueString string
			Part              []struct{ Name, ValueString, ValueCode string }
		}
	}
	if err := json.Unmarshal([]byte(body), &in); err != nil {
		t.Fatal(err)
	}
	for _, p := range in.Parameter {
		if p.Name == "after" {
			after = p.ValueString
		}
		for _, q := range p.Part {
			if q.Name == name {
				out = append(out, q.ValueString+q.ValueCode)
			}
		}
	}
	return out, after
}

func eventsFrom(at time.Time, after string) string {
	more := ""
	if after != "" {
		more = `,{"name":"after","valueString":"` + after + `"}`
	}
	return fmt.Sprintf(`{"resourceType":"Parameters","parameter":[{"name":"from","valueInstant":"%s"}%s]}`, at.UTC().Format(time.RFC3339), more)
}

// What the centre wrote down is for an officer of the provider, of that provider alone, and
// that it was asked for is written down, whoever asks.
func TestTheCentresLogIsForAnOfficerOfTheProvider(t *testing.T) {
	w, d := manyRecords(t, 1)
	d.want(200, "POST", "/Patient/"+uuidA+"/$open", openFor)
	elsewhere := w.desk(w.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.Doctor)
	elsewhere.grant(w.ehr(uuidA))
	const ask = "/$access-events"
	for _, who := range []*desk{d, d.join(t, "clerk.here", ehrdesk.FrontDesk)} {
		if status, body := who.do("POST", ask, eventsFrom(began(), "")); status != http.StatusForbidden || issue(t, body) != "role" {
			t.Errorf("%s: %d", who.staff, status)
		}
		if log := w.events(func(a central.Access) bool {
			return a.What == "$access-events" && a.Outcome == "denied" && a.Staff == who.staff
		}); len(log) != 1 {
			t.Errorf("%s: %+v", who.staff, log)
		}
	}
	officer := d.join(t, "officer.here", ehrdesk.Officer)
	body := officer.want(200, "POST", ask, eventsFrom(began(), ""))
	actions, after := listed(t, body, "action")
	staff, _ := listed(t, body, "staff")
	if len(actions) < 5 || after != "" {
		t.Errorf("%q, after %q", actions, after)
	}
	for _, s := range staff {
		if s == elsewhere.staff && s != d.staff {
			t.Errorf("an event of another provider: %q", s)
		}
	}
	if log := w.events(func(a central.Access) bool {
		return a.Action == "log" && a.What == "$access-events" && a.Outcome == "success"
	}); len(log) != 1 || log[0].Staff != officer.staff {
		t.Errorf("the officer's own asking: %+v", log)
	}
	all := w.events(func(a central.Access) bool { return a.HCP == d.hcp })
	if len(actions) != len(all) {
		t.Errorf("%d events of %d", len(actions), len(all))
	}
	for _, bad := range []string{`{"resourceType":"Parameters","parameter":[]}`, eventsFrom(began(), "x")} {
		officer.want(422, "POST", ask, bad)
	}
	if actions, _ := listed(t, officer.want(200, "POST", ask, eventsFrom(began().Add(24*time.Hour), "")), "action"); len(actions) != 0 {
		t.Errorf("from tomorrow: %q", actions)
	}
}

// A long log comes in pages, each event once, and each page is an event itself.
func TestAnOfficersListComesInPages(t *testing.T) {
	w, d := manyRecords(t, 1)
	for range 620 {
		d.want(200, "GET", "/Patient/"+uuidA, "")
	}
	officer := d.join(t, "officer.here", ehrdesk.Officer)
	seen := map[string]int{}
	pages, after := 0, ""
	for {
		body := officer.want(200, "POST", "/$access-events", eventsFrom(began(), after))
		ids, next := listed(t, body, "id")
		for _, id := range ids {
			seen[id]++
		}
		pages++
		if after = next; next == "" {
			break
		}
	}
	if pages != 2 || len(seen) < 620 {
		t.Errorf("%d pages, %d events", pages, len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
	if log := w.events(func(a central.Access) bool { return a.What == "$access-events" }); len(log) != pages {
		t.Errorf("%d pages, %d events of them", pages, len(log))
	}
}

// Who reads what others have seen sees no record and takes no consent.
func TestAnOfficerSeesNoRecordAndTakesNoConsent(t *testing.T) {
	w, d := manyRecords(t, 1)
	officer := d.join(t, "officer.here", ehrdesk.Officer)
	for path, body := range map[string]string{"/Patient/" + uuidA + "/$open": openFor, "/Patient/$revoke-sharing-consent": grantBody(w.ehr(uuidA), nil)} {
		if status, got := officer.do("POST", path, body); status != http.StatusForbidden || issue(t, got) != "role" {
			t.Errorf("%s: %d %s", path, status, got)
		}
	}
	for _, path := range []string{"/Patient/" + uuidA + "/$everything", "/Observation/o0", "/Patient/" + uuidA} {
		if status, got := officer.do("GET", path, ""); status != http.StatusForbidden {
			t.Errorf("%s: %d %s", path, status, got)
		}
	}
}
