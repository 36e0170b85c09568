package chart

import (
	"slices"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// view is a snapshot of the records one person may see of one patient.
type view struct {
	byType map[ehrdesk.RecordType][]ehrdesk.Record
	codes  *ehrdesk.LocalCodes

	once  sync.Once
	index map[ehrdesk.Ref]ehrdesk.Record
	all   []ehrdesk.Record
	texts []string // lower case, one for each of all
}

// prepare builds what finding and searching need, once, when first asked.
func (v *view) prepare() {
	v.once.Do(func() {
		v.index = map[ehrdesk.Ref]ehrdesk.Record{}
		for _, t := range ehrdesk.RecordTypes() {
			for _, r := range v.byType[t] {
				v.index[r.Ref()] = r
				v.all = append(v.all, r)
				v.texts = append(v.texts, searchText(&r, v.codes))
			}
		}
	})
}

// searchText is everything that a record says and somebody may look for, in lower
// case: the sender's words, displays and codes, numbers with their units.
func searchText(r *ehrdesk.Record, codes *ehrdesk.LocalCodes) string {
	var b strings.Builder
	put := func(s string) {
		b.WriteString(s)
		b.WriteByte(0)
	}
	for _, s := range [...]string{r.Title, r.Source, r.Status, r.Resource, r.Date.Date()} {
		put(s)
	}
	f := r.FactsWith(func(k *ehrdesk.Concept) {
		if name, _, ok := codes.Of(*k); ok {
			put(name.English)
			put(name.Hant)
			put(name.Hans)
		}
	})
	f.Texts(put)
	return strings.ToLower(b.String())
}

func (v *view) find(ref ehrdesk.Ref) (ehrdesk.Record, bool) {
	v.prepare()
	r, ok := v.index[ref]
	return r, ok
}

// search keeps the records that hold every term, as a substring: Chinese has no
// spaces between words, and half a drug's name is enough. A term may stand in the
// overview or in what has been read of the body, of which says reports.
func (v *view) search(query string, says func(r *ehrdesk.Record, term []byte) bool) []ehrdesk.Record {
	terms := strings.Fields(strings.ToLower(ehrdesk.CleanLine(query)))
	if len(terms) == 0 {
		return nil
	}
	v.prepare()
	var out []ehrdesk.Record
next:
	for i, text := range v.texts {
		for _, t := range terms {
			if !strings.Contains(text, t) && !says(&v.all[i], []byte(t)) {
				continue next
			}
		}
		out = append(out, v.all[i])
	}
	return out
}

// Search finds records of any type by their words: of the overviews, and of the
// bodies as far as ReadTexts has read them.
func (c *Chart) Search(query string) []ehrdesk.Record {
	v := c.shown()
	released, let := c.hold()
	defer let()
	return v.search(query, func(r *ehrdesk.Record, term []byte) bool { return heard(&c.spoken.texts, released, r).has(r, term) })
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
		aside := slices.ContainsFunc(truth.Aside, func(x ehrdesk.Aside) bool { return x.Resource == "AllergyIntolerance" || x.Resource == "" })
		switch {
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

// hold keeps what is read as it is until let is called, and gives what is read of
// the records of the release that runs.
func (c *Chart) hold() (released *texts, let func()) {
	if released = c.releasedTexts(); released == nil {
		released = &texts{}
	}
	c.spoken.texts.mu.RLock()
	released.mu.RLock()
	return released, func() {
		released.mu.RUnlock()
		c.spoken.texts.mu.RUnlock()
	}
}

// heard is where what a record says is held.
func heard(own, released *texts, r *ehrdesk.Record) *texts {
	if r.Released {
		return released
	}
	return own
}

// releasedTexts are those of the release that runs: they go with it. nil for none.
func (c *Chart) releasedTexts() *texts {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.released == nil {
		return nil
	}
	return &c.released.texts
}
