package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/authority"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

func (a *app) certificateCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "certificate", Short: "This desk's certificate in TLS, for a centre that asks for one, and those of the people who sign at it",
		Long: "Each person enrolled on a desk has a key of the desk for TLS, made here and sealed with their keys: it never leaves the desk. The provider's authority certifies it (ehrdesk authority), and the desk shows it where the site's file says\n" +
			`{"tls":{"certificate":true}}. With request --signing it is the key by which the person signs what they write that is certified; the certificate then goes with each signature, and a site that names the authority says so where a record is read ({"provider_authorities":{"NUMBER":"FILE"}}). request and install need the passphrase and no line.`,
	}
	var signing bool
	request := &cobra.Command{
		Use: "request [--signing]", Short: "Print a certificate request, and on standard error the key's pin", Args: cobra.NoArgs,
		Long: "A certificate that is there stays in use until the new one is installed. Asked again before that, it is the same key.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.atDesk(cmd.Context(), func(d *client.Desk, who string, pass ehrdesk.Secret) error {
				asks := d.Certificates().Request
				if signing {
					asks = d.Certificates().RequestSigning
				}
				request, pin, err := asks(cmd.Context(), who, pass)
				if err != nil {
					return err
				}
				if a.json {
					return a.asJSON(struct {
						Pin     string `json:"pin"`
						Request string `json:"request"`
					}{pin, string(request)})
				}
				a.tell("key " + pin + ": tell it to whoever runs the authority by another way than this request")
				_, err = a.out.Write(request)
				return written(err)
			})
		},
	}
	request.Flags().BoolVar(&signing, "signing", false, "of the key by which this person signs records, not of the desk's in TLS")
	c.AddCommand(request, &cobra.Command{
		Use: "install FILE", Short: "Take a certificate that the authority has issued, - for standard input", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			pem, err := a.readSmall("certificate", args[0])
			if err != nil {
				return err
			}
			return a.atDesk(cmd.Context(), func(d *client.Desk, who string, pass ehrdesk.Secret) error {
				c, err := d.Certificates().Install(cmd.Context(), who, pass, pem)
				if err != nil {
					return err
				}
				return a.line(certificateLine(c, nil), certificateWords(c))
			})
		},
	}, &cobra.Command{
		Use: "show", Short: "The certificates of this desk, a line each, and until when", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.desk()
			if err != nil {
				return err
			}
			all, err := d.Certificates().All(cmd.Context())
			for _, c := range all {
				err = first(err, a.line(struct {
					Staff string `json:"staff"`
					certificateJSON
				}{c.Staff, certificateLine(c.Certificate, nil)}, ehrdesk.CleanLine(c.Staff)+": "+certificateWords(c.Certificate)))
			}
			return first(err, d.Close())
		},
	})
	return c
}

// checkCertificates says until when each certificate of this desk lasts, and where one is
// lacking that the site wants shown.
func (a *app) checkCertificates(ctx context.Context, d *client.Desk, now time.Time) (out []check) {
	shows, err := a.shows()
	if err != nil {
		return []check{{"certificate", "fail", ehrdesk.Message(err)}}
	}
	all, err := d.Certificates().All(ctx)
	if err != nil {
		return []check{{"certificate", "fail", ehrdesk.Message(err)}}
	}
	for _, c := range all {
		words, again := ehrdesk.CleanLine(c.Staff), "ehrdesk certificate request"
		if c.Certificate.Staff != "" {
			words, again = words+", who signs", again+" --signing"
		}
		words += ": until " + c.Until.Local().Format("02-Jan-2006") + ", by " + c.Authority
		switch left := c.Until.Sub(now); {
		case left <= 0:
			out = append(out, check{"certificate", "fail", words + "; it has ended: " + again})
		case left < authority.Ahead:
			out = append(out, check{"certificate", "note", text.Sprintf("%s; %d day{s} left: renew it with %s", words, int(left.Hours()/24), again)})
		default:
			out = append(out, check{"certificate", "ok", words})
		}
	}
	accounts, err := d.Accounts(ctx)
	if err != nil || !shows {
		return out
	}
	for _, p := range accounts {
		who := p.Staff + "@" + p.Provider
		if !slices.ContainsFunc(all, func(c client.OwnCertificate) bool { return c.Staff == who && c.Desk != "" }) {
			out = append(out, check{"certificate", "note", ehrdesk.CleanLine(who) + ": none, though the site's file has this desk show one: ehrdesk certificate request"})
		}
	}
	return out
}
