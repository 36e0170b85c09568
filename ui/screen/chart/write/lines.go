package write

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// line is a row of the page in a style. item is which thing it is, from 1 on, 0 for words between.
type line struct {
	style paint.Style
	words string
	item  int
}

// listLines are the list: what waits, the drafts, the forms and what was sent, each part with its heading.
func (p *Page) listLines() (out []line) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	heads := [...]text.T{ofApproval: t.Approvals, ofDraft: t.Drafts, ofForm: t.Forms, ofSent: t.Deposits}
	all := p.items()
	for i := range all {
		x := &all[i]
		if i == 0 || all[i-1].kind != x.kind {
			out = append(out, line{theme.Title, e.S(heads[x.kind]), 0})
		}
		words := x.name
		if x.words != "" {
			words += " · " + x.words
		}
		st := theme.Text
		if x.kind == ofDraft {
			st = theme.Draft
		}
		out = append(out, line{st, words, i + 1})
	}
	switch {
	case len(all) > 0:
	case len(p.home.forms) == 0:
		out = append(out, line{theme.Muted, e.S(t.None), 0})
	default:
		out = append(out, line{theme.Muted, e.S(t.NoMatch), 0})
	}
	return out
}

// previewLines are each record as a row as the chart will show it, those of a kind together, with what becomes of it.
func (p *Page) previewLines() (out []line) {
	e, t, s := p.b.Env, &p.b.Env.T.Writing, p.show
	out = append(out, line{theme.Title, text.Sprintf(e.S(t.PreviewTitle), s.name), 0})
	if s.deposit.Request != nil {
		out = append(out, p.askedHead(s.deposit.Request)...)
	} else {
		out = append(out, line{theme.Text, e.S(t.ToWhom), 0})
	}
	switch {
	case s.own:
		out = append(out, line{theme.Abnormal, e.S(t.OwnWaits), 0})
	case s.approval != nil:
		out = append(out, line{theme.Abnormal, text.Sprintf(e.S(t.ToApprove), ehrdesk.CleanLine(s.approval.ByName)), 0})
	case s.second:
		out = append(out, line{theme.Abnormal, e.S(t.SecondNote), 0})
	}
	if s.withdraw != "" {
		out = append(out, line{theme.Abnormal, text.Sprintf(e.S(t.Why), e.S(t.WithdrawalWhy(string(s.withdraw)))), 0}, line{theme.Muted, e.S(t.WithdrawNote), 0})
	}
	if s.corrects.ID != "" {
		out = append(out, line{theme.Abnormal, e.S(t.Correction), 0})
	}
	if s.deposit.Request != nil {
		return append(out, p.letterLines(s.deposit.Request)...)
	}
	var had []ehrdesk.Kind
	for i := range s.deposit.Records {
		k := s.deposit.Records[i].Record.Kind
		if slices.Contains(had, k) {
			continue
		}
		had = append(had, k)
		out = append(out, line{theme.Label, e.S(e.T.KindName(k)), 0})
		for n := range s.deposit.Records {
			if r := &s.deposit.Records[n].Record; r.Kind == k {
				out = append(out, line{theme.Text, p.rowWords(r) + " · " + p.standingWords(s.standing(r)), n + 1})
			}
		}
	}
	return append(out, line{theme.Muted, text.Sprintf(e.S(t.Leaves), len(s.deposit.Records)), 0})
}

func (p *Page) standingWords(s standing) string {
	t := &p.b.Env.T.Writing
	return p.b.Env.S([...]text.T{isNew: t.New, newVersion: t.Version, withdrawn: t.Gone}[s])
}

// rowWords are a record in one line, as the list of the chart has it.
func (p *Page) rowWords(r *ehrdesk.Record) string {
	words := p.b.Env.Facts().Row(r)
	var out []string
	for _, w := range [...]string{words.Title, words.Value, words.Flag, words.Day} {
		if w = ehrdesk.CleanLine(w); w != "" && !strings.Contains(strings.Join(out, "  "), w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, "  ")
}

// found is a record of those that leave, or of the chart.
func (p *Page) found(ref ehrdesk.Ref, leave []ehrdesk.DepositRecord) (ehrdesk.Record, bool) {
	if i := slices.IndexFunc(leave, func(r ehrdesk.DepositRecord) bool { return r.Record.Ref() == ref }); i >= 0 {
		return leave[i].Record, true
	}
	return p.record(ref)
}

// joined are the words that there are.
func joined(by string, all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), by)
}

// recordLines are the record in focus as it will be read, or its bytes.
func (p *Page) recordLines() (out []line) {
	e, t, s := p.b.Env, &p.b.Env.T.Writing, p.show
	if s.sel >= len(s.deposit.Records) || s.sel >= len(s.elements) {
		return nil
	}
	r := &s.deposit.Records[s.sel]
	head := reading.HeadOf(e.Facts(), &r.Record)
	out = append(out, line{theme.Title, head.Title, 0}, line{theme.Muted, joined(" · ", p.standingWords(s.standing(&r.Record)), head.Status, head.When, head.Source), 0},
		line{theme.Strong, joined("  ", head.Value, head.Flag, head.Range), 0})
	if s.raw {
		out = append(out, line{theme.Label, e.S(t.Bytes), 0})
		for l := range strings.SplitSeq(bytesOf(r.Body), "\n") {
			body := strings.TrimLeft(l, " ")
			out = append(out, line{theme.Text, l[:len(l)-len(body)] + ehrdesk.CleanLine(body), 0})
		}
		return out
	}
	in := reading.In{Words: e.Facts(), Record: &r.Record, Find: func(ref ehrdesk.Ref) (ehrdesk.Record, bool) { return p.found(ref, s.deposit.Records) },
		Label: func(el *ehrdesk.Element) string { return e.T.Element(e.Lang, ehrdesk.CleanLine(el.Label)) },
		Say:   func(r *ehrdesk.Record) string { return p.rowWords(r) }}
	for _, l := range reading.Of(in, r.Record.Resource, s.elements[s.sel]).Lines {
		words := strings.Repeat("  ", l.Indent)
		switch {
		case len(l.Cells) > 0:
			words += strings.Join(append([]string{l.Label}, l.Cells...), "  ")
		case l.Value == "":
			out = append(out, line{theme.Label, words + l.Label, 0})
			continue
		case l.Label != "":
			words += l.Label + ": " + l.Value
		default:
			words += l.Value
		}
		for part := range strings.SplitSeq(words, "\n") {
			out = append(out, line{theme.Text, part, 0})
		}
	}
	return out
}

// faultLines are what is wrong with the form.
func (p *Page) faultLines() (out []line) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	out = append(out, line{theme.Title, e.S(t.Faults), 0})
	for i, x := range p.wrong.all {
		out = append(out, line{theme.Critical, "! " + x.Words, i + 1})
	}
	return out
}

// reasonLines are the reasons of a withdrawal.
func (p *Page) reasonLines() (out []line) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	out = append(out, line{theme.Title, e.S(t.WithdrawTitle), 0}, line{theme.Text, p.recordWords(p.why.of), 0}, line{theme.Muted, e.S(t.WithdrawNote), 0}, line{})
	for i, why := range withdrawals() {
		out = append(out, line{theme.Text, e.S(t.WithdrawalWhy(string(why))), i + 1})
	}
	return out
}

// cardLines are what is asked: who signs what, about whom, for whom to read.
func (p *Page) cardLines() (out []line) {
	e, t, k := p.b.Env, &p.b.Env.T.Writing, p.card
	keys := t.CardKeys
	if k.asks {
		keys = t.AskKeys
	}
	switch {
	case k.discard != "":
		out = append(out, line{theme.Title, k.name, 0}, line{theme.Critical, "! " + e.S(e.T.Drafts.DiscardAsk), 0})
		keys = t.DiscardKeys
	case k.reason != nil:
		out = append(out, line{theme.Title, text.Sprintf(e.S(t.RefuseTitle), k.name), 0})
		keys = t.RefuseKeys
	default:
		out = append(out, p.signLines()...)
	}
	if !k.wrong.None() {
		out = append(out, line{theme.Critical, "! " + e.Words(k.wrong), 0})
	}
	if p.locked() {
		return append(out, line{}, line{theme.Syncing, e.Progress(&p.job, t.Signing), 0})
	}
	return append(out, line{}, line{theme.Strong, e.S(keys), 0})
}

func (p *Page) signLines() (out []line) {
	e, t, s := p.b.Env, &p.b.Env.T.Writing, p.show
	who, by := p.b.Chart.Patient(), e.Account()
	title := text.Sprintf(e.S(t.CardTitle), s.name)
	asks := s.deposit.Request
	if asks != nil {
		title = text.Sprintf(e.S(t.AskTitle), s.name)
	}
	if s.approval != nil {
		title = text.Sprintf(e.S(t.ApproveTitle), s.name, ehrdesk.CleanLine(s.approval.ByName))
	}
	var kinds []string
	for i := range s.deposit.Records {
		if name := e.S(e.T.KindName(s.deposit.Records[i].Record.Kind)); !slices.Contains(kinds, name) {
			kinds = append(kinds, name)
		}
	}
	name, _ := e.InList(who)
	me := ehrdesk.CleanLine(by.Name) + " · " + e.RoleName(by.Role) + " · " + ehrdesk.CleanLine(by.ProviderName)
	out = append(out, line{theme.Title, title, 0}, line{}, line{theme.Strong, text.Sprintf(e.S(t.About), name+" · "+who.Born.Date()), 0})
	if asks != nil {
		out = append(append(out, line{theme.Text, text.Sprintf(e.S(t.AskedBy), me), 0}), p.askedHead(asks)...)
	} else {
		out = append(out, line{theme.Text, text.Sprintf(e.S(t.SignedBy), me), 0},
			line{theme.Text, text.Sprintf(e.S(t.What), strings.Join(kinds, ", ")), 0}, line{theme.Text, e.S(t.ToWhom), 0})
	}
	if s.withdraw != "" {
		out = append(out, line{theme.Abnormal, text.Sprintf(e.S(t.Why), e.S(t.WithdrawalWhy(string(s.withdraw)))), 0})
	}
	if s.second && s.approval == nil {
		out = append(out, line{theme.Abnormal, e.S(t.SecondNote), 0})
	}
	return out
}

// toldLines are the receipt: how far it has come, what that means, and the records that the centre has.
func (p *Page) toldLines() (out []line) {
	e, t, r := p.b.Env, &p.b.Env.T.Writing, p.told
	st, more := theme.Good, t.SentMore
	switch r.State {
	case ehrdesk.DepositWaits:
		st, more = theme.Abnormal, t.WaitsMore
	case ehrdesk.DepositRefused:
		st, more = theme.Critical, t.RefusedMore
	case ehrdesk.DepositApproval:
		st, more = theme.Abnormal, t.SecondMore
	case ehrdesk.DepositSent:
		if r.Asked.ID != "" {
			more = t.AskedMore
		}
	}
	title := e.S(t.Told)
	if r.name != "" {
		title += ": " + r.name
	}
	out = append(out, line{theme.Title, title, 0}, line{st, p.stateWords(&r.DepositReceipt) + " · " + e.Facts().Moment(ehrdesk.At(r.At)), 0})
	if r.Asked.ID != "" {
		out = append(out, line{theme.Text, text.Sprintf(e.S(t.AskedTo), p.asked(r.Asked)), 0})
	}
	out = append(out, line{theme.Text, e.S(more), 0})
	if r.State == ehrdesk.DepositRefused {
		out = append(out, line{theme.Critical, text.Sprintf(e.S(t.Why), e.ExplainLine(ehrdesk.E("deposit", r.Why, nil))), 0})
	}
	if r.letter != nil {
		out = append(out, line{theme.Strong, e.S(t.ReferNext), 0})
	}
	out = append(out, line{})
	for _, w := range r.Written {
		words := ehrdesk.CleanLine(w.Ref.String())
		if rec, ok := p.found(w.Ref, r.records); ok {
			words = p.rowWords(&rec)
		}
		out = append(out, line{theme.Text, text.Sprintf(e.S(t.Written), words, ehrdesk.CleanLine(w.Version)), 0})
	}
	return out
}

// spoken are lines as they are said one by one.
func spoken(all []line, sel int) (screen.Reading, bool) {
	out := screen.Reading{Sel: sel}
	for _, l := range all {
		if l.words == "" {
			continue
		}
		out.Lines = append(out.Lines, screen.Line{N: l.item, Text: strings.TrimSpace(l.words)})
		out.Total = max(out.Total, l.item)
	}
	return out, true
}
