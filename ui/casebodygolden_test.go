package ui_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// bodied is a case of the doctor's with two of a hospital, in which one thing was said; with a body where it has one.
func bodied(d *fake.Desk, v ehrdesk.CaseEnvelope, words string, b ehrdesk.CaseBody) {
	d.Opened = append(d.Opened, ehrdesk.Recent{Patient: d.Patient(fake.Active), At: ago(60)})
	c := d.TellCase("joint", d.Patient(fake.Active).ID, ehrdesk.CaseJointCare, fake.CaseHo, 3*time.Hour, caseLee(), fake.CaseWu)
	c.Tell(fake.CaseHo, ago(40), ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: &v}, words)
	b.Text = words
	c.Bodies = map[string]ehrdesk.CaseBody{"joint-4": b}
}

// bodies are what is said beyond words, as it is read. People review them in testdata/TestWhatIsSaidBeyondWords.
var bodies = []struct {
	name string
	tell func(*fake.Desk)
}{
	{"alert", func(d *fake.Desk) {
		bodied(d, ehrdesk.CaseEnvelope{Critical: true, Within: 60, Turns: []ehrdesk.CasePerson{caseLee().CasePerson, fake.CaseWu.CasePerson}}, "Stable now, in ward C3.",
			ehrdesk.CaseBody{Allergy: &ehrdesk.CaseAllergy{Substance: "cefazolin 頭孢唑啉", Kind: "allergy", Category: "medication", Risk: "high", Reaction: "anaphylaxis 過敏性休克",
				Severity: "severe", Certainty: ehrdesk.AllergyLikely, Seen: "Dr HO Chi Keung 何志強", At: ago(170)}})
	}},
	{"turn-passed-on", func(d *fake.Desk) {
		bodied(d, ehrdesk.CaseEnvelope{Critical: true, Within: 30, Turns: []ehrdesk.CasePerson{fake.CaseWu.CasePerson, caseLee().CasePerson}}, "Potassium 6.9 in the sample of ten o'clock.", ehrdesk.CaseBody{})
	}},
	{"nobody-in-time", func(d *fake.Desk) {
		bodied(d, ehrdesk.CaseEnvelope{Critical: true, Within: 10, Turns: []ehrdesk.CasePerson{fake.CaseWu.CasePerson, caseLee().CasePerson}}, "Potassium 6.9 in the sample of ten o'clock.", ehrdesk.CaseBody{})
	}},
	{"view-only", func(d *fake.Desk) {
		bodied(d, ehrdesk.CaseEnvelope{}, "What the family has told us, and does not want to have repeated.", ehrdesk.CaseBody{ViewOnly: true, Marked: true})
	}},
	{"meeting", func(d *fake.Desk) {
		bodied(d, ehrdesk.CaseEnvelope{}, "Shall we look at the images together?", ehrdesk.CaseBody{Meeting: &ehrdesk.CaseMeeting{At: time.Date(2026, 11, 24, 17, 30, 0, 0, ehrdesk.HongKong()), Minutes: 45, Place: "Seminar room, block K"}})
	}},
	{"approval", func(d *fake.Desk) {
		bodied(d, ehrdesk.CaseEnvelope{Approver: caseLee().CasePerson}, "The minutes of Thursday, a draft.", ehrdesk.CaseBody{Approve: ehrdesk.CaseMinutes})
	}},
	{"file", func(d *fake.Desk) {
		ref := func(id string) ehrdesk.CaseRecord {
			return ehrdesk.CaseRecord{Ref: ehrdesk.Ref{Resource: "Observation", ID: id}, Version: "3", Digest: make([]byte, 32)}
		}
		bodied(d, ehrdesk.CaseEnvelope{}, "The film of this morning, and what goes with it.", ehrdesk.CaseBody{File: &ehrdesk.CaseFile{Name: "chest film.pdf", Media: "application/pdf", Size: 47 << 19}, Records: []ehrdesk.CaseRecord{ref("k"), ref("na")}})
		d.Sealed.Records = map[ehrdesk.Ref]ehrdesk.CaseRecordSeen{ref("k").Ref: {State: ehrdesk.CaseRecordSame, Here: &ehrdesk.Record{Title: "Potassium"}}}
	}},
	{"sealed-for-others", func(d *fake.Desk) {
		bodied(d, ehrdesk.CaseEnvelope{To: []ehrdesk.CasePerson{fake.CaseWu.CasePerson}}, "Seen on admission: wheeze, no rash.", ehrdesk.CaseBody{})
		d.Sealed.All[len(d.Sealed.All)-1].Tell(fake.CaseWu, ago(20), ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: &ehrdesk.CaseEnvelope{Reseals: 4, To: []ehrdesk.CasePerson{caseLee().CasePerson, fake.CaseHo.CasePerson}}}, "Seen on admission: wheeze, no rash.")
	}},
	{"passing", func(d *fake.Desk) {
		bodied(d, ehrdesk.CaseEnvelope{Passes: fake.Clock().Add(time.Hour)}, "The door code of the ward has changed: 4711.", ehrdesk.CaseBody{})
	}},
}

func TestWhatIsSaidBeyondWords(t *testing.T) {
	for _, b := range bodies {
		for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
			for _, size := range [][2]int{{80, 24}, {200, 60}} {
				t.Run(fmt.Sprintf("%s_%s_%dx%d", b.name, lang, size[0], size[1]), func(t *testing.T) {
					golden.RequireEqual(t, readBody(t, b.tell, lang, size[0], size[1]).Screen()+"\n")
				})
			}
		}
	}
}

// readBody opens the one message, and waits twelve seconds.
func readBody(t *testing.T, tell func(*fake.Desk), lang string, w, h int) *uitest.Player {
	t.Helper()
	now := fake.Clock()
	d := fake.New()
	tell(d)
	cfg := config(d, lang)
	cfg.Now = func() time.Time { return now }
	d.Now = cfg.Now
	p := signIn(playWith(t, cfg, w, h), doctor).Press("ctrl+o", "enter", "enter")
	now = now.Add(12 * time.Second)
	p.Send(ui.Tick())
	return p
}
