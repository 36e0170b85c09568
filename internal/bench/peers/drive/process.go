package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// process is a worker on its store.
type process struct {
	name, program string
	args          []string
	dir           string // of its store

	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *bufio.Reader
}

func (p *process) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.program, append(append([]string{"-dir", p.dir}, p.args...), args...)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// start starts it on an empty store. It ends with the context, or with stop.
func (p *process) start(ctx context.Context, patients int) error {
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return err
	}
	cmd := p.command(ctx, "-patients", strconv.Itoa(patients))
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd, p.in, p.answers = cmd, in, bufio.NewReader(out)
	return nil
}

// ask has one step done and waits for its figure.
func (p *process) ask(step string) (float64, error) {
	if _, err := fmt.Fprintln(p.in, step); err != nil {
		return 0, fmt.Errorf("%s: %s: %w", p.name, step, err)
	}
	line, err := p.answers.ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("%s ended at %q", p.name, step)
	}
	return strconv.ParseFloat(strings.TrimSpace(line), 64)
}

// stop ends it, if it runs, and waits until it has.
func (p *process) stop() error {
	if p.cmd == nil {
		return nil
	}
	err := errors.Join(p.in.Close(), p.cmd.Wait())
	p.cmd = nil
	return err
}

// cold has a new process open the store and read one record: the time from its
// first instruction, and that of the whole process, in nanoseconds.
func (p *process) cold(ctx context.Context, patient int, ref ehrdesk.Ref) (inside, whole float64, err error) {
	cmd := p.command(ctx, "-cold", strconv.Itoa(patient), "-ref", ref.String())
	began := time.Now()
	out, err := cmd.Output()
	whole = float64(time.Since(began).Nanoseconds())
	if err != nil {
		return 0, 0, fmt.Errorf("%s: cold: %w", p.name, err)
	}
	inside, err = strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	return inside, whole, err
}
