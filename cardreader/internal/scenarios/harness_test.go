//go:build linux

// Package scenarios runs the card room against a real pcscd with vsmartcard's
// virtual readers and cards in software, through every backend of this build.
// Package virtualpcd runs the daemon. Where one runs already, or root, pcscd or
// vsmartcard-vpcd is missing, every test says SKIP.
// EHRDESK_SCENARIOS=require makes that a failure.
//
// While it runs, vpcd listens on ports of its own on all interfaces: it is for
// build machines, not for a workstation in use.
package scenarios

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/internal/virtualpcd"
)

const groups = 2 // of two readers

// patience is how long a test waits for the daemon, a card or another goroutine.
// It is there so that a test ends on any machine, however busy: no claim is made
// of it. soon is the deadline of a reading that is to come to nothing: long enough
// for it to reach its card on such a machine.
const (
	patience = 2 * time.Minute
	soon     = 2 * time.Second
)

var (
	missing string // why nothing is tested here
	service *virtualpcd.Daemon
	maker   *simcard.Issuer
)

func TestMain(m *testing.M) {
	code := 0
	func() {
		missing = virtualpcd.Lacking()
		if missing == "" {
			release, err := virtualpcd.Alone()
			if err != nil {
				missing = err.Error()
			} else {
				defer release()
			}
		}
		if missing != "" && os.Getenv("EHRDESK_SCENARIOS") == "require" {
			fmt.Println("FAIL the scenarios are required:", missing)
			code = 1
			return
		}
		if missing == "" {
			dir, err := os.MkdirTemp("", "ehrdesk-pcscd-")
			if err != nil {
				panic(err)
			}
			defer os.RemoveAll(dir)
			service = virtualpcd.New(dir)
			defer service.End()
			if maker, err = simcard.NewIssuer(nil); err != nil {
				panic(err)
			}
		} else {
			fmt.Println("SKIP the scenarios against a real pcscd:", missing)
		}
		code = m.Run()
	}()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Println("FAIL", err)
			code = 1
		}
	}
	os.Exit(code)
}

// rig is one backend against the daemon.
type rig struct {
	backend   string
	establish cardreader.Establish
	station   *cardreader.Station
	readers   []string
}

// each runs a scenario through every backend of this build.
func each(t *testing.T, run func(t *testing.T, r *rig)) {
	t.Helper()
	for _, r := range rigs(t) {
		t.Run(r.backend, func(t *testing.T) {
			r.list(t, 2*groups)
			t.Cleanup(func() { r.clear(t) }) // after every card was pulled
			run(t, r)
		})
	}
}

// rigs are one for every backend of this build, against a daemon that runs.
func rigs(t *testing.T) (out []*rig) {
	t.Helper()
	if missing != "" {
		t.Skip("SKIP", missing)
	}
	if !service.Running() {
		if err := service.Start(groups); err != nil {
			t.Fatal(err)
		}
	}
	profiles, err := cardreader.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for name, establish := range backends {
		out = append(out, &rig{backend: name, establish: establish, station: &cardreader.Station{
			Establish: establish, Profiles: profiles, Issuers: []*ecdsa.PublicKey{maker.Public()}, Virtual: true}})
	}
	return out
}

// list waits until there are n readers.
func (r *rig) list(t *testing.T, n int) {
	t.Helper()
	c, err := r.establish()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	// The daemon tells of no reader that is not there yet: it is asked again.
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if r.readers, err = c.Readers(); err == nil && len(r.readers) == n {
			return
		}
	}
	t.Fatalf("%d readers, want %d: %v", len(r.readers), n, err)
}

// await waits until a card is in a reader, or none is.
func (r *rig) await(t testing.TB, reader int, present bool) {
	t.Helper()
	c, err := r.establish()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	want := pcsc.Empty
	if present {
		want = pcsc.Present
	}
	s := []pcsc.ReaderState{{Reader: r.readers[reader]}}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if err := c.Wait(s, time.Second); err != nil && err != pcsc.ErrTimeout {
			t.Fatal(err)
		}
		if s[0].Event&want != 0 {
			return
		}
		s[0].Current = s[0].Event &^ pcsc.Changed
	}
	t.Fatalf("reader %d: a card is there %v is not reached", reader, present)
}

// put dials the reader: the card is in, though the daemon may not know yet. The
// order of the readers is the daemon's; their names say group and slot.
func (r *rig) put(t testing.TB, reader int, c *simcard.Card) *simcard.Inserted {
	t.Helper()
	var group byte
	var number, slot int
	if _, err := fmt.Sscanf(r.readers[reader], "Virtual PCD %c %d %d", &group, &number, &slot); err != nil {
		t.Fatal(err)
	}
	in, err := c.Insert(context.Background(), virtualpcd.Addr(int(group-'A'), slot))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.Pull)
	return in
}

// insert puts a card in and waits until the daemon knows. It is pulled at the
// end of the test.
func (r *rig) insert(t testing.TB, reader int, c *simcard.Card) *simcard.Inserted {
	t.Helper()
	in := r.put(t, reader, c)
	r.await(t, reader, true)
	return in
}

func (r *rig) pull(t testing.TB, reader int, in *simcard.Inserted) {
	t.Helper()
	in.Pull()
	r.await(t, reader, false)
}

func (r *rig) read(reader int, c *simcard.Card) (*ehrdesk.CardReading, error) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	return r.station.Read(ctx, r.readers[reader], c.ATR, nil)
}

// card is a genuine training card of a numbered person.
func card(t testing.TB, person int) *simcard.Card {
	t.Helper()
	c, err := maker.Issue(simcard.Person{Name: fmt.Sprintf("PATIENT, No%d", person), Chinese: "陳大文", HKIC: hkic(t), Born: "19660215",
		Sex: ehrdesk.Male, Issued: "20190603", Photo: append([]byte{0xFF, 0xD8, 0xFF, 0xE0}, make([]byte, 2000)...)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wantKind(t testing.TB, err error, want ...cardreader.Kind) {
	t.Helper()
	for _, k := range want {
		if errors.Is(err, k) && ehrdesk.CodeOf(err) == ehrdesk.CodeCard {
			return
		}
	}
	t.Errorf("got %v, want %v", err, want)
}

func hkic(t testing.TB) ehrdesk.HKIC {
	t.Helper()
	id, err := ehrdesk.ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// clear waits until every reader is empty: pcscd asks every 400 ms, and a card
// put in before it has looked is taken for the old one.
func (r *rig) clear(t testing.TB) {
	t.Helper()
	if !service.Running() {
		return
	}
	for i := range r.readers {
		r.await(t, i, false)
	}
}
