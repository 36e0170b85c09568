package sqlstore

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type cards struct{ *tx }

func (q cards) Issuers() []store.Issuer {
	return list(q.tx, func(i *store.Issuer) []any { return []any{&i.Name, &i.Key, &i.Since} }, "SELECT name, key, since FROM card_issuer ORDER BY name")
}

func (q cards) AddIssuer(i store.Issuer) {
	q.exec("INSERT INTO card_issuer (name, key, since) VALUES (?,?,?)", i.Name, i.Key, i.Since)
}
func (q cards) RemoveIssuer(name string) (found bool) {
	return q.exec("DELETE FROM card_issuer WHERE name = ?", name)
}

func (q cards) SetNonce(hcp, request string, nonce []byte, expires time.Time) {
	q.exec("DELETE FROM card_nonce WHERE expires <= ?", q.now.UnixMicro())
	q.exec("INSERT INTO card_nonce (hcp, request, nonce, expires) VALUES (?,?,?,?) ON CONFLICT (hcp, request) DO UPDATE SET nonce = excluded.nonce, expires = excluded.expires", hcp, request, nonce, expires.UnixMicro())
}

func (q cards) TakeNonce(hcp, request string) (nonce []byte) {
	nonce = value[[]byte](q.tx, "SELECT nonce FROM card_nonce WHERE hcp = ? AND request = ? AND expires > ?", hcp, request, q.now.UnixMicro())
	q.exec("DELETE FROM card_nonce WHERE hcp = ? AND request = ?", hcp, request)
	return nonce
}

func (q cards) KeepEvidence(of store.EvidenceOf, id string, e *ehrdesk.CardEvidence, issuer string) {
	into := [...]string{store.OfConsent: "card_evidence (consent", store.OfRelease: "release_evidence (release"}[of]
	q.exec("INSERT INTO "+into+", profile, source, scheme, proof, issuer, challenge, response, signed) VALUES (?,?,?,?,?,?,?,?,?)",
		id, e.Profile, e.Source, e.Scheme, e.Proof.String(), issuer, e.Challenge[:], e.Response, e.Signed)
}

type releases struct{ *tx }

func (q releases) Add(r *store.Release, who *store.Account) {
	q.exec("INSERT INTO release (id, patient, hcp, staff, client, kinds, reason, words, channel, at, until, ended) VALUES (?,?,?,?,?,?,?,?,?,?,?,0)",
		r.ID, r.Patient, who.HCP, who.Staff, who.Client, strings.Join(r.Kinds, ","), r.Reason, r.Words, r.Channel, r.At, r.Until)
}

func (q releases) Of(id, patient string, who *store.Account) *store.Release {
	return one(q.tx, store.Release{ID: id, Patient: patient}, func(r *store.Release) []any { return []any{names(&r.Kinds), &r.Until, &r.Ended} },
		"SELECT kinds, until, ended FROM release WHERE id = ? AND patient = ? AND hcp = ? AND staff = ? AND client = ?", id, patient, who.HCP, who.Staff, who.Client)
}

func (q releases) End(id string, at int64) {
	q.exec("UPDATE release SET ended = ? WHERE id = ?", at, id)
}

type offer struct{ *tx }

func (q offer) Terms() []ehrdesk.Term {
	return list(q.tx, self[ehrdesk.Term], "SELECT term FROM offer_term ORDER BY place")
}

func (q offer) SetTerms(terms []ehrdesk.Term) {
	q.exec("DELETE FROM offer_term")
	for i, t := range terms {
		q.exec("INSERT INTO offer_term (place, term) VALUES (?,?)", i, string(t))
	}
}

func (q offer) Notices() []ehrdesk.Notice {
	return list(q.tx, func(n *ehrdesk.Notice) []any {
		return []any{&n.ID, &n.Version, &n.Official, words(&n.Title), words(&n.Text)}
	},
		`SELECT id, version, official, title, text FROM offer_notice n WHERE seq = (SELECT max(seq) FROM offer_notice WHERE id = n.id)
		ORDER BY (SELECT min(seq) FROM offer_notice WHERE id = n.id)`)
}

func (q offer) Notice(id, version string) (n *ehrdesk.Notice, last bool) {
	n = one(q.tx, ehrdesk.Notice{ID: id, Version: version}, func(n *ehrdesk.Notice) []any { return []any{&n.Official, words(&n.Title), words(&n.Text), &last} },
		"SELECT official, title, text, seq = (SELECT max(seq) FROM offer_notice WHERE id = n.id) FROM offer_notice n WHERE id = ? AND version = ?", id, version)
	return n, last
}

func (q offer) AddNotice(n ehrdesk.Notice) {
	q.exec("INSERT INTO offer_notice (id, version, official, title, text, since) VALUES (?,?,?,?,?,?)", n.ID, n.Version, n.Official, q.json(n.Title), q.json(n.Text), q.now.UnixMicro())
}

// json is words as they are kept.
func (q offer) json(words map[string]string) string {
	b, err := json.Marshal(words)
	if err != nil {
		q.abort(err)
	}
	return string(b)
}

func (q offer) Reasons() []store.OfferedReason {
	return list(q.tx, func(r *store.OfferedReason) []any { return []any{&r.Code, words(&r.Text)} }, "SELECT code, text FROM offer_reason ORDER BY place")
}

func (q offer) SetReasons(reasons []store.OfferedReason) {
	q.exec("DELETE FROM offer_reason")
	for i, r := range reasons {
		q.exec("INSERT INTO offer_reason (place, code, text) VALUES (?,?,?)", i, r.Code, q.json(r.Text))
	}
}
