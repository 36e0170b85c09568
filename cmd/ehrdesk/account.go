package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// accountCommand is what a provider's User Administrator does with its accounts.
func (a *app) accountCommand() *cobra.Command {
	c := &cobra.Command{Use: "account", Short: "Your provider's accounts, if you are its User Administrator"}
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "The accounts, what of them has ended or is to end, and the desks of each", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), a.listAccounts)
		}},
		&cobra.Command{Use: "checklist", Short: "Which documents your provider has to show, and what is missing", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), a.listPapers)
		}},
		a.accountActCommand("expire", "End an account, or its person's professional registration, now or on a day"),
		a.accountActCommand("extend", "Have it end on a later day; without --on, not at all, where your provider had set the end"),
		a.accountActCommand("close", "Close an account; its person's desks take the keys back"),
		&cobra.Command{Use: "end-desk KEY", Short: "End a key on a desk, as list names it, and its sessions", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			return a.administer(cmd.Context(), ehrdesk.AccountAct{Act: "end-desk", Desk: args[0]})
		}},
	)
	return c
}

func (a *app) listAccounts(ctx context.Context, s *client.Session) error {
	all, err := s.ProviderAccounts(ctx)
	for _, w := range all.Accounts {
		if err == nil {
			err = a.line(w, accountWords(w))
		}
	}
	return err
}

// accountWords is an account in a line: "drlee, Lee, doctor: active; account ends …; 2 desks".
func accountWords(w ehrdesk.StaffAccount) string {
	out := []string{w.Staff + ", " + w.Name + ", " + string(w.Role) + ": " + w.State}
	if w.Administrator {
		out = append(out, "User Administrator")
	}
	for _, e := range w.Ends {
		words := string(e.Of) + " " + e.Since.In(ehrdesk.HongKong()).Format("02-Jan-2006 15:04")
		if e.Reason != "" {
			words += " (" + e.Reason + ")"
		}
		out = append(out, words)
	}
	for _, d := range w.Desks {
		words := "desk " + d.Key
		if d.SignedIn {
			words += " (signed in)"
		}
		out = append(out, words)
	}
	return strings.Join(out, "; ")
}

func (a *app) listPapers(ctx context.Context, s *client.Session) error {
	all, err := s.ProviderAccounts(ctx)
	if err == nil && !all.Known {
		return a.line(map[string]any{"known": false, "establishment": "unknown"}, "which documents this provider has to show is unknown")
	}
	for _, p := range all.Papers {
		if err == nil {
			err = a.line(p, p.State+": "+p.Name)
		}
	}
	return err
}

func (a *app) accountActCommand(act, short string) *cobra.Command {
	var of, on, reason string
	var registration bool
	cmd := &cobra.Command{Use: act, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		does := ehrdesk.AccountAct{Act: act, Staff: of, Reason: reason}
		if act != "close" {
			does.Of = ehrdesk.AccountEnds
		}
		if registration {
			does.Of = ehrdesk.RegistrationEnds
		}
		if on != "" {
			day, err := time.ParseInLocation(time.DateOnly, on, ehrdesk.HongKong())
			if err != nil {
				return ehrdesk.Errorf("account."+act, ehrdesk.CodeInvalid, "a day is given as 2026-12-31")
			}
			does.Since = day
		}
		return a.administer(cmd.Context(), does)
	}}
	cmd.Flags().StringVar(&of, "of", "", "staff id of the account (required)")
	_ = cmd.MarkFlagRequired("of")
	if act == "close" {
		return cmd
	}
	cmd.Flags().StringVar(&on, "on", "", "the first day on which it is good no more")
	cmd.Flags().BoolVar(&registration, "registration", false, "the person's professional registration, and not the account")
	if act == "expire" {
		cmd.Flags().StringVar(&reason, "reason", "", "why, in words that the person reads")
	}
	return cmd
}

func (a *app) administer(ctx context.Context, act ehrdesk.AccountAct) error {
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		if err := s.Administer(ctx, act); err != nil {
			return err
		}
		return a.line(map[string]string{"done": act.Act}, text.Sprintf("done: %s", act.Act))
	})
}
