package house

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Offer asks what may be put to a patient.
func (c *Centre) Offer(ctx context.Context) (ehrdesk.Offer, error) {
	a, err := c.wire.Answers(ctx, "consent.offer", "$consent-offer")
	if err != nil {
		return ehrdesk.Offer{}, err
	}
	var o ehrdesk.Offer
	for _, t := range a.All("term") {
		o.Terms = append(o.Terms, ehrdesk.Term(fhir.Answers{t}.Text("term")))
	}
	for _, ch := range a.All("channel") {
		o.Channels = append(o.Channels, ehrdesk.Channel(fhir.Answers{ch}.Text("channel")))
	}
	for _, f := range a.All("notice") {
		o.Notices = append(o.Notices, noticeFrom(fhir.Parts(f.Raw("part"))))
	}
	for _, f := range a.All("reason") {
		o.Reasons = append(o.Reasons, reasonFrom(fhir.Parts(f.Raw("part"))))
	}
	return o, nil
}

func noticeFrom(p fhir.Answers) ehrdesk.Notice {
	n := ehrdesk.Notice{
		ID: ehrdesk.CleanLine(p.Text("id")), Version: ehrdesk.CleanLine(p.Text("version")), Official: p.Truth("official"),
		Title: map[string]string{}, Text: map[string]string{},
	}
	for name, into := range map[string]map[string]string{"title": n.Title, "text": n.Text} {
		for language, words := range byLanguage(p, name) {
			into[language] = words
		}
	}
	return n
}

// byLanguage reads a text that comes in several languages.
func byLanguage(p fhir.Answers, name string) map[string]string {
	out := map[string]string{}
	for _, f := range p.All(name) {
		for _, t := range fhir.Parts(f.Raw("part")) {
			_, v := t.Choice("value")
			out[t.Text("name")] = ehrdesk.CleanText(r4.Text(v))
		}
	}
	return out
}

func reasonFrom(p fhir.Answers) ehrdesk.Reason {
	return ehrdesk.Reason{Code: ehrdesk.CleanLine(p.Text("code")), Text: byLanguage(p, "text")}
}
