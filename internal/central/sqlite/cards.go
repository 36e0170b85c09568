package sqlite

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type cards struct{ *tx }

func (q cards) Issuers() ([]store.Issuer, error) {
	return list(q.tx, "SELECT name, key, since FROM card_issuer ORDER BY name", nil, func(scan func(...any) error) (i store.Issuer, err error) {
		err = scan(&i.Name, &i.Key, &i.Since)
		return i, err
	})
}

func (q cards) AddIssuer(i store.Issuer) error {
	return q.exec("INSERT INTO card_issuer (name, key, since) VALUES (?,?,?)", i.Name, i.Key, i.Since)
}

func (q cards) RemoveIssuer(name string) (found bool, err error) {
	return q.changed("DELETE FROM card_issuer WHERE name = ?", name)
}

func (q cards) SetNonce(hcp, request string, nonce []byte, expires time.Time) error {
	if err := q.exec("DELETE FROM card_nonce WHERE expires <= ?", q.now.UnixMicro()); err != nil {
		return err
	}
	return q.exec("INSERT OR REPLACE INTO card_nonce (hcp, request, nonce, expires) VALUES (?,?,?,?)", hcp, request, nonce, expires.UnixMicro())
}

func (q cards) TakeNonce(hcp, request string) (nonce []byte, expires int64, err error) {
	found, err := q.row("SELECT nonce, expires FROM card_nonce WHERE hcp = ? AND request = ?", []any{hcp, request}, &nonce, &expires)
	if err != nil || !found {
		return nil, 0, err
	}
	return nonce, expires, q.exec("DELETE FROM card_nonce WHERE hcp = ? AND request = ?", hcp, request)
}

func (q cards) KeepEvidence(of store.EvidenceOf, id string, e *ehrdesk.CardEvidence, issuer string) error {
	into := [...]string{store.OfConsent: "card_evidence (consent", store.OfRelease: "release_evidence (release"}[of]
	return q.exec("INSERT INTO "+into+", profile, source, scheme, proof, issuer, challenge, response, signed) VALUES (?,?,?,?,?,?,?,?,?)",
		id, e.Profile, e.Source, e.Scheme, e.Proof.String(), issuer, e.Challenge[:], e.Response, e.Signed)
}

type releases struct{ *tx }

func (q releases) Add(r *store.Release, who *store.Account) error {
	return q.exec("INSERT INTO release (id, patient, hcp, staff, client, kinds, reason, words, channel, at, until, ended) VALUES (?,?,?,?,?,?,?,?,?,?,?,0)",
		r.ID, r.Patient, who.HCP, who.Staff, who.Client, strings.Join(r.Kinds, ","), r.Reason, r.Words, r.Channel, r.At, r.Until)
}

func (q releases) Of(id, patient string, who *store.Account) (*store.Release, error) {
	r := store.Release{ID: id, Patient: patient}
	var kinds string
	found, err := q.row("SELECT kinds, until, ended FROM release WHERE id = ? AND patient = ? AND hcp = ? AND staff = ? AND client = ?",
		[]any{id, patient, who.HCP, who.Staff, who.Client}, &kinds, &r.Until, &r.Ended)
	if err != nil || !found {
		return nil, err
	}
	r.Kinds = split(kinds)
	return &r, nil
}

func (q releases) End(id string, at int64) error {
	return q.exec("UPDATE release SET ended = ? WHERE id = ?", at, id)
}

type offer struct{ *tx }

func (q offer) Terms() ([]ehrdesk.Term, error) {
	return list(q.tx, "SELECT term FROM offer_term ORDER BY place", nil, func(scan func(...any) error) (t ehrdesk.Term, err error) {
		err = scan(&t)
		return t, err
	})
}

func (q offer) SetTerms(terms []ehrdesk.Term) error {
	err := q.exec("DELETE FROM offer_term")
	for i, t := range terms {
		if err == nil {
			err = q.exec("INSERT INTO offer_term (place, term) VALUES (?,?)", i, string(t))
		}
	}
	return err
}

func (q offer) Notices() ([]ehrdesk.Notice, error) {
	return list(q.tx, `SELECT id, version, official, title, text FROM offer_notice n WHERE seq = (SELECT max(seq) FROM offer_notice WHERE id = n.id)
		ORDER BY (SELECT min(seq) FROM offer_notice WHERE id = n.id)`, nil, func(scan func(...any) error) (n ehrdesk.Notice, err error) {
		var title, text []byte
		if err := scan(&n.ID, &n.Version, &n.Official, &title, &text); err != nil {
			return n, err
		}
		return n, words(&n, title, text)
	})
}

// words reads the two texts of a notice, which are JSON by language.
func words(n *ehrdesk.Notice, title, text []byte) error {
	if err := json.Unmarshal(title, &n.Title); err != nil {
		return err
	}
	return json.Unmarshal(text, &n.Text)
}

func (q offer) Notice(id, version string) (*ehrdesk.Notice, bool, error) {
	n := ehrdesk.Notice{ID: id, Version: version}
	var title, text []byte
	var last bool
	found, err := q.row("SELECT official, title, text, seq = (SELECT max(seq) FROM offer_notice WHERE id = n.id) FROM offer_notice n WHERE id = ? AND version = ?",
		[]any{id, version}, &n.Official, &title, &text, &last)
	if err != nil || !found {
		return nil, false, err
	}
	return &n, last, words(&n, title, text)
}

func (q offer) AddNotice(n ehrdesk.Notice) error {
	title, err := json.Marshal(n.Title)
	if err != nil {
		return err
	}
	text, err := json.Marshal(n.Text)
	if err != nil {
		return err
	}
	return q.exec("INSERT INTO offer_notice (id, version, official, title, text, since) VALUES (?,?,?,?,?,?)",
		n.ID, n.Version, n.Official, string(title), string(text), q.now.UnixMicro())
}

func (q offer) Reasons() ([]store.OfferedReason, error) {
	return list(q.tx, "SELECT code, text FROM offer_reason ORDER BY place", nil, func(scan func(...any) error) (r store.OfferedReason, err error) {
		var text []byte
		if err = scan(&r.Code, &text); err == nil {
			err = json.Unmarshal(text, &r.Text)
		}
		return r, err
	})
}

func (q offer) SetReasons(reasons []store.OfferedReason) error {
	if err := q.exec("DELETE FROM offer_reason"); err != nil {
		return err
	}
	for i, r := range reasons {
		text, err := json.Marshal(r.Text)
		if err != nil {
			return err
		}
		if err := q.exec("INSERT INTO offer_reason (place, code, text) VALUES (?,?,?)", i, r.Code, string(text)); err != nil {
			return err
		}
	}
	return nil
}
