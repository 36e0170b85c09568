package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

func (a *app) findCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "find",
		Short: "Look a patient up: participation, identity, consent; no clinical data",
		Long:  "Standard input: the HKIC or eHR number, one line.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := a.readNumber()
			if err != nil {
				return renamed("find", err)
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				f, err := s.Find(ctx, n)
				if err != nil {
					return err
				}
				if f.Cached {
					a.fromCopy("answer", f.Checked, s.Link().Why)
				}
				return a.line(findingLine(f), findingWords(f))
			})
		},
	}
}

func renamed(op string, err error) error { return ehrdesk.E(op, ehrdesk.CodeOf(err), err) }

type identityJSON struct {
	EHRNumber string         `json:"ehr_number"`
	HKIC      string         `json:"hkic,omitempty"`
	Documents []documentJSON `json:"documents,omitempty"`
	Name      string         `json:"name"`
	Chinese   string         `json:"chinese,omitempty"`
	Born      string         `json:"born,omitempty"`
	Gender    ehrdesk.Gender `json:"gender"`
	Deceased  bool           `json:"deceased,omitzero"`
}

type documentJSON struct {
	Type   string `json:"type"`
	Issuer string `json:"issuer,omitempty"`
	Number string `json:"number"`
}

func identityOf(p ehrdesk.Patient) identityJSON {
	chinese := ehrdesk.Name{Chinese: p.Name.Chinese, FormerChinese: p.Name.FormerChinese}
	p.Name.Chinese = ""
	out := identityJSON{EHRNumber: p.EHR.Compact(), HKIC: p.HKIC.Printed(), Name: p.Name.Banner(), Chinese: chinese.Banner(),
		Born: p.Born.String(), Gender: p.Gender, Deceased: p.Deceased}
	for _, d := range p.Documents {
		out.Documents = append(out.Documents, documentJSON{d.Type, d.Issuer, d.Number})
	}
	return out
}

type consentJSON struct {
	State     ehrdesk.ConsentState `json:"state"`
	Term      ehrdesk.Term         `json:"term,omitempty"`
	Channel   ehrdesk.Channel      `json:"channel,omitempty"`
	Giver     string               `json:"giver,omitempty"`
	Since     string               `json:"since,omitempty"`
	Until     string               `json:"until,omitempty"`
	Ended     string               `json:"ended,omitempty"`
	Signed    string               `json:"signed,omitempty"`
	Telephone bool                 `json:"telephone,omitempty"`
}

func consentOf(c ehrdesk.SharingConsent) consentJSON {
	return consentJSON{c.State, c.Term, c.Channel, c.Giver.Kind, stamp(c.Since), stamp(c.Until), stamp(c.Ended), c.Signed.String(), c.Telephone}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// copyOf names this desk's copy by its time, in the desk's own zone, for people.
func copyOf(at time.Time) string {
	return "this desk's copy of " + at.Local().Format("02-Jan-2006 15:04")
}

func findingLine(f ehrdesk.Finding) any {
	return struct {
		Participation ehrdesk.Participation `json:"participation"`
		Identity      identityJSON          `json:"identity"`
		Consent       consentJSON           `json:"consent"`
		Checked       string                `json:"checked"`
		Cached        bool                  `json:"cached"`
		Waits         ehrdesk.AuditAction   `json:"waits,omitempty"`     // an act taken at this desk
		For           string                `json:"waits_for,omitempty"` // "line" or "second-person"
	}{f.Participation, identityOf(f.Patient), consentOf(f.Consent), stamp(f.Checked), f.Cached, f.Waiting, waitsFor(f)}
}

// waitsFor is what an act waits for that was taken at this desk.
func waitsFor(f ehrdesk.Finding) string {
	switch {
	case f.Waiting == "":
		return ""
	case f.Second:
		return "second-person"
	}
	return "line"
}

func findingWords(f ehrdesk.Finding) string {
	parts := []string{f.Patient.Name.Banner(), "born " + f.Patient.Born.Date(), string(f.Patient.Gender)}
	if !f.Patient.EHR.IsZero() {
		parts = append(parts, "eHR "+f.Patient.EHR.Printed())
	}
	standing := string(f.Participation)
	if f.Participation == ehrdesk.KnownHere {
		standing = "known to this server"
	}
	parts = append(parts, standing, "consent "+string(f.Consent.State))
	if f.Waiting != "" {
		parts = append(parts, string(f.Waiting)+" taken here waits for "+map[string]string{"line": "the line", "second-person": "a second person"}[waitsFor(f)])
	}
	if f.Cached {
		parts = append(parts, "(from "+copyOf(f.Checked)+")")
	}
	return strings.Join(parts, " · ")
}
