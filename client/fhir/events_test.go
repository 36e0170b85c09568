package fhir

import (
	"io"
	"strings"
	"testing"

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
