package ui_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// toFile goes to the path of the file that goes with a message.
func toFile(p *uitest.Player) *uitest.Player { return toMore(p).Press("tab", "tab", "tab", "tab") }

// attachable are files in a home, by what the field says of them; "" for what goes.
func attachable(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	write := func(name string, size int64) {
		f, err := os.Create(filepath.Join(home, name))
		if err == nil {
			err = f.Truncate(size)
		}
		if err != nil || f.Close() != nil {
			t.Fatal(err)
		}
	}
	write("film.pdf", 3000)
	write("empty", 0)
	write("long", ehrdesk.MostCaseFile+1)
	write("most", ehrdesk.MostCaseFile)
	if err := os.Mkdir(filepath.Join(home, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	return home
}

// A file goes with a message: what leaves says its name and how long it is, and it is the one that was looked at.
func TestAFileGoesWithAMessageFromTheScreen(t *testing.T) {
	attachable(t)
	d := fake.New()
	p := toFile(caseSays(t, d)).Type("~/film.pdf").Press("f9").Want("With the file film.pdf · 3 KiB, sealed for them too").Press("y").Want("kept on this desk")
	if f := lastSaid(t, d).Body.File; f == nil || f.Name != "film.pdf" || f.Size != 3000 {
		t.Errorf("the file is %+v", f)
	}
	p.Want("FILE film.pdf")
}

// What is no file, empty, too long or not there does not go, and the field says why; a link goes as what it leads to.
func TestWhatCannotGoWithAMessageSaysWhyAtItsField(t *testing.T) {
	home := attachable(t)
	want := map[string]string{"nothing": "there is no such file", "folder": "it is no file", "empty": "there is nothing in the file", "long": "24 MiB at most", "most": "With the file most"}
	if runtime.GOOS != "windows" {
		for link, to := range map[string]string{"to-file": "film.pdf", "to-folder": "folder", "to-nothing": "nothing", "to-device": "/dev/null"} {
			if !filepath.IsAbs(to) {
				to = filepath.Join(home, to)
			}
			if err := os.Symlink(to, filepath.Join(home, link)); err != nil {
				t.Fatal(err)
			}
		}
		want["to-file"], want["to-folder"], want["to-nothing"], want["to-device"] = "With the file to-file", "it is no file", "there is no such file", "it is no file"
	}
	p := toFile(caseSays(t, fake.New()))
	for name, words := range want {
		p.Press("ctrl+u").Type("~/" + name).Press("f9").Want(words)
		if p.Has("With the file") {
			p.Press("esc")
		}
	}
}

// A file that was changed after it was looked at does not go; looked at again it does.
func TestAFileThatWasChangedSinceItWasLookedAtDoesNotGo(t *testing.T) {
	home := attachable(t)
	d := fake.New()
	p := toFile(caseSays(t, d)).Type("~/film.pdf").Press("f9").Want("With the file film.pdf · 3 KiB")
	if err := os.Truncate(filepath.Join(home, "film.pdf"), 9000); err != nil {
		t.Fatal(err)
	}
	if p.Press("y").Want("the file was changed since it was looked at"); len(d.Sealed.Said) > 0 {
		t.Errorf("it was said: %+v", d.Sealed.Said)
	}
	p.Press("esc", "f9").Want("With the file film.pdf · 9 KiB").Press("y").Want("kept on this desk")
}

// A passing message is words alone.
func TestNoFileGoesWithWhatPasses(t *testing.T) {
	attachable(t)
	p := toMore(caseSays(t, fake.New())).Press("tab", "right", "tab", "down", "enter", "tab", "tab", "tab").Type("~/film.pdf").Press("f9").Want("what passes is words alone")
	p.Press("ctrl+u").Press("f9").Want("PASSING")
}

// A case that is begun with a file has words that it goes with: it is not left behind.
func TestAFileWithoutWordsIsNotLeftBehindAsACaseBegins(t *testing.T) {
	attachable(t)
	d := fake.New()
	p := open(signIn(play(t, d, "en", 100, 40), doctor), fake.Active).Press("@").Type("@ho").Press("down", "enter")
	for !p.Has("▸+ More") {
		p.Press("tab")
	}
	p.Press("space", "tab", "tab", "tab", "tab").Type("~/film.pdf").Press("f9").Deny("With the file")
	p.Type("Look at this.").Press("f9").Want("With the file film.pdf").Press("y")
	if f := lastSaid(t, d).Body.File; f == nil || f.Name != "film.pdf" {
		t.Errorf("the file is %+v", f)
	}
}

// Records of the open chart are named: what leaves says which, and none that is restricted is offered.
func TestRecordsOfTheOpenChartAreNamedInAMessage(t *testing.T) {
	d := fake.New()
	toFile(caseSays(t, d)).Press("tab", "down", "enter", "down", "enter").Press("f9").Want("Names the record", "its version and hash, and no copy").Press("esc", "ctrl+k", "f9").Want("Names the record").Press("y").Want("kept on this desk")
	all := lastSaid(t, d).Body.Records
	if len(all) != 1 {
		t.Fatalf("%+v", all)
	}
	for _, r := range d.Records(d.Patient(fake.Active).ID) {
		if r.Ref() == all[0].Ref && !r.Restricted {
			return
		}
	}
	t.Errorf("%v is not in the chart", all[0].Ref)
}

// Where another chart is open, or none, no record is named, and the field says from where one is.
func TestWithoutThePatientsChartNoRecordIsNamedInAMessage(t *testing.T) {
	for _, chart := range []bool{false, true} {
		d := fake.New()
		d.TellCase("joint", "another", ehrdesk.CaseJointCare, caseLee(), time.Hour, fake.CaseHo, fake.CaseWu)
		p := signIn(play(t, d, "en", 80, 24), doctor)
		if chart {
			p = open(p, fake.Active)
		}
		toFile(p.Press("ctrl+o", "enter", "2").Type("Words.").Press("tab")).Press("tab").Want("write from the patient's open chart").Press("down", "enter").Press("f9").Deny("Names the record").Press("y")
		if m := lastSaid(t, d); len(m.Body.Records) != 0 {
			t.Errorf("%+v", m.Body.Records)
		}
	}
}
