package summary

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// condition is a Condition with its facts opened.
type condition struct {
	record ehrdesk.Record
	facts  ehrdesk.Facts
}

func conditionsOf(all []ehrdesk.Record) (out []condition) {
	for i := range all {
		if r := &all[i]; r.Kind == ehrdesk.KindDiagnosis && r.Resource == "Condition" && !r.Linked && !r.Restricted && !r.Void() {
			out = append(out, condition{all[i], r.Facts()})
		}
	}
	return out
}

// passing is how long a diagnosis of a single visit, of which nobody says that it is
// active, is taken to be one.
const passing = 90 * 24 * time.Hour

// problems are the conditions that are active, a line for each however often it was
// recorded. One is active where its newest record says so; where that says nothing,
// while it is a problem of the list, was recorded at two visits, is a disease that lasts
// (terms.CourseOf), or is of the last 90 days. The rule's thresholds want a physician's sign-off.
func problems(all []condition, now time.Time) (active []Item, past int, none *Item) {
	type problem struct {
		newest  *condition
		since   ehrdesk.When
		times   int
		listed  bool // on a problem list
		visits  map[ehrdesk.Ref]bool
		chronic bool
		lasting bool
	}
	var order []*problem
	by := map[string]*problem{}
	sorted := make([]*condition, len(all))
	for i := range all {
		sorted[i] = &all[i]
	}
	slices.SortFunc(sorted, func(a, b *condition) int { return newer(&a.record, &b.record) })
	for _, c := range sorted {
		if c.record.Status == "refuted" || c.facts.Code.Has("no-problem-info", absentUnknown) {
			continue
		}
		if c.facts.Code.Has("no-known-problems", absentUnknown) {
			if none == nil {
				none = &Item{Record: c.record}
			}
			continue
		}
		var p *problem
		names := keys(&c.facts.Code, c.record.Title)
		for _, k := range names {
			if p = by[k]; p != nil {
				break
			}
		}
		if p == nil {
			p = &problem{newest: c, visits: map[ehrdesk.Ref]bool{}}
			p.chronic = terms.Diseases().Of(&c.facts.Code) != nil
			p.lasting = terms.CourseOf(&c.facts.Code) == terms.Lasting
			order = append(order, p)
		}
		for _, k := range names {
			if by[k] == nil {
				by[k] = p
			}
		}
		p.times++
		if began := cmp.Or(timed(&c.facts, "onset"), c.record.Date); p.since.IsZero() || !began.IsZero() && began.Compare(p.since) < 0 {
			p.since = began
		}
		for i := range c.facts.Categories {
			p.listed = p.listed || c.facts.Categories[i].Has("problem-list-item", "http://terminology.hl7.org/CodeSystem/condition-category")
		}
		for _, rel := range c.facts.Relations {
			if rel.Role == "encounter" {
				p.visits[rel.Ref] = true
			}
		}
	}
	score := func(p *problem) (n int) {
		if p.chronic {
			n += 3
		}
		if p.listed {
			n += 2
		}
		if len(p.visits) > 1 {
			n++
		}
		if social(p.newest) {
			n -= 6
		}
		return n
	}
	var kept []*problem
	for _, p := range order {
		on := false
		switch p.newest.record.Status {
		case "active", "recurrence", "relapse", "remission": // what is in remission is watched, and says so
			on = true
		case "":
			on = p.listed || p.lasting || len(p.visits) > 1 || now.Sub(p.newest.record.Date.Time) < passing
		}
		if on {
			kept = append(kept, p)
		} else {
			past++
		}
	}
	slices.SortStableFunc(kept, func(a, b *problem) int {
		return cmp.Or(score(b)-score(a), newer(&a.newest.record, &b.newest.record))
	})
	for _, p := range kept {
		active = append(active, Item{Record: p.newest.record, Since: p.since, Times: p.times, Visits: slices.SortedFunc(maps.Keys(p.visits), func(a, b ehrdesk.Ref) int { return strings.Compare(a.ID, b.ID) })})
	}
	if len(active) > 0 { // a problem recorded ends an assertion of none
		none = nil
	}
	return active, past, none
}

// absentUnknown is IPS' code system of statements that there is nothing, or that
// nothing is known.
const absentUnknown = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

// social reports a finding or a situation, by the semantic tag that SNOMED CT writes
// behind its terms: work, housing and stress are recorded as conditions too, and come
// after disorders.
func social(c *condition) bool {
	for _, words := range append([]string{c.record.Title, c.facts.Code.Text}, displays(&c.facts.Code)...) {
		if strings.HasSuffix(words, "(finding)") || strings.HasSuffix(words, "(situation)") || strings.HasSuffix(words, "(person)") {
			return true
		}
	}
	return false
}

func displays(c *ehrdesk.Concept) (out []string) {
	for i := range c.Codings {
		out = append(out, c.Codings[i].Display)
	}
	return out
}
