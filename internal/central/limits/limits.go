// Package limits is how often one account, and one desk, may ask for what tells of people
// or rests on somebody's word: look-ups, contact data, consents by form, wrong keys and
// codes. What is used up is kept in the store, so that neither a restart nor a second
// process gives anybody more. It knows no rule but these; who asks for it writes the rest.
package limits

import (
	"cmp"
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Limit is how often something may be done: so many at once, and then one whenever Every
// has passed, for an account and for a desk.
type Limit struct {
	name          string
	account, desk rate
	mark          string // what an officer reads where it is used up, or more than watched is
	watched       int    // of the account's; 0 for none
}

type rate struct {
	most  int
	every time.Duration
}

// The limits. Each is several times what the busiest desk that we know of needs: a morning's
// queue of 200 patients in four hours, one every 72 seconds.
var (
	// LookUps, and acts by number: a clerk looks each of a queue up once or twice, and a list of the day's 200 may
	// be looked up in one go when the clinic opens. Whoever tries numbers gets 360 an hour, of
	// more than a hundred million.
	LookUps = Limit{"look-up", rate{300, 10 * time.Second}, rate{500, 5 * time.Second}, MarkLookUps, 100}
	// Own are look-ups past LookUps of who has given the provider a consent: who withdraws it is
	// looked up first, and has not used the limit up. It counts those alone who are found, so that
	// whoever tries numbers learns of no more people by it than so many of the provider's own.
	Own = Limit{"own", rate{40, 30 * time.Second}, rate{60, 15 * time.Second}, MarkLookUps, 10}
	// Withdrawals are consents that were withdrawn: nothing else uses them up. Whoever would take all
	// of a provider's away meets them; one that came to nothing counts as a look-up.
	Withdrawals = Limit{"withdrawal", rate{60, 30 * time.Second}, rate{120, 15 * time.Second}, MarkWithdrawals, 20}
	// Identities: who registered online comes to be verified now and then; one takes minutes.
	Identities = Limit{"identity", rate{40, 30 * time.Second}, rate{60, 15 * time.Second}, MarkIdentities, 20}
	// Forms are consents by form: a form is read, signed and put away, which takes minutes; a pile of thirty that
	// were signed while the line was down is sent in one go.
	Forms = Limit{"form", rate{30, 30 * time.Second}, rate{60, 15 * time.Second}, MarkForms, 10}
	// WrongCodes are wrong Access Keys and one-time codes, whoever's: three lock one patient's,
	// and this keeps anybody from trying three at each. Of 200 patients a few mistype.
	WrongCodes = Limit{"wrong-code", rate{20, 4 * time.Minute}, rate{40, 2 * time.Minute}, MarkCodes, 10}
	// Strangers are deposits that name by number somebody whom the provider does not know: a
	// practice system's list with mistakes in it has some.
	Strangers = Limit{"stranger", rate{100, 30 * time.Second}, rate{150, 15 * time.Second}, MarkStrangers, 50}
	// Links are sealed summaries that a desk puts here for patients: of a day's 200 a few want one.
	Links = Limit{"link", rate{30, 2 * time.Minute}, rate{60, time.Minute}, MarkLinks, 15}
	// Cases are sealed cases begun: of a day's patients a few need one.
	Cases = Limit{"case", rate{30, 2 * time.Minute}, rate{60, time.Minute}, MarkCases, 15}
	// Events are what somebody does in cases: each receipt is one, and what was written without the line is sent in one go.
	Events = Limit{"case-event", rate{400, 2 * time.Second}, rate{600, time.Second}, MarkMail, 300}
	// Envelopes are uploads: a scan or a picture now and then, each up to 24 MiB.
	Envelopes = Limit{"envelope", rate{60, 20 * time.Second}, rate{120, 10 * time.Second}, MarkMail, 40}
	// Prekeys are askings for keys to seal to: one before what is said first to somebody, and none after it.
	Prekeys = Limit{"prekey", rate{200, 5 * time.Second}, rate{300, 3 * time.Second}, MarkMail, 100}
	// OnCall is saying that one is on call: once or twice in a shift.
	OnCall = Limit{"on-call", rate{20, 5 * time.Minute}, rate{60, 2 * time.Minute}, MarkMail, 0}
	// Groups are addresses made: a provider has some dozens.
	Groups = Limit{"group", rate{10, 10 * time.Minute}, rate{20, 5 * time.Minute}, MarkCases, 5}
	// Reports are of misuse in a case.
	Reports = Limit{"case-report", rate{10, 10 * time.Minute}, rate{20, 5 * time.Minute}, MarkMail, 0}
	// Fetches are openings of one link, whoever's: a person with a phone opens one now and then.
	Fetches = Limit{"fetch", rate{20, 10 * time.Second}, rate{20, 10 * time.Second}, MarkFetches, 0}
)

// Why an officer looks at an event: so many within so short a time.
const (
	MarkLookUps     = "many-look-ups"
	MarkIdentities  = "many-identities"
	MarkForms       = "many-forms"
	MarkCodes       = "many-wrong-codes"
	MarkStrangers   = "many-unknown-numbers"
	MarkWithdrawals = "many-withdrawals"
	MarkLinks       = "many-links"
	MarkFetches     = "many-fetches"
	MarkCases       = "many-cases"
	MarkMail        = "much-in-cases"
)

// noted is how often a refusal is written down: whoever asks a thousand times a second must
// not fill the log with it.
var noted = rate{1, time.Minute}

// Spend uses one of a limit up, for who and for the desk they ask from. marks say that an
// officer is to look at what is done now. Errors: 429, kept, with when to ask again.
func Spend(tx *store.Tx, l *Limit, who *store.Account, doing ehrdesk.AuditAction) (marks []string, err error) {
	if err := Left(tx, l, who, doing); err != nil {
		return nil, err
	}
	account, desk := subjects(tx, who)
	used := take(tx, l.name, account, l.account)
	take(tx, l.name, desk, l.desk)
	if l.watched > 0 && used == l.watched {
		marks = []string{l.mark}
	}
	return marks, nil
}

// Left refuses where nothing of a limit is left, and uses nothing up. Errors: as Spend.
func Left(tx *store.Tx, l *Limit, who *store.Account, doing ehrdesk.AuditAction) error {
	account, desk := subjects(tx, who)
	free := l.account.free(tx.Rates.Full(l.name, account))
	if at := l.desk.free(tx.Rates.Full(l.name, desk)); at.After(free) {
		free = at
	}
	if !free.After(tx.Now) {
		return nil
	}
	if !noted.free(tx.Rates.Full("noted "+l.name, account)).After(tx.Now) {
		take(tx, "noted "+l.name, account, noted)
		accesslog.Add(tx, accesslog.Event{Action: doing, Who: who, Outcome: ehrdesk.CodeLocked, Marks: []string{l.mark}})
	}
	return TooOften(free)
}

// Issue is what a refusal is called on the wire.
const Issue = "too-often"

// TooOften is the refusal until a time.
func TooOften(until time.Time) *refusal.Error {
	f := refusal.New(http.StatusTooManyRequests, Issue, "This was asked for too often.").Kept()
	f.Until = until
	return f
}

// subjects are whose the counters are: an account wherever it asks from, and a desk whoever
// asks there. A desk is known by its log, which several people's keys speak for.
func subjects(tx *store.Tx, who *store.Account) (account, desk string) {
	return "account " + who.HCP + "/" + who.Staff, "desk " + cmp.Or(tx.Checkpoints.Writer(who.Client), who.Client)
}

// free is from when one more is allowed, by when all of it will be unused again.
func (r rate) free(full int64) time.Time {
	return store.Time(full).Add(-time.Duration(r.most-1) * r.every)
}

// take uses one up and says how many are used up now.
func take(tx *store.Tx, of, who string, r rate) (used int) {
	now := tx.Now.UnixMicro()
	full := max(tx.Rates.Full(of, who), now) + r.every.Microseconds()
	tx.Rates.SetFull(of, who, full)
	return int((full - now + r.every.Microseconds() - 1) / r.every.Microseconds())
}
