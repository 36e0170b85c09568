package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// The inputs of case alert and case add-allergy.
type (
	caseAlertInput struct {
		caseBeginInput
		Text    string               `json:"text"`
		Allergy *ehrdesk.CaseAllergy `json:"allergy"`
		Turns   []casePersonJSON     `json:"turns"`
		Within  int                  `json:"within"`
	}
	caseAllergyInput struct {
		Number string `json:"number"`
		Case   string `json:"case"`
		Event  int    `json:"event"`
	}
)

func (a *app) alertCommand() *cobra.Command {
	var w caseWith
	c := &cobra.Command{Use: "alert --purpose P [--attach FILE] [--record Type/id ...]", Short: "Tell a patient's clinicians of other providers of an allergy or a reaction, in a new case", Args: cobra.NoArgs,
		Long: `Standard input: {"number","ends","members":[{"provider","staff"}],"text","turns","within","allergy":{"substance","kind","category","risk","reaction","severity","certainty","seen","at"}}. ` +
			"kind is allergy or intolerance; category medication, food, environment or biologic; risk low, high or unable-to-assess; severity mild, moderate or severe; certainty confirmed, likely, unlikely or unknown; seen who saw it. " +
			"It is critical: one of turns acknowledges it, all members where nobody is named, each for so many minutes (within, 30 where it is left out). The patient's record is opened for it, and logged; no record is made of it here. Without the line it waits on this desk (exit 5).",
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "case alert"
			opened, err := w.asked.why(op)
			if err != nil {
				return err
			}
			var in caseAlertInput
			return a.actInCase(cmd.Context(), op, &in, func(ctx context.Context, s *client.Session) (id string, err error) {
				if in.Allergy == nil {
					return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an alert says what the patient reacted to")
				}
				in.Purpose = ehrdesk.CaseAlert
				m := ehrdesk.CaseMessage{Text: in.Text, Critical: true, Turns: peopleOf(in.Turns), Within: in.Within, Body: ehrdesk.CaseBody{Allergy: in.Allergy}}
				if err := w.named(op, &m); err != nil {
					return "", err
				}
				err = w.with(op, m, func(m ehrdesk.CaseMessage) (err error) {
					id, err = a.beginning(ctx, s, &in.caseBeginInput, opened, &m)
					return err
				})
				return id, err
			})
		}}
	a.withFlags(c, &w)
	return c
}

// whyFlags are why a record is opened.
func (a *app) whyFlags(c *cobra.Command, purpose, reason *string) {
	c.Flags().StringVar(purpose, "purpose", "", "why the record is opened: "+purposes())
	c.Flags().StringVar(reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
}

func (a *app) addAllergyCommand() *cobra.Command {
	var purpose, reason string
	var dry, again bool
	c := &cobra.Command{Use: "add-allergy --purpose P [--dry-run] [--again]", Short: "Write an allergy that a case tells of into the patient's shared record, as unconfirmed", Args: cobra.NoArgs,
		Long: `Standard input: {"number","case","event"}. The message was opened before (case show --open). The record is opened, and the form of an allergy filled in with what the message says, unconfirmed, with who told it. ` +
			"What would leave is shown on standard error and is signed with the key of whoever signs in; nothing leaves with --dry-run. What was reported from here before is refused without --again.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "case add-allergy"
			p, err := ehrdesk.ParsePurpose(purpose)
			if err != nil {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
			}
			var in caseAllergyInput
			if err := a.readJSON(op, &in); err != nil {
				return err
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				n, err := parseNumber(in.Number)
				if err != nil {
					return renamed(op, err)
				}
				if err := reported(ctx, s, &in); err != nil && !again && !dry {
					return renamed(op, err)
				}
				chart, err := s.Open(ctx, n, p, reason)
				if err != nil {
					return renamed(op, err)
				}
				if err := a.addAllergy(ctx, s, chart.Patient().ID, &in, dry); err != nil {
					return first(renamed(op, err), chart.Close())
				}
				return chart.Close()
			})
		}}
	a.whyFlags(c, &purpose, &reason)
	c.Flags().BoolVar(&dry, "dry-run", false, "show what would leave, and send nothing")
	c.Flags().BoolVar(&again, "again", false, "send one more record of what was reported from here before")
	return c
}

// reported refuses what a record was sent of from here before. Errors: CodeConflict.
func reported(ctx context.Context, s *client.Session, in *caseAllergyInput) error {
	v, err := s.Case(ctx, in.Case)
	if err != nil {
		return nil //nolint:nilerr // whoever makes the draft says so
	}
	for _, said := range v.Said {
		if at := v.Reported[said.Envelope]; said.Event == in.Event && !at.IsZero() {
			return ehrdesk.Errorf("case.allergy", ehrdesk.CodeConflict, "a record of it was sent from here, %s: --again sends one more", stamp(at))
		}
	}
	return nil
}

// addAllergy previews, signs and sends an allergy that was told; what is not sent leaves no draft behind.
func (a *app) addAllergy(ctx context.Context, s *client.Session, patient string, in *caseAllergyInput, dry bool) error {
	draft, err := s.DraftAllergy(ctx, in.Case, in.Event, "en")
	if err != nil {
		return err
	}
	d, err := s.PreviewWriting(ctx, patient, draft.ID)
	if err == nil {
		err = a.previewDeposit(s, d)
	}
	if err != nil || dry {
		return first(err, s.DiscardDraft(ctx, patient, draft.ID), a.depositEnd(d, depositedJSON{}, true))
	}
	r, err := s.SignWriting(ctx, patient, d)
	if err != nil {
		return err
	}
	return a.depositReceipt(s, d, r)
}
