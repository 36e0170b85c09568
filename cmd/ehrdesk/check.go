package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/checks"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
)

// findingJSON is a safety finding as `check --json` prints it: the words are those of the screen in English.
type findingJSON struct {
	Finding      string          `json:"finding"` // interaction, allergy, dose, critical, duplicate, overdue
	Tier         int             `json:"tier"`
	TierName     string          `json:"tier_name"` // stop, serious, caution, info
	Rule         string          `json:"rule"`
	Also         []string        `json:"also,omitempty"` // other rules on the same two drugs
	Version      string          `json:"version"`
	Title        string          `json:"title"`
	Effect       string          `json:"effect"`
	Grounds      []string        `json:"grounds"` // what raised it in this patient, and what is not known
	Action       string          `json:"action,omitempty"`
	Alternatives string          `json:"alternatives,omitempty"`
	Records      []citedJSON     `json:"records"`
	Source       string          `json:"source"`
	Licence      string          `json:"licence,omitempty"`
	ReviewedBy   string          `json:"reviewed_by"` // "" for nobody yet
	Acknowledged *acknowledgedBy `json:"acknowledged,omitempty"`
}

type citedJSON struct {
	Resource string `json:"resource"`
	ID       string `json:"id"`
	Date     string `json:"date"`
	Title    string `json:"title"`
	Source   string `json:"source"`
}

type acknowledgedBy struct {
	By     string `json:"by"`
	At     string `json:"at"`
	Reason string `json:"reason"`
}

// checkedJSON is the last line: what was checked and what was not.
type checkedJSON struct {
	Version             string      `json:"version"`
	Rules               int         `json:"rules"`
	Checks              []checkJSON `json:"checks"`
	Medicines           int         `json:"medicines"`
	NotChecked          []citedJSON `json:"medicines_not_checked"`
	AllergiesNotChecked []citedJSON `json:"allergies_not_checked"`
	Note                string      `json:"note"`
}

type checkJSON struct {
	Check string `json:"check"`
	On    bool   `json:"on"`
	Why   string `json:"why,omitempty"` // it is off, or lacks something
}

var checkNames = [safety.Checks]string{safety.CheckInteractions: "interactions", safety.CheckAllergies: "allergies", safety.CheckDuplicates: "duplicates",
	safety.CheckDoses: "doses", safety.CheckValues: "critical-results", safety.CheckMonitoring: "overdue"}

var findingNames = [...]string{safety.Interaction: "interaction", safety.AllergyMatch: "allergy", safety.Dose: "dose", safety.Critical: "critical", safety.Duplicate: "duplicate", safety.Overdue: "overdue"}

func (a *app) checkCommand() *cobra.Command {
	var purpose, reason string
	c := &cobra.Command{
		Use:   "check --purpose P",
		Short: "Open a patient's shared record and hold it against the safety rules",
		Long: "Standard input: the HKIC or eHR number, one line. The access is logged and the patient is normally notified.\n" +
			"The first line says whose it is. Then a line a finding, the graver first, a line an abnormal result with what was done about it here, a line a record that came new and waits, or was acknowledged by whom, and last what was checked and what was not: no finding is no statement that there is no interaction. Nobody is asked to acknowledge anything.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "check"
			p, err := ehrdesk.ParsePurpose(purpose)
			if err != nil {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
			}
			n, err := a.readNumber()
			if err != nil {
				return renamed(op, err)
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				if !s.Account().Role.Clinical() {
					return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "findings about drugs are for who sees medicines")
				}
				chart, err := s.Open(ctx, n, p, reason)
				if err != nil {
					return renamed(op, err)
				}
				return first(a.printChecks(ctx, chart, s), chart.Close())
			})
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	return c
}

// printChecks brings the copy into step and prints what the screen shows.
func (a *app) printChecks(ctx context.Context, chart ehrdesk.Chart, s *client.Session) error {
	if err := a.inStep(ctx, "check", chart, s); err != nil {
		return err
	}
	b := a.bookOf(chart, s)
	report := b.Checked()
	said, err := s.Acknowledged(ctx, chart.Patient().ID)
	if err != nil {
		return renamed("check", err)
	}
	whose := patientJSON{Section: "patient", bannerJSON: bannerOf(b)}
	if err := a.line(whose, whose.words()); err != nil {
		return err
	}
	for i := range report.Findings {
		j := findingOf(b, report, &report.Findings[i], said)
		if err := a.line(j, j.words()); err != nil {
			return err
		}
	}
	if err := a.printUnseen(ctx, b, s, said); err != nil {
		return err
	}
	if err := a.printNews(ctx, b, s, said); err != nil {
		return err
	}
	last := checkedOf(b, report)
	return a.line(last, last.words())
}

func findingOf(b *page.Book, r *safety.Report, f *safety.Finding, said []ehrdesk.Acknowledgement) findingJSON {
	words := b.Words()
	out := findingJSON{Finding: findingNames[f.Kind], Tier: int(f.Tier), TierName: checks.TierID(f.Tier), Rule: f.Line.Name(), Version: r.Version, Title: words.Finding(f), Effect: words.Says(f),
		Grounds: append([]string{}, words.Grounds(f)...), Action: words.Do(f), Alternatives: words.Alternatives(f), Records: []citedJSON{}, Source: f.Line.Source, Licence: f.Line.Licence, ReviewedBy: f.Line.ReviewedBy}
	for _, l := range f.Also {
		out.Also = append(out.Also, l.Name())
	}
	for _, rec := range f.Records() {
		out.Records = append(out.Records, citedOf(b, rec))
	}
	for _, k := range said {
		if k.Mark == f.Mark {
			out.Acknowledged = &acknowledgedBy{k.By, stamp(k.At), ehrdesk.CleanLine(k.Reason)}
		}
	}
	return out
}

func citedOf(b *page.Book, r *ehrdesk.Record) citedJSON {
	row := b.Row(r)
	return citedJSON{r.Resource, r.ID, r.Date.In(time.Local).String(), row.Title, ehrdesk.CleanLine(r.Source)}
}

// words is the line for people.
func (f findingJSON) words() string {
	out := []string{strings.ToUpper(f.TierName) + " " + f.Title, f.Effect}
	out = append(out, f.Grounds...)
	for _, r := range f.Records {
		out = append(out, r.Title+" ("+strings.Trim(r.Source+", "+r.Date, ", ")+")")
	}
	for _, w := range []string{f.Action, f.Alternatives, "rule " + f.Rule + " v" + f.Version} {
		if w != "" {
			out = append(out, w)
		}
	}
	if f.Acknowledged != nil {
		out = append(out, "acknowledged by "+f.Acknowledged.By)
	}
	return strings.Join(out, " · ")
}

func checkedOf(b *page.Book, r *safety.Report) checkedJSON {
	out := checkedJSON{Version: r.Version, Rules: r.Rules, Medicines: len(r.Medicines), NotChecked: []citedJSON{}, AllergiesNotChecked: []citedJSON{}}
	for c := range safety.Check(safety.Checks) {
		j := checkJSON{Check: checkNames[c], On: r.Available[c]}
		if s, kind := b.CheckStanding(c); s != page.Seen {
			j.Why = kind.String() + ": " + s.String()
		}
		out.Checks = append(out.Checks, j)
	}
	for _, m := range r.Unchecked() {
		out.NotChecked = append(out.NotChecked, citedOf(b, m.Drug.Lead))
	}
	for _, x := range r.UncheckedAllergies() {
		out.AllergiesNotChecked = append(out.AllergiesNotChecked, citedOf(b, x.Record))
	}
	t := &b.Env.T.Safety
	out.Note = strings.Join(append(b.Words().Outcome(r), b.Env.S(t.NotAll)), " · ")
	return out
}

// words is the line for people.
func (c checkedJSON) words() string {
	out := []string{c.Note}
	for _, x := range c.Checks {
		if x.Why != "" {
			out = append(out, x.Check+" "+x.Why)
		}
	}
	for _, x := range c.NotChecked {
		out = append(out, "not checked: "+x.Title)
	}
	for _, x := range c.AllergiesNotChecked {
		out = append(out, "allergy not checked: "+x.Title)
	}
	return strings.Join(out, " · ")
}
