package cache_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/bench/clinical"
)

// TestBenchmarkRecordsCompressLikeRealOnes holds the benchmarks' records to what
// a public Synthea bundle showed: one zstd block of 20 resources shrank 4.98
// times, one of 64 6.4 times.
func TestBenchmarkRecordsCompressLikeRealOnes(t *testing.T) {
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer zip.Close()
	kinds := map[ehrdesk.Kind][][]byte{}
	sum := 0
	all := clinical.Records(1, 4000)
	for _, c := range all {
		kinds[c.Record.Kind] = append(kinds[c.Record.Kind], c.Body)
		sum += len(c.Body)
	}
	if mean := sum / len(all); mean < 1950 || mean > 2150 {
		t.Errorf("a mean of %d bytes", mean)
	}
	for n, limit := range map[int]float64{1: 2.2, 20: 5.2, 64: 6.4} {
		raw, packed := 0, 0
		for _, bodies := range kinds {
			for group := range slices.Chunk(bodies, n) {
				whole := bytes.Join(group, nil)
				raw += len(whole)
				packed += len(zip.EncodeAll(whole, nil))
			}
		}
		if ratio := float64(raw) / float64(packed); ratio > limit {
			t.Errorf("%d together shrink %.2f times, real ones %.2f: the figures would flatter", n, ratio, limit)
		}
	}
}

// TestARecordTakesLittleRoom is a gate: how much of the disk 5,000 records of
// ten patients take, against the bytes of their bodies. Plain rows take 1.8
// times those.
func TestARecordTakesLittleRoom(t *testing.T) {
	s := openStore(t, t.TempDir()+"/desk", at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	raw := 0
	for p := range 10 {
		id := put(t, v, fmt.Sprint(p))
		all := clinical.Records(uint64(p), 500)
		for _, c := range all {
			raw += len(c.Body)
		}
		apply(t, v, id, all...)
	}
	db, _ := s.Databases()
	if _, err := db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	size, err := s.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if ratio := float64(size) / float64(raw); ratio > 0.5 {
		t.Errorf("%d bytes on the disk for %d of bodies: %.2f", size, raw, ratio)
	} else {
		t.Logf("%.2f of the bodies' bytes", ratio)
	}
}
