package client

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// Drafter runs the administrator's programs for drafts.
type Drafter interface {
	Programs() []ehrdesk.DraftProgram
	// Write runs one; cut says that it wrote more than a draft may have.
	Write(ctx context.Context, name string, g ehrdesk.DraftGiven) (text string, cut bool, err error)
}

// drafting keeps drafts: a list of the journal for each person and patient, which stays when the copy of the record goes, and
// opens with a chart of the patient alone. It ends the programs that run when the session ends.
type drafting struct {
	sitting person.Sitting
	access  *accesslog.Log
	charts  *chart.Charts
	lists   cache.Worklists
	by      Drafter // nil where drafts are off

	mu   sync.Mutex
	over bool
	next int
	runs map[int]context.CancelFunc // of the programs that run
}

func (d *drafting) list(patient string) string {
	return "drafts " + d.sitting.Self.Account().Staff + " " + patient
}

// DraftPrograms are those that the administrator has set up, whoever is signed in.
func (d *drafting) DraftPrograms() []ehrdesk.DraftProgram {
	if d.by == nil {
		return nil
	}
	return d.by.Programs()
}

// open is the patient's chart, which has to lie open.
func (d *drafting) open(op, patient string) (*chart.Chart, error) {
	c := chart.Showing(d.charts, patient)
	switch {
	case !d.sitting.Self.Account().Role.Clinical():
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "not for this profession")
	case c == nil:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "no chart of this patient is open")
	}
	return c, nil
}

// Drafts lists those of whoever is signed in about a patient whose chart is open, the latest first.
func (d *drafting) Drafts(ctx context.Context, patient string) ([]ehrdesk.Draft, error) {
	const op = "drafts"
	if _, err := d.open(op, patient); err != nil {
		return nil, err
	}
	items, err := d.lists.Items(ctx, d.list(patient))
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	who, out := d.sitting.Self.Account().Staff, make([]ehrdesk.Draft, 0, len(items))
	for _, it := range items {
		var one ehrdesk.Draft
		if json.Unmarshal(it.Payload, &one) == nil && one.By == who && one.Patient == patient && one.ID == it.ID {
			one.Text = ehrdesk.CleanColumns(one.Text)
			out = append(out, one)
		}
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Draft) int { return b.Made.Compare(a.Made) })
	return out, nil
}

// AskDraft runs a program as it was confirmed, and keeps what it writes.
func (d *drafting) AskDraft(ctx context.Context, patient string, r ehrdesk.DraftRequest) (ehrdesk.Draft, error) {
	const op = "draft"
	defer d.sitting.Idle.Work()()
	var none ehrdesk.Draft
	if err := d.mayAsk(ctx, op, patient, r); err != nil {
		return none, err
	}
	ctx, done, err := d.begin(ctx)
	if err != nil {
		return none, err
	}
	defer done()
	c, err := d.open(op, patient)
	if err != nil {
		return none, err
	}
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditDraft, Patient: patient, Purpose: chart.PurposeOf(c), Detail: draftDetail(r)}
	if err := d.access.Record(ctx, e); err != nil { // before anything is given
		return none, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	who := c.Patient()
	text, cut, err := d.by.Write(ctx, r.Program.Name, ehrdesk.DraftGiven{Age: who.Years(d.sitting.Now()), Sex: who.Gender, Parts: r.Parts})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		d.failed(e, err)
		return none, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	if _, err := d.open(op, patient); err != nil { // the consent, or the chart, has ended meanwhile
		return none, err
	}
	now := d.sitting.Now()
	made := ehrdesk.Draft{ID: uuid.NewString(), Kind: ehrdesk.DraftText, Patient: patient, By: d.sitting.Self.Account().Staff, Made: now, Changed: now, Text: text, Cut: cut,
		Source: &ehrdesk.DraftSource{Name: r.Program.Name, Version: r.Program.Version, Host: r.Program.Host}}
	for i := range r.Parts {
		made.Source.Fields = append(made.Source.Fields, r.Parts[i].Field)
	}
	return made, d.keep(ctx, op, made)
}

// mayAsk reports whether a program may be given what was confirmed.
func (d *drafting) mayAsk(ctx context.Context, op, patient string, r ehrdesk.DraftRequest) error {
	c, err := d.open(op, patient)
	if err != nil {
		return err
	}
	programs := d.DraftPrograms()
	i := slices.IndexFunc(programs, func(p ehrdesk.DraftProgram) bool { return p.Name == r.Program.Name })
	switch {
	case i < 0:
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "no such program for drafts is set up")
	case !programs[i].Same(r.Program):
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the program for drafts is another by now")
	}
	for j := range r.Parts {
		if !slices.Contains(programs[i].Fields, r.Parts[j].Field) {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the program is not given this kind of record")
		}
	}
	if err := chart.MayDraft(c, r.Parts); err != nil {
		return err
	}
	had, err := d.Drafts(ctx, patient)
	if err != nil {
		return err
	}
	if len(had) >= ehrdesk.DraftMostKept {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there are as many drafts as are kept; discard some")
	}
	return nil
}

// draftDetail is what the access log has of a request: the program, where it runs and the kinds of record; no word of one.
func draftDetail(r ehrdesk.DraftRequest) string {
	host := r.Program.Host
	switch {
	case host != "":
	case r.Program.Held:
		host = "this machine"
	default:
		host = "this machine, not held"
	}
	kinds := make([]string, 0, len(r.Parts))
	for i := range r.Parts {
		kinds = append(kinds, r.Parts[i].Field.String())
	}
	return r.Program.Name + " " + r.Program.Version + " at " + host + ": " + strings.Join(kinds, ", ")
}

// failed writes down that a program that was given lines gave no draft. The session may have ended.
func (d *drafting) failed(e ehrdesk.AuditEvent, err error) {
	if e.Outcome = ehrdesk.CodeOf(err); d.ended() {
		return
	}
	if err := d.access.Record(context.Background(), e); err != nil {
		d.sitting.Log.Warn("a draft that failed is not written down", "code", string(ehrdesk.CodeOf(err)))
	}
}

// keep has a draft on the disk.
func (d *drafting) keep(ctx context.Context, op string, one ehrdesk.Draft) error {
	b, err := json.Marshal(one)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the draft cannot be written")
	}
	defer clear(b)
	if err := d.lists.Put(ctx, d.list(one.Patient), one.ID, b); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return nil
}

// DiscardDraft destroys a draft of whoever is signed in.
func (d *drafting) DiscardDraft(ctx context.Context, patient, id string) error {
	const op = "discard-draft"
	c, err := d.open(op, patient)
	if err != nil {
		return err
	}
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditDraft, Patient: patient, Purpose: chart.PurposeOf(c), Detail: "discarded"}
	if err := d.access.Record(ctx, e); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	if err := d.lists.TakeOff(ctx, d.list(patient), id); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return nil
}

// begin is a context that ends with the session too.
func (d *drafting) begin(ctx context.Context) (context.Context, func(), error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return nil, nil, ehrdesk.Errorf("draft", ehrdesk.CodeLocked, "the session has ended")
	}
	if d.runs == nil {
		d.runs = map[int]context.CancelFunc{}
	}
	ctx, stop := context.WithCancel(ctx)
	n := d.next
	d.next++
	d.runs[n] = stop
	return ctx, func() {
		stop()
		d.mu.Lock()
		delete(d.runs, n)
		d.mu.Unlock()
	}, nil
}

// end ends the programs that run, and lets none begin.
func (d *drafting) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	for _, stop := range d.runs {
		stop()
	}
}

func (d *drafting) ended() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over
}
