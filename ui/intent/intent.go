// Package intent is the catalogue of what a user can wish for: one entry gives
// the keys, the footer, the help page, the palette and the words said when a
// key does not apply. Screens handle intents and never see keys.
package intent

import (
	"slices"

	"github.com/ehrdesk/ehrdesk/ui/text"
)

// ID names an intent.
type ID uint8

// The intents.
const (
	None ID = iota
	Help
	Find
	Consent
	Sync
	Theme
	Language
	Enrol
	Palette
	Lock
	Switch
	Quit
	Accept
	Back
	NextPane
	PrevPane
	Up
	Down
	Left
	Right
	PageUp
	PageDown
	Top
	Bottom
	PickType
	Search
	Raw
	Older
	Newer
	ByKey
	ByForm
	ByCard
	Tray
	TakeOut
	AccessLog
	Recheck
	Pick
	PickLetter
	Digits
	Tick
	Agree
	NoticeLanguage
	ShowNotices
	Submit
	Withdraw
	ByApp
	ByIVRS
	ByPhone
	VerifyID
	Renew
	Today
	Waits
	OtherPurpose
	AddArrival
	ImportList
	Now
	MarkHere
	MarkIn
	MarkSeen
	MarkAway
	MarkBooked
	NoteCall
	CloseDay
	ParentFolder
	OtherEncoding
	DateOrder
	Remove
	Release
	SendCode
	Summary
	Medication
	Trend
	Checks
	GoOn
	CloseResult
	KnowAll
	Timeline
	OtherView
	Fold
	NextRecord
	PrevRecord
	AllElements
	Filter
	New
	NextSource
	PrevSource
	Return
	Redraw
	Mouse
	OpenViewer
	CopyText
	PrintText
	SaveReport
	Accounts
	EndAccount
	ExtendAccount
	CloseAccount
	EndDesk
	CopyAddress
	Bell
	Reference
	LastDone
	Drafts
	DiscardDraft
	DraftYes
	Write
	Preview
	ClearAnswer
	AddRow
	RemoveRow
	Sign
	RefuseRecord
	CorrectRecord
	WithdrawRecord
	Refer
	Requests
	TakeStep
	GiveUpStep
	StepYes
	Cases
	CaseStep
	CaseAck
	CasePatient
	CaseReseal
	QuietHours
	Edited // text of the field in focus changed; made by the root, bound to no key
)

// Intent is one wish. Arg is which of the entry's keys was pressed, from 0.
type Intent struct {
	ID  ID
	Arg int
}

// Scope is where the user is; an entry belongs to one or more.
type Scope uint64

// The scopes. Everywhere is for keys that work, or say why not, on every screen.
const (
	SignIn Scope = 1 << iota
	EnrolForm
	FindField
	FindCard
	Purpose
	Notice
	Giver
	Term
	KeyEntry
	Review
	Receipt
	WithdrawForm
	Rail
	List
	Detail
	SearchBox
	HelpPage
	PaletteBox
	TrayBox
	LogBox
	AccountsBox
	TourBox
	TodayList
	TodayField
	TodayFile
	TodayPreview
	TodayCall
	TodayClose
	VerifyForm
	RenewForm
	ReleaseForm
	Confirm
	Locked
	SignInPage
	AlertCard
	AlertForm
	DraftCard
	FormPage
	WritePreview
	WriteCard
	AskPage
	RequestList
	RequestPage
	RequestFill
	RequestAsk
	SecondPage
	SecondReason
	CasePage
	CaseFill
	CaseAsk
	QuietBox
	last
	Everywhere = last - 1
)

// Panes are the parts of the chart.
const Panes = panes

// panes are the parts of the chart, lists everything that moves line by line.
const (
	panes    = Rail | List | Detail
	lists    = FindField | TodayList | TodayFile | TodayPreview | TodayCall | TodayClose | VerifyForm | RenewForm | ReleaseForm | AlertForm | SignIn | Purpose | Giver | Term | KeyEntry | Notice | panes | SearchBox | HelpPage | PaletteBox | TrayBox | LogBox | AccountsBox | TourBox | Review | WithdrawForm | FormPage | WritePreview | RequestList | RequestPage | RequestFill | RequestAsk | AskPage | SecondPage | CasePage | CaseFill | CaseAsk | QuietBox
	forms    = EnrolForm | Giver | WithdrawForm | TodayField | VerifyForm | RenewForm | ReleaseForm | AlertForm | FormPage | RequestFill | CaseFill | QuietBox
	choosing = VerifyForm | RenewForm | ReleaseForm | AlertForm | FormPage | CaseFill
	signed   = Everywhere &^ (SignIn | SignInPage | EnrolForm | Locked | Confirm | TrayBox | LogBox | AccountsBox | TourBox | QuietBox)
	working  = signed &^ (HelpPage | PaletteBox)
	over     = HelpPage | PaletteBox | TrayBox | LogBox | AccountsBox | TourBox | QuietBox // what stands over a screen and holds nothing that could be lost
)

// Entry is one intent in the catalogue.
type Entry struct {
	ID      ID
	Keys    []string // keystrokes; a printable one never takes effect in a text field
	Show    string   // how the keys are printed; "" prints the first
	Scopes  Scope
	Near    Scope  // where the keys work, of an act that only the palette reaches elsewhere; 0: Scopes
	Global  bool   // works while a text field has the focus even where it is printable-free
	Name    text.T // in the palette and the help
	Hint    text.T // in the footer: short
	Footer  int    // order in the footer, 0 for not there
	Shown   Scope  // where the footer has it; 0: Scopes
	Palette bool
	Alias   string // further words the palette finds it by: English and pinyin
}

// Bound is where the entry's keys work.
func (e *Entry) Bound() Scope {
	if e.Near != 0 {
		return e.Near
	}
	return e.Scopes
}

// Foot is where the footer has the entry.
func (e *Entry) Foot() Scope {
	if e.Shown != 0 {
		return e.Shown
	}
	return e.Scopes
}

// Typed reports whether an entry that has the focus takes all keys of it as text.
func (e *Entry) Typed() bool {
	return len(e.Keys) > 0 && !slices.ContainsFunc(e.Keys, func(k string) bool { return len(k) > 1 && k != "space" })
}

// Label is how the entry's keys are printed.
func (e Entry) Label() string {
	if e.Show != "" {
		return e.Show
	}
	if len(e.Keys) == 0 {
		return ""
	}
	return e.Keys[0]
}
