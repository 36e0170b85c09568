package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/cmd/internal/unseen"
	"github.com/ehrdesk/ehrdesk/internal/pdftext"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// maxInput is the most that is read from standard input.
const maxInput = 1 << 20

// desk opens this desk's state.
func (a *app) desk() (*client.Desk, error) {
	dir, err := a.stateDir()
	if err != nil {
		return nil, err
	}
	limit, err := a.ceiling()
	if err != nil {
		return nil, err
	}
	if a.names, err = a.localCodes(); err != nil {
		return nil, err
	}
	if a.know, err = a.siteTables(); err != nil {
		return nil, err
	}
	patience, err := a.waits()
	if err != nil {
		return nil, err
	}
	trust, err := a.trust()
	if err != nil {
		return nil, err
	}
	web, err := trust.HTTP()
	if err != nil {
		return nil, err
	}
	site, err := a.serverSite()
	if err != nil {
		return nil, err
	}
	shows, err := a.shows()
	if err != nil {
		return nil, err
	}
	signers, err := a.signers()
	if err != nil {
		return nil, err
	}
	drafts, err := a.drafter()
	if err != nil {
		return nil, err
	}
	forms, err := a.siteForms()
	if err != nil {
		return nil, err
	}
	second, err := a.secondPerson(forms)
	if err != nil {
		return nil, err
	}
	acts, err := a.secondActs()
	if err != nil {
		return nil, err
	}
	marks, err := a.said(func(f *siteFile) bool { return f.Marks })
	if err != nil {
		return nil, err
	}
	exports, err := a.said(func(f *siteFile) bool { return f.ApprovedExports })
	if err != nil {
		return nil, err
	}
	reports, err := a.reportRules()
	if err != nil {
		return nil, err
	}
	archive, err := a.caseArchive()
	if err != nil {
		return nil, err
	}
	return client.New(client.Options{Writes: client.Writes{Drafts: drafts, Forms: forms, Second: second, SecondActs: acts, Reports: reports, Archive: archive, Watermark: marks, ApprovedExports: exports}, Dir: dir, Site: site, Certificates: client.Certificates{Show: shows, Signers: signers}, Browse: browser(site), HTTP: web, Patience: patience, Ceiling: limit, Device: systemKeyring{}, Cost: a.cost.passphrase, Codes: a.names, PDF: pdftext.New(a.door)}), nil
}

// mostPatience is the longest that a desk with a copy waits: as long as one without.
const mostPatience = 2 * time.Minute

// waits is how long the desk waits for the centre where it has a copy to show; 0 for what
// is usual. Errors: CodeInvalid.
func (a *app) waits() (time.Duration, error) {
	d, named := a.patience, os.Getenv("EHRDESK_PATIENCE")
	if d == 0 && named != "" {
		var err error
		if d, err = time.ParseDuration(named); err != nil {
			return 0, ehrdesk.Errorf("desk", ehrdesk.CodeInvalid, "EHRDESK_PATIENCE is no time, such as 2s")
		}
	}
	if d < 0 || d > mostPatience {
		return 0, ehrdesk.Errorf("desk", ehrdesk.CodeInvalid, "the desk waits for the central service for no longer than %s", mostPatience)
	}
	return d, nil
}

// signedIn runs fn in a session and closes it whatever happens: keys and
// session-only copies do not outlive the command.
func (a *app) signedIn(ctx context.Context, fn func(ctx context.Context, s *client.Session) error) error {
	show := a.page
	if a.passphrase != "" { // a script, which opens no page
		show = nil
	}
	return a.signedInAt(ctx, show, fn)
}

// signedInAt is signedIn for whoever opens a server's page; nil for show is nobody.
func (a *app) signedInAt(ctx context.Context, show func(ehrdesk.SignInPage), fn func(ctx context.Context, s *client.Session) error) error {
	return a.atDesk(ctx, func(d *client.Desk, who string, pass ehrdesk.Secret) (err error) {
		session, err := d.SignInAt(ctx, who, pass, show)
		if err != nil {
			return err
		}
		own := session.(*client.Session)
		defer func() {
			err = first(err, session.Close())
			for _, code := range own.Warnings() {
				a.warn([]string{client.WarningWords(code)})
			}
			if e := ehrdesk.EndWithin(own.Ends(), time.Now(), ehrdesk.EndsAhead); e != nil {
				a.warn([]string{endWords(*e, time.Now())})
			}
		}()
		return fn(ctx, own)
	})
}

// atDesk opens the desk's state for a person, whose passphrase is asked for; nobody is signed
// in. The terminal shows nothing from the first, as opening takes longer than typing does.
func (a *app) atDesk(ctx context.Context, fn func(d *client.Desk, who string, passphrase ehrdesk.Secret) error) (err error) {
	shown := a.unseen()
	defer shown()
	d, err := a.desk()
	if err != nil {
		return err
	}
	defer func() { err = first(err, d.Close()) }()
	who, err := a.who(ctx, d)
	if err != nil {
		return err
	}
	pass, err := a.readPassphrase()
	if err != nil {
		return err
	}
	defer pass.Wipe()
	shown()
	return fn(d, who, pass)
}

// unseen has a terminal at which a passphrase will be asked for show nothing of what is typed,
// until the function is called.
func (a *app) unseen() (shown func()) {
	if a.passphrase != "" {
		return func() {}
	}
	return unseen.Begin(a.in)
}

// tell says something on standard error that is no warning.
func (a *app) tell(words string) { fmt.Fprintln(a.err, "ehrdesk: "+words) }

// warn says on standard error what whoever signed in has to be told.
func (a *app) warn(lines []string) {
	for _, w := range lines {
		if a.json {
			b, _ := json.Marshal(map[string]string{"warning": w})
			fmt.Fprintf(a.err, "%s\n", b)
			continue
		}
		fmt.Fprintf(a.err, "ehrdesk: warning: %s\n", w)
	}
}

// who is the person named by --staff, or the only one enrolled.
func (a *app) who(ctx context.Context, d *client.Desk) (string, error) {
	if a.staff != "" {
		return a.staff, nil
	}
	accounts, err := d.Accounts(ctx)
	if err != nil {
		return "", err
	}
	if len(accounts) == 1 {
		return accounts[0].Staff, nil
	}
	return "", ehrdesk.Errorf("sign-in", ehrdesk.CodeNotSignedIn, "say who signs in with --staff")
}

// readPassphrase takes it from the file, or asks at a terminal.
func (a *app) readPassphrase() (ehrdesk.Secret, error) { return a.askPassphrase("Passphrase: ") }

// newPassphrase is readPassphrase for one that is set: at a terminal it is asked for twice.
func (a *app) newPassphrase() (ehrdesk.Secret, error) {
	defer a.unseen()()
	words, err := a.askPassphrase("New passphrase: ")
	if err != nil || a.passphrase != "" {
		return words, err
	}
	again, err := a.askPassphrase("Once more: ")
	defer again.Wipe()
	if err == nil && again.Reveal() != words.Reveal() {
		err = ehrdesk.Errorf("passphrase", ehrdesk.CodeInvalid, "the two passphrases are not the same")
	}
	return words, err
}

func (a *app) askPassphrase(prompt string) (ehrdesk.Secret, error) {
	if a.passphrase != "" {
		b, err := os.ReadFile(a.passphrase)
		if err != nil {
			return ehrdesk.Secret{}, ehrdesk.Errorf("sign-in", ehrdesk.CodeNotSignedIn, "the passphrase file cannot be read")
		}
		first, _, _ := strings.Cut(string(b), "\n")
		return ehrdesk.NewSecret(strings.TrimRight(first, "\r")), nil
	}
	in, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return ehrdesk.Secret{}, ehrdesk.Errorf("sign-in", ehrdesk.CodeNotSignedIn, "give the passphrase with --passphrase-file")
	}
	fmt.Fprint(a.err, prompt)
	b, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(a.err)
	if err != nil {
		return ehrdesk.Secret{}, ehrdesk.Errorf("sign-in", ehrdesk.CodeNotSignedIn, "no passphrase was given")
	}
	return ehrdesk.NewSecret(string(b)), nil
}

// readNumber takes the number to look up from standard input, one line.
func (a *app) readNumber() (ehrdesk.Number, error) {
	in, ok := a.in.(*os.File)
	terminal := ok && term.IsTerminal(int(in.Fd()))
	if terminal {
		fmt.Fprint(a.err, "HKIC or eHR number: ")
	}
	if terminal {
		s, err := bufio.NewReader(io.LimitReader(a.in, 1024)).ReadString('\n')
		if err != nil && err != io.EOF {
			return ehrdesk.Number{}, ehrdesk.Errorf("number", ehrdesk.CodeInvalid, "standard input cannot be read")
		}
		return parseNumber(s)
	}
	b, err := io.ReadAll(io.LimitReader(a.in, 1024))
	if err != nil {
		return ehrdesk.Number{}, ehrdesk.Errorf("number", ehrdesk.CodeInvalid, "standard input cannot be read")
	}
	line, rest, _ := strings.Cut(string(b), "\n")
	if strings.TrimSpace(rest) != "" { // to do the first of a list alone would look like all of it
		return ehrdesk.Number{}, ehrdesk.Errorf("number", ehrdesk.CodeInvalid, "standard input has more than one line: a number at a time")
	}
	return parseNumber(line)
}

// parseNumber refuses a number that a person would be asked to confirm: a
// script has nobody to ask.
func parseNumber(s string) (ehrdesk.Number, error) {
	n, err := ehrdesk.ParseNumber(s)
	if err != nil {
		return ehrdesk.Number{}, err
	}
	return n, nil
}

// readJSON takes one JSON object from standard input; members it does not know
// are refused, so that a typo in "access_key" is not silently nothing.
func (a *app) readJSON(op string, dst any) error {
	b, err := io.ReadAll(io.LimitReader(a.in, maxInput))
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "standard input cannot be read")
	}
	if err := json.Unmarshal(b, dst, json.RejectUnknownMembers(true)); err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "standard input is not the JSON object this command takes")
	}
	return nil
}

func first(errs ...error) error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}

// endWords says what is to end, and how many days are left.
func endWords(e ehrdesk.End, now time.Time) string {
	what := map[ehrdesk.EndOf]string{ehrdesk.AccountEnds: "this account", ehrdesk.RegistrationEnds: "this person's professional registration", ehrdesk.ProviderSuspended: "this provider is to be suspended",
		ehrdesk.ProviderWithdrawn: "this provider leaves eHealth", ehrdesk.ProviderLapses: "this provider's registration with eHealth"}[e.Of]
	return text.Sprintf("%s: last day %s, %d day{s} left", cmp.Or(what, "access"), e.Since.Add(-1).In(ehrdesk.HongKong()).Format("02-Jan-2006"), e.DaysLeft(now))
}
