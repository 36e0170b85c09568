package client

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/cases"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// PDFReader gives the text of PDFs.
type PDFReader = chart.PDFReader

// Options are what a Desk needs from outside.
type Options struct {
	Dir  string // state folder; providers/<HCP id> below it holds one encrypted store each
	HTTP *http.Client
	Now  func() time.Time
	// Unlocking is about how long a passphrase set from now on takes to try; 0 is
	// 500 ms. It is never cheaper than the store's floor.
	Unlocking time.Duration
	// Cost is what trying a passphrase costs at the least; the zero value is right for a desk.
	Cost cache.Cost
	// Patience is how long the desk waits for the centre where it has a copy to show; 0 is
	// two seconds.
	Patience time.Duration
	// Device keeps second keys outside the state folder; nil where there is none.
	Device cache.Device
	// Ceiling is the most that this desk keeps, whatever the centre allows.
	Ceiling Ceiling
	// Site is what a FHIR R4 server that is not eHealth's does not say.
	Site Site
	Certificates
	// Browse opens an address in a browser on this machine; nil where whoever signs in does.
	Browse func(address string)
	// Codes are the site's names for codes that come without words; nil where it has none.
	Codes *ehrdesk.LocalCodes
	// PDF gives the text of PDFs; nil where it is not read.
	PDF    PDFReader
	Writes Writes
	Log    *slog.Logger // never given anything but operations and codes
}

// Writes is what the site gives those who write, and which reports it has looked at.
type Writes struct {
	Drafts Drafter             // runs the administrator's programs for drafts; nil where drafts are off
	Forms  []ehrdesk.FormOffer // of the site, before those that every desk has
	Second []string            // the forms that a second person approves besides those that say so, by name

	SecondActs []ehrdesk.OneWord // the acts on one person's word that one approves, besides those that the centre names

	Watermark bool // on what is said in sealed cases, also where the message does not ask for it

	ApprovedExports bool // no copy of a record leaves that no colleague approved in a sealed case

	Reports *[]ehrdesk.ReportRule // that have somebody look at a report; nil for the program's own

	Archive *CaseArchiveKey // the organisation's, for sealed cases that have ended; nil where it has none
}

// CaseArchiveKey is the public half of an organisation's archive key.
type CaseArchiveKey = cases.ArchiveKey

// ReadCaseArchiveKey reads one as ehrdesk archive key prints it. Errors: CodeInvalid.
func ReadCaseArchiveKey(text string) (*CaseArchiveKey, error) { return cases.ReadArchiveKey(text) }

// Certificates are what a desk does with certificates, beside those of a centre in TLS.
type Certificates struct {
	Show    bool    // sessions show the desk's own to a server that asks for one
	Signers Signers // the authorities whose certificates of signers are believed
}

// Desk is this workstation. It holds the stores it opened, and with them the
// right to be the only process using them, until Close.
type Desk struct {
	opt    Options
	dial   func(wire *fhir.Client, p person.Person, role ehrdesk.Profession) centre
	mu     sync.Mutex
	stores map[string]*cache.Store // by HCP id
	open   map[string]int          // sessions by HCP id
	lines  lines
	claims acts.Claims // on acts that a session is sending or asking about
	rules  func() []ehrdesk.ReportRule

	sessions map[*Session]struct{} // that are open
	purged   time.Time             // when Purge was last done, or the desk began
	unclean  bool                  // it failed
}

var _ interface {
	ehrdesk.Desk
	ehrdesk.CopyKeeper
	ehrdesk.PageDesk
} = (*Desk)(nil)

// New makes a Desk over a state folder, which is made when first needed.
func New(opt Options) *Desk {
	if opt.HTTP == nil {
		opt.HTTP, _ = Trust{}.HTTP() // which asks for nothing that could not be read
	}
	if opt.Now == nil {
		opt.Now = func() time.Time { return time.Now().Round(0) } // by the wall: the other clock stands while the machine sleeps
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	d := &Desk{opt: opt, stores: map[string]*cache.Store{}, open: map[string]int{}, sessions: map[*Session]struct{}{}, purged: opt.Now()}
	d.dial, d.rules = d.connect, sync.OnceValue(ehrdesk.ReportRules)
	if own := opt.Writes.Reports; own != nil {
		d.rules = func() []ehrdesk.ReportRule { return *own }
	}
	return d
}

// store opens a provider's store once; one that is made has install for its id, "" for one made
// up. The caller holds d.mu.
func (d *Desk) store(ctx context.Context, hcp, install string) (*cache.Store, error) {
	if s := d.stores[hcp]; s != nil {
		return s, nil
	}
	if err := CheckPlace(d.opt.Dir); err != nil {
		return nil, err
	}
	s, err := cache.Open(ctx, filepath.Join(d.opt.Dir, providersDir, hcp), cache.Options{Now: d.opt.Now, Unlocking: d.opt.Unlocking, Cost: d.opt.Cost, Device: d.opt.Device, Install: install,
		Admit: func(cache.Person) bool { return false }}) // the centre is asked when somebody is signed in
	if err != nil {
		return nil, err
	}
	d.stores[hcp] = s
	return s, nil
}

// openAll opens the stores of every provider this desk knows. A store that does
// not open keeps nobody from the others: its error counts only where none does.
func (d *Desk) openAll(ctx context.Context) error {
	err := d.tryAll(ctx)
	if len(d.stores) > 0 {
		if err != nil {
			d.opt.Log.Warn("a provider's store does not open", "code", string(ehrdesk.CodeOf(err)))
		}
		return nil
	}
	return err
}

// tryAll opens what it can and gives the first error.
func (d *Desk) tryAll(ctx context.Context) (failed error) {
	if err := CheckPlace(d.opt.Dir); err != nil {
		return err
	}
	dirs, err := os.ReadDir(filepath.Join(d.opt.Dir, providersDir))
	if err != nil && !os.IsNotExist(err) {
		return ehrdesk.Errorf("desk", ehrdesk.CodeOther, "the state folder cannot be read")
	}
	for _, e := range dirs {
		if !e.IsDir() {
			continue
		}
		if _, err := d.store(ctx, e.Name(), ""); err != nil {
			failed = cmp.Or(failed, atProvider(e.Name(), err))
		}
	}
	return failed
}

// atProvider says whose store an error is about; that another process has it open
// says enough.
func atProvider(hcp string, err error) error {
	if ehrdesk.CodeOf(err) == ehrdesk.CodeLocked {
		return err
	}
	return ehrdesk.Errorf("desk", ehrdesk.CodeOf(err), "provider %s: %s", ehrdesk.CleanLine(hcp), ehrdesk.Message(err))
}

// Accounts lists the people enrolled here, all providers.
func (d *Desk) Accounts(ctx context.Context) ([]ehrdesk.Account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.openAll(ctx); err != nil {
		return nil, err
	}
	var out []ehrdesk.Account
	for _, hcp := range slices.Sorted(maps.Keys(d.stores)) {
		for _, p := range person.Of(d.stores[hcp]) {
			out = append(out, p.Account())
		}
	}
	return out, nil
}

// locate finds the store of a person: "staff", or "staff@provider" where the
// same person works for several.
func (d *Desk) locate(ctx context.Context, who string) (*cache.Store, person.Person, error) {
	if err := d.openAll(ctx); err != nil {
		return nil, person.Person{}, err
	}
	staff, hcp, _ := strings.Cut(who, "@")
	var store *cache.Store
	var found person.Person
	for _, id := range slices.Sorted(maps.Keys(d.stores)) {
		if hcp != "" && id != hcp {
			continue
		}
		for _, p := range person.Of(d.stores[id]) {
			if p.Staff != staff {
				continue
			}
			if store != nil {
				return nil, person.Person{}, ehrdesk.Errorf("sign-in", ehrdesk.CodeInvalid, "enrolled for several providers: say staff@provider")
			}
			store, found = d.stores[id], p
		}
	}
	if store == nil {
		if err := d.tryAll(ctx); err != nil { // it may be in the store that does not open
			return nil, person.Person{}, err
		}
		return nil, person.Person{}, ehrdesk.Errorf("sign-in", ehrdesk.CodeNotSignedIn, "this person is not enrolled on this desk")
	}
	return store, found, nil
}

// bound reports whether a centre is known, by anybody enrolled here, to bind tokens to a
// key of the desk. The caller holds d.mu, and has opened the stores.
func (d *Desk) bound(central string) bool {
	for _, s := range d.stores {
		for _, p := range person.Of(s) {
			if p.Bound && p.Central == central {
				return true
			}
		}
	}
	return false
}

// Stores gives the stores by provider, for checks that need no key: those that
// open, and the error of the first that does not.
func (d *Desk) Stores(ctx context.Context) (map[string]*cache.Store, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	failed := d.tryAll(ctx)
	return maps.Clone(d.stores), failed
}

// Central is the centre's address a person is enrolled with.
func (d *Desk) Central(ctx context.Context, staff string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, p, err := d.locate(ctx, staff)
	return p.Central, err
}

// Abilities are what the FHIR R4 server of a person was seen to do, a line each with its
// date; nothing for a central service of eHealth's kind, which says what it does.
func (d *Desk) Abilities(ctx context.Context, staff string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, p, err := d.locate(ctx, staff)
	if err != nil || p.Caps == nil {
		return nil
	}
	return p.Caps.Lines()
}

// Close closes every store. Sessions must be closed before.
func (d *Desk) Close() error {
	d.lines.end()
	d.mu.Lock()
	defer d.mu.Unlock()
	var first error
	for hcp, s := range d.stores {
		if err := s.Close(); err != nil && first == nil {
			first = err
		}
		delete(d.stores, hcp)
	}
	return first
}

// forget lets go of a session that has ended. last tells that no other of its provider
// is open.
func (d *Desk) forget(s *Session) (last bool) {
	hcp := s.sitting.Self.Account().Provider
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open[hcp]--
	delete(d.sessions, s)
	return d.open[hcp] <= 0
}

// wire is the way to one centre, for whoever is not signed in.
func (d *Desk) wire(base string, tokens fhir.TokenSource) (*fhir.Client, error) {
	return fhir.NewClient(base, d.opt.HTTP, tokens)
}

// providersDir is the folder of the stores, in the state folder.
const providersDir = "providers"

// CheckPlace reports whether others on this machine could exchange a store, or
// read whose there are. The state folder shows nothing but the name of the one in
// it, so that it may be read; that one names the providers. Folders not yet there
// are made for this user alone. Errors: CodeDenied, saying what to set.
func CheckPlace(dir string) error {
	const op = "desk"
	if err := cache.CheckAround(dir, false); err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the state folder %w", err)
	}
	if err := cache.CheckAround(filepath.Join(dir, providersDir), true); err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, `the folder "providers" in the state folder %w`, err)
	}
	return nil
}
