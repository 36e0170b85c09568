package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/strength"
)

// recordExport is what leaves of one patient's record, and how.
type recordExport struct {
	ips, teaching bool
	purpose       ehrdesk.Purpose
	purposeText   string
	reason        string
	out, sealFile string
	link          bool
	plain, dry    bool
	lasts         time.Duration
	opens         int
	codeFile      string
	direct        bool
	label         string
	marks         string
	sealed        ehrdesk.Secret // the passphrase of the file that is written
	passcode      ehrdesk.Secret
	marked        map[string]bool
	approvedAt    string
	approval      *ehrdesk.CaseApproval
}

func (a *app) exportCommand() *cobra.Command {
	var x recordExport
	c := &cobra.Command{
		Use:   "export --ips|--teaching --purpose P --reason WORDS",
		Short: "Let a copy of a patient's record leave: a patient summary sealed, behind a link, or for teaching",
		Long: "Standard input: the HKIC or eHR number, one line. The policy of the provider and of this desk has to let copies leave (copy); the access, and then the export with its reason, are in the access log before anything is written.\n" +
			"--ips makes an International Patient Summary (HL7 IPS 2.0.0) of what whoever signs in may see: the records as they were written, nothing restricted. It says itself which kinds are left out. " +
			"--out FILE writes it sealed by a passphrase (age's format; ehrdesk view or age -d opens it); --link has the centre keep it sealed and prints a SMART Health Link with its QR code: whoever has the link has the summary, so hand it to the patient alone. The centre never has the key. " +
			"--plain prints the document itself, and never to a terminal.\n" +
			"--teaching prints codes, values, units, an age band and days from an origin, and no name, number or free text but of records that a file of marks names one by one. It is not anonymous, and says so.\n" +
			"--dry-run lists what would stand in it; nothing is written and nothing leaves.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.checkExport(&x); err != nil {
				return err
			}
			n, err := a.readNumber()
			if err != nil {
				return renamed("export", err)
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				chart, err := s.Open(ctx, n, x.purpose, x.reason)
				if err != nil {
					return renamed("export", err)
				}
				return first(a.exportChart(ctx, chart, s, &x), chart.Close())
			})
		},
	}
	f := c.Flags()
	f.BoolVar(&x.ips, "ips", false, "an International Patient Summary")
	f.BoolVar(&x.teaching, "teaching", false, "codes and values for teaching")
	f.StringVar(&x.purposeText, "purpose", "", "why the record is opened: "+purposes())
	f.StringVar(&x.reason, "reason", "", "why a copy leaves, in words for the access log (no personal data: it is part of the command line)")
	f.StringVar(&x.out, "out", "", "file to be written; one that is there stays as it is")
	f.StringVar(&x.sealFile, "seal-file", "", "file whose first line is the passphrase that seals --out (default: asked for)")
	f.BoolVar(&x.link, "link", false, "have the centre keep it, sealed, and print the link")
	f.DurationVar(&x.lasts, "lasts", 72*time.Hour, "how long the link is good; 720h at most")
	f.IntVar(&x.opens, "opens", 5, "how often the link may be opened, 1 to 100")
	f.StringVar(&x.codeFile, "passcode-file", "", "file whose first line is a passcode that the link asks for; five wrong ones end it")
	f.BoolVar(&x.direct, "direct", false, "the link gives the file itself, for viewers that ask for no manifest; it has no passcode")
	f.StringVar(&x.label, "label", "", "a few words that the link shows before it is opened (no personal data)")
	f.BoolVar(&x.plain, "plain", false, "print the document itself; never to a terminal")
	f.StringVar(&x.marks, "marks", "", "with --teaching: file that names records whose free text stands in it, Type/id a line")
	f.StringVar(&x.approvedAt, "approval", "", "CASE/EVENT: the message in a sealed case by which a colleague approved it")
	f.BoolVar(&x.dry, "dry-run", false, "list what would stand in it")
	return c
}

// mostLasts is how long a link may last: the centre's own bound.
const mostLasts = 30 * 24 * time.Hour

// checkExport refuses what cannot be meant before anybody signs in, and reads the secrets.
func (a *app) checkExport(x *recordExport) error {
	const op = "export"
	invalid := func(words string) error { return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s", words) }
	p, err := ehrdesk.ParsePurpose(x.purposeText)
	ways := 0
	for _, way := range []bool{x.out != "", x.link, x.plain} {
		if way {
			ways++
		}
	}
	switch {
	case err != nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
	case strings.TrimSpace(x.reason) == "":
		return invalid("--reason says why a copy leaves")
	case x.ips == x.teaching:
		return invalid("say either --ips or --teaching")
	case x.ips && !x.dry && ways != 1:
		return invalid("say one of --out FILE, --link and --plain")
	case x.teaching && (x.link || x.plain || x.sealFile != ""):
		return invalid("--teaching goes to standard output, or with --out into a file")
	case x.marks != "" && !x.teaching:
		return invalid("--marks is for --teaching")
	case x.link && (x.lasts < time.Minute || x.lasts > mostLasts):
		return invalid("--lasts is 1m to 720h")
	case x.link && (x.opens < 1 || x.opens > 100):
		return invalid("--opens is 1 to 100")
	case x.direct && x.codeFile != "":
		return invalid("a link that gives the file itself asks for no passcode")
	case !x.link && (x.direct || x.codeFile != "" || x.label != ""):
		return invalid("--direct, --passcode-file and --label are for --link")
	}
	if f, ok := a.out.(*os.File); ok && !x.dry && (x.plain || x.teaching && x.out == "") && term.IsTerminal(int(f.Fd())) {
		return invalid("a record's copy goes to no terminal: standard output has to be a file or a program")
	}
	if x.approvedAt != "" {
		id, event, _ := strings.Cut(x.approvedAt, "/")
		n, err := strconv.Atoi(event)
		if err != nil || id == "" || n < 1 {
			return invalid("--approval is CASE/EVENT: the id of a case, and the number of the message in it")
		}
		x.approval = &ehrdesk.CaseApproval{Case: id, Event: n}
	}
	x.purpose = p
	if x.marks != "" {
		if x.marked, err = readMarks(x.marks); err != nil {
			return err
		}
	}
	return a.exportSecrets(x)
}

// exportSecrets reads the passphrase of the file and the passcode of the link.
func (a *app) exportSecrets(x *recordExport) error {
	var err error
	if x.codeFile != "" {
		if x.passcode, err = secretOf(x.codeFile); err == nil && x.passcode.Empty() {
			err = ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "the passcode file has none")
		}
		if err != nil {
			return err
		}
	}
	if !x.ips || x.out == "" || x.dry {
		return nil
	}
	if x.sealFile != "" {
		x.sealed, err = secretOf(x.sealFile)
	} else {
		x.sealed, err = a.askSeal()
	}
	if err != nil {
		return err
	}
	if weak := strength.Check(x.sealed); weak != nil {
		return ehrdesk.E("export", ehrdesk.CodeInvalid, weak)
	}
	return nil
}

// askSeal asks twice, at a terminal, for the passphrase that seals a file.
func (a *app) askSeal() (ehrdesk.Secret, error) {
	words, err := a.askUnseen("Passphrase for the file: ")
	if err != nil {
		return words, err
	}
	again, err := a.askUnseen("Once more: ")
	defer again.Wipe()
	if err == nil && again.Reveal() != words.Reveal() {
		err = ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "the two passphrases are not the same")
	}
	return words, err
}

// askUnseen asks at a terminal, which does not show what is typed.
func (a *app) askUnseen(prompt string) (ehrdesk.Secret, error) {
	in, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return ehrdesk.Secret{}, ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "the passphrase of the file is asked for at a terminal; elsewhere --seal-file names the file that has it")
	}
	fmt.Fprint(a.err, prompt)
	b, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(a.err)
	if err != nil {
		return ehrdesk.Secret{}, ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "no passphrase was given")
	}
	return ehrdesk.NewSecret(string(b)), nil
}

// secretOf is the first line of a file.
func secretOf(name string) (ehrdesk.Secret, error) {
	f, err := os.Open(name)
	if err != nil {
		return ehrdesk.Secret{}, ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "the file of the passphrase or passcode cannot be read")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 4<<10))
	if err != nil {
		return ehrdesk.Secret{}, ehrdesk.Errorf("export", ehrdesk.CodeInvalid, "the file of the passphrase or passcode cannot be read")
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return ehrdesk.NewSecret(strings.TrimRight(line, "\r")), nil
}

// exportChart lets a copy of an open chart leave.
func (a *app) exportChart(ctx context.Context, chart ehrdesk.Chart, s *client.Session, x *recordExport) error {
	defer x.sealed.Wipe()
	defer x.passcode.Wipe()
	leaves, ok := chart.(ehrdesk.Exporting)
	if !ok || !leaves.MayHandOut(ehrdesk.HandoutCopy) {
		return ehrdesk.Errorf("export", ehrdesk.CodeDenied, "the policy of the provider, or of this desk, lets no copy of a record leave")
	}
	if err := a.inStep(ctx, "export", chart, s); err != nil {
		return err
	}
	if x.approval != nil { // what became of it
		if _, err := casesInStep(ctx, s); err != nil {
			return renamed("export", err)
		}
	}
	if x.teaching {
		return a.exportTeaching(ctx, leaves, chart, x)
	}
	return a.exportIPS(ctx, leaves, chart, s, x)
}
