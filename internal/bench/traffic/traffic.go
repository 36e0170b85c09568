package traffic

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// What a thousand clinicians ask in a second (docs/scale.md): fourteen charts are opened in
// three requests each, and what changed is asked for every thirty seconds.
const (
	opensPerThousand = 14
	pollsPerThousand = 33
)

// PerThousand is how many requests a second a thousand clinicians make.
const PerThousand = 3*opensPerThousand + pollsPerThousand

// Plan is how much is asked, and for how long.
type Plan struct {
	Clinicians int
	For        time.Duration
	HalfWay    func() // done once when half of the time is over; nil for nothing
	Seed       uint64 // of who asks when
}

// Report is what came of it. A request took from when it was due to when its answer had come.
type Report struct {
	Plan
	Took    []time.Duration // shortest first
	Refused map[string]int  // how often each error came
}

// due is a chart to open, or a question what changed, and when.
type due struct {
	at   time.Time
	open bool
}

// count gathers what seats were answered.
type count struct {
	mu      sync.Mutex
	took    []time.Duration
	refused map[string]int
}

func (c *count) note(from time.Time, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, time.Since(from))
	if err != nil {
		c.refused[err.Error()]++
	}
}

// Run has the seats ask by a plan, and waits for the last answer. Errors: the context's.
func Run(ctx context.Context, seats []*Seat, p Plan) (Report, error) {
	c := &count{refused: map[string]int{}}
	var all sync.WaitGroup
	for _, s := range seats {
		all.Go(func() { s.works(ctx, c) })
	}
	began := time.Now()
	tick := time.NewTicker(time.Duration(float64(time.Second) * 1000 / float64(p.Clinicians) / (opensPerThousand + pollsPerThousand)))
	defer tick.Stop()
	pick := rand.New(rand.NewPCG(p.Seed, 0))
	half := p.HalfWay
	for going := true; going; {
		select {
		case <-ctx.Done():
			going = false
		case now := <-tick.C:
			if half != nil && now.Sub(began) > p.For/2 {
				half()
				half = nil
			}
			if going = now.Sub(began) < p.For; going {
				seats[pick.IntN(len(seats))].asked <- due{now, pick.IntN(opensPerThousand+pollsPerThousand) < opensPerThousand}
			}
		}
	}
	for _, s := range seats {
		close(s.asked)
	}
	all.Wait()
	slices.Sort(c.took)
	return Report{p, c.took, c.refused}, ctx.Err()
}

// works asks what is due, in its order, until nothing more will be.
func (s *Seat) works(ctx context.Context, c *count) {
	const op = "traffic"
	patient := "Patient/" + url.PathEscape(s.Patient)
	for next := range s.asked {
		if ctx.Err() != nil {
			return
		}
		if !next.open {
			_, err := s.client.Get(ctx, op, patient+"/$everything?_since="+url.QueryEscape(fhir.Instant(time.Now().Add(-30*time.Second))))
			c.note(next.at, err)
			continue
		}
		_, _, err := s.client.Ask(ctx, op, patient+"/$open", fhir.Parameters{fhir.Parameter{Name: "purpose", Code: "consultation"}})
		c.note(next.at, err)
		for _, ref := range [...]string{"/$everything?_count=500", "/$tombstones"} {
			from := time.Now()
			_, err := s.client.Get(ctx, op, patient+ref)
			c.note(from, err)
		}
	}
}

// At is how long all but the slowest of so many in a hundred took at most.
func (r *Report) At(percent int) time.Duration {
	if len(r.Took) == 0 {
		return 0
	}
	return r.Took[min(len(r.Took)*percent/100, len(r.Took)-1)]
}

// Lost is how many requests were not answered as they should be.
func (r *Report) Lost() (n int) {
	for _, times := range r.Refused {
		n += times
	}
	return n
}

// String says it in a line, and one for each error.
func (r *Report) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%d clinicians for %v: %d requests, %.0f a second, p50 %v, p99 %v, longest %v, %d not answered", r.Clinicians, r.For, len(r.Took), float64(len(r.Took))/r.For.Seconds(),
		r.At(50).Round(100*time.Microsecond), r.At(99).Round(100*time.Microsecond), r.At(100).Round(100*time.Microsecond), r.Lost())
	for text, times := range r.Refused {
		fmt.Fprintf(&out, "\n  %d times: %s", times, text)
	}
	return out.String()
}
