package main

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/territory"
)

// walksKeys are what somebody at the front desk may press, wherever: nothing ends the program.
var walksKeys = []string{
	"enter", "enter", "enter", "esc", "esc", "tab", "shift+tab", "up", "down", "left", "right", "pgup", "pgdown", "home", "end", "space", "backspace", "delete", "ctrl+u",
	"y", "y", "n", "a", "b", "c", "d", "1", "2", "3", "4", "5", "6", "i", "w", "R", "A", "G", "F", "N", "B", "T", "Z", "I", "L", "C", "D", ".", "+", "/", "v", "x", "s", "t", "u", "r", "X", "O", "P", "?",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "ctrl+t", "ctrl+p", "ctrl+n", "ctrl+r", "ctrl+y",
}

// walksWords are what is typed into the list of commands and into fields.
var walksWords = []string{"today", "withdraw", "accounts", "access log", "summary", "search", "copy", "print", "bell", "SCF-1", "LEE Tai Ming", "HKIC", "G7654321", "9:30 A123456(3)", "1971", "病人", "藥物"}

// Wherever somebody at the front desk goes, in whatever language, nothing of a record is on the screen;
// and in front of a patient nothing of another is, whatever comes meanwhile. EHRDESK_LOOKS is at how many
// frames, EHRDESK_SEED the seed.
func TestWhereverTheFrontDeskGoesNothingClinicalIsOnTheScreen(t *testing.T) {
	looks := 250
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_LOOKS")); err == nil && n > 0 {
		looks = n
	}
	seed, err := strconv.ParseUint(os.Getenv("EHRDESK_SEED"), 10, 64)
	if err != nil {
		seed = 16
	}
	t.Logf("seed %d", seed)
	c := &wholeDay{clerk: newClerk(t)}
	c.cast(20)
	rnd := rand.New(rand.NewPCG(seed, 2))
	c.signIn("Ms CHEUNG Wing Yan", "looks its holder up at once")
	c.takesList()
	var waited []territory.Person
	who := c.people[0]
	for step := 0; c.frames() < looks && step < 20*looks; step++ {
		switch rnd.IntN(16) {
		case 0, 7, 8: // somebody else is looked up, from wherever
			who = c.people[rnd.IntN(len(c.people))]
			c.Press("esc", "esc", "f2")
			c.Type(who.Patient.Number().Printed())
			c.Press("enter")
			if rnd.IntN(2) > 0 {
				continue
			}
			c.Settle()
			fallthrough
		case 1: // an act is begun, and left somewhere
			steps := []func(){
				func() { c.Press([]string{"2", "3", "6", "w", "R", "i"}[rnd.IntN(6)]) }, func() { c.Press("y") }, func() { c.Press("space") }, func() { c.Type(tailOf(who.Patient)) },
				func() { c.Press("enter") }, func() { c.Press("a") }, func() { c.Press("enter") }, func() { c.Type(who.AccessKey) }, func() { c.Press("enter") },
			}
			for _, do := range steps[:1+rnd.IntN(len(steps))] {
				do()
				c.Settle()
			}
		case 2:
			c.Type([]string{tailOf(who.Patient), who.AccessKey, who.AccessKey, walksWords[rnd.IntN(len(walksWords))]}[rnd.IntN(4)])
		case 3:
			c.Press("ctrl+p")
			c.Type(walksWords[rnd.IntN(len(walksWords))])
			c.Press("enter")
		case 4: // waited for, from the list or its page
			if p := c.people[rnd.IntN(len(c.people))]; p.Participation == ehrdesk.Registered && stands(p) == ehrdesk.ConsentNone && !p.Patient.Deceased {
				c.Press("esc", "esc", "f2")
				c.Type(p.Patient.Number().Printed())
				c.Press("enter")
				c.Settle()
				c.Press("4")
				waited = append(waited, p)
			}
		case 5: // the consent of another comes
			if len(waited) > 0 {
				i := rnd.IntN(len(waited))
				_, _ = c.centre.PatientAct(t.Context(), waited[i].Patient.EHR.Compact(), territory.DemoProvider, ehrdesk.ByApp, false) // who has given it already gives none
			}
		case 6:
			c.Press("ctrl+l")
			c.Settle()
			c.Type(demoPassphrase)
			c.Press("enter")
		default:
			c.Press(walksKeys[rnd.IntN(len(walksKeys))])
		}
		c.Settle()
		c.stays()
	}
	c.nothingClinical()
	c.nothingOfAnother(looks / 50)
}

// stays signs the same person in again, where the screen shows the accounts.
func (c *wholeDay) stays() {
	c.t.Helper()
	if s := c.Screen(); strings.Contains(s, "drlee") && strings.Contains(s, "pharm") {
		c.Press("up", "up", "up", "up", "up", "up", "down")
		c.Type(demoPassphrase)
		c.Press("enter")
		c.Settle()
	}
}

// frames is how many the witness has.
func (c *wholeDay) frames() int {
	c.wit.mu.Lock()
	defer c.wit.mu.Unlock()
	return len(c.wit.frames)
}
