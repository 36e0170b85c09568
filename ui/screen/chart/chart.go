// Package chart shows one patient's record: fixed banner, allergy line, consent
// line, the rail of the eleven types, a list, and every element of one record.
package chart

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/apart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/drafts"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/summary"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

type pane int

const (
	paneRail pane = iota
	paneList
	paneDetail
)

// Wide is the width from which the detail stands beside the list.
const Wide = 120

// Screen is an open chart.
type Screen struct {
	env     *screen.Env
	chart   ehrdesk.Chart
	patient ehrdesk.Patient
	purpose ehrdesk.Purpose

	pane     pane
	view     view
	pages    map[view]page.Page              // those that were looked at
	followed []ehrdesk.Record                // references that were followed, the last is read
	from     ehrdesk.Ref                     // the selected record that they were followed from
	jumped   bool                            // the first of them was opened from the list, by its number
	seen     time.Time                       // until when this person had seen the chart before
	newCount map[ehrdesk.RecordType]int      // new records by type, counted when first drawn
	index    map[ehrdesk.Ref]*ehrdesk.Record // of all records, made when a reference is looked up
	before   view                            // where a trend was asked for
	asked    view                            // where somebody was before another provider was asked
	trended  ehrdesk.Ref                     // the record that it is of
	goal     ehrdesk.Ref                     // where a page goes once it has its records, after a lock
	sum      *summary.Page                   // made with the chart: the banner's risks come of it
	book     page.Book
	truth    ehrdesk.Truth // what is known to be lacking
	types    []ehrdesk.TypeSummary
	typ      ehrdesk.RecordType
	list     list // of the type
	hits     list // of the search
	filter   filter
	chooser  *chooser // of the filter; nil for none
	query    *search

	detail   detail
	sync     syncState
	texts    textsState
	checks   checking
	inbox    inbox
	rel      *release         // the form that asks for restricted records; nil for none
	shown    ehrdesk.Released // the release that was running when last looked
	row      rowLines         // working space of drawing
	said     saying
	out      handing
	numbered numbered
	hand     atHand        // under the rail
	apart    *apart.Report // made when it is first asked for
}

type (
	detailMsg = screen.Done[opened]
	rawMsg    = screen.Done[[]byte]
	hitsMsg   = screen.Done[found]
	syncMsg   = screen.Done[ehrdesk.SyncReport]
)

// New shows a chart just opened, its summary first, and brings it into step in the
// background.
func New(env *screen.Env, d screen.ToChart) (*Screen, tea.Cmd) {
	s := &Screen{env: env, chart: d.Chart, patient: d.Chart.Patient(), purpose: d.Purpose, pane: paneList, view: viewSummary, pages: map[view]page.Page{}}
	s.book = page.Book{Env: env, Chart: d.Chart, Row: s.words, Do: s.Handle, Open: s.jump, Write: s.takeDraft, Refer: s.refer, Before: page.LookedBefore(d.Chart), New: s.isNew, Types: func() []ehrdesk.TypeSummary { return s.types },
		Unseen: func() []unseen.Result { return s.inbox.all }, News: func() []ehrdesk.Task { return s.inbox.news },
		Apart:  s.heldApart,
		Report: func() *safety.Report { return s.checks.report }, Said: func(mark string) (a ehrdesk.Acknowledgement, ok bool) { a, ok = s.checks.said[mark]; return a, ok }}
	s.list.zone, s.hits.zone = env.Now().Location(), env.Now().Location()
	s.seen = seenBefore(d.Chart)
	s.types, s.truth = s.chart.Summary(), s.chart.Truth()
	s.book.Checked = s.book.Check()
	env.Turn.To(s.patient.ID, env.Now())
	s.typ = s.firstType()
	s.list.set(s.records())
	var opens tea.Cmd
	switch {
	case d.At != nil:
		s.goTo(*d.At)
	case env.Day.News == s.patient.ID: // somebody has chosen what waits of this patient
		s.view = viewChanged
	case env.Day.Results == s.patient.ID:
		s.view = viewChecks
	case env.Day.Report.Patient == s.patient.ID && s.patient.ID != "":
		opens = s.openReport(env.Day.Report.Record)
	}
	told := env.Day.Told
	env.Day.News, env.Day.Results, env.Day.Report, env.Day.Told = "", "", screen.ReportAt{}, screen.AllergyAt{}
	cmd := tea.Batch(s.Resume(), opens)
	if told.Patient == s.patient.ID && told.Patient != "" && !env.Locked {
		cmd = tea.Batch(cmd, s.TakeAllergy(told.ToAllergy))
	}
	return s, cmd
}

var _ interface {
	screen.Screen
	screen.StatusTeller
	screen.CardFollower
	screen.CardChooser
	screen.Concealer
	screen.Finisher
	screen.Shutter
	screen.Resumer
	screen.Listener
	screen.Sender
	screen.Closer
	screen.Sider
	screen.Ticker
	screen.Header
	screen.AllergyTaker
} = (*Screen)(nil)

// Resume goes on after a lock, or begins: what a locked desk may not read or ask
// for waits until then.
func (s *Screen) Resume() tea.Cmd {
	if s.env.Locked {
		return nil
	}
	_, first := s.at(viewSummary)
	_, cmd := s.at(s.view)
	cmd = tea.Batch(first, cmd, s.check(), s.watch())
	if p := s.page(); p != nil && (s.view == viewDrafts || s.view == viewWrite) { // a lock has them forgotten
		cmd = tea.Batch(cmd, p.Set())
	}
	if s.sync.tried.IsZero() {
		cmd = tea.Batch(cmd, s.startSync())
	}
	return tea.Batch(cmd, s.follow())
}

// firstType is where a doctor begins: the first type after the personal data
// that holds anything.
func (s *Screen) firstType() ehrdesk.RecordType {
	for _, t := range s.types {
		if t.Type != ehrdesk.Demographics && t.Count > 0 {
			return t.Type
		}
	}
	return ehrdesk.Encounters
}

// Finding is the patient and the consent, for the screens that lead on.
func (s *Screen) Finding() ehrdesk.Finding {
	at, cached := s.chart.AsOf()
	return ehrdesk.Finding{Participation: ehrdesk.Registered, Patient: s.patient, Consent: s.chart.Consent(), Checked: at, Cached: cached}
}

// Close gives the command that closes the chart.
func (s *Screen) Close() func() error { return s.chart.Close }

// Patient is whose chart it is.
func (s *Screen) Patient() ehrdesk.Patient { return s.patient }

func (s *Screen) wide() bool { return s.env.W >= Wide && !s.env.Plain }

// current is the list in use: the hits while searching.
func (s *Screen) current() *list {
	if s.query != nil {
		return &s.hits
	}
	return &s.list
}

// follow opens the selected record where it is to be seen.
func (s *Screen) follow() tea.Cmd {
	r, ok := s.selected()
	if !ok {
		s.detail.clear()
		return nil
	}
	if r.Ref() != s.from {
		s.followed = nil
	}
	if len(s.followed) > 0 { // a record that was followed is read, whatever is selected
		r = s.followed[len(s.followed)-1]
	}
	if s.detail.ref != r.Ref() {
		s.detail.turn(r, s.env.Now())
	}
	if s.env.Locked || s.detail.have || s.detail.job.Running() || !(s.wide() || s.pane == paneDetail) || r.Restricted {
		return s.noteOpening()
	}
	chart, ref := s.chart, r.Ref()
	var cmd tea.Cmd
	s.detail.job, cmd = screen.Start(s.env, 15*time.Second, s.patient.ID, func(ctx context.Context) (opened, error) {
		return readRecord(ctx, chart, ref)
	})
	if s.detail.last != nil { // drawn anew when its moment is over
		cmd = tea.Batch(cmd, screen.InBackground(tea.Tick(blink, func(time.Time) tea.Msg { return blinked{} })))
	}
	return cmd
}

// blinked is the end of a moment; it only makes the frame be drawn.
type blinked struct{}

// Update takes results; one asked for another patient or record is not used.
func (s *Screen) Update(msg tea.Msg) (tea.Cmd, bool) {
	if cmd, used := s.updateRelease(msg); used {
		return cmd, true
	}
	if cmd, used := s.updateChecks(msg); used {
		return cmd, true
	}
	if cmd, used := s.updateInbox(msg); used {
		return cmd, true
	}
	switch m := msg.(type) {
	case detailMsg:
		if m.Who != s.patient.ID || !s.detail.job.Takes(m.Req) {
			return nil, false
		}
		s.detail.take(m)
		return s.noteOpening(), true
	case rawMsg:
		if m.Who != s.patient.ID || !s.detail.rawJob.Takes(m.Req) {
			return nil, false
		}
		switch {
		case ehrdesk.CodeOf(m.Err) == ehrdesk.CodeNotFound:
			s.env.Warn(s.env.S(s.env.T.Chart.RawNone))
		case m.Err != nil:
			s.env.Warn(s.env.ExplainLine(m.Err))
		default:
			s.detail.takeRaw(m)
		}
		return nil, true
	case hitsMsg:
		if s.query == nil || m.Who != s.patient.ID || !s.query.job.Takes(m.Req) {
			return nil, false
		}
		return s.took(m), true
	case textsMsg:
		return s.textsRead(m), true
	case readMsg: // what could not be read is counted among what is not
		if m.Who != s.patient.ID || !s.texts.job.Takes(m.Req) {
			return nil, false
		}
		s.texts.news = nil
		return s.searchAgain(), true
	case acknowledgedMsg:
		return s.tookAcknowledgement(m)
	case handedMsg:
		return s.handed(m)
	case releaseEnded:
		return tea.Batch(s.refresh(), s.follow()), true
	case progressMsg:
		return s.progressed(m)
	case syncMsg:
		if m.Who != s.patient.ID || !s.sync.job.Takes(m.Req) {
			return nil, false
		}
		return s.synced(m), true
	}
	return s.updatePages(msg)
}

// refresh takes what has arrived and stays at the record that was selected.
func (s *Screen) refresh() tea.Cmd {
	s.types, s.truth, s.index, s.newCount, s.hand, s.apart = s.chart.Summary(), s.chart.Truth(), nil, nil, atHand{}, nil
	s.list.replace(s.records(), s.pane == paneDetail)
	return s.setPages()
}

// records is the list of the type, with a row for each kind of which restricted
// records are held back.
func (s *Screen) records() []ehrdesk.Record { return s.filter.of(s.unfiltered(), s.env.Now(), s.wrote) }

// listed is the list that stands in the middle, or that a trend goes back to; ok is false
// where there is none.
func (s *Screen) listed() (v view, ok bool) {
	v = s.view
	if v == viewTrend {
		v = s.before
	}
	return v, v.listed()
}

// unfiltered are those of the list, whatever it is narrowed to; none where a page stands.
func (s *Screen) unfiltered() []ehrdesk.Record {
	switch v, ok := s.listed(); {
	case !ok:
		return nil
	case v != viewList:
		return s.across(v == viewNew)
	}
	all := s.chart.List(s.typ)
	held := s.summary().Held
	if len(held) == 0 {
		return all
	}
	out := make([]ehrdesk.Record, 0, len(all)+len(held))
	for _, k := range held {
		out = append(out, ehrdesk.Record{Kind: k, Restricted: true})
	}
	return append(out, all...)
}

// Unsaved reports that something was entered into a form and is not on the disk yet.
func (s *Screen) Unsaved() bool { return s.unkept() }

// Loses is true while something that was typed is not on the disk, and while restricted records are released, or being asked for: both end
// with leaving.
func (s *Screen) Loses() (ask text.T, lost bool) {
	if s.unkept() {
		return s.env.T.Writing.LeaveUnkept, true
	}
	return s.env.T.Chart.LeaveReleased, s.rel != nil || s.chart.Released().ID != ""
}

// Wait closes the viewers: a document of one patient does not stand beside the search for
// another. A program that writes a draft ends: nobody looks on.
func (s *Screen) Wait() {
	s.out.end(s.env)
	if p, ok := s.pages[viewDrafts].(*drafts.Page); ok {
		p.Halt()
	}
}

// Leave cancels everything that runs.
func (s *Screen) Leave() {
	if s.rel != nil {
		s.rel.close()
		s.rel = nil
	}
	s.detail.clear()
	s.out.end(s.env)
	s.said, s.apart = saying{}, nil
	s.checks.making.Stop()
	s.inbox.stop()
	s.sync.stop()
	s.texts.stop()
	for _, p := range s.pages {
		p.Leave()
	}
	if s.query != nil {
		s.query.job.Stop()
	}
}
