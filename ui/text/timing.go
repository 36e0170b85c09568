package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// put sets words into a phrase.
func (w Words) put(t T, words ...string) string {
	phrase := w.t(t)
	if before, after, ok := strings.Cut(phrase, "%s"); ok && len(words) == 1 && !strings.ContainsAny(after, "%{") {
		return before + words[0] + after
	}
	args := make([]any, len(words))
	for i, s := range words {
		args[i] = s
	}
	return Sprintf(phrase, args...)
}

// timeUnit is the UCUM code of a unit of time that was sent as a code or a word,
// "" for none.
func timeUnit(u string) string {
	switch strings.ToLower(u) {
	case "s", "sec", "second", "seconds":
		return "s"
	case "min", "minute", "minutes":
		return "min"
	case "h", "hr", "hour", "hours":
		return "h"
	case "d", "day", "days":
		return "d"
	case "wk", "week", "weeks":
		return "wk"
	case "mo", "month", "months":
		return "mo"
	case "a", "year", "years":
		return "a"
	}
	return ""
}

func (w Words) timeWord(u string, many bool) string {
	if many {
		return w.t(w.c.Facts.ManyUnits.of(u))
	}
	return w.t(w.c.Facts.TimeUnits.of(u))
}

// long is a number of units of time; a unit that is none is shown as it was sent,
// and that there is none is said.
func (w Words) long(n, unit string) string {
	if unit == "" {
		return n + " " + w.t(w.c.Facts.Phrases.NoUnitOfTime)
	}
	if u := timeUnit(unit); u != "" {
		return n + " " + w.timeWord(u, n != "1")
	}
	return n + " " + unit
}

// timing is when and how often, part by part in the order of a dosage line.
func (w Words) timing(t *ehrdesk.Timing) []string {
	p := &w.c.Facts.Phrases
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	often := w.frequency(t)
	text, code := w.timingCode(t.Code)
	add(text)
	if code != often && code != text {
		add(code)
	}
	var when []string // how often and when are one thing to know: "once a week on Monday"
	if often != text {
		when = append(when, often)
	}
	if len(t.Days) > 0 {
		when = append(when, w.put(p.OnDays, w.list(p.And, w.each(t.Days, w.c.Facts.Days))))
	}
	if len(t.Times) > 0 {
		times := make([]string, len(t.Times))
		for i, s := range t.Times {
			times[i] = clock(s)
		}
		when = append(when, w.put(p.AtTimes, w.list(p.And, times)))
	}
	add(join(" ", append(when, w.when(t))...))
	if t.Duration != "" || t.DurationMax != "" {
		add(w.put(p.Over, w.span(doseNumber(t.Duration), doseNumber(t.DurationMax), t.DurationUnit, p.OverFrom, p.OverUpTo)))
	}
	if len(t.Events) > 0 {
		add(w.put(p.OnEvents, w.list(p.And, w.moments(t.Events))))
	}
	add(w.bounds(t.Bounds))
	if unitAlone(t) { // it is said with what was sent of the frequency
		return out
	}
	switch n, most := doseNumber(t.Count), doseNumber(t.CountMax); {
	case n != "" && most != "":
		add(w.put(p.InAllFrom, n, most))
	case n != "":
		add(w.put(p.InAll, n))
	case most != "":
		add(w.put(p.InAllUpTo, most))
	}
	return out
}

// span is a number of units of time from one to another.
func (w Words) span(low, high, unit string, both, upTo T) string {
	switch {
	case low != "" && high != "":
		return w.long(w.put(both, low, high), unit)
	case low != "":
		return w.long(low, unit)
	}
	return w.put(upTo, w.long(high, unit))
}

func (w Words) each(list []string, table Codes) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = w.t(table.of(s))
	}
	return out
}

// clock is a time of day without seconds that are none.
func clock(s string) string {
	if len(s) == 8 && strings.HasSuffix(s, ":00") {
		return s[:5]
	}
	return s
}

// frequency is "twice a day", "every 4 to 6 hours", "2 to 3 times every 2 weeks".
func (w Words) frequency(t *ehrdesk.Timing) string {
	p := &w.c.Facts.Phrases
	n, most := doseNumber(t.Frequency), doseNumber(t.FrequencyMax)
	period, periodMax := doseNumber(t.Period), doseNumber(t.PeriodMax)
	times := ""
	switch {
	case n != "" && most != "" && n != "1":
		times = w.put(p.TimesFrom, n, most)
	case n != "" && most != "":
		times = w.put(p.TimesUpTo, most)
	case most != "":
		times = w.put(p.TimesAtMost, most)
	case n == "1":
		times = w.t(p.Once)
	case n == "2":
		times = w.t(p.Twice)
	case n != "":
		times = w.put(p.Times, n)
	}
	if w.lang != English && times != "" && times[0] < 0x80 && t.PeriodUnit+period+periodMax != "" {
		times = " " + times // a number stands apart from Chinese
	}
	unit := timeUnit(t.PeriodUnit)
	if unitAlone(t) {
		return w.notRecorded(t)
	}
	switch {
	case period == "" && periodMax == "" && t.PeriodUnit == "":
		if times == "" {
			return ""
		}
		return w.put(p.NoPeriod, times)
	case period == "1" && periodMax == "" && unit != "": // once a day, every hour
		switch {
		case times == "" || n == "1" && most == "" && (unit == "h" || unit == "min" || unit == "s"):
			return w.put(p.EveryOne, w.timeWord(unit, false))
		case w.lang == English && unit == "h":
			return times + " an hour"
		}
		return w.put(p.PerPeriod, times, w.timeWord(unit, false))
	}
	length := ""
	if period == "" && periodMax == "" { // a unit alone
		length = w.put(p.OfType, w.t(w.c.Facts.Phrases.NoNumber), w.timeWord(t.PeriodUnit, true))
	} else {
		length = w.span(period, periodMax, t.PeriodUnit, p.Range, p.RangeTo)
	}
	if times == "" || n == "1" && most == "" {
		return w.put(p.EveryPeriod, length)
	}
	return w.put(p.EachPeriod, times, length)
}

// unitAlone reports a timing with a unit of time that no number belongs to: how often is
// not recorded, whatever else stands beside it.
func unitAlone(t *ehrdesk.Timing) bool {
	return t.PeriodUnit != "" && t.Period+t.PeriodMax+t.Frequency+t.FrequencyMax == ""
}

// notRecorded says that how often is not recorded, and what was sent in its place, in
// the sender's terms: nobody is to read a count as a single dose.
func (w Words) notRecorded(t *ehrdesk.Timing) string {
	p := &w.c.Facts.Phrases
	comma := "、"
	if w.lang == English {
		comma = ", "
	}
	var sent []string
	for _, x := range [...]struct {
		words T
		value string
	}{{p.SentCount, doseNumber(t.Count)}, {p.SentMost, doseNumber(t.CountMax)}, {p.SentUnit, w.timeWord(t.PeriodUnit, true)}} {
		if x.value != "" {
			sent = append(sent, w.put(x.words, x.value))
		}
	}
	return w.put(p.NoFrequency, strings.Join(sent, comma))
}

// timingCode is what the timing's code says: its author's words, and ours for the
// code, or the code itself.
func (w Words) timingCode(k ehrdesk.Concept) (text, code string) {
	known, ok := w.known(k, w.c.Facts.Timings)
	switch {
	case ok && isCode(k):
		return "", known
	case ok:
		return k.Text, known
	}
	return k.Words(), ""
}

// isCode reports a concept whose text says no more than its code.
func isCode(k ehrdesk.Concept) bool {
	for _, c := range k.Codings {
		if strings.EqualFold(c.Code, k.Text) {
			return true
		}
	}
	return false
}

// when is "before breakfast", "30 minutes before breakfast".
func (w Words) when(t *ehrdesk.Timing) string {
	f := &w.c.Facts
	switch {
	case len(t.When) == 0 && t.Offset == "":
		return ""
	case len(t.When) == 0:
		return w.put(f.Phrases.OffsetNowhere, doseNumber(t.Offset))
	case t.Offset == "" || t.Offset == "0":
		return w.list(f.Phrases.And, w.each(t.When, f.Events))
	}
	words := w.each(t.When, f.AfterEvents)
	for i := range words {
		words[i] = w.put(f.Phrases.Offset, doseNumber(t.Offset), words[i])
	}
	return w.list(f.Phrases.And, words)
}

// bounds is how long it goes on.
func (w Words) bounds(v ehrdesk.Value) string {
	p := &w.c.Facts.Phrases
	switch v.Kind {
	case ehrdesk.NoValue:
		return ""
	case ehrdesk.IsPeriod:
		return w.period(v.From, v.Until)
	case ehrdesk.IsQuantity, ehrdesk.IsNumber:
		return w.put(p.ForLong, w.duration(v.Low))
	case ehrdesk.IsRange:
		return w.put(p.ForLong, w.between(v.Low, v.High, w.duration, doseNumber))
	default:
	}
	return w.value(v, nil)
}

// duration is a quantity of time.
func (w Words) duration(q ehrdesk.Quantity) string {
	n := comparator(q.Comparator) + doseNumber(q.Number)
	unit := q.Code
	if timeUnit(unit) == "" {
		unit = q.Unit
	}
	if q.Code != "" && timeUnit(q.Code) == "" && q.Unit == "" {
		unit = q.Code
	}
	return w.long(n, unit)
}

func (w Words) period(from, until ehrdesk.When) string {
	p := &w.c.Facts.Phrases
	a, b := w.Moment(from), w.Moment(until)
	switch {
	case a != "" && b != "":
		return w.put(p.FromTo, a, b)
	case a != "":
		return w.put(p.Since, a)
	case b != "":
		return w.put(p.Ends, b)
	}
	return ""
}

// between is a range of quantities, their unit said once where it is one.
func (w Words) between(low, high ehrdesk.Quantity, say func(ehrdesk.Quantity) string, number func(string) string) string {
	p := &w.c.Facts.Phrases
	switch {
	case low.IsZero() && high.IsZero():
		return ""
	case high.IsZero():
		return w.put(p.From, say(low))
	case low.IsZero():
		return w.put(p.RangeTo, say(high))
	}
	same := low.Unit == high.Unit && low.Code == high.Code || low.Unit == "" && low.Code == ""
	if same && low.Comparator+high.Comparator == "" && low.Number != "" && high.Number != "" {
		return w.put(p.Hyphen, number(low.Number), say(high))
	}
	return w.put(p.Range, say(low), say(high))
}
