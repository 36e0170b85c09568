package main

import (
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
)

func (a *app) passphraseCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "passphrase",
		Short: "Change a person's passphrase on this desk",
		Long: `Standard input holds {"old":"…","new":"…"}. Only the person's own keys are sealed anew; the copies and everybody else's keys stay as they are. ` +
			"No line is needed. A forgotten passphrase needs a new activation code from the User Administrator, and enrol.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in struct {
				Old string `json:"old"`
				New string `json:"new"`
			}
			if err := a.readJSON("passphrase", &in); err != nil {
				return err
			}
			d, err := a.desk()
			if err != nil {
				return err
			}
			who, err := a.who(cmd.Context(), d)
			if err == nil {
				err = d.ChangePassphrase(cmd.Context(), who, ehrdesk.NewSecret(in.Old), ehrdesk.NewSecret(in.New))
			}
			if err = first(err, d.Close()); err != nil {
				return err
			}
			return a.line(struct {
				Changed string `json:"changed"`
			}{who}, "passphrase changed: "+who)
		},
	}
}
