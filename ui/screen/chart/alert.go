package chart

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/checks"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// checking is what the rules say of the chart, and what people have said to that.
type checking struct {
	making page.Making[checked]
	report *safety.Report
	said   map[string]ehrdesk.Acknowledgement // by mark, the last
	told   map[string]bool                    // marks that have interrupted, or need not: nothing interrupts twice
	card   *alertCard                         // nil for none
}

// settle has a finding interrupt no more.
func (k *checking) settle(mark string) {
	if k.told == nil {
		k.told = map[string]bool{}
	}
	k.told[mark] = true
}

// checked is what a job makes.
type checked struct {
	report *safety.Report
	said   []ehrdesk.Acknowledgement
}

// check asks the rules anew, with what has been acknowledged.
func (s *Screen) check() tea.Cmd {
	if s.env.Locked {
		return nil
	}
	run, patient := s.book.Checked, s.patient.ID
	keeper, _ := s.env.Session.(ehrdesk.Acknowledging)
	return s.checks.making.Begin(&s.book, func() (out checked) {
		out.report = run()
		if keeper != nil {
			ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
			defer cancel()
			out.said, _ = keeper.Acknowledged(ctx, patient) // without them every finding is told anew
		}
		return out
	})
}

// updateChecks takes what the rules said.
func (s *Screen) updateChecks(msg tea.Msg) (tea.Cmd, bool) {
	m, ok, again, used := s.checks.making.Take(&s.book, msg)
	if !used {
		return nil, false
	}
	var cmd tea.Cmd
	if ok {
		k := &s.checks
		k.report, k.said = m.report, map[string]ehrdesk.Acknowledgement{}
		for _, a := range m.said {
			k.said[a.Mark] = a
			if a.By == s.env.Account().Staff { // what a colleague has decided does not keep it from this person
				k.settle(a.Mark)
			}
		}
		s.interrupt()
		if p := s.pages[viewChecks]; p != nil {
			cmd = p.Set()
		}
	}
	if again {
		cmd = tea.Batch(cmd, s.check())
	}
	return cmd, true
}

// interrupt shows the card of the first finding that stops and that this person has not acknowledged: one at an opening, and
// after that only what was not there before. Whoever is writing is not interrupted, and neither is whoever decides nothing.
func (s *Screen) interrupt() {
	k := &s.checks
	free := s.env.Account().Role.DecidesOnDrugs() && s.rel == nil && s.chooser == nil && k.card == nil && s.inbox.card == nil && !s.asksOfDraft() && !s.writes() && (s.query == nil || !s.query.typing)
	var show *safety.Finding
	at := 0
	for i := range k.report.Findings {
		f := &k.report.Findings[i]
		if !f.Modal() || k.told[f.Mark] {
			continue
		}
		if show == nil && free {
			show, at = f, i
		}
		if free {
			k.settle(f.Mark)
		}
	}
	if show != nil {
		k.card = newCard(s, at)
	}
}

// alertCard is one finding, to be acknowledged: first its card, then the form that asks why.
type alertCard struct {
	at    int // in the report
	mark  string
	asks  bool // the form
	form  widget.Form
	why   *widget.Row
	again *widget.Row
	wrong screen.Wrong
	job   screen.Job
}

func newCard(s *Screen, at int) *alertCard {
	e, t := s.env, &s.env.T.Safety
	k := &alertCard{at: at, mark: s.checks.report.Findings[at].Mark}
	k.why = &widget.Row{Kind: widget.TextRow, Label: func() string { return e.S(t.Reason) }, Input: &widget.Input{Max: ehrdesk.AcknowledgeMost}}
	k.again = &widget.Row{Kind: widget.ChoiceRow, Label: func() string { return e.S(t.Again) }, Count: len(againDays), Option: func(i int) string {
		if againDays[i] == 0 {
			return e.S(t.AgainNot)
		}
		return text.Sprintf(e.S(t.AgainIn), againDays[i])
	}}
	k.form.Rows = []*widget.Row{
		{Kind: widget.SaidRow, Label: func() string { return e.S(t.ReasonLead) }, Style: theme.Muted},
		k.why, k.again, {Kind: widget.SubmitRow, Label: func() string { return e.S(t.ReasonSubmit) }},
	}
	k.form.Focus(k.why)
	return k
}

// againDays are after how many days something can be said to be measured: an INR or a potassium in days, a level in a
// week, a blood count in a month.
var againDays = [...]int{0, 4, 7, 14, 28}

// openFinding shows a finding's card.
func (s *Screen) openFinding(i int) tea.Cmd {
	if s.checks.report != nil && i < len(s.checks.report.Findings) {
		s.checks.card = newCard(s, i)
	}
	return nil
}

// finding is the finding of the card that is shown; nil once the report has it no more.
func (s *Screen) finding() *safety.Finding {
	k := &s.checks
	i := slices.IndexFunc(k.report.Findings, func(f safety.Finding) bool { return f.Mark == k.card.mark })
	if i < 0 {
		return nil
	}
	k.card.at = i
	return &k.report.Findings[i]
}

// handleCard carries out a wish on the card.
func (s *Screen) handleCard(in intent.Intent) tea.Cmd {
	k, f := s.checks.card, s.finding()
	if f == nil { // what it was of is no longer so
		s.checks.card = nil
		return s.follow()
	}
	switch {
	case in.ID == intent.Back && k.job.Running():
		s.env.Warn(s.env.S(s.env.T.Safety.Keeping))
	case in.ID == intent.Back && k.asks:
		k.asks, k.wrong = false, screen.Wrong{}
	case in.ID == intent.Back, in.ID == intent.Accept && !k.asks: // the key that is next is the one that decides nothing
		s.checks.card = nil
		return s.follow()
	case k.job.Running():
	case in.ID == intent.Pick && !k.asks:
		if all := f.Records(); in.Arg < len(all) {
			return s.openCited(all[in.Arg])
		}
	case in.ID == intent.GoOn && !k.asks:
		if why := s.noGoingOn(); why != "" {
			s.env.Warn(why)
			return nil
		}
		k.asks = true
	case in.ID == intent.GoOn:
		return s.acknowledge(f)
	case in.ID == intent.Edited:
		k.wrong = screen.Wrong{}
	case k.asks:
		k.form.Handle(in)
	}
	return nil
}

// noGoingOn says why a finding cannot be acknowledged here, "" where it can.
func (s *Screen) noGoingOn() string {
	if _, ok := s.env.Session.(ehrdesk.Acknowledging); !ok || !s.env.Account().Role.DecidesOnDrugs() {
		return s.env.S(s.env.T.Safety.NotDecides)
	}
	return ""
}

// openCited opens a record that a finding rests on, beside the line of it on the page of the checks.
func (s *Screen) openCited(r *ehrdesk.Record) tea.Cmd {
	s.checks.card = nil
	cmd := s.turn(viewChecks)
	if p := s.pages[viewChecks]; p != nil && p.Select(r.Ref()) {
		s.pane = paneDetail
	}
	return tea.Batch(cmd, s.follow())
}

// acknowledge keeps the reason.
func (s *Screen) acknowledge(f *safety.Finding) tea.Cmd {
	k, t := s.checks.card, &s.env.T.Safety
	reason := ehrdesk.CleanLine(k.why.Input.Text())
	if f.Tier == safety.Stop && utf8.RuneCountInString(reason) < ehrdesk.AcknowledgeReason {
		k.wrong = screen.Saying(t.ReasonNeeded.Filled(ehrdesk.AcknowledgeReason))
		k.form.Focus(k.why)
		return nil
	}
	keeper, _ := s.env.Session.(ehrdesk.Acknowledging)
	a := ehrdesk.Acknowledgement{Mark: f.Mark, Rule: f.Line.Name(), Version: s.checks.report.Version, Records: f.Cites(), Reason: reason}
	if n := againDays[k.again.Sel]; n > 0 {
		a.Again = s.env.Now().AddDate(0, 0, n)
	}
	patient := s.patient.ID
	var cmd tea.Cmd
	k.job, cmd = screen.Start(s.env, time.Minute, patient, func(ctx context.Context) (acknowledged, error) {
		return acknowledged{a.Mark}, keeper.Acknowledge(ctx, patient, a)
	})
	return cmd
}

// acknowledged says that a finding's acknowledgement is on the disk.
type acknowledged struct{ mark string }

type acknowledgedMsg = screen.Done[acknowledged]

// tookAcknowledgement takes what came of it.
func (s *Screen) tookAcknowledgement(m acknowledgedMsg) (tea.Cmd, bool) {
	k := s.checks.card
	if k == nil || m.Who != s.patient.ID || !k.job.Takes(m.Req) {
		return nil, false
	}
	if m.Err != nil {
		k.wrong = screen.Failed(m.Err)
		return nil, true
	}
	s.checks.card = nil
	s.env.Say(s.env.S(s.env.T.Safety.Kept))
	return tea.Batch(s.check(), s.follow()), true
}

// drawCard paints the finding in the place of the lists: the banner with the allergies stays above it.
func (s *Screen) drawCard(c *paint.Canvas, r paint.Rect) {
	e, t, k := s.env, &s.env.T.Safety, s.checks.card
	f := s.finding()
	if f == nil {
		return
	}
	words := e.Facts()
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 100), H: r.H}
	c.SetCursor(in.X, in.Y)
	style := theme.Abnormal
	if f.Tier == safety.Stop {
		style = theme.Critical
	}
	head := text.Sprintf(e.S(t.CardTitle), words.Tier(f.Tier), words.Finding(f))
	if n := s.stops(); f.Tier == safety.Stop && n > 1 {
		head += "  " + text.Sprintf(e.S(t.OneOf), k.at+1, n)
	}
	if k.asks {
		in.H -= 7 // the form's rows, and what is wrong in it
	}
	put := func(st paint.Style, words string) {
		if words != "" && in.H > 0 {
			in = in.From(widget.Para(c, in, st, words))
		}
	}
	put(style, head)
	put(theme.Text, checks.Says(&s.book, f))
	for i, rec := range f.Records() {
		if i == 7 {
			break
		}
		put(theme.Text, s.citedLine(i+1, rec, f))
	}
	put(theme.Strong, words.Do(f))
	put(theme.Strong, words.Alternatives(f))
	put(theme.Muted, words.Rule(f, s.checks.report.Version))
	if a, ok := s.checks.said[f.Mark]; ok {
		put(theme.Good, checks.Acknowledged(&s.book, a))
	}
	if !k.asks {
		put(theme.Muted, e.S(t.CardBack)+" · "+text.Sprintf(e.S(t.CardKeys), min(7, len(f.Records()))))
		return
	}
	in.H = r.Bottom() - in.Y
	y := k.form.Draw(c, in, !k.job.Running())
	rest := paint.Rect{X: in.X, Y: y, W: in.W, H: max(0, in.Bottom()-y)}
	switch {
	case k.job.Running():
		c.Put(rest.X, rest.Y, rest.Right(), theme.Syncing, e.Working.Mark()+" "+e.S(t.Keeping))
	case !k.wrong.None():
		widget.Para(c, rest, theme.Critical, "! "+e.Words(k.wrong))
	}
}

// stops is how many findings stop.
func (s *Screen) stops() int { return s.checks.report.Count(safety.Stop) }

// citedLine is a record that a finding rests on: its number, what it says, who says so and when.
func (s *Screen) citedLine(n int, r *ehrdesk.Record, f *safety.Finding) string {
	words := s.words(r)
	out := []string{}
	for _, w := range []string{words.Title, words.Value} {
		if w != "" {
			out = append(out, w)
		}
	}
	line := strings.Join(out, " ") + " – " + strings.Trim(strings.Join([]string{ehrdesk.CleanLine(r.Source), words.Day}, ", "), ", ")
	for _, m := range []*safety.Medicine{f.A, f.B} {
		if m != nil && m.Ref() == r.Ref() {
			if taking := s.env.Facts().Taking(m); taking != "" {
				line += " (" + taking + ")"
			}
		}
	}
	return text.Sprintf("[%d] %s", n, line)
}
