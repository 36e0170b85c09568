package cache_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/bench/clinical"
)

// bigRecords are n records of about 2 KB, in the order a centre sends them:
// clinical dates in no order at all.
func bigRecords(n int) []cache.Change {
	r := rand.New(rand.NewPCG(1, 2))
	out := records(n)
	for i := range out {
		b := bytes.NewBufferString(`{"resourceType":"Observation","text":"`)
		for b.Len() < 2000 {
			fmt.Fprintf(b, "%x %s ", r.Uint32(), []string{"serum", "code", "system", "血紅蛋白", "display", "value"}[r.IntN(6)])
		}
		out[i].Body = append(b.Bytes(), `"}`...)
	}
	return out
}

func benchStore(b *testing.B) (*cache.Store, *cache.Vault) {
	s := openStore(b, filepath.Join(b.TempDir(), "desk"), at(noon))
	enrol(b, s, "chan")
	return s, unlock(b, s, "chan")
}

func BenchmarkApply10000(b *testing.B) {
	for _, size := range []int{500, 2000} {
		b.Run(fmt.Sprintf("batches of %d", size), func(b *testing.B) {
			all := bigRecords(10000)
			_, v := benchStore(b)
			for i := 0; b.Loop(); i++ {
				id := put(b, v, fmt.Sprintf("p%d", i))
				for at := 0; at < len(all); at += size {
					apply(b, v, id, all[at:at+size]...)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/10000, "µs/record")
		})
	}
}

func BenchmarkApplyTenChanges(b *testing.B) {
	_, v := benchStore(b)
	id := put(b, v, "p")
	apply(b, v, id, bigRecords(10000)...)
	for i := 0; b.Loop(); i++ {
		cs := make([]cache.Change, 10)
		for j := range cs {
			cs[j] = record((i*10 + j*997) % 10000)
			cs[j].Record.Version = fmt.Sprint(i + 2)
			cs[j].Record.Updated = noon.AddDate(1, 0, i)
		}
		apply(b, v, id, cs...)
	}
}

// BenchmarkTenOfAPatient has ten records of a patient of 500 come in a new version:
// what a sync brings when a chart is opened again.
func BenchmarkTenOfAPatient(b *testing.B) {
	for _, open := range []bool{true, false} {
		b.Run(fmt.Sprint("open=", open), func(b *testing.B) {
			const patients, each = 20, 500
			s, v := benchStore(b)
			var ids []cache.PatientID
			var all [][]cache.Change
			for n := range patients {
				ids, all = append(ids, put(b, v, fmt.Sprint("key|", n))), append(all, clinical.Records(uint64(n), each))
				apply(b, v, ids[n], all[n]...)
			}
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				n := i % patients
				cs := make([]cache.Change, 10)
				for j := range cs {
					cs[j] = all[n][(i*7+j*41)%each]
					cs[j].Record.Version, cs[j].Record.Updated = fmt.Sprint(i+2), noon.AddDate(1, 0, i)
				}
				s.Forget()
				if open {
					if _, err := v.Copies().Refs(b.Context(), ids[n]); err != nil {
						b.Fatal(err)
					}
				}
				b.StartTimer()
				apply(b, v, ids[n], cs...)
			}
		})
	}
}

func BenchmarkList10000(b *testing.B) {
	s, v := benchStore(b)
	id := put(b, v, "p")
	apply(b, v, id, records(10000)...)
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			s.Forget()
			if l, err := v.Copies().Overviews(b.Context(), id); err != nil || len(l) != 10000 {
				b.Fatal(len(l), err)
			}
		}
	})
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			if l, err := v.Copies().Overviews(b.Context(), id); err != nil || len(l) != 10000 {
				b.Fatal(len(l), err)
			}
		}
	})
}

func BenchmarkBody(b *testing.B) {
	_, v := benchStore(b)
	id := put(b, v, "p")
	apply(b, v, id, bigRecords(10000)...)
	for i := 0; b.Loop(); i++ {
		if _, err := v.Copies().Body(b.Context(), id, record(i*7919%10000).Record.Ref()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	_, v := benchStore(b)
	for i := range 1000 {
		put(b, v, fmt.Sprintf("hkic|A%06d", i), fmt.Sprintf("patient|%d", i))
	}
	for i := 0; b.Loop(); i++ {
		if _, ok, err := v.Copies().Lookup(b.Context(), fmt.Sprintf("hkic|A%06d", i%1000)); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

// BenchmarkUnlock leaves the key derivation out: in these tests it costs nothing.
func BenchmarkUnlock(b *testing.B) {
	s, v := benchStore(b)
	for i := range 100 {
		put(b, v, fmt.Sprintf("hkic|A%06d", i))
	}
	v.Lock()
	for b.Loop() {
		unlock(b, s, "chan").Lock()
	}
}

// BenchmarkKeyDerivation is what an unlock costs by choice.
func BenchmarkKeyDerivation(b *testing.B) {
	for b.Loop() {
		cache.DeriveAtFloor(pass)
	}
}

func BenchmarkShred500(b *testing.B) {
	for _, others := range []int{0, 100, 1000} {
		b.Run(fmt.Sprintf("beside %d", others), func(b *testing.B) {
			s, v := benchStore(b)
			db, _ := s.Databases()
			for i := range others {
				put(b, v, fmt.Sprintf("hkic|A%06d", i), fmt.Sprintf("patient|%d", i))
			}
			all := bigRecords(500)
			for i := 0; i < b.N; i++ {
				b.StopTimer()
				id := put(b, v, fmt.Sprintf("victim%d", i))
				apply(b, v, id, all...)
				// A copy of yesterday is in the database, not in its log.
				if _, err := db.ExecContext(b.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if err := v.Shred(b.Context(), id); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAudit(b *testing.B) {
	_, v := benchStore(b)
	for b.Loop() {
		if _, err := v.AccessLog().Add(b.Context(), []byte(`{"event":"open"}`)); err != nil {
			b.Fatal(err)
		}
	}
}
