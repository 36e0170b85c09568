// Package draftcommand runs a program of the administrator's that writes a draft from lines of a record. It promises that the
// program is given the lines, an age and a sex and nothing else, on its standard input, with no word of them in an argument,
// an environment or a file; that no shell is involved; that it is ended with its time, with whoever asked, and with this
// process; and that of what it writes a bounded text that a terminal can show is taken, or nothing. One that is held can reach
// nothing else (internal/confine). Whether anything may be given is not judged here.
package draftcommand

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/confine"
)

// Command is a program as the administrator has set it up.
type Command struct {
	ehrdesk.DraftProgram
	Argv   []string // the program by its absolute path, and its arguments
	Read   []string // files and folders that it may read where it is held: a model
	Memory int64    // bytes of address space where it is held; 0 is no bound
}

// most is how long a program may take, and held what it may compute meanwhile, on all cores together.
const (
	most = 60 * time.Second
	held = 16 * most
)

// Bounds of what an administrator sets up.
const (
	mostPrograms = 20
	mostName     = 40 // characters
)

// Commands are the programs of a desk.
type Commands struct {
	door confine.Door
	all  []Command
	wall time.Duration
}

// New gives programs that were checked; those that are held run through a door.
func New(door confine.Door, all []Command) *Commands { return &Commands{door, all, most} }

// Check reports programs that cannot be meant. Errors: CodeInvalid.
func Check(all []Command) error {
	wrong := func(words string) error { return ehrdesk.Errorf("drafts", ehrdesk.CodeInvalid, "%s", words) }
	names := map[string]bool{}
	for i := range all {
		c := &all[i]
		switch {
		case i >= mostPrograms:
			return wrong("more than 20 programs for drafts")
		case !word(c.Name) || !word(c.Version):
			return wrong("a program for drafts has a name and a version, each of at most 40 letters, digits and . _ -")
		case names[c.Name]:
			return wrong("two programs for drafts have one name")
		case len(c.Argv) == 0 || slices.ContainsFunc(append(c.Argv[:1:1], c.Read...), func(p string) bool { return !filepath.IsAbs(p) }):
			return wrong("programs for drafts, and what they read, are named by their absolute paths")
		case len(c.Fields) == 0:
			return wrong("a program for drafts names the kinds of record that it is given")
		case slices.Contains(c.Fields, ehrdesk.KindPersonal):
			return wrong("no program for drafts is given personal data")
		case c.Host != ehrdesk.CleanLine(c.Host) || utf8.RuneCountInString(c.Host) > mostName:
			return wrong("a host is named in one line of at most 40 characters")
		case c.Held && c.Host != "":
			return wrong("a program that sends text to another host cannot be held")
		}
		names[c.Name] = true
	}
	return nil
}

// word reports a name that stands in a line, an argument and the access log as it is.
func word(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= mostName && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
	})
}

// Programs are those that are set up, as they are shown.
func (c *Commands) Programs() []ehrdesk.DraftProgram {
	out := make([]ehrdesk.DraftProgram, 0, len(c.all))
	for i := range c.all {
		p := c.all[i].DraftProgram
		p.Fields = slices.Clone(p.Fields)
		out = append(out, p)
	}
	return out
}

// Ready reports whether a program can be run as it is set up. Errors: errors.ErrUnsupported where it is to be held and this
// system cannot hold it.
func (c *Commands) Ready(ctx context.Context, p ehrdesk.DraftProgram) error {
	if !p.Held {
		return nil
	}
	return c.door.Check(ctx)
}

// inputJSON is what a program is given.
type inputJSON struct {
	Patient patientJSON `json:"patient"`
	Fields  []fieldJSON `json:"fields"`
}

type patientJSON struct {
	Age *int   `json:"age"` // in years; null where it is not known
	Sex string `json:"sex"` // FHIR's administrative gender
}

type fieldJSON struct {
	Field string   `json:"field"` // the kind's name in the tables
	Lines []string `json:"lines"`
}

// Input is what a program is given, as it is given it.
func Input(g ehrdesk.DraftGiven) ([]byte, error) {
	in := inputJSON{Patient: patientJSON{Sex: string(g.Sex)}, Fields: []fieldJSON{}}
	if g.Age >= 0 {
		in.Patient.Age = &g.Age
	}
	for _, p := range g.Parts {
		in.Fields = append(in.Fields, fieldJSON{p.Field.String(), append([]string{}, p.Lines...)})
	}
	b, err := json.Marshal(in)
	if err != nil {
		return nil, ehrdesk.Errorf("drafts", ehrdesk.CodeInvalid, "what the program would be given cannot be written")
	}
	return append(b, '\n'), nil
}

// Output is a draft's text of what a program wrote, "" where no letter or digit is in it. cut says that it would be longer than
// a draft may be: columns take more than they were written with.
func Output(b []byte) (text string, cut bool) {
	for len(b) > 0 && !utf8.Valid(b[max(0, len(b)-utf8.UTFMax):]) && !utf8.RuneStart(b[len(b)-1]) { // a last character that was cut
		b = b[:len(b)-1]
	}
	text = strings.Trim(ehrdesk.CleanColumns(string(b)), "\n")
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return "", false
	}
	if cut = len(text) > ehrdesk.DraftMost; cut {
		end := ehrdesk.DraftMost
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	return strings.TrimRight(text, " \n\t"), cut
}

// Write runs a program by its name. cut says that it wrote more than a draft may have.
// Errors: CodeNotFound for no such program, and for one that wrote nothing; CodeTimeout; CodeOther with errors.ErrUnsupported
// where it cannot be held, with ehrdesk.DraftFailed where it failed; ctx'.
func (c *Commands) Write(ctx context.Context, name string, g ehrdesk.DraftGiven) (text string, cut bool, err error) {
	const op = "drafts"
	i := slices.IndexFunc(c.all, func(p Command) bool { return p.Name == name })
	if i < 0 {
		return "", false, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such program for drafts is set up")
	}
	in, err := Input(g)
	if err != nil {
		return "", false, err
	}
	defer clear(in)
	timed, stop := context.WithTimeout(ctx, c.wall)
	defer stop()
	out, whole, err := c.run(timed, &c.all[i], in)
	defer clear(out)
	var failed confine.Failed
	switch {
	case ctx.Err() != nil:
		return "", false, ehrdesk.E(op, ehrdesk.CodeOther, ctx.Err())
	case timed.Err() != nil && err != nil:
		return "", false, ehrdesk.Errorf(op, ehrdesk.CodeTimeout, "the program for drafts took longer than it may")
	case errors.Is(err, errors.ErrUnsupported):
		return "", false, ehrdesk.E(op, ehrdesk.CodeOther, err)
	case errors.As(err, &failed):
		return "", false, ehrdesk.E(op, ehrdesk.CodeOther, ehrdesk.DraftFailed{Status: failed.Status})
	case err != nil:
		return "", false, ehrdesk.E(op, ehrdesk.CodeOther, ehrdesk.DraftFailed{})
	}
	if text, cut = Output(out); text == "" {
		return "", false, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the program for drafts wrote nothing")
	}
	return text, cut || !whole, nil
}

// run gives in to a program and takes what it writes.
func (c *Commands) run(ctx context.Context, p *Command, in []byte) (out []byte, whole bool, err error) {
	if !p.Held {
		return free(ctx, p.Argv, in)
	}
	return c.door.Run(ctx, confine.Program{Path: p.Argv[0], Args: p.Argv[1:], Read: p.Read, Memory: p.Memory, CPU: held, Wall: 2 * most, Output: ehrdesk.DraftMost}, bytes.NewReader(in))
}
