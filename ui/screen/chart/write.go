package chart

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/ask"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/write"
)

// writing is the page on which a record is written where it stands in the middle and has the focus, nil otherwise.
func (s *Screen) writing() *write.Page {
	p, ok := s.page().(*write.Page)
	if !ok || s.pane != paneList {
		return nil
	}
	return p
}

// whole is a page that has the whole of the middle while it is busy: its keys come first.
type whole interface {
	page.Page
	Busy() bool
	Scope() intent.Scope
}

var (
	_ whole = (*write.Page)(nil)
	_ whole = (*ask.Page)(nil)
)

// whole is the page that has the whole of the middle now, nil for none.
func (s *Screen) whole() whole {
	p, ok := s.page().(whole)
	if !ok || s.pane != paneList || !p.Busy() {
		return nil
	}
	return p
}

// writes reports that a form, what leaves, what is asked or a card of those pages stands there.
func (s *Screen) writes() bool { return s.whole() != nil }

// write carries out what begins with a key of the chart: the page, a draft, a correction or a withdrawal.
func (s *Screen) write(in intent.Intent) tea.Cmd {
	r, ok := s.read()
	v, at := s.view, s.pane
	cmd := s.toWrite()
	p := s.writing()
	switch {
	case p == nil:
		return cmd
	case in.ID == intent.CorrectRecord && ok:
		cmd = tea.Batch(cmd, p.Correct(r.Ref()))
	case in.ID == intent.WithdrawRecord && ok:
		cmd = tea.Batch(cmd, p.Withdraw(r.Ref()))
	case in.ID == intent.Write:
		s.movePage(in)
		return cmd
	}
	if v != viewWrite {
		p.From(func() tea.Cmd { return s.comeBackTo(v, at, r.Ref()) })
	}
	return cmd
}

// comeBackTo shows a view again, with the record in focus that something was begun from.
func (s *Screen) comeBackTo(v view, at pane, ref ehrdesk.Ref) tea.Cmd {
	if s.view != viewWrite {
		return nil
	}
	cmd := s.turn(v)
	if p := s.page(); p != nil {
		p.Select(ref)
	} else if i := slices.IndexFunc(s.list.records, func(r ehrdesk.Record) bool { return r.Ref() == ref }); i >= 0 {
		s.list.sel = i
	}
	s.pane = at
	return tea.Batch(cmd, s.follow())
}

// toWrite shows the page.
func (s *Screen) toWrite() tea.Cmd {
	s.pane = paneList
	cmd := s.turn(viewWrite)
	s.pane = paneList
	return cmd
}

// takeDraft opens a draft of a form.
func (s *Screen) takeDraft(d ehrdesk.Draft) tea.Cmd {
	cmd := s.toWrite()
	if p := s.writing(); p != nil {
		return tea.Batch(cmd, p.Take(d))
	}
	return cmd
}

// TakeAllergy begins the form of an allergy that was told in a case; where no draft can be made it goes back to the case.
func (s *Screen) TakeAllergy(to screen.ToAllergy) tea.Cmd {
	if why := s.noWriting(intent.Write); why != "" {
		s.env.Warn(why)
		return nil
	}
	cmd := s.toWrite()
	if p := s.writing(); p != nil {
		cmd = tea.Batch(cmd, p.Told(to.Case.ID, to.Event))
		p.From(func() tea.Cmd {
			s.env.Go(to.Case)
			return nil
		})
	}
	return cmd
}

// noWriting says why nothing can be written, or the record in focus not be put right or withdrawn; "" where it can. Whether it
// is this provider's own the session knows.
func (s *Screen) noWriting(id intent.ID) string {
	e := s.env
	if write.Of(e) == nil {
		return e.S(e.T.Writing.Off)
	}
	if id == intent.Write {
		return ""
	}
	r, ok := s.read()
	switch {
	case !ok || r.Linked:
		return e.S(e.T.Chart.NoRecord)
	case r.Restricted:
		return e.S(e.T.Chart.RestrictedWhy)
	case r.Void():
		return e.S(e.T.Writing.AlreadyGone)
	}
	return ""
}

// Finish waits until what was typed last into a form is on the disk; nil where nothing is.
func (s *Screen) Finish() func(limit time.Duration) {
	if p, ok := s.pages[viewWrite].(*write.Page); ok {
		return p.Finish()
	}
	return nil
}

// Sent has the receipts of what was written read anew.
func (s *Screen) Sent() tea.Cmd {
	if p, ok := s.pages[viewWrite].(*write.Page); ok && s.view == viewWrite {
		return p.Set()
	}
	return nil
}

// unkept reports that something was entered into a form that is not on the disk.
func (s *Screen) unkept() bool {
	p, ok := s.pages[viewWrite].(*write.Page)
	return ok && p.Unkept()
}

// Ahead leads to a choice of the form that is filled in.
func (s *Screen) Ahead(letters string) (cmd tea.Cmd, taken bool) {
	if p := s.writing(); p != nil && s.Scope() == intent.FormPage {
		return p.Ahead(letters)
	}
	return nil, false
}
