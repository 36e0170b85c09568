package cases

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// GroupCentre is one that has groups.
type GroupCentre interface {
	GroupEvent(ctx context.Context, signed string) error
	Groups(ctx context.Context, since string) (fhir.GroupsOut, error)
	GroupEvents(ctx context.Context, id string, since int) (fhir.GroupEventsOut, error)
	GroupKeys(ctx context.Context, id string, have []int, give, again bool) (fhir.GroupKeysOut, error)
	GiveGroupKeys(ctx context.Context, id string, epoch int, boxes []fhir.GroupGiven) error
}

// Groups are the groups of the centre's providers, as this desk follows them for whoever is signed in, and the role keys of those on
// whose staff they are (docs/adr/0061-groups.md).
type Groups struct {
	*Cases
	at GroupCentre // nil: the centre has none
}

// NewGroups are those of a session's centre, beside its cases.
func NewGroups(s *Cases, at GroupCentre) *Groups {
	s.groups = &Groups{s, at}
	return s.groups
}

// The lists of the journal that they are kept in, each of one person.
const (
	groupList    = "groups"     // by group
	groupKeyList = "group keys" // private halves of epochs, by the public one's name
)

// keptGroup is a group as this desk has it.
type keptGroup struct {
	Group  ehrdesk.Group `json:"group"`
	Spans  [][2]int      `json:"spans"` // of each who is or was on the staff, the events with which they came and went
	Hashes []string      `json:"hashes"`
	Broken string        `json:"broken,omitempty"`
	Asked  time.Time     `json:"asked"`
	Keyed  time.Time     `json:"keyed,omitzero"` // when its staff's keys were looked after last
}

// keptEpoch is the private half of an epoch's key.
type keptEpoch struct {
	Secret []byte    `json:"secret"`
	Group  string    `json:"group"`
	Made   time.Time `json:"made"`
}

func (s *Groups) may(op string) error {
	if s.at == nil {
		return fhir.NotThere(op)
	}
	return s.Cases.may(op)
}

// All are the groups as they are here, by provider and name.
func (s *Groups) All(ctx context.Context) (out []ehrdesk.GroupView, err error) {
	if err := s.may("group"); err != nil {
		return nil, err
	}
	keys, err := s.epochs(ctx)
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, groupList, func(id string) bool { return id != markItem }, func(_ string, b []byte) {
		var k keptGroup
		if !unmarshal(b, &k) || !k.whole() {
			return
		}
		v := ehrdesk.GroupView{Group: k.Group, Broken: k.Broken, Asked: k.Asked, Opens: opensOf(&k.Group, keys)}
		_, v.Mine = k.Group.Member(s.me())
		out = append(out, v)
	})
	slices.SortFunc(out, func(a, b ehrdesk.GroupView) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

// opensOf are the epochs of a group that the keys at hand are of.
func opensOf(g *ehrdesk.Group, keys map[string]*sealed.Key) (out []int) {
	for _, e := range g.Epochs {
		if keys[nameOf(e.Key)] != nil {
			out = append(out, e.N)
		}
	}
	return out
}

func nameOf(public string) string {
	p, err := sealed.ParsePublic(public)
	if err != nil {
		return ""
	}
	return p.Name()
}

// epochs are the private halves that this desk has for whoever is signed in, by name.
func (s *Groups) epochs(ctx context.Context) (map[string]*sealed.Key, error) {
	out := map[string]*sealed.Key{}
	err := s.each(ctx, groupKeyList, nil, func(name string, b []byte) {
		var k keptEpoch
		if !unmarshal(b, &k) {
			return
		}
		if key, err := sealed.ParseKey(k.Secret); err == nil {
			out[name] = key
		}
		clear(k.Secret)
	})
	return out, err
}

// whole has its staff have when they came and went, as it was read from the disk.
func (k *keptGroup) whole() bool {
	if len(k.Spans) != len(k.Group.Staff) || len(k.Hashes) != k.Group.Events {
		return false
	}
	for i, span := range k.Spans {
		k.Group.Staff[i].Joined, k.Group.Staff[i].Left = span[0], span[1]
	}
	return true
}

func (s *Groups) one(ctx context.Context, id string) (k keptGroup, err error) {
	found, err := s.get(ctx, groupList, id, &k)
	if err != nil || !found || !k.whole() {
		return keptGroup{}, err
	}
	return k, nil
}

func (s *Groups) keep(ctx context.Context, id string, k *keptGroup) error {
	k.Spans = nil
	for _, m := range k.Group.Staff {
		k.Spans = append(k.Spans, [2]int{m.Joined, m.Left})
	}
	defer s.staffs.forget()
	return s.put(ctx, groupList, id, k)
}

// asOfKept is how old what is kept of when the centre was asked last may be, as long as it has nothing new to say.
const asOfKept = time.Minute

// Sync brings the groups into step with the centre: those that have changed, and of those on whose staff whoever is signed in is, the
// role keys. A history that is not one stops there, and is written down. upTo is the change up to which groups have come, as the centre said
// it just now, "" where it has to be asked. Errors: the line's, CodeNotFound where the centre has no groups.
func (s *Groups) Sync(ctx context.Context, upTo string) error {
	const op = "group.sync"
	if err := s.may(op); err != nil {
		return err
	}
	defer s.Idle.Work()()
	s.turn.Lock()
	defer s.turn.Unlock()
	var m mark
	if _, err := s.get(ctx, groupList, markItem, &m); err != nil {
		return err
	}
	changed := map[string]bool{}
	if upTo != "" && upTo == cmp.Or(m.UpTo, "0") && s.Now().Sub(m.At).Abs() < asOfKept {
		return s.lookAfter(ctx, changed)
	}
	for more := true; more; {
		out, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (fhir.GroupsOut, error) { return s.at.Groups(ctx, m.UpTo) })
		if err != nil {
			return err
		}
		for _, r := range out.Groups {
			if r.ID == "" {
				return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's list of groups cannot be read")
			}
			if err := s.bring(ctx, &r); err != nil {
				return err
			}
			changed[r.ID] = true
		}
		more = out.More && out.UpTo != m.UpTo
		if out.UpTo != "" {
			m.UpTo = out.UpTo
		}
		m.At = s.Now()
		if err := s.put(ctx, groupList, markItem, m); err != nil {
			return err
		}
	}
	return s.lookAfter(ctx, changed)
}

// bring brings one group into step with what the centre's list says of it.
func (s *Groups) bring(ctx context.Context, r *fhir.GroupRow) error {
	k, err := s.one(ctx, r.ID)
	if err != nil {
		return err
	}
	if err := s.follow(ctx, r.ID, &k); err != nil {
		return err
	}
	switch had := k.Group.Events; {
	case k.Broken != "":
	case r.N < 1 || r.N > had || k.Hashes[r.N-1] != r.Head: // it is told otherwise than it is given
		if err := s.breaks(ctx, &k, &caselog.Broken{N: min(max(r.N, 1), had+1), Why: caselog.ErrForked}); err != nil {
			return err
		}
	}
	return s.keep(ctx, r.ID, &k)
}

// breaks notes that a history is not one, and writes it down once.
func (s *Groups) breaks(ctx context.Context, k *keptGroup, why *caselog.Broken) error {
	if k.Broken == "" {
		if err := s.access.Incident(ctx, "", "a group whose history breaks"); err != nil {
			return err
		}
	}
	k.Broken = why.Error()
	return nil
}

// follow reads on in the events of a group. A signer whom the desk does not know has the directory asked once.
func (s *Groups) follow(ctx context.Context, id string, k *keptGroup) error {
	asked := false
	for more := true; more; {
		out, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (fhir.GroupEventsOut, error) {
			return s.at.GroupEvents(ctx, id, k.Group.Events)
		})
		if err != nil {
			return err
		}
		before := k.Group.Events
		keys, err := s.directory.Cases(ctx)
		if err != nil {
			return err
		}
		k.Hashes, err = caselog.FollowGroup(&k.Group, k.Hashes, out.Signed, keys)
		if errors.Is(err, sealed.ErrUnknown) && !asked {
			if asked, err = true, s.directory.Refresh(ctx, 0); err != nil {
				return err
			}
			continue
		}
		if err == nil && k.Group.Events > 0 && k.Group.ID != id {
			err = &caselog.Broken{N: 1, Why: caselog.ErrForked}
		}
		var broken *caselog.Broken
		switch {
		case errors.As(err, &broken):
			if err := s.breaks(ctx, k, broken); err != nil {
				return err
			}
			more = false
		case err != nil:
			return err
		default:
			if len(out.Signed) > 0 {
				k.Broken = ""
			}
			more = out.More && k.Group.Events > before
		}
	}
	k.Asked = s.Now()
	return nil
}

// Make makes a group, of which whoever is signed in is the keeper. Errors: CodeInvalid, the line's.
func (s *Groups) Make(ctx context.Context, m ehrdesk.GroupMaking) (string, error) {
	const op = "group.make"
	if err := s.may(op); err != nil {
		return "", err
	}
	id := uuid.NewString()
	e := ehrdesk.GroupEvent{Group: id, Kind: ehrdesk.GroupMade, Is: m.Kind, Called: m.Name, Chinese: m.Chinese}
	return id, s.act(ctx, op, id, e)
}

// Step adds somebody, takes them out, leaves, hands the group over, closes it or begins an epoch. Errors: CodeInvalid for any other kind,
// CodeNotFound for no group here, those of ehrdesk.Group's rules, the line's.
func (s *Groups) Step(ctx context.Context, id string, kind ehrdesk.GroupEventKind, who *ehrdesk.CaseMember) error {
	const op = "group.step"
	if err := s.may(op); err != nil {
		return err
	}
	if kind == ehrdesk.GroupMade {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a group is made once")
	}
	return s.act(ctx, op, id, ehrdesk.GroupEvent{Kind: kind, Person: who})
}

// act brings a group on by an event of whoever is signed in, and looks after its keys.
func (s *Groups) act(ctx context.Context, op, id string, e ehrdesk.GroupEvent) error {
	defer s.Idle.Work()()
	s.turn.Lock()
	defer s.turn.Unlock()
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditUpdate, Detail: "group: " + string(e.Kind)}); err != nil {
		return err
	}
	k, err := s.one(ctx, id)
	if err != nil {
		return err
	}
	if err := s.say(ctx, op, id, &k, e, nil); err != nil {
		return err
	}
	if err := s.settleGroup(ctx, id, &k); err != nil && !undecided(err) { // what the line has in the way is done with the next look
		return err
	}
	return nil
}

// say signs an event as the one that comes next in a group, and sends it; one that begins an epoch has its private half on the disk
// before. still is whether it is to be said of the group as it has become; nil for always. The caller has the turn.
func (s *Groups) say(ctx context.Context, op, id string, k *keptGroup, e ehrdesk.GroupEvent, still func(*ehrdesk.Group) bool) error {
	by, err := s.signs(op)
	if err != nil {
		return err
	}
	for range turns {
		if e.Kind != ehrdesk.GroupMade {
			if err := s.follow(ctx, id, k); err != nil {
				return err
			}
		}
		if k.Broken != "" {
			return cmp.Or(s.keep(ctx, id, k), ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the history of the group breaks"))
		}
		if still != nil && !still(&k.Group) {
			return s.keep(ctx, id, k)
		}
		e.By, e.Name, e.At = s.me(), s.Self.Account().Name, s.atCentre()
		if own := e.Kind == ehrdesk.GroupLeft && e.Person != nil && e.Person.CasePerson == s.me(); e.Key == "" && (e.Kind == ehrdesk.GroupMade || e.Kind == ehrdesk.GroupRenewed || e.Kind == ehrdesk.GroupLeft && !own) {
			if e.Key, err = s.newEpoch(ctx, op, id); err != nil {
				return err
			}
		}
		signed, err := caselog.NextGroup(&k.Group, e, by)
		if err != nil {
			return err
		}
		_, err = line.Ask(ctx, s.Line, line.ActWait, func(ctx context.Context) (bool, error) { return true, s.at.GroupEvent(ctx, signed) })
		if errors.Is(err, errBehind) {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.follow(ctx, id, k); err != nil {
			return err
		}
		return s.keep(ctx, id, k)
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeTimeout, "others go on changing the group")
}

// newEpoch makes the key of an epoch, and gives its public half. The private one is on the disk by then.
func (s *Groups) newEpoch(ctx context.Context, op, id string) (string, error) {
	key, err := sealed.NewKey()
	if err != nil {
		return "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return key.Public().String(), s.put(ctx, groupKeyList, key.Public().Name(), keptEpoch{key.Secret(), id, s.Now()})
}
