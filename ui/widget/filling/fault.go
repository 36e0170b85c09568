package filling

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Problem is something that is wrong with the form, in words.
type Problem struct {
	Place form.Place
	Words string // what the item is called, and what is wrong
}

// Problems are all that is wrong, in the order of the form. From now on each is said at its item.
func (f *Form) Problems() []Problem {
	f.all = true
	return f.Lacking()
}

// Done reports that nothing is wrong with the form.
func (f *Form) Done() bool { return len(f.wrong) == 0 }

// fault says what is wrong.
func (f *Form) fault(p form.Problem) string {
	if w := Said(p.Words, f.Lang); w != "" {
		return w
	}
	t, limit := f.T, p.Limit
	it, _ := f.a.Form().Item(p.Place.Link)
	var words text.T
	switch p.What {
	case form.Required:
		words = t.MustAnswer
	case form.TooFew:
		words = t.TooFew
	case form.TooMany:
		words = t.TooMany
	case form.NotType:
		words = f.notType(it)
	case form.NoOption:
		words = t.NoOption
	case form.TooLow:
		words, limit = t.TooLow, f.limit(it, it.Limits.Min)
	case form.TooHigh:
		words, limit = t.TooHigh, f.limit(it, it.Limits.Max)
	case form.TooShort:
		words = t.TooShort
	case form.TooLong:
		words = t.TooLong
	case form.Pattern:
		words, limit = t.Pattern, ""
	case form.Places:
		words = t.Places
	case form.WrongUnit:
		if words = t.WrongUnit; f.a.Value(p.Place).Unit == (ehrdesk.Coding{}) {
			words = t.NoUnit
		}
	case form.Alone:
		words = t.Alone
	case form.Again:
		words = t.Again
	case form.TooBig:
		words = t.TooBig
	case form.Rule:
		words = t.Rule
	case form.WrongKind:
		words = t.WrongKind
	}
	said := words.In(f.Lang)
	if n, err := strconv.Atoi(limit); strings.Contains(said, "%d") && err == nil {
		return text.Sprintf(said, n)
	}
	if strings.Contains(said, "%s") {
		return text.Sprintf(said, ehrdesk.CleanLine(limit))
	}
	return said
}

// limit is a bound as it is read.
func (f *Form) limit(it *form.Item, v form.Value) string {
	if it == nil {
		return ""
	}
	return f.words(v)
}

func (f *Form) notType(it *form.Item) text.T {
	t := f.T
	if it == nil {
		return t.NotThat
	}
	switch it.Type {
	case form.Decimal, form.Quantity:
		return t.NotNumber
	case form.Integer:
		return t.NotWhole
	case form.Date:
		return t.NotDate
	case form.DateTime:
		return t.NotDateTime
	case form.Time:
		return t.NotTime
	case form.URL:
		return t.NotURL
	case form.Choice, form.Reference:
		return t.NoOption
	case form.Boolean, form.String, form.LongText, form.Attachment, form.Group, form.Display:
	}
	return t.NotThat
}

// asked says how an answer of the item in focus is typed: as its author says, else as its type is.
func (f *Form) asked(r *row) string {
	if w := Said(r.Item.Format, f.Lang); w != "" && !r.unit {
		return w
	}
	t := f.T
	var words text.T
	switch r.kind {
	case area:
		words = t.Lines
	case pick:
		words = t.AsChoice
	case find:
		words = t.Pick
	case typing:
		switch r.Item.Type {
		case form.Decimal, form.Quantity:
			if words = t.AsNumber; r.unit {
				words = t.Unit
			}
		case form.Integer:
			words = t.AsWhole
		case form.Date:
			words = t.AsDate
		case form.DateTime:
			words = t.AsDateTime
		case form.Time:
			words = t.AsTime
		case form.URL:
			words = t.AsURL
		case form.String, form.LongText, form.Boolean, form.Choice, form.Attachment, form.Reference, form.Group, form.Display:
		}
	case head, said:
	}
	return words.In(f.Lang)
}
