package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// chartOf opens the chart of a person of the territory, in English.
func chartOf(t *testing.T, person, w, h int) *uitest.Player {
	t.Helper()
	d := fake.New()
	settle(t, d, territory.New(territory.Options{Patients: 43, Seed: 1, Now: fake.Clock()}).Person(person))
	d.Change("p2", func(f fake.Facts) { *f.Allergies = ehrdesk.Allergies{State: ehrdesk.AllergyNotRecorded} })
	return open(signIn(play(t, d, "en", w, h), doctor), fake.Active)
}

// dated are the rows of a screen that begin with a day.
func dated(p *uitest.Player) (out []string) {
	for l := range strings.Lines(p.Screen()) {
		if l = strings.TrimLeft(l, " ▸"); len(l) > 12 && l[2] == '-' && l[6] == '-' {
			out = append(out, strings.TrimSpace(l))
		}
	}
	return out
}

func TestAtLeastFourteenRowsOfAListAreSeenAt80x24(t *testing.T) {
	for person, key := range map[int]string{42: "2", 33: "4", 35: "9"} {
		p := chartOf(t, person, 80, 24).Press(key)
		if rows := dated(p); len(rows) < 14 {
			t.Errorf("person %d, key %s: %d rows\n%s", person, key, len(rows), p.Screen())
		}
	}
}

func TestABookingSaysWhetherItWasKept(t *testing.T) {
	p := chartOf(t, 40, 80, 24).Press("2")
	said := 0
	for range 6 {
		for _, row := range dated(p) {
			if !strings.Contains(row, "Follow-up 覆診") {
				continue
			}
			ok := false
			for _, word := range []string{"booked", "attended", "did not attend", "cancelled", "attendance not recorded"} {
				ok = ok || strings.Contains(row, word)
			}
			if said++; !ok {
				t.Errorf("%q says nothing", row)
			}
		}
		p.Press("pgdown")
	}
	if said == 0 {
		t.Error("no booking was seen")
	}
}

func TestAnAdmissionSaysWhyAndHowLong(t *testing.T) {
	p := chartOf(t, 42, 80, 24).Press("2")
	p.Want("Admission 住院  Cellulitis 蜂窩組織炎 · 4 days")
}

func TestThePatientStandsApartFromDoctorsAndHospitals(t *testing.T) {
	p := chartOf(t, 42, 120, 40).Press("1")
	p.Want("patient     ", "1 Personal")
	for l := range strings.Lines(p.Screen()) {
		if before, _, ok := strings.Cut(l, "│"); ok && strings.Contains(before, "1 Personal") && !strings.HasSuffix(strings.TrimSpace(before), " 1") {
			t.Errorf("the rail counts who is no patient: %q", before)
		}
	}
}

// Of a record that is opened the head scrolls with what follows it.
func TestADetailLeavesTwelveRowsForWhatItSays(t *testing.T) {
	p := chartOf(t, 42, 80, 24).Press("2", "down", "down", "down", "down", "enter")
	p.Want("finished · 12-Oct-2026")
	lines := strings.Split(p.Screen(), "\n")
	first := -1
	for i, l := range lines {
		if strings.Contains(l, "Reason ") {
			first = i
		}
	}
	if first < 0 || len(lines)-3-first < 10 {
		t.Errorf("row %d of %d\n%s", first, len(lines), p.Screen())
	}
	p.Press("pgdown")
	if p.Has("finished · 12-Oct-2026") {
		t.Errorf("the head stays while the record scrolls\n%s", p.Screen())
	}
}

func TestAReportIsReadAsATable(t *testing.T) {
	p := chartOf(t, 33, 80, 24).Press("3", "3")
	for range 40 {
		if p.Has("▸24-Nov-2026 Diabetes monitoring") || p.Has("▸") && strings.Contains(selectedRow(p), "Diabetes monitoring") {
			break
		}
		p.Press("down")
	}
	p.Press("enter")
	p.Want("HbA1c 糖化血紅蛋白", " %", "H ↑ high", "Visit")
}

func selectedRow(p *uitest.Player) string {
	for l := range strings.Lines(p.Screen()) {
		if strings.Contains(l, "▸") {
			return l
		}
	}
	return ""
}

// A birth record is read with what else was recorded of that birth, each with its value and a
// key away.
func TestABirthRecordStandsWithTheOthersOfThatBirth(t *testing.T) {
	person := -1
	all := territory.New(territory.Options{Patients: 43, Seed: 1, Now: fake.Clock()})
	for i := 0; i < 43 && person < 0; i++ {
		for _, body := range all.Person(i).Resources {
			if strings.Contains(string(body), `"8339-4"`) {
				person = i
			}
		}
	}
	if person < 0 {
		t.Fatal("nobody's birth is on record")
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		p := chartOf(t, person, size[0], size[1]).Press("0", "end", "enter")
		p.Want("Of this birth", "Birth weight", "Gestational age", "Apgar score at 5 min", "wk")
		title := p.Press("down", "enter").Screen()
		if !strings.Contains(title, "Of this birth") {
			t.Errorf("the next record of the birth was not opened:\n%s", title)
		}
		p.Press("backspace").Want("Of this birth")
	}
}
