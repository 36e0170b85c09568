package summary

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// immunised is the last dose of each vaccine, and what an ImmunizationRecommendation
// says is due, which comes first. A dose that was not given is none.
func immunised(all []ehrdesk.Record, now time.Time) (out []Item) {
	last := map[string]bool{}
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b ehrdesk.Record) int { return newer(&a, &b) })
	for i := range sorted {
		r := &sorted[i]
		if r.Kind != ehrdesk.KindImmunisation || r.Linked || r.Restricted || r.Void() {
			continue
		}
		switch r.Resource {
		case "ImmunizationRecommendation":
			f := r.Facts()
			due := timed(&f, "dateCriterion", "due", "date")
			if due.IsZero() {
				due = r.Date
			}
			out = append(out, Item{Record: *r, Since: due, Due: !due.Time.After(now)})
		case "Immunization":
			if r.Status == "not-done" {
				continue
			}
			f := r.Facts()
			names := keys(&f.Code, r.Title)
			if slices.ContainsFunc(names, func(k string) bool { return last[k] }) {
				continue
			}
			for _, k := range names {
				last[k] = true
			}
			out = append(out, Item{Record: *r})
		}
	}
	return out
}

// lastEncounters is how many encounters are opened for their reasons.
const lastEncounters = 12

// encounters are the visits that were, newest first, with what they were for; and the
// bookings that are to come, the next first.
func encounters(all []ehrdesk.Record, conditions []condition, now time.Time) (was, coming []Item) {
	for i := range all {
		r := &all[i]
		if r.Linked || r.Restricted || r.Void() {
			continue
		}
		switch {
		case r.Resource == "Appointment":
			if r.Date.Time.After(now) && !slices.Contains([]string{"cancelled", "noshow", "fulfilled"}, r.Status) {
				coming = append(coming, Item{Record: *r})
			}
		case r.Resource == "Encounter" && r.Status != "cancelled" && r.Status != "planned":
			was = append(was, Item{Record: *r})
		}
	}
	newest(was)
	slices.SortStableFunc(coming, func(a, b Item) int { return newer(&b.Record, &a.Record) })
	if len(was) > lastEncounters {
		was = was[:lastEncounters]
	}
	made := map[ehrdesk.Ref][]ehrdesk.Concept{}
	for i := range conditions {
		c := &conditions[i]
		for _, rel := range c.facts.Relations {
			if rel.Role == "encounter" {
				made[rel.Ref] = append(made[rel.Ref], named(c))
			}
		}
	}
	for i := range was {
		f := was[i].Record.Facts()
		was[i].Why = f.Reasons
		for _, k := range made[was[i].Record.Ref()] {
			if !slices.ContainsFunc(was[i].Why, func(w ehrdesk.Concept) bool { return strings.EqualFold(w.Words(), k.Words()) }) {
				was[i].Why = append(was[i].Why, k)
			}
		}
	}
	return was, coming
}

// named is what a condition is called.
func named(c *condition) ehrdesk.Concept {
	if c.facts.Code.Words() == "" {
		return ehrdesk.Concept{Text: c.record.Title}
	}
	return c.facts.Code
}

// referrals are those of which nothing says that they are over, and how many the others are.
func referrals(all []ehrdesk.Record) (out []Item, past int) {
	for i := range all {
		r := &all[i]
		if r.Linked || r.Restricted || r.Void() || r.Resource != "ServiceRequest" && r.Resource != "ReferralRequest" && r.Resource != "Task" {
			continue
		}
		switch r.Status {
		case "completed", "revoked", "cancelled", "rejected", "failed":
			past++
			continue
		}
		out = append(out, Item{Record: *r})
	}
	newest(out)
	return out, past
}

// documents are notes and letters, newest first.
func documents(all []ehrdesk.Record) (out []Item) {
	for i := range all {
		if r := &all[i]; !r.Linked && !r.Restricted && !r.Void() && r.Status != "superseded" {
			out = append(out, Item{Record: *r})
		}
	}
	newest(out)
	return out
}
