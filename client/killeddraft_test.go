package client_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
)

// draftedEnv makes this test binary a desk that asks a program for a draft; its value is the folder, the number and the moment.
const draftedEnv = "EHRDESK_CLIENT_TEST_DRAFTED"

// telling says on standard output that a program is about to run.
type telling struct{ client.Drafter }

func (d telling) Write(ctx context.Context, name string, g ehrdesk.DraftGiven) (string, bool, error) {
	fmt.Println("runs")
	return d.Drafter.Write(ctx, name, g)
}

// drafts asks for a draft of a program that does not end.
func drafts(arg string) error {
	p := strings.Split(arg, "|")
	if len(p) != 3 {
		return fmt.Errorf("%d parts", len(p))
	}
	now, err := time.Parse(time.RFC3339Nano, p[2])
	if err != nil {
		return err
	}
	n, err := ehrdesk.ParseNumber(p[1])
	if err != nil {
		return err
	}
	ctx := context.Background()
	desk := client.New(client.Options{Dir: p[0], HTTP: http.DefaultClient, Patience: time.Minute, Cost: cachetest.Cost(), Now: func() time.Time { return now }, Writes: client.Writes{Drafts: telling{scribes()}}})
	s, err := desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		return err
	}
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		return err
	}
	who := c.Patient().ID
	for _, script := range [...]string{"writes", "hangs"} {
		if _, err := s.(ehrdesk.Drafting).AskDraft(ctx, who, ehrdesk.DraftRequest{Program: scribe(script)}); err != nil {
			return err
		}
	}
	return nil
}

// A desk is killed while a program writes: what was kept before is there, of what was being written nothing is, and the desk
// starts as ever.
func TestADeskKilledWhileAProgramWritesKeepsNothingOfIt(t *testing.T) {
	d := newDictating(t)
	_ = d.c.Close()
	d.shut(d.s)
	if err := d.desk.Close(); err != nil {
		t.Fatal(err)
	}
	_, number := d.n.Identifier()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), draftedEnv+"="+d.dir+"|"+number+"|"+d.deskNow().Format(time.RFC3339Nano))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range 2 { // the second does not end
		if !lines.Scan() || lines.Text() != "runs" {
			t.Errorf("the desk says %q", lines.Text())
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	// A program that was just being begun has the desk's open files, and with them its lock, until it is run.
	for until := time.Now().Add(patience); ; runtime.Gosched() {
		d.open()
		sess, err := d.desk.SignIn(t.Context(), "drlee", ehrdesk.NewSecret(pass))
		if err == nil {
			d.s = sess.(*client.Session)
			break
		}
		if ehrdesk.CodeOf(err) != ehrdesk.CodeLocked || time.Now().After(until) {
			t.Fatal(err)
		}
		if err := d.desk.Close(); err != nil {
			t.Fatal(err)
		}
	}
	d.c = d.chart(d.s, d.n)
	if got := d.kept(); len(got) != 1 || got[0].Source.Name != "writes" {
		t.Errorf("%d drafts are kept, want the one before: %+v", len(got), got)
	}
	if last := d.lastEntry(d.s, ehrdesk.AuditDraft); !strings.HasPrefix(last.Detail, "hangs 1.2 at scribe.example") {
		t.Errorf("what was given is not written down: %+v", last)
	}
}
