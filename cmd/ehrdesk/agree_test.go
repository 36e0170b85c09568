package main

import (
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptAgree holds that whatever a command printed of a summary the screen said too. Of its
// first line, whose summary it is, the name is enough: the banner has the rest in its own form.
//
//	agree PRINTED SHOWN
func scriptAgree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: agree printed shown")
	}
	var shown []string
	for _, l := range strings.Split(ts.ReadFile(args[1]), "\n") {
		if _, after, numbered := strings.Cut(l, ". "); numbered {
			shown = append(shown, after)
		}
		shown = append(shown, l)
	}
	for i, l := range strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n") {
		name, words, ok := strings.Cut(l, " · ")
		if i == 0 {
			if !slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(s, name) }) {
				ts.Fatalf("the screen does not name %s", name)
			}
			continue
		}
		if !ok { // a key point of one clause
			if !slices.Contains(shown, l) {
				ts.Fatalf("the screen does not say %q", l)
			}
			continue
		}
		if !slices.ContainsFunc(shown, func(s string) bool { return strings.HasPrefix(s, name) }) {
			ts.Fatalf("the screen has no section %s", name)
		}
		heard := strings.ReplaceAll(words, " · ", ", ")
		if !slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(strings.ReplaceAll(s, " · ", ", "), heard) }) {
			ts.Fatalf("the screen does not say %q of %s", words, name)
		}
	}
}
