package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Reports writes what stands on the screen of an access log into new files of this desk, for
// their owner alone and signed by the desk, and gives the file's name.
type Reports interface {
	// SaveLog writes entries of the desk's own log, SaveCompared rows of the two logs beside each
	// other, SaveUnusual events of the centre's: those that are shown, and no other.
	SaveLog(ctx context.Context, s ehrdesk.Session, r Report) (string, error)
	SaveCompared(ctx context.Context, s ehrdesk.Session, r Report) (string, error)
	SaveUnusual(ctx context.Context, s ehrdesk.Session, r Report) (string, error)
}

// Report is what of a log stands on the screen.
type Report struct {
	Filter   ehrdesk.LogFilter
	Narrowed []string              // by what else, in English
	Of       int                   // how many there are where nothing is narrowed
	Entries  []int64               // the desk's own that are shown, by number
	Compared ehrdesk.LogComparison // the whole comparison
	Rows     []ehrdesk.Compared    // of which these are shown,
	Centre   []ehrdesk.CentreEntry // or these
}

// saved is a file that was written, and how many entries are in it.
type saved struct {
	name    string
	entries int
}

type savedMsg = screen.Done[saved]

// ask asks whether a report is to be written, or says why none can be.
func (l *accessLog) ask() {
	switch e := l.m.env; {
	case l.m.reports == nil:
		e.Warn(e.S(e.T.Log.NowhereToSave))
	case l.ready() && !l.saving.Running():
		l.asking = true
	}
}

// answer writes the report, or does not.
func (l *accessLog) answer(in intent.Intent) (cmd tea.Cmd) {
	if in.ID != intent.Accept && in.ID != intent.Back {
		return nil
	}
	l.asking = false
	if in.ID == intent.Back {
		return nil
	}
	session, r, entries := l.m.env.Session, l.report(), len(l.shown)
	save := map[logView]func(context.Context, ehrdesk.Session, Report) (string, error){logHere: l.m.reports.SaveLog, logUnusual: l.m.reports.SaveUnusual, logBeside: l.m.reports.SaveCompared}[l.view]
	l.saving, cmd = screen.Start(l.m.env, time.Minute, "", func(ctx context.Context) (saved, error) {
		name, err := save(ctx, session, r)
		return saved{name, entries}, err
	})
	return cmd
}

// report is what is shown: what the selection, the filter and the words typed leave.
func (l *accessLog) report() Report {
	out := Report{Filter: l.filter.meant(l.m.env.Now()), Of: len(l.rows), Compared: l.other.c}
	if selections := l.selections(); len(selections) > 1 && selections[l.turned] != l.m.env.T.Log.Filters[0] {
		out.Narrowed = append(out.Narrowed, selections[l.turned].In(text.English))
	}
	if l.in.Text() != "" { // whatever it was: it may name somebody
		out.Narrowed = append(out.Narrowed, "searched by words")
	}
	for _, i := range l.shown {
		switch r := &l.rows[i]; {
		case r.compare != nil:
			out.Rows = append(out.Rows, *r.compare)
		case r.centre != nil:
			out.Centre = append(out.Centre, *r.centre)
		default:
			out.Entries = append(out.Entries, r.seq)
		}
	}
	return out
}
