package central_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// listener is a client of the event stream. Each event comes as its lines,
// joined; a comment or a bare id comes as itself.
type listener struct {
	t      testing.TB
	events chan string
	end    context.CancelFunc
}

func (d *desk) listen(after string) *listener {
	d.w.t.Helper()
	ctx, cancel := context.WithCancel(d.w.t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", d.w.base+"/$events", nil)
	if err != nil {
		d.w.t.Fatal(err)
	}
	d.authorize(req)
	req.Header.Set("Accept", "text/event-stream")
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.w.t.Fatal(err)
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		d.w.t.Fatalf("listening: %d %v", res.StatusCode, res.Header)
	}
	l := &listener{d.w.t, make(chan string, 100), cancel}
	go func() {
		defer close(l.events)
		defer res.Body.Close()
		var event []string
		for in := bufio.NewScanner(res.Body); in.Scan(); {
			if line := in.Text(); line != "" {
				event = append(event, line)
				continue
			}
			l.events <- strings.Join(event, " ")
			event = nil
		}
	}()
	d.w.t.Cleanup(cancel)
	return l
}

// next is the next event that is no comment.
func (l *listener) next() string {
	l.t.Helper()
	for {
		select {
		case e, open := <-l.events:
			if !open {
				return "(ended)"
			}
			if !strings.HasPrefix(e, ":") {
				return e
			}
		case <-time.After(2 * time.Minute):
			l.t.Fatal("no event came")
		}
	}
}

// is checks an event but for its number, and gives that.
func (l *listener) is(kind, patient string) string {
	l.t.Helper()
	e := l.next()
	f := strings.Fields(e)
	if len(f) != 6 || f[0] != "event:" || f[1] != kind || f[2] != "id:" || f[4] != "data:" || f[5] != `{"patient":"`+patient+`"}` {
		l.t.Fatalf("event %q, want %s of %s", e, kind, patient)
	}
	return f[3]
}

func quick(o *central.Options) { o.EventsEvery, o.EventsAlive = 2*time.Millisecond, 5*time.Millisecond }

func TestTheStreamHintsAtWhatConcernsTheProvider(t *testing.T) {
	w := newWorld(t, quick)
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	other := w.importText(patientBundle(uuidB, "LEE"))[0]
	third := w.importText(patientBundle(uuidC, "HO"))[0]
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	doctor, front := w.desk(hcp, ehrdesk.Doctor), w.desk(hcp, ehrdesk.FrontDesk)
	stranger := w.desk(w.hcp(central.HCP{Name: "Other"}), ehrdesk.Doctor)
	hospital := w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true}), ehrdesk.Doctor)
	d, f, s, h := doctor.listen(""), front.listen(""), stranger.listen(""), hospital.listen("")

	// What another process does to the store counts as much.
	second, err := central.Open(t.Context(), central.Options{Dir: w.dir, Store: w.store, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { second.Close() })
	allergy := func(id, patient string) {
		t.Helper()
		if _, err := second.AddRecords(t.Context(), strings.NewReader(`{"resourceType":"AllergyIntolerance","id":"`+id+`","patient":{"reference":"Patient/`+patient+`"},"code":{"text":"`+canary+`"}}`), "t"); err != nil {
			t.Fatal(err)
		}
	}
	allergy("before", uuidA) // there was never a consent: nobody but the hospital hears
	h.is("record", uuidA)
	if _, err := second.PatientAct(t.Context(), third.EHR, hcp, ehrdesk.ByApp, false); err != nil {
		t.Fatal(err)
	}
	d.is("consent", uuidC) // both have looked at what was before, without a consent
	f.is("consent", uuidC)
	if _, err := second.PatientAct(t.Context(), rep.EHR, hcp, ehrdesk.ByApp, false); err != nil {
		t.Fatal(err)
	}
	given := d.is("consent", uuidA)
	if f.is("consent", uuidA) != given {
		t.Error("one change under two numbers")
	}
	allergy("a1", uuidA)
	recorded := d.is("record", uuidA)
	h.is("record", uuidA)
	allergy("b1", uuidB)
	h.is("record", uuidB)
	if _, err := second.PatientAct(t.Context(), rep.EHR, hcp, ehrdesk.ByIVRS, true); err != nil {
		t.Fatal(err)
	}
	d.is("consent", uuidA)
	f.is("consent", uuidA) // and no word of records in between
	stranger.grant(other.EHR)
	s.is("consent", uuidB)

	// Who comes back from where it was gets what it missed, once.
	d.end()
	back := doctor.listen(given)
	if got := back.is("record", uuidA); got != recorded {
		t.Errorf("resumed at %s, want %s", got, recorded)
	}
	back.is("consent", uuidA)
	allergy("a2", uuidA) // the consent is over, and had been
	back.is("record", uuidA)
	h.is("record", uuidA)

	// The stream says that it lives, and ends with the token.
	alive := time.After(2 * time.Minute)
	for {
		select {
		case e := <-back.events:
			if e == ": alive" {
				alive = nil
			}
		case <-alive:
			t.Fatal("no sign of life")
		}
		if alive == nil {
			break
		}
	}
	w.clock.advance(16 * time.Minute)
	for name, l := range map[string]*listener{"doctor": back, "front desk": f, "hospital": h, "stranger": s} {
		if got := l.next(); got != "(ended)" {
			t.Errorf("%s after the token: %s", name, got)
		}
	}
	if log := w.log.String(); strings.Contains(log, uuidA) {
		t.Error("the log names a patient")
	}
}

func TestTheStreamTellsOfWhatComesAboutByItself(t *testing.T) {
	w := newWorld(t, quick, func(o *central.Options) { o.RecordsAfter = time.Minute })
	fillUnverified(t, w)
	rep := w.importText(patientBundle(uuidB, "LEE"))[0]
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	if status, body := d.grantYear(rep.EHR, nil); status != 200 {
		t.Fatal(body)
	}
	year := began().AddDate(1, 0, 0).Sub(began()) // of 366 days at times
	w.clock.advance(year - 2*time.Minute)
	d.signIn()
	l := d.listen("")
	d.want(200, "POST", "/Patient/$verify-identity", verifyBody("812345678901", func(p map[string]map[string]any) {
		p["noticeReadAt"]["valueInstant"] = stamp(year - 3*time.Minute)
	}))
	l.is("record", uuidA) // the Patient's contact data
	l.is("consent", uuidA)
	w.clock.advance(time.Minute)
	l.is("record", uuidA) // they flow
	w.clock.advance(time.Minute)
	l.is("consent", uuidB) // ended on its day
}

func TestTheServiceEndsWithItsStreams(t *testing.T) {
	w := newWorld(t, quick)
	running, err := w.c.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.base = running.Base
	l := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor).listen("")
	ending, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := running.Close(ending); err != nil || ending.Err() != nil {
		t.Errorf("closing: %v", err)
	}
	if got := l.next(); got != "(ended)" && !strings.HasPrefix(got, "id:") {
		t.Errorf("after the end: %s", got)
	}
}

func TestTheStreamIsForThoseSignedIn(t *testing.T) {
	w := newWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.want(406, "GET", "/$events", "", "Accept", "application/fhir+json")
	d.token = "no-such-token"
	d.want(401, "GET", "/$events", "", "Accept", "text/event-stream")
	if _, answer := w.get("/.well-known/smart-configuration"); answer["events_endpoint"] != w.base+"/$events" {
		t.Errorf("discovery: %v", answer)
	}
}
