package chart

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// opened is a record read: its elements, and of a visit the records that were made at it.
type opened struct {
	ehrdesk.Detail
	visit []ehrdesk.Record
}

// readRecord opens a record.
func readRecord(ctx context.Context, chart ehrdesk.Chart, ref ehrdesk.Ref) (out opened, err error) {
	if out.Detail, err = chart.Detail(ctx, ref); err != nil || ref.Resource != "Encounter" {
		return out, err
	}
	for _, t := range ehrdesk.RecordTypes() {
		all := chart.List(t)
		for i := range all {
			if ctx.Err() != nil {
				return out, ehrdesk.E("chart", ehrdesk.CodeOther, ctx.Err())
			}
			if all[i].Linked || all[i].Restricted {
				continue
			}
			for _, rel := range all[i].Facts().Relations {
				if rel.Role == "encounter" && rel.Ref == ref {
					out.visit = append(out.visit, all[i])
					break
				}
			}
		}
	}
	return out, nil
}

// read is the record that the detail is of: one that was followed, or the selected one.
func (s *Screen) read() (ehrdesk.Record, bool) {
	if n := len(s.followed); n > 0 {
		return s.followed[n-1], true
	}
	return s.selected()
}

// asRead lays the record out as it is read.
func (s *Screen) asRead(w int) []line {
	d := &s.detail
	in := reading.In{Words: s.language(), Find: s.find,
		Label: func(el *ehrdesk.Element) string {
			return s.env.T.Element(s.env.Lang, ehrdesk.CleanLine(el.Label))
		},
		Say: func(r *ehrdesk.Record) string { return s.inOneLine(r) },
	}
	read := reading.Of(in, d.value.Record.Resource, d.value.Elements)
	out := []line{}
	for _, l := range read.Lines {
		out = place(out, l, w)
	}
	if len(d.value.visit) > 0 {
		out = append(out, line{text: s.env.S(s.env.T.Chart.Visit), style: theme.Title})
		for i := range d.value.visit {
			r := &d.value.visit[i]
			out = place(out, reading.Line{Indent: 1, Label: s.env.S(s.env.T.KindName(r.Kind)), Value: s.inOneLine(r), Link: r.Ref()}, w)
		}
	}
	if read.Left > 0 {
		for _, l := range paint.Wrap(nil, sprintf(s.env.S(s.env.T.Chart.LeftToTree), thousands(read.Left)), w) {
			out = append(out, line{text: l, style: theme.Muted})
		}
	}
	return out
}

// inOneLine is a record's title, value and flag.
func (s *Screen) inOneLine(r *ehrdesk.Record) string {
	row := s.words(r)
	out := row.Title
	for _, more := range [...]string{row.Value, row.Flag, row.Status} {
		if more != "" {
			out += "  " + more
		}
	}
	return out
}

// place sets a line of a reading in rows of a width.
func place(out []line, l reading.Line, w int) []line {
	indent := min(2*l.Indent, w/3)
	style := theme.Text
	if l.Link != (ehrdesk.Ref{}) {
		style = theme.Key
	}
	if l.Value == "" {
		for _, t := range paint.Wrap(nil, l.Label, w-indent) {
			out = append(out, line{indent: indent, text: t, style: theme.Title})
		}
		return out
	}
	if l.Label == "" { // text of its own
		for _, t := range paint.Wrap(nil, l.Value, w-indent) {
			out = append(out, line{indent: indent, text: t, style: style, link: l.Link})
		}
		return out
	}
	lw := paint.Width(l.Label) + 2
	if lw > (w-indent)/2 || paint.Width(l.Value) > 3*(w-indent-lw) { // what is long stands below its label
		for _, t := range paint.Wrap(nil, l.Label, w-indent) {
			out = append(out, line{indent: indent, text: t, style: theme.Label})
		}
		indent, lw = indent+2, 0
	}
	for i, t := range paint.Wrap(nil, l.Value, w-indent-lw) {
		ln := line{indent: indent + lw, text: t, style: style}
		if i == 0 && lw > 0 {
			ln.indent, ln.label = indent, l.Label+": "
		}
		if i == 0 {
			ln.link = l.Link
		}
		out = append(out, ln)
	}
	return out
}

// find gives a record of the chart by what refers to it.
func (s *Screen) find(ref ehrdesk.Ref) (ehrdesk.Record, bool) {
	if ref.ID == "" {
		return ehrdesk.Record{}, false
	}
	if s.index == nil {
		s.index = map[ehrdesk.Ref]*ehrdesk.Record{}
		for _, t := range ehrdesk.RecordTypes() {
			all := s.chart.List(t)
			for i := range all {
				s.index[all[i].Ref()] = &all[i]
			}
		}
	}
	if r := s.index[ref]; r != nil {
		return *r, true
	}
	return ehrdesk.Record{}, false
}

// toggleAll shows every element of the record, or the record as it is read.
func (s *Screen) toggleAll() tea.Cmd {
	d := &s.detail
	d.all, d.showRaw, d.lines, d.link = !d.all || d.showRaw, false, nil, -1
	d.scroll.Reset()
	if !s.wide() {
		s.pane = paneDetail
	}
	return s.follow()
}

// moveDetail goes to the next reference in sight, or scrolls.
func (s *Screen) moveDetail(in intent.Intent) {
	d := &s.detail
	first, last := d.scroll.Span()
	step := map[intent.ID]int{intent.Up: -1, intent.Down: 1}[in.ID]
	if step != 0 {
		from := d.link + step
		if d.link < first || d.link > last {
			if from = first; step < 0 {
				from = last
			}
		}
		for i := from; i >= first && i <= last && i < len(d.lines); i += step {
			if d.lines[i].link.ID != "" {
				d.link = i
				return
			}
		}
	}
	d.scroll.Handle(in)
}

// followLink opens the record that the line in focus refers to.
func (s *Screen) followLink() tea.Cmd {
	d := &s.detail
	if d.showRaw || d.link < 0 || d.link >= len(d.lines) {
		s.env.Warn(s.env.S(s.env.T.Chart.NoReference))
		return nil
	}
	r, ok := s.find(d.lines[d.link].link)
	switch {
	case !ok:
		return nil
	case r.Restricted:
		s.env.Warn(s.env.S(s.env.T.Chart.RestrictedWhy))
		return nil
	}
	if sel, ok := s.selected(); ok && len(s.followed) == 0 {
		s.from = sel.Ref()
	}
	s.followed = append(s.followed, r)
	return s.follow()
}

// comeBack goes back from the record that was followed last.
func (s *Screen) comeBack() tea.Cmd {
	if n := len(s.followed); n > 0 {
		s.followed = s.followed[:n-1]
	}
	return s.follow()
}
