package central_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// rows counts those of a table of a store in a file; -1 where it is on a server.
func (w *world) rows(table string) (n int) {
	w.t.Helper()
	if w.store != "" {
		return -1
	}
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(w.t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// caseStory is a case of three providers from its beginning to its end.
func caseStory(t *testing.T, k *caseWorld) {
	t.Helper()
	a, b, c := k.d[0], k.d[1], k.d[2]
	k.three()
	said := k.said(a, "CANARY-WORD allergic to penicillin", b)
	if text, status := k.opens(b, said.head.ID); status != 200 || text != "CANARY-WORD allergic to penicillin" {
		t.Errorf("%d %q", status, text)
	}
	if text, status := k.opens(a, said.head.ID); status != 200 || text == "" {
		t.Errorf("its author reads %d %q", status, text)
	}
	if _, status := k.opens(c, said.head.ID); status != 403 {
		t.Errorf("a member whom it is not for: %d", status)
	}
	was, heads := k.history(c)
	if was.Head != k.story.Head || len(was.Said) != 1 || len(heads) != 1 || was.Said[0].To[0] != b.person() {
		t.Errorf("a member whom it is not for has %+v", was)
	}
	// That it came to b is told, once, and only of b.
	deliveries := caseAnswerOf(t, c.want(200, "GET", "/$case-events?case="+k.story.ID+"&since=4", "")).all("delivered")
	if len(deliveries) != 1 || deliveries[0].get("provider").ValueString != b.hcp || deliveries[0].get("at").ValueInstant == "" {
		t.Fatalf("%+v", deliveries)
	}
	if _, status := k.opens(b, said.head.ID); status != 200 {
		t.Errorf("given again: %d", status)
	}
	if more := caseAnswerOf(t, c.want(200, "GET", "/$case-events?case="+k.story.ID+"&since=4&deliveries="+deliveries[0].get("change").ValueString, "")).all("delivered"); len(more) != 0 {
		t.Errorf("%+v", more)
	}
	k.do(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 4})
	k.do(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: 4})
	theirs := k.said(a, "before c left", c)
	c.want(200, "GET", "/$case-envelope?id="+theirs.head.ID, "")
	k.do(a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(c)})
	k.said(a, "after c left", b)
	for _, of := range []words{said, theirs} {
		if got := issue(t, c.want(403, "GET", "/$case-envelope?id="+of.head.ID, "")); got != "case-left" {
			t.Errorf("who left is refused as %q", got)
		}
	}
	if status, text := c.do("POST", "/$take-keys", k.asksFor(b)); status != 403 || issue(t, text) != "case-left" {
		t.Errorf("who left asks for keys: %d %s", status, text)
	}
	if was, heads := k.history(c); was.Events != 8 || len(heads) != 2 {
		t.Errorf("who left has %d events, %d heads", was.Events, len(heads))
	}
	at := k.clock.now()
	k.do(a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, At: at, Until: at.Add(ehrdesk.CaseCooling)})
	k.clock.advance(ehrdesk.CaseCooling)
	for _, d := range k.d {
		d.signIn()
	}
	k.do(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded})
	if k.story.State != ehrdesk.CaseArchived {
		t.Errorf("%s", k.story.State)
	}
	b.want(404, "GET", "/$case-envelope?id="+said.head.ID, "")
	for _, table := range []string{"envelope", "envelope_part"} {
		if n := k.rows(table); n > 0 {
			t.Errorf("%d rows of %s after its end", n, table)
		}
	}
	if list := caseAnswerOf(t, b.want(200, "GET", "/$cases", "")).all("case"); len(list) != 1 || list[0].get("state").ValueCode != "archived" || list[0].get("head").ValueString != k.story.Head {
		t.Errorf("%+v", list)
	}
	if status, _ := k.try(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: member(c)}); status != 409 {
		t.Errorf("after its end: %d", status)
	}
}

func TestACaseOfThreeProvidersGoesFromItsBeginningToItsEnd(t *testing.T) {
	k := ofCases(t)
	caseStory(t, k)
	// The log has who did what, about whom, and no word of it.
	events := k.events(func(a central.Access) bool {
		return strings.HasPrefix(a.What, "Case/"+k.story.ID) || strings.HasPrefix(a.What, "Envelope/")
	})
	if len(events) < 15 || slices.ContainsFunc(events, func(a central.Access) bool { return a.Patient != k.ehr && a.Outcome == "success" }) {
		t.Errorf("%d events: %+v", len(events), events)
	}
	if strings.Contains(fmt.Sprint(events), "CANARY") || strings.Contains(k.log.String(), "CANARY") {
		t.Error("a log has what was said")
	}
}

func TestACaseAtAGateIsTheSame(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	k := newCaseWorld(t, g.world, "p", gateEHR)
	caseStory(t, k)
	if g.store != "" {
		return
	}
	// Of whom a case is stands sealed in what the gate keeps.
	db, err := sql.Open("sqlite", filepath.Join(g.dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var patient, signed string
	if err := db.QueryRowContext(t.Context(), "SELECT c.patient, e.signed FROM sealed_case c JOIN case_event e ON e.of_case = c.id WHERE e.n = 1").Scan(&patient, &signed); err != nil {
		t.Fatal(err)
	}
	if patient == "p" || strings.Count(signed, ".") == 2 {
		t.Errorf("%q %q", patient, signed)
	}
}

// Whoever has the operator's files and reads all of them finds no word of what was said, whatever they look for; and so it is after
// the case has ended.
func TestTheOperatorReadsNoWordOfACase(t *testing.T) {
	k := ofCases(t).three()
	if k.store != "" {
		t.Skip("its files are a server's")
	}
	marks := []string{"CANARY-SHORT", "CANARY-LONG"}
	k.said(k.d[0], strings.Repeat(marks[0]+" ", 40), k.d[1], k.d[2])
	long := k.seal(k.d[0], strings.Repeat(marks[1]+" 胸痛 ", 60_000), k.d[1])
	k.d[0].bring(204, long.head.ID, long.bytes)
	long.bytes = nil
	if status, text := k.say(k.d[0], long); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	piece := long.head.Digest // a mark that is to be there: the check finds what it looks for
	k.checkpoint()
	all := k.files()
	if !bytes.Contains(all, piece) {
		t.Error("the files that were looked through are not the store's")
	}
	for _, m := range append(marks, "胸痛") {
		if bytes.Contains(all, []byte(m)) {
			t.Errorf("the store has %q", m)
		}
	}
	// What is over is overwritten, not only unlinked: not even its sealed bytes lie there.
	had := long.head
	at := k.clock.now()
	k.do(k.d[0], ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, At: at, Until: at.Add(ehrdesk.CaseCooling)})
	k.clock.advance(ehrdesk.CaseCooling)
	k.d[0].signIn()
	mark := k.sealedMark(had.ID)
	k.do(k.d[0], ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded})
	k.checkpoint()
	if bytes.Contains(k.files(), mark) {
		t.Error("the sealed bytes lie there after the end")
	}
}

// sealedMark are some bytes of an envelope as the store has them.
func (k *caseWorld) sealedMark(id string) []byte {
	k.t.Helper()
	body := k.d[0].want(200, "GET", "/$case-envelope?id="+id, "")
	mark := []byte(body[300_000:300_032])
	k.checkpoint()
	if !bytes.Contains(k.files(), mark) {
		k.t.Fatal("the mark is not there before the end")
	}
	return mark
}

// checkpoint has the store write its journal back.
func (w *world) checkpoint() {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(w.t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		w.t.Fatal(err)
	}
}

// files are all that the store has on the disk.
func (w *world) files() (all []byte) {
	w.t.Helper()
	for _, name := range []string{"centre.db", "centre.db-wal"} {
		b, err := os.ReadFile(filepath.Join(w.dir, name))
		if err != nil && !os.IsNotExist(err) {
			w.t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// bring uploads an envelope.
func (d *desk) bring(want int, id string, b []byte) string {
	d.w.t.Helper()
	return d.want(want, "PUT", "/$case-envelope?id="+id, string(b), "Content-Type", "application/octet-stream")
}

// What may not be done is refused, by whom it may not be done as well, and changes nothing.
func TestWhatMayNotBeDoneInACaseIsRefused(t *testing.T) {
	k := ofCases(t).three()
	a, b := k.d[0], k.d[1]
	said := k.said(a, "x", b)
	stranger := k.world.desk(k.hcp(central.HCP{Name: "Stranger"}), ehrdesk.Doctor)
	stranger.grant(k.ehr)
	unconsented := k.world.desk(k.hcp(central.HCP{Name: "Without a consent"}), ehrdesk.Doctor)
	front := k.world.desk(a.hcp, ehrdesk.FrontDesk)
	officer := k.world.desk(a.hcp, ehrdesk.Officer)
	for _, d := range []*desk{stranger, unconsented, front, officer} {
		k.add(d)
	}
	begin := func(edit func(*ehrdesk.CaseEvent)) func(*desk) (int, string) {
		return func(d *desk) (int, string) {
			other := *k
			other.story, other.known = ehrdesk.Case{}, nil
			e := ehrdesk.CaseEvent{Case: uuid.NewString(), Kind: ehrdesk.CaseBegun, Patient: k.patient, Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseDestroys}
			edit(&e)
			return other.try(d, e)
		}
	}
	does := func(e ehrdesk.CaseEvent) func(*desk) (int, string) {
		return func(d *desk) (int, string) { return d.do("POST", "/$case-event", eventBody(k.next(d, e), "", nil)) }
	}
	says := func(edit func(*words)) func(*desk) (int, string) {
		return func(d *desk) (int, string) {
			w := k.seal(d, "y", b)
			edit(&w)
			head, err := sealed.SignHead(&w.head, d.signs())
			if err != nil {
				t.Fatal(err)
			}
			return d.do("POST", "/$case-event", eventBody(k.next(d, w.event), head, w.bytes))
		}
	}
	get := func(path string) func(*desk) (int, string) {
		return func(d *desk) (int, string) { return d.do("GET", path, "") }
	}
	post := func(path, parameters string) func(*desk) (int, string) {
		return func(d *desk) (int, string) {
			return d.do("POST", path, `{"resourceType":"Parameters","parameter":[`+parameters+`]}`)
		}
	}
	keysOf := func(d *desk) string {
		return fmt.Sprintf(`{"name":"case","valueUuid":%q},{"name":"person","part":[{"name":"provider","valueString":%q},{"name":"staff","valueString":%q}]}`, k.story.ID, d.hcp, d.staff)
	}
	same := func(*ehrdesk.CaseEvent) {}
	for name, tt := range map[string]struct {
		by    *desk
		what  func(*desk) (int, string)
		want  int
		issue string
	}{
		"begun by the front desk":           {front, begin(same), 403, "role"},
		"begun by an officer":               {officer, begin(same), 403, "role"},
		"begun without a consent":           {unconsented, begin(same), 403, "consent-needed"},
		"begun of nobody":                   {a, begin(func(e *ehrdesk.CaseEvent) { e.Patient = uuidC }), 404, "not-registered"},
		"begun of words":                    {a, begin(func(e *ehrdesk.CaseEvent) { e.Patient = "a word/../x" }), 422, "invalid"},
		"begun under a name that is no id":  {a, begin(func(e *ehrdesk.CaseEvent) { e.Case = "chest pain" }), 422, "invalid"},
		"begun under another case's id":     {stranger, begin(func(e *ehrdesk.CaseEvent) { e.Case = k.story.ID }), 404, ""},
		"begun in words":                    {a, begin(func(e *ehrdesk.CaseEvent) { e.Purpose = "chest pain" }), 422, "invalid"},
		"begun an hour ago":                 {a, begin(func(e *ehrdesk.CaseEvent) { e.At = k.clock.now().Add(-time.Hour) }), 422, "invalid"},
		"begun in an hour":                  {a, begin(func(e *ehrdesk.CaseEvent) { e.At = k.clock.now().Add(time.Hour) }), 422, "invalid"},
		"somebody added without a consent":  {a, does(ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: member(unconsented)}), 403, "consent-needed"},
		"a front desk added":                {a, does(ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: member(front)}), 422, "not-found"},
		"nobody added":                      {a, does(ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: a.hcp, Staff: "nobody"}, Name: "x"}}), 422, "not-found"},
		"somebody added under another name": {a, does(ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &ehrdesk.CaseMember{CasePerson: stranger.person(), Name: "a word"}}), 422, "invalid"},
		"an event under another name": {a, func(d *desk) (int, string) {
			e := ehrdesk.CaseEvent{Case: k.story.ID, N: k.story.Events + 1, Before: k.story.Head, Kind: ehrdesk.CaseLeft, By: d.person(), Name: "a word", At: k.clock.now(), Person: member(b)}
			signed, err := sealed.Sign(&e, sealed.TypeEvent, d.signs())
			if err != nil {
				t.Fatal(err)
			}
			return d.do("POST", "/$case-event", eventBody(signed, "", nil))
		}, 422, "invalid"},
		"somebody left out by who may not":   {b, does(ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(k.d[2])}), 403, "case-rule"},
		"an event of who is in no such case": {stranger, does(ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(stranger)}), 404, ""},
		"an event of a front desk's":         {front, does(ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(a)}), 403, "role"},
		"ended while open":                   {a, does(ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded}), 409, "case-rule"},
		"said without an envelope's bytes":   {a, says(func(w *words) { w.bytes = nil }), 409, "envelope"},
		"said with other bytes":              {a, says(func(w *words) { w.bytes = append([]byte{}, w.bytes...); w.bytes[len(w.bytes)-1] ^= 1 }), 422, "invalid"},
		"said with fewer bytes":              {a, says(func(w *words) { w.bytes = w.bytes[1:] }), 422, "invalid"},
		"said with a head of another case":   {a, says(func(w *words) { w.head.Case = uuid.NewString() }), 422, "invalid"},
		"said with a head for another":       {a, says(func(w *words) { w.head.To[1].Person = sealed.Person(k.d[2].person()) }), 422, "invalid"},
		"said with a reader added unseen": {a, says(func(w *words) {
			w.head.To = append(w.head.To, sealed.To{Person: sealed.Person(stranger.person()), Key: "k"})
		}), 422, "invalid"},
		"said under an envelope that is there":   {a, says(func(w *words) { w.head.ID = said.head.ID; w.event.Envelope.ID = said.head.ID }), 409, "case-rule"},
		"said about words":                       {a, says(func(w *words) { w.event.Envelope.About = ehrdesk.Ref{Resource: "chest pain", ID: "x"} }), 422, "invalid"},
		"events of a stranger's":                 {stranger, get("/$case-events?case=" + k.story.ID), 404, ""},
		"events of the front desk's":             {front, get("/$case-events?case=" + k.story.ID), 403, "role"},
		"cases of the front desk's":              {front, get("/$cases"), 403, "role"},
		"events of no case":                      {a, get("/$case-events?case=x"), 422, "invalid"},
		"an envelope of a stranger's":            {stranger, get("/$case-envelope?id=" + said.head.ID), 404, ""},
		"an envelope of the front desk's":        {front, get("/$case-envelope?id=" + said.head.ID), 403, "role"},
		"an envelope that is none":               {a, get("/$case-envelope?id=" + uuid.NewString()), 404, ""},
		"an envelope of a member it is not for":  {k.d[2], get("/$case-envelope?id=" + said.head.ID), 403, "sealed-for-others"},
		"keys asked by a stranger":               {stranger, post("/$take-keys", keysOf(a)), 404, ""},
		"keys asked by the front desk":           {front, post("/$take-keys", keysOf(a)), 403, "role"},
		"keys asked of a stranger":               {a, post("/$take-keys", keysOf(stranger)), 403, "case-rule"},
		"keys counted by the front desk":         {front, get("/$offered-keys"), 403, "role"},
		"keys offered by the front desk":         {front, post("/$offer-keys", `{"name":"key","valueString":"x"}`), 403, "role"},
		"a key that nobody signed":               {a, post("/$offer-keys", `{"name":"key","valueString":"x"}`), 422, "invalid"},
		"a report by a stranger":                 {stranger, post("/$case-report", fmt.Sprintf(`{"name":"case","valueUuid":%q},{"name":"n","valueString":"1"},{"name":"why","valueCode":"abusive"}`, k.story.ID)), 404, ""},
		"a report in words":                      {a, post("/$case-report", fmt.Sprintf(`{"name":"case","valueUuid":%q},{"name":"n","valueString":"1"},{"name":"why","valueCode":"chest pain"}`, k.story.ID)), 422, "invalid"},
		"a report of an event that is not there": {a, post("/$case-report", fmt.Sprintf(`{"name":"case","valueUuid":%q},{"name":"n","valueString":"9"},{"name":"why","valueCode":"abusive"}`, k.story.ID)), 404, ""},
	} {
		status, text := tt.what(tt.by)
		if status != tt.want || issue(t, text) != tt.issue {
			t.Errorf("%s: %d %s, want %d %s", name, status, text, tt.want, tt.issue)
		}
	}
	front.bringAs(403, "role")
	if was, _ := k.history(b); was.Head != k.story.Head || was.Events != 4 {
		t.Errorf("what was refused is there: %+v", was)
	}
	if n := k.rows("sealed_case"); n > 1 {
		t.Errorf("%d cases", n)
	}
	if refused := k.events(func(a central.Access) bool {
		return a.Outcome != "success" && (a.What == "Case/"+k.story.ID || a.What == "Case")
	}); len(refused) < 15 {
		t.Errorf("%d refusals are in the log", len(refused))
	}
}

func (d *desk) bringAs(status int, code string) {
	d.w.t.Helper()
	if got := issue(d.w.t, d.bring(status, uuid.NewString(), []byte("x"))); got != code {
		d.w.t.Errorf("brought: %q", got)
	}
}

// An event counts once, by whom its signature is, and only where it comes next; who is behind is told the head.
func TestOnlyTheEventThatComesNextIsTaken(t *testing.T) {
	k := ofCases(t).three()
	a, b := k.d[0], k.d[1]
	late := k.next(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(b)})
	first := k.next(a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(k.d[2])})
	for range 3 { // sent again it is the same
		if status, text := a.do("POST", "/$case-event", eventBody(first, "", nil)); status != 200 {
			t.Fatalf("%d %s", status, text)
		}
	}
	status, text := b.do("POST", "/$case-event", eventBody(late, "", nil))
	if status != 409 || issue(t, text) != "case-behind" {
		t.Fatalf("late: %d %s", status, text)
	}
	if was, _ := k.history(b); was.Events != 4 || !strings.Contains(text, was.Head) {
		t.Errorf("the head told is not %s: %s", was.Head, text)
	}
	// So is one of another history, and one of events that are not there.
	for _, edit := range []func(*ehrdesk.CaseEvent){func(e *ehrdesk.CaseEvent) { e.Before = strings.Repeat("0", 64) }, func(e *ehrdesk.CaseEvent) { e.N += 3 }} {
		was, _ := k.history(b)
		e := ehrdesk.CaseEvent{Case: was.ID, N: was.Events + 1, Before: was.Head, Kind: ehrdesk.CaseLeft, By: b.person(), Name: "Somebody", At: k.clock.now(), Person: member(b)}
		edit(&e)
		signed, err := sealed.Sign(&e, sealed.TypeEvent, b.signs())
		if err != nil {
			t.Fatal(err)
		}
		if status, text := b.do("POST", "/$case-event", eventBody(signed, "", nil)); status != 409 || issue(t, text) != "case-behind" || !strings.Contains(text, was.Head) {
			t.Errorf("%d %s", status, text)
		}
	}
	// Another's event, brought by a member, is none of theirs; nor is one signed by a key of nobody.
	if status, text := b.do("POST", "/$case-event", eventBody(first, "", nil)); status != 403 || issue(t, text) != "signature" {
		t.Errorf("%d %s", status, text)
	}
	forged := *a
	forged.key = newKey(t)
	k.at[sealed.Person(a.person())] = &forged
	if status, text := a.do("POST", "/$case-event", eventBody(k.next(&forged, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(b)}), "", nil)); status != 403 || issue(t, text) != "signature" {
		t.Errorf("%d %s", status, text)
	}
}

// Whoever speaks at once with others has their event refused or taken, and there is one history.
func TestWhoSpeaksAtOnceIsInOneHistory(t *testing.T) {
	k := ofCases(t).three()
	heads := make([]string, 3)
	var all sync.WaitGroup
	for i, d := range k.d {
		w := k.seal(d, "at once", k.d[(i+1)%3])
		head, err := sealed.SignHead(&w.head, d.signs())
		if err != nil {
			t.Fatal(err)
		}
		body := eventBody(k.next(d, w.event), head, w.bytes)
		all.Go(func() {
			if status, _ := d.do("POST", "/$case-event", body); status == 200 {
				heads[i] = "taken"
			} else if status != 409 {
				t.Errorf("%d", status)
			}
		})
	}
	all.Wait()
	if n := len(slices.DeleteFunc(heads, func(s string) bool { return s == "" })); n != 1 {
		t.Errorf("%d were taken", n)
	}
	first, _ := k.history(k.d[0])
	for _, d := range k.d {
		if was, _ := k.history(d); was.Head != first.Head || was.Events != 4 {
			t.Errorf("%+v", was)
		}
	}
}

// With a consent's end, or a provider's, nothing of the case goes to or from there; the others go on.
func TestWithTheConsentsEndTheCaseGoesNoFurtherThere(t *testing.T) {
	for name, end := range map[string]func(*caseWorld, *desk){
		"the consent ends": func(k *caseWorld, d *desk) {
			if _, err := k.c.PatientAct(k.t.Context(), k.ehr, d.hcp, ehrdesk.ByApp, true); err != nil {
				k.t.Fatal(err)
			}
		},
		"the provider leaves": func(k *caseWorld, d *desk) {
			if _, err := k.c.SetEnd(k.t.Context(), "test", central.Ending{HCP: d.hcp, End: ehrdesk.End{Of: ehrdesk.ProviderWithdrawn, Since: k.clock.now().Add(-time.Second)}}); err != nil {
				k.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := ofCases(t).three()
			a, b, c := k.d[0], k.d[1], k.d[2]
			said := k.said(a, "before", b, c)
			end(k, b)
			for _, path := range []string{"/$case-events?case=" + k.story.ID, "/$case-envelope?id=" + said.head.ID} {
				b.want(403, "GET", path, "")
			}
			if status, _ := k.say(b, k.seal(b, "no", a)); status != 403 {
				t.Errorf("said from there: %d", status)
			}
			if status, text := k.say(a, k.seal(a, "no", b)); status != 403 && status != 422 {
				t.Errorf("said to there: %d %s", status, text)
			}
			if name == "the consent ends" {
				list := b.want(200, "GET", "/$cases", "")
				if got := caseAnswerOf(t, list).all("case"); len(got) != 1 || got[0].get("closed").ValueCode != "consent-needed" || strings.Contains(list, k.patient) {
					t.Errorf("%s", list)
				}
			}
			k.said(a, "the others go on", c)
			k.do(a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(b)})
			k.said(c, "and on", a)
		})
	}
}

// An owner without the consent hands the case over or has it end, and does nothing else.
func TestAnOwnerWithoutTheConsentHasTheCaseEnd(t *testing.T) {
	k := ofCases(t).three()
	a, b := k.d[0], k.d[1]
	if _, err := k.c.PatientAct(t.Context(), k.ehr, a.hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	if status, _ := k.try(a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: member(k.d[2])}); status != 403 {
		t.Errorf("added: %d", status)
	}
	k.do(a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseHandedOver, Person: member(b)})
	k.do(a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseLeft, Person: member(a)})
	at := k.clock.now()
	k.do(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses, At: at, Until: at.Add(ehrdesk.CaseCooling)})
}

// A message that passes is gone 30 seconds after it was opened, for each whom it was for, and from the store when all have opened it,
// or when its time is over.
func TestAPassingMessageIsGone(t *testing.T) {
	k := ofCases(t).three()
	a, b, c := k.d[0], k.d[1], k.d[2]
	passing := func(for_ time.Duration, to ...*desk) words {
		w := k.seal(a, "gone soon", to...)
		w.event.Envelope.Passes = k.clock.now().Add(for_)
		if status, text := k.say(a, w); status != 200 {
			t.Fatalf("%d %s", status, text)
		}
		return w
	}
	there := func(id string) bool {
		for _, e := range caseAnswerOf(t, a.want(200, "GET", "/$case-events?case="+k.story.ID, "")).all("event") {
			if strings.Contains(fmt.Sprint(k.headID(e)), id) {
				return e.get("there").ValueBoolean
			}
		}
		t.Fatal("no such event")
		return false
	}
	w := passing(time.Hour, b, c)
	n := k.story.Events
	if _, status := k.opens(b, w.head.ID); status != 200 {
		t.Fatal(status)
	}
	k.do(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: n})
	k.clock.advance(29 * time.Second)
	b.want(200, "GET", "/$case-envelope?id="+w.head.ID, "")
	k.clock.advance(time.Second)
	if got := issue(t, b.want(410, "GET", "/$case-envelope?id="+w.head.ID, "")); got != "passed" {
		t.Errorf("%q", got)
	}
	c.want(200, "GET", "/$case-envelope?id="+w.head.ID, "") // who has not opened it yet
	k.do(c, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: n})
	k.clock.advance(30 * time.Second)
	c.want(410, "GET", "/$case-envelope?id="+w.head.ID, "")
	a.want(410, "GET", "/$case-envelope?id="+w.head.ID, "")
	if there(w.head.ID) {
		t.Error("it is said to be there")
	}
	unopened := passing(time.Minute, b)
	k.clock.advance(time.Minute)
	b.want(410, "GET", "/$case-envelope?id="+unopened.head.ID, "")
	if status, _ := k.try(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: k.story.Events}); status != 410 {
		t.Errorf("opened after its time: %d", status)
	}
	late := passing(time.Minute, b)
	if _, status := k.opens(b, late.head.ID); status != 200 {
		t.Fatal(status)
	}
	k.clock.advance(2 * time.Minute) // without the line
	k.do(b, ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: k.story.Events})
	k.swept("envelope_part")
}

// headID is the id of the envelope that an event of an answer comes with.
func (k *caseWorld) headID(e casePart) string {
	h := e.get("head").ValueString
	if h == "" {
		return ""
	}
	head, err := sealed.ReadHead(h, k)
	if err != nil {
		k.t.Fatal(err)
	}
	return head.ID
}

// swept has the service run until nothing is left in a table.
func (k *caseWorld) swept(table string) {
	k.t.Helper()
	ctx, cancel := context.WithCancel(k.t.Context())
	defer cancel()
	run, err := k.c.Start(ctx, "127.0.0.1:0")
	if err != nil {
		k.t.Fatal(err)
	}
	defer func() { _ = run.Close(context.WithoutCancel(ctx)) }()
	for until := time.Now().Add(time.Minute); k.rows(table) > 0; {
		if time.Now().After(until) {
			k.t.Fatalf("%d rows of %s lie there", k.rows(table), table)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// An attachment of the longest comes and goes whole, in the order of its bytes, and what was begun and never said is deleted.
func TestALongEnvelopeComesAndGoesInPieces(t *testing.T) {
	k := ofCases(t).three()
	a, b := k.d[0], k.d[1]
	w := k.seal(a, strings.Repeat("0123456789abcdef", sealed.MostBytes/16), b)
	if len(w.bytes) < sealed.MostBytes {
		t.Fatal("it is short")
	}
	a.bring(204, w.head.ID, w.bytes[:1000])
	a.bring(204, w.head.ID, w.bytes) // brought again it is what came last
	b.bring(409, w.head.ID, w.bytes[:1000])
	a.want(404, "GET", "/$case-envelope?id="+w.head.ID, "")
	whole := w.bytes
	w.bytes = nil
	if status, text := k.say(a, w); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	a.bring(409, w.head.ID, whole) // what was said is not brought anew
	if got := b.want(200, "GET", "/$case-envelope?id="+w.head.ID, ""); sha256.Sum256([]byte(got)) != [32]byte(w.head.Digest) {
		t.Error("it came otherwise")
	}
	if text, status := k.opens(b, w.head.ID); status != 200 || len(text) != sealed.MostBytes {
		t.Errorf("%d, %d bytes", status, len(text))
	}
	a.bring(413, uuid.NewString(), make([]byte, sealed.MostBytes+sealed.MostBytes/8+1<<20+1))
	a.bring(422, uuid.NewString(), nil)
	a.bring(422, "x", []byte("x"))
	// Another's envelope is not said as one's own.
	other := k.seal(a, "a's", b)
	a.bring(204, other.head.ID, other.bytes)
	theft := k.seal(b, "", a)
	theft.head.ID, theft.event.Envelope.ID, theft.bytes = other.head.ID, other.head.ID, nil
	theft.head.Digest, theft.event.Envelope.Digest, theft.head.Size = other.head.Digest, other.head.Digest, other.head.Size
	if status, text := k.say(b, theft); status != 409 || issue(t, text) != "envelope" {
		t.Errorf("%d %s", status, text)
	}
	for range 7 {
		a.bring(204, uuid.NewString(), []byte("x"))
	}
	status, _ := a.do("PUT", "/$case-envelope?id="+uuid.NewString(), "x")
	if status != 429 {
		t.Errorf("a ninth that no event came for: %d", status)
	}
	k.clock.advance(time.Hour)
	for _, d := range k.d {
		d.signIn()
	}
	a.bring(204, uuid.NewString(), []byte("x"))
	if n := k.rows("envelope"); n > 2 {
		t.Errorf("%d envelopes lie there", n)
	}
}
