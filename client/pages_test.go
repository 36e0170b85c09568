package client_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// A link to a page is good for minutes. Where a slow line takes longer the sync begins
// again from its mark, and what came is whole.
func TestASyncWhosePageWasAskedForTooLateBeginsAgain(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	defer s.Close()
	n, key := w.patient("Wong", 1200)
	w.consent(s, n, key)
	var late sync.Once
	w.line.set(false, func(r *http.Request, b []byte) []byte {
		if strings.HasSuffix(r.URL.Path, "/$everything") {
			late.Do(func() { w.clock.advance(11 * time.Minute) })
		}
		return b
	})
	c := w.chart(s, n)
	if got := count(c); got < 1200 {
		t.Errorf("%d records", got)
	}
	if pages := w.line.requests("everything"); len(pages) < 4 {
		t.Errorf("%d pages were asked for: nothing began again", len(pages))
	}
}
