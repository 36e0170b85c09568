package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	draftpage "github.com/ehrdesk/ehrdesk/ui/screen/chart/drafts"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// givenJSON is a kind of record as `draft ask` prints it: what the program would be given of it.
type givenJSON struct {
	Field    string   `json:"field"`
	Standing string   `json:"standing"` // "" where all of the kind is seen, else why not: "hidden" is given nothing
	Lines    []string `json:"lines"`
	NotGiven int      `json:"not_given"` // lines that name the patient, or are too long
	More     int      `json:"more"`      // records beyond the newest
}

// askedJSON is the last line of `draft ask`: which program, where it goes, and what --confirm takes.
type askedJSON struct {
	Program string         `json:"program"`
	Version string         `json:"version"`
	Host    string         `json:"host"`
	Held    bool           `json:"held"` // it can reach nothing but its input and its output
	Age     *int           `json:"age"`
	Sex     ehrdesk.Gender `json:"sex"`
	Confirm string         `json:"confirm"`
}

func (a *app) askDraft(ctx context.Context, o opened) error {
	const op = "draft ask"
	if err := a.inStep(ctx, op, o.chart, o.session); err != nil {
		return err
	}
	programs := o.session.DraftPrograms()
	i := slices.IndexFunc(programs, func(p ehrdesk.DraftProgram) bool { return p.Name == o.arg })
	switch {
	case len(programs) == 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "drafts are off: your administrator has not set up a program for drafts")
	case i < 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such program for drafts is set up; ehrdesk doctor names those that are")
	}
	p := &programs[i]
	fields := draftpage.Fields(a.bookOf(o.chart, o.session), p)
	word := confirmation(p, fields)
	switch o.in.confirm {
	case "":
		return a.printGiven(o.chart.Patient(), p, fields, word)
	case word:
	default:
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "what the program would be given is another by now; look at it again without --confirm")
	}
	d, err := o.session.AskDraft(ctx, o.chart.Patient().ID, draftpage.Request(p, fields))
	if err != nil {
		return renamed(op, err)
	}
	return a.printDraft(&d)
}

// confirmation is a word for what somebody has looked at: the program with its version and host, the kinds of record and how
// many lines there are of each. It is of no word of the record, as it stands in a command line.
func confirmation(p *ehrdesk.DraftProgram, fields []draftpage.Field) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %t\n", p.Name, p.Version, p.Host, p.Held)
	for i := range fields {
		f := &fields[i]
		fmt.Fprintf(h, "%s %d %d %d\n", f.Field, len(f.Lines), f.Naming, f.More)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// printGiven prints what a program would be given, for whoever confirms it.
func (a *app) printGiven(who ehrdesk.Patient, p *ehrdesk.DraftProgram, fields []draftpage.Field, word string) error {
	for i := range fields {
		f := &fields[i]
		j := givenJSON{Field: f.Field.String(), Lines: append([]string{}, f.Lines...), NotGiven: f.Naming, More: f.More}
		if f.Standing != page.Seen {
			j.Standing = f.Standing.String()
		}
		if err := a.line(j, j.words()); err != nil {
			return err
		}
	}
	last := askedJSON{Program: p.Name, Version: p.Version, Host: hostOf(p.Host), Held: p.Held, Sex: who.Gender, Confirm: word}
	if y := who.Years(time.Now()); y >= 0 {
		last.Age = &y
	}
	return a.line(last, last.words(p))
}

// words are the lines for people.
func (g givenJSON) words() string {
	head := text.Sprintf("%s · %d line{s}", g.Field, len(g.Lines))
	if g.Standing != "" {
		head += " · " + g.Standing
	}
	if g.NotGiven > 0 {
		head += fmt.Sprintf(" · not given: %d that name the patient, or are too long", g.NotGiven)
	}
	if g.More > 0 {
		head += fmt.Sprintf(" · not given: %d beyond the newest", g.More)
	}
	return strings.Join(append([]string{head}, g.Lines...), "\n  ")
}

func (l askedJSON) words(p *ehrdesk.DraftProgram) string {
	age := "not known"
	if l.Age != nil {
		age = fmt.Sprint(*l.Age)
	}
	return fmt.Sprintf("and age %s, sex %s; no name, number or day of birth, and no restricted record\n%s %s: text goes to %s\nnothing was given; to give this: --confirm %s", age, l.Sex, l.Program, l.Version, hostWords(*p), l.Confirm)
}
