package cases

import (
	"bytes"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// The bytes of what passes are cleared with its time, when the desk is locked, and where the clock was set back.
func TestWhatPassesIsClearedFromMemory(t *testing.T) {
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for name, end := range map[string]func(*passing){
		"its time is over":       func(p *passing) { p.at("e1", now.Add(ehrdesk.CaseShown)) },
		"the clock was set back": func(p *passing) { p.at("e1", now.Add(-time.Second)) },
		"the desk was locked":    func(p *passing) { p.endAll() },
		"its timer ran off":      func(p *passing) { p.end("e1") },
	} {
		raw := []byte(`{"text":"call me"}`)
		var p passing
		p.show("e1", raw, now.Add(ehrdesk.CaseShown))
		if r, ok := p.at("e1", now.Add(time.Second)); !ok || r.Body.Text != "call me" {
			t.Fatalf("%+v, %v", r, ok)
		}
		if end(&p); !bytes.Equal(raw, make([]byte, len(raw))) {
			t.Errorf("%s: %q", name, raw)
		}
		if r, ok := p.at("e1", now.Add(time.Second)); ok {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
