package central

import (
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"
)

// How long a one-time code is good, and how many are sent to a patient for one
// provider in an hour.
const (
	codeTime  = 10 * time.Minute
	codeSends = 3
	codeHour  = time.Hour
)

// sendCode sends the patient a one-time code for restricted records. It is
// another thing than the Access Key: six digits, for one use by one provider.
func (s *server) sendCode(w http.ResponseWriter, r *http.Request, who *token) error {
	in, err := s.input(w, r)
	if err != nil {
		return err
	}
	request, err := uuid.Parse(in.get("requestId").ValueUUID)
	if err != nil {
		return invalid("An act needs a requestId, a UUID.")
	}
	id := r.PathValue("id")
	return s.answerOnce(w, r, event{action: auditCode, who: who, patient: id}, request.String(), func(q *tx, _ *event) ([]byte, error) {
		p, _, err := q.mayRead(who, id)
		if err != nil {
			return nil, err
		}
		if err := q.maySendCode(p, who.hcp); err != nil {
			return nil, err
		}
		expires := q.now.Add(codeTime)
		code, err := q.newCode(s.c, p, who.hcp, expires)
		if err != nil {
			return nil, err
		}
		err = q.notify(p, "eHealth: "+code+" is your one-time code for "+who.provider.Name+" to see restricted records, good until "+expires.In(hongKong).Format("15:04")+
			". Tell it only if you agree. Enquiries: 3467 6300.")
		if err != nil {
			return nil, err
		}
		return json.Marshal(parameters(param("sentTo", "valueCode", p.notify), param("expires", "valueInstant", stamp(expires))))
	})
}

// answerOnce does an act of a request in one transaction and answers it.
func (s *server) answerOnce(w http.ResponseWriter, r *http.Request, e event, request string, do func(q *tx, e *event) ([]byte, error)) error {
	var answer []byte
	err := s.c.write(r.Context(), func(q *tx) error {
		known, err := q.participant(e.patient)
		if err != nil {
			return err
		}
		if known == nil { // nobody's audit takes an id that came from outside
			e.patient = ""
		}
		answer, err = q.once(s.c, e, request, func(e *event) ([]byte, error) { return do(q, e) })
		return err
	})
	if err != nil {
		return err
	}
	s.send(w, r, http.StatusOK, answer)
	return nil
}

// maySendCode: by something that arrives in time, not too often, and not while
// codes are locked. A letter would come days after its code has ended.
func (q *tx) maySendCode(p *participant, hcp string) error {
	if p.notify != "sms" && p.notify != "email" {
		return refuse(422, "no-way-to-tell", "The patient has chosen no way of notice that a code could come by.")
	}
	if err := q.codeLock(p, hcp); err != nil {
		return err
	}
	var n int
	var first int64
	hour := q.now.Add(-codeHour).UnixMicro()
	if _, err := q.row("SELECT count(*), coalesce(min(at), 0) FROM code_sent WHERE patient = ? AND hcp = ? AND at > ?", []any{p.patient, hcp, hour}, &n, &first); err != nil {
		return err
	}
	if n >= codeSends {
		f := refuse(http.StatusTooManyRequests, "code-too-often", "Three codes were sent within the hour.")
		f.until = fromMicros(first).Add(codeHour)
		return f
	}
	if err := q.exec("DELETE FROM code_sent WHERE at <= ?", hour); err != nil {
		return err
	}
	return q.exec("INSERT INTO code_sent (patient, hcp, at) VALUES (?,?,?)", p.patient, hcp, q.now.UnixMicro())
}

// newCode makes a code, in the place of any before it, and keeps its keyed digest.
func (q *tx) newCode(c *Centre, p *participant, hcp string, expires time.Time) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	code := fmt.Sprintf("%06d", n)
	return code, q.exec("INSERT OR REPLACE INTO one_time_code (patient, hcp, digest, expires, used) VALUES (?,?,?,?,0)", p.patient, hcp, c.codeDigest(p, hcp, code), expires.UnixMicro())
}

func (c *Centre) codeDigest(p *participant, hcp, code string) []byte {
	return mac(c.keys.key, "one-time code", p.patient, hcp, code)
}

func (q *tx) codeLock(p *participant, hcp string) error {
	var until int64
	if _, err := q.row("SELECT until FROM code_tries WHERE patient = ? AND hcp = ?", []any{p.patient, hcp}, &until); err != nil {
		return err
	}
	if end := fromMicros(until); until > 0 && q.now.Before(end) {
		return codeLocked(end)
	}
	return nil
}

func codeLocked(until time.Time) *apiError {
	f := refuse(423, "code-locked", "Too many wrong codes: none is taken for a while.").kept()
	f.until = until
	return f
}

// spendCode checks a code and ends it. Wrong ones are counted for the patient
// and the provider, over all the codes that are sent.
func (q *tx) spendCode(c *Centre, p *participant, hcp, code string) error {
	if err := q.codeLock(p, hcp); err != nil {
		return err
	}
	var digest []byte
	var expires int64
	var used bool
	found, err := q.row("SELECT digest, expires, used FROM one_time_code WHERE patient = ? AND hcp = ?", []any{p.patient, hcp}, &digest, &expires, &used)
	if err != nil {
		return err
	}
	if !found || used || q.now.UnixMicro() >= expires {
		return refuse(403, "code-expired", "There is no code that is good: a new one is to be sent.")
	}
	if hmac.Equal(digest, c.codeDigest(p, hcp, code)) {
		if err := q.exec("DELETE FROM code_tries WHERE patient = ? AND hcp = ?", p.patient, hcp); err != nil {
			return err
		}
		return q.exec("UPDATE one_time_code SET used = 1 WHERE patient = ? AND hcp = ?", p.patient, hcp)
	}
	return q.countTry("code_tries", p, hcp, refuse(403, "wrong-code", "The one-time code is not right."), codeLocked)
}

// countTry writes a wrong try down in one of the two tables of tries: the third
// locks. The refusals are kept, since the count must outlive them.
func (q *tx) countTry(table string, p *participant, hcp string, wrongOne *apiError, locked func(time.Time) *apiError) error {
	var wrong int
	var until int64
	if _, err := q.row("SELECT wrong, until FROM "+table+" WHERE patient = ? AND hcp = ?", []any{p.patient, hcp}, &wrong, &until); err != nil {
		return err
	}
	if until > 0 { // the lock is over: three new tries
		wrong, until = 0, 0
	}
	wrong++
	left := maxTries - wrong
	wrongOne.tries = &left
	f := wrongOne.kept()
	if left <= 0 {
		end := q.now.Add(lockTime)
		until, f = end.UnixMicro(), locked(end)
	}
	if err := q.exec("INSERT OR REPLACE INTO "+table+" (patient, hcp, wrong, until) VALUES (?,?,?,?)", p.patient, hcp, wrong, until); err != nil {
		return err
	}
	return f
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
