//go:build linux

package scenarios

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// TestACardSwappedBeforeTheNextActDoesNotActForTheFirst: a card is read to find
// its patient, and read again for the consent. The second reading is of the
// insertion that the first was of, and of nothing else.
func TestACardSwappedBeforeTheNextActDoesNotActForTheFirst(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		readers := cardreader.NewReaders(r.station, nil, "")
		defer readers.Close()
		ctx, stop := context.WithTimeout(t.Context(), patience)
		defer stop()
		next := func(kind ehrdesk.CardEventKind) ehrdesk.CardEvent {
			t.Helper()
			for {
				e, ok := readers.Next(ctx)
				if !ok {
					t.Fatalf("no %v", kind)
				}
				if e.Kind == kind {
					return e
				}
			}
		}
		a, b := card(t, 0), card(t, 1)
		in := r.put(t, 0, a)
		first := next(ehrdesk.CardInserted)
		got, err := readers.Read(ctx, first.Insertion, nil)
		if err != nil || got.Face.Name != "PATIENT, No0" {
			t.Fatal(err)
		}
		in.Pull()
		next(ehrdesk.CardRemoved)
		in = r.put(t, 0, b)
		second := next(ehrdesk.CardInserted)
		n := b.Commands()
		_, err = readers.Read(ctx, first.Insertion, &[32]byte{1})
		wantKind(t, err, cardreader.Removed)
		if b.Commands() != n || second.Insertion == first.Insertion {
			t.Errorf("the act went to the second card: %d commands", b.Commands()-n)
		}
		if got, err := readers.Read(ctx, second.Insertion, &[32]byte{1}); err != nil || got.Face.Name != "PATIENT, No1" || got.Evidence.Challenge != [32]byte{1} {
			t.Error(err)
		}
		in.Pull()

		// And while the act is read: what was read by then is not given.
		slow := card(t, 2)
		reached := make(chan struct{})
		slow.Faults = func(_ int, command []byte) simcard.Fault {
			if command[1] == 0x88 {
				close(reached)
				return simcard.Fault{Delay: 300 * time.Millisecond}
			}
			return simcard.Fault{}
		}
		next(ehrdesk.CardRemoved)
		in = r.put(t, 0, slow)
		third := next(ehrdesk.CardInserted)
		done := make(chan error, 1)
		go func() {
			_, err := readers.Read(ctx, third.Insertion, &[32]byte{2})
			done <- err
		}()
		<-reached
		in.Pull()
		wantKind(t, <-done, cardreader.Removed, cardreader.Link)
	})
}

func TestAProfileThatWouldWriteOrTryAPINIsNotTakenAndNothingIsSent(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := card(t, 0)
		r.insert(t, 0, c)
		const text = `{"id": "hostile", "card": {"en": "x", "zh-Hant": "x", "zh-Hans": "x"}, "source": "x", "limit": 64, "aid": "F04548524445534B",
			"match": [{"atr": "3B878131FE4545485244534B3100", "mask": "FFFFFFFFFFFFFFFFFFFFFFFFFF00"}],
			"steps": [{"read": "command", "commands": ["COMMAND"], "into": "x", "limit": 64}],
			"fields": [{"name": "name", "from": "x", "decode": "ascii", "limit": 64}]}`
		s := r.taken(t, 0)
		n := c.Commands()
		for what, command := range map[string]string{
			"VERIFY": "0020000104FFFFFFFF", "CHANGE REFERENCE DATA": "0024000104FFFFFFFF", "RESET RETRY COUNTER": "002C000104FFFFFFFF",
			"UPDATE BINARY": "00D6000001FF", "PUT DATA": "00DA000001FF", "ERASE BINARY": "000E0000", "GET CHALLENGE": "0084000020",
			"EXTERNAL AUTHENTICATE": "008200000100", "MANAGE SECURITY ENVIRONMENT": "002241A400", "a class of its own": "80B0000000",
		} {
			if _, err := cardreader.ParseProfile([]byte(strings.Replace(text, "COMMAND", command, 1))); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
				t.Errorf("%s: the profile is taken: %v", what, err)
			}
			var b []byte
			if _, err := fmt.Sscanf(command, "%X", &b); err != nil {
				t.Fatal(err)
			}
			_, _, err := s.Transmit(t.Context(), "try", b)
			wantKind(t, err, cardreader.Forbidden)
		}
		if c.Commands() != n {
			t.Errorf("%d commands were sent", c.Commands()-n)
		}
		if _, _, err := s.Transmit(t.Context(), "read", readFace); err != nil {
			t.Errorf("a refusal of ours ended the session: %v", err)
		}
	})
}

// TestNobodyElseReachesACardWhileItIsRead has another program connect and send
// during our transaction. It waits, or is told that the card is shared; whatever
// it is told, its command comes after ours.
func TestNobodyElseReachesACardWhileItIsRead(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := card(t, 0)
		r.insert(t, 0, c)
		other, err := r.establish()
		if err != nil {
			t.Fatal(err)
		}
		defer other.Release()
		k, err := other.Connect(r.readers[0], pcsc.Shared)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = k.Disconnect(pcsc.LeaveCard) }()
		s := r.taken(t, 0)
		n := c.Commands()
		const held = 600 * time.Millisecond
		start := time.Now()
		time.AfterFunc(held, s.Close)
		type told struct {
			what     string
			err      error
			commands int           // to the card by then
			took     time.Duration // looked at last: on a busy machine it is the longer for it
		}
		done := make(chan told, 3)
		go func() {
			_, err := k.Transmit([]byte{0, 0xA4, 4, 0})
			done <- told{"a command on a handle of before", err, c.Commands(), time.Since(start)}
		}()
		for _, share := range []pcsc.Share{pcsc.Shared, pcsc.Alone} {
			go func() {
				pc, err := r.establish()
				if err == nil {
					defer pc.Release()
					var k pcsc.Card
					if k, err = pc.Connect(r.readers[0], share); err == nil {
						_ = k.Disconnect(pcsc.LeaveCard)
					}
				}
				done <- told{fmt.Sprintf("connecting, share %d", share), err, c.Commands(), time.Since(start)}
			}()
		}
		for range 3 {
			d := <-done
			if d.err == nil && d.took < held {
				t.Errorf("%s got through after %v", d.what, d.took)
			}
			if d.took < held && d.commands != n {
				t.Errorf("%s: a command reached the card", d.what)
			}
			t.Logf("MEASURE %s: our transaction lasts %v; %s: %v after %v", r.backend, held, d.what, d.err, d.took.Round(time.Millisecond))
		}
	})
}
