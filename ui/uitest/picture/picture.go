// Package picture draws a frame of the terminal as an SVG, for people who read about the
// program before they run it. It promises that each character stands in its own cells, in
// whatever typeface a reader has, and that one frame is always the same bytes.
package picture

import (
	"fmt"
	"image/color"
	"io"
	"strings"

	"github.com/ajstarks/svgo"
	uv "github.com/charmbracelet/ultraviolet"
)

// A cell in pixels, and the base line of its letters.
const (
	cellW, cellH = 10, 20
	baseline     = 15
	edge         = 8 // around the frame
)

const typeface = "font-family:'DejaVu Sans Mono','Noto Sans Mono CJK HK','Noto Sans Mono CJK TC','Menlo','Consolas','MingLiU',monospace;font-size:16.6px"

// SVG draws content, a frame with its styles as a terminal is sent it, of width columns
// and height rows.
func SVG(out io.Writer, content, title string, width, height int) {
	buf := uv.NewScreenBuffer(width, height)
	uv.NewStyledString(content).Draw(buf, buf.Bounds())
	s := svg.New(out)
	s.Startview(width*cellW+2*edge, height*cellH+2*edge, 0, 0, width*cellW+2*edge, height*cellH+2*edge)
	s.Title(title)
	_, ground := looks(buf.CellAt(0, height-1))
	s.Roundrect(0, 0, width*cellW+2*edge, height*cellH+2*edge, edge, edge, "fill:"+ground)
	s.Group(typeface)
	for y := range height {
		row(s, buf, y, width, ground)
	}
	s.Gend()
	s.End()
}

// row draws the grounds of a row, and then its letters, in stretches of one look.
func row(s *svg.SVG, buf uv.ScreenBuffer, y, width int, ground string) {
	top := edge + y*cellH
	for x := 0; x < width; {
		_, bg := looks(buf.CellAt(x, y))
		from := x
		for x < width {
			next := buf.CellAt(x, y)
			if _, is := looks(next); is != bg && next.Width > 0 { // the second half of a wide character has no look
				break
			}
			x++
		}
		if bg != ground {
			s.Rect(edge+from*cellW, top, (x-from)*cellW, cellH, "fill:"+bg)
		}
	}
	for x := 0; x < width; {
		c := buf.CellAt(x, y)
		if blank(buf, x, y, width) {
			x++
			continue
		}
		if c.Width > 1 {
			s.Text(edge+x*cellW+c.Width*cellW/2, top+baseline, c.Content, letters(c)+";text-anchor:middle")
			x += c.Width
			continue
		}
		style, from, words := letters(c), x, strings.Builder{}
		for x < width {
			next := buf.CellAt(x, y)
			// a reader's program makes one space of several
			if next.Width != c.Width || letters(next) != style || blank(buf, x, y, width) && blank(buf, x+1, y, width) {
				break
			}
			words.WriteString(next.Content)
			x++
		}
		said := strings.TrimRight(words.String(), " ")
		length := (x - from - (words.Len() - len(said))) * cellW
		s.Text(edge+from*cellW, top+baseline, said, style, fmt.Sprintf(`textLength="%d"`, length), `lengthAdjust="spacingAndGlyphs"`)
	}
}

// blank reports a cell without a letter, and all beyond the row.
func blank(buf uv.ScreenBuffer, x, y, width int) bool {
	if x >= width {
		return true
	}
	c := buf.CellAt(x, y)
	return c.Content == " " || c.Width == 0
}

// letters is the style of a cell's text.
func letters(c *uv.Cell) string {
	fg, _ := looks(c)
	style := "fill:" + fg
	if c.Style.Attrs&uv.AttrBold != 0 {
		style += ";font-weight:bold"
	}
	if c.Style.Underline != 0 {
		style += ";text-decoration:underline"
	}
	return style
}

// looks are the colours of a cell, with those of a dark terminal where it has none.
func looks(c *uv.Cell) (fg, bg string) {
	fg, bg = hex(c.Style.Fg, "#d0d0d0"), hex(c.Style.Bg, "#121212")
	if c.Style.Attrs&uv.AttrReverse != 0 {
		return bg, fg
	}
	return fg, bg
}

func hex(c color.Color, otherwise string) string {
	if c == nil {
		return otherwise
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
