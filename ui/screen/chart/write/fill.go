package write

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/populate"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget/filling"
)

// fill is a form that is being filled in.
type fill struct {
	draft  ehrdesk.Draft
	title  ehrdesk.LocalName
	header form.Header
	form   *filling.Form
	keep   *keeper
	saved  time.Time // when it was last on the disk
	failed error     // why it is not
	then   bool      // what leaves is asked for once it is
	second bool      // a second person approves it
	asks   bool      // what leaves is a request
}

// keeper puts what is entered on the disk, one after the other: while one is written the newest waits and those between are
// left out. It goes on when nobody looks at the page any more.
type keeper struct {
	mu   sync.Mutex
	next *ehrdesk.Draft
	busy bool
	idle chan struct{} // closed once nobody is at it
}

// put leaves a draft to be kept; begin says that nobody is at it.
func (k *keeper) put(d ehrdesk.Draft) (begin bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.next = &d
	if begin, k.busy = !k.busy, true; begin {
		k.idle = make(chan struct{})
	}
	return begin
}

// owes reports that something is not on the disk.
func (k *keeper) owes() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.busy || k.next != nil
}

// wait returns once nobody is at it, or when the time is over.
func (k *keeper) wait(limit time.Duration) {
	k.mu.Lock()
	idle, busy := k.idle, k.busy
	k.mu.Unlock()
	if !busy {
		return
	}
	over := time.NewTimer(limit)
	defer over.Stop()
	select {
	case <-idle:
	case <-over.C:
	}
}

// rest says that nobody is at it any more; the lock is held.
func (k *keeper) rest() {
	k.busy = false
	close(k.idle)
}

// run keeps what there is until there is nothing more, or it fails: then it stays to be kept.
func (k *keeper) run(w ehrdesk.Writing, patient string) error {
	for {
		k.mu.Lock()
		d := k.next
		if k.next = nil; d == nil {
			k.rest()
			k.mu.Unlock()
			return nil
		}
		k.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		err := w.KeepWriting(ctx, patient, *d)
		cancel()
		if err != nil {
			k.mu.Lock()
			if k.rest(); k.next == nil {
				k.next = d
			}
			k.mu.Unlock()
			return err
		}
	}
}

type (
	// keptMsg says that what was entered is on the disk, or why not.
	keptMsg struct {
		of  *keeper
		err error
	}
	// ready is a draft with its form, read.
	ready struct {
		draft   ehrdesk.Draft
		title   ehrdesk.LocalName
		header  form.Header
		answers *form.Answers
		second  bool // a second person approves it
	}
	openedMsg = screen.Done[ready]
)

// read takes a draft's form up again.
func read(ctx context.Context, w ehrdesk.Writing, d ehrdesk.Draft, in populate.Facts, now time.Time) (ready, error) {
	const op = "writing.open"
	all, err := w.Forms(ctx)
	if err != nil {
		return ready{}, err
	}
	for i := range all {
		o := &all[i]
		if d.Filled == nil || o.Name != d.Filled.Form {
			continue
		}
		f, err := form.Read(o.Raw, form.With(o.Sets))
		if err != nil || f.Refused() {
			return ready{}, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
		}
		a, h, _, err := form.ReadResponse(f, d.Filled.Response)
		if err != nil {
			return ready{}, err
		}
		populate.Know(a, in, now)
		return ready{d, o.Title, h, a, f.Approval || o.Second}, nil
	}
	return ready{}, ehrdesk.E(op, ehrdesk.CodeNotFound, nil)
}

// known is what a form's expressions may ask of.
func (p *Page) known() populate.Facts {
	who := p.b.Env.Account()
	return populate.Facts{Patient: p.b.Chart.Patient(), User: populate.User{ID: who.Staff, Name: who.Name}}
}

// begin makes a draft of a form and opens it.
func (p *Page) begin(name string) tea.Cmd {
	in, now, language := p.known(), p.b.Env.Now(), p.b.Env.Lang.Tag()
	return start(p, opening, func(ctx context.Context, w ehrdesk.Writing, patient string) (ready, error) {
		d, err := w.BeginWriting(ctx, patient, name, language)
		if err != nil {
			return ready{}, err
		}
		return read(ctx, w, d, in, now)
	})
}

// Take opens a draft of a form, wherever it was chosen.
func (p *Page) Take(d ehrdesk.Draft) tea.Cmd {
	if p.locked() {
		return nil
	}
	p.close()
	in, now := p.known(), p.b.Env.Now()
	return start(p, opening, func(ctx context.Context, w ehrdesk.Writing, _ string) (ready, error) { return read(ctx, w, d, in, now) })
}

// Told makes a draft of the form of an allergy, of what a message of a sealed case told, and opens it.
func (p *Page) Told(id string, event int) tea.Cmd {
	casing, ok := p.b.Env.Session.(ehrdesk.Casing)
	if !ok || p.locked() {
		return nil
	}
	p.close()
	in, now, language := p.known(), p.b.Env.Now(), p.b.Env.Lang.Tag()
	return start(p, opening, func(ctx context.Context, w ehrdesk.Writing, _ string) (ready, error) {
		d, err := casing.DraftAllergy(ctx, id, event, language)
		if err != nil {
			return ready{}, err
		}
		return read(ctx, w, d, in, now)
	})
}

// Correct makes a draft of a record of this provider's and opens it.
func (p *Page) Correct(r ehrdesk.Ref) tea.Cmd {
	if p.locked() {
		return nil
	}
	p.close()
	p.correct = r
	in, now := p.known(), p.b.Env.Now()
	return start(p, correcting, func(ctx context.Context, w ehrdesk.Writing, patient string) (ready, error) {
		d, err := w.Correct(ctx, patient, r)
		if err != nil {
			return ready{}, err
		}
		return read(ctx, w, d, in, now)
	})
}

// opened shows the form, or says why it is not there.
func (p *Page) opened(m openedMsg) tea.Cmd {
	if m.Err != nil {
		if p.doing == correcting && ehrdesk.CodeOf(m.Err) == ehrdesk.CodeDenied {
			p.others = &others{p.correct}
			return p.Set()
		}
		p.b.Env.Warn(p.whyNot(m.Err))
		return p.goBack()
	}
	p.away = nil
	r := m.Value
	f := &fill{draft: r.draft, title: r.title, header: r.header, keep: &keeper{}, saved: r.draft.Changed, second: r.second, asks: r.answers.Form().To.Asks()}
	f.form = filling.New(r.answers, p.given(&r.draft))
	p.fill = f
	return p.Set()
}

// given is what the form is shown with: where its answers were taken from, and the records that it may be about.
func (p *Page) given(d *ehrdesk.Draft) filling.Given {
	began := map[form.Place]string{}
	for _, x := range d.Filled.Began {
		began[form.Place{Link: x.Link, Rows: x.Rows}] = p.recordWords(x.Record)
	}
	return filling.Given{Lang: p.b.Env.Lang, T: &p.b.Env.T.Filling, Records: p.choices(), Began: began}
}

// handleFill answers, or leads on. Each change is left to be kept.
func (p *Page) handleFill(in intent.Intent) (tea.Cmd, bool) {
	e, t, f := p.b.Env, &p.b.Env.T.Writing, p.fill
	switch in.ID {
	case intent.Back:
		p.leaveForm()
		return p.Set(), true
	case intent.Preview:
		return p.ask(), true
	}
	if to, ok := map[intent.ID]intent.ID{intent.Up: intent.PrevPane, intent.Down: intent.NextPane}[in.ID]; ok && e.Plain { // an item a line
		in.ID = to
	}
	changed, used := f.form.Handle(in)
	if !used {
		return nil, false
	}
	switch in.ID {
	case intent.AddRow, intent.RemoveRow:
		if !changed {
			e.Warn(e.S(t.NoMore))
		}
	}
	if !changed {
		return nil, true
	}
	return p.change(), true
}

// Ahead takes letters that lead to one of a few choices.
func (p *Page) Ahead(letters string) (cmd tea.Cmd, taken bool) {
	if p.Field() != nil || !p.may() || p.locked() || p.card != nil || p.told != nil || p.show != nil || p.wrong != nil || p.why != nil || p.others != nil || p.fill == nil || !p.fill.form.Picks() {
		return nil, false
	}
	changed, found := p.fill.form.Ahead(letters)
	switch {
	case !found:
		p.b.Env.Warn(p.b.Env.S(p.b.Env.T.Filling.NoMatch))
	case changed:
		return p.change(), true
	}
	return nil, true
}

// change leaves what is entered now to be kept.
func (p *Page) change() tea.Cmd {
	f := p.fill
	filled := *f.draft.Filled
	filled.Response = f.form.Answers().Draft(f.header)
	filled.Began = f.began()
	f.draft.Filled = &filled
	if !f.keep.put(f.draft) {
		return nil
	}
	return p.keep()
}

// began are the answers that the form began with and that nobody has changed.
func (f *fill) began() (out []ehrdesk.BeganWith) {
	for _, x := range f.draft.Filled.Began {
		if _, still := f.form.Began[form.Place{Link: x.Link, Rows: x.Rows}]; still {
			out = append(out, x)
		}
	}
	return out
}

// keep has it written outside the event loop.
func (p *Page) keep() tea.Cmd {
	w, k, patient := Of(p.b.Env), p.fill.keep, p.b.Chart.Patient().ID
	if w == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil { // the value may hold what was typed: it is dropped
				k.mu.Lock()
				k.rest()
				k.mu.Unlock()
				msg = keptMsg{k, ehrdesk.E("writing.keep", ehrdesk.CodeOther, nil)}
			}
		}()
		return keptMsg{k, k.run(w, patient)}
	}
}

// kept says when what was entered was on the disk, or why it is not.
func (p *Page) kept(m keptMsg) (tea.Cmd, bool) {
	e, t, f := p.b.Env, &p.b.Env.T.Writing, p.fill
	if f == nil || f.keep != m.of {
		if m.err != nil { // no foot says it any more
			e.Warn(e.S(t.NotKept) + " " + e.ExplainLine(m.err))
		}
		return nil, true
	}
	if f.failed = m.err; m.err != nil {
		f.then = false
		return nil, true
	}
	f.saved = e.Now()
	if f.then && !f.keep.owes() {
		f.then = false
		return p.preview(), true
	}
	return nil, true
}

// again tries once more to keep what failed, when the record was brought into step.
func (p *Page) again() tea.Cmd {
	if f := p.fill; f != nil && f.failed != nil && f.keep.put(f.draft) {
		return p.keep()
	}
	return nil
}

// leaveForm goes back to the list. What was entered is kept, or being kept.
func (p *Page) leaveForm() {
	e, t, f := p.b.Env, &p.b.Env.T.Writing, p.fill
	if f.failed != nil { // nothing is left behind that the disk has not
		e.Warn(e.S(t.NotKept) + " " + e.ExplainLine(f.failed))
		f.failed = nil // a second Esc leaves
		return
	}
	p.close()
	e.Say(e.S(t.DraftStays))
}

// ask shows what leaves: once nothing is wrong, and all that was entered is on the disk.
func (p *Page) ask() tea.Cmd {
	f := p.fill
	if all := f.form.Problems(); len(all) > 0 {
		p.wrong = &faults{all: all}
		return nil
	}
	if !f.keep.owes() {
		return p.preview()
	}
	f.then = true
	if f.keep.put(f.draft) { // also what failed
		return p.keep()
	}
	return nil
}
