//go:build linux && (amd64 || arm64)

package confine

import "golang.org/x/sys/unix"

// The seccomp filter lets through what a program needs to read, compute, write what is
// open already and end. All else the kernel answers as if it did not know the call, which
// libraries are written for; so a call of tomorrow is not let through by not being named.

// Where the kernel puts what a filter looks at: the number, the architecture, and the
// lower halves of the arguments.
const (
	atCall = 0
	atArch = 4
	atArgs = 16
)

// writing are the flags of open that do more than read.
const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC | unix.O_EXCL | unix.O_TMPFILE&^unix.O_DIRECTORY

// filter is a seccomp filter being written.
type filter []unix.SockFilter

func (f *filter) load(at uint32) {
	*f = append(*f, unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at})
}

func (f *filter) jump(test uint16, k uint32, yes, no uint8) {
	*f = append(*f, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | test, K: k, Jt: yes, Jf: no})
}

func (f *filter) give(action uint32) {
	*f = append(*f, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action})
}

const refuse = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)

// call lets a call through.
func (f *filter) call(number int) {
	f.jump(unix.BPF_JEQ, uint32(number), 0, 1) //nolint:gosec // the kernel's numbers are small
	f.give(unix.SECCOMP_RET_ALLOW)
}

// callWithout lets a call through where an argument has none of some bits.
func (f *filter) callWithout(number, arg int, bits uint32) {
	f.jump(unix.BPF_JEQ, uint32(number), 0, 4) //nolint:gosec // as above
	f.load(uint32(atArgs + 8*arg))             //nolint:gosec // six arguments
	f.jump(unix.BPF_JSET, bits, 0, 1)
	f.give(refuse)
	f.give(unix.SECCOMP_RET_ALLOW)
}

// callNil lets a call through where an argument is a pointer to nothing.
func (f *filter) callNil(number, arg int) {
	f.jump(unix.BPF_JEQ, uint32(number), 0, 6) //nolint:gosec // as above
	f.load(uint32(atArgs + 8*arg))             //nolint:gosec // as above
	f.jump(unix.BPF_JEQ, 0, 0, 3)
	f.load(uint32(atArgs + 8*arg + 4)) //nolint:gosec // as above
	f.jump(unix.BPF_JEQ, 0, 0, 1)
	f.give(unix.SECCOMP_RET_ALLOW)
	f.give(refuse)
}

// callWith lets a call through where an argument has a bit.
func (f *filter) callWith(number, arg int, bit uint32) {
	f.jump(unix.BPF_JEQ, uint32(number), 0, 4) //nolint:gosec // as above
	f.load(uint32(atArgs + 8*arg))             //nolint:gosec // as above
	f.jump(unix.BPF_JSET, bit, 1, 0)
	f.give(refuse)
	f.give(unix.SECCOMP_RET_ALLOW)
}

// calls is the filter.
func calls() filter {
	var f filter
	f.load(atArch)
	f.jump(unix.BPF_JEQ, arch, 1, 0)
	f.give(unix.SECCOMP_RET_KILL_PROCESS)
	f.load(atCall)
	for _, n := range [...]int{
		unix.SYS_READ, unix.SYS_READV, unix.SYS_PREAD64, unix.SYS_WRITE, unix.SYS_WRITEV, unix.SYS_CLOSE, unix.SYS_LSEEK, unix.SYS_FCNTL, unix.SYS_FADVISE64,
		unix.SYS_FSTAT, unix.SYS_STATX, unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2, unix.SYS_READLINKAT, unix.SYS_GETDENTS64, unix.SYS_GETCWD,
		unix.SYS_MMAP, unix.SYS_MPROTECT, unix.SYS_MUNMAP, unix.SYS_MREMAP, unix.SYS_MADVISE, unix.SYS_BRK,
		unix.SYS_FUTEX, unix.SYS_SET_ROBUST_LIST, unix.SYS_SET_TID_ADDRESS, unix.SYS_RSEQ, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_MEMBARRIER,
		unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_RESTART_SYSCALL,
		unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID, unix.SYS_UNAME, unix.SYS_SYSINFO, unix.SYS_GETRUSAGE,
		unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_NANOSLEEP, unix.SYS_GETTIMEOFDAY, unix.SYS_GETRANDOM,
		unix.SYS_PPOLL, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
		unix.SYS_EXECVE, // of what Landlock lets it: itself
	} {
		f.call(n)
	}
	for _, n := range older {
		f.call(n)
	}
	f.callWithout(unix.SYS_OPENAT, 2, writing)
	if openCall >= 0 {
		f.callWithout(openCall, 1, writing)
	}
	f.callNil(unix.SYS_PRLIMIT64, 2)                 // asks, and sets nothing
	f.callWith(unix.SYS_CLONE, 0, unix.CLONE_THREAD) // a thread, and no process
	f.give(refuse)
	return f
}
