// Package widget holds the small parts screens are made of: text entry, choice,
// scrolling text, and lines of labelled values. They draw on a canvas and keep
// no styles of their own.
package widget

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Input is one line of text entry. Its cursor stands right after Chinese text,
// pasted text is cleaned, and a masked one shows stars only.
type Input struct {
	Masked bool
	Max    int // characters, 0 for 200
	text   []rune
	cur    int
	left   int // first character shown
}

// String keeps typed secrets out of anything that prints the struct.
func (*Input) String() string { return "input" }

// GoString keeps typed secrets out of anything that prints the struct.
func (*Input) GoString() string { return "input" }

// Text is what has been typed.
func (f *Input) Text() string { return string(f.text) }

// Secret is what has been typed, in memory that can be wiped.
func (f *Input) Secret() ehrdesk.Secret { return ehrdesk.SecretOf(f.text) }

// Empty reports whether nothing has been typed.
func (f *Input) Empty() bool { return len(f.text) == 0 }

// Len is how many characters have been typed.
func (f *Input) Len() int { return len(f.text) }

// Set replaces the text; the cursor goes to its end.
func (f *Input) Set(s string) {
	f.Clear()
	f.Insert(s)
}

// Clear forgets the text, overwriting it.
func (f *Input) Clear() {
	for i := range f.text {
		f.text[i] = 0
	}
	f.text, f.cur, f.left = f.text[:0], 0, 0
}

// Insert puts s at the cursor, cleaned of everything that is not text. It
// reports whether anything changed.
func (f *Input) Insert(s string) bool {
	clean := ehrdesk.CleanLine(s)
	if s == " " {
		clean = " " // a space typed by itself is wanted: more may follow
	}
	limit := f.Max
	if limit == 0 {
		limit = 200
	}
	if f.Masked && f.text == nil {
		f.text = make([]rune, 0, limit) // never grown: no part of a secret is left behind
	}
	changed := false
	for _, r := range clean {
		if len(f.text) >= limit || paint.RuneWidth(r) == 0 {
			continue
		}
		f.text = append(f.text, 0)
		copy(f.text[f.cur+1:], f.text[f.cur:])
		f.text[f.cur] = r
		f.cur++
		changed = true
	}
	return changed
}

// Key edits by one key: taken says whether the key was for the field, changed
// whether its text is another now.
func (f *Input) Key(k tea.KeyPressMsg, name string) (taken, changed bool) {
	switch name {
	case "backspace", "ctrl+h":
		if f.cur > 0 {
			f.text = append(f.text[:f.cur-1], f.text[f.cur:]...)
			f.cur--
			return true, true
		}
	case "delete", "ctrl+d":
		if f.cur < len(f.text) {
			f.text = append(f.text[:f.cur], f.text[f.cur+1:]...)
			return true, true
		}
	case "left":
		f.cur = max(0, f.cur-1)
	case "right":
		f.cur = min(len(f.text), f.cur+1)
	case "home", "ctrl+a":
		f.cur = 0
	case "end", "ctrl+e":
		f.cur = len(f.text)
	case "ctrl+u":
		changed = len(f.text) > 0
		f.Clear()
	default:
		if k.Text == "" || k.Mod&(tea.ModCtrl|tea.ModAlt) != 0 {
			return false, false
		}
		return true, f.Insert(k.Text)
	}
	return true, changed
}

// Draw shows the field in w cells at (x, y) and puts the terminal's cursor in
// it when it has the focus.
func (f *Input) Draw(c *paint.Canvas, x, y, w int, focus bool) {
	if w < 3 {
		return
	}
	st := theme.Field
	c.Fill(paint.Rect{X: x, Y: y, W: w, H: 1}, st, ' ')
	width := func(r rune) int {
		if f.Masked {
			return 1
		}
		return paint.RuneWidth(r)
	}
	left, used := f.left, 0
	if f.cur < left {
		left = f.cur
	}
	for i := left; i < f.cur && i < len(f.text); i++ {
		used += width(f.text[i])
	}
	for used > w-2 && left < f.cur { // one cell stays for the cursor
		used -= width(f.text[left])
		left++
	}
	at := x
	for i := left; i < len(f.text); i++ {
		s := string(f.text[i])
		if f.Masked {
			s = "*"
		}
		if i == f.cur && focus {
			c.SetCursor(at, y)
		}
		if at+width(f.text[i]) > x+w-1 {
			break
		}
		at = c.Put(at, y, x+w, st, s)
	}
	if focus && f.cur >= len(f.text) {
		c.SetCursor(at, y)
	}
}
