package cache_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/bench/clinical"
)

// BenchmarkAgainstPlainRows holds the store against the same records as plain
// rows of the same SQLite: 100,000 records of 200 patients, every step done by
// both in turn, ratios of medians. Run it with -benchtime 1x.
func BenchmarkAgainstPlainRows(b *testing.B) {
	const patients, each = 200, 500
	for b.Loop() {
		dir := b.TempDir()
		p := openPlain(b, filepath.Join(dir, "plain.db"))
		s, v := benchStore(b)
		var ids []cache.PatientID
		var refs [][]ehrdesk.Ref
		write, open, one, update := &turns{}, &turns{}, &turns{}, &turns{}
		for n := range patients {
			all := clinical.Records(uint64(n), each)
			rs := make([]ehrdesk.Ref, each)
			for i := range all {
				rs[i] = all[i].Record.Ref()
			}
			refs = append(refs, rs)
			write.take(n, func() { p.write(b, n, all) }, func() {
				id := put(b, v, fmt.Sprintf("patient|%d", n))
				apply(b, v, id, all...)
				ids = append(ids, id)
			})
		}
		plainSize := p.size(b)
		db, _ := s.Databases()
		if _, err := db.ExecContext(b.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			b.Fatal(err)
		}
		size, err := s.Size(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		r := rand.New(rand.NewPCG(3, 4))
		for i := range 200 {
			n := r.IntN(patients)
			open.take(i, func() {
				if p.open(b, n) != each {
					b.Fatal("records are missing")
				}
			}, func() {
				s.Forget()
				got := 0
				err := v.Copies().Bodies(b.Context(), ids[n], func(_ ehrdesk.Record, body []byte) error { got++; return nil })
				if err != nil || got != each {
					b.Fatal(got, err)
				}
			})
		}
		for i := range 4000 { // ten of a patient whose chart is open, then of the next; seldom of the block read last
			n := i / 10 * 7 % patients
			if i%10 == 0 {
				s.Forget()
				if _, err := v.Copies().Refs(b.Context(), ids[n]); err != nil {
					b.Fatal(err)
				}
			}
			ref := refs[n][r.IntN(each)]
			one.take(i, func() { p.one(b, ref) }, func() {
				if _, err := v.Copies().Body(b.Context(), ids[n], ref); err != nil {
					b.Fatal(err)
				}
			})
		}
		for i := range 200 {
			n := r.IntN(patients)
			all := clinical.Records(uint64(n), each)
			cs := make([]cache.Change, 10)
			for j := range cs {
				cs[j] = all[r.IntN(each)]
				cs[j].Record.Version, cs[j].Record.Updated = fmt.Sprint(i+2), noon.AddDate(1, 0, i)
			}
			if _, err := v.Copies().Refs(b.Context(), ids[n]); err != nil { // its chart is open
				b.Fatal(err)
			}
			update.take(i, func() { p.update(b, cs) }, func() { apply(b, v, ids[n], cs...) })
		}
		for name, t := range map[string]*turns{"write": write, "open500": open, "one": one, "update10": update} {
			plain, ours := t.medians()
			b.Logf("%-9s plain %9.1f µs, ours %9.1f µs, ratio %.2f", name, us(plain), us(ours), float64(ours)/float64(plain))
			b.ReportMetric(float64(ours)/float64(plain), name+"-of-plain")
		}
		b.Logf("file      plain %.1f MB, ours %.1f MB, ratio %.3f", float64(plainSize)/1e6, float64(size)/1e6, float64(size)/float64(plainSize))
		b.ReportMetric(float64(size)/float64(plainSize), "size-of-plain")
	}
}

func us(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// turns times two ways of one step, one after the other, in changing order.
type turns struct{ plain, ours []time.Duration }

func (t *turns) take(i int, plain, ours func()) {
	timed := func(f func(), into *[]time.Duration) {
		began := time.Now()
		f()
		*into = append(*into, time.Since(began))
	}
	if i%2 == 0 {
		timed(plain, &t.plain)
		timed(ours, &t.ours)
	} else {
		timed(ours, &t.ours)
		timed(plain, &t.plain)
	}
}

func (t *turns) medians() (plain, ours time.Duration) {
	mid := func(d []time.Duration) time.Duration { slices.Sort(d); return d[len(d)/2] }
	return mid(t.plain), mid(t.ours)
}

// plainRows is what a program without encryption would do: one row a record, an
// index for the list, prepared statements, one connection, WAL.
type plainRows struct {
	db             *sql.DB
	name           string
	ins, all, find *sql.Stmt
	upd            *sql.Stmt
}

func openPlain(tb testing.TB, name string) *plainRows {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+name+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE res (id INTEGER PRIMARY KEY, pid INTEGER, typ TEXT, date TEXT, rid TEXT UNIQUE, ver TEXT, body BLOB);
		CREATE INDEX res_list ON res (pid, date DESC, typ)`)
	if err != nil {
		tb.Fatal(err)
	}
	p := &plainRows{db: db, name: name}
	for stmt, q := range map[**sql.Stmt]string{
		&p.ins:  "INSERT INTO res (pid, typ, date, rid, ver, body) VALUES (?, ?, ?, ?, ?, ?)",
		&p.all:  "SELECT rid, ver, body FROM res WHERE pid = ? ORDER BY date DESC",
		&p.find: "SELECT body FROM res WHERE rid = ?",
		&p.upd:  "UPDATE res SET ver = ?, body = ? WHERE rid = ?",
	} {
		if *stmt, err = db.Prepare(q); err != nil {
			tb.Fatal(err)
		}
	}
	return p
}

func (p *plainRows) within(tb testing.TB, f func(tx *sql.Tx)) {
	tx, err := p.db.Begin()
	if err != nil {
		tb.Fatal(err)
	}
	f(tx)
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
}

func (p *plainRows) write(tb testing.TB, n int, cs []cache.Change) {
	p.within(tb, func(tx *sql.Tx) {
		ins := tx.Stmt(p.ins)
		for _, c := range cs {
			r := c.Record
			if _, err := ins.Exec(n, r.Resource, r.Date.Time.Format(time.RFC3339), r.ID, r.Version, c.Body); err != nil {
				tb.Fatal(err)
			}
		}
	})
}

func (p *plainRows) update(tb testing.TB, cs []cache.Change) {
	p.within(tb, func(tx *sql.Tx) {
		upd := tx.Stmt(p.upd)
		for _, c := range cs {
			if _, err := upd.Exec(c.Record.Version, c.Body, c.Record.ID); err != nil {
				tb.Fatal(err)
			}
		}
	})
}

func (p *plainRows) open(tb testing.TB, n int) (got int) {
	rows, err := p.all.Query(n)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var rid, ver string
		var body []byte
		if err := rows.Scan(&rid, &ver, &body); err != nil {
			tb.Fatal(err)
		}
		got++
	}
	return got
}

func (p *plainRows) one(tb testing.TB, ref ehrdesk.Ref) {
	var body []byte
	if err := p.find.QueryRow(ref.ID).Scan(&body); err != nil {
		tb.Fatal(err)
	}
}

func (p *plainRows) size(tb testing.TB) int64 {
	if _, err := p.db.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		tb.Fatal(err)
	}
	info, err := os.Stat(p.name)
	if err != nil {
		tb.Fatal(err)
	}
	return info.Size()
}
