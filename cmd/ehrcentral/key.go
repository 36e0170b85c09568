package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cmd/internal/unseen"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// keyCommand is about the centre's key, which lies beside its data.
func (p *program) keyCommand() *cobra.Command {
	say := func(c *central.Centre) error {
		sealed, err := c.Key.Sealed()
		if err != nil {
			return err
		}
		return p.line(map[string]bool{"sealed": sealed})
	}
	show := &cobra.Command{
		Use: "show", Short: "Whether the centre's key is sealed by a passphrase", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.with(cmd, central.Options{}, say) },
	}
	seal := &cobra.Command{
		Use: "seal", Short: "Seal the centre's key by a passphrase, or by another one", Args: cobra.NoArgs,
		Long: "Seal the centre's key by a passphrase, or by another one, in age's format. The new passphrase is the first line of standard input, 16 characters at least and none that is guessed; at a terminal it is asked for twice. From then on every command needs it: from --passphrase-file, " +
			"from a system credential named ehrcentral-passphrase, or asked for at the terminal. Without it the centre cannot be opened again, by anybody. Copies of the folder that were made before still have the key as it was.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				words, err := p.newPassphrase()
				if err != nil {
					return err
				}
				defer clear(words)
				if err := c.Key.Seal(words, known()...); err != nil {
					return err
				}
				return say(c)
			})
		},
	}
	open := &cobra.Command{
		Use: "open", Short: "Put the centre's key beside its data without a passphrase again", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd, central.Options{}, func(c *central.Centre) error {
				if err := c.Key.Open(); err != nil {
					return err
				}
				return say(c)
			})
		},
	}
	return group("key", "The centre's key: sealed by a passphrase, or as it is", show, seal, open)
}

// credential is the name under which systemd hands the passphrase over. Source:
// systemd.exec(5), LoadCredential and LoadCredentialEncrypted.
const credential = "ehrcentral-passphrase"

// passphrase gives that of a sealed key: from the file that was named, from the system's
// credentials, or from the terminal.
func (p *program) passphrase() ([]byte, error) {
	name := p.passFile
	if name == "" {
		if dir := os.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
			if held := filepath.Join(dir, credential); exists(held) {
				name = held
			}
		}
	}
	if name != "" {
		return secretIn(name, "passphrase file")
	}
	if _, ok := p.terminal(); ok {
		return p.ask("Passphrase of the centre's key: ")
	}
	return nil, nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// secretIn is the first line of a file, which nobody else may read; what says which file.
func secretIn(name, what string) ([]byte, error) {
	const op = "passphrase"
	f, err := os.Open(name)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the %s cannot be read", what)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "others can read the %s: set it to 0400", what)
	}
	return firstLine(op, f)
}

// mostPassphrase is how long a line with a passphrase is at most, in bytes.
const mostPassphrase = 1024

func firstLine(op string, r io.Reader) ([]byte, error) {
	b, err := bufio.NewReaderSize(io.LimitReader(r, mostPassphrase), mostPassphrase).ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a passphrase is a line of 1024 bytes at most")
	}
	return bytes.TrimRight(b, "\r\n"), nil
}

// known are words that whoever has a copy of the folder may know of the centre: how its
// machine is called, and who runs it.
func known() []string {
	host, _ := os.Hostname()
	return []string{host, strings.TrimPrefix(operator(), "operator:")}
}

// newPassphrase is asked for twice at a terminal, else it is the first line of standard input.
// Errors: CodeInvalid where there is none, which whoever named a file takes for the new one.
func (p *program) newPassphrase() ([]byte, error) {
	const op = "passphrase"
	if _, ok := p.terminal(); !ok {
		words, err := firstLine(op, p.stdin)
		switch {
		case err != nil || len(words) > 0:
			return words, err
		case p.passFile != "":
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the new passphrase is the first line of standard input; --passphrase-file has the one that the key is sealed by now")
		}
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the new passphrase is the first line of standard input")
	}
	defer unseen.Begin(p.stdin)()
	first, err := p.ask("New passphrase of the centre's key: ")
	if err != nil {
		return nil, err
	}
	again, err := p.ask("Once more: ")
	if err != nil {
		return nil, err
	}
	defer clear(again)
	if !bytes.Equal(first, again) {
		clear(first)
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the two passphrases differ")
	}
	return first, nil
}

// terminal is standard input where somebody sits at it.
func (p *program) terminal() (*os.File, bool) {
	in, ok := p.stdin.(*os.File)
	return in, ok && term.IsTerminal(int(in.Fd()))
}

// ask reads a line from the terminal that is not shown.
func (p *program) ask(prompt string) ([]byte, error) {
	in, _ := p.terminal()
	fmt.Fprint(p.stderr, prompt)
	b, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(p.stderr)
	if err != nil {
		return nil, ehrdesk.Errorf("passphrase", ehrdesk.CodeOther, "the passphrase could not be read")
	}
	return b, nil
}
