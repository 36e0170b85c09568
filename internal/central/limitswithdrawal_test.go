package central_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// crowded is a centre with so many people, and a clerk at a clinic there.
func crowded(t *testing.T, n int) (w *world, clerk *desk, people []string) {
	t.Helper()
	w = newWorld(t)
	for i := range n {
		people = append(people, w.importText(patientBundle(fmt.Sprintf("11111111-1111-4111-8111-111111111%03d", i), "CHAN"))[0].EHR)
	}
	return w, w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk), people
}

// byApp has patients give the clinic their consent by the app.
func (d *desk) byApp(people ...string) {
	d.w.t.Helper()
	for _, ehr := range people {
		if _, err := d.w.c.PatientAct(d.w.t.Context(), ehr, d.hcp, ehrdesk.ByApp, false); err != nil {
			d.w.t.Fatal(err)
		}
	}
}

// guesses looks numbers up until that is refused.
func (d *desk) guesses() {
	d.w.t.Helper()
	untilRefused(d.w.t, 400, func(i int) (int, http.Header, string) {
		return d.full("POST", "/Patient/_search", lookUp(fmt.Sprintf("%012d", i)))
	})
}

// Whoever has used look-ups up at a desk keeps nobody from withdrawing there: who has given a consent is
// found, withdraws and is told so. Of everybody else nothing is learned, by a withdrawal neither.
func TestAWithdrawalAndTheWayToItWithstandLookUps(t *testing.T) {
	w, d, people := crowded(t, 3)
	d.byApp(people[:2]...)
	d.guesses()
	const revoke = "/Patient/$revoke-sharing-consent"
	nobody := "000000000001"
	for name, body := range map[string]string{"who gave none": people[2], "nobody": nobody} {
		status, text := d.do("POST", "/Patient/_search", lookUp(body))
		if status != 429 || issue(t, text) != "too-often" {
			t.Errorf("a look-up of %s: %d %s", name, status, text)
		}
		status, text = d.do("POST", revoke, revokeBody(body))
		if status != 429 || issue(t, text) != "too-often" {
			t.Errorf("a withdrawal of %s: %d %s", name, status, text)
		}
		d.want(429, "POST", "/Patient/$grant-sharing-consent", grantBody(body, nil))
	}
	// What is not whole, or not right, tells no more of who there is.
	unsighted := func(ehr string) string {
		return grantBody(ehr, func(p map[string]map[string]any) { delete(p, "term"); delete(p, "documentSighted") })
	}
	for _, ehr := range []string{people[0], people[2], nobody} {
		d.want(429, "POST", revoke, unsighted(ehr))
	}
	for _, ehr := range people[:2] {
		if b := parse(t, d.want(200, "POST", "/Patient/_search", lookUp(ehr))); len(b.Entry) == 0 {
			t.Error("who has a consent to withdraw is not found")
		}
		d.want(200, "POST", revoke, revokeBody(ehr))
	}
	if status, _ := d.do("POST", "/Patient/_search", lookUp(people[0])); status != 429 { // who has withdrawn is as everybody
		t.Errorf("after it: %d", status)
	}
	if marks := w.unusual(); !slices.Contains(marks, "many-look-ups") {
		t.Errorf("an officer reads of %v", marks)
	}
}

// Forms that were used up for consents are no reason to refuse a withdrawal by form.
func TestAWithdrawalByFormWithstandsForms(t *testing.T) {
	_, d, people := crowded(t, 45)
	d.byApp(people[44])
	untilRefused(t, 44, func(i int) (int, http.Header, string) {
		return d.full("POST", "/Patient/$grant-sharing-consent", grantBody(people[i], nil))
	})
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", revokeBody(people[44]))
}

// A withdrawal that comes to nothing counts as a look-up: it is no other way to try numbers by.
func TestAWithdrawalIsNoWayRoundTheLimit(t *testing.T) {
	w, d, people := crowded(t, 1)
	done, after := untilRefused(t, 400, func(i int) (int, http.Header, string) {
		return d.full("POST", "/Patient/$revoke-sharing-consent", revokeBody(fmt.Sprintf("%012d", i)))
	})
	if done > 301 {
		t.Errorf("%d numbers were tried", done)
	}
	d.want(429, "POST", "/Patient/_search", lookUp(people[0]))
	for _, channel := range []string{"", "post", "app", "ivrs"} { // by whatever way it is said to have come
		for _, op := range []string{"grant", "revoke"} {
			status, text := d.do("POST", "/Patient/$"+op+"-sharing-consent", grantBody(people[0], func(p map[string]map[string]any) { p["channel"]["valueCode"] = channel }))
			if got := issue(t, text); status != 429 && got != "channel-not-at-desk" {
				t.Errorf("%s by %q: %d %s", op, channel, status, got)
			}
		}
	}
	w.clock.advance(after)
	d.want(200, "POST", "/Patient/_search", lookUp(people[0]))
	d.want(429, "POST", "/Patient/$revoke-sharing-consent", revokeBody(people[0]))
}

// Past the limit of look-ups so many of the provider's own are found, and so many consents are withdrawn at
// a time: nobody reads them all, or takes them all away.
func TestOwnPatientsAndWithdrawalsHaveARateOfTheirOwn(t *testing.T) {
	w, d, people := crowded(t, 65)
	d.byApp(people...)
	d.guesses()
	own, _ := untilRefused(t, len(people), func(i int) (int, http.Header, string) {
		return d.full("POST", "/Patient/_search", lookUp(people[i]))
	})
	if own < 30 || own > 45 {
		t.Errorf("%d of the provider's own were found", own)
	}
	done, after := untilRefused(t, len(people), func(i int) (int, http.Header, string) {
		return d.full("POST", "/Patient/$revoke-sharing-consent", revokeBody(people[i]))
	})
	if done < 50 {
		t.Errorf("%d withdrawals", done)
	}
	w.clock.advance(after)
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", revokeBody(people[done]))
	if marks := w.unusual(); !slices.Contains(marks, "many-withdrawals") {
		t.Errorf("an officer reads of %v", marks)
	}
}

// What patients do elsewhere nobody's limit counts.
func TestPatientsOwnActsHaveNoLimit(t *testing.T) {
	w, d, people := crowded(t, 2)
	d.byApp(people[0])
	for range 310 {
		_, err := w.c.PatientAct(t.Context(), people[1], d.hcp, ehrdesk.ByApp, true)
		if ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Fatal(err)
		}
	}
	if con, err := w.c.PatientAct(t.Context(), people[0], d.hcp, ehrdesk.ByIVRS, true); err != nil || !strings.Contains(con.State, "withdrawn") {
		t.Error(con, err)
	}
}
