package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Colour is never alone: the row in focus of every list has a mark before it.
func TestTheRowInFocusHasAMarkOnEveryList(t *testing.T) {
	lists := 0
	for _, s := range screens {
		if s.card != nil {
			continue
		}
		for _, size := range [][2]int{{60, 20}, {80, 24}, {200, 60}} {
			d := fake.New()
			if s.desk != nil {
				s.desk(d)
			}
			p := play(t, d, "en", size[0], size[1])
			s.play(p)
			rows := p.M.(*ui.Model).Chosen()
			if len(rows) > 1 {
				t.Errorf("%s %v: %d rows are in focus", s.name, size, len(rows))
			}
			for _, row := range rows {
				lists++
				if !strings.Contains(row, "▸") {
					t.Errorf("%s %v: no mark in %q", s.name, size, row)
				}
			}
		}
	}
	if lists < 60 {
		t.Errorf("only %d lists seen", lists)
	}
}
