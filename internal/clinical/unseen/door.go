package unseen

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
)

// Alert is one thing that has changed at the centre and that somebody is to be told of before the chart is open: how
// many there are, and nothing of what they are.
type Alert struct {
	Ref  ehrdesk.Ref
	Kind ehrdesk.Kind // of the record: who is not given that kind is told of none
	Act  bool         // something is to be done; else it is to be known
	Mark string       // the record as it stands: another is told anew
	At   time.Time    // when the centre had it so
}

// Door are the alerts of what changed at the centre after a moment, in the order of the kinds. To act on are a critical
// result and an allergy; to know are a drug begun, changed or stopped, and an advance directive. A record is one alert at
// most. Which is which is ours, to be confirmed; that the two stand apart is the reference's (Murphy 2016).
func Door(records []*ehrdesk.Record, after, now time.Time) (out []Alert) {
	tellable := func(r *ehrdesk.Record) bool { // of what is shown under a release no trace stays
		return !r.Restricted && !r.Released && !r.Void()
	}
	if !slices.ContainsFunc(records, func(r *ehrdesk.Record) bool { return !r.Linked && r.Updated.After(after) && tellable(r) }) {
		return nil // most syncs bring nothing: no list is read
	}
	by := map[ehrdesk.RecordType][]ehrdesk.Record{}
	for _, r := range records {
		if tellable(r) {
			by[r.Type()] = append(by[r.Type()], *r)
		}
	}
	told := map[ehrdesk.Ref]bool{}
	add := func(r *ehrdesk.Record, act bool) {
		if !told[r.Ref()] && !r.Linked {
			told[r.Ref()] = true
			out = append(out, Alert{r.Ref(), r.Kind, act, MarkOf(r), r.Updated})
		}
	}
	from := now.AddDate(0, 0, -ehrdesk.UnseenDays)
	for _, t := range ehrdesk.RecordTypes() {
		for i := range by[t] {
			switch r := &by[t][i]; {
			case !r.Updated.After(after):
			case r.Resource == "Observation" && critical(r.Flag) && !moment(r).Before(from), allergy(r):
				add(r, true)
			}
		}
	}
	list := func(t ehrdesk.RecordType) []ehrdesk.Record { return by[t] }
	drugs := medication.Of(list(ehrdesk.DiagnosisProcedureMedication), now)
	for _, d := range changes.Drugs(drugs.Current, drugs.Past, changes.Come(after), now) {
		if d.Mark == changes.Ended { // by the calendar: nobody has changed anything
			continue
		}
		add(d.Drug.Lead, false)
	}
	for _, d := range risk.DirectivesOf(list, now).Told {
		if d.Record.Updated.After(after) {
			add(&d.Record, false)
		}
	}
	slices.SortStableFunc(out, func(a, b Alert) int { return int(a.Kind) - int(b.Kind) })
	return out
}

// allergy reports an allergy that holds, or may: not one that is over, nor that somebody has none.
func allergy(r *ehrdesk.Record) bool {
	if r.Resource != "AllergyIntolerance" {
		return false
	}
	switch r.Status {
	case "inactive", "resolved", "refuted":
		return false
	}
	return r.Flag != ehrdesk.FlagNoneKnown && r.Flag != ehrdesk.FlagNoneText && r.Flag != ehrdesk.FlagNoInformation
}
