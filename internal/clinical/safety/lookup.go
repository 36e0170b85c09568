package safety

import (
	"io/fs"
	"strings"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// Tables is the folder of tables that the program was built with.
func Tables() fs.FS { return tables.Knowledge() }

// Files are the names of the tables of a folder.
func Files() (out []string) {
	for _, f := range files() {
		out = append(out, f.name)
	}
	return out
}

// Table is what a file of a folder has.
type Table struct {
	Name     string // "interactions"
	Version  string // "" where the file says none
	Lines    int
	Reviewed int // lines that a pharmacist has signed
}

// Entry is one line of a table, as it is written.
type Entry struct {
	Table   string
	Line    int
	Rule    string // with its part: "1a"
	Columns []Cell // those that have something, in the order of the file
}

// Cell is a column and what stands there.
type Cell struct{ Name, Value string }

// Get is what stands in a column, "" for nothing.
func (e *Entry) Get(name string) string {
	for i := range e.Columns {
		if e.Columns[i].Name == name {
			return e.Columns[i].Value
		}
	}
	return ""
}

// Look lists the tables of a folder, and the lines of a rule: by its number all its parts, by number and part the one,
// by the names of findings the line that they are made of. The folder is one that Parse takes. Errors: *Fault.
func Look(in fs.FS, rule string) (list []Table, of []Entry, err error) {
	for _, f := range files() {
		content, err := text(in, f.name)
		if err != nil {
			return nil, nil, err
		}
		t := Table{Name: strings.TrimSuffix(f.name, ".csv"), Version: versionIn(content)}
		err = rows(f.name, content, f.cols, func(r row) error {
			t.Lines++
			if r.get("reviewed_by") != "" {
				t.Reviewed++
			}
			if name, ok := r.named(t.Name, rule); ok {
				of = append(of, r.entry(t.Name, name))
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		list = append(list, t)
	}
	return list, of, nil
}

// named is the rule of a line, and whether it is the one that is looked for.
func (r row) named(table, rule string) (name string, ok bool) {
	number, part := r.get("rule"), r.get("part")
	if table == "values" && r.get("source") != "" {
		number = "V-" + r.get("key")
	}
	name = number + part
	return name, rule != "" && number != "" && (strings.EqualFold(rule, number) || strings.EqualFold(rule, name))
}

func (r row) entry(table, name string) Entry {
	e := Entry{Table: table, Line: r.at, Rule: name, Columns: make([]Cell, len(r.fields))}
	for column, i := range r.of {
		e.Columns[i] = Cell{column, r.get(column)}
	}
	kept := e.Columns[:0]
	for _, c := range e.Columns {
		if c.Value != "" {
			kept = append(kept, c)
		}
	}
	e.Columns = kept
	return e
}
