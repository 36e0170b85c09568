package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// followed keeps up with the sealed cases of whoever is signed in, whatever screen is in front: what the desk has is read at once, and
// they are brought into step with the centre beside it, which sends what waits.
type followed struct {
	load  screen.Job
	fetch screen.Job
	again bool // a hint came while the centre was being asked: the answer may be from before it
	ahead reading
}

type (
	casesRead struct {
		all       []ehrdesk.CaseView
		asOf      time.Time
		want      string
		one       *ehrdesk.CaseView
		records   map[string][]ehrdesk.CaseRecordSeen
		people    map[string]ehrdesk.Patient
		providers map[string]ehrdesk.Provider // nil where they were not asked for
		groups    map[string]ehrdesk.GroupView
		err       error // why the centre did not bring them into step
	}
	casesLoaded  struct{ casesRead }
	casesFetched struct{ casesRead }
	caseLoadMsg  = screen.Done[casesLoaded]
	caseFetchMsg = screen.Done[casesFetched]
)

// readCases reads what this desk has.
func (m *Model) readCases() tea.Cmd {
	a := &m.env.Day.Cases
	a.Stale = false
	session, ok := m.env.Session.(ehrdesk.Casing)
	if !ok || m.env.Locked || m.env.NoCases() != "" {
		return nil
	}
	m.day.cases.load.Stop()
	want := a.Want
	var cmd tea.Cmd
	m.day.cases.load, cmd = screen.Start(m.env, 10*time.Second, "", func(ctx context.Context) (casesLoaded, error) {
		out, err := casesOf(ctx, session, want)
		return casesLoaded{out}, err
	})
	return cmd
}

// askCases brings them into step with the centre. Where that is being done already it is done once more afterwards.
func (m *Model) askCases() tea.Cmd {
	a := &m.env.Day.Cases
	a.Ask = false
	session, ok := m.env.Session.(ehrdesk.Casing)
	if !ok || m.env.Locked || m.env.NoCases() != "" {
		return nil
	}
	if m.day.cases.fetch.Running() {
		m.day.cases.again = true
		return nil
	}
	m.day.cases.again = false
	a.Asking, a.Since = true, m.env.Now()
	want, named := a.Want, a.Providers
	var cmd tea.Cmd
	m.day.cases.fetch, cmd = screen.Start(m.env, time.Minute, "", func(ctx context.Context) (casesFetched, error) {
		failed := session.SyncCases(ctx)
		if ehrdesk.CodeOf(failed) == ehrdesk.CodeNotFound { // the centre has no mailbox: there is nothing to say
			failed = nil
		}
		out, err := casesOf(context.WithoutCancel(ctx), session, want)
		out.err = failed
		if d, ok := session.(ehrdesk.Directory); ok && err == nil && unnamed(out.all, named) {
			if all, _, e := d.Providers(ctx, "", ""); e == nil { // without it they stand by their numbers
				out.providers = screen.ProvidersOf(all)
			}
		}
		return casesFetched{out}, err
	})
	return cmd
}

// casesOf reads the cases, the one that is wanted with its words, and who of their patients is known here by name.
func casesOf(ctx context.Context, session ehrdesk.Casing, want string) (out casesRead, err error) {
	out.want = want
	if out.all, out.asOf, err = session.Cases(ctx); err != nil {
		if code := ehrdesk.CodeOf(err); code == ehrdesk.CodeNotFound || code == ehrdesk.CodeDenied {
			return out, nil
		}
		return out, err
	}
	if want != "" {
		switch v, err := session.Case(ctx, want); {
		case err == nil:
			out.one, out.records = &v, recordsIn(ctx, session, &v)
		case ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound:
			return out, err
		}
	}
	if slices.ContainsFunc(out.all, hasGroup) {
		out.groups = screen.ByID(screen.GroupsOf(ctx, session))
	}
	if len(out.all) > 0 {
		out.people = peopleOf(ctx, session)
	}
	return out, nil
}

// recordsIn holds the records that messages name against the open chart. Without an answer nothing is known of them.
func recordsIn(ctx context.Context, session ehrdesk.Casing, v *ehrdesk.CaseView) (out map[string][]ehrdesk.CaseRecordSeen) {
	for envelope, b := range v.Bodies {
		if len(b.Records) == 0 {
			continue
		}
		seen, err := session.CaseRecords(ctx, v.Patient, b.Records)
		if err != nil {
			return nil
		}
		if out == nil {
			out = map[string][]ehrdesk.CaseRecordSeen{}
		}
		out[envelope] = seen
	}
	return out
}

// peopleOf are those whom the desk knows by name, by the centre's id. Without an answer nobody is.
func peopleOf(ctx context.Context, session any) map[string]ehrdesk.Patient {
	out := map[string]ehrdesk.Patient{}
	if s, ok := session.(ehrdesk.Recalling); ok {
		recent, _ := s.Recent(ctx, time.Time{})
		for _, r := range recent {
			out[r.Patient.ID] = r.Patient
		}
	}
	if s, ok := session.(ehrdesk.Acquainted); ok {
		known, _ := s.Known(ctx)
		for _, k := range known {
			out[k.Patient.ID] = k.Patient
		}
	}
	delete(out, "")
	return out
}

func hasGroup(v ehrdesk.CaseView) bool {
	return slices.ContainsFunc(v.Members, func(m ehrdesk.CaseMember) bool { return m.Group() != "" })
}

// unnamed reports a provider in the cases of which the name is not known.
func unnamed(all []ehrdesk.CaseView, named map[string]ehrdesk.Provider) bool {
	for i := range all {
		for _, m := range all[i].Members {
			if _, ok := named[m.Provider]; !ok {
				return true
			}
		}
	}
	return false
}

// tookCases takes what was read.
func (m *Model) tookCases(msg tea.Msg) (cmd tea.Cmd, used bool) {
	a := &m.env.Day.Cases
	switch msg := msg.(type) {
	case caseLoadMsg:
		if m.day.cases.load.Takes(msg.Req) && m.lock == nil && msg.Err == nil {
			cmd = m.showCases(&msg.Value.casesRead)
		}
		return cmd, true
	case caseFetchMsg:
		if !m.day.cases.fetch.Takes(msg.Req) {
			return nil, true
		}
		a.Asking = false
		if m.lock != nil {
			return nil, true
		}
		if a.Err = msg.Value.err; msg.Err != nil {
			a.Err = msg.Err
		} else {
			m.day.cases.load.Stop() // what it would give was read before this
			a.Stale = false
			cmd = m.showCases(&msg.Value.casesRead)
			if a.Err == nil {
				cmd = tea.Batch(cmd, m.fetchCases())
			}
		}
		if m.day.cases.again {
			return tea.Batch(cmd, m.askCases()), true
		}
		return cmd, true
	case caseAheadMsg:
		return m.fetchedCases(msg), true
	}
	return nil, false
}

// showCases puts what was read on the screen; the bell rings for what is critical and new, and nothing is said of it.
func (m *Model) showCases(r *casesRead) (rings tea.Cmd) {
	a := &m.env.Day.Cases
	was, first := a.All, !a.Read
	a.All, a.AsOf, a.Read = r.all, r.asOf, true
	if r.people != nil {
		a.People = r.people
	}
	if r.providers != nil {
		a.Providers = r.providers
	}
	if r.groups != nil {
		a.Groups = r.groups
	}
	if a.Want == r.want {
		a.One, a.Records, a.Lost = r.one, r.records, r.want != "" && r.one == nil
	} else {
		a.Stale = true // somebody has turned to another meanwhile
	}
	if first {
		m.day.turns = m.turns()
		return nil
	}
	return m.ringCases(was)
}

// ringCases rings for something critical that was said to whoever is signed in since the cases were read before, or of which their turn
// has come.
func (m *Model) ringCases(was []ehrdesk.CaseView) tea.Cmd {
	turns := m.turns()
	before := m.day.turns
	m.day.turns = turns
	if !m.liking.now.Bell || m.lock != nil || m.env.Session == nil {
		return nil
	}
	had := owed(was, m.env.Me())
	for envelope := range owed(m.env.Day.Cases.All, m.env.Me()) {
		m.day.rings = m.day.rings || !had[envelope]
	}
	for envelope := range turns {
		if !before[envelope] {
			m.day.rings, m.day.mine = true, true
		}
	}
	return m.rung()
}

// owed are the critical messages that somebody has to acknowledge, by envelope.
func owed(all []ehrdesk.CaseView, p ehrdesk.CasePerson) map[string]bool {
	out := map[string]bool{}
	for i := range all {
		for j := range all[i].Said {
			if s := &all[i].Said[j]; all[i].Owes(s, p) {
				out[s.Envelope] = true
			}
		}
	}
	return out
}

// turns are those of them of which it is the turn of whoever is signed in.
func (m *Model) turns() map[string]bool {
	out := map[string]bool{}
	for i := range m.env.Day.Cases.All {
		v := &m.env.Day.Cases.All[i]
		for j := range v.Said {
			s := &v.Said[j]
			if t, ok := s.Turn(m.env.Now()); ok && v.Is(t.Who, m.env.Me()) && t.N > 0 && v.Owes(s, m.env.Me()) {
				out[s.Envelope] = true
			}
		}
	}
	return out
}

// settleCases carries out what a screen asked for.
func (m *Model) settleCases() tea.Cmd {
	var cmds []tea.Cmd
	if m.env.Day.Cases.Stale {
		cmds = append(cmds, m.readCases())
	}
	if m.env.Day.Cases.Ask {
		cmds = append(cmds, m.askCases())
	}
	return tea.Batch(cmds...)
}
