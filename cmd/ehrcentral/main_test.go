package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/testpg"
	"github.com/google/uuid"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ehrcentral": main})
}

// TestScripts runs the command lines of testdata/script against the program.
func TestScripts(t *testing.T) {
	e := fhirtest.New(t, time.Now(), fhirtest.Quirks{})
	e.Put(`{"resourceType":"Patient","id":"p","identifier":[{"system":"` + ehrdesk.SystemEHR + `","value":"912345678903"},{"system":"` + ehrdesk.SystemHKIC + `","value":"A1234563"}],"name":[{"family":"CHAN"}],"birthDate":"1960-02-03","telecom":[{"system":"phone","value":"51112222"}]}`)
	scripts(t, "script", "ENGINE", e.URL)
}

// TestScriptsWithADatabase runs those of testdata/database, which have one at $DATABASE.
func TestScriptsWithADatabase(t *testing.T) {
	scripts(t, "database", "DATABASE", testpg.Start(t).Database(t))
}

// scripts runs those of a folder, which have one variable more.
func scripts(t *testing.T, folder, name, value string) {
	t.Helper()
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", folder), Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits, "modes": modes, "waitready": waitReady, "waitgate": waitGate, "reported": reported,
	}, Setup: func(env *testscript.Env) error {
		env.Setenv(name, value)
		return nil
	}})
}

// exits runs a command that must end with a status: exits 2 ehrcentral ….
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		got = strconv.Itoa(ended.ExitCode())
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s (%v)", got, args[0], err)
	}
}

// reported puts a member's report of a sealed case into a folder's store, which desks do by themselves alone, and its id into REPORT.
func reported(ts *testscript.TestScript, _ bool, args []string) {
	st, err := sqlstore.Open(context.Background(), filepath.Join(ts.MkAbs(args[0]), "centre.db"), time.Now, func(*store.Tx) error { return nil })
	ts.Check(err)
	id := uuid.NewString()
	ts.Check(st.Write(context.Background(), func(tx *store.Tx) error {
		tx.Desks.Cases().AddReport(&store.CaseReport{ID: id, Case: uuid.NewString(), N: 4, At: tx.Now.UnixMicro(), HCP: "9265400017", Staff: "drlee", By: "9265400018", Person: "drho", Why: "abusive"})
		return nil
	}))
	ts.Check(st.Close())
	ts.Setenv("REPORT", id)
}

// modes checks that a state folder is its owner's alone.
func modes(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			err = fmt.Errorf("%s is open to others: %v", d.Name(), info.Mode())
		}
		return err
	}))
}

// waitGate waits until a serve in the background has made a folder a gate's.
func waitGate(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		if _, err := os.Stat(filepath.Join(ts.MkAbs(args[0]), "upstream.json")); err == nil {
			return
		}
		time.Sleep(5 * time.Millisecond) // another process: there is nothing to wait on
	}
	ts.Fatalf("the folder never became a gate's")
}

// waitReady waits until the store of a serve in the background holds its people.
func waitReady(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(2 * time.Minute)
	for time.Now().Before(deadline) {
		if _, err := os.Stat(filepath.Join(ts.MkAbs(args[0]), "centre.db")); err == nil {
			c, err := central.Open(context.Background(), central.Options{Dir: ts.MkAbs(args[0])})
			ts.Check(err)
			empty, err := c.Empty(context.Background())
			ts.Check(errors.Join(err, c.Close()))
			if !empty {
				return
			}
		}
		time.Sleep(5 * time.Millisecond) // another process: there is nothing to wait on
	}
	ts.Fatalf("the territory never moved in")
}

// TestServeEndsCleanlyOnSIGTERM starts the program, waits for its line, and
// tells it to end.
func TestServeEndsCleanlyOnSIGTERM(t *testing.T) {
	program, _ := built(t)
	cmd := program("serve")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var ready struct {
		Base string
		PID  int
	}
	in := bufio.NewReader(out)
	line, err := in.ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &ready) != nil || ready.PID != cmd.Process.Pid {
		t.Fatalf("ready line %q: %v", line, err)
	}
	res, err := http.Get(ready.Base + "/metadata")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(in); len(rest) != 0 {
		t.Errorf("more on standard output: %q", rest)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// built gives the program as a child process over one state folder.
func built(t *testing.T) (program func(args ...string) *exec.Cmd, dir string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	link := filepath.Join(dir, "ehrcentral") // the name it is called by makes the test binary the program
	if err := os.Symlink(exe, link); err != nil {
		t.Skip("no symbolic links here")
	}
	return func(args ...string) *exec.Cmd {
		return exec.CommandContext(t.Context(), link, append([]string{"--dir", filepath.Join(dir, "state")}, args...)...)
	}, dir
}

// TestProgramsThatMakeOneStoreAtOnceAllOpenIt: serve and a command may both be
// the first.
func TestProgramsThatMakeOneStoreAtOnceAllOpenIt(t *testing.T) {
	for round := range 12 {
		program, _ := built(t)
		ended := make(chan error, 3)
		for i := range cap(ended) {
			go func() { ended <- program("hcp", "add", "--name", fmt.Sprint("Clinic ", i)).Run() }()
		}
		for range cap(ended) {
			if err := <-ended; err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
	}
}

// TestAcknowledgedWritesSurviveKill ends the program with SIGKILL while it
// imports, again and again, and looks for every patient whose line was printed.
func TestAcknowledgedWritesSurviveKill(t *testing.T) {
	program, dir := built(t)
	acknowledged := map[string]bool{}
	for round := range 4 {
		var files []string
		for i := range 60 {
			name := filepath.Join(dir, fmt.Sprintf("r%d-%d.json", round, i))
			id := fmt.Sprintf("p-%d-%d", round, i)
			text := fmt.Sprintf(`{"resourceType":"Patient","id":"%s","name":[{"family":"F%d"}]}`, id, i)
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
		cmd := program(append([]string{"import"}, files...)...)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		in := bufio.NewScanner(out)
		for n := 0; in.Scan(); n++ {
			var line struct{ Patient string }
			if err := json.Unmarshal(in.Bytes(), &line); err == nil {
				acknowledged[line.Patient] = true
			}
			if n == 5+7*round { // what it printed before it died still comes out of the pipe
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the program ended before it was killed")
		}
	}
	list, err := program("patient", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	if len(acknowledged) < 4*6 {
		t.Fatalf("only %d acknowledged", len(acknowledged))
	}
	for id := range acknowledged {
		if !bytes.Contains(list, []byte(`"patient":"`+id+`"`)) {
			t.Errorf("%s was acknowledged and is gone", id)
		}
	}
	if n := strings.Count(string(list), "\n"); n < len(acknowledged) {
		t.Errorf("%d listed, %d acknowledged", n, len(acknowledged))
	}
}

// What an operator reads on a terminal holds nothing that a terminal obeys, though a name that
// was entered does; it is the same JSON.
func TestNoNameIsObeyedByATerminal(t *testing.T) {
	var out bytes.Buffer
	p := &program{stdout: &out}
	const name = "A\u009b31mRED\u009b2J\u202eX\u007f陳\u2066é"
	if err := p.line(map[string]string{"name": name}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\u009b\u202e\u007f\u2066") {
		t.Errorf("%q", out.String())
	}
	var back map[string]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back["name"] != name {
		t.Errorf("%q, %v", back["name"], err)
	}
}
