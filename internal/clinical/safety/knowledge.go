// Package safety holds what somebody takes against tables of knowledge: drugs that do harm together, drugs that
// somebody reacted to, the same drug twice, doses and kidneys, critical values, what has to be measured and was not.
//
// It promises that the same facts give the same findings, byte for byte, in whatever order they come; that a finding
// names its rule, its source and every record that it rests on; that a drug which no table knows is counted and named;
// and that nothing it says reads "safe": what it can say at most is that none of so many rules matched. It has no words
// of the screen, no clock and no I/O.
//
// Sources: ../../tables/knowledge, where each line names its own.
package safety

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// Text is a sentence of the tables in the three languages.
type Text struct{ English, Hant, Hans string }

// Tier says how much a finding matters.
type Tier uint8

// The tiers. Only the first interrupts.
const (
	Stop       Tier = 1 // needs a reason to go on
	Serious    Tier = 2
	Precaution Tier = 3
	Info       Tier = 4 // on request
)

// Line is one line of a table, as far as every table has it.
type Line struct {
	Rule, Part string // "1" "a", "A3" "", "D2" ""
	Tier       Tier
	Effect     Text // what happens; the note of a line that has one alone
	Action     Text
	Source     string
	Licence    string
	ReviewedBy string // the pharmacist who signed it; "" for nobody yet
	digest     string // of the line as it stands: an acknowledgement is of this
}

// Name is the rule and its part: "1a".
func (l *Line) Name() string { return l.Rule + l.Part }

// interaction is a line of interactions.csv.
type interaction struct {
	Line
	a, b       *Class
	needs      []condition
	raise      []raise
	antibiotic bool
	instead    []instead
}

// raise is a tier that conditions make of another.
type raise struct {
	when []condition
	tier Tier
}

// instead is something to give in a drug's place, or beside it.
type instead struct {
	name    string // of substances.csv; of a combination with plus signs
	topical bool
	beside  bool // it is added, and nothing is taken away
}

// crossing is a line of allergies.csv.
type crossing struct {
	Line
	trigger, cross, not *Class
	reaction            string
}

// doubled is a line of duplicates.csv.
type doubled struct {
	Line
	kind  string
	class *Class // nil for any
	days  int    // of an allowed class: how long an overlap may be; 0 for any time
}

// dosing is a line of doses.csv.
type dosing struct {
	Line
	class *Class
	when  condition
}

// limit is a line of values.csv.
type limit struct {
	Line
	key, analyte string
	units        []string
	low, high    comparison
}

// disease is a line of findings.csv.
type disease struct {
	name   string
	icd    []string
	snomed []string
	words  []string
}

// tail is a line of tails.csv.
type tail struct {
	class *Class
	days  int
}

// duty is a line of monitoring.csv.
type duty struct {
	Line
	class   *Class // of whom takes it; nil where it is a finding's
	finding string
	analyte string
	days    int
}

// Knowledge are the tables, read.
type Knowledge struct {
	Version string // of interactions.csv: "2026.11"

	classes      map[string]*Class
	interactions []interaction
	quiet        [][2]*Class
	crossings    []crossing
	doubles      []doubled
	doses        []dosing
	limits       []limit
	diseases     map[string]*disease
	tails        []tail
	duties       []duty
}

// Rules is how many interaction rules there are, whose parts count once.
func (k *Knowledge) Rules() int {
	seen := map[string]bool{}
	for i := range k.interactions {
		seen[k.interactions[i].Rule] = true
	}
	return len(seen)
}

// Built is the knowledge that the program was built with.
func Built() *Knowledge { return built() }

var built = sync.OnceValue(func() *Knowledge {
	k, err := Parse(tables.Knowledge())
	if err != nil {
		panic(err) // a test reads them
	}
	return k
})

// Parse reads the tables of a folder. Errors name the file, the line and what is wrong with it; a folder with one wrong
// line gives nothing.
func Parse(in fs.FS) (*Knowledge, error) {
	k := &Knowledge{classes: map[string]*Class{}, diseases: map[string]*disease{}}
	for _, file := range files() {
		if err := k.file(in, file.name, file.cols, file.line); err != nil {
			return nil, err
		}
	}
	for _, n := range namedClasses {
		if k.classes[n.class] == nil {
			return nil, &Fault{File: "classes.csv", What: fmt.Sprintf("no class %q, by which allergies are recorded", n.class)}
		}
	}
	if k.Version == "" {
		return nil, &Fault{File: "interactions.csv", What: "no line \"# version\""}
	}
	return k, nil
}

// file is one of the tables: how many columns it has, and what reads a line.
type file struct {
	name string
	cols int
	line func(*Knowledge, row) error
}

// files are the tables, in the order in which they need one another.
func files() []file {
	return []file{
		{"classes.csv", 8, (*Knowledge).readClass}, {"findings.csv", 7, (*Knowledge).readFinding}, {"values.csv", 8, (*Knowledge).readValue},
		{"interactions.csv", 19, (*Knowledge).readInteraction}, {"quiet.csv", 5, (*Knowledge).readQuiet}, {"allergies.csv", 12, (*Knowledge).readAllergy},
		{"duplicates.csv", 11, (*Knowledge).readDuplicate}, {"doses.csv", 10, (*Knowledge).readDose}, {"tails.csv", 5, (*Knowledge).readTail},
		{"monitoring.csv", 7, (*Knowledge).readDuty},
	}
}

// Fault is what is wrong with a folder of tables.
type Fault struct {
	File string
	Line int // 0 for the whole file
	What string
}

// Error says where it is and what.
func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.What
	}
	return fmt.Sprintf("%s line %d: %s", f.File, f.Line, f.What)
}

// MaxTable is the most that a table has: the interactions of a whole country are a tenth of it.
const MaxTable = 64 << 20

// text is a table as it stands.
func text(in fs.FS, name string) (string, error) {
	info, err := fs.Stat(in, name)
	if err != nil {
		return "", &Fault{File: name, What: "it is not there or cannot be read"}
	}
	if !info.Mode().IsRegular() || info.Size() > MaxTable {
		return "", &Fault{File: name, What: "it is no file, or larger than a table is"}
	}
	b, err := fs.ReadFile(in, name)
	if err != nil {
		return "", &Fault{File: name, What: "it is not there or cannot be read"}
	}
	return string(b), nil
}

// row is one line of a file, by column.
type row struct {
	fields []string
	of     map[string]int
	at     int // the line of the file
}

func (r row) get(column string) string {
	if i, ok := r.of[column]; ok {
		return strings.TrimSpace(r.fields[i])
	}
	return ""
}

func (r row) text(column string) Text {
	en := r.get(column)
	if en == "" {
		en = r.get("english")
	}
	return Text{en, r.get(column + "_hant"), r.get(column + "_hans")}
}

func (r row) line() (Line, error) {
	l := Line{Rule: r.get("rule"), Part: r.get("part"), Source: r.get("source"), Licence: r.get("licence"), ReviewedBy: r.get("reviewed_by"),
		Effect: r.text("effect"), Action: r.text("action"), digest: digest(r.fields...)}
	if l.Effect.English == "" {
		l.Effect = r.text("note")
	}
	if t := r.get("tier"); t != "" {
		n, err := strconv.Atoi(t)
		if err != nil || n < 1 || n > 4 {
			return l, fmt.Errorf("tier %q", t)
		}
		l.Tier = Tier(n)
	}
	switch {
	case l.Source == "" && r.get("kind") != "allow":
		return l, errors.New("no source")
	case l.Licence == "":
		return l, errors.New("no licence")
	}
	return l, nil
}

func (k *Knowledge) file(in fs.FS, name string, columns int, read func(*Knowledge, row) error) error {
	table, err := text(in, name)
	if err != nil {
		return err
	}
	if name == "interactions.csv" {
		k.Version = versionIn(table)
	}
	return rows(name, table, columns, func(r row) error { return read(k, r) })
}

// rows gives the lines of a table below its head.
func rows(name, table string, columns int, each func(row) error) error {
	rd := csv.NewReader(strings.NewReader(table))
	rd.Comment, rd.FieldsPerRecord = '#', columns
	head, err := rd.Read()
	if err != nil {
		return faultOf(name, err)
	}
	of := map[string]int{}
	for i, h := range head {
		of[h] = i
	}
	for {
		fields, err := rd.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return faultOf(name, err)
		}
		line, _ := rd.FieldPos(0)
		if err := each(row{fields, of, line}); err != nil {
			return &Fault{name, line, err.Error()}
		}
	}
}

// faultOf is what the reader of CSV says of a line.
func faultOf(name string, err error) error {
	var csvErr *csv.ParseError
	switch {
	case errors.As(err, &csvErr):
		return &Fault{name, csvErr.Line, csvErr.Err.Error()}
	case errors.Is(err, io.EOF):
		return &Fault{File: name, What: "it has no line"}
	}
	return &Fault{File: name, What: err.Error()}
}

// versionIn is what the comment "# version 2026.11" says.
func versionIn(s string) string {
	for l := range strings.Lines(s) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(l), "# version "); ok {
			return v
		}
	}
	return ""
}

// parts are the parts of a list with semicolons.
func parts(s string) (out []string) {
	for p := range strings.SplitSeq(s, ";") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return slices.Clip(out)
}
