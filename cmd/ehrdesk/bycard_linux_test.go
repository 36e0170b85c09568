package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/internal/virtualpcd"
)

// cardProgram is the card program as a process: lines go in, what happened comes out.
type cardProgram struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
}

func (c *clinic) cardProgram(issuer string) *cardProgram {
	c.t.Helper()
	cmd := exec.Command("ehrdesk", "--json", "card", "simulate", "--issuer", issuer, "--reader", virtualpcd.Addr(0, 0)) // ended below
	cmd.Env = c.environment()
	in, err := cmd.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	cmd.Stderr = &c.heard
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			c.t.Errorf("the card program ended badly: %v", err)
		}
	})
	return &cardProgram{c.t, in, bufio.NewScanner(out)}
}

// do sends a line and waits until it is done.
func (p *cardProgram) do(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil || !p.out.Scan() {
		p.t.Fatalf("the card program ended: %v", err)
	}
}

// watchesCards runs card watch, and gives what waits for an event of its.
func (c *clinic) watchesCards(site string) (happens func(event string)) {
	c.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute) // whatever it is that never happens
	cmd := exec.CommandContext(ctx, "ehrdesk", "--json", "--cards", site, "card", "watch")
	cmd.Env = c.environment()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	c.t.Cleanup(func() {
		defer stop()
		_ = cmd.Process.Signal(syscall.SIGINT)
		if err := cmd.Wait(); err != nil {
			c.t.Errorf("card watch ended badly: %v", err)
		}
	})
	return func(event string) {
		c.t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), `"event":"`+event+`"`) {
				return
			}
		}
		c.t.Fatalf("card watch ended without %q", event)
	}
}

// seesCard waits until card list tells of a card, or of none.
func (c *clinic) seesCard(site string, want bool) {
	c.t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		if bytes.Contains(c.does("", "--cards", site, "card", "list"), []byte(`"card":true`)) == want {
			return
		}
	}
	c.t.Fatalf("a card in the reader, %v: never told", want)
}

// Everything by script: the card program puts cards in, consent takes the
// patient's own and no other, and both logs say what the card proved.
func TestConsentByCardFromTheCommandLine(t *testing.T) {
	cardService(t)
	world := territory.New(territory.Options{Patients: demoPatients, Seed: demoSeed, Now: time.Now()})
	people := queue(world, time.Now(), 2) // the programs have the machine's clock
	c := newClinic(t, func(c *clinic) {
		c.centre.args = []string{"--territory", fmt.Sprint(demoPatients), "--seed", fmt.Sprint(demoSeed)}
	})
	c.enrols("clerk", "frontdesk")
	issuer, site := filepath.Join(c.dir, "issuer.key"), filepath.Join(c.dir, "cards.json")
	cards := c.cardProgram(issuer)
	act := func(p ehrdesk.Patient) string {
		return fmt.Sprintf(`{"number":%q,"channel":"card","term":"indefinite","giver":"patient","notice_read":true,"document_sighted":true}`, p.HKIC.Printed())
	}
	fails := func(why string, p ehrdesk.Patient, status int, args ...string) {
		t.Helper()
		r := c.tries(act(p), append(args, "consent")...)
		if r.status != status || !strings.Contains(string(r.errors), why) {
			t.Errorf("exit %d, want %d: %s does not say %q", r.status, status, r.errors, why)
		}
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(site, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	// without a word of the site no virtual reader counts
	cards.do(people[0].HKIC.Printed())
	write(`{"virtual":true,"issuers":["issuer.key.pub"]}`)
	c.seesCard(site, true)
	fails("no card is in the reader", people[0], 8, "--cards", filepath.Join(c.dir, "none.json"))
	face := c.does("", "--cards", site, "card", "read")
	if n, err := ehrdesk.ParseNumber(c.value(face, "hkic")); err != nil || n.HKIC != people[0].HKIC {
		t.Errorf("card read prints another face, %v", err)
	}
	happens := c.watchesCards(site)
	happens("card-inserted")

	// the centre does not know the issuer yet: it judges for itself
	fails("issuer", people[0], 8, "--cards", site)
	c.central("issuer", "add", "--name", "training", issuer+".pub")
	fails("another person", people[1], 8, "--cards", site)
	out := c.does(act(people[0]), "--cards", site, "consent")
	if c.value(out, "receipt") == "" || c.value(out, "consent.channel") != "card" {
		t.Errorf("%s", out)
	}
	fails("already active", people[0], 9, "--cards", site)

	// a copy proves nothing
	cards.do("out")
	happens("card-removed")
	c.seesCard(site, false)
	cards.do(people[1].EHR.Printed() + " clone")
	c.seesCard(site, true)
	fails("could not prove", people[1], 8, "--cards", site)

	log := string(c.does("", "audit", "list"))
	if !strings.Contains(log, "genuine-chip") || !strings.Contains(log, "training-1") {
		t.Error("the desk's access log does not say what the card proved")
	}
	shown := string(c.central("patient", "show", "--ehr-number", people[0].EHR.Compact()))
	if !strings.Contains(shown, `"proof":"genuine-chip"`) {
		t.Errorf("the centre does not say what the card proved: %s", shown)
	}
	for _, p := range people {
		for _, s := range []string{p.HKIC.Printed(), p.HKIC.Compact(), p.Name.Family + ","} {
			if bytes.Contains(c.heard.Bytes(), []byte(s)) || strings.Contains(log, s) {
				t.Error("a log or a message names a patient")
			}
		}
	}
}
