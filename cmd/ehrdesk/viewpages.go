package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// inPages prints lines of what a patient brings: at a terminal a page at a time, elsewhere all of them. Each page begins with the
// words that nobody has verified it, and so does and ends what is no terminal's.
func (a *app) inPages(lines []string) error {
	in, okIn := a.in.(*os.File)
	out, okOut := a.out.(*os.File)
	if !okIn || !okOut || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		_, err := fmt.Fprintln(a.out, notVerified+"\n"+strings.Join(lines, "\n")+"\n\n"+notVerified)
		return written(err)
	}
	w, h, err := term.GetSize(int(out.Fd()))
	if err != nil {
		w, h = 80, 24
	}
	answers := bufio.NewReader(in)
	all := pagesOf(lines, w, h-1)
	for i, page := range all {
		if _, err := fmt.Fprintln(a.out, strings.Join(page, "\n")); err != nil {
			return written(err)
		}
		if i == len(all)-1 {
			break
		}
		fmt.Fprintf(a.err, "page %d of %d; Enter: the next, q: no more ", i+1, len(all))
		if line, err := answers.ReadString('\n'); err != nil || strings.TrimSpace(line) == "q" {
			break
		}
	}
	return nil
}

// pagesOf lays lines out on pages of w cells and h rows, each under the words that nobody has verified it. Nothing is left out or cut:
// a line that is too long goes on below.
func pagesOf(lines []string, w, h int) (out [][]string) {
	w = max(20, w)
	head := paint.Wrap(nil, notVerified, w)
	h = max(len(head)+3, h)
	page := append([]string(nil), head...)
	for _, l := range lines {
		text := strings.TrimLeft(l, " ")
		indent := l[:min(len(l)-len(text), w/2)]
		rows := paint.Wrap(nil, text, w-len(indent))
		if len(rows) == 0 {
			rows = []string{""}
		}
		for _, row := range rows {
			if len(page) == h {
				out, page = append(out, page), append([]string(nil), head...)
			}
			page = append(page, indent+row)
		}
	}
	return append(out, page)
}
