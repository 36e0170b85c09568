// Package chart is one patient's record, open: what this person may see of the copy,
// of what is kept in memory alone, and of what was released for a short time; how it is
// brought into step with the centre; and what is found in it. It promises that nothing
// is shown that the consent, the policy or the profession does not allow, at the moment
// at which it is asked for; that a copy counts as in step only when all that the centre
// claims has come; and that what is not to be kept leaves memory with the chart.
package chart

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Feed is what has changed of one patient's record since a mark, page by page. It
// belongs to one goroutine.
type Feed interface {
	// Next gives the next page, and ends the one before. Errors: io.EOF after the last.
	Next(ctx context.Context) (fhir.Page, error)
	// Again reads one record that was kept aside, when all pages have come. Errors:
	// CodeNotFound where it is gone, CodeDenied.
	Again(ctx context.Context, ref ehrdesk.Ref) (fhir.Page, error)
	// Gone is what was withdrawn since the mark; nothing where everything comes.
	Gone(ctx context.Context) ([]fhir.Tombstone, error)
	// Expect holds what has come against what the centre claims. missing is how many
	// more there are.
	Expect(ctx context.Context, came fhir.Tally) (missing int, err error)
	// Mark is where the next feed begins, of what had come by at, the centre's clock.
	// Errors: CodeConflict while Expect is not met.
	Mark(at time.Time) (fhir.Mark, error)
	Close()
}

// Centre is what an open chart needs of any centre.
type Centre interface {
	// Changes begins a feed of who's record. ctx is that of all of it.
	Changes(ctx context.Context, who *fhir.Person, from fhir.From) Feed
}

// Releaser is a centre that lets restricted records be seen for a short time.
type Releaser interface {
	SendOneTimeCode(ctx context.Context, patient, requestID string) (ehrdesk.CodeSent, error)
	ReleaseRestricted(ctx context.Context, patient string, r ehrdesk.Release) (ehrdesk.Released, error)
	Restricted(ctx context.Context, who *fhir.Person, release string) *fhir.Pages
	EndRelease(ctx context.Context, patient, release string) error
}

// AccessLog is where what is done with charts is written down.
type AccessLog interface {
	Record(ctx context.Context, e ehrdesk.AuditEvent) error
	Incident(ctx context.Context, patient, detail string) error
}

// Verifier holds signatures against records.
type Verifier interface {
	Signatures(ctx context.Context, record directory.Resource, provenances []directory.Resource) ([]ehrdesk.Signature, error)
	// Refresh asks the centre who signs by which keys, unless it was asked within a while.
	Refresh(ctx context.Context, within time.Duration) error
}

// PDFReader gives the text of PDFs.
type PDFReader = r4.PDFReader

// Options are what charts are open with, beside what every room has.
type Options struct {
	Desk   any // whose they are: another desk's are not resumed
	Copies *copies.Copies
	Centre Centre
	Access AccessLog
	Codes  *ehrdesk.LocalCodes
	PDF    PDFReader // nil: no text of a PDF
	// Signatures says what those on a record are worth; nil: nobody does.
	Signatures Verifier
	Synced     func(context.Context, *Chart)       // done after a sync that brought a copy into step
	Ended      func(context.Context, string) error // done for a patient when a sync is told that the consent has ended
	// Approved gives who approved an export of a patient's record; "" for nobody where nobody has to. Errors: CodeDenied.
	Approved func(ctx context.Context, patient string, a *ehrdesk.CaseApproval) (by string, err error)
	Texts    int // bytes of text that a chart holds for its search; 0: 32 MiB
}

// HoldTexts sets it, for tests.
func (o *Charts) HoldTexts(bytes int) { o.opt.Texts = bytes }

// holds is how many bytes of text a chart holds.
func (o *Charts) holds() int {
	if o.opt.Texts > 0 {
		return o.opt.Texts
	}
	return mostTexts
}

// Charts are those that one session has open.
type Charts struct {
	person.Sitting
	Spool fhir.OpenSpool // for long documents, on their way
	opt   Options
	// releaser is the centre, nil where that releases nothing.
	releaser Releaser

	mu   sync.Mutex // before that of a chart
	open map[*Chart]struct{}
	over bool // no chart opens any more
}

// New has no chart open. Use sets what they are opened with, before the first.
func New(at person.Sitting) *Charts {
	return &Charts{Sitting: at, open: map[*Chart]struct{}{}, Spool: func(ctx context.Context) (r4.Spool, error) {
		s, err := at.Vault.Spool(ctx)
		if err != nil {
			return nil, err // not a typed nil
		}
		return s, nil
	}}
}

// Use sets what charts are opened with.
func (o *Charts) Use(opt Options) {
	o.opt = opt
	o.releaser, _ = opt.Centre.(Releaser)
}

// Access is how a chart is opened.
type Access struct {
	Purpose  ehrdesk.Purpose
	Kinds    []fhir.KindAccess // what the centre said; nil: it was not asked
	Cached   bool
	Expected time.Time // until when records may take to flow
	Unseen   bool      // opened with nobody looking: what comes is new to them still
	Ahead    bool      // and before anybody has opened it: what comes is not even counted
	seen     time.Time // until when the person had seen the chart before
	before   time.Time // the last time on an earlier day
	rules    copies.Policy
	opened   time.Time // the desk's clock
}

// Open shows a copy. Errors: CodeNotFound for one that may not stay, CodeTampered for
// one whose list does not open, CodeLocked.
func (o *Charts) Open(ctx context.Context, copy cache.Copy, h copies.Header, a Access) (*Chart, error) {
	a.rules, a.opened = o.opt.Copies.InForce(h.Policy), o.Now()
	if a.seen.IsZero() { // a chart that goes on after a lock has it
		a.seen, a.before = h.SeenUntil(o.Self.Account().Staff, a.opened)
	}
	if !a.rules.KeepsAsMuch(h) {
		return nil, o.opt.Copies.MayNotStay(ctx, copy.ID)
	}
	c := &Chart{at: o, rights: rights{role: o.Self.Account().Role}, copy: copy, head: h, access: a, cached: a.Cached,
		memoryOnly: keepApart(a.rules.Never, h.Policy.Never)}
	kinds := a.Kinds
	if kinds == nil {
		kinds = h.HeldKinds()
	}
	if kinds != nil {
		c.rights.kinds = map[ehrdesk.Kind]fhir.KindAccess{}
		for _, k := range kinds {
			c.rights.kinds[k.Kind] = k
		}
	}
	records, err := o.opt.Copies.Overviews(ctx, copy.ID)
	if err != nil {
		return nil, err
	}
	c.view = c.look(records)
	o.mu.Lock()
	if o.over {
		o.mu.Unlock()
		c.blank()
		return nil, line.ErrLocked
	}
	o.open[c] = struct{}{}
	o.mu.Unlock()
	o.opt.Copies.Loosen(copy.ID)
	return c, nil
}

// rights is what a person may do with the kinds of record of one patient.
type rights struct {
	role  ehrdesk.Profession
	kinds map[ehrdesk.Kind]fhir.KindAccess // what the centre said at opening; nil offline
}

// may is the desk's own table, tightened by what the centre said.
func (r rights) may(k ehrdesk.Kind) ehrdesk.Access {
	if told, ok := r.kinds[k]; ok && told.Access != ehrdesk.General {
		return told.Access
	}
	return ehrdesk.AccessOf(r.role, k)
}

// Blank empties the charts of which of says so, and gives their copies.
func (o *Charts) Blank(of func(id cache.PatientID, p ehrdesk.Patient) bool) (ids []cache.PatientID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for c := range o.open {
		if id := c.copyID(); of(id, c.Patient()) {
			ids = append(ids, id)
			c.blank()
		}
	}
	return ids
}

// ConsentEnded empties the charts of which of says so, and gives their copies: whoever looks at one
// is told that the consent has ended, and not that the copy's time is over.
func (o *Charts) ConsentEnded(of func(p ehrdesk.Patient) bool) []cache.PatientID {
	o.mu.Lock()
	for c := range o.open {
		if of(c.Patient()) {
			withdrawn(c)
		}
	}
	o.mu.Unlock()
	return o.Blank(func(_ cache.PatientID, p ehrdesk.Patient) bool { return of(p) })
}

// BlankAll empties every chart.
func (o *Charts) BlankAll() {
	o.Blank(func(cache.PatientID, ehrdesk.Patient) bool { return true })
}

// Shows reports whether a copy lies open: unless it holds what may never be kept, it
// then goes with the session.
func (o *Charts) Shows(id cache.PatientID) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for c := range o.open {
		if c.copyID() == id {
			return true
		}
	}
	return false
}

// IsOpen reports whether a chart of a patient lies open, and may be read.
func IsOpen(o *Charts, patient string) bool { return Showing(o, patient) != nil }

// Shown is a record as an open chart lists it, and its bytes as this desk has them. Errors: CodeNotFound for one that it does not show.
func Shown(ctx context.Context, c *Chart, ref ehrdesk.Ref) (ehrdesk.Record, []byte, error) {
	r, err := c.find(ref)
	if err != nil {
		return r, nil, err
	}
	body, err := rawOf(ctx, c, ref)
	return r, body, err
}

// Showing is a chart of a patient that lies open and may be read; nil for none.
func Showing(o *Charts, patient string) *Chart {
	o.mu.Lock()
	defer o.mu.Unlock()
	for c := range o.open {
		if p := c.Patient(); p.ID == patient && patient != "" {
			c.mu.RLock()
			ended := c.ended
			c.mu.RUnlock()
			if !ended && c.Consent().State.Allows() {
				return c
			}
		}
	}
	return nil
}

// Expire empties the charts whose copies are gone.
func (o *Charts) Expire(ctx context.Context) {
	o.mu.Lock()
	open := slices.Collect(maps.Keys(o.open))
	o.mu.Unlock()
	for _, c := range open { // the store may wait for its disk; the screen does not
		if _, err := o.opt.Copies.Get(ctx, c.copyID()); ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound {
			c.blank()
		}
	}
}

// Stop lets no chart open from here on, and gives those that are.
func (o *Charts) Stop() []*Chart {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
	return slices.Collect(maps.Keys(o.open))
}

// Over reports that Stop was called.
func (o *Charts) Over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.over
}

// Place is what a lock keeps of a chart: enough to open it again, and nothing that
// names the patient. ID is this desk's own and random.
type Place struct {
	ID     cache.PatientID
	Access Access
}

// Shelve empties every open chart and keeps its place; none opens from here on. It
// gives what ends the releases that ran: each at the centre alone.
func (o *Charts) Shelve() (ends []func()) {
	open := o.Stop()
	for _, c := range open {
		if r := c.Released(); r.ID != "" {
			patient := c.Patient().ID
			ends = append(ends, func() { _ = o.EndRelease(context.Background(), patient, r.ID) })
		}
		shelve(c)
	}
	for _, c := range open {
		c.spoken.reading.wait()
	}
	return ends
}

func shelve(c *Chart) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	a := c.access
	a.Cached, a.Kinds = c.cached, slices.Collect(maps.Values(c.rights.kinds))
	if c.cached && len(c.head.Held) == 0 {
		a.Kinds = nil
	}
	c.place = &Place{c.copy.ID, a}
	clear(c.copy.Header)
	c.head, c.copy = copies.Header{}, cache.Copy{ID: c.copy.ID}
	c.end()
}

// PutAway is the place of a chart that a lock put away, nil for none.
func (c *Chart) PutAway() *Place {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.place
}

// Of reports whether the chart is of a session on this desk of the same person in the
// same role.
func (c *Chart) Of(desk any, a ehrdesk.Account) bool {
	own := c.at.Self.Account()
	return c.at.opt.Desk == desk && own.Staff == a.Staff && own.Provider == a.Provider && c.rights.role == a.Role
}

// Gone reports that the chart shows nothing any more: its copy has been destroyed.
func (c *Chart) Gone() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.ended
}

// withdrawn says of an open chart that its consent has ended.
func withdrawn(c *Chart) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.head.Consent.State = ehrdesk.ConsentWithdrawn
	}
}

// blank empties the chart for good. The charts' lock may be held.
func (c *Chart) blank() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end()
}

// end wipes what is shown. The caller holds c.mu.
func (c *Chart) end() {
	c.ended, c.view = true, &view{}
	c.released.forget()
	c.released = nil
	c.memoryOnly.forget()
	c.spoken.end()
}
