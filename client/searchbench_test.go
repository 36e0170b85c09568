package client_test

import (
	"database/sql"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// BenchmarkSearch is a letter of search over all text of the 10,000-record patient:
// each round types a word, letter by letter, and asks for the excerpts of a screen. The
// memory is what reading the texts has added, after a collection.
func BenchmarkSearch(b *testing.B) {
	w, n := longRecord(b)
	s, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := c.Sync(ctx, nil); err != nil {
		b.Fatal(err)
	}
	before := inUse()
	if err := c.ReadTexts(ctx, nil); err != nil {
		b.Fatal(err)
	}
	if u := c.Unread(); u.Pending+u.TooMuch > 0 {
		b.Fatalf("unread: %+v", u)
	}
	c.Search("x")
	held := float64(inUse()-before) / (1 << 20)
	for _, word := range []string{"metformin", "hypertension", "糖尿病", "a", "glucose 5.1", "blood pressure", "zzz"} {
		b.Run(word, func(b *testing.B) {
			letters, hits := 0, 0
			for b.Loop() {
				letters = 0
				for i := range word + " " {
					if i == 0 {
						continue
					}
					letters++
					hits = len(c.Search(word[:min(i, len(word))]))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*letters)/1000, "ms/letter")
			b.ReportMetric(float64(hits), "hits")
			b.ReportMetric(held, "MiB")
		})
	}
	b.Run("what was not read", func(b *testing.B) {
		for b.Loop() {
			c.Unread()
		}
	})
	b.Run("reading again, all read", func(b *testing.B) {
		for b.Loop() {
			if err := c.ReadTexts(ctx, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("opening, what is kept read", func(b *testing.B) {
		for b.Loop() {
			again, err := s.Open(ctx, n, ehrdesk.Consultation, "")
			if err != nil {
				b.Fatal(err)
			}
			if err := again.ReadTexts(ctx, nil); err != nil {
				b.Fatal(err)
			}
			again.Search("x")
			_ = again.Close()
		}
		db, err := sql.Open("sqlite", filepath.Join(w.dir, "providers", w.hcp, "records.db"))
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		var cells, said, others float64
		if err := db.QueryRowContext(ctx, "SELECT count(*), sum(length(ct)), (SELECT sum(length(ct)) FROM block) + (SELECT coalesce(sum(length(ct)), 0) FROM body) + (SELECT sum(length(ct)) FROM chunk) FROM said").Scan(&cells, &said, &others); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(cells, "cells")
		b.ReportMetric(said/10_000, "B/record")
		b.ReportMetric(said/others, "of-the-copy")
	})
	b.Run("excerpts of 50 rows", func(b *testing.B) {
		hits := c.Search("mmol")
		for b.Loop() {
			for i := range 50 {
				c.Excerpt("mmol", hits[i].Ref(), 60)
			}
		}
	})
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
