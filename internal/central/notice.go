package central

import (
	_ "embed"
	"encoding/json"

	"github.com/ehrdesk/ehrdesk"
)

// noticeFile holds the training summaries of what a patient must have read. They
// are our own words, not the Government's text, and say so.
//
//go:embed notices/training.json
var noticeFile []byte

// notices are the texts to be read before a consent, in the order to show them.
func notices() ([]ehrdesk.Notice, error) {
	var in []struct {
		ID, Version string
		Title, Text map[string]string
	}
	if err := json.Unmarshal(noticeFile, &in); err != nil {
		return nil, err
	}
	var out []ehrdesk.Notice
	for _, n := range in {
		out = append(out, ehrdesk.Notice{ID: n.ID, Version: n.Version, Title: n.Title, Text: n.Text})
	}
	return out, nil
}

// languages are those every notice is in.
var languages = [...]string{"en", "zh-Hant", "zh-Hans"}

// terms are those that the centre takes. The one-year term stays for
// participants who registered before December 2025.
func terms() []ehrdesk.Term { return []ehrdesk.Term{ehrdesk.Indefinite, ehrdesk.OneYear} }

// offerParameters is what may be put to a patient. The card is among the
// channels where the centre believes an issuer's cards at all.
func offerParameters(cards bool) (obj, error) {
	texts, err := notices()
	if err != nil {
		return nil, err
	}
	var out list
	for _, t := range terms() {
		out = append(out, param("term", "valueCode", string(t)))
	}
	for _, ch := range ehrdesk.Channels() {
		if ch == ehrdesk.ByCard && !cards {
			continue
		}
		out = append(out, param("channel", "valueCode", string(ch)))
	}
	for _, n := range texts {
		parts := list{param("id", "valueString", n.ID), param("version", "valueString", n.Version), param("official", "valueBoolean", n.Official)}
		for name, byLanguage := range map[string]map[string]string{"title": n.Title, "text": n.Text} {
			var p list
			for _, l := range languages {
				p = append(p, param(l, "valueString", byLanguage[l]))
			}
			parts = append(parts, part(name, p...))
		}
		out = append(out, part("notice", parts...))
	}
	return parameters(out...), nil
}
