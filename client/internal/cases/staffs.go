package cases

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// A group in a case: what is for it is sealed to the key of its current epoch, and whoever is on its staff opens, answers and says things
// for it. Each event says by which history of the group its author went, and each desk holds that against the history that it has.

// staffs is the groups that this desk follows, as they were read from the disk.
type staffs struct {
	mu     sync.Mutex
	all    caselog.Histories // nil where they are to be read
	broken map[string]bool
}

func (s *staffs) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all, s.broken = nil, nil
}

// answering is what it takes to do something in a case for a group, or to say something to one.
type answering struct{ *Cases }

// histories are the groups that this desk follows. Nobody changes what it gives.
func (s answering) histories(ctx context.Context) (caselog.Histories, error) {
	s.staffs.mu.Lock()
	defer s.staffs.mu.Unlock()
	if s.staffs.all != nil {
		return s.staffs.all, nil
	}
	all, broken := caselog.Histories{}, map[string]bool{}
	err := s.each(ctx, groupList, func(id string) bool { return id != markItem }, func(id string, b []byte) {
		var k keptGroup
		if unmarshal(b, &k) && k.whole() {
			all[id], broken[id] = &caselog.GroupHistory{Group: k.Group, Hashes: k.Hashes}, k.Broken != ""
		}
	})
	if err != nil {
		return nil, err
	}
	s.staffs.all, s.staffs.broken = all, broken
	return all, nil
}

// of are the groups among the members of a case for which whoever is signed in answers.
func (s answering) of(ctx context.Context, c *ehrdesk.Case) (out []ehrdesk.CasePerson, err error) {
	if !slices.ContainsFunc(c.Members, func(m ehrdesk.CaseMember) bool { return m.Group() != "" && m.Provider == s.me().Provider }) {
		return nil, nil
	}
	all, err := s.histories(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range c.Members {
		h := all[m.Group()]
		if h == nil || h.Group.Closed || h.Group.Person() != m.CasePerson || slices.Contains(out, m.CasePerson) {
			continue
		}
		if _, on := h.Group.Member(s.me()); on {
			out = append(out, m.CasePerson)
		}
	}
	return out, nil
}

// since is when they came to each of the groups for which they answer.
func (s answering) since(ctx context.Context, groups []ehrdesk.CasePerson) (out []time.Time, err error) {
	if len(groups) == 0 {
		return nil, nil
	}
	all, err := s.histories(ctx)
	if err != nil {
		return nil, err
	}
	for _, of := range groups {
		g := &all[of.Group()].Group
		m, _ := g.Member(s.me())
		out = append(out, g.Changes[m.Joined-1].At)
	}
	return out, nil
}

// seen has a view say for which groups whoever is signed in answers, and since when.
func (s answering) seen(ctx context.Context, v *ehrdesk.CaseView) (err error) {
	if v.Answers, err = s.of(ctx, &v.Case); err != nil {
		return err
	}
	v.Since, err = s.since(ctx, v.Answers)
	return err
}

// in reports whether whoever is signed in is in a case, themselves or for a group.
func (s answering) in(ctx context.Context, c *ehrdesk.Case) (in, forGroup bool, err error) {
	if _, in := c.Member(s.me()); in {
		return true, false, nil
	}
	mine, err := s.of(ctx, c)
	in = slices.ContainsFunc(mine, func(g ehrdesk.CasePerson) bool { _, in := c.Member(g); return in })
	return in, in, err
}

// answered reports that whoever is signed in has done something with what was said, or for an answer somebody for the group that it is for.
func (s answering) answered(ctx context.Context, c *ehrdesk.Case, said *ehrdesk.CaseSaid, kind ehrdesk.CaseEventKind) (bool, error) {
	mine, err := s.of(ctx, c)
	as, _ := said.Answers(s.me(), mine)
	return slices.ContainsFunc(said.Receipts, func(r ehrdesk.CaseReceipt) bool {
		return r.Kind == kind && (r.By == s.me() || kind != ehrdesk.CaseOpened && r.Of() == as)
	}), err
}

// event is one that waits as it is said now: by whoever is signed in, for themselves or, where a group and not they are in the case, for that.
func (s answering) event(ctx context.Context, c *ehrdesk.Case, p *pending) (ehrdesk.CaseEvent, error) {
	e := p.Event
	e.Case, e.By, e.Name, e.At = p.Case, s.me(), s.Self.Account().Name, s.atCentre()
	mine, err := s.of(ctx, c)
	if err != nil {
		return e, err
	}
	as := c.Acts(s.me(), mine)
	if said := saidBy(c, e.Of); said != nil {
		if to, ok := said.Answers(s.me(), mine); ok {
			as = to
		}
	}
	if as != e.By {
		e.As = as
	}
	return e, nil
}

// named are the histories by which an event goes, of each group that it names. Errors: CodeNotFound, CodeTampered.
func (s answering) named(ctx context.Context, op string, e *ehrdesk.CaseEvent) (out []ehrdesk.CaseGroupAt, err error) {
	for _, g := range e.Names() {
		h, err := s.history(ctx, op, g)
		if err != nil {
			return nil, err
		}
		out = append(out, ehrdesk.CaseGroupAt{Of: g, N: h.Group.Events, Head: h.Group.Head})
	}
	return out, nil
}

// history is that of a group, which is one. Errors: CodeNotFound, CodeTampered.
func (s answering) history(ctx context.Context, op string, g ehrdesk.CasePerson) (*caselog.GroupHistory, error) {
	all, err := s.histories(ctx)
	if err != nil {
		return nil, err
	}
	h := all[g.Group()]
	s.staffs.mu.Lock()
	defer s.staffs.mu.Unlock()
	switch {
	case h == nil || h.Group.Person() != g:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this desk knows no such group")
	case s.staffs.broken[g.Group()]:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the history of the group breaks: nothing is sealed to it")
	}
	return h, nil
}

// keyOf is the key of a group's current epoch. Errors: those of history, CodeConflict for a group that is closed, errNoDesk for one that has
// no key until its staff begin an epoch.
func (s answering) keyOf(ctx context.Context, op string, g ehrdesk.CasePerson) (key sealed.Public, err error) {
	h, err := s.history(ctx, op, g)
	if err != nil {
		return key, err
	}
	now, ok := h.Group.Current()
	switch {
	case h.Group.Closed:
		return key, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the group is closed")
	case !ok:
		return key, ehrdesk.E(op, ehrdesk.CodeConflict, noDesk{g})
	}
	if key, err = sealed.ParsePublic(now.Key); err != nil {
		return key, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the key of a group is none")
	}
	return key, nil
}

// refresh follows the groups that a case has, and others that are named, as the centre has them now. A group that the centre does not
// give stays as it is here. Errors: the line's.
func (s answering) refresh(ctx context.Context, c *ehrdesk.Case, named ...ehrdesk.CasePerson) error {
	if s.groups == nil || s.groups.at == nil {
		return nil
	}
	had := map[string]bool{"": true}
	for _, m := range c.Members {
		named = append(named, m.CasePerson)
	}
	for _, g := range named {
		id := g.Group()
		if had[id] {
			continue
		}
		had[id] = true
		k, err := s.groups.one(ctx, id)
		if err != nil {
			return err
		}
		switch err := s.groups.follow(ctx, id, &k); {
		case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound:
			continue
		case err != nil:
			return err
		}
		if k.Group.Events == 0 {
			continue
		}
		if err := s.groups.keep(ctx, id, &k); err != nil {
			return err
		}
	}
	return nil
}

// follow brings a case on by events as they were signed. Where it does not know who signed one, it asks the directory once, and where it does
// not know a history of a group that one names, the centre; wrong is what is wrong with the events then.
func (s answering) follow(ctx context.Context, k *kept, signed []string) (wrong, err error) {
	type unknown struct {
		is  error
		ask func() error
	}
	learn := []unknown{
		{sealed.ErrUnknown, func() error { return s.directory.Refresh(ctx, 0) }},
		{caselog.ErrGroup, func() error { return s.refresh(ctx, &k.Case, namedIn(signed)...) }},
	}
	for {
		keys, err := s.directory.Cases(ctx)
		if err != nil {
			return nil, err
		}
		groups, err := s.histories(ctx)
		if err != nil {
			return nil, err
		}
		k.Hashes, wrong = caselog.Follow(&k.Case, k.Hashes, signed, keys, groups)
		i := slices.IndexFunc(learn, func(u unknown) bool { return errors.Is(wrong, u.is) })
		if i < 0 {
			return wrong, nil
		}
		if err := learn[i].ask(); err != nil {
			return nil, err
		}
		learn = slices.Delete(learn, i, i+1)
	}
}

// signed are the events of a group as they were signed, up to how far a case names it at least. Errors: CodeTampered, the line's.
func (s answering) signed(ctx context.Context, op string, at ehrdesk.CaseGroupAt) (out []string, err error) {
	for len(out) < at.N {
		got, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (fhir.GroupEventsOut, error) {
			return s.groups.at.GroupEvents(ctx, at.Of.Group(), len(out))
		})
		if err != nil {
			return nil, err
		}
		if len(got.Signed) == 0 {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre gives less of a group than it gave before")
		}
		out = append(out, got.Signed...)
	}
	return out, nil
}

// namedIn are the groups that events name as they were signed, whoever signed them.
func namedIn(signed []string) (out []ehrdesk.CasePerson) {
	for _, one := range signed {
		if e, err := caselog.Plain(one); err == nil {
			out = append(out, e.Names()...)
		}
	}
	return out
}

// epochs are the private halves of groups' keys that this desk has, by name.
func (s answering) epochs(ctx context.Context) (map[string]*sealed.Key, error) {
	if s.groups == nil {
		return nil, nil
	}
	return s.groups.epochs(ctx)
}

// left has the cases of a group that whoever is signed in does not answer for any more be ones that they have left: unless they are in them
// themselves, or for another group.
func (s answering) left(ctx context.Context, group string) error {
	items, err := s.lists.Items(ctx, s.list(caseList))
	if err != nil {
		return err
	}
	for _, it := range items {
		if it.ID == markItem {
			continue
		}
		k, err := s.kept(ctx, it.ID)
		if err != nil {
			return err
		}
		if k.Left || !slices.ContainsFunc(k.Case.Members, func(m ehrdesk.CaseMember) bool { return m.Group() == group }) {
			continue
		}
		switch in, _, err := s.in(ctx, &k.Case); {
		case err != nil:
			return err
		case in:
			continue
		}
		k.Left = true
		if err := errors.Join(s.keep(ctx, it.ID, &k), s.settle(ctx, it.ID, &k)); err != nil {
			return err
		}
	}
	return nil
}
