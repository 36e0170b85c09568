package main

import (
	"context"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// consentInput is what consent and revoke take on standard input.
type consentInput struct {
	Number          string          `json:"number"`
	Channel         ehrdesk.Channel `json:"channel"`
	Term            ehrdesk.Term    `json:"term"`
	Giver           giverInput      `json:"giver"`
	AccessKey       string          `json:"access_key"`
	FormReference   string          `json:"form_reference"`
	FormSigned      string          `json:"form_signed"`
	NoticeRead      bool            `json:"notice_read"`
	DocumentSighted bool            `json:"document_sighted"`
	Telephone       bool            `json:"telephone"`
	IdentityAsked   bool            `json:"identity_asked"`
	Renew           bool            `json:"renew"`
	RequestID       string          `json:"request_id"`
}

// giverInput is "patient" or {"kind","name","document"}.
type giverInput struct{ ehrdesk.Giver }

func (g *giverInput) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '"' {
		return json.UnmarshalDecode(dec, &g.Kind)
	}
	return json.UnmarshalDecode(dec, &g.Giver)
}

// signed is the date on the form, none where nothing is said of it.
func (in consentInput) signed(op string) (ehrdesk.When, error) {
	if in.FormSigned == "" {
		return ehrdesk.When{}, nil
	}
	w, err := ehrdesk.ParseSigned(in.FormSigned)
	if err != nil {
		return w, renamed(op, err)
	}
	return w, nil
}

// common checks what both acts need and parses the numbers.
func (in consentInput) common(op string) (ehrdesk.Number, ehrdesk.AccessKey, error) {
	n, err := parseNumber(in.Number)
	if err != nil {
		return n, ehrdesk.AccessKey{}, renamed(op, err)
	}
	known := false
	for _, c := range ehrdesk.Channels() {
		known = known || c == in.Channel
	}
	if !known {
		return n, ehrdesk.AccessKey{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the channel is one of card, access-key, form, app, ivrs")
	}
	var key ehrdesk.AccessKey
	if in.AccessKey != "" {
		if key, err = ehrdesk.ParseAccessKey(in.AccessKey); err != nil {
			return n, key, renamed(op, err)
		}
	}
	return n, key, nil
}

func (a *app) consentCommand() *cobra.Command {
	var wait time.Duration
	c := &cobra.Command{
		Use:   "consent",
		Short: "Take a patient's sharing consent",
		Long: `Standard input: {"number","channel","term","giver","access_key" or "form_reference","notice_read":true,"document_sighted":true}.` + "\n" +
			`channel: card, access-key or form; term: indefinite or one_year, as the centre offers; "renew":true lets an active one-year consent run on, or without an end.` + "\n" +
			`channel card reads the patient's card from the reader that holds one. app and ivrs are the patient's own act: the desk waits for it, exit 4 until it has come.` + "\n" +
			`With channel access-key, "telephone":true,"identity_asked":true in the place of "document_sighted" is a consent given by telephone.` + "\n" +
			`Where the provider has a second person approve a signed form, it is kept for one: exit 4, and "ehrdesk consent held" lists it.` + "\n" +
			`"form_signed" is the date beside the signature (2026-11-20).` + "\n" +
			`A signed form is kept without the line and sent when it is back, exit 5 until then.` + "\n" +
			`giver: "patient", or {"kind","name","document","document_number","cannot_act","none_before","declaration"} for a substitute decision maker. "request_id" (a UUID) makes a repeat of the same act count once.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "consent"
			var in consentInput
			if err := a.readJSON(op, &in); err != nil {
				return err
			}
			n, key, err := in.common(op)
			if err != nil {
				return err
			}
			if !in.Channel.AtDesk() && (!key.Empty() || in.FormReference != "") {
				return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this channel is the patient's own act, outside the clinic: it takes no key and no form")
			}
			signed, err := in.signed(op)
			if err != nil {
				return err
			}
			g := ehrdesk.Grant{Patient: n, Channel: in.Channel, Term: in.Term, Giver: in.Giver.Giver, NoticeRead: in.NoticeRead,
				DocumentSighted: in.DocumentSighted, Telephone: in.Telephone, IdentityAsked: in.IdentityAsked, AccessKey: key, FormReference: strings.TrimSpace(in.FormReference), Signed: signed, Renew: in.Renew, RequestID: in.RequestID}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				if !g.Channel.AtDesk() {
					return a.awaitConsent(ctx, s, n, in.Channel, wait)
				}
				if g.Channel == ehrdesk.ByCard {
					if err := a.byCard(ctx, s, &g); err != nil {
						return err
					}
					defer wipeEvidence(g.Card)
				}
				r, err := s.Grant(ctx, g)
				if err != nil {
					return err
				}
				return a.receipt(r, "consent recorded")
			})
		},
	}
	c.AddCommand(a.secondCommands()...)
	c.Flags().DurationVar(&wait, "wait", 0, "with channel app or ivrs: how long to wait for the patient's own act")
	return c
}

func (a *app) revokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke",
		Short: "Withdraw a patient's sharing consent at the patient's wish",
		Long:  `Standard input: {"number","channel","giver","access_key" or "form_reference","document_sighted":true}. The copy on this desk is destroyed.`,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "revoke"
			var in consentInput
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
			w := ehrdesk.Withdrawal{Patient: n, Channel: in.Channel, Giver: in.Giver.Giver, DocumentSighted: in.DocumentSighted,
				AccessKey: key, FormReference: strings.TrimSpace(in.FormReference), Signed: signed, RequestID: in.RequestID}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				r, err := s.Revoke(ctx, w)
				if err != nil {
					return err
				}
				return a.receipt(r, "consent withdrawn")
			})
		},
	}
}

// receipt prints what is on record. An act that is only kept here ends the command
// as one that the centre has not taken; "today list" shows it.
func (a *app) receipt(r ehrdesk.Receipt, words string) error {
	if r.Second {
		return ehrdesk.Errorf("consent", ehrdesk.CodeConsentNeeded, "kept on this desk for a second person to approve (ehrdesk consent held); nothing is sent and nothing opens by it until then")
	}
	if r.Queued {
		return ehrdesk.Errorf("outbox", ehrdesk.CodeOffline, "kept on this desk and sent when the line is back; nothing opens by it until then")
	}
	return a.line(struct {
		Receipt         string      `json:"receipt"`
		At              string      `json:"at"`
		EHRNumber       string      `json:"ehr_number"`
		Consent         consentJSON `json:"consent"`
		Notified        string      `json:"notified,omitempty"`
		RecordsExpected string      `json:"records_expected,omitempty"`
		ConfirmedOn     int         `json:"confirmed_on,omitempty"`
		NewFrom         string      `json:"new_contact_from,omitempty"`
	}{r.Reference, stamp(r.At), r.Patient.EHR.Compact(), consentOf(r.Consent), r.Notified, stamp(r.RecordsExpected), r.Confirmed, stamp(r.CodesFrom)}, words+": "+r.Reference)
}
