// Package today is the front desk's day: who comes, who is waited for, which
// acts have not been answered, which consents run out, and what is done. It
// holds no clinical content, whoever is signed in.
package today

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// ahead is how long before its end a consent is listed.
const ahead = 30 * 24 * time.Hour

// entry is what the field is for.
type entry int

const (
	entryNone entry = iota
	entryAdd
	entryPath
	entryLook // at a file before it is taken over
	entryOnly // whom to show
)

// Screen is the list.
type Screen struct {
	recents screen.Recents
	env     *screen.Env
	endings []ehrdesk.Ending
	known   bool // the endings are
	sel     int
	entry   entry
	in      widget.Input
	files   widget.Files // beneath the field for a path
	look    *look        // at a file that was read; nil: none
	sure    string       // the line that a second Del takes off

	ends screen.Job
	job  screen.Job
	// polling: the job asks the centre; otherwise it writes to this desk
	polling bool
}

type (
	endingsMsg = screen.Done[[]ehrdesk.Ending]
	poll       []ehrdesk.Task
	pollMsg    = screen.Done[poll]
	done       struct {
		added   int
		took    *taken // of a list that was taken over
		removed bool
		marked  bool
		act     bool // what was removed was an act not sent
	}
	lookMsg = screen.Done[*look]
)

// Written says that something was written to the day's list, or why not.
type Written = screen.Done[done]

// New is the list, read anew.
func New(env *screen.Env) (*Screen, tea.Cmd) {
	s := &Screen{env: env, in: widget.Input{Max: 400}}
	env.Day.Stale = true
	return s, tea.Batch(s.askEndings(), s.recents.Read(env))
}

// askEndings asks which consents run out: for who may renew one.
func (s *Screen) askEndings() tea.Cmd {
	session := s.env.Session
	if !s.env.TakesConsent() {
		return nil
	}
	var cmd tea.Cmd
	s.ends, cmd = screen.Start(s.env, 15*time.Second, "", func(ctx context.Context) ([]ehrdesk.Ending, error) { return session.Endings(ctx, ahead) })
	return cmd
}

// Scope is the list, the field above it, or the files.
func (s *Screen) Scope() intent.Scope {
	switch s.entry {
	case entryAdd, entryOnly:
		return intent.TodayField
	case entryPath:
		return intent.TodayFile
	case entryLook:
		return intent.TodayPreview
	case entryNone:
	}
	return intent.TodayList
}

// Field is the one for a number or a file.
func (s *Screen) Field() *widget.Input {
	if s.entry == entryNone || s.entry == entryLook || s.job.Running() {
		return nil
	}
	return &s.in
}

// Handle carries out a wish.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	if s.job.Running() {
		if in.ID == intent.Back {
			s.job.Stop()
			s.env.Day.Stale = true // it may have been done before it heard
			s.env.Say(s.env.S(s.env.T.Common.Cancelled))
		}
		return nil
	}
	switch s.entry {
	case entryLook:
		return s.handleLook(in)
	case entryAdd, entryPath:
		return s.handleField(in)
	case entryOnly:
		return s.handleOnly(in)
	case entryNone:
	}
	rows := s.rows()
	if in.ID != intent.Remove {
		s.sure = ""
	}
	s.sel = s.at(rows)
	switch in.ID {
	case intent.Up:
		s.sel--
	case intent.Down:
		s.sel++
	case intent.PageUp:
		s.sel -= 10
	case intent.PageDown:
		s.sel += 10
	case intent.Top:
		s.sel = 0
	case intent.Bottom:
		s.sel = len(rows) - 1
	case intent.Now:
		s.sel = s.next(rows)
	case intent.Search:
		s.begin(entryOnly)
		return nil
	case intent.AddArrival:
		s.begin(entryAdd)
	case intent.ImportList:
		return s.chooseFile()
	case intent.Recheck:
		return tea.Batch(s.poll(), s.askEndings())
	case intent.Back:
		if s.env.Day.Only != "" {
			s.env.Day.Only = ""
			return nil
		}
		s.env.Go(screen.ToLast{})
	}
	s.sel = min(max(s.sel, 0), max(0, len(rows)-1))
	if len(rows) == 0 {
		return nil
	}
	r := rows[s.sel]
	s.env.Day.Row = r.key()
	switch in.ID {
	case intent.Accept:
		s.env.Go(screen.ToFind{Number: r.number(), FromDay: true})
	case intent.Renew:
		s.renew(r)
	case intent.Remove:
		return s.remove(r)
	case intent.MarkHere, intent.MarkIn, intent.MarkSeen, intent.MarkAway, intent.MarkBooked:
		return s.mark(r, in.ID)
	}
	return nil
}

func (s *Screen) renew(r row) {
	if r.ending == nil {
		s.env.Warn(s.env.S(s.env.T.Today.NotRenew))
		return
	}
	s.env.Go(screen.ToRenew{Finding: ehrdesk.Finding{Participation: ehrdesk.Registered, Patient: r.ending.Patient, Consent: r.ending.Consent, Checked: s.env.Now()}})
}

// remove takes a line off at the second press. What was not sent yet is named.
func (s *Screen) remove(r row) tea.Cmd {
	t, e := &s.env.T.Today, s.env
	switch {
	case r.ending != nil:
		e.Warn(e.S(t.EndingStays))
		return nil
	case r.task.Kind == ehrdesk.TaskReport:
		e.Warn(e.S(t.ReportStays))
		return nil
	case r.task.Kind == ehrdesk.TaskAct && r.task.State == ehrdesk.TaskUnknown:
		e.Warn(e.S(t.UnknownStays))
		return nil
	case s.sure != r.task.ID:
		s.sure = r.task.ID
		ask := t.RemoveAsk
		if r.task.Kind == ehrdesk.TaskAct {
			ask = t.GivenUpAsk
		}
		e.Warn(e.S(ask))
		return nil
	}
	s.sure = ""
	session, task := e.Session, r.task
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(e, 10*time.Second, "", func(ctx context.Context) (done, error) {
		return done{removed: true, act: task.Kind == ehrdesk.TaskAct}, session.DropTask(ctx, task.ID)
	})
	return cmd
}

func (s *Screen) poll() tea.Cmd {
	session := s.env.Session
	var cmd tea.Cmd
	s.polling = true
	s.job, cmd = screen.Start(s.env, time.Minute, "", func(ctx context.Context) (poll, error) { return session.Poll(ctx) })
	return cmd
}

// Update takes what came of a job.
func (s *Screen) Update(msg tea.Msg) (tea.Cmd, bool) {
	if s.recents.Update(msg) {
		return nil, true
	}
	e, t := s.env, &s.env.T.Today
	switch m := msg.(type) {
	case endingsMsg:
		if !s.ends.Takes(m.Req) {
			return nil, false
		}
		s.known = m.Err == nil
		s.endings = m.Value
	case pollMsg:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		e.Day.Stale, e.Day.Shut = true, ehrdesk.CodeOf(m.Err) == ehrdesk.CodeNotSignedIn
		switch {
		case m.Err != nil:
			e.Warn(e.ExplainLine(m.Err))
		case len(m.Value) == 0:
			e.Say(e.S(t.Asked))
		}
	case Written:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		e.Day.Stale, e.Day.Tell = true, true
		s.told(m)
	case lookMsg:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		s.looked(m)
	case widget.FolderMsg:
		s.files.Update(m)
	default:
		return nil, false
	}
	return nil, true
}

func (s *Screen) told(m Written) {
	e, t := s.env, &s.env.T.Today
	switch {
	case m.Value.marked && ehrdesk.CodeOf(m.Err) == ehrdesk.CodeConflict:
		e.Warn(e.S(t.MarkNot))
	case ehrdesk.CodeOf(m.Err) == ehrdesk.CodeConflict:
		e.Warn(e.S(t.Sending))
	case m.Err != nil:
		e.Warn(e.ExplainLine(m.Err))
	case m.Value.removed && m.Value.act:
		e.Say(e.S(t.GivenUp))
	case m.Value.removed:
		e.Say(e.S(t.Removed))
	case m.Value.marked: // the line says so
	case m.Value.took != nil:
		s.toldTaken(*m.Value.took)
		s.close()
	default:
		e.Say(text.Sprintf(e.S(t.Added), m.Value.added))
		s.close()
	}
}

// close goes back to the list.
func (s *Screen) close() {
	s.entry, s.look = entryNone, nil
	s.in.Clear()
}

// lines names the first few lines that were not read.
func lines(n []int) string {
	var words []string
	for i, l := range n {
		if i == 5 {
			return strings.Join(words, ", ") + " …"
		}
		words = append(words, fmt.Sprint(l))
	}
	return strings.Join(words, ", ")
}

// DisabledReason says why an intent cannot be carried out now.
func (s *Screen) DisabledReason(id intent.ID) string {
	switch id {
	case intent.Consent, intent.Withdraw, intent.Sync:
		return s.env.S(s.env.T.Common.NoPatient)
	case intent.Today:
		return s.env.S(s.env.T.Today.Title)
	case intent.Renew:
		if r, ok := s.chosen(); !ok || r.ending == nil {
			return s.env.S(s.env.T.Today.NotRenew)
		}
	case intent.MarkHere, intent.MarkIn, intent.MarkSeen, intent.MarkAway, intent.MarkBooked:
		if r, ok := s.chosen(); !ok || r.ending != nil || r.task.Kind != ehrdesk.TaskArrival {
			return s.env.S(s.env.T.Today.MarkWho)
		}
	}
	return ""
}

// HintFor names what Enter does.
func (s *Screen) HintFor(id intent.ID) string {
	if id != intent.Accept {
		return ""
	}
	switch {
	case s.entry == entryLook:
		return s.env.S(s.env.T.Import.TakeHint)
	case s.entry == entryOnly:
		return s.env.S(s.env.T.Today.OnlyHint)
	case s.entry == entryAdd || !s.in.Empty():
		return s.env.S(s.env.T.Today.AddHint)
	case s.entry == entryPath:
		return s.env.S(s.env.T.Today.ChooseHint)
	}
	return s.env.S(s.env.T.Today.OpenHint)
}

// Unsaved is false: what was added is on the disk.
func (s *Screen) Unsaved() bool { return false }

// Leave cancels what is asked for. What is being written is written.
func (s *Screen) Leave() {
	s.ends.Stop()
	if s.polling {
		s.job.Stop()
	}
	s.job.Drop()
	s.recents.Forget()
	s.close()
}

var _ interface {
	screen.Screen
	screen.Concealer
	screen.Resumer
} = (*Screen)(nil)

// Conceal forgets what was being typed, and whose charts were opened, before the desk
// is locked.
func (s *Screen) Conceal() {
	if s.entry == entryLook {
		s.close()
	}
	s.in.Clear()
	s.recents.Forget()
}

// Resume reads again what was forgotten.
func (s *Screen) Resume() tea.Cmd { return s.recents.Read(s.env) }
