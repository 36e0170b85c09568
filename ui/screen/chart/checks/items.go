package checks

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// item is one thing on the page that somebody can stand on: a finding, a record that it rests on, the line that counts the
// rest. One without either is words alone, and is passed over.
type item struct {
	finding int // of the report, -1 for none
	rest    bool
	rec     *ehrdesk.Record
	says    []said
}

// said is words in a style, so many columns in.
type said struct {
	style  paint.Style
	indent int
	words  string
}

// stands reports an item that the cursor stops at.
func (i *item) stands() bool { return i.finding >= 0 || i.rest || i.rec != nil }

// styles are how the tiers are drawn: the word says it, the colour only repeats it.
var styles = [...]paint.Style{safety.Stop: theme.Critical, safety.Serious: theme.Abnormal, safety.Precaution: theme.Strong, safety.Info: theme.Muted}

// tierIDs are what commands call the tiers.
var tierIDs = [...]string{safety.Stop: "stop", safety.Serious: "serious", safety.Precaution: "caution", safety.Info: "info"}

// TierID is what commands call a tier.
func TierID(t safety.Tier) string { return tierIDs[t] }

// items are a report in words, the graver findings first, and last what was not checked.
func items(b *page.Book, r *safety.Report, all bool, of *string) (out []item) {
	e, t := b.Env, &b.Env.T.Safety
	shown := len(r.Findings)
	if !all {
		shown = min(shown, shownAtFirst)
	}
	for i := range shown {
		out = append(out, findingItems(b, r, i)...)
	}
	if rest := len(r.Findings) - shown; rest > 0 {
		out = append(out, item{finding: -1, rest: true, says: []said{{theme.Strong, 0, text.Sprintf(e.S(t.More), rest) + ": " + counted(b, r, shown)}}})
	}
	out = append(out, resultItems(b, all, of)...)
	words := b.Words()
	out = append(out, item{finding: -1, says: []said{{theme.Text, 0, strings.Join(append(words.Outcome(r), e.S(t.NotAll)), " · ")}}})
	for _, m := range r.Unchecked() {
		out = append(out, recordItem(b, m.Drug.Lead, e.S(t.NotCheckedName)))
	}
	for _, a := range r.UncheckedAllergies() {
		it := recordItem(b, a.Record, e.S(t.NotCheckedName))
		it.says[0].words = text.Sprintf(e.S(t.Allergy), it.says[0].words)
		out = append(out, it)
	}
	for _, off := range Off(b) {
		out = append(out, item{finding: -1, says: []said{{theme.Abnormal, 0, off}}})
	}
	return out
}

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

// findingItems are a finding: what it is of and what happens, what to do, by which rule; then its records.
func findingItems(b *page.Book, r *safety.Report, i int) (out []item) {
	words, f := b.Words(), &r.Findings[i]
	it := item{finding: i, says: []said{{styles[f.Tier], 0, words.Tier(f.Tier) + " – " + words.Finding(f)}, {theme.Text, 2, Says(b, f)}}}
	if a, ok := b.Said(f.Mark); ok {
		it.says = append(it.says, said{theme.Good, 2, Acknowledged(b, a)})
	}
	for _, more := range []string{words.Do(f), words.Alternatives(f)} {
		if more != "" {
			it.says = append(it.says, said{theme.Text, 2, more})
		}
	}
	it.says = append(it.says, said{theme.Muted, 2, words.Rule(f, r.Version)})
	out = append(out, it)
	for _, rec := range f.Records() {
		about := ""
		for _, m := range []*safety.Medicine{f.A, f.B} {
			if m != nil && m.Ref() == rec.Ref() {
				about = sections.Joined(prescriber(m), words.Taking(m))
			}
		}
		out = append(out, recordItem(b, rec, about))
	}
	return out
}

// prescriber is who ordered a medicine, where that is not where the record comes from.
func prescriber(m *safety.Medicine) string {
	if m.Prescriber == m.Drug.Source {
		return ""
	}
	return ehrdesk.CleanLine(m.Prescriber)
}

// Says is what a finding says, and what raised it in this patient.
func Says(b *page.Book, f *safety.Finding) string {
	words := b.Words()
	said := words.Says(f)
	if g := words.Grounds(f); len(g) > 0 {
		said += " – " + strings.Join(g, ", ")
	}
	return said
}

// Acknowledged says by whom, when and why a finding was acknowledged.
func Acknowledged(b *page.Book, a ehrdesk.Acknowledgement) string {
	e, t := b.Env, &b.Env.T.Safety
	said := text.Sprintf(e.S(t.Acknowledged), ehrdesk.CleanLine(a.By), b.Words().Date(ehrdesk.At(a.At)))
	if a.Reason != "" {
		said += " · " + text.Sprintf(e.S(t.Given), ehrdesk.CleanLine(a.Reason))
	}
	return said
}

// recordItem is a record in one line: what it says, who says so and when.
func recordItem(b *page.Book, rec *ehrdesk.Record, about string) item {
	row := b.Row(rec)
	var parts []string
	for _, w := range []string{sections.Joined(row.Title, row.Value), ehrdesk.CleanLine(rec.Source), row.Day, about} {
		if w != "" {
			parts = append(parts, w)
		}
	}
	return item{finding: -1, rec: rec, says: []said{{theme.Text, 4, strings.Join(parts, " · ")}}}
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
