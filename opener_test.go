package ehrdesk_test

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// What one record left behind is not in the next.
func TestAnOpenerGivesTheFactsThatTheRecordGives(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var o ehrdesk.Opener
		for _, f := range rapid.SliceOfN(anyFacts(), 1, 6).Draw(rt, "facts") {
			r := ehrdesk.Record{Packed: f.Pack()}
			if got, want := *o.Open(&r), r.Facts(); !reflect.DeepEqual(got, want) {
				rt.Fatalf("opened\n%+v\nwant\n%+v", got, want)
			}
		}
		if got := o.Open(&ehrdesk.Record{Packed: "\x01broken"}); !got.Unread {
			rt.Fatal("broken facts say nothing of it")
		}
	})
}

// An id that was read stays what it is, however many are read after it.
func TestIdsOfAnOpenerStayWhatTheyAre(t *testing.T) {
	var o ehrdesk.Opener
	var got []ehrdesk.Ref
	id := func(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }
	for i := range 500 {
		f := ehrdesk.Facts{Relations: []ehrdesk.Relation{{Role: "encounter", Ref: ehrdesk.Ref{Resource: "Encounter", ID: id(i)}}}}
		r := ehrdesk.Record{Packed: f.Pack()}
		got = append(got, o.Open(&r).Relations[0].Ref)
	}
	for i, ref := range got {
		if ref.ID != id(i) {
			t.Fatalf("%d is %s", i, ref.ID)
		}
	}
}
