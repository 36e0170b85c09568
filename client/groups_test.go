package client_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// staff are desks of clinicians of one provider, the first of whom keeps a group, and one of another provider.
type staff struct {
	*joint
	all   []*seat
	other *seat
}

func newStaff(t *testing.T, names ...string) *staff {
	t.Helper()
	j := newJoint(t, names[0], "drfar")
	s := &staff{joint: j, all: []*seat{j.desk[0]}, other: j.desk[1]}
	for _, name := range names[1:] {
		s.all = append(s.all, s.another(name))
	}
	return s
}

// another is one more desk at the provider, of somebody.
func (s *staff) another(name string) *seat {
	s.t.Helper()
	h := *s.desk[0].world
	h.dir, h.line = s.t.TempDir(), &line{nth: -1, heard: make(chan struct{}, 8)}
	h.open()
	s.t.Cleanup(func() { _ = h.desk.Close() })
	h.enrol(name, ehrdesk.Doctor)
	d := &seat{world: &h, s: h.signIn(name), me: ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: h.hcp, Staff: name}, Name: "Dr " + name}}
	s.t.Cleanup(func() { _ = d.s.Close() })
	d.groups()
	return d
}

// groups has a desk look after its groups.
func (d *seat) groups() {
	d.t.Helper()
	d.clock.advance(2 * time.Second)
	if err := d.s.SyncGroups(d.t.Context()); err != nil {
		d.t.Fatalf("%s: %v", d.me.Staff, err)
	}
}

func (d *seat) group(id string) ehrdesk.GroupView {
	d.t.Helper()
	all, err := d.s.Groups(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(g ehrdesk.GroupView) bool { return g.ID == id })
	if i < 0 {
		d.t.Fatalf("%s has no group %s", d.me.Staff, id)
	}
	return all[i]
}

func (d *seat) makes(name string) string {
	d.t.Helper()
	id, err := d.s.MakeGroup(d.t.Context(), ehrdesk.GroupMaking{Kind: ehrdesk.GroupHotline, Name: name, Chinese: "心臟科轉介"})
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

func (d *seat) steps(id string, kind ehrdesk.GroupEventKind, who *seat) {
	d.t.Helper()
	d.clock.advance(2 * time.Second)
	var m *ehrdesk.CaseMember
	if who != nil {
		m = &who.me
	}
	if err := d.s.StepGroup(d.t.Context(), id, kind, m); err != nil {
		d.t.Fatalf("%s %s: %v", d.me.Staff, kind, err)
	}
}

func (d *seat) opens(id string, epochs ...int) {
	d.t.Helper()
	if got := d.group(id).Opens; !slices.Equal(got, epochs) {
		d.t.Errorf("%s opens %v, want %v", d.me.Staff, got, epochs)
	}
}

// A group is made, people are added and leave; each has the keys of the epochs in which they were there, and nobody else has any.
func TestEachEpochOfAGroupIsForWhoIsOnItsStaff(t *testing.T) {
	s := newStaff(t, "drlee", "drchan", "drho")
	a, b, c := s.all[0], s.all[1], s.all[2]
	id := a.makes("Cardiac referral")
	a.opens(id, 1)
	a.steps(id, ehrdesk.GroupJoined, b) // sealed to a prekey of theirs
	b.groups()
	b.opens(id, 1)
	c.groups()
	c.opens(id)
	a.steps(id, ehrdesk.GroupJoined, c)
	c.groups()
	c.opens(id, 1) // who joins later has the epoch that is current
	a.steps(id, ehrdesk.GroupLeft, b)
	b.groups()
	c.groups()
	a.opens(id, 1, 2)
	b.opens(id) // who left has none any more, and not the next
	c.opens(id, 1, 2)
	s.other.groups()
	s.other.opens(id)
	v := s.other.group(id)
	if v.Name != "Cardiac referral" || v.Keeper != a.me.CasePerson || v.Mine || v.Broken != "" || len(v.Epochs) != 2 {
		t.Errorf("%+v", v)
	}
	a.steps(id, ehrdesk.GroupJoined, b)
	b.groups()
	b.opens(id, 2) // who comes back has what there is now
	for _, d := range append(s.all, s.other) {
		d.groups()
		if v := d.group(id); v.Events != a.group(id).Events || v.Head != a.group(id).Head {
			t.Errorf("%s has another history", d.me.Staff)
		}
	}
	a.steps(id, ehrdesk.GroupClosed, nil)
	c.groups()
	c.opens(id)
	a.opens(id)
}

// Who leaves by themselves makes no key that they would know: the group has none until a desk of its staff begins an epoch.
func TestWhoLeavesMakesNoKey(t *testing.T) {
	s := newStaff(t, "drlee", "drchan", "drho")
	a, b, c := s.all[0], s.all[1], s.all[2]
	id := a.makes("Tumour board")
	a.steps(id, ehrdesk.GroupJoined, b)
	a.steps(id, ehrdesk.GroupJoined, c)
	b.groups()
	c.groups()
	b.steps(id, ehrdesk.GroupLeft, b)
	b.opens(id)
	s.other.groups()
	v := s.other.group(id)
	if _, ok := v.Current(); ok || !v.Keyless {
		t.Fatalf("%+v", v.Group)
	}
	c.groups() // whoever is first
	a.groups()
	c.groups()
	a.opens(id, 1, 2)
	c.opens(id, 1, 2)
	b.groups()
	b.opens(id)
	if v := a.group(id); v.Keyless || len(v.Epochs) != 2 || v.Changes[len(v.Changes)-1].By != c.me.CasePerson {
		t.Errorf("%+v", v.Group)
	}
}

// Nobody but the keeper adds or takes out, the keeper hands over before leaving, and nobody of another provider is on the staff.
func TestTheKeeperKeepsAGroup(t *testing.T) {
	s := newStaff(t, "drlee", "drchan", "drho")
	a, b, c := s.all[0], s.all[1], s.all[2]
	id := a.makes("Tumour board")
	a.steps(id, ehrdesk.GroupJoined, b)
	b.groups()
	for name, tt := range map[string]struct {
		by   *seat
		kind ehrdesk.GroupEventKind
		who  *ehrdesk.CaseMember
		code ehrdesk.Code
	}{
		"a colleague adds":              {b, ehrdesk.GroupJoined, &c.me, ehrdesk.CodeDenied},
		"a colleague takes out":         {b, ehrdesk.GroupLeft, &a.me, ehrdesk.CodeDenied},
		"a stranger adds":               {c, ehrdesk.GroupJoined, &c.me, ehrdesk.CodeDenied},
		"the keeper leaves":             {a, ehrdesk.GroupLeft, &a.me, ehrdesk.CodeDenied},
		"of another provider":           {a, ehrdesk.GroupJoined, &s.other.me, ehrdesk.CodeInvalid},
		"twice":                         {a, ehrdesk.GroupJoined, &b.me, ehrdesk.CodeConflict},
		"who is not there":              {a, ehrdesk.GroupLeft, &c.me, ehrdesk.CodeInvalid},
		"made again":                    {a, ehrdesk.GroupMade, nil, ehrdesk.CodeInvalid},
		"a colleague begins an epoch":   {b, ehrdesk.GroupRenewed, nil, ehrdesk.CodeDenied},
		"somebody who is called so not": {a, ehrdesk.GroupJoined, &ehrdesk.CaseMember{CasePerson: c.me.CasePerson, Name: "Dr Evil"}, ehrdesk.CodeInvalid},
	} {
		if err := tt.by.s.StepGroup(t.Context(), id, tt.kind, tt.who); ehrdesk.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", name, err, tt.code)
		}
	}
	a.steps(id, ehrdesk.GroupHandedOver, b)
	a.steps(id, ehrdesk.GroupLeft, a)
	b.groups()
	if v := b.group(id); v.Keeper != b.me.CasePerson || v.Keyless || len(v.Epochs) != 2 {
		t.Errorf("%+v", v.Group)
	}
	a.opens(id)
}

// Another desk of somebody on the staff has the key once a colleague's, or their own, has looked after it.
func TestAnotherDeskOfSomebodyOnTheStaffHasTheKey(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b := s.all[0], s.all[1]
	id := a.makes("Cardiac referral")
	a.steps(id, ehrdesk.GroupJoined, b)
	b.groups()
	second := s.another("drchan")
	second.opens(id)
	s.clock.advance(15 * time.Minute)
	a.asks() // the new key is in the log
	a.groups()
	second.groups()
	second.opens(id, 1)
}

// A role key outlives that a case is destroyed at the desk, and with it the root under which both lay.
func TestARoleKeyOutlivesADestroyedCase(t *testing.T) {
	s := newStaff(t, "drlee")
	a, b := s.all[0], s.other
	group := a.makes("Cardiac referral")
	id := s.begin(ehrdesk.CaseDestroys)
	a.say(id, "x")
	a.sync()
	b.sync()
	if err := a.s.StepCase(t.Context(), id, ehrdesk.CaseCloses, nil, ""); err != nil {
		t.Fatal(err)
	}
	a.sync()
	s.clock.advance(ehrdesk.CaseCooling + time.Minute)
	if err := a.s.StepCase(t.Context(), id, ehrdesk.CaseEnded, nil, ""); err != nil {
		t.Fatal(err)
	}
	a.sync()
	if v := a.has(id); v.State != ehrdesk.CaseDestroyed {
		t.Fatalf("%+v", v.Case)
	}
	a.opens(group, 1)
}

// What lies at the desk of who left opens nothing: the key is in no file that the desk's own keys open. The centre has none at all.
func TestTheCentreHasNoPrivateHalfOfAGroup(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b := s.all[0], s.all[1]
	id := a.makes("Cardiac referral")
	a.steps(id, ehrdesk.GroupJoined, b)
	b.groups()
	b.opens(id, 1)
	files, err := filepath.Glob(filepath.Join(s.centreDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "AGE-SECRET-KEY") {
			t.Errorf("%s has a private half", f)
		}
	}
}

// editing has a desk be given something else than the centre says of what a request asks for.
func editing(t *testing.T, path string, edit func(v map[string]any)) func(*http.Request, []byte) []byte {
	return func(r *http.Request, body []byte) []byte {
		if !strings.HasSuffix(r.URL.Path, path) || len(body) == 0 {
			return body
		}
		var v map[string]any
		if err := json.Unmarshal(body, &v); err != nil {
			t.Error(err)
			return body
		}
		edit(v)
		out, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		return out
	}
}

// params are those of an answer by a name, each with its parts by theirs.
func params(v map[string]any, name string) (out []map[string]any) {
	all, _ := v["parameter"].([]any)
	for _, p := range all {
		if m, ok := p.(map[string]any); ok && m["name"] == name {
			out = append(out, m)
		}
	}
	return out
}

func partOf(p map[string]any, name string) map[string]any {
	all, _ := p["part"].([]any)
	for _, in := range all {
		if m, ok := in.(map[string]any); ok && m["name"] == name {
			return m
		}
	}
	return map[string]any{}
}

// A centre that leaves out, moves, changes or repeats an event of a group is found by whoever follows it, and written down once.
func TestACentreThatSpoilsAGroupIsFound(t *testing.T) {
	for name, edit := range map[string]func(all []any) []any{
		"left out": func(all []any) []any { return slices.Delete(all, 1, 2) },
		"moved":    func(all []any) []any { all[1], all[2] = all[2], all[1]; return all },
		"repeated": func(all []any) []any { return slices.Insert(all, 1, all[0], all[2]) },
		"changed": func(all []any) []any {
			p := partOf(all[1].(map[string]any), "event") //nolint:forcetypeassert // an answer of the centre's
			parts := strings.Split(p["valueString"].(string), ".")
			p["valueString"] = parts[0] + "." + strings.Split(partOf(all[2].(map[string]any), "event")["valueString"].(string), ".")[1] + "." + parts[2]
			return all
		},
		"cut at the end": func(all []any) []any { return all[:len(all)-1] },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStaff(t, "drlee", "drchan", "drho")
			a, b, c := s.all[0], s.all[1], s.all[2]
			id := a.makes("Cardiac referral")
			a.steps(id, ehrdesk.GroupJoined, b)
			a.steps(id, ehrdesk.GroupJoined, c)
			a.steps(id, ehrdesk.GroupLeft, b)
			s.other.line.set(false, editing(t, "$group-events", func(v map[string]any) {
				var rest, events []any
				for _, p := range v["parameter"].([]any) { //nolint:forcetypeassert // an answer of the centre's
					if p.(map[string]any)["name"] == "event" {
						events = append(events, p)
					} else {
						rest = append(rest, p)
					}
				}
				if len(events) > 2 {
					events = edit(events)
				}
				v["parameter"] = append(rest, events...)
			}))
			before := s.other.incidents("group")
			s.other.groups()
			s.other.groups()
			if n := s.other.incidents("group"); n != before+1 {
				t.Errorf("%d incidents, want one", n-before)
			}
			all, err := s.other.s.Groups(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(all) == 1 && all[0].Broken == "" {
				t.Errorf("%+v", all[0])
			}
		})
	}
}

// The centre cannot add a reader: a key that it hands out as one of the staff's is sealed to only where somebody on the staff signed it,
// and a role key that it hands out is one only where the history names it.
func TestACentreAddsNoReaderToAGroup(t *testing.T) {
	s := newStaff(t, "drlee", "drchan", "drho")
	a, b, c := s.all[0], s.all[1], s.all[2]
	id := a.makes("Cardiac referral")
	// drho is not on the staff; the centre gives a key of theirs in the place of drchan's.
	stranger := ""
	a.line.set(false, editing(t, "$group-keys", func(v map[string]any) {
		for _, p := range params(v, "key") {
			if stranger == "" {
				stranger = partOf(p, "offer")["valueString"].(string) //nolint:forcetypeassert // an answer of the centre's
			}
		}
	}))
	a.steps(id, ehrdesk.GroupJoined, c)
	c.groups()
	a.steps(id, ehrdesk.GroupLeft, c)
	if stranger == "" {
		t.Fatal("drho had a key at the centre")
	}
	before := a.incidents("group's role key")
	a.line.set(false, editing(t, "$group-keys", func(v map[string]any) {
		for _, p := range params(v, "key") {
			partOf(p, "offer")["valueString"] = stranger
		}
	}))
	a.steps(id, ehrdesk.GroupJoined, b)
	b.groups()
	c.groups()
	b.opens(id)
	c.opens(id)
	if n := a.incidents("group's role key"); n != before+1 {
		t.Errorf("%d incidents, want one", n-before)
	}
	a.line.set(false, nil)
	s.clock.advance(15 * time.Minute)
	a.groups()
	b.groups()
	b.opens(id, 2)
}

// A role key of another epoch, or a damaged one, in the place of the true one is no key: it is asked for anew.
func TestAFalseRoleKeyIsNoKey(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b := s.all[0], s.all[1]
	id := a.makes("Cardiac referral")
	a.steps(id, ehrdesk.GroupJoined, b)
	b.line.set(false, editing(t, "$group-keys", func(v map[string]any) {
		for _, p := range params(v, "box") {
			text := partOf(p, "sealed")["valueBase64Binary"].(string) //nolint:forcetypeassert // an answer of the centre's
			partOf(p, "sealed")["valueBase64Binary"] = text[:len(text)/2]
		}
	}))
	b.groups()
	b.opens(id)
	b.line.set(false, nil)
	s.clock.advance(15 * time.Minute)
	a.groups()
	b.groups()
	b.opens(id, 1)
}

// The true role key of another group is none of this one: it is written down, kept by nobody, and asked for anew.
func TestARoleKeyOfAnotherGroupIsNone(t *testing.T) {
	s := newStaff(t, "drlee", "drchan")
	a, b := s.all[0], s.all[1]
	ids := []string{a.makes("Cardiac referral"), a.makes("Tumour board")}
	for _, id := range ids {
		a.steps(id, ehrdesk.GroupJoined, b)
	}
	var held any
	given := false
	b.line.set(false, editing(t, "$group-keys", func(v map[string]any) { // the first is held back, and given as the second
		for _, p := range params(v, "box") {
			switch {
			case held == nil:
				held, v["parameter"] = p["part"], []any{}
			case !given:
				p["part"], given = held, true
			default:
				v["parameter"] = []any{}
			}
		}
	}))
	before := b.incidents("role key of a group")
	b.groups()
	if n := b.incidents("role key of a group"); n != before+1 {
		t.Errorf("%d incidents, want one", n-before)
	}
	b.line.set(false, nil)
	for range 2 {
		s.clock.advance(15 * time.Minute)
		a.groups()
		b.groups()
	}
	for _, id := range ids {
		b.opens(id, 1)
	}
}

// Whatever a group's people do, in whatever order and with lost answers, everybody has one history of it; and no desk has the key of an
// epoch of which its person was not. The rules alone are walked through in internal/caselog.
func TestWhateverIsDoneToAGroupNobodyElseHasItsKey(t *testing.T) {
	s := newStaff(t, "drlee", "drchan", "drho")
	kinds := []ehrdesk.GroupEventKind{ehrdesk.GroupJoined, ehrdesk.GroupJoined, ehrdesk.GroupLeft, ehrdesk.GroupRenewed, ehrdesk.GroupHandedOver}
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 19)) //nolint:gosec // a walk that can be walked again
		id := s.all[0].makes("Cardiac referral")
		for range 6 {
			by, who, kind := s.all[r.IntN(3)], s.all[r.IntN(3)], kinds[r.IntN(len(kinds))]
			s.clock.advance(5 * time.Second)
			m := &who.me
			if kind == ehrdesk.GroupRenewed {
				m = nil
			}
			if r.IntN(4) == 0 { // the centre takes it, and its answer is lost
				by.line.set(false, func(q *http.Request, body []byte) []byte {
					if strings.HasSuffix(q.URL.Path, "$group-event") {
						return nil
					}
					return body
				})
			}
			_ = by.s.StepGroup(t.Context(), id, kind, m) // what may not come next is refused
			by.line.set(false, nil)
			s.all[r.IntN(3)].groups()
		}
		for range 3 {
			for _, d := range append(slices.Clone(s.all), s.other) {
				s.clock.advance(11 * time.Minute)
				d.groups()
			}
		}
		s.wantKeys(seed, id)
	}
}

func (s *staff) wantKeys(seed uint64, id string) {
	s.t.Helper()
	first := s.all[0].group(id)
	for _, d := range append(slices.Clone(s.all), s.other) {
		v := d.group(id)
		if v.Head != first.Head || v.Broken != "" {
			s.t.Fatalf("seed %d, %s: %+v", seed, d.me.Staff, v.Group)
		}
		now, ok := v.Current()
		if !ok {
			s.t.Fatalf("seed %d: nobody began an epoch: %+v", seed, v.Group)
		}
		if _, in := v.Member(d.me.CasePerson); in != slices.Contains(v.Opens, now.N) {
			s.t.Fatalf("seed %d: %s is on the staff: %v; opens %v of %d", seed, d.me.Staff, in, v.Opens, now.N)
		}
		for _, n := range v.Opens {
			if !wasIn(&v.Group, d.me.CasePerson, n) {
				s.t.Fatalf("seed %d: %s opens epoch %d, of which they were not", seed, d.me.Staff, n)
			}
		}
	}
}

// wasIn reports that somebody was on the staff at some moment of an epoch.
func wasIn(g *ehrdesk.Group, p ehrdesk.CasePerson, epoch int) bool {
	from, to := g.Epochs[epoch-1].Event, g.Events+1
	if epoch < len(g.Epochs) {
		to = g.Epochs[epoch].Event
	}
	return slices.ContainsFunc(g.Staff, func(m ehrdesk.CaseMember) bool {
		return m.CasePerson == p && m.Joined < to && (m.Left == 0 || m.Left > from)
	})
}
