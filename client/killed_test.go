package client_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// killedEnv makes this test binary, run again, a desk that ends in the middle of a
// withdrawal; its value is the state folder, the provider and the number. syncedEnv
// makes it one that ends in the middle of a sync: the folder, the number, and which
// question to the centre is not put any more.
const (
	killedEnv = "EHRDESK_CLIENT_TEST_KILLED"
	syncedEnv = "EHRDESK_CLIENT_TEST_SYNCED"
)

func TestMain(m *testing.M) {
	if arg := os.Getenv(killedEnv); arg != "" {
		fmt.Println(withdraws(arg))
		os.Exit(1) // it was to be killed
	}
	if arg := os.Getenv(syncedEnv); arg != "" {
		fmt.Println(syncs(arg))
		os.Exit(1)
	}
	if arg := os.Getenv(actedEnv); arg != "" {
		fmt.Println(acts(arg))
		os.Exit(1)
	}
	if arg := os.Getenv(depositedEnv); arg != "" {
		fmt.Println(depositsAndDies(arg))
		os.Exit(1)
	}
	if arg := os.Getenv(writtenEnv); arg != "" {
		fmt.Println(writesAndDies(arg))
		os.Exit(1)
	}
	if arg := os.Getenv(foundEnv); arg != "" {
		fmt.Println(findsAndDies(arg))
		os.Exit(1)
	}
	if arg := os.Getenv(draftedEnv); arg != "" {
		fmt.Println(drafts(arg))
		os.Exit(1)
	}
	if arg := os.Getenv(secondedEnv); arg != "" {
		fmt.Println(secondsAndDies(arg))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// counted is a number out of a file of a store that may be in use.
func counted(file, query string) (n int, err error) {
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return n, db.QueryRow(query).Scan(&n)
}

type deadLine struct{}

func (deadLine) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no line") }

// withdraws takes a withdrawal on a signed form without the line, and is killed as
// soon as that lies in the outbox: the clock is looked at before each change.
func withdraws(arg string) error {
	part := strings.Split(arg, "|")
	ctx, store := context.Background(), filepath.Join(part[0], "providers", part[1])
	armed, start := false, testclock.Start()
	now := func() time.Time {
		if n, err := counted(filepath.Join(store, "journal.db"), "SELECT count(*) FROM outbox"); armed && err == nil && n > 0 {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {}
		}
		return start
	}
	desk := client.New(client.Options{Dir: part[0], HTTP: &http.Client{Transport: deadLine{}}, Patience: time.Minute, Now: now, Cost: cachetest.Cost()})
	s, err := desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		return err
	}
	n, err := ehrdesk.ParseNumber(part[2])
	if err != nil {
		return err
	}
	armed = true
	_, err = s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}})
	return fmt.Errorf("it was not killed: %w", err)
}

// A withdrawal counts at once, whenever the program ends: what it took away and
// could not destroy any more goes with the next sign-in, line or no line.
func TestADeskKilledBetweenAWithdrawalAndItsShredShredsAtTheNextSignIn(t *testing.T) {
	w := newWorld(t, 240)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 3)
	other, otherKey := w.patient("Chan", 3)
	w.consent(s, n, key)
	w.consent(s, other, otherKey)
	for _, n := range []ehrdesk.Number{n, other} {
		if err := w.chart(s, n).Close(); err != nil {
			t.Fatal(err)
		}
	}
	w.shut(s)
	if err := w.desk.Close(); err != nil {
		t.Fatal(err)
	}
	_, number := n.Identifier()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), killedEnv+"="+w.dir+"|"+w.hcp+"|"+number)
	if out, _ := cmd.CombinedOutput(); len(out) > 0 {
		t.Fatalf("the desk was to be killed: %s", out)
	}
	records := filepath.Join(w.dir, "providers", w.hcp, "records.db")
	if kept, err := counted(records, "SELECT count(*) FROM patient"); err != nil || kept != 2 {
		t.Fatalf("%d copies after the kill, want both: it did not come in between: %v", kept, err)
	}
	w.line.set(true, nil)
	w.open()
	s = w.signIn("drlee")
	if kept, err := s.Copies(ctx); err != nil || len(kept) != 1 {
		t.Errorf("%d copies after the next sign-in, want the other's: %v", len(kept), err)
	}
	if kept, err := counted(records, "SELECT count(*) FROM patient"); err != nil || kept != 1 {
		t.Errorf("%d copies on the disk: %v", kept, err)
	}
	w.wantWaiting(s, "revoke queued")
	if _, err := s.Open(ctx, n, ehrdesk.Consultation, ""); err == nil {
		t.Error("the copy opens")
	}
	w.line.set(false, nil)
	if _, err := s.Deliver(ctx); err != nil {
		t.Error(err)
	}
	if f, err := s.Find(ctx, n); err != nil || f.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Errorf("the centre says %s, %v", f.Consent.State, err)
	}
	w.shut(s)
}

// lastQuestion ends the process in place of the nth question about a chart's records.
type lastQuestion struct{ left *atomic.Int32 }

func (l lastQuestion) RoundTrip(r *http.Request) (*http.Response, error) {
	if p := r.URL.Path; (strings.Contains(p, "$everything") || strings.Contains(p, "$tombstones")) && l.left.Add(-1) < 0 {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// syncs opens a chart and is killed on the way.
func syncs(arg string) error {
	part := strings.Split(arg, "|")
	questions, err := strconv.Atoi(part[2])
	if err != nil {
		return err
	}
	var left atomic.Int32
	left.Store(int32(questions))
	start := testclock.Start()
	desk := client.New(client.Options{Dir: part[0], HTTP: &http.Client{Transport: lastQuestion{&left}}, Patience: time.Minute, Now: func() time.Time { return start }, Cost: cachetest.Cost()})
	s, err := desk.SignIn(context.Background(), "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		return err
	}
	n, err := ehrdesk.ParseNumber(part[1])
	if err != nil {
		return err
	}
	c, err := s.Open(context.Background(), n, ehrdesk.Consultation, "")
	if err != nil {
		return err
	}
	_, err = c.Sync(context.Background(), nil)
	return fmt.Errorf("it was not killed: %w", err)
}

// A desk that ends between two pages of a sync, or before it knows what was withdrawn,
// keeps no mark of what it had: the next sync brings everything, each record once.
func TestADeskKilledInTheMiddleOfASyncHasEverythingOnceAfterTheNext(t *testing.T) {
	const records = 1200 // three pages
	w := newWorld(t, 240)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", records)
	w.consent(s, n, key)
	w.shut(s)
	_, number := n.Identifier()
	killed := func(questions int) {
		t.Helper()
		if err := w.desk.Close(); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", syncedEnv, w.dir, number, questions))
		if out, _ := cmd.CombinedOutput(); len(out) > 0 {
			t.Fatalf("the desk was to be killed at question %d: %s", questions, out)
		}
		w.open()
	}
	for i, questions := range []int{0, 1, 2, 1, 3} { // three pages, and what is gone
		killed(questions)
		killed(questions) // twice in a row
		s := w.signIn("drlee")
		c := w.chart(s, n)
		whole := count(c)
		if whole < records {
			t.Fatalf("%d records after a kill at question %d", whole, questions)
		}
		seen := map[ehrdesk.Ref]bool{}
		for _, sum := range c.Summary() {
			for _, r := range c.List(sum.Type) {
				if seen[r.Ref()] {
					t.Errorf("%v stands twice", r.Ref())
				}
				seen[r.Ref()] = true
			}
		}
		if rep, err := c.Sync(ctx, nil); err != nil || rep.Missing != 0 || count(c) != whole {
			t.Errorf("question %d: %+v %v", questions, rep, err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if i < 2 { // the next is a first sync again; the last two have a copy
			if _, err := s.PurgeAll(ctx); err != nil {
				t.Fatal(err)
			}
		}
		w.shut(s)
	}
}
