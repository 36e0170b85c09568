package screen

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// What some screens can do beside Screen. The root asks each by its name; a screen that
// means to be asked says so beside its type, `var _ screen.Listener = (*Screen)(nil)`,
// so that a method that changes its shape does not compile.
type (
	// StatusTeller says the truth line itself.
	StatusTeller interface {
		Status() (string, paint.Style)
	}
	// CardFollower does something with a card that comes or goes.
	CardFollower interface {
		Card(e ehrdesk.CardEvent) tea.Cmd
	}
	// CardChooser is a CardFollower that does not always want one.
	CardChooser interface{ WantsCard() bool }
	// Concealer forgets what must not stay behind a locked screen.
	Concealer interface{ Conceal() }
	// Finisher keeps what somebody has typed: Finish gives what waits until that is done, nil where nothing is.
	Finisher interface {
		Finish() func(limit time.Duration)
	}
	// Shutter gives what stands in its place behind a lock, and remembers where
	// somebody was.
	Shutter interface{ Shut() Screen }
	// Submitter has an act that went out, whose outcome may not be known.
	Submitter interface {
		Submitted() bool
	}
	// Sider can wait, open and out of sight, while somebody looks for another patient.
	Sider interface {
		// Loses says what leaving the screen would end, and whether it would.
		Loses() (ask text.T, lost bool)
		// Wait closes what must not stay open while the screen waits.
		Wait()
		// Patient is whose it is.
		Patient() ehrdesk.Patient
		// Wrote is what this provider has written into it.
		Wrote() []Wrote
		// Records is what stands in it and can be named to others.
		Records() []Wrote
		// Entered is the one of them that is open and was entered, zero for none.
		Entered() Wrote
	}
	// AllergyTaker begins the form of an allergy that was told in a case.
	AllergyTaker interface{ TakeAllergy(to ToAllergy) tea.Cmd }
	// Handed is an act that the patient is there for, and looks on: nothing about anybody else
	// is said until it is over. Keyboard reports whether what is typed is the patient's, so that
	// nothing but Enter and Esc leads on.
	Handed interface {
		Handed() (reads, keyboard bool)
	}
	// Resumer goes on after a lock.
	Resumer interface{ Resume() tea.Cmd }
	// Listener is told what has come to the centre.
	Listener interface {
		Heard(h ehrdesk.Hint) tea.Cmd
	}
	// Sender is told that what waits was sent, as far as it could be.
	Sender interface{ Sent() tea.Cmd }
	// Header draws whose data the screen is about, and gives the rows that takes: it
	// stands above a dialog as it stands above the screen.
	Header interface {
		DrawHeader(c *paint.Canvas, r paint.Rect) int
	}
	// Footer ranks the keys that the footer names by what is needed where the cursor is;
	// the catalogue's order stands where it gives none.
	Footer interface {
		Foot() []intent.ID
		// FootFor are an intent's keys and word in the footer, "" for the catalogue's; it is
		// not offered where it would do nothing.
		FootFor(id intent.ID) (keys, word string, offered bool)
	}
	// Fallback says what another key does, where one does nothing here.
	Fallback interface{ Fallback(key string) string }
	// TypeAhead takes letters that are no key where one of a few things is chosen; taken is false where nothing is.
	TypeAhead interface {
		Ahead(letters string) (cmd tea.Cmd, taken bool)
	}
	// Closer holds something that is closed outside the event loop.
	Closer interface{ Close() func() error }
	// Ticker is told that time has passed.
	Ticker interface{ Tick() tea.Cmd }

	// Wiper is a result that holds what has to be overwritten.
	Wiper interface{ Wipe() }
	// Held is a result that holds something open.
	Held interface{ Close() error }
)
