package central

import (
	_ "embed"
	"net/http"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"
)

// What a new store offers: training summaries of what a patient must have read,
// and reasons for restricted records. They are our own words, not the
// Government's text, and say so.
var (
	//go:embed notices/training.json
	noticeFile []byte
	//go:embed notices/reasons.json
	reasonFile []byte
)

// languages are those every notice is in.
var languages = [...]string{"en", "zh-Hant", "zh-Hans"}

// terms are those that the centre can keep. The one-year term stays for
// participants who registered before December 2025.
func terms() []ehrdesk.Term { return []ehrdesk.Term{ehrdesk.Indefinite, ehrdesk.OneYear} }

// ConsentOffer is what may be put to a patient. Notices are those that count
// now, Reasons those for which restricted records may be asked for.
type ConsentOffer struct {
	Terms   []ehrdesk.Term
	Notices []ehrdesk.Notice
	Reasons []OfferedReason
}

// OfferedReason is why restricted records are needed, with its words by language.
type OfferedReason struct {
	Code string            `json:"code"`
	Text map[string]string `json:"text"`
}

// has reports whether a reason is on the list.
func (o ConsentOffer) has(reason string) bool {
	return slices.ContainsFunc(o.Reasons, func(r OfferedReason) bool { return r.Code == reason })
}

// offer reads it from the store, as the operator last left it.
func (q *tx) offer() (ConsentOffer, error) {
	var o ConsentOffer
	err := q.rows("SELECT term FROM offer_term ORDER BY place", nil, func(scan func(...any) error) error {
		var t ehrdesk.Term
		err := scan(&t)
		o.Terms = append(o.Terms, t)
		return err
	})
	if err != nil {
		return o, err
	}
	err = q.rows(`SELECT id, version, official, title, text FROM offer_notice n WHERE seq = (SELECT max(seq) FROM offer_notice WHERE id = n.id)
		ORDER BY (SELECT min(seq) FROM offer_notice WHERE id = n.id)`, nil, func(scan func(...any) error) error {
		var n ehrdesk.Notice
		var title, text []byte
		err := scan(&n.ID, &n.Version, &n.Official, &title, &text)
		if err == nil {
			err = json.Unmarshal(title, &n.Title)
		}
		if err == nil {
			err = json.Unmarshal(text, &n.Text)
		}
		o.Notices = append(o.Notices, n)
		return err
	})
	if err != nil {
		return o, err
	}
	return o, q.rows("SELECT code, text FROM offer_reason ORDER BY place", nil, func(scan func(...any) error) error {
		var r OfferedReason
		var text []byte
		err := scan(&r.Code, &text)
		if err == nil {
			err = json.Unmarshal(text, &r.Text)
		}
		o.Reasons = append(o.Reasons, r)
		return err
	})
}

func (s *server) offer(w http.ResponseWriter, r *http.Request, _ *token) error {
	var out obj
	err := s.c.read(r.Context(), func(q *tx) error {
		issuers, err := q.issuers()
		if err != nil {
			return err
		}
		o, err := q.offer()
		out = o.parameters(len(issuers) > 0)
		return err
	})
	if err != nil {
		return err
	}
	s.fhir(w, r, http.StatusOK, out)
	return nil
}

// parameters is the offer on the wire. The card is among the channels where the
// centre believes an issuer's cards at all.
func (o ConsentOffer) parameters(cards bool) obj {
	var out list
	for _, t := range o.Terms {
		out = append(out, param("term", "valueCode", string(t)))
	}
	for _, ch := range ehrdesk.Channels() {
		if ch == ehrdesk.ByCard && !cards {
			continue
		}
		out = append(out, param("channel", "valueCode", string(ch)))
	}
	for _, n := range o.Notices {
		out = append(out, part("notice", param("id", "valueString", n.ID), param("version", "valueString", n.Version),
			param("official", "valueBoolean", n.Official), byLanguage("title", n.Title), byLanguage("text", n.Text)))
	}
	for _, r := range o.Reasons {
		out = append(out, part("reason", param("code", "valueCode", r.Code), byLanguage("text", r.Text)))
	}
	return parameters(out...)
}

func byLanguage(name string, words map[string]string) obj {
	var p list
	for _, l := range languages {
		p = append(p, param(l, "valueString", words[l]))
	}
	return part(name, p...)
}
