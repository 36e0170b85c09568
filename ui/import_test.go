package ui_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/arrivals"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// lookAt is the look at a list before it is taken over.
func lookAt(p *uitest.Player, file string) *uitest.Player {
	return p.Press("ctrl+t", "I").Type(file).Press("enter")
}

// listFile is a list of one's own.
func listFile(t *testing.T, body string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestAListIsLookedAtBeforeItIsTakenOver: a look changes nothing, says what would change
// and what is not read, and what is taken over is what it said.
func TestAListIsLookedAtBeforeItIsTakenOver(t *testing.T) {
	d := fake.New()
	busyDay(d)
	before := len(d.Day)
	p := lookAt(signIn(play(t, d, "en", 120, 40), clerk), "testdata/lists/day.csv")
	p.Want("Nothing is changed yet", "3 to add · 1 for other days · 1 new time · 1 as it is · 1 not added · 1 without a time · 2 lines not read",
		"BIG5", "cells by comma", "dates: day first (by the lines)", "1 身份證號碼 = number", "line 8  the check digit does not match", "line 9  the time cannot be read",
		"09:00 → 09:10  A123456(3)", "23-Nov-2026 09:00  B123456(6)  何偉 (by the list)", "14:30  G123456(A)", "16:00  G123456(A)")
	if len(d.Day) != before || d.Calls["book"] != 0 {
		t.Fatal("a look has changed the list")
	}
	p.Press("esc").Want("Arrivals").Deny("Nothing is changed yet")
	if len(d.Day) != before {
		t.Fatal("Esc has changed the list")
	}
	p.Press("I").Type("testdata/lists/day.csv").Press("enter", "enter").Want("3 added, 1 with a new time, 0 taken off · not read: line 8, 9", "09:10 CHAN, Tai Man", "14:30 …456 · 黃美玲 (by the list)", "16:00 …456").Deny("G123456")
	p.Deny("B123456(6)") // of another day
	p.Press("I").Type("testdata/lists/day.csv").Press("enter").Want("The list has all of this already.", "5 as it is")
}

// TestANameOfAListIsTheListsUntilTheCentreHasSaidWhoItIs, on each of two lines of a day.
func TestANameOfAListIsTheListsUntilTheCentreHasSaidWhoItIs(t *testing.T) {
	d := fake.New()
	p := signIn(play(t, d, "en", 120, 40), clerk)
	p.Press("ctrl+t", "I").Type(listFile(t, "HKIC,Name,Time\nG123456(A),WONG M L,9:45\nG123456(A),WONG M L,15:00\n")).Press("enter", "enter")
	p.Want("09:45 …456 · WONG M L (by the list)", "15:00 …456 · WONG M L (by the list)", "not looked up yet")
	p.Press("enter").Want("WONG, Mei Ling").Press("ctrl+t").Want("09:45 WONG, Mei Ling", "15:00 WONG, Mei Ling").Deny("by the list", "not looked up yet")
}

// TestWhatAFileDoesNotTellIsAskedInTheLook: the order of day and month, and the encoding.
func TestWhatAFileDoesNotTellIsAskedInTheLook(t *testing.T) {
	d := fake.New()
	p := lookAt(signIn(play(t, d, "en", 120, 40), clerk), "testdata/lists/open.csv")
	p.Want("GB18030?", "C shows the other", "D says which", "line 3  the date can be read in two ways", "X陈")
	if p.Press("enter").Want("The names may be written in another way"); len(d.Day) != 0 {
		t.Fatal("a list was taken over whose names may be wrong")
	}
	p.Press("D").Want("dates: day first (as you said)", "03-Dec-2026 09:20  C123456(9)").Deny("in two ways")
	p.Press("D").Want("dates: month first (as you said)", "line 3  a day that is past")
	p.Press("D").Want("dates: day first")
	for range len(arrivals.ByPeople()) {
		if p.Press("C"); d.Calls["book"] != 0 {
			t.Fatal("taken over by another key")
		}
	}
	p.Want("GB18030", "X陈").Press("enter").Want("2 added")
	if len(d.Day) != 2 || d.Day[0].Booking.Name != "X陈" {
		t.Errorf("%+v", d.Day)
	}
}

func TestAFileThatIsNoListSaysWhatItIs(t *testing.T) {
	d := fake.New()
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t")
	for body, want := range map[string]string{"": "The file is empty.", "PK\x03\x04": "save it as CSV", "<html>": "save it as CSV", "%PDF-1.7": "This is no list of arrivals.", "HKIC,Time\n\"A123456(3),9:05\nB123456(6),9:10\n": "never closed"} {
		p.Press("I").Type(listFile(t, body)).Press("enter").Want(want).Press("esc").Want("Nobody is on today's list")
	}
	p.Press("I").Type(listFile(t, "HKIC,Time\nnobody,9:05\n")).Press("enter").Want("Nobody was read from this file.", "1 line not read").Press("enter").Want("Nobody was read")
	if len(d.Day) != 0 {
		t.Errorf("%+v", d.Day)
	}
}

// TestAListThatCannotBeKeptChangesNothing, and is still there to be tried again.
func TestAListThatCannotBeKeptChangesNothing(t *testing.T) {
	d := fake.New()
	p := lookAt(signIn(play(t, d, "en", 120, 40), clerk), "testdata/lists/day.csv")
	d.Fail["book"] = ehrdesk.Errorf("cache", ehrdesk.CodeOther, "the disk is full")
	if p.Press("enter").Want("Nothing is changed yet"); len(d.Day) != 0 {
		t.Fatalf("%+v", d.Day)
	}
	p.Press("enter").Want("added")
}

// TestALockForgetsTheLookAtAList: its names are nobody's who comes next.
func TestALockForgetsTheLookAtAList(t *testing.T) {
	d := fake.New()
	p := lookAt(signIn(play(t, d, "en", 120, 40), clerk), "testdata/lists/day.csv").Want("黃美玲")
	unlock(p.Press("ctrl+l").Deny("黃美玲", "G123456(A)")).Deny("黃美玲", "Nothing is changed yet")
}

func TestALongListScrollsInTheLook(t *testing.T) {
	d := fake.New()
	var list strings.Builder
	list.WriteString("HKIC,Time\nnobody,9:00\n")
	for i := range 60 {
		body := fmt.Sprintf("K%06d", i)
		fmt.Fprintf(&list, "%s(%c),%d:%02d\n", body, ehrdesk.CheckDigit(body), 10+i/10, i%10)
	}
	p := lookAt(signIn(play(t, d, "en", 80, 24), clerk), listFile(t, list.String())).Want("Not read  1", "10:00  K000000").Deny("15:09")
	for range 70 {
		p.Press("down")
	}
	p.Want("15:09  K000059").Deny("Not read  1").Press("up").Deny("15:09").Press("pgup", "pgup", "pgup", "pgup", "pgup").Want("Not read  1")
}

// TestEveryWordOfAReadingIsInEveryLanguage: what the reading says, the screen can say.
func TestEveryWordOfAReadingIsInEveryLanguage(t *testing.T) {
	w := text.New().Import
	for _, why := range arrivals.Whys() {
		if w.Whys[why] == (text.T{}) {
			t.Errorf("no words for %s", why)
		}
	}
	for _, as := range arrivals.Roles() {
		if w.Roles[as] == (text.T{}) {
			t.Errorf("no words for %s", as)
		}
	}
	for _, c := range arrivals.Separators() {
		if w.Separators[c] == (text.T{}) {
			t.Errorf("no words for %q", c)
		}
	}
}

// TestWhoHasNoTimeComesLastAndShowsNone: nobody said when.
func TestWhoHasNoTimeComesLastAndShowsNone(t *testing.T) {
	d := fake.New()
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "+").Type("G123456(A)").Press("enter").Want("1 added").Press("+").Type("2:30 pm A123456(3)").Press("enter")
	s := p.Want("14:30 …456").Screen()
	if strings.Index(s, "14:30 …456") > strings.LastIndex(s, "…456") || strings.Contains(s, "09:41") {
		t.Errorf("%s", s)
	}
}

// TestALookAtThousandsIsDrawnAtOnce: what stands in the look is worded once, and not with
// each key; another language words it anew.
func TestALookAtThousandsIsDrawnAtOnce(t *testing.T) {
	d := fake.New()
	var list strings.Builder
	list.WriteString("HKIC,Name,Time\n")
	for i := range arrivals.MaxLines {
		body := fmt.Sprintf("K%06d", i)
		fmt.Fprintf(&list, "%s(%c),CHAN Tai Man,%d:%02d\n", body, ehrdesk.CheckDigit(body), 8+i/1000, i%60)
	}
	p := lookAt(signIn(play(t, d, "en", 80, 24), clerk), listFile(t, list.String())).Want("5000 to add", "To be added  5000")
	for range 50 {
		p.Press("pgdown")
	}
	p.Press("f8").Want("加入 5000 個").Press("enter").Want("已加入 5000 個")
	if len(d.Day) != arrivals.MaxLines {
		t.Errorf("%d", len(d.Day))
	}
}

// TestASlowListSaysSoAndCanBeLeft, as it is read and as it is taken over.
func TestASlowListSaysSoAndCanBeLeft(t *testing.T) {
	now := fake.Clock()
	d := fake.New()
	cfg := config(d, "en")
	cfg.Now = func() time.Time { return now }
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	later := func(p *uitest.Player) *uitest.Player {
		now = now.Add(2 * time.Second)
		p.Send(ui.Tick())
		return p
	}
	p := signIn(uitest.Play(t, m, 80, 24), clerk).Press("ctrl+t")
	p.Hold = true
	later(p.Press("I").Type("testdata/lists/day.csv").Press("enter")).Want("reading the file", "2 s").Press("esc").Want("cancelled")
	p.Held, p.Hold = nil, false
	lookAt(p.Press("esc"), "testdata/lists/day.csv").Want("Nothing is changed yet")
	p.Hold = true
	later(p.Press("enter")).Want("writing it down on this desk", "2 s").Press("esc").Want("cancelled", "Nothing is changed yet")
	p.Held, p.Hold = nil, false
	if len(d.Day) != 0 {
		t.Errorf("%+v", d.Day)
	}
	p.Press("enter").Want("5 added")
}

func TestNoNameIsCutInTheLook(t *testing.T) {
	long := "SUBRAMANIAM-FERNANDES Maria Alexandrina Concepcion Teresa Guadalupe"
	p := lookAt(signIn(play(t, fake.New(), "en", 60, 20), clerk), listFile(t, "HKIC,Name,Time\nA123456(3),"+long+",9:05\n"))
	if s := strings.Join(strings.Fields(p.Screen()), " "); !strings.Contains(s, "A123456(3) "+long+" (by the list)") {
		t.Errorf("%s", p.Screen())
	}
}
