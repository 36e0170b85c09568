package ui

import (
	"errors"
	"io"
	"os"

	"golang.org/x/term"
)

// maxLine is the most that one line may be; what is longer is cut.
const maxLine = 4096

// Standard are the lines of a file: of a terminal, where what is secret is not shown, or
// of a pipe. restore gives the terminal back as it was, also in the middle of a line.
func Standard(in *os.File) (l Lines, restore func()) {
	fd := int(in.Fd())
	s := &standard{in: in, tty: term.IsTerminal(fd)}
	state, err := term.GetState(fd)
	return s, func() {
		if s.tty && err == nil {
			_ = term.Restore(fd, state)
		}
	}
}

// atTerminal reports that what is written goes to a person's eyes, and to no file or program.
func atTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

type standard struct {
	in  *os.File
	tty bool
}

// Echoes reports a terminal.
func (s *standard) Echoes() bool { return s.tty }

// Line reads one byte at a time: nothing of the next line, which may be secret, is held.
func (s *standard) Line(secret bool) ([]byte, error) {
	if s.tty && secret {
		b, err := term.ReadPassword(int(s.in.Fd()))
		_, _ = os.Stdout.WriteString("\n") // the one that the terminal did not show
		return b, err
	}
	line := make([]byte, 0, maxLine) // never grown: no part of a secret is left behind
	var one [1]byte
	for {
		n, err := s.in.Read(one[:])
		switch {
		case n == 1 && one[0] == '\n':
			return trimmed(line), nil
		case n == 1 && len(line) < maxLine:
			line = append(line, one[0])
		case errors.Is(err, io.EOF) && len(line) > 0:
			return trimmed(line), nil
		case err != nil:
			return nil, err
		}
	}
}

func trimmed(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}
