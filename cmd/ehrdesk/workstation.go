package main

import (
	"context"
	"os"
	"runtime/debug"
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
}

func (a *app) addScreenFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.screen.theme, "theme", "", "dark, light, high-contrast or mono (default: dark; mono with NO_COLOR)")
	f.BoolVar(&a.screen.ascii, "ascii", false, "draw with ASCII only")
	f.DurationVar(&a.screen.idle, "idle-lock", 5*time.Minute, "lock after this long without a key")
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
	err = a.show(cmd.Context(), ui.Config{Desk: d, Codes: a.names, Cards: cards, Hand: hand, StaffCardLocks: site.LockOnStaffCardRemoval})
	return first(err, first(cards.Close(), d.Close()))
}

// roomy is how large the program's own memory grows before it is tidied sooner: a
// chart of ten thousand records in step lies well below it. It is no hard limit.
const roomy = 64 << 20

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
	in, okIn := a.in.(*os.File)
	out, okOut := a.out.(*os.File)
	if !okIn || !okOut || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return ehrdesk.Errorf("screen", ehrdesk.CodeInvalid, "the workstation needs a terminal; see ehrdesk --help for the commands")
	}
	return nil
}

// show runs the screen with what the flags say.
func (a *app) show(ctx context.Context, c ui.Config) error {
	if c.Hand != nil {
		defer c.Hand.Shut()
	}
	c.Lang, c.Version, c.Theme, c.ASCII, c.IdleLock = a.language(), version, a.screen.theme, a.screen.ascii, a.screen.idle
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
