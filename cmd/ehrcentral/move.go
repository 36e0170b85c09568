package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

func (p *program) storeCommand() *cobra.Command {
	c := &cobra.Command{Use: "store", Short: "Where the centre's store lies", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	c.AddCommand(p.storeMoveCommand())
	return c
}

func (p *program) storeMoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "move",
		Short: "Take the store in the state folder to a PostgreSQL database",
		Long: `Takes everything in the state folder's store to the PostgreSQL database that --store or --store-file names, which must have
no centre yet: records with their versions, consents, accounts, the access log and its chain. Stop the centre first. It is done as
a whole or not at all; afterwards the log is verified there, and the file is marked: no centre goes on from it any more.
Start the centre with the same --store from then on. The state folder keeps centre.key.

Exit status: 2 where no database is named, 3 where there is no store in the folder, 7 while another program has it open,
9 where the database has a centre, 10 where the file was moved before.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, err := p.store()
			if err != nil {
				return err
			}
			if at == "" {
				return ehrdesk.Errorf("store.move", ehrdesk.CodeInvalid, "--store or --store-file has to name the database")
			}
			dir, err := p.stateDir()
			if err != nil {
				return err
			}
			moved, err := central.Move(cmd.Context(), dir, at, time.Now, func(table string, rows int64) {
				if rows > 0 && !p.json {
					fmt.Fprintf(p.stderr, "ehrcentral: %s: %d\n", table, rows)
				}
			})
			if err != nil {
				return err
			}
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				found, err := c.VerifyAudit(cmd.Context(), nil)
				if err != nil {
					return err
				}
				if len(found.Faults) > 0 {
					return ehrdesk.Errorf("store.move", ehrdesk.CodeTampered, "the store was moved as it was, and its access log does not verify: ehrcentral audit verify")
				}
				return p.line(map[string]any{"records": moved.Records, "versions": moved.Versions, "events": moved.Events, "rows": moved.Rows, "audit": "verified"})
			})
		},
	}
}
