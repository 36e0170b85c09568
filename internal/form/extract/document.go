package extract

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/wire"
)

// content writes what a document is: the file that the form asks for, else all that was
// answered, as text.
func (w *writer) content(o *wire.Object, e element, way []string, lines []form.Line) (missing string) {
	attached := w.answers(append(slices.Clone(way), "attachment"), e.parts[0], lines)
	if len(attached) > 0 {
		o.List(e.name, len(attached), func(i int, in *wire.Object) { put(in, e.parts[0], attached[i:i+1]) })
		return ""
	}
	title := w.f.Title
	if w.item != nil {
		title = w.item.Text
	}
	o.List(e.name, 1, func(_ int, in *wire.Object) {
		in.Object("attachment", func(x *wire.Object) {
			form.Attach(x, form.File{
				Type: "text/plain; charset=utf-8", Language: w.in.Language, Title: title.In(w.in.Language), Created: w.in.Authored.String(),
				Data: base64.StdEncoding.EncodeToString([]byte(written(title, lines, w.in.Language))),
			})
		})
	})
	return ""
}

// written is what was answered as plain text: a heading for each group, a line for each
// answer, words of several lines below their question.
func written(title form.Text, lines []form.Line, language string) string {
	var b strings.Builder
	b.WriteString(title.In(language) + "\n")
	for i, l := range lines {
		text := l.Item.Text.In(language)
		switch {
		case l.Item.Hidden || l.Item.Type == form.Display:
		case l.Item.Type == form.Group:
			if answered(lines[i+1:], l) {
				b.WriteString("\n" + text + "\n")
			}
		case l.Value.IsZero():
		default:
			answer := wordsOf(l, language)
			if strings.Contains(answer, "\n") {
				b.WriteString(text + ":\n" + answer + "\n")
			} else {
				b.WriteString(text + ": " + answer + "\n")
			}
		}
	}
	return b.String()
}

// answered reports an answer that is shown in a row of a group.
func answered(after []form.Line, group form.Line) bool {
	for _, l := range after {
		if !strings.HasPrefix(l.Place.Rows, group.Place.Rows+".") || !below(l.Item, group.Item) {
			continue
		}
		if l.Item.Type.Asks() && !l.Item.Hidden && !l.Value.IsZero() {
			return true
		}
	}
	return false
}

// wordsOf is an answer in a language: of a code the words it was chosen by.
func wordsOf(l form.Line, language string) string {
	if l.Value.Kind == form.IsCoding {
		for i := range l.Item.Options {
			o := &l.Item.Options[i]
			if o.Value.Coding.System == l.Value.Coding.System && o.Value.Coding.Code == l.Value.Coding.Code {
				return o.Words.In(language)
			}
		}
	}
	if l.Value.Kind == form.IsBoolean {
		return truthIn(language, l.Value.Text == "true")
	}
	s := textOf(l.Value)
	if l.Value.Kind == form.IsDate || l.Value.Kind == form.IsDateTime { // as people write dates here
		if w, err := ehrdesk.ParseWhen(s); err == nil {
			return w.DateTime()
		}
	}
	if u := l.Item.Unit; (l.Value.Kind == form.IsDecimal || l.Value.Kind == form.IsInteger) && u.Display+u.Code != "" {
		if s += " " + u.Display; u.Display == "" {
			s += u.Code
		}
	}
	return s
}

// truthIn is yes or no in the languages that forms here have.
func truthIn(language string, yes bool) string {
	if strings.HasPrefix(strings.ToLower(language), "zh") {
		if yes {
			return "是"
		}
		return "否"
	}
	if yes {
		return "yes"
	}
	return "no"
}
