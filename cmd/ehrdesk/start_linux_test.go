package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// BenchmarkStart measures from exec to the first frame in a real terminal
// device: an enrolled desk, its store opened, the sign-in screen drawn; in turn
// with a bare Bubble Tea program.
func BenchmarkStart(b *testing.B) {
	bin := b.TempDir()
	for name, pkg := range map[string]string{"ehrdesk": ".", "bare": "./testdata/bare"} {
		if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(bin, name), pkg).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	desk := enrolledDesk(b)
	var ours, bare time.Duration
	n := 0
	for b.Loop() {
		n++
		ours += firstFrame(b, "Passphrase", filepath.Join(bin, "ehrdesk"), "--dir", desk, "--lang", "en")
		bare += firstFrame(b, "Passphrase", filepath.Join(bin, "bare"))
	}
	b.ReportMetric(float64(ours.Microseconds())/1000/float64(n), "ms/start")
	b.ReportMetric(float64(bare.Microseconds())/1000/float64(n), "ms/bare")
	b.ReportMetric(float64(ours)/float64(bare), "of-bare")
}

func enrolledDesk(b testing.TB) string {
	b.Helper()
	ctx := context.Background()
	c, err := central.Open(ctx, central.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	run, err := c.Start(ctx, "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer run.Close(ctx)
	hcp, err := c.AddHCP(ctx, central.HCP{Name: "Harbour Light", CacheHours: 24})
	if err != nil {
		b.Fatal(err)
	}
	code, err := c.AddAccount(ctx, hcp, "drlee", "Dr Lee", ehrdesk.Doctor)
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	d := client.New(client.Options{Dir: dir})
	defer d.Close()
	if _, err := d.Enrol(ctx, ehrdesk.Enrolment{Central: run.Base, Staff: "drlee", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret("harbour light ferry pier")}); err != nil {
		b.Fatal(err)
	}
	return dir
}

// TestTheWorkstationEndsWhenToldTo ends it by signal as soon as it shows its
// first screen, several times: keys must not stay in a process that no longer
// has a terminal.
func TestTheWorkstationEndsWhenToldTo(t *testing.T) {
	dir := enrolledDesk(t)
	for i := range 6 {
		cmd, ptm := onTerminal(t, exec.Command("ehrdesk"), "--dir", dir, "--lang", "en")
		waitFor(t, ptm, "Passphrase")
		end := []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}[i%3]
		if err := cmd.Process.Signal(end); err != nil {
			t.Fatal(err)
		}
		gone, rest := make(chan error, 1), make(chan string, 1)
		go func() { gone <- cmd.Wait() }()
		go func() { // what it still writes must go somewhere
			said, _ := io.ReadAll(ptm)
			rest <- string(said)
		}()
		select {
		case <-gone:
			ptm.Close()
			if said := <-rest; strings.Contains(said, "goroutine") {
				t.Errorf("%v: it writes its stacks on the terminal", end)
			}
		case <-time.After(2 * time.Minute):
			_ = cmd.Process.Kill()
			t.Fatalf("it still runs two minutes after %v", end)
		}
	}
}

// firstFrame runs a program on a terminal device until it shows text, and ends it.
func firstFrame(b *testing.B, text string, name string, args ...string) time.Duration {
	b.Helper()
	began := time.Now()
	cmd, ptm := onTerminal(b, exec.Command(name), args...)
	defer ptm.Close()
	waitFor(b, ptm, text)
	took := time.Since(began)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return took
}

// onTerminal starts a program on a terminal device of 200x60.
func onTerminal(t testing.TB, cmd *exec.Cmd, args ...string) (*exec.Cmd, *os.File) {
	t.Helper()
	ptm, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminal devices here: %v", err)
	}
	fd := int(ptm.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	no, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 60, Col: 200}); err != nil {
		t.Fatal(err)
	}
	pts, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", no), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pts.Close()
	cmd.Args = append(cmd.Args, args...)
	cmd.Env = append(append(os.Environ(), cmd.Env...), "TERM=xterm-256color", "LANG=C.UTF-8")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = pts, pts, pts
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, ptm
}

// waitFor reads the terminal until text has come.
func waitFor(t testing.TB, ptm *os.File, text string) {
	t.Helper()
	var seen []byte
	buf := make([]byte, 1<<16)
	for !bytes.Contains(seen, []byte(text)) {
		n, err := ptm.Read(buf)
		if err != nil {
			t.Fatalf("the program ended without showing %q: %v", text, err)
		}
		seen = append(seen, buf[:n]...)
	}
}
