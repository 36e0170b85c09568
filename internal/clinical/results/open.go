package results

import (
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

// handful is how many records one core opens sooner than two.
const handful = 256

// each opens the facts of records and gives them in order. Opening is most of the work,
// so that two do it where there are many.
func each(all []*ehrdesk.Record, yield func(*ehrdesk.Record, *ehrdesk.Facts)) {
	if len(all) <= handful {
		for _, r := range all {
			f := r.Facts()
			yield(r, &f)
		}
		return
	}
	half := (len(all) + 1) / 2
	facts := make([]ehrdesk.Facts, len(all))
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := half; i < len(all); i++ {
			facts[i] = all[i].Facts()
		}
	})
	for i := range all[:half] {
		facts[i] = all[i].Facts()
	}
	wg.Wait()
	for i, r := range all {
		yield(r, &facts[i])
	}
}
