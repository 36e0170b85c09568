package paint

import (
	"fmt"
	"math/rand/v2"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// scene is a program that draws frames at random: rows of Chinese and English whose
// words change or move by a cell, a list that scrolls, a dialog over it, text that is
// typed or pasted, other colours, another language, another size. The same seed and
// steps give the same frames.
type scene struct {
	rnd      *rand.Rand
	canvas   *Canvas
	screen   *Screen // nil where the frames are only drawn, to be held against
	w, h     int
	n        int // steps taken
	rows     []string
	box      Rect
	typed    string
	chinese  bool
	palette  int
	cur      [2]int
	dirty    bool
	palettes []Palette
}

// step draws the next frame; asked is closed when everything before it is drawn.
type (
	step  struct{}
	asked chan struct{}
)

func newScene(seed uint64, w, h int) *scene {
	s := &scene{rnd: rand.New(rand.NewPCG(seed, 7)), canvas: New(false), w: w, h: h}
	s.palettes = []Palette{
		{"38;5;252;48;5;234", "1;38;5;255;48;5;234", "7", "4;38;5;110;48;5;234", "38;5;16;48;5;153"},
		{"38;5;235;48;5;231", "1;38;5;16;48;5;231", "7", "4;38;5;24;48;5;231", "38;5;231;48;5;24"},
	}
	return s
}

// sceneWords are what rows are made of: in English, and in Chinese.
func sceneWords(chinese bool) []string {
	if chinese {
		return []string{"三酸甘油酯", "低密度膽固醇", "過敏性休克", "高血壓", "偏高 ↑", "病人（或給予同意者）已閱讀兩份通知", "1.93 mmol/L", "血管性水腫", "家庭醫學", "最終", "●", "陳大文"}
	}
	return []string{"LDL cholesterol", "Triglycerides", "1.93 mmol/L", "warfarin", "H ↑", "angioedema", "Potassium 5.1", "CHAN, Tai Man 陳大文", "final", "●", "3.4", "…"}
}

func (s *scene) row() string {
	var b strings.Builder
	words := sceneWords(s.chinese != (s.rnd.IntN(6) == 0))
	b.WriteString(strings.Repeat(" ", s.rnd.IntN(4)))
	for range 1 + s.rnd.IntN(12) {
		b.WriteString(words[s.rnd.IntN(len(words))])
		b.WriteString(strings.Repeat(" ", 1+s.rnd.IntN(9)))
	}
	return b.String()
}

// advance takes one step and gives the size that the window is to have after it.
func (s *scene) advance() (w, h int, erase bool) {
	const most = 60
	if s.rows == nil {
		s.rows = make([]string, most)
		for y := range s.rows {
			s.rows[y] = s.row()
		}
	}
	w, h = s.w, s.h
	switch k := s.rnd.IntN(100); {
	case k < 45: // some rows say something else
		for range 1 + s.rnd.IntN(4) {
			s.rows[s.rnd.IntN(most)] = s.row()
		}
	case k < 60: // some move by a cell
		for range 1 + s.rnd.IntN(3) {
			y := s.rnd.IntN(most)
			if rest, ok := strings.CutPrefix(s.rows[y], " "); ok && s.rnd.IntN(2) == 0 {
				s.rows[y] = rest
			} else {
				s.rows[y] = " " + s.rows[y]
			}
		}
	case k < 70: // the list scrolls
		copy(s.rows, s.rows[1:])
		s.rows[most-1] = s.row()
	case k < 80: // a dialog comes, or goes
		if s.box.W > 0 {
			s.box = Rect{}
		} else {
			s.box = Rect{s.rnd.IntN(s.w), 1 + s.rnd.IntN(s.h), 4 + s.rnd.IntN(60), 2 + s.rnd.IntN(12)}
		}
	case k < 88:
		words := sceneWords(s.chinese)
		if s.typed += words[s.rnd.IntN(len(words))]; len(s.typed) > 60 {
			s.typed = ""
		}
	case k < 91: // another language: every row
		s.chinese = !s.chinese
		for y := range s.rows {
			s.rows[y] = s.row()
		}
	case k < 93:
		s.palette = 1 - s.palette
	case k < 97:
		w, h = 20+s.rnd.IntN(120), 6+s.rnd.IntN(34)
	default:
		erase = true
	}
	s.cur = [2]int{s.rnd.IntN(s.w), s.rnd.IntN(s.h)}
	s.n++
	s.dirty = true
	return w, h, erase
}

// draw draws the frame; a row's style changes along it.
func (s *scene) draw() {
	c := s.canvas
	c.Reset(s.w, s.h, 0)
	for y := range min(len(s.rows), s.h) {
		x := 0
		for i, part := range strings.SplitAfter(s.rows[y], "  ") {
			x = c.Put(x, y, s.w, Style((i*7+len(part)+y)%3%2*(1+y%3)), part)
		}
	}
	c.Tint(Rect{s.n % 7, s.n % s.h, s.w * 2 / 3, 1}, 4) // at times it begins and ends in the middle of a character
	if s.box.W > 0 {
		c.Fill(s.box, 3, ' ')
		c.HLine(s.box.X, s.box.Y, s.box.Right(), 3)
		for y := s.box.Y + 1; y < s.box.Bottom(); y++ {
			c.Put(s.box.X+1, y, s.box.Right(), 3, s.rows[y%len(s.rows)])
		}
	}
	c.Put(1, s.h-1, s.w, 1|Struck, s.typed)
	c.Fill(Rect{0, 0, s.w, 1}, 0, ' ')
	c.Put(0, 0, s.w, 0, fmt.Sprintf("#%d %dx%d", s.n, s.w, s.h))
	c.SetCursor(s.cur[0], s.cur[1])
}

func (s *scene) Init() tea.Cmd { return nil }

func (s *scene) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s.w, s.h, s.dirty = msg.Width, msg.Height, true
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeSynchronizedOutput {
			s.screen.Synchronised()
		}
	case tea.PasteMsg:
		s.typed, s.dirty = s.typed+msg.Content, true
		s.n++
	case step:
		if _, _, erase := s.advance(); erase {
			return s, tea.ClearScreen
		}
	case tea.KeyPressMsg:
		if msg.Text == "n" {
			return s.Update(step{})
		}
		return s, tea.Quit
	case asked:
		close(msg)
	}
	return s, nil
}

func (s *scene) View() tea.View {
	if s.dirty {
		s.dirty = false
		s.draw()
		s.screen.Show(s.canvas, s.palettes[s.palette])
	}
	v := tea.NewView(" ")
	v.AltScreen = true
	v.Cursor = tea.NewCursor(0, 0)
	return v
}
