package main

import "github.com/spf13/cobra"

// workstation is what the program does without a command.
func (a *app) workstation(cmd *cobra.Command, _ []string) error { return cmd.Help() }
