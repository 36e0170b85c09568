//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestASecondProgramIsToldWhoHasTheDesk holds the desk with a program that waits
// for its passphrase at a named pipe: opening the pipe to write waits until the
// program, which has the store open by then, opens it to read.
func TestASecondProgramIsToldWhoHasTheDesk(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.enrols("drlee", "doctor")
	pipe := filepath.Join(c.dir, "passphrase.pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	holder := c.command("", "ehrdesk", "--dir", c.desk, "--passphrase-file", pipe, "sync")
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}

	second := c.tries("", "sync")
	if second.status != statusLocked {
		t.Errorf("exit %d, want %d: %s", second.status, statusLocked, second.errors)
	}
	if got, want := c.value(second.errors, "error.message"), fmt.Sprintf("process %d has this store open", holder.Process.Pid); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}

	if _, err := w.WriteString(passphrase + "\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := holder.Wait(); err != nil {
		t.Errorf("the first program: %v", err)
	}
	c.does("", "sync") // and now it is free
}

const statusLocked = 7
