// Package directory is the centre's directory of providers as this desk has it: a copy, sealed, with its age, brought up to date
// while the centre can be asked; and the public keys in it, each pinned when it is first heard of. It promises that a key that
// this desk has seen is nobody else's afterwards, whatever the centre says, and that such a word is told.
package directory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

// Centre is one that has a directory.
type Centre interface {
	Directory(ctx context.Context, had fhir.Directory) (out fhir.Directory, changed bool, err error)
	KeyLog(ctx context.Context, since int64) (fhir.KeyLogOut, error)
	SayOnCall(ctx context.Context, signed string) error
}

// AccessLog is where what is found is written down, and whose word on its own log the centre's is.
type AccessLog interface {
	Record(ctx context.Context, e ehrdesk.AuditEvent) error
	Incident(ctx context.Context, patient, detail string) error
	CentreKeys(ctx context.Context) ([]fhir.Key, error)
}

// Directory is that of one session; pins and copy are the desk's.
type Directory struct {
	at     person.Sitting
	centre Centre // nil: the centre has none
	access AccessLog
	site   Site
	lists  cache.Worklists

	asking sync.Mutex // one asks at a time; before mu
	asked  time.Time  // when the centre was, by this desk's clock; of who has asking

	mu      sync.Mutex
	loaded  bool
	said    *fhir.Directory // nil before the first
	pins    map[string]pin
	changes []ehrdesk.KeyChange
	known   verdicts
	log     logged
	duty    map[string]string // who is on call, by person: the last that each has signed
}

// New is the directory of a session's centre, nil where that has none.
func New(at person.Sitting, c Centre, access AccessLog, site Site) *Directory {
	return &Directory{at: at, centre: c, access: access, site: site, lists: at.Vault.Worklists(), pins: map[string]pin{}, duty: map[string]string{}}
}

// The lists of the journal that it is kept in: the copy in pieces, each key, and each thing that was said otherwise.
const (
	copyList    = "directory copy"
	pinList     = "directory keys"
	changesList = "directory changes"
)

// piece is how many bytes of the copy one line has.
const piece = 256 << 10

// load reads what the desk keeps, once. It is called with mu.
func (d *Directory) load(ctx context.Context) error {
	if d.loaded {
		return nil
	}
	kept, err := d.lists.Items(ctx, copyList)
	if err != nil {
		return err
	}
	slices.SortFunc(kept, func(a, b cache.WorklistItem) int { return cmp.Compare(a.ID, b.ID) })
	var all []byte
	for _, it := range kept {
		all = append(all, it.Payload...)
	}
	var said fhir.Directory
	if len(all) > 0 && json.Unmarshal(all, &said) == nil { // else it is fetched whole
		d.said = &said
	}
	keys, err := d.lists.Items(ctx, pinList)
	if err != nil {
		return err
	}
	for _, it := range keys {
		var p pin
		if json.Unmarshal(it.Payload, &p) == nil {
			d.pins[p.ID] = p
		}
	}
	told, err := d.lists.Items(ctx, changesList)
	if err != nil {
		return err
	}
	for _, it := range told {
		var c ehrdesk.KeyChange
		if json.Unmarshal(it.Payload, &c) == nil {
			d.changes = append(d.changes, c)
		}
	}
	if err := d.loadDuty(ctx); err != nil {
		return err
	}
	if err := d.loadLog(ctx); err != nil {
		return err
	}
	if d.loaded = true; len(d.changes) > 0 {
		d.at.Warnings.Warn(warnings.KeyChanged)
	}
	d.warnMine()
	return nil
}

// How old a copy is when the centre is asked again: while nobody works, and where somebody asks for what is not in it.
const (
	Stale  = 15 * time.Minute
	Moment = time.Minute
)

// Refresh asks the centre, unless it was asked within a while. Errors: CodeNotFound where it has no directory, the line's.
func (d *Directory) Refresh(ctx context.Context, within time.Duration) error {
	const op = "directory"
	if d.centre == nil {
		return fhir.NotThere(op)
	}
	d.asking.Lock()
	defer d.asking.Unlock()
	had, log, err := d.had(ctx)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	now := d.at.Now()
	if !d.asked.IsZero() && now.Sub(d.asked).Abs() < within {
		return nil
	}
	out, err := line.Ask(ctx, d.at.Line, line.AskWait, func(ctx context.Context) (out fhir.Directory, err error) {
		out, _, err = d.centre.Directory(ctx, had)
		return out, err
	})
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	keys, err := d.ask(ctx, log) // after the directory: what that hands out is in the log by now
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	d.asked = now
	if out.At.IsZero() {
		out.At = now
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.follow(ctx, &keys); err != nil {
		return err
	}
	if err := d.take(ctx, had.At, &out, now); err != nil {
		return err
	}
	return d.hold(ctx, &out, &keys)
}

// had is the copy, empty where there is none, and the log.
func (d *Directory) had(ctx context.Context) (fhir.Directory, *keylog.Log, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.load(ctx); err != nil || d.said == nil {
		return fhir.Directory{}, d.log.log, err
	}
	return *d.said, d.log.log, nil
}

// take keeps what the centre said: the pins and what is different first, so that no copy is newer than what is known of its keys.
func (d *Directory) take(ctx context.Context, heard time.Time, out *fhir.Directory, now time.Time) error {
	pins := map[string]pin{}
	for id, p := range d.pins {
		pins[id] = p
	}
	put, changes := pinned(pins, heard, out, now)
	var items []cache.WorklistItem
	for i := range put {
		b, err := json.Marshal(&put[i])
		if err != nil {
			return ehrdesk.Errorf("directory", ehrdesk.CodeOther, "a key cannot be written")
		}
		items = append(items, cache.WorklistItem{ID: put[i].ID, Payload: b})
	}
	if len(items) > 0 {
		if err := d.lists.Change(ctx, pinList, items, nil); err != nil {
			return err
		}
		d.pins = pins
		d.known.forget()
	}
	for _, c := range changes {
		if err := d.tell(ctx, c); err != nil {
			return err
		}
	}
	if err := d.takeDuty(ctx, out); err != nil {
		return err
	}
	if err := d.keep(ctx, out); err != nil {
		return err
	}
	d.said = out
	return nil
}

// tell keeps something that the centre said otherwise of a key, and writes it down, once.
func (d *Directory) tell(ctx context.Context, c ehrdesk.KeyChange) error {
	if slices.ContainsFunc(d.changes, func(had ehrdesk.KeyChange) bool { return had.Key == c.Key && had.What == c.What }) {
		return nil
	}
	detail := "the centre's directory says something else of a key than before: "
	if c.Key == "" {
		detail = "the centre's log of keys is not the one that it was, or that others were shown: "
	}
	if err := d.access.Incident(ctx, "", detail+string(c.What)); err != nil {
		return err
	}
	b, err := json.Marshal(c)
	if err != nil {
		return ehrdesk.Errorf("directory", ehrdesk.CodeOther, "what the centre said cannot be written")
	}
	if err := d.lists.Put(ctx, changesList, string(c.What)+" "+c.Key, b); err != nil {
		return err
	}
	d.changes = append(d.changes, c)
	d.known.forget()
	d.at.Warnings.Warn(warnings.KeyChanged)
	return nil
}

// keep writes the copy in pieces, in the place of the one before.
func (d *Directory) keep(ctx context.Context, out *fhir.Directory) error {
	b, err := json.Marshal(out)
	if err != nil {
		return ehrdesk.Errorf("directory", ehrdesk.CodeOther, "the directory cannot be written")
	}
	had, err := d.lists.Items(ctx, copyList)
	if err != nil {
		return err
	}
	var items []cache.WorklistItem
	for n := 0; len(b) > 0; n++ {
		part := b[:min(piece, len(b))]
		b = b[len(part):]
		items = append(items, cache.WorklistItem{ID: fmt.Sprintf("%06d", n), Payload: part})
	}
	var off []string
	for _, it := range had {
		if !slices.ContainsFunc(items, func(n cache.WorklistItem) bool { return n.ID == it.ID }) {
			off = append(off, it.ID)
		}
	}
	return d.lists.Change(ctx, copyList, items, off)
}

// KeyChanges is what the centre has said of keys otherwise than before, oldest first.
func (d *Directory) KeyChanges(ctx context.Context) ([]ehrdesk.KeyChange, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.load(ctx); err != nil {
		return nil, err
	}
	return append(slices.Clone(d.changes), d.log.mine.Strange...), nil
}
