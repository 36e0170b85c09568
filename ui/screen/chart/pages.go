package chart

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/ask"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/changed"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/checks"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/drafts"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/laboratory"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/lastdone"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/medication"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/summary"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/timeline"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/trend"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/write"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// view is what stands in the middle of the chart: the records of a type as a list,
// or a page that puts records together.
type view uint8

const (
	viewList view = iota
	viewSummary
	viewTimeline // all records by date, as a list
	viewMedication
	viewLaboratory
	viewTrend
	viewNew // those that came or changed since this person last looked
	viewChanged
	viewCourse // all records by time, those of a visit together
	viewChecks // what the safety rules say
	viewLast   // when things were last done
	viewDrafts // texts that a program wrote
	viewWrite  // records that are written here
	viewAsk    // what is asked of another provider
)

// pageKeys are the pages that have a row in the rail, above the eleven types.
var pageKeys = []struct {
	view view
	id   intent.ID
	key  string
	name func(*text.Chart) text.T
}{
	{viewSummary, intent.Summary, "s", func(t *text.Chart) text.T { return t.Summary }},
	{viewMedication, intent.Medication, "m", func(t *text.Chart) text.T { return t.Medication }},
	{viewChecks, intent.Checks, "!", func(t *text.Chart) text.T { return t.Checks }},
	{viewCourse, intent.Timeline, "t", func(t *text.Chart) text.T { return t.Timeline }},
	{viewChanged, intent.New, "u", func(t *text.Chart) text.T { return t.New }},
}

// make makes a page when it is first looked at; nil for what has none.
func (s *Screen) make(v view) page.Page {
	switch v {
	case viewSummary:
		s.sum = summary.New(&s.book)
		return s.sum
	case viewMedication:
		return medication.New(&s.book)
	case viewLaboratory:
		return laboratory.New(&s.book)
	case viewTrend:
		return trend.New(&s.book, s.trended)
	case viewChanged:
		return changed.New(&s.book, s.book.Before)
	case viewCourse:
		return timeline.New(&s.book)
	case viewChecks:
		return checks.New(&s.book, s.openFinding)
	case viewLast:
		return lastdone.New(&s.book)
	case viewDrafts:
		return drafts.New(&s.book)
	case viewWrite:
		return write.New(&s.book)
	case viewAsk:
		return ask.New(&s.book, s.fromAsking)
	case viewList, viewTimeline, viewNew:
	}
	return nil
}

// trend shows the series that the record in focus is of, and goes back from there to
// where it was asked for.
func (s *Screen) trend() tea.Cmd {
	r, ok := s.read()
	if !ok || s.view == viewTrend {
		return nil
	}
	if !trend.Has(s.chart.List, &r) { // what is shown stays
		s.env.Warn(s.env.S(s.env.T.Laboratory.NoTrend))
		return nil
	}
	if old := s.pages[viewTrend]; old != nil {
		old.Leave()
		delete(s.pages, viewTrend)
	}
	s.trended, s.before = r.Ref(), s.view
	return s.turn(viewTrend)
}

// risks are what the banner names, as far as the records have been looked through.
func (s *Screen) risks() risk.Risks {
	if s.sum == nil {
		return risk.Risks{}
	}
	return s.sum.Risks()
}

// at is the page of a view, made and filled where it was not yet.
func (s *Screen) at(v view) (page.Page, tea.Cmd) {
	if p := s.pages[v]; p != nil || v.listed() {
		return p, nil
	}
	p := s.make(v)
	if p == nil {
		return nil, nil
	}
	s.pages[v] = p
	return p, p.Set()
}

// page is the page in the middle, nil where a list is there.
func (s *Screen) page() page.Page {
	if s.query != nil {
		return nil
	}
	return s.pages[s.view]
}

// HelpNotes say what the banner's risk letters stand for, and of the pages that follow rules
// and tables of ours that nobody has signed them off yet.
func (s *Screen) HelpNotes() (out []string) {
	t := &s.env.T.Chart
	var letters []string
	for _, l := range s.book.Risks(s.risks()) {
		letters = append(letters, l.Letter+" "+l.Words)
	}
	if len(letters) > 0 {
		out = append(out, sprintf(s.env.S(t.RiskLetters), strings.Join(letters, " · ")))
	}
	if s.hasOwn() {
		out = append(out, s.env.S(s.env.T.Own.Legend), s.env.S(s.env.T.Own.LegendApart))
	}
	switch s.view {
	case viewSummary, viewMedication, viewLaboratory, viewTrend, viewChanged, viewChecks, viewLast:
		out = append(out, "! "+s.env.S(t.SignOff))
	case viewList, viewTimeline, viewNew, viewCourse, viewDrafts, viewWrite, viewAsk:
	}
	return out
}

// turn shows a page.
func (s *Screen) turn(v view) tea.Cmd {
	_, cmd := s.at(v)
	back := s.view == viewTrend // to a list as it was left
	s.query, s.view = nil, v
	if s.chooser = nil; v.listed() && !back {
		s.filter = filter{}
		s.list.set(s.records())
	}
	if s.pane == paneDetail {
		s.pane = paneList
	}
	s.detail.clear()
	return tea.Batch(cmd, s.follow())
}

// dropPages forgets what the pages hold. They are made anew by refresh, once the
// chart no longer has what has to go. A form that is filled in stays, and what is being asked: they have no record of the chart but by its name.
func (s *Screen) dropPages() {
	for v, p := range s.pages {
		if v != viewWrite && v != viewAsk {
			p.Leave()
			delete(s.pages, v)
		}
	}
	s.hand, s.apart = atHand{}, nil
}

// setPages has every page take the records as they are now.
func (s *Screen) setPages() tea.Cmd {
	if s.env.Locked {
		return nil
	}
	s.book.Checked = s.book.Check()
	var cmds []tea.Cmd
	for _, p := range s.pages {
		cmds = append(cmds, p.Set())
	}
	_, first := s.at(viewSummary)
	_, cmd := s.at(s.view)
	return tea.Batch(append(cmds, first, cmd, s.check(), s.watch())...)
}

// updatePages gives a result to the page whose it is.
func (s *Screen) updatePages(msg tea.Msg) (tea.Cmd, bool) {
	for _, p := range s.pages {
		if cmd, used := p.Update(msg); used {
			s.hand = atHand{}
			if s.goal != (ehrdesk.Ref{}) && p.Select(s.goal) {
				s.goal = ehrdesk.Ref{}
			}
			return tea.Batch(cmd, s.follow()), true
		}
	}
	return nil, false
}

// selected is the record in focus, on a page or in a list.
func (s *Screen) selected() (ehrdesk.Record, bool) {
	if p := s.page(); p != nil {
		return p.Selected()
	}
	return s.current().selected()
}

// movePage gives an intent to the page; used is false for one that the chart sees to.
func (s *Screen) movePage(in intent.Intent) (cmd tea.Cmd, used bool) {
	p := s.page()
	if p == nil {
		return nil, false
	}
	before, _ := p.Selected()
	cmd, used = p.Handle(in)
	if now, _ := p.Selected(); now.Ref() != before.Ref() {
		cmd = tea.Batch(cmd, s.follow())
	}
	return cmd, used
}

// step goes to the record after or before the one that is open, without leaving it.
func (s *Screen) step(id intent.ID) tea.Cmd {
	in := intent.Intent{ID: intent.Down}
	if id == intent.PrevRecord {
		in.ID = intent.Up
	}
	before, _ := s.selected()
	var cmd tea.Cmd
	if s.page() != nil {
		cmd, _ = s.movePage(in)
	} else {
		cmd = s.moveList(in)
	}
	if now, _ := s.selected(); now.Ref() == before.Ref() {
		t := &s.env.T.Chart
		s.env.Warn(s.env.S(map[intent.ID]text.T{intent.NextRecord: t.NoNext, intent.PrevRecord: t.NoPrevious}[id]))
	}
	return cmd
}
