package mailbox

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// whys are what somebody reports: codes, so that no word of a patient comes to the operator.
var whys = [...]string{"not-for-care", "wrong-patient", "abusive", "too-much", "other"}

// report has a member report to the operator what somebody did in a case: which event, by whom, and a code for what is wrong with it.
func (m *Mailbox) report(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	what := accesslog.Event{Action: ehrdesk.AuditIncident, What: "Case", Reason: "case-report"}
	if err := works(who); err != nil {
		return m.tried(r, who, what, "", err)
	}
	in, err := rest.ReadInput(w, r, 64<<10)
	if err != nil {
		return err
	}
	id, why := strings.TrimPrefix(in.Get("case").ValueUUID, "urn:uuid:"), in.Get("why").ValueCode
	n, err := strconv.Atoi(in.Get("n").ValueString)
	if err != nil || n < 1 || !isID(id) || !slices.Contains(whys[:], why) {
		return refusal.Invalid("A report is of an event of a case, by one of the reasons there are.")
	}
	what.What = ofCase(id)
	made := uuid.NewString()
	err = m.store.Write(r.Context(), func(tx *store.Tx) error {
		p := placeOf(tx, who, id)
		if p.row == nil || n > p.until {
			return refusal.NotFound()
		}
		if _, err := limits.Spend(tx, &limits.Reports, who, ehrdesk.AuditIncident); err != nil {
			return err
		}
		e, err := caselog.Plain(tx.Desks.Cases().Events(id, n-1, 1)[0].Signed)
		if err != nil {
			return store.Err
		}
		tx.Desks.Cases().AddReport(&store.CaseReport{ID: made, Case: id, N: n, At: tx.Now.UnixMicro(), HCP: e.By.Provider, Staff: e.By.Staff, By: who.HCP, Person: who.Staff, Why: why})
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditIncident, Who: who, Patient: p.row.Patient, What: ofCase(id), Reason: "case-report"})
		return nil
	})
	if err != nil {
		return m.tried(r, who, what, id, err)
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(rest.Param("id", "valueUuid", made)))
	return nil
}

// Desk is what the operator does with the reports of a store: it sees who is reported by whom, for what, and no word of what was said.
type Desk struct{ store store.Store }

// DeskOf is that of a store.
func DeskOf(st store.Store) *Desk { return &Desk{st} }

// Report is one report.
type Report struct {
	ID      string `json:"id"`
	At      string `json:"at"`
	Case    string `json:"case"`
	N       int    `json:"n"` // the event
	HCP     string `json:"hcp"`
	Staff   string `json:"staff"` // who did it
	By      string `json:"by_hcp"`
	Person  string `json:"by_staff"` // who reports it
	Why     string `json:"why"`
	Settled string `json:"settled,omitempty"`
}

// CaseReports calls each for every report that is not settled, with settled for those that are too, the oldest first.
func (d *Desk) CaseReports(ctx context.Context, settled bool, each func(Report) error) error {
	return store.Listed(ctx, d.store, func(tx *store.Tx, found func(Report) error) error {
		for _, r := range tx.Desks.Cases().Reports() {
			if r.Settled != 0 && !settled {
				continue
			}
			out := Report{ID: r.ID, At: rest.Instant(r.At), Case: r.Case, N: r.N, HCP: r.HCP, Staff: r.Staff, By: r.By, Person: r.Person, Why: r.Why}
			if r.Settled != 0 {
				out.Settled = rest.Instant(r.Settled)
			}
			if err := found(out); err != nil {
				return err
			}
		}
		return nil
	}, each)
}

// SettleCaseReport notes that somebody has looked into a report, as by says. Errors: CodeNotFound for none that is not settled.
func (d *Desk) SettleCaseReport(ctx context.Context, by, id string) error {
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if !tx.Desks.Cases().SettleReport(id) {
			return ehrdesk.Errorf("case.report", ehrdesk.CodeNotFound, "there is no such report that is not settled")
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditOperate, Who: &store.Account{Staff: by}, What: "case-report", Reason: "settled"})
		return nil
	})
}
