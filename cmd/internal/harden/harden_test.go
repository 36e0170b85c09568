package harden_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"

	"github.com/ehrdesk/ehrdesk/cmd/internal/harden"
)

// Of an answer that is longer than it says, as a server gives that counts letters and not bytes, nothing is
// logged by what reads it.
func TestNothingOfAnAnswerIsLogged(t *testing.T) {
	const run, canary = "EHRDESK_TEST_READS", "陳大文 Potassium"
	switch os.Getenv(run) {
	case "hardened":
		harden.Process()
		readsTooMuch(t, canary)
		return
	case "plain":
		readsTooMuch(t, canary)
		return
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for how, logged := range map[string]bool{"plain": true, "hardened": false} { // of an ordinary process it is logged
		cmd := exec.CommandContext(t.Context(), exe, "-test.run=^TestNothingOfAnAnswerIsLogged$")
		cmd.Env = append(os.Environ(), run+"="+how)
		out, err := cmd.CombinedOutput()
		if err != nil || bytes.Contains(out, []byte("Potassium")) != logged {
			t.Errorf("%s: %v, it wrote %s", how, err, out)
		}
	}
}

// readsTooMuch asks a server whose answer goes on behind its end, until the connection is given up for that.
func readsTooMuch(t *testing.T, rest string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	over := make(chan struct{})
	go func() {
		defer close(over)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		if _, err := c.Read(make([]byte, 4096)); err == nil {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"+rest)
			_, _ = io.Copy(io.Discard, c) // until it is closed there, which is after it was logged
		}
	}()
	res, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	<-over
}
