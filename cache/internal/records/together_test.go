package records_test

import (
	"bytes"
	"errors"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

func TestCellsSealedOnSeveralCoresAreWrittenOnceEachInTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, cores := rapid.IntRange(0, 150).Draw(t, "n"), rapid.IntRange(1, 5).Draw(t, "cores")
		fails := rapid.IntRange(0, 200).Draw(t, "fails")
		full := errors.New("the disk is full")
		written := 0
		err := records.SealEach(n, cores, func(i int) []byte { return strconv.AppendInt(nil, int64(i), 10) }, func(i int, ct []byte) error {
			if i != written || string(ct) != strconv.Itoa(i) {
				t.Fatalf("cell %d is written as number %d, holding %q", i, written, ct)
			}
			if i == fails {
				return full
			}
			written++
			return nil
		})
		if want := min(n, fails); written != want {
			t.Fatalf("%d of %d cells are written, want %d", written, n, want)
		}
		if (err != nil) != (fails < n) {
			t.Fatalf("the error is %v where cell %d of %d fails", err, fails, n)
		}
	})
}

func TestAPackerThatWasUsedPacksAsANewOne(t *testing.T) {
	record := rapid.Custom(func(t *rapid.T) ehrdesk.Record {
		word := rapid.SampledFrom([]string{"", "final", "amended", "Full blood count", "Ruttonjee"})
		return ehrdesk.Record{Resource: "Observation", ID: rapid.StringMatching("[a-z0-9]{1,30}").Draw(t, "id"), Title: word.Draw(t, "title"),
			Status: word.Draw(t, "status"), Source: word.Draw(t, "source"), Packed: ehrdesk.PackedFacts(rapid.String().Draw(t, "facts"))}
	})
	rapid.Check(t, func(t *rapid.T) {
		var used records.Packer
		for range rapid.IntRange(1, 4).Draw(t, "chunks") {
			rs := rapid.SliceOfN(record, 0, 40).Draw(t, "records")
			if got, want := used.Pack(rs), records.PackRecords(rs); !bytes.Equal(got, want) {
				t.Fatalf("%d bytes where a new packer gives %d", len(got), len(want))
			}
		}
	})
}
