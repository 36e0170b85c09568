package client_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// A desk whose key has ended gets no key of a later day: what is said from then on is sealed by a key that
// was made for those who read now, and what it may have kept opens none of it.
func TestADeskThatWasRevokedReadsNothingOfALaterDay(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(2 * time.Hour)
	clerk, doctor, nurse := w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor), w.deskOf("nurse", ehrdesk.Nurse)
	sealedBy := regexp.MustCompile(`"url":"key","valueString":"([0-9a-f-]{36})"`)
	wrapped := regexp.MustCompile(`"name":"for","valueString":"([^"]+)"`)
	var mu sync.Mutex
	var keys, readers []string // by which the clerk's lines are sealed, and for whom keys were sealed
	listen := func(d *clinicDesk) {
		d.line.fails(func(r *http.Request) int {
			if strings.HasSuffix(r.URL.Path, "/$day") {
				body, err := r.GetBody()
				if err != nil {
					t.Error(err)
					return 0
				}
				b, err := io.ReadAll(body)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, m := range sealedBy.FindAllStringSubmatch(string(b), -1) {
					keys = append(keys, m[1])
				}
				for _, m := range wrapped.FindAllStringSubmatch(string(b), -1) {
					readers = append(readers, m[1])
				}
			}
			return 0
		})
	}
	for range 3 {
		for _, d := range []*clinicDesk{clerk, doctor, nurse} {
			d.poll()
		}
	}
	listen(clerk)
	listen(doctor)
	said := func(number, name string) []string {
		t.Helper()
		mu.Lock()
		keys, readers = nil, nil
		mu.Unlock()
		w.clock.advance(time.Second)
		clerk.booksArrival(number, name, w.clock.now())
		for range 2 {
			clerk.poll()
			doctor.poll()
		}
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(keys)
		return slices.Compact(slices.Clone(keys))
	}
	before := said("A123456(3)", "CHAN")
	nurse.poll()
	if got := nurse.shownArrivals(); len(got) != 1 || !strings.HasSuffix(got[0], "CHAN") {
		t.Fatalf("the nurse has %q", got)
	}
	w.endDesk("nurse")
	after := said("G123456(A)", "WONG")
	if len(before) != 1 || len(after) != 1 || before[0] == after[0] {
		t.Errorf("sealed by %q before the desk was revoked, and by %q after", before, after)
	}
	slices.Sort(readers)
	if got := slices.Compact(readers); len(got) != 2 {
		t.Errorf("the new key was sealed for %d readers, want the clerk and the doctor", len(got))
	}
	if _, err := nurse.s.Share(ctx); err == nil {
		t.Error("a desk that was revoked is told of the day")
	}
	if got := nurse.shownArrivals(); len(got) != 1 {
		t.Errorf("the nurse's desk has %q", got)
	}
	for _, d := range []*clinicDesk{clerk, doctor} {
		if got := d.shownArrivals(); len(got) != 2 || !strings.Contains(strings.Join(got, "\n"), "WONG") {
			t.Errorf("%s has %q", d.who, got)
		}
	}
}
