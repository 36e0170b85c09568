// Command ehrcentral is the reference central service: it serves FHIR R4 from a
// store of its own and is administered from the command line while it runs.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"os/user"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cmd/internal/harden"
	"github.com/ehrdesk/ehrdesk/cmd/internal/manual"
	"github.com/ehrdesk/ehrdesk/cmd/internal/statedir"
	"github.com/ehrdesk/ehrdesk/cmd/internal/usage"
	"github.com/ehrdesk/ehrdesk/cmd/internal/zone"
	"github.com/ehrdesk/ehrdesk/internal/central"
	json "github.com/go-json-experiment/json/v1"
	"github.com/spf13/cobra"
)

func main() {
	harden.Process()
	if err := zone.Use(); err != nil {
		fmt.Fprintln(os.Stderr, "ehrcentral:", err)
		os.Exit(2)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// program is what the commands share.
type program struct {
	dir      string
	json     bool
	passFile string // of the centre's sealed key

	storeAt, storeFile string // the database that has the store, or a file with its address

	about  string // the eHR number that a command is about and no flag names
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// run does a command line and gives its exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := p.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	manual.Use(root, versionText(), stdout)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var ours *ehrdesk.Error
	if !errors.As(err, &ours) {
		err = usage.Refused(root, args, err)
	}
	_, name := usage.Command(root, args)
	p.fail(name, err)
	return codeOf(err).Exit()
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ehrcentral",
		Short: "The reference central service of ehrdesk",
		Long:  "The reference central service of ehrdesk: a FHIR R4 server with the consent, access and notification rules of Hong Kong's eHealth, for training and tests. Every command works while serve runs.",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVar(&p.dir, "dir", "", "state folder (default: EHRCENTRAL_DIR, else ehrcentral in XDG_DATA_HOME, %LOCALAPPDATA% or ~/.local/share)")
	root.PersistentFlags().StringVar(&p.passFile, "passphrase-file", "", "file with the passphrase of a sealed key (default: the system credential "+credential+", else asked at the terminal)")
	root.PersistentFlags().StringVar(&p.storeAt, "store", "", "PostgreSQL database with the store, postgres://USER@HOST:PORT/DATABASE, its password in PGPASSFILE (default: "+storeEnv+", else a file in the state folder)")
	root.PersistentFlags().StringVar(&p.storeFile, "store-file", "", "file with that address on its first line, which may have the password in it")
	root.PersistentFlags().BoolVar(&p.json, "json", false, "errors as JSON too; data always is, an object a line")
	root.AddCommand(p.serveCommand(), p.importCommand(), p.hcpCommand(), p.accountCommand(), p.patientCommand(),
		p.accessesCommand(), p.noticesCommand(), p.recordCommand(), p.issuerCommand(), p.deskCommand(), p.offerCommand(), p.auditCommand(), p.keyCommand(), p.storeCommand(), p.requestCommand(), p.caseCommand())
	return root
}

// asks are the commands that ask what a centre holds: to them a folder without one is a name
// that was mistyped, or a centre that was taken away, and no centre with an empty log. The
// others prepare a centre and make it.
var asks = [...]string{
	"audit verify", "audit export", "audit check", "audit unusual", "audit review", "audit reviewed", "audit sample", "audit patient", "accesses", "notices",
	"desk list", "desk revoke", "patient show", "key show", "key seal", "key open",
	"hcp list", "hcp agree", "hcp second-person", "hcp service list", "hcp service end", "hcp checklist", "hcp document", "hcp suspend", "hcp withdraw", "hcp expire", "hcp resume", "account list", "account expire", "account administrator",
	"request list", "request show", "request step",
}

// with opens the store for one command, and writes down in the access log that it is run,
// before anything comes of it, and once more where it fails: by whom, which command, and
// which participant and provider it names.
func (p *program) with(cmd *cobra.Command, o central.Options, fn func(*central.Centre) error) error {
	dir, err := p.stateDir()
	if err != nil {
		return err
	}
	at, err := p.store()
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	_, what, _ := strings.Cut(cmd.CommandPath(), " ")
	o.Dir, o.Store, o.Held, o.Passphrase = dir, at, slices.Contains(asks[:], what), p.passphrase
	c, err := central.Open(ctx, o)
	if err != nil {
		return err
	}
	named := func(flag string) string {
		if f := cmd.Flags().Lookup(flag); f != nil {
			return f.Value.String()
		}
		return ""
	}
	note := func(outcome ehrdesk.Code) error {
		return c.Operated(context.WithoutCancel(ctx), operator(), what, cmp.Or(named("staff"), named("by"), named("desk"), named("log"), named("patient")), cmp.Or(p.about, named("ehr-number"), named("patient")), named("hcp"), outcome)
	}
	if err = central.InGo(what, note("")); err == nil {
		if err = central.InGo(what, fn(c)); err != nil {
			err = errors.Join(err, note(codeOf(err)))
		}
	}
	return errors.Join(err, c.Close())
}

// operator is who runs this program on this machine, as its system names them.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return "operator:" + u.Username
	}
	return "operator:" + strconv.Itoa(os.Getuid())
}

func (p *program) stateDir() (string, error) {
	if p.dir != "" {
		return p.dir, nil
	}
	return statedir.Here().Of("ehrcentral", "EHRCENTRAL_DIR")
}

// line prints v as one JSON line.
func (p *program) line(v any) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	if err == nil {
		_, err = p.stdout.Write(harmless(out.Bytes()))
	}
	if err != nil {
		return ehrdesk.Errorf("output", ehrdesk.CodeOther, "standard output cannot be written")
	}
	return nil
}

// harmless writes in JSON's own escapes what a terminal would obey and JSON lets pass:
// controls of C1, DEL, and marks that turn the order of writing. It is the same JSON.
func harmless(line []byte) []byte {
	var out []byte
	for _, r := range string(line) {
		if r >= 0x7f && r <= 0x9f || r == 0x61c || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			out = fmt.Appendf(out, `\u%04x`, r)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// codeOf is what kind of failure err is. An error that is none of ours comes
// from the reading of the command line.
func codeOf(err error) ehrdesk.Code {
	var ours *ehrdesk.Error
	if err != nil && !errors.As(err, &ours) {
		return ehrdesk.CodeInvalid
	}
	return ehrdesk.CodeOf(err)
}

// fail prints the one line of an error, by the name of the command that failed.
func (p *program) fail(name string, err error) {
	var ours *ehrdesk.Error
	op, message := cmp.Or(name, "ehrcentral"), "something failed"
	if errors.As(err, &ours) {
		op, message = cmp.Or(name, ours.Op), ehrdesk.Message(ours)
	}
	if p.json {
		enc := json.NewEncoder(p.stderr)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(map[string]any{"error": map[string]string{"code": string(codeOf(err)), "op": op, "message": message}})
		return
	}
	fmt.Fprintf(p.stderr, "ehrcentral: %s: %s (%s)\n", op, message, codeOf(err))
}

// version is set by the build.
var version string

func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
