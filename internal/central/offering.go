package central

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	jsonv2 "github.com/go-json-experiment/json"
	json "github.com/go-json-experiment/json/v1"
)

// Bounds of what the operator may offer, in bytes and in pieces.
const (
	maxOfferFile = 1 << 20
	maxReasons   = 40
)

// seedOffer puts into a store what it offers until the operator says otherwise.
func seedOffer(q *tx) error {
	if err := q.setTerms(terms()); err != nil {
		return err
	}
	notices, err := parseNotices(noticeFile)
	if err != nil {
		return err
	}
	for _, n := range notices {
		if _, err := q.addNotice(n); err != nil {
			return err
		}
	}
	reasons, err := parseReasons(reasonFile)
	if err != nil {
		return err
	}
	return q.setReasons(reasons)
}

// Offer is what the centre lets its providers put to a patient now.
func (c *Centre) Offer(ctx context.Context) (o ConsentOffer, err error) {
	err = c.read(ctx, func(q *tx) error {
		o, err = q.offer()
		return err
	})
	return o, err
}

// OfferTerms makes these the terms offered, in this order. Consents given with
// another stay as they are. Errors: CodeInvalid.
func (c *Centre) OfferTerms(ctx context.Context, offered []ehrdesk.Term) error {
	seen := map[ehrdesk.Term]bool{}
	for _, t := range offered {
		if !known(terms(), t) || seen[t] {
			return ehrdesk.Errorf("offer.terms", ehrdesk.CodeInvalid, "the terms are indefinite and one_year, each once")
		}
		seen[t] = true
	}
	if len(offered) == 0 {
		return ehrdesk.Errorf("offer.terms", ehrdesk.CodeInvalid, "at least one term is to be offered")
	}
	return c.write(ctx, func(q *tx) error { return q.setTerms(offered) })
}

// OfferNotices takes notices from a JSON file, one object or a list of them. A
// new version counts from now on: a grant made with an older one is refused.
// A version is never written over. It gives those that the file held.
// Errors: CodeInvalid, CodeConflict for another text under a version that stands.
func (c *Centre) OfferNotices(ctx context.Context, r io.Reader) ([]ehrdesk.Notice, error) {
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
		return nil, asError(op, err)
	}
	return in, asError(op, c.write(ctx, func(q *tx) error {
		for _, n := range in {
			if _, err := q.addNotice(n); err != nil {
				return err
			}
		}
		return nil
	}))
}

// OfferReasons makes the list of a JSON file the reasons for restricted records.
// Errors: CodeInvalid.
func (c *Centre) OfferReasons(ctx context.Context, r io.Reader) ([]OfferedReason, error) {
	const op = "offer.reasons"
	data, err := offerFile(op, r)
	if err != nil {
		return nil, err
	}
	in, err := parseReasons(data)
	if err != nil {
		return nil, asError(op, err)
	}
	return in, asError(op, c.write(ctx, func(q *tx) error { return q.setReasons(in) }))
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
		return nil, invalid("a notice is an object of id, version, official, title and text")
	}
	var out []ehrdesk.Notice
	for _, n := range in {
		switch {
		case !isCode(n.ID) || !isCode(n.Version):
			return nil, invalid("a notice's id and version are 1 to 64 letters, digits, dots, hyphens and underscores")
		case !inEveryLanguage(n.Title) || !inEveryLanguage(n.Text):
			return nil, invalid("a notice's title and text are in en, zh-Hant and zh-Hans")
		}
		out = append(out, ehrdesk.Notice{ID: n.ID, Version: n.Version, Title: n.Title, Text: n.Text, Official: n.Official})
	}
	return out, nil
}

func parseReasons(data []byte) ([]OfferedReason, error) {
	var in []OfferedReason
	if err := jsonv2.Unmarshal(data, &in, jsonv2.RejectUnknownMembers(true)); err != nil || len(in) == 0 || len(in) > maxReasons {
		return nil, invalid("the reasons are a list of 1 to 40 objects of code and text")
	}
	seen := map[string]bool{}
	for _, r := range in {
		if !isCode(r.Code) || seen[r.Code] || !inEveryLanguage(r.Text) {
			return nil, invalid("a reason has a code of its own, and a text in en, zh-Hant and zh-Hans")
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

func (q *tx) setTerms(offered []ehrdesk.Term) error {
	if err := q.exec("DELETE FROM offer_term"); err != nil {
		return err
	}
	for i, t := range offered {
		if err := q.exec("INSERT INTO offer_term (place, term) VALUES (?,?)", i, string(t)); err != nil {
			return err
		}
	}
	return nil
}

func (q *tx) setReasons(reasons []OfferedReason) error {
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

// addNotice reports whether a notice is a new version. One that stands already
// is the same or is refused: what patients have read must stay what it was.
func (q *tx) addNotice(n ehrdesk.Notice) (bool, error) {
	title, err := json.Marshal(n.Title)
	if err != nil {
		return false, err
	}
	text, err := json.Marshal(n.Text)
	if err != nil {
		return false, err
	}
	var seq, last int64
	var official bool
	var oldTitle, oldText string
	found, err := q.row("SELECT seq, official, title, text, (SELECT max(seq) FROM offer_notice WHERE id = n.id) FROM offer_notice n WHERE id = ? AND version = ?",
		[]any{n.ID, n.Version}, &seq, &official, &oldTitle, &oldText, &last)
	switch {
	case err != nil:
		return false, err
	case found && (official != n.Official || oldTitle != string(title) || oldText != string(text)):
		return false, refuse(409, "invalid", "this version of the notice stands already with another text")
	case found && seq != last:
		return false, refuse(409, "invalid", "this version of the notice was followed by a later one: give it a new version")
	case found:
		return false, nil
	}
	return true, q.exec("INSERT INTO offer_notice (id, version, official, title, text, since) VALUES (?,?,?,?,?,?)",
		n.ID, n.Version, n.Official, string(title), string(text), q.now.UnixMicro())
}
