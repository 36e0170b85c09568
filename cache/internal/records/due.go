package records

import (
	"context"
	"slices"
	"sync"
	"time"

	json "github.com/go-json-experiment/json/v1"
)

// dues remembers the very moments at which copies have to be gone, by their
// numbers, as far as somebody with keys has seen them: of what shows without keys,
// a copy's last day is all. It outlives the keys, and so a lock.
type dues struct {
	*file
	mu sync.Mutex
	at map[int64]time.Time
}

// set takes up a copy's moment; zero for a copy that has none.
func (d *dues) set(n int64, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at.IsZero() {
		delete(d.at, n)
		return
	}
	if d.at == nil {
		d.at = map[int64]time.Time{}
	}
	d.at[n] = at
}

// forget is told of copies that are gone.
func (d *dues) forget(ns []int64) {
	for _, n := range ns {
		d.set(n, time.Time{})
	}
}

// next is the nearest moment, zero for none.
func (d *dues) next() (t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, at := range d.at {
		if t.IsZero() || at.Before(t) {
			t = at
		}
	}
	return t
}

// past is the copies whose moment has come. They stay until they are gone: what
// could not be destroyed is due again.
func (d *dues) past(now time.Time) (ns []int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, at := range d.at {
		if !now.Before(at) {
			ns = append(ns, n)
		}
	}
	return ns
}

// Due is when the next copy has to be gone, as far as is known; zero for never.
func (rs *dues) Due() time.Time { return rs.next() }

// learnDues opens the heads of v's copies for their moments. A damaged one is
// reported to whoever asks for it.
func (rs *dues) learnDues(ctx context.Context, held Keys) error {
	return rs.each(ctx, held, rs.read, " WHERE p.purge > 0", func(c *chart, r *sealedChart, err error) error {
		if err == nil {
			rs.set(r.n, c.head.purgeAfter)
		}
		return nil
	})
}

// Overdue is the copies past their day, or past their moment where that is known.
// held are the keys of everybody who is signed in.
func (rs *dues) Overdue(ctx context.Context, held []Keys) ([]int64, error) {
	for _, k := range held {
		if err := rs.learnDues(ctx, k); err != nil {
			return nil, err
		}
	}
	now := rs.clock.Time()
	past := rs.past(now)
	known, err := json.Marshal(past)
	if err != nil {
		return nil, err
	}
	victims, err := rs.numbers(ctx, "SELECT n FROM patient WHERE purge > 0 AND (purge < ? OR n IN (SELECT value FROM json_each(?)))", day(now), string(known))
	if err != nil {
		return nil, err
	}
	rs.forget(slices.DeleteFunc(past, func(n int64) bool { return slices.Contains(victims, n) })) // gone by another way
	return victims, nil
}

// Gone is told of copies that were destroyed.
func (rs *dues) Gone(ns []int64) { rs.forget(ns) }
