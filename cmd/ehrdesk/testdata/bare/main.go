// Command bare is the least Bubble Tea program: what the start of ehrdesk is
// held against.
package main

import tea "charm.land/bubbletea/v2"

type hello struct{}

func (hello) Init() tea.Cmd                         { return nil }
func (h hello) Update(tea.Msg) (tea.Model, tea.Cmd) { return h, nil }
func (hello) View() tea.View {
	v := tea.NewView("Passphrase")
	v.AltScreen = true
	return v
}

func main() {
	if _, err := tea.NewProgram(hello{}, tea.WithFPS(120)).Run(); err != nil {
		panic(err)
	}
}
