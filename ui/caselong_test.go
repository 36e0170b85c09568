package ui_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// longCase is a case of so many messages, all opened.
func longCase(d *fake.Desk, n int) {
	c := d.TellCase("long", d.Patient(fake.Active).ID, ehrdesk.CaseJointCare, fake.CaseHo, 300*time.Hour, caseLee(), fake.CaseWu)
	to := []ehrdesk.CasePerson{caseLee().CasePerson, fake.CaseWu.CasePerson}
	for i := range n { // as their events would make them
		at := ago(2 * (n - i))
		said := ehrdesk.CaseSaid{Event: 4 + 3*i, By: fake.CaseHo.CasePerson, At: at, Envelope: fmt.Sprint("long-", i), To: to, Critical: i%50 == 0}
		for _, p := range to {
			said.Receipts = append(said.Receipts, ehrdesk.CaseReceipt{By: p, Kind: ehrdesk.CaseOpened, At: at})
			c.Given = append(c.Given, ehrdesk.CaseGiven{Envelope: said.Envelope, To: p, At: at})
		}
		c.Text[said.Envelope] = "A message as long as most of what is written between two wards is, and a little longer than that."
		c.Said = append(c.Said, said)
	}
	c.Events = 3 + 3*n
}

// A key in a case of a thousand messages does little more than in one of twenty: what is not seen is not laid out.
func TestAKeyInALongCaseAllocatesLittle(t *testing.T) {
	allocs := func(n int) float64 {
		d := fake.New()
		longCase(d, n)
		m := signIn(play(t, d, "en", 200, 60), doctor).Press("ctrl+o", "enter").Press(times("up", 8)...).M
		moves := [2]tea.KeyPressMsg{uitest.Key("up"), uitest.Key("down")}
		i := 0
		return testing.AllocsPerRun(20, func() {
			m, _ = m.Update(moves[i%2])
			_ = m.View().Content
			i++
		})
	}
	short, long := allocs(40), allocs(1000)
	t.Logf("%.0f allocations a key in a case of 40 messages, %.0f in one of 1,000", short, long)
	if long > short+200 {
		t.Errorf("%.0f allocations a key in a case of 1,000 messages, %.0f in one of 40", long, short)
	}
}

// BenchmarkKeyInALongCase is one key in a case of 1,000 messages at 200x60: Update and View.
func BenchmarkKeyInALongCase(b *testing.B) {
	d := fake.New()
	longCase(d, 1000)
	m := signIn(play(b, d, "en", 200, 60), doctor).Press("ctrl+o", "enter").Press(times("up", 8)...).M
	moves := [2]tea.KeyPressMsg{uitest.Key("up"), uitest.Key("down")}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		m, _ = m.Update(moves[i/5%2])
		_ = m.View().Content
		i++
	}
}

// A click moves to a message, and opens nothing; the wheel goes on among them.
func TestAClickInACaseMovesAndOpensNothing(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("f10", "up").Want("▸ no. 10")
	rows := strings.Split(p.Screen(), "\n")
	at := slices.IndexFunc(rows, func(r string) bool { return strings.Contains(r, "no. 11") })
	p.Send(tea.MouseClickMsg{X: 10, Y: at, Button: tea.MouseLeft})
	if p.Want("▸ ! CRITICAL · no. 11"); d.Calls["open-in-case"] != 0 {
		t.Error("a click opened a message")
	}
	p.Send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	p.Want("▸ no. 4")
}
