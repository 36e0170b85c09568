package ui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/lines"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Lines are where somebody's lines come from.
type Lines interface {
	// Line reads one line, without its end. A secret one is not shown while it is
	// typed, where there is a terminal. Whoever reads it wipes it.
	Line(secret bool) ([]byte, error)
	// Echoes reports that the end of a line that was read is shown as it is typed.
	Echoes() bool
}

// RunPlain is the workstation for a screen reader or a terminal that can do nothing
// (adr/0034): the same screens, intents and sessions as Run, said line by line to out.
// No control byte but the end of a line is ever written. It ends with quit, with the
// end of the lines, or with ctx.
func RunPlain(ctx context.Context, cfg Config, in Lines, out io.Writer) error {
	_ = os.Unsetenv("TEA_DEBUG")
	cfg.Theme, cfg.ASCII = "mono", false
	m, err := New(cfg)
	if err != nil {
		return err
	}
	defer m.shut()
	m.env.Plain, m.env.Paper = true, !atTerminal(out)
	r := &plainRun{m: m, in: in, out: bufio.NewWriter(out), msgs: make(chan ran), asked: make(chan bool), typed: make(chan typedLine), quit: make(chan struct{})}
	defer close(r.quit)
	go r.listen()
	r.update(tea.WindowSizeMsg{Width: plainWidth, Height: plainHeight})
	r.start(m.Init(), true)
	r.line(m.env.S(m.env.T.Plain.Begin))
	err = r.run(ctx)
	if m.fault != "" {
		err = ehrdesk.Errorf("ui", ehrdesk.CodeOther, "fault in the program: %s", m.fault)
	}
	return err
}

type plainRun struct {
	m     *Model
	in    Lines
	out   *bufio.Writer
	msgs  chan ran
	asked chan bool // a line is wanted, and whether it is secret
	typed chan typedLine
	quit  chan struct{}
	busy  int // commands whose answer is waited for
	last  sheet
	asks  *widget.Input // the field that a secret is asked for
	ended bool
}

// ran is what a command gave; counted is one whose answer is waited for.
type ran struct {
	msg     tea.Msg
	counted bool
}

type typedLine struct {
	text []byte
	err  error
}

// patience is how long a prompt waits for what was asked for, and often how often it
// says meanwhile how far that is.
const (
	plainPatience = time.Minute
	plainOften    = 5 * time.Second
)

// listen reads the lines that are asked for.
func (r *plainRun) listen() {
	for {
		select {
		case <-r.quit:
			return
		case secret := <-r.asked:
			b, err := r.in.Line(secret)
			select {
			case r.typed <- typedLine{b, err}:
			case <-r.quit:
				clear(b)
				return
			}
		}
	}
}

// start runs a command outside the loop.
func (r *plainRun) start(cmd tea.Cmd, counted bool) {
	if cmd == nil {
		return
	}
	if counted {
		r.busy++
	}
	go func() {
		msg := cmd()
		select {
		case r.msgs <- ran{msg, counted}:
		case <-r.quit:
			if d, ok := msg.(screen.Discarder); ok {
				d.Discard()
			}
		}
	}()
}

// took takes what a command gave.
func (r *plainRun) took(d ran) {
	if d.counted {
		r.busy--
	}
	switch msg := d.msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			r.start(c, d.counted)
		}
	case screen.Background:
		r.start(msg.Cmd, false)
	case tea.QuitMsg:
		r.ended = true
	case tea.RawMsg: // the bell
		_, _ = fmt.Fprint(r.out, msg.Msg)
		_ = r.out.Flush()
	default:
		if reflect.TypeOf(msg) == reflect.TypeOf(tea.ClearScreen()) {
			r.last = sheet{}
			return
		}
		r.update(msg)
	}
}

func (r *plainRun) update(msg tea.Msg) {
	_, cmd := r.m.Update(msg)
	_, tick := msg.(tickMsg)
	r.start(cmd, !tick)
}

// run goes on until the end: a prompt, a line, what comes of it.
func (r *plainRun) run(ctx context.Context) error {
	secret, waiting := false, false
	for {
		if !waiting {
			if err := r.settle(ctx); err != nil || r.ended {
				return r.end(err)
			}
			r.say()
			r.prompt(secret)
			waiting = true
			select {
			case r.asked <- secret:
			case <-ctx.Done():
				return r.end(nil)
			}
		}
		select {
		case <-ctx.Done():
			return r.end(nil)
		case d := <-r.msgs:
			locked, said := r.m.lock != nil, r.m.say
			r.took(d)
			if r.m.lock != nil != locked || r.m.say != "" && r.m.say != said {
				r.line("")
				r.say()
				r.prompt(false)
			}
			if r.ended {
				return r.end(nil)
			}
		case l := <-r.typed:
			waiting = false
			if l.err != nil {
				return r.end(unlessEnd(l.err))
			}
			if !r.in.Echoes() {
				r.line("")
			}
			was := secret
			secret = false
			r.safely(func() { secret = r.did(l.text, was) })
			clear(l.text)
		}
	}
}

func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return ehrdesk.Errorf("ui", ehrdesk.CodeOther, "standard input cannot be read")
}

// end says that it is over.
func (r *plainRun) end(err error) error {
	r.line(r.m.env.S(r.m.env.T.Plain.Ended))
	if e := r.out.Flush(); err == nil && e != nil {
		err = ehrdesk.Errorf("ui", ehrdesk.CodeOther, "standard output cannot be written")
	}
	return err
}

// settle waits for what was asked for, and says how far it is where that takes long.
func (r *plainRun) settle(ctx context.Context) error {
	end := time.NewTimer(plainPatience)
	often := time.NewTicker(plainOften)
	defer end.Stop()
	defer often.Stop()
	for r.busy > 0 && !r.ended {
		select {
		case <-ctx.Done():
			r.ended = true
		case d := <-r.msgs:
			r.took(d)
		case <-often.C:
			r.say()
		case <-end.C:
			return nil
		}
	}
	return nil
}

// did does what a line says; secret asks for the next line without showing it.
func (r *plainRun) did(line []byte, secret bool) (ask bool) {
	m, t := r.m, &r.m.env.T.Plain
	f := m.front().Field()
	if secret { // nothing but text for the field that it was asked for
		if f != nil && f == r.asks && len(line) > 0 {
			r.fill(string(line))
			r.update(wish{ID: intent.Accept})
		}
		return false
	}
	here := lines.Here{Scope: m.front().Scope(), Entries: m.keys.Entries(), Field: f != nil, Secret: f != nil && f.Masked}
	c := lines.Parse(ehrdesk.CleanLine(string(line)), here)
	switch c.Verb {
	case lines.Enter:
		if here.Secret {
			r.asks = f
			return true
		}
		r.update(wish{ID: intent.Accept})
	case lines.Wish:
		r.update(wish(c.In))
	case lines.Again:
		r.last = sheet{}
	case lines.Fill, lines.Answer:
		r.fill(c.Text)
		if c.Verb == lines.Answer {
			r.update(wish{ID: intent.Accept})
		}
	case lines.After:
		r.update(wish(c.In))
		if f := m.front().Field(); f != nil && !f.Masked {
			r.fill(c.Text)
			r.update(wish{ID: intent.Accept})
		}
	case lines.Choose, lines.Open:
		r.choose(c)
	case lines.Nothing:
		if here.Secret { // somebody's id, as at any other prompt: the passphrase is asked for next
			now := m.sheet()
			if n := now.named(ehrdesk.CleanLine(strings.TrimSpace(string(line)))); n > 0 {
				r.choose(lines.Command{Verb: lines.Choose, N: n})
				r.asks = m.front().Field()
				return true
			}
			r.line(m.env.S(t.SecretFirst))
			break
		}
		r.line(m.env.S(t.Unknown))
	}
	return false
}

// fill puts text into the field in focus, in the place of what was there.
func (r *plainRun) fill(s string) {
	if f := r.m.front().Field(); f != nil {
		f.Clear()
		r.update(tea.PasteMsg{Content: s})
	}
}

// choose moves the focus to an item, one at a time as somebody with the arrow keys
// does, and with Open goes on. What is counted by keys of its own is chosen by them.
func (r *plainRun) choose(c lines.Command) {
	m := r.m
	now := m.sheet()
	if now.items == 0 {
		if in, ok, _ := m.keys.Lookup(fmt.Sprint(c.N), m.front().Scope()); ok {
			r.update(wish(in))
			return
		}
	}
	if c.N > now.items {
		r.line(text.Sprintf(m.env.S(m.env.T.Plain.NoItem), c.N))
		return
	}
	for now.sel != c.N {
		before := now.sel
		id := intent.Down
		if c.N < now.sel {
			id = intent.Up
		}
		r.update(wish{ID: id})
		if now = m.sheet(); now.sel == before || now.sel == 0 {
			r.line(text.Sprintf(m.env.S(m.env.T.Plain.NoItem), c.N))
			return
		}
	}
	if c.Verb == lines.Open {
		r.update(wish{ID: intent.Accept})
	}
}

// say says what has changed since the last time.
func (r *plainRun) say() {
	var now sheet
	r.safely(func() { now = r.m.sheet() })
	for _, l := range now.since(&r.last) {
		r.line(l)
	}
	r.last = now
}

// safely does something in which a fault must not end the program: what it would print
// may hold data.
func (r *plainRun) safely(f func()) {
	defer func() {
		if v := recover(); v != nil {
			r.m.caught(v)
			r.line(r.m.say)
		}
	}()
	f()
}

func (r *plainRun) line(s string) { fmt.Fprintln(r.out, s) }

func (r *plainRun) prompt(secret bool) {
	t := &r.m.env.T.Plain
	words := r.m.env.S(t.Prompt)
	if secret {
		words = r.m.env.S(t.Secret)
	}
	fmt.Fprint(r.out, words)
	_ = r.out.Flush() // what cannot be said any more ends with the next line
}
