package main

import (
	"bufio"
	_ "embed"
	"encoding/csv"
	"errors"
	"html/template"
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// accessesCommand is the list of accesses: of everybody for the operator, or of one patient's
// record as that patient is handed it.
func (p *program) accessesCommand() *cobra.Command {
	var x handed
	cmd := about(p, "accesses", "What was accessed, by whom and why", (*central.Centre).Accesses)
	cmd.Long = "What was accessed, by whom and why: an event a line. With --for-patient it is what that patient may know, for the patient to be handed: who by name and profession, where, when (Hong Kong time), for what, which kinds of record. " +
		"- reads the eHR number from standard input, which keeps it out of the list of processes. The whole log is checked first; where it was changed or cut the list comes all the same, says so, and the exit code is 10. --page writes a page to print into the file of -o, for its owner alone."
	all := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !cmd.Flags().Changed("for-patient") {
			return all(cmd, args)
		}
		return p.forPatient(cmd, x)
	}
	f := cmd.Flags()
	f.StringVar(&x.number, "for-patient", "", "what this patient may know of it: the eHR number, or - to read it from standard input")
	f.StringVar(&x.lang, "lang", "en", "en, zh-Hant or zh-Hans")
	f.StringVar(&x.format, "format", "table", "table, csv or json")
	f.BoolVar(&x.page, "page", false, "a page to print, HTML without anything from elsewhere")
	f.StringVarP(&x.out, "out", "o", "", "the new file of the page")
	cmd.MarkFlagsMutuallyExclusive("for-patient", "ehr-number")
	cmd.MarkFlagsMutuallyExclusive("page", "format")
	cmd.MarkFlagsRequiredTogether("page", "out")
	return cmd
}

// handed is how a patient's list is asked for.
type handed struct {
	number, lang, format, out string
	page                      bool
}

func (p *program) forPatient(cmd *cobra.Command, x handed) error {
	const op = "accesses"
	lang := text.Parse(x.lang)
	if lang.Tag() != x.lang {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--lang is en, zh-Hant or zh-Hans")
	}
	if x.format != "table" && x.format != "csv" && x.format != "json" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--format is table, csv or json")
	}
	if x.number == "-" {
		var err error
		if x.number, err = p.readNumber(op); err != nil {
			return err
		}
	}
	number, err := ehrdesk.ParseEHRNumber(x.number)
	if err != nil {
		return err
	}
	p.about = number.Compact()
	return p.with(cmd, central.Options{}, func(c *central.Centre) error {
		list, found, err := c.AccessesForPatient(cmd.Context(), number.Compact())
		if err != nil {
			return err
		}
		s := newSheet(lang, number, time.Now(), list, len(found.Faults) == 0)
		switch {
		case x.page:
			err = s.page(x.out)
		case x.format == "json":
			err = lines(p, s.Rows, nil)
		case x.format == "csv":
			err = s.csv(p.stdout)
		default:
			err = s.table(p.stdout)
		}
		if err == nil && !s.Whole {
			err = ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the access log is not as it was written: the list may lack accesses, or show others than there were; see ehrcentral audit verify")
		}
		return err
	})
}

// readNumber takes an eHR number from standard input, one line.
func (p *program) readNumber(op string) (string, error) {
	if in, ok := p.stdin.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		if _, err := io.WriteString(p.stderr, "eHR number: "); err != nil {
			return "", ehrdesk.Errorf(op, ehrdesk.CodeOther, "standard error cannot be written")
		}
	}
	s, err := bufio.NewReader(io.LimitReader(p.stdin, 1024)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "standard input cannot be read")
	}
	return strings.TrimSpace(s), nil
}

// sheet is a patient's list in one language, every text of it clean.
type sheet struct {
	Lang, Title, Number, Made, None, Standing, Ask string
	Heads                                          []string
	Rows                                           []seenRow
	Whole                                          bool
}

// seenRow is one access, in words and as values.
type seenRow struct {
	When       string   `json:"when"` // Hong Kong's clock, with its offset
	Name       string   `json:"name"`
	Profession string   `json:"profession"`
	Provider   string   `json:"provider"`
	Location   string   `json:"location"`
	Action     string   `json:"action"`
	Purpose    string   `json:"purpose"`
	Kinds      []string `json:"kinds"`
	Restricted bool     `json:"restricted"`
	Offline    bool     `json:"offline"`
	Reported   string   `json:"reported,omitempty"`
	Late       bool     `json:"late"`
	Unsure     bool     `json:"time_uncertain"`
	Refused    bool     `json:"refused"`

	words []string // a cell for each of Heads
}

// Words are the cells of the row for a person.
func (r seenRow) Words() []string { return r.words }

const onPaper = "02-Jan-2006 15:04"

func newSheet(lang text.Lang, n ehrdesk.EHRNumber, now time.Time, list []central.ForPatient, whole bool) *sheet {
	t := text.New()
	w := &t.Seen
	say := func(words text.T, of ...any) string { return text.Sprintf(words.In(lang), of...) }
	s := &sheet{Lang: lang.Tag(), Title: say(w.Title), Number: say(w.Number, n.Printed()), Made: say(w.Made, now.In(central.HongKong).Format(onPaper)),
		None: say(w.None), Ask: say(w.Ask), Whole: whole, Standing: say(w.Whole)}
	if !whole {
		s.Standing = say(w.Broken)
	}
	for _, head := range []text.T{w.When, w.Who, w.Where, w.What, w.Purpose, w.Kinds, w.Remarks} {
		s.Heads = append(s.Heads, say(head))
	}
	for i := range list {
		s.Rows = append(s.Rows, rowOf(t, lang, &list[i]))
	}
	return s
}

// rowOf words one access.
func rowOf(t *text.Catalog, lang text.Lang, a *central.ForPatient) seenRow {
	w := &t.Seen
	in := func(words text.T) string { return words.In(lang) }
	r := seenRow{When: a.When.Format(time.RFC3339), Name: ehrdesk.CleanLine(a.Name), Profession: string(a.Profession), Provider: ehrdesk.CleanLine(a.Provider), Location: ehrdesk.CleanLine(a.Location),
		Action: string(a.Action), Purpose: string(a.Purpose), Kinds: append([]string{}, a.Kinds...), Restricted: a.Restricted(), Offline: !a.Reported.IsZero(), Late: a.Late, Unsure: a.Unsure, Refused: a.Outcome != ""}
	who, where := in(w.Operator), ""
	if a.Action == ehrdesk.AuditFetch { // nobody knows who, and they have no account
		who = in(w.Holder)
	}
	if r.Name != "" {
		who = joined(" · ", r.Name, in(t.Role(a.Profession)))
	}
	if r.Provider != "" {
		name := r.Provider
		if chinese := ehrdesk.CleanLine(a.Chinese); lang != text.English && chinese != "" {
			name = chinese
		}
		where = joined(" · ", name, r.Location)
	}
	purpose := in(w.NotStated)
	if a.Purpose != "" {
		purpose = ehrdesk.CleanLine(in(t.Find.Purpose(a.Purpose)))
	}
	what := in(t.SeenAction(a.Action, a.What))
	if a.Pages > 1 {
		what += " (" + text.Sprintf(in(w.Pages), a.Pages) + ")"
	}
	var remarks []string
	remark := func(holds bool, words string) {
		if holds {
			remarks = append(remarks, words)
		}
	}
	remark(r.Refused, in(w.Refused))
	remark(r.Restricted, in(w.Restricted))
	if r.Offline {
		r.Reported = a.Reported.Format(time.RFC3339)
		remark(true, text.Sprintf(in(w.Offline), a.Reported.Format(onPaper)))
	}
	remark(r.Late, in(w.Late))
	remark(r.Unsure, in(w.Unsure))
	r.words = []string{a.When.Format(onPaper), who, where, ehrdesk.CleanLine(what), purpose, kindWords(t, lang, a.Kinds), strings.Join(remarks, " · ")}
	return r
}

// kindWords are the kinds of record; all of them are said so.
func kindWords(t *text.Catalog, lang text.Lang, names []string) string {
	if len(names) >= len(ehrdesk.Kinds()) {
		return t.Seen.AllKinds.In(lang)
	}
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = ehrdesk.CleanLine(name)
		if k, err := ehrdesk.ParseKind(name); err == nil {
			words[i] = t.KindName(k).In(lang)
		}
	}
	return strings.Join(words, "、")
}

func joined(between string, parts ...string) string {
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, between)
}

var errOut = ehrdesk.Errorf("output", ehrdesk.CodeOther, "standard output cannot be written")

// csv writes the list as RFC 4180.
func (s *sheet) csv(out io.Writer) error {
	w := csv.NewWriter(out)
	w.UseCRLF = true
	err := w.Write(report.Cells(s.Heads...))
	for i := range s.Rows {
		err = errors.Join(err, w.Write(report.Cells(s.Rows[i].words...)))
	}
	if w.Flush(); errors.Join(err, w.Error()) != nil {
		return errOut
	}
	return nil
}

// table writes the list in columns as wide as what they hold, the last two unbounded.
func (s *sheet) table(out io.Writer) error {
	var b strings.Builder
	for _, line := range []string{s.Title, s.Number, s.Made, s.Standing} {
		b.WriteString(line + "\n")
	}
	b.WriteString("\n")
	rows := [][]string{s.Heads}
	for i := range s.Rows {
		rows = append(rows, s.Rows[i].words)
	}
	wide := make([]int, len(s.Heads))
	for _, r := range rows {
		for i, cell := range r {
			wide[i] = max(wide[i], ansi.StringWidth(cell))
		}
	}
	for _, r := range rows {
		line := ""
		for i, cell := range r {
			line += cell + strings.Repeat(" ", wide[i]-ansi.StringWidth(cell)+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if len(s.Rows) == 0 {
		b.WriteString(s.None + "\n")
	}
	b.WriteString("\n" + s.Ask + "\n")
	if _, err := io.WriteString(out, b.String()); err != nil {
		return errOut
	}
	return nil
}

//go:embed accesses.html
var pageText string

// page writes the list into a new file, as HTML that fetches nothing and runs nothing.
func (s *sheet) page(name string) error {
	const op = "accesses"
	page, err := template.New("page").Parse(pageText)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	var b strings.Builder
	if err := page.Execute(&b, s); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return report.Write(op, name, []byte(b.String()))
}
