package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cmd/internal/manual"
	"github.com/ehrdesk/ehrdesk/cmd/internal/statedir"
	"github.com/ehrdesk/ehrdesk/cmd/internal/usage"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/confine"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "dev"

type streams struct {
	in   io.Reader
	out  io.Writer
	err  io.Writer
	door confine.Door // to programs that read what others sent
	cost costs
}

// app is what every command shares: the streams and the flags of the root.
type app struct {
	streams
	dir        string
	staff      string
	passphrase string
	json       bool
	lang       string
	cards      string              // the site's configuration of cards
	patience   time.Duration       // with the centre, where there is a copy to show; 0 for what is usual
	site       string              // another configuration of this desk, beside the site's own
	names      *ehrdesk.LocalCodes // the site's names for codes; set by desk
	know       *safety.Knowledge   // the site's tables of safety rules, nil for the program's; set by desk
	screen     screenFlags
	command    string // that failed, without the program's name
}

// run executes one command line and gives its exit status.
func run(ctx context.Context, args []string, s streams) int {
	a := &app{streams: s}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	manual.Use(root, version, s.out)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var known *ehrdesk.Error
	if !errors.As(err, &known) { // cobra's own words quote what was typed: a number, perhaps
		err = usage.Refused(root, args, err)
	}
	_, a.command = usage.Command(root, args)
	a.fail(err)
	return ehrdesk.CodeOf(err).Exit()
}

func (a *app) root() *cobra.Command {
	c := &cobra.Command{
		Use:   "ehrdesk",
		Short: "Clinician workstation for eHealth record sharing",
		Long: "ehrdesk looks a patient up by HKIC or eHR number, takes the patient's sharing consent, and shows the eleven kinds of shared record " +
			"from an encrypted copy on this desk, in step with the central service, online or off.\n\n" +
			"Not connected to the Government's production system. Not a medical device.",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          a.workstation,
		// Before anything is opened: a word that is not known is a slip, and not the default.
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.flags() },
	}
	f := c.PersistentFlags()
	f.StringVar(&a.dir, "dir", "", "state folder (default: EHRDESK_DIR, else ehrdesk in XDG_DATA_HOME, %LOCALAPPDATA% or ~/.local/share)")
	f.StringVar(&a.staff, "staff", "", "who signs in: staff id, or staff@provider")
	f.StringVar(&a.passphrase, "passphrase-file", "", "file whose first line is the passphrase")
	f.BoolVar(&a.json, "json", false, "one JSON object a line")
	f.StringVar(&a.lang, "lang", "", "language of the screen: en, zh-Hant or zh-Hans (default: from the locale)")
	f.StringVar(&a.cards, "cards", siteCards(), "the site's configuration of card readers, which must be the administrator's")
	f.DurationVar(&a.patience, "patience", 0, "how long a sign-in, a look-up and an opening each wait for the central service where this desk has a copy to show (default: EHRDESK_PATIENCE, else 2s)")
	f.StringVar(&a.site, "site", "", "a file that limits what this desk keeps, beside "+siteDesk()+"; it must be the administrator's")
	a.addScreenFlags(c)
	c.AddCommand(a.demoCommand(), a.enrolCommand(), a.signInCommand(), a.passphraseCommand(), a.recoveryCommand(), a.certificateCommand(), a.authorityCommand(), a.findCommand(), a.consentCommand(), a.revokeCommand(), a.chartCommand(), a.searchCommand(), a.summaryCommand(), a.checkCommand(), a.depositCommand(), a.requestCommand(), a.caseCommand(), a.groupCommand(), a.archiveCommand(), a.exportCommand(), a.linkCommand(), a.viewCommand(), a.directoryCommand(), a.hooksCommand(), a.knowledgeCommand(), a.formCommand(), a.resultsCommand(), a.draftCommand(), a.lastCommand(),
		a.todayCommand(), a.identityCommand(), a.restrictedCommand(),
		a.syncCommand(), a.outboxCommand(), a.accountCommand(), a.cacheCommand(), a.auditCommand(), a.cardCommand(), a.doctorCommand(), a.conformanceCommand(), a.versionCommand())
	complete(c)
	for _, group := range c.Commands() {
		if group.HasSubCommands() && group.RunE == nil { // cobra would print help and call that success
			group.Args = cobra.NoArgs
			group.RunE = func(cmd *cobra.Command, _ []string) error {
				return ehrdesk.Errorf(cmd.Name(), ehrdesk.CodeInvalid, "a command is missing; see ehrdesk %s --help", cmd.Name())
			}
		}
	}
	return c
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Say which version this is", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		return a.line(struct {
			Version string `json:"version"`
			Cards   string `json:"cards"`
		}{version, cardreader.Backend()}, "ehrdesk "+version+"\ncards: "+cardreader.Backend())
	}}
}

// fail prints err as one line. It never carries the number typed: errors hold
// fixed words only, and cobra's own, which quote the argument, are replaced.
func (a *app) fail(err error) {
	words := oneLine(ehrdesk.Message(err))
	var end *ehrdesk.End // with the reason that was given, which is no part of an error's own words
	if errors.As(err, &end) && end.Reason != "" {
		words += ": " + oneLine(end.Reason)
	}
	if a.json {
		b, _ := json.Marshal(map[string]any{"error": struct {
			Code    ehrdesk.Code `json:"code"`
			Op      string       `json:"op"`
			Message string       `json:"message"`
			Ended   *ehrdesk.End `json:"ended,omitempty"`
		}{ehrdesk.CodeOf(err), a.op(err), words, end}})
		fmt.Fprintf(a.err, "%s\n", b)
		return
	}
	fmt.Fprintf(a.err, "ehrdesk: %s: %s (%s)\n", a.op(err), words, ehrdesk.CodeOf(err))
}

// op is the command that failed: what somebody asked for, and not the part of the program
// that found the fault.
func (a *app) op(err error) string {
	if a.command != "" {
		return a.command
	}
	var e *ehrdesk.Error
	if errors.As(err, &e) {
		return e.Op
	}
	return "ehrdesk"
}

func oneLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return ehrdesk.CleanLine(first)
}

// line prints v as a JSON line with --json, else words.
func (a *app) line(v any, words string) error {
	if !a.json {
		_, err := fmt.Fprintln(a.out, words)
		return written(err)
	}
	return a.asJSON(v)
}

// asJSON writes v as one line.
func (a *app) asJSON(v any) error {
	b, err := json.Marshal(v, jsontext.EscapeForHTML(false))
	if err != nil {
		return ehrdesk.Errorf("output", ehrdesk.CodeOther, "the result cannot be written as JSON")
	}
	_, err = a.out.Write(append(b, '\n'))
	return written(err)
}

func written(err error) error {
	if err == nil {
		return nil
	}
	return ehrdesk.Errorf("output", ehrdesk.CodeOther, "standard output cannot be written")
}

// stateDir is where this desk's state lives.
func (a *app) stateDir() (string, error) {
	if a.dir != "" {
		return a.dir, nil
	}
	return statedir.Here().Of("ehrdesk", "EHRDESK_DIR")
}
