//go:build linux

// Package scenarios runs the card room against a real pcscd with vsmartcard's
// virtual readers and cards in software, through every backend of this build.
// It starts its own daemon and stops it by its process id. It is one package, as
// a machine has one pcscd, and it touches none that runs already: where there is
// one, or no root, pcscd or vsmartcard-vpcd, every test says SKIP.
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
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

const (
	driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
	binary = "/usr/sbin/pcscd"
	socket = "/run/pcscd/pcscd.comm"
	base   = 45963 // first port; each group of two readers takes the next ten
	groups = 2
)

var (
	missing string // why nothing is tested here
	service *daemon
	maker   *simcard.Issuer
)

func TestMain(m *testing.M) {
	code := 0
	func() {
		missing = lacking()
		if missing == "" {
			release, err := alone()
			if err != nil {
				missing = err.Error()
			} else {
				defer release()
			}
		}
		if missing == "" && answers() {
			missing = "a pcscd is running on this machine, and is not touched"
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
			service = newDaemon(dir)
			defer service.end()
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

func lacking() string {
	if os.Geteuid() != 0 {
		return "it takes root to start pcscd"
	}
	for _, f := range []string{binary, driver} {
		if _, err := os.Stat(f); err != nil {
			return "pcscd and vsmartcard-vpcd are not installed"
		}
	}
	return ""
}

// alone waits until no other run of these tests is at work on this machine.
func alone() (release func(), err error) {
	f, err := os.OpenFile("/run/ehrdesk-scenarios.lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.New("the lock of these tests cannot be opened")
	}
	for end := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			return func() { _ = f.Close() }, nil
		}
		if time.Now().After(end) {
			_ = f.Close()
			return nil, errors.New("another run of these tests does not end")
		}
	}
}

func answers() bool {
	c, err := net.Dial("unix", socket)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

// daemon is our pcscd. Its processes are started on one thread, as they are to
// die with it: a run that is killed leaves no daemon behind.
type daemon struct {
	dir   string
	cmd   *exec.Cmd
	done  chan error
	tasks chan func()
}

func newDaemon(dir string) *daemon {
	d := &daemon{dir: dir, tasks: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for f := range d.tasks {
			f()
		}
	}()
	return d
}

func (d *daemon) end() {
	d.stop(syscall.SIGTERM)
	close(d.tasks)
}

// start runs pcscd with n groups of two readers. vpcd keeps its slots in a
// static array, so each further group loads a copy of the driver.
func (d *daemon) start(n int) error {
	conf := filepath.Join(d.dir, "reader.conf.d")
	if err := errors.Join(os.RemoveAll(conf), os.Mkdir(conf, 0o755)); err != nil {
		return err
	}
	lib, err := os.ReadFile(driver)
	if err != nil {
		return err
	}
	for g := range n {
		name := filepath.Join(d.dir, fmt.Sprintf("libifdvpcd%d.so", g))
		text := fmt.Sprintf("FRIENDLYNAME \"Virtual PCD %c\"\nDEVICENAME /dev/null:0x%X\nLIBPATH %s\nCHANNELID 0x%X\n", 'A'+g, base+10*g, name, base+10*g)
		if err := errors.Join(os.WriteFile(name, lib, 0o755), os.WriteFile(filepath.Join(conf, fmt.Sprintf("vpcd%d", g)), []byte(text), 0o644)); err != nil {
			return err
		}
	}
	started := make(chan error)
	d.tasks <- func() {
		d.cmd = exec.Command(binary, "--foreground", "--info", "--config", conf)
		d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		started <- d.cmd.Start()
	}
	if err := <-started; err != nil {
		d.cmd = nil
		return err
	}
	d.done = make(chan error, 1)
	go func(cmd *exec.Cmd, done chan error) { done <- cmd.Wait() }(d.cmd, d.done)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if answers() {
			return nil
		}
	}
	return errors.New("pcscd did not come up")
}

// stop ends just our process.
func (d *daemon) stop(sig syscall.Signal) (took time.Duration, killed bool) {
	if d.cmd == nil {
		return 0, false
	}
	start := time.Now()
	_ = d.cmd.Process.Signal(sig)
	select {
	case <-d.done:
	case <-time.After(8 * time.Second):
		killed = true
		_ = d.cmd.Process.Kill()
		<-d.done
	}
	d.cmd = nil
	return time.Since(start), killed
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
	if service.cmd == nil {
		if err := service.start(groups); err != nil {
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
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
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
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
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
	in, err := c.Insert(context.Background(), fmt.Sprintf("127.0.0.1:%d", base+10*int(group-'A')+slot))
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
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
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
	if service.cmd == nil {
		return
	}
	for i := range r.readers {
		r.await(t, i, false)
	}
}
