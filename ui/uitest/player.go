package uitest

import (
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Player steps a model without a program: every command runs at once and in
// order, so that the same keys give the same screen, always.
type Player struct {
	M     tea.Model
	W, H  int
	Hold  bool // keep commands back, as if their answers had not come
	Quit  bool
	Clear int // how often the whole terminal was asked to be drawn anew
	// Clipboard is what was put into the terminal's clipboard, in order.
	Clipboard []string
	Bells     int // how often the terminal was asked to ring
	Held      []tea.Cmd
	steps     int
	t         testing.TB
}

// Play starts m in a window of w x h.
func Play(t testing.TB, m tea.Model, w, h int) *Player {
	p := &Player{M: m, t: t}
	p.run(m.Init())
	p.Resize(w, h)
	return p
}

// PlayHeld starts m with its first commands kept back.
func PlayHeld(t testing.TB, m tea.Model, w, h int) *Player {
	p := &Player{M: m, t: t, Hold: true}
	p.run(m.Init())
	p.Resize(w, h)
	return p
}

// Resize changes the window.
func (p *Player) Resize(w, h int) {
	p.W, p.H = w, h
	p.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Send gives the model a message and runs what follows from it.
func (p *Player) Send(msg tea.Msg) {
	m, cmd := p.M.Update(msg)
	p.M = m
	p.M.View() // as the program does after every message
	p.run(cmd)
}

func (p *Player) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if p.Hold {
		p.Held = append(p.Held, cmd)
		return
	}
	if p.steps++; p.steps > 100000 {
		p.t.Fatal("commands without end")
	}
	msg := cmd()
	if cmds, ok := members(msg); ok {
		for _, c := range cmds {
			p.run(c)
		}
		return
	}
	if reflect.TypeOf(msg) == reflect.TypeOf(tea.ClearScreen()) {
		p.Clear++
		return
	}
	if reflect.TypeOf(msg) == reflect.TypeOf(tea.SetClipboard("")()) {
		p.Clipboard = append(p.Clipboard, reflect.ValueOf(msg).String())
		return
	}
	switch msg := msg.(type) {
	case nil, background:
	case tea.QuitMsg:
		p.Quit = true
	case tea.RawMsg:
		if msg.Msg == "\a" {
			p.Bells++
		}
	default:
		p.Send(msg)
	}
}

// Release runs the commands kept back.
func (p *Player) Release() {
	held := p.Held
	p.Held, p.Hold = nil, false
	for _, c := range held {
		p.run(c)
	}
}

// Step runs the commands kept back and keeps back what follows from them.
func (p *Player) Step() {
	for _, msg := range p.Answers() {
		p.Send(msg)
	}
}

// Answers runs the commands kept back and gives what came of them, to be sent in whatever order.
func (p *Player) Answers() (out []tea.Msg) {
	held := p.Held
	p.Held = nil
	for len(held) > 0 {
		msg := held[0]()
		held = held[1:]
		if cmds, ok := members(msg); ok {
			for _, c := range cmds {
				if c != nil {
					held = append(held, c)
				}
			}
			continue
		}
		switch msg.(type) {
		case nil, background:
		default:
			out = append(out, msg)
		}
	}
	return out
}

// Press presses keys by name.
func (p *Player) Press(names ...string) *Player {
	for _, n := range names {
		p.Send(Key(n))
	}
	return p
}

// Type types text, one key a character.
func (p *Player) Type(s string) *Player {
	for _, r := range s {
		p.Send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return p
}

// Content is the frame as the program would give it to the terminal.
func (p *Player) Content() string { return p.M.View().Content }

// Screen is the frame as plain text.
func (p *Player) Screen() string { return Plain(p.Content(), p.W, p.H) }

// Has reports whether the screen shows s.
func (p *Player) Has(s string) bool { return strings.Contains(p.Screen(), s) }

// Want fails the test unless the screen shows every one of the texts.
func (p *Player) Want(texts ...string) *Player {
	p.t.Helper()
	screen := p.Screen()
	for _, s := range texts {
		if !strings.Contains(screen, s) {
			p.t.Fatalf("screen does not show %q:\n%s", s, screen)
		}
	}
	return p
}

// Deny fails the test if the screen shows any of the texts.
func (p *Player) Deny(texts ...string) *Player {
	p.t.Helper()
	screen := p.Screen()
	for _, s := range texts {
		if strings.Contains(screen, s) {
			p.t.Fatalf("screen shows %q:\n%s", s, screen)
		}
	}
	return p
}

// Plain draws content into cells as the renderer does, and gives them without
// styles.
func Plain(content string, w, h int) string {
	buf := uv.NewScreenBuffer(w, h)
	uv.NewStyledString(content).Draw(buf, buf.Bounds())
	rows := strings.Split(ansi.Strip(buf.Render()), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " \r")
	}
	return strings.Join(rows, "\n")
}

var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp,
	"pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6,
	"f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f12": tea.KeyF12,
}

// Key is the message of a key: "enter", "f2", "ctrl+l", "alt+up", "shift+tab",
// "space", or a character.
func Key(name string) tea.KeyPressMsg {
	var k tea.KeyPressMsg
	for {
		if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
			k.Mod |= tea.ModCtrl
			name = rest
			continue
		}
		if rest, ok := strings.CutPrefix(name, "alt+"); ok {
			k.Mod |= tea.ModAlt
			name = rest
			continue
		}
		if rest, ok := strings.CutPrefix(name, "shift+"); ok {
			k.Mod |= tea.ModShift
			name = rest
			continue
		}
		break
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " ", Mod: k.Mod}
	}
	if code, ok := named[name]; ok {
		k.Code = code
		return k
	}
	r := []rune(name)[0]
	k.Code = r
	if k.Mod == 0 {
		k.Text = string(r)
	}
	return k
}
