package chart

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
)

func years(ys ...int) []ehrdesk.Record {
	var out []ehrdesk.Record
	for i, y := range ys {
		r := ehrdesk.Record{Resource: "Observation", ID: string(rune('a' + i))}
		if y > 0 {
			r.Date = ehrdesk.Day(y, time.June, 1)
		}
		out = append(out, r)
	}
	return out
}

func TestJumpingByYears(t *testing.T) {
	l := list{records: years(2026, 2026, 2025, 2023, 2023, 0)}
	for _, c := range []struct {
		d, want int
		ok      bool
	}{{-1, 2, true}, {-1, 3, true}, {-1, 3, false}, {1, 2, true}, {1, 0, true}, {1, 0, false}} {
		if ok := l.year(c.d); ok != c.ok || l.sel != c.want {
			t.Fatalf("year(%d): at %d %v, want %d %v", c.d, l.sel, ok, c.want, c.ok)
		}
	}
}

// New year's morning here is the year before in Greenwich.
func TestAYearBeginsByTheDesksClock(t *testing.T) {
	l := list{records: []ehrdesk.Record{{ID: "a", Date: ehrdesk.At(time.Date(2025, 12, 31, 17, 0, 0, 0, time.UTC))}, {ID: "b", Date: ehrdesk.Day(2025, time.December, 31)}}, zone: time.FixedZone("HKT", 8*3600)}
	if !l.year(-1) || l.sel != 1 {
		t.Errorf("at %d", l.sel)
	}
}

func TestNewRecordsKeepTheSelectedOne(t *testing.T) {
	l := list{records: years(2024, 2023, 2022), sel: 1}
	l.replace(append(years(2026, 2025)[:0:0], append([]ehrdesk.Record{{Resource: "Observation", ID: "new"}}, l.records...)...), false)
	if r, _ := l.selected(); r.ID != "b" {
		t.Errorf("at %q, want b", r.ID)
	}
	l.replace(nil, false)
	if _, ok := l.selected(); ok {
		t.Error("something is selected in an empty list")
	}
}

// While the first sync runs, older records may come before newer ones: the
// list stays at its newest end unless somebody moved or reads.
func TestTheNewestStaysInSightWhileRecordsArrive(t *testing.T) {
	l := list{records: years(2020)}
	newer := append([]ehrdesk.Record{{Resource: "Observation", ID: "new"}}, l.records...)
	l.replace(newer, false)
	if r, _ := l.selected(); r.ID != "new" {
		t.Errorf("at %q", r.ID)
	}
	l = list{records: years(2020)}
	l.replace(newer, true)
	if r, _ := l.selected(); r.ID != "a" {
		t.Errorf("while reading: at %q", r.ID)
	}
}

func TestMovingStaysInside(t *testing.T) {
	l := list{records: years(2026, 2025, 2024), page: 2}
	for _, id := range []intent.ID{intent.Up, intent.Bottom, intent.Down, intent.PageDown, intent.Top, intent.PageUp} {
		l.move(id)
		if _, ok := l.selected(); !ok {
			t.Fatalf("intent %d left the list", id)
		}
	}
}
