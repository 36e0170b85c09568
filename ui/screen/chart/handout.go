package chart

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Copies of what is shown leave by three ways, each under policy and in the access log
// before it goes (ehrdesk.HandingOut): this file is what the keys do, and why they do not.

const (
	outWidth   = 79               // columns of a text that leaves: the summary in one column
	outRows    = 400              // most rows of a summary
	mostCopied = 64 << 10         // bytes; terminals take no more into the clipboard
	copiedFor  = time.Minute      // then the clipboard is emptied
	outTime    = 45 * time.Second // a printer's program may take half a minute
)

// handing is a handout under way.
type handing struct {
	job screen.Job
	ref ehrdesk.Ref // of which a document was opened last
	at  int         // and which comes next
}

// handed is one that was done.
type handed struct {
	way  ehrdesk.Handout
	text string // to the clipboard
	doc  ehrdesk.Attachment
}

type handedMsg = screen.Done[handed]

var ways = map[intent.ID]ehrdesk.Handout{intent.OpenViewer: ehrdesk.HandoutView, intent.CopyText: ehrdesk.HandoutCopy, intent.PrintText: ehrdesk.HandoutPrint}

// end stops what runs and closes the viewers: a document is not left open behind a chart.
func (h *handing) end(env *screen.Env) {
	h.job.Stop()
	if *h = (handing{}); env.Hand != nil {
		env.Hand.Shut()
	}
}

// subject is the record that would leave, ok false for the summary.
func (s *Screen) subject() (r ehrdesk.Record, ok bool) {
	if s.view == viewSummary && s.pane != paneDetail && s.query == nil {
		return ehrdesk.Record{}, false
	}
	r, _ = s.read()
	return r, true
}

// whyNotOut says why nothing leaves by a key, "" where it does.
func (s *Screen) whyNotOut(id intent.ID) string {
	e, t, way := s.env, &s.env.T.Handout, ways[id]
	out, can := s.chart.(ehrdesk.HandingOut)
	if !can || !out.MayHandOut(way) {
		return e.S(t.Ways[way])
	}
	r, one := s.subject()
	if way == ehrdesk.HandoutView {
		r, _ = s.read()
		one = true
	}
	switch {
	case one && (r.Restricted || r.Released):
		return e.S(t.Restricted)
	case one && (r.ID == "" || !s.detail.have || s.detail.failed != nil || s.detail.value.Record.Ref() != r.Ref()):
		return e.S(t.Unopened)
	case way == ehrdesk.HandoutView:
		return s.whyNotViewed()
	case way == ehrdesk.HandoutPrint && (e.Hand == nil || e.Hand.PrintObstacle() != ""):
		return e.S(t.NoPrinter)
	}
	return ""
}

// whyNotViewed says why no viewer opens a document of the record that is read.
func (s *Screen) whyNotViewed() string {
	kinds := documents(s.detail.value.Detail)
	if len(kinds) == 0 {
		return s.env.S(s.env.T.Handout.NoDocument)
	}
	why := ehrdesk.NoProgram
	if s.env.Hand != nil {
		for _, k := range kinds {
			if why = s.env.Hand.ViewObstacle(k); why == "" {
				return ""
			}
		}
	}
	return s.env.S(s.env.T.Handout.Obstacles[why])
}

// documents are the media types of a record's attachments, in order, and after them those
// of what lies at other systems.
func documents(d ehrdesk.Detail) (out []string) {
	types, elements := map[string]string{}, d.Elements
	for i := range elements {
		if parent, ok := strings.CutSuffix(elements[i].Path, "contentType"); ok {
			types[parent] = strings.ToLower(elements[i].Value)
		}
	}
	for i := range elements {
		e := &elements[i]
		parent, ok := strings.CutSuffix(e.Path, "data")
		if !ok || parent != "" && !strings.HasSuffix(parent, ".") {
			continue
		}
		kind, _, _ := strings.Cut(types[parent], ";")
		if e.Remark.Word != "" && strings.Contains(e.Remark.Word, "/") {
			kind = e.Remark.Word // looked at
		}
		if kind != "" {
			out = append(out, strings.TrimSpace(kind))
		}
	}
	for range d.Links {
		out = append(out, "text/uri-list")
	}
	return out
}

// handOut has what is shown leave by the way of a key.
func (s *Screen) handOut(id intent.ID) (cmd tea.Cmd) {
	if why := s.whyNotOut(id); why != "" {
		s.env.Warn(why)
		return nil
	}
	if s.out.job.Running() {
		return nil
	}
	out, way := s.chart.(ehrdesk.HandingOut), ways[id] //nolint:errcheck // whyNotOut has looked
	if way == ehrdesk.HandoutView {
		return s.openViewer(out)
	}
	r, one := s.subject()
	words, ref := s.outText(r, one), ehrdesk.Ref{}
	if one {
		ref = r.Ref()
	}
	if way == ehrdesk.HandoutCopy && len(words) > mostCopied {
		s.env.Warn(s.env.S(s.env.T.Handout.TooLong))
		return nil
	}
	hand := s.env.Hand
	s.out.job, cmd = screen.Start(s.env, outTime, s.patient.ID, func(ctx context.Context) (handed, error) {
		err := out.HandOut(ctx, way, ref, func(ctx context.Context) error {
			if way == ehrdesk.HandoutPrint {
				return hand.Print(ctx, words)
			}
			return nil // the terminal takes it, when this is known to be written down
		})
		return handed{way: way, text: words}, err
	})
	return cmd
}

// openViewer opens the record's document, the next one where it was pressed before.
func (s *Screen) openViewer(out ehrdesk.HandingOut) (cmd tea.Cmd) {
	r, _ := s.read()
	if s.out.ref != r.Ref() {
		s.out.ref, s.out.at = r.Ref(), 0
	}
	kinds, hand, ref := documents(s.detail.value.Detail), s.env.Hand, r.Ref()
	n := s.out.at
	for i := range kinds { // the next one that a viewer shows
		if n = (s.out.at + i) % len(kinds); hand.ViewObstacle(kinds[n]) == "" {
			break
		}
	}
	s.out.at = n + 1
	if n >= len(kinds)-s.detail.value.Links {
		n -= len(kinds) // links are the last, however many documents the record holds
	}
	s.out.job, cmd = screen.Start(s.env, outTime, s.patient.ID, func(ctx context.Context) (done handed, err error) {
		done.way = ehrdesk.HandoutView
		err = out.HandOut(ctx, done.way, ref, func(ctx context.Context) error {
			doc, err := out.Attachment(ctx, ref, n)
			if err != nil {
				return err
			}
			err = hand.View(doc.Type, doc.Data)
			clear(doc.Data)
			doc.Data = nil
			done.doc = doc
			return err
		})
		return done, err
	})
	return cmd
}

// handed says what became of a handout, and gives text to the clipboard.
func (s *Screen) handed(m handedMsg) (tea.Cmd, bool) {
	if m.Who != s.patient.ID || !s.out.job.Takes(m.Req) {
		return nil, false
	}
	e, t := s.env, &s.env.T.Handout
	switch {
	case m.Err != nil:
		var why ehrdesk.Obstacle
		if errors.As(m.Err, &why) {
			e.Warn(e.S(t.Obstacles[why]))
			break
		}
		e.Warn(e.ExplainLine(m.Err))
	case m.Value.way == ehrdesk.HandoutView:
		said := e.S(t.Opened)
		if d := m.Value.doc; d.Of > 1 {
			said = sprintf(e.S(t.OneOf), strconv.Itoa(d.At+1), strconv.Itoa(d.Of)) + " – " + said
		}
		e.Say(said)
	case m.Value.way == ehrdesk.HandoutPrint:
		e.Say(e.S(t.Printed))
	default:
		e.Say(e.S(t.Copied))
		e.Copied = true
		return tea.Batch(tea.SetClipboard(m.Value.text), screen.InBackground(tea.Tick(copiedFor, func(time.Time) tea.Msg { return screen.ClipboardOver{} }))), true
	}
	return nil, true
}

// outText is a record, or the summary, as text between two lines that say what it is: a
// copy, whose, by whom and when. Of the card's number it has the tail alone.
func (s *Screen) outText(r ehrdesk.Record, one bool) string {
	e, a := s.env, s.env.Account()
	mark := ehrdesk.CleanLine(sprintf(e.S(e.T.Handout.Watermark), a.Name, a.ProviderName, e.Now().Format("02-Jan-2006 15:04")))
	who := e.Facts().Name(s.patient.Name) + " · " + e.S(e.T.Patient.Born) + " " + s.patient.Born.Date()
	if tail := s.patient.HKIC.Tail(); tail != "" {
		who += " · " + sprintf(e.S(e.T.Handout.Tail), tail)
	}
	var b strings.Builder
	for _, l := range []string{mark, ehrdesk.CleanLine(who), ""} {
		b.WriteString(l + "\n")
	}
	if one {
		s.recordText(&b)
	} else {
		s.summaryText(&b)
	}
	b.WriteString("\n" + mark + "\n")
	return b.String()
}

// recordText is the open record as it is read, in letters.
func (s *Screen) recordText(b *strings.Builder) {
	lines, _ := s.readOnly(outWidth)
	for _, l := range lines {
		row := strings.Repeat(" ", l.indent) + l.label + l.text
		for _, c := range l.cells {
			row += strings.Repeat(" ", max(1, c.x-paint.Width(row))) + c.text
		}
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
}

// summaryText draws the page where there is room for all of it, and takes the letters.
func (s *Screen) summaryText(b *strings.Builder) {
	p := s.page()
	if p == nil {
		return
	}
	c := paint.New(s.env.ASCII)
	c.Reset(outWidth, outRows, theme.Text)
	p.Draw(c, c.Bounds(), false)
	lines := strings.Split(ansi.Strip(c.String(make(paint.Palette, 256))), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(strings.Replace(lines[i], "▸", " ", 1), " ") // the selection is the screen's
	}
	b.WriteString(strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n")
}
