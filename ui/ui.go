// Package ui is the workstation's face: one root model, plain screens, and keys
// that become intents by one catalogue. It is the only room that knows the
// terminal, and it talks to the rest through the interfaces of the language
// (Desk, Session, Chart).
package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// Demo is what the demonstration shows and a real desk never has: accounts with
// their passphrases, and numbers to try.
type Demo = screen.Demo

// DemoAccount is an account the demonstration names on its first screen.
type DemoAccount = screen.DemoAccount

// Tray and TrayCard are the demonstration's card tray.
type (
	Tray     = screen.Tray
	TrayCard = screen.TrayCard
)

// DemoNumber is a number to try; Note is by language ("en", "zh-Hant", "zh-Hans").
type DemoNumber = screen.DemoNumber

// Config is what the program needs.
type Config struct {
	Desk ehrdesk.Desk
	Lang string // "en", "zh-Hant", "zh-Hans"
	// LangAsked says that Lang was asked for: no setting of somebody's changes it.
	LangAsked bool
	Keep      Keeper           // nil where no settings are kept
	Now       func() time.Time // nil for the wall clock
	Demo      *Demo            // nil outside the demonstration
	Version   string
	// Codes are the site's names for codes that come without words; nil where it has none.
	Codes *ehrdesk.LocalCodes
	// Rules are the site's tables of safety rules; nil for those of the program.
	Rules *safety.Knowledge
	// Cards are the card readers; nil for a program without any card part. Who
	// made them closes them, after Run.
	Cards ehrdesk.Cards
	// Hand gives what is shown to other programs of this desk; nil for none.
	Hand screen.Hand
	// Reports writes what an access log says into files; nil where there is nowhere to.
	Reports Reports
	// StaffCardLocks locks the desk when the staff's card is taken out.
	StaffCardLocks bool
	ASCII          bool          // replace the few symbols outside ASCII that the desk draws
	Theme          string        // one of theme.Names, asked for; "" for whatever somebody has chosen; NO_COLOR means mono
	IdleLock       time.Duration // 0 for five minutes, negative for never
}

// Run shows the workstation until the user quits. A fault in the program ends
// in an error that names its kind and place and holds no data.
func Run(ctx context.Context, cfg Config) (err error) {
	// With TEA_DEBUG the framework writes panics, and so data, to a file.
	_ = os.Unsetenv("TEA_DEBUG")
	if os.Getenv("NO_COLOR") != "" {
		cfg.Theme = "mono"
	}
	m, err := New(cfg)
	if err != nil {
		return err
	}
	defer m.shut()
	m.screen = paint.NewScreen(os.Stdout)
	defer m.screen.Start(time.Millisecond)()
	opts := append(m.watchKeys(), tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(120), tea.WithOutput(terminal{os.Stdout, m.screen}))
	_, err = tea.NewProgram(m, opts...).Run()
	switch {
	case m.fault != "":
		return ehrdesk.Errorf("ui", ehrdesk.CodeOther, "fault in the program: %s", m.fault)
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		return nil
	case errors.Is(err, tea.ErrInterrupted):
		return nil
	case err != nil:
		return fmt.Errorf("ui: %w", err)
	}
	return nil
}
