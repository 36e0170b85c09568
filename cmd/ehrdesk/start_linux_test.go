package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

func enrolledDesk(b *testing.B) string {
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
	if _, err := d.Enrol(ctx, ehrdesk.Enrolment{Central: run.Base, Staff: "drlee", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret("harbour light")}); err != nil {
		b.Fatal(err)
	}
	return dir
}

// firstFrame runs a program on a terminal device of 200x60 until it shows text,
// and ends it.
func firstFrame(b *testing.B, text string, name string, args ...string) time.Duration {
	b.Helper()
	ptm, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		b.Skipf("no terminal devices here: %v", err)
	}
	defer ptm.Close()
	fd := int(ptm.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		b.Fatal(err)
	}
	no, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		b.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 60, Col: 200}); err != nil {
		b.Fatal(err)
	}
	pts, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", no), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = pts, pts, pts
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	pts.Close()
	var seen []byte
	buf := make([]byte, 1<<16)
	for !bytes.Contains(seen, []byte(text)) {
		n, err := ptm.Read(buf)
		if err != nil {
			b.Fatalf("the program ended without a frame: %v", err)
		}
		seen = append(seen, buf[:n]...)
	}
	took := time.Since(began)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return took
}
