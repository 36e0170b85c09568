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

// filmed is a desk at which a message with a film was said to the doctor, and a home that it can be saved in.
func filmed(t *testing.T, b ehrdesk.CaseBody) (d *fake.Desk, p *uitest.Player, home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	if err := os.Mkdir(filepath.Join(home, "Downloads"), 0o700); err != nil {
		t.Fatal(err)
	}
	d = fake.New()
	c := d.TellCase("film", "p", ehrdesk.CaseOpinion, fake.CaseHo, time.Hour, caseLee())
	c.Say(fake.CaseHo, ago(9), "The film of this morning.", false, 0, caseLee())
	b.Text = "The film of this morning."
	c.Bodies = map[string]ehrdesk.CaseBody{"film-3": b}
	return d, signIn(play(t, d, "en", 100, 30), doctor).Press("ctrl+o", "enter"), home
}

var film = ehrdesk.CaseFile{Name: "chest film.pdf", Media: "application/pdf", Size: 3000}

// E on an opened message saves its file: under Downloads where nobody says otherwise, whole, for its owner alone, never over another, and
// the screen says where. Escape saves nothing.
func TestTheFileOfAMessageIsSavedFromTheScreen(t *testing.T) {
	d, p, home := filmed(t, ehrdesk.CaseBody{File: &film})
	p.Press("E").Want("open it first").Press("enter").Want("FILE chest film.pdf", "E save the file")
	p.Press("E").Want("Save it as", "~/Downloads/chest film.pdf", "unsealed").Press("esc").Deny("Save it as")
	if d.Calls["save-case-file"] != 0 {
		t.Error("it was saved though Escape was pressed")
	}
	p.Press("E", "enter").Want("saved: ~/Downloads/chest film.pdf").Deny("Save it as")
	name := filepath.Join(home, "Downloads", "chest film.pdf")
	info, err := os.Stat(name)
	if err != nil || info.Size() != film.Size || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatalf("the file: %v, %v", info, err)
	}
	if err := os.WriteFile(name, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Press("E", "enter").Want("there is a file of that name already", "Save it as").Type(".2").Press("enter").Want("saved: ~/Downloads/chest film.pdf.2")
	if b, err := os.ReadFile(name); err != nil || string(b) != "mine" {
		t.Errorf("the file that was there is %q, %v", b, err)
	}
}

// Into a folder it goes by its own name; where none can be made the reason stands at the field, which stays.
func TestWhereAFileCannotBeSavedTheFieldSaysWhy(t *testing.T) {
	_, p, home := filmed(t, ehrdesk.CaseBody{File: &film})
	p.Press("enter", "E", "ctrl+u").Press("enter").Want("say where it is to be saved")
	p.Type("~/nowhere/film.pdf").Press("enter").Want("no file can be made there", "Save it as").Press("ctrl+u").Type("~/Downloads").Press("enter").Want("saved: ~/Downloads/chest film.pdf")
	if _, err := os.Stat(filepath.Join(home, "Downloads", "chest film.pdf")); err != nil {
		t.Error(err)
	}
}

// What is view-only, and what has no file, is not saved, and the key says why; nothing asks where to.
func TestWhatIsNotToBeSavedSaysWhy(t *testing.T) {
	for want, b := range map[string]ehrdesk.CaseBody{"it is for reading only": {File: &film, ViewOnly: true}, "no file goes with it": {}} {
		d, p, _ := filmed(t, b)
		if p.Press("enter", "E").Want(want).Deny("Save it as", "E save the file"); d.Calls["save-case-file"] != 0 {
			t.Errorf("%s: saved", want)
		}
	}
}

// A lock takes what was asked: nothing is saved behind it.
func TestALockForgetsWhereAFileWasToBeSaved(t *testing.T) {
	d, p, _ := filmed(t, ehrdesk.CaseBody{File: &film})
	p.Press("enter", "E").Want("Save it as").Press("ctrl+l").Deny("chest film").Press("enter")
	if d.Calls["save-case-file"] != 0 {
		t.Error("it was saved behind the lock")
	}
}
