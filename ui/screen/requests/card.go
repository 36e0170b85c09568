package requests

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// How much may be typed into a step.
const (
	longestNote   = 500
	longestAnswer = 8000
)

// card is a step that is being taken: what it needs is filled in, and then it is shown as it leaves and asked about.
type card struct {
	id     string // of the request
	to     ehrdesk.RequestState
	gives  string // the step that is given up instead, "" for none
	fields []field
	at     int
	note   *widget.Input
	day    *widget.Input
	title  *widget.Input
	text   *widget.Input
	asks   bool
	scroll widget.Scroll // of what is shown as it leaves
	wrong  screen.Wrong
}

func newCard(id string, to ehrdesk.RequestState, words *text.Requests) *card {
	k := &card{id: id, to: to}
	switch to {
	case ehrdesk.RequestDeclined, ehrdesk.RequestRecalled:
		k.note = k.add(words.NoteLabel, longestNote)
	case ehrdesk.RequestAccepted:
		k.note = k.add(words.NoteOptional, longestNote)
	case ehrdesk.RequestBooked:
		k.day = k.add(words.DayLabel, 11)
		k.note = k.add(words.NoteOptional, longestNote)
	case ehrdesk.RequestAnswered:
		k.title = k.add(words.TitleLabel, 120)
		k.text = k.add(words.TextLabel, longestAnswer)
		k.text.Breaks, k.at = true, 1
	case ehrdesk.RequestSent, ehrdesk.RequestReceived, ehrdesk.RequestSeen, ehrdesk.RequestClosed:
	}
	k.asks = len(k.fields) == 0
	return k
}

func (k *card) add(label text.T, most int) *widget.Input {
	in := &widget.Input{Max: most}
	k.fields = append(k.fields, field{in, label})
	return in
}

func (k *card) field() *field { return &k.fields[k.at] }

// long reports a step with a text of several lines: Enter is a new line in it.
func (k *card) long() bool { return k.text != nil }

// typed reports that somebody has typed something that would be lost.
func (k *card) typed() bool {
	return slices.ContainsFunc(k.fields, func(f field) bool { return f.in != k.title && !f.in.Empty() })
}

func (k *card) forget() {
	for _, f := range k.fields {
		f.in.Clear()
	}
}

// handle goes about among the fields and within a text of several lines.
func (k *card) handle(in intent.Intent) {
	k.wrong = screen.Wrong{}
	lines := k.field().in.Breaks
	switch in.ID {
	case intent.Up, intent.Down:
		d := 1
		if in.ID == intent.Up {
			d = -1
		}
		if !lines || !k.field().in.Line(d) {
			k.move(d)
		}
	case intent.Accept:
		if lines {
			k.field().in.Insert("\n")
		} else {
			k.move(1)
		}
	case intent.NextPane:
		k.at = (k.at + 1) % len(k.fields)
	case intent.PrevPane:
		k.at = (k.at + len(k.fields) - 1) % len(k.fields)
	}
}

func (k *card) move(d int) { k.at = min(max(k.at+d, 0), len(k.fields)-1) }

// lacks says what stands in the way of the step, and puts the focus there.
func (k *card) lacks(e *screen.Env) screen.Wrong {
	t := &e.T.Requests
	at := func(in *widget.Input, words text.T) screen.Wrong {
		k.at = slices.IndexFunc(k.fields, func(f field) bool { return f.in == in })
		return screen.Saying(words)
	}
	blank := func(in *widget.Input) bool { return strings.TrimSpace(in.Text()) == "" }
	switch {
	case k.to.NeedsNote() && blank(k.note):
		return at(k.note, t.NeedsNote)
	case k.day != nil && blank(k.day):
		return at(k.day, t.NeedsDay)
	case k.text != nil && blank(k.text):
		return at(k.text, t.NeedsText)
	}
	if k.day == nil {
		return screen.Wrong{}
	}
	day, ok := typedDay(k.day.Text())
	now := e.Now()
	switch {
	case !ok:
		return at(k.day, t.BadDay)
	case day.Compare(ehrdesk.Day(now.Year(), now.Month(), now.Day())) < 0:
		return at(k.day, t.PastDay)
	}
	return screen.Wrong{}
}

// step is what is written.
func (k *card) step() ehrdesk.RequestStep {
	out := ehrdesk.RequestStep{State: k.to}
	if k.note != nil {
		out.Note = strings.TrimSpace(ehrdesk.CleanLine(k.note.Text()))
	}
	if k.day != nil {
		out.Day, _ = typedDay(k.day.Text())
	}
	if k.text != nil {
		out.Answer = &ehrdesk.Letter{Title: strings.TrimSpace(ehrdesk.CleanLine(k.title.Text())), Text: strings.TrimSpace(ehrdesk.CleanColumns(k.text.Text()))}
	}
	return out
}

// final reports a step that cannot be taken back.
func (k *card) final() bool {
	return k.gives != "" || k.to == ehrdesk.RequestDeclined || k.to == ehrdesk.RequestRecalled || k.to == ehrdesk.RequestClosed
}
