//go:build linux

package scenarios

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

var readFace = []byte{0, 0xB0, 0x81, 0, 0}

// taken is a session with the training application selected.
func (r *rig) taken(t *testing.T, reader int) *cardreader.Session {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	s, err := cardreader.Open(ctx, r.establish, r.readers[reader])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if found, err := s.Select(ctx, "select", simcard.TrainingAID); err != nil || !found {
		t.Fatalf("select: %v, %v", found, err)
	}
	return s
}

func TestARemovalIsToldWheneverItComes(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for i, broken := range []bool{false, true} {
			c := card(t, 0)
			c.Faults = simcard.On(2, simcard.Fault{Pull: true, Broken: broken})
			r.insert(t, i, c)
			_, err := r.read(i, c)
			wantKind(t, err, cardreader.Removed, cardreader.Link, cardreader.NoCard, cardreader.Mute)
		}
		c := card(t, 0)
		in := r.insert(t, 2, c)
		s := r.taken(t, 2)
		r.pull(t, 2, in)
		_, _, err := s.Transmit(t.Context(), "read", readFace)
		wantKind(t, err, cardreader.Removed)
	})
}

func TestASwappedCardNeverGetsTheFirstCardsCommands(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		a, b := card(t, 0), card(t, 1)
		in := r.insert(t, 0, a)
		s := r.taken(t, 0)
		r.pull(t, 0, in)
		next := r.insert(t, 0, b)
		_, _, err := s.Transmit(t.Context(), "read", readFace)
		wantKind(t, err, cardreader.Removed)
		s.Close()
		if b.Commands() != 0 {
			t.Error("a command reached the second card")
		}
		r.pull(t, 0, next)

		// And within one poll of the daemon's, which it cannot see.
		for i := range 4 {
			a, b := card(t, 0), card(t, 1)
			in := r.insert(t, i, a)
			s := r.taken(t, i)
			in.Pull()
			r.put(t, i, b)
			<-time.After(time.Duration(i) * 120 * time.Millisecond) // another phase of the poll each time
			_, _, err := s.Transmit(t.Context(), "read", readFace)
			wantKind(t, err, cardreader.Removed, cardreader.Link, cardreader.Reset, cardreader.Mute)
			s.Close()
			if b.Commands() != 0 {
				t.Error("a command reached the second card within one poll")
			}
		}
	})
}

func TestAResetByAnotherProgramIsNoticedAndReadAgain(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := card(t, 0)
		r.insert(t, 0, c)
		other, err := r.establish()
		if err != nil {
			t.Fatal(err)
		}
		defer other.Release()
		ours, err := r.establish()
		if err != nil {
			t.Fatal(err)
		}
		defer ours.Release()
		k, err := ours.Connect(r.readers[0], pcsc.Shared)
		if err != nil {
			t.Fatal(err)
		}
		o, err := other.Connect(r.readers[0], pcsc.Shared)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Disconnect(pcsc.ResetCard); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Transmit([]byte{0, 0xA4, 4, 0}); err != pcsc.ErrReset {
			t.Errorf("after a reset: %v", err)
		}
		_ = k.Disconnect(pcsc.LeaveCard)
		if _, err := r.read(0, c); err != nil {
			t.Error(err)
		}
	})
}

func TestAnotherProgramOnTheReaderIsNamedAndOutlasted(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := card(t, 0)
		r.insert(t, 0, c)
		holder := r.taken(t, 0)
		ctx, stop := context.WithTimeout(t.Context(), soon)
		defer stop()
		start := time.Now()
		_, err := r.station.Read(ctx, r.readers[0], c.ATR, nil)
		wantKind(t, err, cardreader.Busy)
		t.Logf("MEASURE %s: busy reader, deadline %v: told after %v", r.backend, soon, time.Since(start).Round(time.Millisecond))
		time.AfterFunc(500*time.Millisecond, holder.Close)
		for end := time.Now().Add(patience); ; { // libpcsclite's last command is still busy for a while
			if _, err = r.read(0, c); err == nil || time.Now().After(end) {
				break
			}
		}
		if err != nil {
			t.Error(err)
		}
	})
}

func TestASlowCardCostsItsDeadlineAndNoMore(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := card(t, 0)
		answers := make(chan struct{})
		c.Faults = func(n int, _ []byte) simcard.Fault {
			if n == 2 {
				<-answers
			}
			return simcard.Fault{}
		}
		r.insert(t, 0, c)
		ctx, stop := context.WithTimeout(t.Context(), soon)
		defer stop()
		start := time.Now()
		_, err := r.station.Read(ctx, r.readers[0], c.ATR, nil)
		took := time.Since(start)
		wantKind(t, err, cardreader.Late) // and the card has not answered yet
		close(answers)
		for end := time.Now().Add(patience); ; {
			if _, err = r.read(0, c); err == nil || time.Now().After(end) {
				break
			}
		}
		if err != nil {
			t.Error(err)
		}
		t.Logf("MEASURE %s: card that does not answer, deadline %v: told after %v, reader usable again after %v", r.backend, soon, took.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
	})
}

func TestASilentCardHoldsUpNoOtherReader(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		silent, fine := card(t, 0), card(t, 1)
		silent.Faults = simcard.From(2, simcard.Fault{Mute: true})
		in := r.insert(t, 0, silent)
		r.insert(t, 2, fine)
		ctx, stop := context.WithTimeout(t.Context(), soon)
		defer stop()
		_, err := r.station.Read(ctx, r.readers[0], silent.ATR, nil)
		wantKind(t, err, cardreader.Late)
		start := time.Now()
		if _, err := r.read(2, fine); err != nil {
			t.Error(err)
		}
		t.Logf("MEASURE %s: another reader while one card is silent: %v", r.backend, time.Since(start).Round(time.Millisecond))
		in.Pull()
	})
}

// face is file 1's objects without the outer one.
func face(name, chinese string) []byte {
	b := tlv.Append(nil, 0x5F20, []byte(name))
	b = tlv.Append(b, 0xDF21, []byte(chinese))
	b = tlv.Append(b, 0xDF22, []byte("A123456(3)"))
	b = tlv.Append(b, 0x5F2B, []byte{0x19, 0x66, 0x02, 0x15})
	b = tlv.Append(b, 0x5F35, []byte("1"))
	return tlv.Append(b, 0x5F26, []byte{0x20, 0x19, 0x06, 0x03})
}

// named is a card's answer with these names: the file ends before Le bytes.
func named(name, chinese string) []byte {
	return append(tlv.Append(nil, 0x70, face(name, chinese)), 0x62, 0x82)
}

func TestGarbageIsRefusedInWords(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := card(t, 0)
		var said atomic.Pointer[[]byte]
		var selects atomic.Bool // answers SELECT as it should
		selects.Store(true)
		c.Faults = func(n int, command []byte) simcard.Fault {
			if command[1] == 0xA4 && selects.Load() {
				return simcard.Fault{}
			}
			return simcard.Fault{Raw: *said.Load()}
		}
		r.insert(t, 1, c)
		for _, g := range []struct {
			name string
			raw  []byte
			want cardreader.Kind
		}{
			{"one byte", []byte{0x90}, cardreader.Link},
			{"a status word out of range", []byte{1, 2, 3, 0x12, 0x34}, cardreader.Malformed},
			{"a refusal", []byte{0x6A, 0x82}, cardreader.Refused},
			{"61FF for ever", []byte{0x61, 0xFF}, cardreader.TooLarge},
			{"6Cxx for ever", []byte{0x6C, 0x01}, cardreader.Refused},
			{"65000 bytes", append(make([]byte, 65000), 0x90, 0), cardreader.TooLarge},
			{"no TLV", []byte{0x70, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x62, 0x82}, cardreader.Malformed},
			{"no TLV and no end", []byte{0x70, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x90, 0}, cardreader.TooLarge},
			{"an escape in the name", named("\x1b]0;pwned\x07", "陳大文"), cardreader.BadData},
			{"a bidi override", named("CHAN", "\u202e陳大文"), cardreader.BadData},
			{"a name twice", append(tlv.Append(nil, 0x70, append(face("A", "甲"), face("B", "乙")...)), 0x62, 0x82), cardreader.Malformed},
		} {
			said.Store(&g.raw)
			_, err := r.read(1, c)
			if cardreader.KindOf(err) != g.want || err == nil {
				t.Errorf("%s: %v, want %v", g.name, err, g.want)
			}
		}
		// A card of another making each time, half of them from SELECT on.
		rng := rand.New(rand.NewPCG(1, 2))
		kinds := map[string]int{}
		for i := range 200 {
			selects.Store(i%2 == 0)
			raw := make([]byte, rng.IntN(300), 302)
			for i := range raw {
				raw[i] = byte(rng.Uint32())
			}
			if selects.Load() {
				raw = append(raw, 0x90, 0)
			} else {
				raw = append(raw, byte(rng.Uint32()), byte(rng.Uint32()))
			}
			said.Store(&raw)
			_, err := r.read(1, c)
			if err == nil {
				t.Error("a random card was believed")
			}
			kinds[cardreader.KindOf(err).String()]++
		}
		t.Logf("MEASURE %s: 200 random cards: %s", r.backend, fmt.Sprint(kinds))
	})
}
