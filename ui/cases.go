package ui

import (
	"context"
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
}

type (
	casesRead struct {
		all       []ehrdesk.CaseView
		asOf      time.Time
		want      string
		one       *ehrdesk.CaseView
		people    map[string]ehrdesk.Patient
		providers map[string]ehrdesk.Provider // nil where they were not asked for
		err       error                       // why the centre did not bring them into step
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
			out.one = &v
		case ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound:
			return out, err
		}
	}
	if len(out.all) > 0 {
		out.people = peopleOf(ctx, session)
	}
	return out, nil
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
		}
		if m.day.cases.again {
			return tea.Batch(cmd, m.askCases()), true
		}
		return cmd, true
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
	if a.Want == r.want {
		a.One, a.Lost = r.one, r.want != "" && r.one == nil
	} else {
		a.Stale = true // somebody has turned to another meanwhile
	}
	if first {
		return nil
	}
	return m.ringCases(was)
}

// ringCases rings for something critical that was said to whoever is signed in since the cases were read before.
func (m *Model) ringCases(was []ehrdesk.CaseView) tea.Cmd {
	if !m.liking.now.Bell || m.lock != nil || m.env.Session == nil {
		return nil
	}
	me := m.env.Me()
	owed := map[string]bool{}
	for i := range was {
		for j := range was[i].Said {
			if s := &was[i].Said[j]; was[i].Owes(s, me) {
				owed[s.Envelope] = true
			}
		}
	}
	for i := range m.env.Day.Cases.All {
		v := &m.env.Day.Cases.All[i]
		for j := range v.Said {
			if s := &v.Said[j]; v.Owes(s, me) && !owed[s.Envelope] {
				m.day.rings = true
			}
		}
	}
	return m.rung()
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
