package draftcommand

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/confine"
)

// free runs a program that is not held: with no environment, no terminal, none of our descriptors, and nothing of what it says
// on standard error.
func free(ctx context.Context, argv []string, in []byte) (out []byte, whole bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // the administrator's
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.WaitDelay = []string{}, "/", bytes.NewReader(in), time.Second
	cmd.SysProcAttr, cmd.Cancel = apart(), func() error { return end(cmd) }
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, false, err
	}
	runtime.LockOSThread() // the program is ended with the thread that started it
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return nil, false, err
	}
	ended := context.AfterFunc(ctx, func() { _ = pipe.Close() }) // what it started may hold the other end
	defer ended()
	out, readErr := io.ReadAll(io.LimitReader(pipe, ehrdesk.DraftMost+1))
	whole = len(out) <= ehrdesk.DraftMost
	if !whole || readErr != nil {
		stop()
	}
	err = cmd.Wait()
	var status *exec.ExitError
	switch {
	case !whole:
		return out[:ehrdesk.DraftMost], false, nil
	case readErr != nil:
		err = readErr
	case errors.As(err, &status) && status.ExitCode() > 0:
		err = confine.Failed{Status: status.ExitCode()}
	case err == nil, !errors.As(err, &status) && ctx.Err() == nil: // it need not read all that it is given
		return out, true, nil
	}
	clear(out)
	return nil, false, err
}
