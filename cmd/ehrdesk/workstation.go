package main

import (
	"context"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
)

// screenFlags are those of the commands that draw the screen.
type screenFlags struct {
	theme string
	ascii bool
	idle  time.Duration
	plain bool
}

func (a *app) addScreenFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.screen.theme, "theme", "", "dark, light, high-contrast, colour-blind or mono (default: EHRDESK_THEME, else as it was left, else dark; mono with NO_COLOR)")
	f.BoolVar(&a.screen.plain, "plain", false, "line by line, for a screen reader: no drawing, prompts for commands (also with TERM=dumb)")
	f.BoolVar(&a.screen.ascii, "ascii", false, "draw with ASCII only")
	f.DurationVar(&a.screen.idle, "idle-lock", 5*time.Minute, "lock after this long without a key, 10s to 1h")
}

// languages and themes are what --lang and --theme take.
func languages() []string { return []string{"en", "zh-Hant", "zh-Hans"} }

func themes() []string { return []string{"dark", "light", "high-contrast", "colour-blind", "mono"} }

// shortest and longest bound --idle-lock.
const shortest, longest = 10 * time.Second, time.Hour

// flags refuses values of the screen's flags that mean nothing. Errors: CodeInvalid.
func (a *app) flags() error {
	switch {
	case a.lang != "" && !slices.Contains(languages(), a.lang):
		return ehrdesk.Errorf("screen", ehrdesk.CodeInvalid, "--lang is one of %s", strings.Join(languages(), ", "))
	case a.screen.theme != "" && !ui.Theme(a.screen.theme):
		return ehrdesk.Errorf("screen", ehrdesk.CodeInvalid, "--theme is one of %s", strings.Join(themes(), ", "))
	case a.screen.idle != 0 && (a.screen.idle < shortest || a.screen.idle > longest):
		return ehrdesk.Errorf("screen", ehrdesk.CodeInvalid, "--idle-lock is from 10s to 1h")
	case a.patience < 0:
		return ehrdesk.Errorf("screen", ehrdesk.CodeInvalid, "--patience is a time, as 500ms or 2s")
	}
	return nil
}

// workstation is what the program does without a command.
func (a *app) workstation(cmd *cobra.Command, _ []string) error {
	if err := a.needTerminal(); err != nil {
		return err
	}
	d, err := a.desk()
	if err != nil {
		return err
	}
	site, err := a.cardDesk()
	if err != nil {
		return first(err, d.Close())
	}
	hand, err := a.hand()
	if err != nil {
		return first(err, d.Close())
	}
	cards := site.readers()
	boundMemory()
	dir, err := a.stateDir()
	if err != nil {
		return first(err, first(cards.Close(), d.Close()))
	}
	err = a.show(cmd.Context(), dir, ui.Config{Desk: d, Codes: a.names, Rules: a.know, Cards: cards, Hand: hand, Reports: reportsIn(dir), StaffCardLocks: site.LockOnStaffCardRemoval})
	return first(err, first(cards.Close(), d.Close()))
}

// roomy is how large the program's own memory grows before it is tidied sooner: a
// chart of ten thousand records in step lies well below it. It is no hard limit.
const roomy = 54 << 20

// boundMemory keeps a clinic's small machine from lending memory that only waits
// to be tidied, unless somebody has said otherwise.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(roomy)
	}
}

// needTerminal refuses before anything is drawn: a screen that starts only to
// show an error leaves the terminal's answers in the shell.
func (a *app) needTerminal() error {
	if a.plain() {
		return nil
	}
	in, okIn := a.in.(*os.File)
	out, okOut := a.out.(*os.File)
	if !okIn || !okOut || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return ehrdesk.Errorf("screen", ehrdesk.CodeInvalid, "the workstation needs a terminal; see ehrdesk --help for the commands")
	}
	return nil
}

// plain is the desk line by line: asked for, or on a terminal that can do nothing else.
func (a *app) plain() bool { return a.screen.plain || os.Getenv("TERM") == "dumb" }

// show runs the screen with what the flags say.
func (a *app) show(ctx context.Context, dir string, c ui.Config) error {
	if c.Hand != nil {
		defer c.Hand.Shut()
	}
	look := a.screen.theme
	if look == "" {
		look = os.Getenv("EHRDESK_THEME")
	}
	if look != "" && !ui.Theme(look) {
		return ehrdesk.Errorf("screen", ehrdesk.CodeInvalid, "EHRDESK_THEME is one of %s", strings.Join(themes(), ", "))
	}
	c.LangAsked, c.Keep = a.lang != "", keptSettings(dir)
	c.Lang, c.Version, c.Theme, c.ASCII, c.IdleLock = a.language(), version, look, a.screen.ascii, a.screen.idle
	if a.plain() {
		in, ok := a.in.(*os.File)
		if !ok {
			return ehrdesk.Errorf("screen", ehrdesk.CodeInvalid, "standard input cannot be read")
		}
		typed, restore := ui.Standard(in)
		defer restore()
		return ui.RunPlain(ctx, c, typed, a.out)
	}
	return ui.Run(ctx, c)
}

// language is --lang, else what the locale says, else English.
func (a *app) language() string {
	if a.lang != "" {
		return a.lang
	}
	for _, name := range [...]string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		switch v := strings.ToLower(os.Getenv(name)); {
		case v == "":
			continue
		case strings.HasPrefix(v, "zh_cn"), strings.HasPrefix(v, "zh_sg"), strings.HasPrefix(v, "zh-hans"):
			return "zh-Hans"
		case strings.HasPrefix(v, "zh"):
			return "zh-Hant"
		default:
			return "en"
		}
	}
	return "en"
}
