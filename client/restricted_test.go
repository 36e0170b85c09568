package client_test

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// hidden is in what is restricted and nowhere else.
const hidden = "zuclopenthixol"

const labelR = `"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},`

// guarded is a desk with a doctor in the chart of somebody of whom a laboratory
// report and an allergy are restricted.
type guarded struct {
	*world
	who central.Person
	s   *client.Session
	c   ehrdesk.Chart
}

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	w := newWorld(t, 24)
	lab := `"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"subject":{"reference":"Patient/PATIENT"},"effectiveDateTime":"2025-02-03",`
	p := somebody(t, 1, ehrdesk.Registered,
		`{`+lab+`"id":"open-PATIENT","code":{"text":"Potassium"},"valueString":"4.1"}`,
		`{`+lab+labelR+`"id":"kept-PATIENT","code":{"text":"`+hidden+` level"},"valueString":"`+hidden+` 12"}`,
		`{"resourceType":"AllergyIntolerance",`+labelR+`"id":"told-PATIENT","code":{"text":"`+hidden+` rash"},"patient":{"reference":"Patient/PATIENT"},"recordedDate":"2024-03-04"}`)
	g := &guarded{world: w, who: w.active(p, ehrdesk.Indefinite, time.Time{})}
	w.settle(g.who)
	w.enrol("drlee", ehrdesk.Doctor)
	g.s = w.signIn("drlee")
	t.Cleanup(func() { _ = g.s.Close() })
	g.c = w.chart(g.s, number(g.who))
	return g
}

// shown are the laboratory records that hold the hidden word.
func (g *guarded) shown() (out []ehrdesk.Record) {
	for _, r := range g.c.List(ehrdesk.LaboratoryRadiology) {
		if strings.Contains(r.Title+string(r.Packed), hidden) {
			out = append(out, r)
		}
	}
	return out
}

// nothingShown fails where the hidden word is anywhere in the chart.
func (g *guarded) nothingShown(when string) {
	g.t.Helper()
	for _, typ := range ehrdesk.RecordTypes() {
		for _, r := range g.c.List(typ) {
			raw, _ := g.c.Raw(ctx, r.Ref()) // of a restricted one there are none
			if strings.Contains(r.Title+string(r.Packed)+string(raw), hidden) || r.Released {
				g.t.Errorf("%s: %s is shown", when, r.Ref())
			}
		}
	}
	if got := g.c.Search(hidden); len(got) != 0 {
		g.t.Errorf("%s: found by search", when)
	}
	if r := g.c.Released(); !r.Until.IsZero() {
		g.t.Errorf("%s: a release until %v", when, r.Until)
	}
}

// code has one sent and reads it where the patient does.
func (g *guarded) code() ehrdesk.OneTimeCode {
	g.t.Helper()
	sent, err := g.c.SendCode(ctx)
	if err != nil || sent.By != "sms" || !sent.Expires.After(g.clock.now()) {
		g.t.Fatalf("send: %+v, %v", sent, err)
	}
	told := g.notices(g.who, "your one-time code")
	m := regexp.MustCompile(`eHealth: (\d{6}) is`).FindStringSubmatch(told[len(told)-1])
	if m == nil {
		g.t.Fatal("the notice has no code")
	}
	c, err := ehrdesk.ParseOneTimeCode(m[1])
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

func (g *guarded) ask() ehrdesk.Release {
	g.t.Helper()
	o, err := g.s.Offer(ctx)
	if err != nil || len(o.Reasons) == 0 {
		g.t.Fatalf("reasons: %+v, %v", o.Reasons, err)
	}
	return ehrdesk.Release{Kinds: []ehrdesk.Kind{ehrdesk.KindLaboratory}, Reason: o.Reasons[0].Code, Words: "dose of a new drug", RequestID: uuid.NewString()}
}

// release shows the laboratory reports.
func (g *guarded) release() {
	g.t.Helper()
	r := g.ask()
	r.Code = g.code()
	got, err := g.c.Release(ctx, r)
	if err != nil || !got.Until.After(g.clock.now()) {
		g.t.Fatalf("release: %+v, %v", got, err)
	}
	if n := len(g.shown()); n != 1 {
		g.t.Fatalf("%d restricted laboratory reports are shown", n)
	}
}

// files are the sums of what is on the desk's disk, but for the journal, in
// which the access is written down.
func (g *guarded) files() map[string][32]byte {
	g.t.Helper()
	out := map[string][32]byte{}
	err := filepath.WalkDir(g.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.Contains(e.Name(), "journal") || strings.HasSuffix(e.Name(), "-shm") {
			return err
		}
		b, err := os.ReadFile(path)
		out[path] = sha256.Sum256(b)
		return err
	})
	if err != nil || len(out) < 2 {
		g.t.Fatalf("%d files, %v", len(out), err)
	}
	return out
}

func TestARestrictedRecordIsShownByCodeAndReachesNoDisk(t *testing.T) {
	g := newGuarded(t)
	g.nothingShown("before")
	for _, l := range g.c.Summary() {
		want := 0
		if l.Type == ehrdesk.LaboratoryRadiology || l.Type == ehrdesk.AllergyADR {
			want = 1
		}
		if l.Restricted != want {
			t.Errorf("%v: %d said to be restricted", l.Type, l.Restricted)
		}
	}
	r := g.ask()
	good := g.code()
	wrong := []byte(good.Reveal())
	wrong[0] = '0' + (wrong[0]-'0'+1)%10
	r.Code, _ = ehrdesk.ParseOneTimeCode(string(wrong))
	_, err := g.c.Release(ctx, r)
	wantCode(t, "a wrong code", err, ehrdesk.CodeDenied)
	g.nothingShown("after a wrong code")
	before := g.files()
	r.Code = good
	got, err := g.c.Release(ctx, r)
	if err != nil || !slices.Equal(got.Kinds, r.Kinds) {
		t.Fatalf("release: %+v, %v", got, err)
	}
	one := g.shown()
	if len(one) != 1 || !one[0].Released || one[0].Restricted {
		t.Fatalf("shown: %+v", one)
	}
	if raw, err := g.c.Raw(ctx, one[0].Ref()); err != nil || !strings.Contains(string(raw), hidden+" 12") {
		t.Errorf("raw: %v", err)
	}
	if d, err := g.c.Detail(ctx, one[0].Ref()); err != nil || len(d.Elements) == 0 {
		t.Errorf("detail: %v", err)
	}
	if found := g.c.Search(hidden); len(found) != 1 { // the allergy was not asked for
		t.Errorf("%d found by search", len(found))
	}
	for path, sum := range g.files() {
		if before[path] != sum {
			t.Errorf("%s was written to", filepath.Base(path))
		}
	}
	if n := len(g.notices(g.who, "with your additional consent")); n != 1 {
		t.Errorf("the patient was told %d times", n)
	}
	if err := g.c.Close(); err != nil {
		t.Fatal(err)
	}
	g.line.set(true, nil) // what is opened now is the desk's own copy
	if g.c, err = g.s.Open(ctx, number(g.who), ehrdesk.Consultation, ""); err != nil {
		t.Fatal(err)
	}
	if len(g.c.List(ehrdesk.LaboratoryRadiology)) == 0 {
		t.Error("the copy is empty")
	}
	g.nothingShown("in the copy")
}

func TestARestrictedRecordIsGoneWithEveryEndOfItsRelease(t *testing.T) {
	for name, end := range map[string]func(*guarded){
		"its time is up":            func(g *guarded) { g.clock.advance(16 * time.Minute) },
		"the clock was set back":    func(g *guarded) { g.clock.advance(-time.Minute) },
		"ended at the desk":         func(g *guarded) { wantCode(g.t, "end", g.c.EndRelease(ctx), "") },
		"the chart is closed":       func(g *guarded) { wantCode(g.t, "close", g.c.Close(), "") },
		"the session is signed out": func(g *guarded) { wantCode(g.t, "sign out", g.s.Close(), "") },
		"consent withdrawn in the app": func(g *guarded) {
			if _, err := g.centre.PatientAct(ctx, g.who.Patient.EHR.Compact(), g.hcp, ehrdesk.ByApp, true); err != nil {
				g.t.Fatal(err)
			}
			_, err := g.c.Sync(ctx, nil)
			wantCode(g.t, "sync", err, ehrdesk.CodeConsentNeeded)
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuarded(t)
			g.release()
			ref := g.shown()[0].Ref()
			end(g)
			g.nothingShown(name)
			if raw, err := g.c.Raw(ctx, ref); err == nil && strings.Contains(string(raw), hidden) {
				t.Error("its bytes are still there")
			}
		})
	}
}

// Its time is up for whoever looks first: several at once wipe it once.
func TestAReleaseWhoseTimeIsUpIsWipedBySeveralAtOnce(t *testing.T) {
	g := newGuarded(t)
	g.release()
	ref := g.shown()[0].Ref()
	g.clock.advance(16 * time.Minute)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_ = g.c.Released()
			_, _ = g.c.Raw(ctx, ref)
			_ = g.c.EndRelease(ctx)
			_ = g.c.Summary()
		})
	}
	all.Wait()
	g.nothingShown("after its time")
}

// A release may end between the moment a record is found and the moment it is read:
// that is an error, never a record without a byte.
func TestARecordWhoseReleaseEndsWhileItIsReadIsNotEmpty(t *testing.T) {
	g := newGuarded(t)
	g.release()
	r := g.shown()[0]
	if body, _, err := g.c.(*client.Chart).Here(r); err != nil || len(body) == 0 {
		t.Fatalf("%d bytes, %v", len(body), err)
	}
	g.clock.advance(16 * time.Minute)
	body, _, err := g.c.(*client.Chart).Here(r)
	wantCode(t, "read", err, ehrdesk.CodeNotFound)
	if len(body) > 0 {
		t.Error("it is still there")
	}
}
