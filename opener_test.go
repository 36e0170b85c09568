package ehrdesk_test

import (
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
