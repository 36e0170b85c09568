package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/casearchive"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

type (
	archiveJSON struct {
		Name  string `json:"name"`
		Case  string `json:"case"`
		Staff string `json:"staff"`
		At    string `json:"at"`
		Key   string `json:"key"`
		Bytes int    `json:"bytes"`
	}
	archivedJSON struct {
		Case    string              `json:"case"`
		Patient string              `json:"patient"`
		Purpose ehrdesk.CasePurpose `json:"purpose"`
		State   ehrdesk.CaseState   `json:"state"`
		For     caseMemberJSON      `json:"for"`
		At      string              `json:"at"`
		Members []caseMemberJSON    `json:"members"`
		Said    []archivedSaidJSON  `json:"messages"`
	}
	archivedSaidJSON struct {
		Event    int               `json:"event"`
		By       casePersonJSON    `json:"by"`
		For      *casePersonJSON   `json:"for,omitempty"`  // the group for which they said it
		Name     string            `json:"name,omitempty"` // of them then
		At       string            `json:"at"`
		To       []casePersonJSON  `json:"to"`
		Unread   bool              `json:"unread,omitzero"` // nobody there had read it: what was in it is not in the archive
		Text     string            `json:"text,omitempty"`
		Body     *caseBodyJSON     `json:"body,omitempty"` // what is in it beside words
		Receipts []caseReceiptJSON `json:"receipts,omitempty"`
	}
)

func (a *app) archiveCommand() *cobra.Command {
	c := &cobra.Command{Use: "archive", Short: "Sealed cases that have ended, sealed to the organisation's archive key"}
	var out, key, files string
	made := &cobra.Command{Use: "key --out FILE", Short: "Make an archive key, on the machine of whoever keeps the organisation's records", Args: cobra.NoArgs,
		Long: "FILE is the key, sealed by a passphrase of 16 characters or more in age's format: --passphrase-file, or asked for at the terminal. FILE.pub is what desks seal to: the administrator names it in desk.json (case_archive_key). Neither replaces a file that is there. Without FILE and its passphrase nobody opens what was archived.",
		RunE: func(*cobra.Command, []string) error { return a.makeArchiveKey(out) }}
	made.Flags().StringVar(&out, "out", "archive.key", "file of the sealed key; what desks seal to is beside it, with .pub")
	list := &cobra.Command{Use: "list", Short: "The archived cases that lie on this desk, of everybody who works here", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listArchives(cmd.Context()) }}
	export := &cobra.Command{Use: "export NAME --out FILE", Short: "Write an archived case to a file, sealed as it is; it stays on the desk", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.exportArchive(cmd.Context(), args[0], out)
		}}
	export.Flags().StringVar(&out, "out", "", "the file, which is not there yet")
	read := &cobra.Command{Use: "read FILE --key KEY", Short: "Open an archived case and check its history again; needs no desk", Args: cobra.ExactArgs(1),
		Long: "FILE is what archive export has written; KEY the file that archive key has made, whose passphrase is asked for. What is printed is clinical text.",
		RunE: func(_ *cobra.Command, args []string) error { return a.readArchive(args[0], key, files) }}
	read.Flags().StringVar(&files, "files", "", "write the files that are in it into this folder, each named by its event")
	read.Flags().StringVar(&key, "key", "archive.key", "file of the sealed key")
	c.AddCommand(made, list, export, read)
	return c
}

func (a *app) makeArchiveKey(out string) error {
	const op = "archive"
	words, err := a.keyPassphrase(op, out)
	if err != nil {
		return err
	}
	defer words.Wipe()
	file, public, err := casearchive.NewKey([]byte(words.Reveal()), a.cost.file)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if err := report.Write(op, out, file); err != nil {
		return err
	}
	if err := report.Write(op, out+".pub", []byte(public+"\n")); err != nil {
		return err
	}
	return a.line(struct {
		File   string `json:"file"`
		Public string `json:"public"`
	}{out, out + ".pub"}, "archive key made: "+out+"; desks seal to "+out+".pub")
}

func (a *app) listArchives(ctx context.Context) error {
	const op = "archive list"
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		all, err := s.CaseArchives(ctx)
		if err != nil {
			return renamed(op, err)
		}
		for _, one := range all {
			j := archiveJSON{one.Name, one.Case, one.Staff, stamp(one.At), one.Key, one.Bytes}
			if err := a.line(j, fmt.Sprintf("%s · for %s · archived %s · %d KiB", one.Name, one.Staff, j.At, (one.Bytes+1023)>>10)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *app) exportArchive(ctx context.Context, name, out string) error {
	const op = "archive export"
	if out == "" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--out is needed")
	}
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		if err := a.writeArchive(ctx, s, name, out); err != nil {
			return renamed(op, err)
		}
		return nil
	})
}

// archived gives an archived case, sealed.
type archived interface {
	CaseArchive(ctx context.Context, name string, to io.Writer) error
}

func (a *app) writeArchive(ctx context.Context, from archived, name, out string) error {
	if err := report.WriteFrom("archive export", out, func(w io.Writer) error { return from.CaseArchive(ctx, name, w) }); err != nil {
		return err
	}
	return a.line(struct {
		Name string `json:"name"`
		File string `json:"file"`
	}{name, out}, "written: "+out)
}

func (a *app) readArchive(name, key, files string) error {
	const op = "archive read"
	b, err := os.Open(name)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a file cannot be read")
	}
	defer b.Close()
	file, err := a.readSmall(op, key)
	if err != nil {
		return err
	}
	words, err := a.readPassphrase()
	if err != nil {
		return err
	}
	defer words.Wipe()
	k, err := casearchive.OpenKey(file, []byte(words.Reveal()))
	switch {
	case errors.Is(err, agefile.ErrPassphrase):
		return ehrdesk.E(op, ehrdesk.CodeDenied, err)
	case err != nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s is no archive key", key)
	}
	c, err := casearchive.OpenWith(b, k, func(c *casearchive.Case, s *casearchive.Said, from io.Reader) error {
		return fileOfArchive(op, files, c, s, from)
	})
	var own *ehrdesk.Error
	switch {
	case errors.Is(err, casearchive.ErrKey):
		return ehrdesk.E(op, ehrdesk.CodeDenied, err)
	case errors.As(err, &own):
		return err
	case err != nil:
		return ehrdesk.E(op, ehrdesk.CodeTampered, err)
	}
	h, err := c.History()
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, err)
	}
	j := archivedOf(c, &h)
	return a.line(j, j.words())
}

// fileOfArchive writes a file of an archived case into a folder, named by its event and as its author called it, once the history of the
// case was seen to hold.
func fileOfArchive(op, dir string, c *casearchive.Case, s *casearchive.Said, from io.Reader) error {
	if dir == "" {
		return nil
	}
	h, err := c.History()
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, err)
	}
	i := slices.IndexFunc(h.Said, func(one ehrdesk.CaseSaid) bool { return one.Envelope == s.Envelope })
	if i < 0 {
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "a file in the archive is of nothing that was said")
	}
	name := filepath.Join(dir, fmt.Sprintf("%d-%s", h.Said[i].Event, ehrdesk.CaseFileName(s.Body.File.Name)))
	return report.WriteFrom(op, name, func(w io.Writer) error { _, err := io.Copy(w, from); return err })
}

func archivedOf(c *casearchive.Case, h *ehrdesk.Case) archivedJSON {
	j := archivedJSON{Case: h.ID, Patient: h.Patient, Purpose: h.Purpose, State: h.State, For: caseMemberJSON{casePersonJSON(c.By.CasePerson), c.By.Name, false, false}, At: stamp(c.At)}
	for _, m := range h.Members {
		j.Members = append(j.Members, caseMemberJSON{casePersonJSON(m.CasePerson), ehrdesk.CleanLine(m.Name), m.Left != 0, false})
	}
	for i := range h.Said {
		said := &h.Said[i]
		one := archivedSaidJSON{Event: said.Event, By: casePersonJSON(said.By), For: forGroup(said.As), Name: ehrdesk.CleanLine(said.Name), At: stamp(said.At)}
		for _, p := range said.To {
			one.To = append(one.To, casePersonJSON(p))
		}
		at := slices.IndexFunc(c.Said, func(s casearchive.Said) bool { return s.Envelope == said.Envelope })
		if one.Unread = at < 0; !one.Unread {
			body := c.Said[at].Body
			body.Clean()
			one.Text, one.Body = body.Text, besideWords(&body, "")
		}
		for _, r := range said.Receipts {
			one.Receipts = append(one.Receipts, receiptOf(r))
		}
		j.Said = append(j.Said, one)
	}
	return j
}

func (j *archivedJSON) words() string {
	out := []string{fmt.Sprintf("%s · %s %s · archived %s for %s", j.Case, j.Purpose, j.State, j.At, j.For.Name), "its history holds: every event is signed by who made it"}
	names := map[casePersonJSON]string{}
	for _, m := range j.Members {
		names[m.casePersonJSON] = m.Name
		line := m.Name + " · " + m.Provider + " " + m.Staff
		if m.Left {
			line += " · left"
		}
		out = append(out, line)
	}
	for _, s := range j.Said {
		var to []string
		for _, p := range s.To {
			to = append(to, names[p])
		}
		out = append(out, fmt.Sprintf("%d · %s · %s to %s", s.Event, s.At, whoDid(s.By, s.For, s.Name, names), strings.Join(to, ", ")))
		if s.Unread {
			out = append(out, "not in this archive: nobody there had read it")
		}
		if s.Text != "" {
			out = append(out, s.Text)
		}
		out = append(out, s.Body.words()...)
		for _, r := range s.Receipts {
			out = append(out, r.words(names))
		}
	}
	return strings.Join(out, "\n")
}

// caseArchive is the organisation's archive key as the site names it, nil where it has none.
func (a *app) caseArchive() (*client.CaseArchiveKey, error) {
	f, path, err := a.siteWith(func(f *siteFile) bool { return f.Archive != "" })
	if err != nil || f == nil {
		return nil, err
	}
	b, err := readBeside(path, f.Archive, "archive", "the archive key", maxSite)
	if err != nil {
		return nil, err
	}
	return client.ReadCaseArchiveKey(string(b))
}
