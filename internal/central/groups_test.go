package central_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// groupWorld is a group at a provider as one who has all of it knows it; the keeper's desk, and one of another provider.
type groupWorld struct {
	*world
	keeper, other *desk
	g             ehrdesk.Group
	epochs        []*sealed.Key
}

func ofGroups(t *testing.T) *groupWorld {
	t.Helper()
	w := newWorld(t)
	return &groupWorld{world: w, keeper: w.desk(w.hcp(central.HCP{Name: "Hospital"}), ehrdesk.Doctor), other: w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)}
}

func (k *groupWorld) key() string {
	k.t.Helper()
	key, err := sealed.NewKey()
	if err != nil {
		k.t.Fatal(err)
	}
	k.epochs = append(k.epochs, key)
	return key.Public().String()
}

// sign is an event by somebody, which need not come next.
func (k *groupWorld) sign(by *desk, e ehrdesk.GroupEvent) string {
	k.t.Helper()
	if e.By == (ehrdesk.CasePerson{}) {
		e.By = by.person()
	}
	if e.Name == "" {
		e.Name = "Somebody"
	}
	if e.At.IsZero() {
		e.At = k.clock.now()
	}
	signed, err := sealed.Sign(&e, sealed.TypeGroupEvent, by.signs())
	if err != nil {
		k.t.Fatal(err)
	}
	return signed
}

// next is sign of one that does.
func (k *groupWorld) next(by *desk, e ehrdesk.GroupEvent) string {
	k.t.Helper()
	if e.N, e.Before = k.g.Events+1, k.g.Head; e.Group == "" {
		e.Group = k.g.ID
	}
	return k.sign(by, e)
}

func (k *groupWorld) made() ehrdesk.GroupEvent {
	return ehrdesk.GroupEvent{Group: uuid.NewString(), Kind: ehrdesk.GroupMade, Is: ehrdesk.GroupHotline, Called: "Cardiac referral", Chinese: "心臟科轉介", Key: k.key()}
}

func (k *groupWorld) send(by *desk, signed string) int {
	k.t.Helper()
	status, _ := by.do("POST", "/$group-event", eventBody(signed, "", nil))
	return status
}

func (k *groupWorld) do(by *desk, e ehrdesk.GroupEvent) {
	k.t.Helper()
	signed := k.next(by, e)
	if status := k.send(by, signed); status != 200 {
		k.t.Fatalf("%s: %d", e.Kind, status)
	}
	if e, err := caselog.PlainGroup(signed); err != nil || k.g.Step(&e, caselog.Hash(signed)) != nil {
		k.t.Fatal("the centre took what does not come next")
	}
}

// The centre takes an event of a group by its author, of now, that comes next by the rules, and no other; and tells everybody.
func TestAGroupHasOneHistory(t *testing.T) {
	k := ofGroups(t)
	made := k.made()
	first := k.next(k.keeper, made)
	if status := k.send(k.keeper, first); status != 200 {
		t.Fatal(status)
	}
	e, err := caselog.PlainGroup(first)
	if err != nil || k.g.Step(&e, caselog.Hash(first)) != nil {
		t.Fatal("it begins")
	}
	if status := k.send(k.keeper, first); status != 200 {
		t.Errorf("sent twice: %d", status)
	}
	renewed := ehrdesk.GroupEvent{Kind: ehrdesk.GroupRenewed, Key: k.key()}
	forged := renewed
	forged.By = k.keeper.person()
	early, late := renewed, renewed
	early.At, late.At = k.clock.now().Add(-6*time.Minute), k.clock.now().Add(6*time.Minute)
	stranger := ehrdesk.GroupEvent{Kind: ehrdesk.GroupJoined, Person: member(k.other)}
	nobody := ehrdesk.GroupEvent{Kind: ehrdesk.GroupJoined, Person: &ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: k.keeper.hcp, Staff: "nobody"}, Name: "Somebody"}}
	again := renewed
	again.Key = made.Key
	noKey := renewed
	noKey.Key = "age1pq1nonsense"
	for name, tt := range map[string]struct {
		by     *desk
		signed string
		status int
	}{
		"another with this id":      {k.other, k.sign(k.other, ehrdesk.GroupEvent{Group: made.Group, N: 1, Kind: ehrdesk.GroupMade, Is: made.Is, Called: "Mine", Chinese: "我的", Key: renewed.Key}), 409},
		"in the keeper's name":      {k.other, k.next(k.other, forged), 403},
		"by nobody on its staff":    {k.other, k.next(k.other, renewed), 403},
		"of before":                 {k.keeper, k.next(k.keeper, early), 422},
		"of later":                  {k.keeper, k.next(k.keeper, late), 422},
		"of another provider":       {k.keeper, k.next(k.keeper, stranger), 422},
		"of nobody":                 {k.keeper, k.next(k.keeper, nobody), 422},
		"with a key of before":      {k.keeper, k.next(k.keeper, again), 422},
		"with no key":               {k.keeper, k.next(k.keeper, noKey), 422},
		"out of turn":               {k.keeper, k.sign(k.keeper, ehrdesk.GroupEvent{Group: made.Group, N: 3, Before: k.g.Head, Kind: ehrdesk.GroupRenewed, Key: renewed.Key}), 409},
		"of a group that is not":    {k.keeper, k.sign(k.keeper, ehrdesk.GroupEvent{Group: uuid.NewString(), N: 2, Before: "x", Kind: ehrdesk.GroupRenewed, Key: renewed.Key}), 404},
		"signed as one of a case":   {k.keeper, first[:len(first)-4] + "AAAA", 403},
		"called otherwise than one": {k.keeper, k.next(k.keeper, ehrdesk.GroupEvent{Name: "Dr Evil", Kind: ehrdesk.GroupRenewed, Key: renewed.Key}), 422},
	} {
		if status := k.send(tt.by, tt.signed); status != tt.status {
			t.Errorf("%s: %d, want %d", name, status, tt.status)
		}
	}
	k.do(k.keeper, renewed)
	list := caseAnswerOf(t, k.other.want(200, "GET", "/$groups?since=0", ""))
	if all := list.all("group"); len(all) != 1 || all[0].get("n").ValueString != "2" || all[0].get("head").ValueString != k.g.Head {
		t.Errorf("%+v", all)
	}
	events := caseAnswerOf(t, k.other.want(200, "GET", "/$group-events?group="+k.g.ID+"&since=0", ""))
	if all := events.all("event"); len(all) != 2 || all[0].get("event").ValueString != first {
		t.Errorf("%+v", all)
	}
	front := k.desk(k.hcp(central.HCP{Name: "Front"}), ehrdesk.FrontDesk)
	for _, path := range []string{"/$groups?since=0", "/$group-events?group=" + k.g.ID} {
		front.want(403, "GET", path, "")
	}
}

func keysBody(id string, more ...string) string {
	return `{"resourceType":"Parameters","parameter":[` + strings.Join(append([]string{fmt.Sprintf(`{"name":"group","valueUuid":"urn:uuid:%s"}`, id)}, more...), ",") + `]}`
}

// Role keys are given to and taken from the group's staff alone, for its staff, of the epoch that is current; who leaves is given none.
func TestRoleKeysAreForTheStaff(t *testing.T) {
	k := ofGroups(t)
	k.do(k.keeper, k.made())
	id := k.g.ID
	box := func(epoch int, desk *desk, staff string) string {
		return keysBody(id, fmt.Sprintf(`{"name":"epoch","valueString":"%d"}`, epoch),
			fmt.Sprintf(`{"name":"box","part":[{"name":"desk","valueString":%q},{"name":"staff","valueString":%q},{"name":"key","valueString":"k"},{"name":"sealed","valueBase64Binary":%q}]}`, desk.client, staff, base64.StdEncoding.EncodeToString([]byte("sealed"))))
	}
	k.other.want(403, "POST", "/$group-keys", keysBody(id, `{"name":"give","valueBoolean":true}`))
	k.other.want(403, "POST", "/$group-box", box(1, k.other, k.other.staff))
	k.keeper.want(403, "POST", "/$group-box", box(1, k.other, "somebody"))
	k.keeper.want(409, "POST", "/$group-box", box(2, k.keeper, k.keeper.staff))
	k.keeper.want(200, "POST", "/$group-box", box(1, k.keeper, k.keeper.staff))
	got := caseAnswerOf(t, k.keeper.want(200, "POST", "/$group-keys", keysBody(id)))
	if all := got.all("box"); len(all) != 1 || all[0].get("epoch").ValueString != "1" || all[0].get("key").ValueString != "k" {
		t.Errorf("%+v", got)
	}
	if got := caseAnswerOf(t, k.keeper.want(200, "POST", "/$group-keys", keysBody(id, `{"name":"have","valueString":"1"}`))); len(got.all("box")) != 0 {
		t.Errorf("of what they have: %+v", got)
	}
	if got := caseAnswerOf(t, k.keeper.want(200, "POST", "/$group-keys", keysBody(id, `{"name":"again","valueBoolean":true}`))); len(got.all("box")) != 0 {
		t.Errorf("what was none: %+v", got)
	}
	k.keeper.want(200, "POST", "/$group-box", box(1, k.keeper, k.keeper.staff))
	k.do(k.keeper, ehrdesk.GroupEvent{Kind: ehrdesk.GroupClosed})
	if n := k.rows("group_box"); n != 0 {
		t.Errorf("a closed group has %d keys", n)
	}
}

// What a group is, who is on its staff and who did what is in the log, without a patient; and neither the store nor the log has a private
// half.
func TestTheOperatorReadsNoRoleKey(t *testing.T) {
	k := ofGroups(t)
	k.do(k.keeper, k.made())
	for range 3 {
		k.do(k.keeper, ehrdesk.GroupEvent{Kind: ehrdesk.GroupRenewed, Key: k.key()})
	}
	k.checkpoint()
	all := string(k.files())
	for _, key := range k.epochs {
		if secret := string(key.Secret()); strings.Contains(all, secret) || strings.Contains(all, secret[20:60]) {
			t.Error("the store has a private half")
		}
	}
	if !strings.Contains(all, "Group/"+k.g.ID) {
		t.Error("the log has not who did it")
	}
}

// Nobody makes groups without end.
func TestGroupsAreMadeSoOften(t *testing.T) {
	k := ofGroups(t)
	last := 200
	for n := 0; n < 50 && last == 200; n++ {
		k.g = ehrdesk.Group{}
		last = k.send(k.keeper, k.next(k.keeper, k.made()))
	}
	if last != 429 {
		t.Errorf("%d", last)
	}
}
