package ui_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// hand stands in for the other programs of a desk; what reaches it is noted in the order
// in which the log was written.
type hand struct {
	d       *fake.Desk
	viewing ehrdesk.Obstacle
	printer ehrdesk.Obstacle
	refused error
	shut    int
}

func (h *hand) ViewObstacle(string) ehrdesk.Obstacle { return h.viewing }
func (h *hand) PrintObstacle() ehrdesk.Obstacle      { return h.printer }
func (h *hand) Shut()                                { h.shut++ }

func (h *hand) View(kind string, data []byte) error {
	h.d.Sent("viewer " + kind + " " + string(data))
	return h.refused
}

func (h *hand) Print(_ context.Context, text string) error {
	h.d.Sent("printer " + text)
	return nil
}

// atScan is a chart with a scanned letter open.
func atScan(t *testing.T, d *fake.Desk, h screen.Hand) *uitest.Player {
	t.Helper()
	d.Change("p2", func(f fake.Facts) {
		*f.Records = []ehrdesk.Record{{Kind: ehrdesk.KindNote, Resource: "DocumentReference", ID: "scan", Date: ehrdesk.Day(2026, 11, 3), Title: "Scanned letter", Source: "Queen Mary Hospital"}}
	})
	cfg := config(d, "en")
	cfg.Hand = h
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.Active).Press("6", "enter")
}

// keysOut are the keys by which something leaves, with the way that policy has to allow.
var keysOut = map[string]ehrdesk.Handout{"O": ehrdesk.HandoutView, "ctrl+y": ehrdesk.HandoutCopy, "P": ehrdesk.HandoutPrint}

func TestNothingLeavesByAKeyThatPolicyDoesNotAllowAndTheKeySaysSo(t *testing.T) {
	d := fake.New()
	h := &hand{d: d}
	p := atScan(t, d, h)
	for key := range keysOut {
		p.Press(key).Want("not allowed by your provider's policy")
	}
	if len(d.Handed) > 0 || len(p.Clipboard) > 0 {
		t.Errorf("left: %q, %q", d.Handed, p.Clipboard)
	}
}

func TestWhatLeavesByAKeyIsWrittenDownFirst(t *testing.T) {
	for key, way := range keysOut {
		d := fake.New()
		d.HandOut = []ehrdesk.Handout{way}
		h := &hand{d: d}
		p := atScan(t, d, h)
		p.Press(key).Want("written in the access log")
		if len(d.Handed) == 0 || d.Handed[0] != string(way)+" DocumentReference/scan" {
			t.Fatalf("%s: the log has %q", key, d.Handed)
		}
		switch way {
		case ehrdesk.HandoutView:
			if !slices.Equal(d.Handed[1:], []string{"viewer image/png \x89PNG of scan"}) {
				t.Errorf("%q", d.Handed)
			}
		case ehrdesk.HandoutPrint:
			holdsCopy(t, strings.TrimPrefix(strings.Join(d.Handed[1:], ""), "printer "))
		case ehrdesk.HandoutCopy:
			holdsCopy(t, strings.Join(p.Clipboard, ""))
			p.Press("ctrl+l")
			if last := p.Clipboard[len(p.Clipboard)-1]; last != "" || len(p.Clipboard) != 2 {
				t.Errorf("behind the lock the clipboard holds %d bytes", len(last))
			}
		}
	}
}

// holdsCopy checks a record as text: what it is a copy of, whose, and its lines.
func holdsCopy(t *testing.T, text string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	first, last := lines[0], lines[len(lines)-1]
	if first != last || !strings.HasPrefix(first, "Copy of a shared record, eHealth – taken by Dr ") {
		t.Errorf("the watermark is %q and %q", first, last)
	}
	for _, want := range []string{"WONG", "HKIC ending …", "Scanned letter", "03-Nov-2026", "image only, not read"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, full := range []string{"A123456(3)", "A1234563", "(3)"} {
		if strings.Contains(text, full) {
			t.Errorf("the card's number stands whole in\n%s", text)
		}
	}
	if strings.ContainsAny(text, "\x1b\a\x00") {
		t.Errorf("control characters in %q", text)
	}
}

func TestNothingLeavesByAKeyWhereItCannotBeWrittenDown(t *testing.T) {
	for key, way := range keysOut {
		d := fake.New()
		d.HandOut = []ehrdesk.Handout{way}
		p := atScan(t, d, &hand{d: d})
		d.Fail = map[string]error{"hand out": ehrdesk.E("audit", ehrdesk.CodeOther, nil)}
		p.Press(key)
		if len(d.Handed) > 0 || len(p.Clipboard) > 0 {
			t.Errorf("%s: left: %q, %q", key, d.Handed, p.Clipboard)
		}
		if strings.Contains(p.Screen(), "written in the access log") {
			t.Errorf("%s: it says that it was", key)
		}
	}
}

func TestTheKeysOfHandoutsSayWhyNot(t *testing.T) {
	all := ehrdesk.Handouts()
	for _, c := range []struct {
		h    *hand
		key  string
		want string
	}{
		{&hand{viewing: ehrdesk.NoDisplay}, "O", "no display"},
		{&hand{viewing: ehrdesk.OverSSH}, "O", "over SSH the window would open elsewhere"},
		{&hand{viewing: ehrdesk.NotHere}, "O", "on Linux alone"},
		{&hand{viewing: ehrdesk.NoProgram}, "O", "no viewer for this type is configured"},
		{&hand{printer: ehrdesk.NoProgram}, "P", "no printer is configured"},
	} {
		d := fake.New()
		d.HandOut = all
		c.h.d = d
		atScan(t, d, c.h).Press(c.key).Want(c.want)
		if len(d.Handed) > 0 {
			t.Errorf("%s: %q", c.want, d.Handed)
		}
	}
	d := fake.New()
	d.HandOut = all
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active)
	p.Press("3", "v", "enter", "O").Want("no document that a viewer shows")
}

func TestTheSummaryIsCopiedWhole(t *testing.T) {
	d := fake.New()
	d.HandOut = ehrdesk.Handouts()
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active)
	before := p.Screen()
	p.Press("ctrl+y")
	if len(p.Clipboard) != 1 || !slices.Equal(d.Handed, []string{"copy "}) {
		t.Fatalf("%q, %q", d.Handed, p.Clipboard)
	}
	text := p.Clipboard[0]
	for _, want := range []string{"Copy of a shared record, eHealth", "PROBLEMS", "MEDICATION", "IMMUNISATION", "DOCUMENTS"} {
		if !strings.Contains(strings.ToUpper(text), strings.ToUpper(want)) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "A123456(3)") {
		t.Error("the card's number stands whole")
	}
	if after := p.Screen(); strings.Split(after, "\n")[8] != strings.Split(before, "\n")[8] {
		t.Errorf("the screen changed:\n%s\n%s", before, after)
	}
}

func TestViewersAreClosedWithTheChartAndBehindALock(t *testing.T) {
	for _, key := range []string{"ctrl+l", "f2"} {
		d := fake.New()
		d.HandOut = ehrdesk.Handouts()
		h := &hand{d: d}
		p := atScan(t, d, h)
		p.Press("O")
		before := h.shut
		p.Press(key)
		if h.shut == before {
			t.Errorf("%s: the viewer stays open", key)
		}
	}
}

// A study's images lie elsewhere: what opens is their address, by the same key and under
// the same policy.
func TestTheImagesOfAStudyOpenByTheirAddress(t *testing.T) {
	for _, refused := range []error{nil, ehrdesk.E("view", ehrdesk.CodeDenied, ehrdesk.NoLink)} {
		d := fake.New()
		d.HandOut = []ehrdesk.Handout{ehrdesk.HandoutView}
		h := &hand{d: d, refused: refused}
		p := atScan(t, d, h)
		d.Change("p2", func(f fake.Facts) {
			*f.Records = []ehrdesk.Record{{Kind: ehrdesk.KindRadiology, Resource: "ImagingStudy", ID: "ct", Date: ehrdesk.Day(2026, 11, 3), Title: "CT brain"}}
		})
		p.Press("esc", "f5")
		p.Press("3", "3", "enter", "O")
		if refused != nil {
			p.Want("its address is not among those that this desk opens")
			continue
		}
		p.Want("written in the access log")
		if want := []string{"view ImagingStudy/ct", "viewer text/uri-list https://pacs.example/studies/ct"}; !slices.Equal(d.Handed, want) {
			t.Errorf("%q", d.Handed)
		}
	}
}
