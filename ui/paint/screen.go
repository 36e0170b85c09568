package paint

import (
	"io"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Screen writes frames to a terminal, of each only the cells that differ from those
// it wrote before. It stands behind the program that drives the terminal: that goes
// on writing through it (modes, the title, an erased screen), and gives it its frames
// by Show. Rows are written from the canvas's cells and not from text, as only
// these say where a wide character begins: none is ever cut in two (adr/0025).
type Screen struct {
	w    io.Writer
	wake chan struct{}

	mu   sync.Mutex // what is to be shown
	next grid
	sync bool // the terminal shows what stands between two marks at once (mode 2026)

	out   sync.Mutex // what is written
	shown grid       // what stands on the terminal
	known bool       // and that it does
	on    bool       // the terminal shows its alternate screen, which is ours
	buf   []byte
	pen   Style // the style that the terminal writes with
}

// grid is a canvas as it was when it was shown.
type grid struct {
	w, h     int
	cells    []cell
	clusters []string
	palette  Palette
	apart    []looks // of the palette
	together bool
	curX     int
	curY     int
}

// NewScreen makes the screen of the terminal that w writes to.
func NewScreen(w io.Writer) *Screen { return &Screen{w: w, wake: make(chan struct{}, 1)} }

// Synchronised says that the terminal can show a frame at once (mode 2026).
func (s *Screen) Synchronised() {
	s.mu.Lock()
	s.sync = true
	s.mu.Unlock()
}

// Show takes the canvas as the next frame. It waits for no terminal: a frame that the
// next one overtakes is never written.
func (s *Screen) Show(c *Canvas, p Palette) {
	s.mu.Lock()
	s.next.take(c, p)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Start writes frames as they come, one in each gap at most, until stop is called.
func (s *Screen) Start(gap time.Duration) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		pause := time.NewTimer(0)
		defer pause.Stop()
		for {
			select {
			case <-quit:
				return
			case <-s.wake:
			}
			_ = s.Flush() // what the terminal did not take is written with the next frame
			pause.Reset(gap)
			select {
			case <-quit:
				return
			case <-pause.C:
			}
		}
	}()
	return func() { close(quit); <-done }
}

// Flush writes the last frame shown, where it is not on the terminal yet.
func (s *Screen) Flush() error {
	s.out.Lock()
	defer s.out.Unlock()
	if !s.on {
		return nil
	}
	return s.write(s.frame(s.buf[:0], false))
}

// Write passes on what the program writes. Where that may have touched a cell, the
// whole frame follows it in the same write.
func (s *Screen) Write(p []byte) (int, error) {
	s.out.Lock()
	defer s.out.Unlock()
	on, touched := read(p, s.on)
	s.known = s.known && on == s.on && !touched
	s.buf = append(s.buf[:0], p...)
	b := s.buf
	switch {
	case on:
		s.on = true
		b = s.frame(b, true)
	case s.on:
		s.on = false
		b = append(b, wrapOn...)
	}
	if err := s.write(b); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (s *Screen) write(b []byte) error {
	s.buf = b[:0]
	if len(b) == 0 {
		return nil
	}
	_, err := s.w.Write(b)
	s.known = s.known && err == nil
	clear(b) // the text of a patient, perhaps
	return err
}

// Sequences of the terminal's own.
const (
	wrapOff, wrapOn = "\x1b[?7l", "\x1b[?7h"
	hide, show      = "\x1b[?25l", "\x1b[?25h"
	begins, ends    = "\x1b[?2026h", "\x1b[?2026l"
)

// frame appends what brings the terminal to the next frame. The cursor is put where
// it belongs if it moved or, with moved, may have.
func (s *Screen) frame(b []byte, moved bool) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, o := &s.next, &s.shown
	if n.cells == nil {
		return b
	}
	all := !s.known || n.w != o.w || n.h != o.h || n.together != o.together || !slices.Equal(n.palette, o.palette)
	before, after := hide, show
	if s.sync {
		before, after = begins, ends
	}
	start := len(b)
	b = append(b, before...)
	if all {
		b = append(b, wrapOff...) // no row runs into the next where the terminal has just become narrower
	}
	rows := len(b)
	s.pen = none
	for y := range n.h {
		b = s.row(b, y, all)
	}
	if len(b) == rows && !all {
		b = b[:start]
		after = ""
		if !moved && n.curX == o.curX && n.curY == o.curY {
			return b
		}
	} else {
		b = append(b, "\x1b[m"...)
	}
	b = append(place(b, n.curX, n.curY), after...)
	o.copy(n)
	s.known = true
	return b
}

// none is no style: the next cell says its own.
const none Style = 255

// gap is how many cells that stay are written again, rather than passed over: to
// pass over them costs as many bytes, and more where the style changes.
const gap = 6

// row appends the cells of row y that change, in runs that begin and end where
// characters do, both in what stands there and in what is to.
func (s *Screen) row(b []byte, y int, all bool) []byte {
	row := s.next.row(y)
	if all {
		return s.run(b, row, 0, len(row), y)
	}
	old := s.shown.row(y)
	inside := func(x int) bool { return x < len(row) && (row[x].part() || old[x].part()) }
	for x := 0; x < len(row); x++ {
		if s.same(&row[x], &old[x]) {
			continue
		}
		if loose(row) || loose(old) {
			return s.run(b, row, 0, len(row), y)
		}
		from, to := x, x+1
		for inside(from) {
			from--
		}
		for end := to; end < len(row) && end <= to+gap; end++ {
			if !s.same(&row[end], &old[end]) || end == to && inside(end) {
				to = end + 1
			}
		}
		for inside(to) {
			to++
		}
		b = s.run(b, row, from, to, y)
		x = to - 1
	}
	return b
}

// run appends the cells of a row from one column to another.
func (s *Screen) run(b []byte, row []cell, from, to, y int) []byte {
	b = place(b, from, y)
	for x := from; x < to; {
		ce, end := &row[x], x+1
		for end < to && row[end].r == 0 {
			end++
		}
		if ce.style != s.pen {
			b = s.next.turn(b, s.pen, ce.style)
			s.pen = ce.style
		}
		if s.next.together && goesOn(row[x+1:]) {
			for end < to && row[end].part() {
				end++
			}
			b = joined(b, row[x:end], s.next.clusters)
		} else {
			b = text(b, ce, s.next.clusters)
		}
		if end < to && (ce.more > 0 || row[end].part() || row[end-1].tail) { // a terminal may count these otherwise
			b = append(strconv.AppendInt(append(b, "\x1b["...), int64(end+1), 10), 'G')
		}
		x = end
	}
	return b
}

// place appends the sequence that moves the cursor.
func place(b []byte, x, y int) []byte {
	b = strconv.AppendInt(append(b, "\x1b["...), int64(y+1), 10)
	return append(strconv.AppendInt(append(b, ';'), int64(x+1), 10), 'H')
}

// same reports whether a cell of the next frame is the one that stands there.
func (s *Screen) same(n, o *cell) bool {
	if n.r != o.r || n.style != o.style || n.tail != o.tail || (n.more == 0) != (o.more == 0) {
		return false
	}
	return n.more == 0 || s.next.clusters[n.more-1] == s.shown.clusters[o.more-1]
}

// part reports whether a cell goes on with the character of the one before it.
func (ce *cell) part() bool { return ce.r == 0 || ce.tail }

// loose reports a row with clusters of several characters: as terminals count their
// cells in more than one way, such a row is written whole.
func loose(row []cell) bool {
	for i := range row {
		if row[i].more > 0 || row[i].tail {
			return true
		}
	}
	return false
}

func (f *grid) row(y int) []cell { return f.cells[y*f.w : (y+1)*f.w] }

// take copies the canvas, and gives each row the blank that ends it.
func (f *grid) take(c *Canvas, p Palette) {
	f.size(c.full, c.h)
	for y := range f.h {
		to, from := f.row(y), c.cells[y*c.w:(y+1)*c.w]
		if n := copy(to, from); n < f.w {
			to[n] = cell{r: ' ', style: margin(from)}
		}
	}
	f.words(c.clusters)
	if !slices.Equal(f.palette, p) || f.apart == nil {
		f.palette, f.apart = p, make([]looks, len(p))
		for i := range p {
			f.apart[i] = apart(p[i])
		}
	}
	f.together = c.together
	f.curX, f.curY = c.Cursor()
}

func (f *grid) copy(o *grid) {
	f.size(o.w, o.h)
	copy(f.cells, o.cells)
	f.words(o.clusters)
	f.palette, f.together, f.curX, f.curY = o.palette, o.together, o.curX, o.curY
}

func (f *grid) size(w, h int) {
	if f.w != w || f.h != h || f.cells == nil {
		f.w, f.h, f.cells = w, h, make([]cell, w*h)
	}
}

func (f *grid) words(clusters []string) {
	clear(f.clusters)
	f.clusters = append(f.clusters[:0], clusters...)
}
