package ui_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// docs/display-rules.md says which rule each test here, and elsewhere, holds.

// Every screen says its dates in one form, and every such date exists. The bytes of a
// record are shown as they came.
func TestEveryDateOnAScreenIsInTheOneForm(t *testing.T) {
	one := regexp.MustCompile(`\b(\d\d-[A-Z][a-z]{2}-\d{4})\b`)
	other := regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{1,2} [A-Z][a-z]{2,8} \d{4}\b`)
	files, err := filepath.Glob("testdata/Test*Screens*/*.golden")
	if err != nil || len(files) < 300 {
		t.Fatalf("%d screens, %v", len(files), err)
	}
	n := 0
	for _, f := range files {
		if strings.Contains(f, "chart-raw") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range one.FindAllString(string(b), -1) {
			n++
			if _, err := time.Parse("02-Jan-2006", d); err != nil {
				t.Errorf("%s: %s is no date", f, d)
			}
		}
		if d := other.FindString(string(b)); d != "" {
			t.Errorf("%s: %q is a date in another form", f, d)
		}
	}
	if n < 1000 {
		t.Errorf("only %d dates were looked at", n)
	}
}

// The patient's name, birth, gender and number stand on every screen of a chart, at every
// place of every list and behind every dialog.
func TestTheBannerStandsAtEveryScrollPositionAndBehindEveryDialog(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}, {60, 20}} {
		p := open(signIn(play(t, fake.New(), "en", size[0], size[1]), doctor), fake.Active)
		who := []string{"WONG, Mei Ling 黃美玲 (Ms)", "Born", "19-Jul-1971", "Gender", "G123456(A)"}
		for _, page := range []string{"s", "m", "t", "u", "3", "v", "9"} {
			p.Press(page).Want(who...)
			for _, k := range []string{"end", "pgdown", "pgup", "enter", "end", "e", "r"} {
				p.Press(k).Want(who...)
			}
			p.Press("r", "esc", "esc")
		}
		p.Press("3", "3", "/").Type("potassium").Want(who...).Press("esc", "esc")
		for _, dialog := range []string{"f1", "ctrl+p", "f4"} {
			p.Press(dialog).Want(who...).Press("esc")
		}
	}
}

// All eleven types are there by name whatever is in them, and of one that a role may not
// see it is said so, which is not that there is nothing.
func TestElevenTypesArePresentAndHiddenOnesAreNamed(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active)
	names := []string{"Personal", "Encounters", "Lab, radiology", "Observation", "Allergy, ADR", "Clinical notes", "Other reports", "Certificates", "Dx, medication", "Birth, vaccine", "Referrals"}
	p.Want(names...)
	d := fake.New()
	d.Hide = ehrdesk.Referral
	p = open(signIn(play(t, d, "en", 120, 40), pharmacist), fake.Active).Want(names...)
	hidden := 0
	for _, key := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-"} {
		p.Press(key)
		if p.Has("Not shown for your role") {
			hidden++
			p.Deny("Nothing recorded")
		}
	}
	if hidden == 0 {
		t.Error("no type is hidden from a pharmacist: this test looks at nothing")
	}
}

// Of what the source cannot be asked for no screen says that there is none.
func TestWhatTheSourceCannotBeAskedForIsNotNone(t *testing.T) {
	d := fake.New()
	d.Unasked = ehrdesk.KindReferral
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active)
	p.Press("-").Want("The source cannot give some of these records.", "may be more.", "Referrals           ?").Deny("Nothing recorded")
}

// A sync that ends in the middle says so in the status line, and that records may be
// missing, until one has ended well.
func TestALineCutInTheMiddleOfASyncSaysWhatMayBeMissing(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Want("● synced")
	d.Fail["sync"] = ehrdesk.E("fake", ehrdesk.CodeTimeout, nil)
	p.Press("f5").Want("! sync failed", "records may be missing").Press("3", "3", "m", "s").Want("records may be missing")
	p.Press("f5").Want("● synced").Deny("may be missing")
}

// A chart that was opened without the line says when the centre last confirmed the
// consent, at every size.
func TestAnOfflineChartSaysWhenTheConsentWasLastChecked(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		d := fake.New()
		d.Link = ehrdesk.Offline
		open(signIn(play(t, d, "en", size[0], size[1]), doctor), fake.Active).Want("CONSENT", "last checked", "21-Nov-2026 07:31")
	}
}
