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

// administrator makes somebody their provider's User Administrator.
func (d *desk) administrator(on bool) {
	d.w.t.Helper()
	if err := d.w.c.SetAdministrator(d.w.t.Context(), "operator:test", d.hcp, d.staff, on); err != nil {
		d.w.t.Fatal(err)
	}
}

// administers asks for an act: pairs of a parameter's name, which says its type, and value.
func (d *desk) administers(status int, act string, pairs ...string) string {
	d.w.t.Helper()
	list := []any{map[string]string{"name": "act", "valueCode": act}}
	for i := 0; i+1 < len(pairs); i += 2 {
		kind := map[string]string{"what": "valueCode", "since": "valueInstant"}[pairs[i]]
		if kind == "" {
			kind = "valueString"
		}
		list = append(list, map[string]string{"name": pairs[i], kind: pairs[i+1]})
	}
	b, err := json.Marshal(map[string]any{"resourceType": "Parameters", "parameter": list})
	if err != nil {
		d.w.t.Fatal(err)
	}
	return d.want(status, "POST", "/$administer", string(b))
}

func (w *world) state(hcp, staff string) (state string) {
	w.t.Helper()
	if err := w.c.AccountStates(w.t.Context(), hcp, 0, func(s central.AccountState) error {
		if s.Staff == staff {
			state = s.State
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return state
}

// The attack of one provider's administrator upon another's people: whatever is named, only
// what is their own provider's is seen and changed.
func TestAnAdministratorOfOneProviderTouchesNothingOfAnother(t *testing.T) {
	w := newWorld(t)
	a, b := w.hcp(central.HCP{Name: "Clinic A"}), w.hcp(central.HCP{Name: "Clinic B"})
	ua := w.desk(a, ehrdesk.FrontDesk)
	ua.administrator(true)
	here, there := w.desk(a, ehrdesk.Doctor), w.desk(b, ehrdesk.Doctor) // the same staff id at both
	alone := there.join(t, "dr.alone", ehrdesk.Doctor)
	list := ua.want(200, "GET", "/$accounts", "")
	for _, secret := range []string{there.client, alone.staff, b, "Clinic B"} {
		if strings.Contains(list, secret) {
			t.Errorf("the list holds %q of another provider", secret)
		}
	}
	if !strings.Contains(list, here.client) || !strings.Contains(list, here.staff) {
		t.Errorf("the list lacks its own: %s", list)
	}
	for _, act := range []string{"expire", "extend", "close"} {
		for _, staff := range []string{alone.staff, alone.staff + "@" + b, b + "/" + alone.staff, ""} {
			ua.administers(404, act, "staff", staff, "what", "account", "hcp", b, "reason", "x")
		}
	}
	ua.administers(404, "end-desk", "desk", there.client)
	ua.administers(404, "end-desk", "desk", "nobody")
	ua.administers(200, "close", "staff", here.staff, "hcp", b)
	if w.state(a, here.staff) != "closed" || w.state(b, there.staff) != "active" || w.state(b, alone.staff) != "active" {
		t.Errorf("%s here, %s and %s there", w.state(a, here.staff), w.state(b, there.staff), w.state(b, alone.staff))
	}
	for _, d := range []*desk{there, alone} {
		d.want(200, "GET", "/$staff", "")
	}
	if found := w.events(func(e central.Access) bool { return e.HCP == b && e.Staff == ua.staff }); len(found) != 0 {
		t.Errorf("written down as of the other provider: %+v", found)
	}
}

// An administrator ends, extends and closes, and ends desks; each is in the log in their name.
func TestAnAdministratorSeesToTheirProvidersAccounts(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic", Kind: "medical-clinic"})
	ua := w.desk(hcp, ehrdesk.FrontDesk)
	ua.administrator(true)
	doctor := w.desk(hcp, ehrdesk.Doctor)
	other := doctor.again(t)
	if list := ua.want(200, "GET", "/$accounts", ""); !strings.Contains(list, "Certificate of Registration of Medical Clinic") || !strings.Contains(list, `"missing"`) {
		t.Errorf("the checklist is not there: %s", list)
	}
	ua.administers(200, "expire", "staff", doctor.staff, "what", "account", "reason", "contract ends")
	if text := doctor.want(403, "GET", "/$staff", ""); issue(t, text) != "account-ended" || !strings.Contains(text, "contract ends") {
		t.Errorf("refused with %s", text)
	}
	ua.administers(200, "extend", "staff", doctor.staff, "what", "account")
	doctor.want(200, "GET", "/$staff", "")
	ua.administers(200, "expire", "staff", doctor.staff, "what", "registration", "since", w.midnight().Format(time.RFC3339))
	doctor.want(200, "GET", "/$staff", "")
	ua.administers(200, "end-desk", "desk", other.client)
	other.want(401, "GET", "/$staff", "")
	doctor.want(200, "GET", "/$staff", "")
	for _, bad := range [][]string{{"expire", "staff", doctor.staff, "what", "suspended"}, {"expire", "staff", ua.staff, "what", "registration"}, {"promote", "staff", doctor.staff}, {"expire", "staff", doctor.staff, "what", "account", "since", "soon"}} {
		want := 422
		if bad[2] == ua.staff {
			want = 403 // their own
		}
		ua.administers(want, bad[0], bad[1:]...)
	}
	ua.administers(200, "close", "staff", doctor.staff)
	doctor.want(401, "GET", "/$staff", "")
	words := map[string]bool{}
	for _, e := range w.events(func(e central.Access) bool {
		return e.Staff == ua.staff && e.Action == "operate" && e.Outcome == "success"
	}) {
		words[e.What+": "+e.Reason] = true
	}
	for _, want := range []string{"resume: account of " + doctor.staff + " no longer ends", "desk revoke: " + other.client, "account close: " + doctor.staff} {
		if !words[want] {
			t.Errorf("%q is not written down: %v", want, words)
		}
	}
}

// Who is no administrator, or is it no more, is refused and written down; so is what is the
// operator's to take back, and one's own account.
func TestWhatAnAdministratorMayNot(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	ua := w.desk(hcp, ehrdesk.FrontDesk)
	doctor := w.desk(hcp, ehrdesk.Doctor)
	refused := func() {
		t.Helper()
		for _, text := range []string{ua.want(403, "GET", "/$accounts", ""), ua.administers(403, "close", "staff", doctor.staff), ua.administers(403, "end-desk", "desk", doctor.client)} {
			if issue(t, text) != "role" {
				t.Errorf("refused with %s", text)
			}
		}
	}
	refused()
	ua.administrator(true)
	ua.want(200, "GET", "/$accounts", "")
	ua.administrator(false)
	refused() // in the session that it had begun in
	if found := w.events(func(e central.Access) bool {
		return e.Staff == ua.staff && e.Action == "operate" && e.Outcome == "denied"
	}); len(found) != 6 {
		t.Errorf("%d refusals are written down", len(found))
	}
	ua.administrator(true)
	for _, act := range []string{"expire", "extend", "close"} {
		ua.administers(403, act, "staff", ua.staff, "what", "account")
	}
	w.end(hcp, "", ehrdesk.ProviderSuspended, time.Time{}, time.Time{})
	if text := ua.want(403, "GET", "/$accounts", ""); issue(t, text) != "provider-suspended" {
		t.Errorf("refused with %s", text)
	}
}

// An officer watches who administers, so that no administrator puts the officer out: not by
// the account, its registration, one of its desks or a desk key that the officer shares. Each
// try is refused, and stands among what an officer looks at.
func TestAnAdministratorPutsNoOfficerOut(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	ua := w.desk(hcp, ehrdesk.Doctor)
	ua.administrator(true)
	officer := w.desk(hcp, ehrdesk.Officer)
	shared := ua.join(t, "officer.two", ehrdesk.Officer)
	tries := 0
	for _, act := range []string{"expire", "extend", "close"} {
		for _, of := range []string{"account", "registration"} {
			text := ua.administers(403, act, "staff", officer.staff, "what", of, "since", w.midnight().AddDate(0, 0, 1).Format(time.RFC3339))
			if got := issue(t, text); got != "officer-account" {
				t.Errorf("%s of an officer's %s is refused with %s", act, of, got)
			}
			tries++
		}
	}
	for _, d := range []*desk{officer, shared} {
		if got := issue(t, ua.administers(403, "end-desk", "desk", d.client)); got != "officer-account" {
			t.Errorf("a desk of an officer: %s", got)
		}
		tries++
	}
	for _, d := range []*desk{officer, shared} {
		d.want(200, "GET", "/$staff", "")
		if got := w.state(hcp, d.staff); got != "active" {
			t.Errorf("the officer is %s", got)
		}
	}
	seen := 0
	if err := w.c.Unusual(t.Context(), func(e central.Access) error {
		if e.Staff == ua.staff && e.Outcome == "denied" && slices.Contains(e.Marks, "officer") {
			seen++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if seen != tries {
		t.Errorf("an officer reads of %d tries, of %d", seen, tries)
	}
	// The operator does, and it is in the log as whatever they do.
	if _, err := w.c.CloseAccount(t.Context(), hcp, officer.staff); err != nil {
		t.Fatal(err)
	}
	if got := w.state(hcp, officer.staff); got != "closed" {
		t.Errorf("closed by the operator, and %s", got)
	}
}

// What changes nothing is not answered as done: an extension to a day that is past, beside an
// end of the operator's that stays, of what has no end, and of an account that is closed. What
// is refused leaves what there was.
func TestAnExtensionThatChangesNothingIsRefused(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	ua := w.desk(hcp, ehrdesk.FrontDesk)
	ua.administrator(true)
	doctor := w.desk(hcp, ehrdesk.Doctor)
	day := func(n int) string { return w.midnight().AddDate(0, 0, n).Format(time.RFC3339) }
	extend := func(want string, since ...string) {
		t.Helper()
		status := map[string]int{"": 200, "day-past": 422, "no-end": 409, "account-closed": 409, "operators-end": 403}[want]
		pairs := []string{"staff", doctor.staff, "what", "registration"}
		if len(since) > 0 {
			pairs = append(pairs, "since", since[0])
		}
		text := ua.administers(status, "extend", pairs...)
		if want != "" && issue(t, text) != want {
			t.Errorf("refused with %s, want %s", text, want)
		}
	}
	ends := func() (out []string) {
		t.Helper()
		if err := w.c.AccountStates(t.Context(), hcp, 0, func(s central.AccountState) error {
			for _, e := range s.Ends {
				if s.Staff == doctor.staff {
					out = append(out, e.Since.Format(time.RFC3339))
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	utc := func(n int) string { return w.midnight().AddDate(0, 0, n).UTC().Format(time.RFC3339) }
	extend("no-end")
	ua.administers(200, "expire", "staff", doctor.staff, "what", "registration", "since", day(9))
	for _, past := range []string{day(-1), w.clock.now().Format(time.RFC3339)} {
		extend("day-past", past)
	}
	if got := ends(); !slices.Equal(got, []string{utc(9)}) {
		t.Errorf("after what was refused: %v", got)
	}
	extend("", day(20))
	w.end(hcp, doctor.staff, ehrdesk.RegistrationEnds, w.midnight().AddDate(0, 0, 30), time.Time{}) // in the place of the provider's
	extend("operators-end")
	extend("operators-end", day(31))
	extend("", day(25)) // before the operator's
	extend("", day(30)) // and up to it
	ua.administers(200, "expire", "staff", doctor.staff, "what", "registration")
	if got := w.state(hcp, doctor.staff); got != "registration-ended" {
		t.Errorf("the doctor is %s", got)
	}
	extend("") // the provider's own is taken away, which gives the days to the operator's
	if got := ends(); w.state(hcp, doctor.staff) != "active" || !slices.Equal(got, []string{utc(30)}) {
		t.Errorf("the doctor is %s: %v", w.state(hcp, doctor.staff), got)
	}
	w.end(hcp, doctor.staff, ehrdesk.RegistrationEnds, time.Time{}, time.Time{}) // the operator's, now
	extend("operators-end")
	extend("operators-end", day(40))
	if got := w.state(hcp, doctor.staff); got != "registration-ended" {
		t.Errorf("the doctor is %s", got)
	}
	ua.administers(200, "close", "staff", doctor.staff)
	extend("account-closed", day(40))
	extend("account-closed")
}
