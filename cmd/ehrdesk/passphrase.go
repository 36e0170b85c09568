package main

import (
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
)

func (a *app) passphraseCommand() *cobra.Command {
	var second string
	c := &cobra.Command{
		Use:   "passphrase",
		Short: "Change a person's passphrase on this desk, or what it needs beside it",
		Long: `Standard input holds {"old":"…","new":"…"}. Only the person's own keys are sealed anew; the copies and everybody else's keys stay as they are. ` +
			"No line is needed. With --keyring on, the person's keys need a secret of the system's keyring beside the passphrase from now on, with --keyring off the passphrase alone again; " +
			"\"new\" may then be left out. That takes the organisation's recovery key (ehrdesk recovery), as a keyring is soon lost. A forgotten passphrase needs a new activation code from the User Administrator, and enrol.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in struct {
				Old string `json:"old"`
				New string `json:"new"`
			}
			if second != "" && second != "on" && second != "off" {
				return ehrdesk.Errorf("passphrase", ehrdesk.CodeInvalid, "--keyring is on or off")
			}
			if err := a.readJSON("passphrase", &in); err != nil {
				return err
			}
			d, err := a.desk()
			if err != nil {
				return err
			}
			who, err := a.who(cmd.Context(), d)
			now := ehrdesk.NewSecret(in.Old)
			changes := in.New != "" || second == ""
			if err == nil && changes {
				if err = d.ChangePassphrase(cmd.Context(), who, now, ehrdesk.NewSecret(in.New)); err == nil {
					now = ehrdesk.NewSecret(in.New)
				}
			}
			if err == nil && second != "" {
				err = d.SetSecondKey(cmd.Context(), who, now, second == "on")
			}
			if err = first(err, d.Close()); err != nil {
				return err
			}
			words := "passphrase changed: " + who
			if !changes {
				words = "the system's keyring is " + second + ": " + who
			}
			return a.line(struct {
				Changed string `json:"changed"`
				Keyring string `json:"keyring,omitempty"`
			}{who, second}, words)
		},
	}
	c.Flags().StringVar(&second, "keyring", "", "on or off: whether a secret of the system's keyring is needed beside the passphrase")
	return c
}
