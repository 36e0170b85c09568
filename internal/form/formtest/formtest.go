// Package formtest fills forms in, for tests; no program imports it.
package formtest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// Fill answers every item that is asked with an answer that will do, and each that
// repeats twice, until nothing is left to answer.
func Fill(t testing.TB, a *form.Answers) { FillAs(t, a, 0) }

// FillAs is Fill with other choices for each way: another option, no for yes, words in the
// place of an option.
func FillAs(t testing.TB, a *form.Answers, way int) {
	t.Helper()
	added := map[string]bool{}
	for range 40 {
		changed := false
		for _, l := range a.Lines() {
			it := l.Item
			if !l.Enabled || it.Closed || !it.Type.Asks() && it.Type != form.Group {
				continue
			}
			if it.Type.Asks() && it.Calculated == "" && l.Value.IsZero() {
				v, ok := answer(it, l.Row, way)
				if !ok {
					continue
				}
				if err := a.Fill(l.Place, v); err != nil {
					t.Fatalf("%s: %v", it.Link, err)
				}
				changed = true
			}
			if key := it.Link; it.Repeats && !added[key] && l.Rows < 2 && it.Limits.MaxOccurs != 1 && (len(it.Options) == 0 || len(it.Options) > 1) && !alone(it) {
				added[key] = true
				if _, err := a.Add(l.Place); err != nil {
					t.Fatalf("%s: %v", it.Link, err)
				}
				changed = true
			}
		}
		if !changed {
			return
		}
	}
	t.Fatal("there is always more to answer")
}

// alone reports an item whose first answer goes with no other.
func alone(it *form.Item) bool { return len(it.Options) > 0 && it.Options[0].Exclusive }

// answer is an answer to an item that will do, for its row n.
func answer(it *form.Item, n, way int) (form.Value, bool) {
	if len(it.Options) > 0 {
		if it.Open && way%3 == 2 {
			return form.Value{Kind: form.IsString, Text: "something else " + strconv.Itoa(n)}, true
		}
		return it.Options[(n+way)%len(it.Options)].Value, true
	}
	l := it.Limits
	v := form.Value{Kind: it.Type.Kind()}
	switch it.Type {
	case form.Boolean:
		v.Text = strconv.FormatBool(way%2 == 0)
	case form.Decimal, form.Integer:
		switch {
		case !l.Min.IsZero():
			v.Text = l.Min.Text
		case !l.Max.IsZero():
			v.Text = l.Max.Text
		case it.Type == form.Decimal && l.Places != 0:
			v.Text = "1.10"
		default:
			v.Text = "7"
		}
	case form.Date:
		if v.Text = "2026-11-30"; !l.Min.IsZero() {
			v.Text = l.Min.Text
		} else if !l.Max.IsZero() {
			v.Text = l.Max.Text
		}
	case form.DateTime:
		if v.Text = "2026-11-30T09:30:00+08:00"; !l.Min.IsZero() {
			v.Text = l.Min.Text
		} else if !l.Max.IsZero() {
			v.Text = l.Max.Text
		}
	case form.Time:
		v.Text = "09:30:00"
	case form.String, form.LongText:
		v.Text = "words " + strings.Repeat("x", max(0, l.MinLength-6))
		if l.MaxLength > 0 && len(v.Text) > l.MaxLength {
			v.Text = v.Text[:l.MaxLength]
		}
		if v.Text = strings.TrimSpace(v.Text); l.Pattern != "" {
			v.Text = matching()[l.Pattern]
		}
	case form.URL:
		v.Text = "http://example.org/a"
	case form.Choice:
		if !it.Open {
			return v, false
		}
		v = form.Value{Kind: form.IsString, Text: "something else"}
	case form.Attachment:
		v.File = form.File{Type: "text/plain", Data: "aGVsbG8=", Title: "a note"}
		if len(l.Media) > 0 {
			v.File.Type = l.Media[0]
		}
	case form.Reference:
		v.Ref = form.Pointer{Display: "somebody"}
		if len(it.Refers) > 0 {
			v.Ref = form.Pointer{Reference: it.Refers[0] + "/1"}
		}
	case form.Quantity:
		if v.Text = "1.10"; !l.Min.IsZero() {
			v.Text = l.Min.Text
			v.Unit = l.Min.Unit
		}
		switch {
		case len(it.Units) > 0:
			v.Unit = it.Units[0]
		case it.Unit != ehrdesk.Coding{}:
			v.Unit = it.Unit
		}
	case form.Group, form.Display:
		return v, false
	}
	return v, v.Text != "" || v.Kind == form.IsAttachment || v.Kind == form.IsReference
}

// matching are words of the patterns that forms here have.
func matching() map[string]string {
	return map[string]string{"[A-Z]{2}": "AB"}
}
