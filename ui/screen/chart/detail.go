package chart

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// detail is one record opened: its elements, or its bytes as received.
type detail struct {
	ref     ehrdesk.Ref
	have    bool
	value   opened
	all     bool // every element is shown, not the record as it is read
	failed  error
	showRaw bool
	raw     string
	job     screen.Job
	rawJob  screen.Job
	scroll  widget.Scroll

	lines []line // of what is shown, at width
	width int
	lang  text.Lang // labels are laid out in it
	rec   ehrdesk.Record
	last  *kept // what was shown before, for a moment
	link  int   // the line with a reference that Enter follows, -1 for none
}

// kept is the record shown before, whole, with its own title: it stays for the
// blink of an eye until the next one has arrived, so that moving through a list
// neither flickers nor repaints the pane twice.
type kept struct {
	rec   ehrdesk.Record
	lines []line
	width int
	until time.Time
}

const blink = 150 * time.Millisecond

// turn goes to another record.
func (d *detail) turn(r ehrdesk.Record, now time.Time) {
	last := d.last
	if d.have && d.failed == nil && !d.showRaw && d.lines != nil {
		last = &kept{d.rec, d.lines, d.width, now.Add(blink)}
	}
	d.clear()
	d.ref, d.rec, d.last = r.Ref(), r, last
}

// line is one row of the pane, laid out.
type line struct {
	link   ehrdesk.Ref // the record that the row refers to
	indent int
	label  string
	text   string
	style  paint.Style
	cells  []cell // more on the row, each at its own place
	rule   bool   // a line across
}

// cell is a text at its place in a row.
type cell struct {
	x     int
	text  string
	style paint.Style
}

func (d *detail) clear() {
	d.job.Stop()
	d.rawJob.Stop()
	*d = detail{all: d.all, link: -1}
}

// stale forgets the elements, so that a newer version is read.
func (d *detail) stale() {
	ref, rec, scroll := d.ref, d.rec, d.scroll
	d.clear()
	d.ref, d.rec, d.scroll = ref, rec, scroll
}

func (d *detail) take(m detailMsg) {
	d.have, d.lines, d.last, d.link = true, nil, nil, -1
	if m.Err != nil {
		d.failed = m.Err
		return
	}
	d.value = m.Value
}

func (d *detail) takeRaw(m rawMsg) {
	d.lines = nil
	var b bytes.Buffer
	if err := json.Indent(&b, m.Value, "", "  "); err != nil { // not JSON: as it is
		b.Reset()
		b.Write(m.Value)
	}
	d.raw, d.showRaw = b.String(), true
	d.scroll.Reset()
}

func (s *Screen) toggleRaw() tea.Cmd {
	d := &s.detail
	if d.showRaw {
		d.showRaw, d.lines = false, nil
		d.scroll.Reset()
		return nil
	}
	r, ok := s.read()
	if !ok {
		return nil
	}
	if !s.wide() {
		s.pane = paneDetail
	}
	d.ref = r.Ref()
	chart, ref := s.chart, r.Ref()
	var cmd tea.Cmd
	d.rawJob, cmd = screen.Start(s.env, 15*time.Second, s.patient.ID, func(ctx context.Context) ([]byte, error) {
		return chart.Raw(ctx, ref)
	})
	return cmd
}

// layout makes the lines of what is shown at a width; it is done once for a
// record and a width.
func (s *Screen) layout(w int) []line {
	d := &s.detail
	if d.lines != nil && d.width == w && d.lang == s.env.Lang {
		return d.lines
	}
	d.width, d.lang = w, s.env.Lang
	var out []line
	var wrapped []string
	if d.showRaw {
		for _, l := range paint.Wrap(nil, rawText(d.raw), w) {
			out = append(out, line{text: l, style: theme.Text})
		}
		d.lines = out
		return out
	}
	if !d.all {
		d.lines = s.asRead(w)
		return d.lines
	}
	said := s.language()
	if rec, ok := s.read(); ok {
		out = s.headed(&rec, w)
	}
	for _, el := range contentFirst(d.value.Record.Resource, d.value.Elements) {
		indent := min(2*el.Depth, w/3)
		label := s.env.T.Element(s.env.Lang, ehrdesk.CleanLine(el.Label))
		value := said.Element(&el)
		if value == "" {
			for _, l := range paint.Wrap(wrapped[:0], label, w-indent) {
				out = append(out, line{indent: indent, text: l, style: theme.Title})
			}
			continue
		}
		lw := paint.Width(label) + 2
		if lw > (w-indent)/2 { // a long label stands on its own line
			for _, l := range paint.Wrap(wrapped[:0], label+":", w-indent) {
				out = append(out, line{indent: indent, text: l, style: theme.Label})
			}
			for _, l := range paint.Wrap(wrapped[:0], value, w-indent-2) {
				out = append(out, line{indent: indent + 2, text: l, style: theme.Text})
			}
			continue
		}
		for i, l := range paint.Wrap(wrapped[:0], value, w-indent-lw) {
			if i == 0 {
				out = append(out, line{indent: indent, label: label + ": ", text: l, style: theme.Text})
				continue
			}
			out = append(out, line{indent: indent + lw, text: l, style: theme.Text})
		}
	}
	if out == nil {
		out = []line{}
	}
	d.lines = out
	return out
}

// contentFirst puts what the record says before what it is filed under, none
// left out: of a document or a report its text and conclusion first and the
// codes it is sorted by late, of every record the technical elements last.
func contentFirst(resource string, in []ehrdesk.Element) []ehrdesk.Element {
	written := resource == "Composition" || resource == "DocumentReference" || resource == "DiagnosticReport"
	rank := func(path string) int {
		name := path
		if i := strings.IndexAny(name, ".["); i >= 0 {
			name = name[:i]
		}
		switch name {
		case "resourceType", "id", "meta", "implicitRules", "language", "identifier":
			return 9
		}
		if !written {
			return 5
		}
		switch name {
		case "text":
			if strings.HasPrefix(path, "text.") && !strings.HasPrefix(path, "text.div") {
				return 1 // how the narrative was made, after it
			}
			return 0
		case "conclusion":
			return 2
		case "section", "content", "presentedForm", "description", "note":
			return 3
		case "status", "docStatus", "type", "category", "class", "code":
			return 7
		}
		return 5
	}
	out := slices.Clone(in)
	slices.SortStableFunc(out, func(a, b ehrdesk.Element) int { return rank(a.Path) - rank(b.Path) })
	return out
}

// rawText keeps the indentation of pretty-printed JSON, which cleaning would
// fold: every line is cleaned after its leading spaces.
func rawText(s string) string {
	var b bytes.Buffer
	for l := range bytes.Lines([]byte(s)) {
		l = bytes.TrimRight(l, "\r\n")
		body := bytes.TrimLeft(l, " ")
		b.Write(l[:len(l)-len(body)])
		b.WriteString(ehrdesk.CleanLine(string(body)))
		b.WriteByte('\n')
	}
	return b.String()
}

func (s *Screen) drawDetail(c *paint.Canvas, r paint.Rect) {
	e, t, d := s.env, &s.env.T.Chart, &s.detail
	rec, ok := s.read()
	focus := s.pane == paneDetail
	over := theme.Muted
	if focus {
		over = theme.Title
		c.SetCursor(r.X, r.Y)
	}
	title := e.S(t.DetailTitle)
	if d.showRaw {
		title = e.S(t.RawTitle)
	}
	c.Put(r.X, r.Y, r.Right(), over, title)
	if !ok {
		return
	}
	r = r.From(1)
	last := d.last
	if !(s.wide() && d.job.Running() && last != nil && last.width == r.W && e.Now().Before(last.until)) {
		last = nil
	}
	if last != nil {
		rec = last.rec
	}
	switch {
	case last != nil:
		s.drawLines(c, r, last.lines)
		return
	case d.have && d.failed == nil || d.showRaw:
		s.drawLines(c, r, s.layout(r.W))
		return
	}
	head := s.headLines(&rec, r.W) // of a record whose elements are not here
	head = head[:min(len(head), r.H)]
	s.drawLines(c, r.Top(len(head)), head)
	r = r.From(len(head))
	switch {
	case rec.Restricted:
		widget.Para(c, r, theme.Abnormal, e.S(t.RestrictedWhy))
	case d.failed != nil:
		words := e.ExplainLine(d.failed)
		if ehrdesk.CodeOf(d.failed) == ehrdesk.CodeNotFound {
			words = e.S(t.Gone)
		}
		widget.Para(c, r, theme.Critical, "! "+words)
	case d.job.Running():
		if e.Now().Sub(d.job.Since()) >= 500*time.Millisecond {
			c.Put(r.X, r.Y, r.Right(), theme.Syncing, e.Progress(&d.job, t.Loading))
		}
	default:
		widget.Para(c, r, theme.Muted, e.S(t.DetailHint))
	}
}

// drawLines draws what of the lines is in sight, and how many are not.
func (s *Screen) drawLines(c *paint.Canvas, r paint.Rect, lines []line) {
	e, t, d := s.env, &s.env.T.Chart, &s.detail
	rows := r.H
	if len(lines) > rows {
		rows--
	}
	first := d.scroll.Fit(len(lines), rows)
	for i := 0; i < rows && first+i < len(lines); i++ {
		l := &lines[first+i]
		x := r.X + l.indent
		if l.label != "" {
			x = c.Put(x, r.Y+i, r.Right(), theme.Label, l.label)
		}
		st := l.style
		if first+i == d.link && l.link.ID != "" && s.pane == paneDetail {
			st = theme.Selected
			c.SetCursor(x, r.Y+i)
		}
		if l.rule {
			c.HLine(r.X, r.Y+i, r.Right(), theme.Rule)
			continue
		}
		c.Put(x, r.Y+i, r.Right(), st, l.text)
		for _, k := range l.cells {
			c.Put(r.X+k.x, r.Y+i, r.Right(), k.style, k.text)
		}
	}
	if below := len(lines) - first - rows; below > 0 {
		c.Put(r.X, r.Bottom()-1, r.Right(), theme.Muted, sprintf(e.S(t.Below), thousands(below)))
	}
}
