package chart

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/consent"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// release asks to see restricted records: which, why, and what shows that the
// patient agrees. It stands in the place of the list, below the banner.
type release struct {
	request string
	held    []ehrdesk.Kind
	offer   *ehrdesk.Offer
	sent    *sentCode
	card    screen.CardProof
	wrong   screen.Wrong
	locked  time.Time

	form                      widget.Form
	kinds                     []*widget.Row
	reason, words, by, submit *widget.Row
	code                      *widget.Row

	offerJob screen.Job
	codeJob  screen.Job
	job      screen.Job
}

type (
	offerMsg    = screen.Done[ehrdesk.Offer]
	codeMsg     = screen.Done[sentCode]
	releasedMsg = screen.Done[ehrdesk.Released]
)

// sentCode is a code on its way, and in the demonstration what the patient reads.
type sentCode struct {
	ehrdesk.CodeSent
	phone string
}

// heldKinds are the kinds that restricted records of this patient are of.
func (s *Screen) heldKinds() (out []ehrdesk.Kind) {
	for _, sum := range s.types {
		out = append(out, sum.Held...)
	}
	return out
}

// restricted asks for a release, or ends the one that runs. first is the kind
// that was chosen in a list, if any.
func (s *Screen) restricted(first ...ehrdesk.Kind) tea.Cmd {
	if s.chart.Released().ID != "" && len(first) == 0 {
		return s.endRelease()
	}
	e, t := s.env, &s.env.T.Chart
	f := &release{request: consent.NewRequestID(), held: s.heldKinds()}
	say := func(x text.T) func() string { return func() string { return e.S(x) } }
	f.form.Rows = append(f.form.Rows, &widget.Row{Kind: widget.SaidRow, Label: say(t.ReleaseLead), Style: theme.Abnormal})
	for _, k := range f.held {
		r := &widget.Row{Kind: widget.TickRow, Label: func() string { return e.S(e.T.KindName(k)) }, On: slices.Contains(first, k) || len(f.held) == 1}
		f.kinds = append(f.kinds, r)
	}
	f.reason = &widget.Row{Kind: widget.ChoiceRow, Label: say(t.ReleaseReason), Sel: -1, Option: func(i int) string {
		return ehrdesk.CleanLine(f.offer.Reasons[i].Text[e.Lang.Tag()])
	}}
	f.words = &widget.Row{Kind: widget.TextRow, Label: say(t.ReleaseWords), Input: &widget.Input{Max: 200}}
	f.by = &widget.Row{Kind: widget.ChoiceRow, Label: say(t.ReleaseBy), Count: f.ways(e), Option: func(i int) string {
		return e.S([...]text.T{t.ReleaseCode, t.ReleaseCard}[i])
	}}
	f.code = &widget.Row{Kind: widget.TextRow, Label: say(t.CodeLabel), Input: &widget.Input{Digits: true, Max: 6}, Width: 8, Hidden: f.byCard}
	f.submit = &widget.Row{Kind: widget.SubmitRow, Label: say(t.ReleaseY)}
	said := &widget.Row{Kind: widget.SaidRow, Label: func() string { return s.consentWords() }, Style: theme.Text}
	f.form.Rows = append(f.form.Rows, f.kinds...)
	f.form.Rows = append(f.form.Rows, f.reason, f.words, f.by, said, f.code, f.submit)
	if len(first) > 0 || len(f.held) == 1 {
		f.form.Focus(f.reason)
	} else {
		f.form.Focus(f.kinds[0])
	}
	s.rel = f
	session := e.Session
	var cmd tea.Cmd
	f.offerJob, cmd = screen.Start(e, 15*time.Second, s.patient.ID, func(ctx context.Context) (ehrdesk.Offer, error) { return session.Offer(ctx) })
	return cmd
}

// ways: the card is one where a reader is.
func (f *release) ways(e *screen.Env) int {
	if e.CardWhy() == "" {
		return 2
	}
	return 1
}

func (f *release) byCard() bool { return f.by.Sel == 1 }

func (f *release) busy() bool { return f.offerJob.Running() || f.codeJob.Running() || f.job.Running() }

// close forgets what was entered.
func (f *release) close() {
	f.offerJob.Stop()
	f.codeJob.Stop()
	f.job.Stop()
	f.card.Forget()
	f.code.Input.Clear()
}

// consentWords say what the additional consent waits for.
func (s *Screen) consentWords() string {
	e, t, f := s.env, &s.env.T.Chart, s.rel
	switch {
	case f.byCard() && f.card.Job.Running():
		return e.Progress(&f.card.Job, e.T.Card.Reading)
	case f.byCard() && f.card.Err != nil:
		return "! " + e.S(e.CardFault(f.card.Err))
	case f.byCard() && f.card.Reading == nil:
		return e.S(e.T.Card.Waiting)
	case f.byCard():
		words, _ := e.CardLine(f.card.Reading, s.patient)
		return words
	case f.codeJob.Running():
		return e.Working.Mark() + " " + e.S(t.SendingCode)
	case f.sent != nil && f.sent.phone != "":
		return text.Sprintf(e.S(t.DemoPhone), ehrdesk.CleanLine(f.sent.phone))
	case f.sent != nil && !f.sent.NewFrom.IsZero():
		return text.Sprintf(e.S(t.CodeSentBefore), e.S(e.T.Find.By(f.sent.By)), e.Clock(f.sent.Expires), ehrdesk.At(f.sent.NewFrom.In(e.Now().Location())).DateTime())
	case f.sent != nil:
		return text.Sprintf(e.S(t.CodeSent), e.S(e.T.Find.By(f.sent.By)), e.Clock(f.sent.Expires))
	}
	return e.S(t.CodeNotSent)
}

// handleRelease carries out a wish in the form.
func (s *Screen) handleRelease(in intent.Intent) tea.Cmd {
	f := s.rel
	switch {
	case in.ID == intent.Back && f.job.Running():
		s.env.Warn(s.env.S(s.env.T.Chart.Releasing))
		return nil
	case in.ID == intent.Back:
		f.close()
		s.rel = nil
		return s.follow()
	case f.busy() || f.offer == nil:
		return nil
	}
	switch in.ID {
	case intent.Edited:
		f.wrong = screen.Wrong{}
	case intent.SendCode:
		return s.sendCode()
	case intent.Submit:
		return s.sendRelease()
	default:
		if f.form.Handle(in) {
			f.wrong = screen.Wrong{}
		}
		if f.byCard() && f.card.Insertion == 0 {
			return f.card.Begin(s.env, f.request, s.patient.ID)
		}
	}
	return nil
}

func (s *Screen) sendCode() tea.Cmd {
	f, chart := s.rel, s.chart
	if f.byCard() {
		return nil
	}
	patient, demo := s.patient.ID, s.env.Demo
	var cmd tea.Cmd
	f.codeJob, cmd = screen.Start(s.env, 15*time.Second, patient, func(ctx context.Context) (out sentCode, err error) {
		if out.CodeSent, err = chart.SendCode(ctx); err == nil && demo != nil && demo.Phone != nil {
			out.phone = demo.Phone(ctx, patient)
		}
		return out, err
	})
	return cmd
}

// missing is the first thing that stands in the way, and its row.
func (s *Screen) missing() (screen.Wrong, *widget.Row) {
	f, t := s.rel, &s.env.T.Chart
	switch {
	case len(f.chosen()) == 0:
		return screen.Saying(t.KindNeeded), f.kinds[0]
	case f.reason.Sel < 0:
		return screen.Saying(t.ReasonNeeded), f.reason
	case utf8.RuneCountInString(ehrdesk.CleanLine(f.words.Input.Text())) < ehrdesk.ReleaseReason:
		return screen.Saying(t.WordsNeeded), f.words
	case f.byCard() && !f.card.Good():
		return screen.Saying(s.env.T.Card.Waiting), f.by
	case f.byCard():
	case s.env.Now().Before(f.locked):
		return f.wrong, f.code
	default:
		if _, err := ehrdesk.ParseOneTimeCode(f.code.Input.Text()); err != nil {
			return screen.Saying(t.CodeShape), f.code
		}
	}
	return screen.Wrong{}, nil
}

func (f *release) chosen() (out []ehrdesk.Kind) {
	for i, r := range f.kinds {
		if r.On {
			out = append(out, f.held[i])
		}
	}
	return out
}

func (s *Screen) sendRelease() tea.Cmd {
	f := s.rel
	wrong, at := s.missing()
	if at != nil {
		f.wrong = wrong
		f.form.Focus(at)
		return nil
	}
	f.wrong = screen.Wrong{}
	r := ehrdesk.Release{Kinds: f.chosen(), Reason: f.offer.Reasons[f.reason.Sel].Code, Words: f.words.Input.Text(), RequestID: f.request}
	if f.byCard() {
		r.Card = f.card.Evidence()
	} else {
		r.Code, _ = ehrdesk.ParseOneTimeCode(f.code.Input.Text()) // checked just now
	}
	chart := s.chart
	var cmd tea.Cmd
	f.job, cmd = screen.Start(s.env, time.Minute, s.patient.ID, func(ctx context.Context) (ehrdesk.Released, error) { return chart.Release(ctx, r) })
	return cmd
}

// updateRelease takes what the form waits for.
func (s *Screen) updateRelease(msg tea.Msg) (tea.Cmd, bool) {
	f := s.rel
	if f == nil {
		return nil, false
	}
	switch m := msg.(type) {
	case offerMsg:
		if !f.offerJob.Takes(m.Req) {
			return nil, false
		}
		if f.wrong = screen.Failed(m.Err); m.Err == nil {
			f.wrong, f.offer, f.reason.Count = screen.Wrong{}, &m.Value, len(m.Value.Reasons)
		}
	case codeMsg:
		if !f.codeJob.Takes(m.Req) {
			return nil, false
		}
		var often *ehrdesk.LockOut
		if errors.As(m.Err, &often) {
			f.wrong = screen.Saying(s.env.T.Chart.CodeOften.Filled(s.env.Clock(often.Until)))
		} else if f.wrong = screen.Failed(m.Err); m.Err == nil {
			f.wrong, f.sent = screen.Wrong{}, &m.Value
			f.form.Focus(f.code)
		}
	case screen.CardRead:
		if !f.card.Job.Takes(m.Req) {
			return nil, false
		}
		f.card.Take(s.env, m, s.patient)
	case releasedMsg:
		if !f.job.Takes(m.Req) {
			return nil, false
		}
		return s.released(m), true
	default:
		return nil, false
	}
	return nil, true
}

func (s *Screen) released(m releasedMsg) tea.Cmd {
	f, t := s.rel, &s.env.T.Chart
	var wrong *ehrdesk.WrongKey
	var lock *ehrdesk.LockOut
	switch {
	case m.Err == nil:
		f.close()
		s.rel, s.shown = nil, m.Value
		return tea.Batch(s.refresh(), s.follow())
	case errors.As(m.Err, &lock):
		f.locked = lock.Until
		f.wrong = screen.Saying(t.CodeLocked.Filled(s.env.Clock(lock.Until)))
	case errors.As(m.Err, &wrong):
		f.wrong = screen.Saying(t.CodeWrong)
		f.form.Focus(f.code)
	default:
		f.wrong = screen.Failed(m.Err)
	}
	f.code.Input.Clear()
	if ehrdesk.CodeOf(m.Err) == ehrdesk.CodeCard || f.byCard() {
		f.card.Forget()
	}
	return nil
}
