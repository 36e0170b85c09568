package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// clock is the package that tests take their start from; it is of this module.
const (
	module = "github.com/ehrdesk/ehrdesk"
	clock  = module + "/internal/testclock"
)

// ofTheDay are what a test calls, by itself or by its helpers, whose outcome is of
// a calendar day: the lines of the desk's list that end with their day.
var ofTheDay = []string{"TaskDone", "TaskExpected", "TaskArrival", "PutTask", "doneToday", "SameDay"}

// suite is a package whose tests have a clock.
type suite struct {
	pkg, dir      string
	daily, others []string
}

// at are the tests for the moment i of all.
func (s suite) at(i int, all []round) (out []string) {
	before, between := 0, 0 // of the hours between in this zone: those before i, and how many
	for k, r := range all {
		if r.zone == all[i].zone && !r.edge() {
			between++
			if k < i {
				before++
			}
		}
	}
	for k, name := range s.daily {
		if all[i].edge() || k%between == before {
			out = append(out, name)
		}
	}
	for k := i; k < len(s.others); k += len(all) {
		out = append(out, s.others[k])
	}
	return out
}

// find looks for every package of the module whose tests import the clock.
func find() ([]suite, error) {
	out, err := command("list", "-f", `{{.ImportPath}}{{"\t"}}{{.Dir}}{{"\t"}}{{join .TestImports " "}} {{join .XTestImports " "}}{{"\t"}}{{join .TestGoFiles " "}} {{join .XTestGoFiles " "}}`, module+"/...").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var suites []suite
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if f[0] != clock && !slices.Contains(strings.Fields(f[2]), clock) {
			continue
		}
		files := strings.Fields(f[3])
		for i, name := range files {
			files[i] = filepath.Join(f[1], name)
		}
		s := suite{pkg: f[0], dir: f[1]}
		calls, err := read(files)
		if err != nil {
			return nil, err
		}
		s.daily, s.others = calls.tests(f[0] == clock)
		if len(s.daily)+len(s.others) == 0 {
			return nil, fmt.Errorf("%s imports the clock, and no test of it is found to", s.pkg)
		}
		suites = append(suites, s)
	}
	if len(suites) < 4 {
		return nil, fmt.Errorf("only %d packages have a clock: this looks at nothing", len(suites))
	}
	return suites, nil
}

// calls are the names that each function of a package's tests mentions, methods of
// one name taken together: a test too many is run rather than one too few.
type calls map[string]map[string]bool

func read(files []string) (calls, error) {
	c := calls{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			if c[fn.Name.Name] == nil {
				c[fn.Name.Name] = map[string]bool{}
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					c[fn.Name.Name][id.Name] = true
				}
				return true
			})
		}
	}
	return c, nil
}

// tests divides those that have the clock; all have it in the clock's own package.
func (c calls) tests(all bool) (daily, others []string) {
	for name := range c {
		if !strings.HasPrefix(name, "Test") || name == "TestMain" || !all && !c.reaches(name, []string{"testclock"}, map[string]bool{}) {
			continue
		}
		if all || c.reaches(name, ofTheDay, map[string]bool{}) {
			daily = append(daily, name)
		} else {
			others = append(others, name)
		}
	}
	slices.Sort(daily)
	slices.Sort(others)
	return daily, others
}

// reaches reports whether a function mentions one of the names, or one that does.
func (c calls) reaches(name string, words []string, seen map[string]bool) bool {
	seen[name] = true
	for called := range c[name] {
		if slices.Contains(words, called) || c[called] != nil && !seen[called] && c.reaches(called, words, seen) {
			return true
		}
	}
	return false
}
