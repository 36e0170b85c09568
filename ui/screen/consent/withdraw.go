package consent

import (
	"context"
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
	env     *screen.Env
	finding ehrdesk.Finding
	request string
	giver   giver
	atKey   bool // the focus is on the key or the form, below the giver's part
	byForm  bool
	key     widget.Input
	form    widget.Input
	wrong   screen.Wrong
	done    *ehrdesk.Receipt
	out     lockOut
	job     screen.Job
}

// NewWithdrawal starts one.
func NewWithdrawal(env *screen.Env, f ehrdesk.Finding) (*Withdrawal, tea.Cmd) {
	return &Withdrawal{
		env: env, finding: f, request: NewRequestID(), giver: newGiver(env, f.Patient, false),
		byForm: f.Cached, // a key is good at the centre alone
		key:    widget.Input{Masked: true, Max: 8}, form: widget.Input{Max: 40},
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
	switch {
	case w.job.Running() || w.done != nil:
		return nil
	case !w.atKey:
		return w.giver.field()
	case w.byForm:
		return &w.form
	}
	return &w.key
}

// step moves the focus; the key comes after the giver's part.
func (w *Withdrawal) step(d stop) {
	switch {
	case w.atKey && d > 0:
		w.atKey, w.giver.focus = false, atList
	case w.atKey:
		w.atKey, w.giver.focus = false, atEnd
		w.giver.move(d)
	case !w.giver.move(d):
		w.atKey = true
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
		w.accept()
	case intent.Up, intent.Down:
		if w.atKey {
			w.byForm = !w.byForm
			w.key.Clear()
			return nil
		}
		w.giver.handle(in)
	case intent.Pick, intent.Tick:
		w.giver.handle(in)
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

// accept goes on to what is missing: within the giver's part, then the key, then
// out of all fields, since y is a letter in a field and an act outside one.
func (w *Withdrawal) accept() {
	if w.wrong = w.giver.accept(w.env.T); !w.wrong.None() {
		w.atKey = false
		return
	}
	if !w.atKey {
		w.atKey = true
		return
	}
	if w.wrong = w.check(); w.wrong.None() {
		w.atKey, w.giver.focus = false, atList
	}
}

// check says what is missing, none for nothing.
func (w *Withdrawal) check() screen.Wrong {
	e, t := w.env, &w.env.T.Capture
	if wrong, _ := w.giver.missing(e.T); !wrong.None() {
		return wrong
	}
	switch {
	case w.byForm && ehrdesk.CleanLine(w.form.Text()) == "":
		return screen.Saying(t.FormNeeded)
	case !w.byForm && w.out.locked(e):
		return w.out.wrong
	case !w.byForm:
		if _, err := ehrdesk.ParseAccessKey(w.key.Text()); err != nil {
			return screen.Saying(t.KeyShape)
		}
	}
	return screen.Wrong{}
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
		w.env.Day.Stale = true
	case ehrdesk.CodeTimeout:
		w.wrong = screen.Saying(w.env.T.Withdraw.Unknown)
	case ehrdesk.CodeDenied, ehrdesk.CodeLocked:
		w.key.Clear()
		w.out.take(m.Err)
		w.atKey = true
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
	return w.done == nil && (w.giver.sighted || !w.giver.check.Empty() || !w.key.Empty() || !w.form.Empty())
}

// Leave cancels and forgets.
func (w *Withdrawal) Leave() {
	w.job.Stop()
	w.key.Clear()
	w.giver.check.Clear()
}
