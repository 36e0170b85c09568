// Package today is the front desk's day: who comes, who is waited for, which
// acts have not been answered, which consents run out, and what is done. It
// holds no clinical content, whoever is signed in; to who may see the record it
// says that a referral has no answer or a test no result, and not which.
package today

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
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
	entryLook  // at a file before it is taken over
	entryOnly  // whom to show
	entryCall  // what came of a call
	entryClose // at whom closing the day has called
)

// Screen is the list.
type Screen struct {
	recents screen.Recents
	held    screen.Copies
	names   screen.Names
	env     *screen.Env
	endings []ehrdesk.Ending
	results []ehrdesk.ResultsWaiting
	known   bool // the endings are
	sel     int
	entry   entry
	in      widget.Input
	files   widget.Files    // beneath the field for a path
	look    *look           // at a file that was read; nil: none
	call    *call           // whose page is open; nil: none
	closing *closing        // the look at whom closing the day has called; nil: none
	drawn   map[string]bool // lines that stood on the screen with what others have changed of them
	sure    string          // the line that a second Del takes off

	ends   screen.Job
	unseen screen.Job // reads the results that wait
	job    screen.Job
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
		called  ehrdesk.CallOutcome
		news    bool         // what waits of a patient was taken over
		of      ehrdesk.Task // the call or the review
		due     time.Time    // of a call that is made again
		closed  bool         // of the day: added are the calls
		act     bool         // what was removed was an act not sent
	}
	lookMsg = screen.Done[*look]
)

// Written says that something was written to the day's list, or why not.
type Written = screen.Done[done]

// New is the list, read anew.
func New(env *screen.Env) (*Screen, tea.Cmd) {
	s := &Screen{env: env, in: widget.Input{Max: 400}}
	env.Day.Stale = true
	return s, tea.Batch(s.askEndings(), s.askResults(), s.recents.Read(env), s.held.Read(env), s.names.Read(env))
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
	case entryCall:
		return intent.TodayCall
	case entryClose:
		return intent.TodayClose
	case entryNone:
	}
	return intent.TodayList
}

// Field is the one for a number or a file.
func (s *Screen) Field() *widget.Input {
	if s.entry == entryNone || s.entry == entryLook || s.entry == entryCall || s.entry == entryClose || s.job.Running() {
		return nil
	}
	return &s.in
}

// Handle carries out a wish.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	if s.job.Running() && !(s.entry == entryNone && moves(in.ID)) {
		if in.ID == intent.Back {
			s.job.Stop()
			s.env.Day.Stale = true // it may have been done before it heard
			s.env.Say(s.env.S(s.env.T.Common.Cancelled))
		} else {
			s.env.Warn(s.env.S(s.env.T.Common.StillRunning))
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
	case entryCall:
		return s.handleCall(in)
	case entryClose:
		return s.handleClose(in)
	case entryNone:
	}
	rows := s.rows()
	if in.ID != intent.Remove {
		s.sure = ""
	}
	s.sel = s.at(rows)
	var was row
	if len(rows) > 0 {
		was = rows[s.sel]
	}
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
	case intent.New:
		s.sel = s.nextChanged(rows)
	case intent.Search:
		s.begin(entryOnly)
		return nil
	case intent.Filter:
		s.nextPart()
		return nil
	case intent.AddArrival:
		s.begin(entryAdd)
	case intent.ImportList:
		return s.chooseFile()
	case intent.CloseDay:
		return s.lookMissed()
	case intent.Recheck:
		return tea.Batch(s.poll(), s.askEndings(), s.askResults())
	case intent.Back:
		if s.narrowed() {
			s.showAll()
			return nil
		}
		s.env.Go(screen.ToLast{})
	}
	s.sel = min(max(s.sel, 0), max(0, len(rows)-1))
	if len(rows) == 0 {
		return nil
	}
	r := rows[s.sel]
	s.left(was, r)
	s.env.Day.Row = r.key()
	switch in.ID {
	case intent.Accept:
		if r.task.State == ehrdesk.TaskHeld {
			s.env.Go(screen.ToApprove{ID: r.task.ID})
			return nil
		}
		s.opensAt(r)
		s.env.Go(screen.ToFind{Number: r.number(), FromDay: true})
	case intent.Renew:
		s.renew(r)
	case intent.NoteCall:
		if r.section == newsWait {
			return s.takeNews(r)
		}
		s.beginCall(r)
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
	case r.section == newsWait:
		e.Warn(e.S(e.T.News.Stays))
		return nil
	case r.section == resultsWait:
		e.Warn(e.S(e.T.Unseen.OnListStays))
		return nil
	case r.task.Kind.Called():
		e.Warn(e.S(e.T.Calls.Stays))
		return nil
	case r.task.Kind == ehrdesk.TaskReport:
		e.Warn(e.S(t.ReportStays))
		return nil
	case r.task.Kind == ehrdesk.TaskAct && r.task.State == ehrdesk.TaskUnknown:
		e.Warn(e.S(t.UnknownStays))
		return nil
	case r.task.State == ehrdesk.TaskHeld && r.task.Staff != e.Session.Account().Staff:
		e.Warn(e.S(e.T.Second.Stays))
		return nil
	case s.sure != r.task.ID:
		s.sure = r.task.ID
		ask := t.RemoveAsk
		switch {
		case r.task.State == ehrdesk.TaskHeld:
			ask = e.T.Second.GiveUpAsk
		case r.task.Kind == ehrdesk.TaskAct:
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
	if s.recents.Update(msg) || s.held.Update(msg) || s.names.Update(msg) {
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
	case resultsMsg:
		if !s.unseen.Takes(m.Req) {
			return nil, false
		}
		if s.results = m.Value; m.Err != nil {
			e.Warn(e.ExplainLine(m.Err))
		}
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
	case missedMsg:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		s.sawMissed(m)
	case widget.FolderMsg:
		s.files.Update(m)
	default:
		return nil, false
	}
	return nil, true
}

// close goes back to the list.
func (s *Screen) close() {
	s.entry, s.look, s.call, s.closing = entryNone, nil, nil, nil
	s.in.Clear()
}

// Unsaved is false: what was added is on the disk.
func (s *Screen) Unsaved() bool { return false }

// Leave cancels what is asked for. What is being written is written.
func (s *Screen) Leave() {
	s.lookedOver()
	s.ends.Stop()
	if s.polling {
		s.job.Stop()
	}
	s.job.Drop()
	s.recents.Forget()
	s.held.Forget()
	s.names.Forget()
	s.close()
}

var _ interface {
	screen.Screen
	screen.Concealer
	screen.Listener
	screen.Resumer
} = (*Screen)(nil)

// Conceal forgets what was being typed, and whose charts were opened, before the desk
// is locked.
func (s *Screen) Conceal() {
	s.drawn = nil
	if s.entry == entryLook || s.entry == entryCall || s.entry == entryClose {
		s.close()
	}
	s.in.Clear()
	s.recents.Forget()
	s.held.Forget()
	s.names.Forget()
}

// Heard reads again of whom there are copies, and who is known by name, where a patient's consent or
// record has changed: a copy may have gone with it.
func (s *Screen) Heard(ehrdesk.Hint) tea.Cmd {
	return tea.Batch(s.held.Read(s.env), s.names.Read(s.env))
}

// Resume reads again what was forgotten.
func (s *Screen) Resume() tea.Cmd {
	return tea.Batch(s.recents.Read(s.env), s.held.Read(s.env), s.names.Read(s.env))
}
