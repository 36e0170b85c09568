//go:build linux

// Package virtualpcd runs a pcscd with vsmartcard's virtual readers for tests.
// It starts its own daemon and stops it by its process id; where one runs
// already, or something is missing, it says so and touches nothing. As a machine
// has one pcscd, packages that use it wait for each other.
//
// While it runs, vpcd listens on ports of its own on all interfaces: it is for
// build machines, not for a workstation in use.
package virtualpcd

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

const (
	driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
	binary = "/usr/sbin/pcscd"
	socket = "/run/pcscd/pcscd.comm"
	lock   = "/run/ehrdesk-scenarios.lock"
	// base is the first port; each group of two readers takes the next ten. It lies below
	// those that the system gives to connections (from 32768 on), one of which may have it.
	base = 27963
)

// Lacking says why no daemon can be run here, "" where one can.
func Lacking() string {
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

// Alone waits until no other test of this machine uses a pcscd of ours; one that
// runs by itself is an error at once.
func Alone() (release func(), err error) {
	f, err := os.OpenFile(lock, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.New("the lock of these tests cannot be opened")
	}
	for end := time.Now().Add(8 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			break
		}
		if time.Now().After(end) {
			_ = f.Close()
			return nil, errors.New("another run of these tests does not end")
		}
	}
	if Answers() {
		_ = f.Close()
		return nil, errors.New("a pcscd is running on this machine, and is not touched")
	}
	return func() {
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) // a child just starting may hold a copy of the descriptor
		_ = f.Close()
	}, nil
}

// Answers reports whether a pcscd listens.
func Answers() bool {
	c, err := net.Dial("unix", socket)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

// Addr is where the virtual reader of a group, from 0, and slot, 0 or 1, listens.
func Addr(group, slot int) string { return fmt.Sprintf("127.0.0.1:%d", base+10*group+slot) }

// Daemon is a pcscd of ours. Its processes are started on one thread, as they
// are to die with it: a run that is killed leaves no daemon behind.
type Daemon struct {
	dir   string
	cmd   *exec.Cmd
	done  chan error
	tasks chan func()
}

// New is a daemon that keeps its files in dir and does not run yet. End it.
func New(dir string) *Daemon {
	d := &Daemon{dir: dir, tasks: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for f := range d.tasks {
			f()
		}
	}()
	return d
}

// End stops the daemon for good.
func (d *Daemon) End() {
	d.Stop(syscall.SIGTERM)
	close(d.tasks)
}

// Running reports whether it was started and not stopped.
func (d *Daemon) Running() bool { return d.cmd != nil }

// Start runs pcscd with n groups of two readers, "Virtual PCD A 00 00" and so on.
// vpcd keeps its slots in a static array, so each group loads a copy of the driver.
func (d *Daemon) Start(n int) error {
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
		port := base + 10*g
		text := fmt.Sprintf("FRIENDLYNAME \"Virtual PCD %c\"\nDEVICENAME /dev/null:0x%X\nLIBPATH %s\nCHANNELID 0x%X\n", 'A'+g, port, name, port)
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
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if Answers() {
			return nil
		}
	}
	return errors.New("pcscd did not come up")
}

// Stop ends just our process, with SIGKILL where it does not end by sig.
func (d *Daemon) Stop(sig syscall.Signal) (took time.Duration, killed bool) {
	if d.cmd == nil {
		return 0, false
	}
	start := time.Now()
	_ = d.cmd.Process.Signal(sig)
	select {
	case <-d.done:
	case <-time.After(time.Minute):
		killed = true
		_ = d.cmd.Process.Kill()
		<-d.done
	}
	d.cmd = nil
	return time.Since(start), killed
}
