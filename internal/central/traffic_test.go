package central_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// What a thousand clinicians ask in a second, by docs/scale.md: fourteen charts are opened in
// three requests each, and what changed is asked for every thirty seconds.
const (
	opensPerThousand = 14
	pollsPerThousand = 33
)

// traffic is what was asked of the centres and how long it took, from when it was due.
type traffic struct {
	mu    sync.Mutex
	took  []time.Duration
	wrong map[string]int
}

func (c *traffic) note(due time.Time, status int, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, time.Since(due))
	if status != http.StatusOK {
		c.wrong[fmt.Sprintf("%d %.80s", status, text)]++
	}
}

// TestTheTrafficOfClinicians is that of so many at two centres over one database, of which one
// is killed half-way. Requests come when they are due, whether those before were answered or
// not. The sample takes seconds; EHRDESK_TRAFFIC is how long the whole is, in seconds, and
// EHRDESK_CLINICIANS how many they are.
func TestTheTrafficOfClinicians(t *testing.T) {
	takes, clinicians := 6*time.Second, 200
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_TRAFFIC")); err == nil && n > 0 {
		takes = time.Duration(n) * time.Second
	}
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_CLINICIANS")); err == nil && n > 0 {
		clinicians = n
	}
	w, second, front := several(t, func(o *central.Options) { o.Now = nil })
	w.clock.advance(time.Since(w.clock.now()))
	at, kill := child(t, keyed(t, w.dir), w.store, w.base)
	front.add(at)

	seats := make([]*seat, min(max(clinicians/20, 4), 100))
	hospital := w.hcp(central.HCP{Name: "Hospital", Deemed: true})
	lead := w.desk(hospital, ehrdesk.Doctor)
	for i := range seats {
		d, patient := lead, fmt.Sprintf("11111111-1111-4111-8111-%012d", i)
		if i > 0 {
			d = lead.beside(t, fmt.Sprintf("dr.%d", i), ehrdesk.Doctor, newKey(t))
			d.signIn()
		}
		var more []string
		for n := range 40 {
			more = append(more, entry(fmt.Sprintf(`{"resourceType":"Condition","id":"c%d-%d","subject":{"reference":"Patient/%s"},"code":{"text":"x"}}`, i, n, patient)))
		}
		w.importText(patientBundle(patient, "CHAN", more...))
		seats[i] = &seat{d, patient, make(chan due, 1000)}
	}
	c := &traffic{wrong: map[string]int{}}
	var all sync.WaitGroup
	for _, s := range seats {
		all.Go(func() { s.works(c) })
	}
	began := time.Now()
	every := time.Duration(float64(time.Second) * 1000 / float64(clinicians) / (opensPerThousand + pollsPerThousand))
	pick := rand.New(rand.NewPCG(1, 2))
	tick := time.NewTicker(every)
	defer tick.Stop()
	killed := false
	for now := range tick.C {
		if now.Sub(began) > takes {
			break
		}
		if !killed && now.Sub(began) > takes/2 {
			killed = true
			kill()
		}
		seats[pick.IntN(len(seats))].asked <- due{now, pick.IntN(opensPerThousand+pollsPerThousand) < opensPerThousand}
	}
	for _, s := range seats {
		close(s.asked)
	}
	all.Wait()
	slices.Sort(c.took)
	n, errors := len(c.took), 0
	for text, times := range c.wrong {
		t.Logf("%d times %s", times, text)
		errors += times
	}
	t.Logf("%d clinicians for %v: %d requests, %.0f a second, p50 %v, p99 %v, longest %v, %d not answered", clinicians, takes, n, float64(n)/takes.Seconds(), c.took[n/2], c.took[n*99/100], c.took[n-1], errors)
	if errors > max(n/100, 2) || n < int(takes.Seconds()*float64(clinicians)*75/1000/2) {
		t.Errorf("%d of %d were not answered", errors, n)
	}
	if half := c.took[n/2]; half > 5*time.Second { // what comes is more than is answered; the rest is the machine's, and said above
		t.Errorf("p50 is %v", half)
	}
	if s, err := second.VerifyAudit(t.Context(), nil); err != nil || len(s.Faults) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// seat is a desk that does one thing after another.
type seat struct {
	*desk
	patient string
	asked   chan due
}

// due is a chart to open, or a question what changed, and when.
type due struct {
	at   time.Time
	open bool
}

func (s *seat) works(c *traffic) {
	everything := "/Patient/" + s.patient + "/$everything"
	signed := time.Now()
	for next := range s.asked {
		if time.Since(signed) > 4*time.Minute {
			s.w.clock.advance(time.Since(s.w.clock.now()))
			s.signIn()
			signed = time.Now()
		}
		ask := func(from time.Time, method, path, body string) {
			status, text := s.do(method, path, body)
			c.note(from, status, text)
		}
		if !next.open {
			ask(next.at, "GET", everything+"?_since="+time.Now().UTC().Add(-30*time.Second).Format("2006-01-02T15:04:05.000Z"), "")
			continue
		}
		ask(next.at, "POST", "/Patient/"+s.patient+"/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}]}`)
		ask(time.Now(), "GET", everything, "")
		ask(time.Now(), "GET", "/Patient/"+s.patient+"/$tombstones", "")
	}
}
