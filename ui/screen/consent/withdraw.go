package consent

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Withdrawal ends a consent: one page with the giver, the document seen, the
// key or form, and digits of the patient's own that no slip of a key can give.
type Withdrawal struct {
	env     *screen.Env
	finding ehrdesk.Finding
	request string
	giver   giver
	byForm  bool
	key     widget.Input
	form    widget.Input
	confirm widget.Input
	focus   int // 0 giver and tick, 1 name, 2 document, 3 channel and key, 4 confirmation
	wrong   screen.Wrong
	done    *ehrdesk.Receipt
	out     lockOut
	job     screen.Job
}

const (
	focusGiver = iota
	focusName
	focusDocument
	focusKey
	focusConfirm
	focusCount
)

// NewWithdrawal starts one.
func NewWithdrawal(env *screen.Env, f ehrdesk.Finding) (*Withdrawal, tea.Cmd) {
	return &Withdrawal{
		env: env, finding: f, request: NewRequestID(), giver: newGiver(env, f.Patient),
		key: widget.Input{Masked: true, Max: 8}, form: widget.Input{Max: 40}, confirm: widget.Input{Max: 4},
	}, nil
}

// Finding is the patient it is about.
func (w *Withdrawal) Finding() ehrdesk.Finding { return w.finding }

// Scope is the form's, then the receipt's.
func (w *Withdrawal) Scope() intent.Scope {
	if w.done != nil {
		return intent.Receipt
	}
	return intent.WithdrawForm
}

// Field is the one in focus.
func (w *Withdrawal) Field() *widget.Input {
	if w.job.Running() || w.done != nil {
		return nil
	}
	switch w.focus {
	case focusName:
		return &w.giver.name
	case focusDocument:
		return &w.giver.document
	case focusKey:
		if w.byForm {
			return &w.form
		}
		return &w.key
	case focusConfirm:
		return &w.confirm
	}
	return nil
}

func (w *Withdrawal) step(d int) {
	for {
		w.focus = (w.focus + d + focusCount) % focusCount
		if !w.giver.self() || (w.focus != focusName && w.focus != focusDocument) {
			return
		}
	}
}

// Handle carries out a wish.
func (w *Withdrawal) Handle(in intent.Intent) tea.Cmd {
	if w.job.Running() {
		if in.ID == intent.Back {
			w.env.Warn(w.env.S(w.env.T.Withdraw.Sending))
		}
		return nil
	}
	if w.done != nil {
		if in.ID == intent.Accept || in.ID == intent.Back {
			w.env.Go(screen.ToFind{})
		}
		return nil
	}
	switch in.ID {
	case intent.Edited:
		w.wrong = screen.Wrong{}
		if !w.byForm && w.out.locked(w.env) {
			w.wrong = w.out.wrong
		}
	case intent.NextPane:
		w.step(1)
	case intent.PrevPane:
		w.step(-1)
	case intent.Accept:
		if w.focus == focusConfirm {
			w.wrong = w.check()
			if w.wrong.None() {
				w.focus = focusGiver // y is a letter in a field and an act outside one
			}
			return nil
		}
		w.step(1)
	case intent.Up, intent.Down:
		if w.focus == focusKey {
			w.byForm = !w.byForm
			w.key.Clear()
			return nil
		}
		if w.focus == focusGiver {
			w.giver.move(in)
		}
	case intent.Pick, intent.Tick:
		w.giver.move(in)
		w.wrong = screen.Wrong{}
	case intent.Submit:
		if w.wrong = w.check(); w.wrong.None() {
			return w.submit()
		}
	case intent.Back:
		w.env.Go(screen.ToFind{Finding: &w.finding})
	}
	return nil
}

// check says what is missing, none for nothing.
func (w *Withdrawal) check() screen.Wrong {
	e, t := w.env, &w.env.T.Capture
	v := w.giver.value()
	switch {
	case !w.giver.self() && v.Name == "":
		return screen.Saying(t.NameNeeded)
	case !w.giver.self() && v.Document == "":
		return screen.Saying(t.DocNeeded)
	case !w.giver.sighted:
		return screen.Saying(t.NotSighted)
	case w.byForm && ehrdesk.CleanLine(w.form.Text()) == "":
		return screen.Saying(t.FormNeeded)
	case !w.byForm && w.out.locked(e):
		return w.out.wrong
	case !w.byForm:
		if _, err := ehrdesk.ParseAccessKey(w.key.Text()); err != nil {
			return screen.Saying(t.KeyShape)
		}
	}
	if !w.confirmed() {
		return screen.Saying(e.T.Withdraw.ConfirmWrong)
	}
	return screen.Wrong{}
}

// confirmed compares what was typed with the last three digits of the HKIC, or
// the year of birth of somebody who holds none.
func (w *Withdrawal) confirmed() bool {
	p, typed := w.finding.Patient, strings.TrimSpace(w.confirm.Text())
	if !p.HKIC.IsZero() {
		return typed == p.HKIC.Tail()
	}
	return !p.Born.IsZero() && typed == fmt.Sprint(p.Born.Time.Year())
}

func (w *Withdrawal) submit() tea.Cmd {
	a := ehrdesk.Withdrawal{
		Patient: w.finding.Patient.Number(), Channel: ehrdesk.ByAccessKey, Giver: w.giver.value(),
		DocumentSighted: w.giver.sighted, RequestID: w.request,
	}
	if w.byForm {
		a.Channel, a.FormReference = ehrdesk.ByForm, ehrdesk.CleanLine(w.form.Text())
	} else {
		a.AccessKey, _ = ehrdesk.ParseAccessKey(w.key.Text()) // checked just now
	}
	session := w.env.Session
	var cmd tea.Cmd
	w.job, cmd = screen.Start(w.env, 30*time.Second, w.finding.Patient.ID, func(ctx context.Context) (ehrdesk.Receipt, error) {
		return session.Revoke(ctx, a)
	})
	return cmd
}

// Update takes the receipt.
func (w *Withdrawal) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(receiptMsg)
	if !ok || !w.job.Takes(m.Req) {
		return nil, false
	}
	switch ehrdesk.CodeOf(m.Err) {
	case "":
		w.key.Clear()
		w.done = &m.Value
	case ehrdesk.CodeTimeout:
		w.wrong = screen.Saying(w.env.T.Withdraw.Unknown)
	case ehrdesk.CodeDenied, ehrdesk.CodeLocked:
		w.key.Clear()
		w.out.take(m.Err)
		w.focus = focusKey
		w.wrong = screen.Failed(m.Err)
	default:
		w.wrong = screen.Failed(m.Err)
	}
	return nil, true
}

// Why says why an intent cannot be carried out now.
func (w *Withdrawal) Why(id intent.ID) string {
	switch id {
	case intent.Sync, intent.Withdraw, intent.Consent:
		return w.env.S(w.env.T.Withdraw.Title)
	}
	return ""
}

// Hint names what Enter does.
func (w *Withdrawal) Hint(id intent.ID) string {
	if id != intent.Accept {
		return ""
	}
	if w.done != nil {
		return w.env.S(w.env.T.Capture.ReceiptNext)
	}
	return w.env.S(w.env.T.Capture.NextHint)
}

// Unsaved is true once something was entered.
func (w *Withdrawal) Unsaved() bool {
	return w.done == nil && (w.giver.sighted || !w.confirm.Empty() || !w.key.Empty() || !w.form.Empty())
}

// Leave cancels and forgets.
func (w *Withdrawal) Leave() {
	w.job.Stop()
	w.key.Clear()
	w.confirm.Clear()
}

// Draw paints the page.
func (w *Withdrawal) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := w.env, &w.env.T.Withdraw
	y := r.Y + e.Banner(c, r, w.finding.Patient)
	c.Put(r.X+1, y, r.Right(), theme.Title, e.S(t.Title)+" · "+ehrdesk.CleanLine(e.Account().ProviderName))
	c.HLine(r.X, y+1, r.Right(), theme.Rule)
	in := paint.Rect{X: r.X + 2, Y: y + 2, W: min(r.W-4, 100), H: r.Bottom() - y - 2}
	if w.done != nil {
		c.SetCursor(in.X, in.Y)
		c.Put(in.X, in.Y, in.Right(), theme.Good, e.S(t.Done))
		rows := []struct{ label, value string }{{e.S(e.T.Capture.Reference), ehrdesk.CleanLine(w.done.Reference)}}
		y = table(c, in.From(2), rows) + 1
		y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 3}, theme.Text, e.S(t.DoneLead))
		widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Text, told(e, w.done.Notified))
		return
	}
	y = in.Y + widget.Para(c, in.Top(2), theme.Abnormal, e.S(t.Lead))
	y = drawGiverFocus(c, paint.Rect{X: in.X, Y: y, W: in.W, H: in.Bottom() - y}, w)
	way, label, field := e.S(t.ByKey), e.S(e.T.Capture.KeyLabel), &w.key
	if w.byForm {
		way, label, field = e.S(t.ByForm), e.S(e.T.Capture.FormLabel), &w.form
	}
	x := c.Put(in.X, y, in.Right(), theme.Label, "↑ ↓ ")
	x = c.Put(x, y, in.Right(), theme.Text, way+" · "+label+"  ")
	field.Draw(c, x, y, min(14, in.Right()-x), w.focus == focusKey && !w.job.Running())
	y++
	ask := t.ConfirmHKIC
	if w.finding.Patient.HKIC.IsZero() {
		ask = t.ConfirmYear
	}
	x = c.Put(in.X, y, in.Right(), theme.Label, e.S(t.Confirm)+" · ")
	x = c.Put(x, y, in.Right(), theme.Text, e.S(ask)+"  ")
	w.confirm.Draw(c, x, y, min(8, in.Right()-x), w.focus == focusConfirm && !w.job.Running())
	y++
	switch {
	case w.job.Running():
		c.Put(in.X, y, in.Right(), theme.Syncing, "◐ "+e.S(t.Sending)+" "+e.Elapsed(e.Now().Sub(w.job.Since())))
	case !w.wrong.None():
		widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Critical, "! "+e.Words(w.wrong))
	case w.check().None():
		widget.Option(c, in.X, y, min(in.Right(), in.X+60), w.focus == focusGiver, "", e.S(t.PressY), "")
	}
}

func drawGiverFocus(c *paint.Canvas, r paint.Rect, w *Withdrawal) int {
	g := w.giver
	g.focus = w.focus
	return drawGiver(c, r, w.env, &g, w.focus <= focusDocument && !w.job.Running())
}
