package main

import (
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/authority"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/internal/strength"
)

// certificateJSON is what is said of a certificate.
type certificateJSON struct {
	Desk        string    `json:"desk,omitempty"`
	Signer      string    `json:"signer,omitempty"` // a person's id, of a key that signs records
	Provider    string    `json:"provider,omitempty"`
	Authority   string    `json:"authority"`
	Pin         string    `json:"pin"`
	From        time.Time `json:"from"`
	Until       time.Time `json:"until"`
	Certificate string    `json:"certificate,omitempty"` // PEM, with the authority's
}

func certificateLine(c authority.Certificate, pem []byte) certificateJSON {
	return certificateJSON{Desk: c.Desk, Signer: c.Staff, Provider: c.Provider, Authority: c.Authority, Pin: c.Pin, From: c.From.UTC(), Until: c.Until.UTC(), Certificate: string(pem)}
}

func (a *app) authorityCommand() *cobra.Command {
	c := &cobra.Command{Use: "authority", Short: "The provider's own authority, which certifies the keys of its desks and of those who sign"}
	var name, out string
	made := &cobra.Command{
		Use: "init --name NAME --out FILE", Short: "Make an authority, on the administrator's machine", Args: cobra.NoArgs,
		Long: "FILE is the authority with its key (ECDSA P-256), sealed by a passphrase of 16 characters or more in age's format: --passphrase-file, or asked for at the terminal. FILE.pem is its certificate, of ten years, for centres to take.\n" +
			"Neither replaces a file that is there. Without the passphrase nobody can open it again.",
		RunE: func(*cobra.Command, []string) error {
			words, err := a.keyPassphrase("authority", name)
			if err != nil {
				return err
			}
			defer words.Wipe()
			own, err := authority.New(name, time.Now())
			if err != nil {
				return err
			}
			sealed, err := own.Seal([]byte(words.Reveal()), a.cost.file)
			if err == nil {
				err = report.Write("authority", out, sealed)
			}
			if err == nil {
				err = report.Write("authority", out+".pem", own.Root())
			}
			if err != nil {
				return err
			}
			return a.line(struct {
				File        string `json:"file"`
				Certificate string `json:"certificate"`
			}{out, out + ".pem"}, "authority made: "+out+", certificate "+out+".pem")
		},
	}
	made.Flags().StringVar(&name, "name", "", "of the authority, such as the provider's")
	made.Flags().StringVar(&out, "out", "authority.key", "file of the sealed authority; its certificate is beside it, with .pem")
	var key, pin, staff string
	issue := &cobra.Command{
		Use: "issue --key FILE --pin PIN REQUEST", Short: "Certify a desk's key, or with --staff the key by which a person signs, for a year", Args: cobra.ExactArgs(1),
		Long: "REQUEST is what ehrdesk certificate request has printed on the desk, - for standard input; PIN is the key that the desk shows, told by another way: a request that was exchanged on its way is refused. --staff says whose key it is, for one that signs records (ehrdesk certificate request --signing): a request of another person is refused. The certificate, with the authority's, goes to standard output.",
		RunE: func(_ *cobra.Command, args []string) error {
			request, err := a.readSmall("authority", args[0])
			if err != nil {
				return err
			}
			sealed, err := a.readSmall("authority", key)
			if err != nil {
				return err
			}
			words, err := a.readPassphrase()
			if err != nil {
				return err
			}
			defer words.Wipe()
			own, err := authority.Open(sealed, []byte(words.Reveal()))
			if err != nil {
				return err
			}
			pem, err := own.Issue(request, pin, staff, time.Now())
			if err != nil {
				return err
			}
			issued, err := authority.Read(pem)
			if err != nil {
				return err
			}
			if a.json {
				return a.asJSON(certificateLine(issued, pem))
			}
			_, err = a.out.Write(pem)
			return written(err)
		},
	}
	issue.Flags().StringVar(&key, "key", "authority.key", "file of the sealed authority")
	issue.Flags().StringVar(&pin, "pin", "", "the key, sha256/…, as the desk shows it")
	issue.Flags().StringVar(&staff, "staff", "", "the id of the person whose key for signing records it is; left out, the key is a desk's")
	show := &cobra.Command{
		Use: "show FILE", Short: "Whose a certificate is, and until when", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := a.readSmall("authority", args[0])
			if err != nil {
				return err
			}
			c, err := authority.Read(b)
			if err != nil {
				return err
			}
			return a.line(certificateLine(c, nil), certificateWords(c))
		},
	}
	c.AddCommand(made, issue, show)
	return c
}

// certificateWords says whose a certificate is, and until when.
func certificateWords(c authority.Certificate) string {
	whose := "desk " + ehrdesk.CleanLine(c.Desk)
	if c.Staff != "" {
		whose = "signing key of " + ehrdesk.CleanLine(c.Staff)
	}
	return whose + " of provider " + ehrdesk.CleanLine(c.Provider) + ", by " + c.Authority + ", until " + c.Until.Local().Format("02-Jan-2006") + ", key " + c.Pin
}

// keyPassphrase is a new passphrase of a key that lies in a file: it has to withstand whoever has the file. about is what it must not be
// made of. Errors: CodeInvalid for a weak one.
func (a *app) keyPassphrase(op, about string) (ehrdesk.Secret, error) {
	words, err := a.newPassphrase()
	if err != nil {
		return words, err
	}
	if weak := strength.Check(words, about); weak != nil {
		words.Wipe()
		return words, ehrdesk.E(op, ehrdesk.CodeInvalid, weak)
	}
	if len([]rune(words.Reveal())) < central.LeastPassphrase {
		words.Wipe()
		return words, ehrdesk.E(op, ehrdesk.CodeInvalid, &ehrdesk.WeakPassphrase{Short: central.LeastPassphrase})
	}
	return words, nil
}

// readSmall reads a file of keys or certificates, or - for standard input.
func (a *app) readSmall(op, path string) ([]byte, error) { return a.readAtMost(op, path, maxSite) }

// readAtMost reads a file, or standard input for -, up to so many bytes.
func (a *app) readAtMost(op, path string, most int64) ([]byte, error) {
	in := a.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a file cannot be read")
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a file cannot be read")
	}
	return b, nil
}
