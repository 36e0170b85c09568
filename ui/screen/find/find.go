// Package find looks a patient up and says how they stand with eHealth and with
// this provider. The commonest answer, registered without consent to this
// provider, is the one the screen is built around.
package find

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Screen is the look-up.
type Screen struct {
	fromDay bool // who is looked up was chosen on the day's list
	env     *screen.Env
	in      widget.Input
	number  ehrdesk.Number // what the field reads as
	err     error          // why it does not
	confirm ehrdesk.Number // completed number shown, waiting for a second Enter
	asked   ehrdesk.Number // last number looked up
	tried   time.Time      // when that was
	found   *ehrdesk.Finding
	failure error
	warning screen.Wrong
	said    text.T // why the screen came up; gone with the first key
	choose  chooser
	job     screen.Job
	hinted  string // the patient of whom a hint came while it ran

	put       screen.Job           // of a wait, or of what was found into the day
	reading   screen.Job           // of a card
	card      *ehrdesk.CardReading // whose holder was looked up, while it is in
	cardErr   error                // why it could not be read
	insertion uint64               // which card
}

type findingMsg = screen.Done[ehrdesk.Finding]

// New is the find screen: with an answer had before, with a number to look up,
// or empty.
func New(env *screen.Env, d screen.ToFind) (*Screen, tea.Cmd) {
	s := &Screen{env: env, in: widget.Input{Max: 40}, said: d.Said, fromDay: d.FromDay, choose: chooser{left: d.Left, sel: -1}}
	s.parse()
	recents := s.choose.recents.Read(env)
	if d.Finding != nil {
		s.found, s.asked = d.Finding, d.Finding.Patient.Number()
	}
	switch {
	case !d.Number.IsZero():
		return s, tea.Batch(recents, s.look(d.Number))
	case d.Finding != nil:
		return s, recents
	}
	return s, tea.Batch(recents, s.waiting())
}

// Finding is the answer on screen.
func (s *Screen) Finding() (ehrdesk.Finding, bool) {
	if s.found == nil {
		return ehrdesk.Finding{}, false
	}
	return *s.found, true
}

// Next is what Enter does with an answer.
type next int

const (
	nextPatient next = iota
	nextOpen
	nextConsent
	nextVerify
)

func (s *Screen) next() next {
	f, takes := s.found, s.env.TakesConsent()
	if f != nil && f.Participation == ehrdesk.Unverified && !f.Cached && takes {
		return nextVerify
	}
	if f == nil || !f.Participation.Sharing() {
		return nextPatient
	}
	switch st := s.state(); {
	case st.Allows() || st == ehrdesk.ConsentUnknown:
		if s.env.Clinical() && f.NoView == "" {
			return nextOpen
		}
		return nextPatient
	case f.Cached || f.Patient.Deceased || !takes:
		return nextPatient
	default:
		return nextConsent
	}
}

func (s *Screen) state() ehrdesk.ConsentState { return s.found.Consent.StateAt(s.env.Now()) }

// Scope is the field or the card below it.
func (s *Screen) Scope() intent.Scope {
	if s.found != nil {
		return intent.FindCard
	}
	return intent.FindField
}

// Field has the focus until there is an answer.
func (s *Screen) Field() *widget.Input {
	if s.found != nil || s.busy() {
		return nil
	}
	return &s.in
}

// busy reports that nothing can be done before what runs has ended. While an answer on screen
// is asked for once more, all can be done that it allows.
func (s *Screen) busy() bool { return s.job.Running() && s.found == nil || s.reading.Running() }

// Handle carries out a wish.
func (s *Screen) Handle(in intent.Intent) tea.Cmd {
	if s.busy() {
		if in.ID == intent.Back {
			s.job.Stop()
			s.forget()
			s.env.Say(s.env.S(s.env.T.Common.Cancelled))
		} else {
			s.env.Warn(s.env.S(s.env.T.Common.StillRunning))
		}
		return nil
	}
	switch in.ID {
	case intent.Edited:
		s.said = text.T{}
		s.fromDay = false
		s.choose.sel, s.choose.moved = -1, true // what is typed goes before what could be chosen
		s.parse()
		s.forget() // what is typed is no longer the card's
		s.failure, s.confirm = nil, ehrdesk.Number{}
	case intent.Find:
		s.forget()
		s.clear()
	case intent.Back:
		if s.fromDay && s.in.Empty() {
			s.env.Go(screen.ToToday{})
			return nil
		}
		if s.atRest() {
			s.env.Go(screen.ToLast{})
			return nil
		}
		s.forget()
		s.clear()
	case intent.Up, intent.Down, intent.PageUp, intent.PageDown:
		s.move(in.ID)
	case intent.OtherPurpose:
		s.env.Go(screen.ToPurpose{Finding: *s.found})
	case intent.Accept:
		return s.accept()
	case intent.Recheck:
		return s.look(s.asked)
	case intent.ByKey:
		s.consent(ehrdesk.ByAccessKey)
	case intent.ByCard:
		s.consent(ehrdesk.ByCard)
	case intent.ByForm:
		s.consent(ehrdesk.ByForm)
	case intent.ByPhone:
		s.env.Go(screen.ToConsent{Finding: *s.found, Channel: ehrdesk.ByAccessKey, ByPhone: true})
	case intent.ByApp:
		return s.wait(ehrdesk.ByApp)
	case intent.ByIVRS:
		return s.wait(ehrdesk.ByIVRS)
	case intent.VerifyID:
		s.env.Go(screen.ToVerify{Finding: *s.found})
	case intent.Renew:
		s.env.Go(screen.ToRenew{Finding: *s.found, Matched: s.matched()})
	case intent.Consent:
		if s.blind() {
			s.env.Go(screen.ToConsent{Finding: ehrdesk.Finding{Participation: ehrdesk.Registered, Patient: ehrdesk.PatientOf(s.asked), Cached: true}, Channel: ehrdesk.ByForm})
			return nil
		}
		s.consent("")
	case intent.Withdraw:
		s.env.Go(screen.ToWithdraw{Finding: *s.found, Matched: s.matched()})
	}
	return nil
}

func (s *Screen) consent(ch ehrdesk.Channel) {
	s.env.Go(screen.ToConsent{Finding: *s.found, Channel: ch, Matched: s.matched()})
}

// firstWay is the channel that Enter takes: the card where the patient's own
// genuine one is in the reader.
func (s *Screen) firstWay() ehrdesk.Channel {
	switch {
	case s.elsewhere():
		return ehrdesk.ByForm
	case s.matched():
		return ehrdesk.ByCard
	case s.keyLocked():
		return ehrdesk.ByForm
	}
	return ehrdesk.ByAccessKey
}

// keyLocked reports whether the patient's Access Key is refused now.
func (s *Screen) keyLocked() bool { return s.found != nil && s.env.Now().Before(s.found.KeyLocked) }

// whyKeyLocked says so, until when, and where a new key comes from.
func (s *Screen) whyKeyLocked() string {
	return text.Sprintf(s.env.S(s.env.T.Find.KeyLocked), s.env.Clock(s.found.KeyLocked))
}

// elsewhere reports somebody whom a server has that is not eHealth's: it takes consents by
// signed form alone, and says nothing of joining or of who is told.
func (s *Screen) elsewhere() bool {
	return s.found != nil && s.found.Participation == ehrdesk.KnownHere
}

func (s *Screen) accept() tea.Cmd {
	if s.found != nil {
		switch s.next() {
		case nextOpen:
			s.env.Go(screen.ToPurpose{Finding: *s.found, AtOnce: true})
		case nextConsent:
			s.consent(s.firstWay())
		case nextVerify:
			s.env.Go(screen.ToVerify{Finding: *s.found})
		default:
			s.forget()
			s.clear()
		}
		return nil
	}
	switch {
	case s.err == nil:
		return s.look(s.number)
	case errors.Is(s.err, ehrdesk.ErrHKICNoCheckDigit):
		if s.confirm.IsZero() || s.confirm != s.number {
			s.confirm = s.number
			return nil
		}
		return s.look(s.confirm)
	case s.in.Empty():
		all := s.choices()
		if at := s.chosen(all); at >= 0 {
			return s.look(all[at].number())
		}
		s.env.Warn(s.env.S(s.env.T.Find.NothingTyped))
	default:
		s.env.Warn(s.env.Words(s.warning))
	}
	return nil
}

// atRest reports that nothing is typed, found or said: what Escape leaves.
func (s *Screen) atRest() bool {
	return s.in.Empty() && s.found == nil && s.failure == nil && s.cardErr == nil && s.confirm.IsZero() && s.asked.IsZero()
}

// clear makes room for the next patient.
func (s *Screen) clear() {
	s.job.Stop()
	s.choose.sel, s.choose.moved = -1, true
	s.said = text.T{}
	s.in.Clear()
	s.found, s.failure, s.warning = nil, nil, screen.Wrong{}
	s.confirm, s.asked = ehrdesk.Number{}, ehrdesk.Number{}
	s.parse()
}

func (s *Screen) parse() {
	s.number, s.err = ehrdesk.ParseNumber(s.in.Text())
	s.warning = screen.Wrong{}
	t := &s.env.T.Find
	typed := strings.TrimSpace(s.in.Text())
	switch {
	case s.err == nil || typed == "" || errors.Is(s.err, ehrdesk.ErrHKICNoCheckDigit):
	case errors.Is(s.err, ehrdesk.ErrHKICCheckDigit):
		s.warning = screen.Saying(t.CheckDigit)
	case errors.Is(s.err, ehrdesk.ErrHKICShape):
		s.warning = screen.Saying(t.Shape)
	default:
		s.warning = screen.Saying(t.ShapeEHR.Filled(digits(typed)))
	}
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		if (r >= '0' && r <= '9') || (r >= '０' && r <= '９') {
			n++
		}
	}
	return n
}

func (s *Screen) look(n ehrdesk.Number) tea.Cmd {
	if n.IsZero() || s.env.Session == nil {
		return nil
	}
	s.job.Stop()
	s.found, s.failure, s.confirm, s.asked, s.hinted = nil, nil, ehrdesk.Number{}, n, ""
	s.tried = s.env.Now()
	session := s.env.Session
	var cmd tea.Cmd
	s.job, cmd = screen.Start(s.env, 15*time.Second, "", func(ctx context.Context) (ehrdesk.Finding, error) {
		return session.Find(ctx, n)
	})
	return cmd
}

// Update takes the answer.
func (s *Screen) Update(msg tea.Msg) (tea.Cmd, bool) {
	if s.choose.recents.Update(msg) {
		return nil, true
	}
	if m, ok := msg.(readingMsg); ok && s.reading.Takes(m.Req) {
		return s.read(m), true
	}
	if m, ok := msg.(taskMsg); ok && s.put.Takes(m.Req) {
		s.kept(m)
		return nil, true
	}
	m, ok := msg.(findingMsg)
	if !ok || !s.job.Takes(m.Req) {
		return nil, false
	}
	switch {
	case m.Err == nil:
		f := m.Value
		s.found = &f
		cmd := s.noteArrival()
		if s.hinted != "" && s.hinted == f.Patient.ID {
			cmd = tea.Batch(cmd, s.again())
		}
		return cmd, true
	case ehrdesk.CodeOf(m.Err) == ehrdesk.CodeNotFound && !errors.Is(m.Err, ehrdesk.ErrNotAtServer):
		s.found = &ehrdesk.Finding{Participation: ehrdesk.NotRegistered, Checked: s.env.Now()}
		return s.noteArrival(), true
	default:
		s.failure = m.Err
	}
	return nil, true
}

// Unsaved is false.
func (s *Screen) Unsaved() bool { return false }

// Leave cancels the look-up and forgets the card.
func (s *Screen) Leave() {
	s.job.Stop()
	s.put.Drop()
	s.choose.recents.Forget()
	s.forget()
}
