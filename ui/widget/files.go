package widget

import (
	"path/filepath"
	"strings"

	"charm.land/bubbles/v2/filepicker"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Files is Bubbles' file picker, drawn in the theme's roles with names that are cleaned:
// a file may be called anything.
type Files struct{ pick filepicker.Model }

// NewFiles shows the folder dir once the command has read it. Only files with one of
// the endings can be chosen.
func NewFiles(dir string, endings ...string) (Files, tea.Cmd) {
	p := filepicker.New()
	p.CurrentDirectory, p.AllowedTypes = dir, endings
	p.ShowPermissions, p.AutoHeight, p.Cursor = false, false, cursor
	none := lipgloss.NewStyle()
	p.Styles = filepicker.Styles{DisabledCursor: none, Cursor: none, Symlink: none, Directory: none, File: none, DisabledFile: none,
		Permission: none, Selected: none, DisabledSelected: none, FileSize: p.Styles.FileSize.UnsetForeground(), EmptyDirectory: none.SetString("")}
	return Files{p}, folder(p.Init())
}

// FolderMsg is what a folder holds, for the Files that asked.
type FolderMsg struct{ msg tea.Msg }

func folder(read tea.Cmd) tea.Cmd {
	if read == nil {
		return nil
	}
	return func() tea.Msg { return FolderMsg{read()} }
}

const cursor = "›"

// Update takes what a folder holds.
func (f *Files) Update(m FolderMsg) { f.pick, _ = f.pick.Update(m.msg) }

// Move goes to another file by a key's code: tea.KeyUp, tea.KeyPgDown and the like.
func (f *Files) Move(code rune) { f.pick, _ = f.pick.Update(tea.KeyPressMsg{Code: code}) }

// Parent goes to the folder around this one.
func (f *Files) Parent() (cmd tea.Cmd) {
	f.pick, cmd = f.pick.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	return folder(cmd)
}

// Choose takes the file at the cursor or opens the folder there. It gives the file's
// path; wrong where its ending is none of those allowed.
func (f *Files) Choose() (path string, wrong bool, cmd tea.Cmd) {
	enter := tea.KeyPressMsg{Code: tea.KeyEnter}
	f.pick.Path = ""
	f.pick, cmd = f.pick.Update(enter)
	if _, path = f.pick.DidSelectFile(enter); path == "" {
		wrong, _ = f.pick.DidSelectDisabledFile(enter)
	}
	return path, wrong, folder(cmd)
}

// Draw draws the folder's name and what is in it; empty are the words where there is
// nothing.
func (f *Files) Draw(c *paint.Canvas, r paint.Rect, empty string) {
	c.Put(r.X, r.Y, r.Right(), theme.Strong, paint.Cut(ehrdesk.CleanLine(filepath.Clean(f.pick.CurrentDirectory)), r.W))
	f.pick.SetHeight(max(1, r.H-1))
	if f.pick.HighlightedPath() == "" {
		c.Put(r.X, r.Y+1, r.Right(), theme.Muted, paint.Cut(empty, r.W))
		return
	}
	y := r.Y + 1
	for line := range strings.Lines(ansi.Strip(f.pick.View())) {
		line, selected := strings.CutPrefix(line, cursor)
		if line = ehrdesk.CleanLine(line); line == "" || y >= r.Bottom() {
			continue
		}
		style := theme.Text
		c.Item(r.X, y, selected)
		if selected {
			style = theme.Selected
			c.Fill(paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, style, ' ')
			c.Put(r.X, y, r.Right(), style, "▸")
		}
		c.Put(r.X+2, y, r.Right(), style, paint.Cut(line, r.W-2))
		y++
	}
}
