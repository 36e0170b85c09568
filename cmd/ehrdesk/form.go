package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
	shipped "github.com/ehrdesk/ehrdesk/internal/form/forms"
)

// maxForm is more than the longest form has: some 160 kB of those that were seen.
const maxForm = 8 << 20

// formJSON is a form, as `form list` prints it and `form check` at the end.
type formJSON struct {
	Form      string `json:"form"` // its canonical URL
	Version   string `json:"version"`
	Title     string `json:"title"`
	Questions int    `json:"questions"`
	FillsIn   string `json:"fills_in"`       // whole, part (without the items that are closed), no
	Closed    int    `json:"closed"`         // items that cannot be answered here
	Refused   int    `json:"refused"`        // reasons for which it cannot be filled in
	NotUsed   int    `json:"not_used"`       // things that nothing is done with
	Approval  bool   `json:"approval"`       // a second person approves it
	Site      string `json:"site,omitempty"` // the name of its file, of one of the site's own
}

// unsupportedJSON is one thing of a form that is not supported.
type unsupportedJSON struct {
	Item   string      `json:"item"`   // its linkId, "" for the form itself
	What   string      `json:"what"`   // the element, or the extension
	Why    form.Reason `json:"why"`    // in a fixed word
	Effect string      `json:"effect"` // refused, closed, not-used
}

func (a *app) formCommand() *cobra.Command {
	var sets string
	check := &cobra.Command{Use: "check FILE", Short: "Read a Questionnaire as the program does, and say by name what of it is not supported",
		Long: "A line each thing that is not supported, with its item: refused (the form cannot be filled in here), closed (the item cannot be answered, the form is filled in without it),\n" +
			"not used (nothing is done with it). Last whether the form is filled in. Exit 2 where it is refused. --sets names a folder with ValueSets that the form asks for.",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.checkForm(args[0], sets) }}
	check.Flags().StringVar(&sets, "sets", "", "a folder of ValueSets (*.json), beside those that every desk has")
	c := &cobra.Command{Use: "form", Short: "The forms that are filled in here (FHIR Questionnaires); nobody has to be signed in"}
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "List the forms of this site and those that every desk has", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return a.listForms() }},
		check)
	return c
}

func (a *app) listForms() error {
	own, err := a.siteForms()
	if err != nil {
		return err
	}
	second, err := a.secondPerson(own)
	if err != nil {
		return err
	}
	for i := range own {
		f, err := form.Read(own[i].Raw, form.With(own[i].Sets))
		if err != nil {
			return err
		}
		j := formOf(f, nil)
		j.Site = own[i].Name
		j.Approval = j.Approval || slices.Contains(second, own[i].Name)
		if err := a.line(j, "site: "+j.words()); err != nil {
			return err
		}
	}
	for _, name := range shipped.Names() {
		f, err := shipped.Read(name)
		if err != nil {
			return err
		}
		j := formOf(f, nil)
		j.Approval = j.Approval || slices.Contains(second, name)
		if err := a.line(j, j.words()); err != nil {
			return err
		}
	}
	return nil
}

// checkForm says what of a file is not supported.
func (a *app) checkForm(path, sets string) error {
	const op = "form check"
	raw, err := readForm(path)
	if err != nil {
		return err
	}
	known, err := setsOf(sets)
	if err != nil {
		return err
	}
	f, err := form.Read(raw, known)
	if err != nil {
		return renamed(op, err)
	}
	more := extract.Judge(f)
	for _, u := range slices.Concat(f.Unsupported, more) {
		j := unsupportedJSON{ehrdesk.CleanLine(u.Link), ehrdesk.CleanLine(u.What), u.Why, effects()[u.Weight]}
		at := "item " + j.Item
		if j.Item == "" {
			at = "the form"
		}
		if err := a.line(j, fmt.Sprintf("%s: %s · %s · %s", strings.ReplaceAll(j.Effect, "-", " "), at, j.What, strings.ReplaceAll(string(j.Why), "-", " "))); err != nil {
			return err
		}
	}
	j := formOf(f, more)
	if err := a.line(j, j.words()); err != nil {
		return err
	}
	if f.Refused() {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this form cannot be filled in here; what it is refused for is named above")
	}
	return nil
}

// setsOf are the ValueSets of a folder and those that every desk has.
func setsOf(dir string) (form.Sets, error) {
	if dir == "" {
		return form.Known, nil
	}
	const op = "form check"
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(paths) == 0 {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the folder of --sets has no ValueSets")
	}
	all := map[string][]form.Option{}
	for _, p := range paths {
		raw, err := readForm(p)
		if err != nil {
			return nil, err
		}
		url, options, err := form.ReadSet(raw)
		if err != nil {
			return nil, renamed(op, err)
		}
		all[url] = options
	}
	return func(url string) ([]form.Option, bool) {
		if o, ok := all[url]; ok {
			return o, true
		}
		return form.Known(url)
	}, nil
}

func effects() map[form.Weight]string {
	return map[form.Weight]string{form.Refuses: "refused", form.Closes: "closed", form.NotUsed: "not-used"}
}

// readForm reads a file that may be a form.
func readForm(path string) ([]byte, error) {
	const op = "form check"
	f, err := os.Open(path)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be opened")
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, maxForm+1))
	switch {
	case err != nil:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be read")
	case len(b) > maxForm:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file is longer than a form may be")
	}
	return b, nil
}

// formOf is what is said of a form as a whole; more is what nothing is extracted of.
func formOf(f *form.Form, more []form.Unsupported) formJSON {
	j := formJSON{Form: ehrdesk.CleanLine(f.URL), Version: ehrdesk.CleanLine(f.Version), Title: ehrdesk.CleanLine(f.Title.Said), FillsIn: "whole", NotUsed: len(more), Approval: f.Approval}
	if j.Title == "" {
		j.Title = f.Name
	}
	f.Each(func(it *form.Item) {
		if it.Type.Asks() {
			j.Questions++
		}
		if it.Closed {
			j.Closed++
		}
	})
	for _, u := range f.Unsupported {
		switch u.Weight {
		case form.Refuses:
			j.Refused++
		case form.NotUsed:
			j.NotUsed++
		case form.Closes:
		}
	}
	switch {
	case j.Refused > 0:
		j.FillsIn = "no"
	case j.Closed > 0:
		j.FillsIn = "part"
	}
	return j
}

func (j formJSON) words() string {
	out := slices.DeleteFunc([]string{strings.TrimSpace(j.Form + " " + j.Version), j.Title, fmt.Sprintf("%d questions", j.Questions)}, func(s string) bool { return s == "" })
	switch j.FillsIn {
	case "whole":
		out = append(out, "is filled in whole")
	case "part":
		out = append(out, fmt.Sprintf("is filled in without %d of its items", j.Closed))
	default:
		out = append(out, fmt.Sprintf("cannot be filled in here, for %d reasons", j.Refused))
	}
	if j.Approval {
		out = append(out, "a second person approves it")
	}
	return strings.Join(out, " · ")
}
