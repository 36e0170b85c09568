package client_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/casearchive"
)

// archives has a desk of this world seal what is archived to a key, whose file it gives.
func (w *world) archives() []byte {
	w.t.Helper()
	file, public, err := casearchive.NewKey([]byte(pass), agefile.Nothing())
	if err != nil {
		w.t.Fatal(err)
	}
	if w.archive, err = client.ReadCaseArchiveKey(public); err != nil {
		w.t.Fatal(err)
	}
	return file
}

// ends has the first desk close the case, and end it when its time is over.
func (j *joint) ends(id string) {
	j.t.Helper()
	a := j.desk[0]
	if err := a.s.StepCase(j.t.Context(), id, ehrdesk.CaseCloses, nil, ""); err != nil {
		j.t.Fatal(err)
	}
	a.sync()
	j.clock.advance(73 * time.Hour)
	for _, d := range j.desk {
		_ = d.s.Close()
		d.s = d.signIn(d.me.Staff)
	}
	if err := a.s.StepCase(j.t.Context(), id, ehrdesk.CaseEnded, nil, ""); err != nil {
		j.t.Fatal(err)
	}
	a.sync()
}

// A case that is archived lies afterwards sealed to the key of each organisation that has one, with its history and what was read there,
// and nowhere else on a desk; where there is no key it stays as it is until there is one.
func TestACaseThatIsArchivedOpensByTheArchiveKeyAlone(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	if _, err := a.s.BeginCase(t.Context(), ehrdesk.CaseBeginning{Patient: j.who, Purpose: ehrdesk.CaseOpinion, Ends: ehrdesk.CaseArchives}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("begun to be archived where there is no key: %v", err)
	}
	file := a.archives()
	a.again()
	id := j.begin(ehrdesk.CaseArchives)
	a.say(id, "for the archive")
	a.sync()
	b.sync()
	b.reads(id, "for the archive")
	j.ends(id)
	b.sync()
	a.sync() // once more: what was archived is not archived without its words
	if v := a.has(id); v.State != ehrdesk.CaseArchived || v.Archived.IsZero() || len(v.Words) != 0 {
		t.Errorf("%s, archived %s, %d words", v.State, v.Archived, len(v.Words))
	}
	if v := b.has(id); !v.Archived.IsZero() || len(v.Words) != 1 {
		t.Errorf("without a key it is archived %s, %d words", v.Archived, len(v.Words))
	}
	later := b.archives()
	b.again()
	b.sync()
	for d, file := range map[*seat][]byte{a: file, b: later} {
		all, err := d.s.CaseArchives(t.Context())
		if err != nil || len(all) != 1 || all[0].Case != id || all[0].Staff != d.me.Staff || all[0].Key != d.archive.Name() {
			t.Fatalf("%s: %+v, %v", d.me.Staff, all, err)
		}
		var buf bytes.Buffer
		if err := d.s.CaseArchive(t.Context(), all[0].Name, &buf); err != nil || buf.Len() != all[0].Bytes {
			t.Fatalf("%d bytes, %v", buf.Len(), err)
		}
		sealed := buf.Bytes()
		key, err := casearchive.OpenKey(file, []byte(pass))
		if err != nil {
			t.Fatal(err)
		}
		got, err := casearchive.Open(sealed, key)
		if err != nil || len(got.Said) != 1 || got.Said[0].Body.Text != "for the archive" {
			t.Fatalf("%s: %+v, %v", d.me.Staff, got, err)
		}
		if h, err := got.History(); err != nil || h.State != ehrdesk.CaseArchived || h.Head != a.has(id).Head {
			t.Errorf("%+v, %v", h, err)
		}
		if v := d.has(id); len(v.Words) != 0 {
			t.Errorf("%s has words still", d.me.Staff)
		}
	}
	if err := a.s.CaseArchive(t.Context(), id, io.Discard); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
}

// again is the desk begun anew with what its site says now.
func (d *seat) again() {
	d.t.Helper()
	_ = d.s.Close()
	d.reopen(0)
	d.s = d.signIn(d.me.Staff)
}

// keyringOf is the keyring's file of the one store in a desk's folder.
func keyringOf(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "providers", "*", "keyring"))
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	return all[0]
}

// copied is a copy of a desk's files, of which the keyring is as it is now when late is called.
func (d *seat) copied() (late func() *seat) {
	d.t.Helper()
	_ = d.s.Close()
	if err := d.desk.Close(); err != nil {
		d.t.Fatal(err)
	}
	to := cachetest.Copied(d.t, d.dir)
	ring, err := filepath.Rel(d.dir, keyringOf(d.t, d.dir))
	if err != nil {
		d.t.Fatal(err)
	}
	d.open()
	d.s = d.signIn(d.me.Staff)
	return func() *seat {
		_ = d.s.Close()
		if err := d.desk.Close(); err != nil {
			d.t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(d.dir, ring))
		if err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, ring), b, 0o600); err != nil {
			d.t.Fatal(err)
		}
		h := *d.world
		h.dir = to
		h.open()
		c := &seat{world: &h, s: h.signIn(d.me.Staff), me: d.me}
		d.t.Cleanup(func() { _ = c.s.Close(); _ = h.desk.Close() })
		return c
	}
}

// Of a case that was destroyed no desk's files from before open a word with the keys that there are afterwards, nor those of somebody who
// had left it before. Another case beside it stays.
func TestFilesFromBeforeOpenNothingOfADestroyedCase(t *testing.T) {
	j := newJoint(t, "drlee", "drchan", "drho")
	a, b, left := j.desk[0], j.desk[1], j.desk[2]
	gone, stays := j.begin(ehrdesk.CaseDestroys), j.begin(ehrdesk.CaseDestroys)
	for _, id := range []string{gone, stays} {
		a.say(id, "seen on the ward")
		a.sync()
		for _, d := range j.desk[1:] {
			d.sync()
			d.reads(id, "seen on the ward")
			d.sync()
		}
	}
	var late []func() *seat
	for _, d := range j.desk {
		late = append(late, d.copied())
	}
	if err := left.s.StepCase(t.Context(), gone, ehrdesk.CaseLeft, &left.me, ""); err != nil {
		t.Fatal(err)
	}
	left.sync()
	left.sync()
	if v := left.has(gone); len(v.Words) != 0 || !v.Left {
		t.Errorf("who left keeps %d words", len(v.Words))
	}
	j.ends(gone)
	for _, d := range []*seat{b, left} {
		d.sync()
	}
	for i, d := range j.desk {
		if v := d.has(stays); len(v.Words) != 1 {
			t.Errorf("%s has %d words of the other case", d.me.Staff, len(v.Words))
		}
		said := d.has(gone).Said
		then := late[i]()
		then.line.set(true, nil)
		if v, err := then.s.Case(t.Context(), gone); len(v.Words) != 0 || err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Errorf("%s: %d words, %v", d.me.Staff, len(v.Words), err)
		}
		if i := slices.IndexFunc(said, func(s ehrdesk.CaseSaid) bool { return s.By != d.me.CasePerson }); i >= 0 {
			if _, err := then.s.OpenInCase(t.Context(), gone, said[i].Event); err == nil {
				t.Errorf("%s opens what was said", d.me.Staff)
			}
		}
	}
}
