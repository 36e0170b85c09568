//go:build linux

package scenarios

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// closed is a closed card and its issuer's SAM, for two slots of one device.
func closed(t testing.TB) (card, sam *simcard.Card) {
	t.Helper()
	card, err := maker.IssueClosed(simcard.Person{Name: "CLOSED, Card", HKIC: hkic(t), Born: "19660215", Sex: ehrdesk.Female, Issued: "20190603",
		Photo: append([]byte{0xFF, 0xD8, 0xFF}, make([]byte, 2000)...)})
	if err != nil {
		t.Fatal(err)
	}
	if sam, err = maker.SAM(); err != nil {
		t.Fatal(err)
	}
	return card, sam
}

// saidOf is err, which must be of one of the kinds and say words.
func saidOf(t testing.TB, err error, words string, kinds ...cardreader.Kind) {
	t.Helper()
	wantKind(t, err, kinds...)
	if err != nil && !strings.Contains(err.Error(), words) {
		t.Errorf("%v does not say %q", err, words)
	}
}

func TestAClosedCardIsOpenedByTheSAMInTheSecondSlot(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.station.SAM = r.readers[1]
		card, sam := closed(t)
		saw := r.insert(t, 1, sam)
		for _, t0 := range []bool{false, true} {
			card.Applet.(*simcard.Closed).Inner.T0 = t0
			in := r.insert(t, 0, card)
			var took durations
			for range 10 {
				start := time.Now()
				got, err := r.read(0, card)
				if err != nil {
					t.Fatal(err)
				}
				took = append(took, time.Since(start))
				if got.Face.Name != "CLOSED, Card" || got.Proof != ehrdesk.CardGenuineChip || got.Profile != "training-sam-1" || len(got.Face.Photo) != 2003 {
					t.Errorf("proof %v by %s", got.Proof, got.Profile)
				}
			}
			t.Logf("MEASURE %s: closed card and SAM, T=0 %v, card in to proven face %v", r.backend, t0, took)
			r.pull(t, 0, in)
		}
		r.pull(t, 1, saw)
	})
}

func TestEachThingThatIsWrongWithASAMIsSaid(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		card, sam := closed(t)
		r.insert(t, 0, card)
		_, err := r.read(0, card)
		saidOf(t, err, "no SAM for such a card", cardreader.Recognised)

		r.station.SAM = r.readers[1]
		_, err = r.read(0, card)
		saidOf(t, err, "no SAM in its reader", cardreader.Recognised)

		thai := r.insert(t, 1, simcard.Thai())
		_, err = r.read(0, card)
		saidOf(t, err, "not the SAM that this card needs", cardreader.Recognised)
		r.pull(t, 1, thai)

		stranger, err := simcard.NewIssuer(nil)
		if err != nil {
			t.Fatal(err)
		}
		other, err := stranger.SAM()
		if err != nil {
			t.Fatal(err)
		}
		in := r.insert(t, 1, other)
		_, err = r.read(0, card)
		saidOf(t, err, "another issuer's", cardreader.Recognised)
		r.pull(t, 1, in)

		var said atomic.Pointer[[]byte] // what the SAM signed for the challenge before
		var again atomic.Bool
		sam.Seen = func(command, answer []byte) {
			if command[1] == 0x88 {
				b := bytes.Clone(answer)
				said.Store(&b)
			}
		}
		sam.Faults = func(_ int, command []byte) simcard.Fault {
			if command[1] == 0x88 && again.Load() {
				return simcard.Fault{Raw: *said.Load()}
			}
			return simcard.Fault{}
		}
		in = r.insert(t, 1, sam)
		if _, err := r.read(0, card); err != nil {
			t.Fatal(err)
		}
		again.Store(true)
		_, err = r.read(0, card)
		saidOf(t, err, "does not accept this SAM", cardreader.Refused)
		r.pull(t, 1, in)

		r.station.SAM = "No such reader"
		_, err = r.read(0, card)
		saidOf(t, err, "SAM's reader is not connected", cardreader.Recognised)
	})
}

// TestEitherCardMayBePulledInTheExchange: the daemon may not have seen the pull
// when the command fails, and then it is the link that broke.
func TestEitherCardMayBePulledInTheExchange(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.station.SAM = r.readers[1]
		pull := func(_ int, command []byte) simcard.Fault { return simcard.Fault{Pull: command[1] == 0x82} }

		card, sam := closed(t)
		sam.Faults = pull
		in := r.insert(t, 0, card)
		r.insert(t, 1, sam)
		_, err := r.read(0, card)
		wantKind(t, err, cardreader.Recognised, cardreader.Link)
		r.await(t, 1, false)
		n := card.Commands()
		_, err = r.read(0, card)
		saidOf(t, err, "no SAM in its reader", cardreader.Recognised)
		if card.Commands() != n+1 { // SELECT alone
			t.Errorf("%d commands to a card without a SAM", card.Commands()-n)
		}
		r.pull(t, 0, in)

		card, sam = closed(t)
		card.Faults = pull
		r.insert(t, 0, card)
		in = r.insert(t, 1, sam)
		_, err = r.read(0, card)
		wantKind(t, err, cardreader.Removed, cardreader.Link, cardreader.NoCard, cardreader.Mute)
		r.await(t, 0, false)
		fine, _ := closed(t) // the SAM is as good as before
		r.insert(t, 0, fine)
		if _, err := r.read(0, fine); err != nil {
			t.Error(err)
		}
		r.pull(t, 1, in)
	})
}

// TestTheSAMIsHeldWhileItsCardIsRead has another program ask for the SAM's
// transaction in the middle: it gets it when the reading is over.
func TestTheSAMIsHeldWhileItsCardIsRead(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.station.SAM = r.readers[1]
		card, sam := closed(t)
		r.insert(t, 1, sam)
		other, err := r.establish()
		if err != nil {
			t.Fatal(err)
		}
		defer other.Release()
		k, err := other.Connect(r.readers[1], pcsc.Shared)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = k.Disconnect(pcsc.LeaveCard) }()
		reading, asked, got := make(chan struct{}), make(chan struct{}), make(chan time.Time, 1)
		card.Seen = func(command, _ []byte) {
			if command[1] == 0x82 { // both are taken from here on
				close(reading)
				<-asked
			}
		}
		go func() {
			<-reading
			close(asked)
			err := k.Begin()
			got <- time.Now()
			if err == nil || err == pcsc.ErrReset { // ours resets the SAM at its end
				_ = k.End(pcsc.LeaveCard)
			}
		}()
		const slow = 200 * time.Millisecond
		last := make(chan time.Time, 64)
		card.Faults = func(_ int, command []byte) simcard.Fault {
			if command[1] == 0x88 && command[3] == 0 { // the last one takes its time
				last <- time.Now()
				return simcard.Fault{Delay: slow}
			}
			return simcard.Fault{}
		}
		r.insert(t, 0, card)
		if _, err := r.read(0, card); err != nil {
			t.Fatal(err)
		}
		if end, at := (<-last).Add(slow), <-got; at.Before(end) {
			t.Errorf("another program had the SAM %v before the card's last answer", end.Sub(at))
		}
	})
}
