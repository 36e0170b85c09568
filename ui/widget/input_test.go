package widget_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/ui/keys"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

func draw(f *widget.Input, w int) (shown string, cursor int) {
	c := paint.New(false)
	c.Reset(w+4, 1, 0)
	f.Draw(c, 2, 0, w, true)
	x, _ := c.Cursor()
	return strings.TrimRight(ansi.Strip(c.String(nil))[2:], " "), x - 2
}

func TestTheCursorStandsRightAfterChineseText(t *testing.T) {
	var f widget.Input
	f.Set("陳大文 a")
	if shown, x := draw(&f, 20); shown != "陳大文 a" || x != 8 {
		t.Errorf("%q, cursor %d", shown, x)
	}
	for range 2 {
		k := uitest.Key("left")
		f.Key(k, keys.Name(k))
	}
	if _, x := draw(&f, 20); x != 6 {
		t.Errorf("cursor %d, want 6", x)
	}
}

func TestALongTextScrollsWithTheCursorInSight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f widget.Input
		f.Set(strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "陳", "é", "文", "1"}), 0, 60).Draw(t, "text"), ""))
		for range rapid.IntRange(0, 80).Draw(t, "left") {
			k := uitest.Key("left")
			f.Key(k, keys.Name(k))
		}
		w := rapid.IntRange(3, 30).Draw(t, "w")
		if _, x := draw(&f, w); x < 0 || x >= w {
			t.Fatalf("cursor at %d of %d", x, w)
		}
	})
}

func TestAMaskedFieldNeverShowsItsText(t *testing.T) {
	f := widget.Input{Masked: true, Max: 8}
	f.Set("2468135799")
	shown, _ := draw(&f, 12)
	if shown != "********" {
		t.Errorf("shown %q", shown)
	}
	for _, s := range []string{fmt.Sprint(&f), fmt.Sprintf("%v %+v %#v", &f, &f, &f)} {
		if strings.Contains(s, "2468") || strings.Contains(s, "50") {
			t.Errorf("printing it gives %q", s)
		}
	}
}

func TestPastedTextIsCleaned(t *testing.T) {
	var f widget.Input
	f.Insert("\x1b[2JA123\r\n456\u202e(3)\x00")
	if f.Text() != "A123 456\ufffd(3)" {
		t.Errorf("%q", f.Text())
	}
}
