package laboratory

import (
	"sort"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// reports is the list by report, newest first: each with the values in it.
type reports struct {
	list []results.Report
	ends []int // where each report's lines end
	sel  int
	top  int // first line on the screen
	page int
}

// A report has a line with its title, one with its status and source, one for each
// result, and two where it says something in words.
const (
	headLines = 2
	saidLines = 2
)

func (l *reports) set(list []results.Report) {
	l.list, l.ends = list, make([]int, len(list))
	end := 0
	for i := range list {
		end += lines(&list[i])
		l.ends[i] = end
	}
	l.sel = min(max(l.sel, 0), max(0, len(list)-1))
}

func lines(r *results.Report) int {
	n := headLines + len(r.Results)
	if r.Said {
		n += saidLines
	}
	if r.Record.Resource != "DiagnosticReport" || r.Lacking > 0 {
		n++
	}
	return n
}

func (l *reports) start(i int) int { return l.ends[i] - lines(&l.list[i]) }

func (l *reports) selected() (ehrdesk.Record, bool) {
	if l.sel < 0 || l.sel >= len(l.list) {
		return ehrdesk.Record{}, false
	}
	return *l.list[l.sel].Record, true
}

func (l *reports) find(ref ehrdesk.Ref) bool {
	for i := range l.list {
		if l.list[i].Record.Ref() == ref {
			l.sel = i
			return true
		}
		for _, r := range l.list[i].Results {
			if r.Ref() == ref {
				l.sel = i
				return true
			}
		}
	}
	return false
}

func (l *reports) handle(in intent.Intent) bool {
	screenful := func(d int) {
		if len(l.list) == 0 {
			return
		}
		at := l.start(l.sel) + d*max(1, l.page-2)
		to := sort.SearchInts(l.ends, at+1)
		if to == l.sel {
			to += d
		}
		l.sel = to
	}
	switch in.ID {
	case intent.Up:
		l.sel--
	case intent.Down:
		l.sel++
	case intent.PageUp:
		screenful(-1)
	case intent.PageDown:
		screenful(1)
	case intent.Top:
		l.sel = 0
	case intent.Bottom:
		l.sel = len(l.list) - 1
	case intent.Older:
		l.year(1)
	case intent.Newer:
		l.year(-1)
	default:
		return false
	}
	l.sel = min(max(l.sel, 0), max(0, len(l.list)-1))
	return true
}

// year goes to the first report of an older or newer year.
func (l *reports) year(d int) {
	if len(l.list) == 0 {
		return
	}
	now := l.list[l.sel].Record.Date.Time.Year()
	for i := l.sel; i >= 0 && i < len(l.list); i += d {
		if y := l.list[i].Record.Date.Time.Year(); y != now {
			for d < 0 && i > 0 && l.list[i-1].Record.Date.Time.Year() == y {
				i--
			}
			l.sel = i
			return
		}
	}
}

// drawReports paints the list.
func (p *Page) drawReports(c *paint.Canvas, r paint.Rect, focus bool) {
	l, e := &p.reports, p.b.Env
	total := 0
	if n := len(l.ends); n > 0 {
		total = l.ends[n-1]
	}
	above, newest := "", e.S(e.T.Chart.NewestFirst)
	if from := sort.SearchInts(l.ends, l.top+1); from > 0 && total > r.H-1 {
		above = p.counted(p.words().Above, from) + "  "
	}
	r = p.head(c, r, focus, above+newest, above)
	r = p.standing(c, r, len(l.list) == 0, p.words().NoReports, ehrdesk.KindLaboratory, ehrdesk.KindRadiology)
	if len(l.list) == 0 || r.H < 1 {
		return
	}
	h := r.H
	if total > h {
		h = max(h-1, 1)
	}
	l.page = h
	l.scroll(h, total)
	y := r.Y
	i := sort.SearchInts(l.ends, l.top+1)
	for ; i < len(l.list) && l.start(i)-l.top < h; i++ {
		p.drawReport(c, paint.Rect{X: r.X, Y: y, W: r.W, H: h}, y+l.start(i)-l.top, &l.list[i], i == l.sel, focus)
	}
	if n := len(l.list) - i; n > 0 && total > r.H {
		c.Put(r.X, y+h, r.Right(), theme.Muted, p.counted(p.words().Below, n))
	}
}

// scroll keeps the report in focus on the screen, and begins with a report's title: values
// without their day and their name say nothing.
func (l *reports) scroll(h, total int) {
	first, last := l.start(l.sel), l.ends[l.sel]-1
	if last >= l.top+h {
		l.top = last - h + 1
	}
	if first < l.top {
		l.top = first
	}
	l.top = min(max(l.top, 0), max(0, total-h))
	if at := sort.SearchInts(l.ends, l.top+1); at < l.sel && l.start(at) < l.top {
		l.top = l.ends[at]
	}
}
