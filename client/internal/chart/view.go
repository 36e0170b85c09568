package chart

import (
	"slices"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// view is a snapshot of the records one person may see of one patient.
type view struct {
	byType map[ehrdesk.RecordType][]ehrdesk.Record
	codes  *ehrdesk.LocalCodes
	signed signed // what signs which of them

	once  sync.Once
	index map[ehrdesk.Ref]int // places in all
	all   []ehrdesk.Record
	order []uint32 // places in all of hits that are equally good, the best first
	rank  []uint32 // of each of all, in that order
}

// prepare builds what finding and searching need, once, when first asked.
func (v *view) prepare() {
	v.once.Do(func() {
		v.index = map[ehrdesk.Ref]int{}
		for _, t := range ehrdesk.RecordTypes() {
			for _, r := range v.byType[t] {
				v.index[r.Ref()] = len(v.all)
				v.all = append(v.all, r)
			}
		}
		v.order, v.rank = ranks(v.all)
	})
}

func (v *view) find(ref ehrdesk.Ref) (ehrdesk.Record, bool) {
	v.prepare()
	i, ok := v.index[ref]
	if !ok {
		return v.signed.find(ref)
	}
	return v.all[i], true
}

// Allergies says which of the four states the allergy line is in. A list beats
// an assertion of none: a new allergy ends an old "none". Where nothing was
// looked at, it says so, never "none".
func (c *Chart) Allergies() ehrdesk.Allergies {
	if c.rights.may(ehrdesk.KindAllergy) != ehrdesk.General {
		return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "role"}
	}
	c.mu.RLock()
	synced, cached, ended := c.head.Mark(c.rights.role).Desk, c.cached, c.ended
	c.mu.RUnlock()
	switch {
	case ended || !c.Consent().State.Allows():
		return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "not_synced"}
	case c.memoryOnly.missing(ehrdesk.KindAllergy) && cached, synced.IsZero() && cached:
		return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "offline"}
	case c.memoryOnly.missing(ehrdesk.KindAllergy), synced.IsZero():
		return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "not_synced"}
	}
	a := allergiesOf(c.List(ehrdesk.AllergyADR))
	if !slices.Contains(c.Released().Kinds, ehrdesk.KindAllergy) {
		a.Withheld = c.rights.kinds[ehrdesk.KindAllergy].Restricted
	}
	if a.Withheld > 0 && a.State != ehrdesk.AllergyListed { // "none" may be said of what is seen alone
		return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "restricted", Withheld: a.Withheld}
	}
	if truth := c.Truth(); a.State != ehrdesk.AllergyListed {
		// Of an allergy that did not come, or is kept aside, "none" would be said.
		unasked := slices.ContainsFunc(c.rights.kinds[ehrdesk.KindAllergy].Unasked, func(s string) bool { return s == "AllergyIntolerance" || s == fhir.LeftOut })
		aside := slices.ContainsFunc(truth.Aside, func(x ehrdesk.Aside) bool { return x.Resource == "AllergyIntolerance" || x.Resource == "" })
		switch {
		case unasked:
			return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "not_asked"}
		case truth.Missing > 0:
			return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "not_synced"}
		case aside:
			return ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "aside"}
		}
	}
	return a
}

func allergiesOf(records []ehrdesk.Record) ehrdesk.Allergies {
	out := ehrdesk.Allergies{State: ehrdesk.AllergyNotRecorded}
	var none []ehrdesk.AllergyNone
	var nothing ehrdesk.Record // the newest that says that nothing is known
	for _, r := range records {
		switch {
		case r.Resource != "AllergyIntolerance", r.Status == "entered-in-error":
			continue
		case allergyOver(r.Status):
			if r.Flag != ehrdesk.FlagNoneKnown && r.Flag != ehrdesk.FlagNoneText && r.Flag != ehrdesk.FlagNoInformation {
				out.Over++
			}
			continue
		}
		f := r.Facts()
		switch r.Flag {
		case ehrdesk.FlagNoneKnown, ehrdesk.FlagNoneText:
			none = append(none, ehrdesk.AllergyNone{Scope: r.Title, Date: r.Date, Source: r.Source, Uncoded: r.Flag == ehrdesk.FlagNoneText,
				Unconfirmed: r4.Unconfirmed(&f), Altered: f.Altered, Ref: r.Ref()})
		case ehrdesk.FlagNoInformation:
			if nothing.ID == "" || r.Date.Compare(nothing.Date) > 0 {
				nothing = r
			}
		default:
			reaction, reactions := reactionOf(&f)
			out.Entries = append(out.Entries, ehrdesk.AllergyEntry{Substance: r.Title, Reaction: reaction, Code: f.Code, Reactions: reactions,
				Unconfirmed: r.Flag == ehrdesk.FlagUnconfirmed, Altered: f.Altered, Ref: r.Ref()})
			if r.Date.Compare(out.Date) > 0 || len(out.Entries) == 1 {
				out.Date, out.Source = r.Date, r.Source
			}
		}
	}
	switch {
	case len(out.Entries) > 0:
		out.State = ehrdesk.AllergyListed
	case len(none) > 0:
		out.State, out.None = ehrdesk.AllergyNoneKnown, none
		out.Date, out.Source = none[0].Date, none[0].Source
	default:
		out.Date, out.Source = nothing.Date, nothing.Source
	}
	return out
}

// reactionOf is what an allergy does, in its sender's words, and where there is
// nothing but concepts, those.
func reactionOf(f *ehrdesk.Facts) (words string, reactions []ehrdesk.Concept) {
	var out []string
	coded := true
	for i := range f.Reactions {
		x := &f.Reactions[i]
		var words []string
		for _, k := range x.Manifestations {
			if w := k.Words(); w != "" {
				words = append(words, w)
			}
		}
		if len(words) == 0 && x.Text != "" {
			words, coded = append(words, x.Text), false
		}
		reactions = append(reactions, x.Manifestations...)
		out = append(out, words...)
	}
	if !coded {
		reactions = nil
	}
	return strings.Join(out, ", "), reactions
}

// allergyOver reports an allergy that is no longer one, or never was.
func allergyOver(status string) bool {
	switch status {
	case "inactive", "resolved", "refuted", "entered-in-error":
		return true
	}
	return false
}

// releasedTexts are those of the release that runs: they go with it. nil for none.
func releasedTexts(c *Chart) *texts {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.released == nil {
		return nil
	}
	return &c.released.texts
}
