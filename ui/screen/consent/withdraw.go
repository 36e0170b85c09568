package consent

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Withdrawal ends a consent: one page with the giver, the document seen, digits
// of the patient's own that no slip of a key can give, and the key or the form.
type Withdrawal struct {
	sent

	giver
	finding ehrdesk.Finding
	request string
	form    widget.Form
	wrong   screen.Wrong
	done    *ehrdesk.Receipt
	out     lockOut
	job     screen.Job

	way, key, paper, signed, submit *widget.Row
}

// NewWithdrawal starts one.
func NewWithdrawal(env *screen.Env, d screen.ToWithdraw) (*Withdrawal, tea.Cmd) {
	f := d.Finding
	w := &Withdrawal{finding: f, request: NewRequestID()}
	w.ends = true
	w.out.known(f)
	w.begin(env, f.Patient, d.Matched, true)
	t := &env.T.Capture
	w.way = &widget.Row{Kind: widget.ChoiceRow, Label: say(env, t.Channel), Count: len(withdrawsBy), Option: func(i int) string { return env.S(env.T.Consent.ChannelName(withdrawsBy[i])) }}
	if f.Cached || f.Participation == ehrdesk.KnownHere { // a key is good at the centre alone
		w.way.Sel = 1
	}
	w.key = &widget.Row{Kind: widget.TextRow, Label: say(env, t.KeyLabel), Input: &widget.Input{Masked: true, Digits: true, Max: 8}, Width: 14, Hidden: func() bool { return w.byForm() }}
	w.paper = &widget.Row{Kind: widget.TextRow, Label: say(env, t.FormLabel), Input: &widget.Input{Max: 40}, Width: 44, Hidden: func() bool { return !w.byForm() }}
	w.signed = signedRow(env, w.paper.Hidden)
	w.submit = &widget.Row{Kind: widget.SubmitRow, Label: say(env, env.T.Withdraw.PressY), Hidden: func() bool {
		_, at := w.lacks()
		return at != nil
	}}
	told := t.ToldAll
	if f.Participation == ehrdesk.KnownHere {
		told = env.T.Find.ToldNotSaid
	}
	w.form.Rows = append(w.rows(), w.way, w.key, w.paper, w.signed, toldAll(env, told, w.paper.Hidden), w.submit)
	return w, nil
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
	return w.form.Field()
}

// Handle carries out a wish.
func (w *Withdrawal) Handle(in intent.Intent) tea.Cmd {
	if w.job.Running() {
		if in.ID == intent.Back {
			waits(w.env, &w.job)
		}
		return nil
	}
	if w.done != nil {
		if in.ID == intent.Accept || in.ID == intent.Back {
			w.env.Go(screen.ToFind{})
		}
		return nil
	}
	switch {
	case in.ID == intent.Edited:
		w.wrong = screen.Wrong{}
		if !w.byForm() && w.out.locked(w.env) {
			w.wrong = w.out.wrong
		}
	case in.ID == intent.Accept:
		w.accept()
	case in.ID == intent.Submit:
		wrong, at := w.lacks()
		if w.wrong = wrong; at == nil {
			return w.send()
		}
		w.form.Focus(at)
	case in.ID == intent.Back && w.atKey(): // the keyboard is taken back
		w.key.Input.Clear()
		w.form.Focus(w.way)
	case in.ID == intent.Back:
		w.env.Go(screen.ToFind{Finding: &w.finding})
	default:
		if w.handle(&w.form, in) {
			w.wrong = screen.Wrong{}
		}
	}
	return nil
}

// withdrawsBy are the ways in which a desk takes a withdrawal.
var withdrawsBy = [...]ehrdesk.Channel{ehrdesk.ByAccessKey, ehrdesk.ByForm}

func (w *Withdrawal) byForm() bool { return withdrawsBy[w.way.Sel] == ehrdesk.ByForm }

// atKey reports whether the patient has the keyboard.
func (w *Withdrawal) atKey() bool {
	return w.done == nil && !w.job.Running() && w.form.On(w.key) && w.key.Shown()
}

// last is the key or the form's reference, which comes after the giver's rows.
func (w *Withdrawal) last() *widget.Row {
	if w.byForm() {
		return w.paper
	}
	return w.key
}

// accept goes on to what is missing, and then to the act: out of all entries,
// since y is a letter in one and the act outside. That the key is missing is said
// only where it was come to.
func (w *Withdrawal) accept() {
	wrong, at := w.lacks()
	if w.wrong = wrong; at == nil {
		at = w.submit
	} else if at == w.last() && !w.form.On(at) {
		w.wrong = screen.Wrong{}
	}
	w.form.Focus(at)
}

// lacks is the first thing that stands in the way of the act, and its row.
func (w *Withdrawal) lacks() (screen.Wrong, *widget.Row) {
	t := &w.env.T.Capture
	if wrong, at := w.missing(); at != nil {
		return wrong, at
	}
	switch {
	case w.byForm() && ehrdesk.CleanLine(w.paper.Input.Text()) == "":
		return screen.Saying(t.FormNeeded), w.paper
	case w.byForm():
		if wrong, ok := undated(w.env, w.signed.Input, w.finding, true); !ok {
			return wrong, w.signed
		}
	case !w.byForm() && w.out.locked(w.env):
		return w.out.wrong, w.key
	case !w.byForm():
		if _, err := ehrdesk.ParseAccessKey(w.key.Input.Text()); err != nil {
			return screen.Saying(t.KeyShape), w.key
		}
	}
	return screen.Wrong{}, nil
}

func (w *Withdrawal) send() tea.Cmd {
	a := ehrdesk.Withdrawal{
		Patient: w.finding.Patient.Number(), Channel: ehrdesk.ByAccessKey, Giver: w.value(),
		DocumentSighted: w.seen.On, RequestID: w.request,
	}
	if w.byForm() {
		a.Channel, a.FormReference, a.Signed = ehrdesk.ByForm, ehrdesk.CleanLine(w.paper.Input.Text()), signedOn(w.signed.Input)
	} else {
		a.AccessKey, _ = ehrdesk.ParseAccessKey(w.key.Input.Text()) // checked just now
	}
	w.goes()
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
	w.heard(w.env, m.Err)
	w.conclude(m.Value, m.Err)
	return nil, true
}

// conclude takes what became of the act.
func (w *Withdrawal) conclude(r ehrdesk.Receipt, err error) {
	switch code := ehrdesk.CodeOf(err); {
	case err == nil:
		w.key.Input.Clear()
		w.done, w.wrong = &r, screen.Wrong{}
		w.env.Day.Stale, w.env.Day.Tell = true, true
	case errors.Is(err, ehrdesk.ErrFormUsed):
		w.form.Focus(w.paper)
		w.wrong = screen.Failed(err)
	case errors.Is(err, ehrdesk.ErrSignedAhead), errors.Is(err, ehrdesk.ErrSignedBefore):
		w.form.Focus(w.signed)
		w.wrong = screen.Failed(err)
	case code == ehrdesk.CodeTimeout:
		w.wrong = screen.Saying(w.env.T.Withdraw.Unknown)
	case code == ehrdesk.CodeDenied, code == ehrdesk.CodeLocked:
		w.key.Input.Clear()
		w.out.take(err)
		w.form.Focus(w.key)
		w.wrong = screen.Failed(err)
	default:
		w.wrong = screen.Failed(err)
	}
}

// DisabledReason says why an intent cannot be carried out now.
func (w *Withdrawal) DisabledReason(id intent.ID) string {
	switch id {
	case intent.Sync, intent.Withdraw, intent.Consent:
		return w.env.S(w.env.T.Withdraw.Title)
	}
	return ""
}

// HintFor names what Enter does.
func (w *Withdrawal) HintFor(id intent.ID) string {
	if id == intent.Tick && w.form.On(w.way) {
		return w.env.S(w.env.T.Chart.ChooseHint)
	}
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
	return w.done == nil && (w.seen.On || !w.check.Input.Empty() || !w.key.Input.Empty() || !w.paper.Input.Empty())
}

// Conceal forgets the key before the desk is locked.
func (w *Withdrawal) Conceal() {
	if !w.job.Running() {
		w.key.Input.Clear()
	}
}

// Handed reports that the patient looks on until the receipt, and types the key.
func (w *Withdrawal) Handed() (reads, keyboard bool) { return w.done == nil, w.atKey() }

var _ interface {
	screen.Concealer
	screen.Handed
} = (*Withdrawal)(nil)

// Leave cancels and forgets.
func (w *Withdrawal) Leave() {
	w.job.Stop()
	w.key.Input.Clear()
	w.check.Input.Clear()
}
