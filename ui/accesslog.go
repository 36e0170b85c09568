package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// accessLog is the desk's access log: who looked at what, when and why. It opens
// over any screen and closes none.
type accessLog struct {
	plain
	m       *Model
	patient string // of the screen behind, "" for none
	in      widget.Input
	filter  int // of the catalogue's four
	sel     int
	job     screen.Job
	loaded  bool
	wrong   error
	all     []ehrdesk.LogEntry
	hay     []string // what each is found by, lower case
	shown   []int
}

type logMsg = screen.Done[[]ehrdesk.LogEntry]

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
	if !l.loaded {
		return nil
	}
	return &l.in
}

func (l *accessLog) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(logMsg)
	if !ok || !l.job.Takes(m.Req) {
		return nil, false
	}
	if l.wrong = m.Err; m.Err == nil || len(m.Value) > 0 {
		l.loaded, l.all = true, m.Value
		l.hay = make([]string, len(l.all))
		for i := range l.all {
			l.hay[i] = l.words(&l.all[i])
		}
		l.narrow()
	}
	return nil, true
}

func (l *accessLog) Leave() { l.job.Stop() }

func (l *accessLog) Handle(in intent.Intent) tea.Cmd {
	switch in.ID {
	case intent.Edited:
		l.narrow()
	case intent.NextPane:
		l.turn(1)
	case intent.PrevPane:
		l.turn(-1)
	case intent.Up:
		l.sel--
	case intent.Down:
		l.sel++
	case intent.PageUp:
		l.sel -= 10
	case intent.PageDown:
		l.sel += 10
	case intent.Back:
		l.job.Stop()
		l.m.dismiss()
	}
	l.sel = min(max(l.sel, 0), max(0, len(l.shown)-1))
	return nil
}

// turn goes to another selection; without a patient behind there are three.
func (l *accessLog) turn(by int) {
	n := 4
	if l.patient == "" {
		n = 3
	}
	l.filter = (l.filter + by + n) % n
	l.narrow()
}

// words are what an entry is found by, in the screen's language and as tokens.
func (l *accessLog) words(e *ehrdesk.LogEntry) string {
	env := l.m.env
	return strings.ToLower(strings.Join([]string{
		l.when(e), e.Staff, env.RoleName(e.Role), string(e.Action), env.S(env.T.Log.Actions[e.Action]), e.Patient,
		string(e.Purpose), e.Reason, string(e.Outcome), e.Detail, fmt.Sprint(e.Seq),
	}, " "))
}

func (l *accessLog) when(e *ehrdesk.LogEntry) string {
	if e.At.IsZero() {
		return fmt.Sprintf("%20d", e.Seq) // an entry that cannot be read has its number alone
	}
	at := e.At.In(l.m.env.Now().Location()).Format("02-Jan-2006 15:04:05")
	if e.TimeUncertain {
		at += "?"
	}
	return at
}

// narrow keeps the entries that the selection and every word typed leave.
func (l *accessLog) narrow() {
	l.shown, l.sel = l.shown[:0], 0
	terms := strings.Fields(strings.ToLower(l.in.Text()))
	y, m, d := l.m.env.Now().Date()
	for i := range l.all {
		e := &l.all[i]
		fits := true
		switch l.filter {
		case 1:
			ey, em, ed := e.At.In(l.m.env.Now().Location()).Date()
			fits = ey == y && em == m && ed == d
		case 2:
			fits = e.Outcome != "" || e.Action == ehrdesk.AuditIncident || e.Action == ehrdesk.AuditSealed
		case 3:
			fits = e.Patient == l.patient
		}
		for _, t := range terms {
			fits = fits && strings.Contains(l.hay[i], t)
		}
		if fits {
			l.shown = append(l.shown, i)
		}
	}
}

func (l *accessLog) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := l.m.env, &l.m.env.T.Log
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 150), H: r.H}
	x := c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.Title))
	c.SetCursor(in.X, in.Y)
	switch {
	case l.job.Running():
		c.Put(in.X, in.Y+2, in.Right(), theme.Syncing, e.Progress(&l.job, t.Loading))
		return
	case l.wrong != nil:
		words := e.ExplainLine(l.wrong)
		if ehrdesk.CodeOf(l.wrong) == ehrdesk.CodeTampered {
			words = e.S(t.Broken)
		}
		used := widget.Para(c, in.From(2), theme.Critical, "! "+words)
		if !l.loaded {
			return
		}
		in = in.From(2 + used)
	}
	x = c.Put(x+2, r.Y, in.Right(), theme.Muted, text.Sprintf(e.S(t.Entries), len(l.shown), len(l.all)))
	if l.wrong == nil {
		c.Put(x+2, r.Y, in.Right(), theme.Good, "● "+e.S(t.Unbroken))
	}
	x = c.Put(in.X, in.Y+1, in.Right(), theme.Label, e.S(t.Narrow)+"  ")
	l.in.Draw(c, x, in.Y+1, min(36, in.Right()-x), true)
	c.Put(x+min(36, in.Right()-x)+2, in.Y+1, in.Right(), theme.Strong, "‹ "+e.S(t.Filters[l.filter])+" ›")
	c.Put(in.X, in.Y+2, in.Right(), theme.Muted, e.S(t.Keys))
	const details = 5
	list := paint.Rect{X: in.X, Y: in.Y + 4, W: in.W, H: max(1, in.H-4-details-1)}
	switch {
	case len(l.all) == 0:
		widget.Para(c, list, theme.Dialog, e.S(t.Empty))
		return
	case len(l.shown) == 0:
		widget.Para(c, list, theme.Dialog, e.S(t.NoneMatch))
		return
	}
	first := max(0, min(l.sel-list.H/2, len(l.shown)-list.H))
	for i := 0; i < list.H && first+i < len(l.shown); i++ {
		l.row(c, list, list.Y+i, &l.all[l.shown[first+i]], first+i == l.sel)
	}
	c.HLine(in.X, list.Bottom(), in.Right(), theme.Rule)
	l.detail(c, paint.Rect{X: in.X, Y: list.Bottom() + 1, W: in.W, H: details}, &l.all[l.shown[l.sel]])
}

// row is one entry: when, who, which patient, what, how it ended.
func (l *accessLog) row(c *paint.Canvas, r paint.Rect, y int, e *ehrdesk.LogEntry, selected bool) {
	env, t := l.m.env, &l.m.env.T.Log
	st, note := theme.Dialog, theme.Muted
	if selected {
		st, note = theme.Selected, theme.Selected
		c.Fill(paint.Rect{X: r.X - 1, Y: y, W: r.W + 1, H: 1}, st, ' ')
	}
	c.Item(r.X, y, selected)
	if selected {
		c.Put(r.X-1, y, r.Right(), st, "▸")
	}
	c.Put(r.X, y, r.Right(), st, l.when(e))
	c.Put(r.X+22, y, r.X+33, st, ehrdesk.CleanLine(e.Staff))
	c.Put(r.X+34, y, r.X+43, note, short(e.Patient))
	x := c.Put(r.X+44, y, r.Right(), st, env.S(t.Actions[e.Action]))
	if e.Outcome != "" {
		out := st
		if !selected {
			out = theme.Abnormal
		}
		c.Put(x+1, y, r.Right(), out, paint.Cut("– "+env.S(env.T.Errors.ByCode(e.Outcome).What), r.Right()-x-1))
	}
}

// short is the beginning of a centre's id, enough to tell neighbours apart.
func short(id string) string {
	if len(id) > 8 {
		return id[:8]
	}
	return id
}

// detail is everything an entry holds.
func (l *accessLog) detail(c *paint.Canvas, r paint.Rect, e *ehrdesk.LogEntry) {
	env, t := l.m.env, &l.m.env.T.Log
	var pairs []widget.Pair
	add := func(label, value string) {
		if value != "" {
			pairs = append(pairs, widget.Pair{Label: label, Value: ehrdesk.CleanLine(value), Style: theme.Dialog, LabelStyle: theme.Label})
		}
	}
	add(env.S(t.Entry), fmt.Sprint(e.Seq))
	if e.TimeUncertain {
		add(env.S(t.Time), env.S(t.Unsure))
	}
	add(env.S(t.Who), e.Staff)
	add(env.S(t.Role), env.RoleName(e.Role))
	add(env.S(t.Where), e.Location)
	add(env.S(t.Patient), e.Patient)
	if e.Purpose != "" {
		add(env.S(t.Purpose), env.S(env.T.Find.Purposes[e.Purpose]))
	}
	add(env.S(t.Reason), e.Reason)
	if e.Outcome == "" {
		add(env.S(t.Outcome), env.S(t.Done))
	} else {
		add(env.S(t.Outcome), env.S(env.T.Errors.ByCode(e.Outcome).What))
	}
	add(env.S(t.Detail), e.Detail)
	if e.Card != nil {
		add(env.S(t.Card), env.S(env.T.Card.Proofs[e.Card.Proof])+" ("+e.Card.Profile+")")
	}
	widget.Flow(c, r, pairs, 3, true)
}
