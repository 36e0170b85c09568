package populate

import (
	"slices"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// newest finds the newest Observation of an item's code that is not older than the item
// allows, with what it says as an answer. One that the item would not take, or that is
// not final, is passed over.
func newest(records []ehrdesk.Record, it *form.Item, now time.Time) (best ehrdesk.Record, v form.Value, found bool) {
	since, ok := before(now, it.Populate.Period)
	if !ok {
		return best, v, false
	}
	for i := range records {
		r := &records[i]
		if r.Resource != "Observation" || r.Restricted && !r.Released || !slices.Contains([]string{"final", "amended", "corrected"}, r.Status) || r.Date.IsZero() {
			continue
		}
		if r.Date.Begins().Before(since) || r.Date.Begins().After(now) {
			continue
		}
		if n := r.Date.Compare(best.Date); found && (n < 0 || n == 0 && r.ID > best.ID) {
			continue
		}
		f := r.Facts()
		if f.Altered || f.Unread {
			continue
		}
		if got, ok := said(&f, it); ok && it.Takes(got) {
			best, v, found = *r, got, true
		}
	}
	return best, v, found
}

// before is the moment a period of UCUM's before now.
func before(now time.Time, period ehrdesk.Coding) (time.Time, bool) {
	n, err := strconv.Atoi(period.Code)
	if err != nil || n < 0 || n > 100_000 {
		return time.Time{}, false
	}
	switch period.System {
	case "a":
		return now.AddDate(-n, 0, 0), true
	case "mo":
		return now.AddDate(0, -n, 0), true
	case "wk":
		return now.AddDate(0, 0, -7*n), true
	case "d":
		return now.AddDate(0, 0, -n), true
	case "h":
		return now.Add(-time.Duration(n) * time.Hour), true
	case "min":
		return now.Add(-time.Duration(n) * time.Minute), true
	}
	return time.Time{}, false
}

// said is what an Observation, or a part of it, says under one of the item's codes.
func said(f *ehrdesk.Facts, it *form.Item) (form.Value, bool) {
	for i := range f.Results {
		r := &f.Results[i]
		code := r.Code
		if code.IsZero() {
			code = f.Code
		}
		for _, k := range it.Codes {
			if slices.ContainsFunc(code.Codings, func(c ehrdesk.Coding) bool { return c.System == k.System && c.Code == k.Code && k.Code != "" }) {
				return answer(&r.Value, it)
			}
		}
	}
	return form.Value{}, false
}

// answer is a value as an answer to the item. A bare number is none: of what it is a
// number has to be the same on both sides.
func answer(v *ehrdesk.Value, it *form.Item) (form.Value, bool) {
	unit := ehrdesk.Coding{System: v.Low.System, Code: v.Low.Code, Display: v.Low.Unit}
	switch v.Kind {
	case ehrdesk.IsQuantity:
		if it.Type == form.Quantity {
			return form.Value{Kind: form.IsQuantity, Text: v.Low.Number, Compares: v.Low.Comparator, Unit: unit}, true
		}
		same := it.Unit.Code != "" && it.Unit.Code == unit.Code && it.Unit.System == unit.System
		return form.Value{Kind: it.Type.Kind(), Text: v.Low.Number}, (it.Type == form.Decimal || it.Type == form.Integer) && same && v.Low.Comparator == ""
	case ehrdesk.IsNumber:
		return form.Value{Kind: it.Type.Kind(), Text: v.Low.Number}, it.Type == form.Integer && it.Unit == ehrdesk.Coding{}
	case ehrdesk.IsConcept:
		return concept(v, it)
	case ehrdesk.IsText:
		return form.Value{Kind: form.IsString, Text: v.Text}, it.Type == form.String || it.Type == form.LongText || it.Open
	case ehrdesk.IsTruth:
		return form.Value{Kind: form.IsBoolean, Text: v.Text}, it.Type == form.Boolean
	case ehrdesk.IsWhen:
		return form.Value{Kind: it.Type.Kind(), Text: v.From.String()}, it.Type == form.Date || it.Type == form.DateTime
	case ehrdesk.NoValue, ehrdesk.IsRange, ehrdesk.IsRatio, ehrdesk.IsPeriod, ehrdesk.IsTimeOfDay, ehrdesk.IsSampled, ehrdesk.IsAttached, ehrdesk.IsReference, ehrdesk.IsOther:
	}
	return form.Value{}, false
}

// concept is one of the item's options by its code, or words where they may stand.
func concept(v *ehrdesk.Value, it *form.Item) (form.Value, bool) {
	for i := range it.Options {
		o := it.Options[i].Value
		if slices.ContainsFunc(v.Concept.Codings, func(c ehrdesk.Coding) bool {
			return o.Kind == form.IsCoding && c.System == o.Coding.System && c.Code == o.Coding.Code
		}) {
			return o, true
		}
	}
	if it.Type == form.String || it.Type == form.LongText || it.Open {
		return form.Value{Kind: form.IsString, Text: v.Concept.Words()}, v.Concept.Words() != ""
	}
	return form.Value{}, false
}
