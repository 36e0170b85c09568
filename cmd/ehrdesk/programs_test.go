package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/go-json-experiment/json"
)

// centre is the central service as a process of its own. Its log is appended to
// dir + ".log" across restarts.
type centre struct {
	dir  string
	args []string // further arguments of serve
	env  []string // its environment, nil for this process's
	addr string   // where it listens: any free port, and then always that one
	base string
	cmd  *exec.Cmd
}

// start runs it and waits until it says that it is ready.
func (c *centre) start() error {
	if c.cmd != nil {
		return errors.New("the centre runs already")
	}
	log, err := os.OpenFile(c.dir+".log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	listen := "127.0.0.1:0"
	if c.addr != "" {
		listen = c.addr
	}
	cmd := exec.Command("ehrcentral", append([]string{"--dir", c.dir, "serve", "--listen", listen}, c.args...)...)
	cmd.Stderr, cmd.Env = log, c.env
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var ready struct {
		Base string `json:"base"`
		PID  int    `json:"pid"`
	}
	line, err := bufio.NewReader(out).ReadBytes('\n') // or the end of a process that failed
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err == nil && ready.PID != cmd.Process.Pid {
		err = fmt.Errorf("it says it is process %d and is %d", ready.PID, cmd.Process.Pid)
	}
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return fmt.Errorf("the centre did not start: %w", err)
	}
	c.cmd, c.base = cmd, ready.Base
	if c.addr == "" {
		c.addr = strings.TrimSuffix(strings.TrimPrefix(ready.Base, "http://"), "/fhir")
	}
	return nil
}

// stop ends it, if it runs, and wants it to end well.
func (c *centre) stop() error {
	if c.cmd == nil {
		return nil
	}
	cmd := c.cmd
	c.cmd = nil
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil { // Windows knows no such thing
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("the centre ended badly: %w", err)
	}
	return nil
}

// exitStatus is the status that a finished command gave; -1 if it gave none.
func exitStatus(err error) int {
	var ended *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		return ended.ExitCode()
	default:
		return -1
	}
}

// clinic is a centre, a provider and a desk of it, for the stories told in Go.
type clinic struct {
	t      *testing.T
	dir    string // everything is under it
	desk   string // the desk's folder, on a disk of its own where a test says so
	temp   string // the temporary folder of both programs
	pass   string // passphrase file
	centre *centre
	hcp    string
	code   string // the last activation code given out

	heard bytes.Buffer // the standard error of every command, both programs
}

// newClinic starts a centre with one provider whose desks may keep copies. The
// options are applied before it starts.
func newClinic(t *testing.T, options ...func(*clinic)) *clinic {
	t.Helper()
	dir := t.TempDir()
	c := &clinic{t: t, dir: dir, desk: filepath.Join(dir, "desk"), temp: filepath.Join(dir, "tmp"), pass: filepath.Join(dir, "pass"),
		centre: &centre{dir: filepath.Join(dir, "centre")}}
	c.centre.env = c.environment()
	for _, set := range options {
		set(c)
	}
	if err := errors.Join(os.Mkdir(c.temp, 0o700), os.WriteFile(c.pass, []byte(passphrase+"\n"), 0o600), c.centre.start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.centre.stop(); err != nil {
			t.Error(err)
		}
	})
	c.hcp = c.value(c.central("hcp", "add", "--name", "Harbour Light Clinic", "--cache-hours", "24"), "id")
	return c
}

// result is how a command ended.
type result struct {
	status      int
	out, errors []byte
}

// command makes a command of one of the programs.
func (c *clinic) command(stdin, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(c.t.Context(), program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = c.environment()
	return cmd
}

// environment is what the programs run in: their own temporary folder, and
// nobody's state folder.
func (c *clinic) environment() []string {
	return append(os.Environ(), "TMPDIR="+c.temp, "TMP="+c.temp, "TEMP="+c.temp, "HOME="+c.dir, "XDG_DATA_HOME=", "EHRDESK_DIR=", "EHRCENTRAL_DIR=", "EHRDESK_PATIENCE=1m")
}

func (c *clinic) run(stdin, program string, args ...string) result {
	c.t.Helper()
	cmd := c.command(stdin, program, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	c.heard.Write(errs.Bytes())
	return result{exitStatus(err), out.Bytes(), errs.Bytes()}
}

// central runs ehrcentral, which must succeed, and gives its output.
func (c *clinic) central(args ...string) []byte {
	c.t.Helper()
	r := c.run("", "ehrcentral", append([]string{"--dir", c.centre.dir}, args...)...)
	if r.status != 0 {
		c.t.Fatalf("ehrcentral %s: exit %d: %s", args[0], r.status, r.errors)
	}
	return r.out
}

// tries runs ehrdesk as drlee and gives how it ended.
func (c *clinic) tries(stdin string, args ...string) result {
	c.t.Helper()
	return c.run(stdin, "ehrdesk", append([]string{"--dir", c.desk, "--passphrase-file", c.pass, "--json"}, args...)...)
}

// does runs ehrdesk, which must succeed, and gives its output.
func (c *clinic) does(stdin string, args ...string) []byte {
	c.t.Helper()
	r := c.tries(stdin, args...)
	if r.status != 0 {
		c.t.Fatalf("ehrdesk %s: exit %d: %s", args[0], r.status, r.errors)
	}
	return r.out
}

func (c *clinic) value(line []byte, path string) string {
	c.t.Helper()
	v, err := lookUp(line, path)
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

// enrols registers a person on the desk.
func (c *clinic) enrols(staff, role string) {
	c.t.Helper()
	c.code = c.value(c.central("account", "add", "--hcp", c.hcp, "--staff", staff, "--role", role), "activation_code")
	b, err := json.Marshal(secretsFile{Code: c.code, Passphrase: passphrase})
	if err != nil {
		c.t.Fatal(err)
	}
	c.does(string(b), "enrol", "--central", c.centre.base, "--staff", staff, "--secrets", "-")
}

// imported is the line that an import prints about a patient.
type imported struct {
	EHR        string         `json:"ehr_number"`
	HKIC       string         `json:"hkic"`
	Key        string         `json:"access_key"`
	Resources  map[string]int `json:"resources"`
	OutOfScope map[string]int `json:"out_of_scope"`
	Linked     map[string]int `json:"linked"`
	Rejected   []struct {
		Resource string `json:"resource"`
		ID       string `json:"id"`
		Reason   string `json:"reason"`
	} `json:"rejected"`
}

// imports takes files into the centre and gives the patients among them.
func (c *clinic) imports(files ...string) []imported {
	c.t.Helper()
	return slices.DeleteFunc(c.importReports(files...), func(p imported) bool { return p.EHR == "" })
}

// importReports takes files into the centre and gives every line it prints.
func (c *clinic) importReports(files ...string) []imported {
	c.t.Helper()
	var out []imported
	for line := range bytes.Lines(c.central(append([]string{"import"}, files...)...)) {
		var p imported
		if err := json.Unmarshal(line, &p); err != nil {
			c.t.Fatalf("import: %q: %v", line, err)
		}
		out = append(out, p)
	}
	return out
}

// act is the standard input of consent and revoke, by Access Key.
func (p imported) act() string {
	return fmt.Sprintf(`{"number":%q,"channel":"access-key","term":"indefinite","giver":"patient","access_key":%q,"notice_read":true,"document_sighted":true}`, p.EHR, p.Key)
}

// withdrawal is what revoke takes of it.
func (p imported) withdrawal() string {
	return fmt.Sprintf(`{"number":%q,"channel":"access-key","giver":"patient","access_key":%q,"document_sighted":true}`, p.EHR, p.Key)
}

// rawLines are the records of a chart, as received, one a line.
func rawLines(out []byte) [][]byte {
	if len(out) == 0 {
		return nil
	}
	return bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
}
