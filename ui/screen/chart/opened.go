package chart

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/birth"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// opened is a record read: its elements, of a visit the records that were made at it, and of a
// birth what else was recorded of that birth.
type opened struct {
	ehrdesk.Detail
	visit []ehrdesk.Record
	birth []ehrdesk.Record
}

// readRecord opens a record.
func readRecord(ctx context.Context, chart ehrdesk.Chart, ref ehrdesk.Ref) (out opened, err error) {
	if out.Detail, err = chart.Detail(ctx, ref); err != nil || ref.Resource != "Encounter" {
		if err == nil {
			out.birth = birth.Of(&out.Record, chart.List, chart.Patient().Born)
		}
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

// asRead lays the record out as it is read, and says how much is left to the tree.
func (s *Screen) asRead(w int) []line {
	out, left := s.readOnly(w)
	if left > 0 {
		for _, l := range paint.Wrap(nil, sprintf(s.env.S(s.env.T.Chart.LeftToTree), thousands(left)), w) {
			out = append(out, line{text: l, style: theme.Muted})
		}
	}
	return out
}

// readOnly is the record as it is read, and how many elements are not in it.
func (s *Screen) readOnly(w int) (out []line, left int) {
	d := &s.detail
	rec, ok := s.read()
	if !ok {
		rec = d.value.Record
	}
	in := reading.In{Words: s.language(), Find: s.find, Record: &rec,
		Label: func(el *ehrdesk.Element) string {
			return s.env.T.Element(s.env.Lang, ehrdesk.CleanLine(el.Label))
		},
		Say: func(r *ehrdesk.Record) string { return s.inOneLine(r) },
	}
	read := reading.Of(in, d.value.Record.Resource, d.value.Elements)
	out = s.headed(&rec, w)
	lines := append(s.ofBirth(d.value.birth, rec.Ref()), read.Lines...)
	lines = append(lines, s.ofVisit(d.value.visit)...)
	return placeAll(out, lines, w), read.Left
}

// inOneLine is a record's title, value and flag; of a visit its day and what it was.
func (s *Screen) inOneLine(r *ehrdesk.Record) string {
	row := s.words(r)
	if r.Resource == "Encounter" {
		return strings.TrimSpace(row.Day + " " + row.Title)
	}
	if r.Kind == ehrdesk.KindMedication && !r.Linked {
		f := s.language().Open(r)
		drug := s.language().Drug(r, &f)
		return drug.String()
	}
	if r.Resource == "DiagnosticReport" { // its results are read in it
		if f := r.Facts(); f.Text != "" {
			return row.Title + "  " + ehrdesk.CleanLine(f.Text)
		}
		return row.Title
	}
	out := row.Title
	for _, more := range [...]string{row.Brief, row.Flag, row.Status} {
		if more != "" {
			out += "  " + more
		}
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
	return s.signing(ref)
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
		s.from, s.jumped = sel.Ref(), false
	}
	s.followed = append(s.followed, r)
	return s.follow()
}

// comeBack goes back from the record that was followed last.
func (s *Screen) comeBack() tea.Cmd {
	if n := len(s.followed); n > 0 {
		s.followed = s.followed[:n-1]
		if n == 1 && s.jumped { // the list is where it was opened from
			s.jumped, s.pane = false, paneList
		}
	}
	return s.follow()
}

// jump opens a record of the chart from a page, whatever is selected there; the way back
// leads to the page.
func (s *Screen) jump(ref ehrdesk.Ref) tea.Cmd {
	r, ok := s.find(ref)
	switch {
	case !ok:
		s.env.Warn(s.env.S(s.env.T.KeyPoints.NoSuch))
		return nil
	case r.Restricted:
		s.env.Warn(s.env.S(s.env.T.Chart.RestrictedWhy))
		return nil
	}
	sel, _ := s.selected()
	s.from, s.followed, s.jumped, s.pane = sel.Ref(), []ehrdesk.Record{r}, true, paneDetail
	return s.follow()
}

// openReport opens a report that a line of the day is of; one that has not come to this desk yet is opened once it has, unless
// somebody has gone elsewhere meanwhile.
func (s *Screen) openReport(ref ehrdesk.Ref) tea.Cmd {
	if r, here := s.find(ref); here {
		return s.openAt(r)
	}
	s.view, s.sync.wants = viewChanged, ref
	return nil
}

// openAt opens a record in the list of its type.
func (s *Screen) openAt(r ehrdesk.Record) tea.Cmd {
	if r.Restricted {
		s.env.Warn(s.env.S(s.env.T.Chart.RestrictedWhy))
		return nil
	}
	quiet := s.sync.quiet
	s.goTo(screen.ChartPlace{Type: r.Type(), Page: int(viewList), Pane: int(paneDetail), Record: r.Ref()})
	s.sync.quiet, s.goal = quiet, ehrdesk.Ref{}
	return s.follow()
}

// openWanted opens the report that the chart was to open at and that had not come.
func (s *Screen) openWanted() tea.Cmd {
	ref := s.sync.wants
	s.sync.wants = ehrdesk.Ref{}
	r, here := s.find(ref)
	switch {
	case ref.ID == "" || s.view != viewChanged || s.query != nil || s.pane == paneDetail:
		return nil
	case !here:
		s.env.Warn(s.env.S(s.env.T.KeyPoints.NoSuch))
		return nil
	}
	return s.openAt(r)
}

// askLast shows when things were last done, with the field for what is asked for.
func (s *Screen) askLast() tea.Cmd {
	cmd := s.turn(viewLast)
	s.pane = paneList
	more, _ := s.movePage(intent.Intent{ID: intent.LastDone})
	return tea.Batch(cmd, more)
}
