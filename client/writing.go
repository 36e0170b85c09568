package client

import (
	"context"
	"crypto"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	"github.com/ehrdesk/ehrdesk/internal/form"
	shipped "github.com/ehrdesk/ehrdesk/internal/form/forms"
	"github.com/ehrdesk/ehrdesk/internal/form/populate"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// forming is writing by forms: a draft among the drafts, what of it would leave, and the way out. A draft is kept, hidden, until
// the centre has what was made of it.
type forming struct {
	s      *Session
	drafts *drafting
	lists  cache.Worklists
	site   []ehrdesk.FormOffer
	second []string // forms that this provider has a second person approve

	mu sync.Mutex // one change of the drafts at a time: what is kept late does not bring back what was signed
}

// Forms are those of the site and of every desk.
func (w *forming) Forms(context.Context) ([]ehrdesk.FormOffer, error) {
	var out []ehrdesk.FormOffer
	for _, o := range w.site {
		if f, err := readOffer(&o); err == nil && !f.Refused() {
			out = append(out, o)
		}
	}
	for _, name := range shipped.Names() {
		raw, err := shipped.Raw(name)
		if err != nil {
			return nil, err
		}
		o := ehrdesk.FormOffer{Name: name, Raw: raw}
		f, err := readOffer(&o)
		if err != nil {
			return nil, err
		}
		o.URL, o.Version, o.Title = f.URL, f.Version, titleOf(f)
		if !slices.ContainsFunc(out, func(had ehrdesk.FormOffer) bool { return had.Name == o.Name }) { // the site's own stands in its place
			out = append(out, o)
		}
	}
	for i := range out {
		out[i].Second = slices.Contains(w.second, out[i].Name)
	}
	return out, nil
}

func titleOf(f *form.Form) ehrdesk.LocalName {
	return ehrdesk.LocalName{English: ehrdesk.CleanLine(f.Title.In("en")), Hant: ehrdesk.CleanLine(f.Title.In("zh-Hant")), Hans: ehrdesk.CleanLine(f.Title.In("zh-Hans"))}
}

// readOffer reads a form with the sets of answers of the site and of every desk.
func readOffer(o *ehrdesk.FormOffer) (*form.Form, error) { return form.Read(o.Raw, form.With(o.Sets)) }

// formOf is a form by its name. Errors: CodeNotFound for one that is not here, or cannot be filled in.
func (w *forming) formOf(ctx context.Context, op, name string) (ehrdesk.FormOffer, *form.Form, error) {
	all, err := w.Forms(ctx)
	if err != nil {
		return ehrdesk.FormOffer{}, nil, err
	}
	i := slices.IndexFunc(all, func(o ehrdesk.FormOffer) bool { return o.Name == name })
	if i < 0 {
		return ehrdesk.FormOffer{}, nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the form is not at this desk")
	}
	f, err := readOffer(&all[i])
	return all[i], f, err
}

func (w *forming) facts(c *chart.Chart) populate.Facts {
	a := w.s.Account()
	return populate.Facts{Patient: c.Patient(), User: populate.User{ID: a.Staff, Name: a.Name}, Records: chart.ForForms(c)}
}

// BeginWriting makes a draft of a form.
func (w *forming) BeginWriting(ctx context.Context, patient, name, language string) (ehrdesk.Draft, error) {
	const op = "write"
	defer w.s.sitting.Idle.Work()()
	c, err := w.drafts.open(op, patient)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	o, f, err := w.formOf(ctx, op, name)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	return w.begin(ctx, op, patient, &o, f, w.facts(c), language)
}

// add keeps a new draft of whoever is signed in.
func (w *forming) add(ctx context.Context, op, patient string, filled ehrdesk.Filled, detail string) (ehrdesk.Draft, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	had, err := w.settled(ctx, patient)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	if len(had) >= ehrdesk.DraftMostKept {
		return ehrdesk.Draft{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there are as many drafts as are kept; discard some")
	}
	if err := w.s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditDraft, Patient: patient, Detail: detail}); err != nil {
		return ehrdesk.Draft{}, err
	}
	now := w.s.sitting.Now()
	d := ehrdesk.Draft{ID: uuid.NewString(), Kind: ehrdesk.DraftForm, Patient: patient, By: w.s.Account().Staff, Made: now, Changed: now, Filled: &filled}
	return d, w.drafts.keep(ctx, op, d)
}

// mostFilled is how long a response may be that is kept: a form's answers with what was typed besides.
const mostFilled = 512 << 10

// KeepWriting puts what has been entered in the place of what was kept.
func (w *forming) KeepWriting(ctx context.Context, patient string, d ehrdesk.Draft) error {
	const op = "write"
	if d.Filled == nil || len(d.Filled.Response) > mostFilled {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what was entered is too long, or none")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	had, _, err := w.draft(ctx, op, patient, d.ID)
	if err != nil {
		return err
	}
	had.Filled.Response, had.Filled.Language, had.Changed = d.Filled.Response, d.Filled.Language, w.s.sitting.Now()
	return w.drafts.keep(ctx, op, had)
}

// draft is one of a form that is being written. Errors: CodeConflict for one that was discarded or signed.
func (w *forming) draft(ctx context.Context, op, patient, id string) (ehrdesk.Draft, *chart.Chart, error) {
	c, err := w.drafts.open(op, patient)
	if err != nil {
		return ehrdesk.Draft{}, nil, err
	}
	all, err := w.settled(ctx, patient)
	if err != nil {
		return ehrdesk.Draft{}, nil, err
	}
	i := slices.IndexFunc(all, func(d ehrdesk.Draft) bool { return d.ID == id && d.Filled != nil })
	if i < 0 {
		return ehrdesk.Draft{}, nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this draft was discarded or signed meanwhile")
	}
	return all[i], c, nil
}

// PreviewWriting says what of a draft would leave.
func (w *forming) PreviewWriting(ctx context.Context, patient, id string) (ehrdesk.Deposit, error) {
	const op = "preview"
	defer w.s.sitting.Idle.Work()()
	d, c, err := w.draft(ctx, op, patient, id)
	if err != nil {
		return ehrdesk.Deposit{}, err
	}
	return w.preview(ctx, op, d, c)
}

func (w *forming) preview(ctx context.Context, op string, d ehrdesk.Draft, c *chart.Chart) (ehrdesk.Deposit, error) {
	o, f, err := w.formOf(ctx, op, d.Filled.Form)
	if err != nil {
		return ehrdesk.Deposit{}, err
	}
	answers, _, _, err := form.ReadResponse(f, d.Filled.Response)
	if err != nil {
		return ehrdesk.Deposit{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	populate.Know(answers, w.facts(c), d.Changed) // as it was when it was last changed: shown again, it is the same
	filled := outgoing.Filled{Answers: answers, Draft: d.ID, Patient: d.Patient, By: w.author(), Language: d.Filled.Language, Authored: ehrdesk.At(d.Changed.In(ehrdesk.HongKong()))}
	if of := d.Filled.Corrects; of.ID != "" {
		filled.Corrects = of.ID
		if filled.Had, err = madeOf(ctx, c, of); err != nil {
			return ehrdesk.Deposit{}, err
		}
	}
	out := ehrdesk.Deposit{ID: d.ID, Patient: c.Patient(), Form: o.Name, Title: titleOf(f), Approval: f.Approval || o.Second}
	if f.To.Asks() {
		return w.asks(ctx, op, out, f, &filled, c)
	}
	if out.Records, err = filled.Records(); err != nil {
		return ehrdesk.Deposit{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	out.Digest = outgoing.Digest(out.Records)
	return out, nil
}

func (w *forming) author() outgoing.Author {
	a := w.s.Account()
	return outgoing.Author{Staff: a.Staff, Name: a.Name, Provider: a.Provider, ProviderName: a.ProviderName}
}

// signatory is whoever is signed in, with the key that they are enrolled with.
func (w *forming) signatory(op string, at time.Time) (outgoing.Signatory, error) {
	by, err := signerOf(w.s, op)
	if err != nil {
		return outgoing.Signatory{}, err
	}
	by.Chain = signingChain(w.s.sitting.Self.Known(), by.Key, at)
	return outgoing.Signatory{Author: w.author(), At: at, Sign: func(resource []byte) (string, error) {
		return signature.Sign(resource, by, at)
	}}, nil
}

// signerOf is the enrolled key of whoever is signed in. Errors: CodeLocked where it is not at hand.
func signerOf(s *Session, op string) (signature.Signer, error) {
	_, key := s.sitting.Line.Tokens.Person()
	private, ok := key.Key.(crypto.Signer)
	if !ok {
		return signature.Signer{}, ehrdesk.Errorf(op, ehrdesk.CodeLocked, "this person's key is not at hand")
	}
	return signature.Signer{Key: private, ID: directory.KeyName(key.Public())}, nil
}

// taker signs what whoever is signed in has taken (acts.Rule).
func taker(s *Session) func(op string, resource []byte, at time.Time) (string, error) {
	return func(op string, resource []byte, at time.Time) (string, error) {
		by, err := signerOf(s, op)
		if err != nil {
			return "", err
		}
		return signature.Sign(resource, by, at)
	}
}

// Deposits are what became of what this desk wrote about the patient.
func (w *forming) Deposits(ctx context.Context, patient string) ([]ehrdesk.DepositReceipt, error) {
	const op = "deposits"
	if _, err := w.drafts.open(op, patient); err != nil {
		return nil, err
	}
	out, err := acts.DepositsOf(ctx, w.s.acts, patient)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return out, nil
}
