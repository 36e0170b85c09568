package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestTheDayIsLookedAtFromBothEndsInBothZones(t *testing.T) {
	all := rounds(time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC))
	for _, want := range []round{{"UTC", "2026-11-28T00:00"}, {"Asia/Hong_Kong", "2026-11-28T23:59"}, {"UTC", "2026-12-31T23:59"}} {
		if !slices.Contains(all, want) {
			t.Errorf("%v is missing", want)
		}
	}
	if len(all) != 18 {
		t.Errorf("%d moments", len(all))
	}
}

func TestATestThatHasTheClockByAHelperIsFound(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a_test.go")
	if err := os.WriteFile(name, []byte(`package a
func TestDay(t *testing.T) { w := newWorld(); w.list() }
func TestLength(t *testing.T) { newWorld() }
func TestNone(t *testing.T) {}
func newWorld() *world { return &world{testclock.Start()} }
func (w *world) list() { w.s.PutTask() }
`), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := read([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	daily, others := c.tests(false)
	if !slices.Equal(daily, []string{"TestDay"}) || !slices.Equal(others, []string{"TestLength"}) {
		t.Errorf("of the day %v, others %v", daily, others)
	}
}

func TestNoTestIsLeftOutOfAllHours(t *testing.T) {
	s := suite{daily: []string{"D", "E", "F", "G", "H", "I", "J"}, others: []string{"a", "b", "c", "d", "e"}}
	all := rounds(time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC))
	ran, between := map[string]int{}, map[string]int{}
	for i, r := range all {
		for _, name := range s.at(i, all) {
			if ran[name]++; !r.edge() && slices.Contains(s.daily, name) {
				between[name+r.zone]++
			}
		}
	}
	for name, n := range ran {
		if want := map[bool]int{true: 6 + 2, false: 1}[slices.Contains(s.daily, name)]; n != want {
			t.Errorf("%s ran %d times, want %d", name, n, want)
		}
	}
	if len(ran) != 12 || len(between) != 14 {
		t.Errorf("%d tests ran, %d at hours between", len(ran), len(between))
	}
}
