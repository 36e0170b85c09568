package cardreader

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"time"
)

// run starts program, gives it input and returns what it writes, at most limit
// bytes. The program gets nothing of ours but that: no argument, an environment
// of PATH and LANG, the root folder to be in, no open file; what it writes to
// standard error is not read. When ctx ends it is killed, and with it, and also
// when it ends by itself, what it started: on Unix its process group. A program
// that leaves its group goes on, but holds none of our time and hears nothing.
//
// Errors: Failures of the kinds NoService where it does not start, Internal where
// it fails, TooLarge, and ctx's own end.
func run(ctx context.Context, program string, input []byte, limit int) ([]byte, error) {
	const step = "bridge"
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	out := &bounded{left: limit, over: func() { kill(errTooMuch) }}
	cmd := exec.CommandContext(ctx, program)
	cmd.Args = []string{filepath.Base(program)}
	cmd.Env = environment()
	cmd.Dir = filepath.VolumeName(program) + string(filepath.Separator)
	cmd.Stdin, cmd.Stdout = bytes.NewReader(input), out
	cmd.WaitDelay = time.Second
	g := newGroup(cmd)
	closeInherited()
	if err := cmd.Start(); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, failure(opRead, NoService, step, errors.New("the bridge's program does not start"))
	}
	err := g.wait(cmd)
	switch {
	case errors.Is(context.Cause(ctx), errTooMuch):
		clear(out.b)
		return nil, failure(opRead, TooLarge, step, errTooMuch)
	case ctx.Err() != nil:
		clear(out.b)
		return nil, context.Cause(ctx)
	case err != nil:
		clear(out.b)
		return nil, failure(opRead, Internal, step, errors.New("the bridge's program failed"))
	}
	return out.b, nil
}

var errTooMuch = errors.New("the bridge writes more than it may")

// bounded keeps what is written, up to a limit.
type bounded struct {
	b    []byte
	left int
	over func()
}

func (w *bounded) Write(b []byte) (int, error) {
	if len(b) > w.left {
		w.left = 0
		w.over()
		return 0, errTooMuch
	}
	w.left -= len(b)
	w.b = extend(w.b, bytes.Clone(b))
	return len(b), nil
}
