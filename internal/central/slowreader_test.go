package central_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// Whoever reads a list of the operator's as slowly as they like holds no snapshot of the store:
// what is written meanwhile can be put away.
func TestASlowReaderOfAListHoldsNoSnapshot(t *testing.T) {
	w, d := manyRecords(t, 1)
	d.want(200, "POST", "/Patient/"+uuidA+"/$open", openFor)
	newLog(d, 1).send(200, 0, 1)
	w.rate(100)
	someone := w.importText(patientBundle(uuidB, "WONG"))[0]
	d.grant(someone.EHR)
	d.want(403, "PUT", "/AuditEvent/"+uuidA, reportBody("nobody", uuidA, w.clock.now()))
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	ctx := t.Context()
	for name, list := range map[string]func(row func() error) error{
		"audit export": func(row func() error) error {
			return w.c.ExportAudit(ctx, central.Select{}, func(central.AuditLine) error { return row() })
		},
		"accesses": func(row func() error) error {
			return w.c.Accesses(ctx, "", func(central.Access) error { return row() })
		},
		"accesses of one": func(row func() error) error {
			return w.c.Accesses(ctx, someone.EHR, func(central.Access) error { return row() })
		},
		"audit unusual": func(row func() error) error { return w.c.Unusual(ctx, func(central.Access) error { return row() }) },
		"audit review": func(row func() error) error {
			return w.c.Reviews(ctx, 100, true, func(central.Review) error { return row() })
		},
		"notices":   func(row func() error) error { return w.c.Notices(ctx, "", func(central.Notice) error { return row() }) },
		"desk list": func(row func() error) error { return w.c.DeskLogs(ctx, func(central.DeskLog) error { return row() }) },
		"desk list --keys": func(row func() error) error {
			return w.c.DeskKeys(ctx, "", func(central.DeskKey) error { return row() })
		},
		"hcp list": func(row func() error) error {
			return w.c.ProviderStates(ctx, func(central.HCPState) error { return row() })
		},
		"account list": func(row func() error) error {
			return w.c.AccountStates(ctx, "", 0, func(central.AccountState) error { return row() })
		},
		"patient list": func(row func() error) error {
			return w.c.Participants(ctx, "", func(central.Participant) error { return row() })
		},
		"patient show": func(row func() error) error {
			return w.c.Participants(ctx, someone.EHR, func(central.Participant) error { return row() })
		},
	} {
		t.Run(name, func(t *testing.T) {
			rows := 0
			err := list(func() error {
				if rows++; rows > 1 {
					return nil
				}
				if err := w.c.Operated(ctx, "operator", "hcp list", "", "", "", ""); err != nil {
					return err
				}
				var busy, pages, moved int
				if err := db.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil || busy != 0 {
					t.Errorf("a snapshot is held: busy %d, %d pages, %v", busy, pages, err)
				}
				return nil
			})
			if err != nil || rows == 0 {
				t.Errorf("%d rows, %v", rows, err)
			}
		})
	}
}

// A log of many pages is given once, in its order and to its end; what comes while it is read
// is none of it.
func TestALogOfManyPagesIsExportedOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	const events = 1203
	for range events {
		if err := w.c.Operated(ctx, "operator", "hcp list", "", "", "", ""); err != nil {
			t.Fatal(err)
		}
	}
	n := int64(0)
	err := w.c.ExportAudit(ctx, central.Select{}, func(l central.AuditLine) error {
		if n++; l.N != n {
			t.Errorf("event %d comes as the %dth", l.N, n)
		}
		return w.c.Operated(ctx, "operator", "accesses", "", "", "", "")
	})
	if err != nil || n != events {
		t.Errorf("%d events of %d, %v", n, events, err)
	}
	stop := ehrdesk.Errorf("output", ehrdesk.CodeOther, "standard output cannot be written")
	n = 0
	if err := w.c.Accesses(ctx, "", func(central.Access) error {
		if n++; n == 501 {
			return stop
		}
		return nil
	}); err != stop || n != 501 { //nolint:errorlint // the very one
		t.Errorf("ended after %d by %v", n, err)
	}
}
