package confine_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// attacks are those that are refused; each is done where nothing hinders it.
var attacks = []string{"read", "overwrite", "create", "temporary", "truncate", "remove", "chmod", "memory file", "directory",
	"tcp", "udp", "unix socket", "socket pair", "fork", "exec", "other process", "signal", "environment", "descriptors", "trace", "namespace", "core", "limits"}

func unconfined(t *testing.T, args ...string) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, append([]string{"attack"}, args...)...)
	held, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	cmd.ExtraFiles = []*os.File{held}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(args[1], "secret") // some attacks take it
	if err := os.WriteFile(secret, []byte("a secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(string(out), "begun\n")
}

func attack(name string, args []string) {
	dir := "/"
	if len(args) > 0 {
		dir = args[0]
	}
	secret := filepath.Join(dir, "secret")
	switch name {
	case "echo":
		_, _ = io.Copy(os.Stdout, os.Stdin)
		return
	case "fail":
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour)
	case "compute":
		for i := 0; ; i++ {
			if i < 0 {
				fmt.Println(i)
			}
		}
	case "write":
		w := bufio.NewWriter(os.Stdout)
		for {
			if _, err := w.WriteString(strings.Repeat("more ", 1000)); err != nil {
				return
			}
		}
	case "memory":
		var all [][]byte
		for range 64 { // 4 GiB of address space, none of it touched
			all = append(all, make([]byte, 64<<20))
		}
		fmt.Println("done", len(all))
		return
	}
	if err := try(name, dir, secret); err != nil {
		fmt.Println("refused", err)
		return
	}
	fmt.Println("done")
}

// try does what would succeed without walls.
func try(name, dir, secret string) error {
	switch name {
	case "read":
		return readFile(secret)
	case "overwrite":
		return os.WriteFile(secret, []byte("x"), 0o600)
	case "create":
		return os.WriteFile(filepath.Join(dir, "new"), []byte("x"), 0o600)
	case "temporary":
		path := filepath.Join(os.TempDir(), "ehrdesk-attack-"+strconv.Itoa(os.Getpid()))
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			return err
		}
		return os.Remove(path)
	case "truncate":
		return unix.Truncate(secret, 0)
	case "remove":
		return os.Remove(secret)
	case "chmod":
		return os.Chmod(secret, 0o644)
	case "memory file":
		_, err := unix.MemfdCreate("x", 0)
		return err
	case "directory":
		_, err := os.ReadDir(dir)
		return err
	case "tcp":
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			err = l.Close()
		}
		return err
	case "udp":
		c, err := net.Dial("udp", "127.0.0.1:9")
		if err == nil {
			_, err = c.Write([]byte("a word"))
		}
		return err
	case "unix socket":
		fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
		_ = fd
		return err
	case "socket pair":
		_, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
		return err
	}
	return tryProcess(name)
}

// readFile reads with nothing but open and read: os would have the kernel tell when there is more.
func readFile(path string) error {
	fd, err := unix.Open(path, unix.O_RDONLY, 0)
	if err != nil {
		return err
	}
	_, err = unix.Read(fd, make([]byte, 100))
	return err
}

func tryProcess(name string) error {
	switch name {
	case "fork":
		pid, _, e := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
		if e != 0 {
			return e
		}
		if pid == 0 {
			unix.Exit(0)
		}
		return nil
	case "exec": // gone, where it is let: what is run in its place says so
		return unix.Exec("/bin/echo", []string{"echo", "done"}, nil)
	case "other process":
		return readFile("/proc/" + strconv.Itoa(os.Getppid()) + "/status")
	case "signal":
		return unix.Kill(os.Getppid(), 0)
	case "environment":
		if os.Getenv("EHRDESK_CANARY") == "" {
			return os.ErrNotExist
		}
		return nil
	case "descriptors":
		_, err := unix.FcntlInt(3, unix.F_GETFD, 0)
		return err
	case "trace":
		_, _, e := unix.RawSyscall6(unix.SYS_PTRACE, unix.PTRACE_TRACEME, 0, 0, 0, 0, 0)
		if e != 0 {
			return e
		}
		return nil
	case "namespace":
		return unix.Unshare(0)
	case "core":
		var l unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &l); err != nil || l.Max == 0 {
			return fmt.Errorf("no core file, %w", os.ErrPermission)
		}
		return nil
	case "limits":
		var l unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
			return err
		}
		l.Cur = 64
		return unix.Setrlimit(unix.RLIMIT_NOFILE, &l)
	}
	return fmt.Errorf("no attack %q: %w", name, os.ErrInvalid)
}
