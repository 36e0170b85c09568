package client

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// stands refuses a passing message whose clinical fact is not in the record yet: it names a record of this provider's that the centre
// has, as this desk wrote it or as the open chart shows it. Errors: CodeConflict.
func (w *casing) stands(ctx context.Context, patient string, m *ehrdesk.CaseMessage) error {
	const op = "case.send"
	f := m.Body.Fact
	if f == nil || f.None {
		return nil
	}
	done, err := acts.DepositsOf(ctx, w.s.acts, patient)
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	for i := range done {
		if done[i].State == ehrdesk.DepositSent && slices.ContainsFunc(done[i].Written, func(r ehrdesk.DepositWritten) bool { return r.Ref == f.Record }) {
			return nil
		}
	}
	if c := chart.Showing(w.s.charts, patient); c != nil {
		by, err := chart.Writers(ctx, c, f.Record)
		if err == nil && slices.Contains(by, w.s.Account().Provider) {
			return nil
		}
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the record that the message names is not one that this provider has written into the patient's record: what passes is written down first")
}

// coded gives an allergy the codes that this desk's table of substances has for it.
func coded(a *ehrdesk.CaseAllergy) {
	if a == nil {
		return
	}
	a.Codes = nil
	if t := terms.Substances().Named(a.Substance); t != nil {
		a.Codes = slices.Clone(t.Codes)
	}
}

// allergyForm is the form by which an allergy is reported.
const allergyForm = "allergy-report"

// DraftAllergy makes a draft of the form by which an allergy is reported, of one that was told in a case and opened here: unconfirmed,
// with who told it. Nothing leaves before whoever is signed in has seen and signed it, as any other. It asks for an open chart.
// Errors: CodeNotFound for what tells of no allergy or was not opened here, CodeDenied without the chart.
func (w *casing) DraftAllergy(ctx context.Context, id string, event int, language string) (ehrdesk.Draft, error) {
	const op = "case.allergy"
	v, err := w.cases.One(ctx, id)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	i := slices.IndexFunc(v.Said, func(s ehrdesk.CaseSaid) bool { return s.Event == event })
	if i < 0 || v.Bodies[v.Said[i].Envelope].Allergy == nil {
		return ehrdesk.Draft{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing of that number tells of an allergy and was opened here")
	}
	said := &v.Said[i]
	d, err := w.s.forming.BeginWriting(ctx, v.Patient, allergyForm, language)
	if err != nil {
		return d, err
	}
	_, f, err := w.s.forming.formOf(ctx, op, allergyForm)
	if err != nil {
		return d, err
	}
	answers, _, _, err := form.ReadResponse(f, d.Filled.Response)
	if err != nil {
		return d, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	for _, a := range ofAllergy(v.Bodies[said.Envelope].Allergy, source(&v, said, v.Bodies[said.Envelope].Allergy)) {
		if err := answers.Fill(form.At(a[0]), answerOf(f, a[0], a[1])); err != nil {
			return d, ehrdesk.E(op, ehrdesk.CodeNotFound, err)
		}
	}
	d.Filled.Response = answers.Draft(form.Header{})
	if err := w.s.forming.KeepWriting(ctx, v.Patient, d); err != nil {
		return d, err
	}
	return d, toldIn(ctx, w.s.forming, v.Patient, d.ID, ehrdesk.ToldIn{Case: id, Event: event})
}

// toldIn keeps with a draft the message that it was made of.
func toldIn(ctx context.Context, w *forming, patient, id string, told ehrdesk.ToldIn) error {
	const op = "case.allergy"
	w.mu.Lock()
	defer w.mu.Unlock()
	had, _, err := w.draft(ctx, op, patient, id)
	if err != nil {
		return err
	}
	had.Filled.Told = &told
	return w.drafts.keep(ctx, op, had)
}

// ofAllergy are the answers of the form.
func ofAllergy(a *ehrdesk.CaseAllergy, source string) [][2]string {
	out := [][2]string{{"substance", a.Substance}, {"kind", a.Kind}, {"category", a.Category}, {"certainty", "unconfirmed"}, {"risk", a.Risk}, {"manifestation", a.Reaction}}
	if a.Severity != "" {
		out = append(out, [2]string{"severity", a.Severity})
	}
	if !a.At.IsZero() {
		out = append(out, [2]string{"reaction-when", a.At.In(ehrdesk.HongKong()).Format(time.RFC3339)})
	}
	return append(out, [2]string{"note", source})
}

// source says who told of an allergy, and how sure it was said to be; of what another than its author has sealed for whoever is signed in,
// both. It is part of the record, which has one language.
func source(v *ehrdesk.CaseView, said *ehrdesk.CaseSaid, a *ehrdesk.CaseAllergy) string {
	called := func(p ehrdesk.CasePerson) string {
		for _, m := range v.Members {
			if m.CasePerson == p {
				return m.Name
			}
		}
		return p.Staff
	}
	first, again := said, ""
	for i := range v.Said {
		if said.Reseals != 0 && v.Said[i].Event == said.Reseals {
			first, again = &v.Said[i], fmt.Sprintf(" as %s (provider %s) passed it on,", called(said.By), said.By.Provider)
		}
	}
	out := []string{fmt.Sprintf("Told by %s (provider %s), %s,%s in a sealed case; not confirmed here.", called(first.By), first.By.Provider, first.At.In(ehrdesk.HongKong()).Format("2006-01-02 15:04"), again),
		fmt.Sprintf("Seen by or known from: %s. How sure, as it was told: %s.", a.Seen, a.Certainty)}
	if len(a.Codes) > 0 {
		out = append(out, "Coded there: "+strings.Join(a.Codes, ", "))
	}
	return strings.Join(out, "\n")
}

// answerOf is an answer as the form takes it: one of its options, or words.
func answerOf(f *form.Form, link, code string) (v form.Value) {
	v = form.Value{Kind: form.IsString, Text: code}
	f.Each(func(it *form.Item) {
		if it.Link != link {
			return
		}
		v.Kind = it.Type.Kind()
		for _, o := range it.Options {
			if o.Value.Coding.Code == code {
				v = o.Value
			}
		}
	})
	return v
}
