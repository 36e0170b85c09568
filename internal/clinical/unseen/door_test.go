package unseen_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

func came(kind ehrdesk.Kind, resource, id, title, status string, flag ehrdesk.Flag, ago int) *ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: title}, States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: status}}}}}}
	at := now.AddDate(0, 0, -ago)
	return &ehrdesk.Record{Kind: kind, Resource: resource, ID: id, Title: title, Status: status, Flag: flag, Date: ehrdesk.At(at), Updated: at, Packed: f.Pack()}
}

func TestWhatWaitsAtTheDoorIsToActOnOrToKnow(t *testing.T) {
	drug := func(id, status string, ago int) *ehrdesk.Record {
		return came(ehrdesk.KindMedication, "MedicationRequest", id, "warfarin", status, "", ago)
	}
	allergy := func(status string, flag ehrdesk.Flag, ago int) *ehrdesk.Record {
		return came(ehrdesk.KindAllergy, "AllergyIntolerance", "a", "penicillin", status, flag, ago)
	}
	result := func(flag ehrdesk.Flag, ago int) *ehrdesk.Record {
		return came(ehrdesk.KindLaboratory, "Observation", "k", "Potassium", "final", flag, ago)
	}
	with := func(r *ehrdesk.Record, set func(*ehrdesk.Record)) *ehrdesk.Record { set(r); return r }
	for name, c := range map[string]struct {
		records   []*ehrdesk.Record
		act, know []string
	}{
		"nothing":                      {nil, nil, nil},
		"a critical result":            {[]*ehrdesk.Record{result(ehrdesk.FlagCriticalHigh, 1)}, []string{"k"}, nil},
		"an abnormal one":              {[]*ehrdesk.Record{result(ehrdesk.FlagHigh, 1)}, nil, nil},
		"a critical one seen before":   {[]*ehrdesk.Record{result(ehrdesk.FlagCriticalHigh, 9)}, nil, nil},
		"a critical one of long ago":   {[]*ehrdesk.Record{with(result(ehrdesk.FlagCriticalHigh, 100), func(r *ehrdesk.Record) { r.Updated = now })}, nil, nil},
		"an allergy":                   {[]*ehrdesk.Record{allergy("active", "", 1)}, []string{"a"}, nil},
		"an allergy that is refuted":   {[]*ehrdesk.Record{allergy("refuted", "", 1)}, nil, nil},
		"no known allergy":             {[]*ehrdesk.Record{allergy("active", ehrdesk.FlagNoneKnown, 1)}, nil, nil},
		"an allergy entered in error":  {[]*ehrdesk.Record{allergy(ehrdesk.EnteredInError, "", 1)}, nil, nil},
		"an allergy that is held back": {[]*ehrdesk.Record{with(allergy("active", "", 1), func(r *ehrdesk.Record) { r.Restricted = true })}, nil, nil},
		"a drug begun":                 {[]*ehrdesk.Record{drug("w", "active", 1)}, nil, []string{"w"}},
		"a drug stopped":               {[]*ehrdesk.Record{with(drug("w", "stopped", 9), func(r *ehrdesk.Record) { r.Updated = now })}, nil, []string{"w"}},
		"a drug seen before":           {[]*ehrdesk.Record{drug("w", "active", 9)}, nil, nil},
		"an advance directive":         {[]*ehrdesk.Record{came(ehrdesk.KindNote, "DocumentReference", "d", "Advance directive: do not attempt cardiopulmonary resuscitation", "current", "", 1)}, nil, []string{"d"}},
		"both":                         {[]*ehrdesk.Record{drug("w", "active", 1), result(ehrdesk.FlagCriticalLow, 1)}, []string{"k"}, []string{"w"}},
	} {
		var act, know []string
		for _, a := range unseen.Door(c.records, now.Add(-5*24*time.Hour), now) {
			if a.Act {
				act = append(act, a.Ref.ID)
			} else {
				know = append(know, a.Ref.ID)
			}
		}
		if !slices.Equal(act, c.act) || !slices.Equal(know, c.know) {
			t.Errorf("%s: act %q, know %q", name, act, know)
		}
	}
}
