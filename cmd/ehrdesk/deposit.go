package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
)

// depositJSON is a record as it would leave, or as it is at the centre.
type depositJSON struct {
	recordJSON
	From    string `json:"from"` // as the clinic's own system names it
	Version string `json:"version,omitempty"`
	New     bool   `json:"new,omitempty"`
}

// depositedJSON is the last line: what became of all of it.
type depositedJSON struct {
	Deposit  string               `json:"deposit,omitempty"`
	State    ehrdesk.DepositState `json:"state,omitempty"`
	Records  int                  `json:"records"`
	LeftOut  []leftOutJSON        `json:"left_out"`
	Digest   string               `json:"digest"` // SHA-256 of what leaves
	SignedBy string               `json:"signed_by,omitempty"`
}

type leftOutJSON struct {
	From string             `json:"from"`
	Why  ehrdesk.DepositWhy `json:"why"`
}

func (a *app) depositCommand() *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use:   "deposit [--dry-run]",
		Short: "Write records of a clinic's own system into a patient's shared record",
		Long: "Standard input: a FHIR R4 Bundle (transaction or collection) of one patient, whose Patient has an HKIC number or an eHR number. " +
			"What would leave is shown on standard error, record by record; each is signed with the key of whoever signs in. Nothing leaves with --dry-run.\n" +
			"The same record deposited again is a version of the same: its id at the centre follows from its id here. Without the line the records wait on this desk (exit 5; outbox list shows them) and go once, when it is back. " +
			"No sharing consent is asked, and none is given: who deposits sees no more of the patient's record.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "deposit"
			b, err := io.ReadAll(io.LimitReader(a.in, outgoing.MostBytes+1))
			if err != nil {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "standard input cannot be read")
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				d, err := s.PrepareDeposit(ctx, b)
				if err != nil {
					return renamed(op, err)
				}
				if err := a.previewDeposit(s, d); err != nil || dry {
					return first(err, a.depositEnd(d, depositedJSON{}, dry))
				}
				r, err := s.Deposit(ctx, d)
				if err != nil {
					return renamed(op, err)
				}
				return a.depositReceipt(s, d, r)
			})
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would leave, and send nothing")
	return c
}

// previewDeposit shows what would leave, and to whom, on standard error.
func (a *app) previewDeposit(s *client.Session, d ehrdesk.Deposit) error {
	words, said := english(a.names), []string{}
	for i := range d.Records {
		r := recordLine(words, &d.Records[i].Record)
		said = append(said, "leaves: "+r.words())
	}
	for _, l := range d.LeftOut {
		said = append(said, "stays: "+ehrdesk.CleanLine(l.From)+" · outside eHealth's sharable scope")
	}
	who := s.Account()
	said = append(said, fmt.Sprintf("%d record(s) for %s, signed by %s of %s, to be seen by every provider that the patient shares their record with", len(d.Records), words.Name(d.Patient.Name), who.Name, who.ProviderName))
	_, err := fmt.Fprintln(a.err, strings.Join(said, "\n"))
	return written(err)
}

// depositReceipt prints what is at the centre.
func (a *app) depositReceipt(s *client.Session, d ehrdesk.Deposit, r ehrdesk.DepositReceipt) error {
	const op = "deposit"
	switch r.State {
	case ehrdesk.DepositWaits:
		return ehrdesk.Errorf(op, ehrdesk.CodeOffline, "kept on this desk and sent when the line is back")
	case ehrdesk.DepositRefused:
		return ehrdesk.Errorf(op, r.Why, "the central service has refused it, and nothing of it is there")
	case ehrdesk.DepositSent, ehrdesk.DepositApproval:
	}
	words := english(a.names)
	for _, w := range r.Written {
		for i := range d.Records {
			rec := &d.Records[i]
			if rec.Record.Ref() != w.Ref {
				continue
			}
			j := depositJSON{recordJSON: recordLine(words, &rec.Record), From: rec.From, Version: w.Version, New: w.New}
			if err := a.line(j, j.recordJSON.words()+" · "+w.Ref.String()+" version "+w.Version); err != nil {
				return err
			}
		}
	}
	return a.depositEnd(d, depositedJSON{Deposit: d.ID, State: r.State, SignedBy: s.Account().Staff}, false)
}

func (a *app) depositEnd(d ehrdesk.Deposit, out depositedJSON, dry bool) error {
	out.Records, out.LeftOut, out.Digest = len(d.Records), []leftOutJSON{}, d.Digest
	for _, l := range d.LeftOut {
		out.LeftOut = append(out.LeftOut, leftOutJSON{l.From, l.Why})
	}
	words := fmt.Sprintf("deposited: %d record(s)", out.Records)
	if dry {
		words = fmt.Sprintf("nothing was sent: %d record(s) would leave, SHA-256 %s", out.Records, out.Digest)
	}
	return a.line(out, words)
}
