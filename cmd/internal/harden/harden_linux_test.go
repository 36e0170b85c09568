package harden_test

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ehrdesk/ehrdesk/cmd/internal/harden"
)

func TestGapsAreReadBackFromTheSystem(t *testing.T) {
	core := unix.Rlimit{Max: 1 << 20}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &core); err != nil {
		t.Skip("core files are off here already:", err)
	}
	if got := harden.Gaps(); len(got) != 2 {
		t.Errorf("of a process without the fence it names %q", got)
	}
	harden.Process()
	if got := harden.Gaps(); got != nil {
		t.Errorf("still open: %q", got)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	if got := harden.Gaps(); !slices.Equal(got, []string{"other programs of this user can read this one's memory"}) {
		t.Errorf("with the memory open it names %q", got)
	}
}
