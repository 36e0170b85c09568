package text

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Flag is what judges a record's value: the flag's letter and word, and what the
// source says besides. A value that nothing judged says so and is never normal;
// short has a dot for a number without a range.
func (w Words) Flag(r *ehrdesk.Record, f *ehrdesk.Facts) (words, short string, judged bool) {
	if InError(r) { // nobody is to act on it
		return "", "", false
	}
	p := &w.c.Facts.Phrases
	var more []string
	understood := true
	number, valued, ranged := true, false, false
	for i := range f.Results {
		res := &f.Results[i]
		if res.Code.IsZero() {
			more = append(more, w.sourceSays(res, r.Flag, r.Assessed)...)
			understood = w.understood(res.Interpretations)
		}
		if res.Value.IsZero() {
			continue
		}
		valued = true
		ranged = ranged || len(res.Ranges) > 0
		switch res.Value.Kind {
		case ehrdesk.IsQuantity, ehrdesk.IsNumber, ehrdesk.IsRange, ehrdesk.IsRatio:
		default:
			number = false
		}
	}
	words = w.flagWords(r.Flag)
	judged = words != "" && r.Flag != ehrdesk.FlagNoneKnown && r.Flag != ehrdesk.FlagNoneText && r.Flag != ehrdesk.FlagNoInformation || len(more) > 0
	if r.Status == "refuted" && (r.Flag == ehrdesk.FlagNoneKnown || r.Flag == ehrdesk.FlagNoneText) { // the title says what is left of it
		return "", "", false
	}
	if r.Flag == ehrdesk.FlagNoneText || r.Flag == ehrdesk.FlagNoneKnown && !f.Code.IsZero() && len(f.Code.Codings) == 0 {
		words = join(", ", words, w.t(p.NotCoded))
	}
	if w.lang == English && (r.Flag == ehrdesk.FlagNoInformation || r.Flag == ehrdesk.FlagNoneKnown) && words == w.flagWords(r.Flag) && saysSo(r.Title) {
		words = "" // the title says it
	}
	words = join(" · ", words, strings.Join(more, " · "))
	said := r.Assessed || words != "" && (r.Flag != "" || understood)
	if said || !valued || r.Kind != ehrdesk.KindLaboratory && r.Kind != ehrdesk.KindObservation {
		return words, words, judged
	}
	if !number && !ranged && lifestyle(f) { // how somebody lives is no result to assess
		return words, words, judged
	}
	if ranged || !number {
		words = join(" · ", words, w.t(p.NotAssessed))
		return words, words, judged
	}
	if vital(f) || w.Pressure(f) { // nobody sends a range with a pulse or a weight
		return words, words, judged
	}
	return strings.TrimSpace(words + " · " + w.t(p.NoRange)), strings.TrimSpace(words + " ·"), judged
}

// saysSo reports an English title that says by itself that there is none, or nothing known.
func saysSo(title string) bool {
	title = strings.ToLower(title)
	return strings.HasPrefix(title, "no known ") || strings.HasPrefix(title, "no information")
}

// understood reports that every interpretation is one of the codes there are.
func (w Words) understood(list []ehrdesk.Concept) bool {
	for _, k := range list {
		if !slices.ContainsFunc(k.Codings, func(c ehrdesk.Coding) bool {
			_, ok := w.c.Facts.Interpretations[c.Code]
			return ok && interpreting(c.System)
		}) {
			return false
		}
	}
	return true
}
