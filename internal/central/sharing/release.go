package sharing

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
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

func parseRelease(in rest.Input) (releaseAct, error) {
	a := releaseAct{reason: in.Get("reason").ValueCode, words: strings.TrimSpace(ehrdesk.CleanText(in.Get("reasonText").ValueString)), channel: ehrdesk.Channel(in.Get("channel").ValueCode)}
	var err error
	if a.card.requestID, err = in.Request(); err != nil {
		return a, err
	}
	for _, p := range in {
		if p.Name != "kind" {
			continue
		}
		k, err := ehrdesk.ParseKind(p.ValueCode)
		if err != nil {
			return a, refusal.Invalid("There is no such kind of record.")
		}
		if !slices.Contains(a.kinds, k) {
			a.kinds = append(a.kinds, k)
		}
	}
	if len(a.kinds) == 0 {
		return a, refusal.Invalid("The kinds of record are to be chosen.")
	}
	switch a.channel {
	case byCode:
		var ok bool
		if a.code, ok = oneTimeCode(in.Get("oneTimeCode").ValueString); !ok { // mistyped, and no try
			return a, refusal.Invalid("A one-time code has 6 digits.")
		}
	case ehrdesk.ByCard:
		if a.card.card = parseCard(in.Get("card").Part); a.card.card == nil {
			return a, refusal.New(422, "card-missing", "What the card has shown is missing, not whole, or too large.")
		}
	default:
		return a, refusal.Invalid("The additional consent is given by card or by one-time code.")
	}
	return a, nil
}

// release takes the patient's additional consent to see restricted records.
func (s *Sharing) release(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	a, err := parseRelease(in)
	id := r.PathValue("id")
	return s.asked(accesslog.Event{Action: auditRelease, Who: who, Patient: id, Kinds: a.kinds}, a.card.requestID, func(tx *store.Tx, e *accesslog.Event) ([]byte, error) {
		p, _, err := gate.MayRead(tx, who, id)
		if err != nil {
			return nil, err
		}
		e.Reason = a.reason + ": " + a.words
		answer, err := s.take(tx, who, p, &a)
		e.Proof = a.card.proof
		return answer, err
	}), err
}

// take writes the leave down, once what it rests on holds.
func (s *Sharing) take(tx *store.Tx, who *store.Account, p *store.Participant, a *releaseAct) ([]byte, error) {
	offer := offered(tx)
	if n := utf8.RuneCountInString(a.words); !offer.has(a.reason) || n < leastWords || n > mostWords {
		return nil, refusal.New(422, "reason-missing", "A reason is to be chosen from those offered, and said in 10 characters or more.")
	}
	for _, k := range a.kinds {
		if gate.Level(who, k) == ehrdesk.NoAccess {
			return nil, refusal.RoleMayNot()
		}
	}
	if p.Waiting(tx.Now) {
		return nil, gate.OnTheirWay(p)
	}
	var err error
	if a.channel == byCode {
		err = s.spendCode(tx, p, who, a.code)
	} else {
		err = ownCard(tx, p, who.HCP, &a.card)
	}
	if err != nil {
		return nil, err
	}
	id, until := uuid.NewString(), tx.Now.Add(releaseTime)
	var names []string
	parts := rest.List{rest.Param("release", "valueString", id), rest.Param("until", "valueInstant", rest.Stamp(until))}
	for _, k := range a.kinds {
		names = append(names, k.String())
		parts = append(parts, rest.Param("kind", "valueCode", k.String()))
	}
	tx.Releases.Add(&store.Release{ID: id, Patient: p.Patient, Kinds: names, Reason: a.reason, Words: a.words, Channel: string(a.channel), At: tx.Now.UnixMicro(), Until: until.UnixMicro()}, who)
	if a.channel == ehrdesk.ByCard {
		tx.Cards.KeepEvidence(store.OfRelease, id, a.card.card, a.card.issuer)
	}
	known, err := reached(tx, p)
	if err != nil {
		return nil, err
	}
	to := accesslog.ToldOfConsents(p, known.contacts) // it is a consent, and notices of those are not declined
	accesslog.NotifyDeclinedAt(tx, p, to, "eHealth: with your additional consent "+who.Provider.Name+" may see restricted records of yours until "+until.In(accesslog.HongKong).Format("02-Jan-2006 15:04")+". Enquiries: 3467 6300.")
	return json.Marshal(rest.Parameters(append(parts, rest.Param("notified", "valueCode", to.Way))...))
}

// ownCard: as for a consent, a card is its holder's own, and a child's is no
// consent.
func ownCard(tx *store.Tx, p *store.Participant, hcp string, a *act) error {
	record, err := registry.OnRecord(tx, p)
	if err != nil {
		return err
	}
	if errors.Is(ehrdesk.Giver{Kind: ehrdesk.SelfGiver}.Check(record, tx.Now), ehrdesk.ErrGiverUnder16) {
		return refusal.New(422, "card-giver", "A card is its holder's own: for a child a one-time code is sent.")
	}
	return cardShown(tx, p, hcp, a)
}

// endRelease ends a leave before its time.
func (s *Sharing) endRelease(r *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
	id, patient := in.Get("release").ValueString, r.PathValue("id")
	return func(tx *store.Tx) (any, error) {
		l := tx.Releases.Of(id, patient, who)
		if l == nil {
			return nil, gate.ReleaseOver()
		}
		if l.Ended == 0 { // once is enough
			l.Ended = tx.Now.UnixMicro()
			accesslog.Add(tx, accesslog.Event{Action: auditRelease, Who: who, Patient: patient, Reason: "ended: " + id})
			tx.Releases.End(id, l.Ended)
		}
		return rest.Parameters(rest.Param("release", "valueString", id), rest.Param("ended", "valueInstant", rest.Stamp(store.Time(l.Ended)))), nil
	}, nil
}
