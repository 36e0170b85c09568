package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

func (a *app) auditCommand() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "The access log of this desk"}
	c.AddCommand(
		a.auditListCommand(),
		&cobra.Command{Use: "verify", Short: "Check the chain and the signatures; needs no one signed in", Args: cobra.NoArgs,
			Long: "The chain shows what was changed inside it. That nothing was cut off its end is known up to the entry that the central service has vouched for.", RunE: func(cmd *cobra.Command, _ []string) error {
				return a.verifyAudit(cmd.Context())
			}},
		&cobra.Command{Use: "heads", Short: "Print what the centre signed of its own access log; needs no one signed in", Args: cobra.NoArgs,
			Long: "A line for each word of the central service that this desk has kept. They name nobody. \"ehrcentral audit verify FILE\" holds the centre's log against them.",
			RunE: func(cmd *cobra.Command, _ []string) error {
				return a.centreHeads(cmd.Context())
			}},
		a.auditExportCommand(),
		a.auditCheckCommand(),
		a.auditCompareCommand(),
	)
	return c
}

func (a *app) auditListCommand() *cobra.Command {
	var f logFlags
	c := &cobra.Command{Use: "list", Short: "List the entries, oldest first", Args: cobra.NoArgs,
		Long: "Of an entry that is sealed to others on this desk, or damaged, the number alone is listed, whatever is asked for: nobody can say that it\n" +
			"is not meant. All there is is listed even where the log was changed or cut: then the exit code is 10. The front desk is listed its own\n" +
			"entries. That the log was listed is logged.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			meant, err := f.filter("audit.list")
			if err != nil {
				return err
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error { return a.listAudit(ctx, s, meant) })
		}}
	f.add(c)
	return c
}

func (a *app) listAudit(ctx context.Context, s *client.Session, meant ehrdesk.LogFilter) error {
	if err := s.MayRead(ctx, "list", meant); err != nil {
		return err
	}
	damaged := 0
	err := s.EachMeant(ctx, meant, func(seq int64, e ehrdesk.AuditEvent) error {
		if e.Action == ehrdesk.AuditDamaged {
			damaged++
		}
		r := auditLine(seq, e)
		return a.line(r, r.words())
	})
	if err == nil {
		_, err = s.VerifyLog(ctx)
	}
	return first(err, damage(damaged))
}

// damage is the error of so many entries that do not open.
func damage(n int) error {
	if n == 0 {
		return nil
	}
	return ehrdesk.Errorf("audit", ehrdesk.CodeTampered, "%s", text.Sprintf("%d entr{y|ies} {is|are} damaged, and marked so", n))
}

// auditRow is one entry as the commands write it: as JSON, as a line of CSV, in
// words. Times are UTC.
type auditRow struct {
	Seq      int64               `json:"seq"`
	ID       string              `json:"id,omitempty"`
	At       string              `json:"at,omitempty"`
	Action   ehrdesk.AuditAction `json:"action"`
	Staff    string              `json:"staff,omitempty"`
	Role     ehrdesk.Profession  `json:"role,omitempty"`
	HCP      string              `json:"hcp,omitempty"`
	Location string              `json:"location,omitempty"`
	Patient  string              `json:"patient,omitempty"`
	Purpose  ehrdesk.Purpose     `json:"purpose,omitempty"`
	Reason   string              `json:"reason,omitempty"`
	Outcome  ehrdesk.Code        `json:"outcome,omitempty"`
	Detail   string              `json:"detail,omitempty"`
	Proof    string              `json:"proof,omitempty"`   // of a consent by card
	Profile  string              `json:"profile,omitempty"` // by which the card was read
	Unsure   bool                `json:"time_uncertain,omitzero"`

	at time.Time
}

func auditLine(seq int64, e ehrdesk.AuditEvent) auditRow {
	proof, profile := shownCard(e)
	return auditRow{seq, e.ID, stamp(e.At), e.Action, e.Staff, e.Role, e.Provider, e.Location, e.Patient, e.Purpose, e.Reason, e.Outcome, e.Detail, proof, profile, e.TimeUncertain, e.At}
}

// auditColumns are cells' names.
const auditColumns = "seq id at action staff role hcp location patient purpose reason outcome detail card_proof card_profile time_uncertain"

func (r auditRow) cells() []string {
	unsure := ""
	if r.Unsure {
		unsure = "true"
	}
	return []string{fmt.Sprint(r.Seq), r.ID, r.At, string(r.Action), r.Staff, string(r.Role), r.HCP, r.Location, r.Patient, string(r.Purpose), r.Reason,
		string(r.Outcome), r.Detail, r.Proof, r.Profile, unsure}
}

// words is the row for a person, in this machine's time.
func (r auditRow) words() string { return r.said(r.at.Local().Format("02-Jan-2006 15:04:05")) }

// utc is the row in a report, which is read elsewhere.
func (r auditRow) utc() string { return r.said(r.At) }

func (r auditRow) said(when string) string {
	w := fmt.Sprint(r.Seq)
	if !r.at.IsZero() {
		w += " " + when
		if r.Unsure {
			w += " (time uncertain)"
		}
	}
	for _, s := range []struct{ label, value string }{{"", r.Staff}, {"", string(r.Action)}, {"patient ", r.Patient}, {"", string(r.Purpose)}, {"reason: ", r.Reason},
		{"", string(r.Outcome)}, {"detail: ", r.Detail}} {
		if s.value != "" {
			w += " " + s.label + s.value
		}
	}
	if r.Proof != "" {
		w += " card " + r.Profile + ": " + r.Proof
	}
	return ehrdesk.CleanLine(w)
}

// shownCard is what the desk found the card of a consent to prove, and by which
// profile it was read; "" where the act was by no card.
func shownCard(e ehrdesk.AuditEvent) (proof, profile string) {
	if e.Card == nil {
		return "", ""
	}
	return e.Card.Proof.String(), ehrdesk.CleanLine(e.Card.Profile)
}
