package cache_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// slowEnv makes this test binary, run again, a desk whose disk the test holds up;
// its value is the directory. It does one thing for each line it is told.
const slowEnv = "EHRDESK_CACHE_TEST_SLOW"

// slow tells what it has done when it has.
func slow(dir string) int {
	ctx := context.Background()
	fail := func(err error) int {
		fmt.Println("error", err)
		return 1
	}
	if err := handOverSyncs(3); err != nil {
		fmt.Println("unsupported", err)
		return 1
	}
	s, err := cache.Open(ctx, dir, at(noon))
	if err != nil {
		return fail(err)
	}
	v, err := s.Unlock(ctx, "chan", pass)
	if err != nil {
		return fail(err)
	}
	c, ok, err := v.Copies().Lookup(ctx, "a")
	if err != nil || !ok {
		return fail(err)
	}
	fmt.Println("ready")
	for told := bufio.NewScanner(os.Stdin); told.Scan(); {
		if op, ok := strings.CutPrefix(told.Text(), "write "); ok {
			go func() {
				_, err := v.AccessLog().AddAndEnqueue(ctx, []byte("entry"), "lane", op, []byte("act"))
				fmt.Printf("written %q\n", ehrdesk.CodeOf(err))
			}()
			continue
		}
		list, err := v.Copies().Records(ctx, c.ID)
		if err == nil {
			_, err = v.Copies().Body(ctx, c.ID, list[0].Ref())
		}
		if err != nil {
			return fail(err)
		}
		fmt.Println("read")
	}
	if err := s.Close(); err != nil {
		return fail(err)
	}
	return 0
}

// handOverSyncs has the kernel ask whoever holds the other end of a socket before
// each fsync of this process.
func handOverSyncs(socket int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_FSYNC, Jt: 1},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_FDATASYNC, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_NEW_LISTENER|unix.SECCOMP_FILTER_FLAG_TSYNC|unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return errno
	}
	return unix.Sendmsg(socket, []byte{0}, unix.UnixRights(int(fd)), nil, 0)
}

// The kernel's question about a system call, and the answer.
type (
	asked struct {
		id uint64
		_  [2]uint32
		_  [2]uint32
		_  [7]uint64
	}
	answer struct {
		id    uint64
		value int64
		errno int32
		flags uint32
	}
)

// heldDisk is what the syncs of another process wait for.
type heldDisk struct {
	waits chan struct{}   // told of each sync while the disk is held up
	goOn  chan unix.Errno // lets that one go on, or fail
	held  chan bool       // whether it is held up from now on
	done  chan struct{}
}

// serve answers for the disk until the process is gone.
func (d *heldDisk) serve(listener int) {
	defer close(d.done)
	held := false
	for {
		poll := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, 20); err != nil && err != unix.EINTR {
			return
		}
		select {
		case held = <-d.held:
		default:
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			if poll[0].Revents != 0 {
				return
			}
			continue
		}
		var q asked
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(listener), unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(&q))); errno != 0 {
			continue // it was killed meanwhile
		}
		a := answer{id: q.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
		if held {
			d.waits <- struct{}{}
			if errno := <-d.goOn; errno != 0 {
				a.flags, a.errno = 0, -int32(errno)
			}
		}
		_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(listener), unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&a)))
	}
}

// On a disk that is slow to sync nothing is said to be kept before it is, and
// records are read meanwhile; one whose sync fails is an error, and loses nothing
// that was kept.
func TestASlowDiskIsWaitedForAndNobodyElseWaits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	apply(t, v, put(t, v, "a"), records(5)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	theirs := os.NewFile(uintptr(pair[1]), "socket")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env, cmd.ExtraFiles = append(os.Environ(), slowEnv+"="+dir), []*os.File{theirs}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	lines := make(chan string, 8)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	rights := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(pair[0], make([]byte, 1), rights, 0)
	unix.Close(pair[0])
	if err != nil || n == 0 {
		line := <-lines
		_ = cmd.Wait()
		t.Skipf("no disk can be held up here: %s", line)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil {
		t.Fatal(err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fds[0])
	d := &heldDisk{waits: make(chan struct{}), goOn: make(chan unix.Errno), held: make(chan bool), done: make(chan struct{})}
	go d.serve(fds[0])

	want := func(line string) {
		t.Helper()
		select {
		case got := <-lines:
			if got != line {
				t.Fatalf("it says %q, want %q", got, line)
			}
		case <-time.After(2 * time.Minute):
			t.Fatalf("it does not say %q", line)
		}
	}
	stalls := func() {
		t.Helper()
		select {
		case <-d.waits:
		case got := <-lines:
			t.Fatalf("it says %q and waited for no sync", got)
		case <-time.After(2 * time.Minute):
			t.Fatal("it never syncs")
		}
	}
	tell := func(op string) { fmt.Fprintln(in, op) }
	want("ready")

	through := func(errno unix.Errno) (said string) {
		for {
			d.goOn <- errno
			select {
			case <-d.waits:
			case said = <-lines:
				return said
			}
		}
	}
	d.held <- true
	tell("write op-1")
	stalls()
	tell("read")
	want("read") // and not yet that it was written
	if said := through(0); said != `written ""` {
		t.Fatalf("it says %q", said)
	}
	tell("write op-2")
	stalls()
	tell("read")
	want("read")
	if said := through(unix.EIO); said != `written "other"` {
		t.Fatalf("of a sync that failed it says %q", said)
	}
	d.held <- false
	tell("write op-3")
	want(`written ""`)
	tell("read")
	want("read")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	<-d.done

	s = openStore(t, dir, at(noon))
	v = unlock(t, s, "chan")
	items, err := v.Outbox().Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	for _, it := range items {
		kept[it.OpID] = true
	}
	if entries, _, err := s.VerifyAudit(t.Context()); err != nil || entries != int64(len(items)) || !kept["op-1"] || !kept["op-3"] {
		t.Errorf("%d entries, acts %v: %v", entries, kept, err)
	}
}
