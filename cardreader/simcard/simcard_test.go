package simcard_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reader is vpcd for one card: what pcscd's driver does on the wire.
type reader struct {
	t    *testing.T
	conn net.Conn
}

func insert(t *testing.T, c *simcard.Card) (*reader, *simcard.Inserted) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	in, err := c.Insert(t.Context(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(); in.Pull() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	return &reader{t, conn}, in
}

func (r *reader) send(b ...byte) {
	r.t.Helper()
	if _, err := r.conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) receive() ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(r.conn, head[:]); err != nil {
		return nil, err
	}
	b := make([]byte, binary.BigEndian.Uint16(head[:]))
	_, err := io.ReadFull(r.conn, b)
	return b, err
}

func TestACardInAVirtualReader(t *testing.T) {
	c := simcard.Thai()
	r, in := insert(t, c)
	r.send(4)
	if atr, err := r.receive(); err != nil || !bytes.Equal(atr, c.ATR) {
		t.Fatalf("ATR %X, %v", atr, err)
	}
	r.send(1)
	r.send(0, 0xA4, 4, 0, 8, 0xA0, 0, 0, 0, 0x54, 0x48, 0, 1)
	if answer, err := r.receive(); err != nil || !bytes.Equal(answer, []byte{0x61, 10}) || c.Resets() != 1 || c.Commands() != 1 {
		t.Errorf("SELECT: %X, %v; %d resets, %d commands", answer, err, c.Resets(), c.Commands())
	}
	in.Pull()
	in.Pull()
	if _, err := r.receive(); err == nil {
		t.Error("the card answers after it was pulled")
	}
	if _, err := simcard.Thai().Insert(context.Background(), "127.0.0.1:1"); ehrdesk.CodeOf(err) != ehrdesk.CodeCard {
		t.Errorf("no reader: %v", err)
	}
}

func TestFaultsOnDemand(t *testing.T) {
	for name, c := range map[string]struct {
		fault simcard.Fault
		want  []byte // nil: the line ends without an answer
	}{
		"garbage": {simcard.Fault{Raw: []byte{1, 2}}, []byte{1, 2}},
		"slow":    {simcard.Fault{Raw: []byte{1}, Delay: 20 * time.Millisecond}, []byte{1}},
		"pulled":  {simcard.Fault{Pull: true}, nil},
		"broken":  {simcard.Fault{Pull: true, Broken: true}, nil},
	} {
		card := simcard.Thai()
		card.Faults = simcard.On(2, c.fault)
		r, in := insert(t, card)
		start := time.Now()
		r.send(0, 0xB0, 0, 0)
		if b, err := r.receive(); err != nil || len(b) != 2 {
			t.Errorf("%s: before the fault %X, %v", name, b, err)
		}
		r.send(0, 0xB0, 0, 0)
		b, err := r.receive()
		if (err == nil) != (c.want != nil) || !bytes.Equal(b, c.want) || time.Since(start) < c.fault.Delay {
			t.Errorf("%s: %X, %v after %v", name, b, err, time.Since(start))
		}
		if c.want == nil {
			<-in.Out()
		}
	}
	mute := simcard.Thai()
	mute.Faults = simcard.From(1, simcard.Fault{Mute: true})
	r, in := insert(t, mute)
	r.send(0, 0xB0, 0, 0)
	_ = r.conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if b, err := r.receive(); err == nil {
		t.Errorf("a silent card said %X", b)
	}
	in.Pull()
}

// FuzzAPDU: no command breaks a card, and every answer ends in a status word.
func FuzzAPDU(f *testing.F) {
	i, err := simcard.NewIssuer(nil)
	if err != nil {
		f.Fatal(err)
	}
	training, err := i.Issue(simcard.Person{Name: "A", Born: "19660215", Issued: "20190603"})
	if err != nil {
		f.Fatal(err)
	}
	closed, err := i.IssueClosed(simcard.Person{Name: "A", Born: "19660215", Issued: "20190603"})
	if err != nil {
		f.Fatal(err)
	}
	sam, err := i.SAM()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append([]byte{0, 0xA4, 4, 0, 8}, simcard.ClosedAID...), append([]byte{0, 0x88, 0, 1, 32}, make([]byte, 32)...), true)
	f.Add(append([]byte{0, 0xA4, 4, 0, 8}, simcard.SAMAID...), []byte{0, 0x84, 0, 0, 32}, false)
	f.Add(append([]byte{0, 0xA4, 4, 0, 8}, simcard.SAMAID...), []byte{0, 0x82, 0, 0, 4, 0x77, 0, 0x9E, 0}, false)
	f.Add([]byte{0, 0xA4, 4, 0}, []byte{0, 0xB0, 0x81, 0, 0}, false)
	f.Add(append([]byte{0, 0xA4, 4, 0, 8}, simcard.TrainingAID...), []byte{0, 0xB0, 0x83, 0xFF, 5}, true)
	f.Add([]byte{0, 0xA4, 4, 0, 8, 0xA0, 0, 0, 0, 0x54, 0x48, 0, 1}, []byte{0x80, 0xB0, 0xFF, 0xFF, 2, 0, 0xFF}, true)
	f.Add([]byte{0, 0xA4, 4, 0, 10, 0xA0, 0, 0, 0, 0x74, 0x4A, 0x50, 0x4E, 0, 0x10}, []byte{0xCC, 0, 0, 0, 8, 1, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF}, true)
	f.Fuzz(func(t *testing.T, a, b []byte, t0 bool) {
		training.Applet.(*simcard.Training).T0 = t0
		for _, c := range []*simcard.Card{training, closed, sam, simcard.Thai(), simcard.MyKad(), simcard.TaiwanNHI()} {
			c.Power()
			for _, command := range [][]byte{a, b, {0, 0xC0, 0, 0, 0}} {
				if len(command) < 4 { // no reader sends these
					continue
				}
				if answer, _ := c.Answer(command); len(answer) < 2 {
					t.Fatalf("an answer of %d bytes", len(answer))
				}
			}
		}
	})
}
