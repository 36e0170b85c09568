package widget_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawForm draws a form in three rows, and gives them and the row after it.
func drawForm(f *widget.Form) (shown string, after int) {
	c := paint.New(false)
	c.Reset(40, 3, 0)
	after = f.Draw(c, paint.Rect{X: 0, Y: 0, W: 38, H: 3}, true)
	return ansi.Strip(c.String(nil)), after
}

// listed is a form of a list of five, an entry that one of the list brings, and a box.
func listed() (f *widget.Form, list, entry, box *widget.Row) {
	list = &widget.Row{Kind: widget.ListRow, Label: func() string { return "" }, Count: 5, Option: func(i int) string { return fmt.Sprint("option ", i) }}
	entry = &widget.Row{Kind: widget.TextRow, Label: func() string { return "name" }, Input: &widget.Input{Max: 9}, Hidden: func() bool { return list.Sel == 0 }}
	box = &widget.Row{Kind: widget.TickRow, Label: func() string { return "seen" }}
	return &widget.Form{Rows: []*widget.Row{list, entry, box}}, list, entry, box
}

func TestAListIsChosenFromByItsLettersAndByTheArrowsUpToItsEnds(t *testing.T) {
	f, list, entry, box := listed()
	do := func(id intent.ID, arg int) { f.Handle(intent.Intent{ID: id, Arg: arg}) }
	do(intent.Down, 0)
	if list.Sel != 1 || !f.On(list) {
		t.Errorf("down chose %d", list.Sel)
	}
	do(intent.PickLetter, 4)
	if do(intent.PickLetter, 6); list.Sel != 4 || !f.On(list) { // there is no seventh
		t.Errorf("its letter chose %d", list.Sel)
	}
	if do(intent.Down, 0); !f.On(entry) || list.Sel != 4 {
		t.Error("past its end the arrow does not go on")
	}
	do(intent.Down, 0)
	if !f.On(box) {
		t.Error("nor past the entry")
	}
	if do(intent.PickLetter, 0); list.Sel != 0 || !f.On(list) {
		t.Error("a letter does not choose from elsewhere in the form")
	}
	if do(intent.NextPane, 0); !f.On(box) { // the entry has gone
		t.Error("Tab goes to what is not shown")
	}
	if do(intent.Right, 0); box.On {
		t.Error("an arrow ticks")
	}
}

func TestOfAListTheChosenStaysInSight(t *testing.T) {
	f, list, _, box := listed()
	for sel := range list.Count {
		list.Sel = sel
		f.Focus(list)
		if got, _ := drawForm(f); !strings.Contains(got, fmt.Sprint("option ", sel)) || strings.Count(got, "option") > 3 {
			t.Errorf("chosen %d, drawn %q", sel, got)
		}
	}
	list.Sel = 1
	f.Focus(box)
	if got, after := drawForm(f); after != 3 || !strings.Contains(got, "seen") || !strings.Contains(got, "▲") {
		t.Errorf("the box below it: %q", got)
	}
}
