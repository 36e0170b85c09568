package records

import (
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	// ahead is how many cells are sealed before they are written: it bounds the memory that
	// they take.
	ahead = 32
	// mostSealers is on how many cores.
	mostSealers = 4
)

// sealers is how many cells of n are sealed at a time.
func sealers(n int) int { return max(1, min(n, runtime.GOMAXPROCS(0), mostSealers)) }

// sealEach seals cells 0 to n-1, each by one of packers, and writes them in their order.
// Packing and sealing takes longer than the database does, and at the end of a sync
// nothing else is left to be done meanwhile.
func sealEach[P any](n int, packers []P, seal func(p *P, i int) []byte, write func(i int, ct []byte) error) error {
	sealed := make([][]byte, min(n, ahead))
	for from := 0; from < n; from += ahead {
		count := min(ahead, n-from)
		var next atomic.Int32
		work := func(p *P) {
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				sealed[i] = seal(p, from+i)
			}
		}
		var wg sync.WaitGroup
		for k := 1; k < min(len(packers), count); k++ {
			wg.Go(func() { work(&packers[k]) })
		}
		work(&packers[0])
		wg.Wait()
		for i, ct := range sealed[:count] {
			if err := write(from+i, ct); err != nil {
				return err
			}
		}
	}
	return nil
}
