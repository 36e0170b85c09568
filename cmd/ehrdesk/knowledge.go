package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/fest"
)

// tableJSON is a table of the safety rules, as `knowledge show` and `knowledge check` print it.
type tableJSON struct {
	Table    string `json:"table"`
	Version  string `json:"version,omitempty"`
	Lines    int    `json:"lines"`
	Reviewed int    `json:"reviewed"` // lines that a pharmacist has signed
}

// knowledgeJSON is the line below the tables.
type knowledgeJSON struct {
	Version string `json:"version"`
	Rules   int    `json:"rules"` // of two drugs, whose parts count once
}

// ruleJSON is a line of a rule, as `knowledge show RULE` prints it.
type ruleJSON struct {
	Table      string            `json:"table"`
	Line       int               `json:"line"`
	Rule       string            `json:"rule"`
	Says       map[string]string `json:"says"` // each other column of its table that has something
	Source     string            `json:"source"`
	Licence    string            `json:"licence"`
	ReviewedBy string            `json:"reviewed_by"` // "" for nobody yet
}

// importJSON is what `knowledge import` took over.
type importJSON struct {
	Source      string `json:"source"`
	Fetched     string `json:"fetched"` // when the extract was made, by its own word
	Written     int    `json:"written"`
	Avoid       int    `json:"avoid"`       // tier 2
	Precautions int    `json:"precautions"` // tier 3
	NoAction    int    `json:"no_action"`   // tier 4
	Situations  int    `json:"situations"`  // lines that are meant in a situation that the rules do not judge
	NotMapped   int    `json:"not_mapped"`  // a line each above
	Withdrawn   int    `json:"withdrawn"`
	NotAssessed int    `json:"not_assessed"` // codes that the source has not assessed
	Version     string `json:"version"`      // of the folder
}

type leftJSON struct {
	ID  string `json:"not_mapped"`
	Why string `json:"why"`
}

func (a *app) knowledgeCommand() *cobra.Command {
	c := &cobra.Command{Use: "knowledge", Short: "The tables that the safety rules are made of; nobody has to be signed in"}
	c.AddCommand(
		&cobra.Command{Use: "show [RULE]", Short: "List the tables, or what a rule says, its source, its licence and who has reviewed it", Args: cobra.MaximumNArgs(1),
			RunE: func(_ *cobra.Command, args []string) error {
				if len(args) == 0 {
					return a.showTables(safety.Tables())
				}
				return a.showRule(args[0])
			}},
		&cobra.Command{Use: "check DIR", Short: "Read a folder of tables as the program does, and say what is wrong with it", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return a.checkTables(args[0]) }},
		a.knowledgeImportCommand())
	return c
}

// siteTables are the site's tables of safety rules: those of the file that --site names, else those of the
// administrator's own; nil where neither has any. They decide who is warned, so they are taken from the administrator
// alone, and a desk whose tables cannot be read does not start with others.
func (a *app) siteTables() (*safety.Knowledge, error) {
	const op, what = "knowledge", "the site's table of safety rules"
	f, path, err := a.siteWith(func(f *siteFile) bool { return f.Tables != "" })
	if err != nil || f == nil {
		return nil, err
	}
	for _, name := range safety.Files() {
		if _, err := readBeside(path, filepath.Join(f.Tables, name), op, what+" "+name, safety.MaxTable); err != nil {
			return nil, err
		}
	}
	dir := f.Tables
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(filepath.Dir(path), dir)
	}
	k, err := safety.Parse(os.DirFS(dir))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the site's safety tables cannot be used: %s", unquoted(err.Error()))
	}
	return k, nil
}

// showTables lists the tables of a folder that Parse takes.
func (a *app) showTables(in fs.FS) error {
	const op = "knowledge"
	k, err := safety.Parse(in)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the tables cannot be read")
	}
	list, _, err := safety.Look(in, "")
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the tables cannot be read")
	}
	for _, t := range list {
		j := tableJSON{t.Name, ehrdesk.CleanLine(t.Version), t.Lines, t.Reviewed}
		if err := a.line(j, j.words()); err != nil {
			return err
		}
	}
	j := knowledgeJSON{ehrdesk.CleanLine(k.Version), k.Rules()}
	return a.line(j, fmt.Sprintf("%d rules of two drugs (v%s)", j.Rules, j.Version))
}

func (t tableJSON) words() string {
	out := fmt.Sprintf("%s · %d lines", t.Table, t.Lines)
	if t.Version != "" {
		out += " · v" + t.Version
	}
	if t.Reviewed == 0 {
		return out + " · not yet reviewed by a pharmacist"
	}
	return fmt.Sprintf("%s · %d reviewed by a pharmacist", out, t.Reviewed)
}

func (a *app) showRule(rule string) error {
	_, list, err := safety.Look(safety.Tables(), rule)
	if err != nil {
		return ehrdesk.Errorf("knowledge", ehrdesk.CodeOther, "the tables cannot be read")
	}
	if len(list) == 0 {
		return ehrdesk.Errorf("knowledge", ehrdesk.CodeNotFound, "there is no such rule; ehrdesk check names those of its findings")
	}
	for i := range list {
		e := &list[i]
		j := ruleJSON{Table: e.Table, Line: e.Line, Rule: e.Rule, Says: map[string]string{}, Source: e.Get("source"), Licence: e.Get("licence"), ReviewedBy: e.Get("reviewed_by")}
		words := []string{"rule " + j.Rule, fmt.Sprintf("%s.csv line %d", j.Table, j.Line)}
		for _, c := range e.Columns {
			switch c.Name {
			case "rule", "part", "source", "licence", "reviewed_by":
			default:
				j.Says[c.Name] = c.Value
				words = append(words, c.Name+" "+c.Value)
			}
		}
		words = append(words, "source "+j.Source, "licence "+j.Licence)
		if j.ReviewedBy == "" {
			words = append(words, "not yet reviewed by a pharmacist")
		} else {
			words = append(words, "reviewed by "+j.ReviewedBy)
		}
		if err := a.line(j, ehrdesk.CleanLine(strings.Join(words, " · "))); err != nil {
			return err
		}
	}
	return nil
}

// checkTables says of a folder what is wrong with it, or lists its tables.
func (a *app) checkTables(dir string) error {
	const op = "knowledge check"
	in := os.DirFS(dir)
	_, err := safety.Parse(in)
	var fault *safety.Fault
	switch {
	case err == nil:
		return a.showTables(in)
	case !errors.As(err, &fault):
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the folder cannot be read")
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s", unquoted(fault.Error()))
}

// unquoted is what is wrong without what the file says: the line is named, and an error repeats nothing of a file.
func unquoted(s string) string {
	return regexp.MustCompile(`"(?:[^"\\]|\\.)*"`).ReplaceAllString(s, `"…"`)
}

func (a *app) knowledgeImportCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "import FILE --to DIR",
		Short: "Make a folder of tables with the interactions of FEST (Norwegian Medical Products Agency, M30, XML)",
		Long: "DIR becomes the program's tables with the interactions of FILE at the end of interactions.csv, source FEST, licence NLOD. FILE is a full extract.\n" +
			"What is to be avoided becomes tier 2, precautions tier 3, no action tier 4: no imported rule stops anybody before a pharmacist here has reviewed it. What could not be taken over has a line each.",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.importFEST(args[0], to) },
	}
	c.Flags().StringVar(&to, "to", "", "the folder to make; one that has anything in it is left alone")
	return c
}

func (a *app) importFEST(file, to string) error {
	const op = "knowledge import"
	if to == "" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--to names the folder to make")
	}
	f, err := os.Open(file)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the extract cannot be opened")
	}
	x, err := fest.Read(io.LimitReader(f, maxExtract))
	_ = f.Close()
	switch {
	case errors.Is(err, fest.ErrNone):
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there are no interactions of FEST in it")
	case err != nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the extract is not XML of the form M30, or not whole")
	case len(x.Lines) == 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "none of its interactions could be taken over")
	}
	version, err := writeTables(to, x)
	if err != nil {
		return err
	}
	j := importJSON{Source: "FEST", Fetched: x.Fetched, Written: len(x.Lines), Situations: x.Situations, NotMapped: len(x.Left), Withdrawn: x.Withdrawn, NotAssessed: x.NotAssessed, Version: version}
	for i := range x.Lines {
		switch x.Lines[i].Relevance {
		case fest.Avoid:
			j.Avoid++
		case fest.Precautions:
			j.Precautions++
		case fest.NoAction:
			j.NoAction++
		}
	}
	for _, l := range x.Left {
		if err := a.line(leftJSON{l.ID, string(l.Why)}, "not mapped: "+l.ID+" · "+string(l.Why)); err != nil {
			return err
		}
	}
	return a.line(j, fmt.Sprintf("%d interactions written (v%s): %d to be avoided, tier 2 · %d with precautions, tier 3 · %d without action, tier 4 · %d not mapped · %d in a situation that is not judged · %d withdrawn · %d codes not assessed",
		j.Written, j.Version, j.Avoid, j.Precautions, j.NoAction, j.NotMapped, j.Situations, j.Withdrawn, j.NotAssessed))
}

// maxExtract is more than a full extract of FEST has, with all of its catalogues.
const maxExtract = 2 << 30

// writeTables makes a folder of the program's tables and an extract's lines, and gives its version.
func writeTables(to string, x *fest.Extract) (version string, err error) {
	const op = "knowledge import"
	failed := ehrdesk.Errorf(op, ehrdesk.CodeOther, "the folder cannot be written")
	_, err = os.Stat(to)
	fresh := errors.Is(err, fs.ErrNotExist)
	if err := os.MkdirAll(to, 0o755); err != nil {
		return "", failed
	}
	there, err := os.ReadDir(to)
	switch {
	case err != nil:
		return "", failed
	case len(there) > 0:
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the folder has something in it; name one that is new")
	}
	files, err := fs.ReadDir(safety.Tables(), ".")
	if err != nil {
		return "", failed
	}
	for _, file := range files {
		b, err := fs.ReadFile(safety.Tables(), file.Name())
		if err != nil {
			return "", failed
		}
		if file.Name() == "interactions.csv" {
			b = fest.Append(b, x)
		}
		path := filepath.Join(to, file.Name())
		// What the program writes is private else; this is no secret, and every person's desk has to read it.
		if first(os.WriteFile(path, b, 0o644), os.Chmod(path, 0o644)) != nil {
			return "", failed
		}
	}
	if fresh && os.Chmod(to, 0o755) != nil {
		return "", failed
	}
	k, err := safety.Parse(os.DirFS(to))
	if err != nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeOther, "what was written cannot be read; see ehrdesk knowledge check")
	}
	return ehrdesk.CleanLine(k.Version), nil
}
