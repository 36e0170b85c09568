package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

type contactJSON struct {
	Phone      string `json:"phone"`
	PhoneOther string `json:"phone_other"`
	Email      string `json:"email"`
	Address    string `json:"address"`
	Language   string `json:"language"`
	Notify     string `json:"notify"`
}

func (c contactJSON) contact() ehrdesk.Contact {
	return ehrdesk.Contact{Phone: c.Phone, PhoneOther: c.PhoneOther, Email: c.Email, Address: c.Address, Language: c.Language, Notify: c.Notify}
}

// verifyInput is what identity verify takes: a consent's, and what goes with it.
type verifyInput struct {
	consentInput
	Method           ehrdesk.VerifyMethod `json:"method"`
	DocumentType     string               `json:"document_type"`
	Contact          contactJSON          `json:"contact"`
	ContactConfirmed bool                 `json:"contact_confirmed"`
}

func (a *app) identityCommand() *cobra.Command {
	c := &cobra.Command{Use: "identity", Short: "The identity of somebody who registered online, by fax or by post"}
	c.AddCommand(
		&cobra.Command{Use: "show", Short: "What a participant has registered with", Long: "Standard input: the HKIC or eHR number, one line.", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := a.readNumber()
			if err != nil {
				return renamed("identity", err)
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				r, err := s.Registration(ctx, n)
				if err != nil {
					return err
				}
				t := r.Contact
				return a.line(struct {
					Participation ehrdesk.Participation `json:"participation"`
					Identity      identityJSON          `json:"identity"`
					Contact       contactJSON           `json:"contact"`
				}{r.Participation, identityOf(r.Patient), contactJSON{t.Phone, t.PhoneOther, t.Email, t.Address, t.Language, t.Notify}},
					r.Patient.Name.Banner()+" · "+string(r.Participation)+" · told by "+t.Notify)
			})
		}},
		&cobra.Command{Use: "verify", Short: "Verify it, correct the contact data and take the sharing consent, in one act", Args: cobra.NoArgs,
			Long: `Standard input: what "consent" takes, and {"method":"card" or "document","document_type","contact":{"phone","phone_other","email","address","language","notify"},"contact_confirmed":true}.` + "\n" +
				`With method card the channel is card. The contact data replace what was registered: start from "identity show".`,
			RunE: func(cmd *cobra.Command, _ []string) error { return a.verifyIdentity(cmd.Context()) }})
	return c
}

func (a *app) verifyIdentity(ctx context.Context) error {
	const op = "identity"
	var in verifyInput
	if err := a.readJSON(op, &in); err != nil {
		return err
	}
	n, key, err := in.common(op)
	if err != nil {
		return err
	}
	signed, err := in.signed(op)
	if err != nil {
		return err
	}
	v := ehrdesk.Verification{Method: in.Method, DocumentType: in.DocumentType, Contact: in.Contact.contact(), ContactConfirmed: in.ContactConfirmed,
		Grant: ehrdesk.Grant{Patient: n, Channel: in.Channel, Term: in.Term, Giver: in.Giver.Giver, NoticeRead: in.NoticeRead,
			DocumentSighted: in.DocumentSighted, AccessKey: key, FormReference: strings.TrimSpace(in.FormReference), Signed: signed, RequestID: in.RequestID}}
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		if v.Channel == ehrdesk.ByCard {
			if err := a.byCard(ctx, s, &v.Grant); err != nil {
				return err
			}
			defer wipeEvidence(v.Card)
		}
		r, err := s.Verify(ctx, v)
		if err != nil {
			return err
		}
		return a.receipt(r, "identity verified, consent recorded")
	})
}
