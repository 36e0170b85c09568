// Package confine runs a program of somebody else's on bytes that may be hostile. It
// promises that the program reads its standard input and writes its standard output, and
// does nothing else: it opens no file but its own, its libraries and those named, and
// none to write; it has no network and no socket of any kind, starts no process, leaves
// no core file, takes no more memory, time or output than it is given, inherits no
// environment and no descriptor, and ends with this process. Where the system cannot hold
// it to all of that nothing is run.
package confine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Program is what is run, and what it is given.
type Program struct {
	Path   string        // absolute
	Args   []string      // fixed words: others can see them
	Read   []string      // files and folders that it may read, beside itself and the system's libraries
	Memory int64         // bytes of address space
	CPU    time.Duration // whole seconds
	Wall   time.Duration
	Output int // bytes of standard output that are taken; then it is ended
}

// Door is what programs are run through. Its zero value runs none: only a process that
// has called Enter can be started again as the confined one.
type Door struct{ open bool }

// stage is the first argument of this program where it is to confine itself and become
// another. It is no command for people.
const stage = "confined-program"

// notConfined is how a process ends that could not confine itself.
const notConfined = 125

// Why nothing is run.
var (
	errClosed   = fmt.Errorf("no program is run from here: %w", errors.ErrUnsupported)
	errConfined = fmt.Errorf("this system cannot confine a program, which takes Linux 5.13 with Landlock and seccomp on amd64 or arm64: %w", errors.ErrUnsupported)
	errFailed   = errors.New("the program ended with an error, or was ended")
)

// Failed is the cause of an error for a program that ended with a status of its own.
type Failed struct{ Status int }

func (f Failed) Error() string { return fmt.Sprintf("the program ended with status %d", f.Status) }

// Enter has to be called first of all in main. Where args are those of a stage it becomes
// the confined program and does not come back.
func Enter(args []string) Door {
	if len(args) > 1 && args[1] == stage {
		_ = become(args[2:]) // comes back with an error alone, which nobody reads: the status says it
		os.Exit(notConfined)
	}
	return Door{open: true}
}

// Check reports whether this system can confine a program, by confining a process that
// does nothing. Errors: errors.ErrUnsupported.
func (d Door) Check(ctx context.Context) error {
	_, _, err := d.Run(ctx, Program{Wall: 10 * time.Second, CPU: 2 * time.Second}, nil)
	return err
}

// Run gives in to a program and takes what it writes, at most p.Output bytes; whole is
// false where there was more. One that fails, or does not end in time, is an error: what
// it wrote until then is not given. Errors: errors.ErrUnsupported where it cannot be
// confined, ctx', CodeOther for one that failed.
func (d Door) Run(ctx context.Context, p Program, in io.Reader) (out []byte, whole bool, err error) {
	if !d.open {
		return nil, false, ehrdesk.E("confine", ehrdesk.CodeOther, errClosed)
	}
	args, err := p.stage()
	if err != nil {
		return nil, false, ehrdesk.E("confine", ehrdesk.CodeOther, err)
	}
	timed, stop := context.WithTimeout(ctx, p.Wall)
	defer stop()
	cmd := exec.CommandContext(timed, self, args...)
	cmd.Args[0] = os.Args[0] // by whose name a program may know itself
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.WaitDelay = []string{}, "/", in, time.Second
	cmd.SysProcAttr = withParent()
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, false, ehrdesk.E("confine", ehrdesk.CodeOther, err)
	}
	runtime.LockOSThread() // the program is ended with the thread that started it
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		if ctx.Err() != nil {
			return nil, false, ehrdesk.E("confine", ehrdesk.CodeOther, ctx.Err())
		}
		return nil, false, ehrdesk.E("confine", ehrdesk.CodeOther, errConfined)
	}
	out, readErr := io.ReadAll(io.LimitReader(pipe, int64(p.Output)+1))
	whole = len(out) <= p.Output
	if !whole || readErr != nil {
		stop()
	}
	err = cmd.Wait()
	var end *exec.ExitError
	switch {
	case ctx.Err() != nil:
		err = ehrdesk.E("confine", ehrdesk.CodeOther, ctx.Err())
	case !whole:
		return out[:p.Output], false, nil
	case errors.As(err, &end) && end.ExitCode() == notConfined:
		err = ehrdesk.E("confine", ehrdesk.CodeOther, errConfined)
	case timed.Err() == nil && errors.As(err, &end) && end.ExitCode() > 0:
		err = ehrdesk.E("confine", ehrdesk.CodeOther, Failed{end.ExitCode()})
	case readErr != nil, errors.As(err, &end), timed.Err() != nil:
		err = ehrdesk.E("confine", ehrdesk.CodeOther, errFailed)
	default: // an input that broke off because the program read enough of it is none
		return out, true, nil
	}
	clear(out)
	return nil, false, err
}
