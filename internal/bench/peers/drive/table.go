package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk/internal/bench/peers/worker"
)

// lines are the table's, of one measure or two.
var lines = []struct {
	name     string
	measures []measure
	unit     unit
}{
	{"bulk write, a record", []measure{write}, clock},
	{"one patient's 500 newest, with bodies", []measure{open}, clock},
	{"one record of an open chart", []measure{one}, clock},
	{"count by type of a patient, chart open", []measure{countOpen}, clock},
	{"the same, chart not open", []measure{count}, clock},
	{"count by type of all patients, no chart open", []measure{countAll}, clock},
	{"ten records of one patient changed", []measure{update}, clock},
	{"shred a patient beside the others", []measure{shred}, clock},
	{"cold open to first record, in the process / whole process", []measure{coldInside, coldWhole}, clock},
	{"file", []measure{file}, megabytes},
	{"memory of the process: most while loading / after reading", []measure{peak, memory}, megabytes},
}

// table prints our medians, and what they are of the others'.
func (r *run) table(out io.Writer) {
	fmt.Fprintf(out, "| %s records of %s patients |", thousands(r.patients*worker.Each), thousands(r.patients))
	for _, p := range r.stores {
		fmt.Fprintf(out, " %s |", p.name)
	}
	fmt.Fprint(out, "\n|", strings.Repeat("---|", len(r.stores)+1), "\n")
	for _, l := range lines {
		fmt.Fprintf(out, "| %s |", l.name)
		for i, p := range r.stores {
			var cells []string
			for _, m := range l.measures {
				ours := r.median(m, r.stores[0])
				if i == 0 {
					cells = append(cells, l.unit(ours))
				} else {
					cells = append(cells, ratio(ours, r.median(m, p)))
				}
			}
			fmt.Fprintf(out, " %s |", strings.Join(cells, " / "))
		}
		fmt.Fprintln(out)
	}
}

func (r *run) median(m measure, p *process) float64 {
	s := slices.Sorted(slices.Values(r.samples[m][p]))
	mid := (s[(len(s)-1)/2] + s[len(s)/2]) / 2
	if m == write {
		mid /= worker.Each
	}
	return mid
}

// unit is how a figure is shown.
type unit func(float64) string

func clock(ns float64) string {
	switch {
	case ns < 1e5:
		return short(ns/1e3) + " µs"
	case ns < 1e8:
		return short(ns/1e6) + " ms"
	}
	return short(ns/1e9) + " s"
}

func megabytes(n float64) string {
	if n == 0 {
		return "–"
	}
	return short(n/1e6) + " MB"
}

// ratio is none where a figure cannot be had on this system.
func ratio(ours, theirs float64) string {
	if theirs == 0 {
		return "–"
	}
	r := ours / theirs
	if r >= 2 {
		return short(r)
	}
	return strconv.FormatFloat(r, 'f', 2, 64)
}

// short has two digits that count, or more before the point.
func short(f float64) string {
	switch {
	case f < 0.995:
		return strconv.FormatFloat(f, 'f', 2, 64)
	case f < 9.95:
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return strconv.FormatFloat(f, 'f', 0, 64)
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
