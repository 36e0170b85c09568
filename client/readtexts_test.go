package client_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// found are the ids of what a search finds, in order.
func found(c ehrdesk.Chart, query string) string {
	var out []string
	for _, r := range c.Search(query) {
		out = append(out, r.ID)
	}
	return strings.Join(out, " ")
}

// written is a letter with one attachment.
func written(id, kind, body string) string {
	return fmt.Sprintf(`{"resourceType":"DocumentReference","id":"%s","status":"current","subject":{"reference":"Patient/wong"},"date":"2025-02-03T10:00:00+08:00","description":"Letter","content":[{"attachment":{"contentType":"%s","data":"%s"}}]}`,
		id, kind, base64.StdEncoding.EncodeToString([]byte(body)))
}

// told is a result with a note.
func told(id, note string) string {
	return fmt.Sprintf(`{"resourceType":"Observation","id":"%s","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Sodium"},"subject":{"reference":"Patient/wong"},"effectiveDateTime":"2025-02-04","valueString":"140","note":[{"text":"%s"}]}`, id, note)
}

// papers are records whose words stand in their bodies alone.
var papers = []string{
	written("plain", "text/plain", "Given Heparin 5000 units"),
	written("html", "text/html; charset=utf-8", "<p>INR of <b>2.4</b></p>"),
	written("rtf", "application/rtf", `{\rtf1\ansi Frac\'74ure of the neck}`),
	written("picture", "image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\x00"),
	`{"resourceType":"DocumentReference","id":"away","status":"current","subject":{"reference":"Patient/wong"},"content":[{"attachment":{"contentType":"text/plain","url":"https://elsewhere.example/x"}}]}`,
	`{"resourceType":"Condition","id":"div","text":{"status":"additional","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>seen by the 骨科 team</p></div>"},"code":{"text":"Fall"},"subject":{"reference":"Patient/wong"},"recordedDate":"2025-02-03"}`,
	`{"resourceType":"DiagnosticReport","id":"report","status":"final","category":[{"coding":[{"code":"RAD"}]}],"code":{"text":"Chest X-ray"},"subject":{"reference":"Patient/wong"},"effectiveDateTime":"2025-02-03","conclusion":"Cardiomegaly","presentedForm":[{"contentType":"text/plain","data":"` + base64.StdEncoding.EncodeToString([]byte("small effusion")) + `"}]}`,
	told("noted", "haemolysed specimen"),
}

// reader is a chart of somebody with papers.
func reader(t *testing.T, role ehrdesk.Profession, more ...string) (*world, *client.Session, ehrdesk.Chart, ehrdesk.Number) {
	t.Helper()
	w := newWorld(t, 24)
	w.enrol("drlee", role)
	n, key := w.patient("WONG", 2)
	w.arrive(append(papers, more...)...)
	s := w.signIn("drlee")
	t.Cleanup(func() { _ = s.Close() })
	w.consent(s, n, key)
	return w, s, w.chart(s, n), n
}

func read(t *testing.T, c ehrdesk.Chart) {
	t.Helper()
	if err := c.ReadTexts(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// What a record says anywhere is found, and until it has been read, and of what
// cannot be read, the chart says so.
func TestASearchReadsEverythingThatCanBeRead(t *testing.T) {
	w, s, c, n := reader(t, ehrdesk.Doctor)
	before := c.Unread()
	if before.Pending != count(c) || before.Pending == 0 {
		t.Errorf("before anything is read: %+v of %d", before, count(c))
	}
	hits := map[string]string{"heparin": "plain", "INR 2.4": "html", "fracture": "rtf", "骨科": "div", "effusion": "report", "cardiomegaly": "report",
		"haemolysed": "noted", "sodium haemolysed": "noted", "letter fracture": "rtf", "elsewhere.example": "", "image/png": "", "http://www.w3": ""}
	look := func(when string, c ehrdesk.Chart) {
		t.Helper()
		for query, want := range hits {
			if got := found(c, query); got != want {
				t.Errorf("%s: %q found %q, want %q", when, query, got, want)
			}
		}
		if got := c.Unread(); got != (ehrdesk.Unread{Textless: 2}) {
			t.Errorf("%s: unread %+v", when, got)
		}
	}
	var last, total int
	if err := c.ReadTexts(ctx, func(done, all int) { last, total = done, all }); err != nil || last > total || total != count(c) {
		t.Fatalf("%d of %d: %v", last, total, err)
	}
	look("read", c)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	w.line.set(true, nil)
	again, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	read(t, again)
	look("without the line", again)
}

// A search reads what the person may see, and nothing else.
func TestASearchReadsNothingThatARoleMayNotSee(t *testing.T) {
	_, _, c, _ := reader(t, ehrdesk.Pharmacist)
	read(t, c)
	if got := found(c, "haemolysed"); got != "noted" {
		t.Errorf("a laboratory note: %q", got)
	}
	if got := found(c, "effusion"); got != "" {
		t.Errorf("a radiology report was found: %q", got)
	}
	if u := c.Unread(); u.Restricted == 0 || u.Pending != 0 {
		t.Errorf("unread %+v", u)
	}
}

// Of a note that was replaced the new word is found, and the old one no longer;
// of one that was withdrawn none.
func TestASearchKeepsUpWithASync(t *testing.T) {
	for name, never := range map[string][]ehrdesk.Kind{"kept": nil, "in memory alone": {ehrdesk.KindLaboratory}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 24)
			w.forbid(never...)
			w.enrol("drlee", ehrdesk.Doctor)
			n, key := w.patient("WONG", 2)
			w.arrive(told("noted", "haemolysed specimen"))
			s := w.signIn("drlee")
			defer s.Close()
			w.consent(s, n, key)
			c := w.chart(s, n)
			read(t, c)
			if got := found(c, "haemolysed"); got != "noted" {
				t.Fatalf("found %q", got)
			}
			w.clock.advance(1)
			w.arrive(told("noted", "clotted specimen"))
			if _, err := c.Sync(ctx, nil); err != nil {
				t.Fatal(err)
			}
			if got := found(c, "haemolysed"); got != "" {
				t.Errorf("by a word that it no longer says: %q", got)
			}
			if c.Unread().Pending == 0 {
				t.Error("nothing is said to be unread")
			}
			read(t, c)
			if a, b := found(c, "clotted"), found(c, "haemolysed"); a != "noted" || b != "" || c.Unread().Pending != 0 {
				t.Errorf("found %q by the new word, %q by the old one", a, b)
			}
		})
	}
}

// A reading ends with its chart, with a lock and with whoever waits for it, before
// any of them is over; what it had read is gone.
func TestAReadingEndsWithItsChart(t *testing.T) {
	for name, end := range map[string]func(*client.Session, ehrdesk.Chart, context.CancelFunc){
		"close":    func(_ *client.Session, c ehrdesk.Chart, _ context.CancelFunc) { _ = c.Close() },
		"lock":     func(s *client.Session, _ ehrdesk.Chart, _ context.CancelFunc) { _ = s.Lock() },
		"sign-out": func(s *client.Session, _ ehrdesk.Chart, _ context.CancelFunc) { _ = s.Close() },
		"cancel":   func(_ *client.Session, _ ehrdesk.Chart, stop context.CancelFunc) { stop() },
	} {
		t.Run(name, func(t *testing.T) {
			_, s, c, _ := reader(t, ehrdesk.Doctor)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			begun, over := make(chan struct{}), make(chan error, 1)
			go func() {
				first := true
				over <- c.ReadTexts(ctx, func(int, int) {
					if first {
						first = false
						close(begun)
						<-ctx.Done() // of the test: the reading stands at its first record
					}
				})
			}()
			<-begun
			ended := make(chan struct{})
			go func() { defer close(ended); end(s, c, stop) }()
			if name != "cancel" {
				for !c.(*client.Chart).Gone() { // until the chart is blank
					runtime.Gosched()
				}
				select {
				case <-ended:
					t.Error("it did not wait for the reading")
				default:
				}
				stop()
			}
			<-ended
			if err := <-over; err == nil {
				t.Error("the reading went on to its end")
			}
			if name == "cancel" {
				return
			}
			if got := found(c, "heparin"); got != "" {
				t.Errorf("found %q", got)
			}
			if err := c.ReadTexts(t.Context(), nil); err == nil {
				t.Error("a closed chart is read")
			}
		})
	}
}
