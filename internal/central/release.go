package central

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"
)

// releaseTime is how long restricted records may be seen with one leave.
const releaseTime = 15 * time.Minute

// byCode is the channel of a patient who tells the one-time code.
const byCode ehrdesk.Channel = "one-time-code"

// Bounds of the words of a reason, in characters.
const leastWords, mostWords = 10, 1000

// releaseAct is the patient's additional consent as a desk brings it.
type releaseAct struct {
	kinds   []ehrdesk.Kind
	reason  string // code
	words   string
	channel ehrdesk.Channel
	code    string
	card    act // with channel card: the evidence and the act it was for
}

func parseRelease(in inputList) (releaseAct, error) {
	a := releaseAct{reason: in.get("reason").ValueCode, words: strings.TrimSpace(ehrdesk.CleanText(in.get("reasonText").ValueString)), channel: ehrdesk.Channel(in.get("channel").ValueCode)}
	request, err := uuid.Parse(in.get("requestId").ValueUUID)
	if err != nil {
		return a, invalid("An act needs a requestId, a UUID.")
	}
	a.card.requestID = request.String()
	for _, p := range in {
		if p.Name != "kind" {
			continue
		}
		k, err := ehrdesk.ParseKind(p.ValueCode)
		if err != nil {
			return a, invalid("There is no such kind of record.")
		}
		if !slices.Contains(a.kinds, k) {
			a.kinds = append(a.kinds, k)
		}
	}
	if len(a.kinds) == 0 {
		return a, invalid("The kinds of record are to be chosen.")
	}
	switch a.channel {
	case byCode:
		var ok bool
		if a.code, ok = oneTimeCode(in.get("oneTimeCode").ValueString); !ok { // mistyped, and no try
			return a, invalid("A one-time code has 6 digits.")
		}
	case ehrdesk.ByCard:
		if a.card.card = parseCard(in.get("card").Part); a.card.card == nil {
			return a, refuse(422, "card-missing", "What the card has shown is missing, not whole, or too large.")
		}
	default:
		return a, invalid("The additional consent is given by card or by one-time code.")
	}
	return a, nil
}

// release takes the patient's additional consent to see restricted records.
func (s *server) release(w http.ResponseWriter, r *http.Request, who *token) error {
	in, err := s.input(w, r)
	if err != nil {
		return err
	}
	a, err := parseRelease(in)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	return s.answerOnce(w, r, event{action: auditRelease, who: who, patient: id, kinds: a.kinds}, a.card.requestID, func(q *tx, e *event) ([]byte, error) {
		p, _, err := q.mayRead(who, id)
		if err != nil {
			return nil, err
		}
		e.reason = a.reason + ": " + a.words
		answer, err := q.release(s.c, who, p, &a)
		e.proof = a.card.proof
		return answer, err
	})
}

func (q *tx) release(c *Centre, who *token, p *participant, a *releaseAct) ([]byte, error) {
	offer, err := q.offer()
	if err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(a.words); !offer.has(a.reason) || n < leastWords || n > mostWords {
		return nil, refuse(422, "reason-missing", "A reason is to be chosen from those offered, and said in 10 characters or more.")
	}
	for _, k := range a.kinds {
		if who.access(k) == ehrdesk.NoAccess {
			return nil, roleMayNot()
		}
	}
	if p.waiting(q.now) {
		return nil, onTheirWay(p)
	}
	if a.channel == byCode {
		err = q.spendCode(c, p, who.hcp, a.code)
	} else {
		err = q.ownCard(p, who.hcp, &a.card)
	}
	if err != nil {
		return nil, err
	}
	id, until := uuid.NewString(), q.now.Add(releaseTime)
	var names []string
	parts := list{param("release", "valueString", id), param("until", "valueInstant", stamp(until))}
	for _, k := range a.kinds {
		names = append(names, k.String())
		parts = append(parts, param("kind", "valueCode", k.String()))
	}
	if err := q.exec("INSERT INTO release (id, patient, hcp, staff, client, kinds, reason, words, channel, at, until, ended) VALUES (?,?,?,?,?,?,?,?,?,?,?,0)",
		id, p.patient, who.hcp, who.staff, who.client, strings.Join(names, ","), a.reason, a.words, string(a.channel), q.now.UnixMicro(), until.UnixMicro()); err != nil {
		return nil, err
	}
	if a.channel == ehrdesk.ByCard {
		if err := q.keepEvidence("release_evidence", "release", id, &a.card); err != nil {
			return nil, err
		}
	}
	if err := q.notify(p, "eHealth: with your additional consent "+who.provider.Name+" may see restricted records of yours until "+until.In(hongKong).Format("02-Jan-2006 15:04")+". Enquiries: 3467 6300."); err != nil {
		return nil, err
	}
	return json.Marshal(parameters(append(parts, param("notified", "valueCode", notifiedWord(p.notify)))...))
}

// ownCard: as for a consent, a card is its holder's own, and a child's is no
// consent.
func (q *tx) ownCard(p *participant, hcp string, a *act) error {
	record, err := q.onRecord(p)
	if err != nil {
		return err
	}
	if errors.Is(ehrdesk.Giver{Kind: ehrdesk.SelfGiver}.Check(record, q.now), ehrdesk.ErrGiverUnder16) {
		return refuse(422, "card-giver", "A card is its holder's own: for a child a one-time code is sent.")
	}
	return q.cardShown(p, hcp, a)
}

// leave is a release as it is read.
type leave struct {
	id    string
	kinds []ehrdesk.Kind
}

func releaseOver() *apiError {
	return refuse(403, "release-over", "The leave to see restricted records is over.")
}

// leaveOf finds a leave that still runs: of this person at this desk, for this
// patient, whose consent stands.
func (q *tx) leaveOf(who *token, patient, id string) (leave, error) {
	l := leave{id: id}
	var kinds string
	found, err := q.row("SELECT kinds FROM release WHERE id = ? AND patient = ? AND hcp = ? AND staff = ? AND client = ? AND until > ? AND ended = 0",
		[]any{id, patient, who.hcp, who.staff, who.client, q.now.UnixMicro()}, &kinds)
	if err != nil {
		return l, err
	}
	_, _, err = q.mayRead(who, patient)
	if _, refused := asFault(err); refused || (err == nil && !found) {
		return l, releaseOver()
	}
	for name := range strings.SplitSeq(kinds, ",") {
		if k, err := ehrdesk.ParseKind(name); err == nil && who.access(k) != ehrdesk.NoAccess {
			l.kinds = append(l.kinds, k)
		}
	}
	return l, err
}

// scope is what a leave opens: of a kind that is restricted for the profession
// everything, of any other what is labelled.
func (l leave) scope(who *token) scope {
	of := scope{shared: visible(who)}
	for _, k := range l.kinds {
		if who.access(k) == ehrdesk.Restricted {
			of.both, of.shared = append(of.both, k), append(of.shared, k)
		} else {
			of.labelled = append(of.labelled, k)
		}
	}
	return of
}

// endRelease ends a leave before its time.
func (s *server) endRelease(w http.ResponseWriter, r *http.Request, who *token) error {
	in, err := s.input(w, r)
	if err != nil {
		return err
	}
	id, patient := in.get("release").ValueString, r.PathValue("id")
	var ended time.Time
	err = s.c.write(r.Context(), func(q *tx) error {
		var at int64
		found, err := q.row("SELECT ended FROM release WHERE id = ? AND patient = ? AND hcp = ? AND staff = ? AND client = ?", []any{id, patient, who.hcp, who.staff, who.client}, &at)
		switch {
		case err != nil:
			return err
		case !found:
			return releaseOver()
		case at > 0: // once is enough
			ended = fromMicros(at)
			return nil
		}
		ended = q.now
		if err := q.audit(event{action: auditRelease, who: who, patient: patient, reason: "ended: " + id}); err != nil {
			return err
		}
		return q.exec("UPDATE release SET ended = ? WHERE id = ?", q.now.UnixMicro(), id)
	})
	if err != nil {
		return err
	}
	s.fhir(w, r, http.StatusOK, parameters(param("release", "valueString", id), param("ended", "valueInstant", stamp(ended))))
	return nil
}
