package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// asked keeps up with what providers ask of one another, whatever screen is in front: what the desk has is read at once, and the
// centre is asked for what is new beside it.
type asked struct {
	load  screen.Job
	fetch screen.Job
	again bool // a hint came while the centre was being asked: the answer may be from before it
}

type (
	requestsRead struct {
		all  []ehrdesk.Request
		asOf time.Time
		err  error // why the centre did not say what is new
	}
	requestsLoaded  struct{ requestsRead }
	requestsFetched struct{ requestsRead }
	loadedMsg       = screen.Done[requestsLoaded]
	fetchedMsg      = screen.Done[requestsFetched]
)

// noRequests says why there are none to be shown, "" if there may be.
func (m *Model) noRequests() string {
	e, t := m.env, &m.env.T.Requests
	if e.Session == nil {
		return e.S(e.T.Common.NoSession)
	}
	if _, ok := e.Session.(ehrdesk.Requesting); !ok {
		return e.S(t.Off)
	}
	if r := e.Account().Role; !r.Clinical() && r != ehrdesk.FrontDesk {
		return e.S(t.NotYours)
	}
	return ""
}

// readRequests reads what this desk has.
func (m *Model) readRequests() tea.Cmd {
	m.env.Day.Asked.Stale = false
	session, ok := m.env.Session.(ehrdesk.Requesting)
	if !ok || m.env.Locked || m.noRequests() != "" {
		return nil
	}
	m.day.asks.load.Stop()
	var cmd tea.Cmd
	m.day.asks.load, cmd = screen.Start(m.env, 10*time.Second, "", func(ctx context.Context) (requestsLoaded, error) {
		all, asOf, err := session.Requests(ctx)
		return requestsLoaded{requestsRead{all: all, asOf: asOf}}, err
	})
	return cmd
}

// askRequests asks the centre what is new. Where it is being asked already it is asked once more afterwards.
func (m *Model) askRequests() tea.Cmd {
	a := &m.env.Day.Asked
	a.Ask = false
	session, ok := m.env.Session.(ehrdesk.Requesting)
	if !ok || m.env.Locked || m.noRequests() != "" {
		return nil
	}
	if m.day.asks.fetch.Running() {
		m.day.asks.again = true
		return nil
	}
	m.day.asks.again = false
	a.Asking, a.Since = true, m.env.Now()
	var cmd tea.Cmd
	m.day.asks.fetch, cmd = screen.Start(m.env, time.Minute, "", func(ctx context.Context) (requestsFetched, error) {
		_, failed := session.FetchRequests(ctx)
		all, asOf, err := session.Requests(context.WithoutCancel(ctx))
		return requestsFetched{requestsRead{all, asOf, failed}}, err
	})
	return cmd
}

// tookRequests takes what was read.
func (m *Model) tookRequests(msg tea.Msg) (cmd tea.Cmd, used bool) {
	a := &m.env.Day.Asked
	switch msg := msg.(type) {
	case loadedMsg:
		if m.day.asks.load.Takes(msg.Req) && m.lock == nil && msg.Err == nil {
			a.All, a.AsOf, a.Read = msg.Value.all, msg.Value.asOf, true
		}
		return nil, true
	case fetchedMsg:
		if !m.day.asks.fetch.Takes(msg.Req) {
			return nil, true
		}
		a.Asking = false
		if m.lock != nil {
			return nil, true
		}
		if a.Err = msg.Value.err; msg.Err != nil {
			a.Err = msg.Err
		} else {
			m.day.asks.load.Stop() // what it would give was read before this
			a.All, a.AsOf, a.Read, a.Stale = msg.Value.all, msg.Value.asOf, true, false
		}
		if m.day.asks.again {
			return m.askRequests(), true
		}
		return nil, true
	}
	return nil, false
}

// settleRequests carries out what a screen asked for.
func (m *Model) settleRequests() tea.Cmd {
	var cmds []tea.Cmd
	if m.env.Day.Asked.Stale {
		cmds = append(cmds, m.readRequests())
	}
	if m.env.Day.Asked.Ask {
		cmds = append(cmds, m.askRequests())
	}
	return tea.Batch(cmds...)
}
