package ehrdesk_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// drawLine is a line of one ID as some desk may have it: few moments and few people, so that
// stamps meet.
func drawLine(t *rapid.T, name string) ehrdesk.DayLine {
	stamp := func(what string) ehrdesk.Stamp {
		return ehrdesk.Stamp{At: time.UnixMilli(int64(rapid.IntRange(1, 6).Draw(t, name+what))), By: rapid.SampledFrom([]string{"clerk", "drlee"}).Draw(t, name+what+"by"), Desk: rapid.SampledFrom([]string{"a", "b"}).Draw(t, name+what+"desk")}
	}
	l := ehrdesk.DayLine{ID: "1", Kind: rapid.SampledFrom([]ehrdesk.TaskKind{ehrdesk.TaskArrival, ehrdesk.TaskWait, ehrdesk.TaskCall}).Draw(t, name+"kind")}
	l.Booked = ehrdesk.Booked{Day: rapid.SampledFrom([]string{"2026-11-29", "2026-11-30"}).Draw(t, name+"day"), Booking: rapid.SampledFrom([]string{"", "7"}).Draw(t, name+"booking"), Stamp: stamp("booked")}
	if rapid.Bool().Draw(t, name+"renamed") {
		l.Booked.Named = stamp("named")
	}
	for range rapid.IntRange(0, 3).Draw(t, name+"moved") {
		l = l.Book(ehrdesk.Booked{Day: rapid.SampledFrom([]string{"2026-11-29", "2026-11-30"}).Draw(t, name+"to"), Stamp: stamp("moves")})
	}
	for range rapid.IntRange(0, 4).Draw(t, name+"parts") {
		l = l.Merge(ehrdesk.DayLine{ID: "1", Words: []ehrdesk.SealedWords{{Part: rapid.SampledFrom([]ehrdesk.WordsPart{ehrdesk.WordsWhole, ehrdesk.WordsName, ehrdesk.WordsStanding}).Draw(t, name+"part"),
			Key: rapid.SampledFrom([]string{"k", "l"}).Draw(t, name+"key"), Bytes: rapid.SliceOfN(rapid.Byte(), 0, 2).Draw(t, name+"bytes"), Stamp: stamp("sealed")}}})
	}
	for range rapid.IntRange(0, 3).Draw(t, name+"steps") {
		s := ehrdesk.Step{State: rapid.SampledFrom([]ehrdesk.WorkState{ehrdesk.WorkAccepted, ehrdesk.WorkFailed, ehrdesk.WorkInError}).Draw(t, name+"state"), Stamp: stamp("step"), Outcome: rapid.SampledFrom([]ehrdesk.CallOutcome{"", ehrdesk.CallTaken, ehrdesk.CallNoAnswer}).Draw(t, name+"outcome"), Via: rapid.SampledFrom([]string{"", "nurse"}).Draw(t, name+"via")}
		l = l.Merge(ehrdesk.DayLine{ID: "1", Kind: l.Kind, Steps: []ehrdesk.Step{s}})
	}
	return l
}

func TestLinesMergeTheSameInWhateverOrderAndHoweverOften(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawLine(t, "a"), drawLine(t, "b"), drawLine(t, "c")
		if !a.Merge(b).Equal(b.Merge(a)) {
			t.Fatalf("%+v and %+v", a, b)
		}
		if !a.Merge(b).Merge(c).Equal(a.Merge(b.Merge(c))) {
			t.Fatalf("%+v, %+v and %+v", a, b, c)
		}
		both := a.Merge(b)
		if !both.Merge(a).Equal(both) || both.Adds(b) || a.Adds(a) {
			t.Fatalf("%+v and %+v, twice", a, b)
		}
	})
}

// What two desks said apart of different parts of a line is both kept; of one part the later counts, and
// what it was before stays, as far back as is said.
func TestDifferentPartsOfALineAreBothKept(t *testing.T) {
	at := func(ms int64, desk string) ehrdesk.Stamp {
		return ehrdesk.Stamp{At: time.UnixMilli(ms), By: "x", Desk: desk}
	}
	l := ehrdesk.DayLine{ID: "1", Booked: ehrdesk.Booked{Day: "2026-11-29", Booking: "7", Stamp: at(1, "a")}, Steps: []ehrdesk.Step{{State: ehrdesk.WorkRequested, Stamp: at(1, "a")}}}
	say := func(l ehrdesk.DayLine, part ehrdesk.WordsPart, words string, s ehrdesk.Stamp) ehrdesk.DayLine {
		return l.Merge(ehrdesk.DayLine{ID: "1", Words: []ehrdesk.SealedWords{{Part: part, Key: "k", Bytes: []byte(words), Stamp: s}}})
	}
	l = say(say(l, ehrdesk.WordsName, "old", at(1, "a")), ehrdesk.WordsStanding, "none", at(1, "a"))
	a := say(l.Book(ehrdesk.Booked{Day: "2026-11-30", Booking: "7", Stamp: at(5, "a"), Named: at(1, "a")}), ehrdesk.WordsName, "of a", at(3, "a"))
	b := say(say(l, ehrdesk.WordsStanding, "given", at(4, "b")), ehrdesk.WordsName, "of b", at(6, "b"))
	b.Booked.Booking, b.Booked.Named = "8", at(2, "b")
	m := a.Merge(b)
	name, _ := m.Said(ehrdesk.WordsName)
	standing, _ := m.Said(ehrdesk.WordsStanding)
	if m.Booked.Day != "2026-11-30" || m.Booked.Booking != "8" || string(name.Bytes) != "of b" || string(standing.Bytes) != "given" {
		t.Errorf("%+v", m)
	}
	if len(m.Before) != 1 || m.Before[0].Day != "2026-11-29" || len(m.Words) != 4 || string(m.Words[0].Bytes) != "old" || string(m.Words[1].Bytes) != "of a" {
		t.Errorf("what it was before: %+v, %+v", m.Before, m.Words)
	}
	if off := m.Come(ehrdesk.Step{State: ehrdesk.WorkInError, Stamp: at(9, "a")}); len(off.Words)+len(off.Before) != 0 {
		t.Errorf("what was taken off says %+v", off)
	}
}

func TestALineForgetsItsOldestSteps(t *testing.T) {
	var l ehrdesk.DayLine
	for i := range 2 * ehrdesk.MaxSteps {
		l = l.Merge(ehrdesk.DayLine{Steps: []ehrdesk.Step{{State: ehrdesk.WorkAccepted, Stamp: ehrdesk.Stamp{At: time.UnixMilli(int64(i + 1))}}}})
	}
	if len(l.Steps) != ehrdesk.MaxSteps || l.Last().At.UnixMilli() != 2*ehrdesk.MaxSteps {
		t.Errorf("%d steps, the last of %v", len(l.Steps), l.Last().At)
	}
	if old := (ehrdesk.DayLine{Steps: []ehrdesk.Step{{State: ehrdesk.WorkFailed, Stamp: ehrdesk.Stamp{At: time.UnixMilli(3)}}}}); l.Adds(old) {
		t.Error("what was forgotten has come back")
	}
}

func TestWorkGoesOnAsTheTableSays(t *testing.T) {
	for _, tt := range []struct {
		from, to ehrdesk.WorkState
		may      bool
	}{
		{ehrdesk.WorkRequested, ehrdesk.WorkAccepted, true},
		{ehrdesk.WorkAccepted, ehrdesk.WorkInProgress, true},
		{ehrdesk.WorkInProgress, ehrdesk.WorkCompleted, true},
		{ehrdesk.WorkCompleted, ehrdesk.WorkAccepted, true}, // a slip
		{ehrdesk.WorkFailed, ehrdesk.WorkAccepted, true},    // who was called away comes late
		{ehrdesk.WorkCancelled, ehrdesk.WorkAccepted, true}, // called off, and here all the same
		{ehrdesk.WorkCompleted, ehrdesk.WorkFailed, false},
		{ehrdesk.WorkCancelled, ehrdesk.WorkInProgress, false},
		{ehrdesk.WorkCompleted, ehrdesk.WorkInError, true},
		{ehrdesk.WorkInError, ehrdesk.WorkRequested, false},
		{ehrdesk.WorkInError, ehrdesk.WorkInError, false},
		{"", ehrdesk.WorkRequested, false},
	} {
		if got := tt.from.Becomes(tt.to); got != tt.may {
			t.Errorf("%s to %s: %v", tt.from, tt.to, got)
		}
	}
}
