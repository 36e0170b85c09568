package write

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// listLines are the list: what waits, the drafts, the forms and what was sent, each part with its heading.
func (p *Page) listLines() (out []page.Line) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	heads := [...]text.T{ofApproval: t.Approvals, ofDraft: t.Drafts, ofForm: t.Forms, ofSent: t.Deposits}
	all := p.items()
	for i := range all {
		x := &all[i]
		if i == 0 || all[i-1].kind != x.kind {
			out = append(out, page.Says(theme.Title, e.S(heads[x.kind])))
		}
		words := x.name
		if x.words != "" {
			words += " · " + x.words
		}
		st := theme.Text
		if x.kind == ofDraft {
			st = theme.Draft
		}
		out = append(out, page.Line{Style: st, Words: words, Item: i + 1})
	}
	switch {
	case len(all) > 0:
	case len(p.home.forms) == 0:
		out = append(out, page.Says(theme.Muted, e.S(t.None)))
	default:
		out = append(out, page.Says(theme.Muted, e.S(t.NoMatch)))
	}
	return out
}

// previewLines are each record as a row as the chart will show it, those of a kind together, with what becomes of it.
func (p *Page) previewLines() (out []page.Line) {
	e, t, s := p.b.Env, &p.b.Env.T.Writing, p.show
	out = append(out, page.Says(theme.Title, text.Sprintf(e.S(t.PreviewTitle), s.name)))
	if s.deposit.Request != nil {
		out = append(out, p.askedHead(s.deposit.Request)...)
	} else {
		out = append(out, page.Says(theme.Text, e.S(t.ToWhom)))
	}
	switch {
	case s.own:
		out = append(out, page.Says(theme.Abnormal, e.S(t.OwnWaits)))
	case s.approval != nil:
		out = append(out, page.Says(theme.Abnormal, text.Sprintf(e.S(t.ToApprove), ehrdesk.CleanLine(s.approval.ByName))))
	case s.second:
		out = append(out, page.Says(theme.Abnormal, e.S(t.SecondNote)))
	}
	if s.withdraw != "" {
		out = append(out, page.Says(theme.Abnormal, text.Sprintf(e.S(t.Why), e.S(t.WithdrawalWhy(string(s.withdraw))))), page.Says(theme.Muted, e.S(t.WithdrawNote)))
	}
	if s.corrects.ID != "" {
		out = append(out, page.Says(theme.Abnormal, e.S(t.Correction)))
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
		out = append(out, page.Says(theme.Label, e.S(e.T.KindName(k))))
		for n := range s.deposit.Records {
			if r := &s.deposit.Records[n].Record; r.Kind == k {
				out = append(out, page.Line{Style: theme.Text, Words: p.rowWords(r) + " · " + p.standingWords(s.standing(r)), Item: n + 1})
			}
		}
	}
	return append(out, page.Says(theme.Muted, text.Sprintf(e.S(t.Leaves), len(s.deposit.Records))))
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
func (p *Page) recordLines() (out []page.Line) {
	e, t, s := p.b.Env, &p.b.Env.T.Writing, p.show
	if s.sel >= len(s.deposit.Records) || s.sel >= len(s.elements) {
		return nil
	}
	r := &s.deposit.Records[s.sel]
	head := reading.HeadOf(e.Facts(), &r.Record)
	out = append(out, page.Says(theme.Title, head.Title), page.Says(theme.Muted, joined(" · ", p.standingWords(s.standing(&r.Record)), head.Status, head.When, head.Source)),
		page.Says(theme.Strong, joined("  ", head.Value, head.Flag, head.Range)))
	if s.raw {
		out = append(out, page.Says(theme.Label, e.S(t.Bytes)))
		for l := range strings.SplitSeq(bytesOf(r.Body), "\n") {
			body := strings.TrimLeft(l, " ")
			out = append(out, page.Says(theme.Text, l[:len(l)-len(body)]+ehrdesk.CleanLine(body)))
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
			out = append(out, page.Says(theme.Label, words+l.Label))
			continue
		case l.Label != "":
			words += text.Sprintf(e.S(e.T.Filling.Pair), l.Label, l.Value)
		default:
			words += l.Value
		}
		for part := range strings.SplitSeq(words, "\n") {
			out = append(out, page.Says(theme.Text, part))
		}
	}
	return out
}

// faultLines are what is wrong with the form.
func (p *Page) faultLines() (out []page.Line) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	out = append(out, page.Says(theme.Title, e.S(t.Faults)))
	for i, x := range p.wrong.all {
		out = append(out, page.Line{Style: theme.Critical, Words: "! " + x.Words, Item: i + 1})
	}
	return out
}

// reasonLines are the reasons of a withdrawal.
func (p *Page) reasonLines() (out []page.Line) {
	e, t := p.b.Env, &p.b.Env.T.Writing
	out = append(out, page.Says(theme.Title, e.S(t.WithdrawTitle)), page.Says(theme.Text, p.recordWords(p.why.of)), page.Says(theme.Muted, e.S(t.WithdrawNote)), page.Line{})
	for i, why := range withdrawals() {
		out = append(out, page.Line{Style: theme.Text, Words: e.S(t.WithdrawalWhy(string(why))), Item: i + 1})
	}
	return out
}

// cardLines are what is asked: who signs what, about whom, for whom to read.
func (p *Page) cardLines() (out []page.Line) {
	e, t, k := p.b.Env, &p.b.Env.T.Writing, p.card
	keys := t.CardKeys
	if k.asks {
		keys = t.AskKeys
	}
	switch {
	case k.discard != "":
		out = append(out, page.Says(theme.Title, k.name), page.Says(theme.Critical, "! "+e.S(e.T.Drafts.DiscardAsk)))
		keys = t.DiscardKeys
	case k.reason != nil:
		out = append(out, page.Says(theme.Title, text.Sprintf(e.S(t.RefuseTitle), k.name)))
		keys = t.RefuseKeys
	default:
		out = append(out, p.signLines()...)
	}
	if !k.wrong.None() {
		out = append(out, page.Says(theme.Critical, "! "+e.Words(k.wrong)))
	}
	if p.locked() {
		return append(out, page.Line{}, page.Says(theme.Syncing, e.Progress(&p.job, t.Signing)))
	}
	return append(out, page.Line{}, page.Says(theme.Strong, e.S(keys)))
}

func (p *Page) signLines() (out []page.Line) {
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
	out = append(out, page.Says(theme.Title, title), page.Line{}, page.Says(theme.Strong, text.Sprintf(e.S(t.About), name+" · "+who.Born.Date())))
	if asks != nil {
		out = append(append(out, page.Says(theme.Text, text.Sprintf(e.S(t.AskedBy), me))), p.askedHead(asks)...)
	} else {
		out = append(out, page.Says(theme.Text, text.Sprintf(e.S(t.SignedBy), me)),
			page.Says(theme.Text, text.Sprintf(e.S(t.What), strings.Join(kinds, ", "))), page.Says(theme.Text, e.S(t.ToWhom)))
	}
	if s.withdraw != "" {
		out = append(out, page.Says(theme.Abnormal, text.Sprintf(e.S(t.Why), e.S(t.WithdrawalWhy(string(s.withdraw))))))
	}
	if s.second && s.approval == nil {
		out = append(out, page.Says(theme.Abnormal, e.S(t.SecondNote)))
	}
	return out
}

// toldLines are the receipt: how far it has come, what that means, and the records that the centre has.
func (p *Page) toldLines() (out []page.Line) {
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
		title = text.Sprintf(e.S(e.T.Filling.Pair), title, r.name)
	}
	out = append(out, page.Says(theme.Title, title), page.Says(st, p.stateWords(&r.DepositReceipt)+" · "+e.Facts().Moment(ehrdesk.At(r.At))))
	if r.Asked.ID != "" {
		out = append(out, page.Says(theme.Text, text.Sprintf(e.S(t.AskedTo), p.asked(r.Asked))))
	}
	out = append(out, page.Says(theme.Text, e.S(more)))
	if r.State == ehrdesk.DepositRefused {
		out = append(out, page.Says(theme.Critical, text.Sprintf(e.S(t.Why), e.ExplainLine(ehrdesk.E("deposit", r.Why, nil)))))
	}
	if r.letter != nil {
		words := e.S(t.ReferNext)
		if to := p.askedBy(*r.letter); to != "" {
			words = text.Sprintf(e.S(t.Referred), to)
		}
		out = append(out, page.Says(theme.Strong, words))
	}
	out = append(out, page.Line{})
	for _, w := range r.Written {
		words := ehrdesk.CleanLine(w.Ref.String())
		if rec, ok := p.found(w.Ref, r.records); ok {
			words = p.rowWords(&rec)
		}
		out = append(out, page.Says(theme.Text, text.Sprintf(e.S(t.Written), words, ehrdesk.CleanLine(w.Version))))
	}
	return out
}
