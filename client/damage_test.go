package client_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// records is the desk's file of copies, for somebody with the disk in hand.
func (w *world) records() *sql.DB {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "providers", w.hcp, "records.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { db.Close() })
	return db
}

func (w *world) tamper(query string) {
	w.t.Helper()
	if res, err := w.records().Exec(query); err != nil {
		w.t.Fatal(err)
	} else if n, _ := res.RowsAffected(); n == 0 && strings.HasPrefix(query, "UPDATE head") {
		w.t.Fatal("nothing was changed")
	}
}

// rows counts the copies on the disk, whoever may see them.
func (w *world) rows() (n int) {
	w.t.Helper()
	if err := w.records().QueryRow("SELECT count(*) FROM patient").Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// closed opens a chart and puts it away, which leaves a copy.
func (w *world) closed(s *client.Session, n ehrdesk.Number) {
	w.t.Helper()
	if err := w.chart(s, n).Close(); err != nil {
		w.t.Fatal(err)
	}
}

const oneBit = "UPDATE head SET ct = substr(ct, 1, 40) || CASE substr(ct, 41, 1) WHEN x'5a' THEN x'a5' ELSE x'5a' END || substr(ct, 42) WHERE n = (SELECT min(n) FROM head)"

// incidents are the entries of the access log that tell of one.
func incidents(t *testing.T, s *client.Session) (out []ehrdesk.LogEntry) {
	t.Helper()
	all, err := s.AccessLog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(e ehrdesk.LogEntry) bool { return e.Action != ehrdesk.AuditIncident })
}

// The policy holds for every other copy, and what asks for all of them goes on.
func TestOneBitOfOneCopySwitchesThePolicyOffForNobody(t *testing.T) {
	for _, after := range []struct {
		name string
		do   func(t *testing.T, w *world, s *client.Session)
		left int
	}{
		{"a limit tightened", nil, 0},
		{"status", func(t *testing.T, w *world, s *client.Session) {
			if kept, err := s.Copies(ctx); err != nil || len(kept) != 1 {
				t.Errorf("%d copies: %v", len(kept), err)
			}
		}, 1},
		{"purge", func(t *testing.T, w *world, s *client.Session) {
			if n, err := s.PurgeAll(ctx); n != 1 || err != nil {
				t.Errorf("%d purged: %v", n, err)
			}
		}, 0},
	} {
		t.Run(after.name, func(t *testing.T) {
			w := newWorld(t, 24)
			w.enrol("drlee", ehrdesk.Doctor)
			s := w.signIn("drlee")
			var numbers []ehrdesk.Number
			for _, name := range []string{"CHANA", "CHANB"} {
				n, key := w.patient(name, 3)
				w.consent(s, n, key)
				w.closed(s, n)
				numbers = append(numbers, n)
			}
			s.Close()
			w.desk.Close()
			w.tamper(oneBit)
			if after.do == nil {
				w.limit = client.Ceiling{Mode: "session"}
			}
			w.open()
			s = w.signIn("drlee")
			if after.do != nil {
				after.do(t, w, s)
			}
			if n := w.rows(); n != after.left {
				t.Errorf("%d copies left, want %d", n, after.left)
			}
			if got := incidents(t, s); len(got) != 1 || got[0].Outcome != ehrdesk.CodeTampered {
				t.Errorf("incidents %+v", got)
			}
			if got := s.Warnings(); !slices.Equal(got, []string{warnings.Damaged}) {
				t.Errorf("told %q", got)
			}
			if c := w.chart(s, numbers[0]); count(c) == 0 {
				t.Error("the copy was not fetched again")
			}
			s.Close()
			if s = w.signIn("drlee"); len(s.Warnings()) != 0 || len(incidents(t, s)) != 1 {
				t.Errorf("told again: %q", s.Warnings())
			}
		})
	}
}

func TestACopyDamagedWithSomebodySignedInIsFetchedAgain(t *testing.T) {
	for name, damage := range map[string]string{
		"its head":     oneBit,
		"its list":     "UPDATE chunk SET ct = zeroblob(length(ct))",
		"its look-ups": "INSERT OR IGNORE INTO patient SELECT 99, randomblob(16), epoch, dek, purge FROM patient; UPDATE lookup SET n = 99",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 24)
			w.enrol("drlee", ehrdesk.Doctor)
			s := w.signIn("drlee")
			n, key := w.patient("CHAN", 3)
			w.consent(s, n, key)
			w.closed(s, n)
			w.tamper(damage)
			if c := w.chart(s, n); count(c) != 7 {
				t.Errorf("%d records", count(c))
			}
			if got := incidents(t, s); len(got) != 1 || !slices.Contains(s.Warnings(), warnings.Damaged) {
				t.Errorf("incidents %+v, told %q", got, s.Warnings())
			}
		})
	}
}

// A record that does not open keeps nobody from the others; the copy goes with its
// chart, so that the next one is whole.
func TestADamagedRecordGoesWithItsChart(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("CHAN", 3)
	w.consent(s, n, key)
	w.closed(s, n)
	w.tamper("UPDATE body SET ct = zeroblob(length(ct))")
	w.tamper("UPDATE block SET ct = zeroblob(length(ct))")
	c := w.chart(s, n)
	labs := c.List(ehrdesk.LaboratoryRadiology)
	for range 2 {
		_, err := c.Detail(ctx, labs[0].Ref())
		wantCode(t, "asked", err, ehrdesk.CodeTampered)
	}
	if count(c) != 7 || w.rows() != 1 {
		t.Errorf("%d records, %d copies", count(c), w.rows())
	}
	if got := incidents(t, s); len(got) != 1 || got[0].Patient == "" {
		t.Errorf("incidents %+v", got)
	}
	if err := c.Close(); err != nil || w.rows() != 0 {
		t.Errorf("%d copies: %v", w.rows(), err)
	}
	c = w.chart(s, n)
	if _, err := c.Detail(ctx, c.List(ehrdesk.LaboratoryRadiology)[0].Ref()); err != nil {
		t.Error(err)
	}
}

// Where the policy could not be brought over the copies, the desk's own word opens
// none of them.
func TestWhatCouldNotBeBroughtUnderThePolicyStaysClosedWithoutTheLine(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("CHAN", 3)
	w.consent(s, n, key)
	w.closed(s, n)
	s.Close()
	w.desk.Close()
	w.limit = client.Ceiling{Hours: new(int)}
	*w.limit.Hours = 20
	w.tamper("CREATE TRIGGER full BEFORE UPDATE OF purge ON patient BEGIN SELECT RAISE(ABORT, 'full'); END")
	w.open()
	w.line.set(true, nil)
	s = w.signIn("drlee")
	if got := s.Warnings(); !slices.Equal(got, []string{warnings.Policy}) {
		t.Errorf("told %q", got)
	}
	_, err := s.Find(ctx, n)
	wantCode(t, "asked", err, ehrdesk.CodeDenied)
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "asked", err, ehrdesk.CodeDenied)
	w.tamper("DROP TRIGGER full")
	if c, err := s.Open(ctx, n, ehrdesk.Consultation, ""); err != nil || count(c) != 7 {
		t.Error("still closed", err)
	}
	if got := s.Warnings(); len(got) != 0 {
		t.Errorf("still told %q", got)
	}
}
