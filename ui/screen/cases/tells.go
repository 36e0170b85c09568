package cases

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// telling is what an alert tells of: an allergy or a reaction. A case that is begun for an alert asks for it, and its first message is
// critical.
type telling struct {
	purpose                              *field // of the case
	substance, reaction, seen, at        *field
	kind, category, severity, risk, sure *field
}

// The codes that are chosen from, in the order to offer them. What is not chosen says no more than is known.
func allergyKinds() []string      { return []string{"allergy", "intolerance"} }
func allergyCategories() []string { return []string{"medication", "food", "environment", "biologic"} }
func allergySeverities() []string { return []string{"", "mild", "moderate", "severe"} }
func allergyRisks() []string      { return []string{"unable-to-assess", "low", "high"} }

func allergySure() []ehrdesk.AllergyCertainty {
	return []ehrdesk.AllergyCertainty{ehrdesk.AllergyUnknown, ehrdesk.AllergyUnlikely, ehrdesk.AllergyLikely, ehrdesk.AllergyConfirmed}
}

// tells adds what an alert tells of, asked for where the case is for one.
func (k *form) tells(e *screen.Env, purpose *field) {
	t, b := &e.T.Cases.Tell, &e.T.Cases.Body
	k.tell = &telling{purpose: purpose}
	h := k.tell
	h.substance = k.line(t.Substance, "", 200, k.alerts)
	h.substance.note = func() string {
		if known(k.allergy()) {
			return ""
		}
		return e.S(t.UnknownShort)
	}
	h.reaction = k.line(t.Reaction, "", 200, k.alerts)
	h.severity = k.code(t.Severity, allergySeverities(), func(c string) text.T {
		if c == "" {
			return t.NotSaid
		}
		return b.SeverityOf(c)
	})
	h.kind = k.code(t.Kind, allergyKinds(), b.KindOf)
	h.category = k.code(t.Category, allergyCategories(), t.CategoryOf)
	h.risk = k.code(t.Risk, allergyRisks(), b.RiskOf)
	sure := make([]text.T, 0, len(allergySure()))
	for _, c := range allergySure() {
		sure = append(sure, b.CertaintyOf(c))
	}
	h.sure = k.add(&field{label: t.Sure, choices: sure, when: k.alerts})
	h.seen = k.line(t.Seen, e.Account().Name, 200, k.alerts)
	h.at = k.line(t.At, "", 17, k.alerts)
}

// code adds one of several codes, in words.
func (k *form) code(label text.T, codes []string, words func(string) text.T) *field {
	f := &field{label: label, when: k.alerts}
	for _, c := range codes {
		f.choices = append(f.choices, words(c))
	}
	return k.add(f)
}

// alerts reports that the case that is begun is for an alert.
func (k *form) alerts() bool {
	return k.tell != nil && ehrdesk.CasePurposes()[k.tell.purpose.at] == ehrdesk.CaseAlert
}

// allergy is what the alert tells of; nil where there is none.
func (k *form) allergy() *ehrdesk.CaseAllergy {
	if !k.alerts() {
		return nil
	}
	h, typed := k.tell, func(in *widget.Input) string { return strings.TrimSpace(ehrdesk.CleanLine(in.Text())) }
	return &ehrdesk.CaseAllergy{
		Substance: typed(h.substance.in), Reaction: typed(h.reaction.in), Seen: typed(h.seen.in),
		Kind: allergyKinds()[h.kind.at], Category: allergyCategories()[h.category.at], Severity: allergySeverities()[h.severity.at],
		Risk: allergyRisks()[h.risk.at], Certainty: allergySure()[h.sure.at], At: h.when(),
	}
}

// when is when it was seen, zero where that was not typed or is no time.
func (h *telling) when() time.Time {
	at, _ := moments(strings.TrimSpace(h.at.in.Text()))
	return at
}

// moments reads a day, or a day and a time of it, of Hong Kong.
func moments(typed string) (time.Time, bool) {
	for _, layout := range []string{"2-Jan-2006 15:04", "2006-01-02 15:04", "2-Jan-2006", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, typed, ehrdesk.HongKong()); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// known reports an alert of what is no drug, or of one that the checks of this desk know.
func known(a *ehrdesk.CaseAllergy) bool {
	return a == nil || a.Substance == "" || a.Category != allergyCategories()[0] || safety.Built().Knows(a.Substance)
}

// unknown says that the checks of this desk know no drug of what an alert tells of, and what it may be meant for; nothing for what is no drug,
// or is known.
func unknown(e *screen.Env, a *ehrdesk.CaseAllergy) string {
	t := &e.T.Cases.Tell
	if known(a) {
		return ""
	}
	if like := terms.Substances().Like(a.Substance, 3); len(like) > 0 {
		return e.S(t.Unknown) + " " + text.Sprintf(e.S(t.Like), strings.Join(like, e.S(comma)))
	}
	return e.S(t.Unknown)
}

// lacksTelling says what of an alert is missing, and in which field.
func (k *form) lacksTelling(e *screen.Env) (*field, text.T) {
	a, t := k.allergy(), &e.T.Cases.Tell
	switch {
	case a == nil:
	case a.Substance == "":
		return k.tell.substance, t.NeedsSubstance
	case a.Reaction == "":
		return k.tell.reaction, t.NeedsReaction
	case a.Seen == "":
		return k.tell.seen, t.NeedsSeen
	case strings.TrimSpace(k.tell.at.in.Text()) != "" && (a.At.IsZero() || a.At.After(e.Now())):
		return k.tell.at, t.BadAt
	}
	return nil, text.T{}
}

// told reports that something of an alert was typed.
func (k *form) told() bool {
	return k.tell != nil && (k.tell.substance.in.Text() != "" || k.tell.reaction.in.Text() != "")
}

// allergyWords are an allergy in one line, as it is read and as it leaves.
func allergyWords(e *screen.Env, a *ehrdesk.CaseAllergy) string {
	t := &e.T.Cases.Body
	what := []string{strings.TrimSpace(e.S(t.KindOf(a.Kind)) + " " + a.Substance), a.Reaction}
	if a.Severity != "" {
		what = append(what, e.S(t.SeverityOf(a.Severity)))
	}
	what = append(what, text.Sprintf(e.S(t.Risk), e.S(t.RiskOf(a.Risk))), e.S(t.CertaintyOf(a.Certainty)), text.Sprintf(e.S(t.Seen), a.Seen))
	if !a.At.IsZero() {
		what = append(what, moment(e, a.At))
	}
	return strings.Join(what, " · ")
}
