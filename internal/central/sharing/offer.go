package sharing

import (
	"bytes"
	"context"
	_ "embed"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	jsonv2 "github.com/go-json-experiment/json"
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
func offered(tx *store.Tx) ConsentOffer {
	return ConsentOffer{tx.Offer.Terms(), tx.Offer.Notices(), tx.Offer.Reasons()}
}

func (s *Sharing) offer(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	var out rest.Obj
	err := s.store.Read(r.Context(), func(tx *store.Tx) error {
		issuers, err := issuers(tx)
		if err != nil {
			return err
		}
		o := offered(tx)
		out = o.parameters(len(issuers) > 0, who.Provider.Second)
		return err
	})
	if err != nil {
		return err
	}
	s.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

// parameters is the offer on the wire. The card is among the channels where the
// centre believes an issuer's cards at all; second is what the asking provider has a second person approve.
func (o ConsentOffer) parameters(cards bool, second []ehrdesk.OneWord) rest.Obj {
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
	for _, w := range second {
		out = append(out, rest.Param("secondPerson", "valueCode", string(w)))
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

// Bounds of what the operator may offer, in bytes and in pieces.
const (
	maxOfferFile = 1 << 20
	maxReasons   = 40
)

// SeedOffer puts into a store what it offers until the operator says otherwise.
func SeedOffer(tx *store.Tx) error {
	tx.Offer.SetTerms(terms())
	notices, err := parseNotices(noticeFile)
	if err != nil {
		return err
	}
	for _, n := range notices {
		if err := addNotice(tx, n); err != nil {
			return err
		}
	}
	reasons, err := parseReasons(reasonFile)
	if err != nil {
		return err
	}
	tx.Offer.SetReasons(reasons)
	return nil
}

// Offer is what the centre lets its providers put to a patient now.
func (o *Operator) Offer(ctx context.Context) (now ConsentOffer, err error) {
	err = o.s.store.Read(ctx, func(tx *store.Tx) error { now = offered(tx); return nil })
	return now, err
}

// OfferTerms makes these the terms offered, in this order. Consents given with
// another stay as they are. Errors: CodeInvalid.
func (o *Operator) OfferTerms(ctx context.Context, offered []ehrdesk.Term) error {
	seen := map[ehrdesk.Term]bool{}
	for _, t := range offered {
		if !slices.Contains(terms(), t) || seen[t] {
			return ehrdesk.Errorf("offer.terms", ehrdesk.CodeInvalid, "the terms are indefinite and one_year, each once")
		}
		seen[t] = true
	}
	if len(offered) == 0 {
		return ehrdesk.Errorf("offer.terms", ehrdesk.CodeInvalid, "at least one term is to be offered")
	}
	return o.s.store.Write(ctx, func(tx *store.Tx) error { tx.Offer.SetTerms(offered); return nil })
}

// OfferNotices takes notices from a JSON file, one object or a list of them. A
// new version counts from now on: a grant made with an older one is refused.
// A version is never written over. It gives those that the file held.
// Errors: CodeInvalid, CodeConflict for another text under a version that stands.
func (o *Operator) OfferNotices(ctx context.Context, r io.Reader) ([]ehrdesk.Notice, error) {
	const op = "offer.notice"
	data, err := offerFile(op, r)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		data = append(append([]byte("["), data...), ']')
	}
	in, err := parseNotices(data)
	if err != nil {
		return nil, refusal.InGo(op, err)
	}
	return in, refusal.InGo(op, o.s.store.Write(ctx, func(tx *store.Tx) error {
		for _, n := range in {
			if err := addNotice(tx, n); err != nil {
				return err
			}
		}
		return nil
	}))
}

// OfferReasons makes the list of a JSON file the reasons for restricted records.
// Errors: CodeInvalid.
func (o *Operator) OfferReasons(ctx context.Context, r io.Reader) ([]store.OfferedReason, error) {
	const op = "offer.reasons"
	data, err := offerFile(op, r)
	if err != nil {
		return nil, err
	}
	in, err := parseReasons(data)
	if err != nil {
		return nil, refusal.InGo(op, err)
	}
	return in, refusal.InGo(op, o.s.store.Write(ctx, func(tx *store.Tx) error { tx.Offer.SetReasons(in); return nil }))
}

func offerFile(op string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxOfferFile+1))
	if err != nil || len(data) > maxOfferFile {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be read, or is larger than 1 MiB")
	}
	return data, nil
}

// parseNotices reads a list of notices. Each has its id, its version, and a
// title and a text in every language.
func parseNotices(data []byte) ([]ehrdesk.Notice, error) {
	var in []struct {
		ID       string            `json:"id"`
		Version  string            `json:"version"`
		Official bool              `json:"official"`
		Title    map[string]string `json:"title"`
		Text     map[string]string `json:"text"`
	}
	if err := jsonv2.Unmarshal(data, &in, jsonv2.RejectUnknownMembers(true)); err != nil || len(in) == 0 {
		return nil, refusal.Invalid("a notice is an object of id, version, official, title and text")
	}
	var out []ehrdesk.Notice
	for _, n := range in {
		switch {
		case !rest.IsCode(n.ID) || !rest.IsCode(n.Version):
			return nil, refusal.Invalid("a notice's id and version are 1 to 64 letters, digits, dots, hyphens and underscores")
		case !inEveryLanguage(n.Title) || !inEveryLanguage(n.Text):
			return nil, refusal.Invalid("a notice's title and text are in en, zh-Hant and zh-Hans")
		}
		out = append(out, ehrdesk.Notice{ID: n.ID, Version: n.Version, Title: n.Title, Text: n.Text, Official: n.Official})
	}
	return out, nil
}

func parseReasons(data []byte) ([]store.OfferedReason, error) {
	var in []store.OfferedReason
	if err := jsonv2.Unmarshal(data, &in, jsonv2.RejectUnknownMembers(true)); err != nil || len(in) == 0 || len(in) > maxReasons {
		return nil, refusal.Invalid("the reasons are a list of 1 to 40 objects of code and text")
	}
	seen := map[string]bool{}
	for _, r := range in {
		if !rest.IsCode(r.Code) || seen[r.Code] || !inEveryLanguage(r.Text) {
			return nil, refusal.Invalid("a reason has a code of its own, and a text in en, zh-Hant and zh-Hans")
		}
		seen[r.Code] = true
	}
	return in, nil
}

// inEveryLanguage: those of the list and no other, none empty.
func inEveryLanguage(words map[string]string) bool {
	for _, l := range languages {
		if strings.TrimSpace(words[l]) == "" {
			return false
		}
	}
	return len(words) == len(languages)
}

// addNotice takes a new version of a notice. One that stands already is the same or is
// refused: what patients have read must stay what it was.
func addNotice(tx *store.Tx, n ehrdesk.Notice) error {
	switch old, last := tx.Offer.Notice(n.ID, n.Version); {
	case old == nil:
		tx.Offer.AddNotice(n)
	case old.Official != n.Official || !maps.Equal(old.Title, n.Title) || !maps.Equal(old.Text, n.Text):
		return refusal.New(409, "invalid", "this version of the notice stands already with another text")
	case !last:
		return refusal.New(409, "invalid", "this version of the notice was followed by a later one: give it a new version")
	}
	return nil
}
