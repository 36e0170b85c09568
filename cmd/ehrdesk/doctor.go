package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/cmd/internal/harden"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/pdftext"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// check is one line of the doctor's report. Status is "ok", "note" for what
// works less well, or "fail" for what must be mended.
type check struct {
	Check  string `json:"check"`
	Status string `json:"status"`
	Words  string `json:"message"`
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Check this desk: one line a check; exit 1 if any fails", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			failed := 0
			for _, c := range a.checks(cmd.Context()) {
				if c.Status == "fail" {
					failed++
				}
				if err := a.line(c, fmt.Sprintf("%-4s  %-16s %s", c.Status, c.Check, c.Words)); err != nil {
					return err
				}
			}
			if failed > 0 {
				return ehrdesk.Errorf("doctor", ehrdesk.CodeOther, "%d of the checks failed", failed)
			}
			return nil
		},
	}
}

func (a *app) checks(ctx context.Context) []check {
	out := []check{a.checkTerminal(), checkLocale(), checkMemory(), a.checkPDF(ctx), a.checkCards()}
	dir, err := a.stateDir()
	if err != nil {
		return append(out, check{"store", "fail", ehrdesk.Message(err)})
	}
	out = append(out, checkPlace(dir), checkEncryption(dir), a.checkLimit(), a.checkCodes(), a.checkReports(), a.checkSafety(), a.checkHand(), a.checkTrust())
	out = append(out, a.checkDrafts(ctx)...)
	if _, err := os.Stat(filepath.Join(dir, "providers")); errors.Is(err, os.ErrNotExist) {
		return append(out, check{"store", "note", "this desk is not enrolled yet: ehrdesk enrol"})
	}
	limit, err := a.ceiling()
	if err != nil {
		return out // said already; nothing is opened under no limit
	}
	trust, err := a.trust()
	if err != nil {
		return out // said already
	}
	web, err := trust.HTTP()
	if err != nil {
		return out
	}
	d := client.New(client.Options{Dir: dir, Ceiling: limit, HTTP: web, Cost: a.cost.passphrase})
	defer func() { _ = d.Close() }()
	accounts, err := d.Accounts(ctx)
	if err != nil {
		return append(out, check{"store", "fail", ehrdesk.Message(err)})
	}
	out = append(append(out, checkAudit(ctx, d)), a.checkCertificates(ctx, d, time.Now())...)
	seen := map[string]bool{}
	for _, p := range accounts {
		base, err := d.Central(ctx, p.Staff+"@"+p.Provider)
		if err != nil || seen[base] {
			continue
		}
		seen[base] = true
		pages := a.checkPage(ctx, d, p.Staff+"@"+p.Provider)
		out = append(append(out, a.checkCentre(ctx, base, p.Elsewhere, pages != nil)...), pages...)
		for _, l := range d.Abilities(ctx, p.Staff+"@"+p.Provider) {
			out = append(out, check{"server", "ok", ehrdesk.CleanLine(l)})
		}
	}
	return out
}

func (a *app) checkTerminal() check {
	f, ok := a.out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return check{"terminal", "note", "not a terminal: commands work, the screen does not"}
	}
	w, h, err := term.GetSize(int(f.Fd()))
	switch {
	case err != nil || os.Getenv("TERM") == "dumb":
		return check{"terminal", "fail", "the terminal does not tell its size or cannot place its cursor"}
	case w < 80 || h < 24:
		return check{"terminal", "fail", fmt.Sprintf("%d×%d is too small: the screen needs 80×24", w, h)}
	}
	return check{"terminal", "ok", fmt.Sprintf("%s, %d×%d", ehrdesk.CleanLine(os.Getenv("TERM")), w, h)}
}

func checkLocale() check {
	for _, name := range [...]string{"LC_ALL", "LC_CTYPE", "LANG"} {
		v := os.Getenv(name)
		if v == "" {
			continue
		}
		if l := strings.ToLower(v); strings.Contains(l, "utf-8") || strings.Contains(l, "utf8") {
			return check{"locale", "ok", ehrdesk.CleanLine(name + "=" + v)}
		}
		return check{"locale", "fail", "the locale is not UTF-8: Chinese cannot be shown; set LANG=C.UTF-8 or zh_HK.UTF-8"}
	}
	return check{"locale", "note", "no locale is set: set LANG=C.UTF-8 or zh_HK.UTF-8 if Chinese does not show"}
}

// checkMemory reads back whether keys and records in memory are kept to this process.
func checkMemory() check {
	if gaps := harden.Gaps(); len(gaps) > 0 {
		return check{"memory", "fail", strings.Join(gaps, "; ")}
	}
	return check{"memory", "ok", "kept out of core files and from other programs of this user, as far as the system allows"}
}

// checkPDF says whether PDFs are read here: without, everything else works.
func (a *app) checkPDF(ctx context.Context) check {
	switch off := pdftext.New(a.door).Off(ctx); {
	case off == ehrdesk.RemarkNoPoppler:
		return check{"PDF text", "note", "not read: PDF text needs poppler-utils (pdftotext), and poppler-data for Chinese"}
	case off != 0:
		return check{"PDF text", "note", "not read: this system cannot confine the program that reads PDF, which takes Linux 5.13 with Landlock and seccomp, on amd64 or arm64"}
	}
	return check{"PDF text", "ok", "read by pdftotext, which is confined: no file but its own, no network, no other program"}
}

// checkCards asks the smart-card service for its readers. A desk without any is
// whole: consent by Access Key and signed form need none.
func (a *app) checkCards() check {
	d, err := a.cardDesk()
	if err != nil {
		return check{"card service", "fail", ehrdesk.Message(err)}
	}
	readers, err := d.station.List()
	switch {
	case err != nil:
		return check{"card service", "note", cardreader.KindOf(err).Error() + " (" + cardreader.Backend() + "); consent by Access Key and signed form work without"}
	case len(readers) == 0:
		return check{"card service", "note", "answers; no reader is connected (" + cardreader.Backend() + ")"}
	}
	return check{"card service", "ok", text.Sprintf("answers; %d reader{s} (%s)", len(readers), cardreader.Backend())}
}

// checkPlace looks whether the state folder is this machine's own, and closed to
// others.
func checkPlace(dir string) check {
	if err := client.CheckPlace(dir); err != nil {
		return check{"state folder", "fail", ehrdesk.Message(err)}
	}
	for d := dir; ; d = filepath.Dir(d) {
		if what := cache.Elsewhere(d); what != "" {
			return check{"state folder", "fail", "lies on a network's file system (" + what + "): locks and the log that nothing is lost by do not hold there; choose another with --dir"}
		}
		if _, err := os.Stat(d); err == nil || filepath.Dir(d) == d {
			return check{"state folder", "ok", "closed to others and on this machine's own disk, as far as can be told"}
		}
	}
}

// checkLimit says what the administrator lets this desk keep.
func (a *app) checkLimit() check {
	c, err := a.ceiling()
	if err != nil {
		return check{"cache limit", "fail", ehrdesk.Message(err)}
	}
	if w := c.Words(); w != "" {
		return check{"cache limit", "ok", w}
	}
	return check{"cache limit", "ok", "none of this desk's own: the centre's policy decides"}
}

// checkSafety says which safety rules charts are held against.
func (a *app) checkSafety() check {
	k, err := a.siteTables()
	switch {
	case err != nil:
		return check{"safety tables", "fail", ehrdesk.Message(err)}
	case k == nil:
		return check{"safety tables", "ok", "those of the program, v" + safety.Built().Version}
	}
	return check{"safety tables", "ok", fmt.Sprintf("this site's, v%s: %d rules of two drugs", ehrdesk.CleanLine(k.Version), k.Rules())}
}

// checkReports says whether the table of which reports have somebody look at them can be used.
func (a *app) checkReports() check {
	rules, err := a.reportRules()
	switch {
	case err != nil:
		return check{"report rules", "fail", ehrdesk.Message(err)}
	case rules == nil:
		return check{"report rules", "ok", text.Sprintf("the program's own, %d rule{s}", len(ehrdesk.ReportRules()))}
	}
	return check{"report rules", "ok", text.Sprintf("this site's, %d rule{s}", len(*rules))}
}

// checkCodes says whether the site's names for codes can be used.
func (a *app) checkCodes() check {
	codes, err := a.localCodes()
	switch {
	case err != nil:
		return check{"code names", "fail", ehrdesk.Message(err)}
	case codes.Len() == 0:
		return check{"code names", "ok", "none of this site's own: a code that comes without words is shown as it is"}
	}
	return check{"code names", "ok", text.Sprintf("%d code{s} {has|have} a name of this site's", codes.Len())}
}

// checkHand says which programs take what is handed out, where policy allows it.
func (a *app) checkHand() check {
	h, err := a.hand()
	switch {
	case err != nil:
		return check{"viewers", "fail", ehrdesk.Message(err)}
	case h.Viewers() == 0 && h.PrintObstacle() != "":
		return check{"viewers", "ok", "none: nothing is opened in other programs or printed"}
	}
	words := text.Sprintf("%d viewer{s}", h.Viewers())
	if h.PrintObstacle() == "" {
		words += " and a printer"
	}
	return check{"viewers", "ok", words + ", used where the policy allows it"}
}

func checkAudit(ctx context.Context, d *client.Desk) check {
	var n, providers int64
	err := d.VerifyLogs(ctx, func(_ string, l client.LogState) error {
		n += l.Entries
		providers++
		return nil
	})
	if err == nil {
		err = d.CheckFiles(ctx)
	}
	if err != nil {
		return check{"store", "fail", ehrdesk.Message(err)}
	}
	return check{"store", "ok", text.Sprintf("%d provider{s}, files whole, access log of %d entr{y|ies} unbroken", providers, n)}
}
