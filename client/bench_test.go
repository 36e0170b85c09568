package client_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the plain store of the naive loop

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
)

// longRecord is a centre that holds the territory's 10,000-record patient, with
// consent, and a desk enrolled for them.
func longRecord(b *testing.B) (*world, ehrdesk.Number) {
	b.Helper()
	w := &world{line: &line{}, dir: b.TempDir(), clock: &clock{t: time.Now().UTC()}}
	var err error
	if w.centre, err = central.Open(ctx, central.Options{Dir: b.TempDir()}); err != nil {
		b.Fatal(err)
	}
	run, err := w.centre.Start(ctx, "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = run.Close(context.Background()); _ = w.centre.Close() })
	w.base = run.Base
	if w.hcp, err = w.centre.AddHCP(ctx, central.HCP{Name: "Harbour Light", CacheHours: 24}); err != nil {
		b.Fatal(err)
	}
	p := territory.New(territory.Options{Patients: 10, Seed: 1, Now: time.Now()}).Person(9)
	var bundle bytes.Buffer
	bundle.WriteString(`{"resourceType":"Bundle","type":"collection","entry":[`)
	for i, r := range p.Resources {
		if i > 0 {
			bundle.WriteByte(',')
		}
		fmt.Fprintf(&bundle, `{"resource":%s}`, r)
	}
	bundle.WriteString(`]}`)
	rep, err := w.centre.Import(ctx, &bundle, "long")
	if err != nil {
		b.Fatal(err)
	}
	e, err := ehrdesk.ParseEHRNumber(rep[0].EHR)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := w.centre.PatientAct(ctx, e.Compact(), w.hcp, ehrdesk.ByApp, false); err != nil {
		b.Fatal(err)
	}
	code, err := w.centre.AddAccount(ctx, w.hcp, "drlee", "Dr Lee", ehrdesk.Doctor)
	if err != nil {
		b.Fatal(err)
	}
	w.desk = client.New(client.Options{Dir: w.dir, Patience: time.Minute})
	b.Cleanup(func() { _ = w.desk.Close() })
	if _, err := w.desk.Enrol(ctx, ehrdesk.Enrolment{Central: w.base, Staff: "drlee", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)}); err != nil {
		b.Fatal(err)
	}
	return w, ehrdesk.Number{EHR: e}
}

// BenchmarkFirstSync brings 10,000 records over loopback into an empty copy,
// in turn with the naive loop it is to be held against: the same pages,
// encoding/json into maps, a plain row for each resource.
func BenchmarkFirstSync(b *testing.B) {
	w, n := longRecord(b)
	s, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	session := s.(*client.Session)
	ours, naive := newCost(), newCost()
	rounds := 0
	for b.Loop() {
		rounds++
		c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC() // neither pays for what the other left
		ours.of(func() time.Duration {
			began := time.Now()
			if rep, err := c.Sync(ctx, nil); err != nil || rep.Changed < 10_000 {
				b.Fatalf("%+v, %v", rep, err)
			}
			return time.Since(began)
		})
		runtime.GC()
		naive.of(func() time.Duration {
			return naiveSync(b, session, c.Patient().ID, filepath.Join(b.TempDir(), fmt.Sprintf("plain%d.db", rounds)))
		})
		if _, err := session.PurgeAll(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(ours.all.Milliseconds())/float64(rounds), "ms/sync")
	b.ReportMetric(float64(naive.all.Milliseconds())/float64(rounds), "ms/naive")
	b.ReportMetric(float64(ours.all)/float64(naive.all), "of-naive")
	b.ReportMetric(float64(ours.least)/float64(naive.least), "least-of-naive")
	b.ReportMetric(float64(ours.cpu.Milliseconds()), "cpu-ms/sync")
	b.ReportMetric(float64(naive.cpu.Milliseconds()), "cpu-ms/naive")
}

// cost is what rounds of a benchmark took: the time of all, and of the round that
// took least, as a machine that does something else beside can only add to it.
type cost struct{ all, least, cpu time.Duration }

func newCost() *cost { return &cost{least: time.Hour, cpu: time.Hour} }

func (c *cost) of(round func() time.Duration) {
	before := spent()
	took := round()
	c.all, c.least, c.cpu = c.all+took, min(c.least, took), min(c.cpu, spent()-before)
}

func naiveSync(b *testing.B, s *client.Session, patient, file string) time.Duration {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE res (id TEXT PRIMARY KEY, type TEXT, date TEXT, title TEXT, body BLOB)"); err != nil {
		b.Fatal(err)
	}
	token, base, err := s.Bearer(ctx)
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	for link := base + "/Patient/" + patient + "/$everything?_count=500"; link != ""; {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
		if err := token.Authorize("naive", req); err != nil {
			b.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			b.Fatalf("status %d, %v", res.StatusCode, err)
		}
		var bundle struct {
			Link  []struct{ Relation, URL string }
			Entry []struct{ Resource json.RawMessage }
		}
		if err := json.Unmarshal(body, &bundle); err != nil {
			b.Fatal(err)
		}
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range bundle.Entry {
			var r map[string]any
			if err := json.Unmarshal(e.Resource, &r); err != nil {
				b.Fatal(err)
			}
			code, _ := r["code"].(map[string]any)
			if _, err := tx.Exec("INSERT INTO res VALUES (?,?,?,?,?)", r["id"], r["resourceType"], r["effectiveDateTime"], code["text"], []byte(e.Resource)); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
		link = ""
		for _, l := range bundle.Link {
			if l.Relation == "next" {
				link = l.URL
			}
		}
	}
	return time.Since(began)
}

// BenchmarkOpenCached opens the 10,000-record patient from the desk's copy, the
// line cut: from the keys to every row of every list.
func BenchmarkOpenCached(b *testing.B) {
	w, n := longRecord(b)
	dead := &line{}
	s, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		b.Fatal(err)
	}
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := c.Sync(ctx, nil); err != nil {
		b.Fatal(err)
	}
	_ = s.Close()
	_ = w.desk.Close()
	dead.set(true, nil)
	w.desk = client.New(client.Options{Dir: w.dir, HTTP: &http.Client{Transport: dead}, Patience: time.Minute})
	if s, err = w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass)); err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	rows := 0
	for b.Loop() {
		c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
		if err != nil {
			b.Fatal(err)
		}
		rows = 0
		for _, t := range ehrdesk.RecordTypes() {
			rows += len(c.List(t))
		}
		_ = c.Close()
	}
	if rows < 10_000 {
		b.Fatalf("%d rows", rows)
	}
}
