// Package risk finds what has to stand beside a patient's name whatever is looked at:
// a result that is critical, and a refusal of resuscitation or another advance
// directive. It promises to name the newest record of each, and that what was entered
// in error, or is over, is none.
package risk

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Risks are the records that a banner names; nil for none.
type Risks struct {
	Critical  *ehrdesk.Record // the newest critical result of the last 90 days
	Directive *ehrdesk.Record // an advance directive in force
	Refused   bool            // it refuses resuscitation
}

// critical is how long a critical result is told; what is older stands in the results.
const critical = 90 * 24 * time.Hour

// Of looks through a chart's lists, each newest first.
func Of(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) (out Risks) {
	for _, t := range []ehrdesk.RecordType{ehrdesk.LaboratoryRadiology, ehrdesk.ObservationLifestyle, ehrdesk.OtherInvestigation} {
		all := list(t)
		for i := range all {
			r := &all[i]
			if r.Linked {
				break
			}
			if !r.Date.IsZero() && now.Sub(r.Date.Time) > critical {
				break
			}
			if grave(r.Flag) && !r.Void() && !r.Restricted && (out.Critical == nil || r.Date.Compare(out.Critical.Date) > 0) {
				out.Critical = r
				break
			}
		}
	}
	said := titles{}
	for _, t := range ehrdesk.RecordTypes() {
		all := list(t)
		for i := range all {
			r := &all[i]
			if r.Void() || r.Restricted || over[r.Status] {
				continue
			}
			if is, refuses := said.directive(r); is && (out.Directive == nil || refuses && !out.Refused || refuses == out.Refused && r.Date.Compare(out.Directive.Date) > 0) {
				out.Directive, out.Refused = r, refuses
			}
		}
	}
	return out
}

func grave(f ehrdesk.Flag) bool {
	return f == ehrdesk.FlagCriticalHigh || f == ehrdesk.FlagCriticalLow || f == ehrdesk.FlagCritical
}

// over are statuses of what no longer holds, or never did.
var over = map[string]bool{"inactive": true, "revoked": true, "rejected": true, "superseded": true, "cancelled": true, "resolved": true,
	"refuted": true, "not-done": true, "abandoned": true, "draft": true, "proposed": true}

// The words that a directive is told by, in lower case.
var (
	refusals = []string{"dnacpr", "dnar", "do not resuscitat", "do-not-resuscitat", "not for resuscitat", "no resuscitat", "not to be resuscitat", "do not attempt resuscitat",
		"do not attempt cardiopulmonary", "not for cardiopulmonary", "refuses resuscitat", "resuscitation refused", "不作心肺復甦", "不作心肺复苏", "不施行心肺復甦", "不施行心肺复苏", "拒絕心肺復甦", "拒绝心肺复苏"}
	directives = []string{"advance directive", "advance care plan", "living will", "預設醫療指示", "预设医疗指示", "預設照顧計劃", "预设照顾计划"}
)

// titles are what titles say, each looked at once: ten thousand records have few.
type titles map[string]struct{ is, refuses bool }

func (m titles) of(title string) (is, refuses bool) {
	t, ok := m[title]
	if !ok {
		words := strings.ToLower(title)
		t.refuses = dnr(words) || containsAny(words, refusals)
		t.is = t.refuses || containsAny(words, directives)
		m[title] = t
	}
	return t.is, t.refuses
}

// directive reports an advance directive, by its title, and of a Consent or a Flag by
// its categories and codes (HL7 consentcategorycodes: acd, dnr, polst).
// What was done to somebody (a resuscitation) and what was given are none: words that
// refuse count, a word that names resuscitation never does.
func (m titles) directive(r *ehrdesk.Record) (is, refuses bool) {
	if r.Resource == "Procedure" || r.Kind == ehrdesk.KindMedication {
		return false, false
	}
	is, refuses = m.of(r.Title)
	if r.Resource != "Consent" && r.Resource != "Flag" {
		return is, refuses
	}
	f := r.Facts()
	for _, c := range append(f.Categories, f.Code) {
		words := strings.ToLower(c.Words())
		if c.Has("dnr", category) || dnr(words) || containsAny(words, refusals) {
			return true, true
		}
		is = is || c.Has("acd", category) || c.Has("polst", category) || c.Has("adr", scope) || containsAny(words, directives)
	}
	return is, refuses
}

const (
	category = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
	scope    = "http://terminology.hl7.org/CodeSystem/consentscope"
)

// dnr reports the abbreviation as a word of its own.
func dnr(words string) bool {
	for w := range strings.FieldsFuncSeq(words, func(r rune) bool { return (r < 'a' || r > 'z') && r < 0x80 }) {
		if w == "dnr" {
			return true
		}
	}
	return false
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
