package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/draftcommand"
)

// draftSite is a program for drafts as a site's file has it.
type draftSite struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Command []string `json:"command"`
	Host    string   `json:"host"`
	Fields  []string `json:"fields"`
	// Read are files and folders that it may read where it is held: a model.
	Read []string `json:"read"`
	// MemoryMB bounds its memory where it is held; left out, nothing does.
	MemoryMB int64 `json:"memory_mb"`
	// Unheld has it run on this machine with all that this user may do, so that nothing keeps the text here.
	Unheld bool `json:"not_held"`
	Label  struct {
		English string `json:"en"`
		Hant    string `json:"zh-Hant"`
		Hans    string `json:"zh-Hans"`
	} `json:"label"`
}

// thisMachine is a host of a site's file from which no text goes anywhere.
const thisMachine = "this machine"

// mostLabel is how many bytes a label has at most.
const mostLabel = 200

// drafter are the programs for drafts; nil where drafts are off.
func (a *app) drafter() (client.Drafter, error) {
	all, err := a.draftPrograms()
	if err != nil || len(all) == 0 {
		return nil, err // not a typed nil
	}
	return draftcommand.New(a.door, all), nil
}

// draftPrograms are those of the file that --site names where it has any, else those of the administrator's own. They are
// given parts of records, so each is the administrator's alone, and a desk of whose programs one is not starts with none.
func (a *app) draftPrograms() ([]draftcommand.Command, error) {
	f, _, err := a.siteWith(func(f *siteFile) bool { return len(f.Drafts) > 0 })
	if err != nil || f == nil {
		return nil, err
	}
	return f.draftPrograms()
}

// draftPrograms are those of the file, checked.
func (f siteFile) draftPrograms() ([]draftcommand.Command, error) {
	out := make([]draftcommand.Command, 0, len(f.Drafts))
	for i := range f.Drafts {
		c, err := f.Drafts[i].command(f.Leave)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if err := draftcommand.Check(out); err != nil {
		return nil, err
	}
	for i := range out {
		if err := administeredCommand(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// command is a program as it is run.
func (d draftSite) command(leave bool) (draftcommand.Command, error) {
	const op = "drafts"
	fields, err := ehrdesk.ParseKinds(d.Fields...)
	if err != nil {
		return draftcommand.Command{}, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	slices.Sort(fields)
	label := ehrdesk.LocalName{English: d.Label.English, Hant: d.Label.Hant, Hans: d.Label.Hans}
	for _, l := range [...]string{label.English, label.Hant, label.Hans} {
		if l != ehrdesk.CleanLine(l) || len(l) > mostLabel {
			return draftcommand.Command{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the label of a program for drafts is one line of at most 200 bytes")
		}
	}
	c := draftcommand.Command{DraftProgram: ehrdesk.DraftProgram{Name: d.Name, Version: d.Version, Host: d.Host, Fields: slices.Compact(fields), Label: label}, Argv: slices.Clone(d.Command), Read: slices.Clone(d.Read), Memory: d.MemoryMB << 20}
	if d.Host == thisMachine {
		c.Host, c.Held = "", !d.Unheld
	}
	switch {
	case d.Host == "":
		return c, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, `a program for drafts says by "host" where the text goes: "this machine", or the name of another`)
	case d.MemoryMB < 0 || d.MemoryMB > 1<<20:
		return c, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the memory of a program for drafts is from 0 to 1048576 MB")
	case !c.Held && !leave:
		return c, ehrdesk.Errorf(op, ehrdesk.CodeDenied, `a program for drafts can send text away from this machine; that takes "drafts_leave_this_machine": true as well`)
	}
	return c, nil
}

// administeredCommand reports a program, a file that its arguments name or one that it may read which others than the
// administrator can change.
func administeredCommand(c *draftcommand.Command) error {
	const op = "drafts"
	for i, word := range c.Argv {
		what := "a program for drafts"
		switch _, err := os.Lstat(word); {
		case i > 0 && (!filepath.IsAbs(word) || err != nil):
			continue
		case i > 0:
			what = "a file that a program for drafts is given by its arguments"
		}
		real, err := cardreader.Administered(op, what, word)
		if err != nil {
			return err
		}
		if info, err := os.Stat(real); i == 0 && (err != nil || !info.Mode().IsRegular()) {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a program for drafts is no file")
		}
		if i == 0 && c.Held && isScript(real) {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a program for drafts is a script, and what is held starts no interpreter: name that as the program")
		}
	}
	for _, path := range c.Read {
		if _, err := cardreader.Administered(op, "a file that a program for drafts reads", path); err != nil {
			return err
		}
	}
	return nil
}

// isScript reports a file that the kernel would start another program for.
func isScript(path string) bool {
	f, err := os.Open(path) //nolint:gosec // the administrator's own file names it
	if err != nil {
		return false
	}
	defer f.Close()
	var head [2]byte
	_, err = io.ReadFull(f, head[:])
	return err == nil && string(head[:]) == "#!"
}

// hostWords says where the text of a program goes.
func hostWords(p ehrdesk.DraftProgram) string {
	switch {
	case p.Held:
		return "this machine, and it can reach no other"
	case p.Host == "":
		return "this machine by the administrator's word, and nothing holds it here"
	}
	return p.Host + ", which is not this machine"
}

// checkDrafts says which programs write drafts, and where their text goes.
func (a *app) checkDrafts(ctx context.Context) []check {
	const name = "drafts"
	all, err := a.draftPrograms()
	switch {
	case err != nil:
		return []check{{name, "fail", ehrdesk.Message(err)}}
	case len(all) == 0:
		return []check{{name, "ok", "off: no program for drafts is set up"}}
	}
	run, out := draftcommand.New(a.door, all), []check{}
	for _, p := range run.Programs() {
		kinds := make([]string, 0, len(p.Fields))
		for _, k := range p.Fields {
			kinds = append(kinds, k.String())
		}
		c := check{name, "ok", "on: " + p.Name + " " + p.Version + ", text goes to " + hostWords(p) + "; given: " + strings.Join(kinds, ", ")}
		switch err := run.Ready(ctx, p); {
		case err != nil:
			c.Status, c.Words = "fail", "on, and cannot run: "+p.Name+" "+p.Version+" is to be held on this machine, and this system cannot hold a program"
		case !p.Held:
			c.Status = "note"
		}
		out = append(out, c)
	}
	return out
}
