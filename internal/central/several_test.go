package central_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/testpg"
)

// A desk that never knows which of two centres answers works as with one.
func TestTwoCentresOverOneDatabaseAreOne(t *testing.T) {
	w, other, _ := several(t, quick)
	rep := w.importText(patientBundle(uuidA, "CHAN", entry(condition("c1", "")), entry(condition("c2", "")), entry(condition("c3", ""))))[0]
	hcp := w.hcp(central.HCP{Name: "Clinic"})

	// One activation code, sent to both at once, enrols one desk.
	code, err := w.c.AddAccount(t.Context(), hcp, "doctor.one", "Somebody", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	var enrolled atomic.Int64
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			d := &desk{w: w, hcp: hcp, staff: "doctor.one", deskKey: newKey(t), key: newKey(t), holder: newKey(t)}
			if status, _ := d.enrol(code); status == http.StatusCreated {
				enrolled.Add(1)
			}
		})
	}
	all.Wait()
	if n := enrolled.Load(); n != 1 {
		t.Errorf("%d desks enrolled by one code", n)
	}

	front, doctor := w.desk(hcp, ehrdesk.FrontDesk), w.desk(hcp, ehrdesk.Doctor)
	try := func(d *desk, key string) (int, string) {
		return d.do("POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, func(p map[string]map[string]any) {
			p["channel"]["valueCode"], p["accessKey"] = "access-key", map[string]any{"valueString": key}
		}))
	}
	// Wrong keys count whoever is asked: the third locks at both.
	wrong := "00000000"
	if rep.AccessKey == wrong {
		wrong = "00000001"
	}
	for i, want := range []int{403, 403, 423, 423, 423} {
		if status, text := try(front, wrong); status != want {
			t.Fatalf("wrong key %d: %d %s", i+1, status, text)
		}
	}
	w.clock.advance(15 * time.Minute)
	for _, d := range []*desk{front, doctor} {
		d.signIn()
	}
	if status, text := try(front, rep.AccessKey); status != 200 {
		t.Fatalf("the right key: %d %s", status, text)
	}

	// Pages of one list come from both.
	read, _ := doctor.all("/Patient/" + uuidA + "/$everything?_count=1")
	if len(read) != 4 {
		t.Errorf("%d records of 4", len(read))
	}

	// What one centre changes, a stream of either tells within two seconds.
	heard := []*listener{doctor.listen(""), doctor.listen("")}
	began := time.Now()
	if _, err := other.PatientAct(t.Context(), rep.EHR, hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	for _, l := range heard {
		l.is("consent", uuidA)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("heard after %v", took)
	}
	for range 2 {
		doctor.want(403, "GET", "/Patient/"+uuidA+"/$everything", "")
	}

	// A proof that one has taken is refused by the other, whichever is asked first.
	once := doctor.proving("GET", w.base+"/Patient/"+uuidA+"/$everything", doctor.token).signed(t)
	took := 0
	for range 4 {
		req, err := http.NewRequestWithContext(t.Context(), "GET", w.base+"/Patient/"+uuidA+"/$everything", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "DPoP "+doctor.token)
		req.Header.Set("DPoP", once)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			took++
		}
	}
	if took != 1 {
		t.Errorf("one proof was taken %d times", took)
	}

	// Both write the log at once, and sign it: it is one chain.
	for i, c := range []*central.Centre{w.c, other, w.c, other} {
		all.Go(func() {
			for range 10 {
				if _, err := c.AddHCP(t.Context(), central.HCP{Name: "More"}); err != nil {
					t.Error(i, err)
				}
				if err := c.Operated(t.Context(), "operator:test", "hcp add", "", "", "", ""); err != nil {
					t.Error(i, err)
				}
				if err := c.SignAudit(t.Context()); err != nil {
					t.Error(i, err)
				}
			}
		})
	}
	all.Wait()
	for _, c := range []*central.Centre{w.c, other} {
		if s, err := c.VerifyAudit(t.Context(), nil); err != nil || len(s.Faults) != 0 || s.Entries < 40 {
			t.Errorf("%+v, %v", s, err)
		}
	}
}

// A centre with a key of its own would know no Access Key and sign another log: it is refused,
// and so is one without a key, in whose folder none is made.
func TestACentreWithAnotherKeyIsRefused(t *testing.T) {
	pg := testpg.Start(t)
	w := newWorld(t, func(o *central.Options) { o.Store = pg.Database(t) })
	bare := t.TempDir()
	if _, err := central.Open(t.Context(), central.Options{Dir: bare, Store: w.store}); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("without a key: %v", err)
	}
	if _, err := os.Stat(filepath.Join(bare, "centre.key")); err == nil {
		t.Error("a key was made")
	}
	if err := os.WriteFile(filepath.Join(bare, "centre.key"), bytes.Repeat([]byte{7}, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := central.Open(t.Context(), central.Options{Dir: bare, Store: w.store}); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("with another key: %v", err)
	}
	if _, err := central.Open(t.Context(), central.Options{Dir: t.TempDir(), Store: pg.Database(t), Held: true}); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("a database without a centre: %v", err)
	}
}

// childEnv has what a centre in a process of its own is opened with.
const childEnv = "EHRDESK_TEST_CHILD"

// TestACentreInAProcessOfItsOwn is no test but such a centre, for those that kill one.
func TestACentreInAProcessOfItsOwn(t *testing.T) {
	f := strings.Split(os.Getenv(childEnv), "\n")
	if len(f) != 3 {
		return
	}
	c, err := central.Open(t.Context(), central.Options{Dir: f[0], Store: f[1], Base: f[2]})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(c.Handler())
	if _, err := os.Stdout.WriteString("at " + srv.URL + "\n"); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed, or whoever started it is gone
}

func child(t *testing.T, dir, store, base string) (at string, kill func()) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run=^TestACentreInAProcessOfItsOwn$")
	cmd.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{dir, store, base}, "\n"))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait(); _ = in.Close() })
	t.Cleanup(kill)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if at, ok := strings.CutPrefix(lines.Text(), "at "); ok {
			return at, kill
		}
	}
	t.Fatal("no centre came up")
	return "", nil
}

// Of two centres one is killed while desks have consents given: what was answered is there,
// what was not may be asked for again by its id and is done once, and the log is whole.
func TestOneOfTwoCentresIsKilledAndNothingAnsweredIsLost(t *testing.T) {
	w, second, front := several(t, func(o *central.Options) { o.Now = nil })
	w.clock.advance(time.Since(w.clock.now()))
	at, kill := child(t, keyed(t, w.dir), w.store, w.base)
	if _, err := url.Parse(at); err != nil {
		t.Fatal(err)
	}
	front.add(at)
	const desks, each = 3, 12
	var patients []string
	for range desks * each {
		patients = append(patients, w.importText(patientBundle(uuid.NewString(), "CHAN"))[0].EHR)
	}
	var answered atomic.Int64
	half := make(chan struct{})
	var all sync.WaitGroup
	granted := make([][]string, desks)
	for i := range desks {
		d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
		all.Go(func() {
			for _, ehr := range patients[i*each : (i+1)*each] {
				body := grantBody(ehr, func(p map[string]map[string]any) {
					p["noticeReadAt"]["valueInstant"] = time.Now().UTC().Add(-time.Second).Format("2006-01-02T15:04:05.000Z")
				})
				status, text := 0, ""
				for tries := 0; status != 200 && tries < 5; tries++ { // a desk asks again, with the same id
					if status, text = d.do("POST", "/Patient/$grant-sharing-consent", body); status != 200 && status != http.StatusBadGateway {
						t.Errorf("%d %s", status, text)
						return
					}
				}
				granted[i] = append(granted[i], d.hcp+" "+ehr)
				if answered.Add(1) == desks*each/2 {
					close(half)
				}
			}
		})
	}
	all.Go(func() {
		select {
		case <-half:
		case <-t.Context().Done():
		}
		kill()
	})
	all.Wait()
	n := 0
	for _, of := range granted {
		for _, g := range of {
			hcp, ehr, _ := strings.Cut(g, " ")
			if err := second.Participants(t.Context(), ehr, func(p central.Participant) error {
				if n++; len(p.Consents) != 1 || p.Consents[0].State != "active" {
					t.Errorf("%s has %+v", hcp, p.Consents)
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
	}
	if n != desks*each {
		t.Errorf("%d of %d consents", n, desks*each)
	}
	if s, err := second.VerifyAudit(t.Context(), nil); err != nil || len(s.Faults) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// A database that stops and comes back is served on from, with what was answered.
func TestACentreOutlivesARestartOfItsDatabase(t *testing.T) {
	pg := testpg.Start(t)
	w := newWorld(t, func(o *central.Options) { o.Store = pg.Database(t) })
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	pg.Stop(t)
	if status, _ := d.do("GET", "/Patient/"+uuidA, ""); status < 500 {
		t.Errorf("without its store: %d", status)
	}
	pg.Run(t)
	d.signIn() // what is known of proofs may be gone, and a token is not
	d.want(200, "GET", "/Patient/"+uuidA, "")
}
