package client

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
		i := idler{after: 3 * time.Second, rest: func(context.Context) { rests.Add(1) }}
		first, second := i.work(), i.work()
		first()
		first() // counts once
		time.Sleep(time.Hour)
		if synctest.Wait(); rests.Load() != 0 {
			t.Fatal("rested while somebody worked")
		}
		second()
		time.Sleep(2 * time.Second)
		i.work()()
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
		i.work()()
		i.stop()
		time.Sleep(time.Hour)
		if synctest.Wait(); rests.Load() != 1 {
			t.Fatal("rested after the end")
		}
	})
}

func TestWorkBreaksARestOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun, broken atomic.Int32
		i := idler{after: 3 * time.Second, rest: func(ctx context.Context) {
			begun.Add(1)
			<-ctx.Done()
			time.Sleep(5 * time.Second) // a step takes its time to end
			broken.Add(1)
		}}
		i.work()()
		time.Sleep(4 * time.Second)
		synctest.Wait()
		before := time.Now()
		done := i.work()
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
		i.stop() // waits for it
		if broken.Load() != 2 {
			t.Error("a rest went on after the end")
		}
	})
}
