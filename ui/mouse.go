package ui

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// pointed are the screens on which the mouse does something: those that are read. On one
// that takes an answer, a wheel that is brushed would give another.
const pointed = intent.Panes | intent.SearchBox | intent.Notice | intent.HelpPage | intent.PaletteBox | intent.LogBox | intent.AccountsBox | intent.TodayList | intent.RequestList | intent.CasePage | intent.SignIn

// step is one of the few intents of the mouse. It moves and never acts.
func (m *Model) step(id intent.ID) tea.Cmd {
	e, ok := m.keys.Entry(id)
	if !ok || e.Scopes&m.front().Scope() == 0 {
		return nil
	}
	return m.do(intent.Intent{ID: id})
}

// points reports whether the mouse means anything now.
func (m *Model) points() bool {
	return m.mouse && m.lock == nil && !m.tooSmall() && m.front().Scope()&pointed != 0
}

// wheel scrolls what is in front by three, as the arrow keys do.
func (m *Model) wheel(b tea.MouseButton) tea.Cmd {
	if m.left() {
		return m.lockUp(m.idle)
	}
	if !m.points() {
		return nil
	}
	m.touched()
	id, n := intent.Down, 3
	switch b {
	case tea.MouseWheelUp:
		id = intent.Up
	case tea.MouseWheelDown:
	default:
		return nil
	}
	if m.front().Scope() == intent.Rail { // each row of it shows another list
		n = 1
	}
	var cmds []tea.Cmd
	for range n {
		cmds = append(cmds, m.step(id))
	}
	return tea.Batch(cmds...)
}

// click moves the focus to the pane and the item that was clicked, by the steps that
// the arrow keys and Tab take. It never goes on, submits or opens.
func (m *Model) click(x, y int, b tea.MouseButton) tea.Cmd {
	if m.left() {
		return m.lockUp(m.idle)
	}
	if !m.points() || b != tea.MouseLeft {
		return nil
	}
	m.touched()
	var cmds []tea.Cmd
	for range 3 { // panes
		m.draw()
		cx, cy := m.canvas.Cursor()
		if m.canvas.Divides(x, y, theme.Rule) == m.canvas.Divides(cx, cy, theme.Rule) {
			break
		}
		if m.front().Scope()&intent.Panes == 0 {
			return nil
		}
		cmds = append(cmds, m.step(intent.NextPane))
	}
	d := distance(m.canvas.Items(), x, y)
	if m.canvas.Text(0, y) == "" || m.front().Scope() == intent.Rail && below(m.canvas.Items(), y) {
		d = 0
	}
	id := intent.Down
	if d < 0 {
		id, d = intent.Up, -d
	}
	for range d {
		cmds = append(cmds, m.step(id))
	}
	return tea.Batch(cmds...)
}

// below reports a row under the last item: what stands under the rail is no part of it.
func below(items []paint.Item, y int) bool {
	return !slices.ContainsFunc(items, func(i paint.Item) bool { return i.Y >= y })
}

// distance is how many items lie from the one in focus to the one at a cell: negative
// for one before it, 0 where there is none. Items go down each column.
func distance(items []paint.Item, x, y int) int {
	all := slices.Clone(items)
	slices.SortFunc(all, func(a, b paint.Item) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	from := slices.IndexFunc(all, func(i paint.Item) bool { return i.Chosen })
	to := -1
	for i, it := range all {
		if it.X <= x && it.Y <= y && (to < 0 || it.X >= all[to].X) {
			to = i
		}
	}
	if from < 0 || to < 0 {
		return 0
	}
	return to - from
}
