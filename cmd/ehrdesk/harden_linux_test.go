package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user without a right to anything of another's.
const nobody = 65534

// TestTheProgramsMemoryIsClosedToOthersAndToCoreFiles looks from outside at the
// program as it runs, held at a named pipe: a process that the same user may not
// read has its files in /proc made root's, so a root who tests runs it as nobody.
func TestTheProgramsMemoryIsClosedToOthersAndToCoreFiles(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "ehrdesk-harden-") // t.TempDir is for this user alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	pipe := filepath.Join(dir, "secrets")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	cmd := exec.Command(readableCopy(t, dir), "enrol", "--central", "https://127.0.0.1/fhir", "--staff", "drlee", "--secrets", pipe)
	cmd.Env = []string{"HOME=" + dir}
	if os.Geteuid() == 0 {
		if err := os.Chown(pipe, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits until the program reads
	if err != nil {
		t.Fatal(err)
	}
	proc := filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid))
	if uid := owner(t, filepath.Join(proc, "mem")); uid != 0 {
		t.Errorf("the memory is user %d's to read, want root's alone", uid)
	}
	limits, err := os.ReadFile(filepath.Join(proc, "limits"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^Max core file size +0 +0 `).Match(limits) {
		t.Errorf("core files are not off:\n%s", limits)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("it enrolled somebody with nothing")
	}

	plain := exec.Command("cat") // the control: an ordinary process of the same user
	plain.SysProcAttr = cmd.SysProcAttr
	in, err := plain.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := plain.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := plain.Start(); err != nil {
		t.Skip("SKIP no process to compare with: ", err)
	}
	defer func() { _ = plain.Process.Kill(); _ = plain.Wait() }()
	// It has begun once it answers: before, its memory is not yet its own.
	if _, err := in.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if uid := owner(t, filepath.Join("/proc", strconv.Itoa(plain.Process.Pid), "mem")); uid == 0 {
		t.Error("the memory of every process is root's here: the look at it cannot fail")
	}
}

// readableCopy is the program where every user can run it.
func readableCopy(t *testing.T, dir string) string {
	t.Helper()
	from, err := exec.LookPath("ehrdesk")
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	to := filepath.Join(dir, "ehrdesk")
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func owner(t *testing.T, name string) uint32 {
	t.Helper()
	var st syscall.Stat_t
	if err := syscall.Stat(name, &st); err != nil {
		t.Fatal(err)
	}
	return st.Uid
}

// TestDoctorReadsTheFenceBack has the program ask the system what it was given.
func TestDoctorReadsTheFenceBack(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("ehrdesk", "--dir", t.TempDir(), "--json", "doctor")
	out, _ := cmd.Output() // other checks may fail here
	line := ""
	for l := range strings.Lines(string(out)) {
		if strings.Contains(l, `"check":"memory"`) {
			line = l
		}
	}
	if !strings.Contains(line, `"status":"ok"`) {
		t.Errorf("doctor says %q of the memory", line)
	}
}
