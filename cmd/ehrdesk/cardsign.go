package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

func (a *app) cardSignCommand() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "sign FOLDER", Short: "Sign a folder of the site's own card profiles", Args: cobra.ExactArgs(1),
		Long: "For a site's administrator. Prints what desks have in signed_by of their configuration. --key names the file of the private key,\n" +
			"which is made where there is none; keep it off the desks.",
		RunE: func(_ *cobra.Command, args []string) error {
			key, err := signingKey(file)
			if err != nil {
				return err
			}
			if err := cardreader.SignProfiles(args[0], key); err != nil {
				return err
			}
			public := base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
			return a.line(struct {
				SignedBy string `json:"signed_by"`
			}{public}, public)
		},
	}
	c.Flags().StringVar(&file, "key", "", "file of the signing key (needed)")
	return c
}

// signingKey reads an Ed25519 key, PKCS #8 in PEM, and makes one where there is none.
func signingKey(file string) (ed25519.PrivateKey, error) {
	const op = "card.sign"
	if file == "" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--key names the file of the signing key")
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return newSigningKey(op, file)
	}
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the signing key cannot be read")
	}
	defer f.Close()
	if !report.OwnerOnly(f) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "others can read the file of the signing key: set it to 0600")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	defer clear(text)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the signing key cannot be read")
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file holds no signing key")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the signing key is not an Ed25519 key")
	}
	return key, nil
}

func newSigningKey(op, file string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	defer clear(der)
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	defer clear(text)
	if report.NewFile(file, text) != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the signing key cannot be written")
	}
	return key, nil
}
