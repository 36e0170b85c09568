package sharing

import (
	_ "embed"
	"net/http"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
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
	Reasons []store.OfferedReason
}

// has reports whether a reason is on the list.
func (o ConsentOffer) has(reason string) bool {
	return slices.ContainsFunc(o.Reasons, func(r store.OfferedReason) bool { return r.Code == reason })
}

// offered reads it from the store, as the operator last left it.
func offered(tx *store.Tx) (o ConsentOffer, err error) {
	if o.Terms, err = tx.Offer.Terms(); err != nil {
		return o, err
	}
	if o.Notices, err = tx.Offer.Notices(); err != nil {
		return o, err
	}
	o.Reasons, err = tx.Offer.Reasons()
	return o, err
}

func (s *Sharing) offer(w http.ResponseWriter, r *http.Request, _ *store.Account) error {
	var out rest.Obj
	err := s.store.Read(r.Context(), func(tx *store.Tx) error {
		issuers, err := issuers(tx)
		if err != nil {
			return err
		}
		o, err := offered(tx)
		out = o.parameters(len(issuers) > 0)
		return err
	})
	if err != nil {
		return err
	}
	s.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

// parameters is the offer on the wire. The card is among the channels where the
// centre believes an issuer's cards at all.
func (o ConsentOffer) parameters(cards bool) rest.Obj {
	var out rest.List
	for _, t := range o.Terms {
		out = append(out, rest.Param("term", "valueCode", string(t)))
	}
	for _, ch := range ehrdesk.Channels() {
		if ch == ehrdesk.ByCard && !cards {
			continue
		}
		out = append(out, rest.Param("channel", "valueCode", string(ch)))
	}
	for _, n := range o.Notices {
		out = append(out, rest.Part("notice", rest.Param("id", "valueString", n.ID), rest.Param("version", "valueString", n.Version),
			rest.Param("official", "valueBoolean", n.Official), byLanguage("title", n.Title), byLanguage("text", n.Text)))
	}
	for _, r := range o.Reasons {
		out = append(out, rest.Part("reason", rest.Param("code", "valueCode", r.Code), byLanguage("text", r.Text)))
	}
	return rest.Parameters(out...)
}

func byLanguage(name string, words map[string]string) rest.Obj {
	var p rest.List
	for _, l := range languages {
		p = append(p, rest.Param(l, "valueString", words[l]))
	}
	return rest.Part(name, p...)
}
