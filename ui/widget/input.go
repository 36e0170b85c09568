// Package widget holds the small parts screens are made of: text entry, choice,
// scrolling text, and lines of labelled values. They draw on a canvas and keep
// no styles of their own.
package widget

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Input is one line of text entry. Its cursor stands right after Chinese text,
// pasted text is cleaned, and a masked one shows stars only.
type Input struct {
	Masked bool
	Digits bool // nothing but digits is taken, full-width ones as plain
	Breaks bool // a text of several lines: see DrawLines
	Max    int  // characters, 0 for 200
	text   []rune
	cur    int
	left   int // first character shown
	width  int // of several lines, as they were last drawn
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

// Clear forgets the text, overwriting it with all that stood behind its end.
func (f *Input) Clear() {
	clear(f.text[:cap(f.text)])
	f.text, f.cur, f.left = f.text[:0], 0, 0
}

// Insert puts s at the cursor, cleaned of everything that is not text. It
// reports whether anything changed.
func (f *Input) Insert(s string) bool {
	clean := ehrdesk.CleanLine(s)
	if f.Breaks {
		clean = ehrdesk.CleanColumns(strings.ReplaceAll(s, "\r\n", "\n"))
	}
	if f.Digits {
		clean = strings.Map(digit, clean)
	} else if s == " " {
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
		if unicode.Is(unicode.M, r) {
			changed = f.mark(r, limit) || changed
			continue
		}
		if len(f.text) >= limit || paint.RuneWidth(r) == 0 && !(f.Breaks && r == '\n') {
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

// digit is r as a plain digit, -1 for none.
func digit(r rune) rune {
	if r >= '０' && r <= '９' {
		r -= '０' - '0'
	}
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// mark puts an accent or a vowel sign on the character before the cursor: as one
// character where there is one, else after it. With none before it, it is dropped
// and seen to be: no cell shows it.
func (f *Input) mark(r rune, limit int) bool {
	if f.cur == 0 || f.text[f.cur-1] == ' ' {
		return false
	}
	if one := []rune(ehrdesk.CleanLine(string([]rune{f.text[f.cur-1], r}))); len(one) == 1 {
		f.text[f.cur-1] = one[0]
		return true
	}
	if len(f.text) >= limit {
		return false
	}
	f.text = append(f.text, 0)
	copy(f.text[f.cur+1:], f.text[f.cur:])
	f.text[f.cur] = r
	f.cur++
	return true
}

// Key edits by one key: taken says whether the key was for the field, changed
// whether its text is another now.
func (f *Input) Key(k tea.KeyPressMsg, name string) (taken, changed bool) {
	switch name {
	case "backspace", "ctrl+h":
		if f.cur > 0 {
			f.text = slices.Delete(f.text, f.cur-1, f.cur) // which zeroes what is left over
			f.cur--
			return true, true
		}
	case "delete", "ctrl+d":
		if f.cur < len(f.text) {
			f.text = slices.Delete(f.text, f.cur, f.cur+1)
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
	// part is the text from i up to the next character with no mark, and its cells
	part := func(i int) (s string, n, cells int) {
		n = 1
		if f.Masked {
			return "*", 1, 1
		}
		for i+n < len(f.text) && i+n != f.cur && unicode.Is(unicode.M, f.text[i+n]) {
			n++
		}
		s = string(f.text[i : i+n])
		return s, n, paint.Width(s)
	}
	left, used := min(f.left, f.cur), 0
	for i := left; i < f.cur && i < len(f.text); {
		_, n, cells := part(i)
		i, used = i+n, used+cells
	}
	for used > w-2 && left < f.cur { // one cell stays for the cursor
		_, n, cells := part(left)
		left, used = left+n, used-cells
	}
	at := x
	for i := left; i < len(f.text); {
		s, n, cells := part(i)
		if i == f.cur && focus {
			c.SetCursor(at, y)
		}
		if at+cells > x+w-1 {
			break
		}
		at = c.Put(at, y, x+w, st, s)
		i += n
	}
	if focus && f.cur >= len(f.text) {
		c.SetCursor(at, y)
	}
}
