package central

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// consent is how a participant's sharing consent to a provider stands.
type consent struct {
	ehrdesk.SharingConsent
	seq   int64
	proof string // of one by card, as the centre judged it; "" for none
}

// renewed is the state of a consent that another took the place of before its
// end: history, and never the one that counts.
const renewed ehrdesk.ConsentState = "renewed"

// consentTo is the consent of p to h as of now: the last act between the two,
// or the one given by joining. It is always read from the store, never kept, so
// that a withdrawal anywhere counts at once.
func (q *tx) consentTo(p *participant, h *HCP) (consent, error) {
	if h.Deemed {
		return consent{SharingConsent: ehrdesk.SharingConsent{ID: madeID("deemed", p.patient, h.ID), State: ehrdesk.ConsentDeemed, Term: ehrdesk.Indefinite}}, nil
	}
	var c consent
	var since, until, ended int64
	found, err := q.row(`SELECT c.seq, c.id, c.state, c.term, c.channel, c.giver_kind, c.giver_name, c.giver_document, c.giver_none_before, c.giver_declaration, c.since, c.until, c.ended, coalesce(e.proof, '')
		FROM consent c LEFT JOIN card_evidence e ON e.consent = c.id WHERE c.patient = ? AND c.hcp = ? AND c.state <> ? ORDER BY c.seq DESC LIMIT 1`, []any{p.patient, h.ID, string(renewed)},
		&c.seq, &c.ID, &c.State, &c.Term, &c.Channel, &c.Giver.Kind, &c.Giver.Name, &c.Giver.Document, &c.Giver.NoneBefore, &c.Giver.Declaration, &since, &until, &ended, &c.proof)
	if err != nil {
		return c, err
	}
	if !found {
		c.State = ehrdesk.ConsentNone
		return c, nil
	}
	c.Since, c.Until, c.Ended = fromMicros(since), fromMicros(until), fromMicros(ended)
	c.State = c.StateAt(q.now)
	return c, nil
}

func (q *tx) addConsent(p *participant, hcp string, c ehrdesk.SharingConsent, notices string) error {
	seq, _, err := q.change()
	if err != nil {
		return err
	}
	return q.exec(`INSERT INTO consent (id, patient, hcp, state, term, channel, giver_kind, giver_name, giver_document, giver_none_before, giver_declaration, notices, since, until, ended, changed)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, c.ID, p.patient, hcp, string(c.State), string(c.Term), string(c.Channel),
		c.Giver.Kind, c.Giver.Name, c.Giver.Document, c.Giver.NoneBefore, c.Giver.Declaration, notices, toMicros(c.Since), toMicros(c.Until), toMicros(c.Ended), seq)
}

func (q *tx) endConsent(c *consent) error {
	c.State, c.Ended = ehrdesk.ConsentWithdrawn, q.now
	seq, _, err := q.change()
	if err != nil {
		return err
	}
	return q.exec("UPDATE consent SET state = ?, ended = ?, changed = ? WHERE seq = ?", string(c.State), toMicros(c.Ended), seq, c.seq)
}

// supersede makes a consent history that another has taken the place of.
func (q *tx) supersede(c *consent) error {
	return q.exec("UPDATE consent SET state = ?, ended = ? WHERE seq = ?", string(renewed), toMicros(q.now), c.seq)
}

func fromMicros(t int64) time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(t).UTC()
}

func toMicros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// mayRead decides whether who may be given records of a patient, in the
// snapshot they are read from. It is the one gate of every read.
func (q *tx) mayRead(who *token, patient string) (*participant, consent, error) {
	if !who.role.Clinical() {
		return nil, consent{}, roleMayNot()
	}
	p, err := q.participant(patient)
	if err != nil {
		return nil, consent{}, err
	}
	if p == nil || p.state == ehrdesk.Left || p.state == ehrdesk.NotRegistered {
		return nil, consent{}, notRegistered()
	}
	if p.state != ehrdesk.Registered {
		return p, consent{}, identityUnverified()
	}
	c, err := q.consentTo(p, &who.provider)
	if err != nil {
		return p, c, err
	}
	if !c.State.Allows() {
		return p, c, consentNeeded()
	}
	return p, c, nil
}

// visible are the kinds that who sees with sharing consent alone.
func visible(who *token) []ehrdesk.Kind {
	var out []ehrdesk.Kind
	for _, k := range ehrdesk.Kinds() {
		if who.access(k) == ehrdesk.General {
			out = append(out, k)
		}
	}
	return out
}

// access is what who may do with records of a kind. The additional consent for
// restricted kinds is asked of professionals in the community: within the
// providers to whom consent is given by joining, none is.
func (t *token) access(k ehrdesk.Kind) ehrdesk.Access {
	a := ehrdesk.AccessOf(t.role, k)
	switch {
	case !t.role.Clinical():
		return ehrdesk.NoAccess
	case a == ehrdesk.Restricted && t.provider.Deemed:
		return ehrdesk.General
	}
	return a
}

// given are the kinds of p's records that who is given now: until records flow,
// only who p is.
func (q *tx) given(who *token, p *participant) []ehrdesk.Kind {
	kinds := visible(who)
	if p != nil && p.waiting(q.now) {
		kinds = slices.DeleteFunc(kinds, func(k ehrdesk.Kind) bool { return k != ehrdesk.KindPersonal })
	}
	return kinds
}

// mayKind is whether records of a kind, labelled or not, are among those given.
func (q *tx) mayKind(who *token, p *participant, k ehrdesk.Kind, labelled bool) error {
	switch {
	case who.access(k) != ehrdesk.General:
		return roleMayNot()
	case labelled:
		return refuse(403, "restricted", "This record is given only with the patient's additional consent.")
	}
	if p != nil && p.waiting(q.now) && k != ehrdesk.KindPersonal {
		return onTheirWay(p)
	}
	return nil
}

func onTheirWay(p *participant) *apiError {
	f := refuse(403, "records-expected", "The participant's records are on their way.")
	f.expected = fromMicros(p.expected)
	return f
}

// lockTime and maxTries: three wrong keys close that patient's key for a provider.
const (
	lockTime = 15 * time.Minute
	maxTries = 3
)

// tryKey checks an Access Key and counts the wrong ones. While the lock lasts a
// right key is refused like a wrong one. The refusals are kept: the count must
// outlive them, and the process.
func (q *tx) tryKey(c *Centre, p *participant, hcp string, key ehrdesk.AccessKey) error {
	var until int64
	if _, err := q.row("SELECT until FROM tries WHERE patient = ? AND hcp = ?", []any{p.patient, hcp}, &until); err != nil {
		return err
	}
	right := c.keyRight(p, key)
	switch {
	case until > 0 && q.now.Before(fromMicros(until)):
		return locked(fromMicros(until))
	case right:
		return q.exec("DELETE FROM tries WHERE patient = ? AND hcp = ?", p.patient, hcp)
	}
	return q.countTry("tries", p, hcp, refuse(403, "wrong-key", "The Access Key is not right."), locked)
}

func locked(until time.Time) *apiError {
	f := refuse(423, "key-locked", "Too many wrong keys: the patient's key is locked for this provider.").kept()
	f.until = until
	return f
}
