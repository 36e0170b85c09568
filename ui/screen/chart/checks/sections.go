package checks

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// styles are how the tiers are drawn: the word says it, the colour only repeats it.
var styles = [...]paint.Style{safety.Stop: theme.Critical, safety.Serious: theme.Abnormal, safety.Precaution: theme.Text, safety.Info: theme.Muted}

// sections are the findings by tier, and what was not checked.
func (p *Page) sections() (out []sections.Section) {
	r := p.b.Report()
	if r == nil {
		return nil
	}
	out = Sections(p.b, r, p.all)
	return out
}

// Sections are a report in words: a section a tier, then what was not checked. all shows those that are folded at first.
func Sections(b *page.Book, r *safety.Report, all bool) (out []sections.Section) {
	e, t := b.Env, &b.Env.T.Safety
	shown := len(r.Findings)
	if !all {
		shown = min(shown, shownAtFirst)
	}
	for tier := safety.Stop; tier <= safety.Info; tier++ {
		s := sections.Section{ID: tierIDs[tier], Name: b.Words().Tier(tier)}
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Tier == tier && i < shown {
				s.Lines = append(s.Lines, lines(b, r, f, i)...)
			}
		}
		if len(s.Lines) > 0 {
			out = append(out, s)
		}
	}
	last := sections.Section{ID: "not-checked", Name: e.S(t.Title)}
	if rest := len(r.Findings) - shown; rest > 0 {
		last.Lines = append(last.Lines, sections.Line{Title: text.Sprintf(e.S(t.More), rest), Value: counted(b, r, shown), To: intent.Intent{ID: intent.Fold}})
	}
	last.Lines = append(last.Lines, unchecked(b, r)...)
	words := b.Words()
	last.Below = strings.Join(append(words.Outcome(r), e.S(t.NotAll)), " · ")
	last.Why = strings.Join(Off(b), " · ")
	return append(out, last)
}

// tierIDs are what commands call the tiers.
var tierIDs = [...]string{safety.Stop: "stop", safety.Serious: "serious", safety.Precaution: "caution", safety.Info: "info"}

// TierID is what commands call a tier.
func TierID(t safety.Tier) string { return tierIDs[t] }

// counted is how many findings of each tier there are from one on.
func counted(b *page.Book, r *safety.Report, from int) string {
	var out []string
	for tier := safety.Stop; tier <= safety.Info; tier++ {
		n := 0
		for i := from; i < len(r.Findings); i++ {
			if r.Findings[i].Tier == tier {
				n++
			}
		}
		if n > 0 {
			out = append(out, b.Words().Counted(tier, n))
		}
	}
	return strings.Join(out, " · ")
}

// lines are a finding: what it is of and what happens, its records, what to do.
func lines(b *page.Book, r *safety.Report, f *safety.Finding, i int) (out []sections.Line) {
	words := b.Words()
	to := intent.Intent{ID: intent.Checks, Arg: i}
	grounds := words.Grounds(f)
	if a, ok := b.Said(f.Mark); ok {
		grounds = append(grounds, text.Sprintf(b.Env.S(b.Env.T.Safety.Acknowledged), ehrdesk.CleanLine(a.By), words.Date(ehrdesk.At(a.At))))
	}
	out = append(out, sections.Line{To: to, Title: words.Finding(f), Value: words.Says(f), Flag: strings.Join(grounds, " · "), Style: styles[f.Tier]})
	for _, rec := range f.Records() {
		out = append(out, record(b, f, rec))
	}
	if said := sections.Joined(words.Do(f), words.Alternatives(f)); said != "" {
		out = append(out, sections.Line{To: to, Title: "  " + said, Rest: true})
	}
	return append(out, sections.Line{To: to, Title: "  " + words.Rule(f, r.Version), Rest: true})
}

// record is a line of one that a finding rests on.
func record(b *page.Book, f *safety.Finding, rec *ehrdesk.Record) sections.Line {
	words := b.Words()
	l := sections.Record(b, rec)
	l.Title, l.Flag, l.Style = "  "+l.Title, "", theme.Muted
	for _, m := range []*safety.Medicine{f.A, f.B} {
		if m != nil && m.Ref() == rec.Ref() {
			l.Flag = words.Taking(m)
			if m.Prescriber != "" && m.Prescriber != rec.Source {
				l.Value = sections.Joined(l.Value, ehrdesk.CleanLine(m.Prescriber))
			}
		}
	}
	return l
}

// unchecked are the medicines and allergies that no table has.
func unchecked(b *page.Book, r *safety.Report) (out []sections.Line) {
	e, t := b.Env, &b.Env.T.Safety
	for _, m := range r.Unchecked() {
		l := sections.Record(b, m.Drug.Lead)
		l.Value, l.Flag, l.Style = e.S(t.NotCheckedName), "", theme.Muted
		out = append(out, l)
	}
	for _, a := range r.UncheckedAllergies() {
		l := sections.Record(b, a.Record)
		l.Title, l.Value, l.Flag, l.Style = text.Sprintf(e.S(t.Allergy), l.Title), e.S(t.NotCheckedName), "", theme.Muted
		out = append(out, l)
	}
	return out
}

// Off says of each check that is off, or lacks something, why.
func Off(b *page.Book) (out []string) {
	e, t := b.Env, &b.Env.T.Safety
	for c := range safety.Check(safety.Checks) {
		if s, kind := b.CheckStanding(c); s != page.Seen {
			out = append(out, text.Sprintf(e.S(t.CheckOff), e.S(t.Checks[c]), e.S(e.T.KindName(kind))+" – "+b.Why(s)))
		}
	}
	return out
}
