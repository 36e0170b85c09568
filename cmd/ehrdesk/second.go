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
	Ended   bool   `json:"withdrawn_since,omitempty"`

	// Of one that waits, what approving it approves.
	Digest   string       `json:"digest,omitempty"`
	Term     ehrdesk.Term `json:"term,omitempty"`
	Giver    string       `json:"giver,omitempty"`
	Signed   string       `json:"form_signed,omitempty"`
	Renew    bool         `json:"renew,omitempty"`
	Document string       `json:"document_type,omitempty"`
	Contact  *contactJSON `json:"contact,omitempty"`
}

// heldLine is a line of the list, with what was taken where it waits.
func heldLine(ctx context.Context, s *client.Session, t ehrdesk.Task) (heldJSON, error) {
	l := heldJSON{ID: t.ID, Act: string(t.Act), State: string(t.State), Channel: string(t.Channel), Form: ehrdesk.CleanLine(t.Form), Patient: "…" + t.Number.Tail(), By: t.Staff, At: stamp(t.At),
		Refuser: ehrdesk.CleanLine(t.Second.Refuser), Reason: ehrdesk.CleanLine(t.Second.Reason), Ended: t.Second.Withdrawn}
	if t.State != ehrdesk.TaskHeld {
		return l, nil
	}
	h, err := s.HeldAct(ctx, t.ID)
	if err != nil {
		return l, err
	}
	l.Digest, l.Term, l.Giver, l.Signed, l.Renew, l.Document = h.Digest, h.Term, h.Giver.Kind, h.Signed.String(), h.Renew, h.DocumentType
	if c := h.Contact; h.Op == ehrdesk.AuditVerify {
		l.Contact = &contactJSON{c.Phone, c.PhoneOther, c.Email, c.Address, c.Language, c.Notify}
	}
	return l, nil
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
					if t.State != ehrdesk.TaskHeld && t.Second.Refuser == "" {
						continue
					}
					line, err := heldLine(ctx, s, t)
					if err != nil {
						return err
					}
					if err := a.line(line, strings.TrimSpace(line.ID+" "+line.Act+" "+line.Form+" "+line.Patient+" "+line.State+" taken by "+line.By+" "+line.Reason)); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	var id, digest string
	approve := &cobra.Command{
		Use: "approve", Short: "Approve what somebody else took, and submit it", Args: cobra.NoArgs,
		Long: "Submits an act of `ehrdesk consent held` under the name of whoever signs in, with what its taker signed. Nobody approves their own (exit 4). Without the line it is kept and sent when it is back, exit 5 until then.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				r, err := s.ApproveAct(ctx, id, digest)
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
	approve.Flags().StringVar(&digest, "digest", "", "what was looked at, as consent held names it (required)")
	_ = approve.MarkFlagRequired("digest")
	return []*cobra.Command{held, approve, refuse}
}
