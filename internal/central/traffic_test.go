package central_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/bench/traffic"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// mostKept is how long requests may have been kept waiting in all by what the machine does beside,
// at half of them: a sample on a machine that is busy is slow, and never stands still.
const mostKept = time.Second

// TestTheTrafficOfClinicians is that of so many at two centres over one database, of which one
// is killed half-way. The sample takes seconds; EHRDESK_TRAFFIC is how long the whole is, in
// seconds, and EHRDESK_CLINICIANS how many they are: with both, 99 in a hundred are to be answered
// within 200 ms.
func TestTheTrafficOfClinicians(t *testing.T) {
	p, whole := traffic.Plan{Clinicians: 200, For: 6 * time.Second, Seed: 1}, false
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_TRAFFIC")); err == nil && n > 0 {
		p.For, whole = time.Duration(n)*time.Second, true
	}
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_CLINICIANS")); err == nil && n > 0 {
		p.Clinicians = n
	}
	w, second, front := several(t, func(o *central.Options) { o.Now = nil })
	at, kill := child(t, keyed(t, w.dir), w.store, w.base)
	front.add(at)
	p.HalfWay = kill

	seats := make([]*traffic.Seat, min(max(p.Clinicians/20, 4), 100))
	hospital := w.hcp(central.HCP{Name: "Hospital", Deemed: true})
	over := http.DefaultTransport.(*http.Transport).Clone()
	over.MaxIdleConnsPerHost = len(seats)
	t.Cleanup(over.CloseIdleConnections)
	for i := range seats {
		a := traffic.Account{HCP: hospital, Staff: fmt.Sprintf("dr.%d", i), Patient: uuid.NewString()}
		var err error
		if a.Code, err = w.c.AddAccount(t.Context(), hospital, a.Staff, "Somebody", ehrdesk.Doctor); err != nil {
			t.Fatal(err)
		}
		w.importText(traffic.Person(a.Patient, 40))
		if seats[i], err = traffic.Sit(t.Context(), w.base, over, a); err != nil {
			t.Fatal(err)
		}
	}
	r, err := traffic.Run(t.Context(), seats, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.String())
	n := len(r.Took)
	if r.Lost() > max(n/1000, 2) {
		t.Errorf("%d of %d were not answered", r.Lost(), n)
	}
	if due := int(p.For.Seconds() * float64(p.Clinicians) * traffic.PerThousand / 1000); n < due*3/4 {
		t.Errorf("%d requests were made where %d were due", n, due)
	}
	if whole && r.At(99) > 200*time.Millisecond {
		t.Errorf("one in a hundred took %v or longer", r.At(99))
	}
	if r.At(50) > mostKept {
		t.Errorf("half of them took %v or longer", r.At(50))
	}
	if s, err := second.VerifyAudit(t.Context(), nil); err != nil || len(s.Faults) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}
