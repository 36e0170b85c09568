package central_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// offers are keys that a desk offers, signed by the person there, and their parameters.
func (k *caseWorld) offers(d *desk, kind sealed.OfferKind, n int) string {
	k.t.Helper()
	var all []string
	for range n {
		key, err := sealed.NewKey()
		if err != nil {
			k.t.Fatal(err)
		}
		o := sealed.Offer{Of: sealed.Person(d.person()), Desk: d.client, Kind: kind, Key: key.Public().String(), At: k.clock.now()}
		if kind == sealed.OfferCase {
			o.Case, o.Key = k.story.ID, k.keys[d].Public().String()
		}
		signed, err := sealed.SignOffer(&o, d.signs())
		if err != nil {
			k.t.Fatal(err)
		}
		all = append(all, fmt.Sprintf(`{"name":"key","valueString":%q}`, signed))
	}
	return `{"resourceType":"Parameters","parameter":[` + strings.Join(all, ",") + `]}`
}

func (k *caseWorld) asksFor(who ...*desk) string {
	all := []string{fmt.Sprintf(`{"name":"case","valueUuid":%q}`, k.story.ID)}
	for _, d := range who {
		all = append(all, fmt.Sprintf(`{"name":"person","part":[{"name":"provider","valueString":%q},{"name":"staff","valueString":%q}]}`, d.hcp, d.staff))
	}
	return `{"resourceType":"Parameters","parameter":[` + strings.Join(all, ",") + `]}`
}

// given are the keys that somebody is given, each held against whose it is.
func (k *caseWorld) given(by *desk, who ...*desk) (out []sealed.Offer) {
	k.t.Helper()
	for _, p := range caseAnswerOf(k.t, by.want(200, "POST", "/$take-keys", k.asksFor(who...))).all("key") {
		o, _, err := sealed.ReadOffer(p.get("offer").ValueString, k)
		if err != nil || o.Of.Provider != p.get("provider").ValueString {
			k.t.Fatalf("%+v: %v", o, err)
		}
		out = append(out, o)
	}
	return out
}

func (k *caseWorld) left(d *desk) (once string, last bool) {
	k.t.Helper()
	a := caseAnswerOf(k.t, d.want(200, "GET", "/$offered-keys", ""))
	return a.get("left").ValueString, a.get("last").ValueBoolean
}

// A prekey is given once, whoever asks at once with others; then comes the one of the last resort; and a desk that has made a key for
// the case is sealed to by that.
func TestAPrekeyIsGivenOnce(t *testing.T) {
	k := ofCases(t).three()
	a, b, c := k.d[0], k.d[1], k.d[2]
	if got := k.given(a, b); len(got) != 0 {
		t.Errorf("of a desk that offers none: %+v", got)
	}
	b.want(200, "POST", "/$offer-keys", k.offers(b, sealed.OfferOnce, 12))
	b.want(200, "POST", "/$offer-keys", k.offers(b, sealed.OfferLast, 1))
	if once, last := k.left(b); once != "12" || !last {
		t.Errorf("%s, %v", once, last)
	}
	had := map[string]bool{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, by := range []*desk{a, c} {
		all.Go(func() {
			for range 6 {
				status, text := by.do("POST", "/$take-keys", k.asksFor(b))
				mu.Lock()
				for _, p := range caseAnswerOf(t, text).all("key") {
					signed := p.get("offer").ValueString
					if had[signed] || p.get("kind").ValueCode != "once" {
						t.Errorf("given twice, or %s", p.get("kind").ValueCode)
					}
					had[signed] = true
				}
				mu.Unlock()
				if status != 200 {
					t.Errorf("%d", status)
				}
			}
		})
	}
	all.Wait()
	if len(had) != 12 {
		t.Errorf("%d keys", len(had))
	}
	for range 2 {
		if got := k.given(a, b); len(got) != 1 || got[0].Kind != sealed.OfferLast {
			t.Errorf("when none is left: %+v", got)
		}
	}
	if once, last := k.left(b); once != "0" || !last {
		t.Errorf("%s, %v", once, last)
	}
	b.want(200, "POST", "/$offer-keys", k.offers(b, sealed.OfferCase, 1))
	if got := k.given(a, b, c); len(got) != 1 || got[0].Kind != sealed.OfferCase || got[0].Key != k.keys[b].Public().String() {
		t.Errorf("of a desk that has one for the case: %+v", got)
	}
}

// What passes is sealed to prekeys alone: who asks for those is given neither the key of the case nor that of the last resort, which live on.
func TestWhatPassesIsSealedToNoKeyThatLivesOn(t *testing.T) {
	k := ofCases(t).three()
	a, b := k.d[0], k.d[1]
	for _, kind := range []sealed.OfferKind{sealed.OfferOnce, sealed.OfferLast, sealed.OfferCase} {
		b.want(200, "POST", "/$offer-keys", k.offers(b, kind, 1))
	}
	once := strings.Replace(k.asksFor(b), `"parameter":[`, `"parameter":[{"name":"once","valueBoolean":true},`, 1)
	for _, want := range []int{1, 0} {
		all := caseAnswerOf(t, a.want(200, "POST", "/$take-keys", once)).all("key")
		if len(all) != want || want > 0 && all[0].get("kind").ValueCode != "once" {
			t.Errorf("want %d prekeys: %+v", want, all)
		}
	}
	if got := k.given(a, b); len(got) != 1 || got[0].Kind != sealed.OfferCase {
		t.Errorf("for what stays: %+v", got)
	}
}

// Nobody drains a desk's prekeys by asking: after ten a day one person has the key of the last resort, and another has the rest.
func TestNobodyDrainsPrekeys(t *testing.T) {
	k := ofCases(t).three()
	a, b, c := k.d[0], k.d[1], k.d[2]
	for _, kind := range []sealed.OfferKind{sealed.OfferOnce, sealed.OfferLast} {
		b.want(200, "POST", "/$offer-keys", k.offers(b, kind, map[sealed.OfferKind]int{sealed.OfferOnce: 20, sealed.OfferLast: 1}[kind]))
	}
	for i := range 15 {
		if got := k.given(a, b); len(got) != 1 || (got[0].Kind == sealed.OfferOnce) != (i < 10) {
			t.Fatalf("%d: %+v", i, got)
		}
	}
	if got := k.given(c, b); len(got) != 1 || got[0].Kind != sealed.OfferOnce {
		t.Errorf("somebody else: %+v", got)
	}
	status := 0
	for range 400 {
		if status, _ = a.do("POST", "/$take-keys", k.asksFor(b)); status != 200 {
			break
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("asked for ever: %d", status)
	}
	k.clock.advance(24*time.Hour + time.Minute)
	a.signIn()
	if got := k.given(a, b); len(got) != 1 || got[0].Kind != sealed.OfferOnce {
		t.Errorf("a day later: %+v", got)
	}
}

// Keys are offered by the person and the desk whose they are, and count as long as that person's own key does.
func TestAnOfferedKeyCountsAsLongAsItsPersons(t *testing.T) {
	k := ofCases(t).three()
	a, b := k.d[0], k.d[1]
	for name, tt := range map[string]struct {
		body   string
		status int
	}{
		"another's":               {k.offers(a, sealed.OfferOnce, 1), 403},
		"of another desk":         {k.offers(func() *desk { d := *b; d.client = a.client; return &d }(), sealed.OfferOnce, 1), 422},
		"more than at a time":     {k.offers(b, sealed.OfferOnce, 51), 422},
		"none":                    {k.offers(b, sealed.OfferOnce, 0), 422},
		"signed by a key of none": {k.offers(func() *desk { d := *b; d.key = newKey(t); return &d }(), sealed.OfferOnce, 1), 403},
		"of a case of others": {func() string {
			was := k.story.ID
			defer func() { k.story.ID = was }()
			k.story.ID = uuidC
			return k.offers(b, sealed.OfferCase, 1)
		}(), 404},
	} {
		if status, text := b.do("POST", "/$offer-keys", tt.body); status != tt.status {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	late := k.offers(b, sealed.OfferOnce, 1)
	k.clock.advance(6 * time.Minute)
	for _, d := range k.d {
		d.signIn()
	}
	b.want(422, "POST", "/$offer-keys", late)
	once := k.offers(b, sealed.OfferOnce, 5)
	for range 2 { // sent again they are the same
		b.want(200, "POST", "/$offer-keys", once)
	}
	b.want(200, "POST", "/$offer-keys", k.offers(b, sealed.OfferOnce, 50))
	if got := issue(t, b.want(422, "POST", "/$offer-keys", k.offers(b, sealed.OfferOnce, 50))); got != "full" {
		t.Errorf("%q", got)
	}
	b.want(200, "POST", "/$offer-keys", k.offers(b, sealed.OfferCase, 1))
	if got := k.given(a, b); len(got) != 1 || got[0].Kind != sealed.OfferCase {
		t.Fatalf("%+v", got)
	}
	// Somebody enrols b anew on the desk by another key: what the one before offered is given to nobody.
	code, err := k.c.AddAccount(t.Context(), b.hcp, b.staff, "Somebody", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	anew := *b
	anew.key = newKey(t)
	if status, _ := anew.enrol(code); status != http.StatusCreated {
		t.Fatal(status)
	}
	if got := k.given(a, b); len(got) != 0 {
		t.Errorf("after another key: %+v", got)
	}
}

// Who is in a case hears that it changed, and nobody else does.
func TestTheStreamHintsAtCases(t *testing.T) {
	w := newWorld(t, quick)
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	k := newCaseWorld(t, w, rep.Patient, rep.EHR)
	k.begin(k.d[0])
	k.join(k.d[0], k.d[1])
	in, out := k.d[1].listen(""), k.d[2].listen("")
	k.said(k.d[0], "x", k.d[1])
	in.is("case", "")
	k.join(k.d[0], k.d[2]) // the first that concerns them is that they were added
	out.is("case", "")
	if list := caseAnswerOf(t, k.d[2].want(200, "GET", "/$cases", "")); len(list.all("case")) != 1 || list.get("upTo").ValueString == "0" {
		t.Errorf("%+v", list)
	} else if more := caseAnswerOf(t, k.d[2].want(200, "GET", "/$cases?since="+list.get("upTo").ValueString, "")); len(more.all("case")) != 0 {
		t.Errorf("%+v", more)
	}
}

// A member reports what somebody did; the operator is told who, by whom and why, and no word.
func TestAMemberReportsMisuse(t *testing.T) {
	k := ofCases(t).three()
	a, b := k.d[0], k.d[1]
	k.said(a, "CANARY-ABUSE", b)
	report := fmt.Sprintf(`{"resourceType":"Parameters","parameter":[{"name":"case","valueUuid":%q},{"name":"n","valueString":"4"},{"name":"why","valueCode":"abusive"}]}`, k.story.ID)
	b.want(200, "POST", "/$case-report", report)
	list := func(settled bool) (out []central.CaseReport) {
		if err := k.c.CaseReports(t.Context(), settled, func(r central.CaseReport) error { out = append(out, r); return nil }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := list(false)
	if len(got) != 1 || got[0].HCP != a.hcp || got[0].By != b.hcp || got[0].N != 4 || got[0].Why != "abusive" || strings.Contains(fmt.Sprint(got), "CANARY") {
		t.Fatalf("%+v", got)
	}
	if err := k.c.SettleCaseReport(t.Context(), "op", got[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := k.c.SettleCaseReport(t.Context(), "op", got[0].ID); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("settled twice: %v", err)
	}
	if len(list(false)) != 0 || len(list(true)) != 1 {
		t.Errorf("%+v", list(true))
	}
	events := k.events(func(a central.Access) bool { return a.Reason == "case-report" || a.What == "case-report" })
	if len(events) != 2 || !slices.ContainsFunc(events, func(a central.Access) bool { return a.Action == "incident" && a.Patient == k.ehr }) {
		t.Errorf("%+v", events)
	}
	status := 0
	for range 20 {
		if status, _ = b.do("POST", "/$case-report", report); status != 200 {
			break
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("reported for ever: %d", status)
	}
}

// A hundred events are given in pages, and none of them twice.
func TestALongCaseIsReadInPages(t *testing.T) {
	k := ofCases(t).three()
	for i := range 130 {
		k.said(k.d[i%3], fmt.Sprint("message ", i), k.d[(i+1)%3])
	}
	for _, d := range k.d {
		if was, heads := k.history(d); was.Head != k.story.Head || len(heads) != 130 {
			t.Errorf("%d events, %d heads", was.Events, len(heads))
		}
	}
}
