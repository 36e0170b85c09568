package client

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/populate"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
)

// asks is what leaves of a form whose answers are sent to one provider or to the Office, and are no record.
func (w *forming) asks(ctx context.Context, op string, d ehrdesk.Deposit, f *form.Form, filled *outgoing.Filled, c *chart.Chart) (ehrdesk.Deposit, error) {
	kind := ehrdesk.RequestIncident
	if f.To == form.ToContributor {
		kind = ehrdesk.RequestQuery
	}
	r, err := filled.Request(kind)
	if err != nil {
		return d, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	r.From, r.Patient = ehrdesk.RequestParty{ID: w.s.Account().Provider, Name: w.s.Account().ProviderName}, c.Patient()
	of, none := entryOf(c, op, r.Body.About) // an incident may be about no record
	switch {
	case kind == ehrdesk.RequestIncident:
		r.To = ehrdesk.RequestParty{ID: ehrdesk.Office}
	case r.Body.About.ID == "":
		return d, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a query says which record it is about")
	case none != nil:
		return d, none
	default:
		if r.To, err = w.contributor(ctx, op, c, &of); err != nil {
			return d, err
		}
	}
	if none == nil {
		r.Body.Attached = []ehrdesk.Attached{{Ref: of.Ref(), Title: ehrdesk.CleanLine(of.Title), Date: of.Date, Source: ehrdesk.CleanLine(of.Source)}}
	}
	d.Request = &r
	d.Digest, err = outgoing.DigestTask(&r)
	return d, err
}

// entryOf is a record of the chart that somebody may be asked about. Errors: CodeNotFound, CodeDenied for a restricted one.
func entryOf(c *chart.Chart, op string, ref ehrdesk.Ref) (ehrdesk.Record, error) {
	all := chart.All(c)
	i := slices.IndexFunc(all, func(r ehrdesk.Record) bool { return r.Ref() == ref })
	switch {
	case i < 0:
		return ehrdesk.Record{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the record that it is about is not in this chart")
	case all[i].Restricted || all[i].Released:
		return ehrdesk.Record{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "nobody is asked about a restricted record")
	}
	return all[i], nil
}

// contributor is the provider that wrote a record: as its Provenance says, else the one of the directory that is called as the
// record's source is. Errors: CodeDenied for this provider itself, *ehrdesk.NoContributor where nobody can say.
func (w *forming) contributor(ctx context.Context, op string, c *chart.Chart, r *ehrdesk.Record) (ehrdesk.RequestParty, error) {
	me := w.s.Account()
	own := ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this provider wrote the record itself: it is put right, and nobody is asked")
	by, err := chart.Writers(ctx, c, r.Ref())
	if err != nil {
		return ehrdesk.RequestParty{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	if slices.Contains(by, me.Provider) {
		return ehrdesk.RequestParty{}, own
	}
	all, _, err := w.s.Providers(ctx, "", "")
	if err != nil && len(by) == 0 {
		return ehrdesk.RequestParty{}, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	var found []ehrdesk.RequestParty
	source := strings.TrimSpace(ehrdesk.CleanLine(r.Source))
	for i := range all {
		p := &all[i]
		named := len(by) == 0 && source != "" && (strings.EqualFold(p.Name, source) || p.Chinese == source)
		if p.Active && (slices.Contains(by, p.ID) || named) {
			found = append(found, ehrdesk.RequestParty{ID: p.ID, Name: p.Name})
		}
	}
	switch {
	case len(found) == 1 && found[0].ID == me.Provider:
		return ehrdesk.RequestParty{}, own
	case len(found) == 1:
		return found[0], nil
	case len(by) == 1: // the directory is not at hand, or older than the provider
		return ehrdesk.RequestParty{ID: by[0], Name: cmp.Or(source, by[0])}, nil
	}
	return ehrdesk.RequestParty{}, ehrdesk.E(op, ehrdesk.CodeNotFound, &ehrdesk.NoContributor{Source: source})
}

// Query makes a draft of the form by which whoever wrote a record is asked to look at it.
func (w *forming) Query(ctx context.Context, patient string, ref ehrdesk.Ref, language string) (ehrdesk.Draft, error) {
	const op = "query"
	defer w.s.sitting.Idle.Work()()
	c, err := w.drafts.open(op, patient)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	of, err := entryOf(c, op, ref)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	if _, err := w.contributor(ctx, op, c, &of); err != nil {
		return ehrdesk.Draft{}, err
	}
	all, err := w.Forms(ctx)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	for i := range all {
		f, err := readOffer(&all[i])
		if err != nil || f.To != form.ToContributor {
			continue
		}
		in := w.facts(c)
		in.Entry, in.EntryWords = &of, strings.TrimSpace(of.Date.Date()+" "+ehrdesk.CleanLine(of.Title))
		return w.begin(ctx, op, patient, &all[i], f, in, language)
	}
	return ehrdesk.Draft{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this desk has no form by which an entry is queried")
}

// begin makes a draft of a form, begun with what the record says.
func (w *forming) begin(ctx context.Context, op, patient string, o *ehrdesk.FormOffer, f *form.Form, in populate.Facts, language string) (ehrdesk.Draft, error) {
	a := form.New(f)
	filled := ehrdesk.Filled{Form: o.Name, Version: f.Version, Language: language}
	for _, s := range populate.Begin(a, in, w.s.sitting.Now()) {
		if s.From.ID != "" && s.From.Resource != "Patient" {
			filled.Began = append(filled.Began, ehrdesk.BeganWith{Link: s.Place.Link, Rows: s.Place.Rows, Record: s.From})
		}
	}
	filled.Response = a.Draft(form.Header{})
	return w.add(ctx, op, patient, filled, "begun: "+o.Name)
}

// ask sends a request as it was shown. Whoever is signed in sends it; it says who wrote it.
func (w *forming) ask(ctx context.Context, op string, d ehrdesk.Deposit) (ehrdesk.DepositReceipt, error) {
	if as[acts.RequestCarrier](w.s.centre) == nil {
		return ehrdesk.DepositReceipt{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "this server carries no requests between providers")
	}
	r := *d.Request
	first := w.s.step(ehrdesk.RequestStep{State: ehrdesk.RequestSent})
	first.ID = d.ID
	r.Steps, r.Version = []ehrdesk.RequestStep{first}, 1
	out, err := w.s.of.TakeWritten(ctx, d, r)
	if err != nil {
		return out, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	return out, nil
}
