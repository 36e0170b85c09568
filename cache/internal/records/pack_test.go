package records_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
	"github.com/ehrdesk/ehrdesk/internal/bench/clinical"
)

func TestABlockGivesBackWhatWasPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.Custom(func(t *rapid.T) []byte {
			if rapid.Bool().Draw(t, "dull") {
				return bytes.Repeat([]byte("ab"), rapid.IntRange(0, 4000).Draw(t, "times"))
			}
			return rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes")
		})
		bodies := rapid.SliceOfN(body, 1, 5).Draw(t, "bodies")
		total := 0 // no more than a block is given
		for _, b := range bodies {
			total += len(b)
		}
		for ; len(bodies) < rapid.IntRange(1, 64).Draw(t, "slots") && total < 20_000; total += len(bodies[len(bodies)-1]) {
			bodies = append(bodies, bodies[len(bodies)%3%len(bodies)])
		}
		got, err := records.UnpackBlock(records.PackBlock(bodies))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(bodies, got, cmp.Comparer(bytes.Equal)); d != "" {
			t.Fatal(d)
		}
	})
}

func FuzzUnpackBlock(f *testing.F) {
	var bodies [][]byte
	for _, c := range clinical.Records(1, 12) {
		bodies = append(bodies, c.Body)
	}
	f.Add(records.PackBlock(bodies))
	f.Add(records.PackBlock([][]byte{{}}))
	f.Add(records.PackBlock([][]byte{[]byte("short"), nil, bytes.Repeat([]byte("long "), 3000)}))
	f.Add([]byte{1, 1, 1, 4, 0x80, 0x80, 1, 0xff, 0xff, 0x03, 0}) // 16 KiB said, 64 KiB packed
	f.Add([]byte{1, 64, 1, 0, 1, 0})
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		bodies, err := records.UnpackBlock(b)
		if err != nil {
			return
		}
		total := 0
		for _, body := range bodies {
			total += len(body)
		}
		if len(bodies) > 64 || total > 64<<10 {
			t.Fatalf("%d bodies of %d bytes", len(bodies), total)
		}
		if len(bodies) == 0 {
			return
		}
		again, err := records.UnpackBlock(records.PackBlock(bodies))
		if err != nil || !slices.EqualFunc(bodies, again, bytes.Equal) {
			t.Fatalf("what was read cannot be written and read: %v", err)
		}
	})
}

func FuzzUnpackRecords(f *testing.F) {
	var rs []ehrdesk.Record
	for _, c := range clinical.Records(1, 3) {
		rs = append(rs, c.Record)
	}
	f.Add(records.PackRecords(rs))
	f.Add(records.PackRecords(nil))
	f.Add([]byte{1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		rs, err := records.UnpackRecords(b)
		if err != nil {
			return
		}
		again, err := records.UnpackRecords(records.PackRecords(rs))
		if err != nil {
			t.Fatalf("what was read cannot be written and read: %v", err)
		}
		if d := cmp.Diff(rs, again, cmp.Comparer(time.Time.Equal)); d != "" {
			t.Fatal(d)
		}
	})
}

func FuzzUnpackPart(f *testing.F) {
	var rs []ehrdesk.Record
	for _, c := range clinical.Records(1, 3) {
		rs = append(rs, c.Record)
	}
	f.Add(records.PackPart(rs, nil), 3)
	f.Add(records.PackPart(nil, []ehrdesk.Ref{{Resource: "Observation", ID: "a"}, {Resource: "Condition", ID: "a"}}), 0)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, 1)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		rs, gone, err := records.UnpackPart(b, n)
		if err != nil {
			return
		}
		again, goneAgain, err := records.UnpackPart(records.PackPart(rs, gone), n)
		if err != nil {
			t.Fatalf("what was read cannot be written and read: %v", err)
		}
		if d := cmp.Diff(rs, again, cmp.Comparer(time.Time.Equal)) + cmp.Diff(gone, goneAgain); d != "" {
			t.Fatal(d)
		}
	})
}

func BenchmarkPackChunk(b *testing.B) {
	var recs []ehrdesk.Record
	for _, c := range clinical.Records(1, 512) {
		recs = append(recs, c.Record)
	}
	packed := records.PackRecords(recs)
	b.Run("pack", func(b *testing.B) {
		for b.Loop() {
			records.PackRecords(recs)
		}
		b.ReportMetric(float64(len(packed))/512, "B/row")
	})
	b.Run("unpack", func(b *testing.B) {
		for b.Loop() {
			if _, err := records.UnpackRecords(packed); err != nil {
				b.Fatal(err)
			}
		}
	})
}
