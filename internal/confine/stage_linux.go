//go:build linux && (amd64 || arm64)

package confine

import (
	"debug/elf"
	"errors"
	"io"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// self is this program, also where its file was replaced meanwhile.
const self = "/proc/self/exe"

// withParent has a process ended with the one that started it.
func withParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// libraries are what a program of the system is linked with.
var libraries = [...]string{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"}

// stage is a program as the arguments of the process that becomes it.
func (p *Program) stage() ([]string, error) {
	seconds := int64(max(p.CPU, time.Second) / time.Second)
	out := []string{stage, strconv.FormatInt(p.Memory, 10), strconv.FormatInt(seconds, 10), strconv.Itoa(len(p.Read))}
	out = append(out, p.Read...)
	if p.Path == "" {
		return out, nil
	}
	return append(append(out, p.Path), p.Args...), nil
}

var errStage = errors.New("not the arguments of a stage")

// become confines this process and turns it into a program; without one it ends. It comes
// back where that cannot be done. What it asks of the kernel holds for this thread, and
// with the program's start the others are gone.
func become(args []string) error {
	runtime.LockOSThread()
	debug.SetGCPercent(-1) // nothing of this process is collected: it is about to be another
	if len(args) < 3 {
		return errStage
	}
	memory, err := strconv.ParseUint(args[0], 10, 63)
	seconds, err2 := strconv.ParseUint(args[1], 10, 31)
	n, err3 := strconv.Atoi(args[2])
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	if args = args[3:]; n < 0 || n > len(args) {
		return errStage
	}
	read, command := args[:n], args[n:]
	rules, err := readOnly(append(libraries[:], read...), command)
	if err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if err := unix.CloseRange(3, ^uint(0)>>33, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return err
	}
	if _, _, e := unix.RawSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(rules), 0, 0); e != 0 {
		return e
	}
	filter := calls()
	argv, err := syscall.SlicePtrFromStrings(command)
	if err != nil {
		return err
	}
	if err := limits(seconds); err != nil {
		return err
	}
	program, env := &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}, []*byte{nil} //nolint:gosec // some hundred
	room := &unix.Rlimit{Cur: memory, Max: memory}
	// From here on nothing is allocated: this process is larger than the program may be, and its runtime would end it for the
	// first page more that it asks for, which on a busy machine it did.
	if memory > 0 {
		if _, _, e := unix.RawSyscall6(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_AS, uintptr(unsafe.Pointer(room)), 0, 0, 0); e != 0 {
			return e
		}
	}
	if _, _, e := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(program))); e != 0 {
		return e
	}
	if len(command) == 0 {
		unix.Exit(0)
	}
	_, _, e := unix.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(argv[0])), uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&env[0])))
	return e
}

// limits bounds what the program takes, but its memory. The length of files is 0: it writes to pipes alone.
func limits(seconds uint64) error {
	for _, l := range [...]struct {
		what int
		most uint64
	}{{unix.RLIMIT_CORE, 0}, {unix.RLIMIT_FSIZE, 0}, {unix.RLIMIT_NOFILE, 256}, {unix.RLIMIT_CPU, seconds}} {
		if err := unix.Setrlimit(l.what, &unix.Rlimit{Cur: l.most, Max: l.most}); err != nil {
			return err
		}
	}
	return nil
}

// readOnly makes a Landlock ruleset: some places may be read, a command and its loader
// run, and nothing else be done with any file; no TCP, no abstract socket, no signal to
// others, as far as the kernel knows them. It is a descriptor.
func readOnly(places, command []string) (int, error) {
	version, _, e := unix.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if e != 0 || int(version) < 1 {
		return 0, errors.Join(errConfined, e)
	}
	attr, size := handled(int(version))
	fd, _, e := unix.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), size, 0)
	if e != 0 {
		return 0, e
	}
	for _, p := range places {
		if err := allow(int(fd), p, unix.LANDLOCK_ACCESS_FS_READ_FILE|unix.LANDLOCK_ACCESS_FS_READ_DIR); err != nil && !errors.Is(err, unix.ENOENT) {
			return 0, err
		}
	}
	if len(command) == 0 {
		return int(fd), nil
	}
	const run = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_EXECUTE
	if err := allow(int(fd), command[0], run); err != nil {
		return 0, err
	}
	loader, err := loaderOf(command[0])
	if err != nil || loader == "" {
		return int(fd), err
	}
	return int(fd), allow(int(fd), loader, run)
}

// handled is all that a version of Landlock can forbid, and the size of saying so.
func handled(version int) (a unix.LandlockRulesetAttr, size uintptr) {
	a.Access_fs = 2*unix.LANDLOCK_ACCESS_FS_MAKE_SYM - 1 // the first version's
	size = 8
	if version >= 2 {
		a.Access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		a.Access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if version >= 4 {
		a.Access_net, size = unix.LANDLOCK_ACCESS_NET_BIND_TCP|unix.LANDLOCK_ACCESS_NET_CONNECT_TCP, 16
	}
	if version >= 5 {
		a.Access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if version >= 6 {
		a.Scoped, size = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET|unix.LANDLOCK_SCOPE_SIGNAL, 24
	}
	return a, size
}

// allow lets something be done with a place and what lies below it.
func allow(rules int, path string, access uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &^= unix.LANDLOCK_ACCESS_FS_READ_DIR
	}
	rule := struct { // packed in the kernel's header: the descriptor follows at once, and nothing after it is read
		access uint64
		fd     int32
	}{access, int32(fd)}
	if _, _, e := unix.RawSyscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(rules), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0); e != 0 {
		return e
	}
	return nil
}

// loaderOf is the loader that an ELF program names, "" for none.
func loaderOf(path string) (string, error) {
	f, err := elf.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP && p.Filesz < 4096 {
			b := make([]byte, p.Filesz)
			if _, err := p.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
				return "", err
			}
			return strings.TrimRight(string(b), "\x00"), nil
		}
	}
	return "", nil
}
