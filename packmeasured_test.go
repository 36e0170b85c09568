package ehrdesk_test

import (
	"reflect"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// What stood in the facts before must not be seen in those of the next record.
func TestMeasuredFactsOfOneRecordHoldNothingOfTheOneBefore(t *testing.T) {
	words := func(s ...string) (out []ehrdesk.Concept) {
		for _, x := range s {
			out = append(out, ehrdesk.Concept{Text: x, Codings: []ehrdesk.Coding{{System: "s", Code: x, Display: x + x}, {Code: "2" + x}}})
		}
		return out
	}
	full := ehrdesk.Facts{Code: words("a")[0], Categories: words("b", "c"), Text: "t", Forbids: true,
		States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: words("d")[0]}},
		Results: []ehrdesk.Result{{Code: words("e")[0], Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "1.10", Unit: "g"}, Concept: words("v")[0]}, Absent: words("x")[0],
			Interpretations: words("H"), Ranges: []ehrdesk.Range{{Low: ehrdesk.Quantity{Number: "1"}, Text: "adult", AppliesTo: words("w")}, {Text: "two"}}, Flag: "H", Disputed: true, Assessed: true}, {Flag: "L"}}}
	all := []ehrdesk.Facts{full, {Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsText, Text: "clear"}}}}, {Code: words("z")[0]}, full, {}, {Results: []ehrdesk.Result{{Ranges: []ehrdesk.Range{{}}}}}}
	var f ehrdesk.Facts
	for i := range all {
		r := ehrdesk.Record{Packed: all[i].Pack()}
		want := r.Facts()
		if r.Measured(&f); !same(&f, &want) {
			t.Errorf("%d: %+v\nwant %+v", i, f, want)
		}
	}
	bad := ehrdesk.Record{Packed: "\x01\xff"}
	if bad.Measured(&f); !f.Unread || len(f.Results) > 0 {
		t.Errorf("%+v", f)
	}
}

// same compares facts, an empty list and none being one.
func same(a, b *ehrdesk.Facts) bool {
	return reflect.DeepEqual(a.Pack(), b.Pack())
}
