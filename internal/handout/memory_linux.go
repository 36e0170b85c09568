package handout

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// inMemory says that a document can be given without a file.
const inMemory = true

// memory is a document as a file that is in memory alone and cannot be changed any more,
// and the name that the program which inherits it as its first further descriptor has
// for it.
func memory(data []byte) (f *os.File, name string, err error) {
	fd, err := unix.MemfdCreate("document", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) { // before Linux 6.3
		fd, err = unix.MemfdCreate("document", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	}
	if err != nil {
		return nil, "", err
	}
	f = os.NewFile(uintptr(fd), "document")
	if _, err = f.Write(data); err == nil {
		_, err = f.Seek(0, 0)
	}
	if err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_WRITE|unix.F_SEAL_SEAL)
	}
	if err != nil {
		_ = f.Close()
		return nil, "", err
	}
	return f, "/proc/self/fd/3", nil
}

// apart has a program in a session of its own, away from our terminal, and ended with us.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// end ends a program and what it started.
func end(cmd *exec.Cmd) error {
	err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// runApart starts a program, says so, and waits for its end: on one thread, as the
// program ends with the thread that started it.
func runApart(cmd *exec.Cmd, started chan<- error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	if started <- err; err != nil {
		return err
	}
	return cmd.Wait()
}
