package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

func (a *app) caseCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "The sealed cases of whoever is signed in, without a word of what was said", Args: cobra.NoArgs,
		Long: "The centre is asked, and what waits is sent; without the line, what this desk has, with a line on standard error. A line a case: what for, how far it has come, how much is unread or to be acknowledged, what waits here.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listCases(cmd.Context()) }}
	var open, passing bool
	var save caseSaving
	var at asked
	show := &cobra.Command{Use: "show ID", Short: "One case with its members, what was said, and receipts", Args: cobra.ExactArgs(1),
		Long: "What was read before is printed. With --open everything that is for whoever is signed in is opened: its authors are told who opened it, and when. What passes is opened with --passing alone, and it and what is view-only are shown at a terminal alone: not in a file, a pipe or JSON. No desk can prevent a photograph. " +
			"--save writes the file of a message that was opened to FILE, for its owner alone, and is in the access log; one that is there stays, and what is view-only is not saved. " +
			"With --purpose the patient's record is opened, and logged, and each record that a message names held against it.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.showCase(cmd.Context(), args[0], caseShowing{open, passing, save, at})
		}}
	a.savingFlags(show, &save)
	a.recordFlags(show, &at)
	show.Flags().BoolVar(&open, "open", false, "open what is for whoever is signed in; its authors are told who opened it and when")
	show.Flags().BoolVar(&passing, "passing", false, "with --open: what passes too, shown at a terminal until its 30 seconds are over or Enter is pressed")
	var purpose, reason string
	begin := &cobra.Command{Use: "begin --purpose P", Short: "Open a sealed case about a patient with clinicians of other providers", Args: cobra.NoArgs,
		Long: `Standard input: {"number","purpose","ends","members":[{"provider","staff"}]}. purpose is joint-care, opinion, transfer, discharge, alert, board or other; ends is destroy or archive; members are people of the directory (ehrdesk directory), or groups: {"provider","staff":"group:ID"} (ehrdesk group list). ` +
			"The patient's record is opened for it, and logged. Each member's provider needs the patient's consent. Without the line it waits on this desk (exit 5).",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.beginCase(cmd.Context(), purpose, reason) }}
	begin.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	begin.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	var with caseWith
	send := &cobra.Command{Use: "send", Short: "Say something in a case, sealed for those it is for", Args: cobra.NoArgs,
		Long: `Standard input: {"case","text","to":[{"provider","staff"}],"reply","reseals","critical","turns","within","passes","fact","no_fact","view_only","watermark","approve","approver","meeting":{"at","minutes","place"}}. Without "to" it is for all members; a group among them stands as "staff":"group:ID": whoever is on its staff reads it, and one of them answers for all. Who is in the case for a group says it for that group; reply is the event that it answers. With "reseals", an event that you can read, and "to", what was said in it is sealed for them too, and nothing else is said. ` +
			"Critical has to be acknowledged by one of turns, whose it is in that order, for so many minutes each (within, 30 where it is left out).\n" +
			"What passes is gone 30 seconds after it was opened; it names the record in which its clinical fact stands (fact, Type/id: one that this provider has written), or says that there is none in it (no_fact). view_only: the reader's desk copies, prints, saves and exports nothing of it; nobody can prevent a photograph. " +
			"approve is export, minutes, transcription or form, and approver who approves or refuses it; a meeting is accepted with case ack and declined. Without the line it waits on this desk (exit 5) and is said once.\n" +
			"--attach takes a file of 24 MiB at most: it lies on this desk, sealed, until it was sent. --record names a record of the patient as this desk has it, by version and hash; the record itself is not sent. It needs --purpose, since the patient's record is opened for it, and logged.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in caseSendInput
			return a.actInCase(cmd.Context(), "case send", &in, func(ctx context.Context, s *client.Session) (string, error) {
				m, err := in.message()
				if err != nil {
					return "", err
				}
				return in.Case, a.sayWith(ctx, s, &with, m)
			})
		}}
	a.withFlags(send, &with)
	ack := &cobra.Command{Use: "ack", Short: "Acknowledge what was said, or decline it with a reason", Args: cobra.NoArgs,
		Long: `Standard input: {"case","event","decline"}. event is that of the message; of one to a group for which you answer you do it for all. decline is why it is declined: not-mine, not-available or other.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in caseAckInput
			return a.actInCase(cmd.Context(), "case ack", &in, func(ctx context.Context, s *client.Session) (string, error) {
				kind := ehrdesk.CaseAcknowledged
				if in.Decline != "" {
					kind = ehrdesk.CaseDeclined
				}
				return in.Case, s.AnswerInCase(ctx, in.Case, in.Event, kind, in.Decline)
			})
		}}
	step := &cobra.Command{Use: "step", Short: "Add or take out a member, hand a case over, close, extend, reopen or end it", Args: cobra.NoArgs,
		Long: `Standard input: {"case","kind","member":{"provider","staff"},"reason"}. kind is joined, left or handed-over (member), closes, extended (reason), reopened (reason) or ended; reason is awaited, care-goes-on or other.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in caseStepInput
			return a.actInCase(cmd.Context(), "case step", &in, func(ctx context.Context, s *client.Session) (string, error) {
				who, err := memberFor(ctx, s, &in)
				if err != nil {
					return "", err
				}
				return in.Case, s.StepCase(ctx, in.Case, in.Kind, who, in.Reason)
			})
		}}
	giveUp := &cobra.Command{Use: "give-up ID", Short: "Give up what was refused in a case: it is never sent, and what waits behind it goes on", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.giveUpInCase(cmd.Context(), args[0]) }}
	c := &cobra.Command{Use: "case", Short: "Sealed cases between clinicians of different providers"}
	c.AddCommand(list, show, begin, send, ack, step, giveUp, a.alertCommand(), a.addAllergyCommand())
	return c
}
