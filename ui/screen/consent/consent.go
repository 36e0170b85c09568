// Package consent takes a sharing consent step by step: notices, who gives it
// and the document seen, the term, the key or the form, review, receipt. The
// patient's identity stays at the top of every step. It also withdraws one.
package consent

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

type step int

const (
	stepNotice step = iota
	stepGiver
	stepTerm
	stepKey
	stepReview
	stepReceipt
)

// Screen is one act of giving consent. Its request id is chosen once: however
// often the act is sent, it counts once.
type Screen struct {
	sent

	env     *screen.Env
	finding ehrdesk.Finding
	channel ehrdesk.Channel
	request string

	step    step
	offer   *ehrdesk.Offer
	notice  notices
	readAt  time.Time
	giver   giver
	page    widget.Form // of the giver
	term    int         // index into the offer's terms, -1 for none chosen
	key     widget.Input
	form    widget.Input
	signed  *widget.Input // the date beside the signature
	phone   bool          // the patient is on the telephone
	onDate  bool          // it has the focus, and not the form's number
	card    screen.CardProof
	wrong   screen.Wrong
	out     lockOut
	receipt ehrdesk.Receipt
	asked   bool // the receipt is of a look-up: nothing is known of a notice

	offerJob screen.Job
	job      screen.Job
	check    screen.Job
}

type (
	offerMsg   = screen.Done[ehrdesk.Offer]
	receiptMsg = screen.Done[ehrdesk.Receipt]
	findingMsg = screen.Done[ehrdesk.Finding]
)

// New starts taking a consent by a channel of the desk.
func New(env *screen.Env, d screen.ToConsent) (*Screen, tea.Cmd) {
	f, ch := d.Finding, d.Channel
	if ch == "" {
		ch = ehrdesk.ByAccessKey
	}
	s := &Screen{
		env: env, finding: f, channel: ch, phone: d.ByPhone, request: NewRequestID(), notice: notices{lang: int(env.Lang), aloud: d.ByPhone}, term: -1,
		key: widget.Input{Masked: true, Digits: true, Max: 8}, form: widget.Input{Max: 40}, signed: dated(env.Now()),
	}
	s.out.known(f)
	s.giver.begin(env, f.Patient, (d.Matched || ch == ehrdesk.ByCard) && !d.ByPhone, true) // a consent by card compares the card itself
	if s.phone {
		s.giver.called()
	}
	s.notice.child = s.giver.minor
	s.page.Rows = s.giver.rows()
	session := env.Session
	var cmd tea.Cmd
	s.offerJob, cmd = screen.Start(env, 15*time.Second, f.Patient.ID, func(ctx context.Context) (ehrdesk.Offer, error) {
		return session.Offer(ctx)
	})
	return s, cmd
}

// NewRequestID is a random UUID (RFC 9562, version 4).
func NewRequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Finding is the patient it is about.
func (s *Screen) Finding() ehrdesk.Finding { return s.finding }

// Scope is the step's.
func (s *Screen) Scope() intent.Scope {
	return [...]intent.Scope{intent.Notice, intent.Giver, intent.Term, intent.KeyEntry, intent.Review, intent.Receipt}[s.step]
}

func (s *Screen) busy() bool {
	return s.job.Running() || s.check.Running() || s.offerJob.Running() || s.card.Job.Running()
}

// Field is the text entry of the step.
func (s *Screen) Field() *widget.Input {
	switch {
	case s.busy():
		return nil
	case s.step == stepGiver:
		return s.page.Field()
	case s.step == stepKey && s.channel == ehrdesk.ByCard:
		return nil
	case s.step == stepKey && s.channel == ehrdesk.ByForm && s.onDate:
		return s.signed
	case s.step == stepKey && s.channel == ehrdesk.ByForm:
		return &s.form
	case s.step == stepKey && s.out.locked(s.env):
		return nil
	case s.step == stepKey:
		return &s.key
	}
	return nil
}

// Handle carries out a wish in the step.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	if s.busy() {
		switch {
		case in.ID != intent.Back:
		case s.card.Job.Running():
			s.card.Forget()
			s.card.Err = ehrdesk.E("ui.card", ehrdesk.CodeCard, ehrdesk.FaultCancelled)
		case s.job.Running(): // an act under way is not cancelled: its outcome would be unknown
			waits(s.env, &s.job)
		default:
			s.Leave()
			s.back()
		}
		return nil
	}
	if in.ID == intent.Back {
		s.back()
		return nil
	}
	if s.finding.Patient.Deceased {
		s.env.Warn(s.env.S(s.env.T.Capture.Died))
		return nil
	}
	switch s.step {
	case stepNotice:
		s.handleNotice(in)
	case stepGiver:
		return s.handleGiver(in)
	case stepTerm:
		return s.handleTerm(in)
	case stepKey:
		if s.channel == ehrdesk.ByCard {
			if in.ID == intent.Accept {
				return s.acceptCard()
			}
			return nil
		}
		s.handleKey(in)
	case stepReview:
		if in.ID == intent.Submit {
			return s.submit()
		}
	case stepReceipt:
		if in.ID == intent.Accept {
			if s.env.Clinical() && !s.receipt.Queued {
				s.env.Go(screen.ToPurpose{Finding: s.after()})
			} else {
				s.env.Go(screen.ToFind{})
			}
		}
	}
	return nil
}

// after is the finding as the receipt leaves it.
func (s *Screen) after() ehrdesk.Finding {
	f := s.finding
	f.Consent, f.Checked, f.Cached, f.Untold = s.receipt.Consent, s.receipt.At, false, s.receipt.Untold
	return f
}

func (s *Screen) back() {
	s.wrong = screen.Wrong{}
	switch s.step {
	case stepNotice:
		s.env.Go(screen.ToFind{Finding: &s.finding})
	case stepReceipt:
		s.env.Go(screen.ToFind{})
	case stepReview:
		s.step = stepKey
		s.key.Clear() // typed anew, never kept while other things change
	case stepKey:
		s.key.Clear()
		s.card.Forget()
		s.step = stepTerm
		if s.offer != nil && len(s.offer.Terms) < 2 {
			s.step = stepGiver
		}
	default:
		s.step--
	}
}

// Update takes the offer, the receipt, and the answer to "did it happen?".
func (s *Screen) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch m := msg.(type) {
	case offerMsg:
		if !s.offerJob.Takes(m.Req) {
			return nil, false
		}
		if m.Err != nil {
			s.wrong = screen.Failed(m.Err)
			return nil, true
		}
		if len(m.Value.Channels) > 0 && !slices.Contains(m.Value.Channels, s.channel) {
			s.wrong = screen.Saying(s.env.T.Find.NotOffered)
			return nil, true
		}
		s.offer = &m.Value
		if len(m.Value.Terms) == 1 {
			s.term = 0
		}
		return nil, true
	case receiptMsg:
		if !s.job.Takes(m.Req) {
			return nil, false
		}
		return s.granted(m), true
	case findingMsg:
		if !s.check.Takes(m.Req) {
			return nil, false
		}
		s.checked(m)
		return nil, true
	case screen.CardRead:
		if !s.card.Job.Takes(m.Req) {
			return nil, false
		}
		s.card.Take(s.env, m, s.finding.Patient)
		return nil, true
	}
	return nil, false
}

// Fallback says, of a key that means nothing in the step, what does.
func (s *Screen) Fallback(key string) string {
	switch {
	case s.step == stepReview && key == "enter":
		return s.env.S(s.env.T.Capture.YSubmits)
	case s.step == stepKey && s.channel != ehrdesk.ByForm && s.out.locked(s.env) && (len(key) == 1 || key == "space" || key == "backspace"):
		return s.env.Words(s.out.wrong)
	}
	return ""
}

// DisabledReason says why an intent cannot be carried out now.
func (s *Screen) DisabledReason(id intent.ID) string {
	switch id {
	case intent.Sync, intent.Withdraw, intent.Consent:
		return s.env.S(s.env.T.Capture.Title)
	case intent.Agree:
		if s.offer == nil {
			return s.env.S(s.env.T.Capture.Loading)
		}
	case intent.NextPane, intent.PrevPane:
		if s.step == stepKey && s.channel != ehrdesk.ByForm {
			return s.env.S(s.env.T.Capture.OneField)
		}
	}
	return ""
}

// HintFor names what Enter does in the step.
func (s *Screen) HintFor(id intent.ID) string {
	e, t := s.env, &s.env.T.Capture
	if id != intent.Accept {
		return ""
	}
	switch s.step {
	case stepNotice:
		return e.S(t.ReadOnHint)
	case stepGiver:
		return e.S(t.NextHint)
	case stepTerm:
		return e.S(t.SelectHint)
	case stepKey:
		if s.channel == ehrdesk.ByCard && !s.card.Good() {
			return e.S(e.T.Card.AgainHint)
		}
		return e.S(t.ReviewHint)
	case stepReceipt:
		if e.Clinical() && !s.receipt.Queued {
			return e.S(t.ReceiptOpen)
		}
		return e.S(t.ReceiptNext)
	case stepReview:
	}
	return ""
}

// Handed reports that the patient looks on until the receipt, and types the key.
func (s *Screen) Handed() (reads, keyboard bool) {
	if s.phone { // nobody stands before this screen
		return false, false
	}
	return s.step < stepReceipt, s.step == stepKey && s.channel == ehrdesk.ByAccessKey && !s.busy() && !s.out.locked(s.env)
}

// Unsaved is true from the first answer to the receipt.
func (s *Screen) Unsaved() bool { return s.step > stepNotice && s.step < stepReceipt }

// Leave cancels what runs and forgets the key.
func (s *Screen) Leave() {
	s.offerJob.Stop()
	s.job.Stop()
	s.check.Stop()
	s.key.Clear()
	s.card.Forget()
}
