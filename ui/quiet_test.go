package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// quietFrom keeps quiet hours by the keyboard.
func quietFrom(p *uitest.Player, from, to string, critical bool) {
	p.Press("ctrl+p").Type("quiet").Press("enter").Want("Quiet hours").Press("ctrl+u").Type(from).Press("enter", "ctrl+u").Type(to).Press("enter")
	if critical {
		p.Press("space").Want("[x] ring all the same")
	}
	p.Press("enter")
}

// belledAt is a doctor in one case with the bell on and quiet hours, at a time of day; say has something critical said, for whom.
func belledAt(t *testing.T, at string, q ui.Quiet) (d *fake.Desk, p *uitest.Player, say func(to ...ehrdesk.CaseMember), pass func(time.Duration)) {
	t.Helper()
	clock, err := time.ParseInLocation("15:04:05", at, ehrdesk.HongKong())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 21, clock.Hour(), clock.Minute(), clock.Second(), 0, ehrdesk.HongKong())
	d = fake.New()
	d.Now = func() time.Time { return now }
	c := d.TellCase("alert", "p", ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee(), fake.CaseWu)
	cfg := config(d, "en")
	a := d.People[doctor]
	cfg.Now, cfg.IdleLock, cfg.Keep = d.Now, -1, &drawer{all: map[string]ui.Settings{a.Staff + "@" + a.Provider: {Bell: true, Toured: true, Quiet: q}}}
	p = signIn(playWith(t, cfg, 80, 24), doctor)
	pass = func(by time.Duration) {
		now = now.Add(by)
		p.Send(ui.Tick())
	}
	return d, p, func(to ...ehrdesk.CaseMember) {
		c.Say(fake.CaseHo, now, "words", true, 0, to...)
		p.Press("ctrl+o", "f5", "f2") // the desk reads it at once
	}, pass
}

// In quiet hours the bell does not ring, across midnight too: from their first minute to before their last. What waits is counted all the
// same, and nothing of it rings once they are over.
func TestTheBellIsQuietInTheHoursThatSomebodyChose(t *testing.T) {
	night, day, none := ui.Quiet{From: 23 * 60, To: 7 * 60}, ui.Quiet{From: 12 * 60, To: 14 * 60}, ui.Quiet{From: 9 * 60, To: 9 * 60}
	for name, tt := range map[string]struct {
		at    string
		quiet ui.Quiet
		rings int
	}{
		"the minute before":           {"22:59:59", night, 1},
		"their first second":          {"23:00:00", night, 0},
		"the last minute of a day":    {"23:59:59", night, 0},
		"midnight":                    {"00:00:00", night, 0},
		"their last second":           {"06:59:59", night, 0},
		"as they are over":            {"07:00:00", night, 1},
		"noon, of a night":            {"12:00:00", night, 1},
		"within a day":                {"13:59:59", day, 0},
		"after it":                    {"14:00:00", day, 1},
		"midnight, of a day":          {"00:00:00", day, 1},
		"from and to are the same":    {"09:00:00", none, 1},
		"the same, at another time":   {"21:00:00", none, 1},
		"until midnight":              {"23:59:59", ui.Quiet{From: 22 * 60, To: 0}, 0},
		"until midnight, at midnight": {"00:00:00", ui.Quiet{From: 22 * 60, To: 0}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, p, say, pass := belledAt(t, tt.at, tt.quiet)
			say(caseLee())
			p.Want("1 CRITICAL")
			rang(t, p, tt.at, tt.rings)
			pass(10 * time.Hour) // they are over
			p.Press("f5")
			rang(t, p, "afterwards", tt.rings)
		})
	}
}

// Whoever chose so hears the bell for a critical message that is theirs to acknowledge: as it comes, or as their turn has come; not for
// one that is with another.
func TestACriticalMessageOfOnesTurnRingsInQuietHours(t *testing.T) {
	q := ui.Quiet{From: 23 * 60, To: 7 * 60, Critical: true}
	_, p, say, _ := belledAt(t, "23:30:00", q)
	say(caseLee())
	rang(t, p, "it is theirs", 1)

	_, p, say, pass := belledAt(t, "23:30:00", q)
	say(fake.CaseWu, caseLee())
	rang(t, p, "it is with another", 0)
	pass(29 * time.Minute)
	p.Press("ctrl+o", "f5")
	rang(t, p, "it still is", 0)
	pass(time.Minute + time.Second)
	p.Press("f5")
	rang(t, p, "their turn has come", 1)
	pass(time.Minute)
	p.Press("f5")
	rang(t, p, "once", 1)

	q.Critical = false
	_, p, say, _ = belledAt(t, "23:30:00", q)
	say(caseLee())
	rang(t, p, "they did not choose so", 0)
}

// The hours are each person's own, kept for them; what is no time is refused, and nothing typed takes them away.
func TestQuietHoursAreKeptForEachPerson(t *testing.T) {
	k := &drawer{all: map[string]ui.Settings{}}
	p := playKept(t, k, nil)
	quietFrom(signIn(p, doctor), "23:59", "7", true)
	p.Want("quiet from 23:59 to 07:00")
	p.Press("ctrl+p").Type("quiet").Press("enter").Want("23:59", "07:00", "[x] ring all the same", "The bell is off").Press("ctrl+u").Type("late").Press("down", "down", "enter").Want("! a time like 22:00").Press("esc")
	other := signIn(playKept(t, k, nil), nurse).Press("ctrl+p").Type("quiet").Press("enter").Want("Quiet hours", "[ ] ring").Deny("23:59")
	other.Press("esc")
	again := signIn(playKept(t, k, nil), doctor).Press("ctrl+p").Type("quiet").Press("enter").Want("23:59", "07:00").Press("ctrl+u", "tab", "ctrl+u", "tab", "enter").Want("no quiet hours")
	again.Press("ctrl+p").Type("quiet").Press("enter").Deny("23:59", "07:00")
}

// Nothing of a case shows itself outside of its page, whatever comes: while a patient may look on, the screen says a number and no more.
func TestNothingOfACasePopsUpOutsideOfItsPage(t *testing.T) {
	for name, to := range map[string]func(p *uitest.Player) *uitest.Player{
		"a chart": func(p *uitest.Player) *uitest.Player { return open(p, fake.Active) }, "the day": func(p *uitest.Player) *uitest.Player { return p.Press("ctrl+t") },
		"looking for a patient": func(p *uitest.Player) *uitest.Player { return p.Press("f2") }, "the list": func(p *uitest.Player) *uitest.Player { return p.Press("ctrl+o") },
		"a patient's page": func(p *uitest.Player) *uitest.Player { return find(p, fake.NoConsent) }, "the tasks": func(p *uitest.Player) *uitest.Player { return p.Press("ctrl+o", "v") },
		"commands": func(p *uitest.Player) *uitest.Player { return p.Press("ctrl+p") },
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			c := d.TellCase("alert", d.Patient(fake.OneYear).ID, ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee(), fake.CaseWu)
			m, err := ui.New(config(d, "en"))
			if err != nil {
				t.Fatal(err)
			}
			p := to(signIn(uitest.Play(t, m, 120, 40), doctor))
			c.Say(fake.CaseHo, ago(1), "The quokka of ward nine.", true, 0, caseLee())
			c.Bodies = map[string]ehrdesk.CaseBody{"alert-4": {Allergy: &ehrdesk.CaseAllergy{Substance: "numbatine", Risk: "high"}}}
			c.Say(fake.CaseWu, ago(1), "Another quokka.", false, 0, caseLee())
			p.Send(m.Hint(ehrdesk.HintCase, ""))
			p.Deny("quokka", "numbatine", "ALLERGY", "is told that")
			if name != "the list" && name != "the tasks" {
				p.Deny("WU Pui Shan", "HO Chi Keung 何志強", "Alert ·")
			}
			if name != "commands" {
				p.Want("1 CRITICAL")
			}
			if d.Calls["open-in-case"] != 0 {
				t.Error("it was opened")
			}
		})
	}
}
