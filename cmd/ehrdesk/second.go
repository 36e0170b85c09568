package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// heldJSON is an act that waits for a second person, or that one has refused.
type heldJSON struct {
	ID      string `json:"id"`
	Act     string `json:"act"`
	State   string `json:"state"` // "held" or "refused"
	Channel string `json:"channel"`
	Form    string `json:"form_reference"`
	Patient string `json:"patient"` // the end of the number
	By      string `json:"taken_by"`
	At      string `json:"at"`
	Refuser string `json:"refused_by,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// secondCommands are the second person's part in a consent on one person's word.
func (a *app) secondCommands() []*cobra.Command {
	held := &cobra.Command{
		Use: "held", Short: "List the consents and verifications that wait for a second person, or that one has refused", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				tasks, err := s.Tasks(ctx)
				if err != nil {
					return err
				}
				for _, t := range tasks {
					if t.Second.Taker == "" {
						continue
					}
					state := string(ehrdesk.TaskHeld)
					if t.Second.Refuser != "" {
						state = string(ehrdesk.TaskRefused)
					}
					line := heldJSON{t.ID, string(t.Act), state, string(t.Channel), t.Form, "…" + t.Number.Tail(), t.Staff, stamp(t.At), t.Second.Refuser, t.Second.Reason}
					if err := a.line(line, strings.TrimSpace(line.ID+" "+line.Act+" "+line.Form+" "+line.Patient+" "+line.State+" taken by "+line.By+" "+line.Reason)); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	var id string
	approve := &cobra.Command{
		Use: "approve", Short: "Approve what somebody else took, and submit it", Args: cobra.NoArgs,
		Long: "Submits an act of `ehrdesk consent held` under the name of whoever signs in, with what its taker signed. Nobody approves their own (exit 4). Without the line it is kept and sent when it is back, exit 5 until then.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				r, err := s.ApproveAct(ctx, id)
				if err != nil {
					return err
				}
				return a.receipt(r, "consent recorded")
			})
		},
	}
	refuse := &cobra.Command{
		Use: "refuse", Short: "Refuse what somebody else took, with a reason on standard input", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			const most = 4 << 10
			reason, err := io.ReadAll(io.LimitReader(a.in, most))
			if err != nil {
				return ehrdesk.Errorf("refuse", ehrdesk.CodeInvalid, "the reason cannot be read")
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				if err := s.RefuseAct(ctx, id, string(reason)); err != nil {
					return err
				}
				return a.line(struct {
					Refused string `json:"refused"`
				}{id}, "refused: "+id)
			})
		},
	}
	for _, c := range []*cobra.Command{approve, refuse} {
		c.Flags().StringVar(&id, "id", "", "the act, as consent held lists it (required)")
		_ = c.MarkFlagRequired("id")
	}
	return []*cobra.Command{held, approve, refuse}
}
