package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/spf13/cobra"
)

// graceful is how long requests under way may take once the service is told to end.
const graceful = 10 * time.Second

func (p *program) serveCommand() *cobra.Command {
	var listen, base string
	var upstream central.Upstream
	var own tlsFiles
	var territory int
	var seed uint64
	var records time.Duration
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve until SIGTERM",
		Long:  "Serve until SIGTERM. When ready, one line {\"base\":…,\"pid\":…} is printed, before an engine with what that was seen to do and what is not done here. The log goes to standard error: method, route, status and time, nothing of any person.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case upstream.URL == "" && (upstream.HKIC+upstream.EHR+upstream.Token != "" || upstream.Changed):
				return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "what is said of an engine needs --upstream")
			case upstream.URL != "" && territory != 0:
				return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "a gate has no records to fill: --territory goes without --upstream")
			case territory < 0:
				return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "--territory is a number of patients")
			case records <= 0:
				return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "--records-after is a time such as 30m or 1s")
			}
			log := slog.New(slog.NewJSONHandler(p.stderr, nil))
			secure, err := own.read()
			if err != nil {
				return err
			}
			if secure != nil {
				secure.Renew(own.read)
			}
			o := central.Options{Serves: true, Log: log, TLS: secure, Base: strings.TrimSuffix(base, "/"), RecordsAfter: records}
			if upstream.URL != "" {
				o.Upstream = &upstream
			}
			return p.with(cmd, o, func(c *central.Centre) error {
				if territory > 0 {
					if err := p.fill(cmd.Context(), c, territory, seed, log); err != nil {
						return err
					}
				}
				return p.serve(cmd.Context(), c, listen)
			})
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address; other machines only by TLS: with --tls-cert, or behind it with --base https://…")
	cmd.Flags().StringVar(&own.certificate, "tls-cert", "", "certificate of the service with those of its authority, PEM: it speaks TLS 1.3 itself")
	cmd.Flags().StringVar(&own.key, "tls-key", "", "its key, PEM, for nobody else to read")
	cmd.Flags().StringVar(&own.clients, "client-ca", "", "authorities, PEM, of which a desk has to show a certificate (ehrdesk authority)")
	cmd.Flags().StringVar(&base, "base", "", "FHIR base as clients see it, ending in /fhir (default: the address listened on)")
	cmd.Flags().IntVar(&territory, "territory", 0, "fill an empty store with this many synthetic patients")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "seed of the territory: the same patients for the same seed")
	cmd.Flags().DurationVar(&records, "records-after", 30*time.Minute, "how long records take to flow once a desk has verified an identity")
	cmd.Flags().StringVar(&upstream.URL, "upstream", "", "FHIR R4 base of an engine that keeps the records: this centre is a gate before it, and its folder a gate's from then on")
	cmd.Flags().StringVar(&upstream.HKIC, "upstream-hkic-system", "", "identifier system of HKICs at the engine (default: ours)")
	cmd.Flags().StringVar(&upstream.EHR, "upstream-ehr-system", "", "identifier system of eHR numbers at the engine (default: ours)")
	cmd.Flags().StringVar(&upstream.Token, "upstream-token-file", "", "file with the bearer token that the engine asks for")
	cmd.Flags().BoolVar(&upstream.Changed, "upstream-changed", false, "for one start: the engine has moved to this address, which has to have the consents given here, or has fewer types of records than before")
	return cmd
}

// tlsFiles are the files by which the service speaks TLS itself.
type tlsFiles struct{ certificate, key, clients string }

// mostPEM is how long such a file is at most, in bytes.
const mostPEM = 1 << 20

// read reads them; nil where TLS is not spoken. Errors: CodeInvalid, CodeDenied for a key
// that others can read.
func (f tlsFiles) read() (*central.TLS, error) {
	const op = "serve"
	switch {
	case f == tlsFiles{}:
		return nil, nil
	case f.certificate == "" || f.key == "":
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--tls-cert and --tls-key go together, and --client-ca with both")
	}
	var all [3][]byte
	for i, name := range []string{f.certificate, f.key, f.clients} {
		if name == "" {
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a file of certificates or their key cannot be read")
		}
		private := i == 1 && !report.OwnerOnly(file)
		all[i], err = io.ReadAll(io.LimitReader(file, mostPEM))
		_ = file.Close()
		switch {
		case private:
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "others can read the key of the certificate: set it to 0400")
		case err != nil:
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a file of certificates or their key cannot be read")
		}
	}
	return central.NewTLS(all[0], all[1], all[2])
}

func (p *program) serve(ctx context.Context, c *central.Centre, listen string) error {
	running, err := c.Start(ctx, listen)
	if err != nil {
		return err
	}
	ready := map[string]any{"base": running.Base, "pid": os.Getpid()}
	if seen, gate := c.Upstream(); gate {
		ready["upstream"], ready["not_here"] = seen, c.NotHere()
	}
	if err := p.line(ready); err != nil {
		return err
	}
	<-ctx.Done()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	return running.Close(ending)
}
