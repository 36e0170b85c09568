package unseen_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk/cmd/internal/unseen"
)

// terminal is a terminal device from both ends.
func terminal(t *testing.T) (keys, in *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("SKIP no terminal devices here: %v", err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	fd := int(keys.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	no, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	in, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", no), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	return keys, in
}

func typed(t *testing.T, keys *os.File, words string) {
	t.Helper()
	if _, err := keys.WriteString(words); err != nil {
		t.Fatal(err)
	}
}

// line types a line, and waits until the terminal has it to be read: by then it is echoed, or is
// not going to be.
func line(t *testing.T, keys, in *os.File, words string) {
	t.Helper()
	typed(t, keys, words+"\n")
	for begun := time.Now(); ; {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(in.Fd()), Events: unix.POLLIN}}, 1000)
		switch {
		case err != nil && err != unix.EINTR:
			t.Fatal(err)
		case n > 0:
			return
		case time.Since(begun) > time.Minute:
			t.Fatal("the terminal has nothing to be read")
		}
	}
}

// shown is what the terminal has shown by now, up to a word that is written to it.
func shown(t *testing.T, keys, in *os.File) string {
	t.Helper()
	typed(t, in, "<end>")
	var seen strings.Builder
	buf := make([]byte, 256)
	for !strings.Contains(seen.String(), "<end>") {
		n, err := keys.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		seen.Write(buf[:n])
	}
	return strings.TrimSuffix(seen.String(), "<end>")
}

// A passphrase that is typed while a program still opens its store is not shown, and is the one
// that is read, also where its line was typed before the program began.
func TestAPassphraseTypedEarlyIsNotShown(t *testing.T) {
	keys, in := terminal(t)
	reads := func(want string) {
		t.Helper()
		if words, err := term.ReadPassword(int(in.Fd())); err != nil || string(words) != want {
			t.Errorf("it reads %q, %v; want %q", words, err, want)
		}
	}
	line(t, keys, in, "early")
	if got := shown(t, keys, in); !strings.Contains(got, "early") {
		t.Fatalf("the terminal shows %q before", got)
	}
	end := unseen.Begin(in)
	reads("early")
	line(t, keys, in, "harbour light ferry pier")
	if got := shown(t, keys, in); got != "" {
		t.Errorf("it shows %q", got)
	}
	reads("harbour light ferry pier")
	line(t, keys, in, "more")
	if got := shown(t, keys, in); strings.Contains(got, "more") {
		t.Errorf("between two questions it shows %q", got)
	}
	reads("more")
	end()
	end()
	line(t, keys, in, "seen")
	if got := shown(t, keys, in); !strings.Contains(got, "seen") {
		t.Errorf("afterwards it shows %q", got)
	}
}
