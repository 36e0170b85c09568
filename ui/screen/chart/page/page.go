// Package page is the contract between an open chart and its pages: the summary,
// the medication, the laboratory table, a trend. The chart keeps the
// patient's banner above, the types at the left and one record opened at the right; a
// page has the middle. A page is a plain struct: it handles intents, draws itself,
// changes nothing while drawing, and reads the chart's lists, never a body.
package page

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/apart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Page is one page of a chart.
type Page interface {
	// Set takes the records as they are now: at the beginning, after a sync, a release
	// and its end. It stays at what was selected. What takes more than a moment it
	// does in the command it gives.
	Set() tea.Cmd
	// Update takes a result; used is false for one that is not this page's.
	Update(msg tea.Msg) (cmd tea.Cmd, used bool)
	// Handle carries out a wish; used is false for what the chart has to see to.
	Handle(in intent.Intent) (cmd tea.Cmd, used bool)
	// Selected is the record that Enter opens and the pane beside shows.
	Selected() (ehrdesk.Record, bool)
	// Select goes to a record, where the page has it.
	Select(ref ehrdesk.Ref) bool
	// Draw paints the page, its cursor at the focus.
	Draw(c *paint.Canvas, r paint.Rect, focus bool)
	// DisabledReason says why an intent cannot be carried out now, "" if it can.
	DisabledReason(id intent.ID) string
	// HintFor is the page's own word for an intent in the footer, "" for the catalogue's.
	HintFor(id intent.ID) string
	// Leave cancels what is running.
	Leave()
}

// Typing is a page with a field of its own, into which somebody types.
type Typing interface {
	Field() *widget.Input // nil while nobody does
}

// Book is what pages read from.
type Book struct {
	Env   *screen.Env
	Chart ehrdesk.Chart
	// Row are a record's words in the screen's language, kept from frame to frame.
	Row func(r *ehrdesk.Record) *text.Row
	// Do carries out a wish that is the chart's: another page, a type.
	Do func(in intent.Intent) tea.Cmd
	// New reports a record that came or changed since this person last looked.
	New func(r *ehrdesk.Record) bool
	// Checked asks the rules of the records as they were when they were last taken, once, whoever asks first; it may take a
	// moment. Nil for nobody asks.
	Checked func() *safety.Report
	// Report is what the safety rules say of the records as they are now; nil before they have been asked.
	Report func() *safety.Report
	// Said is what was last said to a finding, by its mark.
	Said func(mark string) (ehrdesk.Acknowledgement, bool)
	// Unseen are the abnormal results with what was done about each; nil before they have been looked through.
	Unseen func() []unseen.Result
	// News is what came new of the patient and waits to be acknowledged; nil for nobody asks.
	News func() []ehrdesk.Task
	// Apart holds what this provider wrote beside what others hold, of the records as they are now; nil where nobody does.
	Apart func() *apart.Report
	// Open shows one record of the chart, whatever is selected.
	Open func(ref ehrdesk.Ref) tea.Cmd
	// Write opens a draft of a form; nil where nobody writes.
	Write func(d ehrdesk.Draft) tea.Cmd
	// Refer goes on to whom a letter is sent, with its bytes where the chart does not have them yet; nil where nobody asks.
	Refer func(letter ehrdesk.Ref, raw []byte) tea.Cmd
	// Before is when this person last looked on an earlier day; zero where the desk does not know.
	Before time.Time
	// Types is a line for each of the eleven types, as when the records were last taken.
	Types func() []ehrdesk.TypeSummary
}

// LookedBefore is when this person last looked at a chart on an earlier day; zero where the
// desk does not know.
func LookedBefore(chart ehrdesk.Chart) time.Time {
	if c, ok := chart.(ehrdesk.Remembering); ok {
		_, before := c.Seen()
		return before
	}
	return time.Time{}
}

// Words says facts in the screen's language and by the desk's clock.
func (b *Book) Words() text.Words { return b.Env.Facts() }

// Standing is whether the records of a kind can be seen here.
type Standing = standing.Standing

// The standings.
const (
	Seen        = standing.Seen
	Hidden      = standing.Hidden
	NotReceived = standing.NotReceived
	Away        = standing.Away
	SomeHeld    = standing.SomeHeld
	SomeUnasked = standing.SomeUnasked
	SomeLacking = standing.SomeLacking
)

// Of is the standing of a kind.
func (b *Book) Of(k ehrdesk.Kind) Standing {
	at, _ := b.Chart.AsOf()
	return standing.Of(k, standing.In{Role: b.Env.Account().Role, Types: b.Types(), AsOf: at, Truth: b.Chart.Truth()})
}

// Why says a standing in the screen's language, "" for Seen.
func (b *Book) Why(s Standing) string {
	t := &b.Env.T.Chart
	return b.Env.S([...]text.T{Seen: {}, Hidden: t.Hidden, NotReceived: t.NotReceived, Away: t.Away, SomeHeld: t.SomeHeld, SomeUnasked: t.SomeUnasked, SomeLacking: t.SomeLacking}[s])
}
