//go:build linux

package scenarios

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// durations print as their middle, their tail and their worst.
type durations []time.Duration

func (d durations) String() string {
	if len(d) == 0 {
		return "none"
	}
	s := slices.Sorted(slices.Values(d))
	at := func(q float64) time.Duration {
		return s[min(len(s)-1, int(q*float64(len(s))))].Round(time.Microsecond)
	}
	return fmt.Sprintf("n=%d p50 %v p95 %v max %v", len(s), at(.5), at(.95), at(1))
}

// TestFigures measures what docs/performance.md quotes; it holds no figure.
func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.insert(t, 0, card(t, 0))
		var establish, connect, begin, apdu durations
		lap := func(d *durations, f func() error) {
			t.Helper()
			start := time.Now()
			if err := f(); err != nil {
				t.Fatal(err)
			}
			*d = append(*d, time.Since(start))
		}
		for range 50 {
			var c pcsc.Context
			var k pcsc.Card
			lap(&establish, func() (err error) { c, err = r.establish(); return err })
			lap(&connect, func() (err error) { k, err = c.Connect(r.readers[0], pcsc.Shared); return err })
			lap(&begin, func() error { return k.Begin() })
			if len(establish) == 1 {
				if _, err := k.Transmit(append([]byte{0, 0xA4, 4, 0, byte(len(simcard.TrainingAID))}, simcard.TrainingAID...)); err != nil {
					t.Fatal(err)
				}
				for range 1000 {
					lap(&apdu, func() error { _, err := k.Transmit([]byte{0, 0xB0, 0x81, 0, 60}); return err })
				}
			}
			if err := k.End(pcsc.LeaveCard); err != nil {
				t.Fatal(err)
			}
			_ = k.Disconnect(pcsc.LeaveCard)
			_ = c.Release()
		}
		t.Logf("MEASURE %s: establish %v", r.backend, establish)
		t.Logf("MEASURE %s: connect %v", r.backend, connect)
		t.Logf("MEASURE %s: begin %v", r.backend, begin)
		t.Logf("MEASURE %s: APDU of 60 bytes %v", r.backend, apdu)
	})
}
