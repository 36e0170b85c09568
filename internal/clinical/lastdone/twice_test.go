package lastdone_test

import (
	"reflect"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/lastdone"
)

func TestOneTestOfOneDayAtTwoInstitutionsIsPointedOut(t *testing.T) {
	at := func(r ehrdesk.Record, source string) ehrdesk.Record {
		r.Source = source
		return r
	}
	void := at(lab("6", "Potassium", "2823-3", 5), "PWH")
	void.Status = "entered-in-error"
	got := lastdone.Twice([]ehrdesk.Record{
		at(lab("1", "Potassium", "2823-3", 3), "QMH"), at(lab("2", "Serum potassium", "2823-3", 3), "PYN"), // one day, two places
		at(lab("3", "Potassium", "2823-3", 4), "PYN"),       // another day
		at(lab("4", "Sodium", "2951-2", 3), "PYN"),          // another test
		at(lab("5", "Potassium", "2823-3", 5), "QMH"), void, // withdrawn
		at(lab("7", "Urea", "3091-6", 3), "QMH"), at(lab("8", "Urea", "3091-6", 3), "QMH"), // one place
		at(lab("9", "Urea", "3091-6", 3), ""), // nobody knows where
	})
	ref := func(id string) ehrdesk.Ref { return ehrdesk.Ref{Resource: "Observation", ID: id} }
	if want := map[ehrdesk.Ref]ehrdesk.Ref{ref("1"): ref("2"), ref("2"): ref("1")}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}
