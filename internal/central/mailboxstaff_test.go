package central_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// boardWorld is a case of three providers with a group of the second's in it, which two there answer for.
type boardWorld struct {
	*caseWorld
	g         *groupWorld
	a, b, out *desk // who opened the case; who keeps the group; somebody at the group's provider who does not answer for it
}

func ofBoards(t *testing.T, k *caseWorld) *boardWorld {
	t.Helper()
	w := &boardWorld{caseWorld: k, a: k.d[0], b: k.d[1], out: k.desk(k.d[1].hcp, ehrdesk.Nurse)}
	w.add(w.out)
	w.g = &groupWorld{world: k.world, keeper: w.b, other: w.a}
	w.g.do(w.b, w.g.made())
	k.begin(w.a)
	return w
}

func (w *boardWorld) at() []ehrdesk.CaseGroupAt {
	return []ehrdesk.CaseGroupAt{{Of: w.g.g.Person(), N: w.g.g.Events, Head: w.g.g.Head}}
}

// Staffed is of caselog.Groups: the centre's word is held against the whole history.
func (w *boardWorld) Staffed(at ehrdesk.CaseGroupAt, who ehrdesk.CasePerson, when time.Time) (on, known bool) {
	return w.g.g.StaffedAt(at.N, who, when), at.Of == w.g.g.Person()
}

// sends sends an event, and takes it up where the centre did.
func (w *boardWorld) sends(by *desk, e ehrdesk.CaseEvent, head string, short []byte) (int, string) {
	w.t.Helper()
	signed := w.next(by, e)
	status, text := by.do("POST", "/$case-event", eventBody(signed, head, short))
	if status == 200 {
		known, err := caselog.Follow(&w.story, w.known, []string{signed}, w, w)
		if err != nil {
			w.t.Fatalf("the centre took what does not come next: %v", err)
		}
		w.known = known
	}
	return status, text
}

// toGroup is something said to the group, sealed to a key, by a history of it.
func (w *boardWorld) toGroup(by *desk, text string, key *sealed.Key, groups []ehrdesk.CaseGroupAt) (int, string) {
	w.t.Helper()
	h := sealed.Head{ID: uuid.NewString(), Case: w.story.ID, Patient: w.patient, From: sealed.Person(by.person()), At: w.clock.now(), To: []sealed.To{{Person: sealed.Person(w.g.g.Person()), Key: key.Public().Name()}}}
	var out bytes.Buffer
	if err := sealed.Seal(&out, &h, []sealed.Public{key.Public()}, strings.NewReader(text), int64(len(text))); err != nil {
		w.t.Fatal(err)
	}
	head, err := sealed.SignHead(&h, by.signs())
	if err != nil {
		w.t.Fatal(err)
	}
	v := &ehrdesk.CaseEnvelope{ID: h.ID, Digest: h.Digest, To: []ehrdesk.CasePerson{w.g.g.Person()}}
	status, answer := w.sends(by, ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v, Groups: groups}, head, out.Bytes())
	if status == http.StatusOK {
		return status, h.ID
	}
	return status, answer
}

// boardStory is a group in a case: who answers for it is told and given what is for it, nobody else, and only as it stands now.
func boardStory(t *testing.T, k *caseWorld) {
	t.Helper()
	w := ofBoards(t, k)
	g := w.g
	m := g.g.AsMember()
	other := m
	other.Name = "Another name"
	for name, tt := range map[string]struct {
		e      ehrdesk.CaseEvent
		status int
	}{
		"by a name that is not its":      {ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &other, Groups: w.at()}, 422},
		"by a history that is not":       {ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m, Groups: []ehrdesk.CaseGroupAt{{Of: m.CasePerson, N: 1, Head: "x"}}}, 409},
		"one that is not there":          {ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: m.Provider, Staff: "group:x"}, Name: "X"}, Groups: []ehrdesk.CaseGroupAt{{Of: ehrdesk.CasePerson{Provider: m.Provider, Staff: "group:x"}, N: 1, Head: "x"}}}, 422},
		"in the name of another's group": {ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: w.a.hcp, Staff: m.Staff}, Name: m.Name}, Groups: []ehrdesk.CaseGroupAt{{Of: ehrdesk.CasePerson{Provider: w.a.hcp, Staff: m.Staff}, N: 1, Head: g.g.Head}}}, 422},
	} {
		if status, text := w.try(w.a, tt.e); status != tt.status {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if status, text := w.sends(w.a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m, Groups: w.at()}, "", nil); status != 200 {
		t.Fatal(status, text)
	}
	status, id := w.toGroup(w.a, "CANARY for the group", g.epochs[0], w.at())
	if status != 200 {
		t.Fatal(status, id)
	}
	// Who answers for it has the case and what was said; a colleague who does not, and the other provider, have nothing.
	if list := caseAnswerOf(t, w.b.want(200, "GET", "/$cases?since=0", "")).all("case"); len(list) != 1 || list[0].get("head").ValueString != w.story.Head {
		t.Errorf("%+v", list)
	}
	w.b.want(200, "GET", "/$case-envelope?id="+id, "")
	for _, d := range []*desk{w.out, w.d[2]} {
		if list := caseAnswerOf(t, d.want(200, "GET", "/$cases?since=0", "")).all("case"); len(list) != 0 {
			t.Errorf("%+v", list)
		}
		d.want(404, "GET", "/$case-envelope?id="+id, "")
		d.want(404, "GET", "/$case-events?case="+w.story.ID+"&since=0", "")
	}
	opened := ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: w.story.Events, As: m.CasePerson, Groups: w.at()}
	if status, text := w.sends(w.out, opened, "", nil); status != 404 {
		t.Errorf("who does not answer for it: %d %s", status, text)
	}
	if status, text := w.sends(w.b, opened, "", nil); status != 200 {
		t.Errorf("%d %s", status, text)
	}
	// Somebody comes: they are told of the case, although nothing has happened in it since.
	before := w.at()
	list := caseAnswerOf(t, w.out.want(200, "GET", "/$cases?since=0", ""))
	g.do(w.b, ehrdesk.GroupEvent{Kind: ehrdesk.GroupJoined, Person: member(w.out)})
	list = caseAnswerOf(t, w.out.want(200, "GET", "/$cases?since="+list.get("upTo").ValueString, ""))
	if all := list.all("case"); len(all) != 1 {
		t.Errorf("%+v", list)
	}
	w.out.want(200, "GET", "/$case-envelope?id="+id, "")
	if status, text := w.toGroup(w.a, "by a history of before", g.epochs[0], before); status != 409 || issue(t, text) != "case-behind" {
		t.Errorf("%d %s", status, text)
	}
	// They are taken out: nothing is given to them any more, nothing is taken from them, and what is sealed to the epoch of before is refused.
	g.do(w.b, ehrdesk.GroupEvent{Kind: ehrdesk.GroupLeft, Person: member(w.out), Key: g.key()})
	w.out.want(404, "GET", "/$case-envelope?id="+id, "")
	if list := caseAnswerOf(t, w.out.want(200, "GET", "/$cases?since=0", "")).all("case"); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if status, text := w.toGroup(w.a, "to a key of before", g.epochs[0], w.at()); status != 422 || issue(t, text) != "group-key" {
		t.Errorf("%d %s", status, text)
	}
	if status, _ := w.toGroup(w.a, "CANARY for who is left", g.epochs[1], w.at()); status != 200 {
		t.Error(status)
	}
	// The keeper leaves for good with their group: it is closed, and nobody answers for it.
	g.do(w.b, ehrdesk.GroupEvent{Kind: ehrdesk.GroupClosed})
	w.b.want(404, "GET", "/$case-events?case="+w.story.ID+"&since=0", "")
	if status, text := w.toGroup(w.a, "to nobody", g.epochs[1], w.at()); status != 422 || issue(t, text) != "not-found" {
		t.Errorf("%d %s", status, text)
	}
	if bytes.Contains(w.files(), []byte("CANARY")) {
		t.Error("the centre has what was said")
	}
}

func TestAGroupInACase(t *testing.T) { boardStory(t, ofCases(t)) }

// Who answers for a group hears that something of its cases has changed.
func TestTheStreamHintsAtCasesOfAGroup(t *testing.T) {
	w := newWorld(t, quick)
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	b := ofBoards(t, newCaseWorld(t, w, rep.Patient, rep.EHR))
	in := b.b.listen("")
	m := b.g.g.AsMember()
	if status, text := b.sends(b.a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m, Groups: b.at()}, "", nil); status != 200 {
		t.Fatal(status, text)
	}
	in.is("case", "")
}

// Who comes to a group hears of all of its cases, however many pages they take.
func TestWhoComesToAGroupHearsOfAllItsCases(t *testing.T) {
	w := ofBoards(t, ofCases(t))
	const n = 60
	m := w.g.g.AsMember()
	for i := range n {
		if i > 0 {
			w.clock.advance(3 * time.Minute) // so many are begun in an hour
			w.a.signIn()
			w.story, w.known = ehrdesk.Case{}, nil
			w.begin(w.a)
		}
		if status, text := w.sends(w.a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m, Groups: w.at()}, "", nil); status != 200 {
			t.Fatal(status, text)
		}
	}
	w.b.signIn()
	w.out.signIn()
	w.g.do(w.b, ehrdesk.GroupEvent{Kind: ehrdesk.GroupJoined, Person: member(w.out)})
	heard, since := map[string]bool{}, "0"
	for more := true; more; {
		list := caseAnswerOf(t, w.out.want(200, "GET", "/$cases?since="+since, ""))
		for _, c := range list.all("case") {
			heard[c.get("id").ValueUUID] = true
		}
		more, since = list.get("more").ValueBoolean, list.get("upTo").ValueString
	}
	if len(heard) != n {
		t.Errorf("%d of %d cases", len(heard), n)
	}
}

// Without the patient's consent to its provider nothing goes to a group.
func TestAGroupAsksForTheConsentToItsProvider(t *testing.T) {
	k := ofCases(t)
	w := ofBoards(t, k)
	far := k.desk(k.hcp(central.HCP{Name: "No consent"}), ehrdesk.Doctor)
	k.add(far)
	other := &groupWorld{world: k.world, keeper: far, other: w.a}
	other.do(far, other.made())
	m := other.g.AsMember()
	if status, text := w.try(w.a, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &m, Groups: []ehrdesk.CaseGroupAt{{Of: m.CasePerson, N: 1, Head: other.g.Head}}}); status != 403 {
		t.Errorf("%d %s", status, text)
	}
}
