package ui

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// day keeps up with what the front desk waits for, whatever screen is in front:
// it asks the centre from time to time, and at once when the centre hints that
// something has changed.
type day struct {
	load    screen.Job
	poll    screen.Job
	fetch   screen.Job // of records, before they are opened
	look    screen.Job // of what others have changed, being noted as looked at
	asked   time.Time
	again   bool               // a hint came while the centre was being asked: the answer may be from before it
	stop    context.CancelFunc // of the listener to hints
	run     uint64             // its number: hints of a session before are dropped
	reads   *atomic.Uint64     // how many readings of the list were begun
	shown   uint64             // the number of that on the screen: one begun before it is dropped
	trouble ehrdesk.Code       // what sharing the list last failed of, as it was said
	ahead   bool               // that this desk's clock was ahead was said
	rings   bool               // the bell is to ring
	rang    time.Time          // when it last did
	mine    bool               // of what it is to ring for something is critical, and theirs now
	turns   map[string]bool    // what was critical and theirs as the cases were last read, by envelope
	asks    asked
	cases   followed
}

// How often the centre is asked: while something is waited for, and for what colleagues have done,
// which it hints at besides.
const (
	pollEvery  = 15 * time.Second
	shareEvery = time.Minute
)

type (
	dayRead struct {
		n      uint64
		tasks  []ehrdesk.Task
		shared bool  // it was brought into step before, or was to be
		err    error // why not
	}
	dayNews struct {
		changed []ehrdesk.Task
		all     dayRead
	}
	dayMsg  = screen.Done[dayRead]
	newsMsg = screen.Done[dayNews]
	hintMsg struct {
		run  uint64
		hint ehrdesk.Hint
		err  error
	}
)

// beginDay reads the day of a session just begun and listens for hints.
func (m *Model) beginDay() tea.Cmd {
	m.endDay()
	m.env.Day = screen.Day{}
	ctx, stop := context.WithCancel(context.Background())
	m.day.stop = stop
	return tea.Batch(m.readDay(), m.nextHint(ctx), m.readRequests(), m.askRequests(), m.readCases(), m.askCases())
}

// endDay stops what runs for the session.
func (m *Model) endDay() {
	m.day.load.Stop()
	m.day.poll.Stop()
	m.day.fetch.Stop()
	m.day.asks.load.Stop()
	m.day.asks.fetch.Stop()
	m.day.cases.load.Stop()
	m.day.cases.fetch.Stop()
	m.day.cases.ahead.job.Stop()
	if m.day.stop != nil {
		m.day.stop()
	}
	m.day = day{run: m.day.run + 1, reads: &atomic.Uint64{}, rang: m.day.rang}
	m.env.Day = screen.Day{}
}

func (m *Model) readDay() tea.Cmd {
	session := m.env.Session
	if session == nil {
		return nil
	}
	m.env.Day.Stale = false
	m.day.load.Stop()
	var cmd tea.Cmd
	reads := m.day.reads
	m.day.load, cmd = screen.Start(m.env, 10*time.Second, "", func(ctx context.Context) (dayRead, error) { return read(ctx, session, reads) })
	return cmd
}

// read reads the list. Two readings may end in another order than they were begun in; the one that
// was begun later knows more.
func read(ctx context.Context, session ehrdesk.Session, reads *atomic.Uint64) (dayRead, error) {
	n := reads.Add(1)
	tasks, err := session.Tasks(ctx)
	return dayRead{n: n, tasks: tasks}, err
}

// show puts what was read on the screen.
func (m *Model) show(r dayRead) (rings tea.Cmd) {
	if r.n > m.day.shown {
		if m.env.Day.Read { // of the first reading nothing is news
			rings = m.ring(m.env.Day.Tasks, r.tasks)
		}
		m.env.Day.Tasks, m.env.Day.Read, m.day.shown = m.env.Day.Looks.Told(r.tasks), true, r.n
		m.sayAhead()
	}
	return rings
}

// sayUnshared says once why the list could not be brought into step with the other desks'. That
// there is no line stands in the foot of the screen, and who has to sign in is told by Poll.
func (m *Model) sayUnshared(err error) {
	code := ehrdesk.CodeOf(err)
	switch code {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeNotSignedIn:
		return
	}
	if code != "" && code != m.day.trouble && m.lock == nil {
		m.aloud(text.Sprintf(m.env.S(m.env.T.Today.NotInStep), m.env.Reason(ehrdesk.Refusal(code))), true)
	}
	m.day.trouble = code
}

// sayAhead says once that what was marked here is not taken yet because of this desk's clock.
func (m *Model) sayAhead() {
	ahead := slices.ContainsFunc(m.env.Day.Tasks, func(t ehrdesk.Task) bool { return t.Unshared == ehrdesk.UnsharedClock })
	if ahead && !m.day.ahead && m.lock == nil {
		m.aloud(m.env.S(m.env.T.Today.ClockAhead), true)
	}
	m.day.ahead = ahead
}

// wroteDay reads what was written to the list while nobody waited for it, or says why it was not.
func (m *Model) wroteDay(err error) {
	if m.env.Session == nil {
		return
	}
	m.env.Day.Stale, m.env.Day.Tell = true, true
	if err != nil {
		m.aloud(m.env.ExplainLine(err), true)
	}
}

// askDay asks the centre about what is waited for. Where it is being asked already it is
// asked once more afterwards.
func (m *Model) askDay() tea.Cmd {
	session := m.env.Session
	if session == nil || m.env.Locked {
		return nil
	}
	if m.day.poll.Running() {
		m.day.again = true
		return nil
	}
	m.day.asked, m.day.again = m.env.Now(), false
	reads := m.day.reads
	var cmd tea.Cmd
	m.day.poll, cmd = screen.Start(m.env, time.Minute, "", func(ctx context.Context) (dayNews, error) {
		changed, err := session.Poll(ctx)
		shared, failed := true, error(nil)
		if sharer, ok := session.(ehrdesk.DaySharer); ok && err != nil { // it may be of something else
			if _, failed = sharer.Share(ctx); failed != nil {
				shared = ctx.Err() == nil
			}
		}
		all, e := read(context.WithoutCancel(ctx), session, reads)
		all.shared, all.err = shared, failed
		if e != nil {
			return dayNews{changed: changed}, e
		}
		return dayNews{changed, all}, err
	})
	return cmd
}

// shareDay takes over what colleagues have said of the day, and nothing else, so that it is on the
// screen at once.
func (m *Model) shareDay() tea.Cmd {
	session := m.env.Session
	sharer, ok := session.(ehrdesk.DaySharer)
	if !ok || m.env.Locked || m.day.poll.Running() {
		return m.askDay()
	}
	m.day.load.Stop()
	reads := m.day.reads
	var cmd tea.Cmd
	m.day.load, cmd = screen.Start(m.env, time.Minute, "", func(ctx context.Context) (dayRead, error) {
		_, failed := sharer.Share(ctx) // without an answer it is asked for again within a minute
		r, err := read(ctx, session, reads)
		r.shared, r.err = true, failed
		return r, err
	})
	return cmd
}

// secondOfDay is what passes with time.
func (m *Model) secondOfDay() tea.Cmd {
	every := shareEvery
	if m.env.Day.Asks() {
		every = pollEvery
	}
	if m.env.Session != nil && m.lock == nil && !m.day.poll.Running() && (m.env.Now().Sub(m.day.asked) >= every || m.lineBack()) {
		return tea.Batch(m.askDay(), m.askRequests(), m.askCases(), m.rung())
	}
	return m.rung()
}

// lineBack reports that the line has come back since the centre was last asked: what was done apart is
// told at once.
func (m *Model) lineBack() bool {
	l := m.env.Session.Link()
	return l.State == ehrdesk.Online && l.Since.After(m.day.asked)
}

// tookDay takes the day, or news of it; used is false for another message.
func (m *Model) tookDay(msg tea.Msg) (cmd tea.Cmd, used bool) {
	if cmd, used = m.tookRequests(msg); used {
		return cmd, true
	}
	if cmd, used = m.tookCases(msg); used {
		return cmd, true
	}
	switch msg := msg.(type) {
	case dayMsg:
		if m.day.load.Takes(msg.Req) && msg.Err == nil {
			cmd = m.show(msg.Value)
			if msg.Value.shared {
				m.sayUnshared(msg.Value.err)
				return tea.Batch(cmd, m.fetchAhead()), true
			}
		}
		return cmd, true
	case newsMsg:
		if !m.day.poll.Takes(msg.Req) {
			return nil, true
		}
		var rings tea.Cmd
		if m.lock == nil {
			rings = m.show(msg.Value.all)
		}
		said := tea.Batch(m.sayNews(msg.Value.changed), rings)
		m.shutOut(msg.Err)
		if msg.Value.all.shared {
			m.sayUnshared(msg.Value.all.err)
		}
		m.env.Day.Asked.Stale = true // a step that waited may have gone
		said = tea.Batch(said, m.fetchAhead(), m.sent())
		if m.day.again {
			return tea.Batch(said, m.askDay()), true
		}
		return said, true
	case aheadMsg:
		m.tookAhead(msg)
		return nil, true
	case hintMsg:
		return m.hinted(msg), true
	case lookedMsg:
		if m.day.look.Takes(msg.Req) {
			m.env.Day.Stale = true // read without what was looked at, or with it again where that could not be noted
		}
		return nil, true
	}
	return nil, false
}

// shutOut says once that the line is there and the person has to sign in again before what
// waits is sent.
func (m *Model) shutOut(err error) {
	was := m.env.Day.Shut
	if m.env.Day.Shut = ehrdesk.CodeOf(err) == ehrdesk.CodeNotSignedIn; m.env.Day.Shut && !was && m.lock == nil {
		m.say, m.bad, m.sayAt = m.env.S(m.env.T.Today.NewsShut), true, m.env.Now()
	}
}

// heard tells the screens, also the record that is open behind the one in front.
func (m *Model) heard(h ehrdesk.Hint) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range []screen.Screen{m.main, m.aside.chart} {
		if l, ok := s.(screen.Listener); ok {
			cmds = append(cmds, l.Heard(h))
		}
	}
	return tea.Batch(cmds...)
}

// sent tells the record that is open, in front or behind another screen, that what waited was sent.
func (m *Model) sent() tea.Cmd {
	if m.lock != nil {
		return nil
	}
	var cmds []tea.Cmd
	for _, s := range []screen.Screen{m.main, m.aside.chart} {
		if l, ok := s.(screen.Sender); ok {
			cmds = append(cmds, l.Sent())
		}
	}
	return tea.Batch(cmds...)
}

// nextHint waits for one hint, in the background.
func (m *Model) nextHint(ctx context.Context) tea.Cmd {
	session, run := m.env.Session, m.day.run
	if session == nil {
		return nil
	}
	return screen.InBackground(func() (msg tea.Msg) {
		defer func() {
			if recover() != nil { // what it would print may hold data
				msg = nil
			}
		}()
		h, err := session.NextHint(ctx)
		if err != nil && ctx.Err() != nil {
			return nil
		}
		return hintMsg{run, h, err}
	})
}

// hinted asks about what a hint may concern. It is a reason to ask, nothing more.
func (m *Model) hinted(msg hintMsg) tea.Cmd {
	if msg.run != m.day.run || msg.err != nil || m.env.Session == nil {
		return nil
	}
	ctx, stop := context.WithCancel(context.Background())
	if m.day.stop != nil {
		m.day.stop()
	}
	m.day.stop = stop
	cmds := []tea.Cmd{m.nextHint(ctx)}
	switch msg.hint.Kind {
	case ehrdesk.HintDay:
		return tea.Batch(append(cmds, m.shareDay())...)
	case ehrdesk.HintRequest:
		return tea.Batch(append(cmds, m.askRequests())...)
	case ehrdesk.HintCase:
		return tea.Batch(append(cmds, m.askCases())...)
	case ehrdesk.HintConsent, ehrdesk.HintRecord:
	}
	for _, t := range m.env.Day.Tasks {
		if t.Kind == ehrdesk.TaskWait && t.State == ehrdesk.TaskOpen && t.Patient.ID == msg.hint.Patient {
			cmds = append(cmds, m.askDay())
			break
		}
	}
	if m.lock == nil {
		cmds = append(cmds, m.heard(msg.hint))
	}
	return tea.Batch(cmds...)
}
