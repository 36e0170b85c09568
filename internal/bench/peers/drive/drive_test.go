package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestASmallRunMeasuresEveryStoreThatCanBeBuiltHere(t *testing.T) {
	dir := t.TempDir()
	var out strings.Builder
	if err := drive(t.Context(), size{patients: 4, rounds: 2}, dir, &out); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + out.String())
	table, left, _ := strings.Cut(out.String(), "\n\n")
	rows := strings.Split(strings.TrimSpace(table), "\n")
	if len(rows) != 2+len(lines) {
		t.Errorf("%d lines, want the head and %d", len(rows), len(lines))
	}
	cells := func(row string) []string {
		return strings.Split(strings.TrimSuffix(strings.TrimPrefix(row, "| "), " |"), " | ")
	}
	head := cells(rows[0])
	for _, c := range contenders() {
		if !slices.Contains(head, c.name) && !strings.Contains(left, "Left out: "+c.name+": ") {
			t.Errorf("%s neither takes part nor is said to be left out", c.name)
		}
	}
	if len(head) < 3 || head[1] != "ours" || head[2] != "modernc" {
		t.Errorf("what needs nothing does not take part: %q", head)
	}
	figure := regexp.MustCompile(`^[0-9.]+( µs| ms| s| MB)?( / [0-9.]+( µs| ms| s| MB)?)?$`)
	for _, row := range rows[2:] {
		row := cells(row)
		if len(row) != len(head) {
			t.Errorf("%q: %d cells, want %d", row[0], len(row), len(head))
		}
		for _, c := range row[1:] {
			if !figure.MatchString(c) && c != "– / –" { // memory, but on Linux
				t.Errorf("%q: %q is no figure", row[0], c)
			}
		}
	}
	empty(t, dir)
}

func TestAWorkerThatEndsEndsTheRunAndTheOtherWorkers(t *testing.T) {
	dir := t.TempDir()
	b := &builder{dir: dir, made: map[string]made{}}
	program, err := b.build(t.Context(), contender{worker: "modernc"})
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(size{patients: 4, rounds: 2}, []*process{
		{name: "good", program: program, dir: filepath.Join(dir, "good")},
		{name: "bad", program: program, dir: filepath.Join(dir, "bad"), args: []string{"-no-such-flag"}},
	})
	if err := r.all(t.Context()); err == nil || !strings.Contains(err.Error(), "bad") {
		t.Errorf("%v, want it to name the worker", err)
	}
	for _, p := range r.stores {
		if p.cmd != nil {
			t.Error(p.name, "was not waited for")
		}
	}
}

func TestARunThatIsBrokenOffLeavesNoFile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if err := drive(ctx, size{patients: 4, rounds: 2}, dir, io.Discard); err == nil {
		t.Error("it ran")
	}
	empty(t, dir)
}

func empty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Error("left behind:", left, err)
	}
}

func TestWhatCannotBeBuiltIsLeftOutWithItsReason(t *testing.T) {
	for _, c := range []struct{ name, set, to, want string }{
		{"mattn", "CGO_ENABLED", "0", "no C compiler"},
		{"mattn", "CC", "there-is-no-such-compiler", "no C compiler"},
		{"SQLCipher", "CGO_ENABLED", "0", "no C compiler"},
		{"SQLCipher, 4 KiB", "PKG_CONFIG", "there-is-no-such-tool", "no libsqlcipher"},
	} {
		t.Run(c.name+" with "+c.set+"="+c.to, func(t *testing.T) {
			t.Setenv(c.set, c.to)
			all := contenders()
			i := slices.IndexFunc(all, func(a contender) bool { return a.name == c.name })
			b := &builder{dir: t.TempDir(), made: map[string]made{}}
			_, err := b.build(t.Context(), all[i])
			if err == nil || !(strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "no C compiler")) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestFiguresAreShort(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{clock(2_840), "2.8 µs"}, {clock(91_700), "92 µs"}, {clock(457_000), "0.46 ms"}, {clock(76e6), "76 ms"}, {clock(860e6), "0.86 s"},
		{megabytes(914e6), "914 MB"}, {megabytes(0), "–"},
		{ratio(1, 4), "0.25"}, {ratio(23, 20), "1.15"}, {ratio(62, 10), "6.2"}, {ratio(1, 0), "–"},
		{thousands(500), "500"}, {thousands(1_000_000), "1,000,000"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}
