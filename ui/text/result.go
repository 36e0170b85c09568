package text

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Result is a measured value as it was sent, with its unit, and what a reader
// must see beside it: why there is none, ranges that are not the ordinary one or
// that nothing was held against, of a component its name and flag.
func (w Words) Result(r *ehrdesk.Result) string {
	p := &w.c.Facts.Phrases
	name := r.Code.Words()
	value, why := w.value(r.Value, r.Ranges), w.absent(r.Absent)
	s := join(" ", name, value)
	switch {
	case value == "" && name != "" && why != "":
		s = w.put(p.NotMeasured, name, why)
	case value == "" && why != "":
		s = w.put(p.NoValue, why)
	case value == "" && name != "":
		s = w.put(p.NotMeasuredPlain, name)
	case value == "":
		return ""
	case why != "":
		s = w.put(p.OfType, s, w.put(p.NoValue, why))
	}
	if value != "" && rangeBeside(r) {
		if rng := w.Ranges(r.Ranges); rng != "" {
			s = w.put(p.WithRange, s, rng)
		}
		if r.UnitsDiffer {
			s = w.put(p.Refuted, s, w.t(p.UnitsDiffer))
		}
	}
	if name != "" {
		s = join(" ", s, w.flagWords(r.Flag), strings.Join(w.sourceSays(r, r.Flag, r.Assessed), " · "))
	}
	return s
}

// rangeBeside reports ranges that a row must show: the flag alone says too
// little where a range has a kind of its own, is one of several, or was not
// compared.
func rangeBeside(r *ehrdesk.Result) bool {
	return r.UnitsDiffer || r.Disputed || !r.Assessed || len(r.Ranges) > 1 || slices.ContainsFunc(r.Ranges, func(g ehrdesk.Range) bool { return !normalRange(g.Type) })
}

func normalRange(k ehrdesk.Concept) bool { return k.IsZero() || k.Has("normal", rangeMeaning) }

// ordinaryRange reports a range whose limits part what is as it should be from what
// is above or below: one of a critical or toxic kind may hold the grave stretch.
func ordinaryRange(k ehrdesk.Concept) bool {
	s := strings.ToLower(k.Words())
	return !strings.Contains(s, "critical") && !strings.Contains(s, "panic") && !strings.Contains(s, "toxic") && !strings.Contains(s, "危急")
}

const rangeMeaning = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"

// absent is why there is no value: the sender's words, and the code's where they
// say more.
func (w Words) absent(k ehrdesk.Concept) string {
	code, ok := w.known(k, w.c.Facts.Absent)
	switch {
	case k.Text != "" && ok && !strings.EqualFold(k.Text, code):
		return w.put(w.c.Facts.Phrases.OfType, k.Text, code)
	case k.Text == "" && ok:
		return code
	}
	return k.Words()
}

// value is a value[x] of any type.
func (w Words) value(v ehrdesk.Value, ranges []ehrdesk.Range) string {
	p := &w.c.Facts.Phrases
	say := func(q ehrdesk.Quantity) string { return w.quantity(q, ranges) }
	or := func(s string) string {
		if s == "" {
			return w.t(p.SeeDetail)
		}
		return s
	}
	switch v.Kind {
	case ehrdesk.NoValue:
		return ""
	case ehrdesk.IsQuantity:
		return say(v.Low)
	case ehrdesk.IsNumber:
		return w.put(p.NoUnit, short(v.Low.Number, limits(ranges)))
	case ehrdesk.IsConcept:
		words := v.Concept.Words()
		if known, ok := w.known(v.Concept, w.c.Facts.Interpretations); ok && len(v.Concept.Codings) > 0 && words == v.Concept.Codings[0].Code {
			words = known
		}
		if v.Text != "" { // a code that says another thing
			words = w.put(p.OfType, words, w.put(p.Coded, w.t(w.c.Facts.Besides.of(v.Text))))
		}
		return or(words)
	case ehrdesk.IsTruth:
		if v.Text == "true" {
			return w.t(p.Yes)
		}
		return w.t(p.No)
	case ehrdesk.IsRange:
		return or(w.between(v.Low, v.High, say, func(n string) string { return short(n, limits(ranges)) }))
	case ehrdesk.IsRatio:
		return or(w.ratio(v.Low, v.High, say))
	case ehrdesk.IsPeriod:
		return or(w.period(v.From, v.Until))
	case ehrdesk.IsWhen:
		if s := w.Moment(v.From); s != "" {
			return s
		}
		return or(v.Text)
	case ehrdesk.IsTimeOfDay:
		return or(clock(v.Text))
	case ehrdesk.IsSampled, ehrdesk.IsOther:
		return w.t(p.SeeDetail)
	case ehrdesk.IsText, ehrdesk.IsAttached, ehrdesk.IsReference:
	}
	return or(v.Text)
}

// quantity is a result's number and unit: no unit is said, since 7.1 of one unit
// is an emergency and of another none.
func (w Words) quantity(q ehrdesk.Quantity, ranges []ehrdesk.Range) string {
	n, unit := comparator(q.Comparator)+short(q.Number, limits(ranges)), w.unit(q)
	switch {
	case unit == "" && !dimensionless(q) && q.Number != "":
		return w.put(w.c.Facts.Phrases.NoUnit, n)
	case strings.HasPrefix(unit, "×"):
		return n + " " + unit
	}
	return join(" ", n, unit)
}

// ratio is 1:160, and with units 5 mg : 100 mL.
func (w Words) ratio(a, b ehrdesk.Quantity, say func(ehrdesk.Quantity) string) string {
	if a.Unit+a.Code+b.Unit+b.Code == "" {
		return strings.Trim(comparator(a.Comparator)+a.Number+":"+comparator(b.Comparator)+b.Number, ":")
	}
	return join(" : ", say(a), say(b))
}

// Ranges are all reference ranges, each with what it is good for and for whom.
func (w Words) Ranges(list []ehrdesk.Range) string {
	out := make([]string, 0, len(list))
	for i := range list {
		if s := w.oneRange(&list[i]); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " · ")
}

// noRanges are what senders write for a range that there is none of.
var noRanges = [...]string{"NA", "N/A", "N.A.", "-", "--", "NONE", "NOT APPLICABLE"}

func (w Words) oneRange(r *ehrdesk.Range) string {
	p := &w.c.Facts.Phrases
	if r.Low.IsZero() && r.High.IsZero() && slices.Contains(noRanges[:], strings.ToUpper(strings.TrimSpace(r.Text))) {
		return ""
	}
	bare := func(q ehrdesk.Quantity) string { return join(" ", comparator(q.Comparator)+q.Number, w.unit(q)) }
	span := ""
	switch {
	case !r.Low.IsZero() && !r.High.IsZero():
		span = w.between(r.Low, r.High, bare, func(n string) string { return n })
	case !ordinaryRange(r.Type): // which side of it is the grave one, its kind or nobody says
		span = w.put(p.LimitAt, strings.TrimSpace(bare(r.Low)+bare(r.High)))
	case !r.Low.IsZero():
		span = w.put(p.AtLeast, bare(r.Low))
	case !r.High.IsZero():
		span = w.put(p.AtMost, bare(r.High))
	}
	if span != "" && r.Text != "" && !strings.Contains(strings.ReplaceAll(r.Text, " ", ""), strings.ReplaceAll(span, " ", "")) {
		span = w.put(p.OfType, span, r.Text)
	} else if r.Text != "" {
		span = r.Text
	}
	if !normalRange(r.Type) {
		span = join(" ", w.concept(r.Type, w.c.Facts.RangeKinds), span)
	}
	var whom []string
	for _, k := range r.AppliesTo {
		whom = append(whom, k.Words())
	}
	if !r.AgeLow.IsZero() || !r.AgeHigh.IsZero() {
		whom = append(whom, w.put(p.AgeRange, w.between(r.AgeLow, r.AgeHigh, w.aged, doseNumber)))
	}
	if len(whom) > 0 {
		span = strings.TrimSpace(w.put(p.OfType, span, strings.Join(whom, ", ")))
	}
	return span
}

// flagWords are the letter, arrow and word of a flag: never colour alone.
func (w Words) flagWords(f ehrdesk.Flag) string {
	t := &w.c.Chart
	switch f {
	case ehrdesk.FlagHigh:
		return w.t(t.FlagH)
	case ehrdesk.FlagLow:
		return w.t(t.FlagL)
	case ehrdesk.FlagCriticalHigh:
		return w.t(t.FlagHH)
	case ehrdesk.FlagCriticalLow:
		return w.t(t.FlagLL)
	case ehrdesk.FlagAbnormal:
		return w.t(t.FlagA)
	case ehrdesk.FlagNoneKnown, ehrdesk.FlagNoneText:
		return w.t(t.FlagNone)
	case ehrdesk.FlagCritical:
		return w.t(t.FlagAA)
	case ehrdesk.FlagNoInformation:
		return w.t(t.FlagNoInfo)
	case ehrdesk.FlagUnconfirmed:
		return w.t(t.FlagUnconfirmed)
	case ehrdesk.FlagNone, ehrdesk.FlagDoNot:
	}
	return ""
}

// covered are the interpretations that a flag says already.
func covered(f ehrdesk.Flag, assessed bool) string {
	switch f {
	case ehrdesk.FlagHigh:
		return " H "
	case ehrdesk.FlagLow:
		return " L "
	case ehrdesk.FlagCriticalHigh:
		return " H HU H> HH "
	case ehrdesk.FlagCriticalLow:
		return " L LU L< LL "
	case ehrdesk.FlagAbnormal:
		return " A "
	case ehrdesk.FlagCritical:
		return " AA "
	default:
	}
	if assessed {
		return " N "
	}
	return " "
}

// sourceSays is what the source says of a value beyond its flag; where its own
// ranges say otherwise, that it is the source that says so.
func (w Words) sourceSays(r *ehrdesk.Result, f ehrdesk.Flag, assessed bool) []string {
	if !r.Disputed {
		return w.interpretations(r.Interpretations, f, assessed)
	}
	out := w.interpretations(r.Interpretations, ehrdesk.FlagNone, false)
	return []string{w.put(w.c.Facts.Phrases.SourceSays, strings.Join(out, ", "))}
}

// interpretations are what the source says of a value beyond its flag: code and
// word, and what is no code of ours as it was sent.
func (w Words) interpretations(list []ehrdesk.Concept, f ehrdesk.Flag, assessed bool) []string {
	said := covered(f, assessed)
	var out []string
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, k := range list {
		known, done := "", false
		for _, c := range k.Codings {
			if t, ok := w.c.Facts.Interpretations[c.Code]; ok && interpreting(c.System) {
				known = c.Code + " " + w.t(t)
				done = strings.Contains(said, " "+c.Code+" ")
				break
			}
		}
		switch {
		case done:
		case known != "":
			add(known)
		default:
			add(k.Words())
		}
	}
	return out
}

// interpreting reports a code system whose letters are HL7's interpretations: in
// another one U can be unsatisfactory. A code without its system counts.
func interpreting(system string) bool {
	s := strings.ToLower(system)
	return s == "" || strings.Contains(s, "observationinterpretation") || strings.Contains(s, "observation-interpretation") ||
		strings.HasSuffix(s, "v2-0078") || strings.HasSuffix(s, "v2/0078") || s == "urn:oid:2.16.840.1.113883.5.83"
}
