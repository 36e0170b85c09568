package accesslog

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Routes are what a desk signed in may ask for.
func (d *Desks) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{"POST /fhir/$audit-checkpoint": d.rest.Operation(d.store, maxCheckpoint, d.checkpoint), "PUT /fhir/AuditEvent/{id}": d.report,
		"POST /fhir/" + accessEvents: d.accessEvents}
}

// reported is the part of an AuditEvent that a desk's report of an access needs.
type reported struct {
	ResourceType string `json:"resourceType"`
	Recorded     string `json:"recorded"`
	OutcomeDesc  string `json:"outcomeDesc"`
	Extension    []struct {
		URL     string `json:"url"`
		Boolean bool   `json:"valueBoolean"`
	} `json:"extension"`
	Subtype []struct {
		Code string `json:"code"`
	} `json:"subtype"`
	PurposeOfEvent []struct {
		Coding []struct {
			System string `json:"system"`
			Code   string `json:"code"`
		} `json:"coding"`
		Text string `json:"text"`
	} `json:"purposeOfEvent"`
	Agent []struct {
		Who struct {
			Identifier struct {
				Value string `json:"value"`
			} `json:"identifier"`
		} `json:"who"`
	} `json:"agent"`
	Entity []struct {
		What struct {
			Reference string `json:"reference"`
		} `json:"what"`
	} `json:"entity"`
}

// reports are the actions that a desk reports: an access from its own copy, a
// record it keeps aside, one that was another patient's.
var reports = [...]string{string(ehrdesk.AuditOpenCached), string(ehrdesk.AuditSetAside), string(ehrdesk.AuditIncident)}

// report takes a desk's report of an access from its own copy while the
// line was down: it is written down and the patient is told, as for any other. Who reports
// and who acted are kept apart.
// The id is the desk's, and a report that comes twice counts once.
func (d *Desks) report(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	body, err := rest.Body(w, r, 64<<10)
	if err != nil {
		return err
	}
	var in reported
	if json.Unmarshal(body, &in) != nil || in.ResourceType != "AuditEvent" {
		return refusal.Malformed("The body is not an AuditEvent.")
	}
	id, err := uuid.Parse(r.PathValue("id"))
	at, errTime := time.Parse(time.RFC3339Nano, in.Recorded)
	if err != nil || errTime != nil || !in.unsure() && at.After(d.rest.Now().Add(5*time.Minute)) {
		return refusal.Invalid("A report needs a UUID and a time that has been.")
	}
	if len(in.Subtype) != 1 || !slices.Contains(reports[:], in.Subtype[0].Code) || len(in.Agent) != 1 || len(in.Entity) != 1 {
		return refusal.Invalid("A report is of one access by one person to one patient.")
	}
	patient, ok := strings.CutPrefix(in.Entity[0].What.Reference, "Patient/")
	staff := in.Agent[0].Who.Identifier.Value
	if !ok || staff == "" || len(staff) > 64 {
		return refusal.Invalid("A report is of one access by one person to one patient.")
	}
	err = d.store.Write(r.Context(), func(tx *store.Tx) error {
		if found := tx.Log.Has(id.String()); found {
			return nil
		}
		p := tx.Participants.Get(patient)
		if p == nil {
			return refusal.NotRegistered()
		}
		e := Event{ID: id.String(), Action: ehrdesk.AuditAction(in.Subtype[0].Code), Patient: p.Patient, Acted: at}
		if staff != who.Staff {
			e.Reporter = who.Staff
		}
		if e.Who, e.Marks, err = believed(tx, who, staff, p, at, in.unsure()); err != nil {
			return err
		}
		if e.Action != ehrdesk.AuditOpenCached { // nobody has seen anything
			e.Outcome, e.Reason = ehrdesk.CodeTampered, in.aside()
			Add(tx, e)
			return nil
		}
		if len(e.Marks) > 0 { // its time is no ground to tell the patient once more
			at = tx.Now
		}
		visited(tx, e.Who, p, at)
		e.Purpose, e.Reason = in.purpose(), in.reason()
		Add(tx, e)
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Why an officer looks at what a desk reported.
const (
	MarkLate    = "late"       // done later than the desk might go on without the centre
	MarkClock   = "clock"      // by a clock that is not known to be right
	MarkConsent = "no-consent" // no consent stood when it was done
	MarkClosed  = "closed"     // by somebody whose account was closed by then
	MarkEnded   = "ended"      // after the account, the registration or the provider had ended, or while it was suspended
	MarkDesk    = "desk"       // nothing shows yet that both are of one desk
)

// slack is how far a desk's clock may be from the centre's before it says so itself.
const slack = 5 * time.Minute

// believed is who acted, as far as a desk can be believed that they did: somebody who is,
// or was, enrolled on that desk, in the role of their own account, of a patient who has
// consented to their provider once. Of anybody else a report is refused, and that it came
// is kept. What may have been, and should not, is marked: nothing a desk did without the
// line is dropped.
func believed(tx *store.Tx, who *store.Account, staff string, p *store.Participant, at time.Time, unsure bool) (*store.Account, []string, error) {
	refused := func(f *refusal.Error, why string) (*store.Account, []string, error) {
		e := Event{Action: ehrdesk.AuditIncident, Who: who, Patient: p.Patient, Reason: why, Outcome: f.Code()}
		foundAtDesk(tx, e, who.HCP+" "+who.Staff+" "+p.Patient, 0) // all that the event says
		return nil, nil, f.Kept()
	}
	en, found := enrolledAt(tx, who, staff)
	by := tx.Accounts.Get(who.HCP, staff)
	switch {
	case !found || by == nil || !unsure && store.Time(en.Since).After(at.Add(slack)):
		return refused(refusal.New(http.StatusForbidden, "role", "A desk reports what people did who are enrolled on it."), "report-of-a-stranger")
	case !by.Role.Clinical():
		return refused(refusal.RoleMayNot(), "report-of-a-profession-that-may-not")
	case !by.Provider.Deemed && tx.Consents.Last(p.Patient, who.HCP) == nil:
		return refused(refusal.ConsentNeeded(), "report-without-any-consent")
	}
	by.Client = who.Client
	var marks []string
	if !en.here {
		marks = append(marks, MarkDesk)
	}
	if unsure {
		return by, append(marks, MarkClock), nil
	}
	contact := tx.Log.Contact(who.Client, at.UnixMicro())
	if at.After(store.Time(contact).Add(offline(&by.Provider))) {
		marks = append(marks, MarkLate)
	}
	if !by.Provider.Deemed && !tx.Consents.Stood(p.Patient, who.HCP, at.UnixMicro()) {
		marks = append(marks, MarkConsent)
	}
	if en.Ended != 0 && at.After(store.Time(en.Ended)) {
		marks = append(marks, MarkClosed)
	}
	if ehrdesk.EndInForce(tx.Accounts.EndsAt(who.HCP, staff, at.UnixMicro()), at) != nil {
		marks = append(marks, MarkEnded)
	}
	return by, marks, nil
}

// enrolment is how somebody stands to the desk that reports: here says that they are, or
// were, enrolled on it, which where it is not known is at least possible.
type enrolment struct {
	store.Enrolment
	here bool
}

// enrolledAt is somebody's enrolment on the desk of who reports: by the same key, or by one
// that speaks for the same access log. Where one of them has spoken for none yet it is any
// that may be of that desk; found is false where none is.
func enrolledAt(tx *store.Tx, who *store.Account, staff string) (best enrolment, found bool) {
	log := tx.Checkpoints.Writer(who.Client)
	for _, e := range tx.Desks.Enrolments(who.HCP, staff) {
		here := e.Client == who.Client || log != "" && e.Log == log
		switch {
		case here && best.here: // enrolled again on the same desk
			if best.Ended = max(best.Ended, e.Ended); e.Ended == 0 {
				best.Ended = 0
			}
		case here, !found && (log == "" || e.Log == ""):
			best, found = enrolment{e, here}, true
		}
	}
	return best, found
}

// offline is how long a desk of a provider may go on after the centre's last word: with
// copies for the session alone, a working shift.
func offline(h *store.HCP) time.Duration {
	return max(time.Duration(h.CacheHours)*time.Hour, visitLife) + slack
}

// unsure reports that the desk does not vouch for its clock: such a report may give
// a time to come, and is taken all the same.
func (in reported) unsure() bool {
	for _, e := range in.Extension {
		if e.URL == ehrdesk.ExtensionTimeUncertain && e.Boolean {
			return true
		}
	}
	return false
}

// aside names a record that a desk keeps aside, and why: in fixed words and an id,
// as anything else may be what the record says.
func (in reported) aside() string {
	name, reason, ok := strings.Cut(in.OutcomeDesc, ": ")
	kind, id, both := strings.Cut(name, "/")
	if !ok || !slices.Contains(ehrdesk.AsideReasons(), ehrdesk.AsideReason(reason)) || both && !(fhir.ValidType(kind) && fhir.ValidID(id)) {
		return "a record is kept aside at a desk"
	}
	return in.OutcomeDesc
}

// reason is why, in the person's words, cut to what $open takes.
func (in reported) reason() string {
	for _, c := range in.PurposeOfEvent {
		if c.Text != "" {
			return ehrdesk.CleanLine(c.Text[:min(len(c.Text), 1000)])
		}
	}
	return ""
}

// purpose is the desk's own word among the codes, where it is one we know.
func (in reported) purpose() string {
	for _, c := range in.PurposeOfEvent {
		for _, k := range c.Coding {
			if p, err := ehrdesk.ParsePurpose(k.Code); err == nil {
				return string(p)
			}
		}
	}
	return ""
}
