//go:build unix

// Package testpg is a PostgreSQL server of a test's own, in a folder of its own, reached
// through a socket in it and by no network. No program imports it.
package testpg

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
)

// Server is a server that runs.
type Server struct {
	dir, bin string
	who      *syscall.SysProcAttr
	process  *exec.Cmd
	said     bytes.Buffer
}

// Start starts a server, which ends with the test; the test is skipped where there is none to
// start.
func Start(t testing.TB) *Server {
	t.Helper()
	bin := found()
	if bin == "" {
		t.Skip("SKIP the centre's store on a server: no PostgreSQL 15 or later (postgresql-15)")
	}
	who, uid, err := nobody()
	if err != nil {
		t.Skip("SKIP the centre's store on a server: PostgreSQL does not run as root, and there is no other user here")
	}
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has a hundred letters
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if uid >= 0 {
		if err := os.Chown(dir, uid, -1); err != nil {
			t.Fatal(err)
		}
	}
	s := &Server{dir: dir, bin: bin, who: who}
	if out, err := s.command("initdb", "-D", filepath.Join(dir, "data"), "-A", "trust", "-U", "ehr", "-E", "UTF8", "--locale=C", "-N").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v: %s", err, out)
	}
	s.Run(t)
	t.Cleanup(func() { s.Stop(t) })
	return s
}

// found is the folder of the server's programs, "" for none.
func found() string {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	for _, dir := range dirs {
		out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output()
		var version int
		if err == nil {
			_, err = fmt.Sscanf(string(out), "postgres (PostgreSQL) %d", &version)
		}
		if _, missing := os.Stat(filepath.Join(dir, "initdb")); err == nil && missing == nil && version >= 15 {
			return dir
		}
	}
	return ""
}

// nobody is as whom a server runs: us, or where we are root somebody who may nothing.
func nobody() (*syscall.SysProcAttr, int, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, -1, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, 0, err
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return nil, 0, err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, int(uid), err
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.SysProcAttr, cmd.Dir, cmd.Env = s.who, s.dir, []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	return cmd
}

// Run starts a server that was stopped, and waits until it answers.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	s.process = s.command("postgres", "-D", filepath.Join(s.dir, "data"), "-c", "listen_addresses=", "-c", "unix_socket_directories="+s.dir,
		"-c", "shared_buffers=32MB", "-c", "max_connections=400", "-c", "autovacuum=on")
	s.process.Stdout, s.process.Stderr = &s.said, &s.said
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(time.Minute); ; {
		if s.command("pg_isready", "-h", s.dir, "-U", "ehr", "-d", "postgres", "-t", "5").Run() == nil {
			return
		}
		if time.Now().After(until) {
			_ = s.process.Process.Kill()
			_ = s.process.Wait()
			t.Fatalf("the server does not answer: %s", &s.said)
		}
	}
}

// Stop ends the server at once, as if its machine had stopped for what is not on the disk.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(syscall.SIGQUIT) // immediate shutdown: what was committed is found again in its log
	if err := s.process.Wait(); err != nil && s.process.ProcessState == nil {
		t.Error(err)
	}
	s.process = nil
}

// Dir is the folder of the server, by which At finds it.
func (s *Server) Dir() string { return s.dir }

// At is a server that somebody else has started and will stop.
func At(dir string) *Server {
	who, _, err := nobody()
	if err != nil {
		who = &syscall.SysProcAttr{}
	}
	return &Server{dir: dir, bin: found(), who: who}
}

// Database makes a new database and gives its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := "d" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if out, err := s.command("createdb", "-h", s.dir, "-U", "ehr", name).CombinedOutput(); err != nil {
		t.Fatalf("createdb: %v: %s", err, out)
	}
	return "postgres://ehr@/" + name + "?host=" + url.QueryEscape(s.dir)
}
