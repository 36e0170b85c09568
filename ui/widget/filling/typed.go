package filling

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// The forms in which a day is typed, the exact ones first, and how FHIR writes each.
var (
	days  = [...][2]string{{"2-Jan-2006", time.DateOnly}, {time.DateOnly, time.DateOnly}, {"Jan-2006", "2006-01"}, {"2006-01", "2006-01"}, {"2006", "2006"}}
	times = [...]string{"2-Jan-2006 15:04:05", "2-Jan-2006 15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"}
	hours = [...]string{"15:04", "15:04:05"}
)

// valueOf is what somebody has typed, as an answer. What is no answer yet is kept as it was typed.
func valueOf(it *form.Item, typed string) form.Value {
	kind := it.Type.Kind()
	if it.Type == form.LongText || it.Type == form.String {
		if strings.TrimSpace(typed) == "" {
			return form.Value{}
		}
		return form.Value{Kind: kind, Text: typed}
	}
	typed = plain(strings.TrimSpace(typed))
	if typed == "" {
		return form.Value{}
	}
	v := form.Value{Kind: kind, Text: typed}
	switch kind {
	case form.IsDate:
		v.Text = dayOf(typed)
	case form.IsDateTime:
		v.Text = momentOf(typed)
	case form.IsTime:
		v.Text = hourOf(typed)
	case form.IsQuantity:
		for _, c := range [...]string{"<=", ">=", "<", ">"} { // a result may be below what can be measured
			if rest, ok := strings.CutPrefix(typed, c); ok {
				v.Compares, v.Text = c, strings.TrimSpace(rest)
				break
			}
		}
	case form.NoValue, form.IsBoolean, form.IsDecimal, form.IsInteger, form.IsString, form.IsURI, form.IsCoding, form.IsAttachment, form.IsReference:
	}
	return v
}

// plain is what was typed with full-width digits and signs as plain ones.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

func dayOf(typed string) string {
	for _, d := range days {
		if at, err := time.Parse(d[0], typed); err == nil {
			return at.Format(d[1])
		}
	}
	return typed
}

func momentOf(typed string) string {
	for _, layout := range times {
		if at, err := time.ParseInLocation(layout, strings.Join(strings.Fields(typed), " "), ehrdesk.HongKong()); err == nil {
			return at.Format(time.RFC3339)
		}
	}
	return dayOf(typed)
}

func hourOf(typed string) string {
	for _, layout := range hours {
		if at, err := time.Parse(layout, typed); err == nil {
			return at.Format(time.TimeOnly)
		}
	}
	return typed
}

// typedOf is an answer as somebody would type it.
func (f *Form) typedOf(v form.Value) string {
	switch v.Kind {
	case form.IsDate, form.IsDateTime:
		return whenWords(v.Text)
	case form.IsTime:
		return strings.TrimSuffix(v.Text, ":00")
	case form.IsQuantity:
		return v.Compares + v.Text
	case form.IsCoding, form.IsReference:
		return f.words(v)
	case form.NoValue, form.IsBoolean, form.IsDecimal, form.IsInteger, form.IsString, form.IsURI, form.IsAttachment:
	}
	return v.Text
}

// whenWords is a date of FHIR's as dates stand on the screen; anything else stays.
func whenWords(s string) string {
	w, err := ehrdesk.ParseWhen(s)
	if err != nil || w.IsZero() {
		return s
	}
	if w.Precision > ehrdesk.ToDay {
		return w.In(ehrdesk.HongKong()).DateTime()
	}
	return w.Date()
}

// words are an answer as it is read.
func (f *Form) words(v form.Value) string {
	switch v.Kind {
	case form.IsBoolean:
		switch v.Text {
		case "true":
			return f.T.Yes.In(f.Lang)
		case "false":
			return f.T.No.In(f.Lang)
		}
		return v.Text
	case form.IsCoding:
		return ehrdesk.CleanLine(first(v.Coding.Display, v.Coding.Code, v.Text))
	case form.IsReference:
		return ehrdesk.CleanLine(first(v.Ref.Display, v.Ref.Reference, v.Text))
	case form.IsQuantity:
		return strings.TrimSpace(v.Compares + v.Text + " " + ehrdesk.CleanLine(first(v.Unit.Display, v.Unit.Code)))
	case form.IsAttachment:
		return ehrdesk.CleanLine(first(v.File.Title, v.File.Type))
	case form.IsDate, form.IsDateTime, form.IsTime, form.NoValue, form.IsDecimal, form.IsInteger, form.IsString, form.IsURI:
	}
	return f.typedOf(v)
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// Said is a form's words in the language of the screen.
func Said(t form.Text, l text.Lang) string { return ehrdesk.CleanLine(t.In(l.Tag())) }
