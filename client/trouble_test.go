package client_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// TestAWithdrawalStruckOutOfTheOutboxIsStillSentOrTold has a patient withdraw on
// a form while there is no line, and somebody with the file at hand change it.
func TestAWithdrawalStruckOutOfTheOutboxIsStillSentOrTold(t *testing.T) {
	for name, tt := range map[string]struct {
		change string
		sent   bool // all the same
		told   bool
	}{
		"marked as delivered": {"UPDATE outbox SET state = 2", true, false},
		"deleted":             {"DELETE FROM outbox", false, true},
		"a bit turned":        {"UPDATE outbox SET ct = substr(ct, 1, 20) || CASE substr(ct, 21, 1) WHEN x'00' THEN x'ff' ELSE x'00' END || substr(ct, 22)", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 24)
			w.enrol("drlee", ehrdesk.Doctor)
			s := w.signIn("drlee")
			n, key := w.patient("Wong", 3)
			w.consent(s, n, key)
			w.line.set(true, nil)
			if _, err := s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true, RequestID: uuid.NewString()}); err != nil {
				t.Fatal(err)
			}
			w.shut(s)
			w.restart(func(store string) {
				db, err := sql.Open("sqlite", filepath.Join(store, "journal.db"))
				if err == nil {
					_, err = db.ExecContext(context.Background(), tt.change)
				}
				if err != nil {
					t.Fatal(err)
				}
				db.Close()
			})
			w.line.set(false, nil)
			s = w.signIn("drlee")
			f, err := s.Find(t.Context(), n)
			if err != nil || f.Consent.State.Allows() == tt.sent {
				t.Errorf("the consent is %v: %v", f.Consent.State, err)
			}
			if slices.Contains(s.Warnings(), warnings.Outbox) != tt.told {
				t.Errorf("told %q", s.Warnings())
			}
			tasks, err := s.Tasks(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(tasks, func(k ehrdesk.Task) bool { return k.State == ehrdesk.TaskDamaged })
			if (at >= 0) != tt.told {
				t.Fatalf("%+v", tasks)
			}
			if !tt.told {
				return
			}
			log, err := s.AccessLog(t.Context())
			if err != nil || !slices.ContainsFunc(log, func(e ehrdesk.LogEntry) bool {
				return e.Action == ehrdesk.AuditIncident && strings.Contains(e.Detail, "acts that do not open or are gone: 1")
			}) {
				t.Errorf("no incident: %v", err)
			}
			if err := s.DropTask(t.Context(), tasks[at].ID); err != nil {
				t.Fatal(err)
			}
			w.shut(s)
			if s = w.signIn("drlee"); len(s.Warnings()) != 0 {
				t.Errorf("told again: %q", s.Warnings())
			}
		})
	}
}
