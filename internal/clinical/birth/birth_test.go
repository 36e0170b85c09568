package birth_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/birth"
)

func observation(id, code string, kind ehrdesk.Kind, at ehrdesk.When, encounter, focus string) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: code}}}}
	if encounter != "" {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "encounter", Ref: ehrdesk.Ref{Resource: "Encounter", ID: encounter}})
	}
	if focus != "" {
		f.Parties = append(f.Parties, ehrdesk.Party{Role: "focus", Display: focus})
	}
	return ehrdesk.Record{Kind: kind, Resource: "Observation", ID: id, Title: id, Status: "final", Date: at, Packed: f.Pack()}
}

func TestWhatWasMeasuredAtABirthStandsTogether(t *testing.T) {
	first, later := ehrdesk.Day(2026, 3, 4), ehrdesk.Day(2028, 5, 6)
	b, o := ehrdesk.KindBirth, ehrdesk.KindObservation
	wrong := observation("wrong", "9274-2", b, first, "e1", "")
	wrong.Status = "entered-in-error"
	held := observation("held", "9274-2", b, first, "e1", "")
	held.Restricted = true
	all := []ehrdesk.Record{
		observation("apgar10", "9271-8", o, first, "e1", ""), observation("apgar5", "9274-2", b, first, "e1", ""), observation("apgar1", "9272-6", b, first, "", ""),
		observation("weight", "8339-4", b, first, "e1", ""), observation("delivery", "72149-8", o, first, "e1", ""), observation("weeks", "11884-4", b, first, "e1", ""),
		observation("length", "8302-2", o, first, "e1", ""), observation("head", "9843-4", o, first, "", ""),
		observation("length later", "8302-2", o, ehrdesk.Day(2026, 9, 4), "", ""), observation("glucose", "2339-0", ehrdesk.KindLaboratory, first, "e1", ""),
		observation("other birth", "8339-4", b, later, "e2", ""), observation("other visit", "8339-4", b, first, "e3", ""),
		observation("twin B", "8339-4", b, first, "e1", "twin B"), observation("twin B apgar", "9274-2", b, first, "e1", "twin B"), wrong, held,
	}
	list := func(typ ehrdesk.RecordType) (out []ehrdesk.Record) {
		for _, r := range all {
			if r.Type() == typ {
				out = append(out, r)
			}
		}
		return out
	}
	ids := func(id string, born ehrdesk.When) string {
		i := slices.IndexFunc(all, func(r ehrdesk.Record) bool { return r.ID == id })
		var out []string
		for _, r := range birth.Of(&all[i], list, born) {
			out = append(out, r.ID)
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		opened string
		born   ehrdesk.When
		want   string
	}{
		{"weight", first, "weeks, delivery, weight, length, head, apgar1, apgar5, apgar10"},
		{"apgar10", first, "weeks, delivery, weight, length, head, apgar1, apgar5, apgar10"},
		{"length", first, "weeks, delivery, weight, length, head, apgar1, apgar5, apgar10"},
		{"weight", ehrdesk.Day(1994, 1, 1), "weeks, delivery, weight, apgar1, apgar5, apgar10"}, // of a mother: her own height that day is not the child's
		{"twin B", first, "twin B, twin B apgar"},
		{"other birth", first, "other birth"},
		{"other visit", first, "head, other visit, apgar1"}, // of no visit and of that day
		{"glucose", first, ""},
		{"length later", first, ""},
		{"length", ehrdesk.When{}, ""},
	} {
		got := ids(c.opened, c.born)
		if c.opened == "other visit" { // the order is that of the measures
			if !strings.Contains(got, "other visit") || strings.Contains(got, "apgar5") {
				t.Errorf("%s: %q", c.opened, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.opened, got, c.want)
		}
	}
}
