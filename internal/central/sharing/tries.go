package sharing

import (
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	json "github.com/go-json-experiment/json/v1"
)

// lockTime and maxTries: three wrong keys close that patient's key for a provider.
const (
	lockTime = 15 * time.Minute
	maxTries = 3
)

// tryKey checks an Access Key and counts the wrong ones. While the lock lasts a
// right key is refused like a wrong one. The refusals are kept: the count must
// outlive them, and the process.
func (s *Sharing) tryKey(tx *store.Tx, p *store.Participant, who *store.Account, key ehrdesk.AccessKey) error {
	hcp := who.HCP
	_, until := tx.Tries.Get(store.AccessKey, p.Patient, hcp)
	if until > 0 && tx.Now.Before(store.Time(until)) {
		return locked(store.Time(until))
	}
	if err := limits.Left(tx, &limits.WrongCodes, who, auditWrong); err != nil { // before it is judged: nothing is learned
		return err
	}
	if s.keys.Right(p, key) {
		tx.Tries.Clear(store.AccessKey, p.Patient, hcp)
		return nil
	}
	return countTry(tx, store.AccessKey, p, who, refusal.New(403, "wrong-key", "The Access Key is not right."), locked)
}

func locked(until time.Time) *refusal.Error {
	f := refusal.New(423, "key-locked", "Too many wrong keys: the patient's key is locked for this provider.").Kept()
	f.Until = until
	return f
}

// countTry writes a wrong try at a secret down: the third locks. The refusals are kept, since the count must outlive them. It counts for who tried
// as well, whoever's secret it was.
func countTry(tx *store.Tx, of store.Secret, p *store.Participant, who *store.Account, wrongOne *refusal.Error, locked func(time.Time) *refusal.Error) error {
	hcp := who.HCP
	marks, err := limits.Spend(tx, &limits.WrongCodes, who, auditWrong)
	if err != nil {
		return err
	}
	if marks != nil {
		accesslog.Add(tx, accesslog.Event{Action: auditWrong, Who: who, Outcome: ehrdesk.CodeDenied, Marks: marks})
	}
	wrong, until := tx.Tries.Get(of, p.Patient, hcp)
	if until > 0 { // the lock is over: three new tries
		wrong, until = 0, 0
	}
	wrong++
	left := maxTries - wrong
	wrongOne.Tries = &left
	f := wrongOne.Kept()
	if left <= 0 {
		end := tx.Now.Add(lockTime)
		until, f = end.UnixMicro(), locked(end)
	}
	tx.Tries.Set(of, p.Patient, hcp, wrong, until)
	return f
}

// How long a one-time code is good, and how many are sent to a patient for one
// provider in an hour.
const (
	codeTime  = 10 * time.Minute
	codeSends = 3
	codeHour  = time.Hour
)

// sendCode sends the patient a one-time code for restricted records. It is
// another thing than the Access Key: six digits, for one use by one provider.
func (s *Sharing) sendCode(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	request, err := in.Request()
	id := r.PathValue("id")
	return s.asked(accesslog.Event{Action: auditCode, Who: who, Patient: id}, request, func(tx *store.Tx, _ *accesslog.Event) ([]byte, error) {
		p, _, err := gate.MayRead(tx, who, id)
		if err != nil {
			return nil, err
		}
		to, from, err := codesGo(tx, p)
		if err != nil {
			return nil, err
		}
		if err := maySendCode(tx, p, who.HCP); err != nil {
			return nil, err
		}
		expires := tx.Now.Add(codeTime)
		code, err := s.newCode(tx, p, who.HCP, expires)
		if err != nil {
			return nil, err
		}
		accesslog.NotifyAt(tx, p, to, "eHealth: "+code+" is your one-time code for "+who.Provider.Name+" to see restricted records, good until "+expires.In(accesslog.HongKong).Format("15:04")+
			". Tell it only if you agree. Enquiries: 3467 6300.")
		return json.Marshal(rest.Parameters(append(newContactFrom(from), rest.Param("sentTo", "valueCode", to.Way), rest.Param("expires", "valueInstant", rest.Stamp(expires)))...))
	}), err
}

// asked does an act once that is asked for by a patient's id.
func (s *Sharing) asked(e accesslog.Event, request string, do func(tx *store.Tx, e *accesslog.Event) ([]byte, error)) rest.Act {
	return func(tx *store.Tx) (any, error) {
		if tx.Participants.Get(e.Patient) == nil { // nobody's audit takes an id that came from outside
			e.Patient = ""
		}
		return s.once(tx, e, request, func(e *accesslog.Event) ([]byte, error) { return do(tx, e) })
	}
}

// maySendCode: not too often, and not while codes are locked.
func maySendCode(tx *store.Tx, p *store.Participant, hcp string) error {
	if err := codeLock(tx, p, hcp); err != nil {
		return err
	}
	hour := tx.Now.Add(-codeHour).UnixMicro()
	n, first := tx.Tries.Sent(p.Patient, hcp, hour)
	if n >= codeSends {
		f := refusal.New(http.StatusTooManyRequests, "code-too-often", "Three codes were sent within the hour.")
		f.Until = store.Time(first).Add(codeHour)
		return f
	}
	tx.Tries.AddSent(p.Patient, hcp, tx.Now.UnixMicro(), hour)
	return nil
}

// newCode makes a code, in the place of any before it, and keeps its keyed digest.
func (s *Sharing) newCode(tx *store.Tx, p *store.Participant, hcp string, expires time.Time) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	code := fmt.Sprintf("%06d", n)
	tx.Tries.SetCode(p.Patient, hcp, store.Code{Digest: s.codeDigest(p, hcp, code), Expires: expires.UnixMicro()})
	return code, nil
}

func (s *Sharing) codeDigest(p *store.Participant, hcp, code string) []byte {
	return registry.MAC(s.keys.Key, "one-time code", p.Patient, hcp, code)
}

func codeLock(tx *store.Tx, p *store.Participant, hcp string) error {
	_, until := tx.Tries.Get(store.OneTimeCode, p.Patient, hcp)
	if end := store.Time(until); until > 0 && tx.Now.Before(end) {
		return codeLocked(end)
	}
	return nil
}

func codeLocked(until time.Time) *refusal.Error {
	f := refusal.New(423, "code-locked", "Too many wrong codes: none is taken for a while.").Kept()
	f.Until = until
	return f
}

// spendCode checks a code and ends it. Wrong ones are counted for the patient
// and the provider, over all the codes that are sent.
func (s *Sharing) spendCode(tx *store.Tx, p *store.Participant, who *store.Account, code string) error {
	hcp := who.HCP
	if err := codeLock(tx, p, hcp); err != nil {
		return err
	}
	if err := limits.Left(tx, &limits.WrongCodes, who, auditWrong); err != nil {
		return err
	}
	sent := tx.Tries.Code(p.Patient, hcp)
	if sent == nil || sent.Used || tx.Now.UnixMicro() >= sent.Expires {
		return refusal.New(403, "code-expired", "There is no code that is good: a new one is to be sent.")
	}
	if !hmac.Equal(sent.Digest, s.codeDigest(p, hcp, code)) {
		return countTry(tx, store.OneTimeCode, p, who, refusal.New(403, "wrong-code", "The one-time code is not right."), codeLocked)
	}
	tx.Tries.Clear(store.OneTimeCode, p.Patient, hcp)
	sent.Used = true
	tx.Tries.SetCode(p.Patient, hcp, *sent)
	return nil
}

// oneTimeCode reads six digits, however they are spaced.
func oneTimeCode(text string) (string, bool) {
	var digits []byte
	for _, r := range ehrdesk.CleanLine(text) {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case r != ' ' && r != '-':
			return "", false
		}
	}
	return string(digits), len(digits) == 6
}
