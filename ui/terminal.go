package ui

import (
	"os"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// terminal is the terminal as the library writes to it: through the screen that draws
// the frames, so that neither writes into the other's.
type terminal struct {
	tty    *os.File
	screen *paint.Screen
}

func (t terminal) Write(p []byte) (int, error) { return t.screen.Write(p) }
func (t terminal) Read(p []byte) (int, error)  { return t.tty.Read(p) }
func (t terminal) Close() error                { return t.tty.Close() }

// Fd lets the library ask the terminal for its size and colours.
func (t terminal) Fd() uintptr { return t.tty.Fd() }

// blank is what the library draws where the screen draws the frame: nothing, with the
// cursor at home, so that it has no reason to write while the program runs.
func blank(v tea.View) tea.View {
	v.Content = " "
	v.Cursor = tea.NewCursor(0, 0)
	v.Cursor.Blink = false
	return v
}
