package unseen

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// Report is a report that came to a desk and that a rule has somebody look at.
type Report struct {
	Record    *ehrdesk.Record
	Rule      *ehrdesk.ReportRule
	Corrected bool      // it says itself that it was corrected, or takes another's place
	Mark      string    // the report with what is in it as it stands: another is looked at anew
	At        time.Time // when the centre had it so
}

// Reports are those that changed at the centre after a moment and that a rule fits, in the order in which they came. A result
// that no report here holds is one by itself; what is preliminary is one, and another once it is final.
func Reports(records []*ehrdesk.Record, rules []ehrdesk.ReportRule, after, now time.Time) (out []Report) {
	tellable := func(r *ehrdesk.Record) bool { // of what is shown under a release no trace stays
		return !r.Linked && !r.Restricted && !r.Released && !r.Void()
	}
	if len(rules) == 0 || !slices.ContainsFunc(records, func(r *ehrdesk.Record) bool { return r.Updated.After(after) && isReport(r) && tellable(r) }) {
		return nil // most syncs bring nothing: no facts are read
	}
	by, held := map[ehrdesk.Ref]*ehrdesk.Record{}, map[ehrdesk.Ref]bool{}
	for _, r := range records {
		if !tellable(r) {
			continue
		}
		by[r.Ref()] = r
		if r.Resource == "DiagnosticReport" {
			f := r.Facts()
			for _, ref := range results.Members(&f) {
				held[ref] = true
			}
		}
	}
	for _, r := range records {
		if !tellable(r) || !isReport(r) || r.Resource == "Observation" && held[r.Ref()] {
			continue
		}
		f := r.Facts()
		members, came := membersOf(&f, by), r.Updated
		for _, m := range members { // a result may be corrected and its report be sent as it was
			if m.Updated.After(came) {
				came = m.Updated
			}
		}
		if !came.After(after) {
			continue
		}
		i := slices.IndexFunc(rules, func(rule ehrdesk.ReportRule) bool { return fits(&rule, r, &f, members, now) })
		if i < 0 {
			continue
		}
		corrected := corrects(r, &f) || slices.ContainsFunc(members, func(m *ehrdesk.Record) bool { return results.StageOf(m.Status) == results.Corrected })
		out = append(out, Report{Record: r, Rule: &rules[i], Corrected: corrected, Mark: reportMark(r, members, corrected), At: came})
	}
	slices.SortStableFunc(out, func(a, b Report) int { return a.At.Compare(b.At) })
	return out
}

// isReport reports what somebody writes for others to read: not what was ordered, and no image.
func isReport(r *ehrdesk.Record) bool {
	switch r.Resource {
	case "DiagnosticReport", "DocumentReference", "Composition", "Observation":
		return true
	}
	return false
}

func membersOf(f *ehrdesk.Facts, by map[ehrdesk.Ref]*ehrdesk.Record) (out []*ehrdesk.Record) {
	for _, ref := range results.Members(f) {
		if m := by[ref]; m != nil {
			out = append(out, m)
		}
	}
	return out
}

func fits(rule *ehrdesk.ReportRule, r *ehrdesk.Record, f *ehrdesk.Facts, members []*ehrdesk.Record, now time.Time) bool {
	if r.Kind != rule.Kind || moment(r).Before(now.AddDate(0, 0, -rule.Most)) {
		return false
	}
	has := func(concepts []ehrdesk.Concept, want func(ehrdesk.Coding) bool) bool {
		return slices.ContainsFunc(concepts, func(c ehrdesk.Concept) bool { return slices.ContainsFunc(c.Codings, want) })
	}
	either := len(rule.Categories)+len(rule.Codes) == 0 ||
		has(f.Categories, func(c ehrdesk.Coding) bool {
			return slices.ContainsFunc(rule.Categories, func(code string) bool { return strings.EqualFold(code, c.Code) })
		}) ||
		has(append([]ehrdesk.Concept{f.Code}, f.Categories...), func(c ehrdesk.Coding) bool {
			return slices.ContainsFunc(rule.Codes, func(k ehrdesk.Coding) bool { return k.System == c.System && k.Code == c.Code })
		})
	flag := map[ehrdesk.ReportFlag]func(ehrdesk.Flag) bool{ehrdesk.ReportAbnormal: abnormal, ehrdesk.ReportCritical: critical}[rule.Flag]
	return either && (flag == nil && r.Resource != "Observation" || flag != nil && (flag(r.Flag) || slices.ContainsFunc(members, func(m *ehrdesk.Record) bool { return flag(m.Flag) })))
}

// corrects reports a record that says that it was corrected, in its own status or a document's, or that it takes another's place.
func corrects(r *ehrdesk.Record, f *ehrdesk.Facts) bool {
	if results.StageOf(r.Status) == results.Corrected {
		return true
	}
	for i := range f.States {
		for _, c := range f.States[i].Concept.Codings {
			if results.StageOf(c.Code) == results.Corrected {
				return true
			}
		}
	}
	return slices.ContainsFunc(f.Relations, func(rel ehrdesk.Relation) bool { return rel.Role == "replaces" })
}

// reportMark names a report with what is in it by what it says: sent again as it was it is the same. Of one that was corrected
// the version counts too, as what was corrected may stand in words that no fact has.
func reportMark(r *ehrdesk.Record, members []*ehrdesk.Record, corrected bool) string {
	h := sha256.New()
	say := func(r *ehrdesk.Record) {
		_, _ = fmt.Fprintf(h, "%s\n%s\n%s\n%q\n%q\n", r.Ref(), r.Status, r.Flag, r.Title, string(r.Packed))
		if corrected {
			_, _ = fmt.Fprintf(h, "%s %d\n", r.Version, r.Updated.UnixNano())
		}
	}
	say(r)
	sorted := slices.Clone(members)
	slices.SortFunc(sorted, func(a, b *ehrdesk.Record) int { return strings.Compare(a.Ref().String(), b.Ref().String()) })
	for _, m := range sorted {
		say(m)
	}
	return "report-" + hex.EncodeToString(h.Sum(nil)[:16])
}
