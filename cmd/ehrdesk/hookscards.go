package main

import (
	"context"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/cdshooks"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/checks"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// drafted is a chart with orders that are not signed yet. They stand in no store.
type drafted struct {
	ehrdesk.Chart
	drafts []ehrdesk.Record
}

// List is the chart's, the drafts first: they are of now.
func (d drafted) List(t ehrdesk.RecordType) []ehrdesk.Record {
	all := d.Chart.List(t)
	if t != ehrdesk.KindMedication.Type() || len(d.drafts) == 0 {
		return all
	}
	return slices.Concat(d.drafts, all)
}

// cards brings the record into step and says what the rules find: of drafts what is about one that is selected, and what one makes graver.
func (d *hooksDesk) cards(ctx context.Context, chart ehrdesk.Chart, c cdshooks.Call) ([]cdshooks.Card, error) {
	at, _, err := stepped(ctx, "hooks", chart, d.session)
	if err != nil {
		return nil, err
	}
	said, err := d.session.Acknowledged(ctx, chart.Patient().ID)
	if err != nil {
		return nil, renamed("hooks", err)
	}
	with, without := drafted{Chart: chart}, drafted{Chart: chart}
	selected := map[ehrdesk.Ref]bool{}
	for _, x := range c.Drafts {
		r := x.Record
		r.Source = d.session.Account().ProviderName // whoever orders does so here
		with.drafts = append(with.drafts, r)
		if x.Selected {
			selected[r.Ref()] = true
		} else {
			without.drafts = append(without.drafts, r)
		}
	}
	b := d.bookOf(with, d.session)
	report := b.Checked()
	var before map[string]bool // what is so without those selected, by its mark
	if c.Hook == cdshooks.OrderSelect {
		before = marks(d.bookOf(without, d.session).Checked())
	}
	var out []cdshooks.Card
	for i := range report.Findings {
		f := &report.Findings[i]
		if f.Tier < safety.Info && (c.Hook == cdshooks.PatientView || isOf(f, selected) || raisedBy(f, selected) && !before[f.Mark]) {
			out = append(out, cardOf(b, report, f, said))
		}
	}
	lacking := lackingCard(b, report, with.drafts, selected)
	if !at.IsZero() {
		lacking.Lines = append(lacking.Lines, "the record is "+copyOf(at)+": the central service cannot be reached")
	}
	if len(lacking.Lines) > 0 {
		if lacking.Summary == "" {
			lacking.Summary = lacking.Lines[0]
		}
		lacking.Lines = append(lacking.Lines, b.Env.S(b.Env.T.Safety.NotAll))
		out = append(out, lacking)
	}
	return out, nil
}

// isOf reports a finding that is about one of the drafts, also where the same drug is on record already.
func isOf(f *safety.Finding, drafts map[ehrdesk.Ref]bool) bool {
	in := func(m *safety.Medicine) bool { return m != nil && holds(m, drafts) }
	return in(f.A) || in(f.B) || f.Duty != nil && in(f.Duty.Of) || f.Second != nil && drafts[f.Second.Ref()]
}

// raisedBy reports a finding about other drugs that rests on a draft.
func raisedBy(f *safety.Finding, drafts map[ehrdesk.Ref]bool) bool {
	return slices.ContainsFunc(f.Raised, func(g safety.Ground) bool { return g.Medicine != nil && holds(g.Medicine, drafts) })
}

// marks are the findings of a report. A mark holds the tier: a finding that a draft makes graver has another.
func marks(r *safety.Report) map[string]bool {
	out := map[string]bool{}
	for i := range r.Findings {
		out[r.Findings[i].Mark] = true
	}
	return out
}

func holds(m *safety.Medicine, records map[ehrdesk.Ref]bool) bool {
	return slices.ContainsFunc(m.Drug.History, func(e medication.Event) bool { return records[e.Record.Ref()] })
}

// source names what says it.
func source(r *safety.Report) string { return "ehrdesk safety rules v" + r.Version }

func cardOf(b *page.Book, r *safety.Report, f *safety.Finding, said []ehrdesk.Acknowledgement) cdshooks.Card {
	j := findingOf(b, r, f, said)
	card := cdshooks.Card{Summary: b.Words().Tier(f.Tier) + " " + j.Title + ": " + j.Effect, Indicator: indicatorOf(f.Tier), Source: source(r)}
	if card.Lines = []string{j.Effect}; len(j.Grounds) > 0 {
		card.Lines = append(card.Lines, strings.Join(j.Grounds, " · "))
	}
	for _, line := range []string{j.Action, j.Alternatives} {
		if line != "" {
			card.Lines = append(card.Lines, line)
		}
	}
	for _, rec := range f.Records() {
		card.Lines = append(card.Lines, recordWords(citedOf(b, rec)))
	}
	if j.Acknowledged != nil {
		card.Lines = append(card.Lines, "acknowledged by "+j.Acknowledged.By+", "+j.Acknowledged.At+": "+j.Acknowledged.Reason)
	}
	card.Lines = append(card.Lines, b.Words().Rule(f, r.Version))
	return card
}

func indicatorOf(t safety.Tier) cdshooks.Indicator {
	switch t {
	case safety.Stop:
		return cdshooks.Critical
	case safety.Serious:
		return cdshooks.Warning
	case safety.Precaution, safety.Info:
	}
	return cdshooks.Info
}

const beingOrdered = " (being ordered)"

// recordWords is a record that is cited. A draft is said to be one.
func recordWords(r citedJSON) string {
	if strings.HasPrefix(r.ID, cdshooks.DraftID) {
		return r.Title + beingOrdered
	}
	return r.Title + " (" + strings.Trim(r.Source+", "+r.Date, ", ") + ")"
}

// lackingCard says what was not checked; without lines where all was.
func lackingCard(b *page.Book, r *safety.Report, drafts []ehrdesk.Record, selected map[ehrdesk.Ref]bool) cdshooks.Card {
	card := cdshooks.Card{Indicator: cdshooks.Info, Source: source(r)}
	t := &b.Env.T.Safety
	var heads []string
	var names []string
	for _, m := range r.Unchecked() {
		names = append(names, citedOf(b, m.Drug.Lead).Title)
	}
	total := len(r.Medicines)
	for i := range drafts { // one whose end has passed, or that forbids its drug, is no medicine that is taken
		ref := drafts[i].Ref()
		if selected[ref] && !slices.ContainsFunc(r.Medicines, func(m safety.Medicine) bool { return holds(&m, map[ehrdesk.Ref]bool{ref: true}) }) {
			names = append(names, citedOf(b, &drafts[i]).Title+beingOrdered)
			total++
		}
	}
	if len(names) > 0 {
		heads = append(heads, text.Sprintf(b.Env.S(t.Unchecked), len(names), total))
		card.Lines = append(card.Lines, "not checked: "+strings.Join(names, ", "))
	}
	if all := r.UncheckedAllergies(); len(all) > 0 {
		heads = append(heads, text.Sprintf(b.Env.S(t.UncheckedAllergies), len(all)))
		for _, x := range all {
			card.Lines = append(card.Lines, "allergy not checked: "+citedOf(b, x.Record).Title)
		}
	}
	if off := checks.Off(b); len(off) > 0 {
		heads = append(heads, off[0])
		card.Lines = append(card.Lines, off...)
	}
	card.Summary = strings.Join(heads, " · ")
	return card
}
