package idle

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestIdleRestsOnceAndOnlyWhenNobodyWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rests atomic.Int32
		var i Idler
		i.Do(3*time.Second, func(context.Context) { rests.Add(1) })
		first, second := i.Work(), i.Work()
		first()
		first() // counts once
		time.Sleep(time.Hour)
		if synctest.Wait(); rests.Load() != 0 {
			t.Fatal("rested while somebody worked")
		}
		second()
		time.Sleep(2 * time.Second)
		i.Work()()
		time.Sleep(2 * time.Second)
		if synctest.Wait(); rests.Load() != 0 {
			t.Fatal("rested too soon after the last work")
		}
		time.Sleep(2 * time.Second)
		if synctest.Wait(); rests.Load() != 1 {
			t.Fatalf("%d rests", rests.Load())
		}
		time.Sleep(time.Hour)
		if synctest.Wait(); rests.Load() != 1 {
			t.Fatalf("%d rests for one pause", rests.Load())
		}
		i.Work()()
		i.Stop()
		time.Sleep(time.Hour)
		if synctest.Wait(); rests.Load() != 1 {
			t.Fatal("rested after the end")
		}
	})
}

func TestWorkBreaksARestOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun, broken atomic.Int32
		var i Idler
		i.Do(3*time.Second, func(ctx context.Context) {
			begun.Add(1)
			<-ctx.Done()
			time.Sleep(5 * time.Second) // a step takes its time to end
			broken.Add(1)
		})
		i.Work()()
		time.Sleep(4 * time.Second)
		synctest.Wait()
		before := time.Now()
		done := i.Work()
		if time.Since(before) != 0 {
			t.Error("work waited for a rest")
		}
		done()
		time.Sleep(5500 * time.Millisecond) // the next pause comes before the last rest has noticed
		if synctest.Wait(); begun.Load() != 1 || broken.Load() != 1 {
			t.Errorf("begun %d, broken off %d", begun.Load(), broken.Load())
		}
		time.Sleep(time.Second)
		if synctest.Wait(); begun.Load() != 2 {
			t.Errorf("begun %d: what was broken off is not taken up again", begun.Load())
		}
		i.Stop() // waits for it
		if broken.Load() != 2 {
			t.Error("a rest went on after the end")
		}
	})
}
