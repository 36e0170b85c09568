package sharing

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// What a form, a document sighted or changed contact data rests on is the word of one person
// at a desk. The patient alone can say whether it is true, so they are asked to: on every
// contact that is known, the one that was just replaced among them, and whatever notices of
// accesses they have declined.

// told is what has to be known of a patient before an act, to tell them of it afterwards.
type told struct {
	reachable
	codes  store.Contact // where they were told and their codes went, which may be on record no more
	notify string
}

// beforehand is a patient as an act finds them.
func beforehand(tx *store.Tx, p *store.Participant) (told, error) {
	r, err := reached(tx, p)
	t := told{reachable: r, notify: p.Notify}
	if c := tx.Tries.Contact(p.Patient); c != nil {
		t.codes = c.Contact
	}
	return t, err
}

// onWord is what the act rests on that one person alone has seen.
func (a *act) onWord(before, after *told) (w accesslog.Word) {
	if a.channel == ehrdesk.ByForm {
		w.Form, w.Signed = ehrdesk.CleanLine(a.formReference), a.signed.String()
	}
	if a.first != nil {
		w.Taker = a.first.staff
	}
	w.Telephone = a.telephone
	if a.verify == nil {
		return w
	}
	if a.verify.method == "document" {
		w.Document = a.verify.document
	}
	w.Contact = changedParts(before, after)
	return w
}

// The parts of contact data, as an officer reads them.
const partNotify, partLanguage = "notify", "language"

var partOf = map[string]string{"sms": "phone", "email": "email", "post": "address"}

// changedParts are what of the contact data an act has changed, by name.
func changedParts(before, after *told) (parts []string) {
	for _, way := range []string{"sms", "email", "post"} {
		of := func(t *told) (out []string) {
			for _, c := range t.contacts {
				if c.Way == way {
					out = append(out, c.To)
				}
			}
			return out
		}
		if !slices.Equal(of(before), of(after)) {
			parts = append(parts, partOf[way])
		}
	}
	if before.language != after.language {
		parts = append(parts, partLanguage)
	}
	if before.notify != after.notify {
		parts = append(parts, partNotify)
	}
	return parts
}

// confirm tells the patient of an act on somebody's word, on every contact known: each once,
// those of before in the language of before. A way of notice that has no contact on record is
// one too, as the office may know it. on is how many were told.
func confirm(tx *store.Tx, p *store.Participant, h *store.HCP, a *act, w accesslog.Word, before, after *told) (on int) {
	var sent []store.Contact
	for _, t := range []*told{before, after} {
		all := append(slices.Clone(t.contacts), t.codes)
		if !slices.ContainsFunc(all, func(c store.Contact) bool { return c.Way == t.notify }) {
			all = append(all, store.Contact{Way: t.notify})
		}
		for _, c := range all {
			if c.Way == "" || slices.ContainsFunc(sent, func(other store.Contact) bool { return alike(c, other) }) {
				continue
			}
			sent = append(sent, c)
			accesslog.NotifyAt(tx, p, c, a.confirmation(h, w, t.language, tx.Now))
		}
	}
	return len(sent)
}

// tell tells the patient of an act that was done: as of any consent where the patient's own
// card or key is behind it, and on every contact where it is somebody's word. more is what
// the receipt says of it, by the way by which the patient hears of it.
func (a *act) tell(tx *store.Tx, p *store.Participant, h *store.HCP, before *told) (way string, more []any, err error) {
	after, err := beforehand(tx, p)
	if err != nil {
		return "", nil, err
	}
	to := accesslog.ToldOfConsents(p, after.contacts)
	a.word = a.onWord(before, &after)
	if !a.word.None() {
		more = append(more, rest.Param("confirmedOn", "valueInteger", confirm(tx, p, h, a, a.word, before, &after)))
	}
	if a.word.None() || a.channel == ehrdesk.ByCard { // the card's own consent beside contact data that were typed
		accesslog.NotifyDeclinedAt(tx, p, to, a.news(h.Name, accesslog.Local(tx.Now)))
	}
	if c := tx.Tries.Contact(p.Patient); a.verify != nil && c != nil && takesCode(c.Next) {
		more = append(more, newContactFrom(registry.ContactFrom(c))...)
	}
	return to.Way, more, nil
}

// confirmations are the words of a confirmation, by language: %P is the provider, %T the
// time, %C the parts of contact data. None of them names anything clinical, nor what
// somebody at a desk has typed.
type confirmations struct {
	given, telephoned, renewed, changed, withdrawn, verified, joined, contact, object string
	provider                                                                          func(h *store.HCP) string
	layout, between                                                                   string
	parts                                                                             map[string]string
}

var confirmed = map[string]confirmations{
	"en": {
		given: "sharing consent to %P was given at %T by a signed form.", telephoned: "sharing consent to %P was given at %T by telephone with your Access Key.", renewed: "sharing consent to %P was renewed at %T by a signed form.", changed: "sharing consent to %P was changed at %T by a signed form and runs until you withdraw it.", withdrawn: "sharing consent to %P was withdrawn at %T by a signed form.",
		verified: "your identity was verified and sharing consent given at %P at %T by a document.", joined: "your identity was verified at %P at %T by a document.",
		contact: "Contact data changed at %P at %T: %C.", object: "Not you? Call 3467 6300, or withdraw in the eHealth App. Sent to every contact known.",
		provider: func(h *store.HCP) string { return h.Name }, layout: "02-Jan-2006 15:04", between: ", ",
		parts: map[string]string{"phone": "telephone", "email": "e-mail", "address": "address", partLanguage: "language", partNotify: "way of notice"},
	},
	"zh-Hant": {
		given: "%T已憑簽署表格給予%P互通同意。", telephoned: "%T已於電話中以閣下的取覽密碼給予%P互通同意。", renewed: "%T已憑簽署表格續期給予%P的互通同意。", changed: "%T已憑簽署表格更改給予%P的互通同意，有效至閣下撤銷為止。", withdrawn: "%T已憑簽署表格撤銷給予%P的互通同意。",
		verified: "%P於%T憑證件核實閣下身份並記錄互通同意。", joined: "%P於%T憑證件核實閣下身份。",
		contact: "%P於%T更改聯絡資料：%C。", object: "如非閣下所為，請致電 3467 6300，或於醫健通App撤銷。本訊息已發送至所有已知聯絡方式。",
		provider: chineseName, layout: "2006年1月2日 15:04", between: "、",
		parts: map[string]string{"phone": "電話", "email": "電郵", "address": "地址", partLanguage: "語言", partNotify: "通知方式"},
	},
	"zh-Hans": {
		given: "%T已凭签署表格给予%P互通同意。", telephoned: "%T已于电话中以阁下的取览密码给予%P互通同意。", renewed: "%T已凭签署表格续期给予%P的互通同意。", changed: "%T已凭签署表格更改给予%P的互通同意，有效至阁下撤销为止。", withdrawn: "%T已凭签署表格撤销给予%P的互通同意。",
		verified: "%P于%T凭证件核实阁下身份并记录互通同意。", joined: "%P于%T凭证件核实阁下身份。",
		contact: "%P于%T更改联络资料：%C。", object: "如非阁下所为，请致电 3467 6300，或于医健通App撤销。本讯息已发送至所有已知联络方式。",
		provider: chineseName, layout: "2006年1月2日 15:04", between: "、",
		parts: map[string]string{"phone": "电话", "email": "电邮", "address": "地址", partLanguage: "语言", partNotify: "通知方式"},
	},
}

func chineseName(h *store.HCP) string {
	if h.Chinese != "" {
		return h.Chinese
	}
	return h.Name
}

// confirmation is the text in a language, in English where it is none of ours.
func (a *act) confirmation(h *store.HCP, w accesslog.Word, language string, now time.Time) string {
	c, ok := confirmed[language]
	if !ok {
		c = confirmed["en"]
	}
	var said []string
	switch {
	case a.verify != nil && h.Deemed && w.Document != "":
		said = append(said, c.joined)
	case a.verify != nil && w.Document != "":
		said = append(said, c.verified)
	case w.Telephone:
		said = append(said, c.telephoned)
	case w.Form == "":
	case a.op == ehrdesk.AuditRevoke:
		said = append(said, c.withdrawn)
	case a.renew && a.term == ehrdesk.Indefinite:
		said = append(said, c.changed)
	case a.renew:
		said = append(said, c.renewed)
	default:
		said = append(said, c.given)
	}
	var parts []string
	for _, name := range w.Contact {
		parts = append(parts, c.parts[name])
	}
	if len(parts) > 0 {
		said = append(said, c.contact)
	}
	return strings.NewReplacer("%P", c.provider(h), "%T", now.In(accesslog.HongKong).Format(c.layout), "%C", strings.Join(parts, c.between)).
		Replace("eHealth: " + strings.Join(append(said, c.object), " "))
}
