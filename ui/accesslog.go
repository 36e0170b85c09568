package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// logView is which log is looked at.
type logView uint8

const (
	logHere    logView = iota // this desk's
	logUnusual                // what of the centre's somebody has to look at
	logBeside                 // the two beside each other
)

// accessLog is the desk's access log: who looked at what, when and why; and for a security
// officer what the centre wrote down. It opens over any screen and closes none.
type accessLog struct {
	plain
	m       *Model
	patient string // of the screen behind, "" for none
	view    logView
	in      widget.Input
	typing  bool // in is in focus
	turned  int  // of the view's selections
	filter  logFilter
	chooser *logChooser
	asking  bool // whether a report is to be written
	sel     int
	wrong   error
	job     screen.Job // reads this desk's log
	rows    []logRow   // of the view
	shown   []int

	here   []ehrdesk.LogEntry
	loaded bool
	other  otherLog
	saving screen.Job
}

// otherLog is what the centre said, asked once.
type otherLog struct {
	job    screen.Job
	loaded bool
	wrong  error
	c      ehrdesk.LogComparison
}

// logRow is one row of any view. e is what filters judge.
type logRow struct {
	e       *ehrdesk.AuditEvent
	seq     int64
	centre  *ehrdesk.CentreEntry
	compare *ehrdesk.Compared
	hay     string // what it is found by, lower case
}

type (
	logMsg     = screen.Done[[]ehrdesk.LogEntry]
	compareMsg = screen.Done[ehrdesk.LogComparison]
)

func newAccessLog(m *Model) (*accessLog, tea.Cmd) {
	l := &accessLog{m: m, in: widget.Input{Max: 60}}
	if p, ok := m.patient(); ok {
		l.patient = p.ID
	}
	session := m.env.Session
	var cmd tea.Cmd
	l.job, cmd = screen.Start(m.env, 30*time.Second, "", func(ctx context.Context) ([]ehrdesk.LogEntry, error) {
		return session.AccessLog(ctx)
	})
	return l, cmd
}

func (l *accessLog) Scope() intent.Scope { return intent.LogBox }

func (l *accessLog) Field() *widget.Input {
	if !l.typing {
		return nil
	}
	return &l.in
}

func (l *accessLog) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case logMsg:
		if !l.job.Takes(m.Req) {
			return nil, false
		}
		if l.wrong = m.Err; m.Err == nil || len(m.Value) > 0 {
			l.loaded, l.here = true, m.Value
		}
		l.show()
		return nil, true
	case compareMsg:
		if !l.other.job.Takes(m.Req) {
			return nil, false
		}
		l.other.wrong, l.other.loaded, l.other.c = m.Err, m.Err == nil, m.Value
		l.show()
		return nil, true
	case savedMsg:
		if !l.saving.Takes(m.Req) {
			return nil, false
		}
		if m.Err != nil {
			l.m.warn(l.m.env.ExplainLine(m.Err))
		} else {
			l.m.env.Say(text.Sprintf(l.m.env.S(l.m.env.T.Log.Saved), m.Value.entries, ehrdesk.CleanLine(m.Value.name)))
		}
		return nil, true
	}
	return nil, false
}

func (l *accessLog) Leave() {
	l.job.Stop()
	l.other.job.Stop()
	l.saving.Stop()
}

func (l *accessLog) Handle(in intent.Intent) tea.Cmd {
	switch {
	case l.asking:
		return l.answer(in)
	case l.chooser != nil && l.handleFilter(in):
		return nil
	}
	step := map[intent.ID]int{intent.Up: -1, intent.Down: 1, intent.PageUp: -10, intent.PageDown: 10, intent.Top: -len(l.shown), intent.Bottom: len(l.shown)}
	switch in.ID {
	case intent.Edited:
		l.narrow()
	case intent.NextPane:
		l.turn(1)
	case intent.PrevPane:
		l.turn(-1)
	case intent.Search:
		l.typing = l.ready()
	case intent.Accept:
		l.typing = false
	case intent.Filter:
		l.choose()
	case intent.OtherView:
		return l.turnView()
	case intent.SaveReport:
		l.ask()
	case intent.Back:
		if l.typing {
			l.typing = false
			return nil
		}
		l.Leave()
		l.m.dismiss()
	}
	l.sel = min(max(l.sel+step[in.ID], 0), max(0, len(l.shown)-1))
	return nil
}

// ready is whether the view has something to show.
func (l *accessLog) ready() bool {
	if l.view == logHere {
		return l.loaded
	}
	return l.other.loaded
}

// turnView goes to the next view. What the centre wrote down is asked for when an officer
// first looks at it, and nobody else is offered it.
func (l *accessLog) turnView() tea.Cmd {
	e := l.m.env
	session, ok := e.Session.(ehrdesk.LogComparer)
	if !e.Account().Role.ReadsLogs() || !ok {
		e.Warn(e.S(e.T.Log.Officer))
		return nil
	}
	l.view = (l.view + 1) % 3
	l.turned, l.typing = 0, false
	var cmd tea.Cmd
	if l.view != logHere && !l.other.loaded && !l.other.job.Running() {
		until := e.Now()
		l.other.wrong = nil
		l.other.job, cmd = screen.Start(e, time.Minute, "", func(ctx context.Context) (ehrdesk.LogComparison, error) {
			return session.CompareLogs(ctx, until.AddDate(0, 0, -7), until)
		})
	}
	l.show()
	return cmd
}

// turn goes to another selection of the view; this desk's without a patient behind has three.
func (l *accessLog) turn(by int) {
	n := len(l.selections())
	l.turned = (l.turned + by + n) % n
	l.narrow()
}

// selections are what Tab goes through.
func (l *accessLog) selections() []text.T {
	t := &l.m.env.T.Log
	switch {
	case l.view == logBeside:
		return t.Compared[:]
	case l.view == logUnusual:
		return t.Filters[:1]
	case l.patient == "":
		return t.Filters[:3]
	}
	return t.Filters[:]
}

// show makes the rows of the view.
func (l *accessLog) show() {
	l.rows = nil
	switch l.view {
	case logHere:
		for i := range l.here {
			e := &l.here[i]
			l.rows = append(l.rows, logRow{e: &e.AuditEvent, seq: e.Seq})
		}
	case logUnusual:
		for i := range slices.Backward(l.other.c.Centre) {
			if e := &l.other.c.Centre[i]; e.Unusual() {
				l.rows = append(l.rows, logRow{e: &e.AuditEvent, centre: e})
			}
		}
	case logBeside:
		for i := range slices.Backward(l.other.c.Rows) {
			c := &l.other.c.Rows[i]
			e := c.Event()
			r := logRow{e: &e, centre: c.Centre, compare: c}
			if c.Here != nil {
				r.seq = c.Here.Seq
			}
			l.rows = append(l.rows, r)
		}
	}
	for i := range l.rows {
		l.rows[i].hay = l.words(&l.rows[i])
	}
	l.narrow()
}

// narrow keeps the rows that the selection, the filter and every word typed leave.
func (l *accessLog) narrow() {
	l.shown, l.sel = l.shown[:0], 0
	terms := strings.Fields(strings.ToLower(l.in.Text()))
	now := l.m.env.Now()
	f := l.filter.meant(now)
	for i := range l.rows {
		r := &l.rows[i]
		fits := f.Fits(r.e) && l.selected(r, now)
		for _, t := range terms {
			fits = fits && strings.Contains(r.hay, t)
		}
		if fits {
			l.shown = append(l.shown, i)
		}
	}
}

// selected is whether a row is of the selection that Tab went to.
func (l *accessLog) selected(r *logRow, now time.Time) bool {
	switch {
	case l.view == logBeside && l.turned == 0:
		return r.compare.Difference != ehrdesk.NoDifference
	case l.view == logBeside && l.turned == 1:
		return r.compare.Difference.Fault()
	case l.view != logHere || l.turned == 0:
		return true
	case l.turned == 1:
		y, m, d := now.Date()
		ey, em, ed := r.e.At.In(now.Location()).Date()
		return ey == y && em == m && ed == d
	case l.turned == 2:
		return r.e.Outcome != "" || r.e.Action == ehrdesk.AuditIncident || r.e.Action == ehrdesk.AuditSealed
	}
	return r.e.Patient == l.patient
}
