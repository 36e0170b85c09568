package main

import (
	"context"
	"io"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// keyFile is a recovery key on the disk: the private half or the public one.
type keyFile struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Private []byte `json:"private,omitempty"`
	Public  []byte `json:"public,omitempty"`
}

const (
	privateKind = "ehrdesk recovery key 1"
	publicKind  = "ehrdesk public recovery key 1"
	maxKeyFile  = 16 << 10 // bytes
)

func (a *app) recoveryCommand() *cobra.Command {
	c := &cobra.Command{Use: "recovery", Short: "The organisation's key to what waits on desks whose people are gone"}
	key := &cobra.Command{Use: "key", Short: "Recovery keys"}
	var out string
	fresh := &cobra.Command{
		Use: "new", Short: "Make a recovery key, on the administrator's machine", Args: cobra.NoArgs,
		Long: "FILE is the private half, for nobody else to read: keep it away from the desks. FILE.pub is for the desks. Neither replaces a file that is there.",
		RunE: func(*cobra.Command, []string) error {
			private, public, err := cache.NewRecoveryKey()
			if err != nil {
				return err
			}
			name := cache.RecoveryName(public)
			if err := writeKey(out, keyFile{Kind: privateKind, Name: name, Private: private}); err != nil {
				return err
			}
			if err := writeKey(out+".pub", keyFile{Kind: publicKind, Name: name, Public: public}); err != nil {
				return err
			}
			return a.line(struct {
				Name   string `json:"name"`
				File   string `json:"file"`
				Public string `json:"public"`
			}{name, out, out + ".pub"}, "recovery key "+name+" made")
		},
	}
	fresh.Flags().StringVar(&out, "out", "recovery.key", "file of the private half; the public one is beside it, with .pub")
	key.AddCommand(fresh)
	key.Args, key.RunE = cobra.NoArgs, func(*cobra.Command, []string) error {
		return ehrdesk.Errorf("usage", ehrdesk.CodeInvalid, "a command is missing; see ehrdesk recovery key --help")
	}
	c.AddCommand(key, &cobra.Command{
		Use: "set FILE", Short: "Seal the outbox's keys to a public recovery key as well, from now on", Args: cobra.ExactArgs(1),
		Long: "FILE is the public half. The copies' keys are not sealed to it: they can be fetched again. Who is signed in is written into the access log.",
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := readKey(args[0], publicKind)
			if err != nil {
				return err
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				name, err := s.SetRecovery(ctx, k.Public)
				if err != nil {
					return err
				}
				return a.line(struct {
					Name string `json:"name"`
				}{name}, "recovery key "+name+" set")
			})
		},
	})
	return c
}

func (a *app) outboxRecoverCommand() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "recover --key FILE", Short: "Print what is not delivered, with the organisation's recovery key", Args: cobra.NoArgs,
		Long: "One JSON object a line on standard output and nowhere else; it names patients' records. Nobody has to be enrolled any more. It is written into the access log, and the items stay where they are.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := readKey(file, privateKind)
			if err != nil {
				return err
			}
			d, err := a.desk()
			if err != nil {
				return err
			}
			left, err := d.Recover(cmd.Context(), k.Private, func(r client.Recovered) error { return a.asJSON(r) })
			if left > 0 {
				a.warn([]string{text.Sprintf("%d item{s} {is|are} under keys that were never sealed to this recovery key", left)})
			}
			return first(err, d.Close())
		},
	}
	c.Flags().StringVar(&file, "key", "", "file of the private recovery key")
	if err := c.MarkFlagRequired("key"); err != nil {
		panic(err) // a flag defined a line above
	}
	return c
}

// writeKey makes a file that is there whole or not at all, for its owner only.
func writeKey(name string, k keyFile) error {
	const op = "recovery"
	b, err := json.Marshal(k)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the key cannot be written")
	}
	return report.Write(op, name, append(b, '\n'))
}

// readKey reads one half. A private one that others can read is refused.
func readKey(name, kind string) (keyFile, error) {
	const op = "recovery"
	f, err := os.Open(name)
	if err != nil {
		return keyFile{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the key file cannot be read")
	}
	defer f.Close()
	if kind == privateKind && !report.OwnerOnly(f) {
		return keyFile{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "others can read the private key file: set it to 0600")
	}
	var k keyFile
	b, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil || json.Unmarshal(b, &k) != nil || k.Kind != kind {
		return keyFile{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "not a file of the right half of a recovery key")
	}
	return k, nil
}
