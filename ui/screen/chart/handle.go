package chart

import (
	tea "charm.land/bubbletea/v2"
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Handle carries out a wish.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	if s.rel != nil {
		return s.handleRelease(in)
	}
	if s.checks.card != nil {
		return s.handleCard(in)
	}
	if s.inbox.card != nil {
		return s.handleClosing(in)
	}
	if s.chooser != nil {
		if cmd, used := s.handleFilter(in); used {
			return cmd
		}
	}
	if s.asksOfDraft() {
		cmd, _ := s.movePage(in)
		return cmd
	}
	if s.writes() {
		if cmd, used := s.movePage(in); used || in.ID != intent.Sync && in.ID != intent.Withdraw && in.ID != intent.Write {
			return cmd
		}
	}
	switch in.ID {
	case intent.Filter:
		return s.choose()
	case intent.Summary:
		return s.turn(viewSummary)
	case intent.Medication:
		return s.turn(viewMedication)
	case intent.Checks:
		return s.turn(viewChecks)
	case intent.CloseResult:
		return s.askClosing()
	case intent.KnowAll:
		return s.acknowledgeKnown()
	case intent.Trend:
		return s.trend()
	case intent.OtherView:
		return s.otherView(in)
	case intent.Fold:
		if s.query != nil && s.pane == paneList {
			s.unfold()
			return s.follow()
		}
	case intent.Timeline:
		if s.view == viewCourse {
			return s.turn(viewTimeline)
		}
		return s.turn(viewCourse)
	case intent.New:
		if s.view == viewChanged {
			return s.turn(viewNew)
		}
		return s.turn(viewChanged)
	case intent.AllElements:
		return s.toggleAll()
	case intent.Return:
		return s.comeBack()
	case intent.NextRecord, intent.PrevRecord:
		return s.step(in.ID)
	case intent.OpenViewer, intent.CopyText, intent.PrintText:
		return s.handOut(in.ID)
	case intent.Release:
		return s.restricted()
	case intent.PickType:
		s.query = nil
		return s.pick(ehrdesk.RecordType(in.Arg + 1))
	case intent.Search:
		s.query = &search{typing: true, in: widget.Input{Max: 80}}
		s.hits.set(nil)
		s.pane = paneList
		return s.readTexts()
	case intent.Edited:
		if s.typing() != nil {
			cmd, _ := s.movePage(in)
			return cmd
		}
		return s.runSearch()
	case intent.Reference:
		if s.view != viewSummary || s.query != nil {
			s.env.Warn(s.env.S(s.env.T.KeyPoints.NoSuch))
			return nil
		}
		s.pane = paneList
		cmd, _ := s.movePage(in)
		return cmd
	case intent.LastDone:
		return s.askLast()
	case intent.Write, intent.CorrectRecord, intent.WithdrawRecord:
		return s.write(in)
	case intent.Refer:
		return s.referRecord()
	case intent.Drafts:
		s.pane = paneList
		return s.turn(viewDrafts)
	case intent.Sync:
		if s.sync.job.Running() {
			s.sync.stop()
			s.env.Say(s.env.S(s.env.T.Chart.SyncStopped))
			return s.refresh()
		}
		return s.startSync()
	case intent.Raw:
		return s.toggleRaw()
	case intent.NextPane, intent.PrevPane, intent.Left, intent.Right:
		return s.movePane(in.ID)
	case intent.Back:
		return s.back()
	case intent.Accept:
		return s.accept()
	case intent.Withdraw:
		s.env.Go(screen.ToWithdraw{Finding: s.Finding()})
		return nil
	}
	switch {
	case s.pane == paneRail && !(s.query != nil && s.query.typing):
		return s.moveType(in)
	case s.pane == paneDetail:
		s.moveDetail(in)
		return nil
	case s.page() != nil:
		cmd, _ := s.movePage(in)
		return cmd
	}
	return s.moveList(in)
}

// pick shows a type: of the laboratory the table, where it is not shown yet.
func (s *Screen) pick(t ehrdesk.RecordType) tea.Cmd {
	if t == ehrdesk.LaboratoryRadiology && s.view != viewLaboratory {
		s.typ = t
		return s.turn(viewLaboratory)
	}
	return s.show(t)
}

// otherView is the page's own other view, and of a list of the laboratory or of drugs
// the page that they have.
func (s *Screen) otherView(in intent.Intent) tea.Cmd {
	if s.page() != nil {
		cmd, _ := s.movePage(in)
		return cmd
	}
	if s.typ == ehrdesk.LaboratoryRadiology {
		return s.turn(viewLaboratory)
	}
	return s.turn(viewMedication)
}

func (s *Screen) show(t ehrdesk.RecordType) tea.Cmd {
	s.typ, s.view, s.filter, s.chooser = t, viewList, filter{}, nil
	s.list.set(s.records())
	if s.pane == paneDetail {
		s.pane = paneList
	}
	s.detail.clear()
	return s.follow()
}
