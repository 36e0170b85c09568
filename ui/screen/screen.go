// Package screen is the contract between the root model and the screens, and
// what they share. A screen is a plain struct: it handles intents, takes results,
// and draws itself. It never sees a key, does no I/O outside a job, and changes
// nothing while drawing.
package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Screen is one screen or dialog.
type Screen interface {
	// Scope is where the user is on it: it decides what keys mean.
	Scope() intent.Scope
	// Field is the text entry in focus, nil for none. The root gives it the
	// printable keys and then sends intent.Edited.
	Field() *widget.Input
	// Handle carries out a wish.
	Handle(in intent.Intent) tea.Cmd
	// Update takes a result; used is false for one that is not this screen's or
	// comes too late.
	Update(msg tea.Msg) (cmd tea.Cmd, used bool)
	// Draw paints the screen and puts the cursor at its focus.
	Draw(c *paint.Canvas, r paint.Rect)
	// DisabledReason says why an intent cannot be carried out now, "" if it can.
	DisabledReason(id intent.ID) string
	// HintFor is the screen's own word for an intent in the footer, "" for the catalogue's.
	HintFor(id intent.ID) string
	// Unsaved reports work that leaving would lose.
	Unsaved() bool
	// Leave cancels what is running and forgets what must be forgotten.
	Leave()
}

// Route is where a screen wants to go: one of the To types.
type Route any

// The destinations.
type (
	// ToSignIn ends the session and shows the sign-in screen.
	ToSignIn struct{}
	// ToSession starts work with a session just opened.
	ToSession struct{ Session ehrdesk.Session }
	// ToFind shows the find screen: with an answer already had, or with a number
	// to look up at once, or empty.
	ToFind struct {
		Finding *ehrdesk.Finding
		Number  ehrdesk.Number
		Said    text.T // why somebody finds himself there; stands until something is typed
		Left    string // whose chart was left for it, the centre's id
		FromDay bool   // somebody of the day's list: Esc goes back there
	}
	// ToLast goes back to the chart that was left for the screen that asks, where one was.
	ToLast struct{}
	// ToPurpose asks for the purpose of access and opens the chart; AtOnce opens it for
	// the usual purpose.
	ToPurpose struct {
		Finding ehrdesk.Finding
		AtOnce  bool
	}
	// ToConsent takes a consent of the patient found.
	ToConsent struct {
		Finding ehrdesk.Finding
		Channel ehrdesk.Channel
		Matched bool // the patient's own genuine card is in the reader
		ByPhone bool // the patient is on the telephone
	}
	// ToWithdraw ends a consent.
	ToWithdraw struct {
		Finding ehrdesk.Finding
		Matched bool // the patient's own genuine card said who it is
	}
	// ToToday shows the front desk's day.
	ToToday struct{}
	// ToApprove shows an act that waits for a second person.
	ToApprove struct{ ID string }
	// ToRequests shows what providers ask of one another, and sealed cases; Row is where somebody was, "" for the first.
	ToRequests struct{ Row string }
	// ToCase shows a sealed case; Chart goes back to the cases of its patient, and not to the list of all.
	ToCase struct {
		ID    string
		Chart bool
	}
	// ToCases shows the sealed cases about the patient of an open chart, or begins one where there is none.
	ToCases struct{ Patient ehrdesk.Patient }
	// ToAllergy opens the form by which an allergy is reported, of what a message of a case told, in the chart that was left for
	// the case; where no draft can be made it goes back to the case.
	ToAllergy struct {
		Case  ToCase
		Event int
	}
	// ToVerify verifies the identity of the patient found.
	ToVerify struct{ Finding ehrdesk.Finding }
	// ToRenew lets a consent that runs out soon run on.
	ToRenew struct {
		Finding ehrdesk.Finding
		Matched bool
	}
	// ToChart shows a chart just opened.
	ToChart struct {
		Chart   ehrdesk.Chart
		Purpose ehrdesk.Purpose
		At      *ChartPlace // where to go on after a lock; nil for the beginning
	}
)

// ChartPlace is where somebody was in a chart. It names nobody and says nothing of
// what was read: a record is the centre's id of it.
type ChartPlace struct {
	Type     ehrdesk.RecordType
	Page     int // in the place of the type's list; 0 for the list
	Pane     int
	Record   ehrdesk.Ref // selected
	Row, Top int         // selected, and first on the screen
}

// DemoAccount is an account the demonstration names on its first screen.
type DemoAccount struct {
	Staff, Name string
	Role        ehrdesk.Profession
	Passphrase  string
}

// DemoNumber is a number to try in the demonstration. Note is by language.
type DemoNumber struct {
	Number, AccessKey string
	Note              map[string]string
}

// Demo is what the demonstration shows and a real desk never has.
type Demo struct {
	Accounts []DemoAccount
	Numbers  []DemoNumber
	Tray     Tray // nil for none
	// Phone is the last message that the centre sent to a patient, who is invented
	// and has no telephone; nil for none.
	Phone func(ctx context.Context, patient string) string
	// Building is how far the demonstration is with what it is to show, in people and
	// accounts: done of total. Nil, and done equal to total, where it is all there.
	Building func() (done, total int)
}

// Tray is the demonstration's stack of cards and the hand that puts them in.
type Tray interface {
	// Cards lists what lies on the tray.
	Cards() []TrayCard
	// Ways lists how a card can be put in: tokens, "" for as it should be.
	Ways() []string
	// Put puts card i into the reader, in the place of any other.
	Put(i int, way string) error
	// Take takes out what is in.
	Take()
	// In is the card that is in, -1 for none.
	In() int
}

// TrayCard is one card of the tray. Note is by language.
type TrayCard struct {
	Number, Name string
	Note         map[string]string
}

// Env is what the screens share. It belongs to the program's one event loop.
type Env struct {
	Desk    ehrdesk.Desk
	Session ehrdesk.Session
	Lang    text.Lang
	T       *text.Catalog
	Codes   *ehrdesk.LocalCodes // what the site calls codes that come without words
	Rules   *safety.Knowledge   // the site's safety tables; nil for those of the program
	Now     func() time.Time
	Demo    *Demo
	ASCII   bool
	Cards   Cards
	Hand    Hand // nil where nothing is given to other programs
	Copied  bool // the clipboard holds what a chart put there
	Day     Day
	Locked  bool // nothing is read or asked for while it is
	W, H    int  // of the screen
	Plain   bool // read line by line: one pane at a time
	Paper   bool // and what is read goes into a pipe or a file
	Working Working
	Turn    Turn
	Aside   Aside

	route Route
	say   string
	bad   bool
	seq   uint64
}

// S is t in the language of the screen.
func (e *Env) S(t text.T) string { return t[e.Lang] }

// Go asks the root to show another screen after this message.
func (e *Env) Go(d Route) { e.route = d }

// TakeRoute is the pending destination, once.
func (e *Env) TakeRoute() Route {
	d := e.route
	e.route = nil
	return d
}

// Say shows a passing message.
func (e *Env) Say(s string) { e.say, e.bad = s, false }

// Warn shows a passing message that something is not so.
func (e *Env) Warn(s string) { e.say, e.bad = s, true }

// TakeSay is the pending message, once.
func (e *Env) TakeSay() (s string, bad bool) {
	s, bad = e.say, e.bad
	e.say = ""
	return s, bad
}

// Account is the person signed in; zero for nobody.
func (e *Env) Account() ehrdesk.Account {
	if e.Session == nil {
		return ehrdesk.Account{}
	}
	return e.Session.Account()
}

// UsualPurpose is what somebody of a profession opens a chart for, as a rule.
func UsualPurpose(p ehrdesk.Profession) ehrdesk.Purpose {
	if p == ehrdesk.Pharmacist {
		return ehrdesk.Dispensing
	}
	return ehrdesk.Consultation
}

// Clinical reports whether the person signed in may see clinical content.
func (e *Env) Clinical() bool { return e.Session != nil && e.Account().Role.Clinical() }

// TakesConsent reports whether the person signed in may take consents and verify identities.
func (e *Env) TakesConsent() bool { return e.Session != nil && e.Account().Role.TakesConsent() }
