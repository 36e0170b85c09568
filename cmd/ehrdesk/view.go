package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/ips"
	"github.com/ehrdesk/ehrdesk/internal/shlink"
	"github.com/ehrdesk/ehrdesk/internal/shlink/fetch"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// viewFlags are how somebody's summary is opened.
type viewFlags struct {
	sealFile, codeFile, recipient string
	whole                         bool
}

// notVerified is what stands at the top of everything that a patient brings.
const notVerified = "UNVERIFIED: brought by a patient. Nobody has checked who wrote it, of whom it is, or whether it was changed. It is no part of any record here."

// broughtJSON is the first line of what somebody brings.
type broughtJSON struct {
	Unverified bool     `json:"unverified"`
	Title      string   `json:"title"`
	Made       string   `json:"made"`
	Summary    bool     `json:"patient_summary"` // it says that it is one
	Name       string   `json:"name"`
	Born       string   `json:"born"`
	Gender     string   `json:"gender,omitempty"`
	Authors    []string `json:"authors"`
	Text       string   `json:"text,omitempty"`
	Sections   int      `json:"sections"`
	Lost       int      `json:"lost"` // entries that cannot be read, and references that lead nowhere
}

// broughtSectionJSON is a section of it.
type broughtSectionJSON struct {
	Unverified bool         `json:"unverified"`
	Section    string       `json:"section"`
	Title      string       `json:"title"`
	Empty      string       `json:"empty,omitempty"`
	Text       string       `json:"text,omitempty"`
	Records    []recordJSON `json:"records"`
}

func (a *app) viewCommand() *cobra.Command {
	var v viewFlags
	c := &cobra.Command{
		Use:   "view FILE|-",
		Short: "Show a summary that a patient brings: a file, a sealed one, or a SMART Health Link",
		Long: "FILE, or standard input, holds an International Patient Summary (a FHIR R4 document in JSON), one sealed by a passphrase (age), or a SMART Health Link (shlink:/…), with or without a viewer's address before it. " +
			"A link goes to standard input or stands in a file, never in the command line, which others on this machine can read.\n" +
			"What it says is shown and goes nowhere: no file is written, no record here takes it in, and every page says that nobody has verified it. A link is opened over HTTPS, or on this machine; no redirect is followed. Each opening counts at the link's host, which is told --recipient.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := a.broughtBytes(args[0])
			if err != nil {
				return err
			}
			defer clear(raw)
			return a.view(cmd.Context(), raw, &v)
		},
	}
	f := c.Flags()
	f.StringVar(&v.sealFile, "seal-file", "", "file whose first line is the passphrase of a sealed summary")
	f.StringVar(&v.codeFile, "passcode-file", "", "file whose first line is the passcode that a link asks for")
	f.StringVar(&v.recipient, "recipient", "a clinician at an ehrdesk workstation", "who opens a link: its host is told, and whoever made it may read it (no personal data)")
	f.BoolVar(&v.whole, "whole", false, "every element of each record, not a line of it")
	return c
}

// isLink reports text that holds a link.
func isLink(s string) bool {
	return strings.HasPrefix(strings.TrimSpace(s), shlink.Scheme) || strings.Contains(s, "#"+shlink.Scheme)
}

// linkIn is the first word that is a link: what export printed, and a line that was pasted, have more.
func linkIn(text string) string {
	for word := range strings.FieldsSeq(text) {
		if isLink(word) {
			return word
		}
	}
	return ""
}

// broughtBytes reads what somebody brings, from a file or standard input, as far as a summary may be long.
func (a *app) broughtBytes(name string) ([]byte, error) {
	const op = "view"
	in := a.in
	switch {
	case isLink(name):
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a link has its key in it: give it on standard input (ehrdesk view -), as others on this machine can read a command line")
	case name != "-":
		f, err := os.Open(name)
		if err != nil {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be read")
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, 2*ips.MostBytes))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what was brought cannot be read")
	}
	return b, nil
}

// view opens what was brought, by what it is.
func (a *app) view(ctx context.Context, raw []byte, v *viewFlags) error {
	const op = "view"
	docs := [][]byte{raw}
	head := string(raw[:min(len(raw), 8<<10)])
	switch {
	case agefile.Is(raw):
		pass, err := a.sealOf(v)
		if err != nil {
			return err
		}
		defer pass.Wipe()
		plain, err := agefile.Open(raw, pass.Bytes(), ips.MostBytes)
		if err != nil {
			return ehrdesk.E(op, ehrdesk.CodeInvalid, err)
		}
		docs = [][]byte{plain}
	case !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) && isLink(head):
		got, err := a.fetched(ctx, string(raw), v)
		if err != nil {
			return err
		}
		docs = got.FHIR
		if got.Others > 0 {
			a.tell(fmt.Sprintf("%d file(s) of other types behind the link are not shown", got.Others))
		}
	}
	for _, d := range docs {
		defer clear(d)
		b, err := ips.Read(d, time.Now())
		if err != nil {
			return err
		}
		if err := a.showBrought(&b, v.whole); err != nil {
			return err
		}
	}
	return nil
}

// sealOf is the passphrase of a sealed summary.
func (a *app) sealOf(v *viewFlags) (ehrdesk.Secret, error) {
	if v.sealFile != "" {
		pass, err := secretOf(v.sealFile)
		if err != nil {
			err = renamed("view", err)
		}
		return pass, err
	}
	pass, err := a.askUnseen("Passphrase of the file: ")
	if err != nil {
		err = ehrdesk.Errorf("view", ehrdesk.CodeInvalid, "this is sealed: its passphrase is asked for at a terminal; elsewhere --seal-file names the file that has it")
	}
	return pass, err
}

// fetched is what is behind a link.
func (a *app) fetched(ctx context.Context, text string, v *viewFlags) (fetch.Files, error) {
	const op = "view"
	l, err := shlink.Parse(linkIn(text))
	if err != nil {
		return fetch.Files{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is no SMART Health Link, or it was cut")
	}
	if strings.TrimSpace(v.recipient) == "" {
		return fetch.Files{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--recipient says who opens the link")
	}
	r := fetch.Request{Link: l, Recipient: ehrdesk.CleanLine(v.recipient), Most: ips.MostBytes}
	if v.codeFile != "" {
		if r.Passcode, err = secretOf(v.codeFile); err != nil {
			return fetch.Files{}, renamed(op, err)
		}
		defer r.Passcode.Wipe()
	}
	return fetch.Fetch(ctx, r, time.Now())
}

// showBrought prints a summary that somebody brings.
func (a *app) showBrought(b *ips.Brought, whole bool) error {
	said := english(nil)
	first := broughtJSON{Unverified: true, Title: b.Title, Made: b.Made.String(), Summary: b.Summary, Name: said.Name(b.Patient.Name), Born: birthday(b.Patient.Born).String(), Gender: string(b.Patient.Gender), Authors: b.Authors, Text: b.Text, Sections: len(b.Sections), Lost: b.Lost}
	lines := broughtHead(&first)
	if a.json {
		if err := a.asJSON(first); err != nil {
			return err
		}
	}
	for i := range b.Sections {
		j := broughtSection(&b.Sections[i], said, whole)
		if a.json {
			if err := a.asJSON(j); err != nil {
				return err
			}
			continue
		}
		lines = append(lines, sectionLines(&b.Sections[i], &j, whole)...)
	}
	if a.json {
		return nil
	}
	return a.inPages(lines)
}

func broughtHead(b *broughtJSON) []string {
	what := "A patient summary"
	if !b.Summary {
		what = "A document that does not say that it is a patient summary"
	}
	out := []string{"", b.Name + " · born " + b.Born + " · " + b.Gender, what + ", " + b.Title + ", of " + b.Made + ", by " + strings.Join(b.Authors, "; ")}
	if b.Lost > 0 {
		out = append(out, fmt.Sprintf("! %d entr(ies) cannot be read, or are referred to and not in it", b.Lost))
	}
	return out
}

func broughtSection(s *ips.BroughtSection, said text.Words, whole bool) broughtSectionJSON {
	j := broughtSectionJSON{Unverified: true, Section: s.Code, Title: s.Title, Empty: s.Empty, Records: []recordJSON{}}
	for i := range s.Entries {
		j.Records = append(j.Records, recordLine(said, &s.Entries[i].Record))
	}
	if len(s.Entries) == 0 || whole {
		j.Text = s.Text
	}
	return j
}

func sectionLines(s *ips.BroughtSection, j *broughtSectionJSON, whole bool) []string {
	lines := []string{"", strings.Repeat("  ", s.Depth) + s.Title + " · unverified"}
	if s.Empty != "" {
		lines = append(lines, "  "+s.Empty)
	}
	for i := range s.Entries {
		r := &j.Records[i]
		lines = append(lines, "  "+strings.Join(slices.DeleteFunc([]string{r.day, r.Title, r.Value, r.FlagWords, r.StatusWords, r.Source}, func(s string) bool { return s == "" }), " · "))
		if whole {
			for _, e := range s.Entries[i].Elements {
				lines = append(lines, strings.Repeat("  ", 2+e.Depth)+strings.TrimSuffix(e.Label+": "+ehrdesk.CleanLine(e.Value), ": "))
			}
		}
	}
	for l := range strings.Lines(j.Text) {
		lines = append(lines, "  "+strings.TrimRight(l, "\n"))
	}
	return lines
}
