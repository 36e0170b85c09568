package unseen_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

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
// that is read; what was typed before the program began is not taken for it.
func TestAPassphraseTypedEarlyIsNotShown(t *testing.T) {
	keys, in := terminal(t)
	typed(t, keys, "ls\n")
	if got := shown(t, keys, in); !strings.Contains(got, "ls") {
		t.Fatalf("the terminal shows %q before", got)
	}
	end := unseen.Begin(in)
	typed(t, keys, "harbour light ferry pier\n")
	if got := shown(t, keys, in); got != "" {
		t.Errorf("it shows %q", got)
	}
	words, err := term.ReadPassword(int(in.Fd()))
	if err != nil || string(words) != "harbour light ferry pier" {
		t.Errorf("it reads %q, %v", words, err)
	}
	typed(t, keys, "more")
	if got := shown(t, keys, in); strings.Contains(got, "more") {
		t.Errorf("between two questions it shows %q", got)
	}
	end()
	end()
	typed(t, keys, "seen")
	if got := shown(t, keys, in); got != "seen" {
		t.Errorf("afterwards it shows %q", got)
	}
}

// Of what is no terminal nothing is dropped.
func TestAFileIsLeftAsItIs(t *testing.T) {
	unseen.Begin(strings.NewReader("words"))()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	typed(t, w, "words")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	unseen.Begin(r)()
	b := make([]byte, 8)
	if n, err := r.Read(b); err != nil || string(b[:n]) != "words" {
		t.Errorf("%q, %v", b[:n], err)
	}
}
