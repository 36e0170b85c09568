package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/spf13/cobra"
)

// graceful is how long requests under way may take once the service is told to end.
const graceful = 10 * time.Second

func (p *program) serveCommand() *cobra.Command {
	var listen, base, upstream string
	var territory int
	var seed uint64
	var records time.Duration
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve until SIGTERM",
		Long:  "Serve until SIGTERM. When ready, one line {\"base\":…,\"pid\":…} is printed. The log goes to standard error: method, route, status and time, nothing of any person.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case upstream != "":
				return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "--upstream is not built yet: this program serves its own store only")
			case territory < 0:
				return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "--territory is a number of patients")
			case records <= 0:
				return ehrdesk.Errorf("serve", ehrdesk.CodeInvalid, "--records-after is a time such as 30m or 1s")
			}
			log := slog.New(slog.NewJSONHandler(p.stderr, nil))
			return p.with(cmd, central.Options{Log: log, Base: strings.TrimSuffix(base, "/"), RecordsAfter: records}, func(c *central.Centre) error {
				if territory > 0 {
					if err := p.fill(cmd.Context(), c, territory, seed, log); err != nil {
						return err
					}
				}
				return p.serve(cmd.Context(), c, listen)
			})
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address; other machines only behind TLS, with --base https://…")
	cmd.Flags().StringVar(&base, "base", "", "FHIR base as clients see it, ending in /fhir (default: the address listened on)")
	cmd.Flags().IntVar(&territory, "territory", 0, "fill an empty store with this many synthetic patients")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "seed of the territory: the same patients for the same seed")
	cmd.Flags().DurationVar(&records, "records-after", 30*time.Minute, "how long records take to flow once a desk has verified an identity")
	cmd.Flags().StringVar(&upstream, "upstream", "", "another FHIR server to stand in front of (not built yet)")
	return cmd
}

func (p *program) serve(ctx context.Context, c *central.Centre, listen string) error {
	running, err := c.Start(ctx, listen)
	if err != nil {
		return err
	}
	if err := p.line(map[string]any{"base": running.Base, "pid": os.Getpid()}); err != nil {
		return err
	}
	<-ctx.Done()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	return running.Close(ending)
}
