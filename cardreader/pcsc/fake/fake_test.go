package fake_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// The fake is worth only as much as it shares PC/SC's habits.
func TestItForgetsACancelThatNobodyWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New("Reader 0")
		c, err := s.Establish()
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Cancel()
		start := time.Now()
		states := []pcsc.ReaderState{{Reader: "Reader 0", Current: pcsc.Empty}}
		if err := c.Wait(states, time.Second); err != pcsc.ErrTimeout || time.Since(start) != time.Second {
			t.Errorf("wait after a lost cancel: %v after %v", err, time.Since(start))
		}
		go func() { time.Sleep(time.Second); _ = c.Cancel() }()
		if err := c.Wait(states, -1); err != pcsc.ErrCancelled {
			t.Errorf("wait that is cancelled: %v", err)
		}
		_ = c.Release()
	})
}

func TestAHandleNeverReachesAnotherCard(t *testing.T) {
	s := fake.New("Reader 0")
	a, b := simcard.Thai(), simcard.Thai()
	s.Insert("Reader 0", a)
	c, _ := s.Establish()
	k, err := c.Connect("Reader 0", pcsc.Shared)
	if err != nil {
		t.Fatal(err)
	}
	s.Insert("Reader 0", b)
	if _, err := k.Transmit([]byte{0, 0xA4, 4, 0}); err != pcsc.ErrRemoved || b.Commands() != 0 {
		t.Errorf("%v; %d commands reached the second card", err, b.Commands())
	}
	if err := c.Release(); err != nil || s.Contexts() != 0 {
		t.Errorf("%v; %d contexts left", err, s.Contexts())
	}
}
