//go:build linux

package pcscd

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve is a daemon for one test: handle gets every message of every connection
// and gives what to answer, nil to hang up.
func serve(t *testing.T, handle func(cmd uint32, body []byte) []byte) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", name)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PCSCLITE_CSOCK_NAME", name)
	agreed.Store(0)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				for {
					head := make([]byte, 8)
					if _, err := io.ReadFull(c, head); err != nil {
						return
					}
					body := make([]byte, order.Uint32(head))
					if _, err := io.ReadFull(c, body); err != nil {
						return
					}
					if order.Uint32(head[4:]) == cmdTransmit {
						_, _ = io.ReadFull(c, make([]byte, order.Uint32(body[12:])))
					}
					answer := handle(order.Uint32(head[4:]), body)
					if answer == nil {
						return
					}
					if _, err := c.Write(answer); err != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
}

// speaks answers the opening as a daemon that accepts these minor versions.
func speaks(own uint32, accepts ...uint32) func(uint32, []byte) []byte {
	return func(cmd uint32, body []byte) []byte {
		switch cmd {
		case cmdVersion:
			for _, v := range accepts {
				if order.Uint32(body[4:]) == v {
					return pack([]uint32{major, own, 0})
				}
			}
			return pack([]uint32{major, own, uint32(pcsc.ErrNoService)})
		case cmdEstablish:
			return pack([]uint32{2, 77, 0})
		}
		return make([]byte, len(body))
	}
}

func TestEveryProtocolFrom44To46IsSpoken(t *testing.T) {
	for name, c := range map[string]struct {
		own     uint32
		accepts []uint32
		minor   uint32
		err     error
	}{
		"4.4 alone":          {4, []uint32{4}, 4, nil},
		"4.5 alone":          {5, []uint32{5}, 5, nil},
		"4.6 and below":      {6, []uint32{4, 5, 6}, 4, nil},
		"4.6 alone":          {6, []uint32{6}, 6, nil},
		"a version to come":  {9, []uint32{9}, 0, pcsc.ErrNoService},
		"an old one":         {3, []uint32{3}, 0, pcsc.ErrNoService},
		"one that says both": {5, nil, 0, pcsc.ErrNoService},
	} {
		t.Run(name, func(t *testing.T) {
			serve(t, speaks(c.own, c.accepts...))
			x, err := Establish()
			if err != c.err {
				t.Fatalf("%v, want %v", err, c.err)
			}
			if err == nil {
				if agreed.Load() != c.minor {
					t.Errorf("agreed on 4.%d", agreed.Load())
				}
				if err := x.Release(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestARefusalIsToldFromAServiceThatIsNotThere(t *testing.T) {
	serve(t, func(uint32, []byte) []byte { return nil }) // polkit: accepted, and hung up
	if _, err := Establish(); err != pcsc.ErrDenied {
		t.Errorf("a daemon that hangs up: %v", err)
	}
	t.Setenv("PCSCLITE_CSOCK_NAME", filepath.Join(t.TempDir(), "nobody"))
	if _, err := Establish(); err != pcsc.ErrNoService {
		t.Errorf("no daemon: %v", err)
	}
	if os.Geteuid() != 0 { // root may do anything
		dir := t.TempDir()
		name := filepath.Join(dir, "s")
		l, err := net.Listen("unix", name)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_ = os.Chmod(name, 0)
		t.Setenv("PCSCLITE_CSOCK_NAME", name)
		if _, err := Establish(); err != pcsc.ErrDenied {
			t.Errorf("a socket that is closed to us: %v", err)
		}
	}
}

func TestADaemonThatLiesAboutLengthsIsLeft(t *testing.T) {
	opening := speaks(4, 4)
	serve(t, func(cmd uint32, body []byte) []byte {
		switch cmd {
		case cmdConnect:
			b := make([]byte, len(body))
			order.PutUint32(b[140:], 5)
			order.PutUint32(b[144:], 2)
			return b
		case cmdTransmit:
			return pack([]uint32{5, 2, 8, 5, 2, 8, 1 << 30, 0}) // an answer of one gigabyte
		}
		return opening(cmd, body)
	})
	c, err := Establish()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	k, err := c.Connect("Reader", pcsc.Shared)
	if err != nil || k.T0() {
		t.Fatal(err)
	}
	if _, err := k.Transmit([]byte{0, 0xB0, 0, 0, 0}); err != pcsc.ErrShortBuffer {
		t.Errorf("one gigabyte: %v", err)
	}
	if _, err := k.Transmit([]byte{0, 0xB0, 0, 0, 0}); err != pcsc.ErrServiceStopped {
		t.Errorf("after that: %v", err)
	}
	for _, name := range []string{"", string(make([]byte, 200))} {
		if _, err := c.Connect(name, pcsc.Shared); err != pcsc.ErrUnknownReader {
			t.Errorf("a reader of %d letters: %v", len(name), err)
		}
	}
	if _, err := k.Transmit([]byte{0}); err != pcsc.ErrInvalidParam {
		t.Errorf("a command of one byte: %v", err)
	}
}

func TestAnAbortEndsACallThatWaits(t *testing.T) {
	opening, connected, silent := speaks(4, 4), make(chan struct{}, 1), make(chan struct{})
	serve(t, func(cmd uint32, body []byte) []byte {
		if cmd == cmdConnect { // somebody holds the reader
			connected <- struct{}{}
			<-silent
			return nil
		}
		return opening(cmd, body)
	})
	defer close(silent)
	c, err := Establish()
	if err != nil {
		t.Fatal(err)
	}
	result := make(chan error, 1)
	go func() { _, err := c.Connect("Reader", pcsc.Shared); result <- err }()
	<-connected
	start := time.Now()
	c.(pcsc.Aborter).Abort()
	if err := <-result; err != pcsc.ErrServiceStopped || time.Since(start) > time.Minute {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	if err := c.Release(); err != nil {
		t.Error(err)
	}
}

func TestWhatTheDaemonsTableSays(t *testing.T) {
	row := func(name string, events, state uint32, sharing int32, atr []byte, n uint32) []byte {
		b := make([]byte, stateLen)
		copy(b, name)
		order.PutUint32(b[128:], events)
		order.PutUint32(b[132:], state)
		order.PutUint32(b[136:], uint32(sharing))
		copy(b[140:], atr)
		order.PutUint32(b[176:], n)
		return b
	}
	var b []byte
	b = append(b, row("A", 3, cardPresent, 0, []byte{0x3B, 0x00}, 2)...)
	b = append(b, row("", 0, 0, 0, nil, 0)...)
	b = append(b, row("B", 4, cardAbsent, 0, nil, 0)...)
	b = append(b, row("C", 5, cardPresent|cardUnanswered, 1, nil, 1<<31)...) // an ATR of two gigabytes
	b = append(b, row("D", 6, cardPresent, -1, nil, 0)...)
	b = append(b, 1, 2, 3)
	table := parseReaders(b)
	states := []pcsc.ReaderState{{Reader: "A"}, {Reader: "B", Current: pcsc.Empty | 4<<16}, {Reader: "C"}, {Reader: "D"},
		{Reader: "gone"}, {Reader: "B", Current: pcsc.Ignore}, {Reader: pcsc.PnP, Current: 3 << 16}, {Reader: "B", Current: pcsc.Empty | 2<<16}}
	if !compare(states, table, 4) || len(table) != 4 {
		t.Fatalf("%d readers", len(table))
	}
	for i, want := range []pcsc.State{3<<16 | pcsc.Present | pcsc.Changed, 4<<16 | pcsc.Empty, 5<<16 | pcsc.Present | pcsc.Mute | pcsc.InUse | pcsc.Changed,
		6<<16 | pcsc.Present | pcsc.Exclusive | pcsc.Changed, pcsc.Unknown | pcsc.Unavailable | pcsc.Changed, 0, 4<<16 | pcsc.Changed, 4<<16 | pcsc.Empty | pcsc.Changed} {
		if states[i].Event != want {
			t.Errorf("state %d is %X, want %X", i, states[i].Event, want)
		}
	}
	if len(states[0].ATR) != 2 || states[2].ATR != nil {
		t.Error("the ATRs are not the table's")
	}
}

// FuzzTable: no table that a daemon sends breaks the reading of it.
func FuzzTable(f *testing.F) {
	f.Add([]byte{}, uint32(0))
	f.Add(make([]byte, maxReaders*stateLen), uint32(0x20))
	f.Fuzz(func(t *testing.T, b []byte, current uint32) {
		table := parseReaders(b)
		states := []pcsc.ReaderState{{Reader: pcsc.PnP, Current: pcsc.State(current)}}
		for _, r := range table {
			states = append(states, pcsc.ReaderState{Reader: r.name, Current: pcsc.State(current)})
			if len(r.atr) > atrLen {
				t.Fatal("an ATR longer than any")
			}
		}
		compare(states, table, len(table))
	})
}
