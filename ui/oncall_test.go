package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Whoever is on call stands first where somebody is chosen, with until when; of somebody who is not, a colleague of theirs who is is named.
func TestWhoIsOnCallStandsFirst(t *testing.T) {
	d := fake.New()
	d.OnCall = map[string]time.Time{"drwu": fake.Clock().Add(2 * time.Hour)}
	until := fake.Clock().Add(2 * time.Hour).Format("15:04")
	p := aboutCases(signIn(play(t, d, "en", 160, 40), doctor)).Type("@queen")
	at := strings.Index(p.Screen(), "Dr WU")
	if ho := strings.Index(p.Screen(), "Dr HO"); at < 0 || ho < at {
		t.Errorf("Dr WU is on call:\n%s", p.Screen())
	}
	p.Want("on call until "+until).Press("ctrl+u").Type("@chi keung").Press("down", "enter").Want("Dr HO Chi Keung 何志強 is not on call; Dr WU Pui Shan 胡佩珊 is, until " + until)
	if strings.Contains(p.Type("@cheng").Press("down", "enter").Screen(), "鄭樂文 is not on call") {
		t.Errorf("nobody else is there:\n%s", p.Screen())
	}
}

// In a case members who are on call stand first too, and what was for a time that has passed says nothing.
func TestAMemberOnCallStandsFirst(t *testing.T) {
	d := fake.New()
	d.OnCall = map[string]time.Time{"drwu": fake.Clock().Add(30 * time.Hour), "drho": fake.Clock().Add(-time.Minute)}
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 160, 40), doctor), "alert").Press("2").Type("x").Press("tab")
	_, list, _ := strings.Cut(p.Screen(), "Message")
	wu, ho := strings.Index(list, "Dr WU"), strings.Index(list, "Dr HO")
	if strings.Count(list, "on call until") != 1 || wu < 0 || ho < wu {
		t.Errorf("one is on call:\n%s", p.Screen())
	}
}
