package fhir

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ehrdesk/ehrdesk"

	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

func hints(s string) (out []ehrdesk.Hint, last string) {
	e := NewEvents(io.NopCloser(strings.NewReader(s)))
	for {
		h, err := e.Next()
		if err != nil {
			return out, e.Last()
		}
		out = append(out, h)
	}
}

func TestHintsAreReadAndTheRestPassedOver(t *testing.T) {
	got, last := hints(": waiting\n\nevent: consent\nid: 41\ndata: {\"patient\":\"p1\"}\n\n" +
		"event: weather\nid: 42\ndata: {\"patient\":\"p1\"}\n\nevent: record\ndata: not json\n\n" +
		"event: record\r\nid: 44\r\ndata:{\"patient\":\"p-2\"}\r\n\r\nevent: record\nid: 45\ndata: {\"patient\":\"p3\"}")
	want := []ehrdesk.Hint{{Kind: ehrdesk.HintConsent, Patient: "p1"}, {Kind: ehrdesk.HintRecord, Patient: "p-2"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if last != "44" { // the last one never ended
		t.Errorf("the newest event is %q", last)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add("event: consent\nid: 41\ndata: {\"patient\":\"p1\"}\n\n")
	f.Add(": x\n\n\nid\ndata\nevent\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		got, _ := hints(s)
		for _, h := range got {
			if !r4.ValidID(h.Patient) || (h.Kind != ehrdesk.HintConsent && h.Kind != ehrdesk.HintRecord) {
				t.Errorf("a hint of %v", h)
			}
		}
	})
}

// A stream of which nothing comes any more, not even the comment that a centre sends while
// it has nothing to say, has ended: a line that was lost on the way says nothing of it.
func TestAStreamThatFallsSilentHasEnded(t *testing.T) {
	in, out := io.Pipe()
	e := newEvents(in, 20*time.Millisecond)
	defer e.Close()
	go func() {
		_, _ = io.WriteString(out, ": still here\n\nevent: consent\nid: 1\ndata: {\"patient\":\"p\"}\n\n")
	}()
	if h, err := e.Next(); err != nil || h.Patient != "p" {
		t.Fatalf("%+v, %v", h, err)
	}
	if _, err := e.Next(); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		t.Errorf("%v", err)
	}
}

// endless is a centre that says the same for ever.
type endless struct{ said string }

func (e endless) Read(p []byte) (n int, err error) {
	for n+len(e.said) <= len(p) {
		n += copy(p[n:], e.said)
	}
	return n, nil
}

// Of a flood of events no more is read in a second than a centre has to say, and it is
// told: an open chart then asks by itself.
func TestAFloodOfEventsIsReadAtThePaceOfACentre(t *testing.T) {
	calm, _ := io.Pipe()
	e := newEvents(calm, time.Minute)
	_ = e.Close()
	if !e.Whole() {
		t.Error("nothing came, and it is a flood")
	}
	e = newEvents(io.NopCloser(endless{"event: record\nid: 7\ndata: {\"patient\":\"p\"}\n\n"}), time.Minute)
	defer e.Close()
	began, n := time.Now(), 0
	for ; e.Whole(); n++ {
		if _, err := e.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if most := mostLines * (1 + int(time.Since(began)/time.Second)); n*4 > most+4 {
		t.Errorf("%d events of four lines were read in %s", n, time.Since(began))
	}
}
