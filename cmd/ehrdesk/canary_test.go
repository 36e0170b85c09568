package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/ehrdesk/ehrdesk"
)

// Words that stand in no program, and are looked for everywhere afterwards.
const (
	canarySurname = "QUIXWORTHY"
	canaryGiven   = "Zebulonia"
	canaryChinese = "龘靐齉"
	canaryIllness = "Xylophagia quartzosa"
	canaryDisease = "齉鼻龘症"
	canaryEHR     = "661907284533"
	canaryWrong   = "97310642" // a wrong Access Key
	canaryRecords = 2600       // six pages of a sync
)

// TestNothingOfAPatientStandsInTheClearOutsideTheCentre does a whole job with a
// patient of those words, with a desk killed in the middle of a sync, a lock-out
// and an end of consent, and after each step reads every byte of the desk's
// folder, of the temporary folder, and of what both programs logged.
func TestNothingOfAPatientStandsInTheClearOutsideTheCentre(t *testing.T) {
	t.Parallel()
	line := newLine(t)
	c := newClinic(t, line.between)
	c.enrols("drlee", "doctor")
	hkic := "XK741852(" + string(ehrdesk.CheckDigit("XK741852")) + ")"
	file := filepath.Join(c.dir, "canary.json")
	if err := os.WriteFile(file, canaryBundle(hkic), 0o600); err != nil {
		t.Fatal(err)
	}
	both := c.imports(file)
	if len(both) != 2 || both[0].EHR != canaryEHR || both[0].HKIC != hkic {
		t.Fatalf("imported %+v", both)
	}
	p, other := both[0], both[1]

	birds := canaries{
		"HKIC": "XK741852", "eHR number": canaryEHR, "eHR number as printed": "6619 0728 4533",
		"surname": canarySurname, "given name": canaryGiven, "Chinese name": canaryChinese,
		"illness": canaryIllness, "illness in Chinese": canaryDisease,
		"Access Key": p.Key, "Access Key of the other": other.Key, "wrong Access Key": canaryWrong,
		"activation code": c.code, "activation code, plain": strings.ReplaceAll(c.code, "-", ""),
		"passphrase": "tall ships", "passphrase in Chinese": "七十二",
	}
	clean := func(after string) {
		t.Helper()
		for _, leak := range c.leaks(birds) {
			t.Errorf("after %s: %s", after, leak)
		}
	}
	clean("enrolment")

	c.does(hkic, "find")
	c.wants(2, "XK741852(Z)", "find")
	c.wants(2, `{"number":"`+hkic+`","access_key":"`+p.Key, "consent")
	c.wants(2, "", "find", hkic)
	clean("look-ups")

	for _, status := range []int{6, 6, 7} { // wrong, wrong, locked
		c.wants(status, strings.Replace(other.act(), other.Key, canaryWrong, 1), "consent")
	}
	c.wants(7, other.act(), "consent")
	clean("a lock-out")

	c.does(p.act(), "consent")
	clean("consent")

	desk := c.command(p.EHR, "ehrdesk", "--dir", c.desk, "--passphrase-file", c.pass, "chart", "--purpose", "consultation")
	held := line.hold(6) // four pages may wait between the line and the store: the sixth is asked for when the first is stored
	if err := desk.Start(); err != nil {
		t.Fatal(err)
	}
	<-held
	if err := desk.Process.Kill(); err != nil { // as kill -9
		t.Fatal(err)
	}
	if err := desk.Wait(); err == nil {
		t.Fatal("the desk ended well in the middle of a sync")
	}
	clean("a kill")
	kept := c.does("", "cache", "status")
	if n := c.value(kept, "records"); n == "0" || n == fmt.Sprint(canaryRecords+1) {
		t.Fatalf("the desk was not in the middle of the sync: %s records are kept", n)
	}
	c.does("", "audit", "verify")
	clean("recovery")

	if err := c.centre.stop(); err != nil {
		t.Fatal(err)
	}
	c.wants(5, p.EHR, "chart", "--purpose", "consultation") // half a copy is none
	if err := c.centre.start(); err != nil {
		t.Fatal(err)
	}
	if n := len(rawLines(c.does(p.EHR, "chart", "--purpose", "consultation", "--raw"))); n != canaryRecords+1 {
		t.Errorf("%d records after the kill, want %d", n, canaryRecords+1)
	}
	c.does("", "sync")
	clean("a sync")

	if err := c.centre.stop(); err != nil {
		t.Fatal(err)
	}
	if out := c.does(p.EHR, "chart", "--purpose", "consultation"); !bytes.Contains(out, []byte(canaryDisease)) {
		t.Error("the copy does not hold what is looked for")
	}
	c.does("", "outbox", "list")
	c.does("", "audit", "list")
	clean("a day offline")
	if err := c.centre.start(); err != nil {
		t.Fatal(err)
	}

	c.does(p.withdrawal(), "revoke")
	c.does("", "cache", "purge", "--all")
	c.wants(4, p.EHR, "chart", "--purpose", "consultation")
	clean("the end of consent")

	t.Run("what is looked for is found where it stands", func(t *testing.T) { birds.canBeFound(t, file) })
}

// canaryBundle is a patient with many records, and another with none.
func canaryBundle(hkic string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"resourceType":"Bundle","type":"collection","entry":[
{"resource":{"resourceType":"Patient","id":"canary","identifier":[{"system":%q,"value":%q},{"system":%q,"value":%q}],"name":[{"family":%q,"given":[%q]},{"text":%q}],"gender":"other","birthDate":"1961-07-19"}},
{"resource":{"resourceType":"Patient","id":"other","name":[{"family":%q,"given":["Other"]}],"gender":"other","birthDate":"1962-07-19"}}`,
		ehrdesk.SystemHKIC, hkic, ehrdesk.SystemEHR, canaryEHR, canarySurname, canaryGiven, canaryChinese, canarySurname)
	for i := range canaryRecords {
		fmt.Fprintf(&b, `,
{"resource":{"resourceType":"Condition","id":"c%d","code":{"text":"%s %s"},"subject":{"reference":"Patient/canary","display":%q},"recordedDate":"2024-05-06","note":[{"text":"%s says %s, no. %d"}]}}`,
			i, canaryIllness, canaryDisease, canarySurname, canaryGiven, canaryChinese, i)
	}
	b.WriteString("]}\n")
	return b.Bytes()
}

// wants runs ehrdesk, which must end with a status.
func (c *clinic) wants(status int, stdin string, args ...string) {
	c.t.Helper()
	if r := c.tries(stdin, args...); r.status != status {
		c.t.Errorf("ehrdesk %s: exit %d, want %d: %s", args[0], r.status, status, r.errors)
	}
}

// leaks looks for the canaries wherever the two programs write, but for the
// centre's own database: that is where the records belong.
func (c *clinic) leaks(birds canaries) []string {
	c.t.Helper()
	found := birds.in("standard error", c.heard.Bytes())
	log, err := os.ReadFile(c.centre.dir + ".log")
	if err != nil || len(log) == 0 {
		c.t.Fatalf("the centre has no log to look through: %v", err)
	}
	found = append(found, birds.in("the centre's log", log)...)
	read := 0
	for _, dir := range []string{c.desk, c.temp} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			read += len(b)
			found = append(found, birds.in(filepath.Base(name), b)...)
			found = append(found, birds.in("the name of a file", []byte(name))...)
			return nil
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if read == 0 {
		c.t.Fatal("nothing was read: this search cannot fail")
	}
	return found
}

// canaries are words by what they are.
type canaries map[string]string

// in names the canaries that stand in b, and in what form.
func (birds canaries) in(where string, b []byte) []string {
	var found []string
	for what, word := range birds {
		for form, text := range forms(word) {
			if bytes.Contains(b, text) {
				found = append(found, fmt.Sprintf("the %s stands in %s, as %s", what, where, form))
			}
		}
	}
	return found
}

// forms are the ways in which a program may write a word without hiding it.
func forms(word string) map[string][]byte {
	wide := utf16.Encode([]rune(word))
	little, big, escaped := []byte{}, []byte{}, ""
	for _, u := range wide {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
		escaped += fmt.Sprintf(`\u%04x`, u)
	}
	out := map[string][]byte{
		"UTF-8": []byte(word), "lower case": []byte(strings.ToLower(word)), "upper case": []byte(strings.ToUpper(word)),
		"UTF-16LE": little, "UTF-16BE": big, "JSON escapes": []byte(escaped), "a part of a URL": []byte(url.QueryEscape(word)),
		"hex": []byte(hex.EncodeToString([]byte(word))), "upper-case hex": []byte(strings.ToUpper(hex.EncodeToString([]byte(word)))),
	}
	for shift := range 3 { // base64 of a text reads differently by where the word begins
		pad := make([]byte, shift, shift+len(word))
		from, whole := []int{0, 2, 3}[shift], (shift+len(word))/3*4
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			out[fmt.Sprintf("%s, shifted by %d", name, shift)] = []byte(enc.EncodeToString(append(pad, word...)))[from:whole]
		}
	}
	return out
}

// canBeFound is the control of the search: it finds each word in the centre's own
// import file or planted, in each form.
func (birds canaries) canBeFound(t *testing.T, imported string) {
	b, err := os.ReadFile(imported)
	if err != nil {
		t.Fatal(err)
	}
	there := strings.Join(birds.in("the import file", b), "\n")
	for _, what := range []string{"HKIC", "eHR number", "surname", "given name", "Chinese name", "illness", "illness in Chinese"} {
		if !strings.Contains(there, "the "+what+" stands in the import file, as UTF-8") {
			t.Errorf("the %s stands in the import file and was not found", what)
		}
	}
	for what, word := range birds {
		written := map[string][]byte{
			"UTF-8": []byte("x" + word + "x"), "hex": fmt.Appendf(nil, "%x", "x"+word), "a part of a URL": []byte(url.Values{"q": {word}}.Encode()),
		}
		for shift := range 3 {
			written[fmt.Sprintf("base64, shifted by %d", shift)] = []byte(base64.StdEncoding.EncodeToString([]byte("abc"[:shift] + word + "z")))
		}
		for form, text := range written {
			if found := strings.Join((canaries{what: word}).in("a planted file", text), "\n"); !strings.Contains(found, "as "+form) {
				t.Errorf("the %s was planted as %s and not found: %s", what, form, found)
			}
		}
		if len(birds.in("nothing", []byte("nothing of the kind"))) != 0 {
			t.Error("it finds what is not there")
		}
	}
}

// line is what lies between a desk and the centre, and can hold an answer back.
type line struct {
	url string

	mu    sync.Mutex
	to    *httputil.ReverseProxy
	page  int           // pages of records asked for
	stop  int           // the one to hold back
	held  chan struct{} // closed when it is
	spare string        // an address that was free
}

func newLine(t *testing.T) *line {
	t.Helper()
	l := &line{}
	front := httptest.NewServer(l)
	t.Cleanup(front.Close)
	l.url = front.URL
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.spare = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	to := &url.URL{Scheme: "http", Host: l.spare}
	l.to = &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }, // the line is dead, not the centre ill
	}
	return l
}

// between puts the line in front of a clinic's centre.
func (l *line) between(c *clinic) {
	c.centre.addr, c.centre.args = l.spare, []string{"--base", l.url + "/fhir"}
}

// hold keeps the nth page of records from now back until whoever asks is gone;
// the channel is closed when it is asked for.
func (l *line) hold(nth int) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.page, l.stop, l.held = 0, nth, make(chan struct{})
	return l.held
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/$everything") && l.holds() {
		<-r.Context().Done()
		return
	}
	l.to.ServeHTTP(w, r)
}

func (l *line) holds() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.page++; l.page != l.stop {
		return false
	}
	close(l.held)
	l.stop = 0
	return true
}
