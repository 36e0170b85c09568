package paint

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// enter is what a program writes before its first frame.
const enter = "\x1b[?25l" + ansi.SetModeAltScreenSaveCursor

// drawn is a screen that shows text, and what it has written since.
func drawn(t *testing.T, text string) (*Screen, *Canvas, *bytes.Buffer) {
	t.Helper()
	out := &bytes.Buffer{}
	s, c := NewScreen(out), New(false)
	put(c, text)
	s.Show(c, nil)
	if err := s.Flush(); err != nil || out.Len() > 0 {
		t.Fatalf("wrote %q before the program showed its screen (%v)", out, err)
	}
	_, _ = io.WriteString(s, enter)
	if !strings.Contains(out.String(), strings.Fields(text)[0]) {
		t.Fatalf("the frame is not shown: %q", out)
	}
	out.Reset()
	return s, c, out
}

func put(c *Canvas, text string) {
	c.Reset(40, 3, 0)
	c.Put(0, 1, 40, 0, text)
}

func TestOnlyWhatChangesIsWritten(t *testing.T) {
	s, c, out := drawn(t, "過敏性休克 penicillin")
	put(c, "過敏性水腫 penicillin")
	s.Show(c, nil)
	_ = s.Flush()
	if got := ansi.Strip(out.String()); got != "水腫" {
		t.Errorf("wrote %q", got)
	}
	out.Reset()
	if s.Show(c, nil); s.Flush() != nil || out.Len() > 0 {
		t.Errorf("wrote %q for the same frame", out)
	}
	c.SetCursor(3, 2)
	if s.Show(c, nil); s.Flush() != nil || out.String() != "\x1b[3;4H" {
		t.Errorf("wrote %q for the cursor", out)
	}
}

// What the program writes itself is followed by the frame where it may have touched a
// cell, and by the cursor where it has not.
func TestTheFrameFollowsWhatMayHaveTouchedIt(t *testing.T) {
	const text = "過敏性休克"
	for p, touched := range map[string]bool{
		"\x1b[?2026$p\x1b[?2027$p": false, "\x1b]2;ehrdesk\x07": false, "\x1b[>4;2m\x1b[>1u": false, "\x1b[2 q": false, "\x1b[H\r\b": false, "\x1b[5;5H\x1b[m": false,
		"\x1b[H\x1b[2J": true, "\x1b[K": true, "x": true, "陳": true, "\n": true, "\x1bM": true, "\x1bc": true, "\x1b[3X": true, "\x1b[2;5r\x1b[S": true, "\x1b[": true,
		"\x1b[L": true, "\x1b[P": true, "\x1b[@": true, "\x1b[4b": true, "\t": true,
	} {
		s, _, out := drawn(t, text)
		n, err := io.WriteString(s, p)
		if n != len(p) || err != nil || !strings.HasPrefix(out.String(), p) {
			t.Errorf("%q: wrote %d, %v: %q", p, n, err, out)
		}
		if got := strings.Contains(out.String(), text); got != touched {
			t.Errorf("%q: the frame follows: %v, want %v", p, got, touched)
		}
		if !strings.Contains(out.String()[len(p):], "\x1b[1;1H") {
			t.Errorf("%q: the cursor was not put back: %q", p, out)
		}
	}
}

// From one style to the next only what differs is said, unless something has to go.
func TestAStyleIsSaidByWhatDiffers(t *testing.T) {
	p := Palette{"38;5;252;48;5;234", "1;38;5;255;48;5;234", "7", "1;7;38;5;255;48;5;234", "", "37;40", "1;97;100", "38;2;1;2;3;48;5;9", "38;5;252;48;5;234"}
	c := New(false)
	c.Reset(4, 1, 0)
	var f grid
	f.take(c, p)
	for _, c := range []struct {
		from, to Style
		want     string
	}{
		{none, 0, "0;38;5;252;48;5;234"}, {0, 1, "1;38;5;255"}, {1, 0, "0;38;5;252;48;5;234"}, {1, 3, "7"}, {3, 1, "0;1;38;5;255;48;5;234"}, {0, 2, "0;7"}, {2, 3, "1;38;5;255;48;5;234"},
		{2, 4, "0"}, {4, 5, "37;40"}, {5, 6, "1;97;100"}, {5, 7, "38;2;1;2;3;48;5;9"}, {0, 0 | Struck, "9"}, {0 | Struck, 0, "0;38;5;252;48;5;234"}, {none, 4, "0"},
	} {
		if got := string(f.turn(nil, c.from, c.to)); got != "\x1b["+c.want+"m" {
			t.Errorf("from %d to %d: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	if got := string(f.turn(nil, 0, 8)); got != "" {
		t.Errorf("between the same looks: %q", got)
	}
}

func TestNothingIsWrittenAfterTheProgramLeftItsScreen(t *testing.T) {
	s, c, out := drawn(t, "過敏性休克")
	_, _ = io.WriteString(s, ansi.ResetModeAltScreenSaveCursor)
	if want := ansi.ResetModeAltScreenSaveCursor + wrapOn; out.String() != want {
		t.Errorf("left with %q, want %q", out, want)
	}
	out.Reset()
	put(c, "x")
	if s.Show(c, nil); s.Flush() != nil || out.Len() > 0 {
		t.Errorf("wrote %q afterwards", out)
	}
}

// failing takes nothing while it fails.
type failing struct {
	bytes.Buffer
	fails bool
}

func (f *failing) Write(p []byte) (int, error) {
	if f.fails {
		return 0, errors.New("no terminal")
	}
	return f.Buffer.Write(p)
}

func TestWhatTheTerminalDidNotTakeIsWrittenAgain(t *testing.T) {
	out := &failing{}
	s, c := NewScreen(out), New(false)
	put(c, "過敏性休克")
	s.Show(c, nil)
	_, _ = io.WriteString(s, enter)
	out.fails = true
	put(c, "過敏性水腫")
	if s.Show(c, nil); s.Flush() == nil {
		t.Error("the fault was kept silent")
	}
	out.fails = false
	if s.Show(c, nil); s.Flush() != nil || !strings.Contains(out.String(), "過敏性水腫") {
		t.Errorf("wrote %q", out.String())
	}
}

// Behind the lock nothing of the chart is left in memory: not in the screen either.
func TestAFrameLeavesNothingInMemory(t *testing.T) {
	s, c, _ := drawn(t, "WONG e\u0323\u0301 हि")
	put(c, "")
	s.Show(c, nil)
	_ = s.Flush()
	for name, f := range map[string]*grid{"next": &s.next, "shown": &s.shown} {
		for _, ce := range f.cells[:cap(f.cells)] {
			if ce.r != ' ' {
				t.Fatalf("%s holds %q", name, ce.r)
			}
		}
		for _, w := range f.clusters[:cap(f.clusters)] {
			if w != "" {
				t.Errorf("%s holds %q", name, w)
			}
		}
	}
	if b := s.buf[:cap(s.buf)]; bytes.Contains(b, []byte("WONG")) {
		t.Errorf("the buffer holds %q", b)
	}
}

// BenchmarkScreen is one key in a list of Chinese rows at 200x60: the frame taken, and
// the two rows that differ written.
func BenchmarkScreen(b *testing.B) {
	s, c := NewScreen(io.Discard), New(false)
	pal := Palette{"38;5;252;48;5;234", "1;38;5;16;48;5;153"}
	_, _ = io.WriteString(s, enter)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		c.Reset(200, 60, 0)
		for y := range 60 {
			st := Style(0)
			if y == n%40 {
				st = 1
			}
			c.Put(0, y, 200, st, "20-Nov-2026 甲狀腺刺激激素 Thyroid stimulating hormone 10.7 mmol/L HH ↑↑ 危急")
		}
		b.StartTimer()
		s.Show(c, pal)
		_ = s.Flush()
	}
}
