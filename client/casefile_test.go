package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/casearchive"
)

// opened is a file of somebody's, open.
func opened(t testing.TB, name string, b []byte) fs.File {
	t.Helper()
	f, err := fstest.MapFS{name: {Data: b}}.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// scan is so many bytes of a picture.
func scan(n int) []byte {
	b := bytes.Repeat([]byte("chest x-ray, CHAN TAI MAN "), n/26+1)[:n]
	copy(b, "%PDF-1.7\n")
	return b
}

func (d *seat) sends(id, words, name string, b []byte) {
	d.t.Helper()
	if err := d.s.SayInCase(d.t.Context(), ehrdesk.CaseMessage{Case: id, Text: words, File: opened(d.t, name, b)}); err != nil {
		d.t.Fatal(err)
	}
}

// delivers sends what waits, with files.
func (d *seat) delivers() error {
	d.clock.advance(time.Minute)
	if err := d.s.SyncCases(d.t.Context()); err != nil {
		return err
	}
	return d.s.SendCaseFiles(d.t.Context())
}

// saved is the file of a message, saved.
func (d *seat) saved(id string, event int) (b []byte, f ehrdesk.CaseFile, err error) {
	err = d.s.SaveCaseFile(d.t.Context(), id, event, func(is ehrdesk.CaseFile, from io.Reader) (err error) {
		f = is
		b, err = io.ReadAll(from)
		return err
	})
	return b, f, err
}

// files are the names of what lies beside the journal of a desk, and none of it is readable.
func (d *seat) files() (names []string) {
	d.t.Helper()
	all, err := filepath.Glob(filepath.Join(d.dir, "providers", "*", "long", "*"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, path := range all {
		b, err := os.ReadFile(path)
		if err != nil || bytes.Contains(b, []byte("CHAN")) || bytes.Contains(b, []byte("x-ray")) {
			d.t.Fatalf("%s is readable: %v", path, err)
		}
		names = append(names, filepath.Base(path))
	}
	return names
}

// A file goes with a message to the other desk, whatever its length, and is saved there as it was, without the line too, and by its author.
func TestAFileGoesWithAMessage(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	for i, n := range []int{1, 5000, 255 << 10, 300 << 10, 3 << 20} {
		want := scan(n)
		a.sends(id, "see the film", "../x-ray of the chest.pdf"[3:], want)
		if w := a.has(id).Waits; len(w) != 1 || w[0].Body.File == nil || w[0].Body.File.Size != int64(n) {
			t.Fatalf("%+v", w)
		}
		if err := a.delivers(); err != nil {
			t.Fatal(err)
		}
		b.sync()
		v := b.has(id)
		event := v.Said[i].Event
		if _, _, err := b.saved(id, event); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Errorf("saved before it was opened: %v", err)
		}
		b.reads(id, "see the film")
		b.line.set(true, nil)
		for _, d := range j.desk {
			got, f, err := d.saved(id, event)
			if err != nil || !bytes.Equal(got, want) || f.Name != "x-ray of the chest.pdf" || f.Size != int64(n) {
				t.Fatalf("%s, %d bytes: %d, %+v, %v", d.me.Staff, n, len(got), f, err)
			}
			if n > 100 && f.Media != "application/pdf" {
				t.Errorf("%s", f.Media)
			}
			if len(d.files()) != i+1 {
				t.Errorf("%s has %v", d.me.Staff, d.files())
			}
		}
		b.line.set(false, nil)
		b.sync()
	}
	var copied int
	entries, err := b.s.AccessLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Detail, "x-ray") {
			t.Errorf("the log names it: %+v", e)
		}
		if e.Action == ehrdesk.AuditCopy && e.Detail == "sealed case: a file, saved" {
			copied++
		}
	}
	if copied != 5 {
		t.Errorf("%d of 5 are in the access log", copied)
	}
}

// changing is a file that is longer, shorter, or another than it was said to be while it is read.
type changing struct {
	fs.File
	r    io.Reader
	size int64
	at   []time.Time
}

func (c *changing) Read(p []byte) (int, error) { return c.r.Read(p) }
func (c *changing) Stat() (fs.FileInfo, error) {
	at := c.at[0]
	if len(c.at) > 1 {
		c.at = c.at[1:]
	}
	return info{c.size, at}, nil
}

type info struct {
	size int64
	at   time.Time
}

func (i info) Name() string       { return "a.pdf" }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0 }
func (i info) ModTime() time.Time { return i.at }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }

// Of a file that changes while it is read, or is too long, or is none, nothing is kept and nothing said.
func TestAFileThatCannotGoLeavesNothing(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a := j.desk[0]
	id := j.begin(ehrdesk.CaseDestroys)
	then := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	same := []time.Time{then}
	dir, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	for name, f := range map[string]fs.File{
		"shorter":  &changing{r: bytes.NewReader(scan(100_000)), size: 100_001, at: same},
		"longer":   &changing{r: bytes.NewReader(scan(100_001)), size: 100_000, at: same},
		"touched":  &changing{r: bytes.NewReader(scan(100_000)), size: 100_000, at: []time.Time{then, then, then.Add(time.Second)}},
		"too long": &changing{r: bytes.NewReader(nil), size: ehrdesk.MostCaseFile + 1, at: same},
		"empty":    &changing{r: bytes.NewReader(nil), size: 0, at: same},
		"a folder": dir,
		"broken":   &changing{r: io.MultiReader(bytes.NewReader(scan(70_000)), &unreadable{}), size: 100_000, at: same},
	} {
		err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "see", File: f})
		if err == nil || strings.Contains(err.Error(), "secret") || len(a.files()) != 0 || len(a.has(id).Waits) != 0 {
			t.Errorf("%s: %v, %v, %d wait", name, err, a.files(), len(a.has(id).Waits))
		}
	}
	if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: "none", Text: "see", File: opened(t, "a.pdf", scan(10))}); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound || len(a.files()) != 0 {
		t.Errorf("of no case: %v, %v", err, a.files())
	}
	b := ehrdesk.CaseBody{File: &ehrdesk.CaseFile{Name: "a.pdf", Media: "a", Size: 5}}
	if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Body: b}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("a file that nobody has: %v", err)
	}
	full := scan(ehrdesk.MostCaseFile)
	a.sends(id, "as long as may be", "a.pdf", full)
	a.line.set(true, nil)
	w := a.has(id).Waits
	if err := a.s.GiveUpInCase(t.Context(), w[0].ID); err != nil || len(a.files()) != 0 {
		t.Errorf("given up: %v, %v", err, a.files())
	}
}

type unreadable struct{}

func (*unreadable) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: "/secret/CHAN.pdf", Err: fs.ErrPermission}
}

// Whichever request the line breaks at, before or after the centre has it, a message with a file is said once, whole; and what waits outlives
// the program.
func TestACutAtEachRequestSendsAFileOnce(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	said := 0
	want := scan(700 << 10)
	for _, after := range []bool{false, true} {
		for n := range 14 {
			a.sends(id, "once", "a.pdf", want)
			said++
			a.line.breakNth(n, after)
			_ = a.delivers()
			a.line.breakNth(-1, false)
			if n%5 == 0 {
				a.again()
			}
			if err := a.delivers(); err != nil {
				t.Fatalf("cut at %d (after %v): %v", n, after, err)
			}
			if v := a.has(id); len(v.Said) != said || len(v.Waits) != 0 || len(a.files()) != said {
				t.Fatalf("cut at request %d (after %v): %d said of %d, %d wait, %d files", n, after, len(v.Said), said, len(v.Waits), len(a.files()))
			}
		}
	}
	b.sync()
	v := wantOne(t, id, a, b)
	for n := range 6 { // and read over a line that breaks
		event := v.Said[n].Event
		b.line.breakNth(0, n%2 == 1)
		_, err := b.s.OpenInCase(t.Context(), id, event)
		b.line.breakNth(-1, false)
		b.clock.advance(time.Minute)
		if err == nil && n%2 == 0 {
			t.Errorf("%d: opened without the line", n)
		}
		if _, err := b.s.OpenInCase(t.Context(), id, event); err != nil {
			t.Fatal(err)
		}
		if got, _, err := b.saved(id, event); err != nil || !bytes.Equal(got, want) || len(b.files()) != n+1 {
			t.Fatalf("%d: %d bytes, %v, %v", n, len(got), err, b.files())
		}
	}
}

// While a file is on its way other cases go on, and so does what others say in the same one.
func TestWhatIsSaidWhileAFileIsOnItsWayDoesNotWait(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id, other := j.begin(ehrdesk.CaseDestroys), j.begin(ehrdesk.CaseDestroys)
	a.sends(id, "with a film", "a.pdf", scan(2<<20))
	held, goes := make(chan struct{}), make(chan struct{})
	a.line.set(false, func(r *http.Request, body []byte) []byte {
		if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "$case-envelope") {
			close(held)
			<-goes
		}
		return body
	})
	sent := make(chan error, 1)
	go func() { sent <- a.s.SendCaseFiles(context.WithoutCancel(t.Context())) }()
	<-held
	a.say(other, "meanwhile")
	a.sync()
	b.say(id, "from b")
	b.sync()
	a.sync()
	if v := a.has(other); len(v.Said) != 1 {
		t.Errorf("%d said, %d wait", len(v.Said), len(v.Waits))
	}
	if v := a.has(id); len(v.Said) != 1 || len(v.Waits) != 1 {
		t.Errorf("%d said, %d wait", len(v.Said), len(v.Waits))
	}
	close(goes)
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	b.sync()
	if v := wantOne(t, id, a, b); len(v.Said) != 2 || v.Said[1].By != a.me.CasePerson {
		t.Errorf("%+v", v.Said)
	}
	b.reads(id, "with a film")
}

// Whatever bytes the centre gives for an envelope, none of them is shown, kept or saved but those that its author sealed; and it does not
// matter how many they are.
func TestACentreThatGivesOtherBytesGivesNothing(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	want := scan(900 << 10)
	a.sends(id, "one", "a.pdf", want)
	a.sends(id, "two", "b.pdf", want)
	if err := a.delivers(); err != nil {
		t.Fatal(err)
	}
	b.sync()
	v := b.has(id)
	var whole [][]byte
	b.line.set(false, func(r *http.Request, body []byte) []byte {
		if strings.HasSuffix(r.URL.Path, "$case-envelope") {
			whole = append(whole, bytes.Clone(body))
			return nil
		}
		return body
	})
	for _, said := range v.Said {
		if _, err := b.s.OpenInCase(t.Context(), id, said.Event); err == nil {
			t.Fatal("nothing was opened")
		}
	}
	for name, give := range map[string][]byte{
		"a bit":        append(append(bytes.Clone(whole[0][:500_000]), whole[0][500_000]^1), whole[0][500_001:]...),
		"the last bit": append(bytes.Clone(whole[0][:len(whole[0])-1]), whole[0][len(whole[0])-1]^1),
		"another's":    whole[1][:len(whole[0])],
		"too few":      whole[0][:len(whole[0])-1],
		"too many":     append(bytes.Clone(whole[0]), 0),
		"far too many": bytes.Repeat(whole[0], 40),
		"no bytes":     {},
	} {
		b.line.set(false, func(r *http.Request, body []byte) []byte {
			if strings.HasSuffix(r.URL.Path, "$case-envelope") {
				return give
			}
			return body
		})
		b.clock.advance(time.Minute)
		r, err := b.s.OpenInCase(t.Context(), id, v.Said[0].Event)
		if err == nil || r.Body.Text != "" || r.Body.File != nil || len(b.files()) != 0 {
			t.Errorf("%s: %+v, %v, %v", name, r.Body, err, b.files())
		}
	}
	b.line.set(false, nil)
	b.clock.advance(time.Minute)
	if _, err := b.s.OpenInCase(t.Context(), id, v.Said[0].Event); err != nil {
		t.Fatal(err)
	}
	if got, _, err := b.saved(id, v.Said[0].Event); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// What is view-only is not saved, but by its author.
func TestAFileThatIsViewOnlyIsNotSaved(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	m := ehrdesk.CaseMessage{Case: id, Text: "look", Body: ehrdesk.CaseBody{ViewOnly: true}, File: opened(t, "a.pdf", scan(1000))}
	if err := a.s.SayInCase(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if err := a.delivers(); err != nil {
		t.Fatal(err)
	}
	b.sync()
	b.reads(id, "look")
	event := b.has(id).Said[0].Event
	if _, _, err := b.saved(id, event); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("%v", err)
	}
	if _, _, err := a.saved(id, event); err != nil {
		t.Errorf("its author: %v", err)
	}
}

// Of a case that was destroyed no file is left, and what was copied of a desk before opens none with the keys that there are afterwards.
func TestFilesOfADestroyedCaseOpenNowhere(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	gone, stays := j.begin(ehrdesk.CaseDestroys), j.begin(ehrdesk.CaseDestroys)
	want := scan(400 << 10)
	for _, id := range []string{gone, stays} {
		a.sends(id, "see", "a.pdf", want)
		if err := a.delivers(); err != nil {
			t.Fatal(err)
		}
		b.sync()
		b.reads(id, "see")
		b.sync()
	}
	a.sync()
	event := a.has(gone).Said[0].Event
	late := []func() *seat{a.copied(), b.copied()}
	j.ends(gone)
	b.sync()
	for i, d := range j.desk {
		if len(d.files()) != 1 {
			t.Errorf("%s has %v", d.me.Staff, d.files())
		}
		if got, _, err := d.saved(stays, d.has(stays).Said[0].Event); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s, of the other case: %v", d.me.Staff, err)
		}
		if _, _, err := d.saved(gone, event); err == nil {
			t.Errorf("%s saves it still", d.me.Staff)
		}
		then := late[i]()
		then.line.set(true, nil)
		if len(then.files()) != 2 {
			t.Fatalf("the copy has %v", then.files())
		}
		if b, _, err := then.saved(gone, event); err == nil || len(b) > 0 {
			t.Errorf("%s: a copy from before opens %d bytes", d.me.Staff, len(b))
		}
	}
}

// A case that is archived is archived with its files, and nothing of them stays on the desk but that.
func TestFilesAreArchivedWithTheirCase(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	key := a.archives()
	a.again()
	id := j.begin(ehrdesk.CaseArchives)
	films := [][]byte{scan(5000), scan(700 << 10)}
	for i, film := range films {
		from := j.desk[i]
		from.sends(id, "a film", fmt.Sprintf("film %d.pdf", i), film)
		if err := from.delivers(); err != nil {
			t.Fatal(err)
		}
		for _, d := range j.desk {
			d.sync()
			d.reads(id, "a film")
			d.sync()
		}
	}
	j.ends(id)
	a.sync()
	b.sync()
	if n := len(a.files()); n != 1 {
		t.Errorf("%d files stay", n)
	}
	all, err := a.s.CaseArchives(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	var sealed bytes.Buffer
	if err := a.s.CaseArchive(t.Context(), all[0].Name, &sealed); err != nil || sealed.Len() != all[0].Bytes || bytes.Contains(sealed.Bytes(), []byte("CHAN")) {
		t.Fatalf("%d bytes, %v", sealed.Len(), err)
	}
	k, err := casearchive.OpenKey(key, []byte(pass))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	c, err := casearchive.OpenWith(bytes.NewReader(sealed.Bytes()), k, func(c *casearchive.Case, s *casearchive.Said, from io.Reader) error {
		if _, err := c.History(); err != nil {
			t.Error(err)
		}
		got, err := io.ReadAll(from)
		if err != nil || !bytes.Equal(got, films[n]) || s.Body.File.Name != fmt.Sprintf("film %d.pdf", n) {
			t.Errorf("%d: %d bytes, %v", n, len(got), err)
		}
		n++
		return nil
	})
	if err != nil || n != 2 || len(c.Said) != 2 {
		t.Errorf("%d files, %v", n, err)
	}
	for _, bad := range [][]byte{sealed.Bytes()[:sealed.Len()-1], sealed.Bytes()[:sealed.Len()-100_000], flip(sealed.Bytes(), sealed.Len()-50_000)} {
		if _, err := casearchive.Open(bad, k); !errors.Is(err, casearchive.ErrDamaged) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// A record is named as the open chart has it, and held against the chart of whoever reads it.
func TestARecordIsNamedFromTheOpenChart(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	c := a.chart(a.s, j.n)
	if _, err := c.Sync(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	var one ehrdesk.Record
	for _, kind := range ehrdesk.RecordTypes() {
		if all := c.List(kind); len(all) > 0 {
			one = all[0]
		}
	}
	named := ehrdesk.CaseBody{Records: []ehrdesk.CaseRecord{{Ref: one.Ref(), Version: "made up", Digest: make([]byte, 32)}}}
	none := ehrdesk.CaseBody{Records: []ehrdesk.CaseRecord{{Ref: ehrdesk.Ref{Resource: "Observation", ID: "none"}}}}
	if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "x", Body: none}); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("one that is not there: %v", err)
	}
	if err := b.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "x", Body: named}); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("without the chart: %v", err)
	}
	if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "see this one", Body: named}); err != nil {
		t.Fatal(err)
	}
	a.sync()
	b.sync()
	b.reads(id, "see this one")
	v := b.has(id)
	got := v.Bodies[v.Said[0].Envelope].Records
	if len(got) != 1 || got[0].Ref != one.Ref() || got[0].Version != one.Version {
		t.Fatalf("%+v, want version %s", got, one.Version)
	}
	states := func(want ehrdesk.CaseRecordState) {
		t.Helper()
		seen, err := b.s.CaseRecords(t.Context(), v.Patient, got)
		if err != nil || len(seen) != 1 || seen[0].State != want || (seen[0].Here != nil) != (want == ehrdesk.CaseRecordSame) {
			t.Errorf("%+v, %v, want %q", seen, err, want)
		}
	}
	states(ehrdesk.CaseRecordUnknown)
	open := b.chart(b.s, j.n)
	states(ehrdesk.CaseRecordSame)
	was := got
	got = []ehrdesk.CaseRecord{{Ref: ehrdesk.Ref{Resource: "Observation", ID: "elsewhere"}, Digest: was[0].Digest}}
	states(ehrdesk.CaseRecordNotHere)
	got = []ehrdesk.CaseRecord{{Ref: was[0].Ref, Version: "0", Digest: make([]byte, 32)}}
	if seen, err := b.s.CaseRecords(t.Context(), v.Patient, got); err != nil || seen[0].State != ehrdesk.CaseRecordNewer {
		t.Errorf("%+v, %v", seen, err)
	}
	got = was
	if err := open.Close(); err != nil {
		t.Fatal(err)
	}
	states(ehrdesk.CaseRecordUnknown)
}
